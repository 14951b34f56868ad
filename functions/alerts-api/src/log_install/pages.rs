//! What somebody reads who lets a log source read Slack's logs: what happened, and what to do. Neither a code, a state,
//! a token nor a secret's name is ever in a page.

use crate::html::{Page, escaped};
use http::{Response, StatusCode};
use logs::LogType;

/// Everything that can come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The token is stored, and the source enabled.
    Installed {
        source: String,
        log_type: LogType,
        place: String,
    },
    /// The source's secret does not exist, or has no value.
    SecretMissing,
    /// It is no JSON object of texts.
    SecretUnusable,
    /// It has no client_id and client_secret.
    NoClient,
    /// The page was opened without a ticket, or with one that is no good (any more).
    NoTicket,
    TicketExpired,
    /// Slack says that the person, or an admin, did not allow it.
    Denied,
    /// Slack came back without what it should bring.
    Incomplete,
    /// The state is not ours.
    Forged,
    StateExpired,
    StateUsed,
    /// It was begun in another browser.
    AnotherBrowser,
    /// The source was deleted meanwhile.
    Gone,
    /// Audit logs, and the app was installed in one workspace.
    NotOrganisation,
    /// The source already reads another workspace or organisation.
    AnotherPlace,
    /// Slack did not give what was asked for.
    MissingScope {
        scope: &'static str,
    },
    /// The new token may not read the logs.
    NotAllowed {
        code: String,
        what_to_do: &'static str,
    },
    /// Slack does not take the client id and secret.
    WrongClient,
    /// The app's redirect URL is not ours.
    WrongRedirect,
    /// Slack does not take the code (any more).
    BadCode,
    /// Slack refuses with another error.
    Refused {
        code: String,
    },
    /// Slack's rate limit is reached.
    TooMany,
    /// Slack, or AWS, cannot be reached.
    Down,
    /// Another installation is being stored.
    Busy,
}

