//! Tests of the period of a fit note.

use chrono::{Days, Months, NaiveDate};
use proptest::prelude::*;

use super::{code, day, pointer};
use crate::fit_notes::model::{FitNoteFitness, FitNotePeriodKind, FitNotePeriodUnit, NotePeriod, Span, last_day_of_months};
use crate::fit_notes::rules::periods::{
    PeriodFields, check_indefinite, check_length, check_not_back_dated, check_not_post_dated, check_short_period_has_dates,
    is_long, is_self_certified, parse_period, unfit_for_six_months, unfit_spans,
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

/// `#fit-note-period`: the corresponding date rule, Dodds v Walker [1981] 1 WLR 1027: a month from a day ends before the same day of
/// the month, and where there is none, with the month.
#[test]
fn months_end_before_the_corresponding_date() {
    let table = [
        ("2027-01-11", 1, "2027-02-10"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-01-30", 1, "2028-02-29"),
        ("2028-01-29", 1, "2028-02-28"),
        ("2027-01-31", 1, "2027-02-28"),
        ("2027-01-29", 1, "2027-02-28"),
        ("2027-01-28", 1, "2027-02-27"),
        ("2027-03-31", 1, "2027-04-30"),
        ("2027-02-28", 1, "2027-03-27"),
        ("2027-02-01", 3, "2027-04-30"),
        ("2027-07-01", 3, "2027-09-30"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2028-02-29", 12, "2029-02-28"),
    ];
    for (from, count, until) in table {
        assert_eq!(last_day_of_months(day(from), count), Some(day(until)), "{count} months from {from}");
        let stated = NotePeriod::Duration { count, unit: FitNotePeriodUnit::Months };
        assert_eq!(stated.span(day(from)), span(from, until));
    }
}

/// `#fit-note-period`: SI 1976/615, Schedule 1, rule 13(b): not fit for work for the foreseeable future.
#[test]
fn only_who_is_not_fit_gets_an_indefinite_period() {
    use FitNoteFitness::{MayBeFit, NotFit};
    let four_weeks = NotePeriod::Duration { count: 4, unit: FitNotePeriodUnit::Weeks };
    for (stated, fitness, expected) in [
        (NotePeriod::Indefinite, NotFit, None),
        (NotePeriod::Indefinite, MayBeFit, Some("/period/kind")),
        (four_weeks, MayBeFit, None),
        (four_weeks, NotFit, None),
    ] {
        assert_eq!(pointer(check_indefinite(&stated, fitness)).as_deref(), expected, "{stated:?} {fitness:?}");
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
    assert_eq!(code(early), Some(Reason::FitNoteAssessmentRequired), "never before the assessment");
}

/// `#fit-note-period`: SI 1976/615, Schedule 1, rule 12, and DWP guidance: at most three (calendar) months in the first six; rule 13:
/// indefinite after six months.
#[test]
fn a_long_period_needs_six_months_before_it() {
    use FitNotePeriodUnit::{Days, Months, Weeks};
    let dates = |from: &str, until: &str| (from.to_owned(), NotePeriod::Dates { from: day(from), until: day(until) });
    let lasts = |from: &str, count, unit| (from.to_owned(), NotePeriod::Duration { count, unit });
    let table = [
        (lasts("2027-01-11", 3, Months), false),
        (lasts("2027-01-11", 4, Months), true),
        // Three months have 92 days from July, 90 from January and 89 from February.
        (dates("2027-07-01", "2027-09-30"), false),
        (dates("2027-07-01", "2027-10-01"), true),
        (lasts("2027-07-01", 92, Days), false),
        (lasts("2027-07-01", 93, Days), true),
        (lasts("2027-07-01", 13, Weeks), false),
        (lasts("2027-07-01", 14, Weeks), true),
        (dates("2027-02-01", "2027-04-30"), false),
        (dates("2027-02-01", "2027-05-01"), true),
        (dates("2027-02-01", "2027-05-02"), true),
        (lasts("2027-02-01", 89, Days), false),
        (lasts("2027-02-01", 90, Days), true),
        (lasts("2027-02-01", 12, Weeks), false),
        (lasts("2027-02-01", 13, Weeks), true),
        // The corresponding date does not exist.
        (dates("2027-11-30", "2028-02-29"), false),
        (dates("2027-11-30", "2028-03-01"), true),
        (("2027-01-11".to_owned(), NotePeriod::Indefinite), true),
    ];
    for ((assessed_on, stated), long) in table {
        let span = stated.span(day(&assessed_on));
        assert_eq!(is_long(span), long, "{stated:?} from {assessed_on}");
        let refused = long.then_some(Reason::FitNoteTooLong);
        assert_eq!(code(check_length(span, false, None)), refused, "{stated:?}");
        assert_eq!(code(check_length(span, false, Some(" "))), refused, "{stated:?}");
        assert_eq!(check_length(span, true, None), Ok(()));
        assert_eq!(check_length(span, false, Some("Seen by the GP since June.")), Ok(()));
    }
}

/// `#fit-note-period`: SI 1976/615, Schedule 1, rules 12 and 13(a): refrained from work because advised not to be fit for it.
#[test]
fn months_in_which_a_person_may_be_fit_do_not_count_for_the_six() {
    use FitNoteFitness::{MayBeFit, NotFit};
    let (first, second) = (span("2027-01-11", "2027-04-10"), span("2027-04-11", "2027-07-10"));
    for (fitness, expected) in
        [([NotFit, NotFit], true), ([NotFit, MayBeFit], false), ([MayBeFit, NotFit], false), ([MayBeFit, MayBeFit], false)]
    {
        let unfit = unfit_spans(fitness.into_iter().zip([first, second]));
        assert_eq!(unfit_for_six_months(&unfit, day("2027-07-11")), expected, "{fitness:?}");
    }
    // A day that both kinds of note cover counts.
    let both = unfit_spans([(NotFit, first), (MayBeFit, second), (NotFit, second)]);
    assert!(unfit_for_six_months(&both, day("2027-07-11")));
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
