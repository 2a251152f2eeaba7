//! The words of relationships: what a conflict affects, how an episode of care ends, and by what people know each other.

use std::collections::BTreeSet;

use platform::ids::Id;

platform::words! {
    /// What a practitioner may have with a person they must not meet.
    pub enum ArrangementKind {
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

/// How a person is recognised: by none, some or all of these. Blind indexes, and ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// The accounts: of a member of staff who seeks help both.
    pub accounts: BTreeSet<Id>,
    /// The registrations.
    pub registrations: BTreeSet<String>,
    /// The names: of each its first and last word.
    pub names: BTreeSet<String>,
    /// Every two words of a name.
    pub pairs: BTreeSet<String>,
}

/// A person, as others may know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The account.
    pub id: Id,
    /// How others would recognise them.
    pub marks: Marks,
    /// The blind indexes of employers.
    pub employers: BTreeSet<String>,
    /// Those on their list of colleagues to avoid.
    pub avoids: Vec<Marks>,
}
