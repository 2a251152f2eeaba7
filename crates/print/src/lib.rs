//! Printed forms: a description becomes a PDF that looks well on paper and can be read aloud.
//!
//! The PDF is tagged (PDF/UA-1 and PDF/A-2a, as far as the library's validator checks, which refuses anything less): language,
//! title, outline, structure in reading order, and text that can be copied. The same form at the same time has the same bytes, so
//! a form need not be stored: its content is enough.

mod dates;
mod font;
mod form;
mod layout;
mod lines;
mod names;
mod paint;

use platform::error::Result;
use platform::ids::UtcTime;

pub use dates::keep_dates_together;
pub use form::{Column, Form};
pub use names::check_printable_names;

impl Form {
    /// The PDF. `at` is the creation time in the document.
    ///
    /// # Errors
    /// [`platform::error::Error::internal`] when the library refuses the document.
    pub fn print(&self, at: UtcTime) -> Result<Vec<u8>> {
        paint::paint(self, &layout::lay_out(self), at)
    }
}

#[cfg(test)]
mod tests {
    use platform::config::Organisation;

    use super::*;

    fn at(text: &str) -> UtcTime {
        UtcTime::from(text.parse::<chrono::DateTime<chrono::Utc>>().unwrap())
    }

    fn form(comment: &str) -> Form {
        Form::new("Statement")
            .from(&Organisation {
                name: "Northgate Clinic".to_owned(),
                address: vec!["1 Northgate".to_owned(), "York".to_owned()],
                check_url: None,
            })
            .stamp("DUPLICATE")
            .heading("You")
            .fields([("Name", "Rowena Skye"), ("Assessed on", "11 January 2027")])
            .ticks([(true, "a phased return to work"), (false, "altered hours")])
            .list(["Monday", "Thursday"])
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
    fn any_typed_text_can_be_printed() {
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
                .list([text, text])
                .marking(text)
                .footer_note(text)
                .ticks([(true, text)])
                .print(noon)
                .unwrap_or_else(|error| panic!("{text:?}: {error}"));
        }
        Form::new("").print(noon).unwrap();
        Form::new("Empty")
            .fields(Vec::<(String, String)>::new())
            .ticks(Vec::<(bool, String)>::new())
            .list(Vec::<String>::new())
            .table([], [])
            .print(noon)
            .unwrap();
    }
}
