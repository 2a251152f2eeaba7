//! Whether a request about a practitioner may be answered again with the response that it got the first time.

use chrono::TimeDelta;

use super::basis::Purpose;
use super::{access_rules, conflicts};
use crate::Role;
use platform::Tx;
use platform::error::Result;
use platform::http::repeats::Repeat;

/// For how long a member of staff gets the same response although the reason to know of the practitioner has ended: the request
/// itself may have ended it, and a lost response is asked for again soon.
const RETRIED_WITHIN: TimeDelta = TimeDelta::minutes(10);

/// Kinds of records about a person who need not have an account. The crates that own them decide by their own checks alone: whether
/// one belongs to a practitioner by now makes no difference, or a repeat would tell who registered.
pub const OF_PEOPLE_WITHOUT_ACCOUNT: [&str; 4] = ["contact", "contact_task", "hub_referral", "invitation"];

/// Kinds of records that belong to no practitioner, and so have none in the audit trail; `group_enrolment` is that of a guest.
pub const OF_NO_PRACTITIONER: [&str; 23] = [
    "absence",
    "account",
    "area_place",
    "audit_event",
    "audit_flag",
    "clinic",
    "clinician",
    "contact_hours",
    "duty_period",
    "eligibility_rule",
    "feedback",
    "group",
    "group_enrolment",
    "group_session",
    "hub",
    "intake_switch",
    "message",
    "outreach_campaign",
    "outreach_team_request",
    "reference_data_change",
    "registration",
    "session",
    "signpost",
];

/// True unless the caller is now kept apart from the practitioner, or is a clinician or a coordinator whose reason to know of them
/// has ended some time ago. Of a record that must belong to a practitioner and names none, no one gets a response again.
///
/// # Errors
/// When the database fails.
pub fn may_repeat(tx: &mut Tx, repeat: &Repeat<'_>) -> Result<bool> {
    let kind = repeat.concerned.kind.as_str();
    let staff = Role::parse(&repeat.concerned.role).filter(|role| *role != Role::Practitioner);
    let Some(role) = staff.filter(|_| !OF_PEOPLE_WITHOUT_ACCOUNT.contains(&kind)) else { return Ok(true) };
    let Some((practitioner, _)) = &repeat.concerned.practitioner else { return Ok(OF_NO_PRACTITIONER.contains(&kind)) };
    if conflicts::are_in_conflict(tx, *practitioner, repeat.account)? {
        return Ok(false);
    }
    if !matches!(role, Role::Clinician | Role::Coordinator) || tx.now <= repeat.first_at + RETRIED_WITHIN {
        return Ok(true);
    }
    Ok(access_rules::first(tx, (repeat.account, role), *practitioner, Purpose::Know)?.is_some())
}
