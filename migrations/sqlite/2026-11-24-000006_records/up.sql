-- The record: care from acceptance to discharge, and what is written about it. Words are sealed.

-- One stretch of care: it begins when an assessment is accepted and ends with a discharge.
CREATE TABLE care_episodes (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    lead_clinician_id TEXT NOT NULL REFERENCES clinicians (id),
    started_at TEXT NOT NULL,
    ended_at TEXT,
    ended_by TEXT REFERENCES accounts (id),
    end_reason TEXT CHECK (end_reason IN ('completed', 'mutual_agreement', 'dropped_out', 'referred_on', 'declined', 'died',
        'moved', 'not_needed')),
    -- how long those who treated may still read the record and finish their notes
    readable_until TEXT,
    -- the summary and the part of it that the practitioner sees
    summary BLOB,
    version INTEGER NOT NULL,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CHECK ((ended_at IS NULL) = (readable_until IS NULL))
);
CREATE UNIQUE INDEX care_episodes_one_open ON care_episodes (practitioner_id) WHERE ended_at IS NULL;
CREATE INDEX care_episodes_practitioner ON care_episodes (practitioner_id, ended_at);
CREATE INDEX care_episodes_lead ON care_episodes (lead_clinician_id, ended_at);
CREATE INDEX care_episodes_ended_by ON care_episodes (ended_by);

-- Care that is under way, or ended with the assessment, gets its episode: under the id of the outcome.
INSERT INTO care_episodes (id, practitioner_id, lead_clinician_id, started_at, ended_at, ended_by, end_reason, readable_until, version)
SELECT o.id, a.practitioner_id, o.clinician_id, o.recorded_at,
    CASE WHEN o.outcome = 'accepted' THEN NULL ELSE o.recorded_at END,
    CASE WHEN o.outcome = 'accepted' THEN NULL ELSE o.clinician_id END,
    CASE o.outcome WHEN 'discharged' THEN 'not_needed' WHEN 'signposted' THEN 'referred_on' END,
    CASE WHEN o.outcome = 'accepted' THEN NULL ELSE strftime('%Y-%m-%dT%H:%M:%S.000000Z', o.recorded_at, '+30 days') END,
    1
FROM assessment_outcomes o JOIN assessments a ON a.id = o.assessment_id JOIN practitioners p ON p.id = a.practitioner_id
WHERE p.pathway = CASE o.outcome WHEN 'accepted' THEN 'in_care' WHEN 'discharged' THEN 'discharged' WHEN 'signposted' THEN 'signposted' END
    AND NOT EXISTS (SELECT 1 FROM assessment_outcomes later JOIN assessments b ON b.id = later.assessment_id
        WHERE b.practitioner_id = a.practitioner_id AND later.outcome <> 'more_assessment' AND later.id > o.id);

-- The history of an episode: added to, never changed.
CREATE TABLE care_episode_events (
    id TEXT PRIMARY KEY NOT NULL,
    episode_id TEXT NOT NULL REFERENCES care_episodes (id),
    at TEXT NOT NULL,
    actor_id TEXT NOT NULL REFERENCES accounts (id),
    event TEXT NOT NULL CHECK (event IN ('began', 'lead_changed', 'ended')),
    -- who leads from then on
    clinician_id TEXT NOT NULL REFERENCES clinicians (id)
);
CREATE INDEX care_episode_events_episode ON care_episode_events (episode_id, id);
CREATE INDEX care_episode_events_actor ON care_episode_events (actor_id);
CREATE INDEX care_episode_events_clinician ON care_episode_events (clinician_id);

-- What a clinician writes about one of their appointments. A draft is its author's own; once signed it is never changed.
CREATE TABLE clinical_notes (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    appointment_id TEXT NOT NULL REFERENCES appointments (id),
    author_id TEXT NOT NULL REFERENCES clinicians (id),
    kind TEXT NOT NULL CHECK (kind IN ('session', 'non_attendance')),
    state TEXT NOT NULL CHECK (state IN ('draft', 'signed')),
    -- the parts, and what is shared with the practitioner
    words BLOB NOT NULL,
    -- whether anything is shared
    shared BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    signed_at TEXT,
    CHECK ((state = 'signed') = (signed_at IS NOT NULL))
);
CREATE UNIQUE INDEX clinical_notes_appointment ON clinical_notes (appointment_id, author_id);
CREATE INDEX clinical_notes_practitioner ON clinical_notes (practitioner_id, id);
CREATE INDEX clinical_notes_author ON clinical_notes (author_id, id);

