//! Who gets a place, and what members see of each other.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use serde_json::{Value, json};

use crate::support::groups::{for_families, therapy, with_changes};
use crate::support::signposts::{EMERGENCY, ids_of};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn enrolment_requires_a_suitable_screening(app: TestApp) {
    let group = app.group(therapy).await;
    let ada = app.seeded_in_care("Ada Byron").await;
    ada.enrols(&group.id, "kestrel").await.expect_problem("place_not_cleared");
    group.cory.enrols_for(&group.id, &ada, "kestrel").await.expect_problem("screening_required");
    group.screens(&ada, "suitable").await.expect_problem("not_found");

    app.appointment(&ada, &group.cleo, app.now().get() + TimeDelta::days(1)).await;
    group.screens(&ada, "not_now").await.expect(201);
    group.cory.enrols_for(&group.id, &ada, "kestrel").await.expect_problem("screening_required");
    ada.enrols(&group.id, "kestrel").await.expect_problem("place_not_cleared");
    let screened = group.screens(&ada, "suitable").await.expect(201);
    assert_eq!(screened.text("note"), "Spoke for a quarter of an hour.");
    assert_eq!(app.audit_count_of("group.screened", ada.id).await, 2);

    let place = ada.enrols(&group.id, "kestrel").await.expect(201);
    assert_eq!((place.text("state"), place.text("alias")), ("enrolled".into(), "kestrel".into()));
    assert_eq!(
        (place.json["screening"].clone(), place.json["needs_screening"].clone()),
        (Value::Null, Value::Null),
        "hidden from the practitioner"
    );
    assert_eq!(app.audit_count_of("group.enrolled", place.id().parse().unwrap()).await, 1);
    let emails = app.emails_to(&ada.email).await;
    assert!(emails.iter().any(|email| email.subject == "Your booking is confirmed"));
    ada.enrols(&group.id, "kestrel").await.expect_problem("already_exists");
}

#[apply(both_engines)]
async fn screening_is_valid_for_twelve_weeks_and_one_enrolment(app: TestApp) {
    let group = app.group(|a, b| with_changes(therapy(a, b), json!({ "starts_on": "2027-06-03" }))).await;
    let ada = app.seeded_in_care("Ada Byron").await;
    app.screened_as_suitable(&ada, &group, TimeDelta::weeks(12) + TimeDelta::seconds(1)).await;
    group.cory.enrols_for(&group.id, &ada, "kestrel").await.expect_problem("screening_required");
    app.screened_as_suitable(&ada, &group, TimeDelta::weeks(12)).await;
    let place = group.cory.enrols_for(&group.id, &ada, "kestrel").await.expect(201);
    ada.leaves_group(&place.id()).await.expect(200);
    group.cory.enrols_for(&group.id, &ada, "kestrel").await.expect_problem("screening_required");
}

