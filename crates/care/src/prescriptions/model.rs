//! The nouns of prescribing: who prescribes by what right, where a prescription stands, and what it says.

pub mod dosage;
pub mod medicine;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::dosage::Quantity;
use self::dosage::{Amount, DoseStep};
use self::medicine::Medicine;
use platform::ids::{Id, UtcTime};
use reference::workforce::model::RegistrationBody;

platform::words! {
    /// How long a course is meant to go on.
    pub enum PrescriptionKind {
        /// Issued once.
        Acute = "acute",
        /// Issued several times, until it is reviewed.
        Repeat = "repeat",
    }

    /// On what it is written. The national electronic service is not used: it knows people by their NHS number.
    pub enum PrescriptionFormType {
        /// A private prescription.
        Private = "private",
        /// The NHS paper form.
        NhsPaper = "nhs_paper",
    }

    /// Where a prescription stands. Whether it has expired is told beside it.
    pub enum PrescriptionState {
        /// Its author is writing it.
        Draft = "draft",
        /// Signed: it can no longer be changed.
        Signed = "signed",
        /// Given out at least once.
        Issued = "issued",
        /// Called off, with a reason.
        Cancelled = "cancelled",
    }

    /// Why a prescription is called off.
    pub enum PrescriptionCancelReason {
        /// It was written wrongly.
        PrescribingError = "prescribing_error",
        /// Something speaks against the medicine.
        Contraindication = "contraindication",
        /// Treatment goes on otherwise.
        TreatmentChanged = "treatment_changed",
        /// Another clinical reason.
        ClinicalGrounds = "clinical_grounds",
        /// The practitioner asked for it.
        PatientRequest = "patient_request",
        /// The pharmacist asked for it.
        PharmacistRequest = "pharmacist_request",
        /// The practitioner has died.
        Death = "death",
        /// Anything else, which the note tells.
        Other = "other",
    }

    /// What calling it off means.
    pub enum PrescriptionCancelEffect {
        /// Nothing had been given out: it never had any effect.
        Void = "void",
        /// What was given out stays so; the issues that were left are stopped.
        StopsRemaining = "stops_remaining",
        /// Everything had been given out: the pharmacy must be told, or nothing is stopped.
        InformPharmacy = "inform_pharmacy",
    }

    /// A right to prescribe that an annotation of the register or a licence gives.
    pub enum PrescribingRightKind {
        /// A nurse independent prescriber.
        IndependentNurse = "independent_nurse",
        /// A pharmacist independent prescriber.
        IndependentPharmacist = "independent_pharmacist",
        /// A physiotherapist independent prescriber.
        IndependentPhysiotherapist = "independent_physiotherapist",
        /// A podiatrist independent prescriber.
        IndependentPodiatrist = "independent_podiatrist",
        /// A paramedic independent prescriber.
        IndependentParamedic = "independent_paramedic",
        /// A supplementary prescriber, who works under a clinical management plan.
        Supplementary = "supplementary",
        /// A Home Office licence to prescribe cocaine, diamorphine and dipipanone for addiction.
        HomeOfficeLicence = "home_office_licence",
    }

    /// As what somebody prescribes.
    pub enum PrescriberKind {
        /// A registered doctor.
        Doctor = "doctor",
        /// A registered dentist.
        Dentist = "dentist",
        /// A nurse independent prescriber.
        IndependentNurse = "independent_nurse",
        /// A pharmacist independent prescriber.
        IndependentPharmacist = "independent_pharmacist",
        /// A physiotherapist independent prescriber.
        IndependentPhysiotherapist = "independent_physiotherapist",
        /// A podiatrist independent prescriber.
        IndependentPodiatrist = "independent_podiatrist",
        /// A paramedic independent prescriber.
        IndependentParamedic = "independent_paramedic",
        /// A supplementary prescriber.
        Supplementary = "supplementary",
    }

    /// A rule that allows an exception for a recorded reason. Its word is the code of the refusal.
    pub enum JustifiableRule {
        /// More than thirty days' supply of a controlled drug.
        SupplyTooLong = "supply_too_long",
        /// An allergy to the medicine or its class is recorded.
        AllergyConflict = "allergy_conflict",
        /// A live prescription holds the same ingredient.
        DuplicateIngredient = "duplicate_ingredient",
        /// The general practitioner may not be told.
        GpSharingMissing = "gp_sharing_missing",
        /// The same, and the medicine is controlled or liable to abuse.
        SharedRecordsRequired = "shared_records_required",
        /// The quantity is not dose times frequency times duration.
        QuantityMismatch = "quantity_mismatch",
    }

    /// The grounds on which a medicine that is controlled or liable to abuse may be prescribed without shared records.
    pub enum ExceptionGround {
        /// To avoid serious harm.
        SeriousHarm = "serious_harm",
        /// To bridge an unexpected loss of access to medicines.
        LostAccess = "lost_access",
    }
}

