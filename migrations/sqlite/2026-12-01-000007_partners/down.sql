DROP TABLE outreach_team_requests;
DROP TABLE outreach_opt_outs;
DROP TABLE outreach_recipients;
DROP TABLE outreach_campaigns;

DROP TABLE hub_referral_events;
DROP TABLE hub_referrals;
DROP TABLE area_places;
DROP TABLE hub_coordinators;
DROP TABLE hub_teams;
DROP TABLE hub_channels;
DROP TABLE hub_coverage;
DROP TABLE hubs;
