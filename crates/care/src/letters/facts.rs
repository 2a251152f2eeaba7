//! What the record says, for the sections of a letter, read in one place.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::model::medicines::{LetterMedicine, LetterPrescriber, PrescribedMedicine};
use super::model::record::{
    AttendanceExtract, AuthorExtract, AuthorStatements, ClinicianExtract, DischargeExtract, OutcomeExtract, PatientExtract,
    PlanExtract, RecordExtract, RiskExtract, RiskFindings, ScoreExtract,
};
use super::model::{LetterRecipientKind, LetterSection, LetterState, Recipient};
use super::queries::{self as letters, Filter, Letter};
use super::rules;
use super::rules::medicines;
use super::rules::sending::{self, Obstacle, SendingFacts};
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
use people::Role;
use people::accounts::queries as accounts;
use people::practitioners::queries::{self as registration, RegisteredPractitioner, gp};
use people::relationships::model::DischargeReason;
use people::relationships::{Purpose, access_rules, conflicts, episodes};
use platform::Tx;
use platform::config::Organisation;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::seal::{readable, readable_or_none};
use reference::{questionnaires, signposts};
use scheduling::booking::attendances;
use scheduling::booking::attendances::Attendance;
use scheduling::clinicians::queries as clinicians;

/// How many assessments and notes are searched, the newest first.
const SEARCHED: i64 = 20;

/// How many attendances are listed, the latest ones.
const MOST_ATTENDANCES: i64 = 12;

/// Everything that a letter of this clinician about this practitioner may repeat. What is damaged is left out, and its sections are named:
/// they say so, and no earlier entry is in its place. Who the patient is, the medicines, and the discharge that says who continues them are
/// not left out.
///
/// # Errors
/// `directory_entry_required` without a directory entry; `invalid_body` when a name cannot be printed, or what is stated about medicines
/// does not fit the record.
pub(super) fn record_extract(
    tx: &mut Tx,
    person: &RegisteredPractitioner,
    clinician: Id,
    organisation: &Organisation,
    recipient: Recipient,
    stated: AuthorStatements,
) -> Result<RecordExtract> {
    let author = author(tx, clinician, organisation)?;
    print::check_printable_names(&author.name, &person.details.legal_name)?;
    let practitioner = person.id;
    let medicines = medicines::with_stated(listed_medicines(tx, practitioner, recipient.kind)?, &stated.medicines)?;
    let mut unreadable = Vec::new();
    let outcome = or_named(outcome(tx, practitioner), &OUTCOME_SECTIONS, &mut unreadable)?;
    let plan = or_named(plans::current(tx, practitioner), &[LetterSection::PlanAndActions], &mut unreadable)?;
    let risk = or_named(risk(tx, practitioner), &[LetterSection::SafetyAlerts], &mut unreadable)?;
    let allergies = or_named(current_allergies(tx, practitioner), &[LetterSection::Allergies], &mut unreadable)?;
    Ok(RecordExtract {
        patient: patient(tx, person)?,
        gp: gp::latest(tx, practitioner)?.gp,
        attended: attended(tx, practitioner)?,
        actions: stated.actions,
        outcome: outcome.flatten(),
        discharge: discharge(tx, practitioner)?,
        problems: current_problems(tx, practitioner, &mut unreadable)?,
        allergies,
        medicines,
        scores: scores(tx, practitioner, &mut unreadable)?,
        plan: plan.flatten().map(|plan| PlanExtract { content: plan.content, review_on: plan.review_on }),
        risk: risk.flatten(),
        author,
        recipient,
        unreadable,
    })
}

/// The sections that repeat the outcome of an assessment.
const OUTCOME_SECTIONS: [LetterSection; 4] = [
    LetterSection::AttendanceDetails,
    LetterSection::ClinicalSummary,
    LetterSection::PlanAndActions,
    LetterSection::InformationGiven,
];

/// What was read; none where it is damaged, which is logged, and these sections are added to those that say so.
fn or_named<T>(read: Result<T>, sections: &[LetterSection], unreadable: &mut Vec<LetterSection>) -> Result<Option<T>> {
    let found = readable_or_none(read)?;
    if found.is_none() {
        unreadable.extend(sections);
    }
    Ok(found)
}

fn author(tx: &mut Tx, clinician: Id, organisation: &Organisation) -> Result<AuthorExtract> {
    let entry = clinicians::find(tx, clinician)?.ok_or(Reason::DirectoryEntryRequired)?;
    Ok(AuthorExtract {
        name: entry.profile.name.into_revealed(),
        registration: entry.profile.affiliation.registration.map(|(body, number)| (body, number.into_revealed())),
        organisation: organisation.name.clone(),
        contact: tx.policy.reply_contact.phone.iter().chain(&tx.policy.reply_contact.email).cloned().collect(),
    })
}

