-- Totals of instruments whose questions may not be shown here, as a clinician enters them.
CREATE TABLE entered_scores (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    questionnaire TEXT NOT NULL,
    questionnaire_version TEXT NOT NULL,
    score bytea NOT NULL,
    entered_by uuid NOT NULL REFERENCES clinicians (id),
    entered_at timestamptz NOT NULL
);
CREATE INDEX entered_scores_practitioner ON entered_scores (practitioner_id, id);
CREATE INDEX entered_scores_entered_by ON entered_scores (entered_by);

-- Words that were shown together to those who run the service.
CREATE TABLE feedback_releases (
    id uuid PRIMARY KEY NOT NULL,
    released_at timestamptz NOT NULL
);

-- What people said about an appointment, or about care when it had ended; ratings and words sealed.
CREATE TABLE feedback (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    about TEXT NOT NULL CHECK (about IN ('appointment', 'discharge')),
    appointment_id uuid REFERENCES appointments (id),
    discharge_id uuid REFERENCES pathway_moves (id),
    -- whom it is about, where it is about somebody
    clinician_id uuid REFERENCES clinicians (id),
    ratings bytea NOT NULL,
    comment bytea,
    comment_for TEXT CHECK (comment_for IN ('service', 'clinician')),
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
