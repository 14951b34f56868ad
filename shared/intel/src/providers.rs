//! Asks the providers: all at once, each with its own time limit, what is kept in the table first.

use crate::fetch::Failure;
use crate::tor::{self, Exits};
use crate::{Base, Credentials, abuseipdb, greynoise, ipinfo, virustotal};
use alert::intel::{Intel, Level, Outcome, Place, Provider, ProviderAnswer, Why};
use alert::{Indicator, IndicatorKind};
use futures::StreamExt;
use futures::future::join_all;
use futures::stream::iter;
use jiff::{SignedDuration, Timestamp};
use std::net::IpAddr;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::{KeptAnswer, KeptIntel, Store};
use tokio::time::{Instant, timeout_at};

/// How long one provider may take: people wait for the answer.
const PROVIDER_TIME: Duration = Duration::from_secs(3);
/// How long the table may take to say what is kept, or to keep something.
const CACHE_TIME: Duration = Duration::from_secs(1);
/// How long a provider is left alone that says its quota is used up: as long as it asks for, within these bounds.
/// AbuseIPDB may say eight hours, but the account may be changed before.
const HOLD: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(15 * 60));
const HOLD_IF_NOT_TOLD: Duration = Duration::from_secs(5 * 60);
/// How long this process leaves a provider alone that took too long: whoever asks next need not wait as well.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// So many addresses of one alert are located, so that one alert does not use up the quota.
const MOST_PLACES: usize = 25;
/// So many are asked for at once.
const PLACES_AT_ONCE: usize = 8;

/// The providers that are on. Build it once: it remembers which plan each key is good for, and Tor's list.
#[derive(Debug)]
pub struct Providers {
    credentials: Credentials,
    base: Base,
    http: reqwest::Client,
    ipinfo_plan: AtomicUsize,
    greynoise_plan: AtomicUsize,
    exits: Mutex<Option<Arc<Exits>>>,
    /// Until when those that took too long are not asked.
    pauses: Mutex<Vec<(Provider, Timestamp)>>,
}

impl Providers {
    /// The providers that `credentials` switch on. `http` must follow no redirect and heed no proxy
    /// (`slack::client::http_client`): keys go with every request.
    pub fn new(credentials: Credentials, http: reqwest::Client, base: Base) -> Self {
        let (ipinfo_plan, greynoise_plan) = Default::default();
        Self { credentials, base, http, ipinfo_plan, greynoise_plan, exits: Mutex::default(), pauses: Mutex::default() }
    }

    /// Those that are on, in the order in which their answers are shown.
    pub fn enabled(&self) -> Vec<Provider> {
        Provider::ALL.into_iter().filter(|provider| self.credentials.has(*provider)).collect()
    }

    /// Whether any of them knows of values of this kind.
    pub fn can_analyse(&self, kind: IndicatorKind) -> bool {
        self.enabled().into_iter().any(|provider| knows(provider, kind))
    }

    /// Those of the values that can be analysed, and after them the domains of the emails, each once. Private addresses
    /// are among them wherever public ones can be analysed: they are answered without asking anybody.
    pub fn able(&self, indicators: &[Indicator]) -> Vec<Indicator> {
        let domains = indicators.iter().filter_map(Indicator::domain_of_email);
        let mut able = Vec::new();
        for one in indicators.iter().cloned().chain(domains) {
            let is_answered = self.can_analyse(one.kind) && one.local().is_some() || !self.asked(&one).is_empty();
            if is_answered && !able.contains(&one) {
                able.push(one);
            }
        }
        able
    }

    /// Those that are asked about this value: none about one that is not of the public internet.
    pub fn asked(&self, indicator: &Indicator) -> Vec<Provider> {
        if indicator.local().is_some() {
            return Vec::new();
        }
        let is_v6 = indicator.ip().is_some_and(|ip| ip.is_ipv6());
        let is_asked = |provider: &Provider| match provider {
            Provider::GreyNoise | Provider::Tor => knows(*provider, indicator.kind) && !is_v6,
            Provider::IpInfo | Provider::AbuseIpDb | Provider::VirusTotal | Provider::Local => {
                knows(*provider, indicator.kind)
            }
        };
        self.enabled().into_iter().filter(is_asked).collect()
    }

