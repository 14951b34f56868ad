//! What each verified request asks for.

use crate::boomerangs::BoomerangClick;
use crate::clicks::Click;
use crate::identity::Identity;
use crate::intel::Choice;
use crate::{Error, Interactions, answer};
use alert::Permission;
use alert::happening::Workspace;
use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use serde_json::json;
use slack::client::Api;
use slack::control::{ACTION_ASSIGN, BOOMERANG_VIEW, COMMENT_ACTION, COMMENT_BLOCK, ModalContext, RESOLVE_VIEW};
use slack::credentials::{Credentials, Installation};
use slack::inbound::{self, BlockSuggestion, Callback, Interaction, Malformed, MessageEvent, ViewSubmission};
use slack::{options, say};

/// A word for the log, and the answer.
pub(crate) type Answered = (&'static str, Response<String>);

impl Interactions {
    /// Answers a verified request.
    pub(crate) async fn answer(
        &self,
        request: &Request<Bytes>,
        credentials: &Credentials,
        now: Timestamp,
    ) -> Result<Answered, Error> {
        let (path, body) = (request.uri().path(), request.body());
        match path {
            "/slack/events" => return self.event(request, credentials, now).await,
            "/slack/interactions" | "/slack/options" => {}
            _ => return Ok(("unknown path", answer::status(404))),
        }
        let from = match inbound::sender(path, body) {
            Ok(from) => from,
            Err(malformed) => return Ok(refused(&malformed)),
        };
        // Whose people these are is decided by the installation, so a request of an unknown one is nobody's.
        let Some(installation) = credentials.of_request(&from) else { return Ok(unknown(&from)) };
        match inbound::interaction(body) {
            Ok(interaction) => self.interaction(installation, interaction, now).await,
            Err(malformed) => Ok(refused(&malformed)),
        }
    }

    async fn event(
        &self,
        request: &Request<Bytes>,
        credentials: &Credentials,
        now: Timestamp,
    ) -> Result<Answered, Error> {
        let body = request.body();
        match inbound::happening(body) {
            Ok(Some(happening)) => return Ok((self.happened(happening).await?, answer::ok())),
            Ok(None) => {}
            Err(malformed) => return Ok(refused(&malformed)),
        }
        match inbound::home_opened(body, now) {
            Ok(Some(opened)) => return Ok((self.home_opened(credentials, &opened).await?, answer::ok())),
            Ok(None) => {}
            Err(malformed) => return Ok(refused(&malformed)),
        }
        match (inbound::callback(body), inbound::sender(request.uri().path(), body)) {
            (Ok(callback), Ok(from)) => self.callback(credentials, &from, callback, retry(request), now).await,
            (Err(malformed), _) | (_, Err(malformed)) => Ok(refused(&malformed)),
        }
    }

    async fn interaction(
        &self,
        installation: &Installation,
        interaction: Interaction,
        now: Timestamp,
    ) -> Result<Answered, Error> {
        let slack = &self.slack.with_token(&installation.token);
        match interaction {
            Interaction::BlockActions(clicked) => {
                let mut outcome = "nothing clicked";
                for click in Click::all(&clicked) {
                    outcome = self.click(slack, &click, now).await?;
                }
                for click in BoomerangClick::all(&clicked) {
                    outcome = self.boomerang_click(slack, installation.id(), &click, now).await?;
                }
                for choice in Choice::all(&clicked) {
                    outcome = self.analyse(slack, &choice, now).await?;
                }
                Ok((outcome, answer::ok()))
            }
            Interaction::ViewSubmission(submission) if submission.callback_id == RESOLVE_VIEW => {
                self.resolve(slack, &submission, now).await
            }
            Interaction::ViewSubmission(submission) if submission.callback_id == BOOMERANG_VIEW => {
                self.send_boomerang(slack, installation.id(), &submission, now).await
            }
            Interaction::BlockSuggestion(suggestion) if suggestion.action_id == ACTION_ASSIGN => {
                self.assignees(slack, &suggestion).await
            }
            Interaction::ViewSubmission(_) | Interaction::BlockSuggestion(_) | Interaction::ViewClosed => {
                Ok(("ignored", answer::ok()))
            }
            Interaction::Other { kind } => {
                tracing::info!(kind, "unknown interaction ignored");
                Ok(("ignored", answer::ok()))
            }
        }
    }

    async fn callback(
        &self,
        credentials: &Credentials,
        from: &Workspace,
        callback: Callback,
        retry: u32,
        now: Timestamp,
    ) -> Result<Answered, Error> {
        match callback {
            Callback::UrlVerification { challenge } => Ok(("challenged", answer::challenge(challenge))),
            Callback::Event(event) => match event.message {
                Some(MessageEvent::InThread(message)) => {
                    let Some(installation) = credentials.of_request(from) else { return Ok(unknown(from)) };
                    let slack = self.slack.with_token(&installation.token);
                    self.comment(&slack, message, retry, now).await
                }
                Some(MessageEvent::Ignored(why)) => {
                    tracing::debug!(slack.event_id = event.event_id, why, "message ignored");
                    Ok(("ignored", answer::ok()))
                }
                None => {
                    tracing::info!(slack.event = event.event_type, slack.event_id = event.event_id, "event ignored");
                    Ok(("ignored", answer::ok()))
                }
            },
            Callback::Other { kind } => {
                tracing::info!(kind, "unknown callback ignored");
                Ok(("ignored", answer::ok()))
            }
        }
    }

    /// The resolution modal was submitted: Resolved, with what was written.
    async fn resolve(&self, slack: &Api<'_>, submission: &ViewSubmission, now: Timestamp) -> Result<Answered, Error> {
        let Some(context) = ModalContext::from_private_metadata(&submission.private_metadata) else {
            return Ok(("malformed", answer::status(400)));
        };
        let refuse =
            |sentence: &str| answer::json(&json!({"response_action": "errors", "errors": {COMMENT_BLOCK: sentence}}));
        // A modal can say what went wrong, where a plain failure would only keep it open.
        let user = match self.identify(slack, &submission.user.id, Permission::ManageAlerts).await {
            Ok(Identity::Known(user)) => user,
            Ok(Identity::Refused(sentence)) => return Ok(("refused", refuse(&sentence))),
            Err(error) => {
                tracing::error!(error = runtime::log::chain(&error), "submission failed");
                return Ok(("failed", refuse(say::try_again())));
            }
        };
        let comment = submission.values.text(COMMENT_BLOCK, COMMENT_ACTION).map(str::to_owned);
        let change = crate::clicks::resolution(&context, submission, comment, &user, now);
        match self.queue(&change).await {
            Ok(()) => Ok(("resolved", answer::ok())),
            Err(error) => {
                tracing::error!(error = runtime::log::chain(&error), "submission failed");
                Ok(("failed", refuse(say::try_again())))
            }
        }
    }

    /// Whom an alert can be assigned to: registered users who may see it. Only those who may assign see the list.
    async fn assignees(&self, slack: &Api<'_>, suggestion: &BlockSuggestion) -> Result<Answered, Error> {
        let Identity::Known(_) = self.identify(slack, &suggestion.user.id, Permission::ManageAlerts).await? else {
            return Ok(("refused", answer::json(&json!({"options": []}))));
        };
        let users = self.store.users().await?;
        let able = users.iter().filter(|user| user.may(Permission::ViewAlerts));
        Ok(("listed", answer::json(&options::options(able, &suggestion.typed))))
    }
}

fn refused(malformed: &Malformed) -> Answered {
    tracing::warn!(error = %malformed, "malformed request");
    ("malformed", answer::status(400))
}

fn unknown(from: &Workspace) -> Answered {
    tracing::warn!(slack.team = from.team_id, slack.enterprise = from.enterprise_id, "unknown installation");
    ("unknown installation", answer::ok())
}

/// Which time Slack sends this event again: 0 for the first
/// (<https://docs.slack.dev/apis/events-api#retries>).
fn retry(request: &Request<Bytes>) -> u32 {
    let header = request.headers().get("x-slack-retry-num").and_then(|value| value.to_str().ok());
    header.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
}
