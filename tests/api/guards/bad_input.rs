//! Invalid input of every kind gets a declared problem that names what is wrong, and nothing is written.

use chrono::TimeDelta;
use confide::people::Role;
use confide::platform::http::json::LARGEST_BODY;
use confide::scheduling::calendar::model::AppointmentKind;
use serde_json::{Value, json};

use super::journey::{people_of_every_role, row_counts};
use super::operation::{self, Operation, Parameter, is_nullable, sample, type_of};
use crate::support::actors::Actor;
use crate::support::reply::Reply;
use crate::support::signposts::peer_line_signpost;
use crate::support::{TestApp, apply, both_engines};

/// A body with one fault, and the member that the problem must name.
struct FaultyBody {
    what: String,
    pointer: String,
    body: Value,
}

/// A body for every single fault that a body of this schema can have.
fn faulty_bodies(schema: &Value) -> Vec<FaultyBody> {
    let good = sample(schema);
    let mut found = Vec::new();
    add_faults(schema, &good, "", &mut |what, pointer, change| {
        let mut body = good.clone();
        change(&mut body);
        found.push(FaultyBody { what: what.to_owned(), pointer, body });
    });
    found
}

type AddFault<'a> = dyn FnMut(&str, String, &dyn Fn(&mut Value)) + 'a;

/// A change that puts another value at the pointer.
fn put(pointer: &str, value: Value) -> impl Fn(&mut Value) {
    let pointer = pointer.to_owned();
    move |body| *body.pointer_mut(&pointer).unwrap() = value.clone()
}

fn add_faults(schema: &Value, good: &Value, at: &str, found: &mut AddFault<'_>) {
    let mut replaced = |what: &str, value: Value| found(what, at.to_owned(), &put(at, value));
    let kind = type_of(schema);
    let another = if kind == "object" { json!("not an object") } else { json!({ "not": "this" }) };
    replaced("another type", another);
    replaced("a list instead", if kind == "array" { json!(7) } else { json!([]) });
    if !is_nullable(schema) {
        replaced("null", Value::Null);
    }
    match kind {
        "string" => add_text_faults(schema, &mut replaced),
        "integer" | "number" => add_number_faults(schema, &mut replaced),
        "boolean" => replaced("a string for a boolean", json!("true")),
        "array" => add_list_faults(schema, good, at, found),
        "object" => add_object_faults(schema, good, at, found),
        _ => {}
    }
}

fn add_text_faults(schema: &Value, replaced: &mut dyn FnMut(&str, Value)) {
    replaced("a number for a string", json!(7));
    replaced("U+0000", json!("nothing\0here"));
    if schema["enum"].is_array() {
        replaced("an unknown value", json!("no_such_value"));
    }
    if schema["format"].is_string() && schema["format"] != "password" {
        replaced("another format", json!("not of this format"));
    }
    if let Some(least) = schema["minLength"].as_u64().filter(|least| *least > 0) {
        replaced("too short", json!("x".repeat(usize::try_from(least - 1).unwrap())));
    }
    if let Some(most) = schema["maxLength"].as_u64().filter(|most| *most < 50_000) {
        replaced("too long", json!("x".repeat(usize::try_from(most + 1).unwrap())));
    }
    if schema["pattern"].is_string() {
        let pattern = jsonschema::validator_for(&json!({ "pattern": schema["pattern"] })).unwrap();
        let other = ["\u{2603} \u{2603}", "   ", "a b"].into_iter().map(|text| json!(text)).find(|text| !pattern.is_valid(text));
        replaced(
            "another pattern",
            other.unwrap_or_else(|| panic!("no text tried here breaks the pattern {}", schema["pattern"])),
        );
    }
}

fn add_number_faults(schema: &Value, replaced: &mut dyn FnMut(&str, Value)) {
    replaced("a string for a number", json!("7"));
    replaced("huge", json!(1e300));
    if type_of(schema) == "integer" {
        replaced("a fraction", json!(1.5));
    }
    if let Some(most) = schema["maximum"].as_i64() {
        replaced("too large", json!(most + 1));
    }
    if let Some(least) = schema["minimum"].as_i64() {
        replaced("too small", json!(least - 1));
    }
}

