//! The Slack simulator with its page, and the workspace it plays: Acme, with two alert channels, one that the bot is not
//! in, and five people.

use crate::build::Binaries;
use crate::child::{Child, Program};
use crate::emulator::Intel;
use crate::failure::{Doing, Failure, Result};
use crate::files;
use crate::http::Http;
use crate::stop::Stop;
use serde_json::{Value, json};
use std::io::Read;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Acme as it is at first. The app's secrets are added to it.
const WORLD: &str = include_str!("../world.json");

/// The Slack app's credentials.
pub(crate) struct Credentials {
    pub(crate) signing_secret: String,
    pub(crate) bot_token: String,
    client_id: String,
    client_secret: String,
}

impl Credentials {
    /// The JSON of the Slack secret.
    pub(crate) fn secret(&self) -> Value {
        json!({
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "signing_secret": self.signing_secret,
            "bot_token": self.bot_token,
        })
    }

    /// Those of a world's app, or of any object with the same keys.
    pub(crate) fn of(app: &Value) -> Credentials {
        let text = |key: &str| app[key].as_str().unwrap_or_default().to_owned();
        Credentials {
            signing_secret: text("signing_secret"),
            bot_token: text("bot_token"),
            client_id: text("client_id"),
            client_secret: text("client_secret"),
        }
    }
}

/// What the secrets of log sources hold, by their names, which begin with `prefix`: one for each app of the world that
/// reads logs, called after it. "Margay access logs" is `access`.
pub(crate) fn log_secrets(world: &Value, prefix: &str) -> Value {
    let apps = world["log_apps"].as_array().into_iter().flatten();
    let secrets = apps.filter_map(|app| {
        let name = app["name"].as_str()?.strip_prefix("Margay ")?.strip_suffix(" logs")?;
        let secret = json!({"client_id": app["client_id"], "client_secret": app["client_secret"]});
        Some((format!("{prefix}{name}"), secret))
    });
    Value::Object(secrets.collect())
}

/// Acme with an app whose secrets nobody has seen before.
pub(crate) fn new_world() -> Result<Value> {
    let mut world: Value = serde_json::from_str(WORLD).doing(|| "understand infra/local/world.json".to_owned())?;
    let random = |bytes: usize| -> Result<String> {
        let mut buffer = vec![0; bytes];
        let what = || "read /dev/urandom".to_owned();
        std::fs::File::open("/dev/urandom").doing(what)?.read_exact(&mut buffer).doing(what)?;
        Ok(buffer.iter().map(|byte| format!("{byte:02x}")).collect())
    };
    // The lengths and shapes of Slack's own.
    world["app"]["signing_secret"] = random(16)?.into();
    world["app"]["client_secret"] = random(16)?.into();
    world["app"]["bot_token"] = format!("xoxb-1000000000001-1000000000003-{}", random(12)?).into();
    Ok(world)
}

pub(crate) struct Simulator {
    child: Child,
    http: Http,
    port: u16,
}

impl Simulator {
    /// The providers of threat intelligence that it plays too, all of them on. The keys are those that they take.
    pub(crate) fn intel(&self) -> Intel {
        let keyed = ["ipinfo", "greynoise", "abuseipdb", "virustotal"];
        let keys = keyed.map(|name| (name.to_owned(), Value::from(format!("the-{name}-key"))));
        let secret = Value::Object(keys.into_iter().collect()).to_string();
        Intel { base_url: format!("{}/intel", self.url()), secret }
    }

    /// Where the Amazon Bedrock is that it plays too.
    pub(crate) fn bedrock_url(&self) -> String {
        format!("{}/bedrock", self.url())
    }

    /// Starts it with this page and this world, and waits until it answers.
    pub(crate) fn start(
        stop: &Stop,
        binaries: &Binaries,
        port: u16,
        page: Option<&Path>,
        world: &Value,
        temporary: &Path,
        logs: &Path,
    ) -> Result<Simulator> {
        let file = temporary.join("world.json");
        files::write_json(&file, world)?;
        let mut program = Program::new(binaries.simulator())
            .own_environment_only()
            .args(["--port", &port.to_string(), "--world"])
            .arg(&file);
        if let Some(page) = page {
            program = program.arg("--page").arg(page);
        }
        let child = program.start(&logs.join("slack-simulator.log"))?;
        let mut simulator = Simulator { child, http: Http::new(), port };
        let url = simulator.control("world");
        let answers = stop.wait_for(Duration::from_secs(20), || {
            simulator.child.still_runs()?;
            Ok(simulator.http.get(&url).is_ok_and(|answer| answer.status == 200).then_some(()))
        })?;
        answers.map(|()| simulator).ok_or_else(|| Failure::Said("The Slack simulator did not answer.".to_owned()))
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn still_runs(&mut self) -> Result<()> {
        self.child.still_runs()
    }

    pub(crate) fn stop(&mut self) {
        self.child.stop();
    }

    /// Sends the workspace's clicks and events to this API, and whoever lets an app read logs back to it; has the page
    /// read and send alerts there.
    pub(crate) fn introduce(&self, api_url: &str, api_key: &str) -> Result<()> {
        let urls = json!({
            "interactivity_url": format!("{api_url}/slack/interactions"),
            "options_url": format!("{api_url}/slack/options"),
            "events_url": format!("{api_url}/slack/events"),
        });
        self.http.patch(&self.control("app"), &urls)?.accepted("tell the Slack simulator the app's URLs")?;
        let apps = self.http.get(&self.control("logs/apps"))?.accepted("read the Slack simulator's log apps")?;
        for app in apps["apps"].as_array().into_iter().flatten() {
            let url = self.control(&format!("logs/apps/{}", app["client_id"].as_str().unwrap_or_default()));
            let back = json!({"redirect_urls": [format!("{api_url}/slack/logs/callback")]});
            self.http.patch(&url, &back)?.accepted("tell the Slack simulator where log apps are installed from")?;
        }
        let backend = json!({"url": api_url, "headers": {"X-API-Key": api_key}});
        self.http.put(&self.control("backend"), &backend)?.accepted("tell the Slack simulator the API").map(drop)
    }

    /// Slack's access logs get rows of the last hours. People were seen again up to two hours after they first were.
    pub(crate) fn people_came_in(&self) -> Result<()> {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).doing(|| "read the clock".to_owned())?;
        let now = since.as_secs();
        let rows = json!({"log": "access", "count": 100, "from": now - 21_600, "to": now - 7200, "seed": now});
        let url = self.control("logs/generate");
        self.http.post(&url, &rows)?.accepted("fill the Slack simulator's access logs").map(drop)
    }

    /// What a channel shows, oldest first.
    pub(crate) fn messages(&self, channel: &str) -> Result<Vec<Value>> {
        let answer = self.http.get(&self.control(&format!("channels/{channel}/messages")))?;
        let mut body = answer.accepted("read a channel of the Slack simulator")?;
        match body["messages"].take() {
            Value::Array(messages) => Ok(messages),
            _ => Ok(Vec::new()),
        }
    }

    /// The world as it is now, with everything that was posted.
    pub(crate) fn world(&self) -> Result<Value> {
        self.http.get(&self.control("world"))?.accepted("read the Slack simulator's world")
    }

    fn control(&self, path: &str) -> String {
        format!("{}/_control/{path}", self.url())
    }
}
