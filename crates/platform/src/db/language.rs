//! The language of PostgreSQL's messages. The driver does not pass on the SQLSTATE, so most errors are recognised by the English
//! text of their messages (see [`super::outage`]).

use diesel::connection::SimpleConnection;
use diesel::sql_types::{Bool, Text};
use diesel::{PgConnection, QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::conn::Conn;

/// Makes the server produce a well-known message: the name of a locale shows neither whether its translations are installed nor
/// whether the server's environment chooses others.
const RAISE_KNOWN_ERROR: &str = "DO $$ BEGIN PERFORM 1 / 0; EXCEPTION WHEN division_by_zero THEN \
    PERFORM set_config('confide.message', SQLERRM, false); END $$;";

#[derive(QueryableByName)]
struct Language {
    #[diesel(sql_type = Bool)]
    is_english: bool,
    #[diesel(sql_type = Text)]
    locale: String,
    #[diesel(sql_type = Text)]
    role: String,
}

fn language(conn: &mut PgConnection) -> QueryResult<Language> {
    conn.batch_execute(RAISE_KNOWN_ERROR)?;
    sql_query(
        "SELECT current_setting('confide.message') = 'division by zero' AS is_english, \
         current_setting('lc_messages') AS locale, quote_ident(session_user::text) AS role",
    )
    .get_result(conn)
}

/// A sentence for the operator when the server's messages on this connection are in another language, with the remedy.
///
/// # Errors
/// When the server cannot be asked.
pub fn warning(conn: &mut Conn) -> QueryResult<Option<String>> {
    let Conn::Postgres(conn) = conn else { return Ok(None) };
    let Language { is_english, locale, role } = language(conn)?;
    Ok((!is_english).then(|| {
        format!(
            "PostgreSQL's messages are not in English (lc_messages is '{locale}'), and this role may not choose English, so a \
             full disk, a lock time-out and a missing right are not recognised and are answered with 500 instead of 503. A \
             superuser should \
             run this once: ALTER ROLE {role} SET lc_messages = 'C'"
        )
    }))
}
