//! Tells the tests whether there is a PostgreSQL for them: where there is none they are reported as ignored, and the test harness
//! has to know that when it is compiled. Nothing but the tests looks at it.
#![allow(clippy::print_stdout, reason = "that is how cargo is told")]

#[path = "tests/api/support/installed.rs"]
mod installed;

use std::path::Path;

/// Changes with every package that Debian installs. A path that does not exist would have everything built again each time.
const PACKAGES: &str = "/var/lib/dpkg/status";

fn main() {
    println!("cargo::rustc-check-cfg=cfg(no_postgres)");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=tests/api/support/installed.rs");
    println!("cargo::rerun-if-env-changed={}", installed::SERVER);
    println!("cargo::rerun-if-env-changed={}", installed::PROGRAMS);
    // A wrong setting is told by the tests, which then run.
    if installed::is_there() {
        if let Ok(Some(programs)) = installed::programs() {
            println!("cargo::rerun-if-changed={}", programs.join("postgres").display());
        }
        return;
    }
    println!("cargo::rerun-if-env-changed={}", installed::REQUIRED);
    if Path::new(PACKAGES).exists() {
        println!("cargo::rerun-if-changed={PACKAGES}");
    }
    if !installed::is_required() {
        println!("cargo::rustc-cfg=no_postgres");
    }
}
