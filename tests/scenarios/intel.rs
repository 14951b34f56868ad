//! Threat intelligence: chosen in a modal, shown in every thread.

use crate::stack::{ANALYST, Corner, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use slack::control::{ACTION_ANALYSE, ACTION_INTEL};

#[tokio::test]
async fn a_value_is_chosen_and_every_thread_shows_what_the_providers_know_of_it() {
    let corner = Corner::new("intel", &[json!({}), json!({})]).await;
    let stack = &corner.stack;
    let attributes = json!({"p_any_ip_addresses": ["192.42.116.16", "10.0.0.1"]});
    let id = corner.shown("a", json!({"summaryAttributes": attributes})).await;
    let (user, channel) = (stack.slack_id(ANALYST), &corner.channels[0]);
    let message = corner.message(channel, &id).await;
    let act = json!({"user": user, "channel": channel, "message_ts": message["ts"], "action_id": ACTION_INTEL});
    let clicked = stack.control(Method::POST, "act", act).await;
    assert_eq!(clicked["shown_error"], false, "{clicked}");
    let views = || async {
        let views = stack.control(Method::GET, &format!("views?user={user}"), Value::Null).await;
        let views = views["views"].as_array().unwrap().clone();
        views.into_iter().rfind(|view| view["private_metadata"].as_str().unwrap().contains(&id)).unwrap()
    };
    let view = views().await;
    let options = &view["blocks"][1]["elements"][0]["option_groups"][0]["options"];
    assert_eq!(options.as_array().unwrap().len(), 2, "{view}");
    let choose = |n: usize| json!({"user": user, "view_id": view["id"], "action_id": ACTION_ANALYSE, "value": options[n]["value"]});
    for n in [0, 1] {
        let chosen = stack.control(Method::POST, "act", choose(n)).await;
        assert_eq!(chosen["shown_error"], false, "{chosen}");
    }
    assert!(views().await["blocks"].to_string().contains("Margay knows 10.0.0.1 by itself."));
    for channel in &corner.channels {
        let replies = || async { corner.message(channel, &id).await["thread"].as_array().cloned().unwrap_or_default() };
        eventually("both answers are there", || async { replies().await.len() == 2 }).await;
        let replies = replies().await;
        let said: Vec<&str> = replies.iter().filter_map(|reply| reply["text"].as_str()).collect();
        assert!(said[0].contains("GreyNoise: Malicious.") && said[0].contains("AbuseIPDB: "), "{said:?}");
        assert!(said[1].contains("A private address (10.0.0.0/8)"), "{said:?}");
    }
}
