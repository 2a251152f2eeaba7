//! Writes a layout as a tagged PDF.

use std::num::NonZeroU16;

use chrono::{Datelike, Timelike};
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree,
};
use krilla::{Document, SerializeSettings};

use super::font::{Shaped, Weight};
use super::form::Form;
use super::layout::{BOTTOM, Child, FOOTER, Ink, Layout, MARGIN, PAGE, Piece, Role, TOP, WIDTH};
use super::lines::Style;
use platform::error::{Error, Result};
use platform::ids::UtcTime;

/// British English.
const LANGUAGE: &str = "en-GB";
const BLACK: (u8, u8, u8) = (24, 28, 34);
/// Dark enough to read: a contrast of seven to one on white.
const GREY: (u8, u8, u8) = (84, 91, 102);
const LINE: (u8, u8, u8) = (176, 182, 191);
const BOX: f32 = 10.0;

/// Draws the pages.
pub(super) fn paint(form: &Form, layout: &Layout, at: UtcTime) -> Result<Vec<u8>> {
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .with_archival_validator(Archival::A2_A)
        .finish()
        .map_err(|_| Error::internal("the library does not know the kinds of PDF that are asked for"))?;
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut painted = Painted { identifiers: vec![None; layout.pieces], places: vec![None; layout.pieces] };
    let of = layout.pages.len();
    for (number, pieces) in layout.pages.iter().enumerate() {
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| Error::internal("the page has no size"))?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        if let Some(word) = &form.marking {
            draw_marking(&mut surface, word);
        }
        for piece in pieces {
            let identifier = draw(&mut surface, piece);
            if let Some(at) = piece.number {
                painted.note(at, identifier, (number, piece.y));
            }
        }
        draw_footer(&mut surface, form, number + 1, of);
        surface.finish();
        page.finish();
    }
    let title = if form.title.trim().is_empty() { "Form" } else { form.title.as_str() };
    document.set_metadata(Metadata::new().title(title.to_owned()).language(LANGUAGE.to_owned()).creation_date(creation_date(at)));
    document.set_outline(painted.outline(layout, title));
    document.set_tag_tree(painted.structure(layout));
    document.finish().map_err(|_| Error::internal("the library refuses a form"))
}

/// Where each piece of content was drawn.
struct Painted {
    identifiers: Vec<Option<Identifier>>,
    places: Vec<Option<(usize, f32)>>,
}

impl Painted {
    fn note(&mut self, piece: usize, identifier: Identifier, place: (usize, f32)) {
        if let (Some(known), Some(known_place)) = (self.identifiers.get_mut(piece), self.places.get_mut(piece)) {
            *known = Some(identifier);
            *known_place = Some(place);
        }
    }

    fn outline(&self, layout: &Layout, title: &str) -> Outline {
        let mut outline = Outline::new();
        for element in layout.elements.iter().filter(|element| matches!(element.role, Role::Title | Role::Heading)) {
            let piece = element.children.iter().find_map(|child| match child {
                Child::Piece(piece) => self.places.get(*piece).copied().flatten(),
                Child::Element(_) => None,
            });
            let (page, baseline) = piece.unwrap_or((0, 0.0));
            let text = if element.text.trim().is_empty() { title } else { element.text.trim() };
            let place = XyzDestination::new(page, Point::from_xy(MARGIN, (baseline - 20.0).max(0.0)));
            outline.push_child(OutlineNode::new(text.to_owned(), place));
        }
        outline
    }

    fn structure(&self, layout: &Layout) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
        for root in &layout.roots {
            if let Some(node) = self.node(layout, *root) {
                tree.push(node);
            }
        }
        tree
    }

    /// An element with its content; none when it has no content at all.
    fn node(&self, layout: &Layout, number: usize) -> Option<Node> {
        let element = layout.elements.get(number)?;
        let children: Vec<Node> = element
            .children
            .iter()
            .filter_map(|child| match child {
                Child::Element(number) => self.node(layout, *number),
                Child::Piece(piece) => self.identifiers.get(*piece).copied().flatten().map(Node::from),
            })
            .collect();
        let is_cell = matches!(element.role, Role::Cell | Role::HeadCell);
        (is_cell || !children.is_empty()).then(|| Node::Group(group(element.role, element.text.trim(), children)))
    }
}

fn group(role: Role, text: &str, children: Vec<Node>) -> TagGroup {
    let heading = |level| Tag::Hn(level, Some(text.to_owned()));
    match role {
        Role::Title => TagGroup::with_children(heading(NonZeroU16::MIN), children),
        Role::Heading => TagGroup::with_children(heading(NonZeroU16::MIN.saturating_add(1)), children),
        Role::Paragraph => TagGroup::with_children(Tag::P, children),
        Role::List => TagGroup::with_children(Tag::L(ListNumbering::None), children),
        Role::BulletList => TagGroup::with_children(Tag::L(ListNumbering::Disc), children),
        Role::Item => TagGroup::with_children(Tag::LI, children),
        Role::Label => TagGroup::with_children(Tag::Lbl, children),
        Role::Body => TagGroup::with_children(Tag::LBody, children),
        Role::Table => TagGroup::with_children(Tag::Table, children),
        Role::TableHead => TagGroup::with_children(Tag::THead, children),
        Role::TableBody => TagGroup::with_children(Tag::TBody, children),
        Role::TableRow => TagGroup::with_children(Tag::TR, children),
        Role::HeadCell => TagGroup::with_children(Tag::TH(TableHeaderScope::Column), children),
        Role::Cell => TagGroup::with_children(Tag::TD, children),
    }
}

