//! Names that a member of staff may have.

use platform::error::{Error, Result};
use platform::names;
use platform::refusal::Reason;

/// Checks that a member of staff can be found by this name: a given and a family name, in one alphabet. Practitioners block by
/// name, and no one approves what they proposed under another name, so a name that matches nothing would escape both.
///
/// # Errors
/// 422 that names the member `/name`.
pub fn check_staff_name(name: &str) -> Result<()> {
    if !names::is_full(name) {
        let detail = "Enter the given name and the family name.";
        return Err(Error::field(Reason::InvalidBody, "/name", "not_allowed", detail));
    }
    if names::mixes_alphabets(name) {
        let detail = "Use one alphabet for the whole name.";
        return Err(Error::field(Reason::InvalidBody, "/name", "not_allowed", detail));
    }
    Ok(())
}
