//! Which instance sends what. A claim has a token of its own and ends by the database's clock, which all instances share: until then
//! no other instance touches the message, and what became of it is written down only under the same token.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::bounds::{self, Going};
use super::carriers::Carriers;
use super::outcome::{DOUBTS, Next, Outcome, Tried, next};
use super::timing::{self, Beside, Mine};
use super::{Composers, Message, MessageCarrier, MessageState, Notice, Verdict, keeping, silence};
use crate::Tx;
use crate::db::Conn;
use crate::db::types::sql;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::schema::outbox;

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
    #[diesel(sql_type = sql::UtcTime)]
    due_at: UtcTime,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    channel: Option<MessageCarrier>,
    #[diesel(sql_type = diesel::sql_types::Nullable<sql::Id>)]
    recipient_id: Option<Id>,
    #[diesel(sql_type = diesel::sql_types::Nullable<sql::Id>)]
    subject_id: Option<Id>,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    doubts: i32,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    failure: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<sql::UtcTime>)]
    tried_at: Option<UtcTime>,
    #[diesel(sql_type = diesel::sql_types::Nullable<sql::UtcTime>)]
    overdue_since: Option<UtcTime>,
}

const COLUMNS: &str = "id, kind, message, attempts, created_at, due_at, channel, recipient_id, subject_id, doubts, failure, tried_at, \
                       overdue_since";

/// A message that this instance may send while its claim holds.
#[derive(Debug)]
pub(super) struct Claimed {
    /// Names the message.
    pub id: Id,
    /// The token under which it is claimed.
    pub token: Id,
    /// Tries that counted so far.
    pub attempts: i32,
    /// Hand-overs without an answer so far.
    pub doubts: i32,
    /// Since when it has been due.
    pub overdue_since: UtcTime,
    /// What failed last, and when.
    pub failed: Option<(String, UtcTime)>,
    /// What to send, or why it cannot be put into words.
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

/// What a round is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub carrier: MessageCarrier,
    /// How many at most.
    pub limit: usize,
    /// For how long.
    pub lease: TimeDelta,
}

/// Claims what is due for a carrier and decides, in the same transaction, what each notice says. A notice whose carrier is not
/// known yet is taken by any; when it turns out to be for another carrier it is passed on. Claims that ended come first.
pub(super) fn claim(tx: &mut Tx, composers: &Composers, wanted: Wanted) -> Result<Round> {
    let token = Id::new(tx.now);
    let mut rows = Vec::new();
    for state in [MessageState::Claimed, MessageState::Queued] {
        for decided in [true, false] {
            let room = wanted.limit - rows.len().min(wanted.limit);
            if room > 0 {
                rows.extend(take(tx, state, decided.then_some(wanted.carrier), room, wanted.lease, token)?);
            }
        }
    }
    rows.sort_by_key(|row| row.id);
    let mut round = Round { due: rows.len(), claimed: Vec::with_capacity(rows.len()) };
    for row in rows {
        round.claimed.extend(prepare(tx, composers, wanted.carrier, row, token)?);
    }
    Ok(round)
}

/// The database's clock, and that clock some time later.
fn clock(conn: &Conn, later: TimeDelta) -> (&'static str, String) {
    let milliseconds = later.num_milliseconds();
    match conn {
        Conn::Postgres(_) => ("clock_timestamp()", format!("clock_timestamp() + interval '{milliseconds} milliseconds'")),
        // Written as the column is: microseconds, of which SQLite knows the first three digits.
        Conn::Sqlite(_) => (
            "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')",
            format!("strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '+{}.{:03} seconds')", milliseconds / 1000, milliseconds % 1000),
        ),
    }
}

fn take(
    tx: &mut Tx,
    state: MessageState,
    carrier: Option<MessageCarrier>,
    limit: usize,
    lease: TimeDelta,
    token: Id,
) -> Result<Vec<Row>> {
    let (database_now, until) = clock(tx.conn, lease);
    let skip = if matches!(tx.conn, Conn::Postgres(_)) { "FOR UPDATE SKIP LOCKED" } else { "" };
    let whose = carrier.map_or_else(|| "channel IS NULL".to_owned(), |carrier| format!("channel = '{}'", carrier.as_str()));
    let (due, order) = match state {
        // What was handed over twice without an answer is not handed over again by itself.
        MessageState::Claimed => (format!("lease_until <= {database_now} AND due_at <= $2 AND doubts < {DOUBTS}"), "lease_until"),
        _ => ("due_at <= $2".to_owned(), "due_at"),
    };
    let rows = diesel::sql_query(format!(
        "UPDATE outbox SET state = 'claimed', claim_token = $1, lease_until = {until} \
         WHERE id IN (SELECT id FROM outbox WHERE state = '{}' AND {whose} AND {due} ORDER BY {order} LIMIT {limit} {skip}) \
         RETURNING {COLUMNS}",
        state.as_str()
    ))
    .bind::<sql::Id, _>(token)
    .bind::<sql::UtcTime, _>(tx.now)
    .load(tx.conn)?;
    Ok(rows)
}

