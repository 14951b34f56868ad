//! Cursor paging as Slack does it: an opaque cursor in `response_metadata.next_cursor`, empty at the end.
//! <https://docs.slack.dev/apis/web-api/pagination>

use serde_json::{Value, json};

use super::answer::ApiError;
use super::args::Args;

/// How a list is ordered by its keys, so that a cursor still means a place when its item has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Rising,
    Falling,
}

/// One page of `items`, and the cursor of the next one (empty: this was the last).
/// `limit` beyond `most`, or below one, is `invalid_limit`; a cursor this did not give is `invalid_cursor`.
pub(crate) fn page<T: Clone>(
    items: &[T],
    key: impl Fn(&T) -> String,
    order: Order,
    args: &Args,
    default: usize,
    most: usize,
) -> Result<(Vec<T>, String), ApiError> {
    let limit = match args.number("limit") {
        None | Some(0) => default,
        Some(limit) => usize::try_from(limit).ok().filter(|l| *l <= most).ok_or(ApiError::from("invalid_limit"))?,
    };
    let start = match args.text("cursor").filter(|c| !c.is_empty()) {
        None => 0,
        Some(cursor) => {
            let next = decode(cursor).ok_or(ApiError::from("invalid_cursor"))?;
            let before = |item: &T| match order {
                Order::Rising => key(item) < next,
                Order::Falling => key(item) > next,
            };
            items.iter().take_while(|item| before(item)).count()
        }
    };
    let end = items.len().min(start + limit);
    let cursor = items.get(end).map(|next| encode(&key(next))).unwrap_or_default();
    Ok((items[start..end].to_vec(), cursor))
}

/// The `response_metadata` that carries a cursor.
pub(crate) fn metadata(cursor: &str) -> Value {
    json!({"next_cursor": cursor})
}

fn encode(key: &str) -> String {
    // Slack's cursors look like base64 with its padding, which a client must send back percent-encoded.
    format!("{}=", hex::encode(format!("next:{key}")))
}

fn decode(cursor: &str) -> Option<String> {
    let bytes = hex::decode(cursor.strip_suffix('=')?).ok()?;
    String::from_utf8(bytes).ok()?.strip_prefix("next:").map(str::to_owned)
}
