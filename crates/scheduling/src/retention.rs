//! The tables of this crate with rows about practitioners.

use people::retention::RecordTable;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::refusal::Reason;

use crate::booking::care_relationship::has_upcoming_appointment;

/// What goes when a record is destroyed, in order. A slot stays in the calendar of the clinician, without the practitioner who held it.
pub const RECORDS: &[RecordTable] = &[
    RecordTable::of_rows("absences", "reserved_for", "appointments"),
    RecordTable::of_rows("appointment_events", "appointment_id", "appointments").entered(&["at"]),
    RecordTable::of_practitioner("appointments", "practitioner_id").entered(&["starts_at", "updated_at"]),
    RecordTable::of_practitioner("slots", "held_by").cleared("held_by = NULL, held_until = NULL"),
];

/// That an appointment is booked, so that the record of its practitioner is not destroyed.
///
/// # Errors
/// When the database fails.
pub fn in_use_by_appointment(tx: &mut Tx, practitioner: Id) -> Result<Option<Reason>> {
    Ok(has_upcoming_appointment(tx, practitioner)?.then_some(Reason::UpcomingAppointments))
}
