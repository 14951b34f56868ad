//! What threat intelligence says of a value: one answer for each provider that was asked, as it is shown and kept in
//! the alert's history. Texts of the answers come from outside: they are bounded, but they stay untrusted.

use crate::indicator::Indicator;
use serde::{Deserialize, Serialize};

/// What an analysis found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intel {
    pub indicator: Indicator,
    /// In the order of [`Provider::ALL`].
    pub answers: Vec<ProviderAnswer>,
}

/// What one provider said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderAnswer {
    pub provider: Provider,
    pub outcome: Outcome,
}

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    IpInfo,
    GreyNoise,
    Tor,
    AbuseIpDb,
    VirusTotal,
    /// Nobody: Margay knows it by itself.
    Local,
}

impl Provider {
    /// All of them, in the order in which their answers are shown.
    pub const ALL: [Self; 6] =
        [Self::IpInfo, Self::GreyNoise, Self::Tor, Self::AbuseIpDb, Self::VirusTotal, Self::Local];

    /// Its name in JSON, in keys and in paths.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IpInfo => "ipinfo",
            Self::GreyNoise => "greynoise",
            Self::Tor => "tor",
            Self::AbuseIpDb => "abuseipdb",
            Self::VirusTotal => "virustotal",
            Self::Local => "local",
        }
    }

    /// Its name for people, as it writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::IpInfo => "IPinfo",
            Self::GreyNoise => "GreyNoise",
            Self::Tor => "Tor exit nodes",
            Self::AbuseIpDb => "AbuseIPDB",
            Self::VirusTotal => "VirusTotal",
            Self::Local => "Margay",
        }
    }
}

/// How asking a provider ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Outcome {
    Found {
        /// One line, at most 200 characters.
        verdict: String,
        level: Level,
        /// Names and values, at most 12: names of 40 characters, values of 200.
        facts: Vec<(String, String)>,
        /// Where a person can read more: an https URL that Margay made, not the provider.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<String>,
    },
    /// It knows nothing of the value.
    Nothing {
        /// One line, at most 200 characters.
        verdict: String,
    },
    /// It could not be asked.
    Unavailable { why: Why },
}

/// How bad it is. The order is that of severity, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Says neither good nor bad of it, such as where it is.
    Neutral,
    Harmless,
    Suspicious,
    Malicious,
}

/// Why a provider could not be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// No connection, a failure of its own, or an answer that is not as documented.
    Down,
    /// It was asked too often for what the account allows.
    Quota,
    /// It does not accept the key, or the account does not allow the question.
    BadKey,
    TimedOut,
}

/// Where an address is. Texts are at most 80 characters; an unknown part is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// ISO 3166-1 alpha-2, in upper case.
    pub country_code: String,
    /// The country's English name.
    pub country: String,
    pub region: String,
    pub city: String,
}

impl Place {
    /// The country's flag, from the regional indicator symbols of its code
    /// (<https://www.unicode.org/reports/tr51/#Flags>); nothing without a code.
    pub fn flag(&self) -> Option<String> {
        let is_code = self.country_code.len() == 2 && self.country_code.bytes().all(|c| c.is_ascii_uppercase());
        let symbol = |c: u8| char::from_u32(0x1F1E6 + u32::from(c - b'A'));
        is_code.then(|| self.country_code.bytes().filter_map(symbol).collect())
    }

    /// The place in one line: "🇺🇸 California, USA". Empty if nothing of it is known.
    pub fn label(&self) -> String {
        let country = match (self.country_code.as_str(), self.country.as_str()) {
            ("US", _) => "USA",
            (code, "") => code,
            (_, name) => name,
        };
        let part = if self.region.is_empty() { &self.city } else { &self.region };
        let part = if part == country { "" } else { part };
        let words: Vec<&str> = [part, country].into_iter().filter(|word| !word.is_empty()).collect();
        let flag = self.flag().map(|flag| format!("{flag} ")).unwrap_or_default();
        format!("{flag}{}", words.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::IndicatorKind;

    fn place(country_code: &str, country: &str, region: &str, city: &str) -> Place {
        let [country_code, country, region, city] = [country_code, country, region, city].map(str::to_owned);
        Place { country_code, country, region, city }
    }

    #[test]
    fn a_place_is_told_with_its_flag() {
        for (place, label) in [
            (place("US", "United States", "California", "Mountain View"), "🇺🇸 California, USA"),
            (place("DE", "Germany", "", "Berlin"), "🇩🇪 Berlin, Germany"),
            (place("SG", "Singapore", "Singapore", "Singapore"), "🇸🇬 Singapore"),
            (place("DE", "", "", ""), "🇩🇪 DE"),
            (place("", "", "Hesse", ""), "Hesse"),
            (place("u$", "Nowhere", "", ""), "Nowhere"),
            (place("", "", "", ""), ""),
        ] {
            assert_eq!(place.label(), label);
        }
    }

    #[test]
    fn an_analysis_is_kept_as_it_was() {
        let found = Outcome::Found {
            verdict: "Seen scanning".to_owned(),
            level: Level::Malicious,
            facts: vec![("Country".to_owned(), "Germany".to_owned())],
            link: None,
        };
        let answers = [found, Outcome::Nothing { verdict: "-".to_owned() }, Outcome::Unavailable { why: Why::BadKey }];
        let answers = Provider::ALL.into_iter().zip(answers);
        let intel = Intel {
            indicator: Indicator::parse(IndicatorKind::Ip, "1.2.3.4").unwrap(),
            answers: answers.map(|(provider, outcome)| ProviderAnswer { provider, outcome }).collect(),
        };
        let text = serde_json::to_string(&intel).unwrap();
        assert_eq!(serde_json::from_str::<Intel>(&text).unwrap(), intel);
        assert!(text.contains(r#"{"provider":"greynoise","outcome":{"is":"nothing","verdict":"-"}}"#), "{text}");
        for provider in Provider::ALL {
            assert_eq!(serde_json::to_value(provider).unwrap(), provider.as_str());
        }
        for kind in IndicatorKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
