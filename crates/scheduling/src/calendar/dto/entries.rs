//! What a calendar shows.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::calendar::model::{AppointmentKind, AppointmentMode, SlotState};
use crate::calendar::queries::absences::KeptAbsence;
use crate::calendar::queries::{appointments, slots};
use platform::ids::{Id, UtcTime};
use platform::private::Private;

platform::words! {
    /// What an entry of a calendar is.
    pub enum CalendarEntryKind {
        /// A slot that nobody has booked, or one whose appointment is not shown.
        Slot = "slot",
        /// An appointment.
        Appointment = "appointment",
        /// An absence.
        Absence = "absence",
    }

    /// Why an appointment cannot take place as it is.
    pub enum OrphanReason {
        /// It has no slot any more.
        SlotLost = "slot_lost",
        /// The two must not meet.
        MustNotMeet = "must_not_meet",
    }

    /// Where a slot or an appointment stands.
    pub enum CalendarEntryState {
        /// The slot can be booked.
        Free = "free",
        /// Somebody is booking the slot at the moment.
        Held = "held",
        /// The slot cannot be booked.
        Unavailable = "unavailable",
        /// The slot is taken; the appointment is to take place.
        Booked = "booked",
        /// The practitioner was seen.
        Attended = "attended",
        /// The practitioner was not seen.
        NotAttended = "not_attended",
    }
}

/// One entry of a clinician's calendar. Which members are set depends on `kind`.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarEntry {
    /// What the entry is.
    pub kind: CalendarEntryKind,
    /// Names the slot, the appointment or the absence.
    pub id: Id,
    /// When it begins.
    pub starts_at: UtcTime,
    /// When it ends.
    pub ends_at: UtcTime,
    /// Slots and appointments: where it stands.
    pub state: Option<CalendarEntryState>,
    /// Slots and appointments: what it is for.
    pub purpose: Option<AppointmentKind>,
    /// Slots and appointments: how it is held.
    pub mode: Option<AppointmentMode>,
    /// Slots and appointments: where, if anywhere.
    #[schema(max_length = 100)]
    pub place: Option<String>,
    /// Appointments: who comes.
    pub practitioner_id: Option<Id>,
    /// Appointments: the code that the practitioner goes by.
    #[schema(max_length = 20)]
    pub reference: Option<String>,
    /// Appointments: what the practitioner wants to be called.
    #[schema(max_length = 100)]
    pub pseudonym: Option<String>,
    /// Appointments: whether it has lost its slot and waits to be moved or called off.
    pub orphaned: Option<bool>,
    /// Absences: why.
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

    /// A slot; `is_closed` when nobody may book it and nothing more is to be told.
    pub fn slot(slot: slots::Shown, is_closed: bool, now: UtcTime) -> Self {
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
    pub fn appointment(appointment: appointments::Shown, reference: String, pseudonym: Option<String>) -> Self {
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
    pub fn absence(absence: KeptAbsence) -> Self {
        Self {
            note: absence.note.map(Private::into_revealed),
            ..Self::new(CalendarEntryKind::Absence, absence.id, absence.starts_at, absence.ends_at)
        }
    }
}

/// A clinician's calendar.
#[derive(Debug, Serialize, ToSchema)]
pub struct Calendar {
    /// The entries that touch the window, in the order in which they begin.
    #[schema(max_items = 10_000)]
    pub items: Vec<CalendarEntry>,
}

/// Whose calendar, and which part of it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CalendarQuery {
    /// Whose. Clinicians may leave it out; coordinators must say.
    #[param(nullable = false)]
    pub clinician_id: Option<Id>,
    /// The first instant of the window.
    pub from: UtcTime,
    /// The first instant after it, at most 31 days later.
    pub to: UtcTime,
}

/// A live appointment that cannot take place as it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrphanedAppointment {
    /// Names the appointment.
    pub id: Id,
    /// Who was to see the practitioner.
    pub clinician_id: Id,
    /// Who was to come.
    pub practitioner_id: Id,
    /// The code that the practitioner goes by.
    #[schema(max_length = 20)]
    pub reference: String,
    /// What the practitioner wants to be called.
    #[schema(max_length = 100)]
    pub pseudonym: Option<String>,
    /// What it is for.
    pub kind: AppointmentKind,
    /// How it is held.
    pub mode: AppointmentMode,
    /// Where, if anywhere.
    #[schema(max_length = 100)]
    pub place: Option<String>,
    /// When it begins.
    pub starts_at: UtcTime,
    /// When it ends.
    pub ends_at: UtcTime,
    /// Why it cannot take place as it is.
    pub reason: OrphanReason,
    /// Since when it has no slot; null where it has one.
    pub orphaned_at: Option<UtcTime>,
}

impl OrphanedAppointment {
    /// The view of an appointment, with the practitioner's reference and pseudonym.
    pub fn new(appointment: appointments::Shown, reference: String, pseudonym: Option<String>, reason: OrphanReason) -> Self {
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
