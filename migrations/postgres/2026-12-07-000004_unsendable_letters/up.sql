SET LOCAL lock_timeout = '3s';
-- When the author of an agreed letter was notified that it cannot be sent at present; null while it can be.
ALTER TABLE letters ADD COLUMN unsendable_notified_at timestamptz;
