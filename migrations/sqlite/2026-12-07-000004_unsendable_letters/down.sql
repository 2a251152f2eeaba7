ALTER TABLE letters DROP COLUMN unsendable_notified_at;
