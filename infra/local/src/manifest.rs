//! `cargo dev manifest`: prints the manifest of a Slack app with the URLs of one deployment, ready to paste.

use crate::failure::{Doing, Result, said};
use std::net::Ipv4Addr;

/// A Slack app. Each manifest has [`PLACEHOLDER`] where the API's address goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum App {
    /// The one that alerts are worked on with
    Alerts,
    /// The one that reads an organisation's audit logs
    Audit,
    /// The one that reads a workspace's access and integration logs
    Access,
}

impl App {
    fn manifest(self) -> &'static str {
        match self {
            Self::Alerts => include_str!("../../slack-app.yaml"),
            Self::Audit => include_str!("../../slack-logs-audit.yaml"),
            Self::Access => include_str!("../../slack-logs-access.yaml"),
        }
    }
}

const PLACEHOLDER: &str = "https://margay.example";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The stack's ApiUrl, where Slack sends to
    #[arg(long, value_name = "URL", env = "MARGAY_API_URL")]
    api_url: String,
    /// Which app
    #[arg(long, value_enum, default_value_t = App::Alerts)]
    app: App,
    /// As JSON instead of YAML
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    print!("{}", manifest(arguments.app, &arguments.api_url, arguments.json)?);
    Ok(())
}

fn manifest(app: App, api_url: &str, as_json: bool) -> Result<String> {
    let filled = app.manifest().replace(PLACEHOLDER, &address(api_url)?);
    // The comments at its head are about the placeholder.
    let yaml =
        filled.trim_start_matches(|c| c != '\n').lines().skip_while(|line| line.starts_with('#') || line.is_empty());
    let yaml = yaml.map(|line| format!("{line}\n")).collect::<String>();
    if !as_json {
        return Ok(yaml);
    }
    let value: serde_json::Value = serde_yaml_ng::from_str(&yaml).doing(|| "read the manifest".to_owned())?;
    let json = serde_json::to_string_pretty(&value).doing(|| "write the manifest as JSON".to_owned())?;
    Ok(json + "\n")
}

/// An API's address without the slash at its end. Slack sends only to https; plain http is for this machine.
fn address(url: &str) -> Result<String> {
    let refused = |what: &str| {
        said(format!(
            "--api-url {url:?} {what}. Give the stack's ApiUrl, such as https://abc123.execute-api.eu-central-1.amazonaws.com"
        ))
    };
    let Ok(uri) = url.parse::<ureq::http::Uri>() else { return refused("is no URL") };
    let Some(host) = uri.host().filter(|host| !host.is_empty()) else { return refused("names no host") };
    match uri.scheme_str() {
        Some("https") => {}
        Some("http") if host == Ipv4Addr::LOCALHOST.to_string() => {}
        Some("http") => return refused("is not https"),
        _ => return refused("must begin with https://"),
    }
    if uri.query().is_some() || url.contains(['#', '@', '"', '\\']) {
        return refused("must be an address without query or user");
    }
    Ok(url.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    const API: &str = "https://abc.execute-api.eu-central-1.amazonaws.com";

    #[test]
    fn every_url_is_the_deployments_and_no_placeholder_is_left() {
        let of_alerts = ["/slack/events", "/slack/interactions", "/slack/options", "/slack/oauth/callback"];
        let of_logs = ["/slack/logs/callback"];
        for (app, paths) in [(App::Alerts, &of_alerts[..]), (App::Audit, &of_logs), (App::Access, &of_logs)] {
            for api_url in [API.to_owned(), format!("{API}/")] {
                let yaml = manifest(app, &api_url, false).unwrap();
                assert!(!yaml.contains("margay.example") && yaml.starts_with("_metadata:"), "{yaml}");
                for path in paths {
                    assert!(yaml.contains(&format!(" {API}{path}\n")), "{path}");
                }
            }
        }
    }

    #[test]
    fn json_says_the_same_as_yaml() {
        for app in [App::Alerts, App::Audit, App::Access] {
            let json: serde_json::Value = serde_json::from_str(&manifest(app, API, true).unwrap()).unwrap();
            let yaml: serde_json::Value = serde_yaml_ng::from_str(&manifest(app, API, false).unwrap()).unwrap();
            assert_eq!(json, yaml);
            assert_eq!(json["settings"]["interactivity"]["is_enabled"] == true, app == App::Alerts);
        }
    }

    #[test]
    fn what_slack_would_not_send_to_is_refused() {
        for bad in [
            "http://abc.example",
            "http://localhost:4600",
            "ftp://abc.example",
            "abc.example",
            "https://",
            "",
            "https://a.example/?x=1",
            "https://a.example/#x",
            "https://u@a.example",
            "https://a.example\nx: y",
        ] {
            let Err(Failure::Said(sentence)) = manifest(App::Alerts, bad, false) else { panic!("{bad} was taken") };
            assert!(sentence.contains("--api-url"), "{sentence}");
        }
        assert!(manifest(App::Alerts, "http://127.0.0.1:4600", false).is_ok());
    }
}