fn patient(tx: &mut Tx, person: &RegisteredPractitioner) -> Result<PatientExtract> {
    let recorded = prescribing_details::current(tx, person.id)?.details;
    let number = person.details.registration_number.clone();
    Ok(PatientExtract {
        legal_name: person.details.legal_name.trim().to_owned(),
        born_on: recorded.date_of_birth,
        address: recorded.address,
        registration: number.map(|number| (person.details.registration_body, number)),
    })
}

/// The last outcome of an intake assessment.
fn outcome(tx: &mut Tx, practitioner: Id) -> Result<Option<OutcomeExtract>> {
    for assessment in assessments::list(tx, practitioner, Some(AssessmentPurpose::Intake), None, SEARCHED)? {
        if let Some((_, last)) = assessments::outcomes(tx, assessment.id)?.pop() {
            return outcome_extract(tx, last?).map(Some);
        }
    }
    Ok(None)
}

fn outcome_extract(tx: &mut Tx, last: Outcome) -> Result<OutcomeExtract> {
    let signposts = signposts::by_ids(tx, &last.details.signpost_ids)?;
    Ok(OutcomeExtract {
        outcome: last.outcome,
        recorded_on: last.recorded_at.london_day(),
        plan: last.details.plan,
        summary: last.details.summary,
        signposts: signposts.into_iter().map(|signpost| signpost.name).collect(),
    })
}

/// The last discharge, unless care has begun again, or it was a death that was recorded in error.
fn discharge(tx: &mut Tx, practitioner: Id) -> Result<Option<DischargeExtract>> {
    if episodes::current(tx, practitioner)?.is_some() {
        return Ok(None);
    }
    let is_dead = registration::died_at(tx, practitioner)?.is_some();
    let ended = episodes::last_discharge(tx, practitioner)?;
    Ok(ended.filter(|ended| is_dead || ended.reason != DischargeReason::Died).map(|ended| {
        let (summary, shared) = ended.summary.map_or((None, None), |summary| (Some(summary.summary), summary.shared));
        DischargeExtract {
            started_on: ended.started_at.london_day(),
            ended_on: ended.ended_at.london_day(),
            reason: ended.reason,
            summary: summary.filter(|text| !text.is_empty()),
            shared,
        }
    }))
}

fn current_problems(tx: &mut Tx, practitioner: Id, unreadable: &mut Vec<LetterSection>) -> Result<Vec<ProblemContent>> {
    let all = problems::list(tx, practitioner, None, MAX_PROBLEMS)?;
    let (all, damaged) = readable(all.into_iter().map(|(_, problem)| problem))?;
    if !damaged.is_empty() {
        unreadable.push(LetterSection::Diagnoses);
    }
    let mut current = Vec::new();
    for problem in all {
        if problem.state == ProblemState::Active {
            current.push(problem.content);
        }
    }
    // In the order in which they were recorded.
    current.reverse();
    Ok(current)
}

/// The appointments that the practitioner attended, with the names of those clinicians that can be read.
fn attended(tx: &mut Tx, practitioner: Id) -> Result<Vec<AttendanceExtract>> {
    let all = attendances::attendances(tx, practitioner, MOST_ATTENDANCES)?;
    let ids: Vec<Id> = all.iter().map(|seen| seen.clinician).collect();
    let known = clinician_extract(tx, &ids)?;
    let words = |seen: Attendance| AttendanceExtract {
        on: UtcTime::from(seen.starts_at).london_day(),
        mode: seen.mode,
        clinician: known.get(&seen.clinician).map(|clinician| clinician.name.clone()),
    };
    Ok(all.into_iter().map(words).collect())
}

