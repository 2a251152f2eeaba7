//! What a browser may do with a response.

/// The documentation pages may use their own scripts, styles and pictures, and this service. They insert text only as text, so a
/// script that would turn text into markup is stopped too (trusted types). Forms are sent by script, never by the browser.
const OF_PAGES: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
/// Any other response is not a page.
const OF_OTHERS: &str = "default-src 'none'; frame-ancestors 'none'";

/// Whether a response of this media type is a page.
pub(super) fn is_page(media_type: &[u8]) -> bool {
    media_type.starts_with(b"text/html")
}

/// The content security policy of a response.
pub(super) fn content_policy(is_page: bool) -> &'static str {
    if is_page { OF_PAGES } else { OF_OTHERS }
}
