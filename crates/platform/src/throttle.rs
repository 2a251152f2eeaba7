//! How often one address, or one account from one address, may knock. Kept in memory: each instance counts for itself.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::address::{self, FORWARDED_FOR, Proxies};
use super::config::Policy;
use super::error::{Error, Result};

/// The counters of this instance.
#[derive(Clone)]
pub struct Throttle(Arc<Inner>);

struct Inner {
    trusted_proxies: Proxies,
    requests: Option<DefaultKeyedRateLimiter<IpAddr>>,
    secrets_by_address: Option<DefaultKeyedRateLimiter<IpAddr>>,
    secrets_by_account: Option<DefaultKeyedRateLimiter<(String, IpAddr)>>,
    secrets_by_account_anywhere: Option<DefaultKeyedRateLimiter<String>>,
    documents_by_address: Option<DefaultKeyedRateLimiter<IpAddr>>,
    documents_by_code: Option<DefaultKeyedRateLimiter<String>>,
    contacts_by_address: Option<DefaultKeyedRateLimiter<IpAddr>>,
    contacts_by_number: Option<DefaultKeyedRateLimiter<String>>,
}

crate::redacted_debug!(Throttle);

impl Throttle {
    /// Counters as the operator wants them; a limit of 0 switches one off.
    pub fn new(policy: &Policy) -> Self {
        let (tries, checks) = (policy.sign_in_tries_per_minute, policy.document_checks_per_minute);
        let asked = policy.contact_requests_per_minute;
        Self(Arc::new(Inner {
            trusted_proxies: policy.trusted_proxies.clone(),
            requests: limiter(policy.requests_per_minute, policy.requests_per_minute),
            secrets_by_address: limiter(tries.saturating_mul(5), tries.saturating_mul(5)),
            secrets_by_account: limiter(tries, tries),
            // So many at once that a few strangers do not hold up an owner who comes from a new place, and then so few a minute
            // that a botnet is slow.
            secrets_by_account_anywhere: limiter(tries.saturating_mul(4), tries.saturating_mul(20)),
            documents_by_address: limiter(checks, checks),
            documents_by_code: limiter(checks, checks),
            contacts_by_address: limiter(asked, asked),
            contacts_by_number: limiter(asked, asked),
        }))
    }

    /// Counts any request of an address.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn request(&self, request: &HttpRequest) -> Result<()> {
        check(self.0.requests.as_ref(), &self.address(request))
    }

    /// Counts a try at a secret (a password, a refresh token, a one-time token). `account` is the blind index of what it is
    /// tried on, where there is one.
    ///
    /// # Errors
    /// 429 with the time to wait. It tells nothing about whether the account exists.
    pub fn secret(&self, request: &HttpRequest, account: Option<&str>) -> Result<()> {
        let address = self.address(request);
        check(self.0.secrets_by_address.as_ref(), &address)?;
        let Some(account) = account else { return Ok(()) };
        check(self.0.secrets_by_account.as_ref(), &(account.to_owned(), address))?;
        check(self.0.secrets_by_account_anywhere.as_ref(), &account.to_owned())
    }

    /// Counts a try at the password of an account, whose blind index is given. Too many from one address are refused. Too many from
    /// everywhere give back the refusal: it is for those who come from a place from which the account was never signed in to, since
    /// its owner must not be locked out by strangers.
    ///
    /// # Errors
    /// 429 with the time to wait. It tells nothing about whether the account exists.
    pub fn password(&self, request: &HttpRequest, account: &str) -> Result<Option<Error>> {
        let address = self.address(request);
        check(self.0.secrets_by_address.as_ref(), &address)?;
        check(self.0.secrets_by_account.as_ref(), &(account.to_owned(), address))?;
        Ok(check(self.0.secrets_by_account_anywhere.as_ref(), &account.to_owned()).err())
    }

    /// Where a request comes from, as far as places are told apart.
    pub fn origin(&self, request: &HttpRequest) -> String {
        self.address(request).to_string()
    }

    /// Counts a check of a printed document. `code` is the keyed tag of the code on it.
    ///
    /// # Errors
    /// 429 with the time to wait. It tells nothing about whether there is such a document.
    pub fn document_check(&self, request: &HttpRequest, code: &str) -> Result<()> {
        check(self.0.documents_by_address.as_ref(), &self.address(request))?;
        check(self.0.documents_by_code.as_ref(), &code.to_owned())
    }

    /// Counts a request to be rung. `number` is the blind index of the number.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn contact_request(&self, request: &HttpRequest, number: &str) -> Result<()> {
        check(self.0.contacts_by_address.as_ref(), &self.address(request))?;
        check(self.0.contacts_by_number.as_ref(), &number.to_owned())
    }

    /// Forgets who has not knocked for a while.
    pub fn sweep(&self) {
        if let Some(limiter) = &self.0.requests {
            limiter.retain_recent();
        }
        if let Some(limiter) = &self.0.secrets_by_address {
            limiter.retain_recent();
        }
        if let Some(limiter) = &self.0.secrets_by_account {
            limiter.retain_recent();
        }
        if let Some(limiter) = &self.0.secrets_by_account_anywhere {
            limiter.retain_recent();
        }
        if let Some(limiter) = &self.0.documents_by_address {
            limiter.retain_recent();
        }
        if let Some(limiter) = &self.0.documents_by_code {
            limiter.retain_recent();
        }
        if let Some(limiter) = &self.0.contacts_by_address {
            limiter.retain_recent();
        }
        if let Some(limiter) = &self.0.contacts_by_number {
            limiter.retain_recent();
        }
    }

    /// Whom a request is counted for: the client as trusted proxies tell, an IPv6 subscriber by their /64.
    fn address(&self, request: &HttpRequest) -> IpAddr {
        let peer = request.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
        let lines: Vec<&[u8]> = request.headers().get_all(FORWARDED_FOR).map(|line| line.as_bytes()).collect();
        address::counted(self.0.trusted_proxies.client(peer, lines.into_iter()))
    }
}

fn limiter<K: Hash + Eq + Clone>(per_minute: u32, burst: u32) -> Option<DefaultKeyedRateLimiter<K>> {
    let (per_minute, burst) = (NonZeroU32::new(per_minute)?, NonZeroU32::new(burst)?);
    Some(RateLimiter::keyed(Quota::per_minute(per_minute).allow_burst(burst)))
}

fn check<K: Hash + Eq + Clone>(limiter: Option<&DefaultKeyedRateLimiter<K>>, key: &K) -> Result<()> {
    let Some(limiter) = limiter else { return Ok(()) };
    limiter.check_key(key).map_err(|not_until| {
        let wait = not_until.wait_time_from(DefaultClock::default().now());
        Error::too_many(wait.max(Duration::from_secs(1)))
    })
}
