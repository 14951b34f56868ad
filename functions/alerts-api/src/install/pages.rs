//! What somebody reads who installs the Slack app: what happened, and what is next. Neither a code, a state nor a token is
//! ever in a page.

use crate::html::{Page, escaped};
use http::{Response, StatusCode};

/// Everything that can come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Installed in a workspace.
    InWorkspace {
        name: String,
    },
    /// Installed for an organisation: `add_url` adds it to workspaces.
    InOrganisation {
        name: String,
        add_url: String,
    },
    /// The app's client id and secret are not in the stack's secret.
    NotSetUp,
    /// The install page was opened without a ticket, or with one that is no good (any more).
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
    /// Slack does not take the client id and secret.
    WrongClient,
    /// Slack does not take the code (any more).
    BadCode,
    /// Slack refuses with another error.
    Refused {
        code: String,
    },
    /// Slack, or AWS, cannot be reached.
    Down,
    /// Another installation is being stored.
    Busy,
}

impl Outcome {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::InWorkspace { .. } | Self::InOrganisation { .. } => StatusCode::OK,
            Self::NotSetUp | Self::WrongClient => StatusCode::CONFLICT,
            Self::NoTicket | Self::TicketExpired | Self::Forged | Self::StateExpired | Self::AnotherBrowser => {
                StatusCode::FORBIDDEN
            }
            Self::Denied | Self::Incomplete | Self::StateUsed | Self::BadCode => StatusCode::BAD_REQUEST,
            Self::Refused { .. } => StatusCode::BAD_GATEWAY,
            Self::Down | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// A word for the log.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::InWorkspace { .. } => "installed in a workspace",
            Self::InOrganisation { .. } => "installed for an organisation",
            Self::NotSetUp => "not set up",
            Self::NoTicket => "no ticket",
            Self::TicketExpired => "ticket expired",
            Self::Denied => "denied",
            Self::Incomplete => "incomplete",
            Self::Forged => "state forged",
            Self::StateExpired => "state expired",
            Self::StateUsed => "state used",
            Self::AnotherBrowser => "another browser",
            Self::WrongClient => "wrong client",
            Self::BadCode => "bad code",
            Self::Refused { .. } => "refused",
            Self::Down => "down",
            Self::Busy => "busy",
        }
    }

    /// Headline, sentences, and a link with its label.
    fn says(&self) -> (String, &'static str, Option<(&str, &'static str)>) {
        let not = || "Margay was not installed".to_owned();
        match self {
            Self::InWorkspace { name } => (
                format!("Margay is installed in {}", escaped(name)),
                "Next: in Slack, type /invite @Margay in each channel that alerts are to go to, and make a destination for it. You can close this page.",
                None,
            ),
            Self::InOrganisation { name, add_url } => (
                format!("Margay is installed for the organisation {}", escaped(name)),
                "Next: it is in no workspace yet, so add it to those with channels that alerts are to go to. Then type /invite @Margay in each of these channels, and make a destination with its channel id.",
                Some((add_url, "Add Margay to workspaces")),
            ),
            Self::NotSetUp => (
                not(),
                "The stack's Slack secret has no client_id and client_secret yet. Put those that Slack shows under Basic Information, App Credentials into it (infra/README.md), and begin again.",
                None,
            ),
            Self::NoTicket => (
                not(),
                "This page opens with a link that is good for ten minutes. Whoever may manage destinations makes one: POST /slack/install with their API key.",
                None,
            ),
            Self::TicketExpired => (
                not(),
                "The link has expired: it is good for ten minutes. Make another one: POST /slack/install.",
                None,
            ),
            Self::Denied => (
                not(),
                "Slack says that it was not allowed. If your workspace asks an admin for approval, wait for that; then make a new link and begin again.",
                None,
            ),
            Self::Incomplete => (
                not(),
                "Slack came back without what is needed. Make a new link (POST /slack/install) and begin again.",
                None,
            ),
            Self::Forged => (
                not(),
                "This did not begin here: somebody may have sent you a link to it. Close this page. If you wanted to install Margay, make a link yourself (POST /slack/install).",
                None,
            ),
            Self::StateExpired => {
                (not(), "It took longer than ten minutes. Make a new link (POST /slack/install) and begin again.", None)
            }
            Self::StateUsed => (
                "This was answered before".to_owned(),
                "Each link is good for once. If Margay is not installed yet, make a new one (POST /slack/install) and begin again.",
                None,
            ),
            Self::AnotherBrowser => (
                not(),
                "It was begun in another browser, or this one does not keep cookies. Open the link and allow Margay in the same browser.",
                None,
            ),
            Self::WrongClient => (
                not(),
                "Slack does not take the app's client_id and client_secret. Compare those in the stack's Slack secret with Slack's Basic Information, App Credentials, and begin again.",
                None,
            ),
            Self::BadCode => (
                not(),
                "Slack does not take its own code any more: it is good for once and for ten minutes. Make a new link (POST /slack/install) and begin again.",
                None,
            ),
            Self::Refused { .. } => (
                not(),
                "Slack refused. Make a new link (POST /slack/install) and begin again; if it stays so, the error below says why.",
                None,
            ),
            Self::Down => (
                not(),
                "Slack or AWS did not answer. Wait a minute, make a new link (POST /slack/install) and begin again.",
                None,
            ),
            Self::Busy => (
                not(),
                "Another installation is being stored at this moment. Wait half a minute and load this page again.",
                None,
            ),
        }
    }

    /// The page.
    pub(super) fn page(&self) -> Response<String> {
        let (headline, sentences, link) = self.says();
        let code = match self {
            Self::Refused { code } => Some(code.as_str()),
            _ => None,
        };
        Page { status: self.status(), headline: &headline, sentences, link, code }.response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_says_what_happened_and_what_to_do() {
        let hostile = "<script>alert(1)</script>\"'&\u{202e}x".to_owned();
        let all = [
            Outcome::InWorkspace { name: "Acme".to_owned() },
            Outcome::InWorkspace { name: hostile.clone() },
            Outcome::InOrganisation {
                name: "Acme".to_owned(),
                add_url: "https://app.slack.com/manage/E1/x".to_owned(),
            },
            Outcome::NotSetUp,
            Outcome::NoTicket,
            Outcome::TicketExpired,
            Outcome::Denied,
            Outcome::Incomplete,
            Outcome::Forged,
            Outcome::StateExpired,
            Outcome::StateUsed,
            Outcome::AnotherBrowser,
            Outcome::WrongClient,
            Outcome::BadCode,
            Outcome::Refused { code: hostile },
            Outcome::Down,
            Outcome::Busy,
        ];
        let main = |page: &str| page.split_once("<h1>").unwrap().1.replace("</html>", "").trim().to_owned();
        let pages: Vec<_> =
            all.iter().map(|one| format!("{} {}", one.status().as_u16(), main(one.page().body()))).collect();
        insta::assert_snapshot!(pages.join("\n\n"), @r#"
        200 Margay is installed in Acme</h1>
        <p>Next: in Slack, type /invite @Margay in each channel that alerts are to go to, and make a destination for it. You can close this page.</p>

        200 Margay is installed in &lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;�x</h1>
        <p>Next: in Slack, type /invite @Margay in each channel that alerts are to go to, and make a destination for it. You can close this page.</p>

        200 Margay is installed for the organisation Acme</h1>
        <p>Next: it is in no workspace yet, so add it to those with channels that alerts are to go to. Then type /invite @Margay in each of these channels, and make a destination with its channel id.</p>
        <p><a href="https://app.slack.com/manage/E1/x" rel="noreferrer">Add Margay to workspaces</a></p>

        409 Margay was not installed</h1>
        <p>The stack's Slack secret has no client_id and client_secret yet. Put those that Slack shows under Basic Information, App Credentials into it (infra/README.md), and begin again.</p>

        403 Margay was not installed</h1>
        <p>This page opens with a link that is good for ten minutes. Whoever may manage destinations makes one: POST /slack/install with their API key.</p>

        403 Margay was not installed</h1>
        <p>The link has expired: it is good for ten minutes. Make another one: POST /slack/install.</p>

        400 Margay was not installed</h1>
        <p>Slack says that it was not allowed. If your workspace asks an admin for approval, wait for that; then make a new link and begin again.</p>

        400 Margay was not installed</h1>
        <p>Slack came back without what is needed. Make a new link (POST /slack/install) and begin again.</p>

        403 Margay was not installed</h1>
        <p>This did not begin here: somebody may have sent you a link to it. Close this page. If you wanted to install Margay, make a link yourself (POST /slack/install).</p>

        403 Margay was not installed</h1>
        <p>It took longer than ten minutes. Make a new link (POST /slack/install) and begin again.</p>

        400 This was answered before</h1>
        <p>Each link is good for once. If Margay is not installed yet, make a new one (POST /slack/install) and begin again.</p>

        403 Margay was not installed</h1>
        <p>It was begun in another browser, or this one does not keep cookies. Open the link and allow Margay in the same browser.</p>

        409 Margay was not installed</h1>
        <p>Slack does not take the app's client_id and client_secret. Compare those in the stack's Slack secret with Slack's Basic Information, App Credentials, and begin again.</p>

        400 Margay was not installed</h1>
        <p>Slack does not take its own code any more: it is good for once and for ten minutes. Make a new link (POST /slack/install) and begin again.</p>

        502 Margay was not installed</h1>
        <p>Slack refused. Make a new link (POST /slack/install) and begin again; if it stays so, the error below says why.</p>
        <p>Slack's error: <code>&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;�x</code></p>

        503 Margay was not installed</h1>
        <p>Slack or AWS did not answer. Wait a minute, make a new link (POST /slack/install) and begin again.</p>

        503 Margay was not installed</h1>
        <p>Another installation is being stored at this moment. Wait half a minute and load this page again.</p>
        "#);
    }

    #[test]
    fn a_page_runs_nothing_and_stays_nowhere() {
        let page = Outcome::NoTicket.page();
        let header = |name: &str| page.headers()[name].to_str().unwrap().to_owned();
        assert!(header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!((header("cache-control").as_str(), header("referrer-policy").as_str()), ("no-store", "no-referrer"));
        assert_eq!(header("x-content-type-options"), "nosniff");
    }
}
