//! HTTP handlers of the end of records, all for privacy officers.

pub(super) mod certificates;
pub(super) mod holds;
pub(super) mod reviews;

use crate::practitioners::queries as practitioners;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;

/// The reference of a practitioner whose record is not destroyed.
fn reference_of(tx: &mut Tx, practitioner: Id) -> Result<String> {
    practitioners::references(tx, &[practitioner])?.remove(&practitioner).ok_or_else(Error::not_found)
}
