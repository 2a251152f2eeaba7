//! The position of everything: a form becomes rows, and rows fill pages.

use super::font::{Shaped, Weight};
use super::form::{Column, Form, Part};
use super::lines::{Style, break_lines};

/// A4, in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
pub(super) const MARGIN: f32 = 54.0;
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
pub(super) const TOP: f32 = 50.0;
pub(super) const BOTTOM: f32 = PAGE.1 - 62.0;
const GAP: f32 = 22.0;
const BOX: f32 = 10.0;
/// The space for the bullet of an item.
const BULLET: f32 = 12.0;

const TITLE: Style = Style { weight: Weight::Bold, size: 19.0, leading: 25.0, grey: false };
const HEADING: Style = Style { weight: Weight::Bold, size: 12.0, leading: 17.0, grey: false };
const BODY: Style = Style { weight: Weight::Regular, size: 10.5, leading: 15.0, grey: false };
const STRONG: Style = Style { weight: Weight::Bold, ..BODY };
const LABEL: Style = Style { weight: Weight::Regular, size: 8.5, leading: 12.5, grey: true };
const SMALL: Style = Style { weight: Weight::Regular, size: 8.5, leading: 12.0, grey: true };
pub(super) const FOOTER: Style = SMALL;

/// The role of an element in the structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Title,
    Heading,
    Paragraph,
    List,
    /// A list whose labels are bullets.
    BulletList,
    Item,
    Label,
    Body,
    Table,
    TableHead,
    TableBody,
    TableRow,
    HeadCell,
    Cell,
}

/// An element of the structure; its children are elements and pieces of content, in reading order.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) role: Role,
    pub(super) text: String,
    pub(super) children: Vec<Child>,
}

/// A child of an element.
#[derive(Debug, Clone, Copy)]
pub(super) enum Child {
    Element(usize),
    Piece(usize),
}

/// Something that is drawn.
#[derive(Debug, Clone)]
pub(super) enum Ink {
    Text(Shaped, Style),
    /// A thin line with this length.
    Rule(f32),
    /// A box for a tick.
    Tick(bool),
    /// A frame with this width and height.
    Frame(f32, f32),
}

/// Something drawn at a position. Without a number it is decoration, which is not read aloud.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) x: f32,
    /// The baseline of a text, the upper edge of anything else.
    pub(super) y: f32,
    pub(super) ink: Ink,
    pub(super) number: Option<usize>,
}

/// Pieces that stay together on a page.
#[derive(Debug, Default)]
struct Row {
    before: f32,
    height: f32,
    /// Never the last row on its page.
    with_next: bool,
    pieces: Vec<Piece>,
    /// The number of the table that the row belongs to.
    table: Option<usize>,
}

/// A form with all positions.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub(super) elements: Vec<Element>,
    /// The elements at the top of the structure.
    pub(super) roots: Vec<usize>,
    pub(super) pages: Vec<Vec<Piece>>,
    /// The number of pieces that are content.
    pub(super) pieces: usize,
}

/// Lays out a form.
pub(super) fn lay_out(form: &Form) -> Layout {
    let mut typesetter = Typesetter::default();
    typesetter.head(form);
    for part in &form.parts {
        match part {
            Part::Heading(text) => typesetter.heading(text),
            Part::Paragraph(text) => typesetter.paragraph(text, BODY, 7.0),
            Part::Note(text) => typesetter.paragraph(text, SMALL, 8.0),
            Part::List(items) => typesetter.list(items),
            Part::Fields(pairs, columns) => typesetter.fields(pairs, usize::from(*columns)),
            Part::Ticks(boxes) => typesetter.ticks(boxes),
            Part::Table(columns, rows) => typesetter.table(columns, rows),
        }
    }
    typesetter.into_pages()
}

#[derive(Default)]
struct Typesetter {
    layout: Layout,
    rows: Vec<Row>,
    heads: Vec<Row>,
}

impl Typesetter {
    fn element(&mut self, role: Role, parent: Option<usize>) -> usize {
        let number = self.layout.elements.len();
        self.layout.elements.push(Element { role, text: String::new(), children: Vec::new() });
        match parent.and_then(|parent| self.layout.elements.get_mut(parent)) {
            Some(parent) => parent.children.push(Child::Element(number)),
            None => self.layout.roots.push(number),
        }
        number
    }

    /// Content, as the next child of an element.
    fn piece(&mut self, x: f32, y: f32, ink: Ink, element: usize) -> Piece {
        let number = self.layout.pieces;
        self.layout.pieces += 1;
        if let Some(element) = self.layout.elements.get_mut(element) {
            if let Ink::Text(shaped, _) = &ink {
                element.text.push_str(&shaped.text);
            }
            element.children.push(Child::Piece(number));
        }
        Piece { x, y, ink, number: Some(number) }
    }

