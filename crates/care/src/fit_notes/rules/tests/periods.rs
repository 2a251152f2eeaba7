//! Tests of the period of a fit note.

use chrono::{Days, Months, NaiveDate};
use proptest::prelude::*;

use super::{code, day, pointer};
use crate::fit_notes::model::{FitNotePeriodKind, FitNotePeriodUnit, NotePeriod, Span};
use crate::fit_notes::rules::periods::{
    PeriodFields, check_length, check_not_back_dated, check_not_post_dated, check_short_period_has_dates, is_long,
    is_self_certified, parse_period, unfit_for_six_months,
};
use platform::refusal::Reason;

fn span(from: &str, until: &str) -> Span {
    Span { from: day(from), until: Some(day(until)) }
}

/// `#fit-note-period`: duration or end date, not both; dates are inclusive.
#[test]
fn a_period_is_stated_in_one_way() {
    use FitNotePeriodKind::{Dates, Duration, Indefinite};
    let (from, until, weeks) = (Some(day("2027-01-11")), Some(day("2027-01-31")), Some(FitNotePeriodUnit::Weeks));
    let table = [
        (Dates, from, until, None, None, None),
        (Dates, from, from, None, None, None),
        (Dates, until, from, None, None, Some("/period/ends_on")),
        (Dates, from, None, None, None, Some("/period/ends_on")),
        (Dates, None, until, None, None, Some("/period/starts_on")),
        (Dates, from, until, Some(3), weeks, Some("/period/count")),
        (Duration, None, None, Some(3), weeks, None),
        (Duration, None, None, Some(3), None, Some("/period/unit")),
        (Duration, None, None, None, weeks, Some("/period/count")),
        (Duration, None, until, Some(3), weeks, Some("/period/ends_on")),
        (Indefinite, None, None, None, None, None),
        (Indefinite, from, None, None, None, Some("/period/starts_on")),
        (Indefinite, None, None, None, weeks, Some("/period/unit")),
    ];
    for (kind, from, until, count, unit, expected) in table {
        let verdict = parse_period(&PeriodFields { kind, from, until, count, unit });
        assert_eq!(pointer(verdict).as_deref(), expected, "{kind:?} {from:?} {until:?} {count:?} {unit:?}");
    }
}

/// `#fit-note-period`: inclusive dates ("24 May to 3 June lapses from 4 June"); rule 12, it begins on the day of the assessment.
#[test]
fn a_duration_counts_from_the_assessment_and_both_days_are_in_it() {
    use FitNotePeriodUnit::{Days, Months, Weeks};
    let table = [
        (NotePeriod::Dates { from: day("2027-05-24"), until: day("2027-06-03") }, "2027-05-24", Some("2027-06-03"), Some(11)),
        (NotePeriod::Duration { count: 2, unit: Weeks }, "2027-01-11", Some("2027-01-24"), Some(14)),
        (NotePeriod::Duration { count: 15, unit: Days }, "2027-01-11", Some("2027-01-25"), Some(15)),
        (NotePeriod::Duration { count: 1, unit: Months }, "2027-01-11", Some("2027-02-10"), Some(31)),
        (NotePeriod::Duration { count: 3, unit: Months }, "2027-01-11", Some("2027-04-10"), Some(90)),
        (NotePeriod::Indefinite, "2027-01-11", None, None),
    ];
    for (stated, from, until, days) in table {
        let span = stated.span(day("2027-01-11"));
        assert_eq!((span.from, span.until, span.days()), (day(from), until.map(day), days), "{stated:?}");
    }
}

/// `#fit-note-period`: from and until are compulsory under fifteen days.
#[test]
fn a_short_period_is_stated_by_its_dates() {
    use FitNotePeriodUnit::{Days, Weeks};
    let assessed = day("2027-01-11");
    let table = [
        (NotePeriod::Duration { count: 2, unit: Weeks }, true),
        (NotePeriod::Duration { count: 14, unit: Days }, true),
        (NotePeriod::Duration { count: 15, unit: Days }, false),
        (NotePeriod::Duration { count: 3, unit: Weeks }, false),
        (NotePeriod::Dates { from: assessed, until: day("2027-01-20") }, false),
        (NotePeriod::Indefinite, false),
    ];
    for (stated, refused) in table {
        let verdict = check_short_period_has_dates(&stated, stated.span(assessed));
        assert_eq!(code(verdict), refused.then_some(Reason::FitNoteDatesRequired), "{stated:?}");
    }
}

/// `#fit-note-period`: no post-dating; back-dating only on an earlier assessment; never before the assessment.
#[test]
fn a_note_is_neither_post_dated_nor_back_dated_before_any_assessment() {
    type Case<'a> = (&'a str, &'a str, &'a str, &'a [&'a str], Option<Reason>);
    let table: [Case<'_>; 8] = [
        ("2027-01-11", "2027-01-11", "2027-01-11", &[], None),
        // Issued some days after the assessment, with a period from the assessment on.
        ("2027-01-11", "2027-01-11", "2027-01-15", &[], None),
        ("2027-01-12", "2027-01-11", "2027-01-11", &[], Some(Reason::FitNotePostDated)),
        ("2027-01-12", "2027-01-11", "2027-01-12", &[], None),
        ("2027-01-10", "2027-01-11", "2027-01-11", &[], Some(Reason::FitNoteBackDated)),
        ("2027-01-10", "2027-01-11", "2027-01-11", &["2027-01-11"], Some(Reason::FitNoteBackDated)),
        ("2027-01-10", "2027-01-11", "2027-01-11", &["2027-01-04"], None),
        ("2027-01-03", "2027-01-11", "2027-01-11", &["2027-01-04"], Some(Reason::FitNoteBackDated)),
    ];
    for (from, assessed_on, issued_on, earlier, expected) in table {
        let span = Span { from: day(from), until: None };
        let earlier: Vec<_> = earlier.iter().map(|text| day(text)).collect();
        let verdict = check_not_post_dated(span, day(issued_on))
            .and_then(|()| check_not_back_dated(span, day(assessed_on), day(issued_on), &earlier));
        assert_eq!(code(verdict), expected, "{from} {assessed_on} {issued_on} {earlier:?}");
    }
    let early = check_not_back_dated(span("2027-01-11", "2027-01-20"), day("2027-01-12"), day("2027-01-11"), &[]);
    assert_eq!(code(early), Some(Reason::FitNoteNotAssessed), "never before the assessment");
}

