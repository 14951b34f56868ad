//! Wires slack-interactions to the Lambda runtime.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use runtime::Environment;
use slack_interactions::gateway::{Answer, Event};
use slack_interactions::{ENVIRONMENT, Interactions};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let env = Environment::read(ENVIRONMENT)?;
    runtime::log::start(&env.get("LOG_LEVEL"));
    let interactions = &Interactions::from_environment(&env, &runtime::aws::from_environment()?)?;
    let handle = |event: LambdaEvent<Event>| async move {
        let request = event.payload.into_request()?;
        Ok::<_, Error>(Answer::from(interactions.handle(request, runtime::now()).await))
    };
    lambda_runtime::run(service_fn(handle)).await
}
