//! Administrators maintain the directory, and its whole history is kept.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::races::{at_once, expect_outcomes};
use crate::support::signposts::peer_line_signpost;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn entry_is_added_changed_and_ended_with_its_history(app: TestApp) {
    let avery = app.administrator().await;
    let added = avery.post("/v1/signposts", peer_line_signpost()).key("one").send().await.expect(201);
    let again = avery.post("/v1/signposts", peer_line_signpost()).key("one").send().await.expect(201);
    assert_eq!(added.id(), again.id(), "a repeat adds nothing");
    let id = added.id();
    assert_eq!(added.header("location").unwrap(), format!("/v1/signposts/{id}"));
    assert_eq!((added.text("last_checked_on"), added.json["emergency_route"].clone()), ("2027-01-11".into(), json!(false)));
    assert_eq!(app.finds_signposts("need=work_support&profession=doctor&region=london").await.last(), Some(&id));

    let mut other = peer_line_signpost();
    other["contact"] = json!("0300 000 0002");
    app.clock.advance(TimeDelta::minutes(1));
    let changed = avery.replaces_signpost(&id, other.clone()).await.expect(200);
    assert_eq!((changed.text("contact"), changed.etag()), ("0300 000 0002".into(), "\"v2\"".into()));
    avery.put(&format!("/v1/signposts/{id}"), other.clone()).if_match("\"v1\"").send().await.expect_problem("version_mismatch");
    avery.put(&format!("/v1/signposts/{id}"), other.clone()).send().await.expect_problem("version_required");

    app.clock.advance(TimeDelta::minutes(1));
    avery.ends_signpost(&id, "2027-01-10").await.expect_field("invalid_body", "/valid_until");
    let ended = avery.ends_signpost(&id, "2027-01-11").await.expect(200);
    assert_eq!(ended.text("valid_until"), "2027-01-11");
    assert!(app.finds_signposts("need=work_support").await.contains(&id), "its last day");
    app.clock.advance(TimeDelta::days(1));
    let avery = avery.signs_in_again().await;
    assert!(!app.finds_signposts("need=work_support").await.contains(&id));
    assert_eq!(app.reads_signpost(&id).await.expect(200).text("name"), "Peer support line", "ended, not deleted");
    avery.ends_signpost(&id, "2027-02-01").await.expect_problem("state_conflict");
    avery.replaces_signpost(&id, other).await.expect(200);
    assert!(app.finds_signposts("need=work_support").await.contains(&id), "it may begin again");

    let changes = avery.get(&format!("/v1/signposts/{id}/history?limit=3")).send().await.expect(200);
    let recorded: Vec<_> = changes.items().iter().map(|change| (change["version"].clone(), change["change"].clone())).collect();
    assert_eq!(recorded, [(json!(4), json!("changed")), (json!(3), json!("ended")), (json!(2), json!("changed"))]);
    let path = format!("/v1/signposts/{id}/history?limit=3&cursor={}", changes.text("next_cursor"));
    let rest = avery.get(&path).send().await.expect(200);
    let first = &rest.items()[0];
    assert_eq!((&first["change"], &first["signpost"]["contact"]), (&json!("added"), &json!("0300 000 0001")));
    assert_eq!((&first["by"], rest.items().len()), (&json!(avery.id), 1));
    let audited = app.audit_actions(&id).await;
    assert_eq!(audited, ["signpost.added", "signpost.changed", "signpost.ended", "signpost.changed"]);
}

#[apply(both_engines)]
async fn entry_without_required_details_is_refused(app: TestApp) {
    let avery = app.administrator().await;
    for (member, value, pointer) in [
        ("name", json!("  "), "/name"),
        ("source", json!(" "), "/source"),
        ("valid_until", json!("2026-12-31"), "/valid_until"),
        ("icb_codes", json!(["QWE", "ZZZ"]), "/icb_codes/1"),
        ("needs", json!([]), "/needs"),
        ("needs", json!(["cake"]), "/needs/0"),
        ("channel", json!("fax"), "/channel"),
    ] {
        let mut form = peer_line_signpost();
        form[member] = value;
        avery.adds_signpost(form.clone()).await.expect_field("invalid_body", pointer);
        avery.replaces_signpost("gp", form).await.expect_field("invalid_body", pointer);
    }
}

