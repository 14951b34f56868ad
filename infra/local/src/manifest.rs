//! `cargo dev manifest`: prints the Slack app's manifest with the URLs of one deployment, ready to paste.

use crate::failure::{Doing, Result, said};
use std::net::Ipv4Addr;

/// The manifest, with [`PLACEHOLDER`] where the API's address goes.
const MANIFEST: &str = include_str!("../../slack-app.yaml");
const PLACEHOLDER: &str = "https://margay.example";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The stack's ApiUrl, where Slack sends to
    #[arg(long, value_name = "URL", env = "MARGAY_API_URL")]
    api_url: String,
    /// As JSON instead of YAML
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    print!("{}", manifest(&arguments.api_url, arguments.json)?);
    Ok(())
}

fn manifest(api_url: &str, as_json: bool) -> Result<String> {
    let filled = MANIFEST.replace(PLACEHOLDER, &address(api_url)?);
    // The comments at its head are about the placeholder.
    let yaml =
        filled.trim_start_matches(|c| c != '\n').lines().skip_while(|line| line.starts_with('#') || line.is_empty());
    let yaml = yaml.map(|line| format!("{line}\n")).collect::<String>();
    if !as_json {
        return Ok(yaml);
    }
    let value: serde_json::Value = serde_yaml_ng::from_str(&yaml).doing(|| "read infra/slack-app.yaml".to_owned())?;
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
        for api_url in [API.to_owned(), format!("{API}/")] {
            let yaml = manifest(&api_url, false).unwrap();
            assert!(!yaml.contains("margay.example") && !yaml.starts_with('#'), "{yaml}");
            for path in ["/slack/events", "/slack/interactions", "/slack/options", "/slack/oauth/callback"] {
                assert!(yaml.contains(&format!(" {API}{path}\n")), "{path}");
            }
        }
    }

    #[test]
    fn json_says_the_same_as_yaml() {
        let json: serde_json::Value = serde_json::from_str(&manifest(API, true).unwrap()).unwrap();
        let yaml: serde_json::Value = serde_yaml_ng::from_str(&manifest(API, false).unwrap()).unwrap();
        assert_eq!(json, yaml);
        assert_eq!(json["settings"]["interactivity"]["is_enabled"], true);
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
            let Err(Failure::Said(sentence)) = manifest(bad, false) else { panic!("{bad} was taken") };
            assert!(sentence.contains("--api-url"), "{sentence}");
        }
        assert!(manifest("http://127.0.0.1:4600", false).is_ok());
    }
}
