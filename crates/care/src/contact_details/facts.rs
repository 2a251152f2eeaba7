//! Whether the reason that someone gives is true, and how the practitioner can be reached.

use super::model::{ContactPart, ContactReason, Grounds, PhoneNumber, PhoneSource};
use crate::{follow_ups, risk};
use people::Caller;
use people::Role;
use people::accounts::queries as accounts;
use people::notifications::model::NotificationPreferences;
use people::notifications::queries::{self as messages, ReadablePreferences};
use people::notifications::rules::is_confirmed;
use people::practitioners::queries::parts::{PractitionerParts, find_parts};
use people::relationships::{self, Permit};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::private::Private;
use platform::refusal::Reason;
use scheduling::booking::meeting::{self, CallNow};

/// Asks whether the caller may know of the practitioner for this reason, and finds the record that is the reason.
///
/// # Errors
/// 404 for someone who may not know of them; `no_reason_to_contact` at `reason` where there is no such record now.
pub(super) fn check_reason(tx: &mut Tx, caller: &Caller, practitioner: Id, reason: ContactReason) -> Result<(Permit, Grounds)> {
    let permit = relationships::permit(tx, caller, practitioner, reason.purpose())?;
    let grounds = match reason {
        ContactReason::RiskAlert if caller.role == Role::Coordinator => {
            risk::queries::coordinators::newest_of(tx, practitioner)?.map(Grounds::Alert)
        }
        ContactReason::RiskAlert => risk::queries::open_alert_of(tx, practitioner)?.map(Grounds::Alert),
        ContactReason::PhoneAppointment => meeting::to_call_now(tx, &permit)?.map(|call| {
            let CallNow { appointment, number, number_is_readable } = call;
            Grounds::Appointment { id: appointment, number, number_is_readable }
        }),
        ContactReason::FollowUp => {
            let of = (caller.role == Role::Clinician).then_some(caller.id);
            follow_ups::queries::first_open(tx, practitioner, of)?.map(Grounds::FollowUp)
        }
    };
    let missing = || {
        let detail = "There is no open alert, telephone appointment or follow-up for which you need this now.";
        Error::field(Reason::NoReasonToContact, "reason", "not_true", detail)
    };
    Ok((permit, grounds.ok_or_else(missing)?))
}

/// How a practitioner can be reached.
pub(super) struct Reachable {
    pub person: PractitionerParts,
    pub email: Option<Private<String>>,
    pub preferences: NotificationPreferences,
    /// The best number first.
    pub phones: Vec<PhoneNumber>,
    /// The parts that are damaged.
    pub unreadable: Vec<ContactPart>,
}

/// Reads how a practitioner can be reached, each part apart: one that cannot be decrypted is named and logged, and hides no other.
///
/// # Errors
/// 404 when there is no such practitioner; when the database fails.
pub(super) fn reachable(tx: &mut Tx, practitioner: Id, grounds: &Grounds) -> Result<Reachable> {
    let person = find_parts(tx, practitioner)?.ok_or_else(Error::not_found)?;
    let email = accounts::emails(tx, &[practitioner])?.pop().map(Private::new);
    let ReadablePreferences { preferences, mobile_is_readable, calls_are_readable } =
        messages::readable_preferences(tx, practitioner)?;
    let (given, given_is_readable) = match grounds {
        Grounds::Appointment { number, number_is_readable, .. } => (number.clone(), *number_is_readable),
        Grounds::Alert(_) | Grounds::FollowUp(_) => (None, true),
    };
    let unreadable = [
        (ContactPart::Pseudonym, person.pseudonym.is_some()),
        (ContactPart::Registration, person.details.is_some()),
        (ContactPart::Email, email.is_some()),
        (ContactPart::Mobile, mobile_is_readable),
        (ContactPart::CallPreferences, calls_are_readable),
        (ContactPart::AppointmentPhone, given_is_readable),
    ];
    let registered = person.details.as_ref().and_then(|details| details.phone.clone()).map(Private::new);
    let mobile = preferences.mobile.clone().map(Private::new);
    // A number that was never confirmed may be another person's, so it comes last.
    let (confirmed, unconfirmed) = if preferences.mobile_verified { (mobile, None) } else { (None, mobile) };
    let mut phones: Vec<PhoneNumber> = Vec::new();
    for (source, number) in [
        (PhoneSource::Appointment, given),
        (PhoneSource::Mobile, confirmed),
        (PhoneSource::Registration, registered),
        (PhoneSource::Mobile, unconfirmed),
    ] {
        if let Some(number) = number.filter(|number| phones.iter().all(|known| known.number != *number)) {
            phones.push(PhoneNumber { source, confirmed: is_confirmed(number.reveal(), &preferences), number });
        }
    }
    let unreadable = unreadable.into_iter().filter_map(|(part, readable)| (!readable).then_some(part)).collect();
    Ok(Reachable { person, email, preferences, phones, unreadable })
}
