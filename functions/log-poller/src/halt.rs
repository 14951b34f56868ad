//! Why a run ends before everything is read. None of it loses anything: the next run goes on from the stored progress.

use runtime::bucket::BucketError;
use runtime::bus::BusError;
use runtime::secret::SecretError;
use slack::client::Error as SlackError;
use slack::logs::{Verdict, verdict};

/// Why a run ends.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Halt {
    #[error("another run has the source")]
    Held,
    /// Its calls or its time: the next run goes on.
    #[error("as much was read as a run may")]
    Spent,
    #[error("Slack has asked to wait")]
    Waiting,
    #[error("Slack's rate limit is reached")]
    RateLimited,
    /// Slack or the way there failed, for a while.
    #[error("Slack does not answer as it should ({code})")]
    Passing {
        code: String,
        #[source]
        source: Option<SlackError>,
    },
    /// Until somebody acts.
    #[error("Slack refuses: {code}")]
    NeedsPeople { code: String, what_to_do: String },
    #[error("nobody has granted access yet")]
    NotSetUp,
    #[error("the secret cannot be read")]
    Secret(#[from] SecretError),
    #[error("the progress cannot be read or written")]
    Store(#[from] store::Error),
    #[error("what was stored could not be said")]
    Bus(#[from] BusError),
    /// Whether an object is there is not known, and it may still be on its way.
    #[error("an object may not be there")]
    Bucket(#[from] BucketError),
    /// The lease is kept until it lapses.
    #[error("a defect of Margay ended the run")]
    Panicked,
}

impl Halt {
    /// One word for the log.
    pub(crate) fn outcome(&self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Spent => "to be continued",
            Self::Waiting => "waiting",
            Self::RateLimited => "rate limited",
            Self::Passing { .. } => "no answer",
            Self::NeedsPeople { .. } => "refused",
            Self::NotSetUp => "not set up",
            Self::Secret(_) => "no secret",
            Self::Store(_) | Self::Bus(_) | Self::Bucket(_) | Self::Panicked => "not stored",
        }
    }
}

impl Halt {
    /// Whether Slack was reached and gave no page, so that another question may bring one.
    pub(crate) fn is_slacks(&self) -> bool {
        matches!(self, Self::Passing { source, .. } if !matches!(source, Some(SlackError::NotSent { .. })))
    }
}

/// A call of a log API that brought no page.
#[derive(Debug)]
pub(crate) enum NoPage {
    /// The cursor is too old.
    BadCursor,
    /// Slack counts no pages beyond.
    OverPaginationLimit,
    Halt(Halt),
}

impl From<Halt> for NoPage {
    fn from(halt: Halt) -> Self {
        Self::Halt(halt)
    }
}

/// What a failed call of `log_type`'s API means, apart from a rate limit, which the caller has to note.
pub(crate) fn no_page(log_type: &str, with_cursor: bool, error: SlackError) -> NoPage {
    let code = match &error {
        SlackError::RateLimited { .. } => return NoPage::Halt(Halt::RateLimited),
        SlackError::NotSent { .. } => "not_reached".to_owned(),
        SlackError::LostAnswer { .. } => "lost_answer".to_owned(),
        SlackError::Refused { code, .. } => match verdict(log_type, code, with_cursor) {
            Verdict::BadCursor => return NoPage::BadCursor,
            Verdict::OverPaginationLimit => return NoPage::OverPaginationLimit,
            Verdict::NeedsPeople { what_to_do } => return people(code, what_to_do),
            Verdict::Passing => code.clone(),
        },
    };
    NoPage::Halt(Halt::Passing { code, source: Some(error) })
}

fn people(code: &str, what_to_do: &str) -> NoPage {
    NoPage::Halt(Halt::NeedsPeople { code: code.to_owned(), what_to_do: what_to_do.to_owned() })
}
