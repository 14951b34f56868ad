//! `Slack.IntegrationLogs`: apps that are added, changed and removed
//! (<https://docs.slack.dev/reference/methods/team.integrationLogs>).

use super::field::{Indicator, Shape, Time, flag, text, time};
use crate::{Context, LogType, RowKey};
use serde_json::Value;

pub(super) static ENTRY: Shape = Shape {
    fields: &[
        text("user_id").required(),
        text("user_name").indicator(Indicator::Username),
        text("service_id"),
        text("service_type"),
        text("app_id"),
        text("app_type"),
        time("date", Time::Event).required(),
        text("change_type").required(),
        text("scope"),
        text("channel"),
        text("reason"),
        flag("rss_feed"),
        text("rss_feed_change_type"),
        text("rss_feed_title"),
        text("rss_feed_url"),
    ],
};

/// All that the entry says, and how many others of the same second say the same before it: Slack gives these entries no
/// id. `open_row` is the row up to its last field, so that ids are strings whatever Slack sent. The order of fields does
/// not matter, nor do fields that are `null`, nor the user's name, which people change while the entry stays.
pub(crate) fn key(open_row: &[u8], occurrence: u32, context: &Context) -> RowKey {
    let said = match serde_json::from_slice(&[open_row, b"}"].concat()) {
        Ok(Value::Object(mut fields)) => {
            fields.retain(|name, value| name != "user_name" && !value.is_null());
            fields.sort_keys();
            fields.values_mut().for_each(Value::sort_all_objects);
            Value::Object(fields).to_string().into_bytes()
        }
        Ok(_) | Err(_) => open_row.to_vec(),
    };
    RowKey::derive(LogType::Integration, context, &[&said, &occurrence.to_be_bytes()])
}
