-- Access that a member of staff takes for an hour: by breaking the glass, with a reason, or because the practitioner rang and gave
-- their reference.
CREATE TABLE granted_access (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('break_glass', 'phone_call')),
    staff_id TEXT NOT NULL REFERENCES accounts (id),
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    -- sealed; of break-glass, and of a practitioner who is looked up again within a day
    reason BLOB,
    granted_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    -- when its holder ended it before that
    ended_at TEXT,
    -- the privacy officer's review of break-glass; what was found is sealed
    reviewed_at TEXT,
    reviewed_by TEXT REFERENCES accounts (id),
    review BLOB,
    -- when the practitioner was informed
    informed_at TEXT,
    CHECK (expires_at > granted_at),
    CHECK (ended_at IS NULL OR (ended_at >= granted_at AND ended_at < expires_at)),
    CHECK (kind <> 'break_glass' OR reason IS NOT NULL),
    CHECK (kind = 'break_glass' OR (reviewed_at IS NULL AND informed_at IS NULL)),
    CHECK ((reviewed_at IS NULL) = (reviewed_by IS NULL)),
    CHECK ((reviewed_at IS NULL) = (review IS NULL))
);
CREATE INDEX granted_access_kind ON granted_access (kind, id);
CREATE INDEX granted_access_time ON granted_access (kind, granted_at);
CREATE INDEX granted_access_staff ON granted_access (staff_id, kind, id);
CREATE INDEX granted_access_practitioner ON granted_access (practitioner_id, staff_id, expires_at);
CREATE INDEX granted_access_reviewed_by ON granted_access (reviewed_by);
CREATE INDEX granted_access_uninformed ON granted_access (granted_at) WHERE kind = 'break_glass' AND informed_at IS NULL;

-- By which the practitioners that a coordinator may know of are found.
CREATE INDEX appointments_upcoming ON appointments (starts_at, practitioner_id) WHERE status = 'booked';
CREATE INDEX funding_requests_decided ON funding_requests (decided_at, practitioner_id);
CREATE INDEX hub_referrals_state ON hub_referrals (state, practitioner_id);

-- When clinicians are on duty for risk alerts of practitioners that they do not treat. A period counts once a second person has
-- confirmed it, and stays when it is ended before its time.
CREATE TABLE duty_periods (
    id TEXT PRIMARY KEY NOT NULL,
    clinician_id TEXT NOT NULL REFERENCES clinicians (id),
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    set_by TEXT NOT NULL REFERENCES accounts (id),
    created_at TEXT NOT NULL,
    confirmed_by TEXT REFERENCES accounts (id),
    confirmed_at TEXT,
    ended_by TEXT REFERENCES accounts (id),
    ended_at TEXT,
    CHECK (ends_at > starts_at),
    CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL)),
    CHECK (confirmed_by IS NULL OR confirmed_by <> set_by),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX duty_periods_clinician ON duty_periods (clinician_id, ends_at);
CREATE INDEX duty_periods_time ON duty_periods (starts_at, id);
CREATE INDEX duty_periods_set_by ON duty_periods (set_by);
CREATE INDEX duty_periods_confirmed_by ON duty_periods (confirmed_by);
CREATE INDEX duty_periods_ended_by ON duty_periods (ended_by);

CREATE TRIGGER duty_periods_no_overlap BEFORE INSERT ON duty_periods
BEGIN
    SELECT RAISE(ABORT, 'duty_periods_no_overlap') WHERE EXISTS (
        SELECT 1 FROM duty_periods WHERE clinician_id = NEW.clinician_id AND ended_at IS NULL
            AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at);
END;
