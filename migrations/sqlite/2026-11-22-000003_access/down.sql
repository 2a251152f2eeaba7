DROP TABLE hub_coverage;
DROP TABLE hubs;
DROP TABLE blocked_colleagues;
DROP TABLE practitioners;
