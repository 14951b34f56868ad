//! Values of an alert about which threat intelligence can be asked: addresses, domains, hashes, emails.
//!
//! They come from an alert's summary attributes and from the `p_any_*` fields of its events
//! (<https://docs.panther.com/search/panther-fields>), which an attacker can write. So each is validated and put into
//! one canonical form; what is not plainly a value of its kind is none.

mod collect;
mod local;

pub use collect::indicators;
pub use local::is_public;

use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndicatorKind {
    Ip,
    Domain,
    Hash,
    Email,
}

impl IndicatorKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ip, Self::Domain, Self::Hash, Self::Email];

    /// Its name in JSON and in keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Domain => "domain",
            Self::Hash => "hash",
            Self::Email => "email",
        }
    }

    /// Its name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ip => "IP address",
            Self::Domain => "Domain",
            Self::Hash => "File hash",
            Self::Email => "Email address",
        }
    }
}

/// A value in its canonical form: an address as `std::net` writes it (IPv4 also where IPv4 was mapped into IPv6), a
/// domain in lower case without a final dot, a hash (MD5, SHA-1 or SHA-256) in lower case, an email with its domain in
/// lower case. ASCII without white space or control characters; at most 254 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Indicator {
    pub kind: IndicatorKind,
    pub value: String,
}

impl Indicator {
    /// Reads `text` as a value of `kind`; `None` if it is not one.
    pub fn parse(kind: IndicatorKind, text: &str) -> Option<Self> {
        let text = text.trim();
        let value = match kind {
            IndicatorKind::Ip => Some(text.parse::<IpAddr>().ok()?.to_canonical().to_string()),
            IndicatorKind::Domain => domain(text),
            IndicatorKind::Hash => hash(text),
            IndicatorKind::Email => email(text),
        };
        value.map(|value| Self { kind, value })
    }

    /// The address, if it is one.
    pub fn ip(&self) -> Option<IpAddr> {
        match self.kind {
            IndicatorKind::Ip => self.value.parse().ok(),
            IndicatorKind::Domain | IndicatorKind::Hash | IndicatorKind::Email => None,
        }
    }

    /// The domain of an email.
    pub fn domain_of_email(&self) -> Option<Self> {
        match self.kind {
            IndicatorKind::Email => Self::parse(IndicatorKind::Domain, self.value.rsplit_once('@')?.1),
            IndicatorKind::Ip | IndicatorKind::Domain | IndicatorKind::Hash => None,
        }
    }

    /// What can be said of it without asking anybody, and why nobody may be asked: that an address is private
    /// ("A private address (10.0.0.0/8)"), or that a name is for local use ("A name for local use (.internal)"). `None`
    /// if it belongs to the public internet.
    pub fn local(&self) -> Option<String> {
        match self.kind {
            IndicatorKind::Ip => local::address(self.ip()?),
            IndicatorKind::Domain => local::name(&self.value),
            IndicatorKind::Email => local::name(self.value.rsplit_once('@')?.1),
            IndicatorKind::Hash => None,
        }
    }
}

/// Its wire form is read as strictly as anything else: it may come from a Slack payload.
impl<'de> Deserialize<'de> for Indicator {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            kind: IndicatorKind,
            value: String,
        }
        let Wire { kind, value } = Wire::deserialize(deserializer)?;
        Self::parse(kind, &value).ok_or_else(|| serde::de::Error::custom("the value is none of its kind"))
    }
}

/// A host name of at least two labels (RFC 1035, RFC 1123), with underscores as DNS has them. A name in other letters
/// than ASCII must come as DNS carries it, `xn--…` (RFC 5891).
fn domain(text: &str) -> Option<String> {
    let text = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    let in_label = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'-' | b'_');
    let is_label = |label: &str| {
        let plain = (1..=63).contains(&label.len()) && label.bytes().all(in_label);
        plain && !label.starts_with('-') && !label.ends_with('-')
    };
    let top = text.rsplit_once('.')?.1;
    let is_top = top.bytes().all(|c| c.is_ascii_lowercase()) && top.len() >= 2 || top.starts_with("xn--");
    (text.len() <= 253 && is_top && text.split('.').all(is_label)).then_some(text)
}

