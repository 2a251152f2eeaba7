DROP TABLE statistics_cells;
DROP TABLE statistics_snapshots;
