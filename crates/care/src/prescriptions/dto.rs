//! Forms about prescriptions: what an author writes, and what is asked of a prescription.

pub mod items;
pub mod medicines;
pub mod rights;
pub mod views;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::model::dosage::{Amount, PeriodUnit};
use super::model::medicine::{ControlledDrugSchedule, MedicineCodeKind};
use super::model::{ExceptionGround, JustifiableRule, PrescriptionCancelReason, PrescriptionFormType, PrescriptionState};
use platform::ids::Id;
use platform::private::Private;

/// An exact decimal of at most two places, written as text so that no reader rounds it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 9, pattern = "^(0|[1-9][0-9]{0,5})([.][0-9]{1,2})?$", example = "28")]
pub struct ExactDecimal(pub Amount);

/// A draft that is begun.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePrescription {
    /// For whom: somebody whom the caller treats.
    pub practitioner_id: Id,
    /// What it says.
    pub content: PrescriptionContent,
}

/// What a prescription says, all of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrescriptionContent {
    /// On what it is written; a private prescription when left out.
    #[serde(default)]
    pub form: Option<PrescriptionFormType>,
    /// The medicines.
    #[schema(min_items = 1, max_items = 4)]
    pub items: Vec<PrescriptionItemForm>,
    /// How often it is issued; left out for once.
    #[serde(default)]
    pub repeat: Option<RepeatForm>,
    /// The day from which it may be dispensed, if not that of the signature.
    #[serde(default)]
    pub starts_on: Option<NaiveDate>,
    /// Where the practitioner lives. Needed for drugs of schedules 2 and 3 only.
    #[serde(default)]
    pub address: Option<PostalAddressForm>,
    /// Reasons for exceptions from rules that allow one.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub justifications: Vec<JustificationForm>,
    /// The plan that a supplementary prescriber works under.
    #[serde(default)]
    pub management_plan: Option<ManagementPlanForm>,
    /// Whether it is for dental treatment. Dentists prescribe for nothing else.
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
    /// What.
    pub medicine: MedicineToPrescribe,
    /// How it is taken: instructions of the same sequence go on together, those of the next follow.
    #[schema(min_items = 1, max_items = 6)]
    pub dosage: Vec<DoseForm>,
    /// How much of it.
    pub quantity: QuantityForm,
    /// The figures of the quantity in words. Written by the service when left out; when given, they must say the same.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub quantity_words: Option<Private<String>>,
    /// Whether it is given out bit by bit.
    #[serde(default)]
    pub instalment: Option<InstalmentForm>,
    /// What for. Kept in the record; dispensers never see it.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 500)]
    pub indication: Option<Private<String>>,
}

/// A medicine: by its id in the catalogue, or described, with its code of the dictionary of medicines and devices.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MedicineToPrescribe {
    /// Its id in the catalogue. Everything else is then left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub catalogue_id: Option<Private<String>>,
    /// The code of a medicine that is not in the catalogue.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 6, max_length = 18, pattern = "^[0-9]{6,18}$")]
    pub code: Option<Private<String>>,
    /// What the code stands for; a virtual medicinal product when left out.
    #[serde(default)]
    pub code_kind: Option<MedicineCodeKind>,
    /// The name, with strength and form.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 200)]
    pub name: Option<Private<String>>,
    /// The form.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 100)]
    pub form: Option<Private<String>>,
    /// The strength, where there are several.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 100)]
    pub strength: Option<Private<String>>,
    /// The names of its substances.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub ingredients: Vec<SubstanceName>,
    /// How strictly it is controlled.
    #[serde(default)]
    pub schedule: Option<ControlledDrugSchedule>,
}

/// The name of a substance.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, min_length = 1, max_length = 100)]
pub struct SubstanceName(pub Private<String>);

