//! The app's Home tab: what waits for whoever opens it, and nothing that they may not see.

mod drawing;

use crate::boomerangs::{CANCEL, CONFIRM, QUESTION};
use crate::world::{AUSTON, BOT, GUEST, LINUS, NOBODY, ONE, VIEWER, World};
use serde_json::{Value, json};
use std::time::Duration;

impl World {
    /// Somebody opens the tab; the event is delivered, and nothing drawn yet.
    pub(crate) async fn open_home(&mut self, user: &str) {
        self.advance(Duration::from_secs(1));
        self.slack.open_home(user, "home").unwrap();
        self.deliver_events().await;
    }

    /// The same, and the tab is drawn; what it says.
    pub(crate) async fn home(&mut self, user: &str) -> String {
        self.open_home(user).await;
        self.quiet().await;
        self.shown_home(user)
    }

    /// What somebody's tab shows, a line for each.
    pub(crate) fn shown_home(&self, user: &str) -> String {
        let view = self.slack.home(user).unwrap_or_else(|| panic!("{user} has no home"));
        let mut lines = Vec::new();
        for block in view["blocks"].as_array().unwrap() {
            match block["type"].as_str().unwrap() {
                "header" => lines.push(format!("# {}", block["text"]["text"].as_str().unwrap())),
                "rich_text" => block["elements"].as_array().unwrap().iter().for_each(|part| read(part, &mut lines)),
                _ => {}
            }
        }
        lines.join("\n")
    }

    /// An alert for both channels, delivered.
    async fn arrives(&mut self, id: &str, more: Value) {
        self.produce(id, more);
        self.quiet().await;
    }

    async fn patch(&mut self, path: &str, body: Value) {
        let (status, answer) = self.rest("PATCH", path, body).await;
        assert!((200..300).contains(&status), "{path}: {answer}");
        self.quiet().await;
    }
}

fn read(part: &Value, lines: &mut Vec<String>) {
    if part["type"] == "rich_text_list" {
        return part["elements"].as_array().unwrap().iter().for_each(|point| read(point, lines));
    }
    let leaf = |leaf: &Value| match leaf["type"].as_str().unwrap() {
        "link" => format!("[{}]({})", leaf["text"].as_str().unwrap(), leaf["url"].as_str().unwrap()),
        "user" => format!("@{}", leaf["user_id"].as_str().unwrap()),
        "date" => leaf["format"].as_str().unwrap().to_owned(),
        _ => leaf["text"].as_str().unwrap().to_owned(),
    };
    lines.push(part["elements"].as_array().unwrap().iter().map(leaf).collect());
}

/// The section below a heading.
fn part(home: &str, heading: &str) -> Option<String> {
    let (_, rest) = home.split_once(&format!("# {heading}\n"))?;
    Some(rest.split("\n#").next().unwrap_or_default().split("\nAs of").next().unwrap_or_default().to_owned())
}

const MINE: &str = "Your open alerts";
const NOBODYS: &str = "Alerts without an assignee";
const ASKED: &str = "Questions for you";
const ASKING: &str = "Your questions";

async fn with_alert() -> World {
    let mut world = World::new().await;
    world.arrives("a1", json!({"title": "Root <login>"})).await;
    world
}

/// An alert that is assigned to somebody.
async fn assigned(to: &str) -> World {
    let mut world = with_alert().await;
    world.patch("/alerts/a1", json!({"assignee": to})).await;
    world
}

fn permalink(world: &World, channel: &str) -> String {
    let ts = world.message(channel).ts;
    format!("https://acme.slack.com/archives/{channel}/p{}", ts.replace('.', ""))
}

#[tokio::test]
async fn what_waits_is_shown_with_severity_title_status_age_and_a_link_to_its_message() {
    let mut world = with_alert().await;
    let home = world.home(LINUS).await;
    let link = permalink(&world, ONE);
    assert_eq!(part(&home, MINE).unwrap(), "No open alert is assigned to you.");
    assert_eq!(part(&home, NOBODYS).unwrap(), format!("🔴 High [Root <login>]({link}) · Open · {{ago}}"));

    world.patch("/alerts/a1", json!({"assignee": "linus", "status": "TRIAGED"})).await;
    let home = world.home(LINUS).await;
    assert_eq!(part(&home, MINE).unwrap(), format!("🔴 High [Root <login>]({link}) · Triaged · {{ago}}"));
    assert_eq!(part(&home, NOBODYS).unwrap(), "Every open alert has an assignee.");
}

