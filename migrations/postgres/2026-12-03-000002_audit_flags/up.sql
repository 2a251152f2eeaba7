-- Unusual use of records by a member of staff on one day, until a privacy officer has reviewed it.
CREATE TABLE audit_flags (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN
        ('many_practitioners', 'night', 'colleague', 'many_refusals', 'phone_lookups', 'trail_listed', 'trail_exported')),
    actor_id uuid NOT NULL REFERENCES accounts (id),
    -- the day in Britain
    day date NOT NULL,
    count integer NOT NULL CHECK (count >= 0),
    created_at timestamptz NOT NULL,
    -- the review, all or nothing; the note is sealed
    reviewed_by uuid REFERENCES accounts (id),
    reviewed_at timestamptz,
    outcome text CHECK (outcome IN ('explained', 'mistake', 'improper')),
    note bytea,
    -- why a privacy officer exported the trail
    reason text CHECK (reason IN ('practitioner_asked', 'incident', 'inspection', 'routine_review')),
    CONSTRAINT audit_flags_review CHECK (
        (reviewed_by IS NULL) = (reviewed_at IS NULL)
        AND (reviewed_by IS NULL) = (outcome IS NULL)
        AND (reviewed_by IS NULL) = (note IS NULL)
    ),
    CONSTRAINT audit_flags_reason CHECK ((kind = 'trail_exported') = (reason IS NOT NULL))
);
-- Each export has its own flag; what is listed after a review has another.
CREATE UNIQUE INDEX audit_flags_one ON audit_flags (actor_id, day, kind) WHERE kind NOT IN ('trail_listed', 'trail_exported');
CREATE INDEX audit_flags_actor ON audit_flags (actor_id, day);
CREATE INDEX audit_flags_reviewer ON audit_flags (reviewed_by);
CREATE INDEX audit_flags_open ON audit_flags (reviewed_at, id);
CREATE INDEX audit_flags_day ON audit_flags (day);
