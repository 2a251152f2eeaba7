//! The words of the record for the sections of a letter, read in one place.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::model::medicines::{LetterMedicine, LetterPrescriber, PrescribedMedicine};
use super::model::record::{
    AttendanceWords, AuthorWords, ClinicianWords, DischargeWords, OutcomeWords, PatientWords, PlanWords, RecordWords,
    RiskFindings, RiskWords, ScoreWords, Stated,
};
use super::model::{LetterRecipientKind, LetterSection, LetterState, Recipient};
use super::queries::{self as letters, Filter};
use super::rules::medicines;
use crate::assessment::model::AssessmentPurpose;
use crate::assessment::queries as assessments;
use crate::assessment::queries::{LatestScore, Outcome};
use crate::prescriptions::catalogue::{Catalogue, Limits};
use crate::prescriptions::in_force;
use crate::prescriptions::model::Item;
use crate::prescriptions::printed_form;
use crate::prescriptions::queries as prescriptions;
use crate::prescriptions::queries::Prescription;
use crate::prescriptions::rules::dosage;
use crate::records::model::{OpenItemDecision, OpenItemKind, ProblemContent, ProblemState};
use crate::records::queries::{current_allergies, notes, plans, prescribing_details, problems};
use crate::records::rules::MAX_PROBLEMS;
use crate::risk::queries::assessments as risk_assessments;
use people::practitioners::queries::{RegisteredPractitioner, gp};
use people::relationships::episodes;
use platform::Tx;
use platform::config::Organisation;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use reference::{questionnaires, signposts};
use scheduling::booking::attendances;
use scheduling::booking::attendances::Attendance;
use scheduling::clinicians::queries as clinicians;

/// How many assessments and notes are searched, the newest first.
const SEARCHED: i64 = 20;

/// How many attendances are listed, the latest ones.
const MOST_ATTENDANCES: i64 = 12;

/// Everything that a letter of this clinician about this practitioner may repeat.
///
/// # Errors
/// `directory_entry_required` without a directory entry; `invalid_body` when a name cannot be printed, or what is stated about medicines does
/// not fit the record.
pub(super) fn record_words(
    tx: &mut Tx,
    person: &RegisteredPractitioner,
    clinician: Id,
    organisation: &Organisation,
    recipient: Recipient,
    stated: Stated,
) -> Result<RecordWords> {
    let author = author(tx, clinician, organisation)?;
    print::check_printable_names(&author.name, &person.details.legal_name)?;
    let practitioner = person.id;
    let medicines = medicines::with_stated(listed_medicines(tx, practitioner, recipient.kind)?, &stated.medicines)?;
    Ok(RecordWords {
        patient: patient(tx, person)?,
        gp: gp::latest(tx, practitioner)?.gp,
        attended: attended(tx, practitioner)?,
        actions: stated.actions,
        outcome: outcome(tx, practitioner)?,
        discharge: discharge(tx, practitioner)?,
        problems: current_problems(tx, practitioner)?,
        allergies: current_allergies(tx, practitioner)?,
        medicines,
        scores: assessments::latest_scores(tx, practitioner)?.into_iter().filter_map(score).collect(),
        plan: plans::current(tx, practitioner)?.map(|plan| PlanWords { content: plan.content, review_on: plan.review_on }),
        risk: risk(tx, practitioner)?,
        author,
        recipient,
    })
}

