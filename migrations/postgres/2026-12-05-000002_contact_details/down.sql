ALTER TABLE message_preferences DROP COLUMN sealed_calls;