#[apply(both_engines)]
async fn built_in_entries_can_be_changed_except_the_emergency_routes(app: TestApp) {
    let avery = app.administrator().await;
    avery.replaces_signpost("gp", peer_line_signpost()).await.expect(200);
    assert_eq!(app.reload_signposts().await, 0);
    assert_eq!(app.reads_signpost("gp").await.expect(200).text("name"), "Peer support line", "a restart undoes nothing");
    for route in ["emergency_999", "samaritans", "breathing_space", "lifeline_textphone", "bsl_999", "jersey_crisis_line"] {
        let refused = avery.replaces_signpost(route, peer_line_signpost()).await.expect_problem("emergency_route");
        assert_eq!(refused.status, 409);
        avery.ends_signpost(route, "2027-06-01").await.expect_problem("emergency_route");
        let checked = avery.confirms_signpost(route).await.expect(200);
        assert_eq!(checked.text("last_checked_on"), "2027-01-11");
    }
    let before = avery.get("/v1/signposts/gp/history").send().await.expect(200);
    assert_eq!(before.items()[1]["signpost"]["name"], "Your GP", "how it was shipped");
    assert_eq!((&before.items()[1]["change"], &before.items()[1]["by"]), (&json!("built_in"), &Value::Null));
}

#[apply(both_engines)]
async fn entry_unchecked_for_ninety_days_is_listed_until_it_is_checked(app: TestApp) {
    let avery = app.administrator().await;
    assert!(avery.unchecked_signposts().await.is_empty(), "all were checked fifty days ago");
    app.clock.advance(TimeDelta::days(41));
    let avery = avery.signs_in_again().await;
    let unchecked = avery.unchecked_signposts().await;
    assert!(unchecked.contains(&"gp".to_owned()) && unchecked.contains(&"samaritans".to_owned()));
    assert!(!unchecked.contains(&"local_hub".to_owned()), "an ended entry needs no check");
    let checked = avery.confirms_signpost("gp").await.expect(200);
    assert_eq!(checked.text("last_checked_on"), "2027-02-21");
    app.delete_signpost_row("samaritans").await;
    avery.confirms_signpost("samaritans").await.expect(200);
    let left = avery.unchecked_signposts().await;
    assert_eq!(left.len(), unchecked.len() - 2);
    let first = avery.get("/v1/unchecked-signposts?limit=2").send().await.expect(200);
    let rest =
        avery.get(&format!("/v1/unchecked-signposts?limit=100&cursor={}", first.text("next_cursor"))).send().await.expect(200);
    assert_eq!(first.items().len() + rest.items().len(), left.len());
    avery.confirms_signpost("nowhere").await.expect_problem("not_found");
    let today = app.now().london_day();
    let counted = app.write(move |tx| confide::reference::signposts::count_unchecked(tx, 90, today)).await;
    assert_eq!(counted, left.len(), "the value of the metric");
}

#[apply(both_engines)]
async fn one_of_two_concurrent_changes_is_refused_as_outdated(app: TestApp) {
    let avery = app.administrator().await;
    let etag = app.reads_signpost("gp").await.expect(200).etag();
    let write = |contact: &str| {
        let mut form = peer_line_signpost();
        form["contact"] = json!(contact);
        avery.put("/v1/signposts/gp", form).if_match(&etag).send()
    };
    let replies = at_once(2, |number| write(["1", "2"][number])).await;
    expect_outcomes(&replies, &[("200", 1), ("version_mismatch", 1)]);
    assert_eq!(app.reads_signpost("gp").await.expect(200).etag(), "\"v2\"");
}
