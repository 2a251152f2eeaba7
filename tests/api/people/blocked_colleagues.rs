//! Blocked colleagues, who must never see the practitioner.

use chrono::TimeDelta;
use confide::people::Role;
use serde_json::json;

use crate::support::clinicians::directory_entry;
use crate::support::contacts::CALLERS_NUMBER;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn colleague_is_blocked_by_id_number_or_name_and_unblocked(app: TestApp) {
    let cleo = app.staff("Cleo Clinician", Role::Clinician).await;
    let ada = app.practitioner("Ada Byron").await;
    let first = ada.blocks(&cleo).await.expect(201);
    assert_eq!(first.text("relationship"), "same_team");
    app.clock.advance(TimeDelta::seconds(1));
    let number = json!({ "registration_body": "gmc", "registration_number": "7001002", "relationship": "appraiser" });
    ada.blocks_colleague(number).await.expect(201);
    app.clock.advance(TimeDelta::seconds(1));
    ada.blocks_colleague(json!({ "name": "Charles Babbage", "relationship": "friend" })).await.expect(201);

    let list = ada.get("/v1/me/blocked-colleagues").send().await.expect(200);
    let relations: Vec<_> = list.items().iter().map(|item| item["relationship"].as_str().unwrap()).collect();
    assert_eq!(relations, ["same_team", "appraiser", "friend"]);
    ada.delete(&format!("/v1/me/blocked-colleagues/{}", first.id())).send().await.expect(204);
    ada.delete(&format!("/v1/me/blocked-colleagues/{}", first.id())).send().await.expect_problem("not_found");
    assert_eq!(ada.get("/v1/me/blocked-colleagues").send().await.expect(200).items().len(), 2);
}

#[apply(both_engines)]
async fn colleague_is_on_the_list_once(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    ada.blocks_colleague(json!({ "name": "Charles Babbage", "relationship": "friend" })).await.expect(201);
    ada.blocks_colleague(json!({ "name": " charles  BABBAGE", "relationship": "other" })).await.expect_problem("already_exists");
    let more = json!({ "name": "Charles Babbage", "registration_body": "gmc", "registration_number": "7001002", "relationship": "friend" });
    ada.blocks_colleague(more).await.expect(201);
}

#[apply(both_engines)]
async fn name_matches_the_clinician_in_every_spelling(app: TestApp) {
    let hidden = app.staff("Hidden One", Role::Clinician).await;
    app.saves_directory_entry(&hidden, directory_entry("Zo\u{eb} O\u{2019}Brien-Wells")).await.expect(200);
    let ada = app.practitioner_after_intake("Ada Byron").await;
    for typed in [
        "Dr Zo\u{eb} O\u{2019}Brien-Wells",
        "ZOE O'BRIEN WELLS",
        "Zoe\u{308} O'Brien\u{2010}Wells",
        "O'Brien-Wells, Zo\u{eb}",
        "Prof. Zo\u{eb} Mary O'Brien-Wells MRCPsych",
        "zoe  obrien-wells",
        "Zoe O Brien Wells",
        "Zoe O' Brien-Wells",
    ] {
        let entry = ada.blocks_name(typed).await.expect(201);
        assert_eq!(entry.json["matched"], true, "{typed}");
        assert!(ada.finds_clinicians("").await.is_empty(), "{typed}");
        ada.reads_clinician(&hidden).await.expect_problem("not_found");
        ada.delete(&format!("/v1/me/blocked-colleagues/{}", entry.id())).send().await.expect(204);
        ada.reads_clinician(&hidden).await.expect(200);
    }
    ada.blocks_name("Zoe Brien").await.expect(201);
    ada.reads_clinician(&hidden).await.expect(200);
}

#[apply(both_engines)]
async fn names_match_without_accents_and_special_letters(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let cases = [
        ("\u{141}ukasz \u{d8}rsted", "Lukasz Orsted"),
        ("J\u{fc}rgen \u{110}or\u{111}evi\u{107}", "Jurgen Dordevic"),
        ("\u{de}orvald \u{c6}gisson", "Thorvald Aegisson"),
        ("Y\u{131}lmaz Ayd\u{131}n", "YILMAZ AYDIN"),
        ("Bea Maria Luisa Teresa Carmen Rosa Elena Sofia Garcia", "Bea Garcia"),
        // Cyrillic and Greek characters that look like Latin ones.
        ("Tobias Renn", "T\u{43E}bias R\u{435}nn"),
        ("Anna Sotow", "\u{391}NN\u{391} S\u{39F}TOW"),
    ];
    for (name, typed) in cases {
        let reader = app.staff(name, Role::Coordinator).await;
        reader.get(&format!("/v1/practitioners/{}", ada.id)).send().await.expect(200);
        let entry = ada.blocks_name(typed).await.expect(201).id();
        reader.get(&format!("/v1/practitioners/{}", ada.id)).send().await.expect_problem("not_found");
        ada.delete(&format!("/v1/me/blocked-colleagues/{entry}")).send().await.expect(204);
    }
}

