//! `cargo dev api-key`: makes, lists and revokes API keys, of the local stack or of a deployed one.

use crate::failure::{Doing, Result, said};
use crate::files;
use crate::http::Http;
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// The API; the local stack's by default
    #[arg(long, global = true, value_name = "URL", env = "MARGAY_API_URL")]
    api_url: Option<String>,
    /// A file with a key that may manage users; MARGAY_API_KEY holds one, too. The local stack's first by default
    #[arg(long, global = true, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Make a key. It is shown once
    Create {
        /// What it is for
        #[arg(long)]
        name: String,
        /// Any of ViewAlerts, ManageAlerts, ManageDestinations, ManageUsers, ManageLogSources, with commas between them
        #[arg(long, value_delimiter = ',', required = true)]
        permissions: Vec<String>,
    },
    /// List the keys, without the keys themselves
    List,
    /// End a key's life
    Revoke {
        /// As `list` shows it
        id: String,
    },
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let local = files::read_json(&files::dev().join("stack.json"))?;
    let local = |key: &str| local.as_ref().and_then(|facts| facts[key].as_str()).map(str::to_owned);
    let Some(api_url) = arguments.api_url.clone().or_else(|| local("api_url")) else {
        return said("Which API? Give --api-url, or start the local stack with `cargo dev up`.");
    };
    let key = match &arguments.api_key_file {
        Some(file) => {
            let text = std::fs::read_to_string(file).doing(|| format!("read {}", file.display()))?;
            Some(text.trim().to_owned())
        }
        None => std::env::var("MARGAY_API_KEY").ok().or_else(|| local("api_key")),
    };
    let Some(key) = key else {
        return said("Which key? Give --api-key-file, or set MARGAY_API_KEY.");
    };
    let http = Http::with_key(&key);
    let keys = format!("{}/api-keys", api_url.trim_end_matches('/'));
    match &arguments.command {
        Command::Create { name, permissions } => {
            let body = json!({"name": name, "permissions": permissions});
            let made = http.post(&keys, &body)?.accepted("make the key")?;
            println!(
                "{}\n\nThis is the key \"{name}\", id {}. It is not shown again.",
                shown(&made["key"]),
                shown(&made["id"])
            );
        }
        Command::List => {
            let mut answer = http.get(&keys)?.accepted("list the keys")?;
            let list = if answer.is_array() { answer } else { answer["results"].take() };
            for key in list.as_array().into_iter().flatten() {
                let permissions = key["permissions"].as_array().into_iter().flatten().map(shown);
                let permissions = permissions.collect::<Vec<_>>().join(",");
                println!("{:<28} {:<28} {permissions}", shown(&key["id"]), shown(&key["name"]));
            }
        }
        Command::Revoke { id } => {
            http.delete(&format!("{keys}/{id}"))?.accepted("revoke the key")?;
            println!("Revoked {id}.");
        }
    }
    Ok(())
}

fn shown(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
