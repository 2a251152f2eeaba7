//! What a registration must hold, and what of it may still be changed.

use chrono::NaiveDate;

use crate::registration::model::{Applicant, NextStep};
use people::practitioners::model::{EligibilityDecision, Pathway};
use people::practitioners::particulars::{Consents, Particulars};
use platform::refusal::{Reason, Refusal};
use reference::workforce::model::{Icb, Nation};
use reference::workforce::rules::{check_icb, check_ods_code, check_registration};

/// Checks profession, register and number together and brings the number into its register's form.
///
/// # Errors
/// As [`check_registration`].
pub fn settle_registration(told: &mut Particulars) -> Result<(), Refusal> {
    let number = check_registration(told.profession, told.registration_body, told.registration_number.as_deref())?;
    told.registration_number = number.map(|number| number.number);
    Ok(())
}

/// Checks nation, region and board together. In England the region or the board must be known, and the board brings its
/// region; elsewhere there is neither.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/region` (`required`, `not_allowed`, `mismatch`) or `/icb_code` (`not_allowed`, and as
/// [`check_icb`]).
pub fn settle_place(told: &mut Particulars, boards: &[Icb], on: NaiveDate) -> Result<(), Refusal> {
    let refuse =
        |pointer: &str, word, detail: &'static str| Err(Refusal::new(Reason::InvalidBody, detail).field(pointer, word, detail));
    if told.nation != Nation::England {
        if told.region.is_some() {
            return refuse("/region", "not_allowed", "Only England has these regions.");
        }
        if told.icb_code.is_some() {
            return refuse("/icb_code", "not_allowed", "Only England has integrated care boards.");
        }
        return Ok(());
    }
    if let Some(code) = told.icb_code.as_deref() {
        let board = check_icb(boards, code, on)?;
        if told.region.is_some_and(|region| region != board.region) {
            return refuse("/region", "mismatch", "The board belongs to another region.");
        }
        told.region = Some(board.region);
        told.icb_code = Some(board.code.clone());
    }
    if told.region.is_none() {
        return refuse("/region", "required", "In England give the region or the integrated care board.");
    }
    Ok(())
}

/// Checks the employer's code and brings it into its form.
///
/// # Errors
/// As [`check_ods_code`].
pub fn settle_employer(told: &mut Particulars) -> Result<(), Refusal> {
    told.employer_ods = told.employer_ods.as_deref().map(check_ods_code).transpose()?;
    Ok(())
}

/// Care needs two consents; the others are the person's choice.
///
/// # Errors
/// [`Reason::ConsentRequired`], naming each that is missing.
pub fn check_consents(consents: &Consents) -> Result<(), Refusal> {
    let mut refusal = Refusal::from(Reason::ConsentRequired);
    if !consents.care {
        refusal = refusal.field("/consents/care", "consent_required", "Without this consent nobody may assess or treat you.");
    }
    if !consents.data_processing {
        let detail = "Without this consent nothing about you may be kept.";
        refusal = refusal.field("/consents/data_processing", "consent_required", detail);
    }
    if refusal.fields.is_empty() { Ok(()) } else { Err(refusal) }
}

/// Somebody who can come, or send help, must be in the country.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/emergency_contact/lives_in_uk`.
pub fn check_emergency_contact(lives_in_uk: bool) -> Result<(), Refusal> {
    if lives_in_uk {
        return Ok(());
    }
    let detail = "The emergency contact must live in the United Kingdom.";
    Err(Refusal::new(Reason::InvalidBody, detail).field("/emergency_contact/lives_in_uk", "must_be_true", detail))
}

/// Whether the facts that eligibility depends on may still be changed, and so be decided on anew: as long as the person
/// stands where the last decision put them. Whoever was moved on since by a commissioner or a clinician stays there.
///
/// # Errors
/// [`Reason::RegistrationSettled`], naming each fact that was to change.
pub fn check_unsettled(
    pathway: Pathway,
    decision: EligibilityDecision,
    before: &Applicant,
    after: &Applicant,
) -> Result<(), Refusal> {
    if before == after || pathway == decision.pathway() {
        return Ok(());
    }
    let changed = [
        ("/profession", before.profession != after.profession),
        ("/setting", before.setting != after.setting),
        ("/nation", before.nation != after.nation),
        ("/confidentiality_reason", before.reason != after.reason),
    ];
    let refusal = Refusal::from(Reason::RegistrationSettled);
    Err(changed.into_iter().filter(|(_, changed)| *changed).fold(refusal, |refusal, (pointer, _)| {
        refusal.field(pointer, "settled", "This was decided on and can no longer be changed.")
    }))
}

/// What somebody who stands here does next.
pub const fn next_step(pathway: Pathway) -> NextStep {
    match pathway {
        Pathway::Registered => NextStep::CompleteIntake,
        Pathway::AwaitingFunding => NextStep::AwaitFunding,
        Pathway::IntakeDone => NextStep::BookAssessment,
        Pathway::AssessmentBooked => NextStep::AttendAssessment,
        Pathway::InCare => NextStep::FollowPlan,
        Pathway::Discharged | Pathway::Signposted => NextStep::SeeSignposts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use people::practitioners::model::ConfidentialityReason;
    use reference::workforce::model::{Profession, Setting};

    const DOCTOR: Applicant = Applicant {
        profession: Profession::Doctor,
        setting: Setting::SecondaryCare,
        nation: Nation::England,
        reason: ConfidentialityReason::None,
        in_care: false,
    };

    #[test]
    fn what_was_decided_on_changes_only_while_the_decision_stands() {
        let nurse = Applicant { profession: Profession::Nurse, ..DOCTOR };
        for (pathway, decision, open) in [
            (Pathway::Registered, EligibilityDecision::Eligible, true),
            (Pathway::AwaitingFunding, EligibilityDecision::NeedsFunding, true),
            (Pathway::Signposted, EligibilityDecision::Signposted, true),
            // Funded, signposted by a clinician, or further on.
            (Pathway::Registered, EligibilityDecision::NeedsFunding, false),
            (Pathway::Signposted, EligibilityDecision::Eligible, false),
            (Pathway::InCare, EligibilityDecision::Eligible, false),
            (Pathway::Discharged, EligibilityDecision::Eligible, false),
        ] {
            assert_eq!(check_unsettled(pathway, decision, &DOCTOR, &nurse).is_ok(), open, "{pathway:?} {decision:?}");
            assert!(check_unsettled(pathway, decision, &DOCTOR, &DOCTOR).is_ok());
        }
        let refusal = check_unsettled(Pathway::InCare, EligibilityDecision::Eligible, &DOCTOR, &nurse).unwrap_err();
        assert_eq!(refusal.fields.len(), 1);
        assert_eq!(refusal.fields[0].pointer, "/profession");
    }
}
