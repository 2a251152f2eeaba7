//! Prescriptions as they are shown.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::items::{PostalAddressView, PrescriptionItem};
use crate::prescriptions::model::{
    ExceptionGround, Issue, JustifiableRule, Justification, ManagementPlan, PrescriberKind, PrescriptionCancelEffect,
    PrescriptionCancelReason, PrescriptionFormType, PrescriptionKind, PrescriptionState, Signature,
};
use crate::prescriptions::queries::{Cancelled, Prescription};
use crate::prescriptions::rules::{Finding, course};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::workforce::model::RegistrationBody;

pub use scheduling::booking::treating::Reader;

/// Why a rule does not stand in the way.
#[derive(Serialize, ToSchema)]
pub struct JustificationView {
    /// Of which rule.
    pub rule: JustifiableRule,
    /// For which item, counted from 1; null for the prescription as a whole.
    #[schema(minimum = 1, maximum = 4)]
    pub item: Option<u8>,
    /// Why.
    #[schema(max_length = 2000)]
    pub reason: String,
    /// On what grounds.
    pub ground: Option<ExceptionGround>,
}

impl From<Justification> for JustificationView {
    fn from(reason: Justification) -> Self {
        Self { rule: reason.rule, item: reason.item, reason: reason.reason, ground: reason.ground }
    }
}

/// The written plan under which a supplementary prescriber works.
#[derive(Serialize, ToSchema)]
pub struct ManagementPlanView {
    /// What the plan is called.
    #[schema(max_length = 200)]
    pub name: String,
    /// The doctor or dentist who agreed to it.
    pub agreed_with: Id,
    /// When it was agreed.
    pub agreed_on: NaiveDate,
}

impl From<ManagementPlan> for ManagementPlanView {
    fn from(plan: ManagementPlan) -> Self {
        Self { name: plan.name, agreed_with: plan.agreed_with, agreed_on: plan.agreed_on }
    }
}

/// Who signed, as it is printed.
#[derive(Serialize, ToSchema)]
pub struct PrescriptionSignature {
    /// When.
    pub signed_at: UtcTime,
    /// The prescriber's name.
    #[schema(max_length = 100)]
    pub prescriber_name: String,
    /// As what they prescribe.
    pub prescriber_kind: PrescriberKind,
    /// The register that they are on.
    pub registration_body: RegistrationBody,
    /// Their number on it.
    #[schema(max_length = 12)]
    pub registration_number: String,
}

impl PrescriptionSignature {
    fn new(signature: Signature, signed_at: UtcTime) -> Self {
        Self {
            signed_at,
            prescriber_name: signature.prescriber_name,
            prescriber_kind: signature.prescriber_kind,
            registration_body: signature.registration_body,
            registration_number: signature.registration_number,
        }
    }
}

/// One giving out.
#[derive(Serialize, ToSchema)]
pub struct PrescriptionIssue {
    /// Counted from 1.
    #[schema(minimum = 1, maximum = 99)]
    pub number: i32,
    /// When.
    pub issued_at: UtcTime,
    /// By whom.
    pub issued_by: Id,
}

impl From<Issue> for PrescriptionIssue {
    fn from(issue: Issue) -> Self {
        Self { number: issue.number, issued_at: issue.issued_at, issued_by: issue.issued_by }
    }
}

