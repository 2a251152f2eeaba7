//! The normal form of what callers send. A value is normalised together with its schema before it is validated, so that a limit
//! applies to what is stored and not to what was typed.
//!
//! - A text is composed (NFC) and trimmed; a text that shows nothing is empty. A text has one line unless its schema has
//!   `x-multiline`, and inside one line no character is hidden. A text whose pattern allows only ASCII is converted to ASCII
//!   where it looks the same.
//! - An empty text for a nullable member whose schema has `x-may-be-empty` becomes `null`.
//! - A text that is printed on forms (`x-printed`) contains only characters that can be printed.
//! - A whole number written as `1.0` or `1e0` is a whole number, as in JSON Schema.
//! - A date or an instant is between 1900 and 2199.
//! - Passwords, ids, dates and enumeration values are not changed.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, NaiveDate};
use serde_json::{Number, Value};
use unicode_normalization::UnicodeNormalization;

use super::fields::field_error;
use crate::refusal::FieldError;
use crate::text::printable::unprintable;
use crate::text::{Lines, dashed, normalise_text};

/// The extension of a schema whose text may have several lines.
pub const MULTILINE: &str = "x-multiline";
/// The extension of a schema whose text may be left empty.
pub const MAY_BE_EMPTY: &str = "x-may-be-empty";

/// The years that a date may have.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// The extension of a schema whose text is printed on forms, so that its characters must be printable.
pub const PRINTED: &str = "x-printed";

/// Formats whose texts have only one spelling, or are secrets.
const UNCHANGED_FORMATS: &[&str] = &["uuid", "date", "date-time", "time", "password", "binary", "byte"];

/// Normalises a value; what cannot be accepted is added to `fields`, by pointer.
pub fn normalise(document: &Value, schema: &Value, value: &mut Value, pointer: &str, fields: &mut Vec<FieldError>) {
    if let Some(target) = schema["$ref"].as_str().and_then(|path| document.pointer(path.trim_start_matches('#'))) {
        return normalise(document, target, value, pointer, fields);
    }
    for choices in ["oneOf", "anyOf", "allOf"] {
        for choice in schema[choices].as_array().into_iter().flatten().filter(|choice| choice["type"] != "null") {
            normalise(document, choice, value, pointer, fields);
        }
    }
    match value {
        Value::String(text) if has_type(schema, "string") && schema["enum"].is_null() && schema["const"].is_null() => {
            if let Some(detail) = out_of_range(schema, text) {
                fields.push(field_error(pointer.to_owned(), "out_of_range", detail));
            }
            match normal_text(schema, text) {
                Ok(text) if text.is_empty() && schema[MAY_BE_EMPTY] == true && has_type(schema, "null") => *value = Value::Null,
                Ok(text) => {
                    if schema[PRINTED] == true && unprintable(&text).is_some() {
                        fields.push(field_error(
                            pointer.to_owned(),
                            "unprintable",
                            "This text contains a character that cannot be printed. Remove or replace it.",
                        ));
                    }
                    *value = Value::String(text);
                }
                Err(unfit) => fields.push(field_error(pointer.to_owned(), unfit.code(), unfit.to_string())),
            }
        }
        Value::Number(number) if has_type(schema, "integer") => *number = without_zero_fraction(number),
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                normalise(document, &schema["items"], item, &format!("{pointer}/{index}"), fields);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let member_schema = schema["properties"].get(name).unwrap_or(&schema["additionalProperties"]);
                normalise(document, member_schema, member, &format!("{pointer}/{name}"), fields);
            }
        }
        _ => {}
    }
}

/// The error of a date or an instant that no record of this service can have: neither engine stores every year, and no
/// practitioner was born then or plans so far ahead. An instant is checked in UTC.
pub(super) fn out_of_range(schema: &Value, text: &str) -> Option<&'static str> {
    let year = match schema["format"].as_str()? {
        "date" => text.parse::<NaiveDate>().ok()?.year(),
        "date-time" => DateTime::parse_from_rfc3339(text).ok()?.naive_utc().year(),
        _ => return None,
    };
    (!YEARS.contains(&year)).then_some("Give a date between 1900 and 2199.")
}

/// A text in the normal form that its schema requires.
pub(super) fn normal_text(schema: &Value, text: &str) -> Result<String, crate::text::InvalidText> {
    if schema["format"].as_str().is_some_and(|format| UNCHANGED_FORMATS.contains(&format)) {
        return Ok(text.to_owned());
    }
    let text = if schema["pattern"].is_string() { Cow::Owned(in_ascii(text)) } else { Cow::Borrowed(text) };
    normalise_text(&text, if schema[MULTILINE] == true { Lines::Many } else { Lines::One })
}

/// Converts full-width digits, non-breaking hyphens and spaces of every width to ASCII.
fn in_ascii(text: &str) -> String {
    text.nfkc().map(|c| if c.is_whitespace() && !c.is_control() { ' ' } else { dashed(c) }).collect()
}

fn has_type(schema: &Value, kind: &str) -> bool {
    match &schema["type"] {
        Value::String(one) => one == kind,
        Value::Array(several) => several.iter().any(|one| one == kind),
        _ => false,
    }
}

