//! Datasets of figures and times of day: each has a fixed set of keys, and for every key the values that make sense. The clinically
//! absurd ones are refused (`docs/clinical-rules.md#reference-data`).

use std::fmt::Display;
use std::ops::RangeInclusive;

use chrono::{NaiveDate, NaiveTime};

use super::dto::{FigureEntry, TimeOfDayEntry};
use super::model::{EntryFault, Fault, KEY, ReferenceDataset};
use super::overlay::{Changes, DatedChange};

/// Data that consist of figures, or have some.
pub trait Figures {
    /// Every figure that administrators change, each once.
    fn figures(&mut self) -> Vec<Figure<'_>>;
}

/// A figure, or a time of day, in the data that have it.
#[derive(Debug)]
pub struct Figure<'a> {
    key: String,
    place: Place<'a>,
    source: &'a str,
}

#[derive(Debug)]
enum Place<'a> {
    Number(&'a mut u16, RangeInclusive<u16>),
    TimeOfDay(&'a mut NaiveTime, RangeInclusive<NaiveTime>),
}

/// A shipped figure in the form in which it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShippedFigure {
    Number(FigureEntry),
    TimeOfDay(TimeOfDayEntry),
}

impl<'a> Figure<'a> {
    /// A number, with the values that make sense. `source` is where the present one comes from.
    pub fn number(key: impl Into<String>, value: &'a mut u16, allowed: RangeInclusive<u16>, source: &'a str) -> Self {
        Self { key: key.into(), place: Place::Number(value, allowed), source }
    }

    /// A time of day between two full hours.
    pub fn time_of_day(key: impl Into<String>, value: &'a mut NaiveTime, allowed: RangeInclusive<u32>, source: &'a str) -> Self {
        let hour = |hour: u32| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self { key: key.into(), place: Place::TimeOfDay(value, hour(*allowed.start())..=hour(*allowed.end())), source }
    }

    /// The key of its entry.
    pub fn key(&self) -> &str {
        &self.key
    }

    fn replace(&mut self, change: &DatedChange) -> Result<(), EntryFault> {
        let needed = || change.fault(Fault::new("", "required", "This is always needed. Give the value as it is to be."));
        match &mut self.place {
            Place::Number(value, allowed) => {
                let entry = change.read::<FigureEntry>()?.ok_or_else(needed)?;
                check_range(&entry.value, allowed, "/value").map_err(|fault| change.fault(fault))?;
                **value = entry.value;
            }
            Place::TimeOfDay(value, allowed) => {
                let entry = change.read::<TimeOfDayEntry>()?.ok_or_else(needed)?;
                let wrong = |_| change.fault(Fault::new("/time", "invalid_format", "Enter a time such as 09:00."));
                let time = NaiveTime::parse_from_str(&entry.time, "%H:%M").map_err(wrong)?;
                check_range(&time, allowed, "/time").map_err(|fault| change.fault(fault))?;
                **value = time;
            }
        }
        Ok(())
    }

    fn shipped(self) -> (String, ShippedFigure) {
        let source = self.source.to_owned();
        let shown = match self.place {
            Place::Number(value, _) => ShippedFigure::Number(FigureEntry { value: *value, source }),
            Place::TimeOfDay(time, _) => {
                ShippedFigure::TimeOfDay(TimeOfDayEntry { time: time.format("%H:%M").to_string(), source })
            }
        };
        (self.key, shown)
    }

    /// Whether the present value is one of those that make sense.
    fn is_sensible(&self) -> bool {
        match &self.place {
            Place::Number(value, allowed) => allowed.contains(value),
            Place::TimeOfDay(time, allowed) => allowed.contains(time),
        }
    }
}

fn check_range<T: PartialOrd + Display>(value: &T, allowed: &RangeInclusive<T>, member: &str) -> Result<(), Fault> {
    if allowed.contains(value) {
        return Ok(());
    }
    Err(Fault::new(member, "out_of_range", format!("Choose a value from {} to {}.", allowed.start(), allowed.end())))
}

/// Applies the changes of a day to data.
///
/// # Errors
/// The first changed entry with an unknown key, another form, or a value that makes no sense.
pub fn lay_over(data: &mut impl Figures, changes: &Changes, dataset: ReferenceDataset, on: NaiveDate) -> Result<(), EntryFault> {
    let mut figures = data.figures();
    for (key, change) in changes.in_force_on(dataset, on) {
        let unknown = || change.fault(Fault::new(KEY, "unknown", "There is no entry with this key in the dataset."));
        figures.iter_mut().find(|figure| figure.key == key).ok_or_else(unknown)?.replace(change)?;
    }
    Ok(())
}

