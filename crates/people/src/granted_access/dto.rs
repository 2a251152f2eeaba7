//! Request and response bodies of access for an hour.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{BreakGlass, BreakGlassOutcome, LookupReason, PhoneLookup, Review};
use crate::relationships::Basis;
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// The practitioner that a member of staff must know of at once, and why. Name the practitioner by id or by reference.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakGlassRequest {
    /// The practitioner.
    #[serde(default)]
    pub practitioner_id: Option<Id>,
    /// The practitioner's reference.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 20)]
    pub reference: Option<Private<String>>,
    /// What has happened, and why it cannot wait. A privacy officer reads it.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 10, max_length = 1000)]
    pub reason: Private<String>,
}

/// Break-glass access: for an hour, staff know of a practitioner that they have no other reason to know of.
#[derive(Serialize, ToSchema)]
pub struct BreakGlassView {
    /// The id of this access.
    pub id: Id,
    /// The practitioner.
    pub practitioner_id: Id,
    /// The account of the member of staff.
    pub account_id: Id,
    /// The reason that they gave.
    #[schema(max_length = 1000)]
    pub reason: String,
    /// When it began.
    pub granted_at: UtcTime,
    /// When it ends, or would have ended.
    pub expires_at: UtcTime,
    /// When the member of staff ended it; null if they did not.
    pub ended_at: Option<UtcTime>,
    /// The review by a privacy officer; null until then.
    pub review: Option<BreakGlassReview>,
    /// When the practitioner was informed; null if they were not. Only privacy officers see it.
    pub informed_at: Option<UtcTime>,
}

/// A privacy officer's review of break-glass access.
#[derive(Serialize, ToSchema)]
pub struct BreakGlassReview {
    /// Whether the access was necessary.
    pub outcome: BreakGlassOutcome,
    /// What the privacy officer found. Only privacy officers see it.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// Whether the practitioner is informed. Only privacy officers see it.
    pub inform_practitioner: Option<bool>,
    /// Why informing the practitioner would endanger someone. Only privacy officers see it.
    #[schema(max_length = 1000)]
    pub reason_not_to_inform: Option<String>,
    /// The privacy officer.
    pub reviewed_by: Id,
    /// When they reviewed it.
    pub reviewed_at: UtcTime,
}

impl BreakGlassView {
    /// What its reader may see: the review in full is for privacy officers.
    pub fn new(access: BreakGlass, in_full: bool) -> Self {
        Self {
            id: access.id,
            practitioner_id: access.practitioner,
            account_id: access.staff,
            reason: access.reason.into_revealed(),
            granted_at: access.granted_at,
            expires_at: access.expires_at,
            ended_at: access.ended_at,
            review: access.review.map(|review| BreakGlassReview::new(review, in_full)),
            informed_at: access.informed_at.filter(|_| in_full),
        }
    }
}

impl BreakGlassReview {
    fn new(review: Review, in_full: bool) -> Self {
        let Review { by, at, outcome, texts, informs } = review;
        Self {
            outcome,
            note: Some(texts.note).filter(|_| in_full),
            inform_practitioner: Some(informs).filter(|_| in_full),
            reason_not_to_inform: texts.reason_not_to_tell.filter(|_| in_full),
            reviewed_by: by,
            reviewed_at: at,
        }
    }
}

/// Which break-glass access to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BreakGlassQuery {
    /// Only access that has been reviewed, or only access that has not.
    #[param(nullable = false)]
    pub reviewed: Option<bool>,
}

/// A review of break-glass access. It is made once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewBreakGlass {
    /// Whether the access was necessary.
    pub outcome: BreakGlassOutcome,
    /// What you found.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 2000)]
    pub note: Private<String>,
    /// Whether the practitioner is informed, at once. Only where that would endanger someone are they not informed.
    pub inform_practitioner: bool,
    /// Why informing the practitioner would endanger someone. Required where they are not informed.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub reason_not_to_inform: Option<Private<String>>,
}

/// The reference of a practitioner who has called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpPractitioner {
    /// The reference that the practitioner gave.
    #[schema(value_type = String, min_length = 1, max_length = 20)]
    pub reference: Private<String>,
    /// Why you look them up.
    pub reason: LookupReason,
    /// Why you look them up again. Required where you have done so in the last 24 hours.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 10, max_length = 1000)]
    pub note: Option<Private<String>>,
}

/// A practitioner who has called. For an hour you may know of them, and arrange what they ask for.
#[derive(Debug, Serialize, ToSchema)]
pub struct PractitionerLookup {
    /// The practitioner.
    pub practitioner_id: Id,
    /// Why the caller may know of them now.
    pub basis: Basis,
    /// When that ends.
    pub expires_at: UtcTime,
}

/// A look-up of a practitioner who has called, as privacy officers see it.
#[derive(Serialize, ToSchema)]
pub struct PractitionerLookupRecord {
    /// The id of the look-up.
    pub id: Id,
    /// The practitioner.
    pub practitioner_id: Id,
    /// The account of the member of staff.
    pub account_id: Id,
    /// When it was made.
    pub looked_up_at: UtcTime,
    /// Why they looked the practitioner up again; null where they had not done so in the 24 hours before and gave no reason.
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

impl From<PhoneLookup> for PractitionerLookupRecord {
    fn from(lookup: PhoneLookup) -> Self {
        Self {
            id: lookup.id,
            practitioner_id: lookup.practitioner,
            account_id: lookup.staff,
            looked_up_at: lookup.at,
            note: lookup.reason.map(Private::into_revealed),
        }
    }
}

/// Which look-ups to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PractitionerLookupQuery {
    /// Only those of this member of staff.
    #[param(nullable = false)]
    pub account_id: Option<Id>,
}
