//! When each channel is answered: an administrator changes the hours, and at least one channel is always open.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

/// Whether a channel is open, and until when or from when.
fn opening(routes: &Value, channel: &str) -> (bool, Option<String>) {
    let route = routes.as_array().unwrap().iter().find(|route| route["channel"] == channel).unwrap();
    let text = |member: &str| route[member].as_str().map(str::to_owned);
    (route["open_now"].as_bool().unwrap(), text("open_until").or_else(|| text("opens_at")))
}

async fn routes(app: &TestApp) -> CheckedReply {
    app.get("/v1/contact-routes").send().await.expect(200)
}

fn at(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[apply(both_engines)]
async fn anyone_can_read_which_channels_are_open(app: TestApp) {
    // Monday at nine in the morning.
    let now = routes(&app).await;
    assert_eq!(opening(&now.json["routes"], "phone"), (true, at("2027-01-11T20:00:00Z")));
    assert_eq!(opening(&now.json["routes"], "text"), (true, None), "at any hour");
    assert_eq!(opening(&now.json["routes"], "email"), (true, at("2027-01-11T17:00:00Z")));
    let help: Vec<&str> = now.json["crisis_help"].as_array().unwrap().iter().map(|route| route["id"].as_str().unwrap()).collect();
    assert_eq!(help[..3], ["emergency_999", "accident_and_emergency", "nhs_111_mental_health"]);
    app.clock.advance(TimeDelta::hours(18));
    assert_eq!(opening(&routes(&app).await.json["routes"], "phone"), (false, at("2027-01-12T08:00:00Z")));
    // Good Friday and Easter Monday; on the Saturday between the telephone is answered until two.
    app.clock.advance("2027-03-26T12:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() - app.now().get());
    assert_eq!(opening(&routes(&app).await.json["routes"], "phone"), (false, at("2027-03-27T08:00:00Z")));
    assert_eq!(opening(&routes(&app).await.json["routes"], "email"), (false, at("2027-03-30T08:00:00Z")));
}

#[apply(both_engines)]
async fn contact_logged_out_of_hours_shows_which_channels_are_open(app: TestApp) {
    let hanna = app.call_handler().await;
    assert_eq!(hanna.logs_contact("phone", json!({})).await.expect(201).json["out_of_hours"], Value::Null);
    app.clock.advance(TimeDelta::hours(18));
    let hanna = hanna.signs_in_again().await;
    let night = hanna.logs_contact("phone", json!({})).await.expect(201);
    let out_of_hours = &night.json["out_of_hours"];
    assert_eq!(opening(&out_of_hours["routes"], "text"), (true, None));
    assert_eq!(opening(&out_of_hours["routes"], "phone"), (false, at("2027-01-12T08:00:00Z")));
    assert_eq!(out_of_hours["crisis_help"][0]["id"], "emergency_999");
    assert_eq!(hanna.logs_contact("text", json!({})).await.expect(201).json["out_of_hours"], Value::Null, "texts are answered");
}

#[apply(both_engines)]
async fn administrator_changes_the_hours_from_a_date_and_for_one_day(app: TestApp) {
    let avery = app.administrator().await;
    let longer = json!({ "channel": "phone", "kind": "week", "starts_on": "2027-01-12", "closed_on_bank_holidays": true,
        "hours": [{ "weekday": "tuesday", "from": "07:00", "until": "22:30" }], "reason": "A trial." });
    let set = avery.post("/v1/contact-hours", longer.clone()).key("longer").send().await.expect(201);
    assert_eq!(avery.post("/v1/contact-hours", longer.clone()).key("longer").send().await.expect(201).id(), set.id());
    avery.post("/v1/contact-hours", longer).send().await.expect(409).expect_problem("already_exists");
    let shut =
        json!({ "channel": "email", "kind": "day", "starts_on": "2027-01-12", "hours": [], "reason": "The office moves." });
    let shut = avery.post("/v1/contact-hours", shut).send().await.expect(201);
    assert_eq!(opening(&routes(&app).await.json["routes"], "phone"), (true, at("2027-01-11T20:00:00Z")), "not yet");
    app.clock.advance(TimeDelta::days(1));
    let now = routes(&app).await;
    assert_eq!(opening(&now.json["routes"], "phone"), (true, at("2027-01-12T22:30:00Z")));
    assert_eq!(opening(&now.json["routes"], "email"), (false, at("2027-01-13T09:00:00Z")));
    assert!(now.json["routes"].to_string().contains("The office moves."));
    let avery = avery.signs_in_again().await;
    avery.delete(&format!("/v1/contact-hours/{}", shut.id())).send().await.expect(409).expect_problem("state_conflict");
    let listed = avery.get("/v1/contact-hours?channel=phone").send().await.expect(200);
    assert_eq!((listed.items().len(), listed.items()[0]["hours"][0]["until"].as_str()), (2, Some("22:30")));
    let first = avery.get("/v1/contact-hours?limit=2").send().await.expect(200);
    let rest = avery.get(&format!("/v1/contact-hours?cursor={}", first.text("next_cursor"))).send().await.expect(200);
    assert_eq!((first.items().len(), rest.items().len()), (2, 4));
    assert_eq!(app.audit_actions_by_name(&set.id()).await, ["contact_hours.created"]);
}

#[apply(both_engines)]
async fn future_hours_can_be_deleted_and_past_hours_cannot_be_set(app: TestApp) {
    let avery = app.administrator().await;
    let form = |starts_on: &str| json!({ "channel": "web", "kind": "day", "starts_on": starts_on, "hours": [{ "from": "10:00", "until": "24:00" }] });
    let set = avery.post("/v1/contact-hours", form("2027-01-13")).send().await.expect(201);
    let path = format!("/v1/contact-hours/{}", set.id());
    assert_eq!(avery.get(&path).send().await.expect(200).json["hours"][0]["until"], "24:00");
    avery.delete(&path).send().await.expect(204);
    avery.get(&path).send().await.expect(404);
    avery.delete(&path).send().await.expect(404);
    avery.post("/v1/contact-hours", form("2027-01-10")).send().await.expect(422).expect_field("invalid_body", "/starts_on");
    let mut wrong = form("2027-01-13");
    wrong["closed_on_bank_holidays"] = json!(true);
    avery.post("/v1/contact-hours", wrong).send().await.expect(422).expect_field("invalid_body", "/closed_on_bank_holidays");
    let mut wrong = form("2027-01-13");
    wrong["hours"] = json!([{ "from": "24:00", "until": "08:00" }]);
    avery.post("/v1/contact-hours", wrong).send().await.expect(422).expect_field("invalid_body", "/hours/0/until");
}

#[apply(both_engines)]
async fn at_least_one_channel_is_always_open(app: TestApp) {
    let avery = app.administrator().await;
    let silent = json!({ "channel": "text", "kind": "week", "starts_on": "2027-02-01", "hours": [
        { "weekday": "monday", "from": "00:00", "until": "24:00" }] });
    let refused = avery.post("/v1/contact-hours", silent).send().await.expect(422);
    assert!(refused.text("detail").contains("2027-02-02"), "{}", refused.json);
    refused.expect_field("line_unanswered", "/hours");
    // For one day the telephone can replace texts, if it is open in all other hours.
    let short =
        json!({ "channel": "text", "kind": "day", "starts_on": "2027-02-01", "hours": [{ "from": "20:00", "until": "24:00" }] });
    avery.post("/v1/contact-hours", short.clone()).send().await.expect(422).expect_problem("line_unanswered");
    let early =
        json!({ "channel": "phone", "kind": "day", "starts_on": "2027-02-01", "hours": [{ "from": "00:00", "until": "20:00" }] });
    let early = avery.post("/v1/contact-hours", early).send().await.expect(201);
    avery.post("/v1/contact-hours", short).send().await.expect(201);
    // Now the telephone is needed.
    avery.delete(&format!("/v1/contact-hours/{}", early.id())).send().await.expect(422).expect_problem("line_unanswered");
    let list = avery.get("/v1/contact-hours").send().await.expect(200);
    assert_eq!(list.items().len(), 6, "refused hours are not stored");
}
