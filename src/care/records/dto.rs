//! Forms of the record.

pub mod allergies;
pub mod gp;
pub mod lead;

use crate::platform::private::Private;

/// What somebody wrote, unless it is blank.
pub fn said(text: Option<&Private<String>>) -> Option<String> {
    text.map(|text| text.reveal().trim().to_owned()).filter(|text| !text.is_empty())
}
