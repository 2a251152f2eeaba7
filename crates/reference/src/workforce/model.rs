//! Professions and their registers, work settings, nations, regions and integrated care boards.

use chrono::NaiveDate;
use serde::Deserialize;

platform::string_enum! {
    /// The profession of a person.
    pub enum Profession {
        /// On the medical register, in training or not.
        Doctor = "doctor",
        /// On the dentists register.
        Dentist = "dentist",
        /// A registered nurse.
        Nurse = "nurse",
        /// A registered midwife.
        Midwife = "midwife",
        /// A registered pharmacist.
        Pharmacist = "pharmacist",
        /// A registered physiotherapist.
        Physiotherapist = "physiotherapist",
        /// A registered occupational therapist.
        OccupationalTherapist = "occupational_therapist",
        /// A registered paramedic.
        Paramedic = "paramedic",
        /// A registered practitioner psychologist.
        Psychologist = "psychologist",
        /// A dental nurse, hygienist, therapist, technician or clinical dental technician: registered, but not a dentist.
        DentalCareProfessional = "dental_care_professional",
        /// A physician or anaesthesia associate: on a register of the GMC, but not a doctor.
        PhysicianAssociate = "physician_associate",
        /// Any other profession regulated by law: registered with the HCPC, the GOC, the GOsC, the GCC or Social Work England.
        OtherRegisteredProfessional = "other_registered_professional",
        /// A healthcare assistant or support worker.
        HealthcareAssistant = "healthcare_assistant",
        /// A manager of any grade.
        Manager = "manager",
        /// Porters, reception, estates and everyone else who does not treat patients.
        NonClinical = "non_clinical",
        /// A student at a medical school.
        MedicalStudent = "medical_student",
        /// Works in social care.
        SocialCareWorker = "social_care_worker",
    }

    /// The body whose register a person is on.
    pub enum RegistrationBody {
        /// General Medical Council.
        Gmc = "gmc",
        /// General Dental Council.
        Gdc = "gdc",
        /// Nursing and Midwifery Council.
        Nmc = "nmc",
        /// General Pharmaceutical Council.
        Gphc = "gphc",
        /// Health and Care Professions Council.
        Hcpc = "hcpc",
        /// General Optical Council.
        Goc = "goc",
        /// General Osteopathic Council.
        Gosc = "gosc",
        /// General Chiropractic Council.
        Gcc = "gcc",
        /// Pharmaceutical Society of Northern Ireland.
        Psni = "psni",
        /// Social Work England.
        SocialWorkEngland = "social_work_england",
        /// Not registered.
        None = "none",
    }

    /// As what the Nursing and Midwifery Council registers a person: its number does not show it. A nurse who is also a midwife is a
    /// nurse here.
    pub enum NmcProfession {
        /// A registered nurse of any field.
        Nurse = "nurse",
        /// A registered midwife who is no nurse.
        Midwife = "midwife",
        /// A registered nursing associate.
        NursingAssociate = "nursing_associate",
    }

    /// The setting that a person works in.
    pub enum Setting {
        /// General practice, dental practice, community pharmacy and similar settings.
        PrimaryCare = "primary_care",
        /// Hospitals, and mental health, community and ambulance trusts.
        SecondaryCare = "secondary_care",
        /// Social care.
        SocialCare = "social_care",
        /// Anywhere else.
        Other = "other",
    }

    /// The nation of the British Isles that a person works in.
    pub enum Nation {
        /// England.
        England = "england",
        /// Scotland.
        Scotland = "scotland",
        /// Wales.
        Wales = "wales",
        /// Northern Ireland.
        NorthernIreland = "northern_ireland",
        /// Isle of Man.
        IsleOfMan = "isle_of_man",
        /// Guernsey.
        Guernsey = "guernsey",
        /// Jersey.
        Jersey = "jersey",
    }

    /// The seven regions of NHS England.
    pub enum Region {
        /// London.
        London = "london",
        /// South West.
        SouthWest = "south_west",
        /// South East.
        SouthEast = "south_east",
        /// Midlands.
        Midlands = "midlands",
        /// East of England.
        EastOfEngland = "east_of_england",
        /// North West.
        NorthWest = "north_west",
        /// North East and Yorkshire.
        NorthEastAndYorkshire = "north_east_and_yorkshire",
    }
}

impl Profession {
    /// The bodies of which one registers a person of this profession, the usual one first: those of section 25(3) of the National
    /// Health Service Reform and Health Care Professions Act 2002 (`docs/clinical-rules.md#identifiers`).
    pub const fn bodies(self) -> &'static [RegistrationBody] {
        use RegistrationBody::{Gcc, Gdc, Gmc, Goc, Gosc, Gphc, Hcpc, Nmc, None, Psni, SocialWorkEngland};
        match self {
            Self::Doctor | Self::PhysicianAssociate => &[Gmc],
            Self::Dentist | Self::DentalCareProfessional => &[Gdc],
            Self::Nurse | Self::Midwife => &[Nmc],
            Self::Pharmacist => &[Gphc, Psni],
            Self::Physiotherapist | Self::OccupationalTherapist | Self::Paramedic | Self::Psychologist => &[Hcpc],
            Self::OtherRegisteredProfessional => &[Hcpc, Goc, Gosc, Gcc, SocialWorkEngland],
            Self::HealthcareAssistant | Self::Manager | Self::NonClinical | Self::MedicalStudent | Self::SocialCareWorker => {
                &[None]
            }
        }
    }
}

impl Region {
    /// The region's code in the NHS Organisation Data Service (ODS).
    pub const fn ods_code(self) -> &'static str {
        match self {
            Self::London => "Y56",
            Self::SouthWest => "Y58",
            Self::SouthEast => "Y59",
            Self::Midlands => "Y60",
            Self::EastOfEngland => "Y61",
            Self::NorthWest => "Y62",
            Self::NorthEastAndYorkshire => "Y63",
        }
    }
}

/// An integrated care board, which commissions care for its area.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Icb {
    /// Its code in the NHS Organisation Data Service (ODS).
    pub code: String,
    pub name: String,
    pub region: Region,
    /// The first day on which it exists.
    pub valid_from: NaiveDate,
    /// The last such day; `None` for no end.
    pub valid_to: Option<NaiveDate>,
    /// The codes of the boards that took over its area; empty while it exists.
    pub successors: Vec<String>,
}

impl Icb {
    /// Whether it exists on this day.
    pub fn in_force(&self, on: NaiveDate) -> bool {
        on >= self.valid_from && self.valid_to.is_none_or(|last| on <= last)
    }
}

/// A bank holiday.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankHoliday {
    pub day: NaiveDate,
    pub name: String,
    /// The nations that have it.
    pub nations: Vec<Nation>,
}

/// A dissolved NHS trust and the trust that took over its staff.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuccessorTrust {
    /// The ODS code of the dissolved trust.
    pub code: String,
    /// The ODS code of the trust that took it over.
    pub successor: String,
    /// The day on which it took over.
    pub since: NaiveDate,
}
