//! Request bodies and filters of prescriptions.

pub mod entries;
pub mod items;
pub mod medicines;
pub mod rights;
pub mod views;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::dosage::{Amount, PeriodUnit};
use super::model::medicine::{ControlledDrugSchedule, MedicineCodeKind};
use super::model::{ExceptionGround, JustifiableRule, PrescriptionCancelReason, PrescriptionFormType, PrescriptionState};
use crate::records::dto::address::PostalAddressForm;
use platform::ids::Id;
use platform::private::Private;

/// An exact decimal with at most two places, written as text so that no client rounds it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 9, pattern = "^(0|[1-9][0-9]{0,5})([.][0-9]{1,2})?$", example = "28")]
pub struct ExactDecimal(pub Amount);

/// A new draft prescription.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePrescription {
    /// The practitioner. The caller must be treating them.
    pub practitioner_id: Id,
    /// The prescription.
    pub content: PrescriptionContent,
}

/// The whole content of a prescription.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrescriptionContent {
    /// The prescription form it is written on; a private prescription when left out.
    #[serde(default)]
    pub form: Option<PrescriptionFormType>,
    /// The medicines.
    #[schema(min_items = 1, max_items = 4)]
    pub items: Vec<PrescriptionItemForm>,
    /// How often it is issued; issued once when left out.
    #[serde(default)]
    pub repeat: Option<RepeatForm>,
    /// The first day on which it may be dispensed, if it is not the day of the signature.
    #[serde(default)]
    pub starts_on: Option<NaiveDate>,
    /// The practitioner's home address, if it is another than the one in their prescribing details.
    #[serde(default)]
    pub address: Option<PostalAddressForm>,
    /// Reasons for exceptions to rules that allow one.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub justifications: Vec<JustificationForm>,
    /// The clinical management plan. Needed for a supplementary prescriber.
    #[serde(default)]
    pub management_plan: Option<ManagementPlanForm>,
    /// Whether it is for dental treatment. Dentists may prescribe for dental treatment only.
    #[serde(default)]
    pub dental_need: bool,
    /// Whether it treats addiction.
    #[serde(default)]
    pub for_addiction: bool,
}

/// One medicine of a prescription.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrescriptionItemForm {
    /// The medicine.
    pub medicine: MedicineToPrescribe,
    /// How it is taken: instructions with the same sequence number apply together, those with the next number follow.
    #[schema(min_items = 1, max_items = 6)]
    pub dosage: Vec<DoseForm>,
    /// The quantity to supply.
    pub quantity: QuantityForm,
    /// The quantity in words. The service writes it when left out; when given, it must agree with the figures.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub quantity_words: Option<Private<String>>,
    /// The instalments, if the quantity is dispensed in instalments. On form FP10MDA only.
    #[serde(default)]
    pub instalment: Option<InstalmentForm>,
    /// The indication. It is stored in the record and never printed, so that dispensers do not see it.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 500)]
    pub indication: Option<Private<String>>,
}

/// A medicine: either its id in the catalogue, or a description with its code in the dictionary of medicines and devices (dm+d).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MedicineToPrescribe {
    /// The medicine's id in the catalogue. If it is given, leave out all other fields but the brand.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub catalogue_id: Option<Private<String>>,
    /// The dm+d code of a medicine that is not in the catalogue.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 6, max_length = 18, pattern = "^[0-9]{6,18}$")]
    pub code: Option<Private<String>>,
    /// The kind of the code; a virtual medicinal product (VMP) when left out.
    #[serde(default)]
    pub code_kind: Option<MedicineCodeKind>,
    /// The name, with strength and form.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 200)]
    pub name: Option<Private<String>>,
    /// The brand. Required for lithium and for modified-release methylphenidate; of a medicine in the catalogue one of its
    /// brands.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 100)]
    pub brand: Option<Private<String>>,
    /// The dose form, such as tablets; see the prescribing terms.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 100)]
    pub form: Option<Private<String>>,
    /// The strength. Required of a medicine of schedule 2 or 3.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 100)]
    pub strength: Option<Private<String>>,
    /// The names of its substances. A salt is the substance itself; a substance that is not known is refused.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub ingredients: Vec<SubstanceName>,
    /// The controlled drug schedule.
    #[serde(default)]
    pub schedule: Option<ControlledDrugSchedule>,
}

