//! Background jobs of feedback: inviting practitioners, and releasing comments once enough people have written some.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::model::{FeedbackTarget, InvitationFacts};
use super::queries::{self, DueInvitation};
use super::{catalogue, notifications, rules};
use crate::risk::queries as alerts;
use people::accounts;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::relationships::Permit;
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// How many invitations one run decides.
const BATCH: usize = 50;

/// How many one run examines, so that those that cannot be decided do not keep the others waiting.
const MAX_EXAMINED: usize = 500;

/// Decides the invitations that are due, and sends them; returns how many were decided.
///
/// # Errors
/// When the database cannot be reached. An invitation that cannot be decided is logged, and the next run tries again.
pub fn invite_due(tx: &mut Tx) -> Result<usize> {
    let policy = catalogue::policy();
    let from = tx.now - TimeDelta::days(policy.invite_within_days.into());
    let to = tx.now - TimeDelta::hours(policy.invite_after_hours.into());
    let mut due = queries::due_discharges(tx, from, to, MAX_EXAMINED)?;
    due.extend(queries::due_appointments(tx, from, to, MAX_EXAMINED)?);
    let mut decided = 0;
    for one in &due {
        if decided >= BATCH {
            break;
        }
        decided += usize::from(tx.alone("feedback", one.target.id(), |tx| decide(tx, one))?.unwrap_or_default());
    }
    Ok(decided)
}

/// Decides an invitation, and sends it; false when there is no practitioner any more.
fn decide(tx: &mut Tx, one: &DueInvitation) -> Result<bool> {
    let policy = catalogue::policy();
    let Some(pathway) = registration::lock_practitioner(tx, one.practitioner)? else { return Ok(false) };
    let facts = invitation_facts(tx, one, pathway)?;
    let active = accounts::queries::find(tx, one.practitioner)?.is_some_and(|open| open.account.active);
    let invited = active && rules::should_invite(facts, policy, tx.now.get());
    queries::record_decision(tx, *one, invited)?;
    if invited {
        notifications::invite(tx, one.practitioner)?;
        Permit::for_the_service(one.practitioner).record(tx, "feedback.invited", ("practitioner", Some(one.practitioner)))?;
    }
    Ok(true)
}

fn invitation_facts(tx: &mut Tx, due: &DueInvitation, pathway: Pathway) -> Result<InvitationFacts> {
    Ok(InvitationFacts {
        feedback_given: queries::has_feedback(tx, due.target)?,
        last_invited: queries::last_invited_at(tx, due.practitioner)?.map(UtcTime::get),
        has_open_alert: alerts::has_open_alert(tx, due.practitioner)?,
        // A practitioner who has been readmitted is not invited about the end of their previous care.
        still_applies: matches!(due.target, FeedbackTarget::Appointment(_)) || pathway == Pathway::Discharged,
    })
}

/// Releases the comments that are old enough, if enough people wrote some; returns how many were released.
///
/// # Errors
/// When the database fails; the next run tries again.
pub fn release_due(tx: &mut Tx) -> Result<usize> {
    let policy = catalogue::policy();
    let unreleased = queries::unreleased(tx, rules::release_cutoff(policy, tx.now.get()).into())?;
    let authors: BTreeSet<Id> = unreleased.iter().map(|(_, author)| *author).collect();
    if !rules::may_release(authors.len(), policy) {
        return Ok(0);
    }
    let ids: Vec<Id> = unreleased.into_iter().map(|(id, _)| id).collect();
    queries::release(tx, &ids)?;
    audit::record(tx, Actor::SYSTEM, "feedback.comments_released", ("feedback", None))?;
    Ok(ids.len())
}
