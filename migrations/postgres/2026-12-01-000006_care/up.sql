-- The tables of the crate care: what is found out about a person and done for them. Words are sealed.

-- ---------- assessment ----------

-- Questionnaires before care; and the same ones again, in care and at its end.
CREATE TABLE assessments (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    state text NOT NULL CHECK (state IN ('draft', 'submitted', 'concluded')),
    started_at timestamptz NOT NULL,
    submitted_at timestamptz,
    concluded_at timestamptz,
    version integer NOT NULL,
    purpose text NOT NULL DEFAULT 'intake' CHECK (purpose IN ('intake', 'review', 'end')),
    -- the clinician who asked for it; empty where the practitioner began it unasked
    asked_by uuid REFERENCES clinicians (id)
);
CREATE INDEX assessments_practitioner ON assessments (practitioner_id, id);
CREATE INDEX assessments_asked_by ON assessments (asked_by);
CREATE UNIQUE INDEX assessments_one_open ON assessments (practitioner_id, purpose) WHERE state <> 'concluded';

CREATE TABLE assessment_answers (
    assessment_id uuid NOT NULL REFERENCES assessments (id),
    questionnaire text NOT NULL,
    questionnaire_version text NOT NULL,
    answers bytea NOT NULL,
    score bytea NOT NULL,
    answered_at timestamptz NOT NULL,
    PRIMARY KEY (assessment_id, questionnaire)
);