    /// What the providers say of a value, one answer for each that is on and knows of such values; none for an email.
    /// It takes no longer than `within`, and about 5 s at most: a second for the table, 3 s for the slowest provider, a
    /// second for keeping its answer. A failing table only means that more is asked.
    pub async fn analyse(&self, indicator: &Indicator, cache: &Store, now: Timestamp, within: Duration) -> Intel {
        let deadline = Instant::now() + within;
        let mut answers = Vec::new();
        if let Some(verdict) = indicator.local().filter(|_| self.can_analyse(indicator.kind)) {
            let outcome = Outcome::Found { verdict, level: Level::Neutral, facts: Vec::new(), link: None };
            answers.push(ProviderAnswer { provider: Provider::Local, outcome });
        }
        let asked = self.asked(indicator);
        if !asked.is_empty() {
            let wanted: Vec<(Provider, &Indicator)> = asked.iter().map(|provider| (*provider, indicator)).collect();
            let round =
                Round { providers: self, cache, now, deadline, kept: self.kept(&wanted, cache, now, deadline).await };
            let answered = asked.into_iter().map(async |provider| {
                let outcome = match round.answer(provider, indicator).await {
                    Ok(answer) => answer.outcome,
                    Err(why) => Outcome::Unavailable { why },
                };
                ProviderAnswer { provider, outcome }
            });
            answers.extend(join_all(answered).await);
        }
        Intel { indicator: indicator.clone(), answers }
    }

    /// Where an address is; `None` if it is not public, or nobody could say.
    pub async fn place(&self, ip: IpAddr, cache: &Store, now: Timestamp, within: Duration) -> Option<Place> {
        self.places(&[ip], cache, now, within).await.pop()?
    }

    /// Where each of the addresses is, in their order, as IPinfo says; `None` for what it cannot say in time, for
    /// addresses that are not public, and beyond the first 25 different public ones. Takes no longer than `within`.
    pub async fn places(&self, ips: &[IpAddr], cache: &Store, now: Timestamp, within: Duration) -> Vec<Option<Place>> {
        let deadline = Instant::now() + within;
        let indicator = |ip: &IpAddr| Indicator { kind: IndicatorKind::Ip, value: ip.to_canonical().to_string() };
        let mut wanted: Vec<Indicator> = Vec::new();
        for one in ips.iter().map(indicator) {
            let is_asked = self.credentials.has(Provider::IpInfo) && one.local().is_none();
            if is_asked && wanted.len() < MOST_PLACES && !wanted.contains(&one) {
                wanted.push(one);
            }
        }
        if wanted.is_empty() {
            return vec![None; ips.len()];
        }
        let keys: Vec<(Provider, &Indicator)> = wanted.iter().map(|one| (Provider::IpInfo, one)).collect();
        let round = Round { providers: self, cache, now, deadline, kept: self.kept(&keys, cache, now, deadline).await };
        let located = iter(&wanted).map(async |one| {
            let answer = round.answer(Provider::IpInfo, one).await.ok();
            (one.clone(), answer.and_then(|answer| answer.place))
        });
        let located: Vec<(Indicator, Option<Place>)> = located.buffer_unordered(PLACES_AT_ONCE).collect().await;
        let place = |one: Indicator| located.iter().find(|(of, _)| *of == one).and_then(|(_, place)| place.clone());
        ips.iter().map(indicator).map(place).collect()
    }

    async fn kept(
        &self,
        wanted: &[(Provider, &Indicator)],
        cache: &Store,
        now: Timestamp,
        deadline: Instant,
    ) -> KeptIntel {
        in_time(cache.kept_intel(wanted, now), deadline).await.unwrap_or_default()
    }
}

