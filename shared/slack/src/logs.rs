//! What a refusal of a log API means for the log source: one table.
//!
//! The codes are those of <https://docs.slack.dev/reference/methods/team.accessLogs#errors> and
//! <https://docs.slack.dev/reference/methods/team.integrationLogs#errors>, with those that every method has. For the
//! audit logs Slack documents HTTP statuses only
//! (<https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference>); the codes of theirs that are known
//! were seen by others (<https://docs.rs/crate/helr/0.4.0/source/docs/integrations/slack.md>).
//!
//! A code that is not in the table is taken for one that people must see to, unlike in
//! [`refusal`](crate::refusal): a source that is refused collects nothing, and nobody would miss what is not there. If
//! it passes by itself, so does the alert. The code itself is told beside the sentence.

/// What a refusal means for the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The cursor is bad or too old: begin the same window again without one. Only of a request that had one.
    BadCursor,
    /// More pages were asked for than Slack gives: go on with `before` or by cursor.
    OverPaginationLimit,
    /// It will be refused until somebody acts; `what_to_do` tells them, in one sentence for people.
    NeedsPeople { what_to_do: &'static str },
    /// It may pass: the next run tries again, and it is no trouble of the source's.
    Passing,
}

/// What to do about `code`, with which a page of `log_type` (`Slack.AuditLogs`, ..) was refused. `with_cursor` is
/// whether the request had a cursor.
///
/// With which code Slack refuses a cursor that is too old is documented for no log: whatever else would be a request
/// that Slack does not take, or a code that is not known, is taken for that. Without the cursor, the same window then
/// shows whether it was.
pub fn verdict(log_type: &str, code: &str, with_cursor: bool) -> Verdict {
    match of_window(log_type, code) {
        Verdict::NeedsPeople { what_to_do: REPORT | UNKNOWN } if with_cursor => Verdict::BadCursor,
        verdict => verdict,
    }
}

/// What to do about a request without a cursor.
fn of_window(log_type: &str, code: &str) -> Verdict {
    use Verdict::{NeedsPeople, OverPaginationLimit, Passing};
    let is_audit = log_type == AUDIT;
    let people = |what_to_do| NeedsPeople { what_to_do };
    match code {
        "over_pagination_limit" => OverPaginationLimit,

        // The person who let the app read, and their token.
        "token_revoked" | "http_401" => people(REVOKED),
        "account_inactive" | "user_is_deactivated" => people(INACTIVE),
        "invalid_auth" => people(INVALID),
        "not_authed" => people("Install the log source again: its secret has no usable user_token."),
        "token_expired" => people(EXPIRED),
        "two_factor_setup_required" => {
            people("The person who installed the log source must set up two-factor authentication in Slack.")
        }
        "not_allowed_token_type" | "is_bot" | "user_is_bot" => {
            people("The secret must hold a user token (xoxp-...), no bot token: install the log source again.")
        }
        "user_is_restricted" | "user_not_authorized" | "http_403" | "http_404" => {
            people(if is_audit { OWNER } else { ADMIN })
        }

        // What they may see.
        "missing_scope" => people(if is_audit { SCOPE_AUDIT } else { SCOPE_ADMIN }),
        "no_permission" | "access_denied" | "not_an_admin" | "not_admin" | "restricted_action" => {
            people(if is_audit { OWNER } else { ADMIN })
        }
        "app_access_restricted" | "team_access_not_granted" => people(APPROVE),
        "accesslimited" => people(NETWORK),
        "ekm_access_denied" => people("An organisation admin has suspended access: ask them to resume it."),

        // The plan, and where the app is installed.
        "paid_only" => people(PAID),
        "feature_not_enabled" => people(if is_audit { ENTERPRISE } else { PAID }),
        "team_not_authorized" | "invalid_workspace" | "not_an_enterprise" if is_audit => people(ORGANISATION),
        "team_not_authorized" => people(APPROVE),
        "enterprise_is_restricted" | "missing_argument" | "invalid_team_id" | "team_not_found" if !is_audit => {
            people(WORKSPACE)
        }

        // Slack itself.
        "ratelimited"
        | "rate_limited"
        | "internal_error"
        | "fatal_error"
        | "service_unavailable"
        | "request_timeout"
        | "org_login_required"
        | "team_added_to_org" => Passing,

        // What we never send, or never like this.
        "bad_request"
        | "deprecated_endpoint"
        | "enterprise_is_restricted"
        | "http_400"
        | "invalid_arg_name"
        | "invalid_arguments"
        | "invalid_array_arg"
        | "invalid_charset"
        | "invalid_cursor"
        | "invalid_form_data"
        | "invalid_limit"
        | "invalid_post_type"
        | "invalid_team_id"
        | "method_deprecated"
        | "missing_argument"
        | "missing_post_type"
        | "unknown_method" => people(REPORT),

        _ => people(UNKNOWN),
    }
}

const AUDIT: &str = "Slack.AuditLogs";

const REVOKED: &str =
    "Install the log source again: its token was revoked, the app was removed, or the installer's account was deleted.";
