//! What the command line says: answers on standard output, complaints and warnings on standard error.

use std::io::Write as _;

/// Warnings go to the log where there is one, else to standard error.
pub(super) fn warn_all(warnings: Vec<String>) {
    for warning in warnings {
        if tracing::dispatcher::has_been_set() {
            tracing::warn!("{warning}");
        } else {
            complain(&format!("warning: {warning}"));
        }
    }
}

/// Says a line on standard output.
#[expect(clippy::print_stdout, reason = "the command line answers on standard output")]
pub(super) fn say(line: &str) {
    println!("{line}");
}

/// Says a line on standard error.
pub(super) fn complain(line: &str) {
    // Where there is no log, the exit code is all that is left.
    let _ = writeln!(std::io::stderr(), "confide: {line}");
}
