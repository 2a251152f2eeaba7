//! People who must not meet, and what practitioners cannot find out about a group by trying.

use actix_web::http::StatusCode;
use chrono::TimeDelta;
use confide::care::schema::{conflict_tasks, group_agreements};
use confide::platform::ids::Id;
use confide::platform::schema::audit_events;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::{Actor, PASSWORD};
use crate::support::app::TestSettings;
use crate::support::groups::{Group, gmc_number_of, slow_open, therapy, with_changes};
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

/// Everything that a practitioner can read of a group.
async fn all_that_is_visible(person: &Actor, group: &Group) -> Vec<String> {
    let mut seen = Vec::new();
    for path in [
        "/v1/groups".to_owned(),
        "/v1/groups?vacancies=true".to_owned(),
        format!("/v1/groups/{}", group.id),
        format!("/v1/groups/{}/sessions", group.id),
        "/v1/me/group-enrolments".to_owned(),
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
        actor.put(&format!("/v1/groups/{}/facilitator-willingness", group.id), json!({ "willing_to_meet": meets }))
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
    let before = all_that_is_visible(&bea, &group).await;
    let listed = bea.blocks_name("Ada Byron").await.expect(201).id();
    app.screened_as_suitable(&bea, &group, TimeDelta::zero()).await;
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
    let waits = bea.get("/v1/me/group-enrolments").send().await.expect(200);
    assert_eq!(waits.items()[0]["state"], "waiting");
    let seen = group.cleo.get(&format!("/v1/groups/{}/enrolments", group.id)).send().await.expect(200);
    let needs_screening =
        |alias: &str| seen.items().iter().find(|item| item["alias"] == alias).unwrap()["needs_screening"].as_bool();
    assert_eq!((needs_screening("wren"), needs_screening("ada")), (Some(true), Some(false)));

    group.screens(&bea, "suitable").await.expect(201);
    let waits = bea.get("/v1/me/group-enrolments").send().await.expect(200);
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

/// What a reply tells a practitioner, without what differs between two groups.
fn shown(reply: &CheckedReply) -> (StatusCode, Value) {
    let mut shown = reply.json.clone();
    for name in ["id", "group_id", "requested_at", "enrolled_at", "offer_expires_at"] {
        shown[name] = json!(shown[name].is_null());
    }
    (reply.status, shown)
}

/// The places about which coordinators have an open task.
async fn places_with_a_task(app: &TestApp) -> Vec<String> {
    let found: Vec<Id> = app
        .sql(|conn| {
            let open = conflict_tasks::table.filter(conflict_tasks::done_at.is_null());
            Ok(open.select(conflict_tasks::arrangement_id).load(conn)?)
        })
        .await;
    let mut found: Vec<String> = found.iter().map(ToString::to_string).collect();
    found.sort();
    found
}

fn sorted(places: [&str; 2]) -> Vec<String> {
    let mut places = places.map(str::to_owned).to_vec();
    places.sort();
    places
}

#[apply(both_engines)]
async fn accepting_a_place_does_not_reveal_whether_a_person_blocked_since_is_in_the_group(app: TestApp) {
    let group = app.group(therapy).await;
    let (_, place_of_ada) = app.member("Ada Byron", &group).await;
    let without_ada = app.second_group(&group).await;
    let bea = app.seeded_in_care("Bea Byron").await;
    let mut places = Vec::new();
    for id in [&group.id, &without_ada] {
        places.push(bea.joins_waiting_list(id, "wren").await.expect(201).id());
        group.cleo.screens(id, &bea, "suitable").await.expect(201);
    }
    assert!(places_with_a_task(&app).await.is_empty());
    let blocked = bea.blocks_name("Ada Byron").await.expect(201);
    assert_eq!(blocked.json["affected_arrangements"], json!([]));

    let (with, without) = (bea.accepts_place(&places[0]).await.expect(200), bea.accepts_place(&places[1]).await.expect(200));
    assert_eq!(shown(&with), shown(&without));
    assert_eq!(with.text("state"), "enrolled");
    let (with, without) = (bea.accepts_place(&places[0]).await, bea.accepts_place(&places[1]).await);
    let (with, without) = (with.expect_problem("state_conflict"), without.expect_problem("state_conflict"));
    assert_eq!(with.json["detail"], without.json["detail"]);
    assert_eq!(places_with_a_task(&app).await, sorted([&place_of_ada, &places[0]]), "a coordinator settles it");
    assert_eq!(group.cory.reads_enrolment(&places[0]).await.expect(200).json["conflict"], true);
    assert_eq!(group.cory.reads_enrolment(&places[1]).await.expect(200).json["conflict"], false);
}

#[apply(both_engines)]
async fn what_is_blocked_after_the_screening_does_not_change_who_gets_a_place(app: TestApp) {
    let group = app.group(therapy).await;
    let (_, place_of_ada) = app.member("Ada Byron", &group).await;
    let without_ada = app.second_group(&group).await;
    let (bea, cay) = (app.seeded_in_care("Bea Byron").await, app.seeded_in_care("Cay Byron").await);
    for person in [&bea, &cay] {
        for id in [&group.id, &without_ada] {
            person.joins_waiting_list(id, "wren").await.expect(201);
            group.cleo.screens(id, person, "suitable").await.expect(201);
        }
        for place in person.get("/v1/me/group-enrolments").send().await.expect(200).items() {
            person.leaves_group(place["id"].as_str().unwrap()).await.expect(200);
        }
        app.clock.advance(TimeDelta::seconds(1));
        person.blocks_name("Ada Byron").await.expect(201);
    }

    let (with, without) = (bea.enrols(&group.id, "wren").await.expect(201), bea.enrols(&without_ada, "wren").await.expect(201));
    assert_eq!(shown(&with), shown(&without));
    assert_eq!(places_with_a_task(&app).await, sorted([&place_of_ada, &with.id()]));

    let (with, without) = (
        cay.joins_waiting_list(&group.id, "robin").await.expect(201),
        cay.joins_waiting_list(&without_ada, "robin").await.expect(201),
    );
    assert_eq!(shown(&with), shown(&without));
    assert_eq!(with.text("state"), "offered");
    assert!(places_with_a_task(&app).await.contains(&with.id()));
    cay.leaves_group(&with.id()).await.expect(200);
    cay.leaves_group(&without.id()).await.expect(200);

    // Staff see it, and a new screening counts what was blocked before it.
    group.cory.enrols_for(&group.id, &cay, "robin").await.expect_problem("group_conflict");
    app.screened_as_suitable(&cay, &group, TimeDelta::zero()).await;
    cay.enrols(&group.id, "robin").await.expect_problem("place_not_cleared");
}

#[apply(both_engines)]
async fn what_is_changed_about_oneself_after_the_screening_does_not_change_who_gets_a_place(app: TestApp) {
    let group = app.group(therapy).await;
    let ada = app.seeded_in_care_employed_by("Ada Byron", Some("RX9")).await;
    ada.blocks_name("Dee Quill").await.expect(201);
    app.screened_as_suitable(&ada, &group, TimeDelta::zero()).await;
    let place_of_ada = ada.enrols(&group.id, "ada").await.expect(201).id();
    let without_ada = app.second_group(&group).await;
    let (bea, cay) = (app.seeded_in_care("Bea Byron").await, app.seeded_in_care("Cay Byron").await);
    for (person, change) in [(&bea, json!({ "employer_ods": "RX9" })), (&cay, json!({ "legal_name": "Dee Quill" }))] {
        for id in [&group.id, &without_ada] {
            person.joins_waiting_list(id, "wren").await.expect(201);
            group.cleo.screens(id, person, "suitable").await.expect(201);
        }
        for place in person.get("/v1/me/group-enrolments").send().await.expect(200).items() {
            person.leaves_group(place["id"].as_str().unwrap()).await.expect(200);
        }
        app.clock.advance(TimeDelta::seconds(1));
        person.changes_registration(change).await.expect(200);
    }

    let (with, without) = (bea.enrols(&group.id, "wren").await.expect(201), bea.enrols(&without_ada, "wren").await.expect(201));
    assert_eq!(shown(&with), shown(&without), "whether someone of the employer is in the group");
    assert_eq!(places_with_a_task(&app).await, sorted([&place_of_ada, &with.id()]), "a coordinator settles it");

    let (with, without) = (
        cay.joins_waiting_list(&group.id, "robin").await.expect(201),
        cay.joins_waiting_list(&without_ada, "robin").await.expect(201),
    );
    assert_eq!(shown(&with), shown(&without), "whether someone in the group has blocked the name");
    assert_eq!(with.text("state"), "offered");
    assert!(places_with_a_task(&app).await.contains(&with.id()));

    // Staff see it, and a new screening counts what was changed before it.
    cay.leaves_group(&with.id()).await.expect(200);
    cay.leaves_group(&without.id()).await.expect(200);
    group.cory.enrols_for(&group.id, &cay, "robin").await.expect_problem("group_conflict");
    app.screened_as_suitable(&cay, &group, TimeDelta::zero()).await;
    cay.enrols(&group.id, "robin").await.expect_problem("place_not_cleared");
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

#[apply(both_engines)]
async fn trying_out_facilitators_is_recorded_and_limited(app: TestApp) {
    let group = app.group(therapy).await;
    let (ada, _) = app.member("Ada Byron", &group).await;
    let elsa = app.clinician("Elsa Wood").await;
    ada.blocks(&elsa).await.expect(201);
    let form = therapy(&group.cleo, &elsa);
    group.cory.changes_group(&group.id, form.clone()).await.expect_field("group_conflict", "/second_facilitator_id");
    let tried: Id = group.id.parse().unwrap();
    let refused: Vec<bool> = app
        .sql(move |conn| {
            let rows = audit_events::table.filter(audit_events::subject_id.eq(Some(tried)));
            let rows = rows.filter(audit_events::action.eq("group.facilitator_refused"));
            Ok(rows.select(audit_events::refused).load(conn)?)
        })
        .await;
    assert_eq!(refused, [true]);

    let mut settings = TestSettings::default();
    settings.policy.document_checks_per_minute = 3;
    let limited = app.with_the_same_database(settings).await;
    let cory = limited.signed_in(&group.cory.name, &group.cory.email, PASSWORD).await;
    for _ in 0..3 {
        cory.changes_group(&group.id, form.clone()).await.expect_problem("group_conflict");
    }
    cory.changes_group(&group.id, form).await.expect(429);
    cory.reads_group(&group.id).await.expect(200);
}
