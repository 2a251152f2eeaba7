//! The words of the record in the sections of a letter. The clinician edits them; what is fixed keeps them.

use chrono::NaiveDate;

use crate::assessment::model::AssessmentOutcome;
use crate::letters::model::record::{
    AuthorWords, DischargeWords, MedicineWords, OutcomeWords, PatientWords, PlanWords, RecordWords, ScoreWords,
};
use crate::letters::model::templates::{LetterPatientDetail, Template};
use crate::letters::model::{LONGEST_SECTION, LetterRecipientKind, LetterSection, Recipient};
use crate::records::model::{
    Allergies, Allergy, AllergyCertainty, AllergySeverity, AllergyStatus, GoalState, PostalAddress, ProblemContent,
};
use people::practitioners::model::GpDetails;
use people::relationships::model::DischargeReason;
use reference::workforce::model::RegistrationBody;

/// The last line of a section that is longer than a letter holds.
const MORE: &str = "(The record has more than fits here. Shorten this section, and remove this line.)";

/// How the line with the patient's name begins. The footer of each page repeats it.
pub const NAME: &str = "Name: ";
/// How the line with the patient's date of birth begins. The footer of each page repeats it.
pub const DATE_OF_BIRTH: &str = "Date of birth: ";

/// How many attendances are listed, the latest ones.
const MOST_ATTENDANCES: usize = 12;

