//! People who must not meet, and what practitioners cannot find out about a group by trying.

use chrono::TimeDelta;
use confide::care::schema::group_agreements;
use diesel::prelude::*;
use serde_json::json;

use crate::support::actors::Actor;
use crate::support::groups::{Group, gmc_number_of, slow_open, therapy, with_changes};
use crate::support::{TestApp, apply, both_engines};

/// Everything that a practitioner can read of a group.
async fn all_that_is_visible(person: &Actor, group: &Group) -> Vec<String> {
    let mut seen = Vec::new();
    for path in [
        "/v1/groups".to_owned(),
        "/v1/groups?vacancies=true".to_owned(),
        format!("/v1/groups/{}", group.id),
        format!("/v1/groups/{}/sessions", group.id),
        "/v1/group-enrolments".to_owned(),
        "/v1/group-sessions".to_owned(),
    ] {
        seen.push(person.get(&path).send().await.expect(200).json.to_string());
    }
    seen
}

async fn agreements(app: &TestApp) -> i64 {
    app.sql(|conn| Ok(group_agreements::table.count().get_result(conn)?)).await
}

#[apply(both_engines)]
async fn practitioners_who_know_each_other_share_a_group_only_if_both_agree(app: TestApp) {
    let group = app.group(therapy).await;
    let (ada, place) = app.member("Ada Byron", &group).await;
    let (bea, cay, dee) =
        (app.seeded_in_care("Bea Byron").await, app.seeded_in_care("Cay Byron").await, app.seeded_in_care("Dee Byron").await);
    bea.blocks_name("ADA  BYRON").await.expect(201);
    cay.blocks_number(&gmc_number_of("Ada Byron")).await.expect(201);
    ada.blocks_name("Dee Byron").await.expect(201);
    for person in [&bea, &cay, &dee] {
        app.screened_as_suitable(person, &group, TimeDelta::zero()).await;
        group.cory.enrols_for(&group.id, person, "robin").await.expect_problem("group_conflict");
        person.enrols(&group.id, "robin").await.expect_problem("place_not_cleared");
    }

    ada.sets_willing_to_meet(&place, "anyone").await.expect(200);
    group.cory.enrols_for(&group.id, &dee, "robin").await.expect_problem("group_conflict");
    let form = json!({ "practitioner_id": dee.id, "alias": "robin", "willing_to_meet": "colleagues" });
    group.cory.post(&format!("/v1/groups/{}/enrolments", group.id), form).send().await.expect_problem("group_conflict");
    assert_eq!(agreements(&app).await, 0);
    app.screened_as_suitable(&dee, &group, TimeDelta::zero()).await;
    let form = json!({ "practitioner_id": dee.id, "alias": "robin", "willing_to_meet": "anyone" });
    group.cory.post(&format!("/v1/groups/{}/enrolments", group.id), form).send().await.expect(201);
    assert_eq!(agreements(&app).await, 1);
    assert_eq!(app.audit_count_of("group.agreement_relied_on", dee.id).await, 1);
}

#[apply(both_engines)]
async fn colleagues_of_one_employer_share_a_group_only_if_both_agree(app: TestApp) {
    let group = app.group(therapy).await;
    let ada = app.seeded_in_care_employed_by("Ada Byron", Some("RXX")).await;
    let bea = app.seeded_in_care_employed_by("Bea Byron", Some("RXX")).await;
    let cay = app.seeded_in_care_employed_by("Cay Byron", Some("RYY")).await;
    for person in [&ada, &bea, &cay] {
        app.screened_as_suitable(person, &group, TimeDelta::zero()).await;
    }
    ada.enrols_willing_to_meet(&group.id, "ada", "colleagues").await.expect(201);
    cay.enrols(&group.id, "cay").await.expect(201);
    group.cory.enrols_for(&group.id, &bea, "bea").await.expect_problem("group_conflict");
    bea.enrols_willing_to_meet(&group.id, "bea", "colleagues").await.expect(201);
    assert_eq!(agreements(&app).await, 1, "with ada, and not with cay");
}