CREATE TABLE assessment_outcomes (
    id uuid PRIMARY KEY NOT NULL,
    assessment_id uuid NOT NULL REFERENCES assessments (id),
    appointment_id uuid NOT NULL REFERENCES appointments (id),
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    outcome text NOT NULL CHECK (outcome IN ('accepted', 'more_assessment', 'signposted', 'discharged')),
    -- plan, summary and signposts, sealed
    details bytea NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX assessment_outcomes_assessment ON assessment_outcomes (assessment_id, id);
CREATE UNIQUE INDEX assessment_outcomes_appointment ON assessment_outcomes (appointment_id);
CREATE INDEX assessment_outcomes_clinician ON assessment_outcomes (clinician_id);

-- An alert is about an answer in an assessment, or in a self-check that was taken over.
CREATE TABLE risk_alerts (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    assessment_id uuid REFERENCES assessments (id),
    questionnaire text NOT NULL,
    raised_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by uuid REFERENCES accounts (id),
    -- what was done, sealed
    note bytea,
    self_check_id uuid REFERENCES self_checks (id),
    CONSTRAINT risk_alerts_about CHECK ((assessment_id IS NULL) <> (self_check_id IS NULL))
);
CREATE INDEX risk_alerts_raised ON risk_alerts (raised_at, id);
CREATE INDEX risk_alerts_practitioner ON risk_alerts (practitioner_id, raised_at);
CREATE INDEX risk_alerts_assessment ON risk_alerts (assessment_id);
CREATE INDEX risk_alerts_acknowledged_by ON risk_alerts (acknowledged_by);
-- who has an alert that nobody has looked at is asked of every list of people
CREATE INDEX risk_alerts_open ON risk_alerts (acknowledged_at, practitioner_id);
CREATE INDEX risk_alerts_self_check ON risk_alerts (self_check_id);

-- Totals of instruments whose questions may not be shown here, as a clinician enters them.
CREATE TABLE entered_scores (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    questionnaire text NOT NULL,
    questionnaire_version text NOT NULL,
    score bytea NOT NULL,
    entered_by uuid NOT NULL REFERENCES clinicians (id),
    entered_at timestamptz NOT NULL
);
CREATE INDEX entered_scores_practitioner ON entered_scores (practitioner_id, id);
CREATE INDEX entered_scores_entered_by ON entered_scores (entered_by);

-- ---------- records: what is written about care ----------

-- What a clinician writes about one of their appointments. A draft is its author's own; once signed it is never changed.
CREATE TABLE clinical_notes (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    appointment_id uuid NOT NULL REFERENCES appointments (id),
    author_id uuid NOT NULL REFERENCES clinicians (id),
    kind text NOT NULL CHECK (kind IN ('session', 'non_attendance')),
    state text NOT NULL CHECK (state IN ('draft', 'signed')),
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
-- what their author has not signed yet
CREATE INDEX clinical_notes_unfinished ON clinical_notes (author_id, state);

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
    state text NOT NULL CHECK (state IN ('active', 'resolved', 'entered_in_error')),
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
    state text NOT NULL CHECK (state IN ('active', 'resolved', 'entered_in_error')),
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
    status text NOT NULL CHECK (status IN ('not_asked', 'none_known', 'known')),
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

-- What is final is final for everybody. A whole note may be deleted when its time of keeping is over, and takes its addenda with it.
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
CREATE TRIGGER note_addenda_final BEFORE UPDATE ON note_addenda FOR EACH ROW EXECUTE FUNCTION record_is_final();
CREATE TRIGGER problem_versions_final BEFORE UPDATE ON problem_versions FOR EACH ROW EXECUTE FUNCTION record_is_final();
CREATE TRIGGER allergy_statements_final BEFORE UPDATE ON allergy_statements FOR EACH ROW EXECUTE FUNCTION record_is_final();
CREATE TRIGGER care_plan_versions_final BEFORE UPDATE ON care_plan_versions FOR EACH ROW EXECUTE FUNCTION record_is_final();

-- ---------- prescriptions: who may prescribe, what was prescribed, and how often it was given out ----------

CREATE TABLE prescribing_registers (
    clinician_id uuid PRIMARY KEY NOT NULL REFERENCES clinicians (id),
    -- the code for private prescriptions of controlled drugs, sealed
    details bytea NOT NULL,
    updated_by uuid NOT NULL REFERENCES accounts (id),
    updated_at timestamptz NOT NULL,
    version integer NOT NULL
);
CREATE INDEX prescribing_registers_updated_by ON prescribing_registers (updated_by);

CREATE TABLE prescribing_rights (
    clinician_id uuid NOT NULL REFERENCES prescribing_registers (clinician_id),
    kind text NOT NULL CHECK (kind IN ('independent_nurse', 'independent_pharmacist', 'independent_physiotherapist',
        'independent_podiatrist', 'independent_paramedic', 'supplementary', 'home_office_licence')),
    valid_from date NOT NULL,
    valid_until date,
    PRIMARY KEY (clinician_id, kind, valid_from),
    CHECK (valid_until >= valid_from)
);

CREATE TABLE prescriptions (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    -- who writes and signs it
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    assessment_id uuid REFERENCES assessments (id),
    -- the number by which people name it
    short_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('draft', 'signed', 'issued', 'cancelled')),
    kind text NOT NULL CHECK (kind IN ('acute', 'repeat')),
    -- medicines, doses, address and reasons, sealed
    content bytea NOT NULL,
    -- names, registration and practice as they were when it was signed, sealed
    signature bytea,
    signed_at timestamptz,
    valid_from date,
    -- the last day of the first issue, and the last day of any
    valid_until date,
    ends_on date,
    review_on date,
    interval_days integer NOT NULL CHECK (interval_days BETWEEN 0 AND 366),
    issues_allowed integer NOT NULL CHECK (issues_allowed BETWEEN 1 AND 99),
    issues_made integer NOT NULL CHECK (issues_made BETWEEN 0 AND issues_allowed),
    last_issued_at timestamptz,
    cancelled_at timestamptz,
    cancelled_by uuid REFERENCES accounts (id),
    cancel_reason text,
    -- what was said about it, sealed
    cancel_note bytea,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (state NOT IN ('signed', 'issued') OR (signature IS NOT NULL AND signed_at IS NOT NULL AND assessment_id IS NOT NULL
        AND valid_from IS NOT NULL AND valid_until IS NOT NULL AND ends_on IS NOT NULL)),
    CHECK ((signature IS NULL) = (signed_at IS NULL)),
    CHECK ((state = 'issued') = (issues_made > 0) OR state = 'cancelled'),
    CHECK (kind = 'repeat' OR issues_allowed = 1),
    CHECK (kind = 'acute' OR signed_at IS NULL OR review_on IS NOT NULL),
    CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL AND cancelled_by IS NOT NULL AND cancel_reason IS NOT NULL))
);
CREATE UNIQUE INDEX prescriptions_short_id ON prescriptions (short_id);
CREATE INDEX prescriptions_practitioner ON prescriptions (practitioner_id, id);
CREATE INDEX prescriptions_clinician ON prescriptions (clinician_id, id);
CREATE INDEX prescriptions_assessment ON prescriptions (assessment_id);
CREATE INDEX prescriptions_cancelled_by ON prescriptions (cancelled_by);
-- what a clinician has not signed yet
CREATE INDEX prescriptions_unfinished ON prescriptions (clinician_id, state);

