//! Whether a request about a referral may be answered again with the response that it got the first time.

use super::queries::referrals::{self, ProtectedReferral};
use platform::Tx;
use platform::error::Result;
use platform::http::repeats::Repeat;

/// True unless the person has blocked the caller meanwhile.
///
/// # Errors
/// When the database fails.
pub fn may_repeat(tx: &mut Tx, repeat: &Repeat<'_>) -> Result<bool> {
    let Some(referral) = repeat.concerned.subject.filter(|_| repeat.concerned.kind == "hub_referral") else { return Ok(true) };
    match referrals::find(tx, referral)?.map(ProtectedReferral::for_the_service) {
        Some(referral) => {
            Ok(referral.practitioner == Some(repeat.account) || referrals::may_know(tx, &referral, repeat.account)?)
        }
        None => Ok(true),
    }
}
