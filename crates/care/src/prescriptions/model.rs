//! The types of prescribing: kinds of prescriber and their rights, and a prescription's states and content.

pub mod dosage;
pub mod medicine;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::dosage::Quantity;
use self::dosage::{Amount, DoseStep};
use self::medicine::Medicine;
pub use crate::records::model::PostalAddress;
use platform::ids::{Id, UtcTime};
use reference::workforce::model::RegistrationBody;

platform::string_enum! {
    /// Whether a prescription is issued once or repeatedly.
    pub enum PrescriptionKind {
        /// Issued once.
        Acute = "acute",
        /// Issued several times until it is reviewed.
        Repeat = "repeat",
    }

    /// The form a prescription is written on. The national Electronic Prescription Service is not used, because it identifies
    /// patients by their NHS number.
    pub enum PrescriptionFormType {
        /// A private prescription.
        Private = "private",
        /// The NHS paper form.
        NhsPaper = "nhs_paper",
        /// The NHS form for instalments, FP10MDA: for addiction, for at most 14 days.
        NhsInstalments = "nhs_instalments",
    }

    /// The state of a prescription. A separate field states whether it has expired.
    pub enum PrescriptionState {
        /// Its author is writing it.
        Draft = "draft",
        /// Signed: it can no longer be changed.
        Signed = "signed",
        /// It was issued at least once.
        Issued = "issued",
        /// It was cancelled, with a reason.
        Cancelled = "cancelled",
    }

    /// Why a prescription is cancelled.
    pub enum PrescriptionCancelReason {
        /// It contains an error.
        PrescribingError = "prescribing_error",
        /// There is a contraindication to the medicine.
        Contraindication = "contraindication",
        /// The treatment has changed.
        TreatmentChanged = "treatment_changed",
        /// Another clinical reason.
        ClinicalGrounds = "clinical_grounds",
        /// The practitioner asked for it.
        PatientRequest = "patient_request",
        /// The pharmacist asked for it.
        PharmacistRequest = "pharmacist_request",
        /// The practitioner has died.
        Death = "death",
        /// Another reason, given in the note.
        Other = "other",
    }

    /// What the cancellation means for issues.
    pub enum PrescriptionCancelEffect {
        /// Nothing had been issued: the prescription never had any effect.
        Void = "void",
        /// Earlier issues stay valid; the remaining issues are stopped.
        StopsRemaining = "stops_remaining",
        /// Everything had been issued: contact the pharmacy to stop it.
        InformPharmacy = "inform_pharmacy",
    }

    /// A right to prescribe that is given by an annotation in a professional register or by a licence.
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

    /// The kind of prescriber.
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

    /// A rule that allows an exception for a recorded reason. Each value is also the rule's error code.
    pub enum JustifiableRule {
        /// More than thirty days' supply of a controlled drug.
        SupplyTooLong = "supply_too_long",
        /// More than a small quantity while a risk alert is open.
        SupplyAtRisk = "supply_at_risk",
        /// An allergy to the medicine or its class is recorded.
        AllergyConflict = "allergy_conflict",
        /// A current prescription has the same ingredient.
        DuplicateIngredient = "duplicate_ingredient",
        /// Another medicine of the same class is prescribed.
        DuplicateClass = "duplicate_class",
        /// The medicine is not taken together with another one, or in pregnancy.
        ContraIndicated = "contra_indicated",
        /// More than the maximum dose.
        MaximumDose = "maximum_dose",
        /// Information may not be shared with the practitioner's GP.
        GpSharingMissing = "gp_sharing_missing",
        /// Information may not be shared with the GP, and the medicine is controlled or liable to abuse.
        SharedRecordsRequired = "shared_records_required",
        /// The quantity is not dose × frequency × duration.
        QuantityMismatch = "quantity_mismatch",
    }

    /// Why a medicine that is controlled or liable to abuse may be prescribed without shared records.
    pub enum ExceptionGround {
        /// To avoid serious harm.
        SeriousHarm = "serious_harm",
        /// To bridge an unexpected loss of access to medicines.
        LostAccess = "lost_access",
    }
}

/// A prescribing right of a clinician.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrescribingRight {
    pub kind: PrescribingRightKind,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day; `None` for a right without an end.
    pub valid_until: Option<NaiveDate>,
}

impl PrescribingRight {
    /// Whether the right is in force on this day.
    pub fn in_force(&self, on: NaiveDate) -> bool {
        on >= self.valid_from && self.valid_until.is_none_or(|last| on <= last)
    }