CREATE TABLE prescription_issues (
    id uuid PRIMARY KEY NOT NULL,
    prescription_id uuid NOT NULL REFERENCES prescriptions (id),
    -- counted from 1
    number integer NOT NULL CHECK (number > 0),
    issued_by uuid NOT NULL REFERENCES accounts (id),
    issued_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX prescription_issues_number ON prescription_issues (prescription_id, number);
CREATE INDEX prescription_issues_issued_by ON prescription_issues (issued_by);

-- Signed is signed: only that it was given out, or called off, is added. No going back from either.
CREATE FUNCTION prescriptions_signed_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'cancelled' OR (OLD.state <> 'draft' AND (NEW.state = 'draft' OR (OLD.state = 'issued' AND NEW.state = 'signed')
        OR NEW.issues_made < OLD.issues_made
        OR (NEW.id, NEW.practitioner_id, NEW.clinician_id, NEW.assessment_id, NEW.short_id, NEW.kind,
            NEW.content, NEW.signature, NEW.signed_at, NEW.valid_from, NEW.valid_until, NEW.ends_on,
            NEW.review_on, NEW.interval_days, NEW.issues_allowed, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.practitioner_id, OLD.clinician_id, OLD.assessment_id, OLD.short_id, OLD.kind,
            OLD.content, OLD.signature, OLD.signed_at, OLD.valid_from, OLD.valid_until, OLD.ends_on,
            OLD.review_on, OLD.interval_days, OLD.issues_allowed, OLD.created_at)))
    THEN
        RAISE EXCEPTION 'prescriptions_signed_stay';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER prescriptions_signed_stay BEFORE UPDATE ON prescriptions
FOR EACH ROW EXECUTE FUNCTION prescriptions_signed_stay();

-- Never more often than allowed, and nothing that is not signed or is called off.
CREATE FUNCTION prescription_issues_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'prescription_issues_stay';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM prescriptions WHERE id = NEW.prescription_id AND state IN ('signed', 'issued') AND NEW.number <= issues_allowed)
    THEN
        RAISE EXCEPTION 'prescription_issues_allowed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER prescription_issues_allowed BEFORE INSERT OR UPDATE ON prescription_issues
FOR EACH ROW EXECUTE FUNCTION prescription_issues_allowed();

-- ---------- fit_notes: fit notes and plans for a return to work ----------

CREATE TABLE fit_notes (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    -- what it rests on: an appointment, or a report (a keyed index of whose it is and of which day)
    appointment_id uuid REFERENCES appointments (id),
    report_index text,
    -- all that stands on it, sealed
    content bytea NOT NULL,
    -- what is known besides, sealed
    record bytea NOT NULL,
    -- a keyed tag of the code that is printed on it; the code itself is kept nowhere
    code_tag text NOT NULL UNIQUE,
    issued_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by uuid REFERENCES accounts (id),
    -- why, sealed
    withdrawal bytea,
    CHECK ((appointment_id IS NULL) <> (report_index IS NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL) AND (withdrawn_at IS NULL) = (withdrawal IS NULL))
);
CREATE INDEX fit_notes_practitioner ON fit_notes (practitioner_id, id);
CREATE INDEX fit_notes_clinician ON fit_notes (clinician_id);
CREATE INDEX fit_notes_appointment ON fit_notes (appointment_id);
CREATE INDEX fit_notes_withdrawn_by ON fit_notes (withdrawn_by);
-- one that stands for each assessment
CREATE UNIQUE INDEX fit_notes_one_an_appointment ON fit_notes (appointment_id) WHERE withdrawn_at IS NULL AND appointment_id IS NOT NULL;
CREATE UNIQUE INDEX fit_notes_one_a_report ON fit_notes (report_index) WHERE withdrawn_at IS NULL AND report_index IS NOT NULL;

