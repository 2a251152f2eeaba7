-- An account without a hub is closed: as a coordinator it would see everything.
UPDATE accounts SET active = FALSE WHERE role = 'hub_coordinator' AND id NOT IN (SELECT account_id FROM hub_coordinators);
UPDATE accounts SET role = 'coordinator' WHERE role = 'hub_coordinator';
ALTER TABLE accounts DROP CONSTRAINT accounts_role_check;
ALTER TABLE accounts ADD CONSTRAINT accounts_role_check CHECK (role IN ('practitioner', 'clinician', 'call_handler', 'coordinator',
    'commissioner', 'privacy_officer', 'administrator'));
