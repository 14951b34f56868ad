//! What to do about each of Slack's error codes: one table.
//!
//! The codes are those of <https://docs.slack.dev/reference/methods/chat.postMessage#errors>,
//! <https://docs.slack.dev/reference/methods/chat.update#errors>, of the other methods we use, and those that every
//! method has. A code that is not in the table is taken for a passing one: the delivery backs off, and its reason
//! names the code if it never passes.

/// What a refusal means for what was to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It will be refused until somebody acts; `what_to_do` tells them.
    Dead { what_to_do: &'static str },
    /// The message is gone: somebody deleted it. Post it again, once.
    RepostOnce,
    /// Too long: send [`Message::cut`](crate::message::Message::cut).
    CutText,
    /// It may pass: wait and try again.
    BackOff,
    /// We sent what Slack does not take. It will be refused for ever, and `what_to_do` asks for a report.
    Bug { what_to_do: &'static str },
}

/// What to do about `code`, with which `method` (such as `chat.update`) was refused.
pub fn verdict(method: &str, code: &str) -> Verdict {
    match row(code) {
        // Slack gives `restricted_action_...` for each kind of restricted channel, and may add kinds.
        None if code.starts_with("restricted_action") => Verdict::Dead { what_to_do: RESTRICTED },
        None => Verdict::BackOff,
        // Only what was posted can be posted again.
        Some(Verdict::RepostOnce) if !method.starts_with("chat.") && !method.starts_with("conversations.") => {
            Verdict::BackOff
        }
        Some(verdict) => verdict,
    }
}

const CHANNEL: &str =
    "Check that the channel exists and invite the app to it (/invite), or give the destination another channel.";
const ARCHIVED: &str = "Unarchive the channel, or give the destination another one.";
const INVITE: &str = "Invite the app to the channel (/invite).";
const TOKEN: &str = "Install the Slack app again and store its new bot token in the secret.";
const SCOPE: &str = "Give the Slack app the scopes of its manifest, install it again and store its new bot token.";
const RESTRICTED: &str = "The channel or workspace restricts who may post. Ask a workspace admin to allow the app, or give the destination another channel.";
const ADMIN: &str = "Ask a workspace admin to allow the app.";
const GRID: &str = "Ask an organisation admin to add the app to the channel's workspace, and give the destination the channel's id instead of its name.";
const EDITING: &str = "Workspace settings forbid editing the message. Ask a workspace admin to allow message editing without a time limit; new alerts are still posted.";
const NOT_OURS: &str = "The message belongs to another app or token. If the app was replaced, older alerts cannot be updated; new alerts are still posted.";
const HISTORY: &str = "The workspace reached Slack's limit of messages for its plan (https://slack.com/help/articles/115002422943). Ask a workspace admin to lift it, or give the destination a channel of another workspace.";
const THREAD: &str = "The message takes no replies: unlock its thread, or let the channel have threads.";
const NETWORK: &str =
    "The workspace allows the app only from certain networks. Ask a workspace admin to allow this one.";
const LATE: &str = "Use the control again: Slack gives 3 seconds to open a window.";
const REPORT: &str = "This is a defect of Margay: please report it with this code.";

/// The row of one code.
fn row(code: &str) -> Option<Verdict> {
    use Verdict::{BackOff, Bug, CutText, Dead, RepostOnce};
    let dead = |what_to_do| Dead { what_to_do };
    Some(match code {
        // The channel.
        "channel_not_found" | "channel_is_limited_access" => dead(CHANNEL),
        "is_archived" | "is_inactive" => dead(ARCHIVED),
        "not_in_channel" => dead(INVITE),
        "user_not_in_channel" => dead("Only members of the channel see such messages: join it."),
        "messages_tab_disabled" => dead("Switch on the app's Messages tab, or give the destination a channel."),
        "method_not_supported_for_channel_type" => dead(CHANNEL),
        "external_channel_migrating" => BackOff,

        // What the workspace allows.
        "restricted_action" | "restricted_action_read_only_channel" | "restricted_action_thread_only_channel" => {
            dead(RESTRICTED)
        }
        "restricted_action_non_threadable_channel" | "restricted_action_thread_locked" | "cannot_reply_to_message" => {
            dead(THREAD)
        }
        "posting_to_channel_denied" | "access_denied" | "no_permission" | "app_access_restricted" => dead(ADMIN),
        "ekm_access_denied" => {
            dead("An organisation admin has suspended messages to this channel. Ask them to resume them.")
        }
        "team_not_found" | "team_access_not_granted" | "enterprise_is_restricted" => dead(GRID),
        "message_limit_exceeded" => dead(HISTORY),
        "accesslimited" => dead(NETWORK),
        "two_factor_setup_required" => {
            dead("The workspace requires two-factor authentication. Set it up for the app's installer.")
        }

        // The token.
        "account_inactive" | "token_revoked" | "token_expired" | "invalid_auth" | "not_authed" => dead(TOKEN),
        "missing_scope" => dead(SCOPE),
        "not_allowed_token_type" | "is_bot" => {
            dead("Store the app's bot token (xoxb-...) in the secret, no other kind.")
        }

        // The message.
        "message_not_found" | "thread_not_found" => RepostOnce,
        "cant_update_message" => dead(NOT_OURS),
        "edit_window_closed" => dead(EDITING),
        "msg_too_long" | "msg_blocks_too_long" | "attachment_payload_limit_exceeded" => CutText,

        // Users and views.
        "user_disabled" => dead("The Slack account is deactivated."),
        "cannot_dm_bot" | "invalid_user_combination" => dead("Apps take no direct messages from the app."),
        "user_not_found" | "users_not_found" | "user_not_visible" => {
            dead("Slack does not know this user, or hides them from the app.")
        }
        "expired_trigger_id"
        | "exchanged_trigger_id"
        | "invalid_trigger_id"
        | "trigger_expired"
        | "trigger_exchanged" => dead(LATE),

        // The Home tab: `hash_conflict` says that another was published meanwhile.
        "not_enabled" => dead("Switch on the app's Home tab (infra/slack-app.yaml has it on)."),
        "hash_conflict" => BackOff,

        // Files.
        "file_uploads_disabled" | "file_upload_size_restricted" => {
            dead("The workspace restricts uploads of files. Ask a workspace admin to allow them.")
        }
        "storage_limit_reached" => dead("The workspace's file storage is full. Delete files, or change its plan."),
        "invalid_channel" => dead(CHANNEL),
        "file_update_failed" => BackOff,

        // Slack itself.
        "ratelimited"
        | "rate_limited"
        | "internal_error"
        | "fatal_error"
        | "service_unavailable"
        | "request_timeout"
        | "update_failed"
        | "org_login_required"
        | "team_added_to_org" => BackOff,

        // What we never send, or never like this.
        "alt_txt_too_large"
        | "as_user_not_supported"
        | "bad_upload_url"
        | "channels_limit_exceeded"
        | "block_mismatch"
        | "blocked_file_type"
        | "cant_broadcast_message"
        | "deprecated_endpoint"
        | "draft_already_deleted"
        | "draft_already_sent"
        | "draft_has_conflict"
        | "draft_not_found"
        | "duplicate_channel_not_found"
        | "duplicate_external_id"
        | "duplicate_message_not_found"
        | "file_deleted"
        | "file_is_deleted"
        | "file_not_found"
        | "file_share_limit_reached"
        | "invalid_arg_name"
        | "invalid_arguments"
        | "invalid_array_arg"
        | "invalid_attachments"
        | "invalid_blocks"
        | "invalid_blocks_format"
        | "invalid_charset"
        | "invalid_cursor"
        | "invalid_form_data"
        | "invalid_json"
        | "invalid_limit"
        | "invalid_metadata_filter_keys"
        | "invalid_metadata_format"
        | "invalid_metadata_schema"
        | "invalid_post_type"
        | "invalid_ts_latest"
        | "invalid_ts_oldest"
        | "invalid_types"
        | "json_not_object"
        | "list_record_comment_fetch_failed"
        | "markdown_text_conflict"
        | "max_file_sharing_exceeded"
        | "metadata_must_be_sent_from_app"
        | "metadata_too_large"
        | "method_deprecated"
        | "missing_argument"
        | "missing_charset"
        | "missing_file_data"
        | "missing_post_type"
        | "missing_profile_id"
        | "no_dual_broadcast_content_update"
        | "no_text"
        | "not_enough_users"
        | "not_implemented"
        | "users_list_not_supplied"
        | "send_on_behalf_not_allowed"
        | "slack_connect_blocked_file_type"
        | "slack_connect_canvas_sharing_blocked"
        | "slack_connect_clip_sharing_blocked"
        | "slack_connect_file_link_sharing_blocked"
        | "slack_connect_file_upload_sharing_blocked"
        | "slack_connect_lists_sharing_blocked"
        | "streaming_state_conflict"
        | "too_many_attachments"
        | "too_many_contact_cards"
        | "too_many_users"
        | "snippet_too_large"
        | "unknown_snippet_type"
        | "unknown_subtype"
        | "unable_to_share_files"
        | "unknown_method"
        | "view_too_large" => Bug { what_to_do: REPORT },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_documented_code_has_its_row() {
        let list = include_str!("../tests/fixtures/slack_errors.json");
        let list: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(list).unwrap();
        for method in ["chat.postMessage", "chat.update", "common"] {
            assert!(list[method].len() > 25, "{method}");
        }
        for (method, codes) in list {
            for code in codes.keys() {
                assert!(row(code).is_some(), "{method}: {code}");
            }
        }
    }

    #[test]
    fn codes_lead_to_what_people_or_the_program_can_do() {
        let dead = [
            "channel_not_found",
            "is_archived",
            "not_in_channel",
            "account_inactive",
            "token_revoked",
            "invalid_auth",
            "missing_scope",
            "edit_window_closed",
            "message_limit_exceeded",
            "restricted_action",
            "restricted_action_of_a_new_kind",
        ];
        for code in dead {
            assert!(matches!(verdict("chat.postMessage", code), Verdict::Dead { .. }), "{code}");
        }
        assert_eq!(verdict("chat.update", "message_not_found"), Verdict::RepostOnce);
        assert_eq!(verdict("chat.postMessage", "thread_not_found"), Verdict::RepostOnce);
        assert_eq!(verdict("views.open", "message_not_found"), Verdict::BackOff);
        assert_eq!(verdict("chat.update", "msg_too_long"), Verdict::CutText);
        assert_eq!(verdict("chat.postMessage", "internal_error"), Verdict::BackOff);
        assert_eq!(verdict("chat.postMessage", "org_login_required"), Verdict::BackOff);
        assert_eq!(verdict("chat.postMessage", "never_heard_of"), Verdict::BackOff);
        assert!(matches!(verdict("chat.postMessage", "invalid_blocks"), Verdict::Bug { .. }));
    }
}