CREATE TABLE fit_note_duplicates (
    id uuid PRIMARY KEY NOT NULL,
    fit_note_id uuid NOT NULL REFERENCES fit_notes (id),
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    issued_at timestamptz NOT NULL
);
CREATE INDEX fit_note_duplicates_fit_note ON fit_note_duplicates (fit_note_id, id);
CREATE INDEX fit_note_duplicates_clinician ON fit_note_duplicates (clinician_id);

CREATE TABLE return_to_work_plans (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    -- all that stands on it, sealed
    content bytea NOT NULL,
    proposed_at timestamptz NOT NULL,
    agreed_at timestamptz
);
CREATE INDEX return_to_work_plans_practitioner ON return_to_work_plans (practitioner_id, id);
CREATE INDEX return_to_work_plans_clinician ON return_to_work_plans (clinician_id);

-- What was issued is never changed.
CREATE FUNCTION fit_notes_as_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
        OR (NEW.id, NEW.practitioner_id, NEW.clinician_id, NEW.appointment_id, NEW.report_index, NEW.content, NEW.record, NEW.code_tag, NEW.issued_at)
            IS DISTINCT FROM (OLD.id, OLD.practitioner_id, OLD.clinician_id, OLD.appointment_id, OLD.report_index, OLD.content, OLD.record, OLD.code_tag, OLD.issued_at)
    THEN
        RAISE EXCEPTION 'fit_notes_as_issued';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fit_notes_as_issued BEFORE UPDATE OR DELETE ON fit_notes FOR EACH ROW EXECUTE FUNCTION fit_notes_as_issued();
CREATE FUNCTION fit_note_duplicates_as_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'fit_notes_as_issued';
END $$;
CREATE TRIGGER fit_note_duplicates_as_issued BEFORE UPDATE ON fit_note_duplicates
FOR EACH ROW EXECUTE FUNCTION fit_note_duplicates_as_issued();
CREATE FUNCTION return_to_work_plans_as_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.agreed_at IS NOT NULL
        OR (NEW.id, NEW.practitioner_id, NEW.clinician_id, NEW.content, NEW.proposed_at)
            IS DISTINCT FROM (OLD.id, OLD.practitioner_id, OLD.clinician_id, OLD.content, OLD.proposed_at)
    THEN
        RAISE EXCEPTION 'fit_notes_as_issued';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER return_to_work_plans_as_agreed BEFORE UPDATE ON return_to_work_plans
FOR EACH ROW EXECUTE FUNCTION return_to_work_plans_as_agreed();

-- ---------- follow_ups: what is agreed at the end of an appointment, and what was done until it came to it ----------

