//! Front desk of assessments and alerts.

pub mod alerts;
pub mod asking;
pub mod intake;
pub mod outcome;
pub mod progress;
pub mod reading;

use super::catalogue;
use super::dto::{AnsweredQuestionnaire, AssessmentView, OutcomeView, Reader};
use super::model::Standing;
use super::queries::{self, Assessment};
use crate::access::registration::model::Pathway;
use crate::access::registration::pointing;
use crate::access::registration::queries::{self as registration, moves};
use crate::access::signposting::model::Need;
use crate::access::{questionnaires, signposting};
use crate::platform::db::Conn;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{Id, UtcTime};
use crate::platform::seal::Sealer;

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
    let outcomes = queries::outcomes(conn, sealer, assessment.id)?
        .into_iter()
        .map(|outcome| {
            let signposts = signposting::by_ids(conn, &outcome.conclusion.signpost_ids)?;
            Ok(OutcomeView::new(outcome, signposts, reader))
        })
        .collect::<Result<_>>()?;
    let required = &catalogue::measures(assessment.purpose)?.required;
    Ok(AssessmentView::new(assessment, required, answered, outcomes, crisis_help))
}
