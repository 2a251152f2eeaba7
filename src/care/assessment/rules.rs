//! What may be done with an assessment, and when an answer must alarm somebody.

use chrono::{DateTime, Utc};

use super::model::{Answered, AssessmentOutcome, AssessmentState, OutcomeFacts, REQUIRED};
use crate::access::registration::model::Pathway;
use crate::platform::refusal::{Code, Refusal};

/// Whether a practitioner who stands here may start an assessment, `open` telling whether one is under way.
///
/// # Errors
/// [`Code::NotEligible`] or [`Code::IntakeExists`].
pub fn may_start(pathway: Pathway, open: bool) -> Result<(), Refusal> {
    check_eligible(pathway)?;
    if open { Err(Code::IntakeExists.into()) } else { Ok(()) }
}

fn check_eligible(pathway: Pathway) -> Result<(), Refusal> {
    match pathway {
        Pathway::AwaitingFunding | Pathway::Signposted | Pathway::Discharged => Err(Code::NotEligible.into()),
        Pathway::Registered | Pathway::IntakeDone | Pathway::AssessmentBooked | Pathway::InCare => Ok(()),
    }
}

/// Answers may be given and replaced until they are submitted.
///
/// # Errors
/// [`Code::AlreadySubmitted`].
pub fn may_answer(state: AssessmentState) -> Result<(), Refusal> {
    if state == AssessmentState::Draft { Ok(()) } else { Err(Code::AlreadySubmitted.into()) }
}

/// Whether an assessment may be submitted, and where its practitioner stands afterwards.
///
/// # Errors
/// [`Code::AlreadySubmitted`], [`Code::NotEligible`], or [`Code::IntakeIncomplete`] naming each questionnaire that is
/// missing.
pub fn submit(state: AssessmentState, pathway: Pathway, answered: &[Answered]) -> Result<Pathway, Refusal> {
    may_answer(state)?;
    check_eligible(pathway)?;
    let missing = REQUIRED.iter().filter(|code| !answered.iter().any(|one| one.questionnaire == **code));
    let refusal = missing.fold(Refusal::from(Code::IntakeIncomplete), |refusal, code| {
        refusal.field(*code, "required", format!("The questionnaire {code} is not answered."))
    });
    if !refusal.fields.is_empty() {
        return Err(refusal);
    }
    Ok(if pathway == Pathway::Registered { Pathway::IntakeDone } else { pathway })
}

/// Whether these answers call for an alert: they show risk, and not just what was alarming before.
pub fn calls_for_alert(before: Option<&Answered>, now: &Answered) -> bool {
    now.score.risk && before.is_none_or(|before| before.risky_answers() != now.risky_answers())
}

/// Whether this outcome may be recorded now.
///
/// # Errors
/// [`Code::OutcomeRecorded`], [`Code::NotSubmitted`], [`Code::AppointmentNotHeld`], or [`Code::InvalidBody`] at `/plan`.
pub fn may_record(outcome: AssessmentOutcome, facts: &OutcomeFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    if facts.recorded || facts.state == AssessmentState::Concluded {
        return Err(Code::OutcomeRecorded.into());
    }
    if facts.state == AssessmentState::Draft {
        return Err(Code::NotSubmitted.into());
    }
    if facts.missed || now < facts.starts_at {
        return Err(Code::AppointmentNotHeld.into());
    }
    if outcome == AssessmentOutcome::Accepted && !facts.has_plan {
        let detail = "Whoever is accepted gets a plan.";
        return Err(Refusal::new(Code::InvalidBody, detail).field("/plan", "required", detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::questionnaires::model::Score;
    use crate::care::assessment::model::ItemAnswer;
    use chrono::TimeDelta;

    fn noon() -> DateTime<Utc> {
        "2027-01-11T12:00:00Z".parse().unwrap()
    }

    fn answered(questionnaire: &str, risky: i32) -> Answered {
        let answers = vec![ItemAnswer { item: "one".into(), value: 2 }, ItemAnswer { item: "nine".into(), value: risky }];
        let risk_items = if risky > 0 { vec!["nine".to_owned()] } else { Vec::new() };
        let score = Score { total: 2, band: "minimal".into(), caseness: false, risk: risky > 0, risk_items };
        Answered { questionnaire: questionnaire.into(), version: 1, answers, score, answered_at: noon() }
    }

    #[test]
    fn one_is_started_where_care_is_open_and_none_is_under_way() {
        use Pathway::{AssessmentBooked, AwaitingFunding, Discharged, InCare, IntakeDone, Registered, Signposted};
        for pathway in [Registered, IntakeDone, AssessmentBooked, InCare] {
            assert_eq!(may_start(pathway, false), Ok(()));
            assert_eq!(may_start(pathway, true).unwrap_err().code, Code::IntakeExists);
        }
        for pathway in [AwaitingFunding, Signposted, Discharged] {
            assert_eq!(may_start(pathway, false).unwrap_err().code, Code::NotEligible);
        }
    }

    #[test]
    fn an_intake_needs_both_questionnaires() {
        let refusal = submit(AssessmentState::Draft, Pathway::Registered, &[answered("phq-9", 0)]).unwrap_err();
        assert_eq!((refusal.code, refusal.fields[0].pointer.as_str()), (Code::IntakeIncomplete, "gad-7"));
        let both = [answered("phq-9", 0), answered("gad-7", 0)];
        assert_eq!(submit(AssessmentState::Draft, Pathway::Registered, &both), Ok(Pathway::IntakeDone));
        assert_eq!(submit(AssessmentState::Draft, Pathway::InCare, &both), Ok(Pathway::InCare));
        assert_eq!(submit(AssessmentState::Submitted, Pathway::IntakeDone, &both).unwrap_err().code, Code::AlreadySubmitted);
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
        let good =
            OutcomeFacts { state: AssessmentState::Submitted, starts_at: noon(), missed: false, recorded: false, has_plan: true };
        let code = |outcome, facts, now| may_record(outcome, &facts, now).map_err(|refusal| refusal.code);
        let accepted = AssessmentOutcome::Accepted;
        assert_eq!(code(accepted, good, noon()), Ok(()));
        assert_eq!(code(accepted, good, noon() - TimeDelta::seconds(1)), Err(Code::AppointmentNotHeld));
        assert_eq!(code(accepted, OutcomeFacts { missed: true, ..good }, noon()), Err(Code::AppointmentNotHeld));
        assert_eq!(code(accepted, OutcomeFacts { recorded: true, ..good }, noon()), Err(Code::OutcomeRecorded));
        assert_eq!(code(accepted, OutcomeFacts { has_plan: false, ..good }, noon()), Err(Code::InvalidBody));
        assert_eq!(code(AssessmentOutcome::Discharged, OutcomeFacts { has_plan: false, ..good }, noon()), Ok(()));
        assert_eq!(code(accepted, OutcomeFacts { state: AssessmentState::Draft, ..good }, noon()), Err(Code::NotSubmitted));
        assert_eq!(
            code(accepted, OutcomeFacts { state: AssessmentState::Concluded, ..good }, noon()),
            Err(Code::OutcomeRecorded)
        );
    }
}
