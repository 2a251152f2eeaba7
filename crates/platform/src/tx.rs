//! What an HTTP handler or a background job works with in one transaction.

use crate::config::Policy;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::UtcTime;
use crate::seal::Sealer;

/// The connection and everything else that a query needs: every query function takes it. It lives as long as the transaction.
pub struct Tx<'a> {
    /// The connection that diesel's statements run on.
    pub conn: &'a mut Conn,
    /// The time at which the transaction was requested. It stays the same when the work runs a second time.
    pub now: UtcTime,
    /// Sealing and blind indexes.
    pub sealer: &'a Sealer,
    /// The operator's settings: limits, lifetimes, addresses.
    pub policy: &'a Policy,
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("now", &self.now).finish_non_exhaustive()
    }
}

impl Tx<'_> {
    /// Runs `work` so that its failure undoes only its own changes. Without this, a constraint that refuses a row aborts the
    /// whole transaction on PostgreSQL.
    ///
    /// # Errors
    /// The error of `work`.
    pub fn savepoint<T>(&mut self, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        let (now, sealer, policy) = (self.now, self.sealer, self.policy);
        diesel::Connection::transaction(self.conn, |conn| work(&mut Tx { conn, now, sealer, policy }))
    }
}
