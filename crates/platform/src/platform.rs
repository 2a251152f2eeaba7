//! What every HTTP handler and background job works with.

use std::future::{Ready, ready};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::Tx;
use crate::audit::Written;
use crate::clock::Clock;
use crate::config::Policy;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::ids::{Id, UtcTime};
use crate::seal::Sealer;

/// What an HTTP handler or a background job works with. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Platform {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// Sealing and blind indexes.
    pub sealer: Sealer,
    /// The operator's settings: limits, lifetimes, addresses.
    pub policy: Arc<Policy>,
    /// The rows of the audit trail that were committed a short time ago.
    pub written: Written,
}

impl FromRequest for Platform {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.app_data::<Self>().cloned().ok_or_else(|| Error::internal("the application has no platform")))
    }
}

/// The rows of the audit trail that a transaction writes.
type WrittenRows = Arc<Mutex<Vec<Id>>>;

impl Platform {
    /// The same platform at another time, for work that is done as of that time.
    #[must_use]
    pub fn at(&self, time: UtcTime) -> Self {
        Self { clock: Clock::set_to(time.get()), ..self.clone() }
    }

    /// Runs `work` on a connection, outside any transaction, and returns its result.
    ///
    /// # Errors
    /// The error of `work`, or [`Error::unavailable`] when the database cannot be reached, is busy or too slow.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        let (_, work) = self.within(work);
        self.db.read(work).await
    }

    /// Runs `work` in one transaction, which is rolled back when `work` returns an error. It may run more than once (after a
    /// conflict or a lost connection), so it must not change anything but its `Tx`.
    ///
    /// # Errors
    /// The error of `work`, or [`Error::unavailable`] when the database cannot be reached, is busy or too slow.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        let (rows, work) = self.within(work);
        let written = self.written.clone();
        let committed = move || written.note(std::mem::take(&mut *rows.lock().unwrap_or_else(PoisonError::into_inner)));
        self.db.write_then(work, committed).await
    }

    /// The work on a connection, and the rows of the audit trail that its last run has written.
    fn within<T, F>(&self, work: F) -> (WrittenRows, impl Fn(&mut Conn) -> Result<T> + Send + 'static)
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        let (now, sealer, policy) = (self.clock.now(), self.sealer.clone(), Arc::clone(&self.policy));
        let rows = WrittenRows::default();
        let of_last_run = Arc::clone(&rows);
        let run = move |conn: &mut Conn| {
            let mut tx = Tx::new(conn, now, &sealer, &policy);
            let result = tx.run(&work);
            *of_last_run.lock().unwrap_or_else(PoisonError::into_inner) = tx.into_written();
            result
        };
        (rows, run)
    }
}
