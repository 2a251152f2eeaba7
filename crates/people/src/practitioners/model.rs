//! The words of a practitioner's record: the pathway, why care must be confidential, and whether the general
//! practitioner may be told.

use serde::{Deserialize, Serialize};

platform::words! {
    /// Why a person cannot get care confidentially where they work.
    pub enum ConfidentialityReason {
        /// The seniority of their role.
        Seniority = "seniority",
        /// The team they work in.
        Team = "team",
        /// The local service belongs to their own employer.
        LocalServiceIsEmployer = "local_service_is_employer",
        /// Another reason, which a coordinator must look at.
        Other = "other",
        /// No such reason.
        None = "none",
    }
}

platform::words! {
    /// The verdict on a registration.
    pub enum EligibilityDecision {
        /// Covered: care may be booked.
        Eligible = "eligible",
        /// Covered only if the local commissioner first agrees to pay.
        NeedsFunding = "needs_funding",
        /// Not covered: pointed to other help.
        Signposted = "signposted",
    }
}

platform::words! {
    /// A practitioner's step in the service.
    pub enum Pathway {
        /// Registered and covered; the intake questionnaires come next.
        Registered = "registered",
        /// Waiting for a commissioner's decision; nothing may be booked.
        AwaitingFunding = "awaiting_funding",
        /// The intake questionnaires are submitted.
        IntakeDone = "intake_done",
        /// An assessment is booked.
        AssessmentBooked = "assessment_booked",
        /// Accepted, with a plan.
        InCare = "in_care",
        /// Care has ended.
        Discharged = "discharged",
        /// Pointed to other help.
        Signposted = "signposted",
    }
}

impl EligibilityDecision {
    /// The step of a new registration after this verdict.
    pub const fn pathway(self) -> Pathway {
        match self {
            Self::Eligible => Pathway::Registered,
            Self::NeedsFunding => Pathway::AwaitingFunding,
            Self::Signposted => Pathway::Signposted,
        }
    }
}

/// Why a verdict is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityReason {
    /// A stable code.
    pub code: String,
    /// A sentence for the person.
    pub text: String,
}

platform::words! {
    /// Whether the general practitioner may be told.
    pub enum GpSharing {
        /// Nobody has asked yet: nothing may be told.
        NotAsked = "not_asked",
        /// Somebody has asked, and there is no answer yet: nothing may be told.
        Asked = "asked",
        /// The practitioner agrees.
        Given = "given",
        /// The practitioner does not agree.
        Refused = "refused",
    }

    /// How it was said.
    pub enum ConsentMethod {
        /// By the practitioner, in the app.
        InTheApp = "in_the_app",
        /// By the practitioner, when registering or changing the registration.
        AtRegistration = "at_registration",
        /// In an appointment.
        InAnAppointment = "in_an_appointment",
        /// By telephone.
        ByPhone = "by_phone",
        /// In a letter or message.
        InWriting = "in_writing",
    }
}

impl GpSharing {
    /// Whether something may be told.
    pub const fn allows(self) -> bool {
        matches!(self, Self::Given)
    }
}

/// The general practitioner, as far as the practitioner says.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GpWords {
    /// The name.
    pub name: Option<String>,
    /// The practice.
    pub practice: Option<String>,
    /// What else was said.
    pub note: Option<String>,
}

impl std::fmt::Debug for GpWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GpWords(…)")
    }
}
