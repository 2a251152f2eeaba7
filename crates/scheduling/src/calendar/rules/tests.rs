//! The calendar's rules, tested by table and by property.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::Europe::London;
use proptest::prelude::*;

use super::*;
use crate::calendar::model::{Absence, AppointmentKind, AppointmentMode, PlannedSlot};
use platform::ids::Id;

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").expect("a time")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn clinic(weekday: Weekday, from: &str, until: &str, slot_minutes: u16, gap_minutes: u16) -> Clinic {
    let (kind, mode) = (AppointmentKind::Assessment, AppointmentMode::Video);
    let (from, until, valid_from) = (time(from), time(until), date("2026-01-01"));
    let terms = ClinicTerms {
        weekday,
        from,
        until,
        slot_minutes,
        gap_minutes,
        kind,
        mode,
        valid_from,
        valid_until: None,
        on_bank_holidays: false,
    };
    Clinic { clinician: Id(uuid::Uuid::from_u128(1)), terms }
}

/// The slots of one date, as `start/end` in UTC, hours and minutes only.
fn on(clinic: &Clinic, day: &str) -> Vec<String> {
    let slots = plan_slots(clinic, date(day), date(day) + Days::new(1), &[], &[]);
    slots.iter().map(|slot| format!("{}/{}", slot.starts_at.format("%dT%H:%M"), slot.ends_at.format("%dT%H:%M"))).collect()
}

#[test]
fn a_clinic_that_fits_is_accepted_up_to_its_limits() {
    for (from, until, slot, gap) in
        [("09:00", "17:00", 50, 10), ("09:00", "09:10", 10, 60), ("00:00", "23:59", 240, 0), ("09:00", "10:00", 60, 60)]
    {
        assert_eq!(check_clinic(&clinic(Weekday::Mon, from, until, slot, gap).terms), Ok(()), "{from} {until} {slot} {gap}");
    }
    let mut one_day = clinic(Weekday::Thu, "09:00", "10:00", 60, 0).terms;
    one_day.valid_until = Some(one_day.valid_from);
    assert_eq!(check_clinic(&one_day), Ok(()));
}

#[test]
fn an_invalid_clinic_is_refused_and_names_the_wrong_member() {
    type Fields = &'static [(&'static str, &'static str)];
    let cases: &[(&str, &str, u16, u16, Fields)] = &[
        ("09:00", "09:00", 30, 0, &[("/until", "not_after_from")]),
        ("22:00", "02:00", 30, 0, &[("/until", "not_after_from")]),
        ("09:00", "09:29", 30, 0, &[("/until", "no_slot_fits")]),
        ("09:00", "17:00", 5, 0, &[("/slot_minutes", "out_of_range")]),
        ("09:00", "17:00", 0, 0, &[("/slot_minutes", "out_of_range")]),
        ("09:00", "17:00", 245, 0, &[("/slot_minutes", "out_of_range")]),
        ("09:00", "17:00", 52, 0, &[("/slot_minutes", "not_a_multiple")]),
        ("09:00", "17:00", 50, 61, &[("/gap_minutes", "out_of_range")]),
        (
            "17:00",
            "09:00",
            52,
            61,
            &[("/until", "not_after_from"), ("/slot_minutes", "not_a_multiple"), ("/gap_minutes", "out_of_range")],
        ),
    ];
    for (from, until, slot, gap, expected) in cases {
        let refusal = check_clinic(&clinic(Weekday::Mon, from, until, *slot, *gap).terms).unwrap_err();
        let fields: Vec<_> = refusal.fields.iter().map(|field| (field.pointer.as_str(), field.code)).collect();
        assert_eq!((refusal.reason, fields.as_slice()), (Reason::InvalidClinic, *expected), "{from} {until} {slot} {gap}");
    }
}

#[test]
fn a_clinic_needs_whole_minutes_and_dates_in_order() {
    let mut terms = clinic(Weekday::Mon, "09:00", "17:00", 30, 0).terms;
    terms.from = terms.from.with_second(1).expect("a second");
    terms.valid_until = Some(date("2025-12-31"));
    let refusal = check_clinic(&terms).unwrap_err();
    let fields: Vec<_> = refusal.fields.iter().map(|field| (field.pointer.as_str(), field.code)).collect();
    assert_eq!(fields, [("/from", "not_whole_minutes"), ("/valid_until", "before_valid_from")]);
}

