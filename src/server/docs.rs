//! The documentation pages of the API. They are our own, without a library: on a document of this size the ready-made ones took two
//! to thirty seconds to show the first operation, and they need inline styles, which the content security policy forbids. There is
//! no build step: browsers get the files of the folder `docs` as they are.

mod problems;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};

use crate::platform::http::static_file::StaticFile;

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const PICTURE: &str = "image/svg+xml";

/// What is served below `/docs/`: name, media type, content. A new page is a line here, or one in `all` when it is made from data.
/// It can use the style sheet and the icon, and scripts only as files.
static FILES: [(&str, &str, &str); 12] = [
    ("", HTML, include_str!("docs/index.html")),
    ("docs.css", STYLE, include_str!("docs/docs.css")),
    ("icon.svg", PICTURE, include_str!("docs/icon.svg")),
    ("docs.js", SCRIPT, include_str!("docs/docs.js")),
    ("contract.js", SCRIPT, include_str!("docs/contract.js")),
    ("elements.js", SCRIPT, include_str!("docs/elements.js")),
    ("list.js", SCRIPT, include_str!("docs/list.js")),
    ("operation.js", SCRIPT, include_str!("docs/operation.js")),
    ("request.js", SCRIPT, include_str!("docs/request.js")),
    ("sample.js", SCRIPT, include_str!("docs/sample.js")),
    ("schema.js", SCRIPT, include_str!("docs/schema.js")),
    ("session.js", SCRIPT, include_str!("docs/session.js")),
];

/// A file of the pages.
pub(super) async fn page(path: Path<String>, request: HttpRequest) -> HttpResponse {
    static READY: LazyLock<BTreeMap<&'static str, StaticFile>> = LazyLock::new(all);
    match READY.get(path.as_str()) {
        Some(file) => file.respond(&request),
        None => HttpResponse::NotFound().finish(),
    }
}

fn all() -> BTreeMap<&'static str, StaticFile> {
    let mut all: BTreeMap<_, _> = FILES.iter().map(|&(name, kind, content)| (name, StaticFile::new(kind, content))).collect();
    all.insert("problems", StaticFile::new(HTML, problems::page()));
    all
}