#[tokio::test]
async fn an_alert_that_is_resolved_invalid_or_somebody_elses_disappears() {
    for change in [json!({"status": "RESOLVED"}), json!({"status": "CLOSED"}), json!({"assignee": "auston"})] {
        let mut world = assigned("linus").await;
        assert!(world.home(LINUS).await.contains("Root <login>"));
        world.patch("/alerts/a1", change.clone()).await;
        let home = world.home(LINUS).await;
        assert!(!home.contains("Root"), "{change}: {home}");
        if change["assignee"] == "auston" {
            assert!(part(&world.home(AUSTON).await, MINE).unwrap().contains("Root <login>"));
        }
    }
}

#[tokio::test]
async fn the_most_severe_come_first_and_the_rest_of_a_crowd_is_counted() {
    let mut world = World::new().await;
    for n in 0..23 {
        let severity = if n == 4 { "CRITICAL" } else { "MEDIUM" };
        world.produce(&format!("a{n}"), json!({"severity": severity, "destinations": ["d1"]}));
    }
    world.quiet().await;
    let nobodys = part(&world.home(LINUS).await, NOBODYS).unwrap();
    let lines: Vec<_> = nobodys.lines().collect();
    assert!(lines[0].contains("Critical [Alert a4]"), "{nobodys}");
    assert_eq!((lines.len(), lines[20]), (21, "and 3 more"));
}

#[tokio::test]
async fn whoever_may_only_view_sees_their_own_alerts_and_nobodys_are_not_shown() {
    let mut world = assigned("viewer").await;
    world.arrives("a2", json!({"title": "Nobody's"})).await;
    let home = world.home(VIEWER).await;
    assert!(part(&home, MINE).unwrap().contains("Root <login>"), "{home}");
    assert!(part(&home, NOBODYS).is_none() && !home.contains("Nobody's"), "{home}");
}

#[tokio::test]
async fn whoever_is_not_let_in_reads_why_and_sees_nothing_of_alerts() {
    for (user, patch, told) in [
        (NOBODY, json!({}), "nobody is registered with your Slack email nobody@acme.example"),
        (GUEST, json!({}), "You are a guest"),
        (LINUS, json!({"is_email_confirmed": false}), "not confirmed"),
        (LINUS, json!({"email": null}), "does not show Margay your email"),
        (LINUS, json!({"is_stranger": true}), "another organisation"),
        (LINUS, json!({"team_id": "T0OTHER001"}), "another organisation"),
    ] {
        let mut world = assigned("linus").await;
        world.arrives("a2", json!({"title": "Nobody's"})).await;
        world.slack.patch_user(user, &patch).unwrap();
        let home = world.home(user).await;
        assert!(home.contains(told), "{user} {patch}: {home}");
        for secret in ["Root", "Nobody's", "High", "archives"] {
            assert!(!home.contains(secret), "{user} {patch}: {home}");
        }
    }
}

#[tokio::test]
async fn a_permission_that_was_taken_away_shows_nothing_more_at_once() {
    let mut world = assigned("linus").await;
    assert!(world.home(LINUS).await.contains("Root <login>"));
    world.patch("/users/linus", json!({"permissions": ["ManageUsers"]})).await;
    let home = world.home(LINUS).await;
    assert!(home.contains("the permission ViewAlerts") && !home.contains("Root"), "{home}");
    world.patch("/users/linus", json!({"permissions": ["ViewAlerts"]})).await;
    let home = world.home(LINUS).await;
    assert!(part(&home, MINE).unwrap().contains("Root <login>") && part(&home, NOBODYS).is_none(), "{home}");
}

#[tokio::test]
async fn a_question_is_shown_to_whoever_was_asked_and_to_whoever_asks_until_it_is_answered() {
    let mut world = assigned("auston").await;
    world.ask(LINUS, AUSTON).await;
    let home = world.home(AUSTON).await;
    let (conversation, message) = world.direct_message(AUSTON);
    let link = format!("https://acme.slack.com/archives/{conversation}/p{}", message.ts.replace('.', ""));
    let question = part(&home, ASKED).unwrap();
    assert_eq!(question, format!("@{LINUS} asks: [{QUESTION}]({link}) · {{ago}} · about 🔴 High Root <login>"));
    let asking = part(&world.home(LINUS).await, ASKING).unwrap();
    let link = permalink(&world, ONE);
    assert_eq!(asking, format!("@{AUSTON} was asked: [{QUESTION}]({link}) · {{ago}} · about 🔴 High Root <login>"));

    let answer = world.answer(AUSTON, CONFIRM, Some("It was me."));
    world.hand(&answer).await;
    world.quiet().await;
    assert_eq!(part(&world.home(AUSTON).await, ASKED), None);
    assert_eq!(part(&world.home(LINUS).await, ASKING), None);
}

