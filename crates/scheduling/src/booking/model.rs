//! The nouns of booking: slots and appointments as the rules see them, and who acts.

use chrono::{DateTime, Utc};

use super::figures::{Policies, policies};
pub use crate::calendar::model::SlotState;
use crate::calendar::model::{AppointmentKind, AppointmentMode};
use access::funding::model::FundedSession;
use people::Role;
use people::practitioners::model::Pathway;
use platform::ids::Id;
use platform::private::Private;

platform::words! {
    /// Where an appointment stands.
    pub enum AppointmentStatus {
        /// It is to take place, or has begun and nobody has recorded attendance yet.
        Booked = "booked",
        /// It was called off before it began.
        Cancelled = "cancelled",
        /// The practitioner was seen.
        Attended = "attended",
        /// The practitioner was not seen.
        NotAttended = "not_attended",
    }
}

platform::words! {
    /// What happened to an appointment.
    pub enum AppointmentEvent {
        /// It was booked.
        Booked = "booked",
        /// It moved to another slot.
        Moved = "moved",
        /// It was called off.
        Cancelled = "cancelled",
        /// Attendance was recorded or corrected.
        AttendanceRecorded = "attendance_recorded",
        /// Its slot was taken away from under it; it waits to be moved or cancelled.
        Orphaned = "orphaned",
    }
}

platform::words! {
    /// On whose side a caller acts.
    pub enum ActorKind {
        /// The practitioner, for themselves.
        Practitioner = "practitioner",
        /// A member of staff, the clinician included.
        Staff = "staff",
    }
}

impl ActorKind {
    /// The side on which this role acts.
    pub fn of(role: Role) -> Self {
        if role == Role::Practitioner { Self::Practitioner } else { Self::Staff }
    }
}

platform::words! {
    /// Why an appointment was called off.
    pub enum AppointmentCancelReason {
        /// The practitioner is unwell.
        PractitionerUnwell = "practitioner_unwell",
        /// The practitioner has to work.
        PractitionerWork = "practitioner_work",
        /// The practitioner has another reason, which nobody asks for.
        PractitionerOther = "practitioner_other",
        /// The clinician is unwell.
        ClinicianUnwell = "clinician_unwell",
        /// The clinician cannot be there for another reason.
        ClinicianUnavailable = "clinician_unavailable",
        /// The service cannot hold the appointment.
        Service = "service",
        /// The appointment should never have been booked.
        BookedInError = "booked_in_error",
    }
}

impl AppointmentCancelReason {
    /// Whether this side may give this reason. Staff may give every reason: they also take calls from practitioners.
    pub const fn may_be_given_by(self, by: ActorKind) -> bool {
        match self {
            Self::PractitionerUnwell | Self::PractitionerWork | Self::PractitionerOther | Self::BookedInError => true,
            Self::ClinicianUnwell | Self::ClinicianUnavailable | Self::Service => matches!(by, ActorKind::Staff),
        }
    }

    /// How such a cancellation is reported; `None` for an appointment that should never have existed.
    pub const fn attendance(self) -> Option<Attendance> {
        match self {
            Self::PractitionerUnwell | Self::PractitionerWork | Self::PractitionerOther => Some(Attendance::CancelledByPatient),
            Self::ClinicianUnwell | Self::ClinicianUnavailable | Self::Service => Some(Attendance::CancelledByProvider),
            Self::BookedInError => None,
        }
    }
}

platform::words! {
    /// What became of an appointment, as the NHS Data Dictionary's ATTENDED OR DID NOT ATTEND CODE has it
    /// (<https://archive.datadictionary.nhs.uk/DD%20Release%20June%202026/data_elements/attended_or_did_not_attend_code.html>).
    pub enum Attendance {
        /// Came on time, or in time to be seen.
        AttendedOnTime = "attended_on_time",
        /// Came late, and was seen.
        AttendedLateSeen = "attended_late_seen",
        /// Came late, and could not be seen.
        ArrivedLateNotSeen = "arrived_late_not_seen",
        /// Did not come and gave no warning.
        DidNotAttend = "did_not_attend",
        /// Called off by or for the practitioner.
        CancelledByPatient = "cancelled_by_patient",
        /// Called off or postponed by the service.
        CancelledByProvider = "cancelled_by_provider",
    }
}

impl Attendance {
    /// The national code, one digit.
    pub const fn nhs_code(self) -> &'static str {
        match self {
            Self::AttendedOnTime => "5",
            Self::AttendedLateSeen => "6",
            Self::ArrivedLateNotSeen => "7",
            Self::DidNotAttend => "3",
            Self::CancelledByPatient => "2",
            Self::CancelledByProvider => "4",
        }
    }

    /// The state in which an appointment with this attendance is.
    pub const fn status(self) -> AppointmentStatus {
        match self {
            Self::AttendedOnTime | Self::AttendedLateSeen => AppointmentStatus::Attended,
            Self::ArrivedLateNotSeen | Self::DidNotAttend => AppointmentStatus::NotAttended,
            Self::CancelledByPatient | Self::CancelledByProvider => AppointmentStatus::Cancelled,
        }
    }
}

