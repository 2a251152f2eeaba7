-- From where an account was signed in to, as keyed indexes of account and network address: these are let in while strangers'
-- wrong passwords from elsewhere are turned away.
CREATE TABLE sign_in_places (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    place_index TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    PRIMARY KEY (account_id, place_index)
);
CREATE INDEX sign_in_places_age ON sign_in_places (last_seen_at);