CREATE TABLE follow_ups (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    -- who is to see them
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    agreed_by uuid NOT NULL REFERENCES accounts (id),
    agreed_in uuid NOT NULL REFERENCES appointments (id),
    agreed_at timestamptz NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('review', 'medication_review', 'therapy_session', 'risk_review',
        'fit_note_review', 'return_to_work_review', 'results_review', 'discharge_review', 'other')),
    -- days in Europe/London, the last one included
    due_from date NOT NULL,
    due_by date NOT NULL,
    -- an appointment that begins earlier does not count as the one that was agreed
    counts_from timestamptz NOT NULL,
    kind text NOT NULL CHECK (kind IN ('assessment', 'treatment')),
    mode text CHECK (mode IN ('in_person', 'phone', 'video')),
    questionnaire text,
    -- sealed
    note bytea,
    note_shared boolean NOT NULL,
    -- the appointment that somebody said it is, or that it was when it was closed
    appointment_id uuid REFERENCES appointments (id),
    reminded_at timestamptz,
    chased integer NOT NULL CHECK (chased >= 0),
    last_chased_at timestamptz,
    -- from when on a person should ring
    call_due_at timestamptz,
    -- when the service looks at it next; empty once it is closed
    look_at timestamptz,
    closed_at timestamptz,
    closed_as text CHECK (closed_as IN ('done', 'cancelled', 'care_ended')),
    -- nobody when the service closed it
    closed_by uuid REFERENCES accounts (id),
    cancel_reason text CHECK (cancel_reason IN ('not_needed', 'declined', 'agreed_elsewhere', 'entered_in_error', 'other')),
    -- sealed
    cancel_note bytea,
    version integer NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (due_by >= due_from),
    CHECK ((closed_at IS NULL) = (closed_as IS NULL)),
    CHECK (closed_at IS NULL OR look_at IS NULL),
    CHECK ((cancel_reason IS NOT NULL) = (closed_as IS NOT NULL AND closed_as = 'cancelled')),
    CHECK (closed_as IS NULL OR closed_as <> 'done' OR appointment_id IS NOT NULL)
);
CREATE INDEX follow_ups_practitioner ON follow_ups (practitioner_id, id);
CREATE INDEX follow_ups_open ON follow_ups (closed_at, due_by, id);
CREATE INDEX follow_ups_due ON follow_ups (due_by, id);
CREATE INDEX follow_ups_look ON follow_ups (look_at, id);
CREATE INDEX follow_ups_clinician ON follow_ups (clinician_id);
CREATE INDEX follow_ups_agreed_by ON follow_ups (agreed_by);
CREATE INDEX follow_ups_agreed_in ON follow_ups (agreed_in);
CREATE INDEX follow_ups_appointment ON follow_ups (appointment_id);
CREATE INDEX follow_ups_closed_by ON follow_ups (closed_by);

-- What people did about one: added to, never changed.
CREATE TABLE follow_up_contacts (
    id uuid PRIMARY KEY NOT NULL,
    follow_up_id uuid NOT NULL REFERENCES follow_ups (id),
    at timestamptz NOT NULL,
    made_by uuid NOT NULL REFERENCES accounts (id),
    outcome text NOT NULL CHECK (outcome IN ('will_book', 'call_again', 'no_answer', 'left_message', 'declined')),
    -- sealed
    note bytea
);
CREATE INDEX follow_up_contacts_follow_up ON follow_up_contacts (follow_up_id, id);
CREATE INDEX follow_up_contacts_made_by ON follow_up_contacts (made_by);

-- ---------- groups: group therapy, who is in it, when it meets, and what is noted ----------

