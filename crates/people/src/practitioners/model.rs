//! The words of a practitioner's record: the pathway, and why care must be confidential.

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
    pub enum Decision {
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

impl Decision {
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
pub struct Reason {
    /// A stable code.
    pub code: String,
    /// A sentence for the person.
    pub text: String,
}
