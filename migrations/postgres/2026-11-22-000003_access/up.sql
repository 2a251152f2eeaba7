-- Who seeks help, as little of it readable as can be.

CREATE TABLE practitioners (
    id uuid PRIMARY KEY NOT NULL REFERENCES accounts (id),
    -- a code that a practitioner can quote instead of a name
    reference TEXT NOT NULL,
    pathway TEXT NOT NULL CHECK (pathway IN ('registered', 'awaiting_funding', 'intake_done', 'assessment_booked', 'in_care',
        'discharged', 'signposted')),
    decision TEXT NOT NULL CHECK (decision IN ('eligible', 'needs_funding', 'signposted')),
    decided_at timestamptz NOT NULL,
    -- everything that a person told us, sealed as one document
    details bytea NOT NULL,
    -- keyed blind indexes: equal values meet, nothing can be read
    employer_index TEXT,
    registration_index TEXT,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX practitioners_reference ON practitioners (reference);
CREATE INDEX practitioners_pathway ON practitioners (pathway, id);

CREATE TABLE blocked_colleagues (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    -- a colleague is meant by at least one of these
    clinician_id uuid REFERENCES accounts (id),
    registration_index TEXT,
    name_index TEXT,
    details bytea NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (clinician_id IS NOT NULL OR registration_index IS NOT NULL OR name_index IS NOT NULL)
);
CREATE INDEX blocked_colleagues_practitioner ON blocked_colleagues (practitioner_id, id);
CREATE INDEX blocked_colleagues_clinician ON blocked_colleagues (clinician_id);

-- The staff mental-health hubs, and which areas each covered when.
CREATE TABLE hubs (
    id uuid PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    region TEXT NOT NULL,
    phone TEXT NOT NULL,
    email TEXT NOT NULL,
    hours TEXT NOT NULL,
    opened_on date NOT NULL,
    closed_on date
);
CREATE INDEX hubs_name ON hubs (name, id);

CREATE TABLE hub_coverage (
    hub_id uuid NOT NULL REFERENCES hubs (id),
    icb_code TEXT NOT NULL,
    valid_from date NOT NULL,
    -- the first day on which it no longer holds
    valid_until date,
    PRIMARY KEY (hub_id, icb_code, valid_from),
    CHECK (valid_until IS NULL OR valid_until > valid_from)
);
CREATE INDEX hub_coverage_area ON hub_coverage (icb_code, hub_id);