#[test]
fn clinics_overlap_only_when_clinician_weekday_time_and_dates_all_do() {
    let base = clinic(Weekday::Mon, "09:00", "12:00", 30, 0);
    let mut other_clinician = base;
    other_clinician.clinician = Id(uuid::Uuid::from_u128(2));
    let mut ended = base;
    ended.terms.valid_until = Some(date("2026-03-01"));
    let mut from_next_day = base;
    from_next_day.terms.valid_from = date("2026-03-02");
    let mut from_same_day = base;
    from_same_day.terms.valid_from = date("2026-03-01");
    let cases = [
        (base, base, true),
        (base, clinic(Weekday::Mon, "11:59", "13:00", 30, 0), true),
        (base, clinic(Weekday::Mon, "10:00", "11:00", 30, 0), true),
        (base, clinic(Weekday::Mon, "12:00", "13:00", 30, 0), false),
        (base, clinic(Weekday::Tue, "09:00", "12:00", 30, 0), false),
        (base, other_clinician, false),
        (ended, from_next_day, false),
        (ended, from_same_day, true),
        (base, from_next_day, true),
    ];
    for (number, (a, b, expected)) in cases.into_iter().enumerate() {
        assert_eq!((overlaps(&a, &b), overlaps(&b, &a)), (expected, expected), "case {number}");
        let checked = check_no_overlap(&a, &[other_clinician, b]).map_err(|refusal| refusal.reason);
        assert_eq!(checked, if expected { Err(Reason::ClinicOverlaps) } else { Ok(()) }, "case {number}");
    }
}

#[test]
fn a_day_clinic_keeps_its_local_time_on_both_sides_of_every_clock_change() {
    let cases = [
        (Weekday::Sat, "2026-03-28", "28T09:00/28T10:00", "28T16:00/28T17:00"),
        (Weekday::Sun, "2026-03-29", "29T08:00/29T09:00", "29T15:00/29T16:00"),
        (Weekday::Sat, "2026-10-24", "24T08:00/24T09:00", "24T15:00/24T16:00"),
        (Weekday::Sun, "2026-10-25", "25T09:00/25T10:00", "25T16:00/25T17:00"),
        (Weekday::Sat, "2027-03-27", "27T09:00/27T10:00", "27T16:00/27T17:00"),
        (Weekday::Sun, "2027-03-28", "28T08:00/28T09:00", "28T15:00/28T16:00"),
        (Weekday::Mon, "2027-03-29", "29T08:00/29T09:00", "29T15:00/29T16:00"),
        (Weekday::Sat, "2027-10-30", "30T08:00/30T09:00", "30T15:00/30T16:00"),
        (Weekday::Sun, "2027-10-31", "31T09:00/31T10:00", "31T16:00/31T17:00"),
        (Weekday::Mon, "2027-11-01", "01T09:00/01T10:00", "01T16:00/01T17:00"),
    ];
    for (weekday, day, first, last) in cases {
        let slots = on(&clinic(weekday, "09:00", "17:00", 60, 0), day);
        assert_eq!((slots.len(), slots[0].as_str(), slots[7].as_str()), (8, first, last), "{day}");
    }
}

#[test]
fn a_night_clinic_loses_the_slots_of_the_missing_hour_in_spring() {
    for (day, d) in [("2026-03-29", "29"), ("2027-03-28", "28")] {
        let expect = |slots: &[&str]| slots.iter().map(|slot| slot.replace("D", d)).collect::<Vec<_>>();
        // 01:00 and 01:30 do not exist; 00:30 ends exactly at the change, and 02:00 starts there.
        let halves = on(&clinic(Weekday::Sun, "00:30", "03:30", 30, 0), day);
        assert_eq!(halves, expect(&["DT00:30/DT01:00", "DT01:00/DT01:30", "DT01:30/DT02:00", "DT02:00/DT02:30"]), "{day}");
        // 00:30 would end at 01:30, which does not exist; 01:30 does not exist.
        assert_eq!(on(&clinic(Weekday::Sun, "00:30", "03:30", 60, 0), day), expect(&["DT01:30/DT02:30"]), "{day}");
        // 00:30 would extend right across the missing hour.
        assert_eq!(on(&clinic(Weekday::Sun, "00:30", "03:30", 90, 0), day), expect(&["DT01:00/DT02:30"]), "{day}");
        assert_eq!(on(&clinic(Weekday::Sun, "00:30", "03:30", 180, 0), day), expect(&[]), "{day}");
        // 02:00 starts when 00:30 ends, so that the gap of an hour would be lost.
        assert_eq!(on(&clinic(Weekday::Sun, "00:30", "03:30", 30, 60), day), expect(&["DT00:30/DT01:00"]), "{day}");
    }
}

