//! How long access lasts, who is informed of it, and how it is reviewed.

use chrono::TimeDelta;

use super::model::{BreakGlass, Review};
use platform::error::{Error, Result};
use platform::ids::UtcTime;
use platform::refusal::Reason;

/// How long break-glass access lasts: long enough to deal with one emergency.
pub const BREAK_GLASS_LASTS: TimeDelta = TimeDelta::minutes(60);

/// How long a coordinator knows of a practitioner who called: the call and what has to be done afterwards.
pub const PHONE_CALL_LASTS: TimeDelta = TimeDelta::minutes(60);

/// A member of staff who looks up the same practitioner again within this time gives a reason.
pub const LOOKED_UP_AGAIN_WITHIN: TimeDelta = TimeDelta::hours(24);

/// The practitioner is informed so long after the access, unless a privacy officer has decided about it before.
pub const INFORMED_AFTER: TimeDelta = TimeDelta::days(7);

/// Checks that the access is in force, so that its holder can end it.
///
/// # Errors
/// 409 when it has ended.
pub fn check_in_force(access: &BreakGlass, now: UtcTime) -> Result<()> {
    if access.ended_at.is_none() && now < access.expires_at { Ok(()) } else { Err(Reason::BreakGlassEnded.into()) }
}

/// Checks that break-glass gives the member of staff something, so that privacy officers hear only of access that counts.
///
/// # Errors
/// 409 when they may do all of it already.
pub fn check_needed(has_access: bool) -> Result<()> {
    if has_access { Err(Reason::AccessAlready.into()) } else { Ok(()) }
}

/// Checks that a member of staff who looks up the same practitioner again gives a reason.
///
/// # Errors
/// 422 naming `/reason`.
pub fn check_look_up(is_repeated: bool, reason: Option<&str>) -> Result<()> {
    if !is_repeated || reason.is_some() {
        return Ok(());
    }
    let needed = Reason::LookUpReasonNeeded;
    Err(Error::field(needed, "/note", "required", needed.sentence()))
}

/// Checks that the access has not been reviewed.
///
/// # Errors
/// 409 when it has.
pub fn check_not_reviewed(review: Option<&Review>) -> Result<()> {
    if review.is_none() { Ok(()) } else { Err(Reason::AlreadyReviewed.into()) }
}

/// Checks that a review gives a reason for not telling the practitioner, and only then.
///
/// # Errors
/// 422 naming `/reason_not_to_tell`.
pub fn check_informing(informs: bool, reason_not_to_tell: Option<&str>) -> Result<()> {
    let wrong = |code, detail: &'static str| Err(Error::field(Reason::InvalidBody, "/reason_not_to_inform", code, detail));
    match (informs, reason_not_to_tell) {
        (true, None) | (false, Some(_)) => Ok(()),
        (true, Some(_)) => wrong("not_allowed", "Leave this out: the practitioner is informed."),
        (false, None) => wrong("required", "Say why telling the practitioner would endanger someone."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::ids::Id;

    fn access(ended: Option<i64>) -> BreakGlass {
        let (id, start) = (Id(uuid::Uuid::nil()), at(0));
        BreakGlass {
            id,
            staff: id,
            practitioner: id,
            reason: "Found unconscious.".to_owned().into(),
            granted_at: start,
            expires_at: start + BREAK_GLASS_LASTS,
            ended_at: ended.map(at),
            review: None,
            informed_at: None,
        }
    }

    fn at(minutes: i64) -> UtcTime {
        UtcTime::from(chrono::DateTime::UNIX_EPOCH) + TimeDelta::minutes(minutes)
    }

    #[test]
    fn access_is_in_force_for_an_hour_unless_it_was_ended() {
        assert!(check_in_force(&access(None), at(59)).is_ok());
        for (ended, now) in [(None, 60), (Some(10), 10), (Some(10), 30)] {
            let refused = check_in_force(&access(ended), at(now)).unwrap_err();
            assert_eq!(refused.reason(), Reason::BreakGlassEnded, "{ended:?} {now}");
        }
    }

    #[test]
    fn only_another_look_up_needs_a_reason() {
        assert!(check_look_up(false, None).is_ok() && check_look_up(true, Some("She rang again.")).is_ok());
        assert_eq!(check_look_up(true, None).unwrap_err().fields()[0].pointer, "/note");
    }

    #[test]
    fn only_a_review_that_does_not_tell_needs_a_reason() {
        assert!(check_informing(true, None).is_ok() && check_informing(false, Some("A threat.")).is_ok());
        for (informs, reason) in [(true, Some("A threat.")), (false, None)] {
            let refused = check_informing(informs, reason).unwrap_err();
            assert_eq!(refused.fields()[0].pointer, "/reason_not_to_inform");
        }
    }
}