#[tokio::test]
async fn a_question_that_was_cancelled_disappears_and_one_that_is_late_says_so() {
    let mut world = with_alert().await;
    world.ask(LINUS, NOBODY).await;
    world.deliver_events().await;
    world.advance(Duration::from_secs(25 * 3600));
    world.sweep().await;
    world.quiet().await;
    let asking = part(&world.home(LINUS).await, ASKING).unwrap();
    assert!(asking.contains(&format!("@{NOBODY} has not answered yet")), "{asking}");
    let thread = world.message(ONE).thread;
    let reply = thread.iter().find(|reply| reply.blocks.iter().any(|block| block["type"] == "actions")).unwrap();
    let ts = reply.ts.clone();
    assert_eq!(world.press(LINUS, ONE, &ts, CANCEL).await.status(), 200);
    world.quiet().await;
    assert_eq!(part(&world.home(LINUS).await, ASKING), None);
    assert_eq!(part(&world.home(NOBODY).await, ASKED), None);
}

#[tokio::test]
async fn whoever_is_not_registered_sees_what_they_were_asked_and_nothing_of_the_alert() {
    for recipient in [NOBODY, GUEST] {
        let mut world = with_alert().await;
        world.ask(LINUS, recipient).await;
        let home = world.home(recipient).await;
        let asked = part(&home, ASKED).unwrap();
        assert!(asked.starts_with(&format!("@{LINUS} asks: [{QUESTION}]")), "{asked}");
        for secret in ["Root", "High", ONE] {
            assert!(!home.contains(secret), "{home}");
        }
    }
    // Somebody who no longer belongs to us sees nothing of it either.
    let mut world = with_alert().await;
    world.ask(LINUS, NOBODY).await;
    world.slack.patch_user(NOBODY, &json!({"team_id": "T0OTHER001"})).unwrap();
    let home = world.home(NOBODY).await;
    assert!(part(&home, ASKED).is_none() && !home.contains(QUESTION), "{home}");
}

#[tokio::test]
async fn an_alert_without_a_message_here_has_no_link_and_is_shown_all_the_same() {
    let mut world = World::new().await;
    world.produce("a1", json!({"destinations": ["SKIP"]}));
    world.quiet().await;
    let home = world.home(LINUS).await;
    assert_eq!(part(&home, NOBODYS).unwrap(), "🔴 High Alert a1 · Open · {ago}");
}

#[tokio::test]
async fn in_an_organisation_too_and_after_the_app_was_installed_anew() {
    let mut world = assigned("linus").await;
    world.ask(AUSTON, LINUS).await;
    for installed in [json!({"enterprise_id": "E0ACME0001"}), json!({"team_id": "T0ACME0001"})] {
        let mut one = json!({"bot_token": "xoxb-test-token", "name": "Acme"});
        one.as_object_mut().unwrap().extend(installed.as_object().unwrap().clone());
        let secret = json!({"signing_secret": crate::world::SIGNING_SECRET, "installations": [one]});
        world.swap_slack_secret(&secret.to_string());
        world.secrets_are_read_anew().await;
        let envelope = json!({
            "team_id": "T0ACME0001", "enterprise_id": "E0ACME0001",
            "authorizations": [{"team_id": null, "user_id": BOT, "is_bot": true, "is_enterprise_install": true}],
        });
        world.advance(Duration::from_secs(1));
        let event = json!({"type": "app_home_opened", "user": LINUS, "channel": "D1", "tab": "home"});
        assert_eq!(world.event(event, envelope).await, 200);
        world.quiet().await;
        let home = world.shown_home(LINUS);
        assert!(part(&home, MINE).unwrap().contains("[Root <login>](https://acme.slack.com/"), "{installed}: {home}");
        assert!(part(&home, ASKED).unwrap().contains(QUESTION), "{installed}: {home}");
    }
}
