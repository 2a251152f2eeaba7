//! Types of relationships: what a conflict affects, how an episode of care ends, and how people recognise each other.

use std::collections::BTreeSet;

use platform::ids::{Id, UtcTime};

platform::string_enum! {
    /// The kind of an arrangement between a practitioner and a person they must not meet.
    pub enum ArrangementKind {
        /// An appointment that has not started.
        Appointment = "appointment",
        /// A place in a group: taken, offered or on the waiting list.
        GroupPlace = "group_place",
        /// The lead clinician of the practitioner's care.
        LeadClinician = "lead_clinician",
        /// A follow-up that has been agreed.
        FollowUp = "follow_up",
        /// A prescription that has not been signed.
        UnsignedPrescription = "unsigned_prescription",
        /// A note that has not been signed.
        UnsignedNote = "unsigned_note",
    }
}

platform::string_enum! {
    /// Why care ended.
    pub enum DischargeReason {
        /// The agreed care is complete.
        Completed = "completed",
        /// The practitioner and the clinician agreed to end it.
        MutualAgreement = "mutual_agreement",
        /// The practitioner stopped attending.
        DroppedOut = "dropped_out",
        /// Another service continues the care.
        ReferredOn = "referred_on",
        /// The practitioner declined care.
        Declined = "declined",
        /// The practitioner died.
        Died = "died",
        /// The practitioner moved to an area that the service does not cover.
        Moved = "moved",
        /// The assessment found that no care is needed.
        NotNeeded = "not_needed",
    }
}

platform::string_enum! {
    /// An event in the history of an episode of care.
    pub enum EpisodeEvent {
        /// It began, with its first lead clinician.
        Began = "began",
        /// Another clinician became the lead.
        LeadChanged = "lead_changed",
        /// It ended.
        Ended = "ended",
    }
}

impl ArrangementKind {
    /// What happens next to such an arrangement, for the practitioner.
    pub const fn next_step(self) -> &'static str {
        match self {
            Self::Appointment => {
                "You will not meet: the appointment will be moved to another clinician, or cancelled together with you. You keep \
                it until then, and we tell you what was done."
            }
            Self::GroupPlace => {
                "The facilitator no longer sees you. You keep your place and may leave; a coordinator looks for another group \
                and tells you."
            }
            Self::LeadClinician => {
                "They no longer see your record. A coordinator finds you another lead clinician and tells you."
            }
            Self::FollowUp => {
                "They no longer see it, and you are not asked to book with them. A coordinator arranges it with someone else."
            }
            Self::UnsignedPrescription => {
                "They can no longer sign it. If you need the medicine, tell us: a coordinator asks another prescriber."
            }
            Self::UnsignedNote => "They can no longer change or sign it. A coordinator decides with you what happens to it.",
        }
    }
}

/// The keys by which a person is recognised: none, some or all of these. They are blind indexes and account ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdentityKeys {
    /// The account ids: for a member of staff who seeks help, both accounts.
    pub accounts: BTreeSet<Id>,
    pub registrations: BTreeSet<String>,
    /// The first and last word of each name.
    pub names: BTreeSet<String>,
    /// Every pair of words of each name.
    pub name_pairs: BTreeSet<String>,
    /// For a blocked colleague: when they were blocked.
    pub blocked_at: Option<UtcTime>,
}

/// A person's identity, as others may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonIdentity {
    /// The id of the account.
    pub id: Id,
    /// The keys by which others recognise them.
    pub keys: IdentityKeys,
    /// The blind indexes of employers.
    pub employers: BTreeSet<String>,
    /// The keys of the colleagues they have blocked.
    pub blocked: Vec<IdentityKeys>,
}
