//! Work that the service does by itself, again and again, until it is told to stop.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::error::Result;

/// Tells tasks to stop, and by when. Dropping it does so too, at once.
#[derive(Debug)]
pub struct Stop(watch::Sender<Option<Instant>>);

/// Hears when to stop.
#[derive(Debug, Clone)]
pub struct Stopping {
    heard: watch::Receiver<Option<Instant>>,
    /// Of a signal that never comes: what keeps it from being dropped.
    _never: Option<Arc<watch::Sender<Option<Instant>>>>,
}

impl Stop {
    /// A fresh signal and its listener.
    pub fn new() -> (Self, Stopping) {
        let (sender, heard) = watch::channel(None);
        (Self(sender), Stopping { heard, _never: None })
    }

    /// Tells them. What they have begun may take so long at most.
    pub fn within(&self, time: Duration) {
        let _ = self.0.send(Some(Instant::now() + time));
    }
}

impl Stopping {
    /// Of work that nobody stops.
    pub fn never() -> Self {
        let (sender, heard) = watch::channel(None);
        Self { heard, _never: Some(Arc::new(sender)) }
    }

    /// True once the signal is given or its sender is gone.
    pub fn is_heard(&self) -> bool {
        self.heard.borrow().is_some() || self.heard.has_changed().is_err()
    }

    /// Ends when the signal is given or its sender is gone: nothing more is to be begun.
    pub async fn heard(&mut self) {
        let _ = self.heard.wait_for(Option::is_some).await;
    }

    /// Ends when the time is over that was given with the signal: what has been begun is to be left as it is. The time may be
    /// shortened by another signal.
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
                Err(error) if error.is_said_already() => false,
                Err(error) => {
                    tracing::warn!(task = name, code = error.reason().code().as_str(), "a round of a background task failed");
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
