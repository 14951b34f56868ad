//! The whole local stack: starts its parts in order, keeps what is known of them, and stops them in order.

use crate::build::{self, Along, Binaries};
use crate::child::{Child, tail};
use crate::emulator::{Emulator, LOG_SECRETS_PREFIX, Places, REGION, ROOT_KEY, STACK};
use crate::failure::{Failure, Result, said};
use crate::front::{self, Change};
use crate::http::Http;
use crate::ports::Ports;
use crate::python::Venv;
use crate::seed::{self, Seeded};
use crate::simulator::{self, Credentials, Simulator};
use crate::steps::{loud_step, step};
use crate::stop::Stop;
use crate::{files, ports};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long the sample alert may take to both channels; the functions start cold, in debug builds.
const SHOWN_WITHIN: Duration = Duration::from_secs(60);

/// How far logs.py may be behind the functions.
const FOLLOWER_IS_BEHIND: Duration = Duration::from_secs(2);

/// How many lines of each function's log are shown when something went wrong.
const WARNINGS: usize = 12;

/// What differs between one stack and another.
pub(crate) struct Options {
    /// Where it writes: logs, stack.json and its temporary files.
    pub(crate) directory: PathBuf,
    /// Where the API listens.
    pub(crate) api: TcpListener,
    pub(crate) binaries: Source,
    /// Where it keeps its state between runs, if it does.
    pub(crate) state: Option<PathBuf>,
    /// The simulator's page, if there is one.
    pub(crate) page: Option<PathBuf>,
    /// A Slack that is not the simulator.
    pub(crate) other_slack: Option<OtherSlack>,
    /// Whether the simulator's model is asked about CRITICAL alerts.
    pub(crate) asks_model: bool,
}

/// Where the programs come from.
pub(crate) enum Source {
    /// Built with this cargo profile.
    Build(String, Along),
    /// Somebody else built them.
    Built(Binaries),
}

pub(crate) struct OtherSlack {
    /// Ends with a slash.
    pub(crate) base_url: String,
    pub(crate) credentials: Option<Credentials>,
}

/// What stack.json says: all that a program needs to drive the stack.
#[derive(Serialize)]
pub(crate) struct Facts {
    pub(crate) api_url: String,
    pub(crate) api_key: String,
    /// Slack's side, or the simulator's: the Web API is below /api/.
    pub(crate) slack_url: String,
    /// The simulator's page; null without one.
    pub(crate) page_url: Option<String>,
    slack_signing_secret: String,
    slack_bot_token: String,
    alerts_queue_url: String,
    changes_queue_url: String,
    alerts_dead_letter_queue_url: String,
    changes_dead_letter_queue_url: String,
    table: String,
    pub(crate) bucket: String,
    event_bus: String,
    log_secrets_prefix: String,
    /// For any keys; the two below are as good as others.
    pub(crate) aws_endpoint_url: String,
    pub(crate) region: String,
    aws_access_key_id: String,
    aws_secret_access_key: String,
    stack: String,
    /// By package name.
    functions: BTreeMap<String, Function>,
    logs: PathBuf,
    #[serde(flatten)]
    pub(crate) seeded: Seeded,
}

#[derive(Serialize)]
struct Function {
    /// In Lambda.
    name: String,
    /// The executable that its processes run.
    bootstrap: PathBuf,
}

pub(crate) struct Stack {
    follower: Child,
    emulator: Emulator,
    simulator: Option<Simulator>,
    state: Option<PathBuf>,
    directory: PathBuf,
    pub(crate) facts: Facts,
}

