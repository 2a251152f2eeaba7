//! The documents contain none of the constructs that were seen to break client generators.

use confide::server::document;
use serde_json::Value;

use super::contract::Complaints;

fn visit_objects(value: &Value, at: &str, visit: &mut impl FnMut(&str, &serde_json::Map<String, Value>)) {
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| visit_objects(item, &format!("{at}/{index}"), visit))
        }
        Value::Object(members) => {
            visit(at, members);
            members.iter().for_each(|(name, member)| visit_objects(member, &format!("{at}/{name}"), visit));
        }
        _ => {}
    }
}

/// In 3.0 generators ignore members next to a reference, so a description there would be lost; `nullable` has a meaning only next
/// to a `type`.
#[test]
fn openapi_3_0_copy_has_nothing_that_3_0_ignores() {
    let document = document::as_3_0(&document::contract());
    let (mut complaints, mut references, mut nullable) = (Complaints::default(), 0, 0);
    visit_objects(&document["components"]["schemas"], "", &mut |at, members| {
        if members.get("$ref").is_some_and(Value::is_string) {
            references += 1;
            complaints.require(members.len() == 1, || format!("{at}: members next to a reference"));
        }
        if members.get("nullable").is_some_and(Value::is_boolean) {
            nullable += 1;
            complaints.require(members.get("type").is_some_and(Value::is_string), || format!("{at}: nullable without a type"));
        }
    });
    assert!(references > 1_000 && nullable > 300, "{references} references, {nullable} nullable");
    complaints.assert_empty();
}

/// Generated clients read `text/…` as text. If its schema says that it is bytes, the one for Python makes a file of the text and
/// fails at the first response.
#[test]
fn only_media_types_of_bytes_are_declared_as_bytes() {
    let document = document::contract();
    let (mut complaints, mut texts, mut bytes) = (Complaints::default(), 0, 0);
    visit_objects(&document["paths"], "", &mut |at, members| {
        for (media_type, content) in members.get("content").and_then(Value::as_object).into_iter().flatten() {
            let name = content["schema"]["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()).unwrap_or_default();
            let is_bytes = document["components"]["schemas"][name]["format"] == "binary";
            (texts, bytes) = (texts + usize::from(media_type.starts_with("text/")), bytes + usize::from(is_bytes));
            complaints.require(is_bytes == (media_type == "application/pdf"), || format!("{at}: {media_type}, {name}"));
        }
    });
    assert!(texts > 0 && bytes > 3, "{texts} texts, {bytes} files of bytes");
    complaints.assert_empty();
}

/// A generator names the type of an inline member after its schema and the member (`ReportAuthor` for `author` of `Report`), so
/// no other schema may have that name.
#[test]
fn no_schema_has_the_name_of_a_generated_member_type() {
    let document = document::contract();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let (mut complaints, mut tried) = (Complaints::default(), 0);
    for (name, schema) in schemas {
        for (member, of) in schema["properties"].as_object().into_iter().flatten() {
            if of.get("$ref").is_none() && of.get("oneOf").is_none() {
                tried += 1;
                let generated = format!("{name}{}", pascal(member));
                complaints.require(!schemas.contains_key(&generated), || {
                    format!("{generated} is also the generated type of {member} of {name}")
                });
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
    complaints.assert_empty();
}

fn pascal(member: &str) -> String {
    let capital = |word: &str| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect::<String>();
    member.split('_').map(capital).collect()
}
