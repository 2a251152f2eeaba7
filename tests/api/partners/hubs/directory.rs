//! Hubs and the areas they cover.

use confide::people::Role;
use confide::platform::ids::Id;
use serde_json::json;

use crate::support::hubs::hub_form;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn coverage_is_found_by_every_code_of_an_area_before_and_after_a_merger(app: TestApp) {
    // One hub's coverage is updated for the merger, the other's is not.
    app.hub("Saltmarsh", &[("QJG", "2021-02-22", Some("2026-03-31")), ("D7T5G", "2026-04-01", None)]).await;
    app.hub("Tamarisk", &[("QJG", "2021-02-22", None), ("QMM", "2021-02-22", None)]).await;
    for (query, expected) in [
        ("icb_code=QJG&on=2026-03-31", vec!["Saltmarsh", "Tamarisk"]),
        ("icb_code=D7T5G&on=2026-03-31", vec!["Saltmarsh", "Tamarisk"]),
        ("icb_code=T6Y0W&on=2026-03-31", vec!["Saltmarsh", "Tamarisk"]),
        ("icb_code=qjg&on=2026-04-01", vec!["Saltmarsh", "Tamarisk"]),
        ("icb_code=D7T5G&on=2026-04-01", vec!["Saltmarsh", "Tamarisk"]),
        ("icb_code=T6Y0W&on=2026-04-01", vec!["Tamarisk"]),
        ("icb_code=T6Y0W", vec!["Tamarisk"]),
        ("icb_code=QMM", vec!["Tamarisk"]),
        ("icb_code=QWE", vec![]),
        ("icb_code=QXX", vec![]),
        ("icb_code=QJG&on=2021-02-21", vec![]),
        ("icb_code=QJG&on=2021-02-22", vec!["Saltmarsh", "Tamarisk"]),
        ("region=london", vec![]),
        ("region=east_of_england", vec!["Saltmarsh", "Tamarisk"]),
    ] {
        assert_eq!(app.hub_names(query).await, expected, "{query}");
    }
}

#[apply(both_engines)]
async fn closed_hub_is_not_listed_but_can_be_read(app: TestApp) {
    let admin = app.administrator().await;
    let hub = app.hub("Oldbridge", &[("QWU", "2021-02-22", None)]).await;
    admin.changes_hub(&hub, "/close", json!({ "closed_on": "2027-01-10" })).await.expect_field("invalid_body", "/closed_on");
    admin.changes_hub(&hub, "/close", json!({ "closed_on": "2027-02-01" })).await.expect(200);
    assert_eq!(app.hub_names("").await, ["Oldbridge"], "not before its day");
    admin.changes_hub(&hub, "/close", json!({ "closed_on": "2027-01-11" })).await.expect(200);
    assert!(app.hub_names("").await.is_empty());
    assert_eq!(app.hub_names("on=2027-01-10").await, ["Oldbridge"]);
    let read = app.get(&format!("/v1/hubs/{hub}")).send().await.expect(200);
    assert_eq!((read.text("name"), read.text("closed_on")), ("Oldbridge".into(), "2027-01-11".into()));
    admin.changes_hub(&hub, "/close", json!({ "closed_on": "2027-03-01" })).await.expect(409).expect_problem("hub_closed");
    assert_eq!(app.audit_actions_by_name(&hub).await, ["hub.closed", "hub.closed", "hub.created"]);
    app.get(&format!("/v1/hubs/{}", Id::new(app.now()))).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn hubs_of_one_name_are_paged_without_gaps(app: TestApp) {
    let admin = app.staff("Opener of all", Role::Administrator).await;
    for _ in 0..5 {
        admin.creates_hub(hub_form("Twin", &[("QWU", "2021-02-22", None)])).await.expect(201);
    }
    let first = app.get("/v1/hubs?limit=3").send().await.expect(200);
    let rest = app.get(&format!("/v1/hubs?limit=3&cursor={}", first.text("next_cursor"))).send().await.expect(200);
    let mut ids: Vec<_> = first.items().iter().chain(rest.items()).map(|hub| hub["id"].clone().to_string()).collect();
    ids.dedup();
    assert_eq!((ids.len(), rest.json["next_cursor"].is_null()), (5, true));
}
