//! Wires log-poller to the Lambda runtime.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use log_poller::{ENVIRONMENT, Invocation, Poller};
use runtime::{Environment, batch};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let env = Environment::read(ENVIRONMENT)?;
    runtime::log::start(&env.get("LOG_LEVEL"));
    let poller = &Poller::from_environment(&env, &runtime::aws::from_environment()?);
    let handle = |event: LambdaEvent<Invocation>| async move {
        match event.payload {
            Invocation::Batch(messages) => Ok::<_, Error>(poller.handle(messages, runtime::now()).await),
            Invocation::Minute { .. } => {
                poller.minute(runtime::now()).await?;
                Ok(batch::failures([]))
            }
        }
    };
    lambda_runtime::run(service_fn(handle)).await
}