CREATE TABLE therapy_groups (
    id uuid PRIMARY KEY NOT NULL,
    kind text NOT NULL CHECK (kind IN ('closed_series', 'slow_open')),
    -- what is recorded: a note in each member's record, or a head count
    form text NOT NULL CHECK (form IN ('therapy', 'session')),
    topic text NOT NULL,
    audience text NOT NULL CHECK (audience IN ('practitioners', 'bereaved_family')),
    state text NOT NULL CHECK (state IN ('gathering', 'running', 'ended', 'cancelled')),
    -- title, description, place and link, sealed
    details bytea NOT NULL,
    capacity integer NOT NULL CHECK (capacity BETWEEN 2 AND 15),
    minimum integer NOT NULL CHECK (minimum BETWEEN 1 AND 15),
    starts_on date NOT NULL,
    starts_local time NOT NULL,
    minutes integer NOT NULL CHECK (minutes BETWEEN 15 AND 240),
    every_weeks integer NOT NULL CHECK (every_weeks BETWEEN 1 AND 13),
    planned_sessions integer CHECK (planned_sessions BETWEEN 1 AND 52),
    -- with the beginning of which session enrolment closes
    closes_at_session integer CHECK (closes_at_session BETWEEN 1 AND 2),
    -- the beginning of that session; nothing where enrolment never closes
    enrolment_closes_at timestamptz,
    mode text NOT NULL CHECK (mode IN ('in_person', 'video')),
    -- sessions are laid out up to and without this day
    laid_out_until date NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (minimum <= capacity),
    CHECK ((kind = 'closed_series') = (planned_sessions IS NOT NULL)),
    CHECK ((kind = 'closed_series') = (closes_at_session IS NOT NULL)),
    -- who is not a practitioner has no record to hold a note
    CHECK (audience = 'practitioners' OR form = 'session')
);
CREATE UNIQUE INDEX therapy_groups_form ON therapy_groups (id, form);
CREATE UNIQUE INDEX therapy_groups_audience ON therapy_groups (id, audience);
CREATE INDEX therapy_groups_list ON therapy_groups (audience, state, id);
CREATE INDEX therapy_groups_horizon ON therapy_groups (kind, state, laid_out_until);
CREATE INDEX therapy_groups_created_by ON therapy_groups (created_by);
CREATE INDEX therapy_groups_state ON therapy_groups (state, id);

CREATE TABLE group_facilitators (
    group_id uuid NOT NULL REFERENCES therapy_groups (id),
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    place integer NOT NULL CHECK (place IN (1, 2)),
    meets text NOT NULL CHECK (meets IN ('strangers_only', 'colleagues', 'anybody')),
    PRIMARY KEY (group_id, clinician_id)
);
CREATE UNIQUE INDEX group_facilitators_two ON group_facilitators (group_id, place);
CREATE INDEX group_facilitators_clinician ON group_facilitators (clinician_id, group_id);

CREATE TABLE group_sessions (
    id uuid PRIMARY KEY NOT NULL,
    group_id uuid NOT NULL,
    form text NOT NULL,
    -- the day that the series gave it, wherever it was moved to
    planned_on date NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('planned', 'cancelled')),
    moved boolean NOT NULL,
    -- why it was moved or cancelled, sealed
    reason bytea,
    head_count integer CHECK (head_count BETWEEN 0 AND 999),
    recorded_by uuid REFERENCES accounts (id),
    recorded_at timestamptz,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    FOREIGN KEY (group_id, form) REFERENCES therapy_groups (id, form),
    CHECK (ends_at > starts_at),
    CHECK (head_count IS NULL OR form = 'session')
);
CREATE UNIQUE INDEX group_sessions_form ON group_sessions (id, form);
CREATE UNIQUE INDEX group_sessions_day ON group_sessions (group_id, planned_on);
CREATE INDEX group_sessions_group ON group_sessions (group_id, form, starts_at, id);
CREATE INDEX group_sessions_time ON group_sessions (starts_at, id);
CREATE INDEX group_sessions_of_group ON group_sessions (group_id, starts_at, id);
CREATE INDEX group_sessions_recorded_by ON group_sessions (recorded_by);

