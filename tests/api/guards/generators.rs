//! What generators of clients were seen to trip over does not come back into the documents.

use confide::server::document;
use serde_json::Value;

use super::contract::Complaints;

fn each(value: &Value, at: &str, look: &mut impl FnMut(&str, &serde_json::Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(place, item)| each(item, &format!("{at}/{place}"), look)),
        Value::Object(members) => {
            look(at, members);
            members.iter().for_each(|(name, member)| each(member, &format!("{at}/{name}"), look));
        }
        _ => {}
    }
}

/// Generators ignore what is beside a reference in 3.0, so its description would be lost; `nullable` means something beside a
/// `type` only.
#[test]
fn the_3_0_document_says_nothing_that_3_0_ignores() {
    let document = document::as_3_0(&document::contract());
    let (mut complaints, mut references, mut nullable) = (Complaints::default(), 0, 0);
    each(&document["components"]["schemas"], "", &mut |at, members| {
        if members.get("$ref").is_some_and(Value::is_string) {
            references += 1;
            complaints.unless(members.len() == 1, || format!("{at}: beside a reference"));
        }
        if members.get("nullable").is_some_and(Value::is_boolean) {
            nullable += 1;
            complaints.unless(members.get("type").is_some_and(Value::is_string), || format!("{at}: nullable without a type"));
        }
    });
    assert!(references > 1_000 && nullable > 300, "{references} references, {nullable} nullable");
    complaints.none();
}

/// A generator names the type of a member that is written out after its schema and itself (`ReportAuthor` for `author` of
/// `Report`), so no other schema may have that name.
#[test]
fn no_schema_has_the_name_of_another_ones_member() {
    let document = document::contract();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let (mut complaints, mut tried) = (Complaints::default(), 0);
    for (name, schema) in schemas {
        for (member, of) in schema["properties"].as_object().into_iter().flatten() {
            if of.get("$ref").is_none() && of.get("oneOf").is_none() {
                tried += 1;
                let generated = format!("{name}{}", pascal(member));
                complaints.unless(!schemas.contains_key(&generated), || {
                    format!("{generated} is also what {member} of {name} is called")
                });
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
    complaints.none();
}

fn pascal(member: &str) -> String {
    let capital = |word: &str| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect::<String>();
    member.split('_').map(capital).collect()
}
