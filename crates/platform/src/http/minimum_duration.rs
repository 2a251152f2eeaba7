//! Responses whose time reveals nothing.

use std::future::Future;
use std::time::Duration;

use tokio::time::sleep;

/// Much longer than the work whose duration would reveal something, and too short to be felt.
const MINIMUM: Duration = Duration::from_millis(25);

/// Makes the work take at least `MINIMUM`, so that the response time does not show what was found.
pub async fn with_minimum_duration<T>(work: impl Future<Output = T>) -> T {
    let (done, ()) = tokio::join!(work, sleep(MINIMUM));
    done
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[actix_web::test]
    async fn quick_work_takes_the_minimum_duration_and_returns_its_result() {
        let started = Instant::now();
        assert_eq!(with_minimum_duration(async { 7 }).await, 7);
        assert!(started.elapsed() >= MINIMUM);
    }
}
