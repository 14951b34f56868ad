//! The keys of the providers, as they stand in one secret, `panther-analysis/<stack>/threat-intel`:
//!
//! ```json
//! {"ipinfo": "..", "greynoise": "..", "abuseipdb": "..", "virustotal": "..", "tor": false}
//! ```
//!
//! A provider is on when its key is there and not empty. Tor's list needs no key and is on unless `tor` is `false`.

use alert::intel::Provider;
use reqwest::header::HeaderValue;
use serde::Deserialize;
use std::fmt;

/// A provider's key. Never printed; fit to be a header's value.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key(HeaderValue);

impl Key {
    fn new(text: &str) -> Option<Self> {
        let mut value = HeaderValue::from_str(text).ok()?;
        value.set_sensitive(true);
        Some(Self(value))
    }

    /// As the value of a header.
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }

    /// As the value of `Authorization`.
    pub(crate) fn bearer(&self) -> HeaderValue {
        let bearer = [b"Bearer ", self.0.as_bytes()].concat();
        let mut value = HeaderValue::from_bytes(&bearer).expect("a header's value with ASCII before it is one too");
        value.set_sensitive(true);
        value
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// What the secret holds. The default is nothing, and every provider off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    pub(crate) ipinfo: Option<Key>,
    pub(crate) greynoise: Option<Key>,
    pub(crate) abuseipdb: Option<Key>,
    pub(crate) virustotal: Option<Key>,
    pub(crate) tor: bool,
}

/// The secret does not hold what it must. What it does hold is not told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCredentials {
    #[error("the threat-intel secret must be a JSON object with texts, and true or false for tor")]
    NotJson,
    #[error("the key of {} in the threat-intel secret has characters that no key has", .0.name())]
    BadKey(Provider),
}

#[derive(Deserialize)]
struct Wire {
    ipinfo: Option<String>,
    greynoise: Option<String>,
    abuseipdb: Option<String>,
    virustotal: Option<String>,
    tor: Option<bool>,
}

impl Credentials {
    /// Reads the secret's text.
    ///
    /// # Errors
    /// [`BadCredentials`] says what is wrong: then no provider is to be asked.
    pub fn parse(text: &str) -> Result<Self, BadCredentials> {
        let wire: Wire = serde_json::from_str(text).map_err(|_| BadCredentials::NotJson)?;
        let key = |text: Option<String>, provider| match text.as_deref().map(str::trim) {
            None | Some("") => Ok(None),
            Some(text) => Key::new(text).map(Some).ok_or(BadCredentials::BadKey(provider)),
        };
        Ok(Self {
            ipinfo: key(wire.ipinfo, Provider::IpInfo)?,
            greynoise: key(wire.greynoise, Provider::GreyNoise)?,
            abuseipdb: key(wire.abuseipdb, Provider::AbuseIpDb)?,
            virustotal: key(wire.virustotal, Provider::VirusTotal)?,
            tor: wire.tor.unwrap_or(true),
        })
    }

    /// Whether a provider is on.
    pub fn has(&self, provider: Provider) -> bool {
        match provider {
            Provider::IpInfo => self.ipinfo.is_some(),
            Provider::GreyNoise => self.greynoise.is_some(),
            Provider::Tor => self.tor,
            Provider::AbuseIpDb => self.abuseipdb.is_some(),
            Provider::VirusTotal => self.virustotal.is_some(),
            Provider::Local => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> Vec<Provider> {
        let credentials = Credentials::parse(text).unwrap();
        Provider::ALL.into_iter().filter(|provider| credentials.has(*provider)).collect()
    }

    #[test]
    fn a_provider_is_on_when_its_key_is_there_and_tor_unless_it_is_switched_off() {
        use Provider::*;
        assert_eq!(on("{}"), [Tor]);
        assert_eq!(on(r#"{"tor":false}"#), []);
        assert_eq!(on(r#"{"ipinfo":" a ","greynoise":"","virustotal":null,"later":1}"#), [IpInfo, Tor]);
        let all = r#"{"ipinfo":"a","greynoise":"b","abuseipdb":"c","virustotal":"d","tor":true}"#;
        assert_eq!(on(all), [IpInfo, GreyNoise, Tor, AbuseIpDb, VirusTotal]);
        assert!(!Provider::ALL.iter().any(|provider| Credentials::default().has(*provider)));
    }

    #[test]
    fn what_is_wrong_is_named_and_no_key_is_told() {
        for text in ["", "hush", "[]", r#"{"ipinfo":7}"#, r#"{"tor":"hush"}"#] {
            assert_eq!(Credentials::parse(text), Err(BadCredentials::NotJson), "{text}");
        }
        let error = Credentials::parse(r#"{"greynoise":"hush\nhush"}"#).unwrap_err();
        assert_eq!(error, BadCredentials::BadKey(Provider::GreyNoise));
        assert!(!format!("{error} {error:?}").contains("hush"));
        let good = Credentials::parse(r#"{"ipinfo":"hush"}"#).unwrap();
        assert!(!format!("{good:?} {:?}", good.ipinfo.as_ref().unwrap().bearer()).contains("hush"));
    }
}
