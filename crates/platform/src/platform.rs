//! What every request handler and background job is given.

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

/// What a request handler or a background task is given to work with. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Platform {
    /// The records.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
    /// Sealing and blind indexes.
    pub sealer: Sealer,
    /// What the operator decided: limits, lifetimes, addresses.
    pub policy: Arc<Policy>,
}

impl FromRequest for Platform {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            request
                .app_data::<Self>()
                .cloned()
                .ok_or_else(|| Error::internal("the application was put together without its platform")),
        )
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

    fn within<T, F>(&self, work: F) -> impl Fn(&mut Conn) -> Result<T> + Send + 'static
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        let (now, sealer, policy) = (self.clock.now(), self.sealer.clone(), Arc::clone(&self.policy));
        move |conn| work(&mut Tx { conn, now, sealer: &sealer, policy: &policy })
    }
}
