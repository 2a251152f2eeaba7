//! The rules, table by table; each table names the lines of the domain facts that it holds the rule against.

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use proptest::prelude::*;

use super::checking::{genuineness, may_withdraw, stands};
use super::periods::{
    StatedPeriod, is_long, is_self_certified, length, not_post_dated, rests_on_an_assessment, short_ones_have_dates, stated,
    unfit_for_six_months,
};
use super::plans::{hours_keep_the_contract, may_agree, may_print, review_is_in_reach, weeks_follow};
use super::wording::{Secrets, is_telling, reveals_nothing};
use super::*;
use crate::care::fit_notes::model::plans::{Shift, Week, WorkDay};
use crate::care::fit_notes::model::{
    Content, FitNoteGenuineness, FitNotePeriodKind, FitNotePeriodUnit, FitNoteState, Paper, Span, Stated,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn span(from: &str, until: &str) -> Span {
    Span { from: day(from), until: Some(day(until)) }
}

fn code<T>(verdict: Result<T, Refusal>) -> Option<Code> {
    verdict.err().map(|refusal| refusal.code)
}

fn pointer<T>(verdict: Result<T, Refusal>) -> Option<String> {
    verdict.err().map(|refusal| refusal.fields[0].pointer.clone())
}

/// Domain 1.1: five professions, none other; domain 3: what a register proves.
#[test]
fn only_the_professions_that_the_law_names_issue_notes() {
    use Discipline::*;
    use FitNoteProfession as Is;
    use RegistrationBody::{Gdc, Gmc, Gphc, Hcpc, Nmc};
    let table = [
        (Some(Gmc), Psychiatrist, Some(Is::Doctor)),
        (Some(Gmc), Gp, Some(Is::Doctor)),
        (Some(Gmc), AddictionSpecialist, Some(Is::Doctor)),
        (Some(Gmc), Psychotherapist, Some(Is::Doctor)),
        (Some(Nmc), MentalHealthNurse, Some(Is::Nurse)),
        (Some(Hcpc), OccupationalTherapist, Some(Is::OccupationalTherapist)),
        (Some(Gphc), AddictionSpecialist, Some(Is::Pharmacist)),
        // Only a midwife may stand behind the number.
        (Some(Nmc), Counsellor, None),
        // A psychologist, a paramedic or a social worker.
        (Some(Hcpc), Psychologist, None),
        (Some(Hcpc), RecoveryWorker, None),
        (Some(Gdc), CbtTherapist, None),
        (Some(RegistrationBody::None), Psychiatrist, None),
        (None, Psychiatrist, None),
        (None, MentalHealthNurse, None),
        (None, OccupationalTherapist, None),
    ];
    for (body, discipline, expected) in table {
        let verdict = issuer_profession(body, discipline);
        assert_eq!(verdict.as_ref().ok().copied(), expected, "{body:?} {discipline:?}");
        assert!(expected.is_some() || code(verdict) == Some(Code::FitNoteIssuer));
    }
}

/// Domain 1.1: the issuer may not be the patient.
#[test]
fn nobody_issues_a_note_for_themselves() {
    let table = [
        (Some("a"), Some("a"), Some(Code::FitNoteForOneself)),
        (Some("a"), Some("b"), None),
        (Some("a"), None, None),
        (None, Some("a"), None),
        (None, None, None),
    ];
    for (issuer, practitioner, expected) in table {
        assert_eq!(code(not_for_oneself(issuer, practitioner)), expected, "{issuer:?} {practitioner:?}");
    }
}

/// Domain 1.1: face to face, video, telephone, or a written report; 1.3 rules 4 and 9.
#[test]
fn a_note_rests_on_an_assessment_that_took_place() {
    use AppointmentStatus::{Attended, Booked, Cancelled, NotAttended};
    let noon: DateTime<Utc> = "2027-01-11T12:00:00Z".parse().unwrap();
    let refused = Some(Code::FitNoteNotAssessed);
    for (mode, basis) in
        [(Mode::InPerson, FitNoteBasis::InPerson), (Mode::Phone, FitNoteBasis::Phone), (Mode::Video, FitNoteBasis::Video)]
    {
        assert_eq!(assessed(Attended, noon, mode, noon), Ok(basis));
    }
    for status in [Booked, Cancelled, NotAttended] {
        assert_eq!(code(assessed(status, noon, Mode::Video, noon)), refused, "{status:?}");
    }
    assert_eq!(code(assessed(Attended, noon, Mode::Video, noon - chrono::TimeDelta::seconds(1))), refused, "before it began");
    for (appointment, report, fine) in [(true, false, true), (false, true, true), (true, true, false), (false, false, false)] {
        assert_eq!(one_basis(appointment, report).is_ok(), fine);
    }
    assert_eq!(report_is_written(day("2027-01-11"), day("2027-01-11")), Ok(()));
    assert_eq!(pointer(report_is_written(day("2027-01-12"), day("2027-01-11"))).as_deref(), Some("/report/written_on"));
}

/// Domain 1.2: two boxes, four adaptations, functional effects; 1.1: "fit for work" cannot be said.
#[test]
fn advice_comes_with_may_be_fit_and_with_its_reasons() {
    use FitNoteAdaptation::{AlteredHours, PhasedReturn};
    let table: [(FitNoteFitness, &[FitNoteAdaptation], Option<&str>, Option<Code>); 8] = [
        (FitNoteFitness::NotFit, &[], None, None),
        (FitNoteFitness::NotFit, &[], Some("Rest."), None),
        (FitNoteFitness::NotFit, &[AlteredHours], Some("Rest."), Some(Code::FitNoteAdaptations)),
        (FitNoteFitness::MayBeFit, &[PhasedReturn], Some("Tires quickly."), None),
        (FitNoteFitness::MayBeFit, FitNoteAdaptation::ALL, Some("Tires quickly."), None),
        (FitNoteFitness::MayBeFit, &[], Some("Tires quickly."), Some(Code::FitNoteAdaptations)),
        (FitNoteFitness::MayBeFit, &[PhasedReturn], None, Some(Code::FitNoteEffects)),
        (FitNoteFitness::MayBeFit, &[PhasedReturn], Some("  "), Some(Code::FitNoteEffects)),
    ];
    for (fitness, adaptations, comments, expected) in table {
        assert_eq!(code(advice(fitness, adaptations, comments)), expected, "{fitness:?} {adaptations:?} {comments:?}");
    }
    assert_eq!(FitNoteFitness::ALL.len(), 2, "not fit, and may be fit");
    assert_eq!(FitNoteAdaptation::ALL.len(), 4);
}

/// Domain 1.3: rules 6 and 8, and the two grounds.
#[test]
fn a_condition_is_given_less_precisely_on_one_of_two_grounds_only() {
    let table = [
        ("Stress", None, None, None),
        (" ", None, None, Some("/condition")),
        ("Illness", Some("Depression"), Some(FitNoteDiscretion::Wellbeing), None),
        ("Illness", Some("Depression"), Some(FitNoteDiscretion::PositionWithEmployer), None),
        ("Illness", Some("Depression"), None, Some("/discretion")),
        ("Illness", None, Some(FitNoteDiscretion::Wellbeing), Some("/precise_condition")),
        ("Illness", Some(" "), Some(FitNoteDiscretion::Wellbeing), Some("/precise_condition")),
    ];
    for (given, precise, ground, expected) in table {
        assert_eq!(pointer(condition(given, precise, ground)).as_deref(), expected, "{given} {precise:?} {ground:?}");
    }
    assert_eq!(FitNoteDiscretion::ALL.len(), 2);
    assert_eq!(code(legal_name("  ")), Some(Code::FitNoteName));
    assert_eq!(legal_name("Rowena Skye"), Ok(()));
}

/// Domain 1.3: duration or end date, not both; dates are inclusive.
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
        let verdict = stated(&StatedPeriod { kind, from, until, count, unit });
        assert_eq!(pointer(verdict).as_deref(), expected, "{kind:?} {from:?} {until:?} {count:?} {unit:?}");
    }
}

