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
pub struct StopSender(watch::Sender<Option<Instant>>);

/// Receives the signal to stop.
#[derive(Debug, Clone)]
pub struct StopSignal {
    receiver: watch::Receiver<Option<Instant>>,
    /// Keeps the sender of a signal that never comes from being dropped.
    _never: Option<Arc<watch::Sender<Option<Instant>>>>,
}

impl StopSender {
    /// A new signal and its receiver.
    pub fn new() -> (Self, StopSignal) {
        let (sender, heard) = watch::channel(None);
        (Self(sender), StopSignal { receiver: heard, _never: None })
    }

    /// Gives the signal. Work that has begun may take this long at most.
    pub fn stop_within(&self, time: Duration) {
        let _ = self.0.send(Some(Instant::now() + time));
    }
}

impl StopSignal {
    /// A receiver for work that is never stopped.
    pub fn never() -> Self {
        let (sender, heard) = watch::channel(None);
        Self { receiver: heard, _never: Some(Arc::new(sender)) }
    }

    /// True once the signal is given or its sender is dropped.
    pub fn is_given(&self) -> bool {
        self.receiver.borrow().is_some() || self.receiver.has_changed().is_err()
    }

    /// Returns when the signal is given or its sender is dropped: no more work may begin.
    pub async fn given(&mut self) {
        let _ = self.receiver.wait_for(Option::is_some).await;
    }

    /// Returns when the time is over that was given with the signal: running work must be abandoned. Another signal may shorten
    /// the time.
    pub async fn deadline_passed(&mut self) {
        loop {
            let end = self.receiver.wait_for(Option::is_some).await.ok().and_then(|end| *end);
            let Some(end) = end else { return };
            self.receiver.mark_unchanged();
            tokio::select! {
                () = tokio::time::sleep_until(end) => return,
                changed = self.receiver.changed() => if changed.is_err() { return },
            }
        }
    }
}

/// Repeats `work` with pauses until stopped; a run that has begun is finished. `work` returns how much it did: after a run that
/// did something the next one follows at once. A failed run is logged and tried again after the pause.
pub fn run_every<F, W>(name: &'static str, pause: Duration, mut stopping: StopSignal, work: F) -> JoinHandle<()>
where
    F: Fn() -> W + 'static,
    W: Future<Output = Result<usize>>,
{
    actix_web::rt::spawn(async move {
        loop {
            let busy = match work().await {
                Ok(done) => done > 0,
                Err(error) if error.is_already_logged() => false,
                Err(error) => {
                    tracing::warn!(task = name, code = error.reason().code().as_str(), "a run of a background job failed");
                    false
                }
            };
            let wait = if busy { Duration::from_millis(1) } else { pause };
            tokio::select! {
                () = stopping.given() => return,
                () = tokio::time::sleep(wait) => {}
            }
        }
    })
}