fn hash(text: &str) -> Option<String> {
    let is_hash = matches!(text.len(), 32 | 40 | 64) && text.bytes().all(|c| c.is_ascii_hexdigit());
    is_hash.then(|| text.to_ascii_lowercase())
}

/// A mailbox without quotes or comments (RFC 5321, section 4.1.2). The part before `@` keeps its case.
fn email(text: &str) -> Option<String> {
    let (mailbox, host) = text.rsplit_once('@')?;
    let in_mailbox = |c: u8| c.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&c);
    let is_mailbox = (1..=64).contains(&mailbox.len()) && mailbox.bytes().all(in_mailbox);
    let email = format!("{mailbox}@{}", domain(host)?);
    (is_mailbox && email.len() <= 254).then_some(email)
}

#[cfg(test)]
mod tests {
    use super::*;
    use IndicatorKind::*;

    #[test]
    fn each_kind_has_one_canonical_form() {
        let md5 = "44D88612FEA8A8F36DE82E1278ABB02F";
        for (kind, text, value) in [
            (Ip, " 1.2.3.4 ", "1.2.3.4"),
            (Ip, "::ffff:1.2.3.4", "1.2.3.4"),
            (Ip, "2001:DB8:0:0::1", "2001:db8::1"),
            (Domain, "WWW.Example.COM.", "www.example.com"),
            (Domain, "_dmarc.example.com", "_dmarc.example.com"),
            (Domain, "xn--bcher-kva.xn--p1ai", "xn--bcher-kva.xn--p1ai"),
            (Hash, md5, &md5.to_lowercase()),
            (Email, "Ann.Lee+x@Example.COM", "Ann.Lee+x@example.com"),
        ] {
            assert_eq!(Indicator::parse(kind, text).unwrap().value, value, "{text}");
        }
    }

    #[test]
    fn what_is_not_plainly_of_a_kind_is_refused() {
        let long = format!("{}.com", "a".repeat(64));
        for (kind, text) in [
            (Ip, ""),
            (Ip, "1.2.3"),
            (Ip, "1.2.3.4/24"),
            (Ip, "1.2.3.4:80"),
            (Ip, "01.2.3.4"),
            (Ip, "fe80::1%eth0"),
            (Domain, "localhost"),
            (Domain, "1.2.3.4"),
            (Domain, "a..com"),
            (Domain, "-a.com"),
            (Domain, "a.com/path"),
            (Domain, "bücher.de"),
            (Domain, "a b.com"),
            (Domain, "a.com\u{202e}"),
            (Domain, &long),
            (Hash, "xyz"),
            (Hash, "44d88612fea8a8f36de82e1278abb02"),
            (Hash, "g4d88612fea8a8f36de82e1278abb02f"),
            (Email, "@example.com"),
            (Email, "ann@host"),
            (Email, "a b@example.com"),
            (Email, "<!channel>@example.com"),
        ] {
            assert_eq!(Indicator::parse(kind, text), None, "{text:?}");
        }
    }

    #[test]
    fn a_value_from_outside_is_read_as_strictly_as_any_other() {
        let good: Indicator = serde_json::from_str(r#"{"kind":"domain","value":"Example.com"}"#).unwrap();
        assert_eq!(good, Indicator { kind: Domain, value: "example.com".to_owned() });
        assert_eq!(serde_json::to_string(&good).unwrap(), r#"{"kind":"domain","value":"example.com"}"#);
        for bad in [r#"{"kind":"ip","value":"../../x"}"#, r#"{"kind":"url","value":"a.com"}"#, r#"{"kind":"ip"}"#] {
            assert!(serde_json::from_str::<Indicator>(bad).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_canonical_value_stays_as_it_is_and_is_plain(text in "\\PC{0,80}", wordy in "[a-zA-Z0-9.:@_-]{0,80}") {
            for kind in IndicatorKind::ALL {
                for text in [&text, &wordy] {
                    let Some(once) = Indicator::parse(kind, text) else { continue };
                    assert_eq!(Indicator::parse(kind, &once.value).as_ref(), Some(&once));
                    assert!(once.value.len() <= 254 && once.value.bytes().all(|c| c.is_ascii_graphic()));
                }
            }
        }
    }
}
