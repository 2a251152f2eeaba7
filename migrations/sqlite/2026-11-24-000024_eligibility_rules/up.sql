-- Whom the service is for, by dated rules that an administrator changes. What is past stays as it was.

CREATE TABLE eligibility_rules (
    id TEXT PRIMARY KEY NOT NULL,
    -- its stable name
    code TEXT NOT NULL,
    valid_from DATE NOT NULL,
    -- the last day; before the first one for a rule that was taken back before it began
    valid_to DATE,
    -- of the rules that fit the lowest decides
    place INTEGER NOT NULL CHECK (place BETWEEN 1 AND 999),
    -- whom it is about, as a document in JSON
    conditions TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('eligible', 'needs_funding', 'signposted')),
    -- what people are told: public words
    reason_code TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- the needs to point people to help for, as a list in JSON
    signposts TEXT NOT NULL,
    source TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE UNIQUE INDEX eligibility_rules_code ON eligibility_rules (code);
CREATE INDEX eligibility_rules_place ON eligibility_rules (place, id);