/// One instruction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DoseForm {
    /// Counted from 1; 1 when left out.
    #[serde(default = "first")]
    #[schema(minimum = 1, maximum = 6)]
    pub sequence: u8,
    /// What is taken at a time.
    pub dose: ExactDecimal,
    /// The unit's id, of those in the prescribing terms.
    #[schema(min_length = 1, max_length = 30)]
    pub unit: String,
    /// How many times in a period.
    #[schema(minimum = 1, maximum = 24)]
    pub times: u8,
    /// How many units a period is long; 1 when left out.
    #[serde(default = "first")]
    #[schema(minimum = 1, maximum = 90)]
    pub every: u8,
    /// The unit of the period.
    pub period: PeriodUnit,
    /// Whether it is taken only when needed.
    #[serde(default)]
    pub as_needed: bool,
    /// What for, when it is. Kept in the record; the label says it only where the text does.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub as_needed_reason: Option<Private<String>>,
    /// The most in twenty-four hours, in the unit of the dose.
    #[serde(default)]
    pub max_per_day: Option<ExactDecimal>,
    /// The route's id, of those in the prescribing terms.
    #[schema(min_length = 1, max_length = 30)]
    pub route: String,
    /// For how many days. An instruction that another follows must say.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 366)]
    pub duration_days: Option<u16>,
    /// The instruction as it is printed. Written by the service when left out; when given, it must say the same.
    #[serde(default)]
    #[schema(extensions(("x-printed" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 300)]
    pub text: Option<Private<String>>,
}

fn first() -> u8 {
    1
}

/// How much of what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuantityForm {
    /// How much.
    pub value: ExactDecimal,
    /// The unit's id, of those in the prescribing terms.
    #[schema(min_length = 1, max_length = 30)]
    pub unit: String,
}

/// A quantity that is given out bit by bit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstalmentForm {
    /// How much at a time, in the unit of the quantity.
    pub amount: ExactDecimal,
    /// Every how many days.
    #[schema(minimum = 1, maximum = 28)]
    pub interval_days: u16,
}

/// How often and until when it is issued.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepeatForm {
    /// How many issues, the first included.
    #[schema(minimum = 2, maximum = 99)]
    pub issues: u8,
    /// How many days lie between two; 28 when left out.
    #[serde(default)]
    #[schema(minimum = 7, maximum = 366)]
    pub interval_days: Option<u16>,
    /// The day by which it is reviewed. Needed before it is signed.
    #[serde(default)]
    pub review_on: Option<NaiveDate>,
}

/// A postal address in the United Kingdom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostalAddressForm {
    /// Its lines.
    #[schema(min_items = 1, max_items = 5)]
    pub lines: Vec<AddressLine>,
    /// The postcode.
    #[schema(value_type = String, min_length = 5, max_length = 8, pattern = "^[A-Za-z0-9 ]{5,8}$", example = "YO1 7HH")]
    pub postcode: Private<String>,
}

/// One line of an address.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct AddressLine(pub Private<String>);

// Written out: the derive takes no extension for a type that wraps another.
impl PartialSchema for AddressLine {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("One line of an address."))
            .min_length(Some(1))
            .max_length(Some(100))
            .extensions(Some(Extensions::builder().add("x-printed", true).build()))
            .into()
    }
}

impl ToSchema for AddressLine {}

/// Why a rule does not stand in the way.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JustificationForm {
    /// Of which rule.
    pub rule: JustifiableRule,
    /// For which item, counted from 1; left out for the prescription as a whole.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 4)]
    pub item: Option<u8>,
    /// Why.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 10, max_length = 2000)]
    pub reason: Private<String>,
    /// On what grounds. Needed for `shared_records_required`.
    #[serde(default)]
    pub ground: Option<ExceptionGround>,
}

/// The written plan under which a supplementary prescriber works.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ManagementPlanForm {
    /// What the plan is called.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub name: Private<String>,
    /// The doctor or dentist who agreed to it: another clinician of the service.
    pub agreed_with: Id,
    /// When it was agreed.
    pub agreed_on: NaiveDate,
}

/// That a prescription is called off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelPrescription {
    /// Why.
    pub reason: PrescriptionCancelReason,
    /// What there is to say about it. Needed for `other`; only clinicians see it.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 2000)]
    pub note: Option<Private<String>>,
}

/// Which prescriptions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PrescriptionQuery {
    /// Whose. Clinicians must say; practitioners see their own and may leave it out.
    #[param(nullable = false)]
    pub practitioner_id: Option<Id>,
    /// Only those in this state.
    #[param(nullable = false)]
    pub state: Option<PrescriptionState>,
}