#[apply(both_engines)]
async fn enrolment_is_for_practitioners_in_care_and_only_while_it_is_open(app: TestApp) {
    let group = app.group(|a, b| with_changes(therapy(a, b), json!({ "closes_at_session": 1, "minimum": 1 }))).await;
    let (ada, bea) = (app.seeded_in_care("Ada Byron").await, app.seeded_in_care("Bea Byron").await);
    app.screened_as_suitable(&ada, &group, TimeDelta::zero()).await;
    app.screened_as_suitable(&bea, &group, TimeDelta::zero()).await;
    app.set_pathway(&ada, Pathway::Discharged).await;
    for refused in [ada.enrols(&group.id, "kestrel").await, ada.joins_waiting_list(&group.id, "kestrel").await] {
        let refused = refused.expect_problem("not_eligible");
        assert_eq!(ids_of(&refused.json["signposts"])[..2], EMERGENCY, "the refusal lists other help");
    }
    app.advance_clock_to("2027-02-04T18:00:00Z");
    let (group, bea) = (group.signed_in_again().await, bea.signs_in_again().await);
    bea.enrols(&group.id, "kestrel").await.expect_problem("group_not_open");
    bea.joins_waiting_list(&group.id, "kestrel").await.expect_problem("group_not_open");
    assert!(bea.finds_groups("").await.is_empty());
    group.cory.ends_group(&group.id).await.expect(200);
    bea.enrols(&group.id, "kestrel").await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn full_group_refuses_enrolment_until_a_member_leaves(app: TestApp) {
    let group = app.group(|a, b| with_changes(therapy(a, b), json!({ "capacity": 2, "minimum": 2 }))).await;
    let (ada, enrolment) = app.member("Ada Byron", &group).await;
    app.member("Bea Byron", &group).await;
    let cay = app.seeded_in_care("Cay Byron").await;
    app.screened_as_suitable(&cay, &group, TimeDelta::zero()).await;
    cay.enrols(&group.id, "robin").await.expect_problem("group_full");
    assert!(cay.finds_groups("vacancies=true").await.is_empty());
    assert_eq!(cay.finds_groups("").await, ["Thursday evenings"], "there is a waiting list");

    cay.leaves_group(&enrolment).await.expect_problem("not_found");
    ada.leaves_group(&enrolment).await.expect(200);
    ada.leaves_group(&enrolment).await.expect_problem("state_conflict");
    cay.enrols(&group.id, "robin").await.expect(201);
}

#[apply(both_engines)]
async fn members_see_each_others_aliases_only_while_enrolled(app: TestApp) {
    let group = app.group(therapy).await;
    let (ada, enrolment) = app.member("Ada Byron", &group).await;
    let bea = app.seeded_in_care("Bea Byron").await;
    assert_eq!(bea.reads_group(&group.id).await.expect(200).json["members"], json!([]));
    app.screened_as_suitable(&bea, &group, TimeDelta::zero()).await;
    let place = bea.enrols(&group.id, "wren").await.expect(201);
    let seen = bea.reads_group(&group.id).await.expect(200);
    assert_eq!(seen.json["members"], json!(["ada", "wren"]));
    assert_eq!(seen.text("link"), "https://video.example.org/room-17");
    let text = String::from_utf8_lossy(&seen.body).into_owned();
    assert!(!text.contains(&ada.id.to_string()) && !text.contains("Byron") && !text.contains(&enrolment));
    bea.reads_enrolment(&enrolment).await.expect_problem("not_found");
    bea.get(&format!("/v1/groups/{}/enrolments", group.id)).send().await.expect_problem("wrong_role");
    assert_eq!(bea.get("/v1/me/group-enrolments").send().await.expect(200).items().len(), 1);

    bea.leaves_group(&place.id()).await.expect(200);
    let seen = bea.reads_group(&group.id).await.expect(200);
    assert_eq!((seen.json["members"].clone(), seen.json["link"].clone()), (json!([]), Value::Null));
}

#[apply(both_engines)]
async fn only_facilitators_and_coordinators_see_the_members(app: TestApp) {
    let group = app.group(therapy).await;
    let (ada, enrolment) = app.member("Ada Byron", &group).await;
    for insider in [&group.cory, &group.cleo, &group.dora] {
        assert_eq!(insider.lists_members(&group.id).await, [("ada".to_owned(), "enrolled".to_owned())]);
        let seen = insider.reads_enrolment(&enrolment).await.expect(200);
        assert_eq!(seen.json["practitioner_id"], json!(ada.id));
        assert_eq!(seen.json["screening"]["verdict"], "suitable");
        assert!(!String::from_utf8_lossy(&seen.body).contains("Byron"), "no name");
    }
    assert_eq!(app.audit_count_of("group.members_read", group.id.parse().unwrap()).await, 3);
    for action in ["group_enrolment.listed", "group_enrolment.read"] {
        let trail = app.audit_trail_of(&group.dora).await;
        let row = trail.iter().find(|(known, ..)| known == action).unwrap_or_else(|| panic!("no {action}: {trail:?}"));
        assert!(row.1 == Some(ada.id) && row.2.is_some(), "{row:?}");
    }
    let other = app.clinician("Omar Other").await;
    other.reads_enrolment(&enrolment).await.expect_problem("not_found");
    other.removes_member(&enrolment).await.expect_problem("not_found");
    let removed = group.dora.removes_member(&enrolment).await.expect(200);
    assert_eq!((removed.text("state"), removed.text("reason")), ("removed".into(), "Agreed between us.".into()));
    assert_eq!(ada.reads_enrolment(&enrolment).await.expect(200).json["reason"], Value::Null);
}

#[apply(both_engines)]
async fn facilitator_blocked_by_a_member_no_longer_sees_them(app: TestApp) {
    let group = app.group(therapy).await;
    let (ada, enrolment) = app.member("Ada Byron", &group).await;
    ada.blocks(&group.cleo).await.expect(201);
    assert!(group.cleo.lists_members(&group.id).await.is_empty());
    group.cleo.reads_enrolment(&enrolment).await.expect_problem("not_found");
    group.cleo.removes_member(&enrolment).await.expect_problem("not_found");
    assert_eq!(group.dora.lists_members(&group.id).await.len(), 1);
}

#[apply(both_engines)]
async fn family_members_are_guests_who_appear_nowhere_else(app: TestApp) {
    let group = app.group(for_families).await;
    let ada = app.seeded_in_care("Ada Byron").await;
    ada.reads_group(&group.id).await.expect_problem("not_found");
    ada.enrols(&group.id, "kestrel").await.expect_problem("not_found");
    assert!(ada.finds_groups("").await.is_empty());
    group.cory.enrols_for(&group.id, &ada, "kestrel").await.expect_problem("wrong_audience");
    group.cory.adds_guest(&group.id, "una", "2026-06-01").await.expect_field("screening_required", "/contacted_on");

    let una = group.cory.adds_guest(&group.id, "una", "2027-01-08").await.expect(201);
    assert_eq!(
        (una.json["practitioner_id"].clone(), una.json["contact"]["email"].as_str()),
        (Value::Null, Some("una@example.org"))
    );
    group.cory.adds_guest(&group.id, "ina", "2027-01-08").await.expect(201);
    group.cory.adds_guest(&group.id, "eva", "2027-01-08").await.expect_problem("group_full");
    assert_eq!(group.cory.caseload().await, ["Ada Byron"], "she rang; guests are not practitioners");
    assert_eq!(group.cleo.reads_enrolment(&una.id()).await.expect(200).json["contact"]["name"], "Una Example");
    let listed = group.cleo.get(&format!("/v1/groups/{}/enrolments", group.id)).send().await.expect(200);
    assert_eq!(listed.items()[0]["contact"], Value::Null, "not in lists");
    group.cleo.adds_guest(&group.id, "eva", "2027-01-08").await.expect_problem("wrong_role");
    let first = group.sessions().await[0]["id"].as_str().unwrap().to_owned();
    group.cory.cancels_session(&first).await.expect(200);
    let emails = app.emails_to("una@example.org").await;
    assert!(emails.len() == 2 && !emails[0].body.contains("http"), "{emails:?}");

    let practitioners = app.second_group(&group).await;
    group.cory.adds_guest(&practitioners, "eva", "2027-01-08").await.expect_problem("wrong_audience");
}

#[apply(both_engines)]
async fn guest_gets_one_email_about_a_session_after_an_email_outage(app: TestApp) {
    let group = app.group(for_families).await;
    group.cory.adds_guest(&group.id, "una", "2027-01-08").await.expect(201);
    let session = group.sessions().await[0].clone();
    let (id, starts_at) = (session["id"].as_str().unwrap(), session["starts_at"].as_str().unwrap());
    let time = starts_at.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    for hours in [1, 2] {
        let to = (time + TimeDelta::hours(hours)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
        group.cory.moves_session(id, &to).await.expect(200);
    }
    group.cory.cancels_session(id).await.expect(200);
    let emails = app.emails_to("una@example.org").await;
    assert_eq!(emails.iter().map(|email| email.subject.as_str()).collect::<Vec<_>>(), ["Your booking is cancelled"]);
}

#[apply(both_engines)]
async fn personal_details_are_encrypted_in_the_database(app: TestApp) {
    use confide::care::schema::{group_enrolments, therapy_groups};
    use diesel::prelude::*;
    let group = app.group(for_families).await;
    group.cory.adds_guest(&group.id, "una", "2027-01-08").await.expect(201);
    let sealed: (Vec<Vec<u8>>, Vec<Vec<u8>>) = app
        .sql(|conn| {
            let guests = group_enrolments::table.select(group_enrolments::details).load(conn)?;
            Ok((guests, therapy_groups::table.select(therapy_groups::details).load(conn)?))
        })
        .await;
    let readable = String::from_utf8_lossy(&[sealed.0.concat(), sealed.1.concat()].concat()).into_owned();
    assert!(!readable.contains("una") && !readable.contains("room-17") && !readable.contains("alias"));
}
