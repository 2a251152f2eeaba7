//! `cargo bench --bench load`: what a request costs on each engine, compared with a bare actix-web answer in the same run.
//!
//! The service, the baseline and PostgreSQL are processes of their own; the driver is this process. Compare CPU time per request
//! (from /proc), which other work on the machine hardly affects; requests per second share the cores with the driver.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a benchmark may stop at the first thing that goes wrong"
)]

mod baseline;
#[path = "../../tests/api/support/cluster.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod cluster;
mod cpu;
mod driver;
mod memory;
mod population;
mod service;

use std::process::{Command, ExitCode};
use std::time::Duration;

use driver::{Call, Measured, Until, drive};
use memory::MemoryUse;
use population::Population;
use service::Service;

/// Makes the PostgreSQL server of the benchmark flush every commit to disk, as a server in production does.
const DURABLE: &str = "CONFIDE_TEST_PG_DURABLE";

/// One short round of every call: it shows that the benchmark still works and measures nothing.
const ROUND: &str = "--one-round";

/// How long each call is measured, and on how many connections.
const SECONDS: u64 = 5;
const CONNECTIONS: usize = 32;

fn main() -> ExitCode {
    if std::env::args().any(|arg| arg == "--baseline") {
        baseline::serve();
        return ExitCode::SUCCESS;
    }
    if std::env::var_os(DURABLE).is_none() {
        let this = std::env::current_exe().unwrap();
        let done = Command::new(this).args(std::env::args_os().skip(1)).env(DURABLE, "1").status().unwrap();
        return if done.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    if one_round() {
        println!("one round of every call: the figures mean nothing");
    }
    println!("{CONNECTIONS} connections, {SECONDS} s per call after a warm-up of 1 s; both engines flush every commit to disk");
    println!("target: CPU time of service and database together that a good comparable service needs, in ms\n");
    println!(
        "{:28} {:10} {:>8} {:>8} {:>8} {:>11} {:>11} {:>10} {:>11}",
        "call", "engine", "req/s", "p50 ms", "p99 ms", "service ms", "database ms", "x baseline", "target"
    );
    let before = measure_baseline();
    let mut memory_use = vec![("bare actix-web", MemoryUse::measure(&Service::baseline(), &baseline::CALL))];
    memory_use.push(("the service on sqlite", measure_engine("sqlite", None, &before)));
    match cluster::server() {
        Some(server) => {
            let name = server.create_database(None);
            memory_use.push(("the service on postgres", measure_engine("postgres", Some(server.url(&name)), &before)));
            server.drop_database(&name);
        }
        None => println!("{}", cluster::ABSENCE),
    }
    measure_baseline();
    memory::report(&memory_use);
    ExitCode::SUCCESS
}

fn one_round() -> bool {
    std::env::args().any(|arg| arg == ROUND)
}

/// How long a call is warmed up and measured.
fn durations() -> (Duration, Duration) {
    if one_round() {
        (Duration::from_millis(50), Duration::from_millis(200))
    } else {
        (Duration::from_secs(1), Duration::from_secs(SECONDS))
    }
}

fn measure_baseline() -> Measured {
    let baseline = Service::baseline();
    let measured = measure(&baseline, None, &baseline::CALL);
    report("bare actix-web, 2 KB", "-", &measured, None, None);
    measured
}

fn measure_engine(engine: &str, url: Option<String>, baseline: &Measured) -> MemoryUse {
    let folder = tempfile::TempDir::new().unwrap();
    let url = url.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("bench.db").display()));
    let population = Population::load(&url, folder.path());
    let service = Service::confide(&url, folder.path());
    println!("{:28} {engine:10} start-up {} ms", "", service.start_up.as_millis());
    let postgres = (engine == "postgres").then(|| cpu::postmaster(&url));
    for (name, target, call) in population.calls() {
        let measured = measure(&service, postgres, call.as_ref());
        report(name, engine, &measured, Some(baseline), target);
    }
    drop(service);
    // A new process: its memory at the start is not affected by the calls above.
    MemoryUse::measure(&Service::confide(&url, folder.path()), &population.mixed_calls())
}

fn measure(service: &Service, postgres: Option<u32>, call: &dyn Call) -> Measured {
    let (warm_up, measured_for) = durations();
    drive(service.port, CONNECTIONS, Until::Time(warm_up), call);
    let service_before = cpu::of_process(service.pid());
    let database_before = postgres.map(cpu::of_process_tree);
    let mut measured = drive(service.port, CONNECTIONS, Until::Time(measured_for), call);
    measured.service_cpu = cpu::of_process(service.pid()).saturating_sub(service_before);
    measured.database_cpu =
        postgres.map(cpu::of_process_tree).zip(database_before).map(|(after, before)| after.saturating_sub(before));
    measured
}

fn report(name: &str, engine: &str, measured: &Measured, baseline: Option<&Measured>, target: Option<f64>) {
    let per_request = |cpu: Duration| cpu.as_secs_f64() * 1000.0 / measured.requests as f64;
    let all_cpu = measured.service_cpu + measured.database_cpu.unwrap_or_default();
    let ratio =
        baseline.map(|baseline| per_request(all_cpu) / (baseline.service_cpu.as_secs_f64() * 1000.0 / baseline.requests as f64));
    let verdict = |target: f64| format!("{target} {}", if per_request(all_cpu) <= target { "met" } else { "missed" });
    println!(
        "{name:28} {engine:10} {:8.0} {:8.2} {:8.2} {:11.3} {:>11} {:>10} {:>11}",
        measured.requests as f64 / measured.elapsed.as_secs_f64(),
        measured.percentile(50),
        measured.percentile(99),
        per_request(measured.service_cpu),
        measured.database_cpu.map_or("-".to_owned(), |cpu| format!("{:.3}", per_request(cpu))),
        ratio.map_or("1".to_owned(), |ratio| format!("{ratio:.1}x")),
        target.map_or("-".to_owned(), verdict),
    );
}
