//! Error responses where no request could be read: the problem is written directly to the connection.

use super::problem::Problem;
use crate::error::Error;
use crate::refusal::{HELP_MEANWHILE, Reason};

/// The end of the head of a response without a body.
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// When a request cannot be read at all (a bad request line, a head that is too long or too slow), the server itself answers with
/// only a status and closes the connection. This finds such a response at the end of the outgoing bytes and creates the problem
/// that is sent instead. Responses of this program are recognised by their request id.
pub(super) fn replace_empty_error(bytes: &[u8]) -> Option<(usize, Vec<u8>)> {
    let head = std::str::from_utf8(bytes.strip_suffix(END_OF_HEAD)?).ok()?;
    let start =
        head.rfind("HTTP/1.").filter(|start| *start == 0 || head[..*start].ends_with('\n') || head[..*start].ends_with('}'))?;
    let mut lines = head[start..].split("\r\n");
    let code = match lines.next()?.split(' ').nth(1)? {
        "400" => Reason::BadRequest,
        "408" => Reason::RequestTimeout,
        "431" => Reason::HeadTooLarge,
        _ => return None,
    };
    let mut empty = false;
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        match name.to_ascii_lowercase().as_str() {
            "content-length" => empty = value.trim() == "0",
            "x-request-id" => return None,
            _ => {}
        }
    }
    empty.then(|| (start, raw_response(&code.into(), "")))
}

/// The response to a connection beyond the limit.
pub(super) fn too_many_connections() -> Vec<u8> {
    let mut error = Error::unavailable("");
    let detail = "Too many connections from your address are open. Close some of them, then try again.";
    error.refusal.detail = format!("{detail} {HELP_MEANWHILE}").into();
    raw_response(&error, "retry-after: 1\r\n")
}

/// A problem as the complete bytes of a response.
fn raw_response(error: &Error, headers: &str) -> Vec<u8> {
    let code = error.reason().code();
    let reason =
        actix_web::http::StatusCode::from_u16(code.status()).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error");
    let body = serde_json::to_string(&Problem::from(error)).unwrap_or_default();
    format!(
        "HTTP/1.1 {} {reason}\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\n{headers}connection: close\r\n\r\n{body}",
        code.status(),
        body.len(),
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_servers_own_empty_error_responses_are_replaced() {
        let bare = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\ndate: x\r\n\r\n";
        let (start, response) = replace_empty_error(bare).unwrap();
        let response = String::from_utf8(response).unwrap();
        assert_eq!(start, 0);
        assert!(
            response.starts_with("HTTP/1.1 400 Bad Request\r\n") && response.contains("\"code\":\"bad_request\""),
            "{response}"
        );
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())), "{response}");
        // After another response in the same write.
        let piece = [b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".as_slice(), bare].concat();
        assert_eq!(replace_empty_error(&piece).unwrap().0, piece.len() - bare.len());
        for other in [
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nx-request-id: 7\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}",
            "HTTP/1.1 204 No Content\r\nx-request-id: 7\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
            "",
        ] {
            assert!(replace_empty_error(other.as_bytes()).is_none(), "{other}");
        }
    }
}
