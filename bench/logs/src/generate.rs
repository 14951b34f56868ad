//! Audit entries as an organisation of some thousand people has them; always the same ones. About one in a thousand is a
//! misfit.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

const ACTIONS: [(&str, u32); 14] = [
    ("user_login", 30),
    ("file_downloaded", 20),
    ("file_uploaded", 12),
    ("user_logout", 8),
    ("user_channel_join", 8),
    ("user_created", 4),
    ("user_deactivated", 3),
    ("public_channel_created", 4),
    ("private_channel_created", 3),
    ("app_installed", 3),
    ("anomaly", 2),
    ("workflow_created", 1),
    ("message_flagged", 1),
    ("pref.sso_setting_changed", 1),
];

const AGENTS: [&str; 5] = [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Slack/4.46.99 Chrome/140.0.7339.133 Electron/38.1.2 Safari/537.36 Slack_SSB/4.46.99",
    "com.tinyspeck.chatlyio/25.11.10 (iPhone; iOS 26.1; Scale/3.00)",
    "com.Slack/25.11.10.0 (Google Pixel 10; Android 16)",
    "python-requests/2.32.5",
];

const SCOPES: [&str; 4] = ["chat:write", "users:read", "channels:history", "commands"];

const NAMES: [&str; 12] =
    ["ada", "linus", "zoë", "priya", "omar", "sofia", "jonas", "aiko", "kwame", "elena", "tomás", "fatima"];

struct World {
    random: StdRng,
    users: Vec<Value>,
    channels: Vec<Value>,
    apps: Vec<Value>,
    workspaces: Vec<Value>,
}

