//! SNOMED CT identifiers.

use platform::refusal::{Reason, Refusal};

/// Multiplication table of the dihedral group of order ten.
const D: [[u8; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];

/// The permutation of a digit at the second place from the right; it is applied once more for each further place.
const F: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/// Whether this is a SNOMED CT identifier: 6 to 18 digits, none of them a leading zero, with the Verhoeff check digit last
/// (`docs/clinical-rules.md#identifiers`).
pub fn is_snomed_code(code: &str) -> bool {
    let fits = (6..=18).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit()) && !code.starts_with('0');
    fits && code.bytes().rev().enumerate().fold(0, |sum, (place, byte)| step(sum, place, byte - b'0')) == 0
}

fn step(sum: u8, place: usize, digit: u8) -> u8 {
    let permuted = (0..place % 8).fold(digit, |digit, _| F.get(usize::from(digit)).copied().unwrap_or(0));
    D.get(usize::from(sum)).and_then(|row| row.get(usize::from(permuted))).copied().unwrap_or(0)
}

/// Checks the format and check digit of a SNOMED CT code, if there is one.
///
/// # Errors
/// [`Reason::InvalidSnomedCode`] at the pointer.
pub(super) fn check_snomed_code(code: Option<&str>, pointer: impl Into<String>) -> Result<(), Refusal> {
    if code.is_none_or(is_snomed_code) {
        return Ok(());
    }
    let detail = "This is not a valid SNOMED CT code. Check it for typing errors.";
    Err(Refusal::new(Reason::InvalidSnomedCode, detail).field(pointer, "invalid", detail))
}