-- What is added to a signed note.
CREATE TABLE note_addenda (
    id TEXT PRIMARY KEY NOT NULL,
    note_id TEXT NOT NULL REFERENCES clinical_notes (id) ON DELETE CASCADE,
    author_id TEXT NOT NULL REFERENCES clinicians (id),
    words BLOB NOT NULL,
    shared BOOLEAN NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX note_addenda_note ON note_addenda (note_id, id);
CREATE INDEX note_addenda_author ON note_addenda (author_id);

CREATE TABLE problems (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    state TEXT NOT NULL CHECK (state IN ('active', 'resolved', 'entered_in_error')),
    shared BOOLEAN NOT NULL,
    words BLOB NOT NULL,
    version INTEGER NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES clinicians (id),
    recorded_at TEXT NOT NULL,
    changed_by TEXT NOT NULL REFERENCES clinicians (id),
    changed_at TEXT NOT NULL
);
CREATE INDEX problems_practitioner ON problems (practitioner_id, id);
CREATE INDEX problems_recorded_by ON problems (recorded_by);
CREATE INDEX problems_changed_by ON problems (changed_by);

-- What a problem was before each change.
CREATE TABLE problem_versions (
    problem_id TEXT NOT NULL REFERENCES problems (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'resolved', 'entered_in_error')),
    shared BOOLEAN NOT NULL,
    words BLOB NOT NULL,
    changed_by TEXT NOT NULL REFERENCES clinicians (id),
    changed_at TEXT NOT NULL,
    PRIMARY KEY (problem_id, version)
);
CREATE INDEX problem_versions_changed_by ON problem_versions (changed_by);

-- Everything that was ever said about allergies; the highest version holds.
CREATE TABLE allergy_statements (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    version INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('not_asked', 'none_known', 'known')),
    allergies BLOB NOT NULL,
    said_by TEXT NOT NULL REFERENCES accounts (id),
    said_at TEXT NOT NULL
);
CREATE UNIQUE INDEX allergy_statements_version ON allergy_statements (practitioner_id, version);
CREATE INDEX allergy_statements_said_by ON allergy_statements (said_by);

CREATE TABLE care_plans (
    practitioner_id TEXT PRIMARY KEY NOT NULL REFERENCES practitioners (id),
    version INTEGER NOT NULL,
    review_on DATE NOT NULL
);
CREATE INDEX care_plans_review ON care_plans (review_on, practitioner_id);

-- Every version of a plan, the present one included.
CREATE TABLE care_plan_versions (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES care_plans (practitioner_id),
    version INTEGER NOT NULL,
    review_on DATE NOT NULL,
    words BLOB NOT NULL,
    written_by TEXT NOT NULL REFERENCES clinicians (id),
    written_at TEXT NOT NULL
);
CREATE UNIQUE INDEX care_plan_versions_version ON care_plan_versions (practitioner_id, version);
CREATE INDEX care_plan_versions_written_by ON care_plan_versions (written_by);

-- Everything that was ever said about telling the general practitioner; the highest version holds.
CREATE TABLE gp_sharing_statements (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    version INTEGER NOT NULL,
    consent TEXT NOT NULL CHECK (consent IN ('not_asked', 'asked', 'given', 'refused')),
    said_how TEXT NOT NULL CHECK (said_how IN ('in_the_app', 'at_registration', 'in_an_appointment', 'by_phone', 'in_writing')),
    -- the general practitioner's name and practice, and a note
    words BLOB NOT NULL,
    said_by TEXT NOT NULL REFERENCES accounts (id),
    said_at TEXT NOT NULL
);
CREATE UNIQUE INDEX gp_sharing_statements_version ON gp_sharing_statements (practitioner_id, version);
CREATE INDEX gp_sharing_statements_said_by ON gp_sharing_statements (said_by);

-- What is final is final for everybody. A whole note may be deleted when its time of keeping is over, and takes its addenda with it.
CREATE TRIGGER clinical_notes_final BEFORE UPDATE ON clinical_notes WHEN OLD.state = 'signed'
BEGIN
    SELECT RAISE(ABORT, 'clinical_notes_final');
END;
CREATE TRIGGER note_addenda_stay BEFORE DELETE ON note_addenda
WHEN EXISTS (SELECT 1 FROM clinical_notes WHERE id = OLD.note_id)
BEGIN
    SELECT RAISE(ABORT, 'note_addenda_stay');
END;
CREATE TRIGGER care_episode_events_final BEFORE UPDATE ON care_episode_events
BEGIN
    SELECT RAISE(ABORT, 'care_episode_events_final');
END;
CREATE TRIGGER note_addenda_final BEFORE UPDATE ON note_addenda
BEGIN
    SELECT RAISE(ABORT, 'note_addenda_final');
END;
CREATE TRIGGER problem_versions_final BEFORE UPDATE ON problem_versions
BEGIN
    SELECT RAISE(ABORT, 'problem_versions_final');
END;
CREATE TRIGGER allergy_statements_final BEFORE UPDATE ON allergy_statements
BEGIN
    SELECT RAISE(ABORT, 'allergy_statements_final');
END;
CREATE TRIGGER care_plan_versions_final BEFORE UPDATE ON care_plan_versions
BEGIN
    SELECT RAISE(ABORT, 'care_plan_versions_final');
END;
CREATE TRIGGER gp_sharing_statements_final BEFORE UPDATE ON gp_sharing_statements
BEGIN
    SELECT RAISE(ABORT, 'gp_sharing_statements_final');
END;
