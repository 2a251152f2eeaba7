//! What may be done with an assessment, and when an answer must alarm somebody.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::model::{Answered, AssessmentOutcome, AssessmentPurpose, AssessmentState, Measures, OutcomeFacts, Standing};
use people::practitioners::model::Pathway;
use platform::clock::days_later;
use platform::refusal::{Reason, Refusal};

/// Whether a practitioner who stands here may start an assessment, `open` telling whether one for the same purpose is under
/// way. An intake is for whoever care is open to; a review is for people in care; the last one is so too, and for some
/// weeks after care has ended.
///
/// # Errors
/// [`Reason::NotEligible`] or [`Reason::IntakeExists`] for an intake, [`Reason::ReviewNotOpen`] or [`Reason::ReviewExists`] for others.
pub fn may_start(measures: &Measures, standing: Standing, open: bool, now: DateTime<Utc>) -> Result<(), Refusal> {
    check_standing(measures, standing, now)?;
    match measures.purpose {
        _ if !open => Ok(()),
        AssessmentPurpose::Intake => Err(Reason::IntakeExists.into()),
        AssessmentPurpose::Review | AssessmentPurpose::End => Err(Reason::ReviewExists.into()),
    }
}

/// Whether a clinician may ask somebody who stands here to answer questionnaires. The intake is begun by the practitioner alone.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/purpose`, else as [`may_start`].
pub fn may_ask(measures: &Measures, standing: Standing, open: bool, now: DateTime<Utc>) -> Result<(), Refusal> {
    if measures.purpose == AssessmentPurpose::Intake {
        let detail = "An intake is begun by the practitioner.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/purpose", "not_allowed", detail));
    }
    may_start(measures, standing, open, now)
}

fn check_standing(measures: &Measures, standing: Standing, now: DateTime<Utc>) -> Result<(), Refusal> {
    use Pathway::{AssessmentBooked, Discharged, InCare, IntakeDone, Registered};
    let lately = |at| now <= days_later(at, measures.days_after_discharge.into());
    match (measures.purpose, standing.pathway) {
        (AssessmentPurpose::Intake, Registered | IntakeDone | AssessmentBooked | InCare)
        | (AssessmentPurpose::Review | AssessmentPurpose::End, InCare) => Ok(()),
        (AssessmentPurpose::Intake, _) => Err(Reason::NotEligible.into()),
        (AssessmentPurpose::End, Discharged) if standing.discharged_at.is_some_and(lately) => Ok(()),
        (AssessmentPurpose::Review | AssessmentPurpose::End, _) => Err(Reason::ReviewNotOpen.into()),
    }
}

/// Answers may be given and replaced until they are submitted.
///
/// # Errors
/// [`Reason::AlreadySubmitted`].
pub fn may_answer(state: AssessmentState) -> Result<(), Refusal> {
    if state == AssessmentState::Draft { Ok(()) } else { Err(Reason::AlreadySubmitted.into()) }
}

/// What handing in an assessment leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submitted {
    /// Where the assessment stands: an intake waits for its outcome, any other is finished.
    pub state: AssessmentState,
    /// Where the practitioner stands.
    pub pathway: Pathway,
}

/// Whether an assessment may be submitted, and what then is.
///
/// # Errors
/// [`Reason::AlreadySubmitted`], [`Reason::NotEligible`] or [`Reason::ReviewNotOpen`], or [`Reason::IntakeIncomplete`] naming each
/// questionnaire that is missing.
pub fn submit(
    state: AssessmentState,
    measures: &Measures,
    standing: Standing,
    answered: &[Answered],
    now: DateTime<Utc>,
) -> Result<Submitted, Refusal> {
    may_answer(state)?;
    check_standing(measures, standing, now)?;
    let missing = measures.required.iter().filter(|code| !answered.iter().any(|one| one.questionnaire == **code));
    let refusal = missing.fold(Refusal::from(Reason::IntakeIncomplete), |refusal, code| {
        refusal.field(code.as_str(), "required", format!("The questionnaire {code} is not answered."))
    });
    if !refusal.fields.is_empty() {
        return Err(refusal);
    }
    let pathway = standing.pathway;
    Ok(match measures.purpose {
        AssessmentPurpose::Intake if pathway == Pathway::Registered => {
            Submitted { state: AssessmentState::Submitted, pathway: Pathway::IntakeDone }
        }
        AssessmentPurpose::Intake => Submitted { state: AssessmentState::Submitted, pathway },
        AssessmentPurpose::Review | AssessmentPurpose::End => Submitted { state: AssessmentState::Concluded, pathway },
    })
}

