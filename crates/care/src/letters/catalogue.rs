//! The templates of letters: data embedded in the program, read and checked once.

use super::model::templates::{LetterPatientDetail, Template, Templates};
use super::model::{LetterKind, LetterRecipientKind, LetterSection};
use crate::records::rules::is_snomed_code;
use platform::error::{Error, Result};
use reference::embedded;
use reference::embedded::{first_duplicate, parse};

embedded! {
    /// The sections and the template of every kind.
    pub fn templates() -> Templates = from_text("data/templates.json");
}

/// The template of a kind.
///
/// # Errors
/// [`Error::internal`] when the data has none, which a test rules out.
pub fn template(kind: LetterKind) -> Result<&'static Template> {
    let found = templates().templates.iter().find(|template| template.kind == kind);
    found.ok_or_else(|| Error::internal("a kind of letter has no template"))
}

/// Reads and checks the data file.
///
/// # Errors
/// The text cannot be read, a section or kind is missing or appears twice, a source or heading is missing, the lists of a template do not
/// contain each other, or a letter to someone who does not treat contains a clinical section without being asked.
fn from_text(text: &str) -> std::result::Result<Templates, String> {
    let all: Templates = parse(text)?;
    check_sections(&all)?;
    if let Some(kind) = first_duplicate(all.templates.iter().map(|template| template.kind.as_str())) {
        return Err(format!("{kind} appears twice"));
    }
    if let Some(kind) = LetterKind::ALL.iter().find(|kind| !all.templates.iter().any(|template| template.kind == **kind)) {
        return Err(format!("{} is missing", kind.as_str()));
    }
    all.templates.iter().try_for_each(|template| {
        check_template(&all, template).map_err(|problem| format!("{}: {problem}", template.kind.as_str()))
    })?;
    Ok(all)
}

fn check_sections(all: &Templates) -> std::result::Result<(), String> {
    if let Some(section) = first_duplicate(all.sections.iter().map(|definition| definition.section.as_str())) {
        return Err(format!("{section} appears twice"));
    }
    if let Some(section) = LetterSection::ALL.iter().find(|section| all.section(**section).is_none()) {
        return Err(format!("{} is missing", section.as_str()));
    }
    for definition in &all.sections {
        let name = definition.section.as_str();
        if definition.heading.trim().is_empty() || definition.source.trim().is_empty() {
            return Err(format!("{name} has no heading or no source"));
        }
        if definition.snomed_code.as_deref().is_some_and(|code| !is_snomed_code(code)) {
            return Err(format!("the code of {name} is not a SNOMED CT code"));
        }
    }
    Ok(())
}

