//! Tells the compiler whether the tests have a PostgreSQL server. Without one they are reported as ignored, and the test harness
//! must know that at compile time. Only the tests use the result.
#![allow(clippy::print_stdout, reason = "cargo reads the output of a build script")]

#[path = "tests/api/support/installed.rs"]
mod installed;

use std::path::Path;

/// Changes with every package that Debian installs. A path that does not exist would cause a rebuild every time.
const PACKAGES: &str = "/var/lib/dpkg/status";

fn main() {
    println!("cargo::rustc-check-cfg=cfg(no_postgres)");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=tests/api/support/installed.rs");
    println!("cargo::rerun-if-env-changed={}", installed::SERVER);
    println!("cargo::rerun-if-env-changed={}", installed::PROGRAMS);
    // A wrong setting is reported by the tests, which run in that case.
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
