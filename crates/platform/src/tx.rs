//! What an HTTP handler or a background job works with in one transaction.

use std::any::Any;
use std::fmt::Display;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::config::Policy;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::refusal::Reason;
use crate::seal::Sealer;

/// What a row of the audit trail is about: stored with the key of a request, so that a repeat of the request is checked and recorded
/// too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditSubject {
    /// The role of the actor.
    pub role: String,
    /// The kind of the subject.
    pub kind: String,
    /// The subject.
    pub subject: Option<Id>,
    /// The practitioner, where the row has one, and why the actor might know of them, where the row says so.
    pub practitioner: Option<(Id, Option<String>)>,
}

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
    /// What the rows of the audit trail that were written so far are about, each once.
    concerned: Vec<AuditSubject>,
    /// The practitioner that the caller was asked about first.
    asked_about: Option<Id>,
    /// The rows of the audit trail that were written so far.
    written: Vec<Id>,
    /// What was read once and holds for the whole transaction, by name.
    pinned: Vec<(&'static str, Arc<dyn Any + Send + Sync>)>,
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("now", &self.now).finish_non_exhaustive()
    }
}

impl<'a> Tx<'a> {
    /// The transaction that runs on this connection.
    pub const fn new(conn: &'a mut Conn, now: UtcTime, sealer: &'a Sealer, policy: &'a Policy) -> Self {
        Self { conn, now, sealer, policy, concerned: Vec::new(), asked_about: None, written: Vec::new(), pinned: Vec::new() }
    }
}

impl Tx<'_> {
    /// Remembers what a row of the audit trail is about.
    pub(crate) fn remember(&mut self, concerned: AuditSubject) {
        if !self.concerned.contains(&concerned) {
            self.concerned.push(concerned);
        }
    }

    /// What the rows of the audit trail that this transaction wrote are about, each once.
    pub(crate) fn concerned(&self) -> &[AuditSubject] {
        &self.concerned
    }

    /// Remembers rows of the audit trail that were written.
    pub(crate) fn remember_written(&mut self, rows: impl IntoIterator<Item = Id>) {
        self.written.extend(rows);
    }

    /// The rows of the audit trail that this transaction has written.
    pub(crate) fn into_written(self) -> Vec<Id> {
        self.written
    }

    /// Remembers that the caller's access to this practitioner was asked for: a refusal of this transaction is then recorded as one
    /// about them, whatever rule refuses.
    pub fn ask_about(&mut self, practitioner: Id) {
        self.asked_about.get_or_insert(practitioner);
    }

    /// What `read` returns, read once: the same holds for the whole transaction, whatever other transactions commit meanwhile.
    ///
    /// # Errors
    /// The error of `read`.
    pub fn pinned<T: Any + Send + Sync>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Tx) -> Result<Arc<T>>,
    ) -> Result<Arc<T>> {
        let known = self.pinned.iter().find(|(known, _)| *known == name).map(|(_, value)| Arc::clone(value));
        if let Some(value) = known.and_then(|value| value.downcast::<T>().ok()) {
            return Ok(value);
        }
        let value = read(self)?;
        let kept: Arc<dyn Any + Send + Sync> = Arc::<T>::clone(&value);
        self.unpin(name);
        self.pinned.push((name, kept));
        Ok(value)
    }

    /// Lets the next [`Tx::pinned`] of this name read again, because this transaction has changed it or waited for others that may
    /// have.
    pub fn unpin(&mut self, name: &'static str) {
        self.pinned.retain(|(known, _)| *known != name);
    }

    /// Runs the work of the transaction; its error names the practitioner to the audit trail.
    pub(crate) fn run<T>(&mut self, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        let result = work(self);
        result.map_err(|error| match self.asked_about {
            Some(practitioner) if error.practitioner().is_none() => error.about(practitioner),
            _ => error,
        })
    }

    /// Runs `work` so that its failure undoes only its own changes. Without this, a constraint that refuses a row aborts the
    /// whole transaction on PostgreSQL.
    ///
    /// # Errors
    /// The error of `work`.
    pub fn savepoint<T>(&mut self, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        let (now, sealer, policy, pinned) = (self.now, self.sealer, self.policy, self.pinned.clone());
        let (result, concerned, written, pinned) = diesel::Connection::transaction(self.conn, |conn| {
            let mut inner = Tx { pinned, ..Tx::new(conn, now, sealer, policy) };
            inner.run(work).map(|result| (result, inner.concerned, inner.written, inner.pinned))
        })?;
        self.pinned = pinned;
        concerned.into_iter().for_each(|one| self.remember(one));
        self.written.extend(written);
        Ok(result)
    }

    /// Does the work of one entry of a background job, so that its failure undoes only its own changes and stops no other entry; `None`
    /// when it failed. The failure is logged with the job, the entry and its code, and the next run tries again. `entry` is the id of a
    /// record, never of a practitioner, or another name without personal data.
    ///
    /// # Errors
    /// When the database cannot be reached, or the whole transaction is to run again.
    pub fn alone<T>(
        &mut self,
        job: &'static str,
        entry: impl Display,
        work: impl FnOnce(&mut Tx) -> Result<T>,
    ) -> Result<Option<T>> {
        match self.savepoint(work) {
            Ok(done) => Ok(Some(done)),
            Err(error) if error.reason() == Reason::Unavailable => Err(error),
            Err(error) => {
                let (code, cause) = (error.reason().code().as_str(), error.for_operator());
                tracing::error!(task = job, %entry, code, cause, "an entry of a background job could not be handled");
                Ok(None)
            }
        }
    }
}
