//! What the end of records needs from all crates.

use crate::people::retention::{FIRST_RECORDS, LAST_RECORDS, RetentionHandlers, refuse_in_care};
use crate::{access, care, partners, scheduling};

/// The tables highest crate first, because a table refers to those of lower crates; and why a record is in use.
pub const RETENTION_HANDLERS: RetentionHandlers = RetentionHandlers {
    tables: &[
        FIRST_RECORDS,
        partners::retention::RECORDS,
        care::retention::RECORDS,
        access::retention::FUNDED_SESSIONS,
        scheduling::retention::RECORDS,
        access::retention::RECORDS,
        LAST_RECORDS,
    ],
    in_use: &[refuse_in_care, care::retention::refuse_open_alert, scheduling::retention::refuse_booked],
    erase_before: &[access::retention::erase_of],
};
