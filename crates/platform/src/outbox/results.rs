//! What became of an attempt to send a claimed message, and how it is stored.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::carriers::Carriers;
use super::claims::{Claimed, released};
use super::outcome::{AttemptHistory, NextStep, Outcome, next_step};
use super::{MessageCarrier, MessageState, admin};
use crate::Tx;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::schema::outbox;

/// How long after sending a gateway is first asked for the delivery status.
const FIRST_POLL_DELAY: TimeDelta = TimeDelta::seconds(30);

/// The result of an attempt.
#[derive(Debug, Clone)]
pub(super) struct AttemptResult {
    /// The id of the message.
    pub id: Id,
    /// The token of its claim.
    pub token: Id,
    /// The outcome of the attempt.
    pub outcome: Outcome,
    /// True when it was handed over, as [`super::claims::hand_over`] recorded.
    pub handed_over: bool,
    /// What follows, unless it was delivered.
    pub next: Option<NextStep>,
    /// Since when it has been due.
    pub overdue_since: UtcTime,
    /// Tries that have counted so far.
    pub attempts: i32,
    /// Hand-overs without an answer before this attempt.
    pub doubts: i32,
    /// True when the attempt counts towards giving up.
    pub counts: bool,
    /// The wait before the next try, if the failure was the carrier's.
    pub carrier_retry_delay: TimeDelta,
}

impl Claimed {
    /// True when the carrier refuses with the same error as the last time this message was tried, and has accepted others since.
    pub(super) fn is_refused_on_its_own(&self, outcome: &Outcome, carrier: MessageCarrier, carriers: &Carriers) -> bool {
        matches!(outcome, Outcome::Misconfigured { .. })
            && self
                .failed
                .as_ref()
                .is_some_and(|(what, at)| Some(what.as_str()) == outcome.what() && carriers.accepted_since(carrier, *at))
    }
}

impl AttemptResult {
    /// The result of a claimed message's attempt, with what follows from it.
    pub(super) fn new(
        claimed: &Claimed,
        outcome: Outcome,
        handed_over: bool,
        (carrier_took_others, with_carrier): (bool, TimeDelta),
        now: UtcTime,
    ) -> Self {
        let doubts = claimed.doubts + i32::from(handed_over);
        let overdue = now.get() - claimed.overdue_since.get();
        let tried = AttemptHistory {
            id: claimed.id,
            tries: claimed.attempts,
            doubts,
            overdue,
            carrier_accepted_others: carrier_took_others,
        };
        let next = next_step(&outcome, tried);
        let counts = carrier_took_others
            || matches!(outcome, Outcome::Temporary { counts: true, .. } | Outcome::InDoubt { .. } | Outcome::Refused { .. });
        Self {
            counts,
            carrier_retry_delay: with_carrier,
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

/// Stores the result of an attempt; false when the message is no longer under this claim and another instance decides.
pub(super) fn store_result(tx: &mut Tx, ended: &AttemptResult) -> Result<bool> {
    let of = |states: &[MessageState]| {
        outbox::table
            .find(ended.id)
            .filter(outbox::state.eq_any(states.to_vec()))
            .filter(outbox::claim_token.eq(Some(ended.token)))
    };
    let mine = of(&[MessageState::Claimed]);
    let changed = match (&ended.outcome, ended.next) {
        // The text of a sent message is not kept. A message that was replaced at the moment it was sent counts as sent.
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
                outbox::poll_at.eq(remote.as_ref().map(|_| tx.now + FIRST_POLL_DELAY)),
                outbox::keep_until.eq(Some(tx.now + admin::RETAIN_FINISHED)),
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
                NextStep::RetryAfter(pause) => (MessageState::Queued, tx.now + pause, None),
                NextStep::RetryWithCarrier => (MessageState::Queued, tx.now + ended.carrier_retry_delay, None),
                NextStep::Failed => (MessageState::Failed, tx.now, Some(tx.now + admin::RETAIN_UNSENT)),
                NextStep::Dead => (MessageState::Dead, tx.now, Some(tx.now + admin::RETAIN_UNSENT)),
                NextStep::AskPerson => (MessageState::InDoubt, tx.now, Some(tx.now + admin::RETAIN_UNSENT)),
            };
            let doubts = match outcome {
                // The doubt ends when the carrier is asked, so it does not grow.
                Outcome::InDoubt { answered: true, .. } => 1,
                Outcome::InDoubt { .. } => ended.doubts + i32::from(ended.handed_over),
                // It was certainly not accepted this time.
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
