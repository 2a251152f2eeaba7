//! Signposts, the directory that holds them, and the person who looks for one.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::workforce::model::{Nation, Profession, Region, Setting};

platform::string_enum! {
    /// What a person needs help with. Eligibility rules and self-checks name needs, and each signpost lists the needs it meets.
    pub enum SignpostNeed {
        /// A life may be in danger, or the person thinks about suicide.
        Crisis = "crisis",
        /// Someone to talk to now.
        ListeningEar = "listening_ear",
        /// Someone to text now.
        TextSupport = "text_support",
        /// Low mood, worry, poor sleep and similar problems.
        MoodAndAnxiety = "mood_and_anxiety",
        /// The death of a relative, friend, colleague or patient.
        Bereavement = "bereavement",
        /// Medical help with mental or physical health.
        MedicalHelp = "medical_help",
        /// Mental health services in the area where the person lives.
        LocalServices = "local_services",
        /// Support at work: pressure, absence, return to work.
        WorkSupport = "work_support",
        /// Care that local colleagues do not learn of.
        ConfidentialCare = "confidential_care",
        /// Finding out which kind of help is right.
        SelfCheck = "self_check",
        /// Tools to use alone, such as apps.
        SelfHelp = "self_help",
        /// Support designed with and for staff from ethnic minorities.
        EthnicMinoritySupport = "ethnic_minority_support",
        /// Funding for care that is not commissioned.
        Funding = "funding",
        /// A child may be harmed or neglected.
        ChildSafeguarding = "child_safeguarding",
        /// An adult who needs care and support may be abused or neglected.
        AdultSafeguarding = "adult_safeguarding",
        /// A concern about the safety of patients.
        SpeakingUp = "speaking_up",
    }

    /// Who a signpost is for.
    pub enum SignpostAudience {
        /// Everyone.
        Everyone = "everyone",
        /// Everyone who works for the NHS.
        NhsStaff = "nhs_staff",
        /// Everyone who works in health or social care.
        HealthAndSocialCareStaff = "health_and_social_care_staff",
        /// Health and social care staff from ethnic minorities.
        EthnicMinorityStaff = "ethnic_minority_staff",
    }

    /// How to reach a service.
    pub enum SignpostChannel {
        /// A telephone call.
        Phone = "phone",
        /// A text message.
        Text = "text",
        /// A web page or an app.
        Web = "web",
        /// In person.
        InPerson = "in_person",
    }

    /// How soon a service helps, the most urgent first. NHS pages show these three in different colours.
    pub enum Urgency {
        /// At once: life may be in danger.
        Emergency = "emergency",
        /// Within hours.
        Urgent = "urgent",
        /// In the usual waiting time.
        Routine = "routine",
    }

    /// A change to an entry of the directory.
    pub enum SignpostEvent {
        /// The entry came with the program.
        BuiltIn = "built_in",
        /// An administrator added it.
        Added = "added",
        /// An administrator changed its content.
        Changed = "changed",
        /// An administrator set its last day.
        Ended = "ended",
        /// An administrator compared it with its source.
        Checked = "checked",
    }
}

/// A service elsewhere that a person may be signposted to. Each signpost has one channel: a service with a telephone and a text
/// line has two signposts. An empty list of professions, nations, regions or boards sets no condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signpost {
    pub id: String,
    /// The name of the service.
    pub name: String,
    /// What it does, in one sentence.
    pub summary: String,
    pub audience: SignpostAudience,
    /// The area it covers, as text; `None` where no text is needed.
    pub area: Option<String>,
    /// The nations it covers. Most NHS services cover one nation only.
    #[serde(default)]
    pub nations: Vec<Nation>,
    #[serde(default)]
    pub professions: Vec<Profession>,
    /// The regions it covers.
    #[serde(default)]
    pub regions: Vec<Region>,
    /// The codes of the integrated care boards whose areas it covers.
    #[serde(default)]
    pub icb_codes: Vec<String>,
    /// The needs it meets.
    pub needs: Vec<SignpostNeed>,
    /// How to reach it.
    pub channel: SignpostChannel,
    /// The number to call, the text to send, or how to find it.
    pub contact: String,
    /// Its opening hours, as text; `None` where they differ from place to place.
    pub hours: Option<String>,
    /// How soon it helps.
    pub urgency: Urgency,
    /// The first day on which people may be signposted there.
    pub valid_from: NaiveDate,
    /// The last such day; `None` for no end.
    pub valid_to: Option<NaiveDate>,
    /// The day on which an administrator last compared the entry with its source.
    pub last_checked: NaiveDate,
    /// The public source of the entry.
    pub source: String,
    /// Whether it is a way for people who are deaf or do not speak on the telephone. Such entries follow the others of a crisis.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accessible: bool,
}

impl Signpost {
    /// Whether people may be signposted there on this day.
    pub fn in_force(&self, on: NaiveDate) -> bool {
        on >= self.valid_from && self.valid_to.is_none_or(|last| on <= last)
    }

    /// Whether it is for people whose life is in danger.
    pub fn meets_crisis(&self) -> bool {
        self.needs.contains(&SignpostNeed::Crisis)
    }
}

/// An entry of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    pub signpost: Signpost,
    /// Its position among entries that fit equally well.
    pub position: i32,
    /// The number of changes; 0 for a built-in entry that the directory does not have.
    pub version: i32,
}

/// A person who looks for help, as far as is known. A fact that is not known sets no condition, except the nation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seeker {
    pub profession: Option<Profession>,
    pub setting: Option<Setting>,
    /// The nation. Where it is not known, only services that cover all nations fit, and crisis help in England, which most people
    /// can reach.
    pub nation: Option<Nation>,
    /// Whether they browse the directory, where everything is shown that no known fact rules out.
    pub browsing: bool,
    pub region: Option<Region>,
    /// The code of the board of their area, and of those that it took over.
    pub icb_codes: Vec<String>,
}