    /// The lines of a text from `x`, the first baseline below `y`, and their height together.
    fn text(&mut self, text: &str, style: Style, (x, y, width): (f32, f32, f32), element: usize) -> (Vec<Piece>, f32) {
        let lines = break_lines(text, style, width);
        let mut pieces = Vec::with_capacity(lines.len());
        let mut below = y;
        for line in lines {
            let baseline = below + style.leading * 0.76;
            below += style.leading;
            if !line.glyphs.is_empty() {
                pieces.push(self.piece(x, baseline, Ink::Text(line, style), element));
            }
        }
        (pieces, below - y)
    }

    /// Lines that may be separated by the end of a page.
    fn flowing(&mut self, text: &str, style: Style, (x, width): (f32, f32), before: f32, element: usize) {
        for (at, line) in break_lines(text, style, width).into_iter().enumerate() {
            let mut row = Row { before: if at == 0 { before } else { 0.0 }, height: style.leading, ..Row::default() };
            if !line.glyphs.is_empty() {
                row.pieces.push(self.piece(x, style.leading * 0.76, Ink::Text(line, style), element));
            }
            self.rows.push(row);
        }
    }

    /// The sender, a line, the title and its mark.
    fn head(&mut self, form: &Form) {
        if let Some((name, address)) = form.from.split_first() {
            let mut row = Row::default();
            let address = address.join(", ");
            for (text, style) in [(name, STRONG), (&address, SMALL)] {
                let element = self.element(Role::Paragraph, None);
                let (mut pieces, height) = self.text(text, style, (MARGIN, row.height, WIDTH), element);
                row.pieces.append(&mut pieces);
                row.height += height;
            }
            row.height += 8.0;
            row.pieces.push(Piece { x: MARGIN, y: row.height, ink: Ink::Rule(WIDTH), number: None });
            self.rows.push(row);
        }
        let mut row = Row { before: 14.0, with_next: true, ..Row::default() };
        let mark_width = match &form.stamp {
            Some(word) => STRONG.weight.face().advance(word) * STRONG.size + 20.0,
            None => 0.0,
        };
        let element = self.element(Role::Title, None);
        let width = (WIDTH - mark_width - GAP).max(WIDTH / 2.0);
        (row.pieces, row.height) = self.text(&form.title, TITLE, (MARGIN, 0.0, width), element);
        if let Some(word) = &form.stamp {
            let element = self.element(Role::Paragraph, None);
            let x = MARGIN + WIDTH - mark_width;
            let (mut pieces, height) = self.text(word, STRONG, (x + 10.0, 4.5, WIDTH), element);
            row.pieces.push(Piece { x, y: 1.5, ink: Ink::Frame(mark_width, height + 6.0), number: None });
            row.pieces.append(&mut pieces);
        }
        self.rows.push(row);
    }

    fn heading(&mut self, text: &str) {
        let element = self.element(Role::Heading, None);
        let (mut pieces, height) = self.text(text, HEADING, (MARGIN, 0.0, WIDTH), element);
        pieces.push(Piece { x: MARGIN, y: height + 2.0, ink: Ink::Rule(WIDTH), number: None });
        self.rows.push(Row { before: 14.0, height: height + 3.0, with_next: true, pieces, table: None });
    }

    fn paragraph(&mut self, text: &str, style: Style, before: f32) {
        let element = self.element(Role::Paragraph, None);
        self.flowing(text, style, (MARGIN, WIDTH), before, element)
    }

    fn fields(&mut self, pairs: &[(String, String)], columns: usize) {
        let list = self.element(Role::List, None);
        if let ([(label, value)], 1) = (pairs, columns) {
            let (label_element, body) = self.item(list);
            let (pieces, height) = self.text(&format!("{label}:"), LABEL, (MARGIN, 0.0, WIDTH), label_element);
            self.rows.push(Row { before: 8.0, height, with_next: true, pieces, table: None });
            return self.flowing(value, BODY, (MARGIN, WIDTH), 0.0, body);
        }
        let count = columns.max(1) as f32;
        let width = (WIDTH - GAP * (count - 1.0)) / count;
        for side_by_side in pairs.chunks(columns.max(1)) {
            let mut row = Row { before: 8.0, ..Row::default() };
            for (at, (label, value)) in side_by_side.iter().enumerate() {
                let (label_element, body) = self.item(list);
                let x = MARGIN + (width + GAP) * at as f32;
                let (mut pieces, label_height) = self.text(&format!("{label}:"), LABEL, (x, 0.0, width), label_element);
                row.pieces.append(&mut pieces);
                let (mut pieces, height) = self.text(value, BODY, (x, label_height, width), body);
                row.pieces.append(&mut pieces);
                row.height = row.height.max(label_height + height);
            }
            self.rows.push(row);
        }
    }

    /// An item of a list: the elements of its label and its body.
    fn item(&mut self, list: usize) -> (usize, usize) {
        let item = self.element(Role::Item, Some(list));
        (self.element(Role::Label, Some(item)), self.element(Role::Body, Some(item)))
    }

