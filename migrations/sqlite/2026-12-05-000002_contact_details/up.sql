-- How a practitioner may be called: whether it is safe to call and to leave a voicemail, and the best time; sealed. Null where they have
-- not stated it.
ALTER TABLE message_preferences ADD COLUMN sealed_calls BLOB;
