-- The tables of the crate people: who may come in, who seeks help, and by what each is known.
--
-- A key to a table of a later crate is added by that crate's migration.

-- ---------- accounts: who may come in ----------

-- Hubs' coordinators have a role of their own: taken off their last hub they may do nothing, where a coordinator may do everything.
CREATE TABLE accounts (
    id uuid PRIMARY KEY NOT NULL,
    role text NOT NULL CHECK (role IN ('practitioner', 'clinician', 'call_handler', 'coordinator', 'hub_coordinator',
        'commissioner', 'privacy_officer', 'administrator')),
    email bytea NOT NULL,
    email_index text NOT NULL,
    -- staff: the name; practitioners have theirs in the registration
    name bytea NOT NULL,
    password_hash text,
    active boolean NOT NULL,
    email_verified_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL
);
CREATE INDEX accounts_role ON accounts (role, id);
-- An address belongs to the account that confirmed it, and to no other. Staff accounts are made before that: two of them never share
-- an address, and none of them takes it from a practitioner or shows that there is one.
CREATE INDEX accounts_address ON accounts (email_index);
CREATE UNIQUE INDEX accounts_email ON accounts (email_index) WHERE email_verified_at IS NOT NULL;
CREATE UNIQUE INDEX accounts_staff_email ON accounts (email_index) WHERE role <> 'practitioner';

-- By what a person is known: kept for ever, so that no change of a mark undoes what rests on it.
CREATE TABLE account_marks (
    id uuid PRIMARY KEY NOT NULL,
    account_id uuid NOT NULL REFERENCES accounts (id),
    -- of staff: the name of the account, and of the directory entry its name, register with number, employer and discipline;
    -- of practitioners: the legal name, and register with number
    kind text NOT NULL CHECK (kind IN ('account_name', 'entry_name', 'registration', 'employer', 'discipline', 'legal_name',
        'own_registration')),
    value bytea NOT NULL,
    -- a keyed index of the value; of a name, of its first and last word
    value_index text NOT NULL,
    -- the form in which a name was compared when the index was made
    form integer NOT NULL,
    held_from timestamptz NOT NULL,
    held_until timestamptz,
    -- set once an employer that somebody has left no longer counts
    lapsed boolean NOT NULL,
    -- none where the service took the mark over itself
    set_by uuid REFERENCES accounts (id),
    -- who changed or took away the mark; none where the service did it itself
    ended_by uuid REFERENCES accounts (id),
    CHECK (held_until IS NULL OR held_until >= held_from),
    CHECK (NOT lapsed OR held_until IS NOT NULL)
);
CREATE INDEX account_marks_account ON account_marks (account_id, kind);
CREATE INDEX account_marks_value ON account_marks (value_index, kind);
CREATE INDEX account_marks_set_by ON account_marks (set_by);
CREATE INDEX account_marks_ended_by ON account_marks (ended_by);
CREATE INDEX account_marks_ended ON account_marks (held_until) WHERE NOT lapsed AND kind = 'employer' AND held_until IS NOT NULL;
CREATE INDEX account_marks_form ON account_marks (form);
-- Whoever runs several hubs may work for several employers at once; of every other kind somebody holds one mark.
CREATE UNIQUE INDEX account_marks_held ON account_marks (account_id, kind) WHERE held_until IS NULL AND kind <> 'employer';
CREATE UNIQUE INDEX account_marks_employer_held ON account_marks (account_id, value_index)
    WHERE held_until IS NULL AND kind = 'employer';

-- Every pair of words of a name, as keyed indexes: a middle name more or less makes nobody somebody else.
CREATE TABLE account_mark_keys (
    mark_id uuid NOT NULL REFERENCES account_marks (id),
    value_index text NOT NULL,
    PRIMARY KEY (mark_id, value_index)
);
CREATE INDEX account_mark_keys_value ON account_mark_keys (value_index, mark_id);

