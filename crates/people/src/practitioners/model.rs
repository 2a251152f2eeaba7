//! Types of a practitioner's registration: the pathway, the reason why care must be confidential, the eligibility decision, consent to
//! share information with the general practitioner, and what figures count of it.

use serde::{Deserialize, Serialize};

use platform::ids::Id;
use reference::workforce::model::{Nation, Profession, Region};

platform::string_enum! {
    /// Why a person cannot get confidential care where they work.
    pub enum ConfidentialityReason {
        /// The seniority of their role.
        Seniority = "seniority",
        /// The team they work in.
        Team = "team",
        /// The local service belongs to their own employer.
        LocalServiceIsEmployer = "local_service_is_employer",
        /// Another reason, in the practitioner's own words. A member of staff decides about it.
        Other = "other",
        /// No such reason.
        None = "none",
    }
}

platform::string_enum! {
    /// The eligibility decision on a registration.
    pub enum EligibilityDecision {
        /// Covered: care may be booked.
        Eligible = "eligible",
        /// Covered only if the local commissioner agrees to fund care first.
        NeedsFunding = "needs_funding",
        /// Covered only if a member of staff accepts the reason that was given in words; nothing may be booked meanwhile.
        AwaitingDecision = "awaiting_decision",
        /// Not covered: signposted to other help.
        Signposted = "signposted",
    }
}

platform::string_enum! {
    /// Where a practitioner is on the way through the service.
    pub enum Pathway {
        /// Registered and covered; the intake questionnaires come next.
        Registered = "registered",
        /// Waiting for a commissioner's funding decision; nothing may be booked.
        AwaitingFunding = "awaiting_funding",
        /// Waiting for a member of staff to accept or decline the reason that was given in words; nothing may be booked.
        AwaitingDecision = "awaiting_decision",
        /// The intake questionnaires are submitted.
        IntakeDone = "intake_done",
        /// An assessment is booked.
        AssessmentBooked = "assessment_booked",
        /// Accepted for care, with a plan.
        InCare = "in_care",
        /// Care has ended.
        Discharged = "discharged",
        /// Not covered: signposted to other help.
        Signposted = "signposted",
    }
}

impl EligibilityDecision {
    /// The pathway of a new registration after this decision.
    pub const fn pathway(self) -> Pathway {
        match self {
            Self::Eligible => Pathway::Registered,
            Self::NeedsFunding => Pathway::AwaitingFunding,
            Self::AwaitingDecision => Pathway::AwaitingDecision,
            Self::Signposted => Pathway::Signposted,
        }
    }
}

/// A reason for an eligibility decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityReason {
    /// A stable code.
    pub code: String,
    /// A sentence to show to the person.
    pub text: String,
}

platform::string_enum! {
    /// Whether the general practitioner may be informed.
    pub enum GpSharing {
        /// The practitioner has not been asked yet: nothing may be shared.
        NotAsked = "not_asked",
        /// The practitioner has been asked and has not answered yet: nothing may be shared.
        Asked = "asked",
        /// The practitioner agrees.
        Given = "given",
        /// The practitioner does not agree.
        Refused = "refused",
    }

    /// How consent was given or refused.
    pub enum ConsentMethod {
        /// By the practitioner, in the app.
        InTheApp = "in_the_app",
        /// By the practitioner, when registering or changing the registration.
        AtRegistration = "at_registration",
        /// In an appointment.
        InAnAppointment = "in_an_appointment",
        /// By telephone.
        ByPhone = "by_phone",
        /// By post, email or text message.
        InWriting = "in_writing",
    }
}

impl GpSharing {
    /// Whether information may be shared.
    pub const fn allows(self) -> bool {
        matches!(self, Self::Given)
    }
}

/// The general practitioner, as far as the practitioner has named them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GpDetails {
    /// The name.
    pub name: Option<String>,
    /// The practice.
    pub practice: Option<String>,
    /// Anything else that the practitioner mentioned.
    pub note: Option<String>,
}

impl std::fmt::Debug for GpDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GpDetails(…)")
    }
}

/// A registration, as far as figures are about it.
#[derive(Debug, Clone)]
pub struct CountedRegistration {
    pub practitioner: Id,
    pub profession: Profession,
    /// The nation they work in.
    pub nation: Nation,
    /// The region of England.
    pub region: Option<Region>,
    /// The integrated care board of the area.
    pub icb_code: Option<String>,
}
