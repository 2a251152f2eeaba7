//! Who sends what. A claim is a lease: until it runs out nobody else touches the message, and afterwards nothing is settled
//! under it any more.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::transport::Outcome;
use super::{Carrier, Composers, Message, MessageState, Notice, Verdict, keeping, silence};
use crate::platform::Platform;
use crate::platform::db::schema::outbox;
use crate::platform::db::{Conn, savepoint, types::sql};
use crate::platform::error::Result;
use crate::platform::ids::{Id, UtcTime};

/// How many messages one round takes.
const BATCH: i64 = 20;
/// After so many failures a message is dead and waits for a person.
const ATTEMPTS: i32 = 12;
/// How long after sending a gateway is first asked what became of a message.
const FIRST_QUESTION: TimeDelta = TimeDelta::seconds(30);

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = sql::Id)]
    id: Id,
    #[diesel(sql_type = diesel::sql_types::Text)]
    kind: String,
    #[diesel(sql_type = diesel::sql_types::Binary)]
    message: Vec<u8>,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    attempts: i32,
    #[diesel(sql_type = sql::UtcTime)]
    created_at: UtcTime,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    channel: Option<Carrier>,
    #[diesel(sql_type = diesel::sql_types::Nullable<sql::Id>)]
    recipient_id: Option<Id>,
    #[diesel(sql_type = diesel::sql_types::Nullable<sql::Id>)]
    subject_id: Option<Id>,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    in_doubt: bool,
}

/// A message that this instance may send until its lease runs out.
#[derive(Debug)]
pub(super) struct Claimed {
    /// Names the message.
    pub id: Id,
    /// Which attempt this is.
    pub attempts: i32,
    /// Until when the claim holds.
    pub lease: UtcTime,
    /// Nobody knows whether an earlier attempt went through.
    pub in_doubt: bool,
    /// What to send, or why it cannot be said.
    pub message: std::result::Result<Message, &'static str>,
}

/// What a round has in hand.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// How many messages were due.
    pub due: usize,
    /// Those to be sent.
    pub claimed: Vec<Claimed>,
}

/// Claims what is due and decides, in the same transaction, what each notice says. Claims that ran out come first.
pub(super) fn claim(
    conn: &mut Conn,
    platform: &Platform,
    composers: &Composers,
    lease: TimeDelta,
    now: UtcTime,
) -> Result<Round> {
    let until = now + lease;
    let mut rows = take(conn, MessageState::Claimed, BATCH, until, now)?;
    let room = BATCH - i64::try_from(rows.len()).unwrap_or(BATCH);
    if room > 0 {
        rows.extend(take(conn, MessageState::Queued, room, until, now)?);
    }
    rows.sort_by_key(|row| row.id);
    let mut round = Round { due: rows.len(), claimed: Vec::with_capacity(rows.len()) };
    for row in rows {
        round.claimed.extend(prepare(conn, platform, composers, row, until, now)?);
    }
    Ok(round)
}

fn take(conn: &mut Conn, state: MessageState, limit: i64, until: UtcTime, now: UtcTime) -> Result<Vec<Row>> {
    let skip = match conn {
        Conn::Postgres(_) => "FOR UPDATE SKIP LOCKED",
        Conn::Sqlite(_) => "",
    };
    // A claim that ran out leaves open whether its holder had sent the message already.
    let rows = diesel::sql_query(format!(
        "UPDATE outbox SET in_doubt = (in_doubt OR state = 'claimed'), state = 'claimed', due_at = $1, attempts = attempts + 1 \
         WHERE id IN (SELECT id FROM outbox WHERE state = '{}' AND due_at <= $2 ORDER BY due_at LIMIT {limit} {skip}) \
         RETURNING id, kind, message, attempts, created_at, channel, recipient_id, subject_id, in_doubt",
        state.as_str()
    ))
    .bind::<sql::UtcTime, _>(until)
    .bind::<sql::UtcTime, _>(now)
    .load(conn)?;
    Ok(rows)
}

/// What is to be sent, if anything.
fn prepare(
    conn: &mut Conn,
    platform: &Platform,
    composers: &Composers,
    row: Row,
    lease: UtcTime,
    now: UtcTime,
) -> Result<Option<Claimed>> {
    let kept = || match row.channel {
        Some(channel) => Message::open(&platform.sealer, row.id, channel, &row.message).map_err(|_| "seal"),
        None => Err("seal"),
    };
    let message = match notice_of(&row) {
        None => match kept() {
            Ok(message) if silence::is_kept_from(conn, &platform.sealer, &message)? => {
                finish(conn, row.id, MessageState::Dropped, now)?;
                return Ok(None);
            }
            message => message,
        },
        Some(notice) if silence::holds_for(conn, notice.recipient)? => {
            finish(conn, row.id, MessageState::Dropped, now)?;
            return Ok(None);
        }
        Some(notice) => match decide(conn, platform, composers, &notice, now) {
            Err(what) => Err(what),
            // What may have gone already goes again as it was, or not at all.
            Ok(Verdict::Send(_)) if row.in_doubt && !row.message.is_empty() => kept(),
            Ok(Verdict::Send(message)) => {
                let sealed = message.seal(&platform.sealer, row.id)?;
                diesel::update(outbox::table.find(row.id))
                    .set((outbox::channel.eq(Some(message.channel())), outbox::message.eq(sealed)))
                    .execute(conn)?;
                Ok(message)
            }
            Ok(Verdict::Later(when)) => {
                put_off(conn, row.id, when)?;
                return Ok(None);
            }
            Ok(Verdict::NotAnyMore) => {
                finish(conn, row.id, MessageState::Dropped, now)?;
                return Ok(None);
            }
        },
    };
    Ok(Some(Claimed { id: row.id, attempts: row.attempts, lease, in_doubt: row.in_doubt, message }))
}

