//! What a stolen database tells is known: every column with a clear text, number or truth value is sealed, keyed, harmless, or listed
//! with its reason in `docs/access.md`.

use std::collections::BTreeSet;

use super::contract::Complaints;
use crate::support::sources::schemas;

/// Tables without people: what the service publishes or counts, and its own state.
const WITHOUT_PEOPLE: &[&str] = &[
    "area_assignments",
    "clinics",
    "contact_hours",
    "contact_hours_changes",
    "eligibility_rules",
    "hub_channels",
    "hub_coverage",
    "hub_teams",
    "hubs",
    "intake_period_changes",
    "intake_periods",
    "key_checks",
    "migration_checksums",
    "reference_changes",
    "reference_versions",
    "signpost_changes",
    "signposts",
    "slots",
    "statistics_cells",
    "statistics_snapshots",
];

/// Endings of columns with a keyed tag or index, or with the hash of a random token of 128 bits or of a password.
const KEYED: &[&str] = &["_index", "_tag", "_hash"];

/// Endings of columns with the version of a record, the number of an entry, or the form in which something is stored.
const NUMBERED: &[&str] = &[".version", ".number", ".generation", ".chain_number", "_form"];

/// Columns whose values everyone in the table may have, whatever their health: how someone is reached, in which role someone acted, the
/// state of a task, what is shared, how often something was tried, the size of groups, and the description of staff.
const HARMLESS: &[&str] = &[
    "identity_entries.kind",
    "identity_entries.lapsed",
    "accounts.active",
    "accounts.role",
    "address_requests.kind",
    "audit_events.actor_role",
    "audit_flags.reason",
    "calendar_changes.position",
    "calendar_changes.kind",
    "calendar_message_preferences.calendar",
    "care_episode_events.event",
    "clinician_languages.language",
    "clinician_specialisms.specialism",
    "clinical_notes.shared",
    "clinicians.biography",
    "clinicians.discipline",
    "clinicians.gender",
    "clinicians.listed",
    "clinicians.place",
    "clinicians.region",
    "commissioned_areas.icb_code",
    "contact_tasks.state",
    "contacts.channel",
    "contacts.state",
    "entered_scores.questionnaire_version",
    "assessment_answers.questionnaire_version",
    "assessments.state",
    "clinical_notes.state",
    "feedback.about",
    "feedback.comment_for",
    "feedback_invitations.sent",
    "follow_ups.chase_count",
    "follow_ups.mode",
    "follow_ups.note_shared",
    "appointments.mode",
    "appointments.moves",
    "appointments.place",
    "funding_events.actor_role",
    "funding_requests.reminders_sent",
    "gp_sharing_statements.method",
    "group_enrolments.seat",
    "group_notes.record_type",
    "group_sessions.record_type",
    "group_sessions.head_count",
    "group_sessions.moved",
    "group_sessions.state",
    "group_facilitators.willing_to_meet",
    "group_facilitators.position",
    "hub_referral_events.party",
    "idempotency_keys.key",
    "invitations.channel",
    "invitations.origin",
    "message_preferences.channel",
    "message_preferences.code_tries",
    "message_preferences.quiet_from",
    "message_preferences.quiet_until",
    "message_preferences.reminders",
    "message_preferences.wording",
    "message_counts.kind",
    "message_counts.messages",
    "note_addenda.shared",
    "one_time_tokens.purpose",
    "outbox.attempts",
    "outbox.channel",
    "outbox.doubts",
    "outbox.failure",
    "outbox.remote_id",
    "outbox.state",
    "outreach_campaigns.by_email",
    "outreach_campaigns.by_text",
    "outreach_campaigns.kind",
    "outreach_campaigns.per_hour",
    "outreach_campaigns.quiet_from",
    "outreach_campaigns.quiet_until",
    "outreach_campaigns.state",
    "outreach_campaigns.wording",
    "outreach_opt_outs.source",
    "outreach_recipients.channel",
    "outreach_recipients.delivery",
    "outreach_recipients.state",
    "outreach_team_requests.state",
    "pending_registrations.tries",
    "destruction_certificates.reference",
    "practitioners.reference",
    "practitioners.registration_compared",
    "prescribing_rights.kind",
    "risk_alerts.escalation_level",
    "prescriptions.short_id",
    "problem_versions.shared",
    "problems.shared",
    "sessions.end_reason",
    "staff_changes.kind",
    "staff_changes.status",
    // Keyed, under the name that it had when it was clear.
    "therapy_groups.topic",
    "therapy_groups.capacity",
    "therapy_groups.closes_at_session",
    "therapy_groups.every_weeks",
    "therapy_groups.record_type",
    "therapy_groups.kind",
    "therapy_groups.minimum",
    "therapy_groups.minutes",
    "therapy_groups.mode",
    "therapy_groups.planned_sessions",
    "therapy_groups.state",
    // Empty but for the moment between a migration and the end of the start.
    "unsealed_values.place",
    "unsealed_values.value",
];

/// Types whose values are clear: everything but ids, times, and bytes, which are sealed.
const CLEAR: &[&str] = &["Text", "Bool", "Integer", "SmallInt", "BigInt", "Double", "Float"];

/// Every clear column of a table with people, as `table.column`.
fn clear_columns() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for schema in schemas() {
        let mut table = String::new();
        for line in schema.text.lines().map(str::trim) {
            if let Some((name, _)) = line.strip_suffix(") {").and_then(|head| head.split_once(" (")) {
                name.clone_into(&mut table);
            }
            let Some((column, kind)) = line.split_once(" -> ") else { continue };
            if CLEAR.iter().any(|clear| kind.contains(clear)) && !WITHOUT_PEOPLE.contains(&table.as_str()) {
                found.insert(format!("{table}.{column}"));
            }
        }
    }
    assert!(found.len() > 150, "{found:?}");
    found
}

/// The columns in the table of `docs/access.md`, each of whose rows is `| columns | what it tells | why it is clear |`.
fn documented() -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/access.md");
    let text = std::fs::read_to_string(path).unwrap();
    let section = text.split("## What a stolen database tells").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let mut found = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert!(cells.len() == 3 && cells.iter().all(|cell| cell.len() > 10), "{row}");
        for column in cells[0].split(", ") {
            assert!(found.insert(column.trim_matches('`').to_owned()), "{column} is listed twice");
        }
    }
    found
}

#[test]
fn every_clear_value_beside_a_person_is_sealed_harmless_or_has_its_reason() {
    let (columns, documented, mut wrong) = (clear_columns(), documented(), Complaints::default());
    let ends = |column: &str, endings: &[&str]| endings.iter().any(|ending| column.ends_with(ending));
    let is_known = |column: &str| ends(column, KEYED) || ends(column, NUMBERED) || HARMLESS.contains(&column);
    for column in &columns {
        let listed = documented.contains(column);
        wrong.require(listed || is_known(column), || {
            format!("{column} is clear: seal it, index it by a key, or give the reason in docs/access.md")
        });
        wrong.require(!(listed && is_known(column)), || format!("{column} has a reason in docs/access.md and needs none"));
    }
    for column in documented.iter().map(String::as_str).chain(HARMLESS.iter().copied()) {
        wrong.require(columns.contains(column), || format!("{column} is listed and is no clear column of a table with people"));
    }
    wrong.assert_empty();
}
