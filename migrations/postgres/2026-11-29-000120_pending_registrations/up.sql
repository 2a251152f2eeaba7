-- An account comes into being when its address is confirmed. Until then a registration is a form of its own, and several of them
-- may wait for one address: none of them holds it.

CREATE TABLE pending_registrations (
    id uuid PRIMARY KEY NOT NULL,
    email_index TEXT NOT NULL,
    -- what was filled in and the hash of the password, sealed as one document
    form bytea NOT NULL,
    -- none until the link is sent, and none where the address has an account
    token_hash TEXT,
    -- how often the link was opened with a password, right or wrong
    tries integer NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX pending_registrations_address ON pending_registrations (email_index, id);
CREATE UNIQUE INDEX pending_registrations_token ON pending_registrations (token_hash);
CREATE INDEX pending_registrations_expiry ON pending_registrations (expires_at);

-- What is asked for an address without a session. It is decided in the background, so that the answer takes as long whatever is
-- true of the address.
CREATE TABLE address_requests (
    id uuid PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('registration', 'confirmation_link', 'password_reset')),
    email_index TEXT NOT NULL,
    registration_id uuid REFERENCES pending_registrations (id) ON DELETE CASCADE,
    due_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK ((kind = 'registration') = (registration_id IS NOT NULL))
);
CREATE INDEX address_requests_due ON address_requests (due_at, id);
CREATE INDEX address_requests_registration ON address_requests (registration_id);

-- How many messages of a kind went to a recipient since when. The recipient is a keyed index of an address or a number.
CREATE TABLE message_rests (
    recipient_index TEXT NOT NULL,
    kind TEXT NOT NULL,
    since timestamptz NOT NULL,
    messages integer NOT NULL,
    PRIMARY KEY (recipient_index, kind)
);
CREATE INDEX message_rests_age ON message_rests (since);

-- An address belongs to the account that confirmed it, and to no other. Staff accounts are made before that: two of them never share
-- an address, and none of them takes it from a practitioner or shows that there is one.
DROP INDEX accounts_email;
CREATE INDEX accounts_address ON accounts (email_index);
CREATE UNIQUE INDEX accounts_email ON accounts (email_index) WHERE email_verified_at IS NOT NULL;
CREATE UNIQUE INDEX accounts_staff_email ON accounts (email_index) WHERE role <> 'practitioner';

-- Registrations that were not confirmed are made again: their links proved the mailbox, not the person.
DELETE FROM one_time_tokens WHERE purpose = 'verify_email';