const INACTIVE: &str =
    "Let another owner install the log source: the account of the person who installed it is deactivated.";
const INVALID: &str =
    "Install the log source again; if the workspace allows apps only from certain IP addresses, allow this one.";
const EXPIRED: &str = "Create the Slack app anew without token rotation, and install the log source again.";
const OWNER: &str =
    "Let an owner of the Enterprise organisation install the log source: Slack shows audit logs to no one else.";
const ADMIN: &str = "Let an owner or admin of the workspace install the log source.";
const SCOPE_AUDIT: &str =
    "Give the Slack app the user scope auditlogs:read, as in its manifest, and install the log source again.";
const SCOPE_ADMIN: &str =
    "Give the Slack app the user scope admin, as in its manifest, and install the log source again.";
const APPROVE: &str = "Ask an admin of the workspace or organisation to approve the Slack app for it.";
const NETWORK: &str =
    "The workspace allows apps only from certain networks: ask an admin to allow the one that Margay calls from.";
const PAID: &str =
    "Move the workspace to a paid Slack plan, or disable the log source: its logs are for paid plans only.";
const ENTERPRISE: &str =
    "Disable the log source, or move to Slack's Enterprise plan: audit logs are for Enterprise organisations only.";
const ORGANISATION: &str =
    "Install the log source again, and choose the whole Enterprise organisation instead of a workspace.";
const WORKSPACE: &str = "Install the log source again, and choose a workspace instead of the whole organisation.";
const UNKNOWN: &str =
    "Slack refuses for a reason that Margay does not know: look the code up in Slack's documentation.";

/// What to do about a request that Slack does not take.
const REPORT: &str = "This is a defect of Margay: please report it with this code.";

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const TYPES: [&str; 3] = [AUDIT, "Slack.AccessLogs", "Slack.IntegrationLogs"];

    #[test]
    fn every_documented_code_has_its_row() {
        let list = include_str!("../tests/fixtures/slack_errors.json");
        let list: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(list).unwrap();
        assert!(list["common"].len() > 25);
        // docs.slack.dev/reference/methods/team.{accessLogs,integrationLogs}, and what others saw of the audit logs.
        let own = ["over_pagination_limit", "paid_only", "invalid_cursor", "invalid_limit", "invalid_team_id"];
        let seen = ["feature_not_enabled", "invalid_workspace", "team_not_authorized", "invalid_auth"];
        for code in list["common"].keys().map(String::as_str).chain(own).chain(seen) {
            let known = TYPES.iter().any(|log_type| verdict(log_type, code, false) != people(UNKNOWN));
            assert!(known, "{code}");
        }
    }

    fn people(what_to_do: &'static str) -> Verdict {
        Verdict::NeedsPeople { what_to_do }
    }

    #[test]
    fn codes_lead_to_what_people_or_the_poller_can_do() {
        let [audit, access, integration] = TYPES;
        for (log_type, code, expected) in [
            (audit, "invalid_cursor", people(REPORT)),
            (audit, "http_400", people(REPORT)),
            (access, "invalid_arguments", people(REPORT)),
            (audit, "http_401", people(REVOKED)),
            (audit, "http_403", people(OWNER)),
            (audit, "http_404", people(OWNER)),
            (access, "over_pagination_limit", Verdict::OverPaginationLimit),
            (integration, "over_pagination_limit", Verdict::OverPaginationLimit),
            (audit, "token_revoked", people(REVOKED)),
            (access, "account_inactive", people(INACTIVE)),
            (audit, "missing_scope", people(SCOPE_AUDIT)),
            (access, "missing_scope", people(SCOPE_ADMIN)),
            (audit, "feature_not_enabled", people(ENTERPRISE)),
            (access, "paid_only", people(PAID)),
            (audit, "team_not_authorized", people(ORGANISATION)),
            (integration, "missing_argument", people(WORKSPACE)),
            (audit, "no_permission", people(OWNER)),
            (access, "org_login_required", Verdict::Passing),
            (audit, "service_unavailable", Verdict::Passing),
            (integration, "never_heard_of", people(UNKNOWN)),
        ] {
            assert_eq!(verdict(log_type, code, false), expected, "{log_type} {code}");
        }
    }

    #[test]
    fn with_a_cursor_whatever_slack_does_not_take_may_be_the_cursor() {
        for log_type in TYPES {
            for code in ["invalid_cursor", "http_400", "bad_request", "invalid_arguments", "never_heard_of"] {
                assert_eq!(verdict(log_type, code, true), Verdict::BadCursor, "{log_type} {code}");
                assert_ne!(verdict(log_type, code, false), Verdict::BadCursor, "{log_type} {code}: there is none");
            }
            for code in ["token_revoked", "missing_scope", "paid_only", "http_403", "service_unavailable"] {
                assert_eq!(verdict(log_type, code, true), verdict(log_type, code, false), "{log_type} {code}");
            }
            assert_eq!(verdict(log_type, "over_pagination_limit", true), Verdict::OverPaginationLimit);
        }
    }
}
