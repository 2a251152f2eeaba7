//! The code on a fit note: Crockford's letters and figures, so that it can be read out and typed, with a check character.

use platform::text::code;

/// Figures and capitals without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Ninety bits.
const SECRET: usize = 18;
/// In groups of this many.
const GROUP: usize = 5;

/// The code that secret bytes make: eighteen characters of five bits and one that checks them, `7K3QX-9V2MD-0B4T8-RC5H`.
pub fn format(secret: &[u8; 32]) -> String {
    // The lowest five bits of each of eighteen bytes.
    let values: Vec<u32> = secret.iter().take(SECRET).map(|byte| u32::from(byte & 31)).collect();
    let characters: Vec<char> = values.iter().chain(std::iter::once(&check(&values))).map(|value| symbol(*value)).collect();
    characters.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Reads a code as people write it: in any case, with or without hyphens and spaces, O for 0 and I or L for 1. `None` when it is
/// none, or its check character is wrong.
pub fn parse(text: &str) -> Option<String> {
    let values: Vec<u32> = code(text).chars().map(value).collect::<Option<_>>()?;
    let (last, secret) = values.split_last()?;
    (secret.len() == SECRET && *last == check(secret)).then(|| values.iter().map(|value| symbol(*value)).collect())
}

/// Odd weights, so that every single wrong character is found, and different ones side by side.
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
