//! Parses a JSON document. An object with two members of the same name is refused, because it is not clear which one is meant.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::fields::{field_error, safe_name};
use crate::error::{Error, Result};
use crate::refusal::{FieldError, Reason, Refusal};

/// Parses a document.
///
/// # Errors
/// 400 `malformed_json`; 422 `invalid_body` that names each repeated member.
pub(super) fn parse_json(bytes: &[u8]) -> Result<Value> {
    let mut repeated_members = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let reading = ValueVisitor { pointer: String::new(), repeated: &mut repeated_members };
    let body = reading.deserialize(&mut deserializer).and_then(|body| deserializer.end().map(|()| body)).map_err(|error| {
        let detail = format!("The body is not valid JSON from line {}, column {} on.", error.line(), error.column());
        Error::field(Reason::MalformedJson, "", "malformed", detail)
    })?;
    if repeated_members.is_empty() {
        return Ok(body);
    }
    Err(Refusal {
        fields: repeated_members,
        ..Refusal::new(Reason::InvalidBody, "Some members occur twice in the body. Give each only once.")
    }
    .into())
}

/// Reads the value at a pointer.
struct ValueVisitor<'a> {
    pointer: String,
    repeated: &'a mut Vec<FieldError>,
}

impl<'de> DeserializeSeed<'de> for ValueVisitor<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueVisitor<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that is too large"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        while let Some(item) = items
            .next_element_seed(ValueVisitor { pointer: format!("{}/{}", self.pointer, read.len()), repeated: self.repeated })?
        {
            read.push(item);
        }
        Ok(Value::Array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let pointer = format!("{}/{}", self.pointer, safe_name(&name));
            if read.contains_key(&name) {
                self.repeated.push(field_error(pointer.clone(), "repeated", "Give this member only once."));
            }
            let member = members.next_value_seed(ValueVisitor { pointer, repeated: self.repeated })?;
            read.insert(name, member);
        }
        Ok(Value::Object(read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_parsed_as_by_serde_json() {
        for text in [
            "null",
            "true",
            "-7",
            "18446744073709551615",
            "1.5",
            "1e3",
            "-0",
            r#""a\u00e9\n""#,
            "[]",
            "{}",
            r#"{"a":[1,{"b":null}],"c":{"a":"x"}}"#,
        ] {
            assert_eq!(parse_json(text.as_bytes()).unwrap(), serde_json::from_str::<Value>(text).unwrap(), "{text}");
        }
        for text in ["", "{", "{} {}", "1e999", "[1,]", r#"{"a":"\ud800"}"#] {
            assert_eq!(parse_json(text.as_bytes()).unwrap_err().reason(), Reason::MalformedJson, "{text}");
        }
        let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
        assert_eq!(parse_json(deep.as_bytes()).unwrap_err().reason(), Reason::MalformedJson, "deep");
    }

    #[test]
    fn a_repeated_member_is_named_at_any_depth() {
        for (text, pointers) in [
            (r#"{"a":1,"a":1}"#, &["/a"][..]),
            (r#"{"a":1,"\u0061":2}"#, &["/a"]),
            (r#"{"a":[0,{"b":1,"c":2,"b":3}],"a":1}"#, &["/a/1/b", "/a"]),
            (r#"[{"a":1},{"a":1}]"#, &[]),
        ] {
            let found = parse_json(text.as_bytes()).map_or_else(|error| error.fields().to_vec(), |_| Vec::new());
            let found: Vec<&str> = found.iter().map(|field| field.pointer.as_str()).collect();
            assert_eq!(found, pointers, "{text}");
        }
    }
}
