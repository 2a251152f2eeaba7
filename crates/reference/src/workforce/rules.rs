//! Whether a number has the form its register gives it, and which board answers for which area on which day.

mod boards;
mod identifiers;
#[cfg(test)]
mod tests;

pub use boards::{boards_answered_for, check_icb, check_region, heirs};
pub use identifiers::{RegistrationNumber, check_ods_code, check_registration, check_registration_number};