impl Stack {
    /// Starts everything. What was started is stopped again if a later part fails.
    pub(crate) fn start(stop: &Stop, options: Options) -> Result<Stack> {
        let Options { directory, api, binaries, state, page, other_slack, asks_model } = options;
        let (logs, temporary) = (directory.join("logs"), directory.join("tmp"));
        files::make_empty(&logs)?;
        files::make_empty(&temporary)?;
        let venv = Venv::stack(stop)?;
        let binaries = match binaries {
            Source::Built(binaries) => binaries,
            Source::Build(profile, along) => {
                loud_step("Build the functions and the Slack simulator", || build::build(stop, &profile, &along))?
            }
        };
        let ports = Ports::choose(state.as_deref(), ports::of(&api)?)?;
        let kept = |name: &str| state.as_ref().map_or(Ok(None), |state| files::read_json(&state.join(name)));
        let world = kept("world.json")?.map_or_else(simulator::new_world, Ok)?;

        let mut credentials = Credentials::of(&world["app"]);
        let mut simulator = None;
        let slack_base_url = match other_slack {
            Some(other) => {
                credentials = other.credentials.unwrap_or(credentials);
                other.base_url
            }
            None => {
                let started = step("Start the Slack simulator", || {
                    Simulator::start(stop, &binaries, ports.slack, page.as_deref(), &world, &temporary, &logs)
                })?;
                format!("{}/api/", simulator.insert(started).url())
            }
        };
        let aws = ports::listen(0, "cargo dev up")?;
        let aws_endpoint_url = format!("http://127.0.0.1:{}", ports::of(&aws)?);
        front::serve(aws, ports.aws, Change::Root);
        let emulator = step("Start ministack, the AWS emulator", || {
            let places = Places { state: state.clone(), temporary: temporary.join("aws"), logs: logs.clone() };
            Emulator::start(stop, &venv, ports.aws, &aws_endpoint_url, places)
        })?;
        let secret = temporary.join("slack-secret.json");
        files::write_json(&secret, &credentials.secret())?;
        let log_secrets = temporary.join("log-secrets.json");
        let log_apps = if simulator.is_some() { simulator::log_secrets(&world, LOG_SECRETS_PREFIX) } else { json!({}) };
        files::write_json(&log_secrets, &log_apps)?;
        let secrets = (secret.as_path(), log_secrets.as_path());
        let intel = simulator.as_ref().map(Simulator::intel);
        let bedrock = simulator.as_ref().filter(|_| asks_model).map(Simulator::bedrock_url);
        let deployed = step("Deploy template.yaml", || {
            emulator.deploy(stop, &venv, &binaries, secrets, &slack_base_url, (intel.as_ref(), bedrock.as_deref()))
        })?;
        let follower = emulator.follow_logs(&venv, deployed.functions.values())?;

        let api_url = format!("http://127.0.0.1:{}", ports::of(&api)?);
        let host = deployed.outputs.api_url.trim_start_matches("http://").to_owned();
        front::serve(api, emulator.port(), Change::Host(host));

        let functions = deployed.functions.iter().map(|(package, function)| {
            let bootstrap = emulator.bootstrap(function);
            (package.clone(), Function { name: function.name.clone(), bootstrap })
        });
        let facts = Facts {
            api_url,
            api_key: deployed.admin_key,
            slack_url: slack_base_url.trim_end_matches("/api/").to_owned(),
            page_url: page.and(simulator.as_ref()).map(Simulator::url),
            slack_signing_secret: credentials.signing_secret,
            slack_bot_token: credentials.bot_token,
            alerts_queue_url: deployed.outputs.alerts_queue_url,
            changes_queue_url: deployed.outputs.changes_queue_url,
            alerts_dead_letter_queue_url: deployed.outputs.alerts_dead_letter_queue_url,
            changes_dead_letter_queue_url: deployed.outputs.changes_dead_letter_queue_url,
            table: deployed.outputs.table_name,
            bucket: deployed.outputs.bucket_name,
            event_bus: deployed.outputs.event_bus_name,
            log_secrets_prefix: LOG_SECRETS_PREFIX.to_owned(),
            aws_endpoint_url,
            region: REGION.to_owned(),
            aws_access_key_id: ROOT_KEY.to_owned(),
            aws_secret_access_key: ROOT_KEY.to_owned(),
            stack: STACK.to_owned(),
            functions: functions.collect(),
            logs,
            seeded: Seeded::default(),
        };
        let mut stack = Stack { follower, emulator, simulator, state, directory, facts };
        match stack.fill(stop, &world) {
            Ok(()) => Ok(stack),
            // Whatever went wrong here, a function did not do what it was asked to.
            Err(Failure::Said(message)) => said(format!("{message}\n\n{}", stack.warnings())),
            Err(Failure::Interrupted) => Err(Failure::Interrupted),
        }
    }

    /// Introduces the API to Slack, seeds a new state, and says that all is ready.
    fn fill(&mut self, stop: &Stop, world: &Value) -> Result<()> {
        if let Some(simulator) = &self.simulator {
            simulator.introduce(&self.facts.api_url, &self.facts.api_key)?;
        }
        match kept_seed(self.state.as_deref())? {
            Some(seeded) => self.facts.seeded = seeded,
            None => self.seed(stop, world)?,
        }
        files::write_json(&self.facts_file(), &json!(self.facts))
    }