/// Whether a provider knows of values of a kind.
fn knows(provider: Provider, kind: IndicatorKind) -> bool {
    use IndicatorKind::{Domain, Email, Hash, Ip};
    match (provider, kind) {
        (Provider::IpInfo | Provider::GreyNoise | Provider::Tor | Provider::AbuseIpDb, Ip) => true,
        (Provider::IpInfo | Provider::GreyNoise | Provider::Tor | Provider::AbuseIpDb, Domain | Hash | Email) => false,
        (Provider::VirusTotal, Ip | Domain | Hash) => true,
        (Provider::VirusTotal, Email) | (Provider::Local, Ip | Domain | Hash | Email) => false,
    }
}

/// What the table did, if it did it in time. What went wrong is logged, and otherwise of no consequence.
async fn in_time<T>(doing: impl Future<Output = Result<T, store::Error>>, deadline: Instant) -> Option<T> {
    let until = deadline.min(Instant::now() + CACHE_TIME);
    match timeout_at(until, doing).await {
        Ok(Ok(done)) => Some(done),
        Ok(Err(error)) => {
            let error: &(dyn std::error::Error + 'static) = &error;
            tracing::warn!(error, "threat intelligence: the table failed");
            None
        }
        Err(_) => {
            tracing::warn!("threat intelligence: the table took too long");
            None
        }
    }
}

/// What `asking` gives, if it does before its own time or the deadline is over.
async fn limited<T>(asking: impl Future<Output = Result<T, Failure>>, deadline: Instant) -> Result<T, Failure> {
    let until = deadline.min(Instant::now() + PROVIDER_TIME);
    timeout_at(until, asking).await.unwrap_or(Err(Failure::TimedOut))
}

/// How long to leave a provider alone.
fn hold(told: Option<Duration>) -> SignedDuration {
    let hold = told.unwrap_or(HOLD_IF_NOT_TOLD).clamp(HOLD.0, HOLD.1);
    SignedDuration::try_from(hold).unwrap_or(SignedDuration::from_mins(5))
}

/// One analysis, or the places of one alert: what is kept was read once for all of it.
struct Round<'a> {
    providers: &'a Providers,
    cache: &'a Store,
    now: Timestamp,
    deadline: Instant,
    kept: KeptIntel,
}

