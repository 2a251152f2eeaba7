//! When a conflict task is due, who may take it, and which outcome it may have.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};

use super::model::{ConflictOutcome, ConflictTask};
use people::relationships::model::ArrangementKind;
use platform::ids::{Id, UtcTime};
use platform::refusal::{Reason, Refusal};

/// An appointment is to be settled at least this long before it starts.
const BEFORE_START: TimeDelta = TimeDelta::hours(1);

/// When a task that is opened now is due: a working day later, or before the arrangement begins if that is earlier.
pub fn due_at(starts_at: Option<DateTime<Utc>>, now: DateTime<Utc>, holidays: &[NaiveDate]) -> DateTime<Utc> {
    let today = UtcTime::from(now).london_day();
    let works = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !holidays.contains(day);
    let later = today.iter_days().skip(1).take(30).find(works).unwrap_or(today);
    let working_day = now + Days::new(u64::try_from((later - today).num_days()).unwrap_or(1));
    starts_at.map_or(working_day, |starts_at| working_day.min(starts_at - BEFORE_START).max(now))
}

/// Checks that a coordinator may take a task. `others_may` is false when the one who has it has left or must not know of the
/// practitioner any more.
///
/// # Errors
/// [`Reason::TaskDone`], [`Reason::TaskTaken`].
pub fn check_take(task: &ConflictTask, by: Id, others_may: bool) -> Result<(), Refusal> {
    if task.done_at.is_some() {
        return Err(Reason::TaskDone.into());
    }
    check_not_of_another(task, by, others_may)
}

/// Checks that a coordinator may complete a task: one they have taken, or one that the service has closed because the arrangement
/// is gone, to say what was done.
///
/// # Errors
/// [`Reason::TaskDone`], [`Reason::TaskTaken`], [`Reason::TaskNotTaken`].
pub fn check_complete(task: &ConflictTask, by: Id, others_may: bool) -> Result<(), Refusal> {
    if task.done_by.is_some() || task.outcome == Some(ConflictOutcome::NoLongerInConflict) {
        return Err(Reason::TaskDone.into());
    }
    check_not_of_another(task, by, others_may)?;
    if task.done_at.is_none() && task.taken_by != Some(by) {
        return Err(Reason::TaskNotTaken.into());
    }
    Ok(())
}

fn check_not_of_another(task: &ConflictTask, by: Id, others_may: bool) -> Result<(), Refusal> {
    match task.taken_by {
        Some(other) if other != by && others_may => Err(Reason::TaskTaken.into()),
        _ => Ok(()),
    }
}

/// Checks that an outcome is right for the kind of arrangement and for whether the two still share it.
///
/// # Errors
/// [`Reason::ConflictPersists`], or [`Reason::InvalidBody`] at `/outcome`.
pub fn check_outcome(kind: ArrangementKind, outcome: ConflictOutcome, still_shared: bool) -> Result<(), Refusal> {
    let refused = |why: &'static str| Err(Refusal::new(Reason::InvalidBody, why).field("/outcome", "not_allowed", why));
    let meets = matches!(kind, ArrangementKind::Appointment | ArrangementKind::LeadClinician);
    match outcome {
        ConflictOutcome::NoLongerInConflict | ConflictOutcome::ArrangementOver => {
            refused("The service sets this outcome itself.")
        }
        ConflictOutcome::KeptApart if meets => refused("This cannot stay as it is. Choose another outcome."),
        ConflictOutcome::NewLead if kind != ArrangementKind::LeadClinician => refused("This is not about the lead clinician."),
        ConflictOutcome::Rebooked if kind == ArrangementKind::LeadClinician => {
            refused("Choose the outcome for a new lead clinician.")
        }
        ConflictOutcome::KeptApart => Ok(()),
        _ if still_shared => Err(Reason::ConflictPersists.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ArrangementKind::{Appointment, FollowUp, GroupPlace, LeadClinician};
    use ConflictOutcome::{ArrangementOver, CancelledWithPractitioner, KeptApart, NewLead, NoLongerInConflict, Rebooked};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_task_is_due_a_working_day_later_or_before_the_appointment() {
        let holidays = ["2026-12-25".parse().unwrap(), "2026-12-28".parse().unwrap()];
        for (now, starts_at, expected) in [
            ("2026-12-01T10:00:00Z", None, "2026-12-02T10:00:00Z"),
            ("2026-12-04T10:00:00Z", None, "2026-12-07T10:00:00Z"),
            ("2026-12-24T10:00:00Z", None, "2026-12-29T10:00:00Z"),
            ("2026-12-01T10:00:00Z", Some("2026-12-09T10:00:00Z"), "2026-12-02T10:00:00Z"),
            ("2026-12-01T10:00:00Z", Some("2026-12-01T15:00:00Z"), "2026-12-01T14:00:00Z"),
            ("2026-12-01T10:00:00Z", Some("2026-12-01T10:20:00Z"), "2026-12-01T10:00:00Z"),
        ] {
            assert_eq!(due_at(starts_at.map(at), at(now), &holidays), at(expected), "{now} {starts_at:?}");
        }
    }

    #[test]
    fn the_outcome_must_be_true() {
        for (kind, outcome, still_shared, expected) in [
            (Appointment, Rebooked, false, None),
            (Appointment, Rebooked, true, Some(Reason::ConflictPersists)),
            (Appointment, CancelledWithPractitioner, false, None),
            (Appointment, KeptApart, true, Some(Reason::InvalidBody)),
            (Appointment, NewLead, false, Some(Reason::InvalidBody)),
            (LeadClinician, NewLead, false, None),
            (LeadClinician, NewLead, true, Some(Reason::ConflictPersists)),
            (LeadClinician, Rebooked, false, Some(Reason::InvalidBody)),
            (GroupPlace, KeptApart, true, None),
            (FollowUp, CancelledWithPractitioner, true, Some(Reason::ConflictPersists)),
            (GroupPlace, NoLongerInConflict, false, Some(Reason::InvalidBody)),
            (FollowUp, ArrangementOver, false, Some(Reason::InvalidBody)),
        ] {
            let found = check_outcome(kind, outcome, still_shared).err().map(|refusal| refusal.reason);
            assert_eq!(found, expected, "{kind:?} {outcome:?} {still_shared}");
        }
    }
}
