//! Request and response bodies of retention reviews, holds and certificates of destruction. None of them has clinical content.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{
    DestructionCertificate, RetentionHold, RetentionHoldGround, RetentionReview, RetentionReviewState, RetentionRule,
};
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// A record whose retention has ended.
#[derive(Serialize, ToSchema)]
pub struct RetentionReviewView {
    /// The id of the review.
    pub id: Id,
    /// The practitioner.
    pub practitioner_id: Id,
    /// The practitioner's reference.
    #[schema(max_length = 20)]
    pub reference: String,
    /// The rule by which retention has ended.
    pub rule: RetentionRule,
    /// The day of the last entry or contact.
    pub last_entry_on: NaiveDate,
    /// Since when the record is due: the first day on which it need not be kept.
    pub due_on: NaiveDate,
    /// State of the review.
    pub state: RetentionReviewState,
    /// Whether a hold is in force, which stops the destruction.
    pub held: bool,
    /// The privacy officer who decided; null while no one has.
    pub decided_by: Option<Id>,
    /// When they did.
    pub decided_at: Option<UtcTime>,
    /// The reason that they gave.
    #[schema(max_length = 1000)]
    pub reason: Option<String>,
    /// Until when the record is kept, where that was decided.
    pub kept_until: Option<NaiveDate>,
}

impl RetentionReviewView {
    /// The review of the practitioner with this reference.
    pub fn new(review: RetentionReview, reference: String, held: bool) -> Self {
        let (decided_by, decided_at) = (review.decision.as_ref().map(|one| one.by), review.decision.as_ref().map(|one| one.at));
        Self {
            id: review.id,
            practitioner_id: review.practitioner,
            reference,
            rule: review.end.rule,
            last_entry_on: review.end.last_entry_on,
            due_on: review.end.due_on,
            state: review.state,
            held,
            decided_by,
            decided_at,
            reason: review.decision.map(|decision| decision.reason.into_revealed()),
            kept_until: review.kept_until,
        }
    }
}

/// Which reviews to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RetentionReviewQuery {
    /// Only reviews in this state.
    #[param(nullable = false)]
    pub state: Option<RetentionReviewState>,
}

/// Why and until when a record is kept longer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepRecord {
    /// The last day on which it is kept: at most ten years from now. Then it is reviewed again.
    pub keep_until: NaiveDate,
    /// Why it is kept, without clinical details.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 10, max_length = 1000)]
    pub reason: Private<String>,
}

/// Why a record is destroyed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeRecordDestruction {
    /// What the review found, without clinical details. It is destroyed with the record.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 10, max_length = 1000)]
    pub reason: Private<String>,
}

/// What stops the destruction of a record.
#[derive(Serialize, ToSchema)]
pub struct RetentionHoldView {
    /// The id of the hold.
    pub id: Id,
    /// The practitioner.
    pub practitioner_id: Id,
    /// The practitioner's reference.
    #[schema(max_length = 20)]
    pub reference: String,
    /// Why the record must not be destroyed.
    pub ground: RetentionHoldGround,
    /// The same in words.
    #[schema(max_length = 1000)]
    pub reason: String,
    /// The privacy officer who set it.
    pub set_by: Id,
    /// When it was set.
    pub set_at: UtcTime,
    /// The privacy officer who lifted it; null while it is in force.
    pub lifted_by: Option<Id>,
    /// When it was lifted.
    pub lifted_at: Option<UtcTime>,
    /// Why it was lifted.
    #[schema(max_length = 1000)]
    pub lifting_reason: Option<String>,
}

impl RetentionHoldView {
    /// The hold on the record with this reference.
    pub fn new(hold: RetentionHold, reference: String) -> Self {
        let (lifted_by, lifted_at) = (hold.lifting.as_ref().map(|one| one.by), hold.lifting.as_ref().map(|one| one.at));
        Self {
            id: hold.id,
            practitioner_id: hold.practitioner,
            reference,
            ground: hold.ground,
            reason: hold.reason.into_revealed(),
            set_by: hold.set_by,
            set_at: hold.set_at,
            lifted_by,
            lifted_at,
            lifting_reason: hold.lifting.map(|lifting| lifting.reason.into_revealed()),
        }
    }
}

/// Which holds to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RetentionHoldQuery {
    /// Only holds in force, or only those that were lifted.
    #[param(nullable = false)]
    pub in_force: Option<bool>,
}

/// A hold on the record of the practitioner with this reference.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRetentionHold {
    /// The practitioner's reference.
    #[schema(value_type = String, min_length = 1, max_length = 20)]
    pub reference: Private<String>,
    /// Why the record must not be destroyed.
    pub ground: RetentionHoldGround,
    /// The same in words, such as who asked for it. Without clinical details.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 10, max_length = 1000)]
    pub reason: Private<String>,
}

/// Why a hold is lifted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftRetentionHold {
    /// What has ended, without clinical details.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 10, max_length = 1000)]
    pub reason: Private<String>,
}

/// What remains of a destroyed record, beside the ids in the audit trail.
#[derive(Serialize, ToSchema)]
pub struct DestructionCertificateView {
    /// The id of the certificate.
    pub id: Id,
    /// The id that the practitioner had.
    pub practitioner_id: Id,
    /// The reference that the practitioner had.
    #[schema(max_length = 20)]
    pub reference: String,
    /// The rule by which retention had ended.
    pub rule: RetentionRule,
    /// The day of the last entry or contact.
    pub last_entry_on: NaiveDate,
    /// Since when the record was due.
    pub due_on: NaiveDate,
    /// The privacy officer who decided.
    pub decided_by: Id,
    /// When they did.
    pub decided_at: UtcTime,
    /// The privacy officer who approved it.
    pub approved_by: Id,
    /// When the record was destroyed.
    pub destroyed_at: UtcTime,
    /// How many rows of each table were destroyed.
    #[schema(max_items = 200)]
    pub tables: Vec<DestroyedRows>,
}

/// How many rows of a table were destroyed.
#[derive(Serialize, ToSchema)]
pub struct DestroyedRows {
    /// The name of the table.
    #[schema(max_length = 64)]
    pub table: String,
    /// How many rows.
    pub rows: u32,
}

impl From<DestructionCertificate> for DestructionCertificateView {
    fn from(certificate: DestructionCertificate) -> Self {
        Self {
            id: certificate.id,
            practitioner_id: certificate.practitioner,
            reference: certificate.reference,
            rule: certificate.end.rule,
            last_entry_on: certificate.end.last_entry_on,
            due_on: certificate.end.due_on,
            decided_by: certificate.decided_by,
            decided_at: certificate.decided_at,
            approved_by: certificate.approved_by,
            destroyed_at: certificate.destroyed_at,
            tables: certificate.counts.into_iter().map(DestroyedRows::from).collect(),
        }
    }
}

impl From<(String, usize)> for DestroyedRows {
    fn from((table, rows): (String, usize)) -> Self {
        Self { table, rows: u32::try_from(rows).unwrap_or(u32::MAX) }
    }
}

/// Which certificates to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DestructionCertificateQuery {
    /// Only the one of the record that had this reference. Case, spaces and hyphens do not matter.
    #[param(min_length = 1, max_length = 30, nullable = false)]
    pub reference: Option<String>,
}