#[test]
fn a_night_clinic_uses_the_first_of_the_repeated_hours_in_autumn() {
    for (day, before, d) in [("2026-10-25", "24", "25"), ("2027-10-31", "30", "31")] {
        let expect = |slots: &[&str]| slots.iter().map(|slot| slot.replace("P", before).replace("D", d)).collect::<Vec<_>>();
        let halves = on(&clinic(Weekday::Sun, "00:30", "03:30", 30, 0), day);
        let expected =
            ["PT23:30/DT00:00", "DT00:00/DT00:30", "DT00:30/DT01:00", "DT02:00/DT02:30", "DT02:30/DT03:00", "DT03:00/DT03:30"];
        assert_eq!(halves, expect(&expected), "{day}");
        // 01:30 keeps its sixty minutes: it ends at the second 01:30.
        let hours = on(&clinic(Weekday::Sun, "00:30", "03:30", 60, 0), day);
        assert_eq!(hours, expect(&["PT23:30/DT00:30", "DT00:30/DT01:30", "DT02:30/DT03:30"]), "{day}");
        let long = on(&clinic(Weekday::Sun, "00:30", "03:30", 90, 0), day);
        assert_eq!(long, expect(&["PT23:30/DT01:00", "DT02:00/DT03:30"]), "{day}");
    }
}

#[test]
fn twelve_weeks_have_twelve_clinic_days_for_every_weekday() {
    for start in ["2026-02-20", "2026-09-01", "2027-03-01", "2027-10-30"].map(date) {
        for number in 0..7u8 {
            let weekday = Weekday::try_from(number).expect("0 to 6 are weekdays");
            // 09:00, 10:00 … 16:00: the gap after the last slot may be outside the clinic.
            let slots = plan_slots(&clinic(weekday, "09:00", "16:50", 50, 10), start, horizon(start), &[], &[]);
            assert_eq!(slots.len(), 12 * 8, "{start} {weekday}");
        }
    }
    assert_eq!(horizon(date("2026-11-23")), date("2027-02-15"));
    assert_eq!(horizon(NaiveDate::MAX), NaiveDate::MAX);
}

/// <https://www.gov.uk/bank-holidays>, England and Wales: Good Friday on 26 March 2027, Easter Monday on 29 March, 3 and 31 May.
#[test]
fn a_clinic_has_no_slots_on_bank_holidays_unless_it_is_held_on_them() {
    let holidays = reference::workforce::catalogue::bank_holidays();
    let days = |weekday, on_bank_holidays| -> Vec<String> {
        let mut clinic = clinic(weekday, "09:00", "10:00", 60, 0);
        clinic.terms.on_bank_holidays = on_bank_holidays;
        let slots = plan_slots(&clinic, date("2027-03-19"), date("2027-04-07"), &[], holidays);
        slots.iter().map(|slot| slot.starts_at.format("%m-%d").to_string()).collect()
    };
    assert_eq!(days(Weekday::Fri, false), ["03-19", "04-02"]);
    assert_eq!(days(Weekday::Fri, true), ["03-19", "03-26", "04-02"]);
    assert_eq!(days(Weekday::Mon, false), ["03-22", "04-05"]);
    assert_eq!(days(Weekday::Mon, true), ["03-22", "03-29", "04-05"]);
    assert_eq!(days(Weekday::Tue, false), ["03-23", "03-30", "04-06"]);
}

#[test]
fn slots_are_within_the_clinics_validity() {
    let mut mondays = clinic(Weekday::Mon, "09:00", "10:00", 60, 0);
    mondays.terms.valid_from = date("2026-06-08");
    mondays.terms.valid_until = Some(date("2026-06-22"));
    let days = |from, until| -> Vec<u32> {
        plan_slots(&mondays, date(from), date(until), &[], &[]).iter().map(|slot| slot.starts_at.day()).collect()
    };
    assert_eq!(days("2026-06-01", "2026-07-31"), [8, 15, 22], "the first and the last day are included");
    assert_eq!(days("2026-06-15", "2026-06-22"), [15], "the end date is excluded");
    assert!(days("2026-06-22", "2026-06-15").is_empty());
}

#[test]
fn the_local_date_is_that_of_london() {
    assert_eq!(local_date(at("2026-06-30T22:59:59Z")), date("2026-06-30"));
    assert_eq!(local_date(at("2026-06-30T23:00:00Z")), date("2026-07-01"));
    assert_eq!(local_date(at("2026-12-31T23:59:59Z")), date("2026-12-31"));
}

