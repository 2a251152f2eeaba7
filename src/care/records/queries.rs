//! Every statement about the record.

pub mod allergies;
pub mod gp;

pub use allergies::allergies;
pub use gp::gp_sharing;

use crate::care::assessment::queries::episodes;
use crate::platform::db::Conn;
use crate::platform::error::Result;
use crate::platform::ids::Id;

/// Who leads a practitioner's care: nobody before it begins and after it ends, nor while the two must not meet.
pub fn lead_clinician(conn: &mut Conn, practitioner: Id) -> Result<Option<Id>> {
    episodes::lead(conn, practitioner)
}