/// Whether these answers call for an alert: they show risk, and not just what was alarming before.
pub fn calls_for_alert(before: Option<&Answered>, now: &Answered) -> bool {
    now.score.risk && before.is_none_or(|before| before.risky_answers() != now.risky_answers())
}

/// For how many days before an intake a self-check is still shown with it.
const PRIOR_DAYS: i64 = 90;

/// How many days the questionnaires ask about: the past two weeks (`docs/clinical-rules.md#questionnaires`).
const ASKED_ABOUT_DAYS: i64 = 14;

/// Whether a self-check of that day is a prior result of an intake that was begun on one day and handed in on another, if it was.
pub fn is_prior(taken_on: NaiveDate, began_on: NaiveDate, handed_in: Option<NaiveDate>) -> bool {
    began_on - taken_on <= TimeDelta::days(PRIOR_DAYS) && handed_in.is_none_or(|day| taken_on <= day)
}

/// Whether answers of that day are about the weeks that a questionnaire asks about today, so that they may be offered again.
pub fn is_about_now(taken_on: NaiveDate, today: NaiveDate) -> bool {
    today - taken_on <= TimeDelta::days(ASKED_ABOUT_DAYS)
}

/// When the present course of care began to be measured: after care had ended the last time before the last intake. Scores up to
/// then belong to an earlier course, those asked at its end for as long as they are taken in.
pub fn measured_since(ends: &[DateTime<Utc>], last_intake: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let intake = last_intake?;
    ends.iter().copied().filter(|end| *end < intake).max()
}

/// Whether a score belongs to the course that is measured since then.
pub fn is_of_this_course(
    since: Option<DateTime<Utc>>,
    purpose: Option<AssessmentPurpose>,
    at: DateTime<Utc>,
    end_days: u16,
) -> bool {
    since.is_none_or(|since| match purpose {
        Some(AssessmentPurpose::End) => at > days_later(since, end_days.into()),
        _ => at > since,
    })
}

