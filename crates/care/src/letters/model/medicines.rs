//! Medicines on a letter: what changed for the recipient, and who prescribes them from now on.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use platform::ids::{Id, UtcTime};

platform::string_enum! {
    /// What has happened to a medicine since the last letter to the GP, or since care began.
    pub enum LetterMedicineStatus {
        /// It was not prescribed here before.
        New = "new",
        /// It was prescribed here before, as another product, in another dose or by another route.
        Changed = "changed",
        /// It is prescribed as before.
        Continued = "continued",
        /// It is not prescribed here any more.
        Stopped = "stopped",
    }

    /// Who prescribes a medicine from now on.
    pub enum LetterPrescriber {
        /// This service.
        Service = "service",
        /// The general practitioner.
        Gp = "gp",
        /// Another prescriber; the practitioner arranges it.
        PractitionerArranges = "practitioner_arranges",
        /// No one: it is not taken any longer.
        NoOne = "no_one",
    }
}

/// A medicine as it is printed. What neither the record nor the author has stated is missing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterMedicine {
    pub prescription: Id,
    /// The item of the prescription, counted from 1.
    pub item: u8,
    /// The name, with strength and form.
    pub name: String,
    pub status: LetterMedicineStatus,
    /// The day on which it was prescribed, or the last day of a medicine that is stopped.
    pub on: Option<NaiveDate>,
    /// What it is for.
    pub indication: Option<String>,
    /// Dose and frequency.
    pub dosage: String,
    pub route: String,
    /// Quantity and length of the supply.
    pub supply: String,
    pub next_prescriber: Option<LetterPrescriber>,
}

/// A medicine of a signed prescription that was issued or can still be issued, as far as its status depends on it.
#[derive(Clone)]
pub struct PrescribedMedicine {
    pub prescription: Id,
    /// Counted from 1.
    pub item: u8,
    pub name: String,
    /// The base names of its substances.
    pub ingredients: Vec<String>,
    pub indication: Option<String>,
    pub dosage: String,
    pub route: String,
    pub supply: String,
    pub signed_at: UtcTime,
    /// Whether it is still taken or may still be issued.
    pub is_current: bool,
    /// Whether it was at the time with which the letter compares.
    pub was_current: bool,
    /// The last day, of a medicine that is not current: of its supply, or on which it was cancelled.
    pub ended_on: Option<NaiveDate>,
}

/// What the author states about a medicine, where the record lacks it.
#[derive(Clone)]
pub struct StatedMedicine {
    pub prescription: Id,
    pub item: u8,
    pub indication: Option<String>,
    pub next_prescriber: Option<LetterPrescriber>,
}

platform::redacted_debug!(LetterMedicine, PrescribedMedicine, StatedMedicine);
