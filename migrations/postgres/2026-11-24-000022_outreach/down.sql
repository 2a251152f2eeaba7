DROP TABLE outreach_team_requests;
DROP TABLE outreach_opt_outs;
DROP TABLE outreach_recipients;
DROP TABLE outreach_campaigns;
