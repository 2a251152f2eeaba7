-- What the first request with a key was about, sealed: a repeat is checked against it. Null where it was about no one.
ALTER TABLE idempotency_keys ADD COLUMN concerned BLOB;
