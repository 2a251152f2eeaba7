//! What the end of records needs from all crates.

use crate::people::retention::{RECORDS_DELETED_FIRST, RECORDS_DELETED_LAST, RetentionHandlers, in_use_by_care};
use crate::{access, care, partners, scheduling};

/// The tables highest crate first, because a table refers to those of lower crates; and why a record is in use.
pub const RETENTION_HANDLERS: RetentionHandlers = RetentionHandlers {
    tables: &[
        RECORDS_DELETED_FIRST,
        partners::retention::RECORDS,
        care::retention::RECORDS,
        access::retention::FUNDED_SESSIONS,
        scheduling::retention::RECORDS,
        access::retention::RECORDS,
        RECORDS_DELETED_LAST,
    ],
    in_use: &[in_use_by_care, care::retention::in_use_by_open_alert, scheduling::retention::in_use_by_appointment],
    erase_before: &[access::retention::erase_of],
};
