DROP TABLE idempotency_keys;
DROP TABLE message_rests;
DROP TABLE silenced_addresses;
DROP TABLE outbox;
DROP TABLE audit_events;
DROP TABLE key_checks;
DROP TABLE migration_checksums;
