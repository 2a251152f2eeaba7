//! The SQL side of the shared column types, for `table!`.

use diesel::query_builder::QueryId;
use diesel::sql_types::{SqlOrd, SqlType};

/// `timestamptz` on PostgreSQL, fixed-width RFC 3339 text on SQLite (so that text order is time order).
#[derive(Debug, SqlType, QueryId, Clone, Copy)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Text"))]
pub struct UtcTime;

impl SqlOrd for UtcTime {}

/// `uuid` on PostgreSQL, hyphenated text on SQLite.
#[derive(Debug, SqlType, QueryId, Clone, Copy)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Id;

impl SqlOrd for Id {}
