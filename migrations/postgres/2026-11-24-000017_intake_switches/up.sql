-- From which day on a cohort's new registrations are taken, or not. A turn holds until the cohort's next.

CREATE TABLE intake_switches (
    id uuid PRIMARY KEY NOT NULL,
    cohort TEXT NOT NULL CHECK (cohort IN ('primary_care', 'secondary_care', 'other_in_england', 'outside_england')),
    starts_on date NOT NULL,
    is_open boolean NOT NULL,
    -- what people are told: public words
    reason_code TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- the needs to point people to help for, as a list in JSON
    signposts TEXT NOT NULL,
    source TEXT NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (is_open OR signposts <> '[]')
);
CREATE UNIQUE INDEX intake_switches_turn ON intake_switches (cohort, starts_on);

-- How each turn came to be as it is: added to, never changed.
CREATE TABLE intake_switch_changes (
    switch_id uuid NOT NULL REFERENCES intake_switches (id),
    version integer NOT NULL,
    at timestamptz NOT NULL,
    changed_by uuid NOT NULL REFERENCES accounts (id),
    starts_on date NOT NULL,
    is_open boolean NOT NULL,
    reason TEXT NOT NULL,
    signposts TEXT NOT NULL,
    PRIMARY KEY (switch_id, version)
);
CREATE INDEX intake_switch_changes_by ON intake_switch_changes (changed_by);

-- The turns that the service began with.
INSERT INTO intake_switches (id, cohort, starts_on, is_open, reason_code, reason, signposts, source, version, created_at, updated_at) VALUES
    ('019ab000-0000-7000-8000-000000000001', 'primary_care', '2019-10-21', TRUE, 'intake_open', 'New registrations are taken.', '[]', 'HSJ, 2019; Department of Health and Social Care announcement of 21 October 2019', 1, '2026-11-24T00:00:00.000000Z', '2026-11-24T00:00:00.000000Z'),
    ('019ab000-0000-7000-8000-000000000002', 'secondary_care', '2019-10-21', TRUE, 'intake_open', 'New registrations are taken.', '[]', 'HSJ, 2019; Department of Health and Social Care announcement of 21 October 2019', 1, '2026-11-24T00:00:00.000000Z', '2026-11-24T00:00:00.000000Z'),
    ('019ab000-0000-7000-8000-000000000003', 'other_in_england', '2019-10-21', TRUE, 'intake_open', 'New registrations are taken.', '[]', 'HSJ, 2019; Department of Health and Social Care announcement of 21 October 2019', 1, '2026-11-24T00:00:00.000000Z', '2026-11-24T00:00:00.000000Z'),
    ('019ab000-0000-7000-8000-000000000004', 'outside_england', '2019-10-21', TRUE, 'intake_open', 'New registrations are taken.', '[]', 'HSJ, 2019; Department of Health and Social Care announcement of 21 October 2019', 1, '2026-11-24T00:00:00.000000Z', '2026-11-24T00:00:00.000000Z'),
    ('019ab000-0000-7000-8000-000000000005', 'secondary_care', '2024-04-15', FALSE, 'intake_closed_secondary_care', 'New registrations from secondary care are closed at present. Those already registered are not affected.', '["medical_help","work_support","local_services","crisis"]', 'https://www.pharmacy.biz/news/new-registrations-stopped-nhse-reviews-mental-health-support-for-secondary-care-staff/', 1, '2026-11-24T00:00:00.000000Z', '2026-11-24T00:00:00.000000Z'),
    ('019ab000-0000-7000-8000-000000000006', 'secondary_care', '2024-04-16', TRUE, 'intake_open', 'New registrations are taken.', '[]', 'https://www.bda.org/news-and-opinion/news/nhs-practitioner-health-lives-on-but-needs-a-long-term-future/', 1, '2026-11-24T00:00:00.000000Z', '2026-11-24T00:00:00.000000Z');