/// Domain 1.3: inclusive dates ("24 May to 3 June lapses from 4 June"); rule 12, a period begins on the day of the assessment.
#[test]
fn a_duration_counts_from_the_assessment_and_both_days_are_in_it() {
    use FitNotePeriodUnit::{Days, Months, Weeks};
    let table = [
        (Stated::Dates { from: day("2027-05-24"), until: day("2027-06-03") }, "2027-05-24", Some("2027-06-03"), Some(11)),
        (Stated::Duration { count: 2, unit: Weeks }, "2027-01-11", Some("2027-01-24"), Some(14)),
        (Stated::Duration { count: 15, unit: Days }, "2027-01-11", Some("2027-01-25"), Some(15)),
        (Stated::Duration { count: 1, unit: Months }, "2027-01-11", Some("2027-02-10"), Some(31)),
        (Stated::Duration { count: 3, unit: Months }, "2027-01-11", Some("2027-04-10"), Some(90)),
        (Stated::Indefinite, "2027-01-11", None, None),
    ];
    for (stated, from, until, days) in table {
        let span = stated.span(day("2027-01-11"));
        assert_eq!((span.from, span.until, span.days()), (day(from), until.map(day), days), "{stated:?}");
    }
}

/// Domain 1.3: from and until are compulsory under fifteen days.
#[test]
fn a_short_period_is_stated_by_its_dates() {
    use FitNotePeriodUnit::{Days, Weeks};
    let assessed = day("2027-01-11");
    let table = [
        (Stated::Duration { count: 2, unit: Weeks }, true),
        (Stated::Duration { count: 14, unit: Days }, true),
        (Stated::Duration { count: 15, unit: Days }, false),
        (Stated::Duration { count: 3, unit: Weeks }, false),
        (Stated::Dates { from: assessed, until: day("2027-01-20") }, false),
        (Stated::Indefinite, false),
    ];
    for (stated, refused) in table {
        let verdict = short_ones_have_dates(&stated, stated.span(assessed));
        assert_eq!(code(verdict), refused.then_some(Code::FitNoteDatesRequired), "{stated:?}");
    }
}

