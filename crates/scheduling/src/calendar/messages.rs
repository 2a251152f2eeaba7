//! Messages to clinicians about changes in their calendars that others made: bookings, moves, cancellations, places of their
//! groups.
//!
//! Changes are collected together with the message that will report them. When it is due, a thing that changed several times is
//! reported once, with its final state, and changes that cancelled each other out are left out. The wording names no one and
//! gives no reason: the details are in the calendar.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};

use crate::calendar::concealed;
pub use crate::calendar::model::{CalendarMessages, Change, ChangeKind};
use crate::calendar::queries::messages as queries;
use people::accounts;
use people::notifications::rules::format_time;
use platform::Tx;
use platform::clock::london_time;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};

const CHANGED: &str = "calendar_changed";

/// How long a change waits before it is reported, in case another follows.
pub const NOTIFICATION_DELAY: TimeDelta = TimeDelta::minutes(3);
/// When a daily summary is sent, in hours after midnight in Europe/London.
const SUMMARY_HOUR: i64 = 7;

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 1] = [(CHANGED, render)];

/// Reports to a clinician, in the present transaction, a change that `by` made. Their own changes are not reported; they only
/// count when an earlier change of the same thing is waiting to be reported. Nothing is reported of a practitioner they are kept
/// apart from.
///
/// # Errors
/// When the database fails.
pub fn notify(tx: &mut Tx, clinician: Id, by: Option<Id>, change: Change) -> Result<()> {
    if concealed::is_about_concealed(tx, clinician, &change)? {
        return Ok(());
    }
    let waiting = outbox::lookup::next_waiting(tx, CHANGED, clinician)?;
    if by == Some(clinician) {
        return match waiting {
            Some((message, _)) if queries::already_reports(tx, message, &change)? => queries::add(tx, message, &change),
            _ => Ok(()),
        };
    }
    let preference = queries::preference(tx, clinician)?.0;
    let Some(due) = due_at(preference, &change, tx.now.get()) else { return Ok(()) };
    let message = match waiting {
        Some((message, due_at)) => {
            if due_at.get() > due {
                outbox::lookup::bring_forward(tx, message, due.into())?;
            }
            message
        }
        None => {
            // Each message has its own id, so that none replaces another: each reports its own changes.
            let subject = ("calendar_message", Id::new(tx.now));
            outbox::schedule_notification_with_id(tx, CHANGED, clinician, subject, due.into())?
        }
    };
    queries::add(tx, message, &change)
}

/// When a change is reported; never, if that is the clinician's preference.
fn due_at(preference: CalendarMessages, change: &Change, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let begins = [change.from, change.to].into_iter().flatten().map(UtcTime::get).filter(|time| *time > now).min();
    // With less than an hour left there is no time to wait for another change.
    let soon = if begins.is_some_and(|begins| begins - now <= TimeDelta::hours(1)) { now } else { now + NOTIFICATION_DELAY };
    match preference {
        CalendarMessages::Immediately => Some(soon),
        CalendarMessages::Daily => {
            let summary = next_summary(now);
            Some(if begins.is_some_and(|begins| begins <= summary) { soon } else { summary })
        }
        CalendarMessages::Never => None,
    }
}

/// The next time at which summaries are sent.
fn next_summary(now: DateTime<Utc>) -> DateTime<Utc> {
    let today = UtcTime::from(now).london_day();
    let at = |days: u64| london_time(today + Days::new(days), NaiveTime::MIN + TimeDelta::hours(SUMMARY_HOUR));
    Some(at(0)).filter(|time| *time > now).unwrap_or_else(|| at(1))
}

fn render(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    if queries::preference(tx, notification.recipient)?.0 == CalendarMessages::Never {
        return Ok(Decision::Discard);
    }
    let mut changes = queries::changes(tx, notification.id)?;
    // The two may have been kept apart since the change.
    let mut known = Vec::with_capacity(changes.len());
    for change in &changes {
        known.push(!concealed::is_about_concealed(tx, notification.recipient, change)?);
    }
    let mut known = known.into_iter();
    changes.retain(|_| known.next().unwrap_or(false));
    let lines = lines(&changes, tx.now.get());
    if lines.is_empty() {
        return Ok(Decision::Discard);
    }
    let task = accounts::emails::StaffTaskNotification {
        subject: "Your calendar has changed",
        sentence: format!("your calendar has changed:\n\n{}\n\nThe details are in your calendar.", lines.join("\n")),
        path: "/calendar".to_owned(),
    };
    accounts::decide_staff_email(tx, notification.recipient, &task)
}

