//! The state of each carrier: how many messages it is sent at once, and whether it is paused.
//!
//! A carrier that cannot be reached, or that refuses the service because of something the operator has to fix, is paused, so that
//! no message loses a try. From time to time one message is sent as a probe, and when the carrier accepts it, all others follow.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use tokio::sync::Semaphore;

use super::MessageCarrier;
use super::outcome::Outcome;
use crate::ids::UtcTime;

/// How many messages a carrier is sent at once by default.
pub const DEFAULT_CONCURRENCY: usize = 4;
/// How long the first pause is. Each further pause is twice as long,
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(5);
/// up to this.
const LONGEST_PAUSE: TimeDelta = TimeDelta::seconds(60);
/// How long a message that was a probe waits to let others be the probe.
const PROBE_DELAY: TimeDelta = TimeDelta::seconds(10);

/// Every carrier of this instance. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Carriers(Arc<[CarrierState]>);

#[derive(Debug)]
struct CarrierState {
    carrier: MessageCarrier,
    slots: Arc<Semaphore>,
    concurrency: usize,
    health: Mutex<Health>,
}

/// The recent state of a carrier.
#[derive(Debug, Clone, Default)]
struct Health {
    pause: Option<Pause>,
    /// When it last accepted a message.
    accepted_at: Option<UtcTime>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pause {
    until: UtcTime,
    length: TimeDelta,
}

/// What an outcome changes for a carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Nothing,
    Pauses(Pause),
    Resumes,
}

/// The effect of an outcome on a carrier that is in this pause, if any.
fn change(pause: Option<Pause>, outcome: &Outcome, now: UtcTime) -> Change {
    match outcome {
        Outcome::Misconfigured { .. } | Outcome::NotReached { .. } => match pause {
            // Messages that were sent at the same time fail together; that is one failure of the carrier.
            Some(pause) if now < pause.until => Change::Nothing,
            _ => {
                let length = pause.map_or(FIRST_PAUSE, |before| (before.length * 2).min(LONGEST_PAUSE));
                Change::Pauses(Pause { until: now + length, length })
            }
        },
        // The carrier answers about individual messages, so it works.
        Outcome::Delivered { .. } | Outcome::Temporary { .. } | Outcome::Refused { .. } if pause.is_some() => Change::Resumes,
        _ => Change::Nothing,
    }
}

impl Carriers {
    /// Every carrier, each sent up to `at_once` messages at the same time.
    pub fn new(at_once: usize) -> Self {
        let at_once = at_once.max(1);
        let state = |carrier| CarrierState {
            carrier,
            slots: Arc::new(Semaphore::new(at_once)),
            concurrency: at_once,
            health: Mutex::default(),
        };
        Self(MessageCarrier::ALL.iter().copied().map(state).collect())
    }

    fn of(&self, carrier: MessageCarrier) -> Option<&CarrierState> {
        self.0.iter().find(|state| state.carrier == carrier)
    }

    /// The sending slots of a carrier.
    pub(super) fn slots(&self, carrier: MessageCarrier) -> Option<Arc<Semaphore>> {
        self.of(carrier).map(|state| state.slots.clone())
    }

    /// How many messages may be sent now, when `under_way` are being sent: none during a pause, one as the probe at its end.
    pub(super) fn capacity(&self, carrier: MessageCarrier, under_way: usize, now: UtcTime) -> usize {
        let Some(state) = self.of(carrier) else { return 0 };
        let pause = state.health.lock().unwrap_or_else(PoisonError::into_inner).pause;
        match pause {
            None => state.concurrency.saturating_sub(under_way),
            // A system clock that was set back must not extend a pause.
            Some(pause) if now < pause.until && pause.until.get() - now.get() <= LONGEST_PAUSE => 0,
            Some(_) => 1_usize.saturating_sub(under_way),
        }
    }

    /// How long a message waits that failed because of its carrier: a little longer than the pause, so that a message that is due
    /// by then, and may succeed, is the probe.
    pub(super) fn retry_delay(&self, carrier: MessageCarrier, now: UtcTime) -> TimeDelta {
        let pause = self.of(carrier).and_then(|state| state.health.lock().unwrap_or_else(PoisonError::into_inner).pause);
        let left = pause.map_or(TimeDelta::zero(), |pause| pause.until.get() - now.get());
        left.clamp(TimeDelta::zero(), LONGEST_PAUSE) + PROBE_DELAY
    }

