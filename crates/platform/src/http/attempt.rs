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
use crate::db::Conn;
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
    /// The version that the caller says it has seen, for records that [`Attempt::write`] does not know.
    pub fn seen(&self) -> Option<IfMatch> {
        self.seen.clone()
    }

    /// What the first request came to, when this is a repeat: for operations that do something before the transaction of their change.
    ///
    /// # Errors
    /// 422 `idempotency_key_reused`.
    pub async fn earlier(&self, platform: &Platform) -> Result<Option<Earlier>> {
        let ((digest, requester), key) = (self.whose(platform), self.key.clone());
        let (sealer, now) = (platform.sealer.clone(), platform.clock.now());
        platform.db.read(move |conn| key.earlier(conn, &sealer, requester, &digest, now)).await
    }

    /// What tells the body from others, and whose the key is. Who is not signed in is known by what they sent: only the same
    /// request can get the answer again.
    fn whose(&self, platform: &Platform) -> ([u8; 32], Id) {
        let extensions = self.request.extensions();
        let digest = extensions.get::<json::Digested>().map(|body| body.0).unwrap_or_default();
        let requester = extensions.get::<Requester>().map(|requester| requester.0);
        (digest, requester.unwrap_or_else(|| self.key.nobodys(&platform.sealer, &digest)))
    }

    /// Does `work` in one transaction, once for this caller, key and body. Where the address names a record with versions and the
    /// caller sent `If-Match`, nothing is kept unless it names the version that the record had. This is asked after `work`,
    /// so that a record that the caller may not know of is answered as one that is not there, whatever its version.
    ///
    /// # Errors
    /// What `work` returns; 412 `version_mismatch`; 422 `idempotency_key_reused`.
    pub async fn write<F>(self, platform: &Platform, work: F) -> Result<Answer>
    where
        F: Fn(&mut Conn) -> Result<Answer> + Send + 'static,
    {
        let answer = self.write_if(platform, move |conn| work(conn).map(Some)).await?;
        answer.ok_or_else(|| Error::internal("a change without an answer"))
    }

    /// The same for work that may refuse although something has to be kept (a wrong try is counted): then it returns none, and so
    /// does a repeat, which is not counted.
    ///
    /// # Errors
    /// As [`Attempt::write`].
    pub async fn write_if<F>(self, platform: &Platform, work: F) -> Result<Option<Answer>>
    where
        F: Fn(&mut Conn) -> Result<Option<Answer>> + Send + 'static,
    {
        let (digest, requester) = self.whose(platform);
        let Self { request, key, seen } = self;
        let (sealer, now) = (platform.sealer.clone(), platform.clock.now());
        let record = seen.as_ref().and(record(&request));
        let work = move |conn: &mut Conn| {
            let before = match &record {
                Some((versioned, id)) => (versioned.version)(conn, *id)?,
                None => None,
            };
            let answer = work(conn)?;
            if let (Some(seen), Some(before)) = (&seen, before) {
                seen.check(before)?;
            }
            Ok(answer)
        };
        platform.db.write(move |conn| key.once_if(conn, &sealer, requester, &digest, now, &work)).await
    }
}

impl Attempt {
    /// Keeps that this request is refused, where a try was counted before it was looked at: a repeat is refused again. When a twin
    /// was refused meanwhile, `undo` takes the second count back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn refused<F>(self, platform: &Platform, undo: F) -> Result<()>
    where
        F: Fn(&mut Conn) -> Result<()> + Send + 'static,
    {
        let ((digest, requester), key) = (self.whose(platform), self.key);
        let (sealer, now) = (platform.sealer.clone(), platform.clock.now());
        let keep = move |conn: &mut Conn| {
            let is_first = key.keep_refusal(conn, &sealer, requester, &digest, now)?;
            if is_first { Ok(()) } else { undo(conn) }
        };
        platform.db.write(keep).await
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
    pub version: fn(&mut Conn, Id) -> Result<Option<i32>>,
}

/// Says which tables of a crate hold the versions of which collections, as its `VERSIONED`. To be called beside the crate's module
/// `schema`.
#[macro_export]
macro_rules! versioned {
    ($($collection:literal = $table:ident;)+) => {
        /// The collections of this crate whose records have versions: operations on them honour `If-Match`.
        pub const VERSIONED: &[$crate::http::attempt::Versioned] = &[$($crate::http::attempt::Versioned {
            collection: $collection,
            version: |conn, id| {
                use diesel::prelude::*;
                use schema::$table;
                $crate::lock_row!(conn, $table, id)?;
                Ok($table::table.find(id).select($table::version).get_result(conn).optional()?)
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
