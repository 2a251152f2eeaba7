//! Background jobs of feedback: inviting practitioners, and releasing comments once enough people have written some.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::model::{Invited, Subject};
use super::queries::{self, Due};
use super::{catalogue, notices, rules};
use crate::assessment::queries::alerts;
use people::accounts;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// How many invitations one run decides.
const BATCH: usize = 50;

/// Decides the invitations that are due, and sends them; returns how many were decided.
///
/// # Errors
/// When the database fails; the next run tries again.
pub fn invite_due(tx: &mut Tx) -> Result<usize> {
    let policy = catalogue::policy();
    let from = tx.now - TimeDelta::days(policy.invite_within_days.into());
    let to = tx.now - TimeDelta::hours(policy.invite_after_hours.into());
    let mut due = queries::due_discharges(tx, from, to, BATCH)?;
    due.extend(queries::due_appointments(tx, from, to, BATCH)?);
    for one in &due {
        let Some(pathway) = registration::lock_pathway(tx, one.practitioner)? else { continue };
        let facts = facts(tx, one, pathway)?;
        let active = accounts::queries::open(tx, one.practitioner)?.is_some_and(|open| open.account.active);
        let invited = active && rules::is_invited(facts, policy, tx.now.get());
        queries::decide(tx, *one, invited)?;
        if invited {
            notices::invite(tx, one.practitioner)?;
            audit::record(tx, Actor::SYSTEM, "feedback.invited", ("practitioner", Some(one.practitioner)))?;
        }
    }
    Ok(due.len())
}

fn facts(tx: &mut Tx, due: &Due, pathway: Pathway) -> Result<Invited> {
    Ok(Invited {
        given: queries::is_given(tx, due.about)?,
        last_asked: queries::last_asked(tx, due.practitioner)?.map(UtcTime::get),
        risk_is_open: alerts::is_any_open(tx, due.practitioner)?,
        // A practitioner who has been readmitted is not invited about the end of their previous care.
        still_so: matches!(due.about, Subject::Appointment(_)) || pathway == Pathway::Discharged,
    })
}

/// Releases the comments that are old enough, if enough people wrote some; returns how many were released.
///
/// # Errors
/// When the database fails; the next run tries again.
pub fn release_due(tx: &mut Tx) -> Result<usize> {
    let policy = catalogue::policy();
    let unreleased = queries::waiting(tx, rules::released_until(policy, tx.now.get()).into())?;
    let authors: BTreeSet<Id> = unreleased.iter().map(|(_, author)| *author).collect();
    if !rules::may_release(authors.len(), policy) {
        return Ok(0);
    }
    let ids: Vec<Id> = unreleased.into_iter().map(|(id, _)| id).collect();
    queries::release(tx, &ids)?;
    audit::record(tx, Actor::SYSTEM, "feedback.comments_released", ("feedback", None))?;
    Ok(ids.len())
}
