//! SNOMED CT identifiers.

use platform::refusal::{Reason, Refusal};

/// What multiplication is in the dihedral group of order ten.
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

/// How a digit is exchanged at the second place from the right; further places exchange again.
const F: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/// Whether this is a SNOMED CT identifier: 6 to 18 digits, none of them a leading zero, with the Verhoeff check digit last
/// (`docs/clinical-rules.md#identifiers`).
pub fn is_snomed_code(code: &str) -> bool {
    let fits = (6..=18).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit()) && !code.starts_with('0');
    fits && code.bytes().rev().enumerate().fold(0, |sum, (place, byte)| step(sum, place, byte - b'0')) == 0
}

fn step(sum: u8, place: usize, digit: u8) -> u8 {
    let exchanged = (0..place % 8).fold(digit, |digit, _| F.get(usize::from(digit)).copied().unwrap_or(0));
    D.get(usize::from(sum)).and_then(|row| row.get(usize::from(exchanged))).copied().unwrap_or(0)
}

/// A SNOMED CT code, where there is one, has its check digit.
///
/// # Errors
/// [`Reason::InvalidSnomedCode`] at the pointer.
pub(super) fn check_snomed_code(code: Option<&str>, pointer: impl Into<String>) -> Result<(), Refusal> {
    if code.is_none_or(is_snomed_code) {
        return Ok(());
    }
    let detail = "This is not a SNOMED CT code: its check digit does not fit.";
    Err(Refusal::new(Reason::InvalidSnomedCode, detail).field(pointer, "invalid", detail))
}