/// The name of a substance.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, min_length = 1, max_length = 100)]
pub struct SubstanceName(pub Private<String>);

/// One dosage instruction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DoseForm {
    /// The sequence number, counted from 1; 1 when left out.
    #[serde(default = "first")]
    #[schema(minimum = 1, maximum = 6)]
    pub sequence: u8,
    /// The amount of one dose.
    pub dose: ExactDecimal,
    /// The unit's id; see the prescribing terms.
    #[schema(min_length = 1, max_length = 30)]
    pub unit: String,
    /// How many doses in a period.
    #[schema(minimum = 1, maximum = 24)]
    pub times: u8,
    /// The length of a period in units of `period`; 1 when left out.
    #[serde(default = "first")]
    #[schema(minimum = 1, maximum = 90)]
    pub every: u8,
    /// The unit of the period.
    pub period: PeriodUnit,
    /// Whether it is taken only when needed.
    #[serde(default)]
    pub as_needed: bool,
    /// What it is needed for. Required when `as_needed` is true. Stored in the record; printed only if it is part of `text`.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub as_needed_reason: Option<Private<String>>,
    /// The maximum in 24 hours, in the unit of the dose.
    #[serde(default)]
    pub max_per_day: Option<ExactDecimal>,
    /// The route's id; see the prescribing terms.
    #[schema(min_length = 1, max_length = 30)]
    pub route: String,
    /// For how many days. Required when an instruction with a later sequence number follows.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 366)]
    pub duration_days: Option<u16>,
    /// The instruction as it is printed. The service writes it when left out; when given, it must agree with the other fields.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 300)]
    pub text: Option<Private<String>>,
}

fn first() -> u8 {
    1
}

/// A quantity.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuantityForm {
    /// The amount.
    pub value: ExactDecimal,
    /// The unit's id; see the prescribing terms.
    #[schema(min_length = 1, max_length = 30)]
    pub unit: String,
}

/// How a quantity is dispensed in instalments.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstalmentForm {
    /// The amount of one instalment, in the unit of the quantity.
    pub amount: ExactDecimal,
    /// The number of days from one instalment to the next.
    #[schema(minimum = 1, maximum = 28)]
    pub interval_days: u16,
}

/// How often a prescription is issued, and when it is reviewed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepeatForm {
    /// How many issues, the first included.
    #[schema(minimum = 2, maximum = 99)]
    pub issues: u8,
    /// The number of days from one issue to the next; 28 when left out.
    #[serde(default)]
    #[schema(minimum = 7, maximum = 366)]
    pub interval_days: Option<u16>,
    /// The day by which the prescription is reviewed. Required before it is signed.
    #[serde(default)]
    pub review_on: Option<NaiveDate>,
}

/// The reason for an exception to a rule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JustificationForm {
    /// The rule.
    pub rule: JustifiableRule,
    /// The item, counted from 1; left out for the whole prescription.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 4)]
    pub item: Option<u8>,
    /// The reason.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 10, max_length = 2000)]
    pub reason: Private<String>,
    /// The ground. Required for `shared_records_required`.
    #[serde(default)]
    pub ground: Option<ExceptionGround>,
}

/// The written clinical management plan under which a supplementary prescriber works.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ManagementPlanForm {
    /// The name of the plan.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub name: Private<String>,
    /// The doctor or dentist who agreed to the plan: another clinician of the service.
    pub agreed_with: Id,
    /// When it was agreed.
    pub agreed_on: NaiveDate,
}

/// Why a prescription is cancelled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelPrescription {
    /// The reason.
    pub reason: PrescriptionCancelReason,
    /// A note. Required for the reason `other`; only clinicians see it.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 2000)]
    pub note: Option<Private<String>>,
}

/// Filters of prescriptions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PrescriptionQuery {
    /// The practitioner. Required for clinicians; practitioners see their own prescriptions and may leave it out.
    #[param(nullable = false)]
    pub practitioner_id: Option<Id>,
    /// Only prescriptions in this state.
    #[param(nullable = false)]
    pub state: Option<PrescriptionState>,
}
