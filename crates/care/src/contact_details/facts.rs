//! Whether the reason that someone gives is true, and how the practitioner can be reached.

use super::model::{ContactReason, Grounds, PhoneNumber, PhoneSource};
use crate::{follow_ups, risk};
use people::Caller;
use people::Role;
use people::accounts::queries as accounts;
use people::notifications::model::NotificationPreferences;
use people::notifications::queries as messages;
use people::practitioners::queries as registration;
use people::practitioners::queries::RegisteredPractitioner;
use people::relationships::{self, Known};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::private::Private;
use platform::refusal::Reason;
use platform::seal::readable_or_none;
use scheduling::booking::meeting;

/// Asks whether the caller may know of the practitioner for this reason, and finds the record that is the reason.
///
/// # Errors
/// 404 for someone who may not know of them; `no_reason_to_contact` at `reason` where there is no such record now.
pub(super) fn check_reason(tx: &mut Tx, caller: &Caller, practitioner: Id, reason: ContactReason) -> Result<(Known, Grounds)> {
    let known = relationships::known(tx, caller, practitioner, reason.purpose())?;
    let grounds = match reason {
        ContactReason::RiskAlert => risk::queries::open_alert_of(tx, practitioner)?.map(Grounds::Alert),
        ContactReason::PhoneAppointment => {
            meeting::to_call_now(tx, &known)?.map(|call| Grounds::Appointment(call.appointment, call.number))
        }
        ContactReason::FollowUp => {
            let of = (caller.role == Role::Clinician).then_some(caller.id);
            follow_ups::queries::first_open(tx, practitioner, of)?.map(Grounds::FollowUp)
        }
    };
    let missing = || {
        let detail = "There is no open alert, telephone appointment or follow-up for which you need this now.";
        Error::field(Reason::NoReasonToContact, "reason", "not_true", detail)
    };
    Ok((known, grounds.ok_or_else(missing)?))
}

/// How a practitioner can be reached.
pub(super) struct Reachable {
    pub person: RegisteredPractitioner,
    pub email: Option<Private<String>>,
    pub preferences: NotificationPreferences,
    /// The best number first.
    pub phones: Vec<PhoneNumber>,
}

/// Reads how a practitioner can be reached. An email address and preferences that cannot be decrypted are left out: they must not hide the
/// numbers.
///
/// # Errors
/// 404 when there is no such practitioner; an error when their registration cannot be decrypted.
pub(super) fn reachable(tx: &mut Tx, practitioner: Id, grounds: &Grounds) -> Result<Reachable> {
    let person = registration::find(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let email = accounts::emails(tx, &[practitioner])?.pop().map(Private::new);
    let preferences = readable_or_none(messages::preferences(tx, practitioner))?.unwrap_or_default();
    let given = match grounds {
        Grounds::Appointment(_, number) => number.as_ref().map(|number| number.reveal().clone()),
        Grounds::Alert(_) | Grounds::FollowUp(_) => None,
    };
    let mobile = preferences.mobile.clone().filter(|_| preferences.mobile_verified);
    let mut phones: Vec<PhoneNumber> = Vec::new();
    for (source, number) in [
        (PhoneSource::Appointment, given),
        (PhoneSource::Mobile, mobile),
        (PhoneSource::Registration, person.details.phone.clone()),
    ] {
        if let Some(number) = number.filter(|number| phones.iter().all(|known| known.number != *number)) {
            phones.push(PhoneNumber { source, number });
        }
    }
    Ok(Reachable { person, email, preferences, phones })
}