/// Domain 1.3: no post-dating; back-dating only on an earlier assessment; never before the assessment.
#[test]
fn a_note_is_dated_neither_ahead_nor_back_before_any_assessment() {
    let table: [(&str, &str, &str, &[&str], Option<Code>); 8] = [
        ("2027-01-11", "2027-01-11", "2027-01-11", &[], None),
        // Issued some days after the assessment, from the assessment on.
        ("2027-01-11", "2027-01-11", "2027-01-15", &[], None),
        ("2027-01-12", "2027-01-11", "2027-01-11", &[], Some(Code::FitNotePostDated)),
        ("2027-01-12", "2027-01-11", "2027-01-12", &[], None),
        ("2027-01-10", "2027-01-11", "2027-01-11", &[], Some(Code::FitNoteBackDated)),
        ("2027-01-10", "2027-01-11", "2027-01-11", &["2027-01-11"], Some(Code::FitNoteBackDated)),
        ("2027-01-10", "2027-01-11", "2027-01-11", &["2027-01-04"], None),
        ("2027-01-03", "2027-01-11", "2027-01-11", &["2027-01-04"], Some(Code::FitNoteBackDated)),
    ];
    for (from, assessed_on, issued_on, earlier, expected) in table {
        let span = Span { from: day(from), until: None };
        let earlier: Vec<_> = earlier.iter().map(|text| day(text)).collect();
        let verdict = not_post_dated(span, day(issued_on))
            .and_then(|()| rests_on_an_assessment(span, day(assessed_on), day(issued_on), &earlier));
        assert_eq!(code(verdict), expected, "{from} {assessed_on} {issued_on} {earlier:?}");
    }
    let early = rests_on_an_assessment(span("2027-01-11", "2027-01-20"), day("2027-01-12"), day("2027-01-11"), &[]);
    assert_eq!(code(early), Some(Code::FitNoteNotAssessed), "never before the assessment");
}

