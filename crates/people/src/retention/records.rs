//! The tables of this crate with rows about practitioners.

use super::tables::RecordTable;
use crate::practitioners::model::Pathway;
use crate::practitioners::queries as practitioners;
use crate::relationships::episodes;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::refusal::Reason;

/// The tables whose rows are deleted before those of all other crates: nothing refers to them.
pub const RECORDS_DELETED_FIRST: &[RecordTable] = &[
    RecordTable::of_practitioner("granted_access", "practitioner_id").subject_of_messages(),
    RecordTable::of_practitioner("sign_in_locations", "account_id").entered(&["last_seen_at"]),
    RecordTable::of_practitioner("one_time_tokens", "account_id"),
    RecordTable::of_practitioner("sessions", "account_id").entered(&["last_used_at"]),
];

/// The tables whose rows are deleted after those of all other crates: the practitioner and the account at the end, the review that allows
/// it just before.
pub const RECORDS_DELETED_LAST: &[RecordTable] = &[
    RecordTable::of_rows("care_episode_events", "episode_id", "care_episodes").entered(&["at"]),
    RecordTable::of_practitioner("care_episodes", "practitioner_id").entered(&["started_at", "ended_at"]),
    RecordTable::of_practitioner("gp_sharing_statements", "practitioner_id").entered(&["recorded_at"]),
    RecordTable::of_rows("blocked_colleague_keys", "blocked_id", "blocked_colleagues"),
    RecordTable::of_practitioner("blocked_colleagues", "practitioner_id").entered(&["created_at"]),
    RecordTable::of_practitioner("message_preferences", "practitioner_id").entered(&["updated_at"]),
    RecordTable::of_practitioner("pathway_changes", "practitioner_id").entered(&["changed_at"]),
    RecordTable::of_rows("identity_entry_keys", "entry_id", "identity_entries"),
    RecordTable::of_practitioner("identity_entries", "account_id"),
    RecordTable::of_practitioner("audit_flags", "actor_id").subject_of_messages(),
    RecordTable::of_practitioner("retention_holds", "practitioner_id"),
    RecordTable::of_practitioner("retention_reviews", "practitioner_id").subject_of_messages(),
    RecordTable::of_practitioner("practitioners", "id").entered(&["created_at", "updated_at"]),
    RecordTable::of_practitioner("accounts", "id"),
];

/// Why the record of a practitioner is in use, and so not destroyed: they are in care, or have an assessment booked. A registration that
/// no one went on with is no care: its record ends like any other.
///
/// # Errors
/// When the database fails.
pub fn in_use_by_care(tx: &mut Tx, practitioner: Id) -> Result<Option<Reason>> {
    let pathway = practitioners::pathway(tx, practitioner)?;
    let is_in_care =
        matches!(pathway, Some(Pathway::InCare | Pathway::AssessmentBooked)) || episodes::current(tx, practitioner)?.is_some();
    Ok(is_in_care.then_some(Reason::RecordInUse))
}
