//! Proving that the database can be read and written, by doing it.

use diesel::connection::SimpleConnection;
use diesel::sql_types::Bool;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::conn::Conn;
use super::outage::Outage;
use super::watch::Lane;
use crate::error::{Error, Result};

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    read_only: bool,
}

/// Eight megabytes, so that a disk on which only what is already allocated can be written is found out.
const ROOM: &str = "CREATE TEMPORARY TABLE confide_room ON COMMIT DROP AS \
    SELECT repeat(md5(number::text), 60) AS filler FROM generate_series(1, 4000) AS number";

/// Reads, or writes something that leaves no trace. `was_full` asks for room on the disk as well.
pub(super) fn prove(conn: &mut Conn, lane: Lane, was_full: bool) -> Result<()> {
    match lane {
        Lane::Read => {
            let read = sql_query("SELECT version FROM __diesel_schema_migrations LIMIT 1").execute(conn);
            read.map(drop).map_err(|error| Outage::of(&error).map_or_else(|| Error::outage(Outage::Unprepared), |_| error.into()))
        }
        Lane::Write => match conn {
            // A number in the file's header that nobody reads: it goes through the log to the disk as any other write does.
            Conn::Sqlite(inner) => Ok(inner.batch_execute("PRAGMA user_version = 1")?),
            Conn::Postgres(inner) => {
                let state =
                    sql_query("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS read_only");
                if state.get_result::<Answer>(inner)?.read_only {
                    return Err(Error::outage(Outage::ReadOnly));
                }
                // A transaction with a number is written to the disk when it is committed.
                sql_query("SELECT txid_current()").execute(inner)?;
                if was_full {
                    inner.batch_execute(ROOM)?;
                }
                Ok(())
            }
        },
    }
}
