//! What a test does with the logs, as methods of [`Slack`]. The control API (`control`) has each of them.

use serde_json::Value;

use super::generate::{self, Bulk};
use super::oauth::{self, Consent};
use super::settings::{LogApp, LogSettings};
use super::tokens::{self, UserToken};
use crate::refusal::Refusal;
use crate::settings::patched;
use crate::slack::Slack;
use crate::world::TokenState;

impl Slack {
    /// Where the Audit Logs API is: `http://127.0.0.1:P/audit/v1`.
    pub fn audit_url(&self) -> String {
        format!("{}/audit/v1", self.base_url())
    }

    /// One more audit entry, given as it shall be answered. Where it stands follows from its `date_create`, which may
    /// lie in the past (a late entry) or in the future (it appears when Slack's clock gets there); without a readable
    /// one it stands at the present. `Err` if its `id` is taken.
    pub fn add_audit_entry(&self, entry: Value) -> Result<(), Refusal> {
        self.add_audit_entries([entry])
    }

    /// Several entries at one moment; those before the first whose `id` is taken are kept.
    pub fn add_audit_entries(&self, entries: impl IntoIterator<Item = Value>) -> Result<(), Refusal> {
        self.with_state(|state| {
            let now = state.slack_seconds();
            entries.into_iter().try_for_each(|entry| state.logs.audit.add(&entry, now))
        })
    }

    /// Somebody uses Slack. With `date_first` it is a whole row and stands as it is given. Otherwise it is a sighting
    /// at `date` of a `user_id`, an `ip` and a `user_agent`: where that combination has a row, its `count` rises and
    /// its `date_last` moves on; where not, a row begins. `isp`, `country` and `region` may be null. `team_id` names
    /// the workspace (the world's first by default); null is the organisation itself, which no workspace sees.
    pub fn add_access(&self, access: Value) -> Result<(), Refusal> {
        self.with_state(|state| {
            let (team, now) = (state.team.id.clone(), state.slack_seconds());
            state.logs.access.add(access, &team, now)
        })
    }

    /// One more integration row, given as it shall be answered, but for `team_id`, which names the workspace. It
    /// stands by its `date`, a string or a number; without a readable one at the present.
    pub fn add_integration(&self, row: Value) -> Result<(), Refusal> {
        self.with_state(|state| {
            let (team, now) = (state.team.id.clone(), state.slack_seconds());
            state.logs.integration.add(row, &team, now)
        })
    }

    /// Many entries at once, made from a seed; the same again is refused, because their ids are taken. Gives their
    /// number.
    pub fn generate_logs(&self, bulk: &Bulk) -> Result<u64, Refusal> {
        bulk.validate().map_err(Refusal::unprocessable)?;
        self.with_state(|state| generate::fill(state, bulk))
    }

    /// All audit entries there are, oldest first, however they are answered.
    pub fn audit_entries(&self) -> Vec<Value> {
        self.with_state(|state| state.logs.audit.values().collect())
    }

    /// All access rows as they are now, oldest `date_first` first, each with its `team_id`.
    pub fn access_rows(&self) -> Vec<Value> {
        self.with_state(|state| state.logs.access.values())
    }

    /// All integration rows, oldest first, each with its `team_id`.
    pub fn integration_rows(&self) -> Vec<Value> {
        self.with_state(|state| state.logs.integration.values())
    }

    pub fn log_settings(&self) -> LogSettings {
        self.with_state(|state| state.logs.settings.clone())
    }

    /// Changes some of the settings, e.g. `{"plan": "free", "clock_skew_seconds": 90}`.
    pub fn patch_log_settings(&self, patch: &Value) -> Result<(), Refusal> {
        self.with_state(|state| {
            state.logs.settings = patched(&state.logs.settings, patch)?;
            Ok(())
        })
    }

    pub fn log_apps(&self) -> Vec<LogApp> {
        self.with_state(|state| state.logs.apps.clone())
    }

    /// Replaces the log apps; tokens that they were given stay.
    pub fn set_log_apps(&self, apps: Vec<LogApp>) -> Result<(), Refusal> {
        self.with_state(|state| {
            oauth::check_apps(&apps, &state.app.client_id).map_err(Refusal::unprocessable)?;
            state.logs.apps = apps;
            Ok(())
        })
    }

    /// Changes keys of one log app, e.g. its redirect URLs, or its secret as its owner does who rotates it.
    pub fn patch_log_app(&self, client_id: &str, patch: &Value) -> Result<(), Refusal> {
        self.with_state(|state| {
            let mut apps = state.logs.apps.clone();
            let app = apps.iter_mut().find(|app| app.client_id == client_id);
            let app = app.ok_or(Refusal::not_found(format!("no log app {client_id:?}")))?;
            *app = patched(app, patch)?;
            oauth::check_apps(&apps, &state.app.client_id).map_err(Refusal::unprocessable)?;
            state.logs.apps = apps;
            Ok(())
        })
    }

    /// A person allows what an authorize URL asks for. Gives the URL that their browser is sent to.
    pub fn approve(&self, authorize_url: &str, consent: &Consent) -> Result<String, Refusal> {
        self.with_state(|state| oauth::approve(state, oauth::query_of(authorize_url), consent))
    }

    /// A person presses Cancel. Gives the URL that their browser is sent to.
    pub fn deny(&self, authorize_url: &str) -> Result<String, Refusal> {
        self.with_state(|state| oauth::deny(state, oauth::query_of(authorize_url)))
    }

    /// A user token as OAuth would give it, without the way there. `place` is a workspace's id or the organisation's.
    pub fn grant_user_token(
        &self,
        client_id: &str,
        user: &str,
        place: &str,
        scopes: &[&str],
    ) -> Result<String, Refusal> {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self.with_state(|state| tokens::grant(state, client_id, user, place, scopes))
    }

    /// Every token that log apps were given.
    pub fn user_tokens(&self) -> Vec<UserToken> {
        self.with_state(|state| state.logs.tokens.clone())
    }

    /// Revokes one token; `Active` brings it back to life.
    pub fn set_user_token(&self, token: &str, to: TokenState) -> Result<(), Refusal> {
        self.with_state(|state| {
            let found = state.logs.tokens.iter_mut().find(|known| known.token == token);
            found.ok_or(Refusal::not_found("no such token")).map(|found| found.state = to)
        })
    }

    /// Revokes every token of an app: it was removed. Gives their number.
    pub fn revoke_user_tokens(&self, client_id: &str) -> usize {
        self.with_state(|state| {
            let of_app = state.logs.tokens.iter_mut().filter(|token| token.client_id == client_id);
            of_app.map(|token| token.state = TokenState::Revoked).count()
        })
    }

    /// Deactivates a person, e.g. the one who installed a log app: their tokens stop.
    pub fn deactivate_user(&self, id: &str) -> Result<(), Refusal> {
        self.patch_user(id, &serde_json::json!({"deleted": true}))
    }

    /// Another app of the organisation makes so many calls of the Audit Logs API: they count against the same limit.
    pub fn others_read_audit_logs(&self, calls: usize) {
        self.with_state(|state| {
            for _ in 0..calls {
                state.count_audit_call();
            }
        });
    }
}