    /// True when the carrier accepted a message after `instant`.
    pub(super) fn accepted_since(&self, carrier: MessageCarrier, instant: UtcTime) -> bool {
        let health = self.of(carrier).map(|state| state.health.lock().unwrap_or_else(PoisonError::into_inner).accepted_at);
        health.flatten().is_some_and(|took_at| took_at > instant)
    }

    /// Records how an attempt ended.
    pub(super) fn record(&self, carrier: MessageCarrier, outcome: &Outcome, now: UtcTime) {
        let Some(state) = self.of(carrier) else { return };
        let mut health = state.health.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(outcome, Outcome::Delivered { .. }) {
            health.accepted_at = Some(now);
        }
        let name = carrier.as_str();
        match change(health.pause, outcome, now) {
            Change::Nothing => return,
            Change::Pauses(pause) => {
                let (failed, seconds) = (outcome.what().unwrap_or_default(), pause.length.num_seconds());
                if matches!(outcome, Outcome::Misconfigured { .. }) {
                    tracing::error!(
                        carrier = name,
                        failed,
                        seconds,
                        "THE CARRIER REFUSES THIS SERVICE: messages wait until the settings are corrected"
                    );
                } else {
                    tracing::warn!(carrier = name, failed, seconds, "the carrier cannot be reached; messages wait");
                }
                health.pause = Some(pause);
            }
            Change::Resumes => {
                tracing::info!(carrier = name, "the carrier works again; messages are sent");
                health.pause = None;
            }
        }
        drop(health);
        self.publish_metrics();
    }

    /// Sets the metric of paused carriers.
    pub fn publish_metrics(&self) {
        for state in self.0.iter() {
            let paused = state.health.lock().unwrap_or_else(PoisonError::into_inner).pause.is_some();
            metrics::gauge!("confide_messages_paused", "carrier" => state.carrier.as_str()).set(f64::from(u8::from(paused)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> UtcTime {
        (chrono::DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)).into()
    }

    #[test]
    fn a_pause_grows_up_to_a_minute_and_ends_with_the_first_accepted_message() {
        let carriers = Carriers::new(3);
        let wrong = Outcome::Misconfigured { what: "x" };
        let capacity = |under_way, seconds| carriers.capacity(MessageCarrier::Email, under_way, at(seconds));
        assert_eq!((capacity(0, 0), capacity(1, 0), capacity(3, 0)), (3, 2, 0));
        let (mut now, mut lengths) = (0, Vec::new());
        for _ in 0..6 {
            for _ in 0..3 {
                carriers.record(MessageCarrier::Email, &wrong, at(now));
            }
            let length = (1..100).find(|seconds| capacity(0, now + seconds) > 0).unwrap();
            assert_eq!((capacity(0, now + length), capacity(1, now + length)), (1, 0), "one probe");
            now += length;
            lengths.push(length);
        }
        assert_eq!(lengths, [5, 10, 20, 40, 60, 60]);
        assert_eq!(carriers.capacity(MessageCarrier::Sms, 0, at(now)), 3, "the other carrier is not affected");
        assert!(!carriers.accepted_since(MessageCarrier::Email, at(0)));
        carriers.record(MessageCarrier::Email, &Outcome::InDoubt { what: "x", answered: false }, at(now));
        assert_eq!(capacity(0, now), 1, "an outcome in doubt changes nothing");
        carriers.record(MessageCarrier::Email, &Outcome::DELIVERED, at(now));
        assert_eq!(capacity(0, now), 3);
        assert!(
            carriers.accepted_since(MessageCarrier::Email, at(0)) && !carriers.accepted_since(MessageCarrier::Email, at(now))
        );
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_lengthen_a_pause() {
        let carriers = Carriers::new(2);
        carriers.record(MessageCarrier::Sms, &Outcome::NotReached { what: "x" }, at(10_000));
        assert_eq!(carriers.capacity(MessageCarrier::Sms, 0, at(10_001)), 0);
        assert_eq!(carriers.capacity(MessageCarrier::Sms, 0, at(5_000)), 1);
    }
}
