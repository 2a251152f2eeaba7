//! Every text that comes in, wherever the document has one: what shows nothing is nothing, one line is one line.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::journey::{everybody, row_counts};
use super::operation::{self, Operation, is_nullable, members, sample, type_of};
use crate::on_both_engines;
use crate::support::TestApp;
use crate::support::actors::Actor;
use crate::support::reply::Reply;

/// Texts that show nothing, each long enough for any minimum.
fn blanks() -> Vec<String> {
    [
        " ", "\u{200B}", "\u{3164}", "\u{00AD}", "\u{200E}", "\u{2800}", "\u{115F}", "\u{FEFF}", "\u{3000}", "\u{034F}", "\n",
        "\u{2029}",
    ]
    .map(|one| one.repeat(12))
    .to_vec()
}

/// Texts that no member takes, whatever its lines.
const CONTROLS: &[&str] = &["quokka\u{0007}berry", "quokka\u{001B}[31m", "quokka\u{009F}berry", "quokkaberry\u{FFFE}"];

/// Texts that a member of one line does not take.
const LINES: &[&str] = &["quokka\nberry", "quokka\r\nberry", "quokka\u{2028}berry"];

/// Texts that a member of one line does not take, unless it has a pattern: then these characters are left out, as they come along
/// with a copied telephone number.
const TURNED: &[&str] = &["quokka\u{202E}berry", "quokka\u{2066}berry"];

/// True of a text that people may write as they like: no id, no date, no word of an enumeration, no password.
fn is_plain(schema: &Value) -> bool {
    let fixed = ["uuid", "date", "date-time", "time", "password"];
    type_of(schema) == "string"
        && schema["enum"].is_null()
        && !schema["format"].as_str().is_some_and(|format| fixed.contains(&format))
}

/// The plain texts of a schema, by pointer into its sample.
fn texts_of(schema: &Value) -> BTreeMap<String, Value> {
    members(schema, is_plain)
}

/// The members that a value is not for.
fn refusing<'a>(texts: &'a BTreeMap<String, Value>, but: &'a [&'a str]) -> impl Iterator<Item = &'a String> {
    texts.iter().filter(|(_, schema)| but.iter().all(|extension| schema[*extension] != true)).map(|(pointer, _)| pointer)
}

fn caller<'a>(people: &'a BTreeMap<&'static str, Actor>, operation: &Operation) -> &'a Actor {
    people.iter().find(|(role, _)| operation.lets_in(role)).unwrap().1
}

fn must_name_all(operation: &Operation, what: &str, reply: &Reply, status: u16, pointers: &[&String]) {
    let place = format!("{} with {what:?}", operation.name());
    assert_eq!(reply.status.as_u16(), status, "{place} answered {}", reply.json);
    let named: Vec<&str> =
        reply.json["errors"].as_array().unwrap().iter().filter_map(|error| error["pointer"].as_str()).collect();
    for pointer in pointers {
        assert!(named.contains(&pointer.as_str()), "{place} does not name {pointer}: {}", reply.json);
    }
}

#[test]
fn every_text_says_whether_it_may_be_empty() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for operation in operation::all() {
        let of_body = operation.body.as_ref().map(texts_of).unwrap_or_default();
        let of_address = operation.parameters.iter().filter(|parameter| parameter.place != "header");
        let of_address = of_address.map(|parameter| (parameter.name.clone(), parameter.of_each().clone()));
        for (name, schema) in of_body.into_iter().chain(of_address.filter(|(_, schema)| is_plain(schema))) {
            seen += 1;
            let refuses = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
            let declared = schema["x-may-be-empty"] == true;
            if refuses.is_valid(&json!("")) != declared || !schema["maxLength"].is_u64() {
                wrong.push(format!("{}: {name}: {schema}", operation.name()));
            }
        }
    }
    assert!(seen > 200, "the walk finds hardly any: {seen}");
    assert!(wrong.is_empty(), "a minimum and a maximum, or `x-may-be-empty`:\n{}", wrong.join("\n"));
}

on_both_engines! {
    async fn a_text_that_shows_nothing_is_none_and_is_named(app: TestApp) {
        let people = everybody(&app, "Sender").await;
        let before = row_counts(&app).await;
        let mut tried = 0;
        for operation in operation::all() {
            let Some(schema) = &operation.body else { continue };
            let texts = texts_of(schema);
            let token = &caller(&people, &operation).token;
            let blank: Vec<&String> = refusing(&texts, &["x-may-be-empty"]).collect();
            let lines: Vec<&String> = refusing(&texts, &["x-multiline"]).collect();
            let turned: Vec<&String> = lines.iter().copied().filter(|pointer| texts[*pointer]["pattern"].is_null()).collect();
            let all: Vec<&String> = texts.keys().collect();
            let values = blanks().into_iter().map(|value| (value, &blank));
            let values = values.chain(CONTROLS.iter().map(|value| ((*value).to_owned(), &all)));
            let values = values.chain(LINES.iter().map(|value| ((*value).to_owned(), &lines)));
            for (value, pointers) in values.chain(TURNED.iter().map(|value| ((*value).to_owned(), &turned))) {
                if pointers.is_empty() {
                    continue;
                }
                let mut body = sample(schema);
                for pointer in pointers {
                    *body.pointer_mut(pointer).unwrap() = json!(value);
                }
                let reply = operation.ask(&app, &[], Some(&body)).bearer(token).send().await;
                must_name_all(&operation, &value, &reply, 422, pointers);
                tried += pointers.len();
            }
            assert_eq!(row_counts(&app).await, before, "{} wrote something", operation.name());
        }
        assert!(tried > 3000, "the walk tries hardly any: {tried}");
    }

    async fn a_parameter_that_shows_nothing_is_none_and_is_named(app: TestApp) {
        let people = everybody(&app, "Sender").await;
        let mut tried = 0;
        for operation in operation::all() {
            let (token, body) = (&caller(&people, &operation).token, operation.sample_body());
            for parameter in operation.parameters.iter().filter(|parameter| parameter.place != "header" && is_plain(parameter.of_each())) {
                tried += 1;
                for value in blanks().iter().map(String::as_str).chain(CONTROLS.iter().copied()).chain(LINES.iter().copied()) {
                    let reply = operation.ask(&app, &[(&parameter.name, value)], body.as_ref()).bearer(token).send().await;
                    must_name_all(&operation, value, &reply, 400, &[&parameter.name]);
                }
            }
        }
        assert!(tried > 40, "the walk tries hardly any: {tried}");
    }

    async fn an_optional_text_that_shows_nothing_is_absent(app: TestApp) {
        let mut found = 0;
        for operation in operation::all() {
            let texts = operation.body.as_ref().map(texts_of).unwrap_or_default();
            found += texts.values().filter(|schema| schema["x-may-be-empty"] == true && is_nullable(schema)).count();
        }
        assert!(found >= 3, "{found} optional texts may be empty");
        let (ada, clinician) = (app.practitioner("Ada").await, app.clinician("Maya").await);
        clinician.holds_clinic_on("wednesday", "09:00", "11:00", 60, "assessment", "video").await;
        ada.completes_intake().await;
        let slot = ada.finds_slot(&clinician, "2027-01-13T09:00:00Z").await;
        let form = json!({ "slot_id": slot, "arrangements": " \u{200B}\u{3164} " });
        let booked = ada.post("/v1/appointments", form).send().await.expect(201);
        assert_eq!(booked.json["arrangements"], Value::Null);
    }
}