/// The figures of data as they are shown, each with its key.
pub fn shipped(mut data: impl Figures) -> Vec<(String, ShippedFigure)> {
    data.figures().into_iter().map(Figure::shipped).collect()
}

/// The first key whose value makes no sense, for the checks of shipped data.
pub fn first_absurd(data: &mut impl Figures) -> Option<String> {
    data.figures().into_iter().find(|figure| !figure.is_sensible()).map(|figure| figure.key)
}

/// The fault of an entry whose value contradicts that of another entry.
pub fn out_of_order(dataset: ReferenceDataset, key: impl Into<String>, member: &str, detail: &'static str) -> EntryFault {
    EntryFault::new(dataset, key, Fault::new(member, "out_of_order", detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::ids::Id;
    use serde_json::{Value, json};

    #[derive(Clone)]
    struct Rules {
        days: u16,
        from: NaiveTime,
    }

    impl Figures for Rules {
        fn figures(&mut self) -> Vec<Figure<'_>> {
            vec![
                Figure::number("days", &mut self.days, 1..=28, "Own."),
                Figure::time_of_day("from", &mut self.from, 8..=12, "Own."),
            ]
        }
    }

    const DATASET: ReferenceDataset = ReferenceDataset::FollowUpPolicy;

    fn rules() -> Rules {
        Rules { days: 7, from: NaiveTime::from_hms_opt(9, 0, 0).unwrap() }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn laid(key: &str, entry: Value, on: &str) -> Result<(u16, String), (String, &'static str)> {
        let (valid_from, entry) = (day("2027-02-01"), (!entry.is_null()).then_some(entry));
        let change = DatedChange { id: Id::NO_RECORD, dataset: DATASET, key: key.to_owned(), valid_from, number: 1, entry };
        let mut data = rules();
        lay_over(&mut data, &Changes::new(vec![change]), DATASET, day(on))
            .map_err(|fault| (fault.fault.member, fault.fault.code))?;
        Ok((data.days, data.from.to_string()))
    }

    #[test]
    fn a_figure_holds_from_its_day() {
        let entry = || json!({ "value": 28, "source": "The lead" });
        assert_eq!(laid("days", entry(), "2027-01-31"), Ok((7, "09:00:00".to_owned())));
        assert_eq!(laid("days", entry(), "2027-02-01"), Ok((28, "09:00:00".to_owned())));
        assert_eq!(laid("from", json!({ "time": "10:30", "source": "The lead" }), "2027-02-01"), Ok((7, "10:30:00".to_owned())));
    }

    #[test]
    fn a_wrong_figure_is_refused_at_its_member() {
        let number = |value: i64| json!({ "value": value, "source": "The lead" });
        let time = |text: &str| json!({ "time": text, "source": "The lead" });
        for (key, entry, member, code) in [
            ("weeks", number(1), KEY, "unknown"),
            ("days", number(0), "/value", "out_of_range"),
            ("days", number(29), "/value", "out_of_range"),
            ("days", number(70_000), "", "invalid"),
            ("days", time("09:00"), "", "invalid"),
            ("days", Value::Null, "", "required"),
            ("from", time("07:59"), "/time", "out_of_range"),
            ("from", time("12:01"), "/time", "out_of_range"),
            ("from", time("late"), "/time", "invalid_format"),
            ("from", number(9), "", "invalid"),
        ] {
            assert_eq!(laid(key, entry, "2027-02-01"), Err((member.to_owned(), code)), "{key}");
        }
    }

    #[test]
    fn shipped_figures_are_shown_with_their_sources() {
        let all = shipped(rules());
        assert_eq!(all[0], ("days".to_owned(), ShippedFigure::Number(FigureEntry { value: 7, source: "Own.".to_owned() })));
        let from = TimeOfDayEntry { time: "09:00".to_owned(), source: "Own.".to_owned() };
        assert_eq!(all[1], ("from".to_owned(), ShippedFigure::TimeOfDay(from)));
    }

    #[test]
    fn shipped_values_that_make_no_sense_are_found() {
        assert_eq!(first_absurd(&mut rules()), None);
        assert_eq!(first_absurd(&mut Rules { days: 29, ..rules() }).as_deref(), Some("days"));
    }
}
