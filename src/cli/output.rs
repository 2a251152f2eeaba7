//! Output of the command line: results on standard output, errors and warnings on standard error.

use std::io::Write as _;

/// Writes warnings to the log if there is one, otherwise to standard error.
pub(super) fn print_warnings(warnings: Vec<String>) {
    for warning in warnings {
        if tracing::dispatcher::has_been_set() {
            tracing::warn!("{warning}");
        } else {
            print_error(&format!("warning: {warning}"));
        }
    }
}

/// Prints a line on standard output.
#[expect(clippy::print_stdout, reason = "the command line answers on standard output")]
pub(super) fn print_line(line: &str) {
    println!("{line}");
}

/// Prints a line on standard error.
pub(super) fn print_error(line: &str) {
    // If this fails too, the exit code is all that remains.
    let _ = writeln!(std::io::stderr(), "confide: {line}");
}
