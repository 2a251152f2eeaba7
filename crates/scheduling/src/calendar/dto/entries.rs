//! Response bodies of the calendar.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::calendar::model::{AppointmentKind, AppointmentMode, SlotState};
use crate::calendar::queries::absences::AbsenceRecord;
use crate::calendar::queries::{appointments, slots};
use platform::ids::{Id, UtcTime};
use platform::private::Private;

platform::string_enum! {
    /// The kind of a calendar entry.
    pub enum CalendarEntryKind {
        /// A slot that is not booked, or one whose appointment the reader may not see.
        Slot = "slot",
        /// An appointment.
        Appointment = "appointment",
        /// An absence.
        Absence = "absence",
    }

    /// Why an appointment cannot take place as it is.
    pub enum OrphanReason {
        /// It no longer has a slot.
        SlotLost = "slot_lost",
        /// Practitioner and clinician are in conflict.
        MustNotMeet = "must_not_meet",
    }

    /// The state of a slot or an appointment.
    pub enum CalendarEntryState {
        /// The slot can be booked.
        Free = "free",
        /// Someone is booking the slot at the moment.
        Held = "held",
        /// The slot cannot be booked.
        Unavailable = "unavailable",
        /// The slot is booked; the appointment is still to take place.
        Booked = "booked",
        /// The practitioner was seen.
        Attended = "attended",
        /// The practitioner was not seen.
        NotAttended = "not_attended",
    }
}

/// An entry of a clinician's calendar. Which members are set depends on `kind`.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarEntry {
    /// The kind of entry.
    pub kind: CalendarEntryKind,
    /// The id of the slot, appointment or absence.
    pub id: Id,
    /// When it starts.
    pub starts_at: UtcTime,
    /// When it ends.
    pub ends_at: UtcTime,
    /// For slots and appointments: the state.
    pub state: Option<CalendarEntryState>,
    /// For slots and appointments: assessment or treatment.
    pub purpose: Option<AppointmentKind>,
    /// For slots and appointments: how practitioner and clinician meet.
    pub mode: Option<AppointmentMode>,
    /// For slots and appointments: where they meet, if set.
    #[schema(max_length = 100)]
    pub place: Option<String>,
    /// For appointments: the practitioner.
    pub practitioner_id: Option<Id>,
    /// For appointments: the practitioner's reference.
    #[schema(max_length = 20)]
    pub reference: Option<String>,
    /// For appointments: what the practitioner wants to be called.
    #[schema(max_length = 100)]
    pub pseudonym: Option<String>,
    /// For appointments: whether it has lost its slot and must be moved or cancelled.
    pub orphaned: Option<bool>,
    /// For absences: the reason.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl CalendarEntry {
    fn new(kind: CalendarEntryKind, id: Id, starts_at: UtcTime, ends_at: UtcTime) -> Self {
        Self {
            kind,
            id,
            starts_at,
            ends_at,
            state: None,
            purpose: None,
            mode: None,
            place: None,
            practitioner_id: None,
            reference: None,
            pseudonym: None,
            orphaned: None,
            note: None,
        }
    }

    /// A slot; `is_closed` when its appointment is hidden from the reader, who sees it as unavailable.
    pub fn slot(slot: slots::CalendarSlot, is_closed: bool, now: UtcTime) -> Self {
        let held = slot.held_until.is_some_and(|until| now < until);
        let state = match slot.state {
            _ if is_closed => CalendarEntryState::Unavailable,
            SlotState::Booked => CalendarEntryState::Booked,
            _ if held => CalendarEntryState::Held,
            _ => CalendarEntryState::Free,
        };
        Self {
            state: Some(state),
            purpose: Some(slot.kind),
            mode: Some(slot.mode),
            place: slot.place,
            ..Self::new(CalendarEntryKind::Slot, slot.id, slot.starts_at, slot.ends_at)
        }
    }

    /// An appointment, with the practitioner's reference and pseudonym.
    pub fn appointment(appointment: appointments::CalendarAppointment, reference: String, pseudonym: Option<String>) -> Self {
        Self {
            state: CalendarEntryState::parse(&appointment.status),
            purpose: Some(appointment.kind),
            mode: Some(appointment.mode),
            place: appointment.place,
            practitioner_id: Some(appointment.practitioner_id),
            reference: Some(reference),
            pseudonym,
            orphaned: Some(appointment.orphaned_at.is_some()),
            ..Self::new(CalendarEntryKind::Appointment, appointment.id, appointment.starts_at, appointment.ends_at)
        }
    }

    /// An absence.
    pub fn absence(absence: AbsenceRecord) -> Self {
        Self {
            note: absence.note.map(Private::into_revealed),
            ..Self::new(CalendarEntryKind::Absence, absence.id, absence.starts_at, absence.ends_at)
        }
    }
}

/// A clinician's calendar.
#[derive(Debug, Serialize, ToSchema)]
pub struct Calendar {
    /// The entries within the window or overlapping it, in order of their start.
    #[schema(max_items = 10_000)]
    pub items: Vec<CalendarEntry>,
}

/// The clinician and the window.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CalendarQuery {
    /// The clinician. Clinicians may leave it out; coordinators must name one.
    #[param(nullable = false)]
    pub clinician_id: Option<Id>,
    /// Start of the window (inclusive).
    pub from: UtcTime,
    /// End of the window (exclusive), at most 31 days later.
    pub until: UtcTime,
}

/// A live appointment that cannot take place as it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrphanedAppointment {
    /// Names the appointment.
    pub id: Id,
    /// The clinician.
    pub clinician_id: Id,
    /// The practitioner.
    pub practitioner_id: Id,
    /// The practitioner's reference.
    #[schema(max_length = 20)]
    pub reference: String,
    /// What the practitioner wants to be called.
    #[schema(max_length = 100)]
    pub pseudonym: Option<String>,
    /// Whether it is for assessment or treatment.
    pub kind: AppointmentKind,
    /// How practitioner and clinician meet.
    pub mode: AppointmentMode,
    /// Where they meet, if set.
    #[schema(max_length = 100)]
    pub place: Option<String>,
    /// When it starts.
    pub starts_at: UtcTime,
    /// When it ends.
    pub ends_at: UtcTime,
    /// Why it cannot take place as it is.
    pub reason: OrphanReason,
    /// When it lost its slot; null when it still has one.
    pub orphaned_at: Option<UtcTime>,
}

impl OrphanedAppointment {
    /// The view of an appointment, with the practitioner's reference and pseudonym.
    pub fn new(
        appointment: appointments::CalendarAppointment,
        reference: String,
        pseudonym: Option<String>,
        reason: OrphanReason,
    ) -> Self {
        Self {
            id: appointment.id,
            clinician_id: appointment.clinician_id,
            practitioner_id: appointment.practitioner_id,
            reference,
            pseudonym,
            kind: appointment.kind,
            mode: appointment.mode,
            place: appointment.place,
            starts_at: appointment.starts_at,
            ends_at: appointment.ends_at,
            reason,
            orphaned_at: appointment.orphaned_at,
        }
    }
}
