//! Responses whose time reveals nothing.

use std::future::Future;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use tokio::time::{Instant, sleep, sleep_until};

use crate::Platform;

/// Much longer than the work whose duration would reveal something, and too short to be felt.
const MINIMUM: Duration = Duration::from_millis(25);

/// Makes the work take at least `MINIMUM`, so that the response time does not show what was found.
pub async fn with_minimum_duration<T>(work: impl Future<Output = T>) -> T {
    let (done, ()) = tokio::join!(work, sleep(MINIMUM));
    done
}

/// Middleware that holds each 404 back until [`Policy::not_found_step`](crate::config::Policy::not_found_step) has passed since the
/// request arrived, or a multiple of it when the work took longer. A record that the caller may not know of has sealed data to open,
/// which an unknown id has not; the caller sees the same time for both.
///
/// # Errors
/// Those of the inner service.
pub async fn delay_not_found<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let arrived = Instant::now();
    let step = request.app_data::<Platform>().map_or(Duration::ZERO, |platform| platform.policy.not_found_step);
    let response = next.call(request).await?;
    if response.status() == StatusCode::NOT_FOUND {
        sleep_until(arrived + whole_steps(arrived.elapsed(), step)).await;
    }
    Ok(response)
}

/// The elapsed time, rounded up to whole steps.
fn whole_steps(elapsed: Duration, step: Duration) -> Duration {
    let steps = elapsed.as_nanos().checked_div(step.as_nanos()).map_or(0, |whole| whole + 1);
    step.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {

    use super::*;

    #[actix_web::test]
    async fn quick_work_takes_the_minimum_duration_and_returns_its_result() {
        let started = Instant::now();
        assert_eq!(with_minimum_duration(async { 7 }).await, 7);
        assert!(started.elapsed() >= MINIMUM);
    }

    #[test]
    fn time_is_rounded_up_to_whole_steps() {
        for (elapsed, step, expected) in [(0, 25, 25), (3, 25, 25), (24, 25, 25), (25, 25, 50), (60, 25, 75), (60, 0, 0)] {
            let millis = Duration::from_millis;
            assert_eq!(whole_steps(millis(elapsed), millis(step)), millis(expected), "{elapsed} ms in steps of {step} ms");
        }
    }
}
