//! What must not be readable on a document that an employer holds.

use super::listed_words::SearchedText;
use platform::refusal::{Reason, Refusal};
use platform::text::folded;

/// What identifies a practitioner within the service and must never be printed next to their legal name.
#[derive(Debug, Clone, Copy)]
pub struct PrivateIdentifiers<'a> {
    /// Their name within the service.
    pub pseudonym: &'a str,
    /// Their reference.
    pub reference: &'a str,
    /// Their legal name, which may be printed.
    pub legal_name: &'a str,
}

/// Checks that a printed text contains neither pseudonym nor reference nor an NHS number.
///
/// Source: `docs/clinical-rules.md#fit-note-confidentiality`; the NHS number and its check digit, `#identifiers`.
///
/// # Errors
/// [`Reason::FitNoteReveals`] at the member.
pub fn check_no_identifiers(pointer: &'static str, text: &str, secrets: &PrivateIdentifiers<'_>) -> Result<(), Refusal> {
    if !contains_identifier(text, secrets) {
        return Ok(());
    }
    let detail =
        "Remove the practitioner's name in this service, their reference and any NHS number: the employer may read this.";
    Err(Refusal::new(Reason::FitNoteReveals, detail).field(pointer, "reveals", detail))
}

/// Whether a text contains the pseudonym, the reference or an NHS number.
pub fn contains_identifier(text: &str, secrets: &PrivateIdentifiers<'_>) -> bool {
    let words = normalised(text);
    let secret = |secret: &str| {
        let secret = normalised(secret);
        secret.trim().chars().count() > 1 && words.contains(&secret)
    };
    // A pseudonym that is part of the legal name reveals nothing.
    let pseudonym = !normalised(secrets.legal_name).contains(&normalised(secrets.pseudonym)) && secret(secrets.pseudonym);
    pseudonym || secret(secrets.reference) || contains_nhs_number(text)
}

/// Whether a text contains one of the words that may reveal what is treated, with what, or where. A star at the end of a word
/// matches any ending. How a word is written does not matter, see `SearchedText`.
///
/// Source: `docs/clinical-rules.md#fit-note-confidentiality`: no service brand, score, group, medicine, diagnosis, addiction or specialty.
pub fn has_sensitive_word(text: &str, words: &[String]) -> bool {
    let text = SearchedText::new(text);
    words.iter().any(|word| text.find(word).is_some())
}

/// The words of a text for which [`has_sensitive_word`] is true, in lower case and as the list has them, each with its ending.
pub fn sensitive_words_in(text: &str, words: &[String]) -> Vec<String> {
    let text = SearchedText::new(text);
    words.iter().filter_map(|word| text.find(word)).collect()
}

/// Lower-case letters without accents and digits; everything else becomes one space, with a space at the start and the end.
pub(in crate::fit_notes) fn normalised(text: &str) -> String {
    let mut plain = String::from(" ");
    for c in folded(text).chars() {
        if c.is_alphanumeric() {
            plain.push(c);
        } else if !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    if !plain.ends_with(' ') {
        plain.push(' ');
    }
    plain
}

/// Whether ten digits in a row, ignoring spaces and hyphens, have the check digit of an NHS number.
fn contains_nhs_number(text: &str) -> bool {
    let mut digits: Vec<u32> = Vec::new();
    let mut found = false;
    for c in folded(text).chars().chain(std::iter::once('.')) {
        match c.to_digit(10) {
            Some(digit) => digits.push(digit),
            None if c == ' ' || c == '-' => {}
            None => {
                found = found || (digits.len() == 10 && is_nhs_number(&digits));
                digits.clear();
            }
        }
    }
    found
}

fn is_nhs_number(digits: &[u32]) -> bool {
    let Some((check, first)) = digits.split_last() else { return false };
    let sum: u32 = first.iter().zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    let expected = (11 - sum % 11) % 11;
    expected != 10 && *check == expected
}
