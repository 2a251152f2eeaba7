//! How much memory a process holds: when it has started, after many requests, and when nobody has asked for a while.

use std::time::Duration;

use super::driver::{Call, Until, drive};
use super::service::Service;
use super::{CONNECTIONS, cpu};

/// How many requests lie between the first two figures.
const REQUESTS: usize = 100_000;
/// What is begun at the start ends within this time.
const SETTLED: Duration = Duration::from_secs(5);
/// How long nobody asks before the last figure.
const QUIET: Duration = Duration::from_secs(90);

/// Resident memory of one process, in MiB.
pub struct Held {
    idle: u64,
    after: u64,
    later: u64,
}

impl Held {
    /// Measures a process that has just started.
    pub fn measure(service: &Service, call: &dyn Call) -> Self {
        std::thread::sleep(SETTLED);
        let idle = cpu::resident_mib(service.pid());
        drive(service.port, CONNECTIONS, Until::Requests(REQUESTS), call);
        let after = cpu::resident_mib(service.pid());
        std::thread::sleep(QUIET);
        Self { idle, after, later: cpu::resident_mib(service.pid()) }
    }
}

/// Prints the table.
pub fn report(all: &[(&str, Held)]) {
    println!("\nresident memory in MiB (VmRSS, the program's own pages included; PostgreSQL's processes are not)\n");
    println!("{:28} {:>8} {:>22} {:>14}", "process", "idle", "after 100,000 requests", "90 s later");
    for (name, held) in all {
        println!("{name:28} {:8} {:22} {:14}", held.idle, held.after, held.later);
    }
}