fn draw(surface: &mut Surface<'_>, piece: &Piece) -> Identifier {
    let decoration = ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout));
    let spoken = |ticked: bool| SpanTag::empty().with_actual_text(Some(if ticked { "Ticked: " } else { "Not ticked: " }));
    let tag = match (&piece.ink, piece.number) {
        (_, None) => decoration,
        (Ink::Tick(ticked), _) => ContentTag::Span(spoken(*ticked)),
        _ => ContentTag::Span(SpanTag::empty()),
    };
    let identifier = surface.start_tagged(tag);
    match &piece.ink {
        Ink::Text(line, style) => text(surface, (piece.x, piece.y), line, *style),
        Ink::Rule(length) => stroke(surface, &[(piece.x, piece.y), (piece.x + length, piece.y)], LINE, 0.7),
        Ink::Frame(width, height) => rectangle(surface, (piece.x, piece.y, *width, *height), BLACK, 1.2),
        Ink::Tick(ticked) => {
            rectangle(surface, (piece.x, piece.y, BOX, BOX), BLACK, 0.9);
            if *ticked {
                // A character, so that a reader of only the text also sees which box is ticked.
                let style = Style { weight: Weight::Bold, size: 10.5, leading: 0.0, grey: false };
                let cross = style.weight.face().shape("X");
                text(surface, (piece.x + (BOX - cross.width * style.size) / 2.0, piece.y + 8.8), &cross, style);
            }
        }
    }
    surface.end_tagged();
    identifier
}

/// The word at the head of a page, above its content.
fn draw_marking(surface: &mut Surface<'_>, word: &str) {
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Header)));
    let style = Style { weight: Weight::Bold, grey: false, ..FOOTER };
    let word = style.weight.face().shape(word);
    text(surface, (MARGIN + WIDTH - word.width * style.size, TOP - 2.0), &word, style);
    surface.end_tagged();
}

fn draw_footer(surface: &mut Surface<'_>, form: &Form, page: usize, of: usize) {
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    // With a second line the first one is higher, so that nothing is printed in the margin.
    let y = BOTTOM + if form.footer_note.is_some() { 19.0 } else { 28.0 };
    stroke(surface, &[(MARGIN, y - 14.0), (MARGIN + WIDTH, y - 14.0)], LINE, 0.7);
    let face = FOOTER.weight.face();
    text(surface, (MARGIN, y), &face.shape(&form.footer), FOOTER);
    if let Some(note) = &form.footer_note {
        text(surface, (MARGIN, y + 11.0), &face.shape(note), FOOTER);
    }
    let number = face.shape(&format!("Page {page} of {of}"));
    text(surface, (MARGIN + WIDTH - number.width * FOOTER.size, y), &number, FOOTER);
    surface.end_tagged();
}

fn text(surface: &mut Surface<'_>, (x, y): (f32, f32), line: &Shaped, style: Style) {
    surface.set_stroke(None);
    surface.set_fill(Some(Fill { paint: colour(if style.grey { GREY } else { BLACK }).into(), ..Fill::default() }));
    let font = style.weight.face().embedded.clone();
    surface.draw_glyphs(Point::from_xy(x, y), &line.glyphs, font, &line.text, style.size, false);
}

fn stroke(surface: &mut Surface<'_>, points: &[(f32, f32)], ink: (u8, u8, u8), width: f32) {
    let mut path = PathBuilder::new();
    for (at, (x, y)) in points.iter().enumerate() {
        if at == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
    }
    outline(surface, path, ink, width);
}

fn rectangle(surface: &mut Surface<'_>, (x, y, width, height): (f32, f32, f32, f32), ink: (u8, u8, u8), line: f32) {
    let mut path = PathBuilder::new();
    if let Some(rect) = Rect::from_xywh(x, y, width, height) {
        path.push_rect(rect);
    }
    outline(surface, path, ink, line);
}

fn outline(surface: &mut Surface<'_>, path: PathBuilder, ink: (u8, u8, u8), width: f32) {
    if let Some(path) = path.finish() {
        surface.set_fill(None);
        surface.set_stroke(Some(Stroke { paint: colour(ink).into(), width, ..Stroke::default() }));
        surface.draw_path(&path);
    }
}

fn colour((red, green, blue): (u8, u8, u8)) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn creation_date(at: UtcTime) -> DateTime {
    let at = at.get();
    let small = |number: u32| u8::try_from(number).unwrap_or(0);
    DateTime::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