    /// Whether this right is in force on every day on which `other`, a right of the same kind, is.
    pub fn covers(&self, other: &Self) -> bool {
        let lasts = self.valid_until.is_none_or(|last| other.valid_until.is_some_and(|other| other <= last));
        self.kind == other.kind && self.valid_from <= other.valid_from && lasts
    }
}

impl std::fmt::Display for PrescribingRight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} from {}", self.kind.as_str(), self.valid_from)?;
        self.valid_until.map_or(Ok(()), |last| write!(f, " until {last}"))
    }
}

/// How a quantity is dispensed in instalments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalment {
    /// The amount of one instalment, in the unit of the whole quantity.
    pub amount: Amount,
    /// The number of days from one instalment to the next.
    pub interval_days: u16,
}

/// One medicine of a prescription.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub medicine: Medicine,
    /// How it is taken.
    pub dosage: Vec<DoseStep>,
    /// The quantity to supply.
    pub quantity: Quantity,
    /// The quantity in words.
    pub quantity_words: String,
    /// The instalments, if the quantity is dispensed in instalments.
    pub instalment: Option<Instalment>,
    /// The indication. Stored in the record and never printed, so that dispensers do not see it.
    pub indication: Option<String>,
}

/// The reason for an exception to a rule.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Justification {
    pub rule: JustifiableRule,
    /// The item, counted from 1; `None` for the whole prescription.
    pub item: Option<u8>,
    /// The reason, as the author wrote it.
    pub reason: String,
    /// The ground, for rules that need one.
    pub ground: Option<ExceptionGround>,
}

/// The written clinical management plan under which a supplementary prescriber works, agreed with the practitioner.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagementPlan {
    /// The name of the plan.
    pub name: String,
    /// The doctor or dentist who agreed to the plan: a clinician of the service.
    pub agreed_with: Id,
    pub agreed_on: NaiveDate,
}

/// How often a prescription is issued, and when it is reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// How many issues, the first included.
    pub issues: u8,
    /// The number of days from one issue to the next.
    pub interval_days: u16,
    /// The day by which the prescription is reviewed.
    pub review_on: Option<NaiveDate>,
}

/// Everything that the author writes. Encrypted as a whole.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The form it is written on.
    pub form: PrescriptionFormType,
    /// The medicines.
    pub items: Vec<Item>,
    /// How often it is issued; `None` when it is issued once.
    pub repeat: Option<Repeat>,
    /// The first day on which it may be dispensed, if it is not the day of the signature.
    pub starts_on: Option<NaiveDate>,
    /// The practitioner's home address, if it is another than the one in the record.
    pub address: Option<PostalAddress>,
    /// Reasons for exceptions to rules.
    pub justifications: Vec<Justification>,
    /// The clinical management plan of a supplementary prescriber.
    pub management_plan: Option<ManagementPlan>,
    /// Whether it is for dental treatment.
    pub dental_need: bool,
    /// Whether it treats addiction.
    pub for_addiction: bool,
}

/// The names and numbers at the time of signing, so that the printed form never changes. Encrypted as a whole.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The practitioner's legal name.
    pub patient_name: String,
    /// Their home address; none in prescriptions of earlier versions, which have it in the content.
    #[serde(default)]
    pub patient_address: Option<PostalAddress>,
    /// Their date of birth, if it is recorded.
    #[serde(default)]
    pub patient_born_on: Option<NaiveDate>,
    /// The prescriber's name.
    pub prescriber_name: String,
    pub prescriber_kind: PrescriberKind,
    /// The register that they are on.
    pub registration_body: RegistrationBody,
    pub registration_number: String,
    /// Their code for private prescriptions of controlled drugs.
    pub private_cd_code: Option<String>,
    /// The neutral name of the organisation.
    pub practice_name: String,
    /// Its address in the United Kingdom.
    pub practice_address: Vec<String>,
    /// The reasons that were used for exceptions to rules.
    pub exceptions: Vec<Justification>,
    /// The last day on which each item may be dispensed for the first time, by the limits of the day; empty in prescriptions of
    /// earlier versions.
    #[serde(default)]
    pub last_days: Vec<NaiveDate>,
}

platform::redacted_debug!(Item, Justification, ManagementPlan, Content, Signature);

/// The days on which a signed prescription is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day for the first issue, until 23:59:59.
    pub valid_until: NaiveDate,
    /// The last day for any issue.
    pub ends_on: NaiveDate,
}

/// One issue of a prescription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issue {
    /// Counted from 1.
    pub number: i32,
    pub issued_at: UtcTime,
    pub issued_by: Id,
}
