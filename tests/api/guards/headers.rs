//! Headers that no honest client sends: whatever they hold, the answer is one that the document declares.

use actix_web::http::Method;

use super::journey::everybody;
use super::operation::{self, Operation};
use crate::support::app::Ask;
use crate::support::{TestApp, apply, both_engines};

/// The headers that decide what is answered, each with a value that is well formed; they are tried one by one.
const DECIDING: &[(&str, &str)] = &[
    ("accept", "application/json"),
    ("content-type", "application/json"),
    ("if-match", "\"v1\""),
    ("if-none-match", "\"v1\""),
    ("idempotency-key", "a-key"),
    ("authorization", "Bearer x"),
    ("content-encoding", "identity"),
];

/// The headers that change nothing of what is answered; they are tried together.
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

/// The lines that are sent in place of a header.
fn spoilt(good: &str) -> Vec<Vec<Vec<u8>>> {
    vec![vec![b"\x80".to_vec()], vec![b"\xff".to_vec()], vec![Vec::new()], vec![vec![b'a'; 8192]], vec![good.into(); 2]]
}

/// Operations that may end sessions of those who ask; they are tried last.
const LAST: &[&str] = &["updateStaff", "changePassword", "deleteSession"];

/// Every operation, those first that change nothing.
fn in_order() -> Vec<Operation> {
    let mut operations = operation::all();
    operations.sort_by_key(|operation| (LAST.contains(&operation.id.as_str()), operation.method != Method::GET));
    operations
}

fn with_lines(ask: Ask, name: &'static str, lines: &[Vec<u8>]) -> Ask {
    lines.iter().fold(ask.without_header(name), |ask, line| ask.line_of_bytes(name, line))
}

#[apply(both_engines)]
async fn a_header_of_any_bytes_is_answered_as_documented(app: TestApp) {
    let people = everybody(&app, "Sender").await;
    let mut tried = 0;
    for operation in in_order() {
        let token = &people.iter().find(|(role, _)| operation.lets_in(role)).unwrap().1.token;
        let body = operation.sample_body();
        let ask = || operation.ask(&app, &[], body.as_ref()).bearer(token);
        let mut asks = Vec::new();
        for (name, good) in DECIDING {
            asks.extend(spoilt(good).iter().map(|lines| (*name, with_lines(ask(), name, lines))));
        }
        for round in 0..spoilt("").len() {
            let all = OTHERS.iter().fold(ask(), |ask, (name, good)| with_lines(ask, name, &spoilt(good)[round]));
            asks.push(("everything else", all));
        }
        for (name, ask) in asks {
            // That the status is declared is seen to by the sending.
            let reply = ask.send().await;
            assert!(reply.status.as_u16() < 500, "{} with a spoilt {name}: {}", operation.name(), reply.json);
            let lost = reply.status == 401 && name != "authorization" && !operation.is_public();
            assert!(
                !lost || LAST.contains(&operation.id.as_str()),
                "{} with a spoilt {name} is asked by nobody",
                operation.name()
            );
            tried += 1;
        }
    }
    assert!(tried > 5000, "the walk tries hardly any: {tried}");
}
