//! The names on what is printed.

use platform::error::Result;
use platform::refusal::{Reason, Refusal};
use platform::text::printable::unprintable;

/// Whether the names of the two concerned can be printed. Where they are typed, others are refused; one may have been kept before
/// that was so. No member of a request is at fault then, so the sentence says what has to be changed, and by whom.
///
/// # Errors
/// 422 `unprintable`.
pub fn printable_names(clinician: &str, practitioner: &str) -> Result<()> {
    for (name, detail) in [
        (clinician, "A letter of your name in the directory cannot be printed. An administrator can change the name."),
        (practitioner, "A letter of the practitioner's legal name cannot be printed. They can change it in their registration."),
    ] {
        if unprintable(name).is_some() {
            return Err(Refusal::new(Reason::Unprintable, detail).into());
        }
    }
    Ok(())
}
