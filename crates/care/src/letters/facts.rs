//! The words of the record for the sections of a letter, read in one place.

use super::model::Recipient;
use super::model::record::{
    AuthorWords, DischargeWords, MedicineWords, OutcomeWords, PatientWords, PlanWords, RecordWords, ScoreWords,
};
use crate::assessment::model::AssessmentPurpose;
use crate::assessment::queries as assessments;
use crate::assessment::queries::{LatestScore, Outcome};
use crate::prescriptions::catalogue::catalogue;
use crate::prescriptions::model::PrescriptionState;
use crate::prescriptions::queries as prescriptions;
use crate::prescriptions::rules::dosage;
use crate::records::model::{ProblemContent, ProblemState};
use crate::records::queries::{current_allergies, notes, plans, prescribing_details, problems};
use crate::records::rules::MAX_PROBLEMS;
use people::practitioners::queries::{RegisteredPractitioner, gp};
use people::relationships::episodes;
use platform::Tx;
use platform::config::Organisation;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use reference::{questionnaires, signposts};
use scheduling::booking::care_relationship;
use scheduling::clinicians::queries as clinicians;

/// How many assessments and notes are searched, the newest first.
const SEARCHED: i64 = 20;

/// Everything that a letter of this clinician about this practitioner may repeat.
///
/// # Errors
/// `clinician_incomplete` without a directory entry; `invalid_body` when a name cannot be printed.
pub(super) fn record_words(
    tx: &mut Tx,
    person: &RegisteredPractitioner,
    clinician: Id,
    organisation: &Organisation,
    recipient: Recipient,
) -> Result<RecordWords> {
    let author = author(tx, clinician, organisation)?;
    print::check_printable_names(&author.name, &person.details.legal_name)?;
    let practitioner = person.id;
    let attended = care_relationship::attended_times(tx, clinician, practitioner)?;
    Ok(RecordWords {
        patient: patient(tx, person)?,
        gp: gp::latest(tx, practitioner)?.gp,
        attended_on: attended.into_iter().map(|at| UtcTime::from(at).london_day()).collect(),
        outcome: outcome(tx, practitioner)?,
        discharge: discharge(tx, practitioner)?,
        problems: current_problems(tx, practitioner)?,
        allergies: current_allergies(tx, practitioner)?,
        medicines: medicines(tx, practitioner)?,
        scores: assessments::latest_scores(tx, practitioner)?.into_iter().filter_map(score).collect(),
        plan: plans::current(tx, practitioner)?.map(|plan| PlanWords { content: plan.content, review_on: plan.review_on }),
        risk: risk(tx, practitioner)?,
        author,
        recipient,
    })
}

fn author(tx: &mut Tx, clinician: Id, organisation: &Organisation) -> Result<AuthorWords> {
    let entry = clinicians::find(tx, clinician)?.ok_or(Reason::ClinicianIncomplete)?;
    Ok(AuthorWords {
        name: entry.profile.name.into_revealed(),
        registration: entry.profile.affiliation.registration.map(|(body, number)| (body, number.into_revealed())),
        organisation: organisation.name.clone(),
    })
}

fn patient(tx: &mut Tx, person: &RegisteredPractitioner) -> Result<PatientWords> {
    let recorded = prescribing_details::current(tx, person.id)?.details;
    let number = person.details.registration_number.clone();
    Ok(PatientWords {
        legal_name: person.details.legal_name.trim().to_owned(),
        born_on: recorded.date_of_birth,
        address: recorded.address,
        registration: number.map(|number| (person.details.registration_body, number)),
    })
}

/// The last outcome of an intake assessment.
fn outcome(tx: &mut Tx, practitioner: Id) -> Result<Option<OutcomeWords>> {
    for assessment in assessments::list(tx, practitioner, Some(AssessmentPurpose::Intake), None, SEARCHED)? {
        if let Some(last) = assessments::outcomes(tx, assessment.id)?.pop() {
            return outcome_words(tx, last).map(Some);
        }
    }
    Ok(None)
}

fn outcome_words(tx: &mut Tx, last: Outcome) -> Result<OutcomeWords> {
    let signposts = signposts::by_ids(tx, &last.details.signpost_ids)?;
    Ok(OutcomeWords {
        outcome: last.outcome,
        recorded_on: last.recorded_at.london_day(),
        plan: last.details.plan,
        summary: last.details.summary,
        signposts: signposts.into_iter().map(|signpost| signpost.name).collect(),
    })
}

/// The last discharge, unless care has begun again.
fn discharge(tx: &mut Tx, practitioner: Id) -> Result<Option<DischargeWords>> {
    if episodes::current(tx, practitioner)?.is_some() {
        return Ok(None);
    }
    Ok(episodes::last_discharge(tx, practitioner)?.map(|ended| {
        let (summary, shared) = ended.summary.map_or((None, None), |summary| (Some(summary.summary), summary.shared));
        DischargeWords {
            started_on: ended.started_at.london_day(),
            ended_on: ended.ended_at.london_day(),
            reason: ended.reason,
            summary: summary.filter(|text| !text.is_empty()),
            shared,
        }
    }))
}

fn current_problems(tx: &mut Tx, practitioner: Id) -> Result<Vec<ProblemContent>> {
    let mut current = Vec::new();
    for (_, problem) in problems::list(tx, practitioner, None, MAX_PROBLEMS)? {
        let problem = problem?;
        if problem.state == ProblemState::Active {
            current.push(problem.content);
        }
    }
    // In the order in which they were recorded.
    current.reverse();
    Ok(current)
}

/// The medicines that are still taken or may still be issued. What was used up long ago is no medicine of today.
fn medicines(tx: &mut Tx, practitioner: Id) -> Result<Vec<MedicineWords>> {
    let (today, limits) = (tx.now.london_day(), &catalogue().limits);
    let mut all = prescriptions::in_force(tx, practitioner)?;
    all.retain(|prescription| prescription.state != PrescriptionState::Cancelled);
    // In the order in which they were written.
    all.sort_by_key(|prescription| prescription.id);
    let words = all.iter().flat_map(|prescription| {
        let signed_on = prescription.signed_at.map(UtcTime::london_day);
        prescription.live_items(limits, today).into_iter().map(move |item| MedicineWords {
            name: item.medicine.name.clone(),
            dosage: dosage::joined_text(&item.dosage),
            signed_on,
        })
    });
    Ok(words.collect())
}

fn score(latest: LatestScore) -> Option<ScoreWords> {
    let definition = questionnaires::catalogue().get(&latest.questionnaire)?;
    Some(ScoreWords {
        title: definition.title.clone(),
        total: latest.score.total,
        most: definition.max_total(),
        band: definition.band(latest.score.total).map(|band| band.label.clone()),
        answered_on: latest.answered_at.london_day(),
    })
}

/// Risk, as the last signed note that mentions it describes it.
fn risk(tx: &mut Tx, practitioner: Id) -> Result<Option<String>> {
    for (_, note) in notes::list(tx, practitioner, Id::NO_RECORD, None, SEARCHED)? {
        if let Some(risk) = note?.content.risk {
            return Ok(Some(risk));
        }
    }
    Ok(None)
}
