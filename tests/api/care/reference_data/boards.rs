//! Integrated care boards that are added, and succeeded on a day, once a second administrator has confirmed it.

use confide::people::Role;
use serde_json::{Value, json};

use crate::support::funding::{SOUTH_EAST_LONDON, SOUTH_WEST_LONDON, approve_without_limit};
use crate::support::{TestApp, apply, both_engines};

fn thames_south() -> Value {
    json!({ "board": { "name": "Thames South", "region": "london", "valid_from": "2027-02-01" } })
}

fn succeeded_by(successors: &[&str]) -> Value {
    json!({ "board": { "name": "South West London", "region": "london", "valid_from": "2022-07-01", "valid_until": "2027-01-31",
        "successors": successors } })
}

#[apply(both_engines)]
async fn board_that_is_succeeded_passes_its_requests_on_from_that_day(app: TestApp) {
    let (avery, cory) = (app.administrator().await, app.coordinator().await);
    let refused = avery.changes_reference("boards", SOUTH_WEST_LONDON, "2027-01-11", succeeded_by(&["T9X1Z"])).await;
    refused.expect_field("invalid_body", "/entry/board/successors/0");
    avery.changes_reference_with_another("boards", "t9x1z", "2027-01-11", thames_south()).await;
    avery.changes_reference_with_another("boards", SOUTH_WEST_LONDON, "2027-01-11", succeeded_by(&["t9x1z"])).await;
    let listed = avery.reference_entry("boards", SOUTH_WEST_LONDON, "").await.unwrap();
    assert_eq!((&listed["source"], &listed["entry"]["board"]["successors"]), (&json!("changed"), &json!(["T9X1Z"])));

    let before = app.commissioner("Before", &[SOUTH_WEST_LONDON]).await;
    let nurse = app.nurse("Nora Nurse").await;
    let request = nurse.submits_own_request().await;
    cory.sends_to_panel(&request, "2027-01-29").await;
    assert_eq!(before.funding_request_ids().await, [request.clone()], "the board exists until the end of January");
    let after = app.staff("After", Role::Commissioner).await;
    avery.sets_commissioned_areas(&after, &["T9X1Z"]).await.expect_field("invalid_body", "/icb_codes/0");

    app.advance_clock_to("2027-02-01T09:00:00Z");
    let (avery, before, after) = (avery.signs_in_again().await, before.signs_in_again().await, after.signs_in_again().await);
    avery.sets_commissioned_areas(&after, &["T9X1Z"]).await.expect(200);
    assert!(before.funding_request_ids().await.is_empty());
    before.reads_request(&request).await.expect_problem("not_found");
    assert_eq!(after.funding_request_ids().await, [request.clone()]);
    after.decides(&request, approve_without_limit()).await.expect(200);

    // People register in the area of the new board.
    let mut form = app.registration("Bea Quill");
    let refused = app.registers(&form).await.expect_field("invalid_body", "/icb_code");
    assert!(refused.json["errors"][0]["detail"].as_str().unwrap().contains("T9X1Z"), "{}", refused.json);
    form["icb_code"] = json!("T9X1Z");
    app.registers(&form).await.expect(201);
    let hubs = app.post("/v1/hub-searches", json!({ "icb_code": SOUTH_WEST_LONDON })).send().await.expect(200);
    assert_eq!(hubs.json["areas"][0]["icb_code"], "T9X1Z");
}

#[apply(both_engines)]
async fn one_administrator_alone_gives_no_commissioner_another_board(app: TestApp) {
    let (avery, cory) = (app.administrator().await, app.coordinator().await);
    let (nurse, morgan) = (app.nurse("Nora Nurse").await, app.commissioner("Morgan Vale", &[SOUTH_EAST_LONDON]).await);
    let request = nurse.submits_own_request().await;
    cory.sends_to_panel(&request, "2027-01-29").await;
    let mut taken_over = succeeded_by(&[SOUTH_EAST_LONDON]);
    taken_over["board"]["valid_until"] = json!("2027-01-10");
    let change = avery.changes_reference("boards", SOUTH_WEST_LONDON, "2027-01-11", taken_over).await.expect(201);
    assert_eq!(change.text("state"), "pending");
    avery.approves_reference(&change.id()).await.expect(409).expect_problem("second_person_required");
    assert!(morgan.funding_request_ids().await.is_empty());
    morgan.reads_request(&request).await.expect_problem("not_found");

    app.second_administrator().await.approves_reference(&change.id()).await.expect(200);
    assert_eq!(morgan.funding_request_ids().await, [request]);
}

#[apply(both_engines)]
async fn successor_is_entered_first_and_neither_change_is_withdrawn_by_one(app: TestApp) {
    let avery = app.administrator().await;
    let new = avery.changes_reference_with_another("boards", "T9X1Z", "2027-01-18", thames_south()).await.id();
    avery
        .changes_reference("boards", SOUTH_WEST_LONDON, "2027-01-17", succeeded_by(&["T9X1Z"]))
        .await
        .expect_field("invalid_body", "/entry/board/successors/0");
    let old =
        avery.changes_reference_with_another("boards", SOUTH_WEST_LONDON, "2027-01-18", succeeded_by(&["T9X1Z"])).await.id();
    for change in [&new, &old] {
        avery.withdraws_reference(change).await.expect(409).expect_problem("second_person_required");
    }
    assert!(avery.reference_entry("boards", "T9X1Z", "&on=2027-02-01").await.is_some());
}

#[apply(both_engines)]
async fn board_is_ended_and_never_removed(app: TestApp) {
    let avery = app.administrator().await;
    let refused = avery.changes_reference("boards", "QKK", "2027-01-11", Value::Null).await;
    refused.expect_field("invalid_body", "/entry");
    let mut unended = succeeded_by(&[]);
    avery
        .changes_reference("boards", SOUTH_WEST_LONDON, "2027-01-11", unended.clone())
        .await
        .expect_field("invalid_body", "/entry/board/successors");
    unended["board"]["valid_until"] = Value::Null;
    // Nor does it begin later, which would be the same until then.
    let mut later = unended.clone();
    later["board"]["valid_from"] = json!("2030-01-01");
    let later = avery.changes_reference("boards", SOUTH_WEST_LONDON, "2027-01-11", later).await;
    later.expect_field("invalid_body", "/entry/board/valid_from");
    unended["board"]["name"] = json!("South West London and the Thames");
    avery.changes_reference_with_another("boards", SOUTH_WEST_LONDON, "2027-01-11", unended).await;
    let morgan = app.staff("Morgan Vale", Role::Commissioner).await;
    let areas = avery.sets_commissioned_areas(&morgan, &[SOUTH_WEST_LONDON]).await.expect(200);
    assert_eq!(areas.json["areas"][0]["name"], "South West London and the Thames");
}
