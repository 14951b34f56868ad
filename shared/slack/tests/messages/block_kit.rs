//! Slack's rules for messages, as strict as its documentation is; lengths are counted in UTF-16 after escaping, the
//! worst way Slack could count (<https://docs.slack.dev/reference/block-kit>).

use serde_json::Value;
use slack::limits;
use slack::message::Message;

/// Every rule that the message breaks.
pub(crate) fn violations(message: &Message) -> Vec<String> {
    let mut found = Findings::default();
    let text = message.text.encode_utf16().count();
    found.check((1..=limits::MESSAGE_TEXT).contains(&text), "text", text);
    let unescaped =
        ["&lt;", "&gt;", "&amp;"].iter().fold(message.text.clone(), |text, escape| text.replace(escape, ""));
    found.check(!unescaped.contains(['<', '>', '&']), "text is escaped", &message.text);
    found.check(!message.blocks.is_empty() && message.blocks.len() <= limits::BLOCKS, "blocks", message.blocks.len());
    for block in &message.blocks {
        found.block(block);
    }
    found.check(message.attachments.len() <= 1, "attachments", message.attachments.len());
    for attachment in &message.attachments {
        let keys: Vec<_> = attachment.as_object().unwrap().keys().collect();
        found.check(keys == ["color", "blocks"], "an attachment with blocks has no legacy fields", keys);
        let color = attachment["color"].as_str().unwrap();
        found.check(color.len() == 7 && color.starts_with('#'), "color", color);
        attachment["blocks"].as_array().unwrap().iter().for_each(|block| found.block(block));
    }
    let leaves = found.leaves;
    found.check(leaves <= limits::LEAVES, "leaves together", leaves);
    found.broken
}

/// Every rule that the modal breaks (<https://docs.slack.dev/reference/views/modal-views>).
pub(crate) fn view_violations(view: &Value) -> Vec<String> {
    let mut found = Findings::default();
    let has_input = view["blocks"].as_array().unwrap().iter().any(|block| block["type"] == "input");
    for label in ["title", "submit", "close"] {
        // A modal without inputs has nothing to submit.
        if label != "submit" || has_input {
            found.plain(&view[label], limits::VIEW_LABEL);
        }
    }
    let remembered = view["private_metadata"].as_str().unwrap().len();
    found.check(remembered <= limits::PRIVATE_METADATA, "private_metadata", remembered);
    let blocks = view["blocks"].as_array().unwrap();
    found.check((1..=100).contains(&blocks.len()), "blocks", blocks.len());
    blocks.iter().for_each(|block| found.block(block));
    found.check(view.to_string().len() <= 250_000, "size", view.to_string().len());
    found.broken
}

/// Every rule that the Home breaks (<https://docs.slack.dev/reference/views/home-tab-views>).
pub(crate) fn home_violations(view: &Value) -> Vec<String> {
    let mut found = Findings::default();
    let keys: Vec<_> = view.as_object().unwrap().keys().collect();
    found.check(keys == ["type", "blocks"] && view["type"] == "home", "a home has no other fields", keys);
    let blocks = view["blocks"].as_array().unwrap();
    found.check((1..=100).contains(&blocks.len()), "blocks", blocks.len());
    blocks.iter().filter(|block| block["type"] != "divider").for_each(|block| found.block(block));
    found.check(view.to_string().len() <= 250_000, "size", view.to_string().len());
    found.broken
}

#[test]
fn the_rules_find_what_slack_would_refuse() {
    let break_it: [fn(&mut Message); 7] = [
        |message| message.text.clear(),
        |message| message.text = "<!channel>".into(),
        |message| message.text = "&l… (cut)".into(),
        |message| message.text = "x".repeat(4001),
        |message| message.blocks.clear(),
        |message| message.blocks[0]["elements"][0]["elements"][0]["text"] = "".into(),
        |message| message.blocks[0]["elements"][0]["elements"][0]["text"] = "x".repeat(9001).into(),
    ];
    for spoil in break_it {
        let mut message = Message::plain("fine");
        assert_eq!(violations(&message), [""; 0]);
        spoil(&mut message);
        assert_ne!(violations(&message), [""; 0], "{message:?}");
    }
}

#[derive(Default)]
struct Findings {
    broken: Vec<String>,
    leaves: usize,
}

impl Findings {
    fn check(&mut self, holds: bool, rule: &str, what: impl std::fmt::Debug) {
        if !holds {
            self.broken.push(format!("{rule}: {what:?}"));
        }
    }

    fn block(&mut self, block: &Value) {
        match block["type"].as_str().unwrap() {
            "header" => self.plain(&block["text"], limits::HEADER_TEXT),
            "context" => {
                let elements = block["elements"].as_array().unwrap();
                self.check((1..=10).contains(&elements.len()), "context elements", elements.len());
                elements.iter().for_each(|element| self.plain(element, limits::TEXT_OBJECT));
            }
            "rich_text" => self.rich_text(block),
            "section" => self.plain(&block["text"], limits::TEXT_OBJECT),
            "actions" => self.actions(block),
            "input" => self.input(block),
            other => self.check(false, "block type", other),
        }
    }

    /// A `plain_text` object: the only text object in our messages.
    fn plain(&mut self, text: &Value, max: usize) {
        self.check(text["type"] == "plain_text" && text["emoji"] == false, "plain_text", text);
        self.text(text["text"].as_str().unwrap(), max);
    }

