//! Printed forms: a description in plain words becomes a PDF that looks well on paper and can be read aloud.
//!
//! The PDF is tagged (PDF/UA-1 and PDF/A-2a, as far as the library's validator goes, which refuses anything less): language,
//! title, outline, structure in reading order, and text that can be copied. The same form at the same time has the same bytes,
//! so a form need not be kept: what it says is enough.

mod font;
mod layout;
mod lines;
mod names;
mod paint;

use platform::config::Organisation;
use platform::error::Result;
use platform::ids::UtcTime;

pub use names::printable_names;

/// A form to be printed: what it is called, who it is from, and its parts in reading order.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    title: String,
    from: Vec<String>,
    mark: Option<String>,
    foot: String,
    parts: Vec<Part>,
}

/// One part of a form.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Heading(String),
    Paragraph(String),
    Note(String),
    /// Labels with their values, in so many columns.
    Fields(Vec<(String, String)>, u8),
    Ticks(Vec<(bool, String)>),
    Table(Vec<Column>, Vec<Vec<String>>),
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    title: String,
    share: f32,
    figures: bool,
}

impl Column {
    /// A column of text, with its share of the width beside the others' shares.
    pub fn text(title: impl Into<String>, share: f32) -> Self {
        Self { title: title.into(), share, figures: false }
    }

    /// A column of figures: they stand at its right.
    pub fn figures(title: impl Into<String>, share: f32) -> Self {
        Self { title: title.into(), share, figures: true }
    }
}

impl Form {
    /// A form with its title. The title is also the document's, so it holds nothing personal.
    pub fn new(title: impl Into<String>) -> Self {
        let title = title.into();
        Self { foot: title.clone(), title, from: Vec::new(), mark: None, parts: Vec::new() }
    }

    /// Whose form it is, at the head of the first page.
    #[must_use]
    pub fn from(mut self, organisation: &Organisation) -> Self {
        self.from = std::iter::once(&organisation.name).chain(&organisation.address).cloned().collect();
        self
    }

    /// A word in a box beside the title, such as `DUPLICATE`.
    #[must_use]
    pub fn mark(mut self, word: impl Into<String>) -> Self {
        self.mark = Some(word.into());
        self
    }

    /// What stands at the foot of every page instead of the title, before the page's number.
    #[must_use]
    pub fn foot(mut self, text: impl Into<String>) -> Self {
        self.foot = text.into();
        self
    }

    /// A heading.
    #[must_use]
    pub fn heading(self, text: impl Into<String>) -> Self {
        self.with(Part::Heading(text.into()))
    }

    /// A paragraph; line ends are kept.
    #[must_use]
    pub fn paragraph(self, text: impl Into<String>) -> Self {
        self.with(Part::Paragraph(text.into()))
    }

    /// A small paragraph, for what explains the form.
    #[must_use]
    pub fn note(self, text: impl Into<String>) -> Self {
        self.with(Part::Note(text.into()))
    }

    /// A label and its value over the whole width; the value may be long.
    #[must_use]
    pub fn field(self, label: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(Part::Fields(vec![(label.into(), value.into())], 1))
    }

    /// Labels and short values side by side, two in a row.
    #[must_use]
    pub fn fields<L: Into<String>, V: Into<String>>(self, pairs: impl IntoIterator<Item = (L, V)>) -> Self {
        self.with(Part::Fields(pairs.into_iter().map(|(label, value)| (label.into(), value.into())).collect(), 2))
    }

    /// Boxes, each ticked or not, with what it means.
    #[must_use]
    pub fn ticks<T: Into<String>>(self, boxes: impl IntoIterator<Item = (bool, T)>) -> Self {
        self.with(Part::Ticks(boxes.into_iter().map(|(ticked, text)| (ticked, text.into())).collect()))
    }

    /// A table; its head is printed again on each further page.
    #[must_use]
    pub fn table(self, columns: impl IntoIterator<Item = Column>, rows: impl IntoIterator<Item = Vec<String>>) -> Self {
        self.with(Part::Table(columns.into_iter().collect(), rows.into_iter().collect()))
    }

    fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// The PDF. `at` is the time that the document says it was made at.
    ///
    /// # Errors
    /// [`platform::error::Error::internal`] when the library refuses the document.
    pub fn print(&self, at: UtcTime) -> Result<Vec<u8>> {
        paint::paint(self, &layout::lay_out(self), at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> UtcTime {
        UtcTime::from(text.parse::<chrono::DateTime<chrono::Utc>>().unwrap())
    }

    fn form(comment: &str) -> Form {
        Form::new("Statement")
            .from(&Organisation {
                name: "Northgate Clinic".to_owned(),
                address: vec!["1 Northgate".to_owned(), "York".to_owned()],
                check_at: None,
            })
            .mark("DUPLICATE")
            .heading("You")
            .fields([("Name", "Rowena Skye"), ("Assessed on", "11 January 2027")])
            .ticks([(true, "a phased return to work"), (false, "altered hours")])
            .table([Column::text("Week", 1.0), Column::figures("Hours", 1.0)], [vec!["1".to_owned(), "12".to_owned()]])
            .field("Comments", comment)
            .note("Small words.")
    }

    #[test]
    fn the_same_form_at_the_same_time_has_the_same_bytes() {
        let (noon, later) = (at("2027-01-11T12:00:00Z"), at("2027-01-11T12:00:01Z"));
        let printed = form("a").print(noon).unwrap();
        for _ in 0..3 {
            assert!(form("a").print(noon).unwrap() == printed);
        }
        assert!(form("b").print(noon).unwrap() != printed);
        assert!(form("a").print(later).unwrap() != printed);
        assert!(printed.starts_with(b"%PDF-1.7"));
    }

    #[test]
    fn whatever_is_typed_prints() {
        let noon = at("2027-01-11T12:00:00Z");
        for text in [
            "",
            " ",
            "🙂 שלום",
            "a\u{301}\u{301}\u{301}",
            "x\u{ad}y",
            "a\u{200d}b\u{200b}",
            "\u{301}",
            "\u{7}\u{0}",
            &"word ".repeat(3000),
            &"w".repeat(5000),
            &"\n".repeat(300),
        ] {
            form(text)
                .paragraph(text)
                .heading(text)
                .ticks([(true, text)])
                .print(noon)
                .unwrap_or_else(|error| panic!("{text:?}: {error}"));
        }
        Form::new("").print(noon).unwrap();
        Form::new("Nothing")
            .fields(Vec::<(String, String)>::new())
            .ticks(Vec::<(bool, String)>::new())
            .table([], [])
            .print(noon)
            .unwrap();
    }
}
