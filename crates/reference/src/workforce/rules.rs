//! The formats of registration numbers and organisation codes, and the integrated care board of an area on a day.

mod boards;
mod employers;
mod identifiers;
#[cfg(test)]
mod tests;

pub use boards::{boards_covered_by, check_icb, check_region, successor_boards};
pub use employers::employer_of;
pub use identifiers::{RegistrationNumber, check_ods_code, check_registration, check_registration_number};