fn add_list_faults(schema: &Value, good: &Value, at: &str, found: &mut AddFault<'_>) {
    let item = sample(&schema["items"]);
    if let Some(most) = schema["maxItems"].as_u64().filter(|most| most * (item.to_string().len() as u64 + 1) < 50_000) {
        found("too many", at.to_owned(), &put(at, (0..=most).map(|_| item.clone()).collect()));
    }
    if schema["minItems"].as_u64().is_some_and(|least| least > 0) {
        found("too few", at.to_owned(), &put(at, json!([])));
    }
    if let Some(first) = good.get(0) {
        add_faults(&schema["items"], first, &format!("{at}/0"), found);
    }
}

fn add_object_faults(schema: &Value, good: &Value, at: &str, found: &mut AddFault<'_>) {
    found("an unknown member", format!("{at}/no_such_member"), &|body| {
        body.pointer_mut(at).unwrap()["no_such_member"] = json!("x");
    });
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        found("a missing member", format!("{at}/{name}"), &|body| {
            body.pointer_mut(at).unwrap().as_object_mut().unwrap().remove(name);
        });
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        add_faults(member, &good[name], &format!("{at}/{name}"), found);
    }
}

/// Bodies that are invalid for every schema: description, content type, bytes, expected status.
fn unreadable() -> Vec<(&'static str, &'static str, Vec<u8>, u16)> {
    const JSON: &str = "application/json";
    vec![
        ("malformed", JSON, b"{".to_vec(), 400),
        ("not JSON", JSON, b"email=ada".to_vec(), 400),
        ("empty", JSON, Vec::new(), 400),
        ("two values", JSON, b"{} {}".to_vec(), 400),
        ("not UTF-8", JSON, b"{\"a\":\"\xff\xfe\"}".to_vec(), 400),
        ("half a surrogate pair", JSON, br#"{"a":"\ud800"}"#.to_vec(), 400),
        ("deep nesting", JSON, "[".repeat(10_000).into_bytes(), 400),
        ("deep and closed", JSON, format!("{}{}", "[".repeat(1000), "]".repeat(1000)).into_bytes(), 400),
        ("a list", JSON, b"[]".to_vec(), 422),
        ("a text", JSON, b"\"text\"".to_vec(), 422),
        ("null", JSON, b"null".to_vec(), 422),
        ("a form", "application/x-www-form-urlencoded", b"{}".to_vec(), 415),
        ("plain text", "text/plain", b"{}".to_vec(), 415),
        ("a merge patch", "application/merge-patch+json", b"{}".to_vec(), 415),
        ("no content type", "", b"{}".to_vec(), 415),
        ("too much", JSON, format!("{{\"a\":\"{}\"}}", "x".repeat(LARGEST_BODY)).into_bytes(), 413),
    ]
}

/// Values that a parameter must refuse.
fn wrong_values(parameter: &Parameter) -> Vec<String> {
    let schema = if type_of(&parameter.schema) == "array" { &parameter.schema["items"] } else { &parameter.schema };
    let mut values = Vec::new();
    match (type_of(schema), schema["format"].as_str()) {
        ("integer" | "number", _) => {
            values.extend(["many", "", "1.5", "99999999999999999999", "-99999999999999999999", "1e", "0x10"].map(str::to_owned));
            values.extend(schema["minimum"].as_i64().map(|least| (least - 1).to_string()));
            values.extend(schema["maximum"].as_i64().map(|most| (most + 1).to_string()));
        }
        ("boolean", _) => values.extend(["maybe", "", "1"].map(str::to_owned)),
        ("string", Some("uuid")) => {
            values.extend(
                ["not-an-id", "%00", "0", "018f3d7e00007000800000000000000", "{018f3d7e-0000-7000-8000-000000000000}"]
                    .map(str::to_owned),
            );
            values.push("x".repeat(300));
        }
        ("string", Some("date-time")) => {
            values.extend(
                ["yesterday", "", "2027-02-30T10:00:00Z", "2027-02-01T10:00:00", "2027-02-01", "1801000000"].map(str::to_owned),
            );
        }
        ("string", Some("date")) => values.extend(["yesterday", "", "2027-02-30", "2027-2-1", "01/02/2027"].map(str::to_owned)),
        ("string", _) if schema["enum"].is_array() => values.extend(["no_such_value", "", "NULL"].map(str::to_owned)),
        _ => {}
    }
    if parameter.name == "cursor" {
        values.extend(["not a cursor", "AAAA", "eyJpZCI6MX0", "\u{2603}", "'; DROP TABLE accounts; --"].map(str::to_owned));
    }
    if let Some(most) = schema["maxLength"].as_u64() {
        values.push("x".repeat(usize::try_from(most).unwrap() + 1));
    }
    values
}

/// Asserts that the response has one of these statuses and names the member or parameter.
fn assert_names(operation: &Operation, what: &str, reply: Reply, statuses: &[u16], pointer: &str) {
    let place = format!("{} with {what}", operation.name());
    assert!(statuses.contains(&reply.status.as_u16()), "{place} answered {}: {}", reply.status, reply.json);
    assert_eq!(reply.json["status"], reply.status.as_u16(), "{place}");
    let errors = reply.json["errors"].as_array().unwrap_or_else(|| panic!("{place} did not get a problem: {}", reply.json));
    let named = errors.iter().any(|error| error["pointer"] == pointer);
    assert!(named, "{place} does not name {pointer:?}: {}", reply.json);
}

/// An actor who may call the operation.
fn caller<'a>(people: &'a std::collections::BTreeMap<&'static str, Actor>, operation: &Operation) -> &'a Actor {
    people.iter().find(|(role, _)| operation.allows(role)).unwrap().1
}

#[apply(both_engines)]
async fn wrong_member_is_named_and_nothing_is_written(app: TestApp) {
    let people = people_of_every_role(&app, "Sender").await;
    let before = row_counts(&app).await;
    let mut tried = 0;
    for operation in operation::all() {
        let Some(schema) = &operation.body else { continue };
        for wrong in faulty_bodies(schema) {
            tried += 1;
            let ask = operation.ask(&app, &[], Some(&wrong.body)).bearer(&caller(&people, &operation).token);
            assert_names(&operation, &wrong.what, ask.send().await, &[422], &wrong.pointer);
        }
        assert_eq!(row_counts(&app).await, before, "{} wrote something", operation.name());
    }
    assert!(tried > 3000, "only {tried} bodies were tried");
}

#[apply(both_engines)]
async fn unreadable_body_gets_the_matching_status(app: TestApp) {
    let people = people_of_every_role(&app, "Sender").await;
    let (before, mut tried) = (row_counts(&app).await, 0);
    for operation in operation::all().iter().filter(|operation| operation.body.is_some()) {
        for (what, content_type, bytes, status) in unreadable() {
            tried += 1;
            let ask = operation.ask(&app, &[], None).bearer(&caller(&people, operation).token).raw(content_type, bytes);
            let pointer = if status == 415 { "Content-Type" } else { "" };
            assert_names(operation, what, ask.send().await, &[status], pointer);
        }
        assert_eq!(row_counts(&app).await, before, "{} wrote something", operation.name());
    }
    assert!(tried > 1500, "only {tried} bodies were tried");
}

#[apply(both_engines)]
async fn wrong_parameter_is_named_and_nothing_is_written(app: TestApp) {
    let people = people_of_every_role(&app, "Sender").await;
    let before = row_counts(&app).await;
    let (mut tried, mut unknown) = (0, 0);
    for operation in operation::all() {
        let token = &caller(&people, &operation).token;
        let body = operation.sample_body();
        for parameter in operation.parameters.iter().filter(|parameter| parameter.place != "header") {
            for value in wrong_values(parameter).iter().filter(|value| parameter.place != "path" || !value.is_empty()) {
                let ask = operation.ask(&app, &[(&parameter.name, value)], body.as_ref()).bearer(token);
                let what = format!("{}={value:.40}", parameter.name);
                let reply = ask.send().await;
                // A path segment that is no id and that no record has is simply not found.
                if reply.status == 404 && parameter.place == "path" && parameter.schema["format"] != "uuid" {
                    continue;
                }
                assert_names(&operation, &what, reply, &[400], &parameter.name);
                tried += 1;
            }
        }
        if operation.parameters_in("query").next().is_some() {
            let ask = operation.ask(&app, &[("no_such_parameter", "x")], body.as_ref()).bearer(token);
            assert_names(&operation, "an unknown parameter", ask.send().await, &[400], "no_such_parameter");
            unknown += 1;
        }
        assert_eq!(row_counts(&app).await, before, "{} wrote something", operation.name());
    }
    assert!(tried > 1500 && unknown > 50, "only {tried} values and {unknown} unknown parameters were tried");
}

#[apply(both_engines)]
async fn query_number_beyond_its_limit_is_out_of_range(app: TestApp) {
    let people = people_of_every_role(&app, "Sender").await;
    let mut tried = 0;
    for operation in operation::all() {
        let token = &caller(&people, &operation).token;
        for parameter in operation.parameters_in("query").filter(|parameter| type_of(&parameter.schema) == "integer") {
            let (least, most) = (parameter.schema["minimum"].as_i64().unwrap(), parameter.schema["maximum"].as_i64().unwrap());
            for value in [least - 1, most + 1] {
                let ask = operation.ask(&app, &[(&parameter.name, &value.to_string())], operation.sample_body().as_ref());
                let reply = ask.bearer(token).send().await;
                let errors = reply.json["errors"].as_array().unwrap();
                let named =
                    errors.iter().any(|error| error["pointer"] == parameter.name.as_str() && error["code"] == "out_of_range");
                assert!(named, "{} with {}={value}: {}", operation.name(), parameter.name, reply.json);
                tried += 1;
            }
        }
    }
    assert!(tried > 20, "{tried}");
}

#[apply(both_engines)]
async fn wrong_header_is_named_and_nothing_is_written(app: TestApp) {
    let people = people_of_every_role(&app, "Sender").await;
    let before = row_counts(&app).await;
    let (mut keys, mut versions) = (0, 0);
    for operation in operation::all() {
        let (token, body) = (&caller(&people, &operation).token, operation.sample_body());
        let has = |name: &str| operation.parameters_in("header").any(|parameter| parameter.name == name);
        if has("Idempotency-Key") {
            for key in ["", "\"\"", "two words", "\"open", &"x".repeat(256)] {
                let reply = operation.ask(&app, &[], body.as_ref()).bearer(token).key(key).send().await;
                assert_names(&operation, &format!("the key {key:.20}"), reply, &[400], "Idempotency-Key");
                keys += 1;
            }
        }
        if has("If-Match") && operation.responses["428"].is_object() {
            let mut ask = app.request(operation.method.clone(), &operation.address_in(&app, &[])).bearer(token);
            if let Some(body) = &body {
                ask = ask.json(body);
            }
            assert_names(&operation, "no If-Match", ask.send().await, &[428], "If-Match");
            versions += 1;
        }
        assert_eq!(row_counts(&app).await, before, "{} wrote something", operation.name());
    }
    assert!(keys > 400 && versions > 30, "only {keys} keys and {versions} missing versions were tried");
}

#[apply(both_engines)]
async fn injection_strings_are_stored_as_plain_text(app: TestApp) {
    let admin = app.administrator().await;
    for (number, name) in [
        "Robert'); DROP TABLE accounts;--",
        "=cmd|' /C calc'!A0",
        "BEGIN:VEVENT",
        "{{7*7}}",
        "<script>alert(1)</script>",
        "\u{e9}",
        "${jndi:ldap://x}",
        "../../etc/passwd",
    ]
    .into_iter()
    .enumerate()
    {
        // A name of staff has two words.
        let name = format!("Ann {name}");
        let form = json!({ "email": format!("n{number}@example.org"), "name": name, "role": Role::Clinician.as_str(),
            "reason": "Joins the team." });
        let created = admin.post("/v1/staff", form).send().await.expect(201);
        let read = admin.get(&format!("/v1/staff/{}", created.id())).send().await.expect(200);
        assert_eq!(read.json["name"], name, "the name is returned unchanged");
    }
    for name in ["a\r\nBcc: x@example.org", "si \u{202e}drawkcab", "Ada\u{200b}Byron"] {
        let form =
            json!({ "email": "bcc@example.org", "name": name, "role": Role::Clinician.as_str(), "reason": "Joins the team." });
        let reply = admin.post("/v1/staff", form).send().await.expect(422);
        assert_eq!(reply.json["errors"][0]["pointer"], "/name", "{name:?}");
    }
}

#[apply(both_engines)]
async fn four_byte_character_is_returned_unchanged(app: TestApp) {
    let (ada, cleo, avery) = (app.ada().await, app.cleo().await, app.administrator().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let text = "Ring twice \u{1F642} and wait.";
    let booked = ada.post("/v1/appointments", json!({ "slot_id": slot, "arrangements": text })).send().await.expect(201);
    for reader in [&ada, &cleo] {
        assert_eq!(reader.reads_appointment(&booked.id()).await.expect(200).json["arrangements"], text);
    }
    // The arrangements are stored sealed, the summary as plain text.
    let mut line = peer_line_signpost();
    line["summary"] = json!(text);
    let added = avery.adds_signpost(line).await.expect(201);
    assert_eq!(app.reads_signpost(&added.id()).await.expect(200).json["summary"], text);
}

#[apply(both_engines)]
async fn repeated_member_is_refused_and_named(app: TestApp) {
    let admin = app.administrator().await;
    let before = row_counts(&app).await;
    let body = br#"{"email": "a@example.org", "name": "One", "role": "clinician", "reason": "Joins.", "name": "Two"}"#.to_vec();
    let reply = admin.post("/v1/staff", json!({})).raw("application/json", body).send().await.expect(422);
    assert_eq!(reply.json["errors"][0]["pointer"], "/name");
    assert_eq!(reply.json["errors"][0]["code"], "repeated");
    assert_eq!(row_counts(&app).await, before);
}

#[apply(both_engines)]
async fn whole_number_is_accepted_in_any_notation(app: TestApp) {
    let mut tried = 0;
    let people = people_of_every_role(&app, "Sender").await;
    for operation in operation::all() {
        let Some(schema) = &operation.body else { continue };
        let mut body = sample(schema);
        if !with_decimal_points(&mut body) {
            continue;
        }
        tried += 1;
        let reply = operation.ask(&app, &[], Some(&body)).bearer(&caller(&people, &operation).token).send().await;
        let wrong: Vec<&Value> = reply.json["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|error| error["code"] == "wrong_type" || error["code"] == "invalid")
            .filter(|error| body.pointer(error["pointer"].as_str().unwrap()).is_some_and(Value::is_number))
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", operation.name());
    }
    assert!(tried > 10, "{tried} bodies with whole numbers");
    let admin = &people["administrator"];
    for (limit, status) in [
        ("1.0", 200),
        ("1e1", 200),
        ("100", 200),
        ("1.5", 400),
        ("1e3", 400),
        ("1e30", 400),
        ("+1", 400),
        ("01", 400),
        ("-1.0", 400),
    ] {
        let reply = admin.get(&format!("/v1/staff?limit={}", limit.replace('+', "%2B"))).send().await.expect(status);
        assert!(status == 200 || reply.json["errors"][0]["pointer"] == "limit", "{limit}: {}", reply.json);
    }
}

/// Writes every whole number with a decimal point; false when the value has none.
fn with_decimal_points(value: &mut Value) -> bool {
    match value {
        Value::Number(number) => {
            *value = json!(number.as_f64().unwrap());
            true
        }
        Value::Array(items) => items.iter_mut().map(with_decimal_points).fold(false, |any, one| any | one),
        Value::Object(members) => members.values_mut().map(with_decimal_points).fold(false, |any, one| any | one),
        _ => false,
    }
}

#[test]
fn generator_makes_every_kind_of_fault() {
    let schema = json!({ "type": "object", "additionalProperties": false, "required": ["name"], "properties": {
        "name": { "type": "string", "minLength": 1, "maxLength": 5 },
        "tags": { "type": "array", "maxItems": 2, "items": { "type": "string", "enum": ["a", "b"] } },
        "count": { "type": ["integer", "null"], "minimum": 1, "maximum": 9 }
    } });
    let found: Vec<String> = faulty_bodies(&schema).iter().map(|wrong| format!("{} {}", wrong.pointer, wrong.what)).collect();
    for expected in [
        "/no_such_member an unknown member",
        "/name a missing member",
        "/name too long",
        "/name too short",
        "/name null",
        "/tags too many",
        "/tags/0 an unknown value",
        "/count too large",
        "/count too small",
        "/count a fraction",
    ] {
        assert!(found.iter().any(|known| known == expected), "{expected} is not among {found:#?}");
    }
    assert!(!found.contains(&"/count null".to_owned()), "a count may be null");
}
