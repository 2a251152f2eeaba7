-- What a role needs to serve, and no more: it adds rows to the audit trail and puts them in the chain, and cannot change or remove
-- one. Run it as the owner of the database after each `confide migrate`. Replace confide_service with the name of the role.

GRANT USAGE ON SCHEMA public TO confide_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO confide_service;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO confide_service;

-- Migrations are the owner's.
REVOKE INSERT, UPDATE, DELETE ON __diesel_schema_migrations, migration_checksums FROM confide_service;

-- The trail. The triggers refuse a change of what is chained already.
REVOKE UPDATE, DELETE ON audit_events FROM confide_service;
GRANT UPDATE (chain_number, chain_hash, chain_form) ON audit_events TO confide_service;
