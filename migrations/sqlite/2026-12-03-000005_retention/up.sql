-- When staff revoked an invitation or sent another one, also after it was used: staff do not see that it was used.
ALTER TABLE invitations ADD COLUMN ended_by_staff_at TEXT;
UPDATE invitations SET ended_by_staff_at = revoked_at;
-- Contacts that led to a registration are erased after the same time as others.
UPDATE contacts SET unregistered_since = created_at WHERE unregistered_since IS NULL AND forgotten_at IS NULL;
CREATE INDEX hub_referrals_changed ON hub_referrals (updated_at);
