//! How the two parties of an appointment meet that is not in person: the link to a video call, or the number to call. Only the
//! two of them see the link; coordinators see the number too, because they may have to call. Both are shown only while the
//! appointment is still to take place. Neither is ever in a message or a calendar.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use chrono::TimeDelta;

use super::policy::policies;
use super::queries::appointments::{self as records, AppointmentRecord};
use super::queries::lookups;
use super::rules;
use crate::clinicians::model::AppointmentMode;
use crate::clinicians::queries as clinicians;
use people::Role;
use people::notifications::queries as messages;
use people::notifications::rules::is_confirmed;
use people::practitioners::queries::parts::registered_phone;
use people::relationships::Permit;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::private::Private;
use platform::seal::readable_or_none;

/// How practitioner and clinician meet.
#[derive(Debug, Clone)]
pub enum Meeting {
    /// By video, at this link.
    Video(Private<String>),
    /// By telephone, at this number. None where the practitioner has given none.
    Phone(Option<NumberToCall>),
}

/// A number to call.
#[derive(Debug, Clone)]
pub struct NumberToCall {
    pub number: Private<String>,
    /// Whether it is the mobile number that the practitioner has confirmed with a code. Any other number may be another person's.
    pub confirmed: bool,
}

/// How the two parties of an appointment meet, while that is shown.
///
/// # Errors
/// When the database fails.
pub fn of(tx: &mut Tx, appointment: &AppointmentRecord) -> Result<Option<Meeting>> {
    if !rules::shows_meeting_details(appointment.facts.status, appointment.facts.ends_at, tx.now.get()) {
        return Ok(None);
    }
    Ok(match appointment.mode {
        AppointmentMode::InPerson => None,
        AppointmentMode::Video => Some(Meeting::Video(match clinicians::video_link(tx, appointment.clinician)? {
            Some(link) => link,
            None => Private::new(video_room_link(tx, appointment.facts.id, appointment.clinician)),
        })),
        AppointmentMode::Phone => {
            let practitioner = appointment.facts.practitioner;
            let number = match &appointment.phone {
                Some(number) => Some(number.clone()),
                None => practitioner_number(tx, practitioner)?,
            };
            Some(Meeting::Phone(number.map(|number| to_call(tx, practitioner, number)).transpose()?))
        }
    })
}

/// A number of a practitioner, with whether they have confirmed it. While their preferences cannot be decrypted, none is.
fn to_call(tx: &mut Tx, practitioner: Id, number: Private<String>) -> Result<NumberToCall> {
    let preferences = messages::readable_preferences(tx, practitioner)?.preferences;
    Ok(NumberToCall { confirmed: is_confirmed(number.reveal(), &preferences), number })
}

/// What a reader with this role sees. The link to a video call lets people into a consultation, so only its two parties get it.
pub fn visible_to(reader: Role, meeting: Option<Meeting>) -> Option<Meeting> {
    meeting.filter(|meeting| match meeting {
        Meeting::Video(_) => matches!(reader, Role::Practitioner | Role::Clinician),
        Meeting::Phone(_) => true,
    })
}

/// The link to the service's own video room for this appointment with this clinician. It cannot be guessed.
fn video_room_link(tx: &Tx, appointment: Id, clinician: Id) -> String {
    let tag = tx.sealer.tag("video_room", &[appointment.0.as_bytes(), clinician.0.as_bytes()]);
    let name = URL_SAFE_NO_PAD.encode(tag.get(..18).unwrap_or(&tag));
    tx.policy.video_url.replace("{room}", &name)
}

/// The longest time for which an appointment may last.
const LONGEST: TimeDelta = TimeDelta::days(1);

/// An appointment by telephone about which its clinician calls now.
#[derive(Debug, Clone)]
pub struct CallNow {
    pub appointment: Id,
    /// The number that was given for it, if one was and it can be read.
    pub number: Option<Private<String>>,
    /// Whether that can be read.
    pub number_is_readable: bool,
}

/// The appointment by telephone about which the caller, its clinician, calls this practitioner now. `None` for everyone else.
///
/// # Errors
/// When the database fails.
pub fn to_call_now(tx: &mut Tx, permit: &Permit) -> Result<Option<CallNow>> {
    let (Some(caller), practitioner, now, policies) = (permit.actor().id, permit.practitioner(), tx.now, policies()) else {
        return Ok(None);
    };
    let window = (now - policies.call_after - LONGEST, now + policies.call_before);
    let found = lookups::shared_between(tx, (caller, practitioner), window)?
        .into_iter()
        .find(|one| rules::is_time_to_call(one.mode, one.status, (one.starts_at.get(), one.ends_at.get()), now.get(), &policies));
    let Some(one) = found else { return Ok(None) };
    let number = readable_or_none(records::number_given(tx, one.id))?;
    Ok(Some(CallNow { appointment: one.id, number_is_readable: number.is_some(), number: number.flatten() }))
}

/// The practitioner's number: their mobile number for messages, or the one in their registration. Each is read apart: one that cannot be
/// decrypted is logged, counts as not given and does not hide the other.
///
/// # Errors
/// When the database fails.
pub fn practitioner_number(tx: &mut Tx, practitioner: Id) -> Result<Option<Private<String>>> {
    match messages::readable_preferences(tx, practitioner)?.preferences.mobile {
        Some(mobile) => Ok(Some(Private::new(mobile))),
        None => registered_phone(tx, practitioner),
    }
}

/// The number to call where the form gives none: the previous one or, for an appointment by telephone, the practitioner's own.
pub fn number_on_record(
    tx: &mut Tx,
    practitioner: Id,
    mode: AppointmentMode,
    before: Option<&Private<String>>,
) -> Result<Option<Private<String>>> {
    match before {
        Some(number) => Ok(Some(number.clone())),
        // If no number can be decrypted, the practitioner must give one, as when they never gave one.
        None if mode == AppointmentMode::Phone => practitioner_number(tx, practitioner),
        None => Ok(None),
    }
}
