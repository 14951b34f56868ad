//! ministack, the AWS emulator: started on a port of 127.0.0.1, with template.yaml deployed to it.
//!
//! It runs the functions' own binaries, enforces the template's IAM policies, feeds the functions from their queues
//! and fires the schedule. What it does not do is listed in infra/README.md.

use crate::build::Binaries;
use crate::child::{Child, Program, all, tail};
use crate::failure::{Doing, Failure, Result, said};
use crate::files;
use crate::http::Http;
use crate::python::Venv;
use crate::stop::Stop;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Not the SDKs' default region, so that code which forgets to ask for its region fails here and not in AWS.
pub(crate) const REGION: &str = "eu-central-1";
/// ministack takes this key as the account's root user, whatever the signature; it checks all others.
pub(crate) const ROOT_KEY: &str = "test";
/// The stack's name, with which its resources' names begin.
pub(crate) const STACK: &str = "margay";
/// What the names of log sources' secrets begin with, as template.yaml has it.
pub(crate) const LOG_SECRETS_PREFIX: &str = "panther-analysis/margay/logs/";

/// The model that the simulated Bedrock has.
const MODEL: &str = "test.model-v1:0";

/// What `sam deploy` would print, and what only this deployment needs.
#[derive(Deserialize)]
pub(crate) struct Deployed {
    pub(crate) outputs: Outputs,
    pub(crate) admin_key: String,
    /// By package name.
    pub(crate) functions: BTreeMap<String, DeployedFunction>,
}

/// The template's outputs that programs need.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Outputs {
    pub(crate) api_url: String,
    pub(crate) alerts_queue_url: String,
    pub(crate) alerts_dead_letter_queue_url: String,
    pub(crate) changes_queue_url: String,
    pub(crate) changes_dead_letter_queue_url: String,
    pub(crate) table_name: String,
    pub(crate) bucket_name: String,
    pub(crate) event_bus_name: String,
}

/// The providers of threat intelligence that stand beside the simulator, and the secret that switches them on.
pub(crate) struct Intel {
    pub(crate) base_url: String,
    pub(crate) secret: String,
}

#[derive(Deserialize)]
pub(crate) struct DeployedFunction {
    pub(crate) name: String,
    code_sha256: String,
}

/// Directories of the emulator.
pub(crate) struct Places {
    /// What outlives it, if anything does.
    pub(crate) state: Option<PathBuf>,
    /// What does not. It is emptied first.
    pub(crate) temporary: PathBuf,
    pub(crate) logs: PathBuf,
}

pub(crate) struct Emulator {
    child: Child,
    port: u16,
    places: Places,
}

