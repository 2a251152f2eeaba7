-- When which channel answers: hours of every week from a day on, until the channel's next, and hours of single days.
CREATE TABLE contact_hours (
    id TEXT PRIMARY KEY NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('phone', 'text', 'email', 'web')),
    kind TEXT NOT NULL CHECK (kind IN ('week', 'day')),
    starts_on DATE NOT NULL,
    closed_on_bank_holidays BOOLEAN NOT NULL,
    -- weekday, from and until in minutes of the day in Britain, as a list in JSON
    hours TEXT NOT NULL,
    -- why it is otherwise: public words
    reason TEXT,
    -- none for those that the service began with
    set_by TEXT REFERENCES accounts (id),
    created_at TEXT NOT NULL,
    CHECK (kind = 'week' OR NOT closed_on_bank_holidays)
);
CREATE UNIQUE INDEX contact_hours_once ON contact_hours (channel, kind, starts_on);
CREATE INDEX contact_hours_set_by ON contact_hours (set_by);

-- Phone on six days but not on bank holidays (https://www.practitionerhealth.nhs.uk/healthcare-staff-in-england), text at any hour
-- (https://www.medscape.com/viewarticle/920103); e-mail and web are answered in office hours.
INSERT INTO contact_hours (id, channel, kind, starts_on, closed_on_bank_holidays, hours, reason, set_by, created_at) VALUES
    ('019ab100-0000-7000-8000-000000000001', 'phone', 'week', '2019-10-21', TRUE, '[{"weekday":"monday","from":480,"until":1200},{"weekday":"tuesday","from":480,"until":1200},{"weekday":"wednesday","from":480,"until":1200},{"weekday":"thursday","from":480,"until":1200},{"weekday":"friday","from":480,"until":1200},{"weekday":"saturday","from":480,"until":840}]', NULL, NULL, '2026-11-24T00:00:00.000000Z'),
    ('019ab100-0000-7000-8000-000000000002', 'text', 'week', '2019-10-21', FALSE, '[{"weekday":"monday","from":0,"until":1440},{"weekday":"tuesday","from":0,"until":1440},{"weekday":"wednesday","from":0,"until":1440},{"weekday":"thursday","from":0,"until":1440},{"weekday":"friday","from":0,"until":1440},{"weekday":"saturday","from":0,"until":1440},{"weekday":"sunday","from":0,"until":1440}]', NULL, NULL, '2026-11-24T00:00:00.000000Z'),
    ('019ab100-0000-7000-8000-000000000003', 'email', 'week', '2019-10-21', TRUE, '[{"weekday":"monday","from":540,"until":1020},{"weekday":"tuesday","from":540,"until":1020},{"weekday":"wednesday","from":540,"until":1020},{"weekday":"thursday","from":540,"until":1020},{"weekday":"friday","from":540,"until":1020}]', NULL, NULL, '2026-11-24T00:00:00.000000Z'),
    ('019ab100-0000-7000-8000-000000000004', 'web', 'week', '2019-10-21', TRUE, '[{"weekday":"monday","from":540,"until":1020},{"weekday":"tuesday","from":540,"until":1020},{"weekday":"wednesday","from":540,"until":1020},{"weekday":"thursday","from":540,"until":1020},{"weekday":"friday","from":540,"until":1020}]', NULL, NULL, '2026-11-24T00:00:00.000000Z');
