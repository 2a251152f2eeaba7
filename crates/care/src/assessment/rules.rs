//! Rules of assessments: what may be done when, and what answers show.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::model::{
    AssessmentOutcome, AssessmentPurpose, AssessmentState, Measures, OutcomeFacts, PathwayFacts, QuestionnaireAnswers,
};
use crate::risk::model::RiskEventKind;
use people::practitioners::model::Pathway;
use platform::clock::days_later;
use platform::refusal::{Reason, Refusal};
use reference::questionnaires::catalogue::Catalogue;
use reference::questionnaires::model::{Definition, Score};

/// Whether a practitioner may start an assessment. `open` is true if they have one for the same purpose that is not concluded.
/// An intake is for practitioners who may enter care or are in care; a review is for those in care; the end-of-care assessment
/// is for those in care and for some weeks after care has ended.
///
/// # Errors
/// [`Reason::NotEligible`] or [`Reason::IntakeExists`] for an intake, [`Reason::ReviewNotOpen`] or [`Reason::ReviewExists`] for
/// others.
pub fn may_start(measures: &Measures, facts: PathwayFacts, open: bool, now: DateTime<Utc>) -> Result<(), Refusal> {
    check_pathway(measures, facts, now)?;
    match measures.purpose {
        _ if !open => Ok(()),
        AssessmentPurpose::Intake => Err(Reason::IntakeExists.into()),
        AssessmentPurpose::Review | AssessmentPurpose::End => Err(Reason::ReviewExists.into()),
    }
}

/// Whether a clinician may ask a practitioner to answer questionnaires. Only the practitioner can start an intake.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/purpose`, else as [`may_start`].
pub fn may_request(measures: &Measures, facts: PathwayFacts, open: bool, now: DateTime<Utc>) -> Result<(), Refusal> {
    if measures.purpose == AssessmentPurpose::Intake {
        let detail = "Only the practitioner can start an intake. Ask for a review or an end-of-care assessment.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/purpose", "not_allowed", detail));
    }
    may_start(measures, facts, open, now)
}

fn check_pathway(measures: &Measures, facts: PathwayFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    use Pathway::{AssessmentBooked, Discharged, InCare, IntakeDone, Registered};
    let recently = |at| now <= days_later(at, measures.days_after_discharge.into());
    match (measures.purpose, facts.pathway) {
        (AssessmentPurpose::Intake, Registered | IntakeDone | AssessmentBooked | InCare)
        | (AssessmentPurpose::Review | AssessmentPurpose::End, InCare) => Ok(()),
        (AssessmentPurpose::Intake, _) => Err(Reason::NotEligible.into()),
        (AssessmentPurpose::End, Discharged) if facts.discharged_at.is_some_and(recently) => Ok(()),
        (AssessmentPurpose::Review | AssessmentPurpose::End, _) => Err(Reason::ReviewNotOpen.into()),
    }
}

/// Answers can be changed until they are submitted.
///
/// # Errors
/// [`Reason::AlreadySubmitted`].
pub fn may_answer(state: AssessmentState) -> Result<(), Refusal> {
    if state == AssessmentState::Draft { Ok(()) } else { Err(Reason::AlreadySubmitted.into()) }
}

/// The result of submitting an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubmissionResult {
    /// The new state of the assessment: an intake waits for its outcome, any other is concluded.
    pub state: AssessmentState,
    /// The new pathway of the practitioner.
    pub pathway: Pathway,
}

/// The questionnaires that must be answered before submission: those of the purpose, and the full form of one whose total leads to it
/// (`docs/clinical-rules.md#questionnaires`: AUDIT-C from 5, then AUDIT).
pub fn required<'a>(measures: &'a Measures, answered: &[QuestionnaireAnswers], known: &'a Catalogue) -> Vec<&'a str> {
    let next = |one: &QuestionnaireAnswers| known.get(&one.questionnaire)?.next_after(one.score.total);
    measures.required.iter().map(String::as_str).chain(answered.iter().filter_map(next)).collect()
}

