//! Answers whose time tells nothing.

use std::future::Future;
use std::time::Duration;

use tokio::time::sleep;

/// Much longer than the work whose time would tell something, and too short to be noticed.
const LEAST: Duration = Duration::from_millis(25);

/// Runs the work for at least `LEAST`, so that the response time does not show what was found.
pub async fn evenly<T>(work: impl Future<Output = T>) -> T {
    let (done, ()) = tokio::join!(work, sleep(LEAST));
    done
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[actix_web::test]
    async fn quick_work_takes_as_long_as_slow_work_and_gives_its_result() {
        let begun = Instant::now();
        assert_eq!(evenly(async { 7 }).await, 7);
        assert!(begun.elapsed() >= LEAST);
    }
}
