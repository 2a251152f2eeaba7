//! Every text in a request, wherever the document has one: a blank text counts as empty, and a single-line text has one line.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::journey::{people_of_every_role, row_counts};
use super::operation::{self, Operation, is_nullable, members, sample, type_of};
use crate::support::actors::Actor;
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

/// Blank texts, each long enough for any minimum.
fn blanks() -> Vec<String> {
    [
        " ",
        "\u{200B}",
        "\u{3164}",
        "\u{00AD}",
        "\u{200E}",
        "\u{2800}",
        "\u{115F}",
        "\u{FEFF}",
        "\u{3000}",
        "\u{034F}",
        "\n",
        "\u{2029}",
        "\u{202E}",
        "\u{061C}",
        "\u{13441}",
        "\u{13442}",
        "\u{16FE4}",
        "\u{0301}",
        "\u{093E}",
        "\u{20DD}",
        "\u{0600}",
        "\u{E000}",
        "\u{0378}",
        "\u{E0041}",
        " \u{FE0F}",
    ]
    .map(|one| one.repeat(12))
    .to_vec()
}

/// Texts that no member accepts, single-line or multi-line.
const CONTROLS: &[&str] = &["quokka\u{0007}berry", "quokka\u{001B}[31m", "quokka\u{009F}berry", "quokkaberry\u{FFFE}"];

/// Texts that a single-line member does not accept.
const LINES: &[&str] = &["quokka\nberry", "quokka\r\nberry", "quokka\u{2028}berry"];

/// Characters that set a direction or are invisible: no single-line member accepts them inside its text.
const HIDDEN: &[char] = &[
    '\u{00AD}',
    '\u{034F}',
    '\u{061C}',
    '\u{115F}',
    '\u{1160}',
    '\u{180E}',
    '\u{200B}',
    '\u{200C}',
    '\u{200D}',
    '\u{200E}',
    '\u{200F}',
    '\u{202A}',
    '\u{202C}',
    '\u{202E}',
    '\u{2060}',
    '\u{2064}',
    '\u{2066}',
    '\u{2069}',
    '\u{2800}',
    '\u{3164}',
    '\u{FE00}',
    '\u{FE0F}',
    '\u{FEFF}',
    '\u{13441}',
    '\u{16FE4}',
    '\u{E0041}',
    '\u{E0100}',
];

/// A text with this character between each two of its characters.
fn with_inside(text: &str, hidden: char) -> String {
    let characters: Vec<String> = text.chars().map(String::from).collect();
    let inside = characters.join(&hidden.to_string());
    if characters.len() < 2 { format!("{inside}{hidden}{inside}") } else { inside }
}

/// Whether a text is free text: no id, no date, no enumeration, no password.
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

/// The members that have none of these extensions.
fn members_without<'a>(texts: &'a BTreeMap<String, Value>, extensions: &'a [&'a str]) -> impl Iterator<Item = &'a String> {
    texts.iter().filter(|(_, schema)| extensions.iter().all(|extension| schema[*extension] != true)).map(|(pointer, _)| pointer)
}

fn caller<'a>(people: &'a BTreeMap<&'static str, Actor>, operation: &Operation) -> &'a Actor {
    people.iter().find(|(role, _)| operation.allows(role)).unwrap().1
}

fn assert_names_all(operation: &Operation, what: &str, reply: &CheckedReply, status: u16, pointers: &[&String]) {
    let place = format!("{} with {what:?}", operation.name());
    assert_eq!(reply.status.as_u16(), status, "{place} answered {}", reply.json);
    let named: Vec<&str> =
        reply.json["errors"].as_array().unwrap().iter().filter_map(|error| error["pointer"].as_str()).collect();
    for pointer in pointers {
        assert!(named.contains(&pointer.as_str()), "{place} does not name {pointer}: {}", reply.json);
    }
}

/// Asserts that each member is refused for its invisible character, and not only for its format.
fn assert_names_hidden(operation: &Operation, hidden: char, reply: &CheckedReply, pointers: &[&String]) {
    let errors = reply.json["errors"].as_array().unwrap();
    for pointer in pointers {
        let mut codes = errors.iter().filter(|error| error["pointer"] == pointer.as_str()).map(|error| &error["code"]);
        let named = codes.any(|code| code == "invisible_character" || code == "control_character");
        assert!(named, "{} with {hidden:?} in {pointer}: {}", operation.name(), reply.json);
    }
}

/// A limit of a schema; 0 where it has none.
fn limit(schema: &Value, name: &str) -> usize {
    usize::try_from(schema[name].as_u64().unwrap_or(0)).unwrap()
}

