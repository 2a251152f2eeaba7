//! Reasons for confidentiality in the practitioner's own words: they are kept in step with the registration, and go to the staff who
//! decide about them.

use super::queries::reasons::{self, WaitingReason};
use super::{deciders, notifications, rules};
use people::practitioners::model::EligibilityDecision;
use people::relationships::{Basis, Permit};
use platform::Tx;
use platform::audit::{self, About, Actor};
use platform::error::{Error, Result};
use platform::ids::Id;
use reference::workforce::bank_holidays_or_shipped;

/// Keeps a reason that waits while the eligibility decision awaits staff, with these words, and none otherwise. The row of the
/// practitioner is locked, or new.
///
/// # Errors
/// When the database fails, or when the decision awaits staff and there are no words.
pub(super) fn follow_decision(
    tx: &mut Tx,
    practitioner: Id,
    decision: EligibilityDecision,
    words: Option<&str>,
    actor: Actor,
) -> Result<()> {
    let waiting = reasons::waiting(tx, Some(practitioner))?.pop();
    if decision != EligibilityDecision::AwaitingDecision {
        let Some(waiting) = waiting else { return Ok(()) };
        reasons::withdraw(tx, waiting.id)?;
        return record(tx, actor, "confidentiality_reason.withdrawn", practitioner, waiting.id);
    }
    let words = words.ok_or_else(|| Error::internal("a decision awaits staff without words"))?;
    if let Some(waiting) = waiting {
        // Staff know that it waits; its version shows them that the words are others.
        reasons::replace_words(tx, waiting.id, words)?;
        return record(tx, actor, "confidentiality_reason.given", practitioner, waiting.id);
    }
    let decide_by = rules::decide_by(tx.now.london_day(), &bank_holidays_or_shipped(tx)?);
    let id = reasons::insert(tx, practitioner, words, decide_by)?;
    record(tx, actor, "confidentiality_reason.given", practitioner, id)?;
    let coordinators = deciders::coordinators(tx, practitioner)?;
    if coordinators.is_empty() {
        return route_of(tx, practitioner);
    }
    notifications::notify_coordinators(tx, &coordinators, id)
}

/// The practitioner, or the service for them, did this to a reason.
fn record(tx: &mut Tx, actor: Actor, action: &'static str, practitioner: Id, reason: Id) -> Result<()> {
    let about = About { practitioner, basis: Basis::Own.as_str() };
    audit::record_about(tx, actor, action, ("confidentiality_reason", Some(reason)), about)
}

/// Sees that a practitioner's reason, if one waits, has staff who may decide about it: after a block, or another change of the staff
/// who may know of them.
///
/// # Errors
/// When the database fails.
pub fn route_of(tx: &mut Tx, practitioner: Id) -> Result<()> {
    reasons::waiting(tx, Some(practitioner))?.iter().try_for_each(|waiting| route(tx, waiting).map(|_| ()))
}

/// The same for all reasons that wait; returns how many have other deciders now.
///
/// # Errors
/// When the database fails.
pub fn route_all(tx: &mut Tx) -> Result<usize> {
    reasons::waiting(tx, None)?.iter().try_fold(0, |done, waiting| Ok(done + usize::from(route(tx, waiting)?)))
}

/// Hands a reason to the privacy officers when no coordinator may know of its practitioner, and back when one may again; true when it
/// did.
pub(super) fn route(tx: &mut Tx, waiting: &WaitingReason) -> Result<bool> {
    let coordinators = deciders::coordinators(tx, waiting.practitioner)?;
    let is_escalated = waiting.escalated_at.is_some();
    if coordinators.is_empty() == is_escalated {
        return Ok(false);
    }
    let now = coordinators.is_empty().then_some(tx.now);
    if !reasons::set_escalated(tx, waiting, now)? {
        return Ok(false);
    }
    let permit = Permit::for_the_service(waiting.practitioner);
    if coordinators.is_empty() {
        notifications::notify_unreached(tx, waiting.practitioner, waiting.id)?;
        permit.record(tx, "confidentiality_reason.escalated", ("confidentiality_reason", Some(waiting.id)))?;
    } else {
        notifications::notify_coordinators(tx, &coordinators, waiting.id)?;
        permit.record(tx, "confidentiality_reason.returned", ("confidentiality_reason", Some(waiting.id)))?;
    }
    Ok(true)
}

/// Reminds the staff who decide, once, of a reason that should have been decided; true when it did.
///
/// # Errors
/// When the database fails.
pub(super) fn remind(tx: &mut Tx, waiting: &WaitingReason) -> Result<bool> {
    if waiting.reminded_at.is_some() || waiting.decide_by >= tx.now.london_day() || !reasons::set_reminded(tx, waiting.id)? {
        return Ok(false);
    }
    let coordinators = deciders::coordinators(tx, waiting.practitioner)?;
    if coordinators.is_empty() {
        notifications::notify_unreached(tx, waiting.practitioner, waiting.id)?;
    } else {
        notifications::notify_coordinators(tx, &coordinators, waiting.id)?;
    }
    let permit = Permit::for_the_service(waiting.practitioner);
    permit.record(tx, "confidentiality_reason.reminded", ("confidentiality_reason", Some(waiting.id)))?;
    Ok(true)
}
