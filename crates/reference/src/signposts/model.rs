//! What a signpost says, and who looks for one.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::workforce::model::{Nation, Profession, Region, Setting};

platform::words! {
    /// What somebody needs help with. Rules and self-checks name needs; signposts say which they meet.
    pub enum SignpostNeed {
        /// Life may be in danger, or thoughts of ending it.
        Crisis = "crisis",
        /// Somebody to talk to now, by voice.
        ListeningEar = "listening_ear",
        /// Somebody to write to now, by text.
        TextSupport = "text_support",
        /// Low mood, worry, sleep and the like.
        MoodAndAnxiety = "mood_and_anxiety",
        /// The death of somebody near, or of a colleague or patient.
        Bereavement = "bereavement",
        /// Medical help with mental or physical health.
        MedicalHelp = "medical_help",
        /// Mental-health services of the place where one lives.
        LocalServices = "local_services",
        /// Support through work: pressure, absence, coming back.
        WorkSupport = "work_support",
        /// Care that colleagues nearby cannot learn of.
        ConfidentialCare = "confidential_care",
        /// Finding out which kind of help suits.
        SelfCheck = "self_check",
        /// Tools to use alone, such as apps.
        SelfHelp = "self_help",
        /// Support made with and for staff from ethnic minorities.
        EthnicMinoritySupport = "ethnic_minority_support",
        /// Money for care that is not commissioned.
        Funding = "funding",
    }

    /// Whom a signpost is for.
    pub enum SignpostAudience {
        /// Anybody.
        Everyone = "everyone",
        /// Anybody who works for the NHS.
        NhsStaff = "nhs_staff",
        /// Anybody who works in health or social care.
        HealthAndSocialCareStaff = "health_and_social_care_staff",
        /// Health and social care staff from ethnic minorities.
        EthnicMinorityStaff = "ethnic_minority_staff",
    }

    /// How one gets there.
    pub enum SignpostChannel {
        /// A telephone call.
        Phone = "phone",
        /// A text message.
        Text = "text",
        /// A page or an app.
        Web = "web",
        /// Going there.
        InPerson = "in_person",
    }

    /// How soon it helps, most urgent first. NHS pages set these three apart by colour.
    pub enum Urgency {
        /// At once: life may be in danger.
        Emergency = "emergency",
        /// Within hours, day or night.
        Urgent = "urgent",
        /// In the ordinary way.
        Routine = "routine",
    }

    /// What was done to an entry of the directory.
    pub enum SignpostEvent {
        /// The program brought it.
        BuiltIn = "built_in",
        /// An administrator added it.
        Added = "added",
        /// An administrator changed what it says.
        Changed = "changed",
        /// An administrator gave it a last day.
        Ended = "ended",
        /// An administrator compared it with its source.
        Checked = "checked",
    }
}

/// One service elsewhere that a person may be pointed to. One channel each: a service with a telephone and a text line
/// has two. An empty list of professions, nations, regions or boards sets no condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signpost {
    pub id: String,
    /// The service's name.
    pub name: String,
    /// What it does, in one sentence.
    pub summary: String,
    pub audience: SignpostAudience,
    /// Where it works, in words; `None` where that needs no words.
    pub area: Option<String>,
    /// The nations it works in. Most of what the NHS offers is there in one of them alone.
    #[serde(default)]
    pub nations: Vec<Nation>,
    #[serde(default)]
    pub professions: Vec<Profession>,
    /// The regions it works in.
    #[serde(default)]
    pub regions: Vec<Region>,
    /// The integrated care boards in whose areas it works.
    #[serde(default)]
    pub icb_codes: Vec<String>,
    /// The needs it meets.
    pub needs: Vec<SignpostNeed>,
    /// How one gets there.
    pub channel: SignpostChannel,
    /// The number, the text to send, or the way to find it.
    pub contact: String,
    /// When it answers, in words; `None` where that differs from place to place.
    pub hours: Option<String>,
    /// How soon it helps.
    pub urgency: Urgency,
    /// The first day on which people may be pointed there.
    pub valid_from: NaiveDate,
    /// The last such day; `None` while there is no end.
    pub valid_to: Option<NaiveDate>,
    /// When somebody last compared this entry with its source.
    pub last_checked: NaiveDate,
    /// The public address the entry rests on.
    pub source: String,
}

impl Signpost {
    /// Whether people may be pointed there on this day.
    pub fn in_force(&self, on: NaiveDate) -> bool {
        on >= self.valid_from && self.valid_to.is_none_or(|last| on <= last)
    }

    /// Whether it is for a life in danger.
    pub fn meets_crisis(&self) -> bool {
        self.needs.contains(&SignpostNeed::Crisis)
    }
}

/// An entry of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it says.
    pub signpost: Signpost,
    /// Its place among those that fit equally well.
    pub position: i32,
    /// Counts changes; 0 for what the program ships and the directory lacks.
    pub version: i32,
}

/// Who looks for help, as far as is known. What is not known sets no condition, but for the nation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seeker {
    pub profession: Option<Profession>,
    pub setting: Option<Setting>,
    /// In which nation. Where that is not known, only what is there in all of them fits, and urgent help that most people can reach.
    pub nation: Option<Nation>,
    /// Whether they look around in the directory, where everything is shown that nothing speaks against.
    pub looks_around: bool,
    pub region: Option<Region>,
    /// The board of their area, and those it took over from.
    pub icb_codes: Vec<String>,
}