CREATE TABLE one_time_tokens (
    id uuid PRIMARY KEY NOT NULL,
    account_id uuid NOT NULL REFERENCES accounts (id),
    purpose text NOT NULL CHECK (purpose IN ('verify_email', 'reset_password')),
    token_hash text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE UNIQUE INDEX one_time_tokens_hash ON one_time_tokens (token_hash);
CREATE INDEX one_time_tokens_account ON one_time_tokens (account_id, purpose);
CREATE INDEX one_time_tokens_expiry ON one_time_tokens (expires_at);

-- What is asked for an address without a session. It is decided in the background, so that the answer takes as long whatever is
-- true of the address.
CREATE TABLE address_requests (
    id uuid PRIMARY KEY NOT NULL,
    kind text NOT NULL CHECK (kind IN ('registration', 'confirmation_link', 'password_reset')),
    email_index text NOT NULL,
    registration_id uuid,
    due_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK ((kind = 'registration') = (registration_id IS NOT NULL))
);
CREATE INDEX address_requests_due ON address_requests (due_at, id);
CREATE INDEX address_requests_registration ON address_requests (registration_id);

-- ---------- sign_in: who is in ----------

CREATE TABLE sessions (
    id uuid PRIMARY KEY NOT NULL,
    account_id uuid NOT NULL REFERENCES accounts (id),
    -- how often the refresh token has been exchanged; only the newest one is good
    generation integer NOT NULL,
    rotated_at timestamptz NOT NULL,
    device bytea,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text CHECK (end_reason IN ('signed_out', 'reuse', 'password_changed', 'deactivated'))
);
CREATE INDEX sessions_account ON sessions (account_id, created_at);

-- From where an account was signed in to, as keyed indexes of account and network address: these are let in while strangers'
-- wrong passwords from elsewhere are turned away.
CREATE TABLE sign_in_places (
    account_id uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    place_index text NOT NULL,
    last_seen_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, place_index)
);
CREATE INDEX sign_in_places_age ON sign_in_places (last_seen_at);

-- ---------- practitioners: who seeks help, as little of it readable as can be ----------

