//! Where two meet who are not in the same room: the address of a video call, and the number to ring. The address is for the two
//! concerned only, the number for coordinators too, who may have to ring; both only while the appointment is to take place. Neither
//! is ever in a message or a calendar.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::queries::appointments::OpenAppointment;
use super::rules;
use crate::clinicians::model::AppointmentMode;
use crate::clinicians::queries as clinicians;
use people::Role;
use people::notifications::queries as messages;
use people::practitioners::queries as registration;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::private::Private;
use platform::seal::optional;

/// How the two find each other.
#[derive(Debug, Clone)]
pub enum Meeting {
    /// By video, at this address.
    Video(Private<String>),
    /// By telephone: this number is rung. None where the practitioner has given none.
    Phone(Option<Private<String>>),
}

/// How the two of an appointment find each other, while that is to be told.
///
/// # Errors
/// When the database refuses.
pub fn of(tx: &mut Tx, open: &OpenAppointment) -> Result<Option<Meeting>> {
    if !rules::is_meeting_told(open.facts.status, open.facts.ends_at, tx.now.get()) {
        return Ok(None);
    }
    Ok(match open.mode {
        AppointmentMode::InPerson => None,
        AppointmentMode::Video => Some(Meeting::Video(match clinicians::video_link(tx, open.clinician)? {
            Some(link) => link,
            None => Private::new(room(tx, open.facts.id, open.clinician)),
        })),
        AppointmentMode::Phone => Some(Meeting::Phone(match &open.phone {
            Some(number) => Some(number.clone()),
            // An appointment is shown even when the record that holds the number is damaged.
            None => optional(own_number(tx, open.facts.practitioner))?.flatten(),
        })),
    })
}

/// What a reader of this role sees of it: the address of a video call opens the door to a consultation, so that nobody else has it.
pub fn shown_to(reader: Role, meeting: Option<Meeting>) -> Option<Meeting> {
    meeting.filter(|meeting| match meeting {
        Meeting::Video(_) => matches!(reader, Role::Practitioner | Role::Clinician),
        Meeting::Phone(_) => true,
    })
}

/// The address of a room of the service for this appointment with this clinician. Nobody can work it out.
fn room(tx: &Tx, appointment: Id, clinician: Id) -> String {
    let tag = tx.sealer.tag("video_room", &[appointment.0.as_bytes(), clinician.0.as_bytes()]);
    let name = URL_SAFE_NO_PAD.encode(tag.get(..18).unwrap_or(&tag));
    tx.policy.video_url.replace("{room}", &name)
}

/// The number that a practitioner has given: the mobile one for messages, or the one of their registration.
pub fn own_number(tx: &mut Tx, practitioner: Id) -> Result<Option<Private<String>>> {
    if let Some(mobile) = messages::wishes(tx, practitioner)?.mobile {
        return Ok(Some(Private::new(mobile)));
    }
    Ok(registration::open(tx, practitioner)?.and_then(|person| person.told.phone).map(Private::new))
}

/// The number to ring for an appointment of this mode unless another is said: the one before or, by telephone, the practitioner's own.
pub fn known_number(
    tx: &mut Tx,
    practitioner: Id,
    mode: AppointmentMode,
    before: Option<&Private<String>>,
) -> Result<Option<Private<String>>> {
    match before {
        Some(number) => Ok(Some(number.clone())),
        // Where the record that holds it is damaged they say one, as where they never gave any.
        None if mode == AppointmentMode::Phone => Ok(optional(own_number(tx, practitioner))?.flatten()),
        None => Ok(None),
    }
}
