//! Front desk of assessments and alerts.

pub mod alerts;
pub mod asking;
pub mod intake;
pub mod progress;
pub mod reading;
pub mod self_checks;

use super::dto::self_checks::PriorResult;
use super::dto::{AnsweredQuestionnaire, AssessmentView, OutcomeView, Reader};
use super::model::{AssessmentState, Purpose, Standing};
use super::queries::{self, Assessment};
use super::{catalogue, rules};
use access::registration::pointing;
use access::self_check::queries as taken_over;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::practitioners::queries::moves;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::seal::Sealer;
use reference::signposts::model::Need;
use reference::{questionnaires, signposts as signposting};

/// A practitioner's own assessment.
fn own(conn: &mut Conn, practitioner: Id, id: Id) -> Result<Assessment> {
    queries::find(conn, id)?.filter(|assessment| assessment.practitioner_id == practitioner).ok_or_else(Error::not_found)
}

/// What starting and handing in depend on; the practitioner's row is locked.
fn standing(conn: &mut Conn, practitioner: Id) -> Result<Standing> {
    let pathway = registration::lock_pathway(conn, practitioner)?.ok_or_else(Error::not_found)?;
    let discharged_at = match pathway {
        Pathway::Discharged => moves::last_to(conn, practitioner, pathway)?.map(|(_, at)| at.get()),
        _ => None,
    };
    Ok(Standing { pathway, discharged_at })
}

/// An assessment with all that this reader may see of it.
fn whole(conn: &mut Conn, sealer: &Sealer, assessment: Assessment, reader: Reader, now: UtcTime) -> Result<AssessmentView> {
    let catalogue = questionnaires::catalogue()?;
    let answered = queries::answered(conn, sealer, assessment.id)?;
    let risk = answered.iter().any(|answered| answered.score.risk);
    let crisis_help = if risk && reader == Reader::Practitioner {
        pointing::for_person(conn, sealer, assessment.practitioner_id, &[Need::Crisis], now.london_day())?
    } else {
        Vec::new()
    };
    let answered = answered.into_iter().map(|answered| {
        let definition = catalogue.get(&answered.questionnaire);
        AnsweredQuestionnaire::new(answered, definition, reader)
    });
    let answered = answered.collect();
    let prior_results = prior_results(conn, sealer, &assessment, reader, now)?;
    let outcomes = queries::outcomes(conn, sealer, assessment.id)?
        .into_iter()
        .map(|outcome| {
            let signposts = signposting::by_ids(conn, &outcome.conclusion.signpost_ids)?;
            Ok(OutcomeView::new(outcome, signposts, reader))
        })
        .collect::<Result<_>>()?;
    let required = &catalogue::measures(assessment.purpose)?.required;
    Ok(AssessmentView::new(assessment, required, answered, prior_results, outcomes, crisis_help))
}

/// How many self-checks are looked through for prior results.
const MOST_CHECKS: i64 = 10;

/// What the practitioner answered in self-checks before this intake, and took over.
fn prior_results(
    conn: &mut Conn,
    sealer: &Sealer,
    assessment: &Assessment,
    reader: Reader,
    now: UtcTime,
) -> Result<Vec<PriorResult>> {
    if assessment.purpose != Purpose::Intake {
        return Ok(Vec::new());
    }
    let (known, required) = (questionnaires::catalogue()?, &catalogue::measures(assessment.purpose)?.required);
    let (began_on, handed_in) = (assessment.started_at.london_day(), assessment.submitted_at.map(UtcTime::london_day));
    let mut found = Vec::new();
    for (_, taken) in taken_over::of(conn, sealer, assessment.practitioner_id, None, MOST_CHECKS)? {
        let taken = taken?;
        if !rules::is_prior(taken.taken_on, began_on, handed_in) {
            continue;
        }
        let lately = assessment.state == AssessmentState::Draft && rules::is_about_now(taken.taken_on, now.london_day());
        for result in taken.results {
            let same = known.get(&result.questionnaire).is_some_and(|definition| definition.version == result.version);
            let again = lately && same && required.contains(&result.questionnaire);
            found.push(PriorResult::new(taken.id, taken.taken_on, result, again, known, reader));
        }
    }
    Ok(found)
}
