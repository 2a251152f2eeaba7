//! One attempt at a change: a repeat with the same key gets the first response, and a caller who has seen another version than
//! the current one changes nothing.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};

use super::contract::Contract;
use super::etag::IfMatch;
use super::idempotency::{EarlierResult, IdempotencyKey};
use super::versioned::{Versioned, collection};
use super::{Response, json};
use crate::Platform;
use crate::Tx;
use crate::error::{Error, Result};
use crate::ids::Id;

/// The caller's account, stored with the request by the authentication, so that a key is valid only for its owner.
#[derive(Debug, Clone, Copy)]
pub struct Requester(pub Id);

/// The argument of an operation that changes something in one transaction. It holds the `Idempotency-Key` and `If-Match` of the
/// request, both optional; where `If-Match` is required, the operation takes [`IfMatch`] too.
#[derive(Debug)]
pub struct Attempt {
    request: HttpRequest,
    key: IdempotencyKey,
    seen: Option<IfMatch>,
}

impl Attempt {
    /// The version that the caller has seen, for records that [`Platform::write_once`] does not check.
    pub fn if_match(&self) -> Option<IfMatch> {
        self.seen.clone()
    }

    /// The result of the first request, when this is a repeat: for operations that do something before the transaction of their
    /// change.
    ///
    /// # Errors
    /// 422 `idempotency_key_reused`.
    pub async fn earlier_result(&self, platform: &Platform) -> Result<Option<EarlierResult>> {
        let ((digest, requester), key) = (self.key_owner(platform), self.key.clone());
        platform.read(move |tx| key.earlier_result(tx, requester, &digest)).await
    }

    /// The digest of the body, and the owner of the key. A caller who is not signed in is identified by the request itself: only
    /// the same request gets the stored response.
    fn key_owner(&self, platform: &Platform) -> ([u8; 32], Id) {
        let extensions = self.request.extensions();
        let digest = extensions.get::<json::BodyDigest>().map(|body| body.0).unwrap_or_default();
        let requester = extensions.get::<Requester>().map(|requester| requester.0);
        (digest, requester.unwrap_or_else(|| self.key.anonymous_owner(&platform.sealer, &digest)))
    }

    /// The same without the request, so that it can be sent to a database thread.
    fn once(self, platform: &Platform) -> CurrentAttempt {
        let (digest, requester) = self.key_owner(platform);
        let record = self.seen.as_ref().and(record(&self.request));
        CurrentAttempt { key: self.key, requester, digest, seen: self.seen, record }
    }
}

/// The attempt that a transaction belongs to.
struct CurrentAttempt {
    key: IdempotencyKey,
    requester: Id,
    digest: [u8; 32],
    seen: Option<IfMatch>,
    record: Option<(Versioned, Id)>,
}

impl CurrentAttempt {
    /// Does `work`, or returns the stored first response.
    fn run(&self, tx: &mut Tx, work: impl Fn(&mut Tx) -> Result<Option<Response>>) -> Result<Option<Response>> {
        self.key.once_if(tx, self.requester, &self.digest, |tx| {
            let before = match &self.record {
                Some((versioned, id)) => (versioned.version)(tx, *id)?,
                None => None,
            };
            let response = work(tx)?;
            if let (Some(seen), Some(before)) = (&self.seen, before) {
                seen.check(before)?;
            }
            Ok(response)
        })
    }

    /// Stores a refusal; false when an identical request was refused in the meantime.
    fn store_refusal(&self, tx: &mut Tx) -> Result<bool> {
        self.key.store_refusal(tx, self.requester, &self.digest)
    }
}

impl Platform {
    /// Does `work` in one transaction, once for this caller, key and body: a repeat gets the first response. If the path names a
    /// record with versions and the caller sent `If-Match`, the transaction is rolled back unless it names the version that the
    /// record had. This is checked after `work`, so that a record that the caller may not know of is answered as not found,
    /// whatever its version.
    ///
    /// # Errors
    /// The error of `work`; 412 `version_mismatch`; 422 `idempotency_key_reused`.
    pub async fn write_once<F>(&self, attempt: Attempt, work: F) -> Result<Response>
    where
        F: Fn(&mut Tx) -> Result<Response> + Send + 'static,
    {
        let response = self.write_once_if(attempt, move |tx| work(tx).map(Some)).await?;
        response.ok_or_else(|| Error::internal("a change without a response"))
    }

    /// The same for work that may refuse and still store something (a failed attempt is counted): then it returns none, and so
    /// does a repeat, which is not counted.
    ///
    /// # Errors
    /// As [`Platform::write_once`].
    pub async fn write_once_if<F>(&self, attempt: Attempt, work: F) -> Result<Option<Response>>
    where
        F: Fn(&mut Tx) -> Result<Option<Response>> + Send + 'static,
    {
        let once = attempt.once(self);
        self.write(move |tx| once.run(tx, &work)).await
    }

    /// Stores that this request was refused, where an attempt was counted before it was checked: a repeat is refused again. If an
    /// identical request was refused in the meantime, `undo` removes the second count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn store_refusal<F>(&self, attempt: Attempt, undo: F) -> Result<()>
    where
        F: Fn(&mut Tx) -> Result<()> + Send + 'static,
    {
        let once = attempt.once(self);
        self.write(move |tx| if once.store_refusal(tx)? { Ok(()) } else { undo(tx) }).await
    }
}

impl FromRequest for Attempt {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = || {
            let key =
                if request.method() == Method::POST { IdempotencyKey::sent(request)? } else { IdempotencyKey::none(request) };
            Ok(Self { request: request.clone(), key, seen: IfMatch::sent(request)? })
        };
        ready(read())
    }
}

/// The record that the path of an operation names.
fn record(request: &HttpRequest) -> Option<(Versioned, Id)> {
    // The raw path may be another spelling of the address, so the decoded one is used.
    let contract = request.app_data::<Contract>()?;
    let collection = collection(&contract.route(request.match_info().as_str())?.pattern)?;
    let versioned = contract.versioned().iter().find(|one| one.collection == collection)?;
    Some((*versioned, request.match_info().get("id")?.parse().ok()?))
}