/// Writes `entries` of them, a line each.
pub(crate) fn write(entries: usize, output: &Path) -> Result<(), Box<dyn Error>> {
    let mut output = BufWriter::new(File::create(output)?);
    let mut world = World::new();
    for index in 0..entries {
        let mut entry = world.entry(index);
        let chance: f64 = world.random.random();
        if chance < 0.0005 {
            entry.as_object_mut().map(|entry| entry.shift_remove("action"));
        }
        let line = entry.to_string();
        // Cut inside the id, where every byte is a character.
        writeln!(output, "{}", if (0.0005..0.001).contains(&chance) { &line[..20] } else { &line })?;
    }
    output.flush()?;
    Ok(())
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            random: StdRng::seed_from_u64(11),
            users: Vec::new(),
            channels: Vec::new(),
            apps: Vec::new(),
            workspaces: Vec::new(),
        };
        for name in ["hq", "emea", "apac", "labs"] {
            let workspace =
                json!({"id": world.id("T", 8), "name": format!("Example {name}"), "domain": format!("example-{name}")});
            world.workspaces.push(workspace);
        }
        for number in 0..3000 {
            let name = pick(&mut world.random, &NAMES);
            let user = json!({"id": world.id("W", 10), "name": format!("{name} {number}"),
                "email": format!("user{number}@example.com"), "team": world.workspaces[number % 4]["id"]});
            world.users.push(user);
        }
        for number in 0..800 {
            let privacy = if number % 3 == 0 { "private" } else { "public" };
            let channel = json!({"id": world.id("C", 10), "name": format!("proj-{number}"), "privacy": privacy,
                "is_shared": number % 10 == 0, "is_org_shared": number % 20 == 0, "teams_shared_with": []});
            world.channels.push(channel);
        }
        for number in 0..120 {
            let app = json!({"id": world.id("A", 10), "name": format!("App {number}"), "is_distributed": number % 2 == 0,
                "is_directory_approved": number % 3 == 0, "is_workflow_app": false,
                "scopes": SCOPES[..=number % SCOPES.len()]});
            world.apps.push(app);
        }
        world
    }

    fn id(&mut self, prefix: &str, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ0123456789";
        let letters = (0..length).map(|_| char::from(*LETTERS.choose(&mut self.random).unwrap_or(&b'0')));
        prefix.chars().chain(letters).collect()
    }

    fn ip(&mut self) -> String {
        let [a, b, c, d]: [u8; 4] = self.random.random();
        if self.random.random_bool(0.07) {
            format!("2001:db8:{a:x}:{b:x}::{c:x}{d:02x}")
        } else {
            format!("{a}.{b}.{c}.{d}")
        }
    }

    fn entry(&mut self, index: usize) -> Value {
        let action =
            ACTIONS.choose_weighted(&mut self.random, |(_, weight)| *weight).map_or("anomaly", |(name, _)| name);
        let [a, b]: [u64; 2] = self.random.random();
        let location = if self.random.random_bool(0.2) {
            json!({"type": "enterprise", "id": "E0123ABCD", "name": "Example", "domain": "example"})
        } else {
            let mut location = pick(&mut self.random, &self.workspaces);
            location["type"] = "workspace".into();
            location
        };
        let mut entry = json!({
            "id": format!("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", a >> 32, a >> 16 & 0xffff, a & 0xfff, b >> 48 & 0xfff, b & 0xffff_ffff_ffff),
            "date_create": 1_790_000_000 + index / 3,
            "action": action,
            "actor": {"type": "user", "user": pick(&mut self.random, &self.users)},
            "entity": self.entity(action),
            "context": {"location": location, "ua": pick(&mut self.random, &AGENTS), "ip_address": self.ip(),
                "session_id": self.random.random_range(1_000_000_000_000_u64..9_999_999_999_999), "app": null},
        });
        if let Some(details) = self.details(action) {
            entry["details"] = details;
        }
        entry
    }

    fn entity(&mut self, action: &str) -> Value {
        let (kind, value) = if action.starts_with("file") {
            let number: u16 = self.random.random();
            let name = format!("report \"{number}\".pdf");
            ("file", json!({"id": self.id("F", 10), "name": name, "title": "Quarterly report", "filetype": "pdf"}))
        } else if action.contains("channel") {
            ("channel", pick(&mut self.random, &self.channels))
        } else if action.starts_with("app") {
            ("app", pick(&mut self.random, &self.apps))
        } else if action.starts_with("workflow") {
            ("workflow", json!({"id": self.id("Wf", 10), "name": "Onboarding"}))
        } else if action.starts_with("message") {
            ("message", json!({"team": self.id("T", 8), "channel": self.id("C", 10), "timestamp": "1790000000.000100"}))
        } else if action.starts_with("pref") {
            ("workspace", pick(&mut self.random, &self.workspaces))
        } else {
            ("user", pick(&mut self.random, &self.users))
        };
        json!({"type": kind, kind: value})
    }

    fn details(&mut self, action: &str) -> Option<Value> {
        let details = match action {
            "user_login" => json!({"type": "saml", "session": {"id": self.random.random::<u32>(), "mfa": true}}),
            "anomaly" => json!({"action_timestamp": 1_790_000_000_000_000_u64, "location": "Berlin, Germany",
                "previous_ip_address": self.ip(), "previous_ua": pick(&mut self.random, &AGENTS), "reason": ["asn", "ip_address"]}),
            "app_installed" => json!({"is_internal_integration": false, "app_owner_id": self.id("W", 10),
                "new_scopes": ["chat:write", "commands"], "previous_scopes": [], "granular_bot_token": true}),
            "file_downloaded" => {
                json!({"md5": format!("{:032x}", self.random.random::<u128>()), "size": self.random.random::<u32>(),
                "url_private": format!("https://files.slack.com/files-pri/{}/download", self.id("F", 10))})
            }
            "pref.sso_setting_changed" => {
                json!({"new_value": {"type": "saml", "required": true}, "previous_value": null})
            }
            _ => return None,
        };
        Some(details)
    }
}

fn pick<T: Clone + Default>(random: &mut StdRng, from: &[T]) -> T {
    from.choose(random).cloned().unwrap_or_default()
}
