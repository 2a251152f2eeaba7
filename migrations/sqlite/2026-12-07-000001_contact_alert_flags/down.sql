-- The version before has no such flag.
DELETE FROM audit_flags WHERE kind = 'contact_alerts';
CREATE TABLE replacement (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN
        ('many_practitioners', 'night', 'colleague', 'many_refusals', 'phone_lookups', 'trail_listed', 'trail_exported')),
    actor_id TEXT NOT NULL REFERENCES accounts (id),
    -- the day in Britain
    day DATE NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 0),
    created_at TEXT NOT NULL,
    -- the review, all or nothing; the note is sealed
    reviewed_by TEXT REFERENCES accounts (id),
    reviewed_at TEXT,
    outcome TEXT CHECK (outcome IN ('explained', 'mistake', 'improper')),
    note BLOB,
    -- why a privacy officer exported the trail
    reason TEXT CHECK (reason IN ('practitioner_asked', 'incident', 'inspection', 'routine_review')),
    CONSTRAINT audit_flags_review CHECK (
        (reviewed_by IS NULL) = (reviewed_at IS NULL)
        AND (reviewed_by IS NULL) = (outcome IS NULL)
        AND (reviewed_by IS NULL) = (note IS NULL)
    ),
    CONSTRAINT audit_flags_reason CHECK ((kind = 'trail_exported') = (reason IS NOT NULL))
);
INSERT INTO replacement (id, kind, actor_id, day, count, created_at, reviewed_by, reviewed_at, outcome, note, reason)
    SELECT id, kind, actor_id, day, count, created_at, reviewed_by, reviewed_at, outcome, note, reason FROM audit_flags;
DROP TABLE audit_flags;
ALTER TABLE replacement RENAME TO audit_flags;
-- Each export has its own flag; what is listed after a review has another.
CREATE UNIQUE INDEX audit_flags_one ON audit_flags (actor_id, day, kind) WHERE kind NOT IN ('trail_listed', 'trail_exported');
CREATE INDEX audit_flags_actor ON audit_flags (actor_id, day);
CREATE INDEX audit_flags_reviewer ON audit_flags (reviewed_by);
CREATE INDEX audit_flags_open ON audit_flags (reviewed_at, id);
CREATE INDEX audit_flags_day ON audit_flags (day);
