//! Wires the REST API to its table, its queues and the Lambda runtime.

use alerts_api::{Api, ENVIRONMENT, LogApps, SlackApp};
use bytes::Bytes;
use lambda_http::{Error, Request, service_fn};
use runtime::{Environment, Queue, Secret};
use std::convert::Infallible;
use store::Store;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::read(ENVIRONMENT)?;
    runtime::log::start(&environment.get("LOG_LEVEL"));
    let config = runtime::aws::from_environment()?;
    let secret = |name| Secret::new(&config, environment.get(name));
    let queue = |name| Queue::new(&config, environment.get(name));
    let variable = |name| environment.get(name);
    let log_apps =
        LogApps::new(&config, variable("LOG_SECRETS_PREFIX"), variable("SLACK_BASE_URL"), variable("SLACK_AUDIT_URL"));
    let api = &Api::new(
        Store::new(&config, environment.get("TABLE_NAME")),
        (queue("ALERTS_QUEUE_URL"), queue("CHANGES_QUEUE_URL")),
        secret("ADMIN_KEY_SECRET_ID"),
        (SlackApp::new(variable("SLACK_BASE_URL"), secret("SLACK_SECRET_ID")), log_apps),
    );
    lambda_http::run(service_fn(|request: Request| async move {
        let request = request.map(|body| Bytes::copy_from_slice(&body));
        Ok::<_, Infallible>(api.handle(request, runtime::now()).await)
    }))
    .await
}
