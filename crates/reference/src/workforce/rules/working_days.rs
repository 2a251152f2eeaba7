//! Working days: Monday to Friday, except bank holidays.

use chrono::{Datelike, NaiveDate, Weekday};

/// The day that is this many working days after another.
pub fn add_working_days(from: NaiveDate, count: u16, holidays: &[NaiveDate]) -> NaiveDate {
    let works = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !holidays.contains(day);
    if count == 0 {
        return from;
    }
    from.iter_days().skip(1).filter(works).nth(usize::from(count) - 1).unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workforce::catalogue::bank_holidays;

    #[test]
    fn working_days_skip_weekends_and_bank_holidays() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        // Good Friday and Easter Monday 2027 are 26 and 29 March.
        for (from, count, to) in [
            ("2027-01-11", 0, "2027-01-11"),
            ("2027-01-11", 1, "2027-01-12"),
            ("2027-01-08", 1, "2027-01-11"),
            ("2027-01-11", 10, "2027-01-25"),
            ("2027-03-25", 1, "2027-03-30"),
            ("2027-12-24", 1, "2027-12-29"),
        ] {
            assert_eq!(add_working_days(day(from), count, bank_holidays()), day(to), "{from} + {count}");
        }
    }
}