/// Whether a response names a member as too long or too short.
fn names_length(reply: &CheckedReply, pointer: &str) -> bool {
    let errors = reply.json["errors"].as_array().into_iter().flatten();
    errors.filter(|error| error["pointer"] == pointer).any(|error| error["code"] == "too_long" || error["code"] == "too_short")
}

#[test]
fn every_text_declares_whether_it_may_be_empty() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for operation in operation::all() {
        let of_body = operation.body.as_ref().map(texts_of).unwrap_or_default();
        let of_address = operation.parameters.iter().filter(|parameter| parameter.place != "header");
        let of_address = of_address.map(|parameter| (parameter.name.clone(), parameter.item_schema().clone()));
        for (name, schema) in of_body.into_iter().chain(of_address.filter(|(_, schema)| is_plain(schema))) {
            seen += 1;
            let refuses = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
            let declared = schema["x-may-be-empty"] == true;
            if refuses.is_valid(&json!("")) != declared || !schema["maxLength"].is_u64() {
                wrong.push(format!("{}: {name}: {schema}", operation.name()));
            }
        }
    }
    assert!(seen > 200, "only {seen} texts found");
    assert!(wrong.is_empty(), "declare a minimum and a maximum, or `x-may-be-empty`:\n{}", wrong.join("\n"));
}

#[apply(both_engines)]
async fn blank_text_is_refused_and_named(app: TestApp) {
    let people = people_of_every_role(&app, "Sender").await;
    let before = row_counts(&app).await;
    let (mut tried, mut required, mut single_line) = (0, 0, 0);
    for operation in operation::all() {
        let Some(schema) = &operation.body else { continue };
        let texts = texts_of(schema);
        let token = &caller(&people, &operation).token;
        let blank: Vec<&String> = members_without(&texts, &["x-may-be-empty"]).collect();
        let lines: Vec<&String> = members_without(&texts, &["x-multiline"]).collect();
        let all: Vec<&String> = texts.keys().collect();
        (required, single_line) = (required + blank.len(), single_line + lines.len());
        let values = blanks().into_iter().map(|value| (value, &blank));
        let values = values.chain(CONTROLS.iter().map(|value| ((*value).to_owned(), &all)));
        for (value, pointers) in values.chain(LINES.iter().map(|value| ((*value).to_owned(), &lines))) {
            if pointers.is_empty() {
                continue;
            }
            let mut body = sample(schema);
            for pointer in pointers {
                *body.pointer_mut(pointer).unwrap() = json!(value);
            }
            let reply = operation.ask(&app, &[], Some(&body)).bearer(token).send().await;
            assert_names_all(&operation, &value, &reply, 422, pointers);
            tried += pointers.len();
        }
        assert_eq!(row_counts(&app).await, before, "{} wrote something", operation.name());
    }
    assert!(required > 200 && single_line > 150, "only {required} texts that may not be blank, {single_line} single-line texts");
    assert!(tried > 3000, "only {tried} texts were tried");
}

#[apply(both_engines)]
async fn invisible_character_in_a_single_line_text_is_refused_and_named(app: TestApp) {
    let people = people_of_every_role(&app, "Sender").await;
    let before = row_counts(&app).await;
    let mut tried = 0;
    for operation in operation::all() {
        let Some(schema) = &operation.body else { continue };
        let texts = texts_of(schema);
        let lines: Vec<&String> = members_without(&texts, &["x-multiline"]).collect();
        let token = &caller(&people, &operation).token;
        for hidden in HIDDEN.iter().filter(|_| !lines.is_empty()) {
            let mut body = sample(schema);
            for pointer in &lines {
                let member = body.pointer_mut(pointer).unwrap();
                *member = json!(with_inside(member.as_str().unwrap(), *hidden));
            }
            let reply = operation.ask(&app, &[], Some(&body)).bearer(token).send().await;
            assert_names_all(&operation, &hidden.to_string(), &reply, 422, &lines);
            assert_names_hidden(&operation, *hidden, &reply, &lines);
            tried += lines.len();
        }
        assert_eq!(row_counts(&app).await, before, "{} wrote something", operation.name());
    }
    assert!(tried > 3000, "only {tried} texts were tried");
}

