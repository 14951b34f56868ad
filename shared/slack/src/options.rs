//! What the assignee select offers: the answer to a `block_suggestion`.

use crate::control::UNASSIGN;
use crate::{limits, text};
use alert::User;
use serde_json::{Value, json};

/// The label of the option that assigns to nobody.
pub const UNASSIGNED: &str = "Unassigned";

/// The options whose name or email contains `typed`, in any case: "Unassigned" first, then `users` in their order, at
/// most 100. A name that the list has twice is shown with its email. Callers show it only to people who may see the
/// list of users.
pub fn options<'a>(users: impl Iterator<Item = &'a User>, typed: &str) -> Value {
    let typed = typed.trim().to_lowercase();
    let found: Vec<_> = users
        .filter(|user| contains(&user.name, &typed) || contains(&user.email, &typed))
        .take(limits::OPTIONS)
        .collect();
    let nobody = contains(UNASSIGNED, &typed).then(|| option(UNASSIGNED, UNASSIGN));
    let people = found.iter().map(|user| {
        let shared = found.iter().filter(|other| other.name == user.name).count() > 1;
        if shared {
            option(&format!("{} ({})", user.name, user.email), user.id.as_str())
        } else {
            option(&user.name, user.id.as_str())
        }
    });
    let options: Vec<_> = nobody.into_iter().chain(people).take(limits::OPTIONS).collect();
    json!({ "options": options })
}

/// An option that shows `label`, or its value if the label has nothing to see.
pub(crate) fn option(label: &str, value: &str) -> Value {
    let label = match text::one_line(label) {
        empty if empty.is_empty() => value.to_owned(),
        label => label,
    };
    json!({
        "text": {"type": "plain_text", "text": text::cut(&label, limits::OPTION_TEXT), "emoji": false},
        "value": value,
    })
}

fn contains(text: &str, typed: &str) -> bool {
    text.to_lowercase().contains(typed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alert::UserId;
    use jiff::Timestamp;

    fn user(id: &str, name: &str, email: &str) -> User {
        User {
            id: UserId::new(id).unwrap(),
            email: email.into(),
            name: name.into(),
            permissions: vec![],
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn labels(answer: &Value) -> Vec<&str> {
        let options = answer["options"].as_array().unwrap();
        options.iter().map(|o| o["text"]["text"].as_str().unwrap()).collect()
    }

    #[test]
    fn people_are_found_by_part_of_name_or_email_in_any_case() {
        let users = [
            user("u1", "Linus", "linus@acme.example"),
            user("u2", "Auston", "auston@acme.example"),
            user("u3", "Auston", "other@acme.example"),
        ];
        assert_eq!(
            labels(&options(users.iter(), "")),
            ["Unassigned", "Linus", "Auston (auston@acme.example)", "Auston (other@acme.example)"]
        );
        assert_eq!(labels(&options(users.iter(), " LIN ")), ["Linus"]);
        assert_eq!(labels(&options(users.iter(), "other@")), ["Auston"]);
        assert_eq!(labels(&options(users.iter(), "unas")), ["Unassigned"]);
        assert_eq!(options(users.iter(), "nobody here"), json!({"options": []}));
    }

    #[test]
    fn the_list_and_its_labels_keep_slacks_limits() {
        let users: Vec<_> = (0..150).map(|i| user(&format!("u{i}"), &"ü".repeat(200), "e@x.example")).collect();
        let answer = options(users.iter(), "");
        assert_eq!(labels(&answer).len(), limits::OPTIONS);
        assert!(labels(&answer).iter().all(|l| l.chars().count() <= limits::OPTION_TEXT));
        let blank = [user("u1", " \n", "e@x.example")];
        assert_eq!(labels(&options(blank.iter(), "")), ["Unassigned", "u1"]);
    }
}
