//! Sources of help elsewhere for one person: they match the person's needs, work and area.

use chrono::NaiveDate;

use super::model::Applicant;
use people::practitioners::details::RegistrationDetails;
use people::practitioners::queries;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::refusal::Reason;
use reference::signposts::dto::SignpostView;
use reference::signposts::model::{Seeker, SignpostNeed};
use reference::signposts::rules::seeker_in_area;
use reference::{signposts, workforce};

/// The needs for which people are shown sources of help when this service cannot help, or not yet.
pub const SIGNPOST_NEEDS: &[SignpostNeed] = &[
    SignpostNeed::Crisis,
    SignpostNeed::MedicalHelp,
    SignpostNeed::LocalServices,
    SignpostNeed::MoodAndAnxiety,
    SignpostNeed::WorkSupport,
    SignpostNeed::SelfCheck,
];

/// Search criteria from what eligibility depends on, when no more is known of the person.
pub fn seeker_from_applicant(person: &Applicant) -> Seeker {
    Seeker {
        profession: Some(person.profession),
        setting: Some(person.setting),
        nation: Some(person.nation),
        ..Seeker::default()
    }
}

/// Search criteria from the particulars of a practitioner.
///
/// # Errors
/// When the database cannot be read.
pub fn seeker_from_particulars(tx: &mut Tx, details: &RegistrationDetails, on: NaiveDate) -> Result<Seeker> {
    let place = seeker_in_area(&workforce::boards_or_shipped(tx, on)?, details.region, details.icb_code.as_deref(), on);
    Ok(Seeker { region: place.region, icb_codes: place.icb_codes, ..seeker_from_applicant(&Applicant::from(details)) })
}

/// The needs of people who wait for a commissioner to fund their care.
const UNFUNDED_NEEDS: &[SignpostNeed] = &[
    SignpostNeed::Crisis,
    SignpostNeed::MedicalHelp,
    SignpostNeed::LocalServices,
    SignpostNeed::WorkSupport,
    SignpostNeed::Funding,
];

/// Runs `work` for a practitioner. If it is refused because care is not open to them, or because it is not funded, the refusal
/// includes sources of help elsewhere.
///
/// # Errors
/// The errors of `work`.
pub fn with_signposts<T>(tx: &mut Tx, practitioner: Id, on: NaiveDate, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
    work(tx).map_err(|error| match for_refusal(tx, practitioner, error.reason(), on) {
        Ok(signposts) if !signposts.is_empty() => error.with_signposts(&signposts),
        _ => error,
    })
}

/// Sources of help elsewhere for a practitioner refused with this code; empty for other codes.
///
/// # Errors
/// As [`for_practitioner`].
pub fn for_refusal(tx: &mut Tx, practitioner: Id, code: Reason, on: NaiveDate) -> Result<Vec<SignpostView>> {
    let needs = match code {
        Reason::NotEligible => SIGNPOST_NEEDS,
        Reason::FundingRequired | Reason::FundingExpired | Reason::FundingExhausted => UNFUNDED_NEEDS,
        _ => return Ok(Vec::new()),
    };
    for_practitioner(tx, practitioner, needs, on)
}

/// Sources of help elsewhere for a practitioner with these needs.
///
/// # Errors
/// 404 when there is no such practitioner, or when the database cannot be read.
pub fn for_practitioner(tx: &mut Tx, practitioner: Id, needs: &[SignpostNeed], on: NaiveDate) -> Result<Vec<SignpostView>> {
    let person = queries::find(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let seeker = seeker_from_particulars(tx, &person.details, on)?;
    signposts::for_seeker(tx, needs, &seeker, on)
}
