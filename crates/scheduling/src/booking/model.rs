//! Types of booking: slots and appointments as the rules see them, and who acts.

use chrono::{DateTime, Utc};

use super::policy::{Policies, policies};
pub use crate::calendar::model::SlotState;
use crate::calendar::model::{AppointmentKind, AppointmentMode};
use people::Role;
use people::practitioners::model::Pathway;
use platform::ids::Id;
use platform::private::Private;

platform::string_enum! {
    /// The state of an appointment.
    pub enum AppointmentState {
        /// It is still to take place, or has started and attendance is not recorded yet.
        Booked = "booked",
        /// It was cancelled before it started.
        Cancelled = "cancelled",
        /// The practitioner was seen.
        Attended = "attended",
        /// The practitioner was not seen.
        NotAttended = "not_attended",
    }
}

platform::string_enum! {
    /// An event in the history of an appointment.
    pub enum AppointmentEvent {
        /// It was booked.
        Booked = "booked",
        /// It moved to another slot.
        Moved = "moved",
        /// It was cancelled.
        Cancelled = "cancelled",
        /// Attendance was recorded or corrected.
        AttendanceRecorded = "attendance_recorded",
        /// It lost its slot and must be moved or cancelled.
        Orphaned = "orphaned",
    }
}

platform::string_enum! {
    /// Who acts: the practitioner or staff.
    pub enum ActorKind {
        /// The practitioner, for themselves.
        Practitioner = "practitioner",
        /// A member of staff, the clinician included.
        Staff = "staff",
    }
}

impl ActorKind {
    /// The kind of actor with this role.
    pub fn of(role: Role) -> Self {
        if role == Role::Practitioner { Self::Practitioner } else { Self::Staff }
    }
}

platform::string_enum! {
    /// Why an appointment was cancelled.
    pub enum AppointmentCancelReason {
        /// The practitioner is unwell.
        PractitionerUnwell = "practitioner_unwell",
        /// The practitioner has to work.
        PractitionerWork = "practitioner_work",
        /// The practitioner has another reason and need not give it.
        PractitionerOther = "practitioner_other",
        /// The clinician is unwell.
        ClinicianUnwell = "clinician_unwell",
        /// The clinician is unavailable for another reason.
        ClinicianUnavailable = "clinician_unavailable",
        /// The service cannot offer the appointment.
        Service = "service",
        /// The appointment should never have been booked.
        BookedInError = "booked_in_error",
    }
}

impl AppointmentCancelReason {
    /// Whether this actor may give this reason. Staff may give any reason, because they also take calls from practitioners.
    pub const fn may_be_given_by(self, by: ActorKind) -> bool {
        match self {
            Self::PractitionerUnwell | Self::PractitionerWork | Self::PractitionerOther | Self::BookedInError => true,
            Self::ClinicianUnwell | Self::ClinicianUnavailable | Self::Service => matches!(by, ActorKind::Staff),
        }
    }

    /// The attendance that this cancellation is reported as; `None` for an appointment that should never have been booked.
    pub const fn attendance(self) -> Option<Attendance> {
        match self {
            Self::PractitionerUnwell | Self::PractitionerWork | Self::PractitionerOther => Some(Attendance::CancelledByPatient),
            Self::ClinicianUnwell | Self::ClinicianUnavailable | Self::Service => Some(Attendance::CancelledByProvider),
            Self::BookedInError => None,
        }
    }
}

platform::string_enum! {
    /// Attendance at an appointment, by the codes of the NHS Data Dictionary item ATTENDED OR DID NOT ATTEND
    /// (<https://archive.datadictionary.nhs.uk/DD%20Release%20June%202026/data_elements/attended_or_did_not_attend_code.html>).
    pub enum Attendance {
        /// Arrived on time, or late but in time to be seen.
        AttendedOnTime = "attended_on_time",
        /// Arrived late and was seen.
        AttendedLateSeen = "attended_late_seen",
        /// Arrived late and could not be seen.
        ArrivedLateNotSeen = "arrived_late_not_seen",
        /// Did not attend and gave no notice: DNA.
        DidNotAttend = "did_not_attend",
        /// Cancelled by or for the practitioner.
        CancelledByPatient = "cancelled_by_patient",
        /// Cancelled or postponed by the service.
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

    /// The state of an appointment with this attendance: attended, not attended (DNA, or too late to be seen) or cancelled.
    pub const fn appointment_state(self) -> AppointmentState {
        match self {
            Self::AttendedOnTime | Self::AttendedLateSeen => AppointmentState::Attended,
            Self::ArrivedLateNotSeen | Self::DidNotAttend => AppointmentState::NotAttended,
            Self::CancelledByPatient | Self::CancelledByProvider => AppointmentState::Cancelled,
        }
    }
}

/// What booking needs to know about a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotFacts {
    pub id: Id,
    /// The clinician who offers it.
    pub clinician: Id,
    pub kind: AppointmentKind,
    pub mode: AppointmentMode,
    /// Start of the slot (inclusive).
    pub starts_at: DateTime<Utc>,
    /// End of the slot (exclusive).
    pub ends_at: DateTime<Utc>,
    pub state: SlotState,
    /// The practitioner with the last hold on it, running or expired.
    pub held_by: Option<Id>,
    /// End of the hold (exclusive).
    pub held_until: Option<DateTime<Utc>>,
}

