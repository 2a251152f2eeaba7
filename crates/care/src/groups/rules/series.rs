//! Calculates a group's sessions from its pattern in local time, across both clock changes.

use chrono::{Datelike, Days, NaiveDate, TimeDelta};

use crate::groups::model::Series;
use platform::ids::Id;
use scheduling::calendar::model::{AppointmentKind, AppointmentMode, Clinic, ClinicTerms, PlannedSlot};
use scheduling::calendar::rules as calendar;

/// The sessions of a series on the days from `from` up to, but not including, `until`, each with its day. A closed series has
/// its number of sessions however many days are skipped; a slow-open group has no last session.
///
/// Local times are treated like those of a clinic's slots: a time that does not exist has no session, and of a time that
/// occurs twice the first is used (`docs/clinical-rules.md#dates-and-times`).
pub fn sessions_between(series: &Series, from: NaiveDate, until: NaiveDate) -> Vec<(NaiveDate, PlannedSlot)> {
    let (ends_local, overflow) = series.starts_local.overflowing_add_signed(TimeDelta::minutes(series.minutes.into()));
    if overflow != 0 {
        return Vec::new();
    }
    let terms = ClinicTerms {
        weekday: series.starts_on.weekday(),
        from: series.starts_local,
        until: ends_local,
        slot_minutes: series.minutes,
        gap_minutes: 0,
        kind: AppointmentKind::Treatment,
        mode: AppointmentMode::Video,
        valid_from: series.starts_on,
        valid_until: None,
        // A group skips the days that it names, bank holidays or not.
        on_bank_holidays: true,
    };
    let clinic = Clinic { clinician: Id(uuid::Uuid::nil()), terms };
    let (begin, end, max) = match series.sessions {
        Some(sessions) => (series.starts_on, latest_end(series, sessions), usize::from(sessions)),
        None => (from, until, usize::MAX),
    };
    calendar::plan_slots(&clinic, begin, end, &[], &[])
        .into_iter()
        .map(|slot| (calendar::local_date(slot.starts_at), slot))
        .filter(|(day, _)| is_session_day(series, *day))
        .take(max)
        .filter(|(day, _)| (from..until).contains(day))
        .collect()
}

fn is_session_day(series: &Series, day: NaiveDate) -> bool {
    let weeks = (day - series.starts_on).num_weeks();
    weeks % i64::from(series.every_weeks.max(1)) == 0 && !series.skipped.contains(&day)
}

/// A day by which this number of sessions has taken place, allowing for skipped days and the nights of the clock changes.
fn latest_end(series: &Series, sessions: u16) -> NaiveDate {
    let meetings = u64::from(sessions) + u64::try_from(series.skipped.len()).unwrap_or(0) + 4;
    let days = Days::new(7 * meetings * u64::from(series.every_weeks.max(1)));
    series.starts_on.checked_add_days(days).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn series(starts_on: &str, starts_local: &str, every_weeks: u16, sessions: Option<u16>, skipped: &[&str]) -> Series {
        Series {
            starts_on: day(starts_on),
            starts_local: starts_local.parse().unwrap(),
            minutes: 90,
            every_weeks,
            sessions,
            skipped: skipped.iter().map(|text| day(text)).collect(),
        }
    }

    fn starts(series: &Series, from: &str, until: &str) -> Vec<String> {
        let found = sessions_between(series, day(from), day(until));
        found.iter().for_each(|(_, slot)| assert_eq!(slot.ends_at - slot.starts_at, TimeDelta::minutes(90)));
        found.iter().map(|(_, slot)| slot.starts_at.format("%Y-%m-%dT%H:%MZ").to_string()).collect()
    }

    #[test]
    fn a_weekly_group_keeps_its_local_time_across_both_clock_changes() {
        for (case, series, from, until, expected) in [
            (
                "spring, 28 March 2027",
                series("2027-03-21", "18:00:00", 1, None, &[]),
                "2027-03-21",
                "2027-04-05",
                vec!["2027-03-21T18:00Z", "2027-03-28T17:00Z", "2027-04-04T17:00Z"],
            ),
            (
                "autumn, 31 October 2027",
                series("2027-10-24", "18:00:00", 1, None, &[]),
                "2027-10-24",
                "2027-11-08",
                vec!["2027-10-24T17:00Z", "2027-10-31T18:00Z", "2027-11-07T18:00Z"],
            ),
            (
                "a time that does not exist has no session",
                series("2027-03-21", "01:30:00", 1, None, &[]),
                "2027-03-21",
                "2027-04-05",
                vec!["2027-03-21T01:30Z", "2027-04-04T00:30Z"],
            ),
            (
                "of a time that occurs twice the first is used",
                series("2027-10-31", "01:30:00", 1, None, &[]),
                "2027-10-31",
                "2027-11-01",
                vec!["2027-10-31T00:30Z"],
            ),
        ] {
            assert_eq!(starts(&series, from, until), expected, "{case}");
        }
    }

    #[test]
    fn a_series_has_its_number_of_sessions_however_many_days_are_skipped() {
        let four = series("2027-03-21", "18:00:00", 1, Some(4), &["2027-03-28", "2027-04-11"]);
        let all = ["2027-03-21T18:00Z", "2027-04-04T17:00Z", "2027-04-18T17:00Z", "2027-04-25T17:00Z"];
        assert_eq!(starts(&four, "2027-03-01", "2028-01-01"), all);
        assert_eq!(starts(&four, "2027-04-05", "2028-01-01"), all[2..], "a part of the period has the same sessions");
        assert_eq!(starts(&four, "2027-03-01", "2027-04-05"), all[..2]);
        let night = series("2027-03-21", "01:30:00", 1, Some(2), &[]);
        assert_eq!(starts(&night, "2027-03-01", "2028-01-01"), ["2027-03-21T01:30Z", "2027-04-04T00:30Z"]);
    }

    #[test]
    fn the_interval_in_weeks_counts_from_the_first_day() {
        let monthly = series("2027-03-01", "12:00:00", 4, None, &["2027-04-26"]);
        let expected = ["2027-03-29T11:00Z", "2027-05-24T11:00Z"];
        assert_eq!(starts(&monthly, "2027-03-02", "2027-06-01"), expected);
        assert_eq!(starts(&series("2027-03-01", "23:00:00", 1, None, &[]), "2027-03-01", "2027-04-01"), Vec::<String>::new());
    }
}
