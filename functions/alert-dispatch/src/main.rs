//! Wires alert-dispatch to the Lambda runtime.

use alert_dispatch::{Dispatch, ENVIRONMENT};
use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use runtime::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let env = Environment::read(ENVIRONMENT)?;
    runtime::log::start(&env.get("LOG_LEVEL"));
    let dispatch = &Dispatch::from_environment(&env, &runtime::aws::from_environment()?)?;
    let handle = |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(dispatch.handle(event.payload, runtime::now()).await)
    };
    lambda_runtime::run(service_fn(handle)).await
}
