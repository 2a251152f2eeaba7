DROP TABLE idempotency_keys;
DROP TABLE audit_events;
DROP FUNCTION audit_events_append_only();
DROP FUNCTION audit_events_kept();
DROP TABLE outbox;