#[test]
fn an_absence_removes_each_slot_that_it_overlaps_and_no_other() {
    let mondays = clinic(Weekday::Mon, "09:00", "12:00", 60, 0);
    let cases: &[(&str, &str, &[u32])] = &[
        ("2026-12-07T10:00:00Z", "2026-12-07T11:00:00Z", &[9, 11]),
        ("2026-12-07T09:59:59Z", "2026-12-07T10:00:01Z", &[11]),
        ("2026-12-07T10:30:00Z", "2026-12-07T10:31:00Z", &[9, 11]),
        ("2026-12-07T12:00:00Z", "2026-12-08T00:00:00Z", &[9, 10, 11]),
        ("2026-12-01T00:00:00Z", "2026-12-07T09:00:00Z", &[9, 10, 11]),
        ("2026-12-01T00:00:00Z", "2026-12-31T00:00:00Z", &[]),
    ];
    for (starts_at, ends_at, hours) in cases {
        let absence = Absence { starts_at: at(starts_at), ends_at: at(ends_at) };
        let slots = plan_slots(&mondays, date("2026-12-07"), date("2026-12-08"), &[absence], &[]);
        let left: Vec<u32> = slots.iter().map(|slot| slot.starts_at.hour()).collect();
        assert_eq!(&left, hours, "{starts_at} {ends_at}");
    }
}

#[test]
fn an_absence_must_end_after_its_start_be_limited_and_not_be_over() {
    let now = at("2026-11-23T12:00:00Z");
    let cases = [
        ("2026-11-23T11:00:00Z", "2026-11-23T12:00:01Z", None),
        ("2026-11-24T00:00:00Z", "2027-11-25T00:00:00Z", None),
        ("2026-11-24T00:00:00Z", "2027-11-25T00:00:01Z", Some("too_long")),
        ("2026-11-24T00:00:00Z", "2026-11-24T00:00:00Z", Some("not_after_start")),
        ("2026-11-23T11:00:00Z", "2026-11-23T12:00:00Z", Some("in_the_past")),
    ];
    for (starts_at, ends_at, expected) in cases {
        let checked = check_absence(at(starts_at), at(ends_at), now);
        let found = checked.err().map(|refusal| (refusal.reason, refusal.fields[0].code));
        assert_eq!(found, expected.map(|code| (Reason::InvalidAbsence, code)), "{starts_at} {ends_at}");
    }
}

#[test]
fn a_window_must_end_after_its_start_and_be_limited() {
    let cases = [
        ("2026-11-23T00:00:00Z", "2026-12-07T00:00:00Z", 14, None),
        ("2026-11-23T00:00:00Z", "2026-12-07T00:00:01Z", 14, Some("too_long")),
        ("2026-11-23T00:00:00Z", "2026-12-07T00:00:01Z", 60, Some("too_long")),
        ("2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z", 7, None),
        ("2026-11-23T00:00:00Z", "2026-11-30T00:00:01Z", 7, Some("too_long")),
        ("2026-10-24T23:00:00Z", "2026-11-08T00:00:00Z", 14, None),
        ("2026-10-24T23:00:00Z", "2026-11-08T00:00:01Z", 14, Some("too_long")),
        ("2027-03-22T00:00:00Z", "2027-04-05T00:00:00Z", 14, None),
        ("2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", 14, Some("not_before_to")),
        ("2026-11-23T00:00:00Z", "2026-11-22T00:00:00Z", 14, Some("not_before_to")),
    ];
    for (from, to, max_days, expected) in cases {
        let found = check_window(at(from), at(to), max_days).err().map(|refusal| {
            assert_eq!(refusal.reason, Reason::InvalidWindow);
            assert_eq!(refusal.fields.iter().map(|field| field.pointer.as_str()).collect::<Vec<_>>(), ["from", "until"]);
            refusal.fields[0].code
        });
        assert_eq!(found, expected, "{from} {to} {max_days}");
    }
}

prop_compose! {
    /// Clinics of every shape; half of them on Sundays and early, when the clocks change.
    fn any_clinic()(
        weekday in prop_oneof![Just(Weekday::Sun), (0u8..7).prop_map(|n| Weekday::try_from(n).unwrap_or(Weekday::Sun))],
        from in prop_oneof![0u32..240, 0u32..1380],
        open in 10u32..600,
        slot in 2u16..=24,
        gap in prop_oneof![Just(0u16), 0u16..=60],
    ) -> Clinic {
        let minutes = |m: u32| NaiveTime::from_num_seconds_from_midnight_opt(m * 60, 0).expect("a time of day");
        let mut clinic = clinic(weekday, "00:00", "00:01", slot * 5, gap);
        clinic.terms.from = minutes(from);
        clinic.terms.until = minutes((from + open).min(1439));
        clinic
    }
}

