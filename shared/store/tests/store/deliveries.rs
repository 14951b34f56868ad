//! One worker at a time has a delivery (promise 3).

use crate::table::{NOW, alert, id, store};
use alert::delivery::{Inflight, MessageRef, Post};
use alert::{Delivery, DeliveryState, DestinationId};
use futures::future::join_all;
use jiff::ToSpan;
use serde_json::json;
use store::{Claim, Store, StoredDelivery};

fn absent() -> StoredDelivery {
    let destination = DestinationId::new("d1").unwrap();
    let mut delivery = Delivery::unsent(id("a1"), destination, "SOC".to_owned());
    delivery.inflight = Some(Inflight { what: Post::Parent, channel: "C1".to_owned(), since: NOW });
    StoredDelivery::absent(delivery)
}

async fn stored(store: &Store) -> StoredDelivery {
    store.load_alert(&id("a1")).await.unwrap().unwrap().deliveries.remove(0)
}

#[tokio::test]
async fn of_fifty_workers_one_wins_the_claim() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    let mut claims: Vec<_> = (0..50).map(|_| absent()).collect();
    let until = NOW + 60.seconds();
    let results = join_all(claims.iter_mut().map(|claim| store.claim_delivery(claim, NOW, until))).await;
    assert_eq!(results.into_iter().filter(|result| matches!(result, Ok(Claim::Won))).count(), 1);
}

#[tokio::test]
async fn a_claim_lapses_and_the_next_worker_finds_what_was_in_flight() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    let mut first = absent();
    store.claim_delivery(&mut first, NOW, NOW + 60.seconds()).await.unwrap();

    let mut second = stored(&store).await;
    assert_eq!(store.claim_delivery(&mut second, NOW + 59.seconds(), NOW + 119.seconds()).await.unwrap(), Claim::Held);
    assert_eq!(store.claim_delivery(&mut second, NOW + 60.seconds(), NOW + 120.seconds()).await.unwrap(), Claim::Won);
    assert_eq!(second.delivery.inflight.as_ref().unwrap().since, NOW);

    first.delivery.state = DeliveryState::Delivered;
    assert_eq!(store.record_delivery(&mut first, None).await.unwrap(), Claim::Held, "its lease had lapsed");
    assert_eq!(stored(&store).await.delivery.state, DeliveryState::Pending);
}

#[tokio::test]
async fn recording_gives_the_claim_up_or_keeps_it() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    let mut mine = absent();
    store.claim_delivery(&mut mine, NOW, NOW + 60.seconds()).await.unwrap();
    mine.delivery.synced_seq = 1;
    store.record_delivery(&mut mine, Some(NOW + 90.seconds())).await.unwrap();
    assert_eq!(stored(&store).await.claimed_until, Some(NOW + 90.seconds()));
    store.record_delivery(&mut mine, None).await.unwrap();
    let free = stored(&store).await;
    assert_eq!((free.claimed_until, free.delivery.synced_seq), (None, 1));
}

fn message(ts: &str) -> MessageRef {
    MessageRef { channel: "C1".to_owned(), ts: ts.to_owned() }
}

#[tokio::test]
async fn a_recorded_message_is_found_as_the_delivery_that_it_is_and_so_is_the_one_before_it() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    let mut mine = absent();
    store.claim_delivery(&mut mine, NOW, NOW + 60.seconds()).await.unwrap();
    assert_eq!(store.message_owner(&message("1.0")).await.unwrap(), None);
    mine.delivery.message = Some(message("1.0"));
    store.record_delivery(&mut mine, Some(NOW + 60.seconds())).await.unwrap();
    // Deleted and posted anew; its old thread is still there.
    mine.delivery.message = None;
    store.record_delivery(&mut mine, Some(NOW + 60.seconds())).await.unwrap();
    mine.delivery.message = Some(message("2.0"));
    store.record_delivery(&mut mine, None).await.unwrap();
    for ts in ["1.0", "2.0"] {
        let owner = store.message_owner(&message(ts)).await.unwrap().unwrap();
        assert_eq!((owner.alert_id.as_str(), owner.destination_id.as_str()), ("a1", "d1"));
    }
    let elsewhere = MessageRef { channel: "C2".to_owned(), ts: "1.0".to_owned() };
    assert_eq!(store.message_owner(&elsewhere).await.unwrap(), None);
}

#[tokio::test]
async fn a_worker_whose_lease_has_lapsed_notes_no_message_either() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    let mut late = absent();
    store.claim_delivery(&mut late, NOW, NOW + 60.seconds()).await.unwrap();
    let mut other = stored(&store).await;
    store.claim_delivery(&mut other, NOW + 60.seconds(), NOW + 120.seconds()).await.unwrap();
    late.delivery.message = Some(message("1.0"));
    assert_eq!(store.record_delivery(&mut late, None).await.unwrap(), Claim::Held);
    assert_eq!(store.message_owner(&message("1.0")).await.unwrap(), None);
    assert_eq!(stored(&store).await.delivery.message, None);
    other.delivery.message = Some(message("2.0"));
    assert_eq!(store.record_delivery(&mut other, None).await.unwrap(), Claim::Won);
}

#[tokio::test]
async fn of_two_who_record_a_first_message_at_once_one_wins() {
    let store = store().await;
    store.put_alert(&alert("a1", json!({}))).await.unwrap();
    let (mut one, mut two) = (absent(), absent());
    one.delivery.message = Some(message("1.0"));
    two.delivery.message = Some(message("2.0"));
    assert_eq!(store.record_delivery(&mut one, None).await.unwrap(), Claim::Won);
    assert_eq!(store.record_delivery(&mut two, None).await.unwrap(), Claim::Held);
    assert_eq!(store.message_owner(&message("2.0")).await.unwrap(), None);
}
