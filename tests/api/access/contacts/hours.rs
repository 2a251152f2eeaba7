//! When each channel is answered: an administrator changes the hours, and at least one channel is always open.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::races::{at_once, expect_outcomes};
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
    let (avery, sasha) = (app.administrator().await, app.second_administrator().await);
    let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"];
    let spans: Vec<Value> = weekdays.iter().map(|day| json!({ "weekday": day, "from": "07:00", "until": "22:30" })).collect();
    let longer = json!({ "channel": "phone", "kind": "week", "starts_on": "2027-01-12", "closed_on_bank_holidays": true,
        "hours": spans, "reason": "A trial." });
    let set = avery.post("/v1/contact-hours", longer.clone()).key("longer").send().await.expect(201);
    assert_eq!(avery.post("/v1/contact-hours", longer).key("longer").send().await.expect(201).id(), set.id());
    sasha.approves_contact_hours(&set.id()).await.expect(200);
    let shut =
        json!({ "channel": "email", "kind": "day", "starts_on": "2027-01-12", "hours": [], "reason": "The office moves." });
    let shut = avery.sets_contact_hours_with_another(shut).await;
    assert_eq!(opening(&routes(&app).await.json["routes"], "phone"), (true, at("2027-01-11T20:00:00Z")), "not yet");
    app.clock.advance(TimeDelta::days(1));
    let now = routes(&app).await;
    assert_eq!(opening(&now.json["routes"], "phone"), (true, at("2027-01-12T22:30:00Z")));
    assert_eq!(opening(&now.json["routes"], "email"), (false, at("2027-01-13T09:00:00Z")));
    assert!(now.json["routes"].to_string().contains("The office moves."));
    let avery = avery.signs_in_again().await;
    avery.withdraws_contact_hours(&shut.id()).await.expect(409).expect_problem("state_conflict");
    let listed = avery.get("/v1/contact-hours?channel=phone").send().await.expect(200);
    assert_eq!((listed.items().len(), listed.items()[0]["hours"][0]["until"].as_str()), (2, Some("22:30")));
    let first = avery.get("/v1/contact-hours?limit=2").send().await.expect(200);
    let rest = avery.get(&format!("/v1/contact-hours?cursor={}", first.text("next_cursor"))).send().await.expect(200);
    assert_eq!((first.items().len(), rest.items().len()), (2, 4));
    assert_eq!(app.audit_actions_by_name(&set.id()).await, ["contact_hours.approved", "contact_hours.proposed"]);
}

#[apply(both_engines)]
async fn hours_apply_only_when_another_administrator_has_approved_them(app: TestApp) {
    let (avery, sasha) = (app.administrator().await, app.second_administrator().await);
    let form = json!({ "channel": "phone", "kind": "day", "starts_on": "2027-01-11", "hours": [], "reason": "A strike." });
    let made = avery.post("/v1/contact-hours", form).send().await.expect(201);
    assert_eq!((made.text("state"), &made.json["proposed_by"]), ("pending".to_owned(), &json!(avery.id)));
    assert_eq!((&made.json["approved_by"], &made.json["approved_at"]), (&Value::Null, &Value::Null));
    assert!(made.text("next_step").contains("Another administrator"), "{}", made.json);
    assert_eq!(made.header("location"), Some(format!("/v1/contact-hours/{}", made.id()).as_str()));
    avery.approves_contact_hours(&made.id()).await.expect(409).expect_problem("second_person_required");
    assert!(opening(&routes(&app).await.json["routes"], "phone").0, "one administrator closes nothing");
    assert_eq!((app.row_count("contact_hours").await, app.row_count("contact_hours_changes").await), (4, 5));

    let approved = sasha.approves_contact_hours(&made.id()).await.expect(200);
    assert_eq!((approved.text("state"), &approved.json["approved_by"]), ("approved".to_owned(), &json!(sasha.id)));
    assert_eq!(approved.json["next_step"], Value::Null);
    assert_eq!(opening(&routes(&app).await.json["routes"], "phone"), (false, at("2027-01-12T08:00:00Z")));
    sasha.approves_contact_hours(&made.id()).await.expect(409).expect_problem("state_conflict");
    // The initial hours are there, and have no one who proposed them.
    let initial = avery.get("/v1/contact-hours?channel=text").send().await.expect(200);
    let initial = &initial.items()[0];
    assert_eq!((&initial["state"], &initial["proposed_by"]), (&json!("approved"), &Value::Null));
    sasha.approves_contact_hours(initial["id"].as_str().unwrap()).await.expect(409).expect_problem("state_conflict");
}

#[apply(both_engines)]
async fn second_account_of_one_administrator_does_not_approve_their_hours(app: TestApp) {
    let avery = app.administrator().await;
    let again = app.administrator_named("Dr Avery Admin").await;
    let form = json!({ "channel": "web", "kind": "day", "starts_on": "2027-01-13", "hours": [] });
    let made = avery.post("/v1/contact-hours", form).send().await.expect(201).id();
    again.approves_contact_hours(&made).await.expect(409).expect_problem("second_person_required");
    assert_eq!(app.row_count("contact_hours").await, 4);
}

