//! A PDF as other programs see it: parsed by one library and rendered by another, neither of which produced it.

use std::path::Path;

use actix_web::web::Bytes;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use lopdf::{Dictionary, Document, Object};

use super::reply::Reply;

/// Pixels per point.
const SCALE: f32 = 2.0;

pub struct Printed {
    pub bytes: Vec<u8>,
    document: Document,
}

/// A rendered page; places are in points from the upper left corner.
pub struct Sheet {
    width: usize,
    height: usize,
    /// How dark each pixel is.
    ink: Vec<u8>,
}

impl Printed {
    #[track_caller]
    pub fn read(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), document: Document::load_mem(bytes).expect("a PDF") }
    }

    /// All its text, in the order of the content streams, with single spaces.
    pub fn text(&self) -> String {
        let pages: Vec<u32> = self.document.get_pages().into_keys().collect();
        let text = self.document.extract_text(&pages).unwrap();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn pages(&self) -> usize {
        self.document.get_pages().len()
    }

    fn resolved<'a>(&'a self, object: &'a Object) -> &'a Object {
        self.document.dereference(object).unwrap().1
    }

    fn entry<'a>(&'a self, dictionary: &'a Dictionary, name: &str) -> Option<&'a Object> {
        dictionary.get(name.as_bytes()).ok().map(|object| self.resolved(object))
    }

    fn catalog_entry(&self, name: &str) -> &Object {
        self.entry(self.document.catalog().unwrap(), name).unwrap_or_else(|| panic!("no {name} in the catalogue"))
    }

    pub fn language(&self) -> String {
        String::from_utf8_lossy(self.catalog_entry("Lang").as_str().unwrap()).into_owned()
    }

    pub fn is_tagged(&self) -> bool {
        self.entry(self.catalog_entry("MarkInfo").as_dict().unwrap(), "Marked").unwrap().as_bool().unwrap()
    }

    pub fn displays_title(&self) -> bool {
        self.entry(self.catalog_entry("ViewerPreferences").as_dict().unwrap(), "DisplayDocTitle").unwrap().as_bool().unwrap()
    }

    /// The metadata, which name the standards that the document claims to meet.
    pub fn metadata(&self) -> String {
        let stream = self.catalog_entry("Metadata").as_stream().unwrap();
        String::from_utf8_lossy(&stream.get_plain_content().unwrap()).into_owned()
    }

    /// The structure tree, such as `H1 P L(LI(Lbl LBody))`.
    pub fn structure(&self) -> String {
        self.elements(self.catalog_entry("StructTreeRoot").as_dict().unwrap()).join(" ")
    }

    fn elements(&self, parent: &Dictionary) -> Vec<String> {
        let children = match self.entry(parent, "K") {
            Some(Object::Array(children)) => children.iter().map(|child| self.resolved(child)).collect(),
            Some(child) => vec![child],
            None => Vec::new(),
        };
        let elements = children.into_iter().filter_map(|child| child.as_dict().ok()).filter(|child| child.has(b"S"));
        elements
            .map(|element| {
                let role = String::from_utf8_lossy(element.get(b"S").unwrap().as_name().unwrap()).into_owned();
                let inner = self.elements(element);
                if inner.is_empty() { role } else { format!("{role}({})", inner.join(" ")) }
            })
            .collect()
    }

    /// Renders its pages and saves them in `target/printed` for inspection.
    pub fn sheets(&self, name: &str) -> Vec<Sheet> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("printed");
        std::fs::create_dir_all(&folder).unwrap();
        let pdf = Pdf::new(self.bytes.clone()).unwrap();
        let cache = RenderCache::new();
        let settings = PixmapSettings { x_scale: SCALE, y_scale: SCALE, bg_color: WHITE };
        let mut sheets = Vec::new();
        for (number, page) in pdf.pages().iter().enumerate() {
            let drawn = render(page, &cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
            let (width, height) = (usize::from(drawn.width()), usize::from(drawn.height()));
            let ink = drawn.data().iter().map(|pixel| 255 - pixel.r.min(pixel.g).min(pixel.b)).collect();
            std::fs::write(folder.join(format!("{name}-{}.png", number + 1)), drawn.into_png().unwrap()).unwrap();
            sheets.push(Sheet { width, height, ink });
        }
        assert!(!sheets.is_empty(), "{name} has no page");
        sheets
    }
}

impl Sheet {
    /// The share of a rectangle (left, top, right, bottom) that is dark, from 0 to 1.
    pub fn ink(&self, (left, top, right, bottom): (f32, f32, f32, f32)) -> f32 {
        let at = |points: f32, most: usize| ((points * SCALE) as usize).min(most);
        let (mut inked, mut all) = (0, 0);
        for row in at(top, self.height)..at(bottom, self.height) {
            for column in at(left, self.width)..at(right, self.width) {
                all += 1;
                inked += usize::from(self.ink[row * self.width + column] > 96);
            }
        }
        inked as f32 / all.max(1) as f32
    }

    /// The lowest dark point above the footer.
    pub fn lowest_ink(&self) -> f32 {
        let footer = (770.0 * SCALE) as usize;
        let inked = |row: &usize| self.ink[row * self.width..(row + 1) * self.width].iter().any(|ink| *ink > 96);
        (0..footer).rev().find(inked).map_or(0.0, |row| row as f32 / SCALE)
    }

    /// Asserts that nothing is printed in the margins.
    #[track_caller]
    pub fn assert_margins_are_empty(&self) {
        for (side, place) in [
            ("left", (0.0, 0.0, 50.0, 842.0)),
            ("right", (545.0, 0.0, 596.0, 842.0)),
            ("top", (0.0, 0.0, 596.0, 40.0)),
            ("bottom", (0.0, 815.0, 596.0, 842.0)),
        ] {
            assert_eq!(self.ink(place), 0.0, "ink at the {side}");
        }
    }
}

impl Reply {
    /// The response, which must be a PDF that is not cached and has a neutral file name.
    #[track_caller]
    pub fn expect_pdf(self) -> Printed {
        let reply = self.expect(200);
        let headers = [
            ("content-type", "application/pdf"),
            ("content-disposition", "attachment; filename=\"document.pdf\""),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
        ];
        for (name, value) in headers {
            assert_eq!(reply.header(name), Some(value));
        }
        let bytes: Bytes = reply.body.clone();
        Printed::read(&bytes)
    }
}
