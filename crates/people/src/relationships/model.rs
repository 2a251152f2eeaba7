//! The words of relationships: what a conflict affects, and how an episode of care ends.

platform::words! {
    /// What a practitioner may have with a person they must not meet.
    pub enum AffectedKind {
        /// An appointment that has not begun.
        Appointment = "appointment",
        /// A place in a group, had, offered or waited for.
        GroupPlace = "group_place",
        /// Care that a clinician leads.
        LeadClinician = "lead_clinician",
        /// A follow-up that is agreed.
        FollowUp = "follow_up",
        /// A prescription that is not signed.
        UnsignedPrescription = "unsigned_prescription",
        /// A note that is not signed.
        UnsignedNote = "unsigned_note",
    }
}

platform::words! {
    /// Why care ended.
    pub enum DischargeReason {
        /// What was agreed is done.
        Completed = "completed",
        /// Both sides agreed to end it.
        MutualAgreement = "mutual_agreement",
        /// The practitioner stayed away.
        DroppedOut = "dropped_out",
        /// Another service goes on.
        ReferredOn = "referred_on",
        /// The practitioner did not want it.
        Declined = "declined",
        /// The practitioner died.
        Died = "died",
        /// The practitioner moved to where the service does not reach.
        Moved = "moved",
        /// It was found that no care is needed.
        NotNeeded = "not_needed",
    }
}

platform::words! {
    /// What a person has with the service that may end when their care ends.
    pub enum EndedPart {
        /// Messages that have not gone, and every later one.
        Messages = "messages",
        /// Appointments that have not begun.
        Appointments = "appointments",
        /// Slots that they hold.
        Holds = "holds",
        /// Places in groups: had, offered and waited for.
        GroupPlaces = "group_places",
        /// Follow-ups, with their reminders.
        FollowUps = "follow_ups",
        /// Prescriptions in force, and those that are not signed.
        Prescriptions = "prescriptions",
        /// Questionnaires that nobody has answered.
        Questionnaires = "questionnaires",
        /// Risk alerts that nobody has acknowledged.
        RiskAlerts = "risk_alerts",
        /// Funding: open requests and approvals.
        FundingRequests = "funding_requests",
        /// Referrals from and to hubs.
        HubReferrals = "hub_referrals",
        /// Tasks of the contact line.
        ContactTasks = "contact_tasks",
        /// The account, with its sessions and links.
        Account = "account",
    }
}

platform::words! {
    /// What happened to a stretch of care.
    pub enum EpisodeEvent {
        /// It began, under its first lead.
        Began = "began",
        /// Another clinician leads from then on.
        LeadChanged = "lead_changed",
        /// It ended.
        Ended = "ended",
    }
}
