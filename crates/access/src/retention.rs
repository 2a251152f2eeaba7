//! The tables of this crate with rows about practitioners. Contacts have an end of their own (`contacts/jobs.rs`): those from which a
//! practitioner registered are erased with the record, if they are not by then.

use people::retention::RecordTable;

pub use crate::contacts::erasure::erase_of;

/// What goes before appointments, because it refers to them.
pub const FUNDED_SESSIONS: &[RecordTable] = &[RecordTable::of_rows("funded_sessions", "request_id", "funding_requests")];

/// What goes when a record is destroyed, in order.
pub const RECORDS: &[RecordTable] = &[
    RecordTable::of_rows("funding_events", "request_id", "funding_requests").entered(&["at"]),
    RecordTable::of_practitioner("funding_requests", "practitioner_id").entered(&["updated_at"]),
    RecordTable::of_practitioner("confidentiality_reasons", "practitioner_id").entered(&["updated_at"]).subject_of_messages(),
    RecordTable::of_practitioner("self_checks", "claimed_by").entered(&["claimed_at"]),
    RecordTable::of_practitioner("invitations", "practitioner_id").subject_of_messages(),
];
