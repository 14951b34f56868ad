//! `Slack.AuditLogs`: what people do in an organisation
//! (<https://docs.slack.dev/reference/audit-logs-api>).

use super::Found;
use super::field::{Indicator, Shape, Time, flag, json, object, text, texts, time};
use crate::{Context, LogType, RowKey};

pub(super) static ENTRY: Shape = Shape {
    fields: &[
        text("id").required().part(0),
        time("date_create", Time::Event).required(),
        text("action").required(),
        object("actor", &ACTOR).required(),
        object("entity", &ENTITY).required(),
        object("context", &CONTEXT).required(),
        json("details"),
    ],
};

static ACTOR: Shape = Shape { fields: &[text("type").required(), object("user", &USER)] };

/// Kinds of entities that are not here keep coming; they are copied as they are.
static ENTITY: Shape = Shape {
    fields: &[
        text("type").required(),
        object("user", &USER),
        object("channel", &CHANNEL),
        object("file", &FILE),
        object("app", &APP),
        object("workspace", &PLACE),
        object("enterprise", &PLACE),
        object("workflow", &WORKFLOW),
        object("message", &MESSAGE),
    ],
};

static USER: Shape = Shape {
    fields: &[
        text("id").required(),
        text("name").indicator(Indicator::Username),
        text("email").indicator(Indicator::Email),
        text("team"),
    ],
};

static CHANNEL: Shape = Shape {
    fields: &[
        text("id").required(),
        text("name"),
        text("privacy"),
        flag("is_shared"),
        flag("is_org_shared"),
        texts("teams_shared_with"),
    ],
};

static FILE: Shape = Shape { fields: &[text("id").required(), text("name"), text("title"), text("filetype")] };

static APP: Shape = Shape {
    fields: &[
        text("id").required(),
        text("name"),
        flag("is_distributed"),
        flag("is_directory_approved"),
        texts("scopes"),
    ],
};

/// A workspace or an enterprise.
static PLACE: Shape = Shape { fields: &[text("id").required(), text("name"), text("domain")] };

static WORKFLOW: Shape = Shape { fields: &[text("id").required(), text("name")] };

static MESSAGE: Shape = Shape { fields: &[text("team"), text("channel"), text("timestamp")] };

static CONTEXT: Shape =
    Shape { fields: &[text("ua"), text("ip_address").indicator(Indicator::Ip), object("location", &LOCATION)] };

static LOCATION: Shape =
    Shape { fields: &[text("type").required(), text("id").required(), text("domain"), text("name")] };

/// The entry's id; entries whose id is empty are told apart by all they say.
pub(crate) fn key(found: &Found<'_>, entry: &str, context: &Context) -> RowKey {
    let id = found.part(0);
    if id.is_empty() {
        return RowKey::derive(LogType::Audit, context, &[b"", entry.as_bytes()]);
    }
    RowKey::derive(LogType::Audit, context, &[id.as_bytes()])
}
