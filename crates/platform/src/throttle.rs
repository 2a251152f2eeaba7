//! Rate limits for an address, and for an account from an address. Counted in memory: each instance counts for itself.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::address::{self, FORWARDED_FOR, TrustedProxies};
use super::config::Policy;
use super::error::{Error, Result};
use super::ids::Id;

/// The counters of this instance.
#[derive(Clone)]
pub struct Throttle(Arc<Inner>);

struct Inner {
    trusted_proxies: TrustedProxies,
    requests: Option<DefaultKeyedRateLimiter<IpAddr>>,
    secrets_by_address: Option<DefaultKeyedRateLimiter<IpAddr>>,
    secrets_by_account: Option<DefaultKeyedRateLimiter<(String, IpAddr)>>,
    secrets_by_account_anywhere: Option<DefaultKeyedRateLimiter<String>>,
    documents_by_address: Option<DefaultKeyedRateLimiter<IpAddr>>,
    documents_by_code: Option<DefaultKeyedRateLimiter<String>>,
    contacts_by_address: Option<DefaultKeyedRateLimiter<IpAddr>>,
    contacts_by_number: Option<DefaultKeyedRateLimiter<String>>,
    look_ups: Option<DefaultKeyedRateLimiter<Id>>,
    conflict_trials: Option<DefaultKeyedRateLimiter<Id>>,
    break_glass: Option<DefaultKeyedRateLimiter<Id>>,
}

crate::redacted_debug!(Throttle);

impl Throttle {
    /// Counters with the operator's limits; a limit of 0 disables a counter.
    pub fn new(policy: &Policy) -> Self {
        let (attempts, checks) = (policy.sign_in_tries_per_minute, policy.document_checks_per_minute);
        let contacts = policy.contact_requests_per_minute;
        Self(Arc::new(Inner {
            trusted_proxies: policy.trusted_proxies.clone(),
            requests: limiter(policy.requests_per_minute, policy.requests_per_minute),
            secrets_by_address: limiter(attempts.saturating_mul(5), attempts.saturating_mul(5)),
            secrets_by_account: limiter(attempts, attempts),
            // The burst is so large that a few strangers do not lock out an owner who signs in from a new place, and the rate so
            // low that a botnet is slow.
            secrets_by_account_anywhere: limiter(attempts.saturating_mul(4), attempts.saturating_mul(20)),
            documents_by_address: limiter(checks, checks),
            documents_by_code: limiter(checks, checks),
            contacts_by_address: limiter(contacts, contacts),
            contacts_by_number: limiter(contacts, contacts),
            look_ups: limiter(checks, checks),
            conflict_trials: limiter(checks, checks),
            break_glass: limiter(checks, checks),
        }))
    }

    /// Counts a request from an address.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn request(&self, request: &HttpRequest) -> Result<()> {
        check(self.0.requests.as_ref(), &self.address(request))
    }

    /// Counts an attempt at a secret (a password, a refresh token, a one-time token). `account` is the blind index of the account
    /// that it is for, if there is one.
    ///
    /// # Errors
    /// 429 with the time to wait. It does not reveal whether the account exists.
    pub fn secret(&self, request: &HttpRequest, account: Option<&str>) -> Result<()> {
        let address = self.address(request);
        check(self.0.secrets_by_address.as_ref(), &address)?;
        let Some(account) = account else { return Ok(()) };
        check(self.0.secrets_by_account.as_ref(), &(account.to_owned(), address))?;
        check(self.0.secrets_by_account_anywhere.as_ref(), &account.to_owned())
    }

    /// Counts an attempt at the password of an account, given its blind index. Too many attempts from one address are refused.
    /// For too many from all addresses together the refusal is returned instead: it applies only to callers from a place from
    /// which the account has never been signed in to, because strangers must not be able to lock out its owner.
    ///
    /// # Errors
    /// 429 with the time to wait. It does not reveal whether the account exists.
    pub fn password(&self, request: &HttpRequest, account: &str) -> Result<Option<Error>> {
        let address = self.address(request);
        check(self.0.secrets_by_address.as_ref(), &address)?;
        check(self.0.secrets_by_account.as_ref(), &(account.to_owned(), address))?;
        Ok(check(self.0.secrets_by_account_anywhere.as_ref(), &account.to_owned()).err())
    }

    /// Where a request comes from, with the same precision as the counters.
    pub fn origin(&self, request: &HttpRequest) -> String {
        self.address(request).to_string()
    }

    /// Counts a check of a printed document. `code` is the keyed tag of its code.
    ///
    /// # Errors
    /// 429 with the time to wait. It does not reveal whether the document exists.
    pub fn document_check(&self, request: &HttpRequest, code: &str) -> Result<()> {
        check(self.0.documents_by_address.as_ref(), &self.address(request))?;
        check(self.0.documents_by_code.as_ref(), &code.to_owned())
    }

    /// Counts a search for people by name, by an account, within the limit of checks of documents.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn name_search(&self, request: &HttpRequest, account: &str) -> Result<()> {
        self.document_check(request, account)
    }

    /// Counts a call-back request. `number` is the blind index of the number.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn contact_request(&self, request: &HttpRequest, number: &str) -> Result<()> {
        check(self.0.contacts_by_address.as_ref(), &self.address(request))?;
        check(self.0.contacts_by_number.as_ref(), &number.to_owned())
    }

    /// Counts a look-up of a practitioner who has called, by a member of staff, because references could be guessed. The limit is as
    /// high as that of document checks.
    ///
    /// # Errors
    /// 429 with the time to wait. It does not reveal whether the practitioner exists.
    pub fn look_up(&self, staff: Id) -> Result<()> {
        check(self.0.look_ups.as_ref(), &staff)
    }

    /// Counts an attempt of a member of staff to use break-glass. The limit is as high as that of look-ups and counted for itself:
    /// many calls on a busy day must not delay help in an emergency.
    ///
    /// # Errors
    /// 429 with the time to wait. It does not reveal whether the practitioner exists.
    pub fn break_glass(&self, staff: Id) -> Result<()> {
        check(self.0.break_glass.as_ref(), &staff)
    }

    /// Counts what a member of staff could try again and again to find out who a practitioner has blocked: a search for slots for the
    /// practitioner, to be compared with one for no one, another lead clinician, another clinician of a follow-up, and other
    /// facilitators of a group. The limit is as high as that of look-ups.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn conflict_trial(&self, staff: Id) -> Result<()> {
        check(self.0.conflict_trials.as_ref(), &staff)
    }

    /// Deletes counters that are no longer needed.
    pub fn delete_idle(&self) {
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
        if let Some(limiter) = &self.0.look_ups {
            limiter.retain_recent();
        }
        if let Some(limiter) = &self.0.break_glass {
            limiter.retain_recent();
        }
        if let Some(limiter) = &self.0.conflict_trials {
            limiter.retain_recent();
        }
    }

    /// The address that a request counts for: the client as trusted proxies report it, and for IPv6 its /64.
    fn address(&self, request: &HttpRequest) -> IpAddr {
        let peer = request.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
        let lines: Vec<&[u8]> = request.headers().get_all(FORWARDED_FOR).map(|line| line.as_bytes()).collect();
        address::rate_limit_address(self.0.trusted_proxies.client(peer, lines.into_iter()))
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
