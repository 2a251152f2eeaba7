//! Response bodies of a prescription's items: medicine, dosage, quantity, address.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::prescriptions::dto::ExactDecimal;
use crate::prescriptions::dto::medicines::CatalogueName;
use crate::prescriptions::model::Item;
use crate::prescriptions::model::dosage::{DoseStep, PeriodUnit};
use crate::prescriptions::model::medicine::{ControlledDrugSchedule, Medicine, MedicineCodeKind};
use crate::prescriptions::rules::dosage;

/// The medicine of a prescription item.
#[derive(Serialize, ToSchema)]
pub struct PrescribedMedicine {
    /// The medicine's id in the catalogue; null when it is not in the catalogue.
    #[schema(max_length = 100)]
    pub catalogue_id: Option<String>,
    /// The dm+d code (a SNOMED CT id), if one is known.
    #[schema(max_length = 18)]
    pub code: Option<String>,
    /// The kind of the code.
    pub code_kind: Option<MedicineCodeKind>,
    /// The name, with strength and form.
    #[schema(max_length = 200)]
    pub name: String,
    /// The brand, if it is prescribed by brand.
    #[schema(max_length = 100)]
    pub brand: Option<String>,
    /// The dose form, such as tablets.
    #[schema(max_length = 100)]
    pub form: String,
    /// The strength.
    #[schema(max_length = 100)]
    pub strength: Option<String>,
    /// The names of its substances.
    #[schema(max_items = 10)]
    pub ingredients: Vec<CatalogueName>,
    /// The controlled drug schedule.
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
            brand: medicine.brand,
            form: medicine.form,
            strength: medicine.strength,
            ingredients: medicine.ingredients.into_iter().map(CatalogueName).collect(),
            schedule: medicine.schedule,
        }
    }
}

/// One dosage instruction.
#[derive(Serialize, ToSchema)]
pub struct DoseInstruction {
    /// The sequence number, counted from 1.
    #[schema(minimum = 1, maximum = 6)]
    pub sequence: u8,
    /// The amount of one dose.
    pub dose: ExactDecimal,
    /// The unit's id.
    #[schema(max_length = 30)]
    pub unit: String,
    /// How many doses in a period.
    #[schema(minimum = 1, maximum = 24)]
    pub times: u8,
    /// The length of a period in units of `period`.
    #[schema(minimum = 1, maximum = 90)]
    pub every: u8,
    /// The unit of the period.
    pub period: PeriodUnit,
    /// Whether it is taken only when needed.
    pub as_needed: bool,
    /// What it is needed for.
    #[schema(max_length = 200)]
    pub as_needed_reason: Option<String>,
    /// The maximum in 24 hours, in the unit of the dose.
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

/// How a quantity is dispensed in instalments.
#[derive(Serialize, ToSchema)]
pub struct InstalmentView {
    /// The amount of one instalment, in the unit of the quantity.
    pub amount: ExactDecimal,
    /// The number of days from one instalment to the next.
    #[schema(minimum = 1, maximum = 28)]
    pub interval_days: u16,
}

/// One medicine of a prescription.
#[derive(Serialize, ToSchema)]
pub struct PrescriptionItem {
    /// The medicine.
    pub medicine: PrescribedMedicine,
    /// How it is taken.
    #[schema(max_items = 6)]
    pub dosage: Vec<DoseInstruction>,
    /// The whole dosage as one text, as it is printed.
    #[schema(max_length = 2000)]
    pub dosage_text: String,
    /// The quantity to supply.
    pub quantity: ExactDecimal,
    /// The unit's id.
    #[schema(max_length = 30)]
    pub quantity_unit: String,
    /// The quantity in words.
    #[schema(max_length = 200)]
    pub quantity_words: String,
    /// The instalments, if the quantity is dispensed in instalments.
    pub instalment: Option<InstalmentView>,
    /// The indication.
    #[schema(max_length = 500)]
    pub indication: Option<String>,
    /// The last day on which it may be dispensed for the first time, until 23:59:59 UK time; null until the prescription is
    /// signed.
    pub valid_until: Option<NaiveDate>,
}

impl PrescriptionItem {
    /// The item as clients see it.
    pub fn new(item: Item, valid_until: Option<NaiveDate>) -> Self {
        Self {
            valid_until,
            dosage_text: dosage::joined_text(&item.dosage),
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
