//! What a request handler or a background job works with inside one transaction.

use crate::config::Policy;
use crate::db::Conn;
use crate::error::Result;
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