#[apply(both_engines)]
async fn hours_from_the_same_day_replace_those_that_were_approved_before(app: TestApp) {
    let (avery, sasha) = (app.administrator().await, app.second_administrator().await);
    let form = |until: &str| json!({ "channel": "web", "kind": "day", "starts_on": "2027-01-13", "hours": [{ "from": "10:00", "until": until }] });
    let first = avery.sets_contact_hours_with_another(form("12:00")).await.id();
    for alone in [&avery, &sasha] {
        alone.withdraws_contact_hours(&first).await.expect(409).expect_problem("second_person_required");
    }
    let second = avery.sets_contact_hours_with_another(form("16:00")).await.id();
    app.advance_clock_to("2027-01-13T11:00:00Z");
    assert_eq!(opening(&routes(&app).await.json["routes"], "web"), (true, at("2027-01-13T16:00:00Z")));
    let avery = avery.signs_in_again().await;
    let listed = avery.get("/v1/contact-hours?channel=web&limit=2").send().await.expect(200);
    let listed: Vec<&Value> = listed.items().iter().map(|hours| &hours["id"]).collect();
    assert_eq!(listed, [&json!(second), &json!(first)], "both stay in the history");
    assert_eq!(app.row_count("contact_hours").await, 5);
}

#[apply(both_engines)]
async fn hours_that_are_approved_late_do_not_reach_into_the_past_and_expire_after_14_days(app: TestApp) {
    let avery = app.administrator().await;
    let set = async |kind: &str, day: &str| {
        let form = json!({ "channel": "web", "kind": kind, "starts_on": day, "hours": [] });
        avery.post("/v1/contact-hours", form).send().await.expect(201).id()
    };
    let (week, single, other) =
        (set("week", "2027-01-12").await, set("day", "2027-01-12").await, set("week", "2027-03-01").await);
    app.advance_clock_to("2027-01-15T09:00:00Z");
    let sasha = app.second_administrator().await;
    assert_eq!(sasha.approves_contact_hours(&week).await.expect(200).text("starts_on"), "2027-01-15");
    sasha.approves_contact_hours(&single).await.expect(409).expect_problem("state_conflict");
    app.advance_clock_to("2027-01-25T09:00:00Z");
    let sasha = sasha.signs_in_again().await;
    for id in [&single, &other] {
        let expired = sasha.get(&format!("/v1/contact-hours/{id}")).send().await.expect(200);
        assert_eq!((expired.text("state"), &expired.json["next_step"]), ("expired".to_owned(), &Value::Null));
        sasha.approves_contact_hours(id).await.expect(409).expect_problem("state_conflict");
        sasha.withdraws_contact_hours(id).await.expect(409).expect_problem("state_conflict");
    }
}

#[apply(both_engines)]
async fn hours_are_withdrawn_while_they_wait_and_past_hours_cannot_be_set(app: TestApp) {
    let (avery, sasha) = (app.administrator().await, app.second_administrator().await);
    let form = |starts_on: &str| json!({ "channel": "web", "kind": "day", "starts_on": starts_on, "hours": [{ "from": "10:00", "until": "24:00" }] });
    let set = avery.post("/v1/contact-hours", form("2027-01-13")).send().await.expect(201).id();
    let path = format!("/v1/contact-hours/{set}");
    assert_eq!(avery.get(&path).send().await.expect(200).json["hours"][0]["until"], "24:00");
    let withdrawn = sasha.withdraws_contact_hours(&set).await.expect(200);
    assert_eq!((withdrawn.text("state"), &withdrawn.json["withdrawn_by"]), ("withdrawn".to_owned(), &json!(sasha.id)));
    sasha.approves_contact_hours(&set).await.expect(409).expect_problem("state_conflict");
    avery.withdraws_contact_hours(&set).await.expect(409).expect_problem("state_conflict");
    assert_eq!(app.row_count("contact_hours").await, 4);
    assert_eq!(app.audit_actions_by_name(&set).await, ["contact_hours.proposed", "contact_hours.withdrawn"]);
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
    // For one day the telephone can replace texts, if it is open in all other hours. An email at any hour cannot.
    let all_day = |channel: &str| json!({ "channel": channel, "kind": "day", "starts_on": "2027-02-01", "hours": [{ "from": "00:00", "until": "24:00" }] });
    for channel in ["email", "web"] {
        avery.sets_contact_hours_with_another(all_day(channel)).await;
    }
    let short =
        json!({ "channel": "text", "kind": "day", "starts_on": "2027-02-01", "hours": [{ "from": "20:00", "until": "24:00" }] });
    avery.post("/v1/contact-hours", short.clone()).send().await.expect(422).expect_problem("line_unanswered");
    let early =
        json!({ "channel": "phone", "kind": "day", "starts_on": "2027-02-01", "hours": [{ "from": "00:00", "until": "20:00" }] });
    avery.sets_contact_hours_with_another(early).await;
    let waiting = avery.post("/v1/contact-hours", short).send().await.expect(201).id();
    // Until it is approved, the telephone is not needed: the approval is checked against what applies by then.
    let late =
        json!({ "channel": "phone", "kind": "day", "starts_on": "2027-02-01", "hours": [{ "from": "08:00", "until": "20:00" }] });
    avery.sets_contact_hours_with_another(late).await;
    let sasha = app.second_administrator().await;
    sasha.approves_contact_hours(&waiting).await.expect(409).expect_problem("state_conflict");
    let kept = sasha.get(&format!("/v1/contact-hours/{waiting}")).send().await.expect(200);
    assert_eq!(kept.text("state"), "pending", "it waits until it is withdrawn");
    let list = avery.get("/v1/contact-hours").send().await.expect(200);
    assert_eq!(list.items().len(), 9, "refused hours are not stored");
}