#[apply(both_engines)]
async fn conflicts_with_facilitators_count_too(app: TestApp) {
    let cory = app.coordinator().await;
    let (cleo, dora) = (app.clinician("Cleo Marsh").employed_by("RXX").await, app.clinician("Dora Field").await);
    let id = cory.creates_group(therapy(&cleo, &dora)).await.expect(201).id();
    let group = Group { id, cory, cleo, dora };
    let ada = app.seeded_in_care_employed_by("Ada Byron", Some("RXX")).await;
    let bea = app.seeded_in_care("Bea Byron").await;
    bea.blocks(&group.dora).await.expect(201);
    for person in [&ada, &bea] {
        app.screened_as_suitable(person, &group, TimeDelta::zero()).await;
        person.reads_group(&group.id).await.expect_problem("not_found");
        person.enrols(&group.id, "robin").await.expect_problem("not_found");
        person.joins_waiting_list(&group.id, "robin").await.expect_problem("not_found");
        assert!(person.finds_groups("").await.is_empty());
        group.cory.enrols_for(&group.id, person, "robin").await.expect_problem("group_conflict");
    }

    let agree = |actor: &Actor, meets: &str| {
        actor.put(&format!("/v1/groups/{}/facilitator-agreement", group.id), json!({ "willing_to_meet": meets }))
    };
    agree(&group.cleo, "colleagues").send().await.expect(204);
    agree(&group.dora, "anyone").send().await.expect(204);
    agree(&app.clinician("Omar Other").await, "anyone").send().await.expect_problem("not_found");
    let form = |person: &Actor| json!({ "practitioner_id": person.id, "alias": "robin", "willing_to_meet": "anyone" });
    let path = format!("/v1/groups/{}/enrolments", group.id);
    let place = group.cory.post(&path, form(&ada)).send().await.expect(201);
    assert_eq!(ada.reads_group(&group.id).await.expect(200).json["members"], json!(["robin"]));
    group.cory.post(&path, form(&bea)).send().await.expect_problem("group_conflict");
    assert_eq!(group.cleo.lists_members(&group.id).await.len(), 1, "they have agreed");
    group.cleo.reads_enrolment(&place.id()).await.expect(200);
}

#[apply(both_engines)]
async fn blocking_a_colleague_does_not_reveal_whether_they_are_in_a_group(app: TestApp) {
    let group = app.group(therapy).await;
    app.member("Ada Byron", &group).await;
    let bea = app.seeded_in_care("Bea Byron").await;
    app.screened_as_suitable(&bea, &group, TimeDelta::zero()).await;
    let before = all_that_is_visible(&bea, &group).await;
    let listed = bea.blocks_name("Ada Byron").await.expect(201).id();
    assert_eq!(all_that_is_visible(&bea, &group).await, before, "what is visible does not depend on the members");
    let refused = bea.enrols(&group.id, "wren").await.expect_problem("place_not_cleared");

    bea.delete(&format!("/v1/me/blocked-colleagues/{listed}")).send().await.expect(204);
    let again = bea.enrols(&group.id, "wren").await.expect_problem("place_not_cleared");
    assert_eq!(again.json, refused.json, "removing the block reveals nothing either");
    let cay = app.seeded_in_care("Cay Byron").await;
    let unscreened = cay.enrols(&group.id, "robin").await.expect_problem("place_not_cleared");
    assert_eq!(unscreened.json["detail"], refused.json["detail"], "an unscreened practitioner gets the same refusal");
    bea.joins_waiting_list(&group.id, "wren").await.expect(201);
    app.run_group_jobs().await;
    let waits = bea.get("/v1/group-enrolments").send().await.expect(200);
    assert_eq!(waits.items()[0]["state"], "waiting");
    let seen = group.cleo.get(&format!("/v1/groups/{}/enrolments", group.id)).send().await.expect(200);
    let needs_screening =
        |alias: &str| seen.items().iter().find(|item| item["alias"] == alias).unwrap()["needs_screening"].as_bool();
    assert_eq!((needs_screening("wren"), needs_screening("ada")), (Some(true), Some(false)));

    group.screens(&bea, "suitable").await.expect(201);
    let waits = bea.get("/v1/group-enrolments").send().await.expect(200);
    assert_eq!(waits.items()[0]["state"], "offered", "screened again");
}

