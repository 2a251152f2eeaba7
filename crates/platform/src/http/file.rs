//! Files as responses.

use actix_web::body::BoxBody;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder};
use utoipa::ToSchema;

/// A printed form (PDF) to save or print. The file name reveals nothing, so a list of downloads does not either; the response is
/// not cached.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct PdfFile(pub Vec<u8>);

impl Responder for PdfFile {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/pdf")))
            .insert_header((CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"document.pdf\"")))
            .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
            .body(self.0)
    }
}

/// A table for a spreadsheet (CSV, RFC 4180), in UTF-8. The file name reveals nothing; the response is not cached.
// A text, so not the format `binary`: clients fail that make a file of the bytes of a `text/…` response.
#[derive(Debug, ToSchema)]
pub struct CsvFile(String);

impl CsvFile {
    /// A table with a first line of names.
    pub fn new<const N: usize>(names: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> Self {
        let mut text = String::new();
        add_line(&mut text, names.iter());
        for row in rows {
            add_line(&mut text, row.iter());
        }
        Self(text)
    }
}

fn add_line(text: &mut String, cells: impl Iterator<Item = impl AsRef<str>>) {
    let cells: Vec<String> = cells.map(|cell| quoted(cell.as_ref())).collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

/// A cell in quotation marks. A text that a spreadsheet would calculate as a formula begins with an apostrophe.
fn quoted(cell: &str) -> String {
    let mark = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{mark}{}\"", cell.replace('"', "\"\""))
}

impl Responder for CsvFile {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, HeaderValue::from_static("text/csv")))
            .insert_header((CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"events.csv\"")))
            .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
            .body(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text_for_a_spreadsheet() {
        let table = CsvFile::new(["name", "count"], [["Ada \"A\", Byron".to_owned(), "=1+1".to_owned()]]);
        assert_eq!(table.0, "\"name\",\"count\"\r\n\"Ada \"\"A\"\", Byron\",\"'=1+1\"\r\n");
    }
}
