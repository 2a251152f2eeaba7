//! What may not be read from a paper that an employer holds.

use platform::refusal::{Reason, Refusal};
use platform::text::folded;

/// What of a person must never stand on a paper beside their legal name.
#[derive(Debug, Clone, Copy)]
pub struct Secrets<'a> {
    /// What they are called in the service.
    pub pseudonym: &'a str,
    /// The code that stands for their name.
    pub reference: &'a str,
    /// Their legal name, which may stand there.
    pub legal_name: &'a str,
}

/// A paper holds neither pseudonym nor reference nor an NHS number.
///
/// Source: `docs/clinical-rules.md#fit-note-confidentiality`; the NHS number and its check digit, `#identifiers`.
///
/// # Errors
/// [`Reason::FitNoteReveals`] at the member.
pub fn reveals_nothing(pointer: &'static str, text: &str, secrets: &Secrets<'_>) -> Result<(), Refusal> {
    let words = plain(text);
    let secret = |secret: &str| {
        let secret = plain(secret);
        secret.trim().chars().count() > 1 && words.contains(&secret)
    };
    // Somebody who is called by a part of their legal name gives nothing away.
    let pseudonym = !plain(secrets.legal_name).contains(&plain(secrets.pseudonym)) && secret(secrets.pseudonym);
    if !pseudonym && !secret(secrets.reference) && !holds_nhs_number(text) {
        return Ok(());
    }
    let detail = "Neither the name that the practitioner uses here, nor their reference, nor an NHS number may stand on it.";
    Err(Refusal::new(Reason::FitNoteReveals, detail).field(pointer, "reveals", detail))
}

/// True when a text holds one of the words that may tell what is treated, with what, or where. A star at a word's end stands for
/// any ending.
///
/// Source: `docs/clinical-rules.md#fit-note-confidentiality`: no service brand, score, group, medicine, addiction or specialty.
pub fn is_telling(text: &str, words: &[String]) -> bool {
    let text = plain(text);
    words.iter().any(|word| match word.strip_suffix('*') {
        Some(beginning) => text.contains(&format!(" {beginning}")),
        None => text.contains(&format!(" {word} ")),
    })
}

/// In small letters without accents and in figures, everything else one space, with a space before and after.
fn plain(text: &str) -> String {
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

/// True when ten figures in a row, spaces and hyphens aside, have the check digit of an NHS number.
fn holds_nhs_number(text: &str) -> bool {
    let mut figures: Vec<u32> = Vec::new();
    let mut found = false;
    for c in folded(text).chars().chain(std::iter::once('.')) {
        match c.to_digit(10) {
            Some(figure) => figures.push(figure),
            None if c == ' ' || c == '-' => {}
            None => {
                found = found || (figures.len() == 10 && is_nhs_number(&figures));
                figures.clear();
            }
        }
    }
    found
}

fn is_nhs_number(figures: &[u32]) -> bool {
    let Some((check, first)) = figures.split_last() else { return false };
    let sum: u32 = first.iter().zip((2..=10).rev()).map(|(figure, weight)| figure * weight).sum();
    let expected = (11 - sum % 11) % 11;
    expected != 10 && *check == expected
}
