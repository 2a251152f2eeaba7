//! Sends what is due. Several instances share the work: a claimed letter is not due again until its lease runs out.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::transport::Transport;
use super::{Letter, place};
use crate::platform::Platform;
use crate::platform::db::schema::outbox;
use crate::platform::db::{Conn, types::sql};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{Id, UtcTime};

/// How many letters one round takes.
const BATCH: i64 = 20;
/// How long a claim lasts. A worker that dies gives its letters back by waiting.
const LEASE: TimeDelta = TimeDelta::seconds(120);
/// After so many failures a letter is dead and waits for a person.
const ATTEMPTS: i32 = 12;

#[derive(QueryableByName)]
struct Claimed {
    #[diesel(sql_type = sql::Id)]
    id: Id,
    #[diesel(sql_type = diesel::sql_types::Binary)]
    message: Vec<u8>,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    attempts: i32,
}

/// Sends the letters that are due; returns how many were tried.
///
/// # Errors
/// When the database cannot be reached. A letter that cannot be sent is not an error here: it is tried again later.
pub async fn send_due(platform: &Platform, transport: &Transport) -> Result<usize> {
    let now = platform.clock.now();
    let claimed = platform.db.write(move |conn| claim(conn, now)).await?;
    let count = claimed.len();
    for letter in claimed {
        let outcome = match platform.sealer.open_json::<Letter>(place(letter.id), &letter.message) {
            Ok(opened) => {
                let (transport, id) = (transport.clone(), letter.id);
                tokio::task::spawn_blocking(move || transport.send(id, &opened)).await.unwrap_or(Err("sender"))
            }
            Err(_) => Err("seal"),
        };
        if let Err(what) = outcome {
            tracing::warn!(letter.id = %letter.id, letter.attempts = letter.attempts, failed = what, "a letter could not be sent");
        }
        let now = platform.clock.now();
        platform.db.write(move |conn| settle(conn, letter.id, letter.attempts, outcome.is_ok(), now)).await?;
    }
    Ok(count)
}

fn claim(conn: &mut Conn, now: UtcTime) -> Result<Vec<Claimed>> {
    let skip = match conn {
        Conn::Postgres(_) => "FOR UPDATE SKIP LOCKED",
        Conn::Sqlite(_) => "",
    };
    diesel::sql_query(format!(
        "UPDATE outbox SET due_at = $1, attempts = attempts + 1 WHERE id IN \
         (SELECT id FROM outbox WHERE state = 'queued' AND due_at <= $2 ORDER BY due_at LIMIT {BATCH} {skip}) \
         RETURNING id, message, attempts"
    ))
    .bind::<sql::UtcTime, _>(now + LEASE)
    .bind::<sql::UtcTime, _>(now)
    .load(conn)
    .map_err(Error::from)
}

fn settle(conn: &mut Conn, id: Id, attempts: i32, sent: bool, now: UtcTime) -> Result<()> {
    let row = outbox::table.find(id);
    if sent {
        // Once it is gone the words are not kept.
        diesel::update(row)
            .set((outbox::state.eq("sent"), outbox::sent_at.eq(Some(now)), outbox::message.eq(Vec::<u8>::new())))
            .execute(conn)?;
    } else {
        let state = if attempts >= ATTEMPTS { "dead" } else { "queued" };
        diesel::update(row).set((outbox::state.eq(state), outbox::due_at.eq(now + wait(attempts)))).execute(conn)?;
    }
    Ok(())
}

/// 10 s, 20 s, 40 s … at most an hour.
fn wait(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.clamp(1, 10) - 1).unwrap_or(0);
    TimeDelta::seconds(10 * 2_i64.pow(doublings)).min(TimeDelta::hours(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_and_never_exceeds_an_hour() {
        let waits: Vec<i64> = [0, 1, 2, 3, 9, 12, i32::MAX].into_iter().map(|n| wait(n).num_seconds()).collect();
        assert_eq!(waits, [10, 10, 20, 40, 2560, 3600, 3600]);
    }
}