/// Messages whose claim ended, as it does when an instance dies, after they had been handed over twice: a person decides. Returns how
/// many.
pub(super) fn ask_person(tx: &mut Tx) -> Result<usize> {
    let (database_now, _) = clock(tx.conn, TimeDelta::zero());
    let done = diesel::sql_query(format!(
        "UPDATE outbox SET state = 'in_doubt', claim_token = NULL, lease_until = NULL, failure = 'sender gone', keep_until = $1 \
         WHERE state = 'claimed' AND doubts >= {DOUBTS} AND lease_until <= {database_now}"
    ))
    .bind::<sql::UtcTime, _>(tx.now + keeping::UNDONE)
    .execute(tx.conn)?;
    Ok(done)
}

/// What is to be sent, if anything.
fn prepare(tx: &mut Tx, composers: &Composers, carrier: MessageCarrier, row: Row, token: Id) -> Result<Option<Claimed>> {
    let kept = || match row.channel {
        Some(channel) => Message::open(tx.sealer, row.id, channel, &row.message).map_err(|_| "seal"),
        None => Err("seal"),
    };
    let notice = notice_of(&row);
    if let Some(why) = is_past(tx, composers, &row, notice.as_ref())? {
        drop_one(tx, row.id, Some(why))?;
        return Ok(None);
    }
    let verdict = match &notice {
        None => match kept() {
            Ok(message) if silence::is_kept_from(tx, &message)? => Ok(Verdict::NotAnyMore),
            message => message.map(Verdict::Send),
        },
        Some(notice) if silence::holds_for(tx, notice.recipient)? => Ok(Verdict::NotAnyMore),
        Some(notice) => match decide(tx, composers, notice) {
            // What may have gone already goes again as it was, or not at all.
            Ok(Verdict::Send(_)) if row.doubts > 0 && !row.message.is_empty() => kept().map(Verdict::Send),
            verdict => verdict,
        },
    };
    let message = match verdict {
        Err(what) => Err(what),
        Ok(verdict) => match bounds::hold(tx, composers, going(&row), verdict)? {
            Verdict::Later(when) => return put_back(tx, row.id, when).map(|()| None),
            Verdict::NotAnyMore => return drop_one(tx, row.id, None).map(|()| None),
            Verdict::Send(message) => {
                if notice.is_some() {
                    let sealed = message.seal(tx.sealer, row.id)?;
                    diesel::update(outbox::table.find(row.id))
                        .set((outbox::channel.eq(Some(message.channel())), outbox::message.eq(sealed)))
                        .execute(tx.conn)?;
                    if message.channel() != carrier {
                        return put_back(tx, row.id, row.due_at).map(|()| None);
                    }
                }
                Ok(message)
            }
        },
    };
    Ok(Some(Claimed {
        id: row.id,
        token,
        attempts: row.attempts,
        doubts: row.doubts,
        overdue_since: row.overdue_since.unwrap_or(row.due_at),
        failed: row.failure.zip(row.tried_at),
        message,
    }))
}

/// Why a message is not to go any more, whatever it says: it is too late for its kind, or another says as much.
fn is_past(tx: &mut Tx, composers: &Composers, row: &Row, notice: Option<&Notice>) -> Result<Option<&'static str>> {
    let timing = composers.timing(&row.kind);
    // A link or a code lives from when it was made; a notice is as late as it is behind its own time.
    let since = if notice.is_some() { row.overdue_since.unwrap_or(row.due_at) } else { row.created_at };
    if timing.is_some_and(|timing| timing.is_late(since, tx.now)) {
        return Ok(Some("too late"));
    }
    let Some(notice) = notice else { return Ok(None) };
    let mine = Mine { id: row.id, kind: &row.kind, due_at: row.due_at, recipient: notice.recipient, subject: notice.subject };
    let beside = |kind: &str| composers.timing(kind).map_or(Beside::News, |timing| timing.beside);
    Ok(timing::is_overtaken(tx, mine, beside)?.then_some("overtaken"))
}

