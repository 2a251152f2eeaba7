//! `cargo bench --bench times`: whether the time of an answer tells a hidden record from one that does not exist.
//!
//! Each call is sent about a record that the caller may not know of and about an unknown id, in turn, on one connection. Mann and
//! Whitney's test compares the two samples; beside it is the control, the same comparison of the unknown id with itself. The
//! process ends with 1 when a call takes different times: p below 0.001 and medians more than 5 % apart.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a benchmark may stop at the first thing that goes wrong"
)]

mod calls;
#[path = "../../tests/api/support/cluster.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod cluster;
#[path = "../load/driver.rs"]
#[allow(dead_code, reason = "the load test uses the rest")]
mod driver;
#[path = "../../tests/api/support/ranks.rs"]
mod ranks;
#[path = "../load/service.rs"]
#[allow(dead_code, reason = "the load test uses the rest")]
mod service;

use std::process::ExitCode;
use std::time::Instant;

use calls::{Call, Calls};
use confide::platform::db::{Engine, migrations};
use confide::platform::keys::KeyRing;
use driver::Connection;
use ranks::{RankTest, mann_whitney, median};
use service::Service;

/// Samples on each side, and requests before them that are not measured.
const SAMPLES: usize = 500;
const WARM_UP: usize = 50;

/// What counts as a difference.
const SIGNIFICANT: f64 = 0.001;
const LARGE: f64 = 0.05;

fn main() -> ExitCode {
    println!(
        "{SAMPLES} samples a side; control: the unknown id compared with itself; ratio: median of the hidden record / unknown id\n"
    );
    println!(
        "{:26} {:9} {:>9} {:>9} {:>8} {:>10} {:>11} {:>8} {:>11} {:>10}",
        "call", "engine", "hidden ms", "unknown", "ratio", "U", "p", "control", "control's p", "verdict"
    );
    let mut equal = measure_engine("sqlite", None);
    match cluster::server() {
        Some(server) => {
            let name = server.create_database(None);
            equal &= measure_engine("postgres", Some(server.url(&name)));
            server.drop_database(&name);
        }
        None => println!("{}", cluster::ABSENCE),
    }
    if equal { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Measures all calls on one engine; true when none tells a hidden record.
fn measure_engine(name: &str, url: Option<String>) -> bool {
    let folder = tempfile::TempDir::new().unwrap();
    let url = url.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("bench.db").display()));
    let keys = KeyRing::generate();
    std::fs::write(folder.path().join("keys"), keys.to_text()).unwrap();
    let engine = Engine::parse(&url).unwrap();
    migrations::run(&engine).unwrap();
    let demo = confide::demo::load(&engine, &keys, chrono::Utc::now().into());
    actix_web::rt::System::new().block_on(demo).unwrap();
    let service = Service::confide(&url, folder.path());
    let calls = Calls::new(service.port);
    let mut equal = true;
    for number in 0..Calls::COUNT {
        let call = calls.prepare(number);
        equal &= measure(name, service.port, &call);
    }
    equal
}

/// Sends a call about both in turn and prints what was found; true when it takes the same time.
fn measure(engine: &str, port: u16, call: &Call) -> bool {
    let mut connection = Connection::open(port);
    let (mut hidden, mut unknown, mut again) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..WARM_UP + SAMPLES {
        // The order changes, so that neither always follows the other.
        for turn in 0..3 {
            let (request, sample) = match (number + turn) % 3 {
                0 => ((call.hidden)(number), &mut hidden),
                1 => ((call.unknown)(number), &mut unknown),
                _ => ((call.unknown)(number + SAMPLES + WARM_UP), &mut again),
            };
            let began = Instant::now();
            let status = connection.exchange(&request).status;
            let took = began.elapsed().as_secs_f64() * 1000.0;
            assert_eq!(status, call.status, "{}: {request}", call.name);
            if number >= WARM_UP {
                sample.push(took);
            }
        }
    }
    let (found, ratio) = (mann_whitney(&hidden, &unknown), median(&hidden) / median(&unknown));
    let control = (mann_whitney(&again, &unknown), median(&again) / median(&unknown));
    let differs = found.p < SIGNIFICANT && (ratio - 1.0).abs() > LARGE;
    report(engine, call.name, (median(&hidden), median(&unknown), ratio), found, control, differs);
    !differs
}

fn report(
    engine: &str,
    call: &str,
    (hidden, unknown, ratio): (f64, f64, f64),
    found: RankTest,
    control: (RankTest, f64),
    differs: bool,
) {
    let verdict = if differs { "DIFFERENT" } else { "equal" };
    println!(
        "{call:26} {engine:9} {hidden:9.3} {unknown:9.3} {ratio:8.3} {:10.0} {:11.2e} {:8.3} {:11.2e} {verdict:>10}",
        found.u, found.p, control.1, control.0.p
    );
}