/// Whether an assessment may be submitted, and what changes with it.
///
/// # Errors
/// [`Reason::AlreadySubmitted`], [`Reason::NotEligible`] or [`Reason::ReviewNotOpen`], or [`Reason::IntakeIncomplete`] naming
/// each questionnaire that is missing.
pub fn submit(
    state: AssessmentState,
    measures: &Measures,
    facts: PathwayFacts,
    answered: &[QuestionnaireAnswers],
    known: &Catalogue,
    now: DateTime<Utc>,
) -> Result<SubmissionResult, Refusal> {
    may_answer(state)?;
    check_pathway(measures, facts, now)?;
    let required = required(measures, answered, known).into_iter();
    let missing = required.filter(|code| !answered.iter().any(|one| one.questionnaire == **code));
    let refusal = missing.fold(Refusal::from(Reason::IntakeIncomplete), |refusal, code| {
        refusal.field(code, "required", format!("Answer the questionnaire {code} first."))
    });
    if !refusal.fields.is_empty() {
        return Err(refusal);
    }
    let pathway = facts.pathway;
    Ok(match measures.purpose {
        AssessmentPurpose::Intake if pathway == Pathway::Registered => {
            SubmissionResult { state: AssessmentState::Submitted, pathway: Pathway::IntakeDone }
        }
        AssessmentPurpose::Intake => SubmissionResult { state: AssessmentState::Submitted, pathway },
        AssessmentPurpose::Review | AssessmentPurpose::End => SubmissionResult { state: AssessmentState::Concluded, pathway },
    })
}

/// What a score shows that needs an alert: an answer that shows risk, or a severe total without one (`docs/clinical-rules.md#risk`).
pub fn shown_risk(definition: Option<&Definition>, score: &Score) -> Option<RiskEventKind> {
    if score.risk {
        return Some(RiskEventKind::RiskAnswer);
    }
    definition.filter(|definition| definition.is_severe(score.total)).map(|_| RiskEventKind::SevereTotal)
}

/// What these answers show that needs an alert and that the earlier ones did not show.
pub fn new_risk(
    definition: &Definition,
    before: Option<&QuestionnaireAnswers>,
    now: &QuestionnaireAnswers,
) -> Option<RiskEventKind> {
    let is_known = |before: &QuestionnaireAnswers, kind| match kind {
        RiskEventKind::RiskAnswer => before.risky_answers() == now.risky_answers(),
        _ => definition.is_severe(before.score.total),
    };
    shown_risk(Some(definition), &now.score).filter(|kind| !before.is_some_and(|before| is_known(before, *kind)))
}

/// How many days before an intake a self-check may have been taken to be shown with it.
const PRIOR_DAYS: i64 = 90;

/// How many days the questionnaires ask about: the past two weeks (`docs/clinical-rules.md#questionnaires`).
const QUESTIONNAIRE_PERIOD_DAYS: i64 = 14;

/// Whether a self-check taken on that day is a prior result of an intake started on `began_on` and submitted on `submitted_on`.
pub fn is_prior_result(taken_on: NaiveDate, began_on: NaiveDate, submitted_on: Option<NaiveDate>) -> bool {
    began_on - taken_on <= TimeDelta::days(PRIOR_DAYS) && submitted_on.is_none_or(|day| taken_on <= day)
}

/// Whether answers of that day fall in the period that a questionnaire answered today asks about, so that they can be reused.
pub fn is_reusable(taken_on: NaiveDate, today: NaiveDate) -> bool {
    today - taken_on <= TimeDelta::days(QUESTIONNAIRE_PERIOD_DAYS)
}

/// When the previous period of care ended: the last end of care before the last intake. Scores up to then belong to that period;
/// end-of-care scores do so for as long as they can still be submitted.
pub fn previous_care_end(ends: &[DateTime<Utc>], last_intake: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let intake = last_intake?;
    ends.iter().copied().filter(|end| *end < intake).max()
}

