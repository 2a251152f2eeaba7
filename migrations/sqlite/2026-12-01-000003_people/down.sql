-- Rows of earlier crates that refer to accounts: SQLite cannot take the key from their tables.
UPDATE signpost_changes SET changed_by = NULL;
DELETE FROM silenced_addresses;

DROP TABLE message_preferences;
DROP TABLE gp_sharing_statements;
DROP TABLE care_episode_events;
DROP TABLE care_episodes;
DROP TABLE blocked_colleague_keys;
DROP TABLE blocked_colleagues;
DROP TABLE pathway_moves;
DROP TABLE practitioners;
DROP TABLE sign_in_places;
DROP TABLE sessions;
DROP TABLE address_requests;
DROP TABLE one_time_tokens;
DROP TABLE account_mark_keys;
DROP TABLE account_marks;
DROP TABLE accounts;