#[apply(both_engines)]
async fn telephone_is_never_closed_for_a_week(app: TestApp) {
    let avery = app.administrator().await;
    let week = |spans: Value| json!({ "channel": "phone", "kind": "week", "starts_on": "2027-02-01", "hours": spans });
    let short: Vec<Value> = ["monday", "tuesday", "wednesday"]
        .iter()
        .map(|day| json!({ "weekday": day, "from": "10:00", "until": "16:30" }))
        .collect();
    for spans in [json!([]), json!(short)] {
        let refused = avery.post("/v1/contact-hours", week(spans)).send().await.expect(422);
        assert!(refused.text("detail").contains("less than 20 hours"), "{}", refused.json);
        refused.expect_field("line_unanswered", "/hours");
    }
    // Nor by single days, one after the other: the fourth of them is refused.
    let closed = |day: u32| json!({ "channel": "phone", "kind": "day", "starts_on": format!("2027-02-{day:02}"), "hours": [] });
    for day in 1..=3 {
        avery.sets_contact_hours_with_another(closed(day)).await;
    }
    avery.post("/v1/contact-hours", closed(4)).send().await.expect(422).expect_field("line_unanswered", "/hours");
    let routes = routes(&app).await;
    assert_eq!(opening(&routes.json["routes"], "phone"), (true, at("2027-01-11T20:00:00Z")));
}

#[apply(both_engines)]
async fn hours_are_approved_once(app: TestApp) {
    let (avery, sasha) = (app.administrator().await, app.second_administrator().await);
    let form = json!({ "channel": "web", "kind": "day", "starts_on": "2027-01-13", "hours": [] });
    let hours = avery.post("/v1/contact-hours", form).send().await.expect(201).id();
    let replies = at_once(8, |_| {
        let (sasha, hours) = (sasha.clone(), hours.clone());
        async move { sasha.approves_contact_hours(&hours).await }
    })
    .await;
    expect_outcomes(&replies, &[("200", 1), ("state_conflict", 7)]);
    assert_eq!(app.audit_actions_by_name(&hours).await, ["contact_hours.approved", "contact_hours.proposed"]);
}

#[apply(both_engines)]
async fn hours_that_others_have_overtaken_are_not_approved(app: TestApp) {
    let (avery, sasha) = (app.administrator().await, app.second_administrator().await);
    let form =
        |reason: &str| json!({ "channel": "web", "kind": "day", "starts_on": "2027-01-13", "hours": [], "reason": reason });
    let older = avery.post("/v1/contact-hours", form("The older.")).send().await.expect(201).id();
    app.clock.advance(TimeDelta::minutes(1));
    let newer = sasha.post("/v1/contact-hours", form("The newer.")).send().await.expect(201).id();
    avery.approves_contact_hours(&newer).await.expect(200);
    let refused = sasha.approves_contact_hours(&older).await.expect(409).expect_problem("state_conflict");
    assert!(refused.text("detail").contains("has been approved since"), "{}", refused.json);
    let of = |id: &str| format!("/v1/contact-hours/{id}");
    assert_eq!(avery.get(&of(&older)).send().await.expect(200).text("state"), "pending");
    // Of another day they are not.
    let other = json!({ "channel": "web", "kind": "day", "starts_on": "2027-01-14", "hours": [] });
    let other = avery.post("/v1/contact-hours", other).send().await.expect(201).id();
    sasha.approves_contact_hours(&other).await.expect(200);
}

#[apply(both_engines)]
async fn hours_begin_within_the_year_that_is_checked(app: TestApp) {
    let avery = app.administrator().await;
    let from = |day: &str| json!({ "channel": "phone", "kind": "week", "starts_on": day, "hours": [] });
    let late = avery.post("/v1/contact-hours", from("2028-01-13")).send().await.expect(422);
    late.expect_field("invalid_body", "/starts_on");
    avery.post("/v1/contact-hours", from("2028-01-12")).send().await.expect(422).expect_field("line_unanswered", "/hours");
}
