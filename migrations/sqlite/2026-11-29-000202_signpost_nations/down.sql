ALTER TABLE signposts DROP COLUMN nations;