fn going(row: &Row) -> Going<'_> {
    // Words without an account are there from the first; those about nothing are counted where they are asked for.
    let is_fresh = row.recipient_id.is_none() && row.subject_id.is_some() && row.tried_at.is_none() && row.doubts == 0;
    Going { id: row.id, kind: &row.kind, is_known: !row.message.is_empty() && !is_fresh }
}

fn notice_of(row: &Row) -> Option<Notice> {
    let (recipient, subject) = row.recipient_id.zip(row.subject_id)?;
    Some(Notice { id: row.id, kind: row.kind.clone(), recipient, subject, created_at: row.created_at })
}

fn decide(tx: &mut Tx, composers: &Composers, notice: &Notice) -> std::result::Result<Verdict, &'static str> {
    // Unknown to an older instance while a newer one is being rolled out.
    let compose = composers.of(&notice.kind).ok_or("kind")?;
    tx.savepoint(|tx| compose(tx, notice)).map_err(|error| {
        tracing::warn!(message.id = %notice.id, code = error.reason().code().as_str(), "a notice could not be put into words");
        "words"
    })
}

/// Not an attempt: it goes back to the queue.
fn put_back(tx: &mut Tx, id: Id, when: UtcTime) -> Result<()> {
    diesel::update(outbox::table.find(id))
        .set((outbox::state.eq(MessageState::Queued), outbox::due_at.eq(when), released()))
        .execute(tx.conn)?;
    Ok(())
}

fn drop_one(tx: &mut Tx, id: Id, why: Option<&'static str>) -> Result<()> {
    diesel::update(outbox::table.find(id))
        .set((
            outbox::state.eq(MessageState::Dropped),
            outbox::message.eq(Vec::<u8>::new()),
            outbox::failure.eq(why),
            outbox::keep_until.eq(Some(tx.now + keeping::DONE)),
            released(),
        ))
        .execute(tx.conn)?;
    Ok(())
}

type Released = (diesel::dsl::Eq<outbox::claim_token, Option<Id>>, diesel::dsl::Eq<outbox::lease_until, Option<UtcTime>>);

/// No claim any more.
fn released() -> Released {
    (outbox::claim_token.eq(None), outbox::lease_until.eq(None))
}

/// The last look before a message is handed over: true while the claim holds and nothing has overtaken the message. From here on
/// it may have gone, so that is written down first; the claim begins again, for the time that the answer may take.
pub(super) fn hand_over(tx: &mut Tx, id: Id, token: Id, lease: TimeDelta) -> Result<bool> {
    let (database_now, until) = clock(tx.conn, lease);
    let held = diesel::sql_query(format!(
        "UPDATE outbox SET doubts = doubts + 1, lease_until = {until} \
         WHERE id = $1 AND claim_token = $2 AND state = 'claimed' AND lease_until > {database_now}"
    ))
    .bind::<sql::Id, _>(id)
    .bind::<sql::Id, _>(token)
    .execute(tx.conn)?;
    Ok(held == 1)
}

/// How an attempt ended.
#[derive(Debug, Clone)]
pub(super) struct Ended {
    /// Names the message.
    pub id: Id,
    /// The token of its claim.
    pub token: Id,
    /// What became of it.
    pub outcome: Outcome,
    /// It was handed over, as [`hand_over`] wrote down.
    pub handed_over: bool,
    /// What follows, where it was not delivered.
    pub next: Option<Next>,
    /// Since when it has been due.
    pub overdue_since: UtcTime,
    /// Tries that counted so far.
    pub attempts: i32,
    /// Hand-overs without an answer before this attempt.
    pub doubts: i32,
    /// The try counts towards giving up.
    pub counts: bool,
    /// When it is tried again, if it suffered from its carrier.
    pub with_carrier: TimeDelta,
}

impl Claimed {
    /// True when the carrier refuses us with the same words as when this message was tried before, and has taken others since.
    pub(super) fn is_refused_alone(&self, outcome: &Outcome, carrier: MessageCarrier, carriers: &Carriers) -> bool {
        matches!(outcome, Outcome::Misconfigured { .. })
            && self
                .failed
                .as_ref()
                .is_some_and(|(what, at)| Some(what.as_str()) == outcome.what() && carriers.took_since(carrier, *at))
    }
}