#[apply(both_engines)]
async fn waiting_practitioner_with_a_conflict_is_skipped_without_a_hint(app: TestApp) {
    let group = app.group(|a, b| with_changes(slow_open(a, b), json!({ "capacity": 2, "minimum": 1 }))).await;
    app.member("Ada Byron", &group).await;
    let (bea, cay) = (app.seeded_in_care("Bea Byron").await, app.seeded_in_care("Cay Byron").await);
    let listed = bea.blocks_name("Ada Byron").await.expect(201).id();
    let (first, second) = (
        bea.joins_waiting_list(&group.id, "wren").await.expect(201).id(),
        cay.joins_waiting_list(&group.id, "robin").await.expect(201).id(),
    );
    group.screens(&bea, "suitable").await.expect(201);
    group.screens(&cay, "suitable").await.expect(201);
    assert_eq!(bea.reads_enrolment(&first).await.expect(200).text("state"), "waiting");
    assert_eq!(cay.reads_enrolment(&second).await.expect(200).text("state"), "offered");

    bea.delete(&format!("/v1/me/blocked-colleagues/{listed}")).send().await.expect(204);
    bea.sets_willing_to_meet(&first, "anyone").await.expect(200);
    cay.leaves_group(&second).await.expect(200);
    app.run_group_jobs().await;
    assert_eq!(bea.reads_enrolment(&first).await.expect(200).text("state"), "waiting", "until they are screened again");
    group.screens(&bea, "suitable").await.expect(201);
    assert_eq!(bea.reads_enrolment(&first).await.expect(200).text("state"), "offered");
}

#[apply(both_engines)]
async fn offer_with_a_conflict_looks_expired(app: TestApp) {
    let group = app.group(slow_open).await;
    app.member("Ada Byron", &group).await;
    let bea = app.seeded_in_care("Bea Byron").await;
    let waits = bea.joins_waiting_list(&group.id, "wren").await.expect(201).id();
    group.screens(&bea, "suitable").await.expect(201);
    bea.blocks_name("Ada Byron").await.expect(201);
    let refused = bea.accepts_place(&waits).await.expect_problem("offer_expired");
    assert_eq!(bea.reads_enrolment(&waits).await.expect(200).text("state"), "expired");
    assert_eq!(bea.accepts_place(&waits).await.expect_problem("offer_expired").json, refused.json);
    assert_eq!(bea.joins_waiting_list(&group.id, "wren").await.expect(201).text("state"), "waiting");
}

#[apply(both_engines)]
async fn new_facilitator_must_not_have_a_conflict_with_a_member(app: TestApp) {
    let group = app.group(therapy).await;
    let (ada, place) = app.member("Ada Byron", &group).await;
    let elsa = app.clinician("Elsa Wood").await;
    ada.blocks(&elsa).await.expect(201);
    let form = therapy(&group.cleo, &elsa);
    group.cory.changes_group(&group.id, form).await.expect_field("group_conflict", "/second_facilitator_id");
    let fay = app.clinician("Fay Wood").await;
    group.cory.changes_group(&group.id, therapy(&group.cleo, &fay)).await.expect(200);
    group.dora.reads_enrolment(&place).await.expect_problem("not_found");
    assert!(group.dora.calendar("2027-02-04T00:00:00Z", "2027-02-05T00:00:00Z").await.is_empty());
    assert_eq!(fay.reads_enrolment(&place).await.expect(200).json["conflict"], false);
    ada.blocks(&fay).await.expect(201);
    fay.reads_enrolment(&place).await.expect_problem("not_found");
    assert_eq!(group.cory.reads_enrolment(&place).await.expect(200).json["conflict"], true, "staff must resolve it");
}

#[apply(both_engines)]
async fn blocking_another_member_changes_nothing_a_member_can_see(app: TestApp) {
    let group = app.group(therapy).await;
    let (ada, _) = app.member("Ada Byron", &group).await;
    app.member("Bea Byron", &group).await;
    let before = all_that_is_visible(&ada, &group).await;
    ada.blocks_name("Bea Byron").await.expect(201);
    assert_eq!(all_that_is_visible(&ada, &group).await, before);
}
