//! The code on a fit note: Crockford's Base32 with a check character, so that it can be read out and typed.

use platform::text::code;

/// Digits and capital letters without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Number of characters before the check character: ninety bits.
const SECRET_LENGTH: usize = 18;
/// Number of characters in a group.
const GROUP_LENGTH: usize = 5;

/// The code of secret bytes: eighteen characters of five bits each and a check character, `7K3QX-9V2MD-0B4T8-RC5H`.
pub fn format(secret: &[u8; 32]) -> String {
    // The lowest five bits of each of eighteen bytes.
    let values: Vec<u32> = secret.iter().take(SECRET_LENGTH).map(|byte| u32::from(byte & 31)).collect();
    let characters: Vec<char> = values.iter().chain(std::iter::once(&check(&values))).map(|value| symbol(*value)).collect();
    characters.chunks(GROUP_LENGTH).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Parses a code as people type it: in any case, with or without hyphens and spaces, O for 0 and I or L for 1. `None` if it is
/// not a code or its check character is wrong.
pub fn parse(text: &str) -> Option<String> {
    let values: Vec<u32> = code(text).chars().map(value).collect::<Option<_>>()?;
    let (last, secret) = values.split_last()?;
    (secret.len() == SECRET_LENGTH && *last == check(secret)).then(|| values.iter().map(|value| symbol(*value)).collect())
}

/// The check character. The weights are odd, so that every single wrong character is detected, and differ for neighbours.
fn check(values: &[u32]) -> u32 {
    values.iter().zip(0_u32..).map(|(value, place)| value * (2 * place + 3)).sum::<u32>() % 32
}

fn symbol(value: u32) -> char {
    usize::try_from(value).ok().and_then(|index| ALPHABET.get(index)).copied().map_or('?', char::from)
}

fn value(c: char) -> Option<u32> {
    let c = match c {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().zip(0..).find(|(symbol, _)| char::from(**symbol) == c).map(|(_, value)| value)
}
