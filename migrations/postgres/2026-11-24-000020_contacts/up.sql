-- Who turned to us, with as little as they gave: everything personal is sealed, and goes when nothing came of it.

CREATE TABLE contacts (
    id uuid PRIMARY KEY NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('phone', 'text', 'email', 'web')),
    origin TEXT NOT NULL CHECK (origin IN ('logged', 'asked', 'self_check', 'outreach')),
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    ending TEXT CHECK (ending IN ('invited', 'informed', 'signposted', 'emergency_services', 'not_reached', 'caller_left', 'other')),
    -- while a task about danger, or for today, is not done
    needs_today boolean NOT NULL,
    -- what the caller gave, sealed as one document; empty once it was forgotten
    details bytea NOT NULL,
    -- keyed blind indexes, for finding a caller again
    phone_index TEXT,
    email_index TEXT,
    -- the keyed tag of the code with which somebody who asked to be rung sees how that stands
    code_tag TEXT,
    -- none where nobody logged it: the person asked to be rung
    logged_by uuid REFERENCES accounts (id),
    closed_at timestamptz,
    -- from when the time runs after which it is forgotten; none once a registration came of it, or once it was forgotten
    unregistered_since timestamptz,
    forgotten_at timestamptz,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((state = 'closed') = (ending IS NOT NULL)),
    CHECK (forgotten_at IS NULL OR (phone_index IS NULL AND email_index IS NULL AND unregistered_since IS NULL))
);
CREATE INDEX contacts_state ON contacts (state, id);
CREATE INDEX contacts_today ON contacts (needs_today, id);
CREATE INDEX contacts_channel ON contacts (channel, id);
CREATE INDEX contacts_phone ON contacts (phone_index, id);
CREATE INDEX contacts_email ON contacts (email_index, id);
CREATE UNIQUE INDEX contacts_code ON contacts (code_tag);
CREATE INDEX contacts_logged_by ON contacts (logged_by);
CREATE INDEX contacts_unregistered ON contacts (unregistered_since);

-- What was said about how urgent it is, each time: added to, never changed.
CREATE TABLE contact_triages (
    id uuid PRIMARY KEY NOT NULL,
    contact_id uuid NOT NULL REFERENCES contacts (id),
    at timestamptz NOT NULL,
    triaged_by uuid NOT NULL REFERENCES accounts (id),
    -- the words that hold, as a list in JSON
    needs TEXT NOT NULL,
    next_step TEXT NOT NULL CHECK (next_step IN ('call_emergency_services', 'arrange_today', 'advise_about_another',
        'send_invitation', 'give_information'))
);
CREATE INDEX contact_triages_contact ON contact_triages (contact_id, id);
CREATE INDEX contact_triages_by ON contact_triages (triaged_by);

-- What somebody must take and finish, and until when.
CREATE TABLE contact_tasks (
    id uuid PRIMARY KEY NOT NULL,
    contact_id uuid NOT NULL REFERENCES contacts (id),
    kind TEXT NOT NULL CHECK (kind IN ('danger', 'today', 'ring_back')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'taken', 'done')),
    raised_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    taken_at timestamptz,
    taken_by uuid REFERENCES accounts (id),
    done_at timestamptz,
    done_by uuid REFERENCES accounts (id),
    -- what was done, sealed
    note bytea,
    -- when those who could see to it were told that it is late
    reminded_at timestamptz,
    CHECK ((taken_at IS NULL) = (taken_by IS NULL)),
    CHECK ((done_at IS NULL) = (done_by IS NULL)),
    CHECK ((state = 'waiting') = (taken_at IS NULL)),
    CHECK ((state = 'done') = (done_at IS NOT NULL))
);
CREATE INDEX contact_tasks_contact ON contact_tasks (contact_id, id);
CREATE INDEX contact_tasks_due ON contact_tasks (due_at, id);
CREATE INDEX contact_tasks_state ON contact_tasks (state, due_at, id);
CREATE INDEX contact_tasks_kind ON contact_tasks (kind, due_at, id);
CREATE INDEX contact_tasks_taken_by ON contact_tasks (taken_by);
CREATE INDEX contact_tasks_done_by ON contact_tasks (done_by);
-- one of a kind at a time
CREATE UNIQUE INDEX contact_tasks_one_open ON contact_tasks (contact_id, kind) WHERE done_at IS NULL;

-- Links to register with. The token is nowhere, only its keyed tag.
CREATE TABLE invitations (
    id uuid PRIMARY KEY NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('contact', 'referral')),
    -- the contact or the referral that it comes from
    subject_id uuid NOT NULL,
    contact_id uuid REFERENCES contacts (id),
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
    token_tag TEXT NOT NULL,
    -- to whom it went and what is pre-filled, sealed as one document; empty once it was forgotten
    details bytea NOT NULL,
    issued_by uuid REFERENCES accounts (id),
    -- the message that carried it
    message_id uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz,
    -- who registered with it: for the service itself, shown to nobody
    practitioner_id uuid REFERENCES practitioners (id),
    -- from when the time runs after which its details go; none once they did
    kept_since timestamptz,
    CHECK ((origin = 'contact') = (contact_id IS NOT NULL)),
    CHECK (used_at IS NULL OR revoked_at IS NULL),
    CHECK (practitioner_id IS NULL OR used_at IS NOT NULL)
);
CREATE UNIQUE INDEX invitations_token ON invitations (token_tag);
CREATE INDEX invitations_contact ON invitations (contact_id, id);
CREATE INDEX invitations_subject ON invitations (subject_id, id);
CREATE INDEX invitations_issued_by ON invitations (issued_by);
CREATE INDEX invitations_practitioner ON invitations (practitioner_id);
CREATE INDEX invitations_kept ON invitations (kept_since);
-- the old one dies when a new one is sent; the last condition, which is always true, keeps it out of the way of other look-ups
CREATE UNIQUE INDEX invitations_one_live ON invitations (subject_id)
    WHERE used_at IS NULL AND revoked_at IS NULL AND subject_id IS NOT NULL;
