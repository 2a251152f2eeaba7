//! Response bodies of prescriptions.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::items::PrescriptionItem;
use crate::prescriptions::catalogue::Limits;
use crate::prescriptions::model::{
    ExceptionGround, Issue, JustifiableRule, Justification, ManagementPlan, PrescriberKind, PrescriptionCancelEffect,
    PrescriptionCancelReason, PrescriptionFormType, PrescriptionKind, PrescriptionState, Signature,
};
use crate::prescriptions::queries::{Cancellation, Prescription};
use crate::prescriptions::rules::{Finding, lifecycle};
use crate::records::dto::address::PostalAddressView;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::workforce::model::RegistrationBody;

pub use scheduling::booking::care_relationship::Reader;

/// The reason for an exception to a rule.
#[derive(Serialize, ToSchema)]
pub struct JustificationView {
    /// The rule.
    pub rule: JustifiableRule,
    /// The item, counted from 1; null for the whole prescription.
    #[schema(minimum = 1, maximum = 4)]
    pub item: Option<u8>,
    /// The reason.
    #[schema(max_length = 2000)]
    pub reason: String,
    /// The ground, for rules that need one.
    pub ground: Option<ExceptionGround>,
}

impl From<Justification> for JustificationView {
    fn from(reason: Justification) -> Self {
        Self { rule: reason.rule, item: reason.item, reason: reason.reason, ground: reason.ground }
    }
}

/// The written clinical management plan under which a supplementary prescriber works.
#[derive(Serialize, ToSchema)]
pub struct ManagementPlanView {
    /// The name of the plan.
    #[schema(max_length = 200)]
    pub name: String,
    /// The doctor or dentist who agreed to the plan.
    pub agreed_with: Id,
    /// When it was agreed.
    pub agreed_on: NaiveDate,
}

impl From<ManagementPlan> for ManagementPlanView {
    fn from(plan: ManagementPlan) -> Self {
        Self { name: plan.name, agreed_with: plan.agreed_with, agreed_on: plan.agreed_on }
    }
}