    /// Fails as soon as one of the parts has ended by itself.
    pub(crate) fn still_runs(&mut self) -> Result<()> {
        self.emulator.still_runs()?;
        self.simulator.as_mut().map_or(Ok(()), Simulator::still_runs)
    }

    /// What the simulator's channel shows; nothing of a Slack that is not the simulator.
    pub(crate) fn messages(&self, channel: &str) -> Result<Vec<Value>> {
        self.simulator.as_ref().map_or_else(|| Ok(Vec::new()), |simulator| simulator.messages(channel))
    }

    pub(crate) fn has_simulator(&self) -> bool {
        self.simulator.is_some()
    }

    /// Where the facts are.
    pub(crate) fn facts_file(&self) -> PathBuf {
        self.directory.join("stack.json")
    }

    /// Stops everything, keeping the state if it is to be kept.
    pub(crate) fn stop(mut self) -> Result<()> {
        let world = match (&self.state, &self.simulator) {
            (Some(_), Some(simulator)) => Some(simulator.world()?),
            _ => None,
        };
        self.follower.stop();
        self.emulator.stop();
        if let Some(simulator) = &mut self.simulator {
            simulator.stop();
        }
        if let Some(state) = &self.state {
            if let Some(world) = world {
                files::write_json(&state.join("world.json"), &world)?;
            }
            files::write_json(&state.join("seeded.json"), &json!(self.facts.seeded))?;
        }
        Ok(())
    }

    fn seed(&mut self, stop: &Stop, world: &Value) -> Result<()> {
        let http = Http::with_key(&self.facts.api_key);
        let api_url = self.facts.api_url.clone();
        self.facts.seeded =
            step("Make two users and two destinations", || seed::seed(&http, &api_url, world, self.has_simulator()))?;
        if let Some(simulator) = &self.simulator {
            step("Make a log source", || {
                simulator.people_came_in()?;
                self.facts.seeded.log_source_id = seed::make_log_source(&http, &api_url, LOG_SECRETS_PREFIX)?;
                Ok(())
            })?;
        }
        step("Send a sample alert", || {
            self.facts.seeded.sample_alert_id = seed::send_sample_alert(&http, &api_url)?;
            Ok(())
        })?;
        if !self.has_simulator() {
            return Ok(());
        }
        step("See it in both channels", || {
            let channels: Vec<String> = self.facts.seeded.channels.iter().map(|channel| channel.id.clone()).collect();
            let shown = stop.wait_for(SHOWN_WITHIN, || {
                self.still_runs()?;
                for channel in &channels {
                    if self.messages(channel)?.is_empty() {
                        return Ok(None);
                    }
                }
                Ok(Some(()))
            })?;
            shown.map_or_else(|| self.not_shown(&http), Ok)
        })
    }

    fn not_shown(&self, http: &Http) -> Result<()> {
        let url = format!("{}/alerts/{}", self.facts.api_url, self.facts.seeded.sample_alert_id);
        let alert = http.get(&url).map(|answer| answer.body["deliveries"].to_string()).unwrap_or_default();
        said(format!("The sample alert did not reach both channels within a minute. Its deliveries: {alert}"))
    }

    /// What the functions last warned of, or said as they crashed.
    pub(crate) fn warnings(&self) -> String {
        std::thread::sleep(FOLLOWER_IS_BEHIND);
        let functions = build::FUNCTIONS.map(|function| {
            let file = self.facts.logs.join(format!("{STACK}-{function}.log"));
            format!("{}, without its INFO lines:\n{}", files::shown(&file), tail(&file, WARNINGS, is_warning))
        });
        functions.join("\n\n")
    }
}

impl Drop for Stack {
    /// A stack that no longer runs must not look as if it did.
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.facts_file());
    }
}

/// A line that is not of the level INFO: a warning, an error, or a panic's text.
fn is_warning(line: &str) -> bool {
    !line.contains(r#""level":"INFO""#)
}

fn kept_seed(state: Option<&Path>) -> Result<Option<Seeded>> {
    let Some(state) = state else { return Ok(None) };
    let kept = files::read_json(&state.join("seeded.json"))?;
    Ok(kept.and_then(|seeded| serde_json::from_value(seeded).ok()))
}
