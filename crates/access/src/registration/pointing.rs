//! Help elsewhere for one person: what meets their needs, and is for their work and their area.

use chrono::NaiveDate;

use super::model::Applicant;
use people::practitioners::particulars::Particulars;
use people::practitioners::queries;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::refusal::Reason;
use reference::signposts::dto::SignpostView;
use reference::signposts::model::{Seeker, SignpostNeed};
use reference::signposts::rules::seeker_at;
use reference::{signposts, workforce};

/// What somebody is pointed to help for whom this service does not help, or not yet.
pub const ELSEWHERE: &[SignpostNeed] = &[
    SignpostNeed::Crisis,
    SignpostNeed::MedicalHelp,
    SignpostNeed::LocalServices,
    SignpostNeed::MoodAndAnxiety,
    SignpostNeed::WorkSupport,
    SignpostNeed::SelfCheck,
];

/// Somebody of whom we know no more than what eligibility depends on.
pub fn applicant(person: &Applicant) -> Seeker {
    Seeker {
        profession: Some(person.profession),
        setting: Some(person.setting),
        nation: Some(person.nation),
        ..Seeker::default()
    }
}

/// Somebody who told us about themselves.
///
/// # Errors
/// When the list of boards inside the program is broken, which start-up rules out.
pub fn seeker(told: &Particulars, on: NaiveDate) -> Result<Seeker> {
    let place = seeker_at(workforce::boards(), told.region, told.icb_code.as_deref(), on);
    Ok(Seeker { region: place.region, icb_codes: place.icb_codes, ..applicant(&Applicant::from(told)) })
}

/// What somebody is pointed to help for who waits for a commissioner's money.
const UNFUNDED: &[SignpostNeed] = &[
    SignpostNeed::Crisis,
    SignpostNeed::MedicalHelp,
    SignpostNeed::LocalServices,
    SignpostNeed::WorkSupport,
    SignpostNeed::Funding,
];

/// Does `work` for a practitioner. Where it is refused because care is not open to them, or because nobody pays for it, the
/// refusal says where else there is help for them.
///
/// # Errors
/// What `work` returns.
pub fn or_elsewhere<T>(tx: &mut Tx, practitioner: Id, on: NaiveDate, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
    work(tx).map_err(|error| match for_refusal(tx, practitioner, error.reason(), on) {
        Ok(signposts) if !signposts.is_empty() => error.pointing_to(&signposts),
        _ => error,
    })
}

/// Help elsewhere for a practitioner who is refused for this reason; none where the reason calls for none.
///
/// # Errors
/// As [`for_person`].
pub fn for_refusal(tx: &mut Tx, practitioner: Id, code: Reason, on: NaiveDate) -> Result<Vec<SignpostView>> {
    let needs = match code {
        Reason::NotEligible => ELSEWHERE,
        Reason::FundingRequired | Reason::FundingExpired | Reason::FundingExhausted => UNFUNDED,
        _ => return Ok(Vec::new()),
    };
    for_person(tx, practitioner, needs, on)
}

/// Help elsewhere for a practitioner with these needs.
///
/// # Errors
/// 404 when there is no such practitioner, or when the database cannot be read.
pub fn for_person(tx: &mut Tx, practitioner: Id, needs: &[SignpostNeed], on: NaiveDate) -> Result<Vec<SignpostView>> {
    let person = queries::open(tx, practitioner)?.ok_or_else(Error::not_found)?;
    signposts::for_seeker(tx, needs, &seeker(&person.told, on)?, on)
}
