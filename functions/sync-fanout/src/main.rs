//! Wires sync-fanout to the Lambda runtime.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use runtime::{Environment, batch};
use sync_fanout::{ENVIRONMENT, Fanout, Invocation};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let env = Environment::read(ENVIRONMENT)?;
    runtime::log::start(&env.get("LOG_LEVEL"));
    let fanout = &Fanout::from_environment(&env, &runtime::aws::from_environment()?)?;
    let handle = |event: LambdaEvent<Invocation>| async move {
        match event.payload {
            Invocation::Batch(messages) => Ok::<_, Error>(fanout.handle(messages, runtime::now()).await),
            Invocation::Sweep { .. } => {
                fanout.sweep(runtime::now()).await?;
                Ok(batch::failures([]))
            }
        }
    };
    lambda_runtime::run(service_fn(handle)).await
}