/// The signature, as it is printed.
#[derive(Serialize, ToSchema)]
pub struct PrescriptionSignature {
    /// When it was signed.
    pub signed_at: UtcTime,
    /// The prescriber's name.
    #[schema(max_length = 100)]
    pub prescriber_name: String,
    /// The kind of prescriber.
    pub prescriber_kind: PrescriberKind,
    /// The register that they are on.
    pub registration_body: RegistrationBody,
    /// Their registration number.
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

/// One issue of a prescription.
#[derive(Serialize, ToSchema)]
pub struct PrescriptionIssue {
    /// The number of the issue, counted from 1.
    #[schema(minimum = 1, maximum = 99)]
    pub number: i32,
    /// When it was issued.
    pub issued_at: UtcTime,
    /// The clinician who issued it.
    pub issued_by: Id,
}

impl From<Issue> for PrescriptionIssue {
    fn from(issue: Issue) -> Self {
        Self { number: issue.number, issued_at: issue.issued_at, issued_by: issue.issued_by }
    }
}

/// The cancellation of a prescription.
#[derive(Serialize, ToSchema)]
pub struct PrescriptionCancellation {
    /// When it was cancelled.
    pub cancelled_at: UtcTime,
    /// The account that cancelled it.
    pub cancelled_by: Id,
    /// The reason.
    pub reason: PrescriptionCancelReason,
    /// What the cancellation means for issues.
    pub effect: PrescriptionCancelEffect,
    /// The note about the cancellation. Clinicians only; null for the practitioner.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

/// A rule that the draft breaks, so that it cannot be signed as it is.
#[derive(Serialize, ToSchema)]
pub struct PrescriptionFinding {
    /// The rule, as the code that a signature would be refused with.
    #[schema(max_length = 50)]
    pub rule: String,
    /// The item, counted from 1; null for the whole prescription.
    #[schema(minimum = 1, maximum = 4)]
    pub item: Option<u8>,
    /// What is wrong, and what to do about it.
    #[schema(max_length = 500)]
    pub detail: String,
    /// Whether a recorded reason allows an exception.
    pub justifiable: bool,
    /// Whether such a reason is recorded already.
    pub justified: bool,
}

impl PrescriptionFinding {
    /// The finding as clients see it; `justified` when a reason for an exception is recorded.
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

/// What a prescription and lists of prescriptions show alike.
#[derive(Serialize, ToSchema)]
pub struct PrescriptionProgress {
    /// The prescription's id.
    pub id: Id,
    /// The prescription number that is printed, with its check character.
    #[schema(max_length = 20)]
    pub short_id: String,
    /// The practitioner who is the patient.
    pub practitioner_id: Id,
    /// The clinician who writes and signs it.
    pub clinician_id: Id,
    /// The state of the prescription. See `expired` for whether it is still valid.
    pub state: PrescriptionState,
    /// Whether it has expired with issues left.
    pub expired: bool,
    /// Whether it is issued once or repeatedly.
    pub kind: PrescriptionKind,
    /// How many issues are allowed.
    #[schema(minimum = 1, maximum = 99)]
    pub issues_allowed: i32,
    /// How many issues were made.
    #[schema(minimum = 0, maximum = 99)]
    pub issues_made: i32,
    /// The day by which the prescription is reviewed.
    pub review_on: Option<NaiveDate>,
    /// The last day for any issue.
    pub ends_on: Option<NaiveDate>,
    /// When the draft was created.
    pub created_at: UtcTime,
}

impl PrescriptionProgress {
    fn new(prescription: &Prescription, today: NaiveDate) -> Self {
        Self {
            id: prescription.id,
            short_id: prescription.short_id.clone(),
            practitioner_id: prescription.practitioner,
            clinician_id: prescription.clinician,
            state: prescription.state,
            expired: prescription.is_expired(today),
            kind: prescription.kind,
            issues_allowed: prescription.issues_allowed,
            issues_made: prescription.issues_made,
            review_on: prescription.content.repeat.and_then(|repeat| repeat.review_on),
            ends_on: prescription.validity.map(|validity| validity.ends_on),
            created_at: prescription.created_at,
        }
    }
}

/// A prescription.
#[derive(Serialize, ToSchema)]
pub struct PrescriptionView {
    /// What lists show too.
    #[serde(flatten)]
    pub progress: PrescriptionProgress,
    /// The assessment on which it is based; null until it is signed.
    pub assessment_id: Option<Id>,
    /// The prescription form it is written on.
    pub form: PrescriptionFormType,
    /// The medicines.
    #[schema(max_items = 4)]
    pub items: Vec<PrescriptionItem>,
    /// The number of days from one issue to the next; null when it is issued once.
    #[schema(minimum = 1, maximum = 366)]
    pub interval_days: Option<u16>,
    /// The first day on which it may be dispensed, if it is not the day of the signature.
    pub starts_on: Option<NaiveDate>,
    /// The first day on which it is valid; null until it is signed.
    pub valid_from: Option<NaiveDate>,
    /// The last day for the first issue, until 23:59:59 UK time: that of the item that is valid longest.
    pub valid_until: Option<NaiveDate>,
    /// The practitioner's home address, as it is printed; in a draft only if it is another than the one in the record.
    pub address: Option<PostalAddressView>,
    /// The clinical management plan of a supplementary prescriber.
    pub management_plan: Option<ManagementPlanView>,
    /// Whether it is for dental treatment.
    pub dental_need: bool,
    /// Whether it treats addiction.
    pub for_addiction: bool,
    /// The signature; null for a draft.
    pub signature: Option<PrescriptionSignature>,
    /// The issues, earliest first.
    #[schema(max_items = 99)]
    pub issues: Vec<PrescriptionIssue>,
    /// The cancellation; null when it is not cancelled.
    pub cancellation: Option<PrescriptionCancellation>,
    /// The reasons for exceptions: for a draft all that are recorded, once signed those that were needed. Empty for the
    /// practitioner.
    #[schema(max_items = 20)]
    pub justifications: Vec<JustificationView>,
    /// The rules that prevent signing today. For the author of a draft; empty otherwise.
    #[schema(max_items = 100)]
    pub findings: Vec<PrescriptionFinding>,
}

impl PrescriptionView {
    /// What this reader may see of the prescription. `of_its_day` are the limits of the day on which it was signed.
    pub fn new(
        prescription: Prescription,
        of_its_day: &Limits,
        issues: Vec<Issue>,
        findings: Vec<PrescriptionFinding>,
        reader: Reader,
        today: NaiveDate,
    ) -> Self {
        let last_days = prescription.last_days(of_its_day);
        let is_clinician = reader == Reader::Clinician;
        let progress = PrescriptionProgress::new(&prescription, today);
        let cancellation = prescription.cancellation.map(|cancelled: Cancellation| PrescriptionCancellation {
            cancelled_at: cancelled.at,
            cancelled_by: cancelled.by,
            reason: cancelled.reason,
            effect: lifecycle::cancel_effect(prescription.issues_made, prescription.issues_allowed),
            note: cancelled.note.map(Private::into_revealed).filter(|_| is_clinician),
        });
        let content = prescription.content;
        let address = prescription.signature.as_ref().and_then(|signature| signature.patient_address.clone()).or(content.address);
        let reasons = match &prescription.signature {
            Some(signature) => signature.exceptions.clone(),
            None => content.justifications,
        };
        let validity = prescription.validity;
        Self {
            progress,
            assessment_id: prescription.assessment,
            form: content.form,
            items: content.items.into_iter().zip(last_days).map(|(item, last)| PrescriptionItem::new(item, last)).collect(),
            interval_days: content.repeat.map(|repeat| repeat.interval_days),
            starts_on: content.starts_on,
            valid_from: validity.map(|validity| validity.valid_from),
            valid_until: validity.map(|validity| validity.valid_until),
            address: address.map(PostalAddressView::from),
            management_plan: content.management_plan.map(ManagementPlanView::from),
            dental_need: content.dental_need,
            for_addiction: content.for_addiction,
            signature: prescription.signature.zip(prescription.signed_at).map(|(by, at)| PrescriptionSignature::new(by, at)),
            issues: issues.into_iter().map(PrescriptionIssue::from).collect(),
            cancellation,
            justifications: reasons.into_iter().filter(|_| is_clinician).map(JustificationView::from).collect(),
            findings,
        }
    }
}

/// A prescription in a list.
#[derive(Serialize, ToSchema)]
pub struct PrescriptionSummary {
    /// What the prescription itself shows too.
    #[serde(flatten)]
    pub progress: PrescriptionProgress,
    /// The names of its medicines.
    #[schema(max_items = 4)]
    pub medicines: Vec<MedicineName>,
    /// When it was signed.
    pub signed_at: Option<UtcTime>,
}

/// The name of a prescribed medicine.
#[derive(Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 200)]
pub struct MedicineName(pub String);

impl PrescriptionSummary {
    /// The prescription as lists show it.
    pub fn new(prescription: Prescription, today: NaiveDate) -> Self {
        Self {
            progress: PrescriptionProgress::new(&prescription, today),
            medicines: prescription.content.items.into_iter().map(|item| MedicineName(item.medicine.name)).collect(),
            signed_at: prescription.signed_at,
        }
    }
}
