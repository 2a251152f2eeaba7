//! What a registration must contain, and what can still be changed later.

use chrono::NaiveDate;

use crate::registration::model::{Applicant, NextStep};
use people::practitioners::details::{Consents, RegistrationDetails};
use people::practitioners::model::{ConfidentialityReason, EligibilityDecision, Pathway};
use platform::refusal::{Reason, Refusal};
use reference::workforce::model::{Icb, Nation};
use reference::workforce::rules::{check_icb, check_ods_code, check_registration};

/// Checks profession, register and number together and normalises the number.
///
/// # Errors
/// As [`check_registration`].
pub fn normalise_registration(details: &mut RegistrationDetails) -> Result<(), Refusal> {
    let number = check_registration(details.profession, details.registration_body, details.registration_number.as_deref())?;
    details.registration_number = number.map(|number| number.number);
    Ok(())
}

/// Checks nation, region and board together. In England the region or the board must be given, and the board sets the region;
/// elsewhere neither is allowed.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/region` (`required`, `not_allowed`, `mismatch`) or `/icb_code` (`not_allowed`, and as
/// [`check_icb`]).
pub fn normalise_place(details: &mut RegistrationDetails, boards: &[Icb], on: NaiveDate) -> Result<(), Refusal> {
    let refuse =
        |pointer: &str, word, detail: &'static str| Err(Refusal::new(Reason::InvalidBody, detail).field(pointer, word, detail));
    if details.nation != Nation::England {
        if details.region.is_some() {
            return refuse("/region", "not_allowed", "Only England has these regions. Leave the region empty.");
        }
        if details.icb_code.is_some() {
            return refuse("/icb_code", "not_allowed", "Only England has integrated care boards. Leave the board empty.");
        }
        return Ok(());
    }
    if let Some(code) = details.icb_code.as_deref() {
        let board = check_icb(boards, code, on)?;
        if details.region.is_some_and(|region| region != board.region) {
            return refuse("/region", "mismatch", "This board belongs to another region. Correct one of them.");
        }
        details.region = Some(board.region);
        details.icb_code = Some(board.code.clone());
    }
    if details.region.is_none() {
        return refuse("/region", "required", "In England, choose your region or your integrated care board.");
    }
    Ok(())
}

/// Checks the employer's code and normalises it.
///
/// # Errors
/// As [`check_ods_code`].
pub fn normalise_employer(details: &mut RegistrationDetails) -> Result<(), Refusal> {
    details.employer_ods = details.employer_ods.as_deref().map(check_ods_code).transpose()?;
    Ok(())
}

/// Care needs two consents; the others are the person's choice.
///
/// # Errors
/// [`Reason::ConsentRequired`], naming each that is missing.
pub fn check_consents(consents: &Consents) -> Result<(), Refusal> {
    let mut refusal = Refusal::from(Reason::ConsentRequired);
    if !consents.care {
        refusal = refusal.field("/consents/care", "consent_required", "We need this consent before we can assess or treat you.");
    }
    if !consents.data_processing {
        let detail = "We need this consent before we can store your details.";
        refusal = refusal.field("/consents/data_processing", "consent_required", detail);
    }
    if refusal.fields.is_empty() { Ok(()) } else { Err(refusal) }
}

/// The emergency contact must be in the country, to be able to come or send help.
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

/// A reason that is none of the others is given in words; another reason needs none.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/confidentiality_reason_note` (`required`, `not_allowed`).
pub fn check_reason_words(reason: ConfidentialityReason, words: Option<&str>) -> Result<(), Refusal> {
    let refuse = |word, detail: &'static str| {
        Err(Refusal::new(Reason::InvalidBody, detail).field("/confidentiality_reason_note", word, detail))
    };
    match (reason == ConfidentialityReason::Other, words.is_some()) {
        (true, false) => refuse("required", "Write why care where you work would not be confidential."),
        (false, true) => refuse("not_allowed", "Only the reason `other` is given in words. Leave this out."),
        _ => Ok(()),
    }
}