/// Domain 1.3: at most three months (thirteen weeks) in the first six; indefinite after six months.
#[test]
fn a_long_period_needs_six_months_before_it() {
    use FitNotePeriodUnit::{Days, Months, Weeks};
    let dates = |from: &str, until: &str| Stated::Dates { from: day(from), until: day(until) };
    let table = [
        (Stated::Duration { count: 3, unit: Months }, false),
        (Stated::Duration { count: 4, unit: Months }, true),
        (Stated::Duration { count: 13, unit: Weeks }, false),
        (Stated::Duration { count: 14, unit: Weeks }, true),
        (Stated::Duration { count: 91, unit: Days }, false),
        (Stated::Duration { count: 92, unit: Days }, true),
        // Three months in summer have 92 days, in winter 90.
        (dates("2027-07-01", "2027-09-30"), false),
        (dates("2027-07-01", "2027-10-01"), true),
        (dates("2027-02-01", "2027-04-30"), false),
        (dates("2027-02-01", "2027-05-02"), false),
        (dates("2027-02-01", "2027-05-03"), true),
        (Stated::Indefinite, true),
    ];
    for (stated, long) in table {
        assert_eq!(is_long(&stated), long, "{stated:?}");
        let refused = long.then_some(Code::FitNoteTooLong);
        assert_eq!(code(length(&stated, false, None)), refused, "{stated:?}");
        assert_eq!(code(length(&stated, false, Some(" "))), refused, "{stated:?}");
        assert_eq!(length(&stated, true, None), Ok(()));
        assert_eq!(length(&stated, false, Some("Seen by the GP since June.")), Ok(()));
    }
}

