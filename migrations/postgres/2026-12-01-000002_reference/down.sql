DROP TABLE signpost_changes;
DROP TABLE signposts;
