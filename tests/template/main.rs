//! The template's policies: what template.yaml must always say, whoever edits it.
//!
//! Each rule is a pure function over the parsed template that lists what breaks it, one sentence each. Each rule is
//! tested twice: the template keeps it, and a template broken on purpose is caught.

mod ai_triage;
mod alarms;
mod athena;
mod environment;
mod functions;
mod http;
mod iam;
mod manifest;
mod queues;
mod storage;
mod template;