impl Emulator {
    /// Starts it and waits until it answers. The functions it runs will find it at `endpoint_url`. With a state, it
    /// continues from there and saves there when it stops.
    pub(crate) fn start(stop: &Stop, venv: &Venv, port: u16, endpoint_url: &str, places: Places) -> Result<Emulator> {
        files::make_empty(&places.temporary)?;
        let persist = if places.state.is_some() { "1" } else { "0" };
        let kept = places.state.as_ref().unwrap_or(&places.temporary);
        let program = Program::new(venv.program("ministack"))
            .own_environment_only()
            .grace(Duration::from_secs(15))
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            // In the API's host name and in queue URLs. Not an address: `api.execute-api.127.0.0.1` is not a valid host.
            .env("MINISTACK_HOST", "localhost")
            .env("MINISTACK_REGION", REGION)
            // IAM: each function may do what its role in template.yaml allows, and nothing else.
            .env("AUTH", "true")
            // The functions inherit it. Without it they would call AWS itself.
            .env("AWS_ENDPOINT_URL", endpoint_url)
            .env("PERSIST_STATE", persist)
            .env("STATE_DIR", kept.join("ministack"))
            .env("S3_PERSIST", persist)
            .env("S3_DATA_DIR", kept.join("s3"))
            .env("TMPDIR", &places.temporary)
            // Listeners of its own that nothing here needs.
            .env("IOT_MTLS_ENABLED", "0")
            .env("SFTP_ENABLED", "0");
        let mut emulator = Emulator { child: program.start(&places.logs.join("ministack.log"))?, port, places };
        let http = Http::new();
        let health = format!("{}/_ministack/health", emulator.url());
        let answers = stop.wait_for(Duration::from_secs(60), || {
            emulator.child.still_runs()?;
            Ok(http.get(&health).is_ok_and(|answer| answer.status == 200).then_some(()))
        })?;
        answers.map(|()| emulator).ok_or_else(|| Failure::Said("ministack did not answer for a minute.".to_owned()))
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn still_runs(&mut self) -> Result<()> {
        self.child.still_runs()
    }

    /// Ends it and every function it runs; saves its state first if it keeps one.
    pub(crate) fn stop(&mut self) {
        self.child.stop();
    }

    /// Deploys template.yaml with these binaries, puts `slack_secret` (a file) as the Slack app's credentials, and makes
    /// those of `log_secrets` (a file) that do not exist.
    pub(crate) fn deploy(
        &self,
        stop: &Stop,
        venv: &Venv,
        binaries: &Binaries,
        (slack_secret, log_secrets): (&Path, &Path),
        slack_base_url: &str,
        (intel, bedrock_url): (Option<&Intel>, Option<&str>),
    ) -> Result<Deployed> {
        let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
        let (out, err) = (self.places.temporary.join("deployed.json"), self.places.logs.join("deploy.log"));
        let program = Program::new(venv.program("python"))
            .own_environment_only()
            .arg(files::root().join("infra/local/deploy.py"))
            .args(["--endpoint", &self.url(), "--region", REGION, "--stack", STACK])
            .arg("--template")
            .arg(files::root().join("template.yaml"))
            .arg("--binaries")
            .arg(binaries.directory())
            .arg("--cache")
            .arg(files::dev().join("zips"))
            .arg("--slack-secret")
            .arg(slack_secret)
            .arg("--log-secrets")
            .arg(log_secrets)
            .args(["--parameter", &format!("Architecture={architecture}")])
            .args(["--parameter", &format!("SlackBaseUrl={slack_base_url}")])
            .args(["--parameter", &format!("SlackAuditUrl={}", audit_url(slack_base_url))])
            .args(["--parameter", "DeletionProtection=false"]);
        let program = match intel {
            Some(Intel { base_url, secret }) => program
                .args(["--parameter", &format!("ThreatIntelBaseUrl={base_url}")])
                .args(["--threat-intel-secret", secret]),
            None => program,
        };
        // Only what nobody else's test sends is asked about.
        let asking = bedrock_url.map(|url| {
            let url = format!("BedrockEndpointUrl={url}");
            [format!("AiTriageModelId={MODEL}"), "AiTriageSeverity=CRITICAL".to_owned(), url]
        });
        let asking = asking.into_iter().flatten();
        let program = asking.fold(program, |program, parameter| program.args(["--parameter", &parameter]));
        if !program.run_split(stop, &out, &err)?.success() {
            return said(format!("template.yaml could not be deployed:\n\n{}", tail(&err, 25, all)));
        }
        let text = std::fs::read_to_string(&out).doing(|| format!("read {}", files::shown(&out)))?;
        serde_json::from_str(&text).doing(|| format!("understand {}", files::shown(&out)))
    }

    /// Where the emulator keeps the executable of a function: every process that runs it has this path.
    pub(crate) fn bootstrap(&self, function: &DeployedFunction) -> PathBuf {
        let code = format!("ministack-provided-code-{}/{}/bootstrap", self.port, function.code_sha256);
        self.places.temporary.join(code)
    }

    /// Writes what the functions log to a file each, as they log it.
    pub(crate) fn follow_logs<'a>(
        &self,
        venv: &Venv,
        functions: impl Iterator<Item = &'a DeployedFunction>,
    ) -> Result<Child> {
        Program::new(venv.program("python"))
            .own_environment_only()
            .grace(Duration::from_secs(2))
            .arg(files::root().join("infra/local/logs.py"))
            .args(["--endpoint", &self.url(), "--region", REGION, "--directory"])
            .arg(&self.places.logs)
            .args(functions.map(|function| format!("/aws/lambda/{}", function.name)))
            .start(&self.places.logs.join("log-follower.log"))
    }
}

/// Where the Audit Logs API is, beside the Web API: Slack has a host of its own for it
/// (<https://docs.slack.dev/admins/audit-logs-api>), other Slacks have the same.
fn audit_url(slack_base_url: &str) -> String {
    match slack_base_url.trim_end_matches('/').strip_suffix("/api") {
        Some("https://slack.com") | None => "https://api.slack.com/audit/v1/".to_owned(),
        Some(other) => format!("{other}/audit/v1/"),
    }
}
