//! Fills the sections of a letter with text from the record. The clinician edits it; fixed sections always have it.

#[cfg(test)]
mod tests;

use super::medicines;
use super::printed::{day, profession, registration};
use super::risk::risk;
use crate::assessment::model::AssessmentOutcome;
use crate::letters::model::medicines::{LetterMedicine, LetterPrescriber};
use crate::letters::model::record::{
    AttendanceExtract, AuthorExtract, DischargeExtract, OutcomeExtract, PatientExtract, PlanExtract, RecordExtract, ScoreExtract,
};
use crate::letters::model::templates::{LetterPatientDetail, Template};
use crate::letters::model::{LONGEST_SECTION, LetterRecipientKind, LetterSection, Recipient};
use crate::records::model::{
    Allergies, Allergy, AllergyCertainty, AllergySeverity, AllergyStatus, GoalState, PostalAddress, ProblemContent,
};
use people::practitioners::model::GpDetails;
use people::relationships::model::DischargeReason;
use scheduling::clinicians::model::AppointmentMode;

/// The last line of a section that is longer than a letter allows.
const MORE: &str = "(The record has more than fits here. Shorten this section, and remove this line.)";

/// The first line of a section for which something in the record cannot be read. A letter with it is not proposed.
pub const DAMAGED: &str = "(A part of the record for this section is damaged and cannot be read. Complete this section yourself, or leave it out, and remove this line.)";

/// How the line with the patient's name begins. The footer of each page repeats it.
pub const NAME: &str = "Name: ";
/// How the line with the patient's date of birth begins. The footer of each page repeats it.
pub const DATE_OF_BIRTH: &str = "Date of birth: ";

/// What a section says in which nothing is asked of the recipient.
pub const NO_ACTIONS: &str = "None.";

/// How the line begins that says how the recipient reaches the sender. The foot of each page repeats it.
pub const CONTACT: &str = "Questions and replies: ";

/// The text of a section from the record; empty where the record has none. Where a part of the record cannot be read, it says so first.
pub fn section_text(section: LetterSection, template: &Template, record: &RecordExtract) -> String {
    let is_damaged = record.unreadable.contains(&section);
    let lines = match section {
        LetterSection::PatientDetails => patient(&template.patient_details, &record.patient),
        LetterSection::GpPractice => gp_practice(&record.gp),
        LetterSection::RequestedActions => requested(record),
        LetterSection::AttendanceDetails => attendance(&record.attended, record.outcome.as_ref()),
        LetterSection::DischargeDetails => record.discharge.as_ref().map(discharge).unwrap_or_default(),
        LetterSection::Statement => Vec::new(),
        LetterSection::Diagnoses if is_damaged && record.problems.is_empty() => Vec::new(),
        LetterSection::Diagnoses => diagnoses(&record.problems),
        LetterSection::ClinicalSummary => clinical_summary(record),
        LetterSection::AssessmentScales => record.scores.iter().map(score).collect(),
        LetterSection::Medications => medications(&record.medicines),
        LetterSection::Allergies => record.allergies.as_ref().map(allergies).unwrap_or_default(),
        LetterSection::SafetyAlerts => record.risk.as_ref().map(risk).unwrap_or_default(),
        LetterSection::PlanAndActions => plan(record.outcome.as_ref(), record.plan.as_ref()),
        LetterSection::InformationGiven => information(record),
        LetterSection::PersonCompleting => author(template, &record.author),
        LetterSection::DistributionList => distribution(&record.recipient),
    };
    fitted(is_damaged.then(|| DAMAGED.to_owned()).into_iter().chain(lines).collect())
}

/// A text that is not longer than a section may be. Where lines are left out, the last line says so.
fn fitted(lines: Vec<String>) -> String {
    let whole = lines.join("\n");
    if whole.chars().count() <= LONGEST_SECTION {
        return whole;
    }
    let most = LONGEST_SECTION - MORE.chars().count() - 1;
    let begun: String = whole.chars().take(most).collect();
    format!("{}\n{MORE}", begun.trim_end())
}

