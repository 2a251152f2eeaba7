//! Memory of a process: after its start, after many requests, and after a quiet time.

use std::time::Duration;

use super::driver::{Call, Until, drive};
use super::service::Service;
use super::{CONNECTIONS, cpu, one_round};

/// How many requests are sent between the first two measurements.
const REQUESTS: usize = 100_000;
/// The same where nothing is to be measured: enough for every call and a sign-in.
const ONE_ROUND: usize = 200;
/// Everything that runs at the start has ended after this time.
const SETTLED: Duration = Duration::from_secs(5);
/// The time without requests before the last measurement.
const QUIET: Duration = Duration::from_secs(90);

/// Resident memory of one process, in MiB.
pub struct MemoryUse {
    idle: u64,
    after: u64,
    later: u64,
}

impl MemoryUse {
    /// Measures a process that has just started.
    pub fn measure(service: &Service, call: &dyn Call) -> Self {
        let (settled, requests, quiet) =
            if one_round() { (Duration::ZERO, ONE_ROUND, Duration::ZERO) } else { (SETTLED, REQUESTS, QUIET) };
        std::thread::sleep(settled);
        let idle = cpu::resident_mib(service.pid());
        drive(service.port, CONNECTIONS, Until::Requests(requests), call);
        let after = cpu::resident_mib(service.pid());
        std::thread::sleep(quiet);
        Self { idle, after, later: cpu::resident_mib(service.pid()) }
    }
}

/// Prints the table.
pub fn report(all: &[(&str, MemoryUse)]) {
    println!("\nresident memory in MiB (VmRSS, the program's own pages included; PostgreSQL's processes are not)\n");
    println!("{:28} {:>8} {:>22} {:>14}", "process", "idle", "after 100,000 requests", "90 s later");
    for (name, memory) in all {
        println!("{name:28} {:8} {:22} {:14}", memory.idle, memory.after, memory.later);
    }
}
