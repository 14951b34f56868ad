//! `POST /destinations/{id}/welcome`: a message that tries a destination out, and what came of it. What it shows of the
//! channel is noted.

use crate::answer::Answer;
use crate::problem::Problem;
use crate::slack_app::{ALL_CALLS, NoToken, SlackApp};
use crate::{Api, Call};
use alert::place::{Welcome, is_channel_id};
use alert::{ChangeId, Destination, Place, Readiness};
use runtime::log::chain;
use serde::Serialize;
use slack::client::{Error, Posted};
use slack::message::{Message, NewMessage};
use slack::refusal::{Verdict, verdict};
use slack::setup;

/// Where the message is.
#[derive(Debug, Serialize)]
struct WelcomeShape<'a> {
    channel: &'a str,
    ts: &'a str,
}

/// Why there is no welcome message.
enum Failure {
    NoToken(NoToken),
    /// The app is not installed in the destination's workspace.
    NotInstalled,
    Slack(Error),
    Late,
}

impl Api {
    /// Sends the welcome message. With an `Idempotency-Key` a repeated request finds the message that is there.
    pub(crate) async fn welcome_destination(&self, call: &Call<'_>) -> Result<Answer, Problem> {
        let destination = self.destination(&call.id).await?;
        let request = call.idempotency_key.as_deref().map(|key| {
            let parts = ["welcome", &call.caller.id, key, destination.id.as_str()].map(str::as_bytes);
            ChangeId::derive(&parts).to_string()
        });
        let place = &destination.place;
        if let Some(there) = place.welcome.as_ref().filter(|there| Some(&there.request) == request.as_ref()) {
            return Ok(Answer::ok(&WelcomeShape { channel: &there.channel, ts: &there.ts }));
        }
        match self.slack.welcome(&destination).await {
            Ok(Posted { channel, ts }) => {
                let welcome = request.map(|request| Welcome { request, channel: channel.clone(), ts: ts.clone() });
                let place = Place {
                    readiness: Readiness::Ready,
                    channel_id: Some(channel.clone()),
                    welcome: welcome.or(place.welcome.clone()),
                    ..place.clone()
                };
                self.note(&destination, &place).await;
                Ok(Answer::ok(&WelcomeShape { channel: &channel, ts: &ts }))
            }
            Err(failure) => Err(self.no_welcome(&destination, failure).await),
        }
    }

    async fn no_welcome(&self, destination: &Destination, failure: Failure) -> Problem {
        let (code, error) = match failure {
            Failure::NoToken(NoToken::Secret(error)) => return error.into(),
            Failure::NoToken(error @ NoToken::Credentials(_)) => {
                tracing::warn!(error = chain(&error), "welcome message not sent");
                let what_to_do = "Put the Slack app's credentials into its secret (infra/README.md).";
                return Problem::NotReady(format!("The Slack app is not set up. {what_to_do}"));
            }
            Failure::NotInstalled => return self.not_ready(destination, Readiness::NotInstalled).await,
            Failure::Late => return Problem::Unavailable("Slack takes too long".into()),
            Failure::Slack(Error::RateLimited { .. }) => {
                return Problem::Throttled("Slack's rate limit is reached".into());
            }
            Failure::Slack(Error::Refused { method, ref code, .. }) => (code.clone(), verdict(method, code)),
            Failure::Slack(error) => return Problem::Unavailable(Box::new(error)),
        };
        if let Some(readiness) = setup::after_refusal(&code) {
            return self.not_ready(destination, readiness).await;
        }
        match error {
            Verdict::Dead { what_to_do } | Verdict::Bug { what_to_do } => {
                Problem::NotReady(format!("Slack refuses the message: {code}. {what_to_do}"))
            }
            Verdict::BackOff | Verdict::CutText | Verdict::RepostOnce => {
                Problem::Unavailable(format!("Slack refuses for now: {code}").into())
            }
        }
    }

    async fn not_ready(&self, destination: &Destination, readiness: Readiness) -> Problem {
        self.note(destination, &Place { readiness, ..destination.place.clone() }).await;
        let (label, what_to_do) = (setup::label(readiness), setup::what_to_do(readiness));
        Problem::NotReady(format!("The destination is not ready: {label}. {what_to_do}"))
    }

    /// Notes what Slack says of a channel. That this fails does not fail the request: the next message says it again.
    pub(crate) async fn note(&self, destination: &Destination, place: &Place) {
        if *place == destination.place {
            return;
        }
        if let Err(error) = self.store.note_place(&destination.id, place).await {
            tracing::warn!(destination.id = destination.id.as_str(), error = chain(&error), "channel not noted");
        }
    }
}

impl SlackApp {
    async fn welcome(&self, destination: &Destination) -> Result<Posted, Failure> {
        let credentials = self.credentials().await.map_err(Failure::NoToken)?;
        let workspace = destination.settings.workspace.as_deref();
        let token = &credentials.of_destination(workspace).ok_or(Failure::NotInstalled)?.token;
        let channel = destination.channel();
        let channel = if is_channel_id(channel) { channel.to_owned() } else { format!("#{channel}") };
        let message = Message::plain(&setup::welcome(&destination.settings.display_name));
        let new = NewMessage { channel, thread_ts: None, broadcast: false, message };
        match tokio::time::timeout(ALL_CALLS, self.client.with_token(token).post_message(&new)).await {
            Ok(posted) => posted.map_err(Failure::Slack),
            Err(_) => Err(Failure::Late),
        }
    }
}