fn patient(details: &[LetterPatientDetail], patient: &PatientExtract) -> Vec<String> {
    let unknown = || "not recorded".to_owned();
    let line = |detail: &LetterPatientDetail| match detail {
        LetterPatientDetail::Name => format!("{NAME}{}", patient.legal_name),
        LetterPatientDetail::DateOfBirth => format!("{DATE_OF_BIRTH}{}", patient.born_on.map_or_else(unknown, day)),
        LetterPatientDetail::Address => format!("Address: {}", patient.address.as_ref().map_or_else(unknown, address)),
        LetterPatientDetail::Registration => {
            let number = patient.registration.as_ref().map(registration);
            format!("Registration: {}", number.unwrap_or_else(unknown))
        }
    };
    details.iter().map(line).collect()
}

fn address(home: &PostalAddress) -> String {
    let lines = home.lines.iter().chain([&home.postcode]);
    lines.map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn gp_practice(gp: &GpDetails) -> Vec<String> {
    let named = |label: &str, name: &Option<String>| name.as_ref().map(|name| format!("{label}: {name}"));
    let known: Vec<String> = named("GP", &gp.name).into_iter().chain(named("Practice", &gp.practice)).collect();
    if known.is_empty() { vec!["Not recorded.".to_owned()] } else { known }
}

/// What the recipient is asked to do. A medicine that the general practitioner continues is always among it; the section says
/// that nothing is asked only where the author has stated it.
fn requested(record: &RecordExtract) -> Vec<String> {
    let Some(actions) = &record.actions else { return Vec::new() };
    let continues = |medicine: &&LetterMedicine| medicine.next_prescriber == Some(LetterPrescriber::Gp);
    let medicines = record.medicines.iter().filter(continues);
    let all: Vec<String> =
        actions.iter().cloned().chain(medicines.map(|one| format!("Please continue to prescribe {}.", one.name))).collect();
    if all.is_empty() { vec![NO_ACTIONS.to_owned()] } else { all }
}

fn attendance(attended: &[AttendanceExtract], outcome: Option<&OutcomeExtract>) -> Vec<String> {
    let line = |seen: &AttendanceExtract| {
        let mode = match seen.mode {
            AppointmentMode::InPerson => "in person",
            AppointmentMode::Phone => "phone",
            AppointmentMode::Video => "video",
        };
        let clinician = seen.clinician.as_ref().map_or_else(String::new, |name| format!(", with {name}"));
        format!("{}: {mode}{clinician}", day(seen.on))
    };
    let mut lines: Vec<String> = attended.iter().map(line).collect();
    lines.extend(outcome.map(|found| {
        let what = match found.outcome {
            AssessmentOutcome::Accepted => "accepted for treatment",
            AssessmentOutcome::MoreAssessment => "further assessment is needed",
            AssessmentOutcome::Signposted => "pointed to other services",
            AssessmentOutcome::Discharged => "no further care is needed here",
        };
        format!("Assessment completed on {}: {what}.", day(found.recorded_on))
    }));
    lines
}

fn discharge(ended: &DischargeExtract) -> Vec<String> {
    let reason = match ended.reason {
        DischargeReason::Completed => "the agreed care is complete",
        DischargeReason::MutualAgreement => "ended by agreement",
        DischargeReason::DroppedOut => "the patient stopped attending",
        DischargeReason::ReferredOn => "another service continues the care",
        DischargeReason::Declined => "the patient declined care",
        DischargeReason::Died => "the patient died",
        DischargeReason::Moved => "the patient moved away",
        DischargeReason::NotNeeded => "no care was found to be needed",
    };
    vec![format!("In care from {} to {}: {reason}.", day(ended.started_on), day(ended.ended_on))]
}

fn diagnoses(problems: &[ProblemContent]) -> Vec<String> {
    let line = |problem: &ProblemContent| {
        let code = problem.snomed_code.as_ref().map_or_else(String::new, |code| format!(" (SNOMED CT {code})"));
        let since = problem.since.map_or_else(String::new, |since| format!(", since {}", day(since)));
        format!("{}{code}{since}", problem.name)
    };
    if problems.is_empty() {
        return vec!["No current diagnosis is recorded.".to_owned()];
    }
    problems.iter().map(line).collect()
}

fn clinical_summary(record: &RecordExtract) -> Vec<String> {
    let findings = record.outcome.as_ref().and_then(|outcome| outcome.summary.clone());
    let course = record.discharge.as_ref().and_then(|ended| ended.summary.clone());
    findings.into_iter().chain(course).collect()
}

fn score(found: &ScoreExtract) -> String {
    let band = found.band.as_ref().map_or_else(String::new, |band| format!(" ({band})"));
    format!("{}: {} of {}{band}, {}", found.title, found.total, found.most, day(found.answered_on))
}

fn medications(listed: &[LetterMedicine]) -> Vec<String> {
    if listed.is_empty() {
        return vec!["Nothing is prescribed here at present.".to_owned()];
    }
    listed.iter().map(medicines::line).collect()
}

fn allergies(all: &Allergies) -> Vec<String> {
    match all.status {
        AllergyStatus::NotAsked => vec!["Not recorded: the patient has not been asked yet.".to_owned()],
        AllergyStatus::NoneKnown => vec!["No known allergies.".to_owned()],
        AllergyStatus::Known => all.entries.iter().map(allergy).collect(),
    }
}

fn allergy(known: &Allergy) -> String {
    let code = known.snomed_code.as_ref().map_or_else(|| " (no code recorded)".to_owned(), |code| format!(" (SNOMED CT {code})"));
    let severity = match known.severity {
        AllergySeverity::Unknown => "not known",
        AllergySeverity::Mild => "mild",
        AllergySeverity::Moderate => "moderate",
        AllergySeverity::Severe => "severe",
        AllergySeverity::LifeThreatening => "life-threatening",
    };
    let certainty = match known.certainty {
        AllergyCertainty::Unconfirmed => "not confirmed",
        AllergyCertainty::Confirmed => "confirmed",
    };
    let reaction = known.reaction.as_deref().unwrap_or("not recorded");
    format!("{}{code}: reaction: {reaction}; severity: {severity}; {certainty}", known.substance)
}

fn plan(outcome: Option<&OutcomeExtract>, care: Option<&PlanExtract>) -> Vec<String> {
    let mut lines: Vec<String> = outcome.and_then(|outcome| outcome.plan.clone()).into_iter().collect();
    if let Some(PlanExtract { content, review_on }) = care {
        let open = content.goals.iter().filter(|goal| goal.state == GoalState::Open);
        lines.extend(open.map(|goal| match &goal.measure {
            Some(measure) => format!("Goal: {} ({measure})", goal.text),
            None => format!("Goal: {}", goal.text),
        }));
        lines.extend(content.interventions.iter().map(|done| format!("Treatment: {done}")));
        lines.push(format!("Review by {}.", day(*review_on)));
    }
    lines
}

fn information(record: &RecordExtract) -> Vec<String> {
    let signposts = record.outcome.as_ref().map_or(&[][..], |outcome| outcome.signposts.as_slice());
    let named = (!signposts.is_empty()).then(|| format!("The patient was pointed to: {}.", signposts.join(", ")));
    let shared = record.discharge.as_ref().and_then(|ended| ended.shared.clone());
    named.into_iter().chain(shared).collect()
}

/// The profession is that of the register. The discipline in the service would tell what kind of service it is.
fn author(template: &Template, author: &AuthorExtract) -> Vec<String> {
    let mut lines = vec![format!("Name: {}", author.name)];
    if let Some((body, number)) = &author.registration {
        lines.push(format!("Profession: {}", profession(*body, number)));
    }
    if template.author_registration {
        lines.extend(author.registration.as_ref().map(|known| format!("Registration: {}", registration(known))));
    }
    lines.push(format!("Organisation: {}", author.organisation));
    if !author.contact.is_empty() {
        lines.push(format!("{CONTACT}{}", author.contact.join(", ")));
    }
    lines
}

fn distribution(recipient: &Recipient) -> Vec<String> {
    let to = match recipient.kind {
        LetterRecipientKind::Gp => format!("GP: {}", recipient.lines().join(", ")),
        LetterRecipientKind::Other => recipient.lines().join(", "),
    };
    vec![to, "Copy: the patient".to_owned()]
}
