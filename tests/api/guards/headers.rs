//! Malformed headers: whatever bytes they contain, the response is one that the document declares.

use actix_web::http::Method;

use super::journey::people_of_every_role;
use super::operation::{self, Operation};
use crate::support::app::RequestBuilder;
use crate::support::{TestApp, apply, both_engines};

/// Headers that affect the response, each with a well-formed value; they are tried one by one.
const DECIDING: &[(&str, &str)] = &[
    ("accept", "application/json"),
    ("content-type", "application/json"),
    ("if-match", "\"v1\""),
    ("if-none-match", "\"v1\""),
    ("idempotency-key", "a-key"),
    ("authorization", "Bearer x"),
    ("content-encoding", "identity"),
];

/// Headers that do not affect the response; they are tried together.
const OTHERS: &[(&str, &str)] = &[
    ("x-forwarded-for", "192.0.2.1"),
    ("forwarded", "for=192.0.2.1"),
    ("accept-language", "cy"),
    ("accept-encoding", "identity"),
    ("origin", "https://web.example.org"),
    ("range", "bytes=0-1"),
    ("expect", "x"),
    ("cookie", "a=b"),
    ("user-agent", "x"),
    ("host", "example.org"),
];

/// The malformed values that are sent in place of a header, each as a list of header lines.
fn malformed(good: &str) -> Vec<Vec<Vec<u8>>> {
    vec![vec![b"\x80".to_vec()], vec![b"\xff".to_vec()], vec![Vec::new()], vec![vec![b'a'; 8192]], vec![good.into(); 2]]
}

/// Operations that may end the caller's session; they are tried last.
const LAST: &[&str] = &["updateStaff", "changePassword", "signOut"];

/// Every operation, reads first.
fn in_order() -> Vec<Operation> {
    let mut operations = operation::all();
    operations.sort_by_key(|operation| (LAST.contains(&operation.id.as_str()), operation.method != Method::GET));
    operations
}

fn with_lines(ask: RequestBuilder, name: &'static str, lines: &[Vec<u8>]) -> RequestBuilder {
    lines.iter().fold(ask.without_header(name), |ask, line| ask.append_header_bytes(name, line))
}

#[apply(both_engines)]
async fn header_of_any_bytes_gets_a_documented_answer(app: TestApp) {
    let people = people_of_every_role(&app, "Sender").await;
    let mut tried = 0;
    for operation in in_order() {
        let token = &people.iter().find(|(role, _)| operation.allows(role)).unwrap().1.token;
        let body = operation.sample_body();
        let ask = || operation.ask(&app, &[], body.as_ref()).bearer(token);
        let mut asks = Vec::new();
        for (name, good) in DECIDING {
            asks.extend(malformed(good).iter().map(|lines| (*name, with_lines(ask(), name, lines))));
        }
        for round in 0..malformed("").len() {
            let all = OTHERS.iter().fold(ask(), |ask, (name, good)| with_lines(ask, name, &malformed(good)[round]));
            asks.push(("set of other headers", all));
        }
        for (name, ask) in asks {
            // Sending checks that the status is declared.
            let reply = ask.send().await;
            assert!(reply.status.as_u16() < 500, "{} with a malformed {name}: {}", operation.name(), reply.json);
            let signed_out = reply.status == 401 && name != "authorization" && !operation.is_public();
            assert!(
                !signed_out || LAST.contains(&operation.id.as_str()),
                "{} with a malformed {name} loses the caller",
                operation.name()
            );
            tried += 1;
        }
    }
    assert!(tried > 5000, "only {tried} requests were tried");
}