/// The lines that report these changes, in their order: each thing once, with its final state, and nothing that is past.
fn lines(changes: &[Change], now: DateTime<Utc>) -> Vec<String> {
    let mut things: Vec<Change> = Vec::new();
    let mut places: BTreeMap<(&str, Id), usize> = BTreeMap::new();
    for change in changes {
        let index = *places.entry((change.kind.as_str(), change.subject)).or_insert(things.len());
        match things.get_mut(index) {
            Some(thing) => thing.to = change.to,
            None => things.push(*change),
        }
    }
    let mut lines: Vec<String> = Vec::new();
    for line in things.iter().filter_map(|thing| line(thing, now)) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn line(thing: &Change, now: DateTime<Utc>) -> Option<String> {
    let upcoming = |time: Option<UtcTime>| time.map(UtcTime::get).filter(|time| *time > now);
    Some(match thing.kind {
        ChangeKind::Places => "- The places of a series of bookings have changed.".to_owned(),
        ChangeKind::Caseload => "- Your caseload has changed.".to_owned(),
        ChangeKind::FollowUp => "- What was agreed for later has changed.".to_owned(),
        ChangeKind::Orphaned => "- Some bookings have lost their time and need a new one.".to_owned(),
        ChangeKind::Appointment | ChangeKind::Session => match (thing.from, thing.to) {
            (Some(from), Some(to)) if from == to => return None,
            (Some(from), Some(_)) => {
                format!("- Moved: from {} to {}", format_time(from.get()), format_time(upcoming(thing.to)?))
            }
            (None, Some(_)) => format!("- Booked: {}", format_time(upcoming(thing.to)?)),
            (Some(_), None) => format!("- Cancelled: {}", format_time(upcoming(thing.from)?)),
            // A series whose times have all changed, or a booking that was cancelled again.
            (None, None) if thing.kind == ChangeKind::Session => "- The times of a series of bookings have changed.".to_owned(),
            (None, None) => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn thing(number: u128) -> Id {
        Id(uuid::Uuid::from_u128(number))
    }

    fn change(number: u128, from: Option<&str>, to: Option<&str>) -> Change {
        Change::appointment(thing(number), from.map(at), to.map(at))
    }

    const NOW: &str = "2027-01-11T09:00:00Z";
    const ONE: Option<&str> = Some("2027-01-12T10:00:00Z");
    const OTHER: Option<&str> = Some("2027-07-01T10:00:00Z");
    const PAST: Option<&str> = Some("2027-01-11T08:00:00Z");

    #[test]
    fn each_thing_is_reported_once_with_its_final_state() {
        let booked = "- Booked: Tuesday 12 January 2027 at 10:00 (UK time)";
        let moved = "- Moved: from Tuesday 12 January 2027 at 10:00 (UK time) to Thursday 1 July 2027 at 11:00 (UK time)";
        let table: &[(&[Change], &[&str])] = &[
            (&[change(1, None, ONE)], &[booked]),
            (&[change(1, ONE, OTHER)], &[moved]),
            (&[change(1, ONE, None)], &["- Cancelled: Tuesday 12 January 2027 at 10:00 (UK time)"]),
            (&[change(1, None, OTHER), change(1, OTHER, ONE)], &[booked]),
            (&[change(1, None, ONE), change(1, ONE, None)], &[]),
            (&[change(1, ONE, OTHER), change(1, OTHER, ONE)], &[]),
            (&[change(1, ONE, OTHER), change(2, None, ONE)], &[moved, booked]),
            (&[change(1, None, ONE), change(2, None, ONE)], &[booked]),
            (&[change(1, None, PAST)], &[]),
            (&[change(1, PAST, None)], &[]),
            (
                &[Change::of(ChangeKind::Places, thing(1)), Change::of(ChangeKind::Places, thing(2))],
                &["- The places of a series of bookings have changed."],
            ),
            (&[Change::of(ChangeKind::Session, thing(1))], &["- The times of a series of bookings have changed."]),
        ];
        for (changes, expected) in table {
            assert_eq!(lines(changes, at(NOW)), *expected, "{changes:?}");
        }
    }

    #[test]
    fn changes_are_reported_by_preference_and_in_time() {
        use CalendarMessages::{Daily, Immediately, Never};
        for (preference, begins, expected) in [
            (Immediately, "2027-01-13T10:00:00Z", Some("2027-01-11T09:03:00Z")),
            (Immediately, "2027-01-11T09:50:00Z", Some(NOW)),
            (Daily, "2027-01-13T10:00:00Z", Some("2027-01-12T07:00:00Z")),
            (Daily, "2027-01-11T15:00:00Z", Some("2027-01-11T09:03:00Z")),
            (Never, "2027-01-11T15:00:00Z", None),
        ] {
            assert_eq!(due_at(preference, &change(1, None, Some(begins)), at(NOW)), expected.map(at), "{preference:?} {begins}");
        }
        assert_eq!(due_at(Daily, &Change::of(ChangeKind::Caseload, thing(1)), at(NOW)), Some(at("2027-01-12T07:00:00Z")));
        for (now, summary) in [
            ("2027-01-11T06:59:00Z", "2027-01-11T07:00:00Z"),
            ("2027-01-11T07:00:00Z", "2027-01-12T07:00:00Z"),
            ("2027-03-27T12:00:00Z", "2027-03-28T06:00:00Z"),
        ] {
            assert_eq!(next_summary(at(now)), at(summary), "{now}");
        }
    }

    #[test]
    fn no_line_reveals_what_is_booked_or_the_practitioner() {
        let all = ChangeKind::ALL.iter().map(|what| Change { to: ONE.map(|one| at(one).into()), ..Change::of(*what, thing(1)) });
        let text = lines(&all.collect::<Vec<_>>(), at(NOW)).join(" ").to_lowercase();
        for word in ["confide", "assess", "treat", "clinic", "patient", "therap", "health", "group", "doctor"] {
            assert!(!text.contains(word), "{word} is in: {text}");
        }
    }
}