fn clinician_extract(tx: &mut Tx, ids: &[Id]) -> Result<BTreeMap<Id, ClinicianExtract>> {
    let words = |entry: clinicians::Entry| ClinicianExtract {
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
    let current_now = prescription.current(limits, tolerance, today);
    let current_then = prescription.current(limits, tolerance, then.london_day());
    let numbered = (1_u8..).zip(&prescription.content.items).zip(current_now.into_iter().zip(current_then));
    let medicine = |((item_number, item), (current_now, current_then)): ((u8, &Item), (bool, bool))| {
        let is_current = current_now && cancelled_at.is_none();
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
            is_current,
            was_current: cancelled_at.map_or(current_then, |cancelled| cancelled > then),
            ended_on: cancelled_at.map(UtcTime::london_day).or_else(|| prescription.supplied_until(item, tolerance)),
        }
    };
    numbered.map(medicine).filter(|one| one.is_current || prescription.issues_made > 0).collect()
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

/// The latest score of each questionnaire.
fn scores(tx: &mut Tx, practitioner: Id, unreadable: &mut Vec<LetterSection>) -> Result<Vec<ScoreExtract>> {
    let latest = assessments::latest_scores(tx, practitioner)?;
    let mut found = Vec::new();
    for (_, one) in latest {
        found.extend(or_named(one, &[LetterSection::AssessmentScales], unreadable)?.and_then(score));
    }
    Ok(found)
}

fn score(latest: LatestScore) -> Option<ScoreExtract> {
    let definition = questionnaires::catalogue().get(&latest.questionnaire)?;
    Some(ScoreExtract {
        title: definition.title.clone(),
        total: latest.score.total,
        most: definition.max_total(),
        band: definition.band(latest.score.total).map(|band| band.label.clone()),
        answered_on: latest.answered_at.london_day(),
    })
}

/// The present assessment of risk: the last structured one or, where there is none, what the last signed note that mentions risk says.
///
/// # Errors
/// When that cannot be read, or a later note cannot, which may say something else.
fn risk(tx: &mut Tx, practitioner: Id) -> Result<Option<RiskExtract>> {
    if let Some((_, assessment)) = risk_assessments::list(tx, practitioner, None, 1)?.into_iter().next() {
        let found = assessment?;
        let by = clinician_extract(tx, &[found.clinician])?.remove(&found.clinician);
        let findings = RiskFindings::Assessment(Box::new(found.content));
        return Ok(Some(RiskExtract { assessed_on: found.at.london_day(), by, findings }));
    }
    for (_, note) in notes::list(tx, practitioner, Id::NO_RECORD, None, SEARCHED)? {
        let note = note?;
        if let Some(words) = note.content.risk {
            let by = clinician_extract(tx, &[note.author])?.remove(&note.author);
            let assessed_on = note.signed_at.unwrap_or(note.created_at).london_day();
            return Ok(Some(RiskExtract { assessed_on, by, findings: RiskFindings::Note(words) }));
        }
    }
    Ok(None)
}

/// An agreed letter, for the question whether it can be sent.
pub(super) struct AgreedLetter<'a> {
    pub practitioner: Id,
    pub author: Id,
    pub recipient: &'a Recipient,
    pub agreed_at: UtcTime,
}

impl<'a> AgreedLetter<'a> {
    /// The letter, if it was agreed.
    ///
    /// # Errors
    /// 409 with [`Reason::LetterNotAgreed`].
    pub(super) fn of(letter: &'a Letter) -> Result<Self> {
        let agreed_at = letter.agreed_at.ok_or(Reason::LetterNotAgreed)?;
        Ok(Self { practitioner: letter.practitioner, author: letter.clinician, recipient: &letter.content.recipient, agreed_at })
    }
}

/// A practitioner's letters since then that inform the general practitioner, or can: those that were sent; those that can be sent; and
/// those that the practitioner has yet to agree to and that go to the practice of the record. The newest comes first.
///
/// # Errors
/// When the database fails.
pub(crate) fn informing_gp(tx: &mut Tx, practitioner: Id, since: UtcTime) -> Result<Vec<Id>> {
    let mut informing = Vec::new();
    for letter in letters::informing_gp(tx, practitioner, since)? {
        let informs = match letter.state {
            LetterState::Sent => true,
            LetterState::Agreed => sending_obstacle(tx, &AgreedLetter::of(&letter)?)?.is_none(),
            _ => rules::check_same_gp(&letter.content.recipient, &gp::latest(tx, practitioner)?.gp).is_ok(),
        };
        if informs {
            informing.push(letter.id);
        }
    }
    Ok(informing)
}

/// What keeps an agreed letter from being sent, if anything does.
pub(super) fn sending_obstacle(tx: &mut Tx, letter: &AgreedLetter<'_>) -> Result<Option<Obstacle>> {
    let AgreedLetter { practitioner, author, recipient, agreed_at } = *letter;
    let author_active = !accounts::active_among(tx, &[author], Role::Clinician)?.is_empty();
    let kept_apart = conflicts::are_in_conflict(tx, practitioner, author)?;
    let author_reads = access_rules::allow_all(tx, (author, Role::Clinician), practitioner, &[Purpose::ReadRecord])?;
    let days_since_agreement = (tx.now.london_day() - agreed_at.london_day()).num_days();
    let (mut may_inform, mut same_gp) = (true, true);
    if recipient.kind == LetterRecipientKind::Gp {
        may_inform = gp::gp_sharing(tx, practitioner)?.allows();
        same_gp = rules::check_same_gp(recipient, &gp::latest(tx, practitioner)?.gp).is_ok();
    }
    Ok(sending::obstacle(&SendingFacts { author_active, kept_apart, author_reads, days_since_agreement, may_inform, same_gp }))
}
