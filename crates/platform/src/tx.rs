//! What a request handler or a background job works with inside one transaction.

use std::sync::Arc;

use crate::Platform;
use crate::clock::Clock;
use crate::config::Policy;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::http::{Answer, Attempt};
use crate::ids::UtcTime;
use crate::seal::Sealer;

/// The connection and all that a statement needs besides: every query function takes it. It lives as long as the transaction.
pub struct Tx<'a> {
    /// The connection; diesel's statements run on it.
    pub conn: &'a mut Conn,
    /// When the transaction was asked for. It stays the same when the work is done a second time.
    pub now: UtcTime,
    /// Sealing and blind indexes.
    pub sealer: &'a Sealer,
    /// What the operator decided: limits, lifetimes, addresses.
    pub policy: &'a Policy,
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("now", &self.now).finish_non_exhaustive()
    }
}

impl Tx<'_> {
    /// Runs `work` in such a way that its failure undoes only what it did itself. Without this a constraint that refuses a row
    /// ends the whole transaction on PostgreSQL.
    ///
    /// # Errors
    /// What `work` returns.
    pub fn savepoint<T>(&mut self, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        let (now, sealer, policy) = (self.now, self.sealer, self.policy);
        diesel::Connection::transaction(self.conn, |conn| work(&mut Tx { conn, now, sealer, policy }))
    }
}

impl Platform {
    /// The same at another time: for what is to be done as of then.
    #[must_use]
    pub fn at(&self, time: UtcTime) -> Self {
        Self { clock: Clock::set_to(time.get()), ..self.clone() }
    }

    /// Runs `work` on a connection, outside any transaction, and hands back what it returns.
    ///
    /// # Errors
    /// What `work` returns, or [`Error::unavailable`] when the database is away, busy or too slow.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        self.db.read(self.within(work)).await
    }

    /// Runs `work` in one transaction: all of it is kept, or, when it returns an error, nothing. It may run more than once (a lost
    /// race, a lost connection), so it touches nothing but its `Tx`.
    ///
    /// # Errors
    /// What `work` returns, or [`Error::unavailable`] when the database is away, busy or too slow.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        self.db.write(self.within(work)).await
    }

    /// Does `work` in one transaction, once for this caller, key and body: a repeat gets the first answer. Where the address names a
    /// record with versions and the caller sent `If-Match`, nothing is kept unless it names the version that the record had. This
    /// is asked after `work`, so that a record that the caller may not know of is answered as one that is not there, whatever its
    /// version.
    ///
    /// # Errors
    /// What `work` returns; 412 `version_mismatch`; 422 `idempotency_key_reused`.
    pub async fn write_once<F>(&self, attempt: Attempt, work: F) -> Result<Answer>
    where
        F: Fn(&mut Tx) -> Result<Answer> + Send + 'static,
    {
        let answer = self.write_once_if(attempt, move |tx| work(tx).map(Some)).await?;
        answer.ok_or_else(|| Error::internal("a change without an answer"))
    }

    /// The same for work that may refuse although something has to be kept (a wrong try is counted): then it returns none, and so
    /// does a repeat, which is not counted.
    ///
    /// # Errors
    /// As [`Platform::write_once`].
    pub async fn write_once_if<F>(&self, attempt: Attempt, work: F) -> Result<Option<Answer>>
    where
        F: Fn(&mut Tx) -> Result<Option<Answer>> + Send + 'static,
    {
        let once = attempt.once(self);
        self.write(move |tx| once.run(tx, &work)).await
    }

    /// Keeps that this request is refused, where a try was counted before it was looked at: a repeat is refused again. When a twin
    /// was refused meanwhile, `undo` takes the second count back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keep_refused<F>(&self, attempt: Attempt, undo: F) -> Result<()>
    where
        F: Fn(&mut Tx) -> Result<()> + Send + 'static,
    {
        let once = attempt.once(self);
        self.write(move |tx| if once.is_first_refusal(tx)? { Ok(()) } else { undo(tx) }).await
    }

    fn within<T, F>(&self, work: F) -> impl Fn(&mut Conn) -> Result<T> + Send + 'static
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        let (now, sealer, policy) = (self.clock.now(), self.sealer.clone(), Arc::clone(&self.policy));
        move |conn| work(&mut Tx { conn, now, sealer: &sealer, policy: &policy })
    }
}
