-- A role of its own for those who run a hub: taken off their last hub they may do nothing, where a coordinator may do everything.
ALTER TABLE accounts DROP CONSTRAINT accounts_role_check;
ALTER TABLE accounts ADD CONSTRAINT accounts_role_check CHECK (role IN ('practitioner', 'clinician', 'call_handler', 'coordinator',
    'hub_coordinator', 'commissioner', 'privacy_officer', 'administrator'));
UPDATE accounts SET role = 'hub_coordinator', version = version + 1
    WHERE role = 'coordinator' AND id IN (SELECT account_id FROM hub_coordinators);