/// A right in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrescribingRight {
    pub kind: PrescribingRightKind,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day; `None` while there is no end.
    pub valid_until: Option<NaiveDate>,
}

impl PrescribingRight {
    /// Whether it is in force on this day.
    pub fn in_force(&self, on: NaiveDate) -> bool {
        on >= self.valid_from && self.valid_until.is_none_or(|last| on <= last)
    }
}

/// A quantity that is given out bit by bit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalment {
    /// How much at a time, in the unit of the whole quantity.
    pub amount: Amount,
    /// Every how many days.
    pub interval_days: u16,
}

/// One medicine of a prescription.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub medicine: Medicine,
    /// How it is taken.
    pub dosage: Vec<DoseStep>,
    /// How much of it.
    pub quantity: Quantity,
    /// The figures of the quantity in words.
    pub quantity_words: String,
    /// Whether it is given out bit by bit.
    pub instalment: Option<Instalment>,
    /// What for. Kept in the record; dispensers never see it.
    pub indication: Option<String>,
}

/// A postal address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostalAddress {
    pub lines: Vec<String>,
    pub postcode: String,
}

/// Why a rule does not stand in the way.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Justification {
    pub rule: JustifiableRule,
    /// For which item, counted from 1; `None` for the prescription as a whole.
    pub item: Option<u8>,
    /// In the author's words.
    pub reason: String,
    /// On what grounds, where the rule names them.
    pub ground: Option<ExceptionGround>,
}

/// The written plan under which a supplementary prescriber works, agreed with the practitioner.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagementPlan {
    /// What the plan is called.
    pub name: String,
    /// The doctor or dentist who agreed to it: a clinician of the service.
    pub agreed_with: Id,
    pub agreed_on: NaiveDate,
}

/// How often and until when it is issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// How many issues, the first included.
    pub issues: u8,
    /// How many days lie between two.
    pub interval_days: u16,
    /// The day by which it is reviewed.
    pub review_on: Option<NaiveDate>,
}

/// Everything that its author writes. Sealed as one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// On what it is written.
    pub form: PrescriptionFormType,
    /// The medicines.
    pub items: Vec<Item>,
    /// How often it is issued; `None` for once.
    pub repeat: Option<Repeat>,
    /// The day from which it may be dispensed, if not that of the signature.
    pub starts_on: Option<NaiveDate>,
    /// Where the practitioner lives, where the law asks.
    pub address: Option<PostalAddress>,
    /// Reasons for exceptions.
    pub justifications: Vec<Justification>,
    /// The plan that a supplementary prescriber works under.
    pub management_plan: Option<ManagementPlan>,
    /// Whether it is for dental treatment.
    pub dental_need: bool,
    /// Whether it treats addiction.
    pub for_addiction: bool,
}

/// What a signature adds, so that the form reads the same for ever. Sealed as one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The practitioner's name before the law.
    pub patient_name: String,
    /// The prescriber's name.
    pub prescriber_name: String,
    /// As what they prescribe.
    pub prescriber_kind: PrescriberKind,
    /// The register that they are on.
    pub registration_body: RegistrationBody,
    pub registration_number: String,
    /// Their code for private prescriptions of controlled drugs.
    pub private_cd_code: Option<String>,
    /// The organisation's neutral name.
    pub practice_name: String,
    /// Its address in the United Kingdom.
    pub practice_address: Vec<String>,
    /// The rules that a recorded reason made an exception of.
    pub exceptions: Vec<Justification>,
}

platform::redacted_debug!(Item, PostalAddress, Justification, ManagementPlan, Content, Signature);

/// The days that a signed prescription is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day on which it may first be given out, until 23:59:59.
    pub valid_until: NaiveDate,
    /// The last day on which anything may be given out by it.
    pub ends_on: NaiveDate,
}

/// One giving out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issue {
    /// Counted from 1.
    pub number: i32,
    pub issued_at: UtcTime,
    pub issued_by: Id,
}