/// Whether a score belongs to the current period of care, which follows the end of the previous one.
pub fn belongs_to_current_care(
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
/// [`Reason::ReviewHasNoOutcome`], [`Reason::OutcomeRecorded`], [`Reason::NotSubmitted`], [`Reason::AppointmentMissed`],
/// [`Reason::AppointmentNotHeld`], or [`Reason::InvalidBody`] at `/plan`.
pub fn may_record_outcome(outcome: AssessmentOutcome, facts: &OutcomeFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    if facts.purpose != AssessmentPurpose::Intake {
        return Err(Reason::ReviewHasNoOutcome.into());
    }
    if facts.outcome_recorded || facts.state == AssessmentState::Concluded {
        return Err(Reason::OutcomeRecorded.into());
    }
    if facts.state == AssessmentState::Draft {
        return Err(Reason::NotSubmitted.into());
    }
    if facts.missed {
        return Err(Reason::AppointmentMissed.into());
    }
    if now < facts.starts_at {
        return Err(Reason::AppointmentNotHeld.into());
    }
    if outcome == AssessmentOutcome::Accepted && !facts.has_plan {
        let detail = "Add the plan that was agreed: a practitioner who is accepted needs one.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/plan", "required", detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::model::ItemAnswer;
    use reference::questionnaires::catalogue;

    fn noon() -> DateTime<Utc> {
        "2027-01-11T12:00:00Z".parse().unwrap()
    }

    fn answered(questionnaire: &str, risky: i32) -> QuestionnaireAnswers {
        answered_with(questionnaire, risky, 2)
    }

    fn answered_with(questionnaire: &str, risky: i32, total: u16) -> QuestionnaireAnswers {
        let answers = vec![ItemAnswer { item: "one".into(), value: 2 }, ItemAnswer { item: "nine".into(), value: risky }];
        let risk_items = if risky > 0 { vec!["nine".to_owned()] } else { Vec::new() };
        let score = Score { total, band: "minimal".into(), caseness: false, risk: risky > 0, risk_items, clusters_met: None };
        QuestionnaireAnswers { questionnaire: questionnaire.into(), version: 1, answers, score, answered_at: noon() }
    }

    fn asked(purpose: AssessmentPurpose) -> Measures {
        Measures { purpose, required: vec!["phq-9".into(), "gad-7".into()], days_after_discharge: 42, source: "a test".into() }
    }

    fn at(pathway: Pathway) -> PathwayFacts {
        PathwayFacts { pathway, discharged_at: None }
    }

    #[test]
    fn an_assessment_starts_when_its_purpose_fits_the_pathway_and_none_like_it_is_open() {
        use Pathway::{AssessmentBooked, InCare, IntakeDone, Registered};
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
            for pathway in Pathway::ALL.iter().copied() {
                let code = |open| may_start(&asked(purpose), at(pathway), open, noon()).map_err(|refusal| refusal.reason);
                let expected = if open_to.contains(&pathway) { (Ok(()), Err(exists)) } else { (Err(not_open), Err(not_open)) };
                assert_eq!((code(false), code(true)), expected, "{purpose:?} at {pathway:?}");
            }
        }
    }

    #[test]
    fn the_end_of_care_assessment_can_be_started_for_some_weeks_after_care() {
        for (days, purpose, expected) in [
            (0, AssessmentPurpose::End, Ok(())),
            (42, AssessmentPurpose::End, Ok(())),
            (43, AssessmentPurpose::End, Err(Reason::ReviewNotOpen)),
            (1, AssessmentPurpose::Review, Err(Reason::ReviewNotOpen)),
            (1, AssessmentPurpose::Intake, Err(Reason::NotEligible)),
        ] {
            let discharged = PathwayFacts { pathway: Pathway::Discharged, discharged_at: Some(noon() - TimeDelta::days(days)) };
            let got = may_start(&asked(purpose), discharged, false, noon()).map_err(|refusal| refusal.reason);
            assert_eq!(got, expected, "{purpose:?} after {days} days");
        }
    }

    #[test]
    fn a_clinician_may_request_a_review_but_not_an_intake() {
        assert_eq!(may_request(&asked(AssessmentPurpose::Review), at(Pathway::InCare), false, noon()), Ok(()));
        let refusal = may_request(&asked(AssessmentPurpose::Intake), at(Pathway::Registered), false, noon()).unwrap_err();
        assert_eq!((refusal.reason, refusal.fields[0].pointer.as_str()), (Reason::InvalidBody, "/purpose"));
    }

    #[test]
    fn an_intake_needs_both_questionnaires_and_waits_for_its_outcome() {
        use AssessmentState::{Draft, Submitted as SubmittedState};
        let submit_intake = |state, pathway, answered: &[QuestionnaireAnswers]| {
            submit(state, &asked(AssessmentPurpose::Intake), at(pathway), answered, catalogue(), noon())
        };
        let refusal = submit_intake(Draft, Pathway::Registered, &[answered("phq-9", 0)]).unwrap_err();
        assert_eq!((refusal.reason, refusal.fields[0].pointer.as_str()), (Reason::IntakeIncomplete, "gad-7"));
        let both = [answered("phq-9", 0), answered("gad-7", 0)];
        let done = |pathway| Ok(SubmissionResult { state: SubmittedState, pathway });
        assert_eq!(submit_intake(Draft, Pathway::Registered, &both), done(Pathway::IntakeDone));
        assert_eq!(submit_intake(Draft, Pathway::InCare, &both), done(Pathway::InCare));
        assert_eq!(submit_intake(SubmittedState, Pathway::IntakeDone, &both).unwrap_err().reason, Reason::AlreadySubmitted);
    }

    /// <https://docsbay.net/alcohol-screening-tool>: an AUDIT-C of 5 or more is followed by the other questions of the AUDIT.
    #[test]
    fn five_points_on_the_audit_c_ask_for_the_audit_before_submission() {
        for (total, with_audit, missing) in
            [(4, false, None), (5, false, Some("audit")), (12, false, Some("audit")), (5, true, None), (12, true, None)]
        {
            let mut alcohol = answered("audit-c", 0);
            alcohol.score.total = total;
            let mut all = vec![answered("phq-9", 0), answered("gad-7", 0), alcohol];
            all.extend(with_audit.then(|| answered("audit", 0)));
            let got =
                submit(AssessmentState::Draft, &asked(AssessmentPurpose::Review), at(Pathway::InCare), &all, catalogue(), noon());
            let pointer = got.err().map(|refusal| (refusal.reason, refusal.fields[0].pointer.clone()));
            assert_eq!(pointer, missing.map(|code| (Reason::IntakeIncomplete, code.to_owned())), "{total} {with_audit}");
        }
    }

    #[test]
    fn submitting_a_review_concludes_it_and_leaves_the_pathway_unchanged() {
        let both = [answered("phq-9", 0), answered("gad-7", 0)];
        for purpose in [AssessmentPurpose::Review, AssessmentPurpose::End] {
            let submit_intake = |answered: &[QuestionnaireAnswers]| {
                submit(AssessmentState::Draft, &asked(purpose), at(Pathway::InCare), answered, catalogue(), noon())
            };
            let finished = SubmissionResult { state: AssessmentState::Concluded, pathway: Pathway::InCare };
            assert_eq!(submit_intake(&both), Ok(finished));
            assert_eq!(submit_intake(&both[..1]).unwrap_err().reason, Reason::IntakeIncomplete);
        }
    }

    #[test]
    fn needing_more_assessment_does_not_end_care() {
        use Pathway::{AssessmentBooked, Discharged, InCare, IntakeDone, Signposted};
        for (outcome, before, after) in [
            (AssessmentOutcome::MoreAssessment, AssessmentBooked, IntakeDone),
            (AssessmentOutcome::MoreAssessment, InCare, InCare),
            (AssessmentOutcome::Accepted, AssessmentBooked, InCare),
            (AssessmentOutcome::Discharged, InCare, Discharged),
            (AssessmentOutcome::Signposted, InCare, Signposted),
        ] {
            assert_eq!(outcome.pathway_after(before), after, "{outcome:?} at {before:?}");
        }
    }

    #[test]
    fn a_recent_self_check_is_a_prior_result_of_an_intake() {
        let day = |number: i64| NaiveDate::from_ymd_opt(2027, 1, 11).unwrap() + TimeDelta::days(number);
        for (taken, submitted_on, prior) in
            [(-90, None, true), (-91, None, false), (3, None, true), (3, Some(3), true), (4, Some(3), false)]
        {
            assert_eq!(is_prior_result(day(taken), day(0), submitted_on.map(day)), prior, "{taken} {submitted_on:?}");
        }
        assert!(is_reusable(day(-14), day(0)) && !is_reusable(day(-15), day(0)));
    }

    #[test]
    fn scores_belong_to_the_period_of_care_in_which_they_were_taken() {
        let day = |number| noon() + TimeDelta::days(number);
        for (name, ends, last_intake, expected) in [
            ("the first period of care", vec![], Some(day(0)), None),
            ("care has ended and has not started again", vec![day(50)], Some(day(0)), None),
            ("the second period of care", vec![day(50)], Some(day(90)), Some(day(50))),
            ("the second period has ended", vec![day(50), day(200)], Some(day(90)), Some(day(50))),
            ("no intake", vec![day(50)], None, None),
        ] {
            assert_eq!(previous_care_end(&ends, last_intake), expected, "{name}");
        }
        let since = Some(day(50));
        for (name, purpose, at, expected) in [
            ("the new intake", Some(AssessmentPurpose::Intake), 60, true),
            ("a review in the previous period", Some(AssessmentPurpose::Review), 50, false),
            ("late end-of-care answers of the previous period", Some(AssessmentPurpose::End), 92, false),
            ("end-of-care answers of the current period", Some(AssessmentPurpose::End), 93, true),
            ("an entered total", None, 51, true),
        ] {
            assert_eq!(belongs_to_current_care(since, purpose, day(at), 42), expected, "{name}");
            assert!(belongs_to_current_care(None, purpose, day(at), 42), "{name}: first period of care");
        }
    }

    #[test]
    fn the_same_risk_raises_only_one_alert() {
        let answer = Some(RiskEventKind::RiskAnswer);
        let severe = Some(RiskEventKind::SevereTotal);
        for (before, now, expected) in [
            (None, (0, 2), None),
            (None, (1, 2), answer),
            (Some((0, 2)), (1, 2), answer),
            (Some((1, 2)), (1, 2), None),
            (Some((1, 2)), (3, 2), answer),
            (Some((1, 2)), (0, 2), None),
            // A severe total without a risk answer.
            (None, (0, 19), None),
            (None, (0, 20), severe),
            (Some((0, 20)), (0, 24), None),
            (Some((0, 19)), (0, 20), severe),
            (Some((0, 20)), (1, 21), answer),
            (Some((1, 21)), (0, 20), None),
            (Some((1, 12)), (0, 20), severe),
        ] {
            let phq = catalogue().get("phq-9").unwrap();
            let answers = |(risky, total)| answered_with("phq-9", risky, total);
            let found = new_risk(phq, before.map(answers).as_ref(), &answers(now));
            assert_eq!(found, expected, "{before:?}, then {now:?}");
        }
        assert_eq!(shown_risk(None, &answered_with("unknown", 0, 27).score), None);
    }

    #[test]
    fn an_outcome_is_recorded_once_and_only_after_the_appointment_has_begun() {
        let good = OutcomeFacts {
            purpose: AssessmentPurpose::Intake,
            state: AssessmentState::Submitted,
            starts_at: noon(),
            missed: false,
            outcome_recorded: false,
            has_plan: true,
        };
        let code = |outcome, facts, now| may_record_outcome(outcome, &facts, now).map_err(|refusal| refusal.reason);
        let accepted = AssessmentOutcome::Accepted;
        assert_eq!(code(accepted, good, noon()), Ok(()));
        let review = OutcomeFacts { purpose: AssessmentPurpose::Review, state: AssessmentState::Concluded, ..good };
        assert_eq!(code(accepted, review, noon()), Err(Reason::ReviewHasNoOutcome));
        assert_eq!(code(accepted, good, noon() - TimeDelta::seconds(1)), Err(Reason::AppointmentNotHeld));
        assert_eq!(code(accepted, OutcomeFacts { missed: true, ..good }, noon()), Err(Reason::AppointmentMissed));
        assert_eq!(code(accepted, OutcomeFacts { outcome_recorded: true, ..good }, noon()), Err(Reason::OutcomeRecorded));
        assert_eq!(code(accepted, OutcomeFacts { has_plan: false, ..good }, noon()), Err(Reason::InvalidBody));
        assert_eq!(code(AssessmentOutcome::Discharged, OutcomeFacts { has_plan: false, ..good }, noon()), Ok(()));
        assert_eq!(code(accepted, OutcomeFacts { state: AssessmentState::Draft, ..good }, noon()), Err(Reason::NotSubmitted));
        assert_eq!(
            code(accepted, OutcomeFacts { state: AssessmentState::Concluded, ..good }, noon()),
            Err(Reason::OutcomeRecorded)
        );
    }
}
