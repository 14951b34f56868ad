//! `Slack.AccessLogs`: the addresses and devices from which users come
//! (<https://docs.slack.dev/reference/methods/team.accessLogs>).
//!
//! Slack keeps one entry for each user, address and device, and changes its `date_last` and `count` each time they are
//! seen again. An entry is a row once.

use super::Found;
use super::field::{Indicator, Shape, Time, text, time, whole};
use crate::{Context, LogType, RowKey};

pub(super) static ENTRY: Shape = Shape {
    fields: &[
        text("user_id").required().part(0),
        text("username").indicator(Indicator::Username),
        time("date_first", Time::Listing).required(),
        time("date_last", Time::Event).required(),
        whole("count").required().part(3),
        text("ip").required().part(1).indicator(Indicator::Ip),
        text("user_agent").part(2),
        text("isp"),
        text("country"),
        text("region"),
    ],
};

/// The user, the address, the device and when they were first seen together; if `with_updates`, also how often and
/// when last.
pub(crate) fn key(found: &Found<'_>, with_updates: bool, context: &Context) -> RowKey {
    let [user, ip, agent, count] = [0, 1, 2, 3].map(|place| found.part(place));
    let second = |at: Option<i64>| at.unwrap_or_default().to_be_bytes();
    let (first, last) = (second(found.listed_at), second(found.event_time));
    let parts: [&[u8]; 6] = [user.as_bytes(), ip.as_bytes(), agent.as_bytes(), &first, &last, count.as_bytes()];
    RowKey::derive(LogType::Access, context, if with_updates { &parts } else { &parts[..4] })
}
