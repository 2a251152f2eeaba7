//! Types of contact details: why someone asks for them, and the numbers.

use people::relationships::Purpose;
use platform::ids::Id;
use platform::private::Private;

platform::string_enum! {
    /// Why someone must reach a practitioner.
    pub enum ContactReason {
        /// A risk alert about them is open, and the caller may answer it.
        RiskAlert = "risk_alert",
        /// The caller is the clinician of an appointment by telephone that begins soon, takes place or has just ended.
        PhoneAppointment = "phone_appointment",
        /// A follow-up is open: for coordinators, and for its clinician.
        FollowUp = "follow_up",
    }

    /// A part of how a practitioner can be reached.
    pub enum ContactPart {
        /// The name that they chose: their reference is shown in its place.
        Pseudonym = "pseudonym",
        /// What is in the registration: its phone number, the emergency contact, and whether the service may be named.
        Registration = "registration",
        /// The email address.
        Email = "email",
        /// The mobile number for messages.
        Mobile = "mobile",
        /// How they may be called.
        CallPreferences = "call_preferences",
        /// The number that was given for the appointment.
        AppointmentPhone = "appointment_phone",
    }

    /// Where a phone number comes from.
    pub enum PhoneSource {
        /// Given for the appointment by telephone.
        Appointment = "appointment",
        /// The mobile number for messages.
        Mobile = "mobile",
        /// The number in the registration.
        Registration = "registration",
    }
}

impl ContactReason {
    /// For what the caller must be allowed to know of the practitioner.
    pub const fn purpose(self) -> Purpose {
        match self {
            Self::RiskAlert => Purpose::AnswerAlert,
            Self::PhoneAppointment | Self::FollowUp => Purpose::Know,
        }
    }
}

/// The record that is the reason.
#[derive(Debug, Clone)]
pub(super) enum Grounds {
    /// An open alert.
    Alert(Id),
    /// An appointment by telephone.
    Appointment {
        id: Id,
        /// The number that was given for it, if one was and it can be read.
        number: Option<Private<String>>,
        /// Whether that can be read.
        number_is_readable: bool,
    },
    /// An open follow-up.
    FollowUp(Id),
}

impl Grounds {
    /// Kind and id of the record, as the audit trail has them.
    pub(super) const fn subject(&self) -> (&'static str, Option<Id>) {
        match self {
            Self::Alert(id) => ("risk_alert", Some(*id)),
            Self::Appointment { id, .. } => ("appointment", Some(*id)),
            Self::FollowUp(id) => ("follow_up", Some(*id)),
        }
    }
}

/// A phone number of a practitioner.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct PhoneNumber {
    pub source: PhoneSource,
    pub number: Private<String>,
    /// Whether the practitioner has confirmed it with a code.
    pub confirmed: bool,
}

platform::redacted_debug!(PhoneNumber);
