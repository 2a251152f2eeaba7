-- The tables of the crate access: how people come in, and who pays.
--
-- SQLite adds no foreign key to a table that exists, and looks for the other table only when a row is written. So a key to a table
-- of a later crate stands where its column is.

-- ---------- self_check: answers without a name ----------

-- Answers that somebody gave without saying who they are. Nothing of them is kept but the answers and the day.
CREATE TABLE self_checks (
    -- made of the day, not of the moment
    id TEXT PRIMARY KEY NOT NULL,
    -- a keyed tag of the code that was handed out with the results; none once it was used
    token_tag TEXT,
    taken_on DATE NOT NULL,
    -- answers and what they come to, sealed
    results BLOB NOT NULL,
    -- the last day of those that nobody took over: deleted after it
    expires_on DATE,
    -- who took them over into their record, and when
    claimed_by TEXT REFERENCES practitioners (id),
    claimed_at TEXT,
    CHECK ((claimed_by IS NULL) = (claimed_at IS NULL)),
    CHECK ((claimed_by IS NULL) = (token_tag IS NOT NULL)),
    CHECK ((claimed_by IS NULL) = (expires_on IS NOT NULL))
);
CREATE UNIQUE INDEX self_checks_token ON self_checks (token_tag);
CREATE INDEX self_checks_expires ON self_checks (expires_on);
CREATE INDEX self_checks_claimed ON self_checks (claimed_by, id);

-- ---------- contacts: who turned to us, with as little as they gave ----------

-- Everything personal is sealed, and goes when nothing came of it.
CREATE TABLE contacts (
    id TEXT PRIMARY KEY NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('phone', 'text', 'email', 'web')),
    origin TEXT NOT NULL CHECK (origin IN ('logged', 'asked', 'self_check', 'outreach')),
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    ending TEXT CHECK (ending IN ('invited', 'informed', 'signposted', 'emergency_services', 'not_reached', 'caller_left', 'other')),
    -- while a task about danger, or for today, is not done
    needs_today BOOLEAN NOT NULL,
    -- what the caller gave, sealed as one document; empty once it was forgotten
    details BLOB NOT NULL,
    -- keyed blind indexes, for finding a caller again
    phone_index TEXT,
    email_index TEXT,
    -- the keyed tag of the code with which somebody who asked to be rung sees how that stands
    code_tag TEXT,
    -- none where nobody logged it: the person asked to be rung
    logged_by TEXT REFERENCES accounts (id),
    closed_at TEXT,
    -- from when the time runs after which it is forgotten; none once a registration came of it, or once it was forgotten
    unregistered_since TEXT,
    forgotten_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
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
    id TEXT PRIMARY KEY NOT NULL,
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    at TEXT NOT NULL,
    triaged_by TEXT NOT NULL REFERENCES accounts (id),
    -- the words that hold, as a list in JSON
    needs TEXT NOT NULL,
    next_step TEXT NOT NULL CHECK (next_step IN ('call_emergency_services', 'arrange_today', 'advise_about_another',
        'send_invitation', 'give_information'))
);
CREATE INDEX contact_triages_contact ON contact_triages (contact_id, id);
CREATE INDEX contact_triages_by ON contact_triages (triaged_by);

-- What somebody must take and finish, and until when.
CREATE TABLE contact_tasks (
    id TEXT PRIMARY KEY NOT NULL,
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    kind TEXT NOT NULL CHECK (kind IN ('danger', 'today', 'ring_back')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'taken', 'done')),
    raised_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    taken_at TEXT,
    taken_by TEXT REFERENCES accounts (id),
    done_at TEXT,
    done_by TEXT REFERENCES accounts (id),
    -- what was done, sealed
    note BLOB,
    -- when those who could see to it were told that it is late
    reminded_at TEXT,
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
    id TEXT PRIMARY KEY NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('contact', 'referral')),
    -- the contact or the referral that it comes from
    subject_id TEXT NOT NULL,
    contact_id TEXT REFERENCES contacts (id),
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
    token_tag TEXT NOT NULL,
    -- to whom it went and what is pre-filled, sealed as one document; empty once it was forgotten
    details BLOB NOT NULL,
    issued_by TEXT REFERENCES accounts (id),
    -- the message that carried it
    message_id TEXT,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    revoked_at TEXT,
    -- who registered with it: for the service itself, shown to nobody
    practitioner_id TEXT REFERENCES practitioners (id),
    -- from when the time runs after which its details go; none once they did
    kept_since TEXT,
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

