//! What each verified request asks for.

use crate::boomerangs::BoomerangClick;
use crate::clicks::Click;
use crate::identity::Identity;
use crate::{Error, Interactions, answer};
use alert::Permission;
use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use serde_json::json;
use slack::client::Api;
use slack::control::{ACTION_ASSIGN, BOOMERANG_VIEW, COMMENT_ACTION, COMMENT_BLOCK, ModalContext, RESOLVE_VIEW};
use slack::credentials::Credentials;
use slack::inbound::{self, BlockSuggestion, Callback, Interaction, MessageEvent, ViewSubmission};
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
        let slack = self.slack.with_token(&credentials.bot_token);
        let body = request.body();
        match request.uri().path() {
            "/slack/events" => match inbound::callback(body) {
                Ok(callback) => self.callback(&slack, callback, retry(request), now).await,
                Err(malformed) => {
                    tracing::warn!(error = %malformed, "malformed event");
                    Ok(("malformed", answer::status(400)))
                }
            },
            "/slack/interactions" | "/slack/options" => match inbound::interaction(body) {
                Ok(interaction) => self.interaction(&slack, interaction, now).await,
                Err(malformed) => {
                    tracing::warn!(error = %malformed, "malformed interaction");
                    Ok(("malformed", answer::status(400)))
                }
            },
            _ => Ok(("unknown path", answer::status(404))),
        }
    }

    async fn interaction(&self, slack: &Api<'_>, interaction: Interaction, now: Timestamp) -> Result<Answered, Error> {
        match interaction {
            Interaction::BlockActions(clicked) => {
                let mut outcome = "nothing clicked";
                for click in Click::all(&clicked) {
                    outcome = self.click(slack, &click, now).await?;
                }
                for click in BoomerangClick::all(&clicked) {
                    outcome = self.boomerang_click(slack, &click, now).await?;
                }
                Ok((outcome, answer::ok()))
            }
            Interaction::ViewSubmission(submission) if submission.callback_id == RESOLVE_VIEW => {
                self.resolve(slack, &submission, now).await
            }
            Interaction::ViewSubmission(submission) if submission.callback_id == BOOMERANG_VIEW => {
                self.send_boomerang(slack, &submission, now).await
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
        slack: &Api<'_>,
        callback: Callback,
        retry: u32,
        now: Timestamp,
    ) -> Result<Answered, Error> {
        match callback {
            Callback::UrlVerification { challenge } => Ok(("challenged", answer::challenge(challenge))),
            Callback::Event(event) => match event.message {
                Some(MessageEvent::InThread(message)) => {
                    Ok((self.comment(slack, message, retry, now).await?, answer::ok()))
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
        let user = match self.identify(slack, &submission.user.id).await {
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
        let Identity::Known(_) = self.identify(slack, &suggestion.user.id).await? else {
            return Ok(("refused", answer::json(&json!({"options": []}))));
        };
        let users = self.store.users().await?;
        let able = users.iter().filter(|user| user.may(Permission::ViewAlerts));
        Ok(("listed", answer::json(&options::options(able, &suggestion.typed))))
    }
}

/// Which time Slack sends this event again: 0 for the first
/// (<https://docs.slack.dev/apis/events-api#retries>).
fn retry(request: &Request<Bytes>) -> u32 {
    let header = request.headers().get("x-slack-retry-num").and_then(|value| value.to_str().ok());
    header.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
}
