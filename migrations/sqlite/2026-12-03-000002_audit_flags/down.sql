DROP TABLE audit_flags;
