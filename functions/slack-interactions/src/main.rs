//! Wires slack-interactions to the Lambda runtime.

use bytes::Bytes;
use lambda_http::{Body, Error, Request, service_fn};
use runtime::Environment;
use slack_interactions::{ENVIRONMENT, Interactions};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let env = Environment::read(ENVIRONMENT)?;
    runtime::log::start(&env.get("LOG_LEVEL"));
    let interactions = &Interactions::from_environment(&env, &runtime::aws::from_environment()?);
    let handle = |request: Request| async move {
        let request = request.map(|body| match body {
            Body::Empty => Bytes::new(),
            Body::Text(text) => Bytes::from(text),
            Body::Binary(bytes) => Bytes::from(bytes),
            _ => Bytes::new(),
        });
        Ok::<_, Error>(interactions.handle(request, runtime::now()).await)
    };
    lambda_http::run(service_fn(handle)).await
}
