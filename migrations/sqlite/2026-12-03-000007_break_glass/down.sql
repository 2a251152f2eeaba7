DROP TABLE duty_periods;
DROP INDEX hub_referrals_state;
DROP INDEX funding_requests_decided;
DROP INDEX appointments_upcoming;
DROP TABLE granted_access;
