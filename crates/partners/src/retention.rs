//! The tables of this crate with rows about practitioners. Recipients of outreach are erased with their campaign, and an address that opted
//! out stays as a keyed index alone: it belongs to no record, and keeps the wish not to be written to.

use people::retention::RecordTable;

/// What goes when a record is destroyed, in order.
pub const RECORDS: &[RecordTable] = &[
    RecordTable::of_rows("hub_referral_events", "referral_id", "hub_referrals").entered(&["at"]),
    RecordTable::of_practitioner("hub_referrals", "practitioner_id").entered(&["updated_at"]),
];
