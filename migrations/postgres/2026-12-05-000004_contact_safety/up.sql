SET LOCAL lock_timeout = '3s';

-- Crises of callers wait here until the service looks whether they are about a practitioner. The same is stored for every caller.
CREATE TABLE contact_crises (
    id uuid PRIMARY KEY NOT NULL,
    contact_id uuid NOT NULL REFERENCES contacts (id),
    severity text NOT NULL CHECK (severity IN ('immediate', 'urgent', 'same_day')),
    -- the member of staff; null where the caller answered the safety question
    reported_by uuid REFERENCES accounts (id),
    -- what was stated and written, and later about which practitioners an alert was raised: sealed; null once it is erased
    details bytea,
    created_at timestamptz NOT NULL,
    -- when it is handled next
    due_at timestamptz NOT NULL,
    handled_at timestamptz
);
CREATE INDEX contact_crises_contact ON contact_crises (contact_id, handled_at);
CREATE INDEX contact_crises_reported_by ON contact_crises (reported_by);
CREATE INDEX contact_crises_waiting ON contact_crises (handled_at, due_at, id);

-- The reference that a caller stated, as a keyed index.
ALTER TABLE contacts ADD COLUMN reference_index text;
CREATE INDEX contacts_reference ON contacts (reference_index);

-- When clinicians on duty were notified of a task about danger. No one is notified of those of the past.
ALTER TABLE contact_tasks ADD COLUMN duty_notified_at timestamptz;
UPDATE contact_tasks SET duty_notified_at = raised_at;

-- A keyed index of the confirmed mobile number. The program fills it when it starts.
ALTER TABLE message_preferences ADD COLUMN mobile_index text;
CREATE INDEX message_preferences_mobile ON message_preferences (mobile_index);

-- Whether an entry is a way for people who are deaf or do not speak on the telephone.
ALTER TABLE signposts ADD COLUMN accessible boolean NOT NULL DEFAULT FALSE;

ALTER TABLE contact_triages DROP CONSTRAINT contact_triages_next_step_check;
ALTER TABLE contact_triages ADD CONSTRAINT contact_triages_next_step_check CHECK (next_step IN ('call_emergency_services', 'arrange_today',
    'advise_about_someone_else', 'send_invitation', 'give_information', 'protect_child', 'protect_adult', 'support_bereaved',
    'reach_own_team', 'advise_colleague_or_family', 'raise_concern'));
ALTER TABLE contact_tasks DROP CONSTRAINT contact_tasks_kind_check;
ALTER TABLE contact_tasks ADD CONSTRAINT contact_tasks_kind_check CHECK (kind IN ('danger', 'today', 'call_back', 'safeguarding', 'patient_safety'));