/// `#fit-note-period`: at most three months (thirteen weeks) in the first six; indefinite after six months.
#[test]
fn a_long_period_needs_six_months_before_it() {
    use FitNotePeriodUnit::{Days, Months, Weeks};
    let dates = |from: &str, until: &str| NotePeriod::Dates { from: day(from), until: day(until) };
    let table = [
        (NotePeriod::Duration { count: 3, unit: Months }, false),
        (NotePeriod::Duration { count: 4, unit: Months }, true),
        (NotePeriod::Duration { count: 13, unit: Weeks }, false),
        (NotePeriod::Duration { count: 14, unit: Weeks }, true),
        (NotePeriod::Duration { count: 91, unit: Days }, false),
        (NotePeriod::Duration { count: 92, unit: Days }, true),
        // Three months in summer have 92 days, in winter 90.
        (dates("2027-07-01", "2027-09-30"), false),
        (dates("2027-07-01", "2027-10-01"), true),
        (dates("2027-02-01", "2027-04-30"), false),
        (dates("2027-02-01", "2027-05-02"), false),
        (dates("2027-02-01", "2027-05-03"), true),
        (NotePeriod::Indefinite, true),
    ];
    for (stated, long) in table {
        assert_eq!(is_long(&stated), long, "{stated:?}");
        let refused = long.then_some(Reason::FitNoteTooLong);
        assert_eq!(code(check_length(&stated, false, None)), refused, "{stated:?}");
        assert_eq!(code(check_length(&stated, false, Some(" "))), refused, "{stated:?}");
        assert_eq!(check_length(&stated, true, None), Ok(()));
        assert_eq!(check_length(&stated, false, Some("Seen by the GP since June.")), Ok(()));
    }
}

/// `#fit-note-period`: unfit for the previous six months; dates are inclusive, so the next note begins on the day after.
#[test]
fn earlier_notes_show_six_months_of_unfitness_when_no_day_is_missing() {
    let before = day("2027-07-11");
    let quarter = [span("2027-01-11", "2027-04-10"), span("2027-04-11", "2027-07-10")];
    let table: [(&[Span], bool); 8] = [
        (&quarter, true),
        (&[quarter[1], quarter[0]], true),
        (&[span("2026-12-01", "2027-07-31")], true),
        (&[Span { from: day("2026-01-01"), until: None }], true),
        (&[quarter[0], span("2027-04-12", "2027-07-10")], false),
        (&[quarter[0]], false),
        (&[span("2027-01-12", "2027-07-10")], false),
        (&[], false),
    ];
    for (earlier, expected) in table {
        assert_eq!(unfit_for_six_months(earlier, before), expected, "{earlier:?}");
    }
}

/// `#fit-note-period`: the first seven calendar days of a spell, weekends and bank holidays counted.
#[test]
fn a_note_for_only_the_first_seven_days_is_self_certified() {
    let table: [(Span, &[Span], bool); 7] = [
        (span("2027-01-11", "2027-01-17"), &[], true),
        (span("2027-01-11", "2027-01-18"), &[], false),
        // It continues a note that ended the day before.
        (span("2027-01-11", "2027-01-12"), &[span("2027-01-04", "2027-01-10")], false),
        (span("2027-01-11", "2027-01-12"), &[span("2027-01-08", "2027-01-10")], true),
        (span("2027-01-11", "2027-01-12"), &[span("2026-12-28", "2027-01-04"), span("2027-01-05", "2027-01-10")], false),
        // There is a working day between the two notes.
        (span("2027-01-11", "2027-01-12"), &[span("2026-12-28", "2027-01-09")], true),
        (Span { from: day("2027-01-11"), until: None }, &[], false),
    ];
    for (note, earlier, expected) in table {
        assert_eq!(is_self_certified(note, earlier), expected, "{note:?} {earlier:?}");
    }
}

proptest! {
    #[test]
    fn six_months_are_shown_exactly_when_every_day_is_covered(cuts in proptest::collection::vec((0_u64..200, 1_u64..60), 0..8)) {
        let before = day("2027-07-11");
        let first = before.checked_sub_months(Months::new(6)).unwrap();
        let spans: Vec<Span> = cuts
            .iter()
            .map(|(start, length)| {
                let from = first - Days::new(10) + Days::new(*start);
                Span { from, until: Some(from + Days::new(length - 1)) }
            })
            .collect();
        let covered = |day: NaiveDate| spans.iter().any(|span| span.from <= day && span.until.is_none_or(|until| day <= until));
        let all = first.iter_days().take_while(|day| *day < before).all(covered);
        prop_assert_eq!(unfit_for_six_months(&spans, before), all);
    }
}