#[apply(both_engines)]
async fn text_that_is_not_a_name_cannot_be_blocked(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    for not_a_name in ["'", "-", "!!!", "Dr Mr", "MBBS", "\u{fffc}"] {
        let refused = ada.blocks_name(not_a_name).await;
        assert_eq!(refused.status.as_u16(), 422, "{not_a_name}: {}", refused.json);
        refused.expect_field("invalid_body", "/name");
    }
    assert!(ada.get("/v1/me/blocked-colleagues").send().await.expect(200).items().is_empty());
}

#[apply(both_engines)]
async fn blocking_shows_whether_a_listed_clinician_matches_and_nothing_more(app: TestApp) {
    let ada = app.new_practitioner("Ada Byron").employed_by("RJ1").registers_and_signs_in().await;
    app.clinician("Tobias Renn").employed_by("RJ1").await;
    app.clinician("Uma Low").unlisted().await;
    let eve = app.clinician("Eve Lund").registered("gmc", "7654321").await;
    app.staff("Cory Lane", Role::Coordinator).await;
    for unmatched in ["Nora Hale", "Tobias Renn", "Uma Low", "Cory Lane", "Dr E. Lunde"] {
        assert_eq!(ada.blocks_name(unmatched).await.expect(201).json["matched"], false, "{unmatched}");
    }
    assert_eq!(ada.blocks_number("7000009").await.expect(201).json["matched"], false);
    assert_eq!(ada.blocks_number("7654321").await.expect(201).json["matched"], true);
    assert_eq!(ada.blocks(&eve).await.expect(201).json["matched"], true);
    // A clinician who matches an entry joins later.
    app.clinician("Nora Hale").await;
    assert!(ada.finds_clinicians("").await.is_empty());
    let list = ada.get("/v1/me/blocked-colleagues").send().await.expect(200);
    let matched: Vec<_> =
        list.items().iter().filter(|entry| entry["matched"] == true).map(|entry| entry["name"].clone()).collect();
    assert_eq!(list.items().len(), 8);
    assert_eq!(matched.len(), 3);
    assert!(matched.contains(&json!("Nora Hale")));
}

#[apply(both_engines)]
async fn the_list_has_a_limit(app: TestApp) {
    let mut form = app.registration("Ada Byron");
    form["blocked_colleagues"] = (0..50).map(|n| json!({ "name": format!("Colleague {n}"), "relationship": "other" })).collect();
    let ada = app.practitioner_with(&form).await;
    ada.blocks_colleague(json!({ "name": "One More", "relationship": "other" })).await.expect_problem("limit_reached");
    let page = ada.get("/v1/me/blocked-colleagues?limit=40").send().await.expect(200);
    let rest = ada.get(&format!("/v1/me/blocked-colleagues?cursor={}", page.text("next_cursor"))).send().await.expect(200);
    assert_eq!((page.items().len(), rest.items().len()), (40, 10));
}

#[apply(both_engines)]
async fn list_of_another_practitioner_cannot_be_read_or_changed(app: TestApp) {
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    let entry = ada.blocks_colleague(json!({ "name": "Charles Babbage", "relationship": "friend" })).await.expect(201).id();
    assert!(bea.get("/v1/me/blocked-colleagues").send().await.expect(200).items().is_empty());
    bea.delete(&format!("/v1/me/blocked-colleagues/{entry}")).send().await.expect_problem("not_found");
    app.coordinator().await.get("/v1/me/blocked-colleagues").send().await.expect_problem("wrong_role");
}

#[apply(both_engines)]
async fn only_a_clinician_can_be_blocked_by_id(app: TestApp) {
    let (ada, cory) = (app.practitioner("Ada Byron").await, app.coordinator().await);
    ada.blocks(&cory).await.expect_field("invalid_body", "/clinician_id");
    ada.blocks(&ada).await.expect_field("invalid_body", "/clinician_id");
    ada.blocks_colleague(json!({ "registration_body": "gmc", "registration_number": "12", "relationship": "trainer" }))
        .await
        .expect_field("invalid_body", "/registration_number");
}