fn check_template(all: &Templates, template: &Template) -> std::result::Result<(), String> {
    if template.title.trim().is_empty() || template.source.trim().is_empty() || template.recipients.is_empty() {
        return Err("title, source or recipients are missing".to_owned());
    }
    if !template.patient_details.contains(&LetterPatientDetail::Name) {
        return Err("no one knows a patient without a name".to_owned());
    }
    for list in [&template.allowed_sections, &template.required_sections, &template.default_sections] {
        if let Some(section) = first_duplicate(list.iter().map(|section| section.as_str())) {
            return Err(format!("{section} is listed twice"));
        }
    }
    if let Some(section) = template.required_sections.iter().find(|section| !template.default_sections.contains(section)) {
        return Err(format!("{} is required and not there by default", section.as_str()));
    }
    if let Some(section) = template.default_sections.iter().find(|section| !template.allowed_sections.contains(section)) {
        return Err(format!("{} is there by default and not allowed", section.as_str()));
    }
    let who = [LetterSection::PatientDetails, LetterSection::PersonCompleting, LetterSection::DistributionList];
    if who.iter().any(|section| !template.required_sections.contains(section)) {
        return Err("a letter names the patient, its author and its recipients".to_owned());
    }
    let treats = template.recipients.contains(&LetterRecipientKind::Gp);
    let is_clinical = |section: &&LetterSection| all.section(**section).is_some_and(|definition| definition.clinical);
    match template.default_sections.iter().find(is_clinical) {
        Some(section) if !treats => Err(format!("{} goes only to those who treat, unless it is asked for", section.as_str())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::model::{FIRST_FORMAT, FORMAT};
    use LetterKind::*;
    use LetterSection::*;
    use reference::embedded::assert_refused;

    #[test]
    fn a_letter_to_the_gp_holds_what_the_standard_makes_mandatory() {
        let of = |kind| &template(kind).unwrap().required_sections;
        for section in
            [PatientDetails, GpPractice, RequestedActions, AttendanceDetails, ClinicalSummary, Allergies, PersonCompleting]
        {
            assert!(of(GpLetter).contains(&section), "{section:?}");
        }
        for section in [PatientDetails, GpPractice, RequestedActions, Diagnoses, ClinicalSummary, Allergies, PersonCompleting] {
            assert!(of(DischargeSummary).contains(&section), "{section:?}");
        }
    }

    #[test]
    fn an_employer_a_regulator_and_an_insurer_get_nothing_clinical_unless_it_is_chosen() {
        let clinical = [Diagnoses, ClinicalSummary, AssessmentScales, Medications, Allergies, SafetyAlerts, PlanAndActions];
        for kind in [EmployerLetter, RegulatorLetter, InsurerReport] {
            let template = template(kind).unwrap();
            for section in clinical.iter().chain(&[AttendanceDetails, DischargeDetails, InformationGiven]) {
                assert!(!template.default_sections.contains(section), "{kind:?}: {section:?}");
            }
            for section in [Allergies, SafetyAlerts, GpPractice, RequestedActions, DischargeDetails, InformationGiven] {
                assert!(!template.allowed_sections.contains(&section), "{kind:?}: {section:?}");
            }
            for section in [Diagnoses, Medications, AssessmentScales] {
                assert!(template.allowed_sections.contains(&section), "{kind:?}: {section:?}");
            }
            assert_eq!(template.recipients, [LetterRecipientKind::Other], "{kind:?}");
        }
        let details = |kind| template(kind).unwrap().patient_details.clone();
        assert_eq!(details(EmployerLetter), [LetterPatientDetail::Name]);
        assert_eq!(details(RegulatorLetter), [LetterPatientDetail::Name, LetterPatientDetail::Registration]);
        let days = |kind| template(kind).unwrap().answer_days;
        assert_eq!((days(EmployerLetter), days(InsurerReport), days(GpLetter)), (Some(21), Some(21), None));
    }

    #[test]
    fn what_is_requested_comes_first_after_who_the_patient_is() {
        let order: Vec<LetterSection> = templates().sections.iter().map(|definition| definition.section).collect();
        assert_eq!(order[..3], [PatientDetails, GpPractice, RequestedActions]);
        let heading = |section, format, recipient| templates().heading(section, format, recipient);
        let (gp, other) = (LetterRecipientKind::Gp, LetterRecipientKind::Other);
        assert_eq!(heading(RequestedActions, FORMAT, gp), "Requests to the GP");
        assert_eq!(heading(RequestedActions, FORMAT, other), "Requested actions");
        assert_eq!(
            (heading(PlanAndActions, FORMAT, gp), heading(PlanAndActions, FIRST_FORMAT, gp)),
            ("Plan", "Plan and requested actions")
        );
        assert_eq!(heading(Diagnoses, FIRST_FORMAT, gp), heading(Diagnoses, FORMAT, gp));
    }

    #[test]
    fn an_inconsistent_data_file_is_refused() {
        let good = include_str!("data/templates.json");
        let cases = [
            ("\"section\": \"gp_practice\"", "\"section\": \"patient_details\"", "appears twice"),
            ("\"886731000000109\"", "\"886731000000108\"", "not a SNOMED CT code"),
            ("\"heading\": \"Diagnoses\"", "\"heading\": \" \"", "no heading"),
            ("\"kind\": \"discharge_summary\"", "\"kind\": \"gp_letter\"", "appears twice"),
            ("\"title\": \"Outpatient letter\"", "\"title\": \"\"", "title"),
            ("\"patient_details\": [\"name\"]", "\"patient_details\": []", "without a name"),
            (
                "\"required_sections\": [\"patient_details\", \"gp_practice\", \"requested_actions\", \"attendance_details\"",
                "\"required_sections\": [\"patient_details\", \"statement\", \"requested_actions\", \"attendance_details\"",
                "not there by default",
            ),
            (
                "\"default_sections\": [\"patient_details\", \"statement\", \"person_completing\"",
                "\"default_sections\": [\"patient_details\", \"statement\", \"diagnoses\", \"person_completing\"",
                "unless it is asked for",
            ),
            ("\"answer_days\"", "\"days\"", "unknown field"),
        ];
        assert_refused(good, from_text, &cases);
        assert!(from_text("{}").is_err());
    }
}
