//! The part of the control API that is about logs.
//!
//! | request | what |
//! |---|---|
//! | `GET`, `POST`, `DELETE /_control/logs/{audit,access,integration}` | what there is, oldest first; more (an array, of any date); nothing any more |
//! | `POST /_control/logs/generate` | many entries from a seed: `{log, count, from, to, seed}` |
//! | `GET`, `PATCH /_control/logs/settings` | plan, clock, limits, quirks |
//! | `GET`, `PUT /_control/logs/apps`, `PATCH …/apps/{client_id}` | the log apps |
//! | `GET`, `POST`, `PATCH /_control/logs/tokens` | tokens; one more (`{client_id, user, place, scopes}`); what becomes of one (`{token, state}`) |
//! | `DELETE /_control/logs/tokens?client_id=` | revokes all of an app |
//! | `PATCH /_control/users/{id}` | `{"deleted": true}` deactivates who installed an app |
//! | `POST /_control/logs/others` | other apps of the organisation read audit logs: `{calls}` |
//! | `POST /_control/oauth/approve`, `…/deny` | a person answers an authorize URL: `{url, user, place}`, `{url}`; gives the `url` they are sent to |

use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::generate::Bulk;
use super::oauth::Consent;
use super::settings::LogApp;
use crate::control::{Answer, Outcome, parameter, read};
use crate::refusal::Refusal;
use crate::slack::Slack;
use crate::world::TokenState;

/// Answers what is about logs; `None` if the request is none of that. `segments` is the path after `/_control/`.
pub(crate) fn route(slack: &Slack, method: &Method, segments: &[&str], query: &str, body: &[u8]) -> Option<Outcome> {
    let done = |outcome: Result<(), Refusal>| outcome.map(|()| json!({}).into());
    let entries = || read::<Vec<Value>>(body);
    Some(match (method.as_str(), segments) {
        ("GET", ["logs", "audit"]) => shown("audit", slack.audit_entries()),
        ("GET", ["logs", "access"]) => shown("access", slack.access_rows()),
        ("GET", ["logs", "integration"]) => shown("integration", slack.integration_rows()),
        ("POST", ["logs", "audit"]) => done(entries().and_then(|all| slack.add_audit_entries(all))),
        ("POST", ["logs", "access"]) => {
            done(entries().and_then(|all| all.into_iter().try_for_each(|one| slack.add_access(one))))
        }
        ("POST", ["logs", "integration"]) => {
            done(entries().and_then(|all| all.into_iter().try_for_each(|one| slack.add_integration(one))))
        }
        ("DELETE", ["logs", log @ ("audit" | "access" | "integration")]) => {
            slack.with_state(|state| match *log {
                "audit" => state.logs.audit.clear(),
                "access" => state.logs.access.clear(),
                _ => state.logs.integration.clear(),
            });
            Ok(json!({}).into())
        }
        ("POST", ["logs", "generate"]) => {
            read::<Bulk>(body).and_then(|bulk| slack.generate_logs(&bulk)).map(|count| json!({"count": count}).into())
        }
        ("GET", ["logs", "settings"]) => Ok(json!(slack.log_settings()).into()),
        ("PATCH", ["logs", "settings"]) => done(read(body).and_then(|patch| slack.patch_log_settings(&patch))),
        ("GET", ["logs", "apps"]) => Ok(json!({"apps": slack.log_apps()}).into()),
        ("PUT", ["logs", "apps"]) => done(read::<Vec<LogApp>>(body).and_then(|apps| slack.set_log_apps(apps))),
        ("PATCH", ["logs", "apps", id]) => done(read(body).and_then(|patch| slack.patch_log_app(id, &patch))),
        ("GET", ["logs", "tokens"]) => Ok(json!({"tokens": slack.user_tokens()}).into()),
        ("POST", ["logs", "tokens"]) => grant(slack, body),
        ("PATCH", ["logs", "tokens"]) => {
            done(read::<Becomes>(body).and_then(|becomes| slack.set_user_token(&becomes.token, becomes.state)))
        }
        ("DELETE", ["logs", "tokens"]) => match parameter(query, "client_id") {
            Some(client_id) => Ok(json!({"revoked": slack.revoke_user_tokens(&client_id)}).into()),
            None => Err(Refusal::bad_request("?client_id= is needed")),
        },
        ("POST", ["logs", "others"]) => {
            done(read::<Others>(body).map(|others| slack.others_read_audit_logs(others.calls)))
        }
        ("POST", ["oauth", "approve"]) => read::<Approve>(body)
            .and_then(|a| slack.approve(&a.url, &Consent { user: a.user, place: a.place }))
            .map(|url| json!({"url": url}).into()),
        ("POST", ["oauth", "deny"]) => {
            read::<Deny>(body).and_then(|d| slack.deny(&d.url)).map(|url| json!({"url": url}).into())
        }
        _ => return None,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Becomes {
    token: String,
    state: TokenState,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Others {
    calls: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approve {
    url: String,
    user: String,
    #[serde(default)]
    place: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deny {
    url: String,
}

fn shown(log: &str, entries: Vec<Value>) -> Outcome {
    Ok(json!({log: entries}).into())
}

fn grant(slack: &Slack, body: &[u8]) -> Outcome {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Grant {
        client_id: String,
        user: String,
        place: String,
        scopes: Vec<String>,
    }
    let grant: Grant = read(body)?;
    let scopes: Vec<&str> = grant.scopes.iter().map(String::as_str).collect();
    let token = slack.grant_user_token(&grant.client_id, &grant.user, &grant.place, &scopes)?;
    Ok(Answer::Json(json!({"token": token})))
}
