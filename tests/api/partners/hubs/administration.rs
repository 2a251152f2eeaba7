//! Administration of hubs.

use serde_json::{Value, json};

use crate::support::hubs::hub_form;
use crate::support::{TestApp, apply, both_engines};

fn pairs(list: &Value, what: &str) -> Vec<(String, Option<String>)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    list.as_array().unwrap().iter().map(|item| (text(&item[what]).unwrap(), text(&item["valid_until"]))).collect()
}

#[apply(both_engines)]
async fn hub_is_created_and_changed_and_its_history_stays(app: TestApp) {
    let admin = app.administrator().await;
    let form = hub_form("Saltmarsh", &[("QJG", "2021-02-22", None)]);
    let made = admin.post("/v1/hubs", form.clone()).key("one").send().await.expect(201);
    assert_eq!(admin.post("/v1/hubs", form).key("one").send().await.expect(201).id(), made.id(), "created once");
    let hub = made.id();
    assert_eq!(made.header("location"), Some(format!("/v1/hubs/{hub}").as_str()));
    assert_eq!(
        (&made.json["help"], &made.json["team"][1]),
        (&json!(["online", "one_to_one"]), &json!({ "discipline": "therapist", "people": 4 }))
    );

    let change = json!({ "name": "Saltings", "region": "east_of_england", "help": ["team_support", "team_support", "online"],
        "team": [{ "discipline": "recovery_worker", "people": 2 }] });
    admin.put(&format!("/v1/hubs/{hub}"), change.clone()).send().await.expect_problem("version_required");
    let changed = admin.changes_hub(&hub, "", change.clone()).await.expect(200);
    assert_eq!((changed.text("name"), &changed.json["help"]), ("Saltings".into(), &json!(["online", "team_support"])));
    assert_eq!(changed.json["team"], json!([{ "discipline": "recovery_worker", "people": 2 }]));
    admin.put(&format!("/v1/hubs/{hub}"), change).if_match(&made.etag()).send().await.expect_problem("version_mismatch");

    let coverage = json!({ "starts_on": "2027-02-01", "icb_codes": ["T6Y0W", "d7t5g", "T6Y0W"] });
    let changed_hub = admin.changes_hub(&hub, "/coverage", coverage).await.expect(200);
    assert_eq!(
        pairs(&changed_hub.json["coverage"], "icb_code"),
        [("QJG".into(), Some("2027-01-31".into())), ("D7T5G".into(), None), ("T6Y0W".into(), None)]
    );
    assert_eq!(app.hub_names("icb_code=D7T5G&on=2027-01-31").await, ["Saltings"], "its old area finds it until then");
    let again =
        admin.changes_hub(&hub, "/coverage", json!({ "starts_on": "2027-02-01", "icb_codes": ["T6Y0W"] })).await.expect(200);
    assert_eq!(pairs(&again.json["coverage"], "icb_code"), [("QJG".into(), Some("2027-01-31".into())), ("T6Y0W".into(), None)]);
    assert!(app.hub_names("icb_code=D7T5G&on=2027-02-01").await.is_empty());

    let channels = json!([{ "channel": "phone", "contact": "0300 000 0000", "hours": "Every day, 7 am to 9 pm" },
        { "channel": "web", "contact": "https://hub.example", "hours": "Any time" }]);
    let changed_hub =
        admin.changes_hub(&hub, "/channels", json!({ "starts_on": "2027-01-11", "channels": channels })).await.expect(200);
    assert_eq!(pairs(&changed_hub.json["channels"], "channel"), [("phone".into(), None), ("web".into(), None)]);
    let text_only = json!([{ "channel": "text", "contact": "07700 900000", "hours": "Weekdays" }]);
    let changed_hub =
        admin.changes_hub(&hub, "/channels", json!({ "starts_on": "2027-03-01", "channels": text_only })).await.expect(200);
    assert_eq!(
        pairs(&changed_hub.json["channels"], "channel"),
        [("phone".into(), Some("2027-02-28".into())), ("web".into(), Some("2027-02-28".into())), ("text".into(), None)]
    );
    assert_eq!(
        app.audit_actions_by_name(&hub).await,
        [
            "hub.changed",
            "hub.channels_changed",
            "hub.channels_changed",
            "hub.coverage_changed",
            "hub.coverage_changed",
            "hub.created"
        ]
    );
}

#[apply(both_engines)]
async fn impossible_coverage_and_team_are_refused_by_field(app: TestApp) {
    let admin = app.administrator().await;
    for (covers, pointer) in [
        (vec![("QXX", "2021-02-22", None)], "/coverage/0/icb_code"),
        (vec![("QJG", "2021-02-22", None), ("D7T5G", "2026-03-31", None)], "/coverage/1/valid_from"),
        (vec![("QJG", "2026-04-01", None)], "/coverage/0/valid_from"),
        (vec![("QWE", "2021-02-21", None)], "/coverage/0/valid_from"),
        (vec![("QWE", "2021-02-22", Some("2021-02-21"))], "/coverage/0/valid_until"),
        (vec![("QWE", "2021-02-22", None), ("QWE", "2022-02-22", None)], "/coverage/1/icb_code"),
    ] {
        admin.creates_hub(hub_form("Wrong", &covers)).await.expect(422).expect_field("invalid_body", pointer);
    }
    let mut twice = hub_form("Wrong", &[]);
    twice["team"] = json!([{ "discipline": "therapist", "people": 4 }, { "discipline": "therapist", "people": 1 }]);
    admin.creates_hub(twice).await.expect_field("invalid_body", "/team/1/discipline");
    assert!(app.hub_names("").await.is_empty());

    let hub = app.hub("Saltmarsh", &[("T6Y0W", "2026-04-01", None)]).await;
    for (what, change, pointer) in [
        ("/coverage", json!({ "starts_on": "2027-01-10", "icb_codes": [] }), "/starts_on"),
        ("/coverage", json!({ "starts_on": "2027-02-01", "icb_codes": ["T6Y0W", "QJG"] }), "/icb_codes/1"),
        ("/channels", json!({ "starts_on": "2027-01-10", "channels": [] }), "/starts_on"),
    ] {
        admin.changes_hub(&hub, what, change).await.expect(422).expect_field("invalid_body", pointer);
    }
}