impl Round<'_> {
    /// A provider's answer: the one that is kept, or else a new one, which then is.
    async fn answer(&self, provider: Provider, indicator: &Indicator) -> Result<KeptAnswer, Why> {
        if provider == Provider::Tor {
            return match indicator.ip() {
                Some(IpAddr::V4(ip)) => self.exits().await.map(|exits| exits.answer(ip)),
                Some(IpAddr::V6(_)) | None => Err(Why::Down),
            };
        }
        if let Some(kept) = self.kept.answer(provider, indicator) {
            return Ok(kept.clone());
        }
        if self.kept.is_held(provider) {
            return Err(Why::Quota);
        }
        if self.pauses(provider) {
            return Err(Why::TimedOut);
        }
        let began = Instant::now();
        match limited(self.ask(provider, indicator), self.deadline).await {
            Ok(answer) => {
                let until = self.now + fresh(provider);
                in_time(self.cache.keep_answer(provider, indicator, &answer, until), self.deadline).await;
                Ok(answer)
            }
            Err(failure) => Err(self.failed(provider, failure, began).await),
        }
    }

    async fn ask(&self, provider: Provider, indicator: &Indicator) -> Result<KeptAnswer, Failure> {
        let Providers { credentials, base, http, ipinfo_plan, greynoise_plan, .. } = self.providers;
        // Whoever has no key was not asked for; `asked` sees to that.
        let off = Failure::BadKey;
        match (provider, indicator.ip()) {
            (Provider::IpInfo, Some(ip)) => {
                ipinfo::ask(http, base, credentials.ipinfo.as_ref().ok_or(off)?, ipinfo_plan, ip).await
            }
            (Provider::GreyNoise, Some(IpAddr::V4(ip))) => {
                greynoise::ask(http, base, credentials.greynoise.as_ref().ok_or(off)?, greynoise_plan, ip).await
            }
            (Provider::AbuseIpDb, Some(ip)) => {
                abuseipdb::ask(http, base, credentials.abuseipdb.as_ref().ok_or(off)?, ip).await
            }
            (Provider::VirusTotal, _) => {
                virustotal::ask(http, base, credentials.virustotal.as_ref().ok_or(off)?, indicator).await
            }
            (Provider::IpInfo | Provider::GreyNoise | Provider::AbuseIpDb | Provider::Tor | Provider::Local, _) => {
                Err(Failure::Down)
            }
        }
    }

    /// Tor's list: the process's, the table's, or a new one, which is then both's.
    async fn exits(&self) -> Result<Arc<Exits>, Why> {
        let mine = || self.providers.exits.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(exits) = mine().as_ref().filter(|exits| exits.until > self.now) {
            return Ok(exits.clone());
        }
        let kept = self.kept.tor_exits.as_ref().and_then(|(text, until)| Exits::parse(text, *until));
        let exits = match kept {
            Some(kept) => Arc::new(kept),
            None if self.kept.is_held(Provider::Tor) => return Err(Why::Quota),
            None if self.pauses(Provider::Tor) => return Err(Why::TimedOut),
            None => {
                let began = Instant::now();
                let asking = tor::ask(&self.providers.http, &self.providers.base, self.now);
                let exits = match limited(asking, self.deadline).await {
                    Ok(exits) => Arc::new(exits),
                    Err(failure) => return Err(self.failed(Provider::Tor, failure, began).await),
                };
                in_time(self.cache.keep_tor_exits(&exits.text(), exits.until), self.deadline).await;
                exits
            }
        };
        *mine() = Some(exits.clone());
        Ok(exits)
    }

    /// Logs why a provider did not answer, and leaves it alone for a while if its quota is used up or it took too long.
    async fn failed(&self, provider: Provider, failure: Failure, began: Instant) -> Why {
        let (name, why) = (provider.as_str(), failure.why());
        match failure {
            Failure::BadKey => tracing::error!(provider = name, "a provider of threat intelligence refuses its key"),
            Failure::Down | Failure::TimedOut | Failure::Quota(_) => {
                tracing::warn!(provider = name, ?why, "a provider of threat intelligence gave no answer");
            }
        }
        match failure {
            Failure::Quota(told) => {
                in_time(self.cache.hold_provider(provider, self.now + hold(told)), self.deadline).await;
            }
            Failure::TimedOut if began.elapsed() >= PROVIDER_TIME => {
                let mut pauses = self.providers.pauses.lock().unwrap_or_else(PoisonError::into_inner);
                pauses.retain(|(paused, until)| *paused != provider && *until > self.now);
                pauses.push((provider, self.now + PAUSE));
            }
            Failure::TimedOut | Failure::BadKey | Failure::Down => {}
        }
        why
    }

    /// Whether the provider took too long a moment ago.
    fn pauses(&self, provider: Provider) -> bool {
        let pauses = self.providers.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.iter().any(|(paused, until)| *paused == provider && *until > self.now)
    }
}

/// For how long an answer is fresh: each provider's module says why.
fn fresh(provider: Provider) -> SignedDuration {
    match provider {
        Provider::IpInfo => ipinfo::FRESH,
        Provider::GreyNoise => greynoise::FRESH,
        Provider::Tor => tor::FRESH,
        Provider::AbuseIpDb => abuseipdb::FRESH,
        Provider::VirusTotal => virustotal::FRESH,
        Provider::Local => SignedDuration::ZERO,
    }
}