impl Outcome {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Installed { .. } => StatusCode::OK,
            Self::SecretMissing
            | Self::SecretUnusable
            | Self::NoClient
            | Self::WrongClient
            | Self::WrongRedirect
            | Self::NotOrganisation
            | Self::AnotherPlace
            | Self::MissingScope { .. }
            | Self::NotAllowed { .. } => StatusCode::CONFLICT,
            Self::NoTicket | Self::TicketExpired | Self::Forged | Self::StateExpired | Self::AnotherBrowser => {
                StatusCode::FORBIDDEN
            }
            Self::Denied | Self::Incomplete | Self::StateUsed | Self::BadCode => StatusCode::BAD_REQUEST,
            Self::Gone => StatusCode::NOT_FOUND,
            Self::Refused { .. } => StatusCode::BAD_GATEWAY,
            Self::TooMany | Self::Down | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// A word for the log.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Installed { .. } => "installed",
            Self::SecretMissing => "secret missing",
            Self::SecretUnusable => "secret unusable",
            Self::NoClient => "no client",
            Self::NoTicket => "no ticket",
            Self::TicketExpired => "ticket expired",
            Self::Denied => "denied",
            Self::Incomplete => "incomplete",
            Self::Forged => "state forged",
            Self::StateExpired => "state expired",
            Self::StateUsed => "state used",
            Self::AnotherBrowser => "another browser",
            Self::Gone => "gone",
            Self::NotOrganisation => "not the organisation",
            Self::AnotherPlace => "another workspace",
            Self::MissingScope { .. } => "missing scope",
            Self::NotAllowed { .. } => "not allowed",
            Self::WrongClient => "wrong client",
            Self::WrongRedirect => "wrong redirect URL",
            Self::BadCode => "bad code",
            Self::Refused { .. } => "refused",
            Self::TooMany => "rate limited",
            Self::Down => "down",
            Self::Busy => "busy",
        }
    }

    /// What to do about it: one or a few sentences.
    fn says(&self) -> String {
        let again = "make a new link (POST /log-sources/{id}/install) and begin again";
        match self {
            Self::Installed { log_type, place, .. } => format!(
                "Margay now reads {log_type} of {}, every minute. The first entries are stored within two minutes; GET /log-sources/{{id}} shows how it goes. You can close this page.",
                escaped(place)
            ),
            Self::SecretMissing => format!(
                "The log source's secret does not exist, or is empty. Make it, with the client_id and client_secret that Slack shows under Basic Information, App Credentials (infra/README.md); then {again}."
            ),
            Self::SecretUnusable => format!(
                "The log source's secret is no JSON object of texts. Put the client_id and client_secret that Slack shows under Basic Information, App Credentials into it (infra/README.md); then {again}."
            ),
            Self::NoClient => format!(
                "The log source's secret has no client_id and client_secret yet. Put those that Slack shows under Basic Information, App Credentials into it (infra/README.md); then {again}."
            ),
            Self::NoTicket => "This page opens with a link that is good for ten minutes. Whoever may manage log sources makes one: POST /log-sources/{id}/install with their API key.".to_owned(),
            Self::TicketExpired => format!("The link has expired, it is good for ten minutes: {again}."),
            Self::Denied => format!(
                "Slack says that it was not allowed. If an admin has to approve apps, wait for that; then {again}."
            ),
            Self::Incomplete => format!("Slack came back without what is needed: {again}."),
            Self::Forged => "This did not begin here: somebody may have sent you a link to it. Close this page. If you wanted to install a log source, make a link yourself (POST /log-sources/{id}/install).".to_owned(),
            Self::StateExpired => format!("It took longer than ten minutes: {again}."),
            Self::StateUsed => format!(
                "Each link is good for once. GET /log-sources/{{id}} shows whether it works; if it does not, {again}."
            ),
            Self::AnotherBrowser => "It was begun in another browser, or this one does not keep cookies. Open the link and allow it in the same browser.".to_owned(),
            Self::Gone => "The log source was deleted. Create it anew (POST /log-sources).".to_owned(),
            Self::NotOrganisation => format!(
                "The app was installed in one workspace, and only the whole Enterprise organisation has audit logs: {again}, and at the top right of Slack's page choose the organisation."
            ),
            Self::AnotherPlace => format!(
                "This log source reads another workspace or organisation, and it still does. To read this one too, create another log source with a secret of its own; otherwise {again}, and choose the one it reads."
            ),
            Self::MissingScope { scope } => format!(
                "Slack did not give the user scope {scope}. Compare the app's user scopes with the manifest in infra/, then {again}."
            ),
            Self::NotAllowed { what_to_do, .. } => format!("{what_to_do} Then {again}."),
            Self::WrongClient => format!(
                "Slack does not take the app's client_id and client_secret. Compare those in the log source's secret with Slack's Basic Information, App Credentials; then {again}."
            ),
            Self::WrongRedirect => format!(
                "The app's redirect URL is another one. Under OAuth &amp; Permissions set it to this API's address with /slack/logs/callback, and remove all others; then {again}."
            ),
            Self::BadCode => format!(
                "Slack does not take its own code any more, it is good for once and for ten minutes: {again}."
            ),
            Self::Refused { .. } => {
                format!("Slack refused: {again}; if it stays so, the error below says why.")
            }
            Self::TooMany => format!(
                "Slack's rate limit is reached; for audit logs every program of the organisation shares it. Wait a minute, {again}."
            ),
            Self::Down => format!("Slack or AWS did not answer. Wait a minute, {again}."),
            Self::Busy => "Another installation is being stored at this moment. Wait half a minute and load this page again.".to_owned(),
        }
    }

    /// The page.
    pub(super) fn page(&self) -> Response<String> {
        let headline = match self {
            Self::Installed { source, .. } => format!("The log source {} is installed", escaped(source)),
            Self::StateUsed => "This was answered before".to_owned(),
            _ => "The log source was not installed".to_owned(),
        };
        let code = match self {
            Self::Refused { code } | Self::NotAllowed { code, .. } => Some(code.as_str()),
            _ => None,
        };
        Page { status: self.status(), headline: &headline, sentences: &self.says(), link: None, code }.response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_says_what_happened_and_what_to_do() {
        let hostile = "<script>alert(1)</script>\"'&\u{202e}x".to_owned();
        let installed = |source: &str, place: &str| Outcome::Installed {
            source: source.to_owned(),
            log_type: LogType::Audit,
            place: place.to_owned(),
        };
        let all = [
            installed("Acme audit", "Acme"),
            installed(&hostile, &hostile),
            Outcome::SecretMissing,
            Outcome::SecretUnusable,
            Outcome::NoClient,
            Outcome::NoTicket,
            Outcome::TicketExpired,
            Outcome::Denied,
            Outcome::Incomplete,
            Outcome::Forged,
            Outcome::StateExpired,
            Outcome::StateUsed,
            Outcome::AnotherBrowser,
            Outcome::Gone,
            Outcome::NotOrganisation,
            Outcome::AnotherPlace,
            Outcome::MissingScope { scope: "auditlogs:read" },
            Outcome::NotAllowed { code: hostile.clone(), what_to_do: "Ask somebody." },
            Outcome::WrongClient,
            Outcome::WrongRedirect,
            Outcome::BadCode,
            Outcome::Refused { code: hostile },
            Outcome::TooMany,
            Outcome::Down,
            Outcome::Busy,
        ];
        let main = |page: &str| page.split_once("<h1>").unwrap().1.replace("</html>", "").trim().to_owned();
        let pages: Vec<_> =
            all.iter().map(|one| format!("{} {}", one.status().as_u16(), main(one.page().body()))).collect();
        insta::assert_snapshot!(pages.join("\n\n"), @"
        200 The log source Acme audit is installed</h1>
        <p>Margay now reads Slack.AuditLogs of Acme, every minute. The first entries are stored within two minutes; GET /log-sources/{id} shows how it goes. You can close this page.</p>

        200 The log source &lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;�x is installed</h1>
        <p>Margay now reads Slack.AuditLogs of &lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;�x, every minute. The first entries are stored within two minutes; GET /log-sources/{id} shows how it goes. You can close this page.</p>

        409 The log source was not installed</h1>
        <p>The log source's secret does not exist, or is empty. Make it, with the client_id and client_secret that Slack shows under Basic Information, App Credentials (infra/README.md); then make a new link (POST /log-sources/{id}/install) and begin again.</p>

        409 The log source was not installed</h1>
        <p>The log source's secret is no JSON object of texts. Put the client_id and client_secret that Slack shows under Basic Information, App Credentials into it (infra/README.md); then make a new link (POST /log-sources/{id}/install) and begin again.</p>

        409 The log source was not installed</h1>
        <p>The log source's secret has no client_id and client_secret yet. Put those that Slack shows under Basic Information, App Credentials into it (infra/README.md); then make a new link (POST /log-sources/{id}/install) and begin again.</p>

        403 The log source was not installed</h1>
        <p>This page opens with a link that is good for ten minutes. Whoever may manage log sources makes one: POST /log-sources/{id}/install with their API key.</p>

        403 The log source was not installed</h1>
        <p>The link has expired, it is good for ten minutes: make a new link (POST /log-sources/{id}/install) and begin again.</p>

        400 The log source was not installed</h1>
        <p>Slack says that it was not allowed. If an admin has to approve apps, wait for that; then make a new link (POST /log-sources/{id}/install) and begin again.</p>

        400 The log source was not installed</h1>
        <p>Slack came back without what is needed: make a new link (POST /log-sources/{id}/install) and begin again.</p>

        403 The log source was not installed</h1>
        <p>This did not begin here: somebody may have sent you a link to it. Close this page. If you wanted to install a log source, make a link yourself (POST /log-sources/{id}/install).</p>

        403 The log source was not installed</h1>
        <p>It took longer than ten minutes: make a new link (POST /log-sources/{id}/install) and begin again.</p>

        400 This was answered before</h1>
        <p>Each link is good for once. GET /log-sources/{id} shows whether it works; if it does not, make a new link (POST /log-sources/{id}/install) and begin again.</p>

        403 The log source was not installed</h1>
        <p>It was begun in another browser, or this one does not keep cookies. Open the link and allow it in the same browser.</p>

        404 The log source was not installed</h1>
        <p>The log source was deleted. Create it anew (POST /log-sources).</p>

        409 The log source was not installed</h1>
        <p>The app was installed in one workspace, and only the whole Enterprise organisation has audit logs: make a new link (POST /log-sources/{id}/install) and begin again, and at the top right of Slack's page choose the organisation.</p>

        409 The log source was not installed</h1>
        <p>This log source reads another workspace or organisation, and it still does. To read this one too, create another log source with a secret of its own; otherwise make a new link (POST /log-sources/{id}/install) and begin again, and choose the one it reads.</p>

        409 The log source was not installed</h1>
        <p>Slack did not give the user scope auditlogs:read. Compare the app's user scopes with the manifest in infra/, then make a new link (POST /log-sources/{id}/install) and begin again.</p>

        409 The log source was not installed</h1>
        <p>Ask somebody. Then make a new link (POST /log-sources/{id}/install) and begin again.</p>
        <p>Slack's error: <code>&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;�x</code></p>

        409 The log source was not installed</h1>
        <p>Slack does not take the app's client_id and client_secret. Compare those in the log source's secret with Slack's Basic Information, App Credentials; then make a new link (POST /log-sources/{id}/install) and begin again.</p>

        409 The log source was not installed</h1>
        <p>The app's redirect URL is another one. Under OAuth &amp; Permissions set it to this API's address with /slack/logs/callback, and remove all others; then make a new link (POST /log-sources/{id}/install) and begin again.</p>

        400 The log source was not installed</h1>
        <p>Slack does not take its own code any more, it is good for once and for ten minutes: make a new link (POST /log-sources/{id}/install) and begin again.</p>

        502 The log source was not installed</h1>
        <p>Slack refused: make a new link (POST /log-sources/{id}/install) and begin again; if it stays so, the error below says why.</p>
        <p>Slack's error: <code>&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;�x</code></p>

        503 The log source was not installed</h1>
        <p>Slack's rate limit is reached; for audit logs every program of the organisation shares it. Wait a minute, make a new link (POST /log-sources/{id}/install) and begin again.</p>

        503 The log source was not installed</h1>
        <p>Slack or AWS did not answer. Wait a minute, make a new link (POST /log-sources/{id}/install) and begin again.</p>

        503 The log source was not installed</h1>
        <p>Another installation is being stored at this moment. Wait half a minute and load this page again.</p>
        ");
    }
}