/// Whether the facts that eligibility depends on can still be changed, and so decided again: only while the practitioner is where
/// the last decision put them on the pathway. If a commissioner or a clinician has moved them on since, they stay there. The words
/// of a reason are one of these facts.
///
/// # Errors
/// [`Reason::RegistrationSettled`], naming each fact that would change.
pub fn check_still_changeable(
    pathway: Pathway,
    decision: EligibilityDecision,
    before: &Applicant,
    after: &Applicant,
    other_words: bool,
) -> Result<(), Refusal> {
    if (before == after && !other_words) || pathway == decision.pathway() {
        return Ok(());
    }
    let changed = [
        ("/profession", before.profession != after.profession),
        ("/setting", before.setting != after.setting),
        ("/nation", before.nation != after.nation),
        ("/confidentiality_reason", before.reason != after.reason),
        ("/confidentiality_reason_note", before.reason == after.reason && other_words),
    ];
    let refusal = Refusal::from(Reason::RegistrationSettled);
    Err(changed.into_iter().filter(|(_, changed)| *changed).fold(refusal, |refusal, (pointer, _)| {
        refusal.field(pointer, "settled", "This can no longer be changed. Contact the service.")
    }))
}

/// What a practitioner at this point of the pathway does next.
pub const fn next_step(pathway: Pathway) -> NextStep {
    match pathway {
        Pathway::Registered => NextStep::CompleteIntake,
        Pathway::AwaitingFunding => NextStep::AwaitFunding,
        Pathway::AwaitingDecision => NextStep::AwaitDecision,
        Pathway::IntakeDone => NextStep::BookAssessment,
        Pathway::AssessmentBooked => NextStep::AttendAssessment,
        Pathway::InCare => NextStep::FollowPlan,
        Pathway::Discharged | Pathway::Signposted => NextStep::SeeSignposts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::workforce::model::{Profession, Setting};

    const DOCTOR: Applicant = Applicant {
        profession: Profession::Doctor,
        setting: Setting::SecondaryCare,
        nation: Nation::England,
        reason: ConfidentialityReason::None,
        in_care: false,
    };

    #[test]
    fn facts_of_a_decision_change_only_until_the_practitioner_moves_on() {
        let nurse = Applicant { profession: Profession::Nurse, ..DOCTOR };
        for (pathway, decision, open) in [
            (Pathway::Registered, EligibilityDecision::Eligible, true),
            (Pathway::AwaitingFunding, EligibilityDecision::NeedsFunding, true),
            (Pathway::Signposted, EligibilityDecision::Signposted, true),
            (Pathway::AwaitingDecision, EligibilityDecision::AwaitingDecision, true),
            // Funded, signposted by a clinician, or further on.
            (Pathway::Registered, EligibilityDecision::NeedsFunding, false),
            (Pathway::Signposted, EligibilityDecision::Eligible, false),
            (Pathway::InCare, EligibilityDecision::Eligible, false),
            (Pathway::Discharged, EligibilityDecision::Eligible, false),
        ] {
            let check = |after, other_words| check_still_changeable(pathway, decision, &DOCTOR, after, other_words).is_ok();
            assert_eq!((check(&nurse, false), check(&DOCTOR, true)), (open, open), "{pathway:?} {decision:?}");
            assert!(check(&DOCTOR, false));
        }
        let other = Applicant { reason: ConfidentialityReason::Other, ..DOCTOR };
        for (before, after, other_words, named) in [
            (&DOCTOR, &nurse, false, "/profession"),
            (&other, &other, true, "/confidentiality_reason_note"),
            (&other, &DOCTOR, true, "/confidentiality_reason"),
        ] {
            let settled = (Pathway::InCare, EligibilityDecision::Eligible);
            let refusal = check_still_changeable(settled.0, settled.1, before, after, other_words).unwrap_err();
            assert_eq!(refusal.fields.iter().map(|field| field.pointer.as_str()).collect::<Vec<_>>(), [named]);
        }
    }

    #[test]
    fn words_belong_to_the_reason_other_and_to_no_other() {
        for reason in ConfidentialityReason::ALL {
            let code = |words| check_reason_words(*reason, words).err().map(|refusal| refusal.fields[0].code.to_string());
            let (without, with) = (code(None), code(Some("I appraise the whole local service.")));
            let expected =
                if *reason == ConfidentialityReason::Other { (Some("required"), None) } else { (None, Some("not_allowed")) };
            assert_eq!((without.as_deref(), with.as_deref()), expected, "{reason:?}");
        }
    }
}
