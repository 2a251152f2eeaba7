//! Checks that the database can be read and written, by doing both.

use diesel::connection::SimpleConnection;
use diesel::sql_types::Bool;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::conn::Conn;
use super::outage::Outage;
use super::status::AccessMode;
use crate::error::{Error, Result};

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    read_only: bool,
}

/// Eight megabytes, to detect a disk on which only space that is already allocated can be written.
const FILLER: &str = "CREATE TEMPORARY TABLE confide_filler ON COMMIT DROP AS \
    SELECT repeat(md5(number::text), 60) AS filler FROM generate_series(1, 4000) AS number";

/// Reads, or writes something that is not stored. With `was_full` it also checks for free space on the disk.
pub(super) fn check(conn: &mut Conn, mode: AccessMode, was_full: bool) -> Result<()> {
    match mode {
        AccessMode::Read => {
            let read = sql_query("SELECT version FROM __diesel_schema_migrations LIMIT 1").execute(conn);
            read.map(drop)
                .map_err(|error| Outage::of(&error).map_or_else(|| Error::outage(Outage::NotMigrated), |_| error.into()))
        }
        AccessMode::Write => match conn {
            // A number in the file's header that is not used: it goes through the log to the disk like any other write.
            Conn::Sqlite(inner) => Ok(inner.batch_execute("PRAGMA user_version = 1")?),
            Conn::Postgres(inner) => {
                let state =
                    sql_query("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS read_only");
                if state.get_result::<Answer>(inner)?.read_only {
                    return Err(Error::outage(Outage::ReadOnly));
                }
                // A transaction with an id is written to the disk when it is committed.
                sql_query("SELECT txid_current()").execute(inner)?;
                if was_full {
                    inner.batch_execute(FILLER)?;
                }
                Ok(())
            }
        },
    }
}