/// That a prescription was called off.
#[derive(Serialize, ToSchema)]
pub struct PrescriptionCancellation {
    /// When.
    pub cancelled_at: UtcTime,
    /// By whom.
    pub cancelled_by: Id,
    /// Why.
    pub reason: PrescriptionCancelReason,
    /// What that means.
    pub effect: PrescriptionCancelEffect,
    /// What was said about it. Clinicians only; null for the practitioner.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

/// A rule that stands in the way of a signature.
#[derive(Serialize, ToSchema)]
pub struct PrescriptionFinding {
    /// The rule, as the code that a signature would be refused with.
    #[schema(max_length = 50)]
    pub rule: String,
    /// About which item, counted from 1; null for the prescription as a whole.
    #[schema(minimum = 1, maximum = 4)]
    pub item: Option<u8>,
    /// In a sentence.
    #[schema(max_length = 500)]
    pub detail: String,
    /// Whether a recorded reason would make an exception of it.
    pub justifiable: bool,
    /// Whether such a reason is recorded already.
    pub justified: bool,
}

impl PrescriptionFinding {
    /// The finding, and whether a reason for it is recorded.
    pub fn new(finding: &Finding, justified: bool) -> Self {
        Self {
            rule: finding.rule.as_str().to_owned(),
            item: finding.item.and_then(|item| u8::try_from(item + 1).ok()),
            detail: finding.detail.clone().into_owned(),
            justifiable: finding.justifiable().is_some(),
            justified,
        }
    }
}

/// A prescription.
#[derive(Serialize, ToSchema)]
pub struct PrescriptionView {
    /// Names it.
    pub id: Id,
    /// The number by which people name it, with its check character.
    #[schema(max_length = 20)]
    pub short_id: String,
    /// For whom it is.
    pub practitioner_id: Id,
    /// Who writes and signs it.
    pub clinician_id: Id,
    /// The assessment that it rests on; known once it is signed.
    pub assessment_id: Option<Id>,
    /// Where it stands.
    pub state: PrescriptionState,
    /// Whether its days are over.
    pub expired: bool,
    /// How long the course is meant to go on.
    pub kind: PrescriptionKind,
    /// On what it is written.
    pub form: PrescriptionFormType,
    /// The medicines.
    #[schema(max_items = 4)]
    pub items: Vec<PrescriptionItem>,
    /// How many issues there may be.
    #[schema(minimum = 1, maximum = 99)]
    pub issues_allowed: i32,
    /// How many there were.
    #[schema(minimum = 0, maximum = 99)]
    pub issues_made: i32,
    /// How many days lie between two; null when it is issued once.
    #[schema(minimum = 1, maximum = 366)]
    pub interval_days: Option<u16>,
    /// The day by which it is reviewed.
    pub review_on: Option<NaiveDate>,
    /// The day from which it may be dispensed, if not that of the signature.
    pub starts_on: Option<NaiveDate>,
    /// The first day that it is good for; known once it is signed.
    pub valid_from: Option<NaiveDate>,
    /// The last day of its first issue, until 23:59:59.
    pub valid_until: Option<NaiveDate>,
    /// The last day of any issue.
    pub ends_on: Option<NaiveDate>,
    /// Where the practitioner lives, where the law asks.
    pub address: Option<PostalAddressView>,
    /// The plan that a supplementary prescriber works under.
    pub management_plan: Option<ManagementPlanView>,
    /// Whether it is for dental treatment.
    pub dental_need: bool,
    /// Whether it treats addiction.
    pub for_addiction: bool,
    /// Who signed.
    pub signature: Option<PrescriptionSignature>,
    /// Each giving out.
    #[schema(max_items = 99)]
    pub issues: Vec<PrescriptionIssue>,
    /// That it was called off.
    pub cancellation: Option<PrescriptionCancellation>,
    /// The reasons for exceptions: of a draft those that are given, afterwards those that were needed. Empty for the
    /// practitioner.
    #[schema(max_items = 20)]
    pub justifications: Vec<JustificationView>,
    /// What stands in the way of a signature today. For the author of a draft; empty otherwise.
    #[schema(max_items = 100)]
    pub findings: Vec<PrescriptionFinding>,
    /// When it was begun.
    pub created_at: UtcTime,
}

impl PrescriptionView {
    /// What this reader may see of it.
    pub fn new(
        prescription: Prescription,
        issues: Vec<Issue>,
        findings: Vec<PrescriptionFinding>,
        reader: Reader,
        today: NaiveDate,
    ) -> Self {
        let clinician = reader == Reader::Clinician;
        let expired = prescription.is_expired(today);
        let cancellation = prescription.cancelled.map(|cancelled: Cancelled| PrescriptionCancellation {
            cancelled_at: cancelled.at,
            cancelled_by: cancelled.by,
            reason: cancelled.reason,
            effect: course::effect(prescription.issues_made, prescription.issues_allowed),
            note: cancelled.note.map(Private::into_revealed).filter(|_| clinician),
        });
        let content = prescription.content;
        let reasons = match &prescription.signature {
            Some(signature) => signature.exceptions.clone(),
            None => content.justifications,
        };
        let validity = prescription.validity;
        Self {
            id: prescription.id,
            short_id: prescription.short_id,
            practitioner_id: prescription.practitioner,
            clinician_id: prescription.clinician,
            assessment_id: prescription.assessment,
            state: prescription.state,
            expired,
            kind: prescription.kind,
            form: content.form,
            items: content.items.into_iter().map(PrescriptionItem::from).collect(),
            issues_allowed: prescription.issues_allowed,
            issues_made: prescription.issues_made,
            interval_days: content.repeat.map(|repeat| repeat.interval_days),
            review_on: content.repeat.and_then(|repeat| repeat.review_on),
            starts_on: content.starts_on,
            valid_from: validity.map(|validity| validity.valid_from),
            valid_until: validity.map(|validity| validity.valid_until),
            ends_on: validity.map(|validity| validity.ends_on),
            address: content.address.map(PostalAddressView::from),
            management_plan: content.management_plan.map(ManagementPlanView::from),
            dental_need: content.dental_need,
            for_addiction: content.for_addiction,
            signature: prescription.signature.zip(prescription.signed_at).map(|(by, at)| PrescriptionSignature::new(by, at)),
            issues: issues.into_iter().map(PrescriptionIssue::from).collect(),
            cancellation,
            justifications: reasons.into_iter().filter(|_| clinician).map(JustificationView::from).collect(),
            findings,
            created_at: prescription.created_at,
        }
    }
}

/// A prescription in a list.
#[derive(Serialize, ToSchema)]
pub struct PrescriptionSummary {
    /// Names it.
    pub id: Id,
    /// The number by which people name it.
    #[schema(max_length = 20)]
    pub short_id: String,
    /// For whom it is.
    pub practitioner_id: Id,
    /// Who writes and signs it.
    pub clinician_id: Id,
    /// Where it stands.
    pub state: PrescriptionState,
    /// Whether its days are over.
    pub expired: bool,
    /// How long the course is meant to go on.
    pub kind: PrescriptionKind,
    /// The names of its medicines.
    #[schema(max_items = 4)]
    pub medicines: Vec<MedicineName>,
    /// How many issues there may be.
    #[schema(minimum = 1, maximum = 99)]
    pub issues_allowed: i32,
    /// How many there were.
    #[schema(minimum = 0, maximum = 99)]
    pub issues_made: i32,
    /// The day by which it is reviewed.
    pub review_on: Option<NaiveDate>,
    /// When it was signed.
    pub signed_at: Option<UtcTime>,
    /// The last day of any issue.
    pub ends_on: Option<NaiveDate>,
    /// When it was begun.
    pub created_at: UtcTime,
}

/// The name of a medicine that is prescribed.
#[derive(Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 200)]
pub struct MedicineName(pub String);

impl PrescriptionSummary {
    /// The prescription as a list shows it.
    pub fn new(prescription: Prescription, today: NaiveDate) -> Self {
        Self {
            expired: prescription.is_expired(today),
            id: prescription.id,
            short_id: prescription.short_id,
            practitioner_id: prescription.practitioner,
            clinician_id: prescription.clinician,
            state: prescription.state,
            kind: prescription.kind,
            review_on: prescription.content.repeat.and_then(|repeat| repeat.review_on),
            medicines: prescription.content.items.into_iter().map(|item| MedicineName(item.medicine.name)).collect(),
            issues_allowed: prescription.issues_allowed,
            issues_made: prescription.issues_made,
            signed_at: prescription.signed_at,
            ends_on: prescription.validity.map(|validity| validity.ends_on),
            created_at: prescription.created_at,
        }
    }
}
