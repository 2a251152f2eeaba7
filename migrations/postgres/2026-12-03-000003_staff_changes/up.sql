SET LOCAL lock_timeout = '3s';
-- A change that gives a member of staff access to people or to controlled drugs waits here for a second administrator.
CREATE TABLE staff_changes (
    id uuid PRIMARY KEY NOT NULL,
    -- whose access it is
    account_id uuid NOT NULL REFERENCES accounts (id),
    kind text NOT NULL CHECK (kind IN ('open_account', 'clinician_identity', 'prescribing_rights', 'commissioned_areas',
        'hub_coordinator', 'account_identity')),
    -- the hub for a hub coordinator, else the account itself
    record_id uuid NOT NULL,
    payload bytea NOT NULL,
    reason bytea NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'withdrawn', 'expired')),
    proposed_by uuid NOT NULL REFERENCES accounts (id),
    proposed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    decided_by uuid REFERENCES accounts (id),
    decided_at timestamptz,
    decision_reason bytea,
    CHECK (status IN ('pending', 'expired') OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)),
    CHECK (status <> 'approved' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX staff_changes_pending ON staff_changes (account_id, kind, record_id) WHERE status = 'pending';
CREATE INDEX staff_changes_account ON staff_changes (account_id);
CREATE INDEX staff_changes_status ON staff_changes (status, id);
CREATE INDEX staff_changes_expiry ON staff_changes (expires_at) WHERE status = 'pending';
CREATE INDEX staff_changes_proposed_by ON staff_changes (proposed_by);
CREATE INDEX staff_changes_decided_by ON staff_changes (decided_by);

-- Why an entry of the identity history was made and ended, and who approved it.
ALTER TABLE account_marks
    ADD COLUMN reason bytea,
    ADD COLUMN end_reason bytea,
    ADD COLUMN approved_by uuid REFERENCES accounts (id),
    DROP CONSTRAINT account_marks_kind_check,
    ADD CONSTRAINT account_marks_kind_check CHECK (kind IN ('account_name', 'entry_name', 'registration', 'employer', 'discipline',
        'legal_name', 'own_registration', 'account_status', 'prescribing_rights', 'service_employment', 'hubs')) NOT VALID;
CREATE INDEX account_marks_approved_by ON account_marks (approved_by);
CREATE INDEX account_marks_left_service ON account_marks (held_until)
    WHERE NOT lapsed AND kind = 'service_employment' AND held_until IS NOT NULL;
