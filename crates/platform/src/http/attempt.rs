//! One attempt at a change: a retry with the same key gets the first answer, and a caller who has seen another version
//! than the present one changes nothing.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};

use super::contract::Contract;
use super::etag::IfMatch;
use super::idempotency::{Earlier, IdempotencyKey};
use super::{Answer, json};
use crate::Platform;
use crate::Tx;
use crate::error::{Error, Result};
use crate::ids::Id;

/// Who asks, left with the request by whatever found it out, so that a key counts for its owner only.
#[derive(Debug, Clone, Copy)]
pub struct Requester(pub Id);

/// The argument of an operation that changes something in one transaction. It brings the `Idempotency-Key` and `If-Match` of
/// the request, both optional; where `If-Match` is required, the operation asks for [`IfMatch`] too.
#[derive(Debug)]
pub struct Attempt {
    request: HttpRequest,
    key: IdempotencyKey,
    seen: Option<IfMatch>,
}

impl Attempt {
    /// The version that the caller says it has seen, for records that [`Platform::write_once`] does not know.
    pub fn seen(&self) -> Option<IfMatch> {
        self.seen.clone()
    }

    /// What the first request came to, when this is a repeat: for operations that do something before the transaction of their change.
    ///
    /// # Errors
    /// 422 `idempotency_key_reused`.
    pub async fn earlier(&self, platform: &Platform) -> Result<Option<Earlier>> {
        let ((digest, requester), key) = (self.whose(platform), self.key.clone());
        platform.read(move |tx| key.earlier(tx, requester, &digest)).await
    }

    /// What tells the body from others, and whose the key is. Who is not signed in is known by what they sent: only the same
    /// request can get the answer again.
    fn whose(&self, platform: &Platform) -> ([u8; 32], Id) {
        let extensions = self.request.extensions();
        let digest = extensions.get::<json::Digested>().map(|body| body.0).unwrap_or_default();
        let requester = extensions.get::<Requester>().map(|requester| requester.0);
        (digest, requester.unwrap_or_else(|| self.key.nobodys(&platform.sealer, &digest)))
    }

    /// The same without its request, so that it can go to a database thread.
    pub(crate) fn once(self, platform: &Platform) -> Once {
        let (digest, requester) = self.whose(platform);
        let record = self.seen.as_ref().and(record(&self.request));
        Once { key: self.key, requester, digest, seen: self.seen, record }
    }
}

/// Which attempt a transaction belongs to.
pub(crate) struct Once {
    key: IdempotencyKey,
    requester: Id,
    digest: [u8; 32],
    seen: Option<IfMatch>,
    record: Option<(Versioned, Id)>,
}

impl Once {
    /// Does `work`, or gives the first answer again.
    pub(crate) fn run(&self, tx: &mut Tx, work: impl Fn(&mut Tx) -> Result<Option<Answer>>) -> Result<Option<Answer>> {
        self.key.once_if(tx, self.requester, &self.digest, |tx| {
            let before = match &self.record {
                Some((versioned, id)) => (versioned.version)(tx, *id)?,
                None => None,
            };
            let answer = work(tx)?;
            if let (Some(seen), Some(before)) = (&self.seen, before) {
                seen.check(before)?;
            }
            Ok(answer)
        })
    }

    /// Keeps a refusal; false when a twin was refused meanwhile.
    pub(crate) fn is_first_refusal(&self, tx: &mut Tx) -> Result<bool> {
        self.key.keep_refusal(tx, self.requester, &self.digest)
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

/// The record that the address of an operation names.
fn record(request: &HttpRequest) -> Option<(Versioned, Id)> {
    // Not by the address as it was written: that may be another spelling.
    let contract = request.app_data::<Contract>()?;
    let collection = collection(&contract.address(request.match_info().as_str())?.pattern)?;
    let versioned = contract.versioned().iter().find(|one| one.collection == collection)?;
    Some((*versioned, request.match_info().get("id")?.parse().ok()?))
}

/// The collection of the record that an operation works on: `groups` of `/v1/groups/{id}/start`.
fn collection(pattern: &str) -> Option<&str> {
    let mut parts = pattern.strip_prefix("/v1/")?.split('/');
    let collection = parts.next()?;
    (parts.next() == Some("{id}")).then_some(collection)
}

/// True when an address names a record with versions, so that an operation on it honours `If-Match`.
pub fn has_versions(versioned: &[Versioned], pattern: &str) -> bool {
    let known = |collection| versioned.iter().any(|one| one.collection == collection) || BY_HAND.contains(&collection);
    collection(pattern).is_some_and(known)
}

/// Collections whose records are looked at by the operations themselves.
const BY_HAND: [&str; 1] = ["signposts"];

/// A collection whose records have versions in a table of their own.
#[derive(Debug, Clone, Copy)]
pub struct Versioned {
    /// As addresses name it.
    pub collection: &'static str,
    /// The present version of a record, which is locked so that it stays the present one.
    pub version: fn(&mut Tx, Id) -> Result<Option<i32>>,
}

/// Says which tables of a crate hold the versions of which collections, as its `VERSIONED`. To be called beside the crate's module
/// `schema`.
#[macro_export]
macro_rules! versioned {
    ($($collection:literal = $table:ident;)+) => {
        /// The collections of this crate whose records have versions: operations on them honour `If-Match`.
        pub const VERSIONED: &[$crate::http::attempt::Versioned] = &[$($crate::http::attempt::Versioned {
            collection: $collection,
            version: |tx, id| {
                use diesel::prelude::*;
                use schema::$table;
                $crate::lock_row!(tx.conn, $table, id)?;
                Ok($table::table.find(id).select($table::version).get_result(tx.conn).optional()?)
            },
        },)+];
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_of_an_address_is_its_first_one() {
        for (pattern, versions) in [
            ("/v1/groups/{id}/start", true),
            ("/v1/clinics/{id}", true),
            ("/v1/signposts/{id}/confirm-check", true),
            ("/v1/risk-alerts/{id}/acknowledgement", false),
            ("/v1/groups", false),
            ("/v1/me/mobile-codes/redemption", false),
            ("/health/live", false),
        ] {
            let known = ["groups", "clinics"].map(|collection| Versioned { collection, version: |_, _| Ok(None) });
            assert_eq!(has_versions(&known, pattern), versions, "{pattern}");
        }
    }
}
