//! Dates that stay on one line.

use super::lines::NO_BREAK_SPACE;

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// The text with no-break spaces inside its dates, such as `11 January 2027`: a date that is cut in two is misread.
pub fn keep_dates_together(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let is_inside = character == ' ' && text.get(..at).zip(text.get(at + 1..)).is_some_and(is_inside_a_date);
        kept.push(if is_inside { NO_BREAK_SPACE } else { character });
    }
    kept
}

/// Whether a space between these two texts is between a day and a month, or between a month and a year.
fn is_inside_a_date((before, after): (&str, &str)) -> bool {
    let left = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let right = after.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let figures = |word: &str, lengths: &[usize]| lengths.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    (figures(left, &[1, 2]) && MONTHS.contains(&right)) || (MONTHS.contains(&left) && figures(right, &[4]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_spaces_inside_a_date_hold_its_parts_together() {
        for (text, expected) in [
            ("11 January 2027", "11_January_2027"),
            ("Seen on 4 May 2026, video.", "Seen on 4_May_2026, video."),
            ("From 1 March to 31 March 2027", "From 1_March to 31_March_2027"),
            ("in June 2027", "in June_2027"),
            ("(8 February 2027)", "(8_February_2027)"),
            ("100 May 20", "100 May 20"),
            ("She may work 4 days", "She may work 4 days"),
            ("In May 12 patients", "In May 12 patients"),
            ("4  May", "4  May"),
            ("4\nMay", "4\nMay"),
            ("é 4 May ü", "é 4_May ü"),
            ("", ""),
        ] {
            assert_eq!(keep_dates_together(text).replace(NO_BREAK_SPACE, "_"), expected, "{text}");
        }
    }
}
