DROP INDEX hub_referrals_changed;
ALTER TABLE invitations DROP COLUMN ended_by_staff_at;
