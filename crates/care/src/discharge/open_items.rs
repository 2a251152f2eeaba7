//! What is open when care ends: it is read, asked about, and settled as the clinician states.

use chrono::DateTime;

use crate::prescriptions::queries::SignedPrescription;
use crate::records::model::{HandoverAnswer, OpenItemAnswers, OpenItemDecision, OpenItemKind, OpenItemStatements};
use crate::records::queries::notes;
use crate::records::rules;
use crate::risk::queries::reviews;
use crate::{follow_ups, groups, letters, prescriptions};
use people::Role;
use people::accounts::queries as accounts;
use people::practitioners::queries::gp;
use people::relationships::Permit;
use people::relationships::episodes::{self, DischargeSummary};
use people::relationships::model::DischargeReason;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

use super::end_of_care::{self, DischargeHooks};
use super::rules::{handover, orphaned_notes_reason};
use crate::records::model::EndedItemKind;

/// What is open about a practitioner.
pub(super) struct OpenItems {
    prescriptions: Vec<SignedPrescription>,
    /// The clinician of each open follow-up.
    follow_ups: Vec<Id>,
    /// The author of each unsigned note that they can still sign.
    unsigned_notes: Vec<Id>,
    /// The author of each unsigned note that no one can sign, because they have left.
    orphaned_notes: Vec<Id>,
    /// Whether the general practitioner may be informed, and so take over.
    pub gp_may_be_informed: bool,
    /// The letters to the general practitioner since care began that inform them or can be sent.
    pub gp_letters: Vec<Id>,
}

impl OpenItems {
    /// Reads what is open. The practitioner's row is locked where it is settled afterwards.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn of(tx: &mut Tx, practitioner: Id) -> Result<Self> {
        let mut authors = notes::unsigned_authors(tx, practitioner)?;
        authors.extend(groups::queries::records::unsigned_authors(tx, practitioner)?);
        let active = accounts::active_among(tx, &authors, Role::Clinician)?;
        let (unsigned_notes, orphaned_notes) = authors.into_iter().partition(|author| active.contains(author));
        let began_at = began_at(tx, practitioner)?;
        let gp_letters = letters::facts::informing_gp(tx, practitioner, began_at)?;
        Ok(Self {
            prescriptions: prescriptions::end_of_care::in_force(tx, practitioner)?,
            follow_ups: follow_ups::end_of_care::open(tx, practitioner)?,
            unsigned_notes,
            orphaned_notes,
            gp_may_be_informed: gp::gp_sharing(tx, practitioner)?.allows(),
            gp_letters,
        })
    }

    /// The clinician of each item of a kind: who prescribed it, agreed it, or wrote it.
    pub(super) fn clinicians(&self, kind: OpenItemKind) -> Vec<Id> {
        match kind {
            OpenItemKind::Prescriptions => self.prescriptions.iter().map(|one| one.clinician).collect(),
            OpenItemKind::FollowUps => self.follow_ups.clone(),
            OpenItemKind::UnsignedNotes => self.unsigned_notes.clone(),
            OpenItemKind::OrphanedNotes => self.orphaned_notes.clone(),
        }
    }

    fn counts(&self) -> Vec<(OpenItemKind, usize)> {
        OpenItemKind::ALL.iter().map(|kind| (*kind, self.clinicians(*kind).len())).collect()
    }
}

/// When care began; before it does, when earlier care ended, if there was any.
fn began_at(tx: &mut Tx, practitioner: Id) -> Result<UtcTime> {
    if let Some(episode) = episodes::current(tx, practitioner)? {
        return Ok(episode.started_at);
    }
    let ended = episodes::last_discharge(tx, practitioner)?.map(|ended| ended.ended_at);
    Ok(ended.unwrap_or_else(|| UtcTime::from(DateTime::UNIX_EPOCH)))
}

/// Settles what is open as the clinician states, and ends everything that ends with care for this reason. The caller has locked the
/// practitioner's row. Returns both as the discharge summary lists them.
///
/// # Errors
/// `open_items` for a kind without an answer, for prescriptions that continue elsewhere without a letter and a reason, and for notes that
/// stay unsigned without a reason; when the database fails. Then care has not ended either.
pub(super) fn settle_and_end(
    tx: &mut Tx,
    hooks: &DischargeHooks,
    permit: &Permit,
    reason: DischargeReason,
    answers: &OpenItemAnswers,
    statements: OpenItemStatements,
) -> Result<DischargeSummary> {
    let open = OpenItems::of(tx, permit.practitioner())?;
    let settled = rules::settle(&open.counts(), answers, open.gp_may_be_informed, reason)?;
    let HandoverAnswer { letter, no_letter_reason } = handover(&settled, statements.handover, &open.gp_letters)?;
    let orphaned_notes_reason = orphaned_notes_reason(&settled, statements.orphaned_notes_reason)?;
    let mut ended = Vec::new();
    if settled.iter().any(|(_, _, decision)| *decision == OpenItemDecision::Cancel) {
        prescriptions::end_of_care::cancel(tx, permit, &open.prescriptions)?;
        ended.push((EndedItemKind::Prescriptions.as_str().to_owned(), open.prescriptions.len()));
    }
    ended.extend(end_of_care::end_items(tx, hooks, permit, reason)?);
    reviews::end(tx, permit.practitioner())?;
    let stored = |(kind, count, decision): (OpenItemKind, usize, OpenItemDecision)| {
        (kind.as_str().to_owned(), count, decision.as_str().to_owned())
    };
    let settled = settled.into_iter().map(stored).collect();
    Ok(DischargeSummary { ended, settled, letter, no_letter_reason, orphaned_notes_reason, ..DischargeSummary::default() })
}
