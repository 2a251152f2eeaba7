//! What every HTTP handler and background job works with.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::Tx;
use crate::clock::Clock;
use crate::config::Policy;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::ids::UtcTime;
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
}

impl FromRequest for Platform {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.app_data::<Self>().cloned().ok_or_else(|| Error::internal("the application has no platform")))
    }
}

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
        self.db.read(self.within(work)).await
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
        self.db.write(self.within(work)).await
    }

    fn within<T, F>(&self, work: F) -> impl Fn(&mut Conn) -> Result<T> + Send + 'static
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        let (now, sealer, policy) = (self.clock.now(), self.sealer.clone(), Arc::clone(&self.policy));
        move |conn| Tx::new(conn, now, &sealer, &policy).run(&work)
    }
}