#[apply(both_engines)]
async fn text_length_is_measured_after_trimming(app: TestApp) {
    let people = people_of_every_role(&app, "Sender").await;
    let before = row_counts(&app).await;
    let (mut longest, mut shortest) = (0, 0);
    for operation in operation::all() {
        let Some(schema) = &operation.body else { continue };
        let token = &caller(&people, &operation).token;
        for (pointer, text) in &texts_of(schema) {
            // An unknown member makes every request fail, so that nothing is written.
            let send = async |characters: usize, spaces: &str| {
                let mut body = sample(schema);
                body["no_such_member"] = json!("x");
                *body.pointer_mut(pointer).unwrap() = json!(format!("{spaces}{}{spaces}", "x".repeat(characters)));
                let reply = operation.ask(&app, &[], Some(&body)).bearer(token).send().await;
                assert_eq!(reply.status.as_u16(), 422, "{} answered {}", operation.name(), reply.json);
                reply
            };
            let (least, most) = (limit(text, "minLength"), limit(text, "maxLength"));
            let fits = send(most, "   ").await;
            assert!(!names_length(&fits, pointer), "{} counts the spaces of {pointer}: {}", operation.name(), fits.json);
            let over = send(most + 1, "").await;
            assert!(names_length(&over, pointer), "{} accepts too many characters in {pointer}: {}", operation.name(), over.json);
            longest += 1;
            if least > 1 {
                let under = send(least - 1, "   ").await;
                assert!(names_length(&under, pointer), "{} counts the spaces of {pointer}: {}", operation.name(), under.json);
                shortest += 1;
            }
        }
        assert_eq!(row_counts(&app).await, before, "{} wrote something", operation.name());
    }
    assert!(longest > 150 && shortest > 10, "only {longest} maximums and {shortest} minimums were tried");
}

#[apply(both_engines)]
async fn invisible_character_in_a_parameter_is_refused_and_named(app: TestApp) {
    let people = people_of_every_role(&app, "Sender").await;
    let mut tried = 0;
    for operation in operation::all() {
        let (token, body) = (&caller(&people, &operation).token, operation.sample_body());
        for parameter in
            operation.parameters.iter().filter(|parameter| parameter.place != "header" && is_plain(parameter.item_schema()))
        {
            for hidden in HIDDEN {
                let value = with_inside(&parameter.sample(), *hidden);
                let reply = operation.ask(&app, &[(&parameter.name, &value)], body.as_ref()).bearer(token).send().await;
                assert_names_all(&operation, &value, &reply, 400, &[&parameter.name]);
                assert_names_hidden(&operation, *hidden, &reply, &[&parameter.name]);
                tried += 1;
            }
        }
    }
    assert!(tried > 1000, "only {tried} texts were tried");
}

#[apply(both_engines)]
async fn invisible_characters_are_trimmed_like_spaces(app: TestApp) {
    let admin = app.administrator().await;
    for (number, hidden) in HIDDEN.iter().enumerate() {
        let email = format!("imogen{number}@example.org");
        let form = json!({ "email": format!("{hidden} {email}{hidden}"), "name": format!(" {hidden}Imogen Marsh{hidden} "), "role": "clinician",
            "reason": "Joins the team." });
        let created = admin.post("/v1/staff", form).send().await.expect(201);
        assert_eq!((&created.json["email"], &created.json["name"]), (&json!(email), &json!("Imogen Marsh")), "{hidden:?}");
    }
    // A zero-width non-joiner inside a word that its script needs is accepted.
    let name = "\u{0645}\u{06CC}\u{200C}\u{062E}\u{0648}\u{0627}\u{0647}\u{0645} \u{0631}\u{0636}\u{0627}";
    let ada = app.practitioner("Ada Byron").await;
    assert_eq!(ada.blocks_name(name).await.expect(201).json["name"], name);
}

#[apply(both_engines)]
async fn blank_parameter_is_refused_and_named(app: TestApp) {
    let people = people_of_every_role(&app, "Sender").await;
    let mut tried = 0;
    for operation in operation::all() {
        let (token, body) = (&caller(&people, &operation).token, operation.sample_body());
        for parameter in
            operation.parameters.iter().filter(|parameter| parameter.place != "header" && is_plain(parameter.item_schema()))
        {
            tried += 1;
            for value in blanks().iter().map(String::as_str).chain(CONTROLS.iter().copied()).chain(LINES.iter().copied()) {
                let reply = operation.ask(&app, &[(&parameter.name, value)], body.as_ref()).bearer(token).send().await;
                assert_names_all(&operation, value, &reply, 400, &[&parameter.name]);
            }
        }
    }
    assert!(tried > 40, "only {tried} texts were tried");
}

#[apply(both_engines)]
async fn blank_optional_text_counts_as_absent(app: TestApp) {
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
