//! Signatures: the published ones are accepted, everything else is refused cleanly.

#![allow(clippy::unwrap_used)]

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use proptest::prelude::*;
use serde::Deserialize;
use sha2::Sha256;
use slack::signature::{EmptySecret, Refusal, Secret, verify};

#[derive(Deserialize)]
struct Vector {
    signing_secret: String,
    timestamp: String,
    body: String,
    signature: String,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("fixtures/signature_vectors.json")).unwrap()
}

fn at(second: &str, later: i64) -> Timestamp {
    Timestamp::from_second(second.parse::<i64>().unwrap() + later).unwrap()
}

fn sign(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("v0:{timestamp}:").as_bytes());
    mac.update(body);
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}

#[test]
fn the_published_signatures_are_accepted_for_five_minutes_either_way() {
    assert_eq!(vectors().len(), 2);
    for v in vectors() {
        let secrets = [Secret::new(&v.signing_secret).unwrap()];
        let check = |later| {
            verify(&secrets, Some(&v.timestamp), Some(&v.signature), v.body.as_bytes(), at(&v.timestamp, later))
        };
        for later in [-300, 0, 10, 300] {
            assert_eq!(check(later), Ok(()), "{later}");
        }
        assert_eq!(check(301), Err(Refusal::Stale { age_s: 301 }));
        assert_eq!(check(-301), Err(Refusal::Stale { age_s: -301 }));
    }
}

#[test]
fn during_a_rotation_both_secrets_are_accepted_and_afterwards_only_the_new_one() {
    let v = &vectors()[0];
    let (old, new) = (Secret::new(&v.signing_secret).unwrap(), Secret::new("the-new-one").unwrap());
    let now = at(&v.timestamp, 0);
    let check = |secrets: &[Secret], signature: &str| {
        verify(secrets, Some(&v.timestamp), Some(signature), v.body.as_bytes(), now)
    };
    let signed_new = sign("the-new-one", &v.timestamp, v.body.as_bytes());
    for secrets in [[old.clone(), new.clone()], [new.clone(), old]] {
        assert_eq!(check(&secrets, &v.signature), Ok(()));
        assert_eq!(check(&secrets, &signed_new), Ok(()));
    }
    assert_eq!(check(&[new], &v.signature), Err(Refusal::BadSignature));
    assert_eq!(check(&[], &v.signature), Err(Refusal::BadSignature));
}

#[test]
fn every_bad_signature_is_a_clean_refusal() {
    let v = &vectors()[0];
    let good = v.signature.as_str();
    let hex = good.strip_prefix("v0=").unwrap();
    let bad = [
        String::new(),
        "v0=".into(),
        hex.into(),
        format!("v1={hex}"),
        format!("V0={hex}"),
        format!("v0={}", hex.to_uppercase()),
        good[..good.len() - 1].into(),
        good[..good.len() - 2].into(),
        format!("{good}00"),
        format!("{good} "),
        format!("v0=g{}", &hex[1..]),
        format!("v0=0{}", &hex[1..]),
        format!("{good},{good}"),
        "v0=üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü".into(),
    ];
    let secrets = [Secret::new(&v.signing_secret).unwrap()];
    let now = at(&v.timestamp, 0);
    for signature in bad {
        let refusal = verify(&secrets, Some(&v.timestamp), Some(&signature), v.body.as_bytes(), now);
        assert_eq!(refusal, Err(Refusal::BadSignature), "{signature:?}");
    }
    let tampered = v.body.replace("roadrunner", "coyote");
    assert_eq!(verify(&secrets, Some(&v.timestamp), Some(good), tampered.as_bytes(), now), Err(Refusal::BadSignature));
    let other = [Secret::new("another secret").unwrap()];
    assert_eq!(verify(&other, Some(&v.timestamp), Some(good), v.body.as_bytes(), now), Err(Refusal::BadSignature));
}

#[test]
fn every_bad_timestamp_is_a_clean_refusal() {
    let v = &vectors()[0];
    let secrets = [Secret::new(&v.signing_secret).unwrap()];
    let now = at(&v.timestamp, 0);
    let bad = ["", "now", "-1", "+1531420618", " 1531420618", "1531420618.0", "0x5b46a", "99999999999999999999"];
    for timestamp in bad {
        let refusal = verify(&secrets, Some(timestamp), Some(&v.signature), v.body.as_bytes(), now);
        assert_eq!(refusal, Err(Refusal::BadTimestamp), "{timestamp:?}");
    }
    let far = verify(&secrets, Some("9223372036854775807"), Some(&v.signature), v.body.as_bytes(), now);
    assert!(matches!(far, Err(Refusal::Stale { .. })));
    for (timestamp, signature) in [(None, Some("v0=")), (Some("1"), None), (None, None)] {
        assert_eq!(verify(&secrets, timestamp, signature, b"", now), Err(Refusal::MissingHeader));
    }
}

#[test]
fn an_empty_secret_is_no_secret_and_none_is_ever_printed() {
    for empty in ["", " ", "\n"] {
        assert_eq!(Secret::new(empty), Err(EmptySecret));
    }
    assert_eq!(format!("{:?}", Secret::new("hush").unwrap()), "Secret(..)");
    assert_eq!(Secret::new("hush\n"), Secret::new("hush"));
}

proptest! {
    #[test]
    fn any_body_that_we_sign_is_accepted_byte_for_byte(body in proptest::collection::vec(any::<u8>(), 0..99), flip: usize) {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let secrets = [Secret::new("s").unwrap()];
        let signature = sign("s", "1700000000", &body);
        prop_assert_eq!(verify(&secrets, Some("1700000000"), Some(&signature), &body, now), Ok(()));
        if !body.is_empty() {
            let mut other = body.clone();
            let index = flip % other.len();
            other[index] ^= 1;
            let refusal = verify(&secrets, Some("1700000000"), Some(&signature), &other, now);
            prop_assert_eq!(refusal, Err(Refusal::BadSignature));
        }
    }

    #[test]
    fn any_headers_are_accepted_or_refused_and_never_a_panic(timestamp in ".{0,25}", signature in ".{0,80}") {
        let secrets = [Secret::new("s").unwrap()];
        prop_assert!(verify(&secrets, Some(&timestamp), Some(&signature), b"x", Timestamp::UNIX_EPOCH).is_err());
    }
}
