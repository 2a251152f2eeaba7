//! The destruction of a record: everything of a practitioner goes, in all tables of all crates, in the transaction of the approval.

use super::model::{DestructionCertificate, RetentionDecision, RetentionReview};
use super::queries::{self, certificates};
use super::tables::{RetentionHandlers, add};
use crate::practitioners::queries as practitioners;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::idempotency;
use platform::ids::Id;
use platform::outbox::{admin, silence};

/// Destroys a record and returns the certificate, which is all that remains beside the audit trail. Every rule was checked, and the row
/// of the practitioner is locked.
///
/// # Errors
/// When the database fails; then nothing is destroyed.
pub(super) fn destroy(
    tx: &mut Tx,
    handlers: &RetentionHandlers,
    review: &RetentionReview,
    approved_by: Id,
) -> Result<DestructionCertificate> {
    let practitioner = review.practitioner;
    let Some(RetentionDecision { by: decided_by, at: decided_at, .. }) = review.decision else {
        return Err(Error::internal("a destruction that no one decided"));
    };
    let reference = practitioners::references(tx, &[practitioner])?.remove(&practitioner).ok_or_else(Error::not_found)?;
    queries::record_approval(tx, review.id, approved_by)?;
    for erase in handlers.erase_before {
        erase(tx, practitioner)?;
    }
    let rows = handlers.rows_of(tx, practitioner)?;
    // Messages and kept responses name the rows, so they go first.
    let messages = admin::erase_about(tx, practitioner, &rows.ids())?;
    let responses = idempotency::erase_about(tx, practitioner)?;
    let silenced = silence::erase(tx, practitioner)?;
    let mut counts = handlers.delete(tx, &rows)?;
    add(&mut counts, "outbox", messages);
    add(&mut counts, "idempotency_keys", responses);
    add(&mut counts, "silenced_addresses", silenced);
    let certificate = DestructionCertificate {
        id: Id::new(tx.now),
        practitioner,
        reference,
        end: review.end,
        decided_by,
        decided_at,
        approved_by,
        destroyed_at: tx.now,
        counts: counts.into_iter().map(|(table, rows)| (table.to_owned(), rows)).collect(),
    };
    certificates::insert(tx, &certificate)?;
    Ok(certificate)
}
