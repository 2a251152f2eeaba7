//! Work that the service does by itself, again and again, until it is told to stop.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::error::Result;

/// Tells tasks to stop. Dropping it does so too.
#[derive(Debug)]
pub struct Stop(watch::Sender<bool>);

/// Hears when to stop.
#[derive(Debug, Clone)]
pub struct Stopping(watch::Receiver<bool>);

impl Stop {
    /// A fresh signal and its listener.
    pub fn new() -> (Self, Stopping) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Stopping(receiver))
    }

    /// Tells them.
    pub fn now(&self) {
        let _ = self.0.send(true);
    }
}

impl Stopping {
    /// Ends when the signal is given or its sender is gone.
    pub async fn heard(&mut self) {
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}

/// Does `work` every so often until told to stop; a round that has begun is finished. `work` says how much it did: a round
/// that did something is followed by the next at once. A failed round is logged and tried again at its next time.
pub fn every<F, W>(name: &'static str, pause: Duration, mut stopping: Stopping, work: F) -> JoinHandle<()>
where
    F: Fn() -> W + 'static,
    W: Future<Output = Result<usize>>,
{
    actix_web::rt::spawn(async move {
        loop {
            let busy = match work().await {
                Ok(done) => done > 0,
                Err(error) if error.database_outage().is_some_and(super::db::Outage::is_said_once) => false,
                Err(error) => {
                    tracing::warn!(task = name, code = error.code().as_str(), "a round of a background task failed");
                    false
                }
            };
            let wait = if busy { Duration::from_millis(1) } else { pause };
            tokio::select! {
                () = stopping.heard() => return,
                () = tokio::time::sleep(wait) => {}
            }
        }
    })
}
