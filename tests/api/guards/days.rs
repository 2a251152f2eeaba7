//! Every date and time in a request, wherever the document has one, must be in the range that records can store.

use chrono::{DateTime, Datelike};
use serde_json::{Value, json};

use super::journey::{people_of_every_role, row_counts};
use super::operation::{self, sample};
use crate::support::{TestApp, apply, both_engines};

/// Dates out of the range of records.
const OUT_OF_RANGE: &[&str] = &["0000-01-01", "0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"];

/// The first and the last dates that a record can have.
const EXTREMES: &[&str] = &["1900-01-01", "1900-01-02", "2199-12-30", "2199-12-31"];

/// Times of a day, with offsets that lead out of it.
fn instants(day: &str) -> Vec<String> {
    ["00:00:00Z", "23:59:59Z", "00:00:00+23:59", "23:59:59-23:59"].iter().map(|time| format!("{day}T{time}")).collect()
}

/// The values for a schema that are out of range on this day; for times, those that are out of range in UTC too.
fn values(schema: &Value, day: &str) -> Vec<String> {
    if schema["format"] == "date" {
        return vec![day.to_owned()];
    }
    let year = |text: &String| DateTime::parse_from_rfc3339(text).unwrap().naive_utc().year();
    let out_of_range: Vec<String> = instants(day).into_iter().filter(|text| !(1900..=2199).contains(&year(text))).collect();
    assert!(out_of_range.len() >= 3, "{day}: {out_of_range:?}");
    out_of_range
}

fn is_date_or_time(schema: &Value) -> bool {
    schema["format"] == "date" || schema["format"] == "date-time"
}

#[apply(both_engines)]
async fn date_out_of_range_is_refused_and_named(app: TestApp) {
    let people = people_of_every_role(&app, "Sender").await;
    let before = row_counts(&app).await;
    let (mut members, mut parameters) = (0, 0);
    for operation in operation::all() {
        let token = &people.iter().find(|(role, _)| operation.allows(role)).unwrap().1.token;
        let body = operation.sample_body();
        let body_members = operation.body.as_ref().map(|schema| operation::members(schema, is_date_or_time)).unwrap_or_default();
        for (pointer, schema) in &body_members {
            members += 1;
            for value in OUT_OF_RANGE.iter().flat_map(|day| values(schema, day)) {
                let mut body = sample(operation.body.as_ref().unwrap());
                *body.pointer_mut(pointer).unwrap() = json!(value);
                let reply = operation.ask(&app, &[], Some(&body)).bearer(token).send().await;
                let place = format!("{} with {pointer} {value}", operation.name());
                let named = |error: &Value| error["pointer"] == *pointer && error["code"] == "out_of_range";
                assert_eq!(reply.status.as_u16(), 422, "{place} answered {}", reply.json);
                assert!(reply.json["errors"].as_array().unwrap().iter().any(named), "{place} answered {}", reply.json);
            }
        }
        for parameter in operation.parameters_in("query").filter(|parameter| is_date_or_time(parameter.item_schema())) {
            parameters += 1;
            for value in OUT_OF_RANGE.iter().flat_map(|day| values(parameter.item_schema(), day)) {
                let reply = operation.ask(&app, &[(&parameter.name, &value)], body.as_ref()).bearer(token).send().await;
                let place = format!("{} with {}={value}", operation.name(), parameter.name);
                assert_eq!(reply.status.as_u16(), 400, "{place} answered {}", reply.json);
                assert_eq!(reply.json["errors"][0]["pointer"], parameter.name.as_str(), "{place}");
            }
        }
        assert_eq!(row_counts(&app).await, before, "{} wrote something", operation.name());
    }
    assert!(members > 30 && parameters > 10, "only {members} members and {parameters} parameters were found");
}

#[apply(both_engines)]
async fn extreme_dates_never_cause_a_server_error(app: TestApp) {
    let people = people_of_every_role(&app, "Sender").await;
    let (mut members, mut parameters) = (0, 0);
    for operation in operation::all() {
        let token = &people.iter().find(|(role, _)| operation.allows(role)).unwrap().1.token;
        let body = operation.sample_body();
        let body_members = operation.body.as_ref().map(|schema| operation::members(schema, is_date_or_time)).unwrap_or_default();
        for day in EXTREMES {
            let at_noon =
                |schema: &Value| if schema["format"] == "date" { (*day).to_owned() } else { format!("{day}T12:00:00Z") };
            for (pointer, schema) in &body_members {
                members += 1;
                let mut body = sample(operation.body.as_ref().unwrap());
                *body.pointer_mut(pointer).unwrap() = json!(at_noon(schema));
                let reply = operation.ask(&app, &[], Some(&body)).bearer(token).send().await;
                assert!(reply.status.as_u16() < 500, "{} with {pointer} {day} answered {}", operation.name(), reply.json);
            }
            for parameter in operation.parameters_in("query").filter(|parameter| is_date_or_time(parameter.item_schema())) {
                parameters += 1;
                let value = at_noon(parameter.item_schema());
                let reply = operation.ask(&app, &[(&parameter.name, &value)], body.as_ref()).bearer(token).send().await;
                assert!(
                    reply.status.as_u16() < 500,
                    "{} with {}={value} answered {}",
                    operation.name(),
                    parameter.name,
                    reply.json
                );
            }
        }
    }
    assert!(members > 150 && parameters > 40, "only {members} members and {parameters} parameters were tried");
}