impl SlotFacts {
    /// The practitioner whose hold on the slot is running at this instant.
    pub fn holder(&self, now: DateTime<Utc>) -> Option<Id> {
        self.held_by.filter(|_| self.held_until.is_some_and(|until| now < until))
    }
}

/// What moving, cancelling and recording attendance need to know about an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppointmentFacts {
    pub id: Id,
    pub practitioner: Id,
    /// The slot it is booked in.
    pub slot: Id,
    pub kind: AppointmentKind,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub status: AppointmentState,
    /// When attendance was first recorded; a correction does not change it.
    pub attendance_recorded_at: Option<DateTime<Utc>>,
}

/// How many live appointments (booked, attendance not yet recorded) a practitioner has, and whether one overlaps a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LiveAppointmentCounts {
    /// Number of assessments.
    pub assessments: u32,
    /// Number of treatment appointments.
    pub treatments: u32,
    /// Whether one of them overlaps the slot.
    pub overlapping: bool,
}

impl LiveAppointmentCounts {
    /// The number of this kind.
    pub const fn of(&self, kind: AppointmentKind) -> u32 {
        match kind {
            AppointmentKind::Assessment => self.assessments,
            AppointmentKind::Treatment => self.treatments,
        }
    }
}

/// What booking or holding a slot for a practitioner depends on.
#[derive(Debug, Clone)]
pub struct BookingFacts {
    /// The practitioner the slot is for.
    pub practitioner: Id,
    /// Who acts: the practitioner or staff.
    pub by: ActorKind,
    /// The practitioner's pathway.
    pub pathway: Pathway,
    pub slot: SlotFacts,
    /// Where they meet.
    pub place: Option<String>,
    /// The practitioner's live appointments.
    pub live: LiveAppointmentCounts,
    /// What the clinician should know in advance: reasonable adjustments.
    pub arrangements: Option<Private<String>>,
    /// Whether the booking confirms a hold.
    pub confirms_hold: bool,
    /// The number to call, as the form gives it.
    pub phone_given: Option<Private<String>>,
    /// The number to call where the form gives none.
    pub phone_on_record: Option<Private<String>>,
    /// The policy in force.
    pub policies: Policies,
}

impl BookingFacts {
    /// The facts without anything optional, with the policy in force.
    pub fn new(practitioner: Id, by: ActorKind, pathway: Pathway, slot: SlotFacts, live: LiveAppointmentCounts) -> Self {
        Self {
            practitioner,
            by,
            pathway,
            slot,
            place: None,
            live,
            arrangements: None,
            confirms_hold: false,
            phone_given: None,
            phone_on_record: None,
            policies: policies(),
        }
    }

    /// Whether the practitioner holds the slot at this instant.
    pub fn is_held(&self, now: DateTime<Utc>) -> bool {
        self.slot.holder(now) == Some(self.practitioner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attendance_has_the_national_codes_and_leads_to_a_state() {
        use AppointmentState::{Attended, Cancelled, NotAttended};
        let expected = [
            ("attended_on_time", "5", Attended),
            ("attended_late_seen", "6", Attended),
            ("arrived_late_not_seen", "7", NotAttended),
            ("did_not_attend", "3", NotAttended),
            ("cancelled_by_patient", "2", Cancelled),
            ("cancelled_by_provider", "4", Cancelled),
        ];
        let found: Vec<_> = Attendance::ALL.iter().map(|a| (a.as_str(), a.nhs_code(), a.appointment_state())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn practitioners_and_staff_give_different_reasons() {
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