/// A number without a zero fraction. Above 2^53 a number with a decimal point does not identify one whole number.
pub(super) fn without_zero_fraction(number: &Number) -> Number {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number.as_f64() {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and within the range of exact ones")]
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() <= EXACT => Number::from(float as i64),
        _ => number.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({ "components": { "schemas": {
            "Name": { "type": "string", "minLength": 1, "maxLength": 20 },
            "Form": { "type": "object", "properties": {
                "name": { "$ref": "#/components/schemas/Name" },
                "note": { "type": ["string", "null"], "x-multiline": true },
                "device": { "type": ["string", "null"], "x-may-be-empty": true },
                "password": { "type": "string", "format": "password" },
                "phone": { "type": "string", "pattern": "^[0-9+() -]+$" },
                "word": { "type": "string", "enum": ["a"] },
                "count": { "type": ["integer", "null"] },
                "share": { "type": "number" },
                "names": { "type": "array", "items": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Name" }] } },
                "inner": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Form" }] },
                "map": { "type": "object", "additionalProperties": { "$ref": "#/components/schemas/Name" } }
            } }
        } } })
    }

    fn normal(mut value: Value) -> Result<Value, Vec<(String, &'static str)>> {
        let mut fields = Vec::new();
        normalise(&document(), &json!({ "$ref": "#/components/schemas/Form" }), &mut value, "", &mut fields);
        if fields.is_empty() { Ok(value) } else { Err(fields.into_iter().map(|field| (field.pointer, field.code)).collect()) }
    }

    #[test]
    fn every_text_is_normalised_at_any_depth() {
        for (given, expected) in [
            (json!({ "name": "  Zoe\u{308} " }), json!({ "name": "Zo\u{EB}" })),
            (json!({ "note": "a\r\nb " }), json!({ "note": "a\nb" })),
            (json!({ "note": " " }), json!({ "note": "" })),
            (json!({ "device": "\u{200B}" }), json!({ "device": null })),
            (json!({ "password": " \u{200B}two  " }), json!({ "password": " \u{200B}two  " })),
            (json!({ "phone": "\u{FF10}7700\u{00A0}900\u{2011}123" }), json!({ "phone": "07700 900-123" })),
            (json!({ "phone": "\u{202D}07700 900123\u{202C}" }), json!({ "phone": "07700 900123" })),
            (json!({ "word": " a" }), json!({ "word": " a" })),
            (json!({ "names": [" a", null, "b\u{3164}"] }), json!({ "names": ["a", null, "b"] })),
            (json!({ "inner": { "inner": { "name": " a " } } }), json!({ "inner": { "inner": { "name": "a" } } })),
            (json!({ "map": { "k": " a " } }), json!({ "map": { "k": "a" } })),
            (json!({ "unknown": " a " }), json!({ "unknown": " a " })),
            (json!({ "name": 7, "names": "x" }), json!({ "name": 7, "names": "x" })),
            (json!(" a "), json!(" a ")),
        ] {
            assert_eq!(normal(given.clone()), Ok(expected), "{given}");
        }
    }

    #[test]
    fn a_text_that_is_not_accepted_is_named_by_pointer() {
        let given = json!({ "name": "a\nb", "names": ["a", "\u{7}"], "inner": { "note": "a\u{1B}[31m", "name": "A\u{200B}da" }, "phone": "07\t00", "map": { "k": "a\u{200E}b" } });
        let mut found = normal(given).unwrap_err();
        found.sort();
        let expected = [
            ("/inner/name", "invisible_character"),
            ("/inner/note", "control_character"),
            ("/map/k", "control_character"),
            ("/name", "line_break"),
            ("/names/1", "control_character"),
            ("/phone", "control_character"),
        ];
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    }

    #[test]
    fn dates_outside_1900_to_2199_are_refused() {
        for (format, text, is_accepted) in [
            ("date", "1899-12-31", false),
            ("date", "1900-01-01", true),
            ("date", "2199-12-31", true),
            ("date", "2200-01-01", false),
            ("date", "9999-12-31", false),
            ("date-time", "0000-01-01T00:00:00+23:59", false),
            ("date-time", "1900-01-01T00:30:00+01:00", false),
            ("date-time", "1900-01-01T00:00:00Z", true),
            ("date-time", "2199-12-31T23:30:00-01:00", false),
            ("date-time", "2199-12-31T23:59:59Z", true),
            ("date-time", "9999-12-31T23:59:59-23:59", false),
            ("date", "no date", true),
        ] {
            assert_eq!(out_of_range(&json!({ "format": format }), text).is_none(), is_accepted, "{text}");
        }
    }

    #[test]
    fn a_whole_number_may_be_written_with_a_zero_fraction_or_exponent() {
        for (text, expected) in [
            ("1.0", "1"),
            ("1e2", "100"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("10e-1", "1"),
            ("1.5", "1.5"),
            ("1e300", "1e+300"),
            ("18446744073709551615", "18446744073709551615"),
            ("null", "null"),
        ] {
            let given = json!({ "count": serde_json::from_str::<Value>(text).unwrap() });
            assert_eq!(normal(given).unwrap()["count"].to_string(), expected, "{text}");
        }
        assert_eq!(normal(json!({ "share": 1.0 })).unwrap()["share"].to_string(), "1.0");
    }
}