/// What booking needs to know of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotFacts {
    /// Which slot.
    pub id: Id,
    /// Whose time it is.
    pub clinician: Id,
    pub kind: AppointmentKind,
    /// How it is held.
    pub mode: AppointmentMode,
    /// First instant of the slot.
    pub starts_at: DateTime<Utc>,
    /// First instant after the slot.
    pub ends_at: DateTime<Utc>,
    /// Whether it may be booked.
    pub state: SlotState,
    /// The practitioner for whom it is or was held.
    pub held_by: Option<Id>,
    /// First instant after the hold.
    pub held_until: Option<DateTime<Utc>>,
}

impl SlotFacts {
    /// The practitioner for whom the slot is held at this instant.
    pub fn holder(&self, now: DateTime<Utc>) -> Option<Id> {
        self.held_by.filter(|_| self.held_until.is_some_and(|until| now < until))
    }
}

/// What moving, cancelling and recording need to know of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppointmentFacts {
    /// Which appointment.
    pub id: Id,
    /// Whose appointment it is.
    pub practitioner: Id,
    /// The slot that it is booked in.
    pub slot: Id,
    pub kind: AppointmentKind,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub status: AppointmentStatus,
    /// When attendance was recorded for the first time; a correction does not move it.
    pub attendance_recorded_at: Option<DateTime<Utc>>,
}

impl From<AppointmentKind> for FundedSession {
    /// What a commissioner would pay for.
    fn from(kind: AppointmentKind) -> Self {
        match kind {
            AppointmentKind::Assessment => Self::Assessment,
            AppointmentKind::Treatment => Self::Treatment,
        }
    }
}

/// The live (booked, not yet begun or not yet recorded) appointments of one practitioner, seen from one slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LiveAppointments {
    /// How many are assessments.
    pub assessments: u32,
    /// How many are treatment.
    pub treatments: u32,
    /// Whether one of them overlaps the slot in time.
    pub overlapping: bool,
}

impl LiveAppointments {
    /// How many there are of a kind.
    pub const fn of(&self, kind: AppointmentKind) -> u32 {
        match kind {
            AppointmentKind::Assessment => self.assessments,
            AppointmentKind::Treatment => self.treatments,
        }
    }
}

/// What giving a slot to a practitioner depends on.
#[derive(Debug, Clone)]
pub struct BookingFacts {
    /// Who is to have it.
    pub practitioner: Id,
    /// On whose side a caller acts.
    pub by: ActorKind,
    /// How far the practitioner has come.
    pub stage: Pathway,
    pub slot: SlotFacts,
    /// Where the two meet then.
    pub place: Option<String>,
    /// The practitioner's live appointments.
    pub live: LiveAppointments,
    /// What is said about the arrangements.
    pub arrangements: Option<Private<String>>,
    /// Whether a hold is to be confirmed.
    pub confirms_hold: bool,
    /// The number to ring, as it is said now.
    pub phone_said: Option<Private<String>>,
    /// The number to ring unless one is said.
    pub phone_known: Option<Private<String>>,
    /// The figures in force.
    pub policies: Policies,
}

impl BookingFacts {
    /// The facts where nothing else is said, by the figures in force.
    pub fn new(practitioner: Id, by: ActorKind, stage: Pathway, slot: SlotFacts, live: LiveAppointments) -> Self {
        Self {
            practitioner,
            by,
            stage,
            slot,
            place: None,
            live,
            arrangements: None,
            confirms_hold: false,
            phone_said: None,
            phone_known: None,
            policies: policies(),
        }
    }

    /// Whether the slot is held for the practitioner at this instant.
    pub fn is_held(&self, now: DateTime<Utc>) -> bool {
        self.slot.holder(now) == Some(self.practitioner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attendance_has_the_national_codes_and_leads_to_a_status() {
        use AppointmentStatus::{Attended, Cancelled, NotAttended};
        let expected = [
            ("attended_on_time", "5", Attended),
            ("attended_late_seen", "6", Attended),
            ("arrived_late_not_seen", "7", NotAttended),
            ("did_not_attend", "3", NotAttended),
            ("cancelled_by_patient", "2", Cancelled),
            ("cancelled_by_provider", "4", Cancelled),
        ];
        let found: Vec<_> = Attendance::ALL.iter().map(|a| (a.as_str(), a.nhs_code(), a.status())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn each_side_gives_its_own_reasons() {
        let expected = [
            ("practitioner_unwell", true, Some("2")),
            ("practitioner_work", true, Some("2")),
            ("practitioner_other", true, Some("2")),
            ("clinician_unwell", false, Some("4")),
            ("clinician_unavailable", false, Some("4")),
            ("service", false, Some("4")),
            ("booked_in_error", true, None),
        ];
        let found: Vec<_> = AppointmentCancelReason::ALL
            .iter()
            .map(|reason| {
                assert!(reason.may_be_given_by(ActorKind::Staff), "{}", reason.as_str());
                let code = reason.attendance().map(Attendance::nhs_code);
                (reason.as_str(), reason.may_be_given_by(ActorKind::Practitioner), code)
            })
            .collect();
        assert_eq!(found, expected);
    }
}