CREATE TABLE practitioners (
    id uuid PRIMARY KEY NOT NULL REFERENCES accounts (id),
    -- a code that a practitioner can quote instead of a name
    reference text NOT NULL,
    pathway text NOT NULL CHECK (pathway IN ('registered', 'awaiting_funding', 'intake_done', 'assessment_booked', 'in_care',
        'discharged', 'signposted')),
    decision text NOT NULL CHECK (decision IN ('eligible', 'needs_funding', 'signposted')),
    decided_at timestamptz NOT NULL,
    -- everything that a person told us, sealed as one document
    details bytea NOT NULL,
    -- keyed blind indexes: equal values meet, nothing can be read
    employer_index text,
    registration_index text,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX practitioners_reference ON practitioners (reference);
CREATE INDEX practitioners_pathway ON practitioners (pathway, id);
CREATE INDEX practitioners_employer ON practitioners (employer_index);

-- Added to, never changed: each time that somebody's pathway became another.
CREATE TABLE pathway_moves (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    pathway text NOT NULL CHECK (pathway IN ('registered', 'awaiting_funding', 'intake_done', 'assessment_booked', 'in_care',
        'discharged', 'signposted')),
    moved_at timestamptz NOT NULL
);
CREATE INDEX pathway_moves_practitioner ON pathway_moves (practitioner_id, id);
CREATE INDEX pathway_moves_at ON pathway_moves (moved_at, id);

-- ---------- relationships: who must not meet, and whose care is under way ----------

CREATE TABLE blocked_colleagues (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    -- a colleague is meant by at least one of these
    clinician_id uuid REFERENCES accounts (id),
    registration_index text,
    name_index text,
    details bytea NOT NULL,
    created_at timestamptz NOT NULL,
    -- the form in which the name was compared when the index was made
    name_form integer NOT NULL DEFAULT 0,
    CHECK (clinician_id IS NOT NULL OR registration_index IS NOT NULL OR name_index IS NOT NULL)
);
CREATE INDEX blocked_colleagues_practitioner ON blocked_colleagues (practitioner_id, id);
CREATE INDEX blocked_colleagues_clinician ON blocked_colleagues (clinician_id);
CREATE INDEX blocked_colleagues_registration ON blocked_colleagues (registration_index);
CREATE INDEX blocked_colleagues_name ON blocked_colleagues (name_index);
CREATE INDEX blocked_colleagues_form ON blocked_colleagues (name_form);

-- Every pair of words of the name of a blocked colleague, as for marks.
CREATE TABLE blocked_colleague_keys (
    blocked_id uuid NOT NULL REFERENCES blocked_colleagues (id),
    value_index text NOT NULL,
    PRIMARY KEY (blocked_id, value_index)
);
CREATE INDEX blocked_colleague_keys_value ON blocked_colleague_keys (value_index, blocked_id);

-- One stretch of care: it begins when an assessment is accepted and ends with a discharge.
CREATE TABLE care_episodes (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    lead_clinician_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by uuid REFERENCES accounts (id),
    end_reason text CHECK (end_reason IN ('completed', 'mutual_agreement', 'dropped_out', 'referred_on', 'declined', 'died',
        'moved', 'not_needed')),
    -- how long those who treated may still read the record and finish their notes
    readable_until timestamptz,
    -- the summary and the part of it that the practitioner sees
    summary bytea,
    version integer NOT NULL,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CHECK ((ended_at IS NULL) = (readable_until IS NULL))
);
CREATE UNIQUE INDEX care_episodes_one_open ON care_episodes (practitioner_id) WHERE ended_at IS NULL;
CREATE INDEX care_episodes_practitioner ON care_episodes (practitioner_id, ended_at);
CREATE INDEX care_episodes_lead ON care_episodes (lead_clinician_id, ended_at);
CREATE INDEX care_episodes_ended_by ON care_episodes (ended_by);

-- The history of an episode: added to, never changed.
CREATE TABLE care_episode_events (
    id uuid PRIMARY KEY NOT NULL,
    episode_id uuid NOT NULL REFERENCES care_episodes (id),
    at timestamptz NOT NULL,
    actor_id uuid NOT NULL REFERENCES accounts (id),
    event text NOT NULL CHECK (event IN ('began', 'lead_changed', 'ended')),
    -- who leads from then on
    clinician_id uuid NOT NULL
);
CREATE INDEX care_episode_events_episode ON care_episode_events (episode_id, id);
CREATE INDEX care_episode_events_actor ON care_episode_events (actor_id);
CREATE INDEX care_episode_events_clinician ON care_episode_events (clinician_id);

-- Everything that was ever said about telling the general practitioner; the highest version holds.
CREATE TABLE gp_sharing_statements (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    version integer NOT NULL,
    consent text NOT NULL CHECK (consent IN ('not_asked', 'asked', 'given', 'refused')),
    said_how text NOT NULL CHECK (said_how IN ('in_the_app', 'at_registration', 'in_an_appointment', 'by_phone', 'in_writing')),
    -- the general practitioner's name and practice, and a note
    words bytea NOT NULL,
    said_by uuid NOT NULL REFERENCES accounts (id),
    said_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX gp_sharing_statements_version ON gp_sharing_statements (practitioner_id, version);
CREATE INDEX gp_sharing_statements_said_by ON gp_sharing_statements (said_by);

-- What is final is final for everybody. Triggers of care use the function too.
CREATE FUNCTION record_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_NAME;
END
$$;
CREATE TRIGGER care_episode_events_final BEFORE UPDATE ON care_episode_events FOR EACH ROW EXECUTE FUNCTION record_is_final();
CREATE TRIGGER gp_sharing_statements_final BEFORE UPDATE ON gp_sharing_statements FOR EACH ROW EXECUTE FUNCTION record_is_final();

-- ---------- notifications: how each person wants to be written to ----------

CREATE TABLE message_preferences (
    practitioner_id uuid PRIMARY KEY NOT NULL REFERENCES practitioners (id),
    channel text NOT NULL CHECK (channel IN ('email', 'sms', 'essential_only')),
    -- minutes after midnight on a clock in Britain; none for somebody whom a message may reach at any hour
    quiet_from integer CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_until integer CHECK (quiet_until BETWEEN 0 AND 1439),
    wording text NOT NULL CHECK (wording IN ('neutral', 'named')),
    reminders boolean NOT NULL,
    -- mobile number and subject line, sealed
    details bytea NOT NULL,
    mobile_verified_at timestamptz,
    -- a keyed print of the code that was sent to the number, until when it is good, and how often a wrong one was tried
    code_print text,
    code_sent_at timestamptz,
    code_tries integer NOT NULL DEFAULT 0,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((quiet_from IS NULL) = (quiet_until IS NULL)),
    CHECK (quiet_from <> quiet_until),
    CHECK ((code_print IS NULL) = (code_sent_at IS NULL))
);

-- ---------- Keys of earlier crates to these tables ----------

ALTER TABLE outbox
    ADD CONSTRAINT outbox_recipient_id_fkey FOREIGN KEY (recipient_id) REFERENCES accounts (id) ON DELETE CASCADE;
ALTER TABLE silenced_addresses
    ADD CONSTRAINT silenced_addresses_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id);
ALTER TABLE signpost_changes
    ADD CONSTRAINT signpost_changes_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES accounts (id);
