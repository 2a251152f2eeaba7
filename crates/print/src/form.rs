//! The content of a form, and a builder for it.

use platform::config::Organisation;

/// A form to be printed: its title, its sender, and its parts in reading order.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    pub(super) title: String,
    pub(super) from: Vec<String>,
    pub(super) stamp: Option<String>,
    pub(super) footer: String,
    pub(super) footer_note: Option<String>,
    pub(super) marking: Option<String>,
    pub(super) parts: Vec<Part>,
}

/// One part of a form.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    Heading(String),
    Paragraph(String),
    Note(String),
    /// Items with bullets.
    List(Vec<String>),
    /// Labels with their values, in this many columns.
    Fields(Vec<(String, String)>, u8),
    Ticks(Vec<(bool, String)>),
    Table(Vec<Column>, Vec<Vec<String>>),
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub(super) title: String,
    pub(super) share: f32,
    pub(super) figures: bool,
}

impl Column {
    /// A column of text, with its share of the width relative to the shares of the other columns.
    pub fn text(title: impl Into<String>, share: f32) -> Self {
        Self { title: title.into(), share, figures: false }
    }

    /// A column of figures, aligned to the right.
    pub fn figures(title: impl Into<String>, share: f32) -> Self {
        Self { title: title.into(), share, figures: true }
    }
}

impl Form {
    /// A form with its title. The title is also the document's title, so it contains nothing personal.
    pub fn new(title: impl Into<String>) -> Self {
        let title = title.into();
        Self { footer: title.clone(), title, from: Vec::new(), stamp: None, footer_note: None, marking: None, parts: Vec::new() }
    }

    /// The sender of the form, at the head of the first page.
    #[must_use]
    pub fn from(mut self, organisation: &Organisation) -> Self {
        self.from = std::iter::once(&organisation.name).chain(&organisation.address).cloned().collect();
        self
    }

    /// A word in a box next to the title, such as `DUPLICATE`.
    #[must_use]
    pub fn stamp(mut self, word: impl Into<String>) -> Self {
        self.stamp = Some(word.into());
        self
    }

    /// The text at the foot of every page in place of the title, before the page number.
    #[must_use]
    pub fn footer(mut self, text: impl Into<String>) -> Self {
        self.footer = text.into();
        self
    }

    /// A second line at the foot of every page.
    #[must_use]
    pub fn footer_note(mut self, text: impl Into<String>) -> Self {
        self.footer_note = Some(text.into());
        self
    }

    /// A word at the head of every page, such as `CONFIDENTIAL`.
    #[must_use]
    pub fn marking(mut self, word: impl Into<String>) -> Self {
        self.marking = Some(word.into());
        self
    }

    #[must_use]
    pub fn heading(self, text: impl Into<String>) -> Self {
        self.with(Part::Heading(text.into()))
    }

    /// A paragraph; line breaks are kept.
    #[must_use]
    pub fn paragraph(self, text: impl Into<String>) -> Self {
        self.with(Part::Paragraph(text.into()))
    }

    /// A small paragraph for explanations of the form.
    #[must_use]
    pub fn note(self, text: impl Into<String>) -> Self {
        self.with(Part::Note(text.into()))
    }

    /// A list with bullets; line breaks in an item are kept.
    #[must_use]
    pub fn list<T: Into<String>>(self, items: impl IntoIterator<Item = T>) -> Self {
        self.with(Part::List(items.into_iter().map(Into::into).collect()))
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

    /// Boxes with their labels, each ticked or not.
    #[must_use]
    pub fn ticks<T: Into<String>>(self, boxes: impl IntoIterator<Item = (bool, T)>) -> Self {
        self.with(Part::Ticks(boxes.into_iter().map(|(ticked, text)| (ticked, text.into())).collect()))
    }

    /// A table; its head is repeated on each further page.
    #[must_use]
    pub fn table(self, columns: impl IntoIterator<Item = Column>, rows: impl IntoIterator<Item = Vec<String>>) -> Self {
        self.with(Part::Table(columns.into_iter().collect(), rows.into_iter().collect()))
    }

    fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }
}