    /// Items with bullets. The end of a page may separate the lines of an item, but never its bullet from its first line.
    fn list(&mut self, items: &[String]) {
        let list = self.element(Role::BulletList, None);
        for (at, text) in items.iter().enumerate() {
            let (label, body) = self.item(list);
            let bullet = self.piece(MARGIN, BODY.leading * 0.76, Ink::Text(BODY.weight.face().shape("•"), BODY), label);
            let (first, before) = (self.rows.len(), if at == 0 { 7.0 } else { 3.0 });
            self.flowing(text, BODY, (MARGIN + BULLET, WIDTH - BULLET), before, body);
            if let Some(row) = self.rows.get_mut(first) {
                row.pieces.insert(0, bullet);
            }
        }
    }

    fn ticks(&mut self, boxes: &[(bool, String)]) {
        let list = self.element(Role::List, None);
        for (at, (ticked, text)) in boxes.iter().enumerate() {
            let (label, body) = self.item(list);
            let mut row = Row { before: if at == 0 { 7.0 } else { 3.0 }, ..Row::default() };
            row.pieces.push(self.piece(MARGIN, 2.2, Ink::Tick(*ticked), label));
            let indent = BOX + 8.0;
            let style = if *ticked { STRONG } else { BODY };
            let (mut pieces, height) = self.text(text, style, (MARGIN + indent, 0.0, WIDTH - indent), body);
            row.pieces.append(&mut pieces);
            row.height = height;
            self.rows.push(row);
        }
    }

    fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) {
        if columns.is_empty() {
            return;
        }
        let table = self.element(Role::Table, None);
        let head = self.element(Role::TableHead, Some(table));
        let titles: Vec<&str> = columns.iter().map(|column| column.title.as_str()).collect();
        let mut row = self.table_row(columns, &titles, (head, Role::HeadCell));
        (row.before, row.with_next) = (10.0, true);
        let number = self.heads.len();
        // On a further page the head is decoration, because it has been read already.
        let repeated = row.pieces.iter().map(|piece| Piece { number: None, ..piece.clone() }).collect();
        self.heads.push(Row { height: row.height, pieces: repeated, ..Row::default() });
        self.rows.push(row);
        let body = if rows.is_empty() { head } else { self.element(Role::TableBody, Some(table)) };
        for cells in rows {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            let row = self.table_row(columns, &cells, (body, Role::Cell));
            self.rows.push(Row { table: Some(number), ..row });
        }
    }

    fn table_row(&mut self, columns: &[Column], cells: &[&str], (parent, role): (usize, Role)) -> Row {
        const PAD: f32 = 4.0;
        let element = self.element(Role::TableRow, Some(parent));
        let all: f32 = columns.iter().map(|column| column.share).sum();
        let (mut row, mut x) = (Row::default(), MARGIN);
        for (at, (column, text)) in columns.iter().zip(cells).enumerate() {
            let width = WIDTH * column.share / all;
            let inner = if at + 1 == columns.len() { width } else { width - 10.0 };
            let cell = self.element(role, Some(element));
            let style = if role == Role::HeadCell { Style { weight: Weight::Bold, ..SMALL } } else { BODY };
            let (mut pieces, height) = self.text(text, style, (x, PAD, inner), cell);
            if column.figures {
                for piece in &mut pieces {
                    if let Ink::Text(line, style) = &piece.ink {
                        piece.x = x + inner - line.width * style.size;
                    }
                }
            }
            row.pieces.append(&mut pieces);
            row.height = row.height.max(height + 2.0 * PAD);
            x += width;
        }
        row.pieces.push(Piece { x: MARGIN, y: row.height, ink: Ink::Rule(WIDTH), number: None });
        row
    }

    /// Distributes the rows over pages and keeps rows together that belong together.
    fn into_pages(mut self) -> Layout {
        let rows = std::mem::take(&mut self.rows);
        let mut page: Vec<Piece> = Vec::new();
        let mut y = TOP;
        for (at, row) in rows.iter().enumerate() {
            if !page.is_empty() && y + height_with_following(&rows, at) > BOTTOM {
                self.layout.pages.push(std::mem::take(&mut page));
                y = TOP;
                if let Some(head) = row.table.and_then(|table| self.heads.get(table)) {
                    page.extend(moved(head, y));
                    y += head.height;
                }
            } else if !page.is_empty() {
                y += row.before;
            }
            page.extend(moved(row, y));
            y += row.height;
        }
        self.layout.pages.push(page);
        self.layout
    }
}

/// The height that a row needs together with the rows that must be on the same page.
fn height_with_following(rows: &[Row], at: usize) -> f32 {
    let mut needed = 0.0;
    for row in rows.iter().skip(at) {
        needed += row.before + row.height;
        if !row.with_next {
            break;
        }
    }
    needed
}

fn moved(row: &Row, down: f32) -> impl Iterator<Item = Piece> + '_ {
    row.pieces.iter().map(move |piece| Piece { y: piece.y + down, ..piece.clone() })
}
