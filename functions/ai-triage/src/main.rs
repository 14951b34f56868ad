//! Wires ai-triage to the Lambda runtime.

use ai_triage::{ENVIRONMENT, Triager};
use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use runtime::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let env = Environment::read(ENVIRONMENT)?;
    runtime::log::start(&env.get("LOG_LEVEL"));
    let triager = &Triager::from_environment(&env, &runtime::aws::from_environment()?)?;
    let handle = |event: LambdaEvent<SqsEvent>| async move {
        Ok::<_, Error>(triager.handle(event.payload, runtime::now()).await)
    };
    lambda_runtime::run(service_fn(handle)).await
}
