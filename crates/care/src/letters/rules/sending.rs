//! Whether a letter that the practitioner agreed to can be sent now.
//!
//! Source: `docs/clinical-rules.md#letters`.

use crate::letters::model::LetterUnsendableReason;
use people::Role;
use platform::refusal::Reason;

/// For how many days after the agreement a letter can be sent whose author may no longer read the record: they still answer for it, but can
/// change nothing in it.
pub const DAYS_WITHOUT_CHANGE: i64 = 90;

/// What decides whether an agreed letter can be sent.
#[derive(Debug, Clone, Copy)]
pub struct SendingFacts {
    /// Whether its author still works as a clinician of this service.
    pub author_active: bool,
    /// Whether the author and the practitioner must not meet, because the practitioner blocked them for example.
    pub kept_apart: bool,
    /// Whether the author may read the record now, and so can change the letter.
    pub author_reads: bool,
    /// How many days ago the practitioner agreed.
    pub days_since_agreement: i64,
    /// Whether the general practitioner may be informed; true of a letter to someone else.
    pub may_inform: bool,
    /// Whether the letter goes to the practice of the record; true of a letter to someone else.
    pub same_gp: bool,
}

/// What keeps an agreed letter from being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// No one can change it or answer for it: its author has left.
    AuthorLeft,
    /// The same, because author and practitioner are kept apart.
    AuthorKeptApart,
    /// Its author may no longer read the record, and the practitioner agreed too long ago.
    OutOfDate,
    /// The practitioner does not consent that the general practitioner is informed.
    GpConsent,
    /// The practitioner has another practice.
    GpChanged,
}

/// What keeps an agreed letter from being sent, if anything does. What concerns the author comes first: they are no longer notified of
/// the rest. That their time to read the record has ended keeps it only after [`DAYS_WITHOUT_CHANGE`]: the practitioner agreed to it.
pub const fn obstacle(facts: &SendingFacts) -> Option<Obstacle> {
    match *facts {
        SendingFacts { author_active: false, .. } => Some(Obstacle::AuthorLeft),
        SendingFacts { kept_apart: true, .. } => Some(Obstacle::AuthorKeptApart),
        SendingFacts { author_reads: false, days_since_agreement, .. } if days_since_agreement > DAYS_WITHOUT_CHANGE => {
            Some(Obstacle::OutOfDate)
        }
        SendingFacts { may_inform: false, .. } => Some(Obstacle::GpConsent),
        SendingFacts { same_gp: false, .. } => Some(Obstacle::GpChanged),
        SendingFacts { author_active: true, kept_apart: false, may_inform: true, same_gp: true, .. } => None,
    }
}

impl Obstacle {
    /// Whether the author may learn of it, and can do something about it.
    pub const fn is_for_author(self) -> bool {
        matches!(self, Self::GpConsent | Self::GpChanged)
    }

    /// What is shown to this role. Why not would tell a coordinator who the letter goes to, or that the author was blocked; that an
    /// account is closed they know.
    pub const fn shown_to(self, role: Role) -> LetterUnsendableReason {
        match (self, role) {
            (Self::AuthorLeft, _) => LetterUnsendableReason::AuthorLeft,
            (_, Role::Coordinator) | (Self::AuthorKeptApart | Self::OutOfDate, _) => LetterUnsendableReason::ClinicianDecides,
            (Self::GpConsent, _) => LetterUnsendableReason::GpConsentRequired,
            (Self::GpChanged, _) => LetterUnsendableReason::GpChanged,
        }
    }

    /// Why this role cannot send the letter, or print it for posting.
    pub const fn refusal(self, role: Role) -> Reason {
        match (self, role) {
            (_, Role::Coordinator) => Reason::LetterNotSendable,
            (Self::AuthorLeft | Self::AuthorKeptApart | Self::OutOfDate, _) => Reason::LetterAuthorUnavailable,
            (Self::GpConsent, _) => Reason::LetterGpConsent,
            (Self::GpChanged, _) => Reason::LetterGpChanged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use LetterUnsendableReason::{AuthorLeft, ClinicianDecides, GpChanged, GpConsentRequired};

    const CAN: SendingFacts = SendingFacts {
        author_active: true,
        kept_apart: false,
        author_reads: true,
        days_since_agreement: 1000,
        may_inform: true,
        same_gp: true,
    };
    const AFTER_READING: SendingFacts = SendingFacts { author_reads: false, days_since_agreement: 90, ..CAN };

    #[test]
    fn author_consent_and_practice_decide_whether_a_letter_can_be_sent() {
        for (facts, expected) in [
            (CAN, None),
            (SendingFacts { author_active: false, ..CAN }, Some(Obstacle::AuthorLeft)),
            (SendingFacts { kept_apart: true, ..CAN }, Some(Obstacle::AuthorKeptApart)),
            (SendingFacts { may_inform: false, ..CAN }, Some(Obstacle::GpConsent)),
            (SendingFacts { same_gp: false, ..CAN }, Some(Obstacle::GpChanged)),
            (SendingFacts { may_inform: false, same_gp: false, ..CAN }, Some(Obstacle::GpConsent)),
            (SendingFacts { author_active: false, kept_apart: true, ..CAN }, Some(Obstacle::AuthorLeft)),
            (SendingFacts { kept_apart: true, same_gp: false, ..CAN }, Some(Obstacle::AuthorKeptApart)),
            (AFTER_READING, None),
            (SendingFacts { same_gp: false, ..AFTER_READING }, Some(Obstacle::GpChanged)),
            (SendingFacts { days_since_agreement: 91, ..AFTER_READING }, Some(Obstacle::OutOfDate)),
            (SendingFacts { days_since_agreement: 91, same_gp: false, ..AFTER_READING }, Some(Obstacle::OutOfDate)),
            (SendingFacts { days_since_agreement: 91, author_active: false, ..AFTER_READING }, Some(Obstacle::AuthorLeft)),
        ] {
            assert_eq!(obstacle(&facts), expected, "{facts:?}");
        }
    }

    #[test]
    fn a_coordinator_learns_neither_of_a_block_nor_of_the_recipient() {
        for (found, to_clinician, to_coordinator, for_author) in [
            (Obstacle::AuthorLeft, AuthorLeft, AuthorLeft, false),
            (Obstacle::AuthorKeptApart, ClinicianDecides, ClinicianDecides, false),
            (Obstacle::OutOfDate, ClinicianDecides, ClinicianDecides, false),
            (Obstacle::GpConsent, GpConsentRequired, ClinicianDecides, true),
            (Obstacle::GpChanged, GpChanged, ClinicianDecides, true),
        ] {
            assert_eq!(found.shown_to(Role::Clinician), to_clinician, "{found:?}");
            assert_eq!(found.shown_to(Role::Coordinator), to_coordinator, "{found:?}");
            assert_eq!(found.refusal(Role::Coordinator), Reason::LetterNotSendable, "{found:?}");
            assert_ne!(found.refusal(Role::Clinician), Reason::LetterNotSendable, "{found:?}");
            assert_eq!(found.is_for_author(), for_author, "{found:?}");
        }
    }
}