impl Ended {
    /// The end of a claimed message's attempt, with what follows from it.
    pub(super) fn new(
        claimed: &Claimed,
        outcome: Outcome,
        handed_over: bool,
        (carrier_took_others, with_carrier): (bool, TimeDelta),
        now: UtcTime,
    ) -> Self {
        let doubts = claimed.doubts + i32::from(handed_over);
        let overdue = now.get() - claimed.overdue_since.get();
        let tried = Tried { id: claimed.id, tries: claimed.attempts, doubts, overdue, carrier_took_others };
        let next = next(&outcome, tried);
        let counts = carrier_took_others
            || matches!(outcome, Outcome::Temporary { counts: true, .. } | Outcome::InDoubt { .. } | Outcome::Refused { .. });
        Self {
            counts,
            with_carrier,
            id: claimed.id,
            token: claimed.token,
            outcome,
            handed_over,
            next,
            overdue_since: claimed.overdue_since,
            attempts: claimed.attempts,
            doubts: claimed.doubts,
        }
    }
}

/// Writes down how an attempt ended; false when the message is not under this claim any more and another instance decides.
pub(super) fn settle(tx: &mut Tx, ended: &Ended) -> Result<bool> {
    let of = |states: &[MessageState]| {
        outbox::table
            .find(ended.id)
            .filter(outbox::state.eq_any(states.to_vec()))
            .filter(outbox::claim_token.eq(Some(ended.token)))
    };
    let mine = of(&[MessageState::Claimed]);
    let changed = match (&ended.outcome, ended.next) {
        // Once it is gone the words are not kept. One that was overtaken at the very moment it went has gone all the same.
        (Outcome::Delivered { remote }, _) => diesel::update(of(&[MessageState::Claimed, MessageState::Dropped]))
            .set((
                outbox::state.eq(MessageState::Sent),
                outbox::sent_at.eq(Some(tx.now)),
                outbox::tried_at.eq(Some(tx.now)),
                outbox::attempts.eq(ended.attempts + 1),
                outbox::message.eq(Vec::<u8>::new()),
                outbox::doubts.eq(0),
                outbox::failure.eq(None::<&str>),
                outbox::overdue_since.eq(None::<UtcTime>),
                outbox::remote_id.eq(remote.clone()),
                outbox::poll_at.eq(remote.as_ref().map(|_| tx.now + FIRST_QUESTION)),
                outbox::keep_until.eq(Some(tx.now + keeping::DONE)),
                released(),
            ))
            .execute(tx.conn)?,
        (_, None) => {
            diesel::update(mine)
                .set((outbox::state.eq(MessageState::Queued), outbox::doubts.eq(ended.doubts), released()))
                .execute(tx.conn)?;
            return Ok(true);
        }
        (outcome, Some(next)) => {
            let (state, due, keep) = match next {
                Next::Again(pause) => (MessageState::Queued, tx.now + pause, None),
                Next::WithCarrier => (MessageState::Queued, tx.now + ended.with_carrier, None),
                Next::Failed => (MessageState::Failed, tx.now, Some(tx.now + keeping::UNDONE)),
                Next::Dead => (MessageState::Dead, tx.now, Some(tx.now + keeping::UNDONE)),
                Next::Person => (MessageState::InDoubt, tx.now, Some(tx.now + keeping::UNDONE)),
            };
            let doubts = match outcome {
                // The doubt ends when the carrier is asked: it never grows.
                Outcome::InDoubt { answered: true, .. } => 1,
                Outcome::InDoubt { .. } => ended.doubts + i32::from(ended.handed_over),
                // It was surely not taken this time.
                _ => ended.doubts,
            };
            diesel::update(mine)
                .set((
                    outbox::state.eq(state),
                    outbox::due_at.eq(due),
                    outbox::tried_at.eq(Some(tx.now)),
                    outbox::attempts.eq(ended.attempts + i32::from(ended.counts)),
                    outbox::failure.eq(outcome.what()),
                    outbox::doubts.eq(doubts),
                    outbox::overdue_since.eq(Some(ended.overdue_since)),
                    outbox::keep_until.eq(keep),
                    released(),
                ))
                .execute(tx.conn)?
        }
    };
    Ok(changed == 1)
}
