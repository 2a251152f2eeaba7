-- Who may come in, and who is in.

CREATE TABLE accounts (
    id TEXT PRIMARY KEY NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('practitioner', 'clinician', 'call_handler', 'coordinator', 'commissioner',
        'privacy_officer', 'administrator')),
    email BLOB NOT NULL,
    email_index TEXT NOT NULL,
    -- staff: the name; practitioners have theirs in the registration
    name BLOB NOT NULL,
    password_hash TEXT,
    active BOOLEAN NOT NULL,
    email_verified_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL
);
CREATE UNIQUE INDEX accounts_email ON accounts (email_index);
CREATE INDEX accounts_role ON accounts (role, id);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    -- how often the refresh token has been exchanged; only the newest one is good
    generation INTEGER NOT NULL,
    rotated_at TEXT NOT NULL,
    device BLOB,
    created_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    end_reason TEXT CHECK (end_reason IN ('signed_out', 'reuse', 'password_changed', 'deactivated'))
);
CREATE INDEX sessions_account ON sessions (account_id, created_at);

CREATE TABLE one_time_tokens (
    id TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('verify_email', 'reset_password')),
    token_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
);
CREATE UNIQUE INDEX one_time_tokens_hash ON one_time_tokens (token_hash);
CREATE INDEX one_time_tokens_account ON one_time_tokens (account_id, purpose);
CREATE INDEX one_time_tokens_expiry ON one_time_tokens (expires_at);
