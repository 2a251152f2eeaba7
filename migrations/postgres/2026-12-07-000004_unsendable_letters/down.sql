SET LOCAL lock_timeout = '3s';
ALTER TABLE letters DROP COLUMN unsendable_notified_at;
