//! `Idempotency-Key`: the same request sent again has one effect and gets the first response.
//!
//! Keyed tags of the key and of the request and the sealed response are a row of the transaction that has the effect. An identical
//! request that arrives in the meantime waits for that transaction (on the key's row) and then gets its response. Refusals store no
//! row: they had no effect, so the same key may be used for the corrected request. A refusal that was counted as an attempt had an
//! effect: it stores a row, so that a repeat is refused again and not counted again.
//!
//! The row also says what the request was about. A repeat gets the first response only while the caller may know of that
//! ([`super::repeats`]).
//!
//! The body of a request is often short (an attendance, a yes), and clients may use a hash of it as the key. A plain hash would tell
//! a thief of the database which body it was, so both are tags under a key that the database does not have.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::{Response, repeats};
use crate::Tx;
use crate::error::{Error, Result};
use crate::ids::{Id, UtcTime};
use crate::on;
use crate::refusal::Reason;
use crate::schema::idempotency_keys;
use crate::schema::idempotency_keys::dsl;
use crate::seal::{Place, Sealer};
use crate::tx::AuditSubject;

/// The header's name.
pub const HEADER: &str = "Idempotency-Key";
/// How long a key is stored.
pub const LIFETIME: TimeDelta = TimeDelta::hours(24);
const PLACE: &str = "idempotency_keys.answer";
const CONCERNED: &str = "idempotency_keys.concerned";
/// Begins a keyed tag; the plain hashes of version 0.2 have no full stop.
const KEYED: &str = "1.";

/// The result of an earlier request with the same key.
#[derive(Debug)]
pub enum EarlierResult {
    /// It had its effect and this response.
    Answered(Response),
    /// It was counted as an attempt and refused.
    Refused,
}

/// The key that the caller chose, if any, and the operation that it was sent to.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    key: Option<String>,
    operation: String,
}

impl IdempotencyKey {
    /// Does `work` once for this caller, key and body (`digest`); a repeat gets the first response. Without a key the work is
    /// simply done.
    ///
    /// # Errors
    /// 422 `idempotency_key_reused` when the key was sent with another request; otherwise the error of `work`.
    pub fn once(
        &self,
        tx: &mut Tx,
        caller: Id,
        digest: &[u8; 32],
        work: impl FnOnce(&mut Tx) -> Result<Response>,
    ) -> Result<Response> {
        let response = self.once_if(tx, caller, digest, |tx| work(tx).map(Some))?;
        response.ok_or_else(|| Error::internal("a change without a response"))
    }

    /// The same for work that may refuse and still store something (a failed attempt is counted): then it returns none, and so
    /// does a repeat.
    ///
    /// # Errors
    /// As [`IdempotencyKey::once`].
    pub fn once_if(
        &self,
        tx: &mut Tx,
        caller: Id,
        digest: &[u8; 32],
        work: impl FnOnce(&mut Tx) -> Result<Option<Response>>,
    ) -> Result<Option<Response>> {
        let Some(key) = &self.key else { return work(tx) };
        let row = self.row(tx.sealer, caller, key, digest);
        if !claim(tx, &row)? {
            let response = first_response(tx, &row)?;
            check_repeat(tx, &row)?;
            return Ok(response);
        }
        let response = work(tx)?;
        store_response(tx, &row, response.as_ref())?;
        store_concerned(tx, &row)?;
        Ok(response)
    }

