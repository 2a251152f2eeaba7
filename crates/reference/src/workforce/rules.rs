//! The formats of registration numbers and organisation codes, the integrated care board of an area on a day, bank holidays, and working
//! days.

mod boards;
mod employers;
mod holidays;
mod identifiers;
#[cfg(test)]
mod tests;
mod working_days;

pub use boards::{boards_covered_by, check_boards, check_icb, check_region, successor_boards};
pub use employers::employer_of;
pub use holidays::{check_holiday, closing_days};
pub use identifiers::{RegistrationNumber, check_ods_code, check_registration, check_registration_number};
pub use working_days::add_working_days;
