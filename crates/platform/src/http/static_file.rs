//! Files that are the same for every caller: the document, and the pages that show it.

use std::io::Write as _;
use std::sync::{Arc, OnceLock};

use actix_web::http::header::{AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, Encoding, VARY};
use actix_web::web::Bytes;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::page_policy;

/// The coding of a body that must not be compressed. It is removed before the response is sent (see
/// `middleware::negotiate_compression`).
pub(super) const IDENTITY_CODING: &str = "identity";

/// A file that does not change while the program runs. It is compressed once; sending it copies nothing. Cheap to clone.
#[derive(Clone)]
pub struct StaticFile(Arc<Inner>);

struct Inner {
    media_type: String,
    plain: Bytes,
    /// Identifies the content and what a browser may do with it.
    digest: String,
    /// The compressed file, created at the first request for it; none when it would be no shorter.
    compressed: OnceLock<Option<Bytes>>,
}

impl std::fmt::Debug for StaticFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StaticFile({}, {} bytes)", self.0.media_type, self.0.plain.len())
    }
}

impl StaticFile {
    /// A file with a media type.
    pub fn new(kind: impl Into<String>, plain: impl Into<Bytes>) -> Self {
        let plain = plain.into();
        let media_type = kind.into();
        // A browser keeps the policy of a page that has not changed, so another policy must be another version.
        let policy = page_policy::content_policy(page_policy::is_page(media_type.as_bytes()));
        let digest = URL_SAFE_NO_PAD.encode(Sha256::new().chain_update(policy).chain_update(&plain).finalize());
        Self(Arc::new(Inner { media_type, plain, digest, compressed: OnceLock::new() }))
    }

    /// The response in a coding that the caller accepts. Each coding has its own ETag, because the bytes differ.
    pub fn respond(&self, request: &HttpRequest) -> HttpResponse {
        let file = &*self.0;
        let packed = if takes_gzip(request) { file.compressed.get_or_init(|| gzip(&file.plain)).clone() } else { None };
        let mut response = HttpResponse::Ok();
        response
            .insert_header((CONTENT_TYPE, file.media_type.as_str()))
            .insert_header((CACHE_CONTROL, "no-cache"))
            .insert_header((VARY, "Accept-Encoding"));
        match packed {
            Some(packed) => response
                .insert_header((CONTENT_ENCODING, "gzip"))
                .insert_header((ETAG, format!("\"{}-gzip\"", file.digest)))
                .body(packed),
            None => response
                .insert_header((CONTENT_ENCODING, IDENTITY_CODING))
                .insert_header((ETAG, format!("\"{}\"", file.digest)))
                .body(file.plain.clone()),
        }
    }
}

fn takes_gzip(request: &HttpRequest) -> bool {
    let codings = [Encoding::identity(), Encoding::gzip()];
    request.get_header::<AcceptEncoding>().is_some_and(|accepted| accepted.negotiate(codings.iter()) == Some(Encoding::gzip()))
}

fn gzip(plain: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).ok()?;
    let packed = encoder.finish().ok()?;
    (packed.len() < plain.len()).then(|| packed.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_policy_is_another_version() {
        let digest = |kind: &str| StaticFile::new(kind, "the same").0.digest.clone();
        assert_eq!(digest("text/css"), digest("image/svg+xml"));
        assert_ne!(digest("text/css"), digest("text/html; charset=utf-8"));
    }
}