prop_compose! {
    /// A range of dates around one of the clock changes.
    fn any_dates()(
        change in prop::sample::select(vec!["2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31"]),
        before in 0u64..21,
        first in 0u64..30,
        second in 0u64..30,
    ) -> (NaiveDate, NaiveDate, NaiveDate) {
        let from = date(change) - Days::new(before);
        (from, from + Days::new(first), from + Days::new(first + second))
    }
}

/// Absences around a date: minutes after its midnight, and their length in minutes.
fn absences(from: NaiveDate, raw: &[(i64, i64)]) -> Vec<Absence> {
    let midnight = from.and_time(NaiveTime::MIN).and_utc();
    let absence = |(start, length): &(i64, i64)| {
        let starts_at = midnight + TimeDelta::minutes(*start);
        Absence { starts_at, ends_at: starts_at + TimeDelta::minutes(*length) }
    };
    raw.iter().map(absence).collect()
}

/// Whether a slot is between the clinic's start and the last time that the clocks show its end. (What they show in between does
/// not matter: in autumn 01:11 to 02:01 passes 01:00 a second time.)
fn inside_local_hours(slot: &PlannedSlot, terms: &ClinicTerms) -> bool {
    let start = slot.starts_at.with_timezone(&London);
    // An end in the hour that is missing in spring is, at the latest, at the change: 01:00 UTC.
    let change = start.date_naive().and_time(time("01:00")).and_utc();
    let end = start.date_naive().and_time(terms.until).and_local_timezone(London).latest().map_or(change, |end| end.to_utc());
    start.weekday() == terms.weekday && (terms.from..terms.until).contains(&start.time()) && slot.ends_at <= end
}

proptest! {
    #[test]
    fn slots_have_their_length_and_gap_within_hours_and_outside_absences(
        clinic in any_clinic(),
        (from, _, until) in any_dates(),
        raw in prop::collection::vec((0i64..60 * 24 * 60, 1i64..3000), 0..4),
    ) {
        let absences = absences(from, &raw);
        let slots = plan_slots(&clinic, from, until, &absences, &[]);
        let length = TimeDelta::minutes(clinic.terms.slot_minutes.into());
        let gap = TimeDelta::minutes(clinic.terms.gap_minutes.into());
        for slot in &slots {
            prop_assert_eq!(slot.ends_at - slot.starts_at, length);
            prop_assert!(inside_local_hours(slot, &clinic.terms), "{:?} outside {:?}", slot, clinic.terms);
            let on = local_date(slot.starts_at);
            prop_assert!(from <= on && on < until);
            prop_assert!(absences.iter().all(|a| a.ends_at <= slot.starts_at || a.starts_at >= slot.ends_at));
        }
        for pair in slots.windows(2) {
            prop_assert!(pair[1].starts_at >= pair[0].ends_at + gap, "{:?}", pair);
        }
    }

    #[test]
    fn planning_two_parts_equals_planning_the_whole(
        clinic in any_clinic(),
        (a, b, c) in any_dates(),
        raw in prop::collection::vec((0i64..60 * 24 * 60, 1i64..3000), 0..4),
    ) {
        let absences = absences(a, &raw);
        let parts = [plan_slots(&clinic, a, b, &absences, &[]), plan_slots(&clinic, b, c, &absences, &[])].concat();
        prop_assert_eq!(parts, plan_slots(&clinic, a, c, &absences, &[]));
    }

    #[test]
    fn an_absence_removes_only_what_it_overlaps(
        clinic in any_clinic(),
        (from, _, until) in any_dates(),
        raw in prop::collection::vec((0i64..60 * 24 * 60, 1i64..3000), 0..4),
    ) {
        let absences = absences(from, &raw);
        let left = plan_slots(&clinic, from, until, &absences, &[]);
        for slot in plan_slots(&clinic, from, until, &[], &[]) {
            prop_assert_eq!(left.contains(&slot), !absences.iter().any(|absence| absence_overlaps(absence, &slot)));
        }
    }

    #[test]
    fn clinics_that_do_not_overlap_have_slots_that_do_not_overlap(
        a in any_clinic(), b in any_clinic(), (from, _, until) in any_dates(),
    ) {
        prop_assume!(!overlaps(&a, &b));
        let others = plan_slots(&b, from, until, &[], &[]);
        for slot in plan_slots(&a, from, until, &[], &[]) {
            prop_assert!(others.iter().all(|other| other.ends_at <= slot.starts_at || slot.ends_at <= other.starts_at));
        }
    }
}