#[apply(both_engines)]
async fn member_of_staff_of_any_role_is_found_by_family_name_and_blocked(app: TestApp) {
    let cory = app.staff("Cory Lane-Fox", Role::Coordinator).await;
    let closed = app.staff("Lena Lane", Role::CallHandler).await;
    app.clinician("Tobias Lane").employed_by("RJ1").await;
    let ada = app.new_practitioner("Ada Byron").employed_by("RJ101").registers_and_signs_in().await;
    app.practitioner("Bea Lane").await;
    let admin = app.administrator().await;
    let path = format!("/v1/staff/{}", closed.id);
    let seen = admin.get(&path).send().await.expect(200).etag();
    let left = json!({ "active": false, "reason": "Has left." });
    admin.patch(&path, left.clone()).if_match(&seen).send().await.expect(200);
    let searches = |name: &str| ada.post("/v1/staff-searches", json!({ "name": name })).send();
    let found = searches("lan").await.expect(200);
    let found: Vec<_> = found.items().iter().map(|item| (item["name"].clone(), item["role"].clone())).collect();
    assert_eq!(found, [(json!("Cory Lane-Fox"), json!("coordinator"))], "no closed account, no colleague, no practitioner");
    for (typed, count) in [("FOX", 1), ("Lane F", 1), ("Cory", 0), ("anef", 0)] {
        assert_eq!(searches(typed).await.expect(200).items().len(), count, "{typed}");
    }
    for short in ["la", "l a", "..."] {
        assert_eq!(searches(short).await.status.as_u16(), 422, "{short}");
    }
    cory.reads_practitioner(&ada).await.expect(200);
    let form = json!({ "account_id": cory.id, "relationship": "friend" });
    let entry = ada.blocks_colleague(form).await.expect(201);
    assert_eq!((&entry.json["matched"], &entry.json["account_id"]), (&json!(true), &json!(cory.id)));
    assert!(entry.json["clinician_id"].is_null());
    cory.reads_practitioner(&ada).await.expect_problem("not_found");
    assert!(searches("lan").await.expect(200).items().is_empty(), "a blocked colleague is left out");
    cory.post("/v1/staff-searches", json!({ "name": "lane" })).send().await.expect_problem("wrong_role");
    let path = format!("/v1/staff/{}", cory.id);
    let seen = admin.get(&path).send().await.expect(200).etag();
    admin.patch(&path, left).if_match(&seen).send().await.expect(200);
    let list = ada.get("/v1/me/blocked-colleagues").send().await.expect(200);
    assert_eq!(list.items()[0]["matched"], true, "the entry does not show that the colleague has left");
    let unknown = json!({ "account_id": ada.id, "relationship": "friend" });
    ada.blocks_colleague(unknown).await.expect_field("invalid_body", "/account_id");
    let two = json!({ "account_id": cory.id, "clinician_id": closed.id, "relationship": "friend" });
    ada.blocks_colleague(two).await.expect_field("invalid_body", "/account_id");
}

#[apply(both_engines)]
async fn colleague_is_blocked_by_initial_but_not_by_family_name_alone(app: TestApp) {
    let tobias = app.clinician("Tobias Renn").registered("gmc", "7654321").await;
    let ada = app.practitioner("Ada Byron").await;
    for typed in ["Renn", "Dr Renn", "Renn, MRCPsych"] {
        ada.blocks_name(typed).await.expect(422).expect_field("invalid_body", "/name");
    }
    ada.reads_clinician(&tobias).await.expect(200);
    assert_eq!(ada.blocks_name("Dr T. Renn").await.expect(201).json["matched"], true);
    ada.reads_clinician(&tobias).await.expect_problem("not_found");
    let with_number =
        json!({ "name": "Lund", "registration_body": "gmc", "registration_number": "7001002", "relationship": "friend" });
    ada.blocks_colleague(with_number).await.expect(201);
    let mut form = app.registration("Bea Quill");
    form["blocked_colleagues"] = json!([{ "name": "Renn", "relationship": "friend" }]);
    app.registers(&form).await.expect_field("invalid_body", "/blocked_colleagues/0/name");
}

/// Each finds the practitioner or a record of theirs, and no longer once blocked: `guards/access` tries everything else.
#[apply(both_engines)]
async fn staff_of_every_role_lose_sight_of_the_practitioner_until_they_are_unblocked(app: TestApp) {
    let (cory, hanna, hub) = (app.coordinator().await, app.call_handler().await, app.harbour_hub().await);
    let (harriet, morgan) = (app.hub_coordinator("Harriet Bowles", &hub).await, app.commissioner("Morgan Vale", &["QWE"]).await);
    let (cleo, pia) =
        (app.clinician("Cleo Marsh").employed_by("A1A1A").await, app.staff("Pia Warden", Role::PrivacyOfficer).await);
    let (contact, token) = hanna.invites_nurse().await;
    let mut form = app.nurse_registration("Nora Quill");
    (form["phone"], form["invitation_token"]) = (json!(CALLERS_NUMBER), json!(token));
    let nora = app.practitioner_with(&form).await;
    let request = nora.submits_own_request().await;
    cory.sends_to_panel(&request, "2027-01-25").await;
    let referral = cory.refers_to_hub(&nora, &hub).await;
    let appointment = app.appointment(&nora, &cleo, app.now().get() + TimeDelta::days(2)).await;
    let events = pia.get(&format!("/v1/audit-events?practitioner_id={}", nora.id)).send().await.expect(200);
    let event = events.expect_items()[0]["id"].as_str().unwrap().to_owned();

    for (reader, path) in [
        (&cory, format!("/v1/practitioners/{}", nora.id)),
        (&cleo, format!("/v1/appointments/{appointment}")),
        (&hanna, format!("/v1/contacts/{contact}")),
        (&harriet, format!("/v1/referrals/{referral}")),
        (&morgan, format!("/v1/funding-requests/{request}")),
        (&pia, format!("/v1/audit-events/{event}")),
    ] {
        reader.get(&path).send().await.expect(200);
        let entry = nora.blocks_name(&reader.name).await.expect(201).id();
        reader.get(&path).send().await.expect_problem("not_found");
        nora.delete(&format!("/v1/me/blocked-colleagues/{entry}")).send().await.expect(204);
        reader.get(&path).send().await.expect(200);
    }
}
