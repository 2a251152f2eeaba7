DROP TABLE calendar_message_preferences;
DROP TABLE calendar_changes;
