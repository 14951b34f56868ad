//! A request's body and what its headers say of it.

use crate::problem::Problem;
use alert::input::MAX_ALERT_BYTES;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, Request};

/// The longest `Idempotency-Key`.
const MAX_IDEMPOTENCY_KEY: usize = 255;

/// The body of a request that has one. No body may be larger than an alert.
///
/// # Errors
/// 413 if it is too large, 415 if it is declared as something else than JSON.
pub(crate) fn read(request: &Request<Bytes>) -> Result<&[u8], Problem> {
    let takes_body = [Method::POST, Method::PUT, Method::PATCH].contains(request.method());
    if !takes_body {
        return Ok(&[]);
    }
    let body = request.body();
    if body.len() > MAX_ALERT_BYTES {
        return Err(Problem::TooLarge { bytes: body.len(), limit: MAX_ALERT_BYTES });
    }
    match request.headers().get(CONTENT_TYPE) {
        Some(declared) if !is_json(declared.as_bytes()) => Err(Problem::UnsupportedMediaType),
        Some(_) | None => Ok(body),
    }
}

fn is_json(content_type: &[u8]) -> bool {
    let name = content_type.split(|byte| *byte == b';').next().unwrap_or_default();
    let name = name.trim_ascii().to_ascii_lowercase();
    name == b"application/json" || (name.starts_with(b"application/") && name.ends_with(b"+json"))
}

/// The `Idempotency-Key` header: requests with the same key, from the same API key, that ask for the same thing have
/// one effect.
///
/// # Errors
/// 400 if it is not 1 to 255 visible ASCII characters.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    match value.to_str() {
        Ok(key) if (1..=MAX_IDEMPOTENCY_KEY).contains(&key.len()) => Ok(Some(key.to_owned())),
        Ok(_) | Err(_) => {
            Err(Problem::field("Idempotency-Key", format!("must be 1 to {MAX_IDEMPOTENCY_KEY} ASCII characters")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_known_by_any_of_its_names_and_nothing_else_is() {
        for yes in ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"] {
            assert!(is_json(yes.as_bytes()), "{yes}");
        }
        for no in ["", "text/json", "application/x-www-form-urlencoded", "application/jsonl", "json"] {
            assert!(!is_json(no.as_bytes()), "{no}");
        }
    }
}
