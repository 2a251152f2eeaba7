//! The form of codes, keys and cursors, wherever they appear.
//!
//! A pattern describes what the parser of the service accepts, so that what it refuses is known before it is sent. A text is
//! normalised before it is matched (`platform::http::normalise`): it has no white space at its ends.

use serde_json::{Value, json};

use super::shared::operations;

/// A key with or without the quotes of a structured header (`platform::http::idempotency`).
const KEY: &str = r#"^("[!#-\[\]-~]{1,255}"|[!#-\[\]-~]{1,255})$"#;
/// base64url without padding (`platform::http::page`).
const CURSOR: &str = "^[A-Za-z0-9_-]+$";
/// `reference::workforce::rules::check_ods_code`.
const ODS: Form = Form { pattern: "^[A-Za-z0-9]{1,9}$", longest: 9 };
/// The codes of boards have three characters, and since 2026 five; other codes name no board.
const BOARD: Form = Form { pattern: "^[A-Za-z0-9]{3,5}$", longest: 5 };
/// An outcode, or the letters that outcodes begin with (`partners::hubs::rules::places::place_code`).
const OUTCODE_OR_LETTERS: Form = Form {
    pattern: concat!(
        "^([A-PR-UWYZa-pr-uwyz]([0-9][0-9A-HJKPSTUWa-hjkpstuw]?|[A-HK-Ya-hk-y]([0-9][0-9ABEHMNPRVWXYabehmnprvwxy]?)?)?",
        "|[Gg][Ii][Rr])$"
    ),
    longest: 4,
};
/// What `partners::hubs::rules::places::check_outcode` can read. A whole postcode fits too: the service refuses it with the
/// advice to give only its first half, which is better than to say that the form is wrong.
const OUTCODE: Form = Form {
    pattern: concat!(
        "^[ -]?([A-PR-UWYZa-pr-uwyz][ -]?([0-9][ -]?([0-9A-HJKPSTUWa-hjkpstuw][ -]?)?",
        "|[A-HK-Ya-hk-y][ -]?[0-9][ -]?([0-9ABEHMNPRVWXYabehmnprvwxy][ -]?)?)",
        "|[Gg][ -]?[Ii][ -]?[Rr][ -]?|[Zz][ -]?[Zz][ -]?9[ -]?9[ -]?|[Bb][ -]?[Ff][ -]?[Pp][ -]?[Oo][ -]?)",
        "([0-9][ -]?[A-Za-z][ -]?[A-Za-z][ -]?)?$"
    ),
    longest: 10,
};

struct Form {
    pattern: &'static str,
    longest: u64,
}

impl Form {
    fn put(&self, schema: &mut Value) {
        schema["pattern"] = json!(self.pattern);
        let longest = schema["maxLength"].as_u64().map_or(self.longest, |known| known.min(self.longest));
        schema["maxLength"] = json!(longest);
    }
}

/// Adds the patterns to the parameters of the operations and to the members of the schemas.
pub(super) fn add_patterns(document: &mut Value) {
    for operation in operations(document) {
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default().to_owned();
            let in_path = parameter["in"] == "path";
            let schema = &mut parameter["schema"];
            match name.as_str() {
                "Idempotency-Key" => schema["pattern"] = json!(KEY),
                "cursor" => schema["pattern"] = json!(CURSOR),
                "outcode" if in_path => OUTCODE_OR_LETTERS.put(schema),
                other => add_code(other, schema),
            }
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object_mut().into_iter().flatten() {
        if BOARD_CODES.contains(&name.as_str()) {
            BOARD.put(schema);
        }
        for (member, schema) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
            match member.as_str() {
                "next_cursor" => schema["pattern"] = json!(CURSOR),
                "outcode" => OUTCODE.put(schema),
                other => add_code(other, schema),
            }
        }
    }
}

/// The schemas of the items of lists of boards.
const BOARD_CODES: [&str; 4] = ["HubBoardCode", "IcbCode", "SignpostBoard", "SuccessorBoard"];

fn add_code(name: &str, schema: &mut Value) {
    match name {
        "employer_ods" | "organisation_ods" => ODS.put(schema),
        "icb_code" => BOARD.put(schema),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, text: &str) -> bool {
        jsonschema::is_valid(&json!({ "pattern": pattern }), &json!(text))
    }

    #[test]
    fn outcodes_of_every_form_fit_and_others_do_not() {
        for text in
            ["M1", "b33", "cr2", "DN55", "W1A", "E1W", "SW1A", "EC1A", "ZZ99", "BFPO", "GIR", "SW 1A", "M1 1AE", "SW1A1AA"]
        {
            assert!(fits(OUTCODE.pattern, text), "{text}");
        }
        for text in ["", "M", "Q1", "V1", "X1", "AI1", "AJ1", "AZ1", "W1I", "SW1C", "AAA1", "1A", "M123", "SW1A1", "ZZ98"] {
            assert!(!fits(OUTCODE.pattern, text), "{text}");
        }
        for (text, expected) in
            [("ne", true), ("B", true), ("SW1A", true), ("m1", true), ("Q", false), ("NEE", false), ("ZZ99", false)]
        {
            assert_eq!(fits(OUTCODE_OR_LETTERS.pattern, text), expected, "{text}");
        }
    }

    #[test]
    fn a_key_has_both_quotes_or_none() {
        for text in ["8e03978e-40d5", "\"8e03978e-40d5\"", "[a]{b}|~!"] {
            assert!(fits(KEY, text), "{text}");
        }
        for text in ["", "\"\"", "\"open", "two words", "a\"b", "a\\b", "caf\u{e9}", &"x".repeat(256)] {
            assert!(!fits(KEY, text), "{text}");
        }
    }

    #[test]
    fn the_code_of_every_board_fits() {
        for board in crate::reference::workforce::catalogue::boards() {
            assert!(fits(BOARD.pattern, &board.code), "{}", board.code);
        }
    }

    #[test]
    fn a_limit_is_lowered_and_never_raised() {
        let mut document = json!({ "paths": {}, "components": { "schemas": { "Form": { "properties": {
            "employer_ods": { "maxLength": 20 }, "icb_code": { "maxLength": 4 }, "name": {}
        } } } } });
        add_patterns(&mut document);
        let members = &document["components"]["schemas"]["Form"]["properties"];
        assert_eq!(members["employer_ods"], json!({ "maxLength": 9, "pattern": ODS.pattern }));
        assert_eq!(members["icb_code"], json!({ "maxLength": 4, "pattern": BOARD.pattern }));
        assert_eq!(members["name"], json!({}));
    }
}
