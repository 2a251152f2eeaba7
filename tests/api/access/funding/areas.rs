//! Which commissioner decides for which integrated care board (ICB), also when boards merge.

use confide::people::Role;
use serde_json::{Value, json};

use crate::support::funding::approve_without_limit;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn administrator_sets_the_boards_that_a_commissioner_decides_for(app: TestApp) {
    let (admin, cory) = (app.administrator().await, app.coordinator().await);
    let commissioner = app.staff("Morgan Vale", Role::Commissioner).await;
    let path = format!("/v1/staff/{}/commissioned-areas", commissioner.id);
    assert_eq!(admin.get(&path).send().await.expect(200).json["areas"], json!([]));
    admin.sets_commissioned_areas(&commissioner, &["qwe", "QWE", "S1Y5D"]).await.expect(200);
    let areas = admin.get(&path).send().await.expect(200);
    let codes: Vec<_> = areas.json["areas"].as_array().unwrap().iter().map(|area| area["icb_code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["QWE", "S1Y5D"]);
    assert_eq!(areas.json["areas"][0]["name"], "South West London");
    admin.sets_commissioned_areas(&commissioner, &["QKK", "QM7"]).await.expect_field("invalid_body", "/icb_codes/1");
    admin.sets_commissioned_areas(&commissioner, &["ZZZ"]).await.expect_field("invalid_body", "/icb_codes/0");
    admin.sets_commissioned_areas(&cory, &["QKK"]).await.expect_problem("not_found");
    commissioner.sets_commissioned_areas(&commissioner, &["QKK"]).await.expect_problem("wrong_role");
    assert_eq!(app.audit_count_of("staff.areas_set", commissioner.id).await, 1);
}

#[apply(both_engines)]
async fn open_requests_pass_to_the_successors_of_a_dissolved_board(app: TestApp) {
    // The last days with forty-two boards.
    app.advance_clock_to("2026-03-16T09:00:00Z");
    let (admin, cory) = (app.administrator().await, app.coordinator().await);
    let before = app.commissioner("Before", &["QM7"]).await;
    let mut requests = Vec::new();
    let mut nurses = Vec::new();
    for name in ["Nora Nurse", "Nell Nurse"] {
        let mut form = app.nurse_registration(name);
        form["icb_code"] = json!("QM7");
        let nurse = app.practitioner_with(&form).await;
        let request = nurse.newest_request().await;
        nurse
            .writes_request(&request, json!({ "icb_code": "QM7", "reason": "other", "sessions": null, "statement": null }))
            .await
            .expect(200);
        nurse.submits_request(&request).await.expect(200);
        cory.acts_on_request_without_body(&request, "screen").await.expect(200);
        requests.push(request);
        nurses.push(nurse);
        app.clock.advance(chrono::TimeDelta::seconds(1));
    }
    cory.acts_on_request(&requests[0], "send-to-panel", json!({ "panel_on": "2026-03-31" })).await.expect(200);
    assert_eq!(before.funding_request_ids().await, [requests[0].clone()]);

    app.advance_clock_to("2026-04-01T09:00:00Z");
    let (before, cory, admin) = (before.signs_in_again().await, cory.signs_in_again().await, admin.signs_in_again().await);
    let (central, essex, elsewhere) = (
        app.staff("Central", Role::Commissioner).await,
        app.staff("Essex", Role::Commissioner).await,
        app.staff("Else", Role::Commissioner).await,
    );
    for (commissioner, board) in [(&central, "S1Y5D"), (&essex, "D7T5G"), (&elsewhere, "T6Y0W")] {
        admin.sets_commissioned_areas(commissioner, &[board]).await.expect(200);
    }
    assert!(before.funding_request_ids().await.is_empty(), "the board no longer exists");
    before.reads_request(&requests[0]).await.expect_problem("not_found");
    assert_eq!(
        (central.funding_request_ids().await, essex.funding_request_ids().await),
        (vec![requests[0].clone()], vec![requests[0].clone()])
    );
    elsewhere.reads_request(&requests[0]).await.expect_problem("not_found");

    // A request that is not sent yet goes to the successor that the coordinator names.
    let panel = |board: Value| json!({ "panel_on": "2026-04-30", "icb_code": board });
    cory.acts_on_request(&requests[1], "send-to-panel", json!({ "panel_on": "2026-04-30" }))
        .await
        .expect_field("invalid_body", "/icb_code");
    cory.acts_on_request(&requests[1], "send-to-panel", panel(json!("T6Y0W"))).await.expect_field("invalid_body", "/icb_code");
    cory.acts_on_request(&requests[1], "send-to-panel", panel(json!("D7T5G"))).await.expect(200);
    assert_eq!(essex.funding_request_ids().await.len(), 2);
    central.reads_request(&requests[1]).await.expect_problem("not_found");
    central.decides(&requests[1], approve_without_limit()).await.expect_problem("not_found");
    essex.decides(&requests[0], approve_without_limit()).await.expect(200);
    central.decides(&requests[0], approve_without_limit()).await.expect_problem("state_conflict");
}