/// Domain 1.3: unfit for the previous six months; dates are inclusive, so the next note begins on the day after.
#[test]
fn earlier_notes_show_six_months_when_no_day_is_missing() {
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

/// Domain 1.1: the first seven calendar days of a spell, weekends and bank holidays counted.
#[test]
fn the_first_seven_days_of_a_spell_call_for_a_thought() {
    let table: [(Span, &[Span], bool); 7] = [
        (span("2027-01-11", "2027-01-17"), &[], true),
        (span("2027-01-11", "2027-01-18"), &[], false),
        // It goes on from a note that ended the day before.
        (span("2027-01-11", "2027-01-12"), &[span("2027-01-04", "2027-01-10")], false),
        (span("2027-01-11", "2027-01-12"), &[span("2027-01-08", "2027-01-10")], true),
        (span("2027-01-11", "2027-01-12"), &[span("2026-12-28", "2027-01-04"), span("2027-01-05", "2027-01-10")], false),
        // A day at work lies between.
        (span("2027-01-11", "2027-01-12"), &[span("2026-12-28", "2027-01-09")], true),
        (Span { from: day("2027-01-11"), until: None }, &[], false),
    ];
    for (note, earlier, expected) in table {
        assert_eq!(is_self_certified(note, earlier), expected, "{note:?} {earlier:?}");
    }
}

/// Domain 1.1 and 1.4: both are advice, so whoever has seen the warning may go on.
#[test]
fn a_warning_is_named_until_it_is_acknowledged() {
    use FitNoteWarning::{SelfCertification, TellingWords};
    assert_eq!(acknowledged(&[], &[]), Ok(()));
    assert_eq!(acknowledged(&[TellingWords], &[SelfCertification, TellingWords]), Ok(()));
    let refusal = acknowledged(&[SelfCertification, TellingWords], &[TellingWords]).unwrap_err();
    assert_eq!((refusal.code, refusal.fields.len(), refusal.fields[0].code), (Code::FitNoteWarnings, 1, "self_certification"));
}

/// Domain 1.4: no pseudonym and no NHS number on a note; domain 3: the examples of numbers that pass and that do not.
#[test]
fn nothing_on_paper_ties_the_name_to_the_service() {
    let secrets = Secrets { pseudonym: "Kestrel", reference: "CF-7K3M-9QXA", legal_name: "Rowena Skye" };
    let table = [
        ("Stress at work", None),
        ("As Kestrel said", Some(Code::FitNoteReveals)),
        ("as kestrel, said", Some(Code::FitNoteReveals)),
        ("Kestrels are birds", None),
        ("ref. CF-7K3M-9QXA", Some(Code::FitNoteReveals)),
        ("ref. cf 7k3m 9qxa", Some(Code::FitNoteReveals)),
        ("NHS 999 054 8609", Some(Code::FitNoteReveals)),
        ("9044151320", Some(Code::FitNoteReveals)),
        ("NHS 999 123 4567", None),
        ("call 01632 960 001", None),
        ("12 weeks, 3 days", None),
    ];
    for (text, expected) in table {
        assert_eq!(code(reveals_nothing("/comments", text, &secrets)), expected, "{text}");
    }
    let own = Secrets { pseudonym: "Rowena", ..secrets };
    assert_eq!(reveals_nothing("/comments", "Rowena tires quickly", &own), Ok(()), "her own name");
}

/// Domain 1.4: no service brand, scores, group name, medication, addiction words or specialty.
#[test]
fn telling_words_are_found_in_any_case_and_form() {
    let words: Vec<String> = ["alcohol*", "phq*", "group therapy", "sertraline", "mg", "psychiatr*"].map(str::to_owned).into();
    let table = [
        ("Alcohol dependence", true),
        ("Alcoholism", true),
        ("PHQ-9 of 17", true),
        ("attends group-therapy", true),
        ("Sertraline 50 mg", true),
        ("seen by a Psychiatrist", true),
        ("Low mood and poor sleep", false),
        ("therapy", false),
        ("imgs", false),
        ("", false),
    ];
    for (text, expected) in table {
        assert_eq!(is_telling(text, &words), expected, "{text}");
    }
}

fn content() -> Content {
    Content {
        name: "Rowena Skye".to_owned(),
        assessed_on: day("2027-01-11"),
        condition: "Stress at work".to_owned(),
        fitness: FitNoteFitness::NotFit,
        adaptations: Vec::new(),
        comments: None,
        stated: Stated::Duration { count: 4, unit: FitNotePeriodUnit::Weeks },
        assess_again: true,
        issuer: "Maya Ellison".to_owned(),
        profession: FitNoteProfession::Doctor,
        issued_on: day("2027-01-12"),
        organisation: vec!["Northgate Clinic".to_owned()],
        check_at: None,
    }
}

/// Domain 1.4: only that a note is as written; tampering with duration and condition is the known fraud.
#[test]
fn a_check_answers_one_of_three_words() {
    use FitNoteGenuineness::{Altered, Genuine, Unknown};
    let (note, paper) = (content(), || Paper {
        issued_on: day("2027-01-12"),
        fitness: FitNoteFitness::NotFit,
        stated: Stated::Duration { count: 4, unit: FitNotePeriodUnit::Weeks },
        name: Some(" rowena  SKYE ".to_owned()),
        condition: Some("stress at work".to_owned()),
    });
    let table = [
        (paper(), Genuine),
        (Paper { name: None, condition: None, ..paper() }, Genuine),
        (Paper { issued_on: day("2027-01-13"), ..paper() }, Altered),
        (Paper { fitness: FitNoteFitness::MayBeFit, ..paper() }, Altered),
        (Paper { stated: Stated::Duration { count: 14, unit: FitNotePeriodUnit::Weeks }, ..paper() }, Altered),
        (Paper { stated: Stated::Duration { count: 4, unit: FitNotePeriodUnit::Months }, ..paper() }, Altered),
        (Paper { name: Some("Rowan Skye".to_owned()), ..paper() }, Altered),
        (Paper { condition: Some("Back pain".to_owned()), ..paper() }, Altered),
    ];
    for (paper, expected) in table {
        assert_eq!(genuineness(Some((&note, FitNoteState::Issued)), &paper), expected);
        assert_eq!(genuineness(Some((&note, FitNoteState::Withdrawn)), &paper), Unknown);
        assert_eq!(genuineness(None, &paper), Unknown);
    }
}

/// Domain 1.3: a duplicate replaces a note that stands; the note belongs to the patient, and an employer keeps a copy.
#[test]
fn a_note_is_withdrawn_once_and_not_after_the_employer_has_it() {
    use FitNoteState::{Issued, Withdrawn};
    assert_eq!(stands(Issued), Ok(()));
    assert_eq!(code(stands(Withdrawn)), Some(Code::FitNoteWithdrawn));
    assert_eq!(may_withdraw(Issued, false), Ok(()));
    assert_eq!(code(may_withdraw(Issued, true)), Some(Code::FitNoteWithEmployer));
    assert_eq!(code(may_withdraw(Withdrawn, false)), Some(Code::FitNoteWithdrawn));
    assert_eq!(code(may_withdraw(Withdrawn, true)), Some(Code::FitNoteWithdrawn));
}

fn week(number: u32, days: &[(WorkDay, u32)]) -> Week {
    Week { number, shifts: days.iter().map(|(day, minutes)| Shift { day: *day, minutes: *minutes }).collect() }
}

#[test]
fn the_weeks_of_a_plan_follow_and_keep_the_contract() {
    use WorkDay::{Monday, Tuesday};
    let (one, two) = (week(1, &[(Monday, 240)]), week(2, &[(Monday, 240), (Tuesday, 240)]));
    let table = [
        (vec![one.clone(), two.clone()], None),
        (vec![week(1, &[])], None),
        (vec![two.clone(), one.clone()], Some("/weeks/0/week")),
        (vec![one.clone(), week(3, &[])], Some("/weeks/1/week")),
        (vec![one.clone(), one.clone()], Some("/weeks/1/week")),
        (vec![week(1, &[(Monday, 60), (Monday, 60)])], Some("/weeks/0/days")),
    ];
    for (weeks, expected) in table {
        assert_eq!(pointer(weeks_follow(&weeks)).as_deref(), expected, "{weeks:?}");
    }
    assert_eq!(hours_keep_the_contract(&[one.clone(), two.clone()], 480), Ok(()));
    assert_eq!(pointer(hours_keep_the_contract(&[one, two], 465)).as_deref(), Some("/weeks/1/days"));
}

#[test]
fn a_plan_is_looked_at_again_agreed_once_and_printed_when_agreed() {
    let start = day("2027-01-11");
    for (review, fine) in [("2027-01-10", false), ("2027-01-11", true), ("2027-03-08", true), ("2027-03-09", false)] {
        assert_eq!(review_is_in_reach(start, 4, day(review)).is_ok(), fine, "{review}");
    }
    let at: DateTime<Utc> = "2027-01-11T12:00:00Z".parse().unwrap();
    assert_eq!(may_agree(None), Ok(()));
    assert_eq!(code(may_agree(Some(at))), Some(Code::ReturnToWorkAgreed));
    assert_eq!(may_print(Some(at)), Ok(at));
    assert_eq!(code(may_print(None)), Some(Code::ReturnToWorkNotAgreed));
}

#[test]
fn a_code_is_read_as_people_write_it() {
    let written = super::code::format(&[7; 32]);
    let bare = written.replace('-', "");
    assert_eq!((written.len(), bare.len()), (22, 19), "{written}");
    for text in [written.clone(), bare.to_lowercase(), format!(" {} ", written.replace('-', " ")), bare.replace('0', "o").replace('1', "l")] {
        assert_eq!(super::code::parse(&text).as_ref(), Some(&bare), "{text}");
    }
    for wrong in ["", "7", "U", &bare[1..], &format!("{bare}0"), "☃"] {
        assert_eq!(super::code::parse(wrong), None, "{wrong}");
    }
}

proptest! {
    #[test]
    fn every_code_is_read_back_and_one_wrong_character_is_noticed(secret in any::<[u8; 32]>(), place in 0_usize..19, by in 1_usize..32) {
        const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let bare = super::code::format(&secret).replace('-', "");
        prop_assert_eq!(super::code::parse(&bare), Some(bare.clone()));
        let mut wrong = bare.into_bytes();
        let value = ALPHABET.iter().position(|symbol| *symbol == wrong[place]).unwrap();
        wrong[place] = ALPHABET[(value + by) % 32];
        prop_assert_eq!(super::code::parse(std::str::from_utf8(&wrong).unwrap()), None);
    }

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
