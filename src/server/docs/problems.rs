//! The page that a problem's `type` points to: each code with its meaning and what a client does about it.

use std::fmt::Write as _;

use crate::platform::refusal::Code;

const HEAD: &str = r#"<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Problems · Confide API</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="docs.css">
</head>
<body class="text">
<header><a class="home" href="./">Confide API</a></header>
<main>
<h1>Problems</h1>
<p>Every refusal is <code>application/problem+json</code> (RFC 9457). Branch on <code>code</code>: its meaning does not change, and a
new code comes only with a new version of the document. Treat a code that you do not handle like its HTTP status. Show <code>detail</code> to people. <code>errors</code> names the
members or parameters that are wrong, by JSON pointer or by name.</p>
<table>
<thead><tr><th>Code</th><th>Status</th><th>Meaning</th><th>What to do</th></tr></thead>
<tbody>
"#;
const FOOT: &str = "</tbody>\n</table>\n</main>\n</body>\n</html>\n";

/// The whole page.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    for code in Code::ALL {
        let (name, status) = (code.as_str(), code.status());
        let (meaning, reaction) = (marked_up(code.meaning()), marked_up(code.reaction()));
        let _ = writeln!(
            page,
            "<tr id=\"{name}\"><td><a href=\"#{name}\"><code>{name}</code></a></td><td>{status}</td><td>{meaning}</td><td>{reaction}</td></tr>"
        );
    }
    page + FOOT
}

/// Text as HTML, what is between backticks as code.
fn marked_up(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let parts = escaped.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_explains_each_code_once() {
        let page = page();
        for code in Code::ALL {
            assert_eq!(page.matches(&format!("<tr id=\"{}\">", code.as_str())).count(), 1, "{}", code.as_str());
        }
    }

    #[test]
    fn text_is_escaped_and_code_is_marked() {
        assert_eq!(marked_up("Send `If-Match` & wait < 5 s."), "Send <code>If-Match</code> &amp; wait &lt; 5 s.");
    }
}
