//! The names on printed forms.

use platform::error::Result;
use platform::refusal::{Reason, Refusal};
use platform::text::printable::unprintable;

/// Checks that the names of the clinician and the practitioner can be printed. Names that cannot be printed are refused when they
/// are entered; one may have been stored before that check existed. No member of the request is wrong then, so the error says
/// what has to be changed, and who can change it.
///
/// # Errors
/// 422 `unprintable`.
pub fn check_printable_names(clinician: &str, practitioner: &str) -> Result<()> {
    for (name, detail) in [
        (clinician, "Your name in the directory contains a character that cannot be printed. Ask an administrator to change it."),
        (
            practitioner,
            "The practitioner's legal name contains a character that cannot be printed. Ask them to change it in their \
             registration.",
        ),
    ] {
        if unprintable(name).is_some() {
            return Err(Refusal::new(Reason::Unprintable, detail).into());
        }
    }
    Ok(())
}
