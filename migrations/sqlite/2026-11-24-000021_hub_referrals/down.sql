DROP TABLE hub_referral_events;
DROP TABLE hub_referrals;
DROP TABLE area_places;
DROP TABLE hub_coordinators;
DROP TABLE hub_teams;
ALTER TABLE hubs ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE hubs ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE hubs ADD COLUMN hours TEXT NOT NULL DEFAULT '';
UPDATE hubs SET
    phone = coalesce((SELECT min(c.contact) FROM hub_channels c WHERE c.hub_id = hubs.id AND c.channel = 'phone' AND c.valid_until IS NULL), ''),
    email = coalesce((SELECT min(c.contact) FROM hub_channels c WHERE c.hub_id = hubs.id AND c.channel = 'email' AND c.valid_until IS NULL), ''),
    hours = coalesce((SELECT min(c.hours) FROM hub_channels c WHERE c.hub_id = hubs.id AND c.channel = 'phone' AND c.valid_until IS NULL), '');
DROP TABLE hub_channels;
ALTER TABLE hubs DROP COLUMN updated_at;
ALTER TABLE hubs DROP COLUMN created_at;
ALTER TABLE hubs DROP COLUMN version;
ALTER TABLE hubs DROP COLUMN help;