fn notice_of(row: &Row) -> Option<Notice> {
    let (recipient, subject) = row.recipient_id.zip(row.subject_id)?;
    Some(Notice { id: row.id, kind: row.kind.clone(), recipient, subject, created_at: row.created_at })
}

fn decide(
    conn: &mut Conn,
    platform: &Platform,
    composers: &Composers,
    notice: &Notice,
    now: UtcTime,
) -> std::result::Result<Verdict, &'static str> {
    // Unknown to an older instance while a newer one is being rolled out.
    let compose = composers.of(&notice.kind).ok_or("kind")?;
    savepoint(conn, |conn| compose(conn, platform, notice, now)).map_err(|error| {
        tracing::warn!(message.id = %notice.id, code = error.code().as_str(), "a notice could not be put into words");
        "words"
    })
}

/// Not an attempt: it goes back to the queue.
fn put_off(conn: &mut Conn, id: Id, when: UtcTime) -> Result<()> {
    diesel::update(outbox::table.find(id))
        .set((outbox::state.eq(MessageState::Queued), outbox::due_at.eq(when), outbox::attempts.eq(outbox::attempts - 1)))
        .execute(conn)?;
    Ok(())
}

fn finish(conn: &mut Conn, id: Id, state: MessageState, now: UtcTime) -> Result<()> {
    diesel::update(outbox::table.find(id))
        .set((outbox::state.eq(state), outbox::message.eq(Vec::<u8>::new()), outbox::keep_until.eq(Some(now + keeping::DONE))))
        .execute(conn)?;
    Ok(())
}

/// Gives back what there is no more time for under this claim.
pub(super) fn give_back(conn: &mut Conn, ids: &[Id], lease: UtcTime, now: UtcTime) -> Result<()> {
    let mine = outbox::table
        .filter(outbox::id.eq_any(ids.to_vec()))
        .filter(outbox::state.eq(MessageState::Claimed))
        .filter(outbox::due_at.eq(lease));
    diesel::update(mine)
        .set((outbox::state.eq(MessageState::Queued), outbox::due_at.eq(now), outbox::attempts.eq(outbox::attempts - 1)))
        .execute(conn)?;
    Ok(())
}

/// True while the claim holds and nothing that happened since has overtaken the message.
pub(super) fn holds(conn: &mut Conn, id: Id, lease: UtcTime) -> Result<bool> {
    let mine = outbox::table.find(id).filter(outbox::state.eq(MessageState::Claimed)).filter(outbox::due_at.eq(lease));
    Ok(mine.select(outbox::id).get_result::<Id>(conn).optional()?.is_some())
}

/// Writes down what became of an attempt; false when the claim had run out meanwhile and somebody else decides.
pub(super) fn settle(conn: &mut Conn, id: Id, attempts: i32, lease: UtcTime, outcome: &Outcome, now: UtcTime) -> Result<bool> {
    let of = |states: &[MessageState]| {
        outbox::table.find(id).filter(outbox::state.eq_any(states.to_vec())).filter(outbox::due_at.eq(lease))
    };
    let mine = of(&[MessageState::Claimed]);
    let changed = match outcome {
        // Once it is gone the words are not kept. One that was overtaken at the very moment it went has gone all the same.
        Outcome::Sent { remote } => diesel::update(of(&[MessageState::Claimed, MessageState::Dropped]))
            .set((
                outbox::state.eq(MessageState::Sent),
                outbox::sent_at.eq(Some(now)),
                outbox::message.eq(Vec::<u8>::new()),
                outbox::in_doubt.eq(false),
                outbox::failure.eq(None::<&str>),
                outbox::remote_id.eq(remote.clone()),
                outbox::poll_at.eq(remote.as_ref().map(|_| now + FIRST_QUESTION)),
                outbox::keep_until.eq(Some(now + keeping::DONE)),
            ))
            .execute(conn)?,
        Outcome::Refused { what } => diesel::update(mine)
            .set((
                outbox::state.eq(MessageState::Failed),
                outbox::failure.eq(Some(*what)),
                outbox::in_doubt.eq(false),
                outbox::keep_until.eq(Some(now + keeping::UNDONE)),
            ))
            .execute(conn)?,
        Outcome::Retry { what, after, in_doubt } => {
            let dead = attempts >= ATTEMPTS;
            let state = if dead { MessageState::Dead } else { MessageState::Queued };
            let pause = after.map_or(wait(attempts), |after| after.clamp(TimeDelta::seconds(1), TimeDelta::hours(1)));
            diesel::update(mine)
                .set((
                    outbox::state.eq(state),
                    outbox::due_at.eq(now + pause),
                    outbox::failure.eq(Some(*what)),
                    outbox::in_doubt.eq(*in_doubt),
                    outbox::keep_until.eq(dead.then(|| now + keeping::UNDONE)),
                ))
                .execute(conn)?
        }
    };
    Ok(changed == 1)
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
