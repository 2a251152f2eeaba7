DROP TABLE blocked_colleagues;
DROP TABLE practitioners;
