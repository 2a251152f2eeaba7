-- The record: care from acceptance to discharge, and what is written about it. Words are sealed.

-- One stretch of care: it begins when an assessment is accepted and ends with a discharge.
CREATE TABLE care_episodes (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    lead_clinician_id uuid NOT NULL REFERENCES clinicians (id),
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by uuid REFERENCES accounts (id),
    end_reason TEXT CHECK (end_reason IN ('completed', 'mutual_agreement', 'dropped_out', 'referred_on', 'declined', 'died',
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

-- Care that is under way, or ended with the assessment, gets its episode: under the id of the outcome.
INSERT INTO care_episodes (id, practitioner_id, lead_clinician_id, started_at, ended_at, ended_by, end_reason, readable_until, version)
SELECT o.id, a.practitioner_id, o.clinician_id, o.recorded_at,
    CASE WHEN o.outcome = 'accepted' THEN NULL ELSE o.recorded_at END,
    CASE WHEN o.outcome = 'accepted' THEN NULL ELSE o.clinician_id END,
    CASE o.outcome WHEN 'discharged' THEN 'not_needed' WHEN 'signposted' THEN 'referred_on' END,
    CASE WHEN o.outcome = 'accepted' THEN NULL ELSE o.recorded_at + interval '30 days' END,
    1
FROM assessment_outcomes o JOIN assessments a ON a.id = o.assessment_id JOIN practitioners p ON p.id = a.practitioner_id
WHERE p.pathway = CASE o.outcome WHEN 'accepted' THEN 'in_care' WHEN 'discharged' THEN 'discharged' WHEN 'signposted' THEN 'signposted' END
    AND NOT EXISTS (SELECT 1 FROM assessment_outcomes later JOIN assessments b ON b.id = later.assessment_id
        WHERE b.practitioner_id = a.practitioner_id AND later.outcome <> 'more_assessment' AND later.id > o.id);

-- The history of an episode: added to, never changed.
CREATE TABLE care_episode_events (
    id uuid PRIMARY KEY NOT NULL,
    episode_id uuid NOT NULL REFERENCES care_episodes (id),
    at timestamptz NOT NULL,
    actor_id uuid NOT NULL REFERENCES accounts (id),
    event TEXT NOT NULL CHECK (event IN ('began', 'lead_changed', 'ended')),
    -- who leads from then on
    clinician_id uuid NOT NULL REFERENCES clinicians (id)
);
CREATE INDEX care_episode_events_episode ON care_episode_events (episode_id, id);
CREATE INDEX care_episode_events_actor ON care_episode_events (actor_id);
CREATE INDEX care_episode_events_clinician ON care_episode_events (clinician_id);

-- What a clinician writes about one of their appointments. A draft is its author's own; once signed it is never changed.
CREATE TABLE clinical_notes (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    appointment_id uuid NOT NULL REFERENCES appointments (id),
    author_id uuid NOT NULL REFERENCES clinicians (id),
    kind TEXT NOT NULL CHECK (kind IN ('session', 'non_attendance')),
    state TEXT NOT NULL CHECK (state IN ('draft', 'signed')),
    -- the parts, and what is shared with the practitioner
    words bytea NOT NULL,
    -- whether anything is shared
    shared boolean NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    signed_at timestamptz,
    CHECK ((state = 'signed') = (signed_at IS NOT NULL))
);
CREATE UNIQUE INDEX clinical_notes_appointment ON clinical_notes (appointment_id, author_id);
CREATE INDEX clinical_notes_practitioner ON clinical_notes (practitioner_id, id);
CREATE INDEX clinical_notes_author ON clinical_notes (author_id, id);

-- What is added to a signed note.
CREATE TABLE note_addenda (
    id uuid PRIMARY KEY NOT NULL,
    note_id uuid NOT NULL REFERENCES clinical_notes (id) ON DELETE CASCADE,
    author_id uuid NOT NULL REFERENCES clinicians (id),
    words bytea NOT NULL,
    shared boolean NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX note_addenda_note ON note_addenda (note_id, id);
CREATE INDEX note_addenda_author ON note_addenda (author_id);

CREATE TABLE problems (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    state TEXT NOT NULL CHECK (state IN ('active', 'resolved', 'entered_in_error')),
    shared boolean NOT NULL,
    words bytea NOT NULL,
    version integer NOT NULL,
    recorded_by uuid NOT NULL REFERENCES clinicians (id),
    recorded_at timestamptz NOT NULL,
    changed_by uuid NOT NULL REFERENCES clinicians (id),
    changed_at timestamptz NOT NULL
);
CREATE INDEX problems_practitioner ON problems (practitioner_id, id);
CREATE INDEX problems_recorded_by ON problems (recorded_by);
CREATE INDEX problems_changed_by ON problems (changed_by);

-- What a problem was before each change.
CREATE TABLE problem_versions (
    problem_id uuid NOT NULL REFERENCES problems (id) ON DELETE CASCADE,
    version integer NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'resolved', 'entered_in_error')),
    shared boolean NOT NULL,
    words bytea NOT NULL,
    changed_by uuid NOT NULL REFERENCES clinicians (id),
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (problem_id, version)
);
CREATE INDEX problem_versions_changed_by ON problem_versions (changed_by);

-- Everything that was ever said about allergies; the highest version holds.
CREATE TABLE allergy_statements (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    version integer NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('not_asked', 'none_known', 'known')),
    allergies bytea NOT NULL,
    said_by uuid NOT NULL REFERENCES accounts (id),
    said_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX allergy_statements_version ON allergy_statements (practitioner_id, version);
CREATE INDEX allergy_statements_said_by ON allergy_statements (said_by);

CREATE TABLE care_plans (
    practitioner_id uuid PRIMARY KEY NOT NULL REFERENCES practitioners (id),
    version integer NOT NULL,
    review_on date NOT NULL
);
CREATE INDEX care_plans_review ON care_plans (review_on, practitioner_id);

-- Every version of a plan, the present one included.
CREATE TABLE care_plan_versions (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES care_plans (practitioner_id),
    version integer NOT NULL,
    review_on date NOT NULL,
    words bytea NOT NULL,
    written_by uuid NOT NULL REFERENCES clinicians (id),
    written_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX care_plan_versions_version ON care_plan_versions (practitioner_id, version);
CREATE INDEX care_plan_versions_written_by ON care_plan_versions (written_by);

-- Everything that was ever said about telling the general practitioner; the highest version holds.
CREATE TABLE gp_sharing_statements (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    version integer NOT NULL,
    consent TEXT NOT NULL CHECK (consent IN ('not_asked', 'asked', 'given', 'refused')),
    said_how TEXT NOT NULL CHECK (said_how IN ('in_the_app', 'at_registration', 'in_an_appointment', 'by_phone', 'in_writing')),
    -- the general practitioner's name and practice, and a note
    words bytea NOT NULL,
    said_by uuid NOT NULL REFERENCES accounts (id),
    said_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX gp_sharing_statements_version ON gp_sharing_statements (practitioner_id, version);
CREATE INDEX gp_sharing_statements_said_by ON gp_sharing_statements (said_by);

-- What is final is final for everybody. A whole note may be deleted when its time of keeping is over, and takes its addenda with it.
CREATE FUNCTION record_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_NAME;
END
$$;
CREATE FUNCTION addendum_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM clinical_notes WHERE id = OLD.note_id) THEN
        RAISE EXCEPTION '%', TG_NAME;
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER clinical_notes_final BEFORE UPDATE ON clinical_notes FOR EACH ROW WHEN (OLD.state = 'signed')
    EXECUTE FUNCTION record_is_final();
CREATE TRIGGER note_addenda_stay BEFORE DELETE ON note_addenda FOR EACH ROW EXECUTE FUNCTION addendum_stays();
CREATE TRIGGER care_episode_events_final BEFORE UPDATE ON care_episode_events FOR EACH ROW EXECUTE FUNCTION record_is_final();
CREATE TRIGGER note_addenda_final BEFORE UPDATE ON note_addenda FOR EACH ROW EXECUTE FUNCTION record_is_final();
CREATE TRIGGER problem_versions_final BEFORE UPDATE ON problem_versions FOR EACH ROW EXECUTE FUNCTION record_is_final();
CREATE TRIGGER allergy_statements_final BEFORE UPDATE ON allergy_statements FOR EACH ROW EXECUTE FUNCTION record_is_final();
CREATE TRIGGER care_plan_versions_final BEFORE UPDATE ON care_plan_versions FOR EACH ROW EXECUTE FUNCTION record_is_final();
CREATE TRIGGER gp_sharing_statements_final BEFORE UPDATE ON gp_sharing_statements FOR EACH ROW EXECUTE FUNCTION record_is_final();
