//! Typed Rust: structs that borrow from the entry, `details` raw. It does less than Margay: fields that it does not know
//! are dropped, indicators are not validated, and rows have no id, no source and no parse time. It is the reference for
//! how fast a careful program on `serde_json` is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;

type Text<'a> = Option<Cow<'a, str>>;

macro_rules! shape {
    ($name:ident { $($must:ident: $must_type:ty),*; $($may:ident: $may_type:ty),* }) => {
        #[derive(Deserialize, Serialize)]
        struct $name<'a> {
            $(#[serde(borrow)] $must: $must_type,)*
            $(#[serde(borrow, default, skip_serializing_if = "Option::is_none")] $may: $may_type,)*
        }
    };
}

shape!(User { id: Cow<'a, str>; name: Text<'a>, email: Text<'a>, team: Text<'a> });
shape!(File { id: Cow<'a, str>; name: Text<'a>, title: Text<'a>, filetype: Text<'a> });
shape!(Place { id: Cow<'a, str>; name: Text<'a>, domain: Text<'a> });
shape!(Workflow { id: Cow<'a, str>; name: Text<'a> });
shape!(Message { ; team: Text<'a>, channel: Text<'a>, timestamp: Text<'a> });
shape!(Location { id: Cow<'a, str>, r#type: Cow<'a, str>; name: Text<'a>, domain: Text<'a> });
shape!(Where { ; ua: Text<'a>, ip_address: Text<'a>, location: Option<Location<'a>> });
shape!(Actor { r#type: Cow<'a, str>; user: Option<User<'a>> });
shape!(Entity {
    r#type: Cow<'a, str>;
    user: Option<User<'a>>, channel: Option<Channel<'a>>, file: Option<File<'a>>, app: Option<App<'a>>,
    workspace: Option<Place<'a>>, enterprise: Option<Place<'a>>, workflow: Option<Workflow<'a>>,
    message: Option<Message<'a>>
});

#[derive(Deserialize, Serialize)]
struct Channel<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    name: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    privacy: Text<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    is_shared: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    is_org_shared: Option<bool>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    teams_shared_with: Option<Vec<Cow<'a, str>>>,
}

#[derive(Deserialize, Serialize)]
struct App<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    name: Text<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    is_distributed: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    is_directory_approved: Option<bool>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<Cow<'a, str>>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    date_create: i64,
    #[serde(borrow)]
    action: Cow<'a, str>,
    #[serde(borrow)]
    actor: Actor<'a>,
    #[serde(borrow)]
    entity: Entity<'a>,
    #[serde(borrow)]
    context: Where<'a>,
    #[serde(borrow)]
    details: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    date_create: &'a str,
    action: &'a str,
    actor: &'a Actor<'a>,
    entity: &'a Entity<'a>,
    context: &'a Where<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a RawValue>,
    p_log_type: &'static str,
    p_event_time: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    p_any_ip_addresses: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    p_any_usernames: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    p_any_emails: Vec<&'a str>,
}

pub(crate) fn normalise(entry: &str, out: &mut Vec<u8>) -> Option<()> {
    let entry: Entry<'_> = serde_json::from_str(entry).ok()?;
    let time = Timestamp::from_second(entry.date_create).ok()?.to_string();
    let users = [entry.actor.user.as_ref(), entry.entity.user.as_ref()];
    let list = |field: for<'u> fn(&'u User<'_>) -> Option<&'u str>| {
        let mut texts: Vec<&str> =
            users.into_iter().flatten().filter_map(field).filter(|text| !text.is_empty()).collect();
        texts.sort_unstable();
        texts.dedup();
        texts
    };
    let row = Row {
        id: &entry.id,
        date_create: &time,
        action: &entry.action,
        actor: &entry.actor,
        entity: &entry.entity,
        context: &entry.context,
        details: entry.details,
        p_log_type: "Slack.AuditLogs",
        p_event_time: &time,
        p_any_ip_addresses: entry.context.ip_address.as_deref().into_iter().collect(),
        p_any_usernames: list(|user| user.name.as_deref()),
        p_any_emails: list(|user| user.email.as_deref()),
    };
    serde_json::to_writer(&mut *out, &row).ok()?;
    out.push(b'\n');
    Some(())
}