    fn text(&mut self, text: &str, max: usize) {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let size = escaped.encode_utf16().count();
        self.check((1..=max).contains(&size), "length of a text", (size, max));
        let deceives =
            |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') || (c.is_control() && c != '\n');
        self.check(!text.contains(deceives), "control characters", text);
    }

    fn rich_text(&mut self, block: &Value) {
        let elements = block["elements"].as_array().unwrap();
        self.check(!elements.is_empty(), "an empty rich_text", block);
        for element in elements {
            let known = matches!(
                element["type"].as_str(),
                Some("rich_text_section" | "rich_text_quote" | "rich_text_preformatted" | "rich_text_list")
            );
            self.check(known, "rich_text element", element);
            if element["type"] == "rich_text_list" {
                let points = element["elements"].as_array().unwrap();
                let sections = points.iter().all(|point| point["type"] == "rich_text_section");
                self.check(sections, "a list is of sections", element);
                self.rich_text(element);
                continue;
            }
            let leaves = element["elements"].as_array().unwrap();
            self.check(!leaves.is_empty(), "an empty element", element);
            for leaf in leaves {
                match leaf["type"].as_str().unwrap() {
                    "text" => {
                        let text = leaf["text"].as_str().unwrap();
                        self.leaves += text.encode_utf16().count();
                        self.text(text, limits::LEAVES);
                    }
                    "link" => {
                        let text = leaf["text"].as_str().unwrap();
                        self.leaves += text.encode_utf16().count();
                        self.text(text, limits::LEAVES);
                        self.check(leaf["url"].as_str().unwrap().starts_with("https://"), "link", leaf);
                    }
                    "date" => {
                        self.check(leaf["timestamp"].as_i64().is_some_and(|at| at >= 0), "date", leaf);
                        self.text(leaf["fallback"].as_str().unwrap(), limits::LEAVES);
                    }
                    "user" => self.check(leaf["user_id"].as_str().unwrap().starts_with(['U', 'W']), "user", leaf),
                    other => self.check(false, "leaf", other),
                }
            }
        }
    }

    fn actions(&mut self, block: &Value) {
        let id = block["block_id"].as_str().unwrap();
        self.check((1..=limits::BLOCK_ID).contains(&id.len()), "block_id", id);
        let elements = block["elements"].as_array().unwrap();
        self.check((1..=25).contains(&elements.len()), "elements", elements.len());
        let mut ids: Vec<_> = elements.iter().map(|element| element["action_id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        ids.dedup();
        self.check(ids.len() == elements.len(), "action ids are unique", &ids);
        for element in elements {
            match element["type"].as_str().unwrap() {
                "button" => {
                    self.plain(&element["text"], limits::BUTTON_TEXT);
                    if let Some(url) = element.get("url") {
                        let url = url.as_str().unwrap();
                        let web = url.starts_with("http://") || url.starts_with("https://");
                        self.check(web && url.len() <= limits::BUTTON_URL, "url", url);
                    }
                    let style = element.get("style").is_none_or(|style| style == "primary" || style == "danger");
                    self.check(style, "style", element);
                    if let Some(confirm) = element.get("confirm") {
                        for (part, max) in [("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)] {
                            self.plain(&confirm[part], max);
                        }
                    }
                }
                "external_select" => {
                    self.plain(&element["placeholder"], 150);
                    if let Some(option) = element.get("initial_option") {
                        self.option(option);
                    }
                }
                "static_select" => {
                    self.plain(&element["placeholder"], 150);
                    let groups = element["option_groups"].as_array().into_iter().flatten();
                    for group in groups.clone() {
                        self.plain(&group["label"], limits::OPTION_TEXT);
                        self.check(group["options"].as_array().is_some_and(|all| !all.is_empty()), "group", group);
                    }
                    let grouped = groups.filter_map(|group| group["options"].as_array());
                    let options: Vec<&Value> =
                        element["options"].as_array().into_iter().chain(grouped).flatten().collect();
                    self.check((1..=limits::OPTIONS).contains(&options.len()), "options", options.len());
                    options.iter().for_each(|option| self.option(option));
                    let initial = element.get("initial_option");
                    self.check(initial.is_none_or(|initial| options.contains(&initial)), "initial_option", element);
                }
                other => self.check(false, "element", other),
            }
        }
    }

    fn input(&mut self, block: &Value) {
        let id = block["block_id"].as_str().unwrap();
        self.check((1..=limits::BLOCK_ID).contains(&id.len()), "block_id", id);
        self.plain(&block["label"], 2000);
        if let Some(hint) = block.get("hint") {
            self.plain(hint, 2000);
        }
        let element = &block["element"];
        match element["type"].as_str().unwrap() {
            "plain_text_input" => {
                let max = element["max_length"].as_u64().unwrap();
                self.check(max <= limits::INPUT_TEXT as u64, "max_length", element);
            }
            "users_select" => self.plain(&element["placeholder"], 150),
            "checkboxes" => {
                let options = element["options"].as_array().unwrap();
                self.check((1..=10).contains(&options.len()), "options", options.len());
                options.iter().for_each(|option| self.option(option));
            }
            other => self.check(false, "element", other),
        }
    }

    fn option(&mut self, option: &Value) {
        self.plain(&option["text"], limits::OPTION_TEXT);
        self.text(option["value"].as_str().unwrap(), limits::OPTION_VALUE);
    }
}
