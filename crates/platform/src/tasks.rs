//! Background work that the service repeats until it is stopped.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::error::Result;

/// Tells background work to stop, and by when. Dropping it stops the work at once.
#[derive(Debug)]
pub struct Stop(watch::Sender<Option<Instant>>);

/// Receives the signal to stop.
#[derive(Debug, Clone)]
pub struct Stopping {
    heard: watch::Receiver<Option<Instant>>,
    /// Keeps the sender of a signal that never comes from being dropped.
    _never: Option<Arc<watch::Sender<Option<Instant>>>>,
}

impl Stop {
    /// A new signal and its receiver.
    pub fn new() -> (Self, Stopping) {
        let (sender, heard) = watch::channel(None);
        (Self(sender), Stopping { heard, _never: None })
    }

    /// Gives the signal. Work that has begun may take this long at most.
    pub fn within(&self, time: Duration) {
        let _ = self.0.send(Some(Instant::now() + time));
    }
}

impl Stopping {
    /// A receiver for work that is never stopped.
    pub fn never() -> Self {
        let (sender, heard) = watch::channel(None);
        Self { heard, _never: Some(Arc::new(sender)) }
    }

    /// True once the signal is given or its sender is dropped.
    pub fn is_heard(&self) -> bool {
        self.heard.borrow().is_some() || self.heard.has_changed().is_err()
    }

    /// Returns when the signal is given or its sender is dropped: no more work may begin.
    pub async fn heard(&mut self) {
        let _ = self.heard.wait_for(Option::is_some).await;
    }

    /// Returns when the time is over that was given with the signal: running work must be abandoned. Another signal may shorten
    /// the time.
    pub async fn over(&mut self) {
        loop {
            let end = self.heard.wait_for(Option::is_some).await.ok().and_then(|end| *end);
            let Some(end) = end else { return };
            self.heard.mark_unchanged();
            tokio::select! {
                () = tokio::time::sleep_until(end) => return,
                changed = self.heard.changed() => if changed.is_err() { return },
            }
        }
    }
}

/// Repeats `work` with pauses until stopped; a run that has begun is finished. `work` returns how much it did: after a run that
/// did something the next one follows at once. A failed run is logged and tried again after the pause.
pub fn every<F, W>(name: &'static str, pause: Duration, mut stopping: Stopping, work: F) -> JoinHandle<()>
where
    F: Fn() -> W + 'static,
    W: Future<Output = Result<usize>>,
{
    actix_web::rt::spawn(async move {
        loop {
            let busy = match work().await {
                Ok(done) => done > 0,
                Err(error) if error.is_said_already() => false,
                Err(error) => {
                    tracing::warn!(task = name, code = error.reason().code().as_str(), "a run of a background job failed");
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