CREATE TABLE group_screenings (
    id uuid PRIMARY KEY NOT NULL,
    group_id uuid NOT NULL REFERENCES therapy_groups (id),
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    verdict text NOT NULL CHECK (verdict IN ('suitable', 'not_suitable', 'not_now')),
    notes bytea,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX group_screenings_person ON group_screenings (group_id, practitioner_id, recorded_at);
CREATE INDEX group_screenings_practitioner ON group_screenings (practitioner_id);
CREATE INDEX group_screenings_clinician ON group_screenings (clinician_id);

-- A place that somebody reached for and could not have: it stays so until they are screened anew.
CREATE TABLE group_holds (
    group_id uuid NOT NULL REFERENCES therapy_groups (id),
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    placed_at timestamptz NOT NULL,
    PRIMARY KEY (group_id, practitioner_id)
);
CREATE INDEX group_holds_practitioner ON group_holds (practitioner_id);

CREATE TABLE group_enrolments (
    id uuid PRIMARY KEY NOT NULL,
    group_id uuid NOT NULL,
    audience text NOT NULL,
    -- nobody for a guest who is not a practitioner
    practitioner_id uuid REFERENCES practitioners (id),
    state text NOT NULL CHECK (state IN ('waiting', 'offered', 'enrolled', 'left', 'removed', 'declined', 'expired', 'completed')),
    seat integer CHECK (seat BETWEEN 1 AND 15),
    -- alias, and for guests how to reach them, sealed
    details bytea NOT NULL,
    meets text NOT NULL CHECK (meets IN ('strangers_only', 'colleagues', 'anybody')),
    asked_at timestamptz NOT NULL,
    offer_expires_at timestamptz,
    enrolled_at timestamptz,
    ended_at timestamptz,
    created_by uuid NOT NULL REFERENCES accounts (id),
    version integer NOT NULL,
    updated_at timestamptz NOT NULL,
    FOREIGN KEY (group_id, audience) REFERENCES therapy_groups (id, audience),
    CHECK ((audience = 'bereaved_family') = (practitioner_id IS NULL)),
    CHECK ((seat IS NOT NULL) = (state IN ('offered', 'enrolled'))),
    CHECK (state <> 'offered' OR offer_expires_at IS NOT NULL),
    CHECK (state NOT IN ('enrolled', 'completed') OR enrolled_at IS NOT NULL)
);
-- one person a seat, and no seat beyond the capacity
CREATE UNIQUE INDEX group_enrolments_seat ON group_enrolments (group_id, seat);
CREATE UNIQUE INDEX group_enrolments_live ON group_enrolments (group_id, practitioner_id)
    WHERE state IN ('waiting', 'offered', 'enrolled');
CREATE INDEX group_enrolments_group ON group_enrolments (group_id, audience, id);
CREATE INDEX group_enrolments_waiting ON group_enrolments (group_id, state, id);
CREATE INDEX group_enrolments_practitioner ON group_enrolments (practitioner_id, id);
CREATE INDEX group_enrolments_offers ON group_enrolments (state, offer_expires_at);
CREATE INDEX group_enrolments_created_by ON group_enrolments (created_by);

CREATE FUNCTION group_enrolments_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seat > (SELECT capacity FROM therapy_groups WHERE id = NEW.group_id) THEN
        RAISE EXCEPTION 'group_enrolments_capacity';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER group_enrolments_capacity BEFORE INSERT OR UPDATE OF seat, group_id ON group_enrolments
FOR EACH ROW WHEN (NEW.seat IS NOT NULL) EXECUTE FUNCTION group_enrolments_capacity();
CREATE FUNCTION therapy_groups_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM group_enrolments WHERE group_id = NEW.id AND seat > NEW.capacity) THEN
        RAISE EXCEPTION 'group_enrolments_capacity';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER therapy_groups_capacity BEFORE UPDATE OF capacity ON therapy_groups
FOR EACH ROW WHEN (NEW.capacity < OLD.capacity) EXECUTE FUNCTION therapy_groups_capacity();

-- Two who know each other or share an employer, and both had said that they would meet.
CREATE TABLE group_agreements (
    group_id uuid NOT NULL REFERENCES therapy_groups (id),
    one_id uuid NOT NULL REFERENCES accounts (id),
    other_id uuid NOT NULL REFERENCES accounts (id),
    ground text NOT NULL CHECK (ground IN ('acquainted', 'same_employer')),
    relied_on_at timestamptz NOT NULL,
    PRIMARY KEY (group_id, one_id, other_id),
    CHECK (one_id < other_id)
);
CREATE INDEX group_agreements_one ON group_agreements (one_id);
CREATE INDEX group_agreements_other ON group_agreements (other_id);

