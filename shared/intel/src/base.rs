//! Where the providers are: at their own hosts, or, in tests, all behind one address.

use alert::intel::Provider;
use reqwest::Url;

/// Where the providers are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base(Option<Url>);

/// The address in `INTEL_BASE_URL` may not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the providers' base URL must begin with https://, or be http:// at 127.0.0.1 or localhost")]
pub struct BadBase;

impl Base {
    /// The providers' own hosts if `text` is empty, else `<text>/<provider>/…`.
    ///
    /// # Errors
    /// [`BadBase`] if keys could be read on the way there.
    pub fn parse(text: Option<&str>) -> Result<Self, BadBase> {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(Self(None)) };
        let url = Url::parse(text.trim_end_matches('/')).map_err(|_| BadBase)?;
        let is_here = matches!(url.host_str(), Some("127.0.0.1" | "localhost"));
        let is_plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_here);
        if is_safe && is_plain && url.has_host() { Ok(Self(Some(url))) } else { Err(BadBase) }
    }

    /// The URL of `path`, whose parts are encoded already, at the provider's host `own`.
    pub(crate) fn url(&self, provider: Provider, own: &str, path: &str) -> String {
        match &self.0 {
            None => format!("https://{own}/{path}"),
            Some(base) => format!("{}/{}/{path}", base.as_str().trim_end_matches('/'), provider.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_to_the_providers_own_hosts_or_to_where_nobody_listens_in() {
        let url = |text| Base::parse(text).map(|base| base.url(Provider::Tor, "tor.example", "a/b"));
        assert_eq!(url(None).unwrap(), "https://tor.example/a/b");
        assert_eq!(url(Some("")).unwrap(), "https://tor.example/a/b");
        assert_eq!(url(Some("http://127.0.0.1:80/intel/")).unwrap(), "http://127.0.0.1/intel/tor/a/b");
        assert_eq!(url(Some("http://localhost:81")).unwrap(), "http://localhost:81/tor/a/b");
        assert_eq!(url(Some("https://proxy.example/x")).unwrap(), "https://proxy.example/x/tor/a/b");
        for bad in [
            "http://proxy.example",
            "ftp://127.0.0.1",
            "127.0.0.1:80",
            "http://127.0.0.1.evil.example",
            "https://a@b.example",
            "https://b.example?x=",
            "http://localhost#x",
            "x",
        ] {
            assert_eq!(Base::parse(Some(bad)), Err(BadBase), "{bad}");
        }
    }
}
