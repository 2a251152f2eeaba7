-- The text with which each migration was run, as a SHA-256 in hexadecimal. A start compares it with the program's own.

CREATE TABLE migration_checksums (
    version TEXT PRIMARY KEY NOT NULL,
    checksum TEXT NOT NULL
);
