//! Everything that can be wrong with a request or with us, as one JSON shape
//! (RFC 9457, <https://www.rfc-editor.org/rfc/rfc9457>).
//!
//! Its `Display` and its sources are for the log; `detail` and `errors` are for the client.

use crate::answer::{Answer, to_json};
use alert::{FieldError, Permission};
use http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use runtime::queue::SendError;
use runtime::secret::SecretError;
use serde::Serialize;
use std::error::Error as StdError;

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error("the request breaks rules")]
    Invalid(Vec<FieldError>),
    #[error("no known API key")]
    Unauthorized(&'static str),
    #[error("the API key lacks a permission")]
    Forbidden(String),
    #[error("not found")]
    NotFound(String),
    #[error("the path does not take this method")]
    MethodNotAllowed { allow: String },
    #[error("a name is taken")]
    Taken { field: &'static str },
    #[error("the destination is not ready")]
    NotReady(String),
    #[error("the body has {bytes} bytes")]
    TooLarge { bytes: usize, limit: usize },
    #[error("the body is not declared as JSON")]
    UnsupportedMediaType,
    #[error("throttled")]
    Throttled(#[source] Box<dyn StdError + Send + Sync>),
    #[error("unavailable")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    #[error("what is stored cannot be read")]
    Corrupt(#[source] Box<dyn StdError + Send + Sync>),
}

/// Seconds after which a client should try again: as long as the SDK's own retries have tried already.
const THROTTLED_RETRY_S: u16 = 2;
const UNAVAILABLE_RETRY_S: u16 = 5;

#[derive(Debug, Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    errors: &'a [FieldError],
}

impl Problem {
    /// One broken rule.
    pub(crate) fn field(field: &str, rule: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, rule)])
    }

    /// There is no `kind` with this id.
    pub(crate) fn no_such(kind: &str, id: &str) -> Self {
        Self::NotFound(format!("There is no {kind} with the id {id:?}."))
    }

    /// The caller would grant what it lacks.
    pub(crate) fn cannot_grant(missing: &[Permission]) -> Self {
        let names = named(missing, " and ");
        Self::Forbidden(format!("The API key lacks {names}, so it cannot give it to others."))
    }

    /// The route needs one of `any`, and the caller has none.
    pub(crate) fn lacks(any: &[Permission]) -> Self {
        Self::Forbidden(format!("The API key lacks the permission {}.", named(any, " or ")))
    }

    /// The last part of the problem's `type`, and the log's `outcome`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid-request",
            Self::Unauthorized(_) => "unauthorized",
            Self::Forbidden(_) => "forbidden",
            Self::NotFound(_) => "not-found",
            Self::MethodNotAllowed { .. } => "method-not-allowed",
            Self::Taken { .. } => "conflict",
            Self::NotReady(_) => "not-ready",
            Self::TooLarge { .. } => "too-large",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::Throttled(_) => "throttled",
            Self::Unavailable(_) => "unavailable",
            Self::Corrupt(_) => "internal-error",
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Taken { .. } | Self::NotReady(_) => StatusCode::CONFLICT,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Throttled(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Corrupt(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "The request breaks rules",
            Self::Unauthorized(_) => "No known API key",
            Self::Forbidden(_) => "Not permitted",
            Self::NotFound(_) => "Not found",
            Self::MethodNotAllowed { .. } => "Method not allowed",
            Self::Taken { .. } => "Already taken",
            Self::NotReady(_) => "Not ready",
            Self::TooLarge { .. } => "Too large",
            Self::UnsupportedMediaType => "Not JSON",
            Self::Throttled(_) => "Too many requests",
            Self::Unavailable(_) => "Not available now",
            Self::Corrupt(_) => "Internal error",
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Invalid(errors) => {
                let rules: Vec<_> = errors.iter().map(sentence).collect();
                rules.join("; ")
            }
            Self::Unauthorized(detail) => (*detail).to_owned(),
            Self::Forbidden(detail) | Self::NotFound(detail) | Self::NotReady(detail) => detail.clone(),
            Self::MethodNotAllowed { allow } => format!("This path takes {allow}."),
            Self::Taken { field } => format!("Another one has this {field}."),
            Self::TooLarge { bytes, limit } => format!("The body has {bytes} bytes, and {limit} are allowed."),
            Self::UnsupportedMediaType => "The body must be sent as Content-Type: application/json.".to_owned(),
            Self::Throttled(_) => "Nothing is lost: send the request again after the time in Retry-After.".to_owned(),
            Self::Unavailable(_) => {
                "The request may not have been done: send it again after the time in Retry-After.".to_owned()
            }
            Self::Corrupt(_) => "Something that is stored cannot be read. The operators' log says what.".to_owned(),
        }
    }

    /// The answer that tells the client.
    pub(crate) fn answer(self) -> Answer {
        let status = self.status();
        let taken = match &self {
            Self::Taken { field } => vec![FieldError::new(*field, "must be unique")],
            _ => Vec::new(),
        };
        let errors = match &self {
            Self::Invalid(errors) => errors.as_slice(),
            _ => taken.as_slice(),
        };
        let body = Body {
            r#type: format!("urn:margay:problem:{}", self.name()),
            title: self.title(),
            status: status.as_u16(),
            detail: self.detail(),
            errors,
        };
        let answer = Answer::text(status, "application/problem+json", to_json(&body));
        match self {
            Self::Unauthorized(_) => {
                let scheme = HeaderValue::from_static("ApiKey realm=\"margay\", header=\"X-API-Key\"");
                answer.with(WWW_AUTHENTICATE, scheme)
            }
            Self::MethodNotAllowed { allow } => {
                let allow = HeaderValue::from_str(&allow).expect("method names are visible ASCII");
                answer.with(ALLOW, allow)
            }
            Self::Throttled(_) => answer.with(RETRY_AFTER, THROTTLED_RETRY_S.into()),
            Self::Unavailable(_) => answer.with(RETRY_AFTER, UNAVAILABLE_RETRY_S.into()),
            Self::Invalid(_)
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::Taken { .. }
            | Self::NotReady(_)
            | Self::TooLarge { .. }
            | Self::UnsupportedMediaType
            | Self::Corrupt(_) => answer,
        }
    }
}

fn sentence(error: &FieldError) -> String {
    match error.field.as_str() {
        "" => format!("the body {}", error.rule),
        field => format!("{field} {}", error.rule),
    }
}

fn named(permissions: &[Permission], between: &str) -> String {
    let names: Vec<_> = permissions.iter().map(|permission| permission.as_str()).collect();
    names.join(between)
}

impl From<Vec<FieldError>> for Problem {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::Invalid(errors)
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Throttled { .. } => Self::Throttled(Box::new(error)),
            store::Error::Unavailable { .. } => Self::Unavailable(Box::new(error)),
            store::Error::Corrupt { .. } => Self::Corrupt(Box::new(error)),
        }
    }
}

impl From<SendError> for Problem {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Throttled(_) => Self::Throttled(Box::new(error)),
            SendError::Unavailable(_) => Self::Unavailable(Box::new(error)),
        }
    }
}

impl From<SecretError> for Problem {
    fn from(error: SecretError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}
