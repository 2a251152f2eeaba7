//! The pages that show the document.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use utoipa_swagger_ui::Config;

use crate::platform::http::static_file::StaticFile;

/// A file of the pages.
pub(super) async fn page(path: Path<String>, request: HttpRequest) -> HttpResponse {
    match file(&path) {
        Some(file) => file.answer(&request),
        None => HttpResponse::NotFound().finish(),
    }
}

/// The file of that name. Each is read once; only what there is is remembered, so that nobody fills the memory with names.
fn file(path: &str) -> Option<StaticFile> {
    static KNOWN: Mutex<BTreeMap<String, StaticFile>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(file) = known.get(path) {
        return Some(file.clone());
    }
    let file = read(path)?;
    known.insert(path.to_owned(), file.clone());
    Some(file)
}

fn read(path: &str) -> Option<StaticFile> {
    static CONFIG: LazyLock<Arc<Config<'static>>> =
        LazyLock::new(|| Arc::new(Config::new(["/openapi.json"]).validator_url("none")));
    let file = utoipa_swagger_ui::serve(path, CONFIG.clone()).ok().flatten()?;
    let bytes = match file.bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    };
    Some(StaticFile::new(file.content_type, bytes))
}