/// Whether this outcome may be recorded now.
///
/// # Errors
/// [`Reason::ReviewHasNoOutcome`], [`Reason::OutcomeRecorded`], [`Reason::NotSubmitted`], [`Reason::AppointmentNotHeld`], or
/// [`Reason::InvalidBody`] at `/plan`.
pub fn may_record(outcome: AssessmentOutcome, facts: &OutcomeFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    if facts.purpose != AssessmentPurpose::Intake {
        return Err(Reason::ReviewHasNoOutcome.into());
    }
    if facts.recorded || facts.state == AssessmentState::Concluded {
        return Err(Reason::OutcomeRecorded.into());
    }
    if facts.state == AssessmentState::Draft {
        return Err(Reason::NotSubmitted.into());
    }
    if facts.missed || now < facts.starts_at {
        return Err(Reason::AppointmentNotHeld.into());
    }
    if outcome == AssessmentOutcome::Accepted && !facts.has_plan {
        let detail = "Whoever is accepted gets a plan.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/plan", "required", detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::model::ItemAnswer;
    use reference::questionnaires::model::Score;

    fn noon() -> DateTime<Utc> {
        "2027-01-11T12:00:00Z".parse().unwrap()
    }

    fn answered(questionnaire: &str, risky: i32) -> Answered {
        let answers = vec![ItemAnswer { item: "one".into(), value: 2 }, ItemAnswer { item: "nine".into(), value: risky }];
        let risk_items = if risky > 0 { vec!["nine".to_owned()] } else { Vec::new() };
        let score = Score { total: 2, band: "minimal".into(), caseness: false, risk: risky > 0, risk_items, clusters_met: None };
        Answered { questionnaire: questionnaire.into(), version: 1, answers, score, answered_at: noon() }
    }

    fn asked(purpose: AssessmentPurpose) -> Measures {
        Measures { purpose, required: vec!["phq-9".into(), "gad-7".into()], days_after_discharge: 42, source: "a test".into() }
    }

    fn at(pathway: Pathway) -> Standing {
        Standing { pathway, discharged_at: None }
    }

    #[test]
    fn one_is_started_where_its_purpose_fits_and_none_like_it_is_under_way() {
        use Pathway::{AssessmentBooked, AwaitingFunding, Discharged, InCare, IntakeDone, Registered, Signposted};
        let cases: [(AssessmentPurpose, &[Pathway], Reason, Reason); 3] = [
            (
                AssessmentPurpose::Intake,
                &[Registered, IntakeDone, AssessmentBooked, InCare],
                Reason::IntakeExists,
                Reason::NotEligible,
            ),
            (AssessmentPurpose::Review, &[InCare], Reason::ReviewExists, Reason::ReviewNotOpen),
            (AssessmentPurpose::End, &[InCare], Reason::ReviewExists, Reason::ReviewNotOpen),
        ];
        for (purpose, open_to, exists, not_open) in cases {
            for pathway in [Registered, IntakeDone, AssessmentBooked, InCare, AwaitingFunding, Discharged, Signposted] {
                let code = |open| may_start(&asked(purpose), at(pathway), open, noon()).map_err(|refusal| refusal.reason);
                let expected = if open_to.contains(&pathway) { (Ok(()), Err(exists)) } else { (Err(not_open), Err(not_open)) };
                assert_eq!((code(false), code(true)), expected, "{purpose:?} at {pathway:?}");
            }
        }
    }

    #[test]
    fn the_last_ones_are_taken_in_for_some_weeks_after_care() {
        for (days, purpose, expected) in [
            (0, AssessmentPurpose::End, Ok(())),
            (42, AssessmentPurpose::End, Ok(())),
            (43, AssessmentPurpose::End, Err(Reason::ReviewNotOpen)),
            (1, AssessmentPurpose::Review, Err(Reason::ReviewNotOpen)),
            (1, AssessmentPurpose::Intake, Err(Reason::NotEligible)),
        ] {
            let gone = Standing { pathway: Pathway::Discharged, discharged_at: Some(noon() - TimeDelta::days(days)) };
            let got = may_start(&asked(purpose), gone, false, noon()).map_err(|refusal| refusal.reason);
            assert_eq!(got, expected, "{purpose:?} after {days} days");
        }
    }

    #[test]
    fn a_clinician_asks_for_a_review_and_never_for_an_intake() {
        assert_eq!(may_ask(&asked(AssessmentPurpose::Review), at(Pathway::InCare), false, noon()), Ok(()));
        let refusal = may_ask(&asked(AssessmentPurpose::Intake), at(Pathway::Registered), false, noon()).unwrap_err();
        assert_eq!((refusal.reason, refusal.fields[0].pointer.as_str()), (Reason::InvalidBody, "/purpose"));
    }

    #[test]
    fn an_intake_needs_both_questionnaires_and_waits_for_its_outcome() {
        use AssessmentState::{Draft, Submitted as In};
        let hand_in = |state, pathway, answered: &[Answered]| {
            submit(state, &asked(AssessmentPurpose::Intake), at(pathway), answered, noon())
        };
        let refusal = hand_in(Draft, Pathway::Registered, &[answered("phq-9", 0)]).unwrap_err();
        assert_eq!((refusal.reason, refusal.fields[0].pointer.as_str()), (Reason::IntakeIncomplete, "gad-7"));
        let both = [answered("phq-9", 0), answered("gad-7", 0)];
        let done = |pathway| Ok(Submitted { state: In, pathway });
        assert_eq!(hand_in(Draft, Pathway::Registered, &both), done(Pathway::IntakeDone));
        assert_eq!(hand_in(Draft, Pathway::InCare, &both), done(Pathway::InCare));
        assert_eq!(hand_in(In, Pathway::IntakeDone, &both).unwrap_err().reason, Reason::AlreadySubmitted);
    }

    #[test]
    fn a_review_is_finished_by_its_answers_and_moves_nobody() {
        let both = [answered("phq-9", 0), answered("gad-7", 0)];
        for purpose in [AssessmentPurpose::Review, AssessmentPurpose::End] {
            let hand_in =
                |answered: &[Answered]| submit(AssessmentState::Draft, &asked(purpose), at(Pathway::InCare), answered, noon());
            let finished = Submitted { state: AssessmentState::Concluded, pathway: Pathway::InCare };
            assert_eq!(hand_in(&both), Ok(finished));
            assert_eq!(hand_in(&both[..1]).unwrap_err().reason, Reason::IntakeIncomplete);
        }
    }

    #[test]
    fn more_assessment_does_not_throw_anybody_out_of_care() {
        use Pathway::{AssessmentBooked, Discharged, InCare, IntakeDone, Signposted};
        for (outcome, before, after) in [
            (AssessmentOutcome::MoreAssessment, AssessmentBooked, IntakeDone),
            (AssessmentOutcome::MoreAssessment, InCare, InCare),
            (AssessmentOutcome::Accepted, AssessmentBooked, InCare),
            (AssessmentOutcome::Discharged, InCare, Discharged),
            (AssessmentOutcome::Signposted, InCare, Signposted),
        ] {
            assert_eq!(outcome.pathway(before), after, "{outcome:?} at {before:?}");
        }
    }

    #[test]
    fn a_self_check_tells_something_about_an_intake_for_a_while() {
        let day = |number: i64| NaiveDate::from_ymd_opt(2027, 1, 11).unwrap() + TimeDelta::days(number);
        for (taken, handed_in, prior) in
            [(-90, None, true), (-91, None, false), (3, None, true), (3, Some(3), true), (4, Some(3), false)]
        {
            assert_eq!(is_prior(day(taken), day(0), handed_in.map(day)), prior, "{taken} {handed_in:?}");
        }
        assert!(is_about_now(day(-14), day(0)) && !is_about_now(day(-15), day(0)));
    }

    #[test]
    fn a_course_is_measured_from_its_own_beginning() {
        let day = |number| noon() + TimeDelta::days(number);
        for (name, ends, last_intake, expected) in [
            ("the first course", vec![], Some(day(0)), None),
            ("it has ended and none has begun since", vec![day(50)], Some(day(0)), None),
            ("the second", vec![day(50)], Some(day(90)), Some(day(50))),
            ("the second has ended", vec![day(50), day(200)], Some(day(90)), Some(day(50))),
            ("never an intake", vec![day(50)], None, None),
        ] {
            assert_eq!(measured_since(&ends, last_intake), expected, "{name}");
        }
        let since = Some(day(50));
        for (name, purpose, at, expected) in [
            ("the new intake", Some(AssessmentPurpose::Intake), 60, true),
            ("a review of the old course", Some(AssessmentPurpose::Review), 50, false),
            ("the old course's last answers, late", Some(AssessmentPurpose::End), 92, false),
            ("the new course's last answers", Some(AssessmentPurpose::End), 93, true),
            ("a total entered", None, 51, true),
        ] {
            assert_eq!(is_of_this_course(since, purpose, day(at), 42), expected, "{name}");
            assert!(is_of_this_course(None, purpose, day(at), 42), "{name}: the first course");
        }
    }

    #[test]
    fn the_same_risk_does_not_alarm_twice() {
        assert!(!calls_for_alert(None, &answered("phq-9", 0)));
        assert!(calls_for_alert(None, &answered("phq-9", 1)));
        assert!(calls_for_alert(Some(&answered("phq-9", 0)), &answered("phq-9", 1)));
        assert!(!calls_for_alert(Some(&answered("phq-9", 1)), &answered("phq-9", 1)));
        assert!(calls_for_alert(Some(&answered("phq-9", 1)), &answered("phq-9", 3)));
    }

    #[test]
    fn an_outcome_is_recorded_once_the_appointment_has_begun_and_once_only() {
        let good = OutcomeFacts {
            purpose: AssessmentPurpose::Intake,
            state: AssessmentState::Submitted,
            starts_at: noon(),
            missed: false,
            recorded: false,
            has_plan: true,
        };
        let code = |outcome, facts, now| may_record(outcome, &facts, now).map_err(|refusal| refusal.reason);
        let accepted = AssessmentOutcome::Accepted;
        assert_eq!(code(accepted, good, noon()), Ok(()));
        let review = OutcomeFacts { purpose: AssessmentPurpose::Review, state: AssessmentState::Concluded, ..good };
        assert_eq!(code(accepted, review, noon()), Err(Reason::ReviewHasNoOutcome));
        assert_eq!(code(accepted, good, noon() - TimeDelta::seconds(1)), Err(Reason::AppointmentNotHeld));
        assert_eq!(code(accepted, OutcomeFacts { missed: true, ..good }, noon()), Err(Reason::AppointmentNotHeld));
        assert_eq!(code(accepted, OutcomeFacts { recorded: true, ..good }, noon()), Err(Reason::OutcomeRecorded));
        assert_eq!(code(accepted, OutcomeFacts { has_plan: false, ..good }, noon()), Err(Reason::InvalidBody));
        assert_eq!(code(AssessmentOutcome::Discharged, OutcomeFacts { has_plan: false, ..good }, noon()), Ok(()));
        assert_eq!(code(accepted, OutcomeFacts { state: AssessmentState::Draft, ..good }, noon()), Err(Reason::NotSubmitted));
        assert_eq!(
            code(accepted, OutcomeFacts { state: AssessmentState::Concluded, ..good }, noon()),
            Err(Reason::OutcomeRecorded)
        );
    }
}