-- When which channel answers: hours of every week from a day on, until the channel's next, and hours of single days.
CREATE TABLE contact_hours (
    id TEXT PRIMARY KEY NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('phone', 'text', 'email', 'web')),
    kind TEXT NOT NULL CHECK (kind IN ('week', 'day')),
    starts_on DATE NOT NULL,
    closed_on_bank_holidays BOOLEAN NOT NULL,
    -- weekday, from and until in minutes of the day in Britain, as a list in JSON
    hours TEXT NOT NULL,
    -- why it is otherwise: public words
    reason TEXT,
    -- none for those that the service began with
    set_by TEXT REFERENCES accounts (id),
    created_at TEXT NOT NULL,
    CHECK (kind = 'week' OR NOT closed_on_bank_holidays)
);
CREATE UNIQUE INDEX contact_hours_once ON contact_hours (channel, kind, starts_on);
CREATE INDEX contact_hours_set_by ON contact_hours (set_by);

-- Phone on six days but not on bank holidays (https://www.practitionerhealth.nhs.uk/healthcare-staff-in-england), text at any hour
-- (https://www.medscape.com/viewarticle/920103); e-mail and web are answered in office hours.
INSERT INTO contact_hours (id, channel, kind, starts_on, closed_on_bank_holidays, hours, reason, set_by, created_at) VALUES
    ('019ab100-0000-7000-8000-000000000001', 'phone', 'week', '2019-10-21', TRUE, '[{"weekday":"monday","from":480,"until":1200},{"weekday":"tuesday","from":480,"until":1200},{"weekday":"wednesday","from":480,"until":1200},{"weekday":"thursday","from":480,"until":1200},{"weekday":"friday","from":480,"until":1200},{"weekday":"saturday","from":480,"until":840}]', NULL, NULL, '2026-11-24T00:00:00.000000Z'),
    ('019ab100-0000-7000-8000-000000000002', 'text', 'week', '2019-10-21', FALSE, '[{"weekday":"monday","from":0,"until":1440},{"weekday":"tuesday","from":0,"until":1440},{"weekday":"wednesday","from":0,"until":1440},{"weekday":"thursday","from":0,"until":1440},{"weekday":"friday","from":0,"until":1440},{"weekday":"saturday","from":0,"until":1440},{"weekday":"sunday","from":0,"until":1440}]', NULL, NULL, '2026-11-24T00:00:00.000000Z'),
    ('019ab100-0000-7000-8000-000000000003', 'email', 'week', '2019-10-21', TRUE, '[{"weekday":"monday","from":540,"until":1020},{"weekday":"tuesday","from":540,"until":1020},{"weekday":"wednesday","from":540,"until":1020},{"weekday":"thursday","from":540,"until":1020},{"weekday":"friday","from":540,"until":1020}]', NULL, NULL, '2026-11-24T00:00:00.000000Z'),
    ('019ab100-0000-7000-8000-000000000004', 'web', 'week', '2019-10-21', TRUE, '[{"weekday":"monday","from":540,"until":1020},{"weekday":"tuesday","from":540,"until":1020},{"weekday":"wednesday","from":540,"until":1020},{"weekday":"thursday","from":540,"until":1020},{"weekday":"friday","from":540,"until":1020}]', NULL, NULL, '2026-11-24T00:00:00.000000Z');

-- ---------- registration: whom the service takes ----------

-- An account comes into being when its address is confirmed. Until then a registration is a form of its own, and several of them
-- may wait for one address: none of them holds it.
CREATE TABLE pending_registrations (
    id TEXT PRIMARY KEY NOT NULL,
    email_index TEXT NOT NULL,
    -- what was filled in and the hash of the password, sealed as one document
    form BLOB NOT NULL,
    -- none until the link is sent, and none where the address has an account
    token_hash TEXT,
    -- how often the link was opened with a password, right or wrong
    tries INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX pending_registrations_address ON pending_registrations (email_index, id);
CREATE UNIQUE INDEX pending_registrations_token ON pending_registrations (token_hash);
CREATE INDEX pending_registrations_expiry ON pending_registrations (expires_at);

-- Whom the service is for, by dated rules that an administrator changes. What is past stays as it was.
CREATE TABLE eligibility_rules (
    id TEXT PRIMARY KEY NOT NULL,
    -- its stable name
    code TEXT NOT NULL,
    valid_from DATE NOT NULL,
    -- the last day; before the first one for a rule that was taken back before it began
    valid_to DATE,
    -- of the rules that fit the lowest decides
    place INTEGER NOT NULL CHECK (place BETWEEN 1 AND 999),
    -- whom it is about, as a document in JSON
    conditions TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('eligible', 'needs_funding', 'signposted')),
    -- what people are told: public words
    reason_code TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- the needs to point people to help for, as a list in JSON
    signposts TEXT NOT NULL,
    source TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE UNIQUE INDEX eligibility_rules_code ON eligibility_rules (code);
CREATE INDEX eligibility_rules_place ON eligibility_rules (place, id);

-- No two rules have one place on one day, whoever adds them at once. A rule that ended before it began has no day.
CREATE TRIGGER eligibility_rules_no_overlap_insert BEFORE INSERT ON eligibility_rules
BEGIN
    SELECT RAISE(ABORT, 'eligibility_rules_no_overlap') WHERE EXISTS (
        SELECT 1 FROM eligibility_rules WHERE place = NEW.place AND id <> NEW.id
            AND (NEW.valid_to IS NULL OR NEW.valid_to >= NEW.valid_from) AND (valid_to IS NULL OR valid_to >= valid_from)
            AND (valid_to IS NULL OR valid_to >= NEW.valid_from) AND (NEW.valid_to IS NULL OR NEW.valid_to >= valid_from)
            -- one of its name is refused by name
            AND code <> NEW.code
    );
END;
CREATE TRIGGER eligibility_rules_no_overlap_update BEFORE UPDATE OF place, valid_from, valid_to ON eligibility_rules
BEGIN
    SELECT RAISE(ABORT, 'eligibility_rules_no_overlap') WHERE EXISTS (
        SELECT 1 FROM eligibility_rules WHERE place = NEW.place AND id <> NEW.id
            AND (NEW.valid_to IS NULL OR NEW.valid_to >= NEW.valid_from) AND (valid_to IS NULL OR valid_to >= valid_from)
            AND (valid_to IS NULL OR valid_to >= NEW.valid_from) AND (NEW.valid_to IS NULL OR NEW.valid_to >= valid_from)
    );
END;

-- From which day on a cohort's new registrations are taken, or not. A turn holds until the cohort's next.
CREATE TABLE intake_switches (
    id TEXT PRIMARY KEY NOT NULL,
    cohort TEXT NOT NULL CHECK (cohort IN ('primary_care', 'secondary_care', 'other_in_england', 'outside_england')),
    starts_on DATE NOT NULL,
    is_open BOOLEAN NOT NULL,
    -- what people are told: public words
    reason_code TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- the needs to point people to help for, as a list in JSON
    signposts TEXT NOT NULL,
    source TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK (is_open OR signposts <> '[]')
);
CREATE UNIQUE INDEX intake_switches_turn ON intake_switches (cohort, starts_on);

-- The turns that the service began with.
INSERT INTO intake_switches (id, cohort, starts_on, is_open, reason_code, reason, signposts, source, version, created_at, updated_at) VALUES
    ('019ab000-0000-7000-8000-000000000001', 'primary_care', '2019-10-21', TRUE, 'intake_open', 'New registrations are taken.', '[]', 'HSJ, 2019; Department of Health and Social Care announcement of 21 October 2019', 1, '2026-11-24T00:00:00.000000Z', '2026-11-24T00:00:00.000000Z'),
    ('019ab000-0000-7000-8000-000000000002', 'secondary_care', '2019-10-21', TRUE, 'intake_open', 'New registrations are taken.', '[]', 'HSJ, 2019; Department of Health and Social Care announcement of 21 October 2019', 1, '2026-11-24T00:00:00.000000Z', '2026-11-24T00:00:00.000000Z'),
    ('019ab000-0000-7000-8000-000000000003', 'other_in_england', '2019-10-21', TRUE, 'intake_open', 'New registrations are taken.', '[]', 'HSJ, 2019; Department of Health and Social Care announcement of 21 October 2019', 1, '2026-11-24T00:00:00.000000Z', '2026-11-24T00:00:00.000000Z'),
    ('019ab000-0000-7000-8000-000000000004', 'outside_england', '2019-10-21', TRUE, 'intake_open', 'New registrations are taken.', '[]', 'HSJ, 2019; Department of Health and Social Care announcement of 21 October 2019', 1, '2026-11-24T00:00:00.000000Z', '2026-11-24T00:00:00.000000Z'),
    ('019ab000-0000-7000-8000-000000000005', 'secondary_care', '2024-04-15', FALSE, 'intake_closed_secondary_care', 'New registrations from secondary care are closed at present. Those already registered are not affected.', '["medical_help","work_support","local_services","crisis"]', 'https://www.pharmacy.biz/news/new-registrations-stopped-nhse-reviews-mental-health-support-for-secondary-care-staff/', 1, '2026-11-24T00:00:00.000000Z', '2026-11-24T00:00:00.000000Z'),
    ('019ab000-0000-7000-8000-000000000006', 'secondary_care', '2024-04-16', TRUE, 'intake_open', 'New registrations are taken.', '[]', 'https://www.bda.org/news-and-opinion/news/nhs-practitioner-health-lives-on-but-needs-a-long-term-future/', 1, '2026-11-24T00:00:00.000000Z', '2026-11-24T00:00:00.000000Z');

-- How each turn came to be as it is: added to, never changed.
CREATE TABLE intake_switch_changes (
    switch_id TEXT NOT NULL REFERENCES intake_switches (id),
    version INTEGER NOT NULL,
    at TEXT NOT NULL,
    changed_by TEXT NOT NULL REFERENCES accounts (id),
    starts_on DATE NOT NULL,
    is_open BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    signposts TEXT NOT NULL,
    PRIMARY KEY (switch_id, version)
);
CREATE INDEX intake_switch_changes_by ON intake_switch_changes (changed_by);

-- ---------- funding: who asks their local commissioner for the money, and what came of it ----------

CREATE TABLE funding_requests (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    -- the integrated care board that is asked, once the person has named it
    icb_code TEXT,
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'screening', 'information_requested', 'panel', 'approved',
        'approved_limited', 'declined', 'reconsideration', 'appeal', 'final', 'withdrawn', 'expired')),
    -- reason, what may be told and how much is asked for, sealed as one document
    details BLOB NOT NULL,
    consented_at TEXT,
    submitted_at TEXT,
    -- since when the commissioner knows of it
    sent_at TEXT,
    panel_on DATE,
    decided_at TEXT,
    -- the limits of an approval, and what of them is used
    sessions_limit INTEGER,
    sessions_used INTEGER NOT NULL,
    amount_limit_pence INTEGER,
    amount_used_pence INTEGER NOT NULL,
    valid_until DATE,
    -- when the present state wants an answer, and how far its reminders have come
    due_on DATE,
    reminded INTEGER NOT NULL CHECK (reminded BETWEEN 0 AND 2),
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK (sessions_used >= 0 AND (sessions_limit IS NULL OR sessions_used <= sessions_limit)),
    CHECK (amount_used_pence >= 0 AND (amount_limit_pence IS NULL OR amount_used_pence <= amount_limit_pence)),
    CHECK (state <> 'approved_limited' OR sessions_limit IS NOT NULL OR amount_limit_pence IS NOT NULL OR valid_until IS NOT NULL)
);
CREATE INDEX funding_requests_practitioner ON funding_requests (practitioner_id, id);
CREATE INDEX funding_requests_area ON funding_requests (icb_code, id);
CREATE INDEX funding_requests_state ON funding_requests (state, id);
CREATE INDEX funding_requests_expiry ON funding_requests (state, valid_until);
CREATE INDEX funding_requests_due ON funding_requests (reminded, due_on);
-- one a person under way
CREATE UNIQUE INDEX funding_requests_one_open ON funding_requests (practitioner_id)
    WHERE state IN ('draft', 'submitted', 'screening', 'information_requested', 'panel', 'reconsideration', 'appeal');

-- The history of a request: added to, never changed.
CREATE TABLE funding_events (
    id TEXT PRIMARY KEY NOT NULL,
    request_id TEXT NOT NULL REFERENCES funding_requests (id),
    -- in which order, also of what happened in one instant
    number INTEGER NOT NULL,
    at TEXT NOT NULL,
    -- none for what the service did by itself
    actor_id TEXT REFERENCES accounts (id),
    actor_role TEXT NOT NULL,
    event TEXT NOT NULL CHECK (event IN ('begun', 'completed', 'submitted', 'screening_begun', 'information_requested',
        'information_given', 'sent_to_panel', 'approved', 'approved_limited', 'declined', 'reconsideration_asked', 'appealed',
        'withdrawn', 'expired', 'appointment_kept')),
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'screening', 'information_requested', 'panel', 'approved',
        'approved_limited', 'declined', 'reconsideration', 'appeal', 'final', 'withdrawn', 'expired')),
    -- what was said, sealed as one document
    details BLOB
);
CREATE UNIQUE INDEX funding_events_request ON funding_events (request_id, number);
CREATE INDEX funding_events_actor ON funding_events (actor_id);

