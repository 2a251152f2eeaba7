//! What is prescribed, as it is shown: medicine, dose, quantity, address.

use serde::Serialize;
use utoipa::ToSchema;

use crate::prescriptions::dto::ExactDecimal;
use crate::prescriptions::dto::medicines::CatalogueName;
use crate::prescriptions::model::dosage::{DoseStep, PeriodUnit};
use crate::prescriptions::model::medicine::{ControlledDrugSchedule, Medicine, MedicineCodeKind};
use crate::prescriptions::model::{Item, PostalAddress};
use crate::prescriptions::rules::dosage;

/// A medicine as it is prescribed.
#[derive(Serialize, ToSchema)]
pub struct PrescribedMedicine {
    /// Its id in the catalogue; null when it is not there.
    #[schema(max_length = 100)]
    pub catalogue_id: Option<String>,
    /// Its dm+d code (a SNOMED CT id), where one is known.
    #[schema(max_length = 18)]
    pub code: Option<String>,
    /// What the code stands for.
    pub code_kind: Option<MedicineCodeKind>,
    /// The name, with strength and form.
    #[schema(max_length = 200)]
    pub name: String,
    /// The form.
    #[schema(max_length = 100)]
    pub form: String,
    /// The strength.
    #[schema(max_length = 100)]
    pub strength: Option<String>,
    /// The names of its substances.
    #[schema(max_items = 10)]
    pub ingredients: Vec<CatalogueName>,
    /// How strictly it is controlled.
    pub schedule: ControlledDrugSchedule,
}

impl From<Medicine> for PrescribedMedicine {
    fn from(medicine: Medicine) -> Self {
        let (code_kind, code) = medicine.code.map(|code| (code.kind, code.value)).unzip();
        Self {
            catalogue_id: medicine.catalogue_id,
            code,
            code_kind,
            name: medicine.name,
            form: medicine.form,
            strength: medicine.strength,
            ingredients: medicine.ingredients.into_iter().map(CatalogueName).collect(),
            schedule: medicine.schedule,
        }
    }
}

/// One instruction.
#[derive(Serialize, ToSchema)]
pub struct DoseInstruction {
    /// Counted from 1.
    #[schema(minimum = 1, maximum = 6)]
    pub sequence: u8,
    /// What is taken at a time.
    pub dose: ExactDecimal,
    /// The unit's id.
    #[schema(max_length = 30)]
    pub unit: String,
    /// How many times in a period.
    #[schema(minimum = 1, maximum = 24)]
    pub times: u8,
    /// How many units a period is long.
    #[schema(minimum = 1, maximum = 90)]
    pub every: u8,
    /// The unit of the period.
    pub period: PeriodUnit,
    /// Whether it is taken only when needed.
    pub as_needed: bool,
    /// What for, when it is.
    #[schema(max_length = 200)]
    pub as_needed_reason: Option<String>,
    /// The most in twenty-four hours.
    pub max_per_day: Option<ExactDecimal>,
    /// The route's id.
    #[schema(max_length = 30)]
    pub route: String,
    /// For how many days.
    #[schema(minimum = 1, maximum = 366)]
    pub duration_days: Option<u16>,
    /// The instruction as it is printed.
    #[schema(max_length = 300)]
    pub text: String,
}

impl From<DoseStep> for DoseInstruction {
    fn from(step: DoseStep) -> Self {
        Self {
            sequence: step.sequence,
            dose: ExactDecimal(step.dose),
            unit: step.unit,
            times: step.times,
            every: step.every,
            period: step.period,
            as_needed: step.as_needed,
            as_needed_reason: step.as_needed_reason,
            max_per_day: step.max_per_day.map(ExactDecimal),
            route: step.route,
            duration_days: step.duration_days,
            text: step.text,
        }
    }
}

/// A quantity that is given out bit by bit.
#[derive(Serialize, ToSchema)]
pub struct InstalmentView {
    /// How much at a time, in the unit of the quantity.
    pub amount: ExactDecimal,
    /// Every how many days.
    #[schema(minimum = 1, maximum = 28)]
    pub interval_days: u16,
}

/// One medicine of a prescription.
#[derive(Serialize, ToSchema)]
pub struct PrescriptionItem {
    /// What.
    pub medicine: PrescribedMedicine,
    /// How it is taken.
    #[schema(max_items = 6)]
    pub dosage: Vec<DoseInstruction>,
    /// The same as one text, as it is printed.
    #[schema(max_length = 2000)]
    pub dosage_text: String,
    /// How much of it.
    pub quantity: ExactDecimal,
    /// The unit's id.
    #[schema(max_length = 30)]
    pub quantity_unit: String,
    /// The figures of the quantity in words.
    #[schema(max_length = 200)]
    pub quantity_words: String,
    /// Whether it is given out bit by bit.
    pub instalment: Option<InstalmentView>,
    /// What for.
    #[schema(max_length = 500)]
    pub indication: Option<String>,
}

impl From<Item> for PrescriptionItem {
    fn from(item: Item) -> Self {
        Self {
            dosage_text: dosage::joined(&item.dosage),
            medicine: item.medicine.into(),
            dosage: item.dosage.into_iter().map(DoseInstruction::from).collect(),
            quantity: ExactDecimal(item.quantity.value),
            quantity_unit: item.quantity.unit,
            quantity_words: item.quantity_words,
            instalment: item.instalment.map(|instalment| InstalmentView {
                amount: ExactDecimal(instalment.amount),
                interval_days: instalment.interval_days,
            }),
            indication: item.indication,
        }
    }
}

/// A postal address.
#[derive(Serialize, ToSchema)]
pub struct PostalAddressView {
    /// Its lines.
    #[schema(max_items = 10)]
    pub lines: Vec<PostalLine>,
    /// The postcode.
    #[schema(max_length = 8)]
    pub postcode: String,
}

impl From<PostalAddress> for PostalAddressView {
    fn from(address: PostalAddress) -> Self {
        Self { lines: address.lines.into_iter().map(PostalLine).collect(), postcode: address.postcode }
    }
}

/// One line of a postal address.
#[derive(Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 100)]
pub struct PostalLine(pub String);
