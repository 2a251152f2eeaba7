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