-- What an approval was used for: a row an appointment.
CREATE TABLE funding_uses (
    id TEXT PRIMARY KEY NOT NULL,
    request_id TEXT NOT NULL REFERENCES funding_requests (id),
    appointment_id TEXT NOT NULL REFERENCES appointments (id),
    session TEXT NOT NULL CHECK (session IN ('assessment', 'treatment')),
    pence INTEGER NOT NULL CHECK (pence >= 0),
    starts_at TEXT NOT NULL,
    booked_at TEXT NOT NULL,
    -- when the appointment was called off
    called_off_at TEXT,
    -- set when that gave the session back
    given_back_at TEXT,
    -- a coordinator lets an appointment stand whose approval has ended
    kept_at TEXT,
    kept_by TEXT REFERENCES accounts (id),
    CHECK ((kept_at IS NULL) = (kept_by IS NULL)),
    CHECK (given_back_at IS NULL OR called_off_at IS NOT NULL)
);
CREATE UNIQUE INDEX funding_uses_appointment ON funding_uses (appointment_id);
CREATE INDEX funding_uses_request ON funding_uses (request_id, id);
CREATE INDEX funding_uses_time ON funding_uses (starts_at, id);
CREATE INDEX funding_uses_kept_by ON funding_uses (kept_by);

-- For which boards a commissioner decides.
CREATE TABLE commissioned_areas (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    icb_code TEXT NOT NULL,
    set_at TEXT NOT NULL,
    PRIMARY KEY (account_id, icb_code)
);
CREATE INDEX commissioned_areas_board ON commissioned_areas (icb_code, account_id);
