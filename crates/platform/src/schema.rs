//! The tables of this crate, as both engines have them. The columns are in the order of the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::{Id, UtcTime};

    outbox (id) {
        id -> Id,
        kind -> Text,
        message -> Binary,
        state -> Text,
        attempts -> Integer,
        due_at -> UtcTime,
        created_at -> UtcTime,
        sent_at -> Nullable<UtcTime>,
        channel -> Nullable<Text>,
        recipient_id -> Nullable<Id>,
        subject_kind -> Nullable<Text>,
        subject_id -> Nullable<Id>,
        failure -> Nullable<Text>,
        remote_id -> Nullable<Text>,
        poll_at -> Nullable<UtcTime>,
        keep_until -> Nullable<UtcTime>,
        doubts -> Integer,
        claim_token -> Nullable<Id>,
        lease_until -> Nullable<UtcTime>,
        tried_at -> Nullable<UtcTime>,
        overdue_since -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::{Id, UtcTime};

    silenced_addresses (account_id, address_index) {
        account_id -> Id,
        address_index -> Text,
        at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::{Id, UtcTime};

    audit_events (id) {
        id -> Id,
        at -> UtcTime,
        actor_id -> Nullable<Id>,
        actor_role -> Text,
        action -> Text,
        subject_kind -> Text,
        subject_id -> Nullable<Id>,
        chain_number -> Nullable<BigInt>,
        chain_hash -> Nullable<Text>,
        practitioner_id -> Nullable<Id>,
        basis -> Nullable<Text>,
        refused -> Bool,
        chain_form -> Nullable<Integer>,
        row_tag -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::{Id, UtcTime};

    idempotency_keys (caller_id, key) {
        caller_id -> Id,
        key -> Text,
        request_hash -> Text,
        answer -> Nullable<Binary>,
        created_at -> UtcTime,
        concerned -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::UtcTime;

    message_counts (recipient_index, kind) {
        recipient_index -> Text,
        kind -> Text,
        since -> UtcTime,
        messages -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::UtcTime;

    key_checks (kind, key_id) {
        kind -> Text,
        key_id -> Text,
        tag -> Text,
        first_used_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::sql::Id;

    unsealed_values (place, row_id) {
        place -> Text,
        row_id -> Id,
        value -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    migration_checksums (version) {
        version -> Text,
        checksum -> Text,
    }
}
