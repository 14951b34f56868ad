//! Names and emails have one owner.

use crate::table::{NOW, store};
use alert::destination::DestinationSettings;
use alert::user::ApiKey;
use alert::{Destination, DestinationId, Permission, Place, Readiness, User, UserId};
use store::{Noted, Taken};

fn user(id: &str, email: &str) -> User {
    let permissions = vec![Permission::ManageAlerts];
    User {
        id: UserId::new(id).unwrap(),
        email: email.to_owned(),
        name: id.to_owned(),
        permissions,
        created_at: NOW,
        updated_at: NOW,
    }
}

#[tokio::test]
async fn an_email_belongs_to_one_user_at_a_time() {
    let store = store().await;
    let (linus, auston) = (user("u1", "linus@acme.example"), user("u2", "auston@acme.example"));
    assert_eq!(store.create_user(&linus).await.unwrap(), Taken::Free);
    assert_eq!(store.create_user(&user("u9", "linus@acme.example")).await.unwrap(), Taken::ByAnother);
    store.create_user(&auston).await.unwrap();
    let stolen = User { email: linus.email.clone(), ..auston.clone() };
    assert_eq!(store.update_user(&auston, &stolen).await.unwrap(), Taken::ByAnother);
    let moved = User { email: "torvalds@acme.example".to_owned(), ..linus.clone() };
    assert_eq!(store.update_user(&linus, &moved).await.unwrap(), Taken::Free);
    assert_eq!(store.user_by_email(" Torvalds@ACME.example").await.unwrap(), Some(moved.clone()));
    assert_eq!(store.user_by_email("linus@acme.example").await.unwrap(), None);
    assert_eq!(store.update_user(&auston, &stolen).await.unwrap(), Taken::Free, "the email is free now");
    assert_eq!(store.delete_user(&moved).await.unwrap(), Taken::Free);
    assert_eq!(store.delete_user(&moved).await.unwrap(), Taken::Gone);
    assert_eq!(store.update_user(&moved, &moved).await.unwrap(), Taken::Gone);
    assert_eq!(store.users().await.unwrap(), [stolen]);
}

#[tokio::test]
async fn a_destination_is_listed_renamed_and_deleted() {
    let store = store().await;
    let body = br#"{"displayName":"SOC","channel":"C1"}"#;
    let soc = Destination {
        id: DestinationId::new("d1").unwrap(),
        settings: DestinationSettings::parse(body, None).unwrap(),
        created_at: NOW,
        updated_at: NOW,
        place: Place::default(),
    };
    assert_eq!(store.create_destination(&soc).await.unwrap(), Taken::Free);
    let mut renamed = soc.clone();
    renamed.settings.display_name = "Night".to_owned();
    assert_eq!(store.update_destination(&soc, &renamed).await.unwrap(), Taken::Free);
    assert_eq!(store.destinations().await.unwrap(), [renamed.clone()]);
    assert_eq!(store.destination(&soc.id).await.unwrap(), Some(renamed.clone()));
    assert_eq!(store.delete_destination(&renamed).await.unwrap(), Taken::Free);
    assert_eq!(store.create_destination(&soc).await.unwrap(), Taken::Free, "id and name are free again");
}

#[tokio::test]
async fn what_slack_says_of_a_channel_and_what_people_set_do_not_undo_each_other() {
    let store = store().await;
    let settings = DestinationSettings::parse(br#"{"displayName":"SOC","channel":"C1"}"#, None).unwrap();
    let id = DestinationId::new("d1").unwrap();
    let place = Place { channel_id: Some("C1".to_owned()), ..Place::default() };
    let soc = Destination { id: id.clone(), settings, created_at: NOW, updated_at: NOW, place };
    store.create_destination(&soc).await.unwrap();
    assert_eq!(store.destinations().await.unwrap(), std::slice::from_ref(&soc));

    // Somebody has the destination open while an event comes; then they save.
    let ready = Place { readiness: Readiness::Ready, ..soc.place.clone() };
    assert_eq!(store.note_place(&id, &ready).await.unwrap(), Noted::Done);
    let mut renamed = soc.clone();
    renamed.settings.display_name = "Night".to_owned();
    assert_eq!(store.update_destination(&soc, &renamed).await.unwrap(), Taken::Free);
    let now = store.destination(&id).await.unwrap().unwrap();
    assert_eq!((now.settings.display_name.as_str(), now.place.readiness), ("Night", Readiness::Ready));

    // Who has read the place before the event does not write over it.
    let late = Place { readiness: Readiness::ChannelGone, ..soc.place.clone() };
    assert_eq!(store.note_place(&id, &late).await.unwrap(), Noted::Overtaken);
    let again = Place { readiness: Readiness::ChannelArchived, ..now.place.clone() };
    assert_eq!(store.note_place(&id, &again).await.unwrap(), Noted::Done);

    // Another channel has another place, whatever was noted meanwhile.
    let mut elsewhere = now.clone();
    elsewhere.place = Place { channel_id: Some("C2".to_owned()), ..Place::default() };
    assert_eq!(store.update_destination(&now, &elsewhere).await.unwrap(), Taken::Free);
    let now = store.destination(&id).await.unwrap().unwrap();
    assert_eq!((now.channel(), now.place.version), ("C2", 3));
    let gone = DestinationId::new("d2").unwrap();
    assert_eq!(store.note_place(&gone, &ready).await.unwrap(), Noted::Overtaken, "and nothing comes into being");
    assert_eq!(store.destinations().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_is_found_by_its_hash_until_it_is_revoked() {
    let store = store().await;
    let key = ApiKey { id: "k1".to_owned(), name: "siem".to_owned(), permissions: Vec::new(), created_at: NOW };
    store.create_api_key(&key, "abcd").await.unwrap();
    assert_eq!(store.api_key_by_hash("abcd").await.unwrap(), Some(key));
    assert_eq!(store.api_key_by_hash("abce").await.unwrap(), None);
    assert_eq!(store.revoke_api_key("k1").await.unwrap(), Taken::Free);
    assert_eq!(store.revoke_api_key("k1").await.unwrap(), Taken::Gone);
    assert_eq!(store.api_key_by_hash("abcd").await.unwrap(), None);
}
