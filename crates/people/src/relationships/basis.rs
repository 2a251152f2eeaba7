//! Why a caller may know of a practitioner, and what they want to do.

platform::string_enum! {
    /// Why a caller may know of a practitioner. The audit trail keeps it with each event.
    pub enum Basis {
        /// The practitioner themselves.
        Own = "own",
        /// The clinician has a care relationship.
        Treats = "treats",
        /// The clinician had one until care ended, and the reading time has not passed.
        ReadsAfterCare = "reads_after_care",
        /// The practitioner is on the way into care, or has an appointment to come.
        Booking = "booking",
        /// A funding request is open, or was decided a short time ago.
        Funding = "funding",
        /// The practitioner's reason for confidentiality waits for a decision, or was decided a short time ago.
        Eligibility = "eligibility",
        /// A risk alert is open.
        Alert = "alert",
        /// The review of a risk is due, and no clinician treats the practitioner.
        RiskReview = "risk_review",
        /// The practitioner has a place, an offer or a position on the waiting list of a group that has not ended.
        Group = "group",
        /// A follow-up is open.
        FollowUp = "follow_up",
        /// The caller handles an open referral.
        Referral = "referral",
        /// The caller handles a contact of the contact line.
        Contact = "contact",
        /// Something is arranged with a person that the practitioner must not meet.
        ConflictTask = "conflict_task",
        /// The clinician is on duty, and a risk alert is open.
        OnDuty = "on_duty",
        /// The practitioner called and gave their reference.
        PhoneCall = "phone_call",
        /// The caller broke the glass.
        BreakGlass = "break_glass",
        /// A privacy officer reviews access to the practitioner's data.
        Review = "review",
        /// A privacy officer decides whether the practitioner's record is kept or destroyed.
        Retention = "retention",
        /// A funding request was sent to an area of the commissioner.
        Commissioned = "commissioned",
        /// The caller holds a document of the practitioner, and checks whether it is genuine.
        Document = "document",
        /// No one: the service itself, in a background job or a rule.
        Service = "service",
    }
}

/// What a caller wants to do. Each [`AccessRule`](super::access_rules::AccessRule) names the purposes that it allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Know that they are in the service, and see what the caller's role sees of them outside the clinical record.
    Know,
    /// Read the clinical record.
    ReadRecord,
    /// Act for them: book, agree, ask, issue.
    Act,
    /// Add to the clinical record.
    AddToRecord,
    /// Finish one's own notes and documents, and stop a wrong one: also for some time after care.
    FinishOwn,
    /// Answer a risk alert.
    AnswerAlert,
    /// Read the present safety plan: of the clinical record, the part that a clinician on duty needs too.
    ReadSafetyPlan,
}