    /// Stores that a request was refused whose attempt was counted before. False when an identical request was refused in the
    /// meantime: the two are then one attempt.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn store_refusal(&self, tx: &mut Tx, caller: Id, digest: &[u8; 32]) -> Result<bool> {
        let Some(key) = &self.key else { return Ok(true) };
        let row = self.row(tx.sealer, caller, key, digest);
        let is_first = claim(tx, &row)?;
        if is_first {
            store_response(tx, &row, None)?;
        }
        Ok(is_first)
    }

    /// The result of an earlier request with this key, if there was one.
    ///
    /// # Errors
    /// 422 `idempotency_key_reused` when the key was sent with another request.
    pub fn earlier_result(&self, tx: &mut Tx, caller: Id, digest: &[u8; 32]) -> Result<Option<EarlierResult>> {
        let Some(key) = &self.key else { return Ok(None) };
        let row = self.row(tx.sealer, caller, key, digest);
        let stored = dsl::idempotency_keys.find((caller, &row.key)).filter(dsl::created_at.ge(tx.now - LIFETIME));
        let known: i64 = stored.count().get_result(tx.conn)?;
        if known == 0 {
            return Ok(None);
        }
        let response = first_response(tx, &row)?;
        Ok(Some(response.map_or(EarlierResult::Refused, EarlierResult::Answered)))
    }

    fn row(&self, sealer: &Sealer, caller: Id, key: &str, digest: &[u8; 32]) -> KeyedRow {
        let hash = URL_SAFE_NO_PAD.encode(Sha256::new().chain_update(&self.operation).chain_update(digest).finalize());
        KeyedRow::of(sealer, caller, key, &hash)
    }

    /// No key, even if one was sent.
    pub(super) fn none(request: &HttpRequest) -> Self {
        Self { key: None, operation: format!("{} {}\n", request.method(), request.match_info().as_str()) }
    }

    /// The key that was sent, if any.
    ///
    /// # Errors
    /// 400 when it cannot be read, or when there are several.
    pub(super) fn sent(request: &HttpRequest) -> Result<Self> {
        let mut sent = request.headers().get_all(HEADER);
        let key = match (sent.next(), sent.next()) {
            (None, _) => None,
            (Some(value), None) => Some(value.to_str().ok().and_then(unquoted).ok_or_else(invalid)?),
            (Some(_), Some(_)) => return Err(invalid()),
        };
        Ok(Self { key, ..Self::none(request) })
    }

    /// Represents a caller who is not signed in: the sender of exactly this request. Another body counts as another sender, so
    /// that guessing a key never returns someone else's response.
    pub(super) fn anonymous_owner(&self, sealer: &Sealer, digest: &[u8; 32]) -> Id {
        let tag = Sha256::digest(sealer.tag("idempotency", &[self.operation.as_bytes(), digest]));
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(tag.iter()).for_each(|(byte, tagged)| *byte = *tagged);
        Id(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

/// What a row stores of a key and its request.
struct KeyedRow {
    caller: Id,
    key: String,
    print: String,
}

impl KeyedRow {
    /// The caller is part of both tags, so that two callers with the same key or the same request have nothing in common.
    fn of(sealer: &Sealer, caller: Id, key: &str, request_hash: &str) -> Self {
        let tag = |purpose, value: &str| {
            format!("{KEYED}{}", URL_SAFE_NO_PAD.encode(sealer.tag(purpose, &[caller.0.as_bytes(), value.as_bytes()])))
        };
        Self { caller, key: tag("idempotency_key", key), print: tag("idempotency_request", request_hash) }
    }
}

/// Replaces the plain keys and hashes that version 0.2 stored by keyed tags; returns how many. A repeat of an old request still gets
/// its response. Done before the service answers, and harmless when repeated.
///
/// # Errors
/// When the database fails.
pub fn key_plain_rows(tx: &mut Tx) -> Result<usize> {
    let plain: Vec<(Id, String, String)> = dsl::idempotency_keys
        .filter(dsl::request_hash.not_like(format!("{KEYED}%")))
        .select((dsl::caller_id, dsl::key, dsl::request_hash))
        .load(tx.conn)?;
    for (caller, key, hash) in &plain {
        let row = KeyedRow::of(tx.sealer, *caller, key, hash);
        diesel::update(dsl::idempotency_keys.find((caller, key)))
            .set((dsl::key.eq(row.key), dsl::request_hash.eq(row.print)))
            .execute(tx.conn)?;
    }
    Ok(plain.len())
}

/// True when the key is new. On PostgreSQL this waits until the transaction of an identical request ends.
fn claim(tx: &mut Tx, new: &KeyedRow) -> Result<bool> {
    // An expired key counts as new, even if it has not been deleted yet.
    let stored = dsl::idempotency_keys.find((new.caller, &new.key));
    diesel::delete(stored.filter(dsl::created_at.lt(tx.now - LIFETIME))).execute(tx.conn)?;
    let row = (
        idempotency_keys::caller_id.eq(new.caller),
        idempotency_keys::key.eq(&new.key),
        idempotency_keys::request_hash.eq(&new.print),
        idempotency_keys::created_at.eq(tx.now),
    );
    let inserted =
        on!(tx.conn, |inner| diesel::insert_into(idempotency_keys::table).values(row).on_conflict_do_nothing().execute(inner))?;
    Ok(inserted == 1)
}

/// Stores what a repeat gets: a response, or none if it is to be refused again.
fn store_response(tx: &mut Tx, row: &KeyedRow, response: Option<&Response>) -> Result<()> {
    diesel::update(dsl::idempotency_keys.find((row.caller, &row.key)))
        .set(dsl::answer.eq(Some(tx.sealer.seal_json(Place(PLACE, row.caller), &response)?)))
        .execute(tx.conn)?;
    Ok(())
}

fn first_response(tx: &mut Tx, row: &KeyedRow) -> Result<Option<Response>> {
    let (print, response): (String, Option<Vec<u8>>) =
        dsl::idempotency_keys.find((row.caller, &row.key)).select((dsl::request_hash, dsl::answer)).get_result(tx.conn)?;
    if print != row.print {
        return Err(Error::field(
            Reason::IdempotencyKeyReused,
            HEADER,
            "reused",
            "This key was used for another request. Use a new key.",
        ));
    }
    let response = response.ok_or_else(|| Error::unavailable("an idempotency key without its response"))?;
    tx.sealer.open_json(Place(PLACE, row.caller), &response)
}

/// Stores what the request was about, so that a repeat can be checked.
fn store_concerned(tx: &mut Tx, row: &KeyedRow) -> Result<()> {
    if tx.concerned().is_empty() {
        return Ok(());
    }
    let sealed = tx.sealer.seal_json(Place(CONCERNED, row.caller), &tx.concerned())?;
    diesel::update(dsl::idempotency_keys.find((row.caller, &row.key))).set(dsl::concerned.eq(Some(sealed))).execute(tx.conn)?;
    Ok(())
}

/// Checks that a repeat may get the first response, and records it.
fn check_repeat(tx: &mut Tx, row: &KeyedRow) -> Result<()> {
    let (sealed, first_at): (Option<Vec<u8>>, UtcTime) =
        dsl::idempotency_keys.find((row.caller, &row.key)).select((dsl::concerned, dsl::created_at)).get_result(tx.conn)?;
    let Some(sealed) = sealed else { return Ok(()) };
    let concerned: Vec<AuditSubject> = tx.sealer.open_json(Place(CONCERNED, row.caller), &sealed)?;
    repeats::check_and_record(tx, row.caller, first_at, &concerned)
}

/// Deletes keys that have expired; returns how many.
///
/// # Errors
/// When the database fails.
pub fn delete_expired(tx: &mut Tx) -> Result<usize> {
    Ok(diesel::delete(dsl::idempotency_keys.filter(dsl::created_at.lt(tx.now - LIFETIME))).execute(tx.conn)?)
}

/// Deletes the responses that are kept for an account, and those of other callers that were about this practitioner; returns how many.
/// What cannot be opened counts as about them: a repeat is then a new request.
///
/// # Errors
/// When the database fails.
pub fn erase_about(tx: &mut Tx, practitioner: Id) -> Result<usize> {
    let mut erased = diesel::delete(dsl::idempotency_keys.filter(dsl::caller_id.eq(practitioner))).execute(tx.conn)?;
    let kept: Vec<(Id, String, Option<Vec<u8>>)> = dsl::idempotency_keys
        .filter(dsl::created_at.ge(tx.now - LIFETIME))
        .filter(dsl::concerned.is_not_null())
        .select((dsl::caller_id, dsl::key, dsl::concerned))
        .load(tx.conn)?;
    for (caller, key, sealed) in kept {
        let Some(sealed) = sealed else { continue };
        let concerned = tx.sealer.open_json::<Vec<AuditSubject>>(Place(CONCERNED, caller), &sealed);
        let is_about = |one: &AuditSubject| {
            one.practitioner.as_ref().is_some_and(|(id, _)| *id == practitioner) || one.subject == Some(practitioner)
        };
        if concerned.map_or(true, |all| all.iter().any(is_about)) {
            erased += diesel::delete(dsl::idempotency_keys.find((caller, &key))).execute(tx.conn)?;
        }
    }
    Ok(erased)
}

impl FromRequest for IdempotencyKey {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::sent(request))
    }
}

fn invalid() -> Error {
    Error::field(
        Reason::InvalidParameter,
        HEADER,
        "invalid",
        "Send one key of 1 to 255 visible ASCII characters, with or without quotes.",
    )
}

/// The key without the quotes of a structured header.
fn unquoted(value: &str) -> Option<String> {
    let value = value.trim();
    let key = match value.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"')?,
        None => value,
    };
    let is_valid =
        (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\');
    is_valid.then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::unquoted;

    #[test]
    fn a_key_may_be_sent_with_or_without_quotes() {
        assert_eq!(unquoted("\"8e03978e-40d5\""), Some("8e03978e-40d5".to_owned()));
        assert_eq!(unquoted("8e03978e-40d5"), Some("8e03978e-40d5".to_owned()));
        for wrong in ["", "\"\"", "\"open", "two words", "a\"b", "caf\u{e9}", &"x".repeat(256)] {
            assert_eq!(unquoted(wrong), None, "{wrong}");
        }
    }
}