/// The words of the record for a section; empty where the record has none.
pub fn words(section: LetterSection, template: &Template, record: &RecordWords) -> String {
    let lines = match section {
        LetterSection::PatientDetails => patient(&template.patient_details, &record.patient),
        LetterSection::GpPractice => gp_practice(&record.gp),
        LetterSection::AttendanceDetails => attendance(&record.attended_on, record.outcome.as_ref()),
        LetterSection::DischargeDetails => record.discharge.as_ref().map(discharge).unwrap_or_default(),
        LetterSection::Statement => Vec::new(),
        LetterSection::Diagnoses => diagnoses(&record.problems),
        LetterSection::ClinicalSummary => clinical_summary(record),
        LetterSection::AssessmentScales => record.scores.iter().map(score).collect(),
        LetterSection::Medications => medications(&record.medicines),
        LetterSection::Allergies => allergies(&record.allergies),
        LetterSection::SafetyAlerts => record.risk.iter().cloned().collect(),
        LetterSection::PlanAndActions => plan(record.outcome.as_ref(), record.plan.as_ref()),
        LetterSection::InformationGiven => information(record),
        LetterSection::PersonCompleting => author(template, &record.author),
        LetterSection::DistributionList => distribution(&record.recipient),
    };
    fitted(lines)
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

/// `11 January 2027`.
pub fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

fn patient(details: &[LetterPatientDetail], patient: &PatientWords) -> Vec<String> {
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

fn attendance(attended_on: &[NaiveDate], outcome: Option<&OutcomeWords>) -> Vec<String> {
    let mut lines = Vec::new();
    if !attended_on.is_empty() {
        let latest = attended_on.iter().skip(attended_on.len().saturating_sub(MOST_ATTENDANCES));
        let days: Vec<String> = latest.map(|attended| day(*attended)).collect();
        lines.push(format!("Seen on {}.", days.join(", ")));
    }
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

fn discharge(ended: &DischargeWords) -> Vec<String> {
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

fn clinical_summary(record: &RecordWords) -> Vec<String> {
    let findings = record.outcome.as_ref().and_then(|outcome| outcome.summary.clone());
    let course = record.discharge.as_ref().and_then(|ended| ended.summary.clone());
    findings.into_iter().chain(course).collect()
}

fn score(found: &ScoreWords) -> String {
    let band = found.band.as_ref().map_or_else(String::new, |band| format!(" ({band})"));
    format!("{}: {} of {}{band}, {}", found.title, found.total, found.most, day(found.answered_on))
}

fn medications(medicines: &[MedicineWords]) -> Vec<String> {
    let line = |medicine: &MedicineWords| {
        let since = medicine.signed_on.map_or_else(String::new, |signed| format!(", prescribed on {}", day(signed)));
        format!("{}: {}{since}", medicine.name, medicine.dosage.trim_end_matches('.'))
    };
    if medicines.is_empty() {
        return vec!["Nothing is prescribed here at present.".to_owned()];
    }
    medicines.iter().map(line).collect()
}

fn allergies(all: &Allergies) -> Vec<String> {
    match all.status {
        AllergyStatus::NotAsked => vec!["The patient has not been asked yet.".to_owned()],
        AllergyStatus::NoneKnown => vec!["No known allergies.".to_owned()],
        AllergyStatus::Known => all.entries.iter().map(allergy).collect(),
    }
}

fn allergy(known: &Allergy) -> String {
    let code = known.snomed_code.as_ref().map_or_else(String::new, |code| format!(" (SNOMED CT {code})"));
    let severity = match known.severity {
        AllergySeverity::Unknown => "severity not known",
        AllergySeverity::Mild => "mild",
        AllergySeverity::Moderate => "moderate",
        AllergySeverity::Severe => "severe",
        AllergySeverity::LifeThreatening => "life-threatening",
    };
    let certainty = match known.certainty {
        AllergyCertainty::Unconfirmed => "not confirmed",
        AllergyCertainty::Confirmed => "confirmed",
    };
    let reaction = known.reaction.as_ref().map_or_else(String::new, |reaction| format!("{reaction}; "));
    format!("{}{code}: {reaction}{severity}; {certainty}", known.substance)
}

fn plan(outcome: Option<&OutcomeWords>, care: Option<&PlanWords>) -> Vec<String> {
    let mut lines: Vec<String> = outcome.and_then(|outcome| outcome.plan.clone()).into_iter().collect();
    if let Some(PlanWords { content, review_on }) = care {
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

fn information(record: &RecordWords) -> Vec<String> {
    let signposts = record.outcome.as_ref().map_or(&[][..], |outcome| outcome.signposts.as_slice());
    let named = (!signposts.is_empty()).then(|| format!("The patient was pointed to: {}.", signposts.join(", ")));
    let shared = record.discharge.as_ref().and_then(|ended| ended.shared.clone());
    named.into_iter().chain(shared).collect()
}

/// The profession is that of the register. The discipline in the service would tell what kind of service it is.
fn author(template: &Template, author: &AuthorWords) -> Vec<String> {
    let mut lines = vec![format!("Name: {}", author.name)];
    if let Some((body, number)) = &author.registration {
        lines.push(format!("Profession: {}", profession(*body, number)));
    }
    if template.author_registration {
        lines.extend(author.registration.as_ref().map(|known| format!("Registration: {}", registration(known))));
    }
    lines.push(format!("Organisation: {}", author.organisation));
    lines
}

fn distribution(recipient: &Recipient) -> Vec<String> {
    let to = match recipient.kind {
        LetterRecipientKind::Gp => format!("GP: {}", recipient.lines().join(", ")),
        LetterRecipientKind::Other => recipient.lines().join(", "),
    };
    vec![to, "Copy: the patient".to_owned()]
}

fn registration((body, number): &(RegistrationBody, String)) -> String {
    format!("{} {number}", register(*body)).trim().to_owned()
}

const fn register(body: RegistrationBody) -> &'static str {
    match body {
        RegistrationBody::Gmc => "GMC",
        RegistrationBody::Gdc => "GDC",
        RegistrationBody::Nmc => "NMC",
        RegistrationBody::Gphc => "GPhC",
        RegistrationBody::Hcpc => "HCPC",
        RegistrationBody::Goc => "GOC",
        RegistrationBody::Gosc => "GOsC",
        RegistrationBody::Gcc => "GCC",
        RegistrationBody::Psni => "PSNI",
        RegistrationBody::SocialWorkEngland => "Social Work England",
        RegistrationBody::None => "",
    }
}

/// The numbers of associates, who are on a register of the GMC and are no doctors, have a letter.
fn profession(body: RegistrationBody, number: &str) -> &'static str {
    match body {
        RegistrationBody::Gmc if number.bytes().all(|byte| byte.is_ascii_digit()) => "Doctor",
        RegistrationBody::Gmc => "Associate",
        RegistrationBody::Gdc => "Dental professional",
        RegistrationBody::Nmc => "Nurse or midwife",
        RegistrationBody::Gphc | RegistrationBody::Psni => "Pharmacist",
        RegistrationBody::SocialWorkEngland => "Social worker",
        RegistrationBody::Hcpc
        | RegistrationBody::Goc
        | RegistrationBody::Gosc
        | RegistrationBody::Gcc
        | RegistrationBody::None => "Registered health professional",
    }
}
