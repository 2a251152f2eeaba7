//! Amounts in words, as the law requires in addition to figures for controlled drugs.

use crate::prescriptions::model::dosage::Amount;
use platform::text::folded;

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// An amount in words: 56 is `fifty-six`, 140 `one hundred and forty`, 7.5 `seven point five`.
pub fn in_words(amount: Amount) -> String {
    let (whole, fraction) = (amount.hundredths() / 100, amount.hundredths() % 100);
    let mut words = whole_in_words(whole);
    if fraction > 0 {
        words.push_str(" point");
        let digits = [fraction / 10, fraction % 10];
        let digit_count = if fraction % 10 == 0 { 1 } else { 2 };
        for digit in digits.into_iter().take(digit_count) {
            words.push(' ');
            words.push_str(word(&SMALL, digit));
        }
    }
    words
}

fn word(table: &'static [&'static str], number: u64) -> &'static str {
    usize::try_from(number).ok().and_then(|place| table.get(place)).copied().unwrap_or_default()
}

fn whole_in_words(number: u64) -> String {
    match number {
        0..20 => word(&SMALL, number).to_owned(),
        20..100 => match number % 10 {
            0 => word(&TENS, number / 10).to_owned(),
            ones => format!("{}-{}", word(&TENS, number / 10), word(&SMALL, ones)),
        },
        100..1000 => joined(&format!("{} hundred", word(&SMALL, number / 100)), number % 100),
        _ => joined(&format!("{} thousand", whole_in_words(number / 1000)), number % 1000),
    }
}

fn joined(head: &str, rest: u64) -> String {
    match rest {
        0 => head.to_owned(),
        1..100 => format!("{head} and {}", whole_in_words(rest)),
        _ => format!("{head} {}", whole_in_words(rest)),
    }
}

/// Whether words and figures state the same number; capitals, hyphens, "and" and the name of the unit do not matter.
///
/// The total quantity of a drug of schedule 2 or 3 must be in words and figures:
/// <http://www.psnc.org.uk/dispensing-supply/dispensing/dispensing-controlled-drugs/controlled-drug-prescription-forms-validity/>
pub fn words_match_amount(words: &str, amount: Amount, unit_words: &[&str]) -> bool {
    let plain = |text: &str| -> Vec<String> {
        let text = folded(text).replace(['-', ','], " ");
        text.split_whitespace().filter(|word| *word != "and").map(str::to_owned).collect()
    };
    let mut given = plain(words);
    if given.last().is_some_and(|last| unit_words.contains(&last.as_str())) {
        given.pop();
    }
    given == plain(&in_words(amount))
}

/// The number that a word states, in hundredths: `two`, `half`, `twenty`; compound words are not read.
pub(super) fn word_value(word: &str) -> Option<u64> {
    if matches!(word, "half" | "½") {
        return Some(50);
    }
    let place = |table: &[&str]| table.iter().position(|known| !known.is_empty() && *known == word);
    let number = place(&SMALL).or_else(|| place(&TENS).map(|tens| tens * 10))?;
    u64::try_from(number).ok().map(|number| number * 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: [(&str, &str); 14] = [
        ("0", "zero"),
        ("1", "one"),
        ("14", "fourteen"),
        ("20", "twenty"),
        ("28", "twenty-eight"),
        ("56", "fifty-six"),
        ("100", "one hundred"),
        ("140", "one hundred and forty"),
        ("999", "nine hundred and ninety-nine"),
        ("1000", "one thousand"),
        ("1012", "one thousand and twelve"),
        ("12345", "twelve thousand three hundred and forty-five"),
        ("7.5", "seven point five"),
        ("3.75", "three point seven five"),
    ];

    #[test]
    fn amounts_are_written_as_they_are_spoken() {
        for (figures, words) in CASES {
            assert_eq!(in_words(figures.parse().unwrap()), words);
        }
        assert_eq!(in_words("2.05".parse().unwrap()), "two point zero five");
        assert_eq!(in_words("0.5".parse().unwrap()), "zero point five");
        assert_eq!(in_words("200000".parse().unwrap()), "two hundred thousand");
    }

    #[test]
    fn words_match_only_their_own_figures() {
        let units = ["tablet", "tablets"];
        for (figures, words) in CASES {
            let amount = figures.parse().unwrap();
            assert!(words_match_amount(words, amount, &units));
            assert!(words_match_amount(&format!("{} TABLETS", words.to_uppercase().replace('-', " ")), amount, &units));
        }
        let fifty_six = "56".parse().unwrap();
        for other in ["fifty-five", "fifty", "sixty-five", "", "56", "tablets", "fifty-six capsules", "fifty-six point zero"] {
            assert!(!words_match_amount(other, fifty_six, &units), "{other}");
        }
    }
}
