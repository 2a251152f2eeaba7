DROP TABLE statistics_cells;
DROP TABLE statistics_snapshots;
DROP FUNCTION statistics_frozen();
