//! `Accept`: whether the caller accepts the response type of an operation (RFC 9110, section 12.5.1).

/// The type of errors, which are always sent. A caller that accepts only this type gets every response.
const PROBLEM_TYPE: &str = "application/problem+json";

/// True when the caller accepts a response of the type `served`: of the ranges that include the type, the most specific one
/// counts. A header without any range allows every type, and a line that cannot be read counts as `*/*`.
pub(super) fn accepts<'a>(lines: impl Iterator<Item = &'a [u8]>, served: &str) -> bool {
    let lines = lines.map(|line| line.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t')).then_some(line));
    let ranges: Vec<Range> = lines
        .flat_map(|line| line.and_then(|line| std::str::from_utf8(line).ok()).unwrap_or("*/*").split(','))
        .filter_map(Range::read)
        .collect();
    let accepted = |kind: &str| {
        let matching = ranges.iter().filter_map(|range| Some((range.fits(kind)?, range.is_taken)));
        matching.max().map(|(_, is_taken)| is_taken)
    };
    let accepts_problems = || ranges.iter().any(|range| range.kind == PROBLEM_TYPE && range.is_taken);
    ranges.is_empty() || accepted(served).unwrap_or_else(accepts_problems)
}

/// One range of types.
struct Range {
    kind: String,
    is_taken: bool,
}

impl Range {
    /// Parameters other than the weight are ignored: no response type of this service has any.
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        // Some clients send a single star.
        let kind = if kind == "*" { "*/*".to_owned() } else { kind };
        let is_refused = parts.filter_map(|part| part.strip_prefix(['q', 'Q'])?.trim_start().strip_prefix('=')).any(is_zero);
        kind.contains('/').then_some(Self { kind, is_taken: !is_refused })
    }

    /// How closely this range matches a type; none when it does not include the type.
    fn fits(&self, kind: &str) -> Option<u8> {
        let in_group = || self.kind.strip_suffix('*').is_some_and(|group| group.ends_with('/') && kind.starts_with(group));
        match self.kind.as_str() {
            exact if exact == kind => Some(2),
            "*/*" => Some(0),
            _ => in_group().then_some(1),
        }
    }
}

/// True for the weight of a type that is not accepted.
fn is_zero(weight: &str) -> bool {
    let weight = weight.trim();
    weight.starts_with('0') && weight.chars().all(|c| c == '0' || c == '.')
}

#[cfg(test)]
mod tests {
    use super::super::route::JSON;
    use super::*;

    #[test]
    fn the_most_specific_range_counts() {
        for (line, json, pdf) in [
            ("", true, true),
            (" , ", true, true),
            ("*/*", true, true),
            ("*", true, true),
            ("application/json", true, false),
            ("Application/JSON; q=0.5", true, false),
            ("application/json;charset=utf-8", true, false),
            ("application/*", true, true),
            ("application/problem+json", true, true),
            ("application/pdf, application/problem+json", true, true),
            ("application/pdf", false, true),
            ("text/html", false, false),
            ("text/html, image/gif, *; q=.2, */*; q=.2", true, true),
            ("text/html, */*;q=0.1", true, true),
            ("text/html, */*;q=0.001", true, true),
            ("application/json;q=0", false, false),
            ("application/json;q=0, */*", false, true),
            ("*/*, application/json;q=0", false, true),
            ("*/*, application/json; Q=0.000", false, true),
            ("application/json ; q = 0, */*", false, true),
            ("application/json;q=0, application/*", false, true),
            ("application/*;q=0, */*", false, false),
            ("application/*;q=0, application/json", true, false),
            ("*/*;q=0, application/json", true, false),
            ("*/*;q=0", false, false),
            ("application/json;q=0, application/problem+json", false, true),
            ("application/problem+json;q=0", false, false),
            ("application/problem+json;q=0, */*", true, true),
            ("application/json;q=0, application/json", true, false),
            ("application/json;q=1.0", true, false),
            ("nonsense", true, true),
            ("nonsense, text/html", false, false),
        ] {
            let taken = |served| accepts([line.as_bytes()].into_iter(), served);
            assert_eq!((taken(JSON), taken("application/pdf")), (json, pdf), "{line}");
        }
    }

    #[test]
    fn several_lines_count_as_one_header_and_an_unreadable_line_as_a_star() {
        let taken = |lines: &[&[u8]]| accepts(lines.iter().copied(), JSON);
        assert!(
            taken(&[]) && taken(&[b"text/html", b"application/json"]) && taken(&[b"\xff"]) && taken(&[b"text/html", b"\x80"])
        );
        assert!(!taken(&[b"*/*", b"application/json;q=0"]) && !taken(&[b"\xff", b"application/json;q=0"]));
    }
}