CREATE TABLE group_attendances (
    session_id uuid NOT NULL REFERENCES group_sessions (id),
    enrolment_id uuid NOT NULL REFERENCES group_enrolments (id),
    attendance text NOT NULL CHECK (attendance IN ('attended_on_time', 'attended_late_seen', 'arrived_late_not_seen',
        'did_not_attend', 'cancelled_by_patient', 'cancelled_by_provider')),
    recorded_by uuid NOT NULL REFERENCES accounts (id),
    first_recorded_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (session_id, enrolment_id)
);
CREATE INDEX group_attendances_enrolment ON group_attendances (enrolment_id);
CREATE INDEX group_attendances_recorded_by ON group_attendances (recorded_by);

CREATE TABLE group_notes (
    id uuid PRIMARY KEY NOT NULL,
    session_id uuid NOT NULL,
    -- group sessions have no notes
    form text NOT NULL CHECK (form = 'therapy'),
    enrolment_id uuid NOT NULL REFERENCES group_enrolments (id),
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    author_id uuid NOT NULL REFERENCES clinicians (id),
    -- the note, and what the practitioner sees of it, sealed
    words bytea NOT NULL,
    signed_at timestamptz,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    FOREIGN KEY (session_id, form) REFERENCES group_sessions (id, form)
);
CREATE INDEX group_notes_session ON group_notes (session_id, form);
CREATE INDEX group_notes_enrolment ON group_notes (enrolment_id);
CREATE INDEX group_notes_practitioner ON group_notes (practitioner_id, id);
CREATE INDEX group_notes_author ON group_notes (author_id);

CREATE FUNCTION group_notes_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'group_notes_signed';
END $$;
CREATE TRIGGER group_notes_signed BEFORE UPDATE OR DELETE ON group_notes
FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL) EXECUTE FUNCTION group_notes_signed();

-- ---------- feedback ----------

-- Words that were shown together to those who run the service.
CREATE TABLE feedback_releases (
    id uuid PRIMARY KEY NOT NULL,
    released_at timestamptz NOT NULL
);

-- What people said about an appointment, or about care when it had ended; ratings and words sealed.
CREATE TABLE feedback (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    about text NOT NULL CHECK (about IN ('appointment', 'discharge')),
    appointment_id uuid REFERENCES appointments (id),
    discharge_id uuid REFERENCES pathway_moves (id),
    -- whom it is about, where it is about somebody
    clinician_id uuid REFERENCES clinicians (id),
    ratings bytea NOT NULL,
    comment bytea,
    comment_for text CHECK (comment_for IN ('service', 'clinician')),
    given_at timestamptz NOT NULL,
    release_id uuid REFERENCES feedback_releases (id),
    -- the place in its release, drawn by chance
    shuffled uuid,
    CHECK ((about = 'appointment') = (appointment_id IS NOT NULL)),
    CHECK ((about = 'discharge') = (discharge_id IS NOT NULL)),
    CHECK ((comment IS NULL) = (comment_for IS NULL)),
    CHECK ((release_id IS NULL) = (shuffled IS NULL))
);
CREATE INDEX feedback_practitioner ON feedback (practitioner_id, id);
CREATE UNIQUE INDEX feedback_appointment ON feedback (appointment_id);
CREATE UNIQUE INDEX feedback_discharge ON feedback (discharge_id);
CREATE INDEX feedback_clinician ON feedback (clinician_id, comment_for, id);
CREATE INDEX feedback_given ON feedback (given_at, id);
CREATE INDEX feedback_waiting ON feedback (comment_for, release_id, given_at);
CREATE INDEX feedback_release ON feedback (release_id, shuffled);

-- Whether somebody was asked about an appointment or an end of care. Each is decided about once.
CREATE TABLE feedback_invitations (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    appointment_id uuid REFERENCES appointments (id),
    discharge_id uuid REFERENCES pathway_moves (id),
    sent boolean NOT NULL,
    decided_at timestamptz NOT NULL,
    CHECK ((appointment_id IS NULL) <> (discharge_id IS NULL))
);
CREATE INDEX feedback_invitations_practitioner ON feedback_invitations (practitioner_id, sent, decided_at);
CREATE UNIQUE INDEX feedback_invitations_appointment ON feedback_invitations (appointment_id);
CREATE UNIQUE INDEX feedback_invitations_discharge ON feedback_invitations (discharge_id);