fn author(tx: &mut Tx, clinician: Id, organisation: &Organisation) -> Result<AuthorWords> {
    let entry = clinicians::find(tx, clinician)?.ok_or(Reason::DirectoryEntryRequired)?;
    Ok(AuthorWords {
        name: entry.profile.name.into_revealed(),
        registration: entry.profile.affiliation.registration.map(|(body, number)| (body, number.into_revealed())),
        organisation: organisation.name.clone(),
        contact: tx.policy.reply_contact.phone.iter().chain(&tx.policy.reply_contact.email).cloned().collect(),
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

/// The appointments that the practitioner attended, with the names of those clinicians that can be read.
fn attended(tx: &mut Tx, practitioner: Id) -> Result<Vec<AttendanceWords>> {
    let all = attendances::attendances(tx, practitioner, MOST_ATTENDANCES)?;
    let ids: Vec<Id> = all.iter().map(|seen| seen.clinician).collect();
    let known = clinician_words(tx, &ids)?;
    let words = |seen: Attendance| AttendanceWords {
        on: UtcTime::from(seen.starts_at).london_day(),
        mode: seen.mode,
        clinician: known.get(&seen.clinician).map(|clinician| clinician.name.clone()),
    };
    Ok(all.into_iter().map(words).collect())
}

fn clinician_words(tx: &mut Tx, ids: &[Id]) -> Result<BTreeMap<Id, ClinicianWords>> {
    let words = |entry: clinicians::Entry| ClinicianWords {
        name: entry.profile.name.into_revealed(),
        registration: entry.profile.affiliation.registration.map(|(body, number)| (body, number.into_revealed())),
    };
    Ok(clinicians::find_readable(tx, ids)?.into_iter().map(|(id, entry)| (id, words(entry))).collect())
}

/// The medicines that are or were prescribed here, with what changed for the recipient.
fn listed_medicines(tx: &mut Tx, practitioner: Id, recipient: LetterRecipientKind) -> Result<Vec<LetterMedicine>> {
    let since = compared_with(tx, practitioner, recipient)?;
    let mut all = prescriptions::in_force(tx, practitioner)?;
    all.sort_by_key(|prescription| (prescription.signed_at, prescription.id));
    let today = tx.now.london_day();
    let then = since.unwrap_or(tx.now);
    let terms = in_force::catalogue(tx)?;
    let mut prescribed = Vec::new();
    for one in &all {
        let limits = in_force::limits_of(tx, one)?;
        prescribed.extend(prescribed_by(one, &terms, &limits, (today, then)));
    }
    Ok(medicines::medicines(&prescribed, since, next_prescriber(tx, practitioner)?))
}

/// When the last letter to the GP about medicines was proposed or, for another recipient or without one, when care began. A letter
/// that cannot be read does not count.
fn compared_with(tx: &mut Tx, practitioner: Id, recipient: LetterRecipientKind) -> Result<Option<UtcTime>> {
    if recipient == LetterRecipientKind::Gp {
        let filter = Filter { practitioner, state: Some(LetterState::Sent), proposed_only: false, before: None };
        let sent = letters::list(tx, filter, SEARCHED)?.into_iter().filter_map(|(_, letter)| letter.ok());
        let about_medicines = sent.filter(|letter| {
            let has_medicines = letter.content.sections.iter().any(|part| part.section == LetterSection::Medications);
            letter.content.recipient.kind == LetterRecipientKind::Gp && has_medicines
        });
        if let Some(last) = about_medicines.filter_map(|letter| letter.proposed_at).max() {
            return Ok(Some(last));
        }
    }
    Ok(match episodes::current(tx, practitioner)? {
        Some(episode) => Some(episode.started_at),
        None => episodes::last_discharge(tx, practitioner)?.map(|ended| ended.started_at),
    })
}

/// The items of a signed prescription. What was never issued and can no longer be issued was not taken.
fn prescribed_by(
    prescription: &Prescription,
    terms: &Catalogue,
    limits: &Limits,
    (today, then): (NaiveDate, UtcTime),
) -> Vec<PrescribedMedicine> {
    let (tolerance, Some(signed_at)) = (terms.limits.quantity_tolerance_percent.value, prescription.signed_at) else {
        return Vec::new();
    };
    let cancelled_at = prescription.cancellation.as_ref().map(|cancelled| cancelled.at);
    let live_now = prescription.live(limits, tolerance, today);
    let live_then = prescription.live(limits, tolerance, then.london_day());
    let numbered = (1_u8..).zip(&prescription.content.items).zip(live_now.into_iter().zip(live_then));
    let medicine = |((item_number, item), (live_now, live_then)): ((u8, &Item), (bool, bool))| {
        let is_live = live_now && cancelled_at.is_none();
        let brand = item.medicine.brand.as_ref().map_or_else(String::new, |brand| format!(" ({brand})"));
        PrescribedMedicine {
            prescription: prescription.id,
            item: item_number,
            name: format!("{}{brand}", item.medicine.name),
            ingredients: item.medicine.ingredients.clone(),
            indication: item.indication.clone(),
            dosage: dosage::joined_text(&item.dosage),
            route: printed_form::routes(item, terms).to_lowercase(),
            supply: supply(prescription, item, terms),
            signed_at,
            is_live,
            was_live: cancelled_at.map_or(live_then, |cancelled| cancelled > then),
            ended_on: cancelled_at.map(UtcTime::london_day).or_else(|| prescription.supplied_until(item, tolerance)),
        }
    };
    numbered.map(medicine).filter(|one| one.is_live || prescription.issues_made > 0).collect()
}

/// Quantity and length of a supply, and how often it is issued.
fn supply(prescription: &Prescription, item: &Item, terms: &Catalogue) -> String {
    let days = dosage::supply(item, terms.limits.quantity_tolerance_percent.value).days();
    let days = days.map_or_else(String::new, |days| format!(", {days} {}", if days == 1 { "day" } else { "days" }));
    let quantity = printed_form::quantity(item, terms);
    match prescription.content.repeat {
        Some(repeat) => format!("{quantity}{days}; {} issues, every {} days", repeat.issues, repeat.interval_days),
        None => format!("{quantity}{days}"),
    }
}

/// Who prescribes after care, as the discharge has decided; `None` during care.
fn next_prescriber(tx: &mut Tx, practitioner: Id) -> Result<Option<LetterPrescriber>> {
    if episodes::current(tx, practitioner)?.is_some() {
        return Ok(None);
    }
    let settled = episodes::last_discharge(tx, practitioner)?.and_then(|ended| ended.summary).map(|summary| summary.settled);
    let decided = settled.into_iter().flatten().find(|(kind, ..)| kind == OpenItemKind::Prescriptions.as_str());
    Ok(match decided.and_then(|(.., decision)| OpenItemDecision::parse_stored(&decision)) {
        Some(OpenItemDecision::ContinueElsewhere) => Some(LetterPrescriber::Gp),
        Some(OpenItemDecision::PractitionerArranges) => Some(LetterPrescriber::PractitionerArranges),
        _ => None,
    })
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

/// The present assessment of risk: the last structured one or, where there is none, what the last signed note that mentions risk says.
fn risk(tx: &mut Tx, practitioner: Id) -> Result<Option<RiskWords>> {
    if let Some((_, assessment)) = risk_assessments::list(tx, practitioner, None, 1)?.into_iter().next() {
        let found = assessment?;
        let by = clinician_words(tx, &[found.clinician])?.remove(&found.clinician);
        let findings = RiskFindings::Assessment(Box::new(found.content));
        return Ok(Some(RiskWords { assessed_on: found.at.london_day(), by, findings }));
    }
    for (_, note) in notes::list(tx, practitioner, Id::NO_RECORD, None, SEARCHED)? {
        let note = note?;
        if let Some(words) = note.content.risk {
            let by = clinician_words(tx, &[note.author])?.remove(&note.author);
            let assessed_on = note.signed_at.unwrap_or(note.created_at).london_day();
            return Ok(Some(RiskWords { assessed_on, by, findings: RiskFindings::Note(words) }));
        }
    }
    Ok(None)
}
