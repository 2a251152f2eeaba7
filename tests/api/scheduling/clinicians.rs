//! The directory: its entries, who finds which clinicians, and in which order.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::relationships::conflicts;
use serde_json::json;

use crate::support::actors::Actor;
use crate::support::clinicians::directory_entry;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn administrator_creates_an_entry_and_it_is_replaced_only_with_its_current_version(app: TestApp) {
    let (cleo, avery) = (app.staff("Cleo Marsh", Role::Clinician).await, app.administrator().await);
    let path = format!("/v1/clinicians/{}", cleo.id);
    let mut entry = directory_entry("Cleo Marsh");
    entry["languages"] = json!(["pl", "en", "pl"]);
    entry["employer_ods"] = json!("rj1");
    let proposed = avery.put(&path, entry.clone()).send().await;
    assert_eq!((&proposed.json["employer_ods"], &proposed.json["listed"]), (&json!(null), &json!(false)), "it waits");
    assert!(app.approves_pending(&proposed).await);
    let first = avery.get(&path).send().await.expect(200);
    assert_eq!(first.json["languages"], json!(["en", "pl"]));
    assert_eq!(first.json["employer_ods"], "RJ1");
    assert_eq!(cleo.get(&path).send().await.expect(200).etag(), first.etag());

    entry["biography"] = json!("Sees dentists.");
    cleo.put(&path, entry.clone()).send().await.expect_problem("version_required");
    let second = cleo.put(&path, entry.clone()).if_match(&first.etag()).send().await.expect(200);
    assert_eq!(second.json["biography"], "Sees dentists.");
    let cory = app.coordinator().await;
    cory.put(&path, entry.clone()).if_match(&first.etag()).send().await.expect_problem("version_mismatch");
    entry["listed"] = json!(false);
    assert_eq!(cory.put(&path, entry).if_match(&second.etag()).send().await.expect(200).json["listed"], false);
}

#[apply(both_engines)]
async fn only_an_administrator_changes_a_clinicians_identity(app: TestApp) {
    let tobias = app.clinician("Tobias Renn").discipline("psychologist").employed_by("RJ1").registered("hcpc", "PYL12345").await;
    let path = format!("/v1/clinicians/{}", tobias.id);
    let before = tobias.get(&path).send().await.expect(200);
    let (cory, avery) = (app.coordinator().await, app.administrator().await);
    let mut entry = directory_entry("Tobias Renn");
    entry["discipline"] = json!("psychologist");
    entry["employer_ods"] = json!("RJ1");
    (entry["registration_body"], entry["registration_number"]) = (json!("hcpc"), json!("PYL12345"));
    for (member, value) in [
        ("name", json!("Ada Quill")),
        ("discipline", json!("psychiatrist")),
        ("employer_ods", json!(null)),
        ("employer_ods", json!("RX1")),
        ("registration_number", json!("PYL54321")),
    ] {
        let mut changed = entry.clone();
        changed[member] = value;
        changed["biography"] = json!("Written with it.");
        for editor in [&tobias, &cory] {
            let refused = editor.put(&path, changed.clone()).if_match(&before.etag()).send().await.expect(403);
            let refused = refused.expect_field("wrong_role", &format!("/{member}"));
            assert_eq!(refused.json["errors"].as_array().unwrap().len(), 1, "{member} alone");
            assert_eq!(tobias.get(&path).send().await.expect(200).json, before.json, "nothing is written");
        }
    }
    let mut doctor = entry.clone();
    (doctor["registration_body"], doctor["registration_number"]) = (json!("gmc"), json!("7654321"));
    let refused = tobias.put(&path, doctor.clone()).if_match(&before.etag()).send().await;
    refused.expect_field("wrong_role", "/registration_body").expect_field("wrong_role", "/registration_number");
    let terms = tobias.get(&format!("{path}/prescribing-rights")).send().await.expect(200);
    assert_eq!(terms.json["prescribes_as"], json!(null));
    let entered = avery.put(&path, doctor).if_match(&before.etag()).send().await;
    assert!(app.approves_pending(&entered).await);
    assert_eq!(avery.get(&path).send().await.expect(200).text("registration_number"), "7654321");
}

#[apply(both_engines)]
async fn clinician_cannot_create_their_own_entry(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    let path = format!("/v1/clinicians/{}", cleo.id);
    let mut entry = directory_entry("Cleo Marsh");
    entry["employer_ods"] = json!("RJ1");
    for editor in [&cleo, &app.coordinator().await] {
        let refused = editor.put(&path, entry.clone()).send().await.expect(403);
        refused.expect_field("wrong_role", "/discipline").expect_field("wrong_role", "/employer_ods");
    }
    cleo.get(&path).send().await.expect_problem("not_found");
    app.saves_directory_entry(&cleo, entry).await.expect(200);
}

#[apply(both_engines)]
async fn every_identity_mark_is_stored_with_its_end_and_author(app: TestApp) {
    use confide::people::accounts::identity::IdentityKind;
    use confide::people::schema::identity_entries;
    use diesel::prelude::*;
    let (cleo, avery) = (app.clinician("Cleo Marsh").employed_by("RJ1").await, app.administrator().await);
    app.clock.advance(TimeDelta::minutes(1));
    let path = format!("/v1/clinicians/{}", cleo.id);
    let seen = avery.get(&path).send().await.expect(200).etag();
    let mut entry = directory_entry("Cleo Marsh");
    entry["discipline"] = json!("gp");
    let saved = avery.put(&path, entry).if_match(&seen).send().await;
    assert!(app.approves_pending(&saved).await);
    let id = cleo.id;
    type StoredMark = (IdentityKind, Option<confide::platform::ids::UtcTime>, Option<confide::platform::ids::Id>, Vec<u8>);
    let mut stored: Vec<StoredMark> = app
        .sql(move |conn| {
            Ok(identity_entries::table
                .filter(identity_entries::account_id.eq(id))
                .select((identity_entries::kind, identity_entries::held_until, identity_entries::set_by, identity_entries::value))
                .load(conn)?)
        })
        .await;
    stored.sort_by_key(|(kind, until, ..)| (*kind, until.is_none()));
    let kinds: Vec<_> = stored.iter().map(|(kind, until, ..)| (kind.as_str(), until.is_some())).collect();
    assert_eq!(
        kinds,
        [("account_name", false), ("directory_name", false), ("employer", true), ("discipline", true), ("discipline", false),]
    );
    assert_eq!(stored.last().unwrap().2, Some(avery.id));
    for (.., value) in stored {
        let text = String::from_utf8_lossy(&value).into_owned();
        assert!(!["Cleo", "Marsh", "RJ1", "psychiatrist"].iter().any(|word| text.contains(word)), "sealed");
    }
}

#[apply(both_engines)]
async fn block_survives_changes_of_name_and_registration_number(app: TestApp) {
    let ada = app.practitioner_after_intake("Ada Quill").await;
    let by_number = app.clinician("Tobias Renn").registered("gmc", "7654321").await;
    let by_name = app.clinician("Eve Lund").await;
    // Each of these two has the blocked name in one place only.
    let by_entry = app.staff("Evelyn Dale", Role::Clinician).await;
    app.saves_directory_entry(&by_entry, directory_entry("Zoe Kerr")).await.expect(200);
    let by_account = app.staff("Uma Low", Role::Clinician).await;
    app.saves_directory_entry(&by_account, directory_entry("Ursula Page")).await.expect(200);
    ada.blocks_number("7654321").await.expect(201);
    for name in ["Eve Lund", "Zoe Kerr", "Uma Low"] {
        ada.blocks_name(name).await.expect(201);
    }
    let mut renumbered = directory_entry("Tobias Renn");
    (renumbered["registration_body"], renumbered["registration_number"]) = (json!("gmc"), json!("7000001"));
    app.saves_directory_entry(&by_number, renumbered).await.expect(200);
    let avery = app.administrator().await;
    for (account, name) in [(&by_name, "Eve Married"), (&by_account, "Ursula Page")] {
        let renamed = json!({ "name": name, "reason": "Asked for by the person." });
        avery.changes_account_with_approval(&account.id, renamed).await;
    }
    app.saves_directory_entry(&by_name, directory_entry("Eve Married")).await.expect(200);
    app.saves_directory_entry(&by_entry, directory_entry("Evelyn Dale")).await.expect(200);
    assert!(ada.finds_clinicians("").await.is_empty());
    // A clinician who gets the blocked number later is hidden too.
    let later = app.clinician("Gus Ware").await;
    assert_eq!(ada.finds_clinicians("").await, ["Gus Ware"]);
    let mut entry = directory_entry("Gus Ware");
    (entry["registration_body"], entry["registration_number"]) = (json!("gmc"), json!("7654321"));
    app.saves_directory_entry(&later, entry).await.expect(200);
    assert!(ada.finds_clinicians("").await.is_empty());
    for hidden in [&by_number, &by_name, &by_entry, &by_account, &later] {
        ada.reads_clinician(hidden).await.expect_problem("not_found");
    }
}

#[apply(both_engines)]
async fn block_by_name_applies_to_an_account_without_an_entry(app: TestApp) {
    let tobias = app.staff("Tobias Renn", Role::Clinician).await;
    let ada = app.practitioner_after_intake("Ada Quill").await;
    ada.blocks_name("Tobias Renn").await.expect(201);
    let (ada_id, tobias_id) = (ada.id, tobias.id);
    let excluded = app.write(move |tx| conflicts::staff_excluded_for(tx, ada_id)).await;
    assert!(excluded.contains(&tobias_id), "before the account has an entry");
    // The directory entry has another name.
    app.saves_directory_entry(&tobias, directory_entry("Toby Wren")).await.expect(200);
    assert!(ada.finds_clinicians("").await.is_empty());
}

#[apply(both_engines)]
async fn clinician_who_left_an_employer_counts_as_a_colleague_for_another_year(app: TestApp) {
    use confide::people::accounts::identity;
    let ada = app.new_practitioner("Ada Quill").employed_by("RJ1").registers_and_signs_in().await;
    let tobias = app.clinician("Tobias Renn").employed_by("RJ1").await;
    app.saves_directory_entry(&tobias, directory_entry("Tobias Renn")).await.expect(200);
    assert!(ada.finds_clinicians("").await.is_empty());
    let day_by_day = async |days: i64| {
        app.clock.advance(TimeDelta::days(days));
        app.write(identity::lapse_former_employers).await
    };
    assert_eq!(day_by_day(364).await, 0);
    assert!(ada.signs_in_again().await.finds_clinicians("").await.is_empty());
    assert_eq!(day_by_day(2).await, 1);
    assert_eq!(ada.signs_in_again().await.finds_clinicians("").await, ["Tobias Renn"]);
}

#[apply(both_engines)]
async fn blocks_by_name_apply_after_the_stored_name_format_changes(app: TestApp) {
    use confide::people::schema::{blocked_colleague_keys, blocked_colleagues, identity_entries, identity_entry_keys};
    use diesel::prelude::*;
    let ada = app.new_practitioner("Ada Quill").employed_by("RJ1").registers_and_signs_in().await;
    app.clinician("Tobias Renn").employed_by("RJ1").await;
    app.clinician("Eve Lund").registered("gmc", "7654321").await;
    app.clinician("Zoe Dale").await;
    app.clinician("Gus Ware").await;
    ada.blocks_number("7654321").await.expect(201);
    ada.blocks_name("Zo\u{e9} Dale").await.expect(201);
    app.sql(|conn| {
        diesel::delete(identity_entry_keys::table).execute(conn)?;
        // An earlier format; registration numbers and employers have only one.
        diesel::update(identity_entries::table.filter(identity_entries::kind.like("%name")))
            .set((identity_entries::value_index.eq("of an earlier format"), identity_entries::name_form.eq(0)))
            .execute(conn)?;
        diesel::delete(blocked_colleague_keys::table).execute(conn)?;
        diesel::update(blocked_colleagues::table.filter(blocked_colleagues::name_index.is_not_null()))
            .set((blocked_colleagues::name_index.eq(Some("of an earlier format")), blocked_colleagues::name_form.eq(0)))
            .execute(conn)?;
        Ok(())
    })
    .await;
    assert_eq!(ada.finds_clinicians("").await, ["Zoe Dale", "Gus Ware"], "the stored name does not match any more");
    confide::server::load_reference_data(&app.platform).await.unwrap();
    assert_eq!(ada.finds_clinicians("").await, ["Gus Ware"]);
    let earlier = identity_entries::table.filter(identity_entries::name_form.eq(0)).count();
    assert_eq!(app.sql(move |conn| Ok(earlier.get_result::<i64>(conn)?)).await, 0, "nothing is left to do");
}

#[apply(both_engines)]
async fn only_clinicians_have_entries_and_other_users_cannot_change_them(app: TestApp) {
    let (cleo, dan) = (app.clinician("Cleo Marsh").await, app.clinician("Dan Firth").await);
    let (avery, ada) = (app.administrator().await, app.practitioner_after_intake("Ada Quill").await);
    let entry = directory_entry("Sam Example");
    dan.put(&format!("/v1/clinicians/{}", cleo.id), entry.clone()).send().await.expect_problem("not_found");
    avery.put(&format!("/v1/clinicians/{}", ada.id), entry.clone()).send().await.expect_problem("not_found");
    avery.put("/v1/clinicians/01943f00-0000-7000-8000-000000000000", entry.clone()).send().await.expect(404);
    ada.put(&format!("/v1/clinicians/{}", cleo.id), entry).send().await.expect_problem("wrong_role");
}

#[apply(both_engines)]
async fn invalid_entry_is_refused_with_the_member_named(app: TestApp) {
    let (cleo, avery) = (app.staff("Cleo Marsh", Role::Clinician).await, app.administrator().await);
    let path = format!("/v1/clinicians/{}", cleo.id);
    for (member, value, code, pointer) in [
        ("languages", json!(["english"]), "invalid_body", "/languages/0"),
        ("discipline", json!("wizard"), "invalid_body", "/discipline"),
        ("name", json!("   "), "invalid_body", "/name"),
        ("employer_ods", json!("RJ1!"), "invalid_body", "/employer_ods"),
        ("registration_number", json!("7654321"), "invalid_body", "/registration_body"),
        ("nmc_profession", json!("nurse"), "invalid_body", "/nmc_profession"),
        ("biography", json!("x".repeat(1001)), "invalid_body", "/biography"),
    ] {
        let mut entry = directory_entry("Cleo Marsh");
        entry[member] = value;
        avery.put(&path, entry).send().await.expect_field(code, pointer);
    }
    let mut entry = directory_entry("Cleo Marsh");
    entry["registration_body"] = json!("gmc");
    entry["registration_number"] = json!("123");
    avery.put(&path, entry).send().await.expect_field("invalid_body", "/registration_number");
}

#[apply(both_engines)]
async fn employer_and_registration_are_hidden_from_practitioners_and_other_clinicians(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").employed_by("RJ1").registered("gmc", "7654321").await;
    let (ada, dan) = (app.practitioner_after_intake("Ada Quill").await, app.clinician("Dan Firth").await);
    let path = format!("/v1/clinicians/{}", cleo.id);
    for stranger in [&ada, &dan] {
        let shown = stranger.get(&path).send().await.expect(200);
        assert_eq!(shown.json["biography"], "Sees doctors.");
        assert_eq!((&shown.json["employer_ods"], &shown.json["registration_number"]), (&json!(null), &json!(null)));
    }
    let shown = app.administrator().await.get(&path).send().await.expect(200);
    assert_eq!((shown.text("employer_ods"), shown.text("registration_number")), ("RJ1".into(), "7654321".into()));
}

#[apply(both_engines)]
async fn directory_is_ordered_by_next_free_slot_and_paged(app: TestApp) {
    let ada = app.practitioner_after_intake("Ada Quill").await;
    for (name, day) in [("Cleo Marsh", "thursday"), ("Dan Firth", "tuesday"), ("Eve Lund", "wednesday")] {
        app.clinician(name).await.holds_clinic_on(day, "09:00", "10:00", 60, "assessment", "video").await;
    }
    app.clinician("Fay Idle").await;
    app.clock.advance(TimeDelta::seconds(1));
    app.clinician("Gus Idle").await;
    assert_eq!(ada.finds_clinicians("").await, ["Dan Firth", "Eve Lund", "Cleo Marsh", "Fay Idle", "Gus Idle"]);

    let (mut names, mut cursor) = (Vec::new(), String::new());
    for _ in 0..5 {
        let page = ada.get(&format!("/v1/clinicians?limit=1{cursor}")).send().await.expect(200);
        names.push(page.items()[0]["name"].as_str().unwrap().to_owned());
        cursor = page.json["next_cursor"].as_str().map_or_else(String::new, |cursor| format!("&cursor={cursor}"));
    }
    assert_eq!(names, ["Dan Firth", "Eve Lund", "Cleo Marsh", "Fay Idle", "Gus Idle"]);
    assert!(cursor.is_empty(), "the last page");
    let first = ada.get("/v1/clinicians?limit=1").send().await.expect(200);
    assert_eq!(first.items()[0]["next_free_slot"]["starts_at"], "2027-01-12T09:00:00Z");
    assert_eq!(first.items()[0]["next_free_slot"]["kind"], "assessment");
}

#[apply(both_engines)]
async fn directory_filters_by_discipline_language_gender_specialism_and_place(app: TestApp) {
    let ada = app.practitioner_after_intake("Ada Quill").await;
    app.clinician("Cleo Marsh").discipline("gp").gender("female").languages(&["en", "cy"]).await;
    app.clinician("Dan Firth").specialisms(&["trauma", "ocd"]).in_region("north_west", "Leeds").gender("male").await;
    app.clinician("Eve Wyn").in_region("london", "Ynys Môn").gender("non_binary").await;
    for (query, expected) in [
        ("discipline=gp", "Cleo Marsh"),
        ("language=cy", "Cleo Marsh"),
        ("gender=male", "Dan Firth"),
        ("specialism=ocd", "Dan Firth"),
        ("region=north_west", "Dan Firth"),
        ("place=leeds", "Dan Firth"),
        ("place=LONDON&gender=female", "Cleo Marsh"),
        ("place=YNYS%20M%C3%94N", "Eve Wyn"),
        ("place=ynys%20mon", "Eve Wyn"),
        ("place=%20Ynys%C2%A0Mo%CC%82n", "Eve Wyn"),
    ] {
        assert_eq!(ada.finds_clinicians(query).await, [expected], "{query}");
    }
    assert!(ada.finds_clinicians("specialism=ocd&discipline=gp").await.is_empty());
    for wrong in ["gender=tall", "language=english", "colour=red", "free_from=yesterday", "limit=0", "cursor=AAAA"] {
        let reply = ada.get(&format!("/v1/clinicians?{wrong}")).send().await.expect(400);
        assert_eq!(reply.json["errors"][0]["pointer"], wrong.split('=').next().unwrap());
    }
    ada.get("/v1/clinicians?free_from=1900-01-01T00:00:00Z&free_until=2199-12-31T23:59:59Z").send().await.expect(200);
}

#[apply(both_engines)]
async fn kind_mode_and_time_decide_which_slots_count(app: TestApp) {
    let ada = app.practitioner_after_intake("Ada Quill").await;
    let (cleo, dan) = (app.clinician("Cleo Marsh").await, app.clinician("Dan Firth").await);
    cleo.holds_clinic_on("tuesday", "09:00", "10:00", 60, "assessment", "video").await;
    cleo.holds_clinic_on("friday", "09:00", "10:00", 60, "treatment", "phone").await;
    dan.holds_clinic_on("wednesday", "09:00", "10:00", 60, "treatment", "video").await;
    assert_eq!(ada.finds_clinicians("").await, ["Cleo Marsh", "Dan Firth"]);
    // Before treatment is open to her, no treatment slot counts; afterwards no assessment slot does.
    let list = ada.get("/v1/clinicians?kind=treatment").send().await.expect(200);
    assert!(list.items().len() == 2 && list.items().iter().all(|one| one["next_free_slot"] == json!(null)));
    app.set_pathway(&ada, confide::people::practitioners::model::Pathway::InCare).await;
    ada.sets_message_preferences(json!({ "mobile": "07700 900123" })).await.expect(200);
    assert_eq!(ada.finds_clinicians("").await, ["Dan Firth", "Cleo Marsh"]);
    assert_eq!(ada.finds_clinicians("kind=treatment").await, ["Dan Firth", "Cleo Marsh"]);
    assert_eq!(ada.finds_clinicians("kind=treatment&mode=phone").await, ["Cleo Marsh", "Dan Firth"]);
    let list = ada.get("/v1/clinicians?free_from=2027-01-13T10:00:00Z&free_until=2027-01-16T00:00:00Z").send().await.expect(200);
    assert_eq!(list.items()[0]["next_free_slot"]["starts_at"], "2027-01-15T09:00:00Z");
    assert_eq!(list.items()[1]["next_free_slot"], json!(null));
}

#[apply(both_engines)]
async fn held_slot_is_free_only_to_its_holder_until_the_hold_expires(app: TestApp) {
    let ada = app.practitioner_after_intake("Ada Quill").await;
    let bo = app.practitioner_after_intake("Bo Wren").await;
    let cleo = app.clinician("Cleo Marsh").await;
    cleo.holds_clinic_on("tuesday", "09:00", "11:00", 60, "assessment", "video").await;
    ada.holds_at(&cleo, "2027-01-12T09:00:00Z").await;
    let path = format!("/v1/clinicians/{}", cleo.id);
    let next = async |reader: &Actor| reader.get(&path).send().await.expect(200).json["next_free_slot"]["starts_at"].clone();
    assert_eq!(next(&ada).await, "2027-01-12T09:00:00Z");
    assert_eq!(next(&bo).await, "2027-01-12T10:00:00Z");
    app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(next(&bo).await, "2027-01-12T09:00:00Z");
}

#[apply(both_engines)]
async fn clinician_the_practitioner_must_not_meet_is_not_found(app: TestApp) {
    let ada = app.new_practitioner("Ada Quill").employed_by("RJ1").registers_and_signs_in().await;
    let by_id = app.clinician("Cleo Marsh").await;
    let by_number = app.clinician("Dan Firth").registered("gmc", "7654321").await;
    let by_name = app.clinician("Eve Lund").await;
    let colleague = app.clinician("Fay Moss").employed_by("rj1").await;
    app.clinician("Gus Ware").employed_by("RX1").await;
    ada.blocks(&by_id).await.expect(201);
    ada.blocks_number("7654321").await.expect(201);
    ada.blocks_name("eve  LUND").await.expect(201);
    assert_eq!(ada.finds_clinicians("").await, ["Gus Ware"]);
    let unknown = ada.get("/v1/clinicians/01943f00-0000-7000-8000-000000000000").send().await.expect(404);
    for hidden in [&by_id, &by_number, &by_name, &colleague] {
        let reply = ada.get(&format!("/v1/clinicians/{}", hidden.id)).send().await.expect_problem("not_found");
        assert_eq!(reply.json, unknown.json);
    }
    assert_eq!(app.coordinator().await.finds_clinicians("").await.len(), 5);
}

#[apply(both_engines)]
async fn unlisted_clinicians_and_closed_accounts_are_seen_by_staff_only(app: TestApp) {
    let ada = app.practitioner_after_intake("Ada Quill").await;
    let (cleo, dan) = (app.clinician("Cleo Marsh").unlisted().await, app.clinician("Dan Firth").await);
    let avery = app.administrator().await;
    let path = format!("/v1/staff/{}", dan.id);
    let etag = avery.get(&path).send().await.expect(200).etag();
    avery.patch(&path, json!({ "active": false, "reason": "Asked for by the person." })).if_match(&etag).send().await.expect(200);
    assert!(ada.finds_clinicians("").await.is_empty());
    for hidden in [&cleo, &dan] {
        ada.get(&format!("/v1/clinicians/{}", hidden.id)).send().await.expect_problem("not_found");
    }
    assert_eq!(app.coordinator().await.finds_clinicians("").await.len(), 2);
}

#[apply(both_engines)]
async fn personal_data_of_clinicians_is_encrypted_in_the_database(app: TestApp) {
    use confide::scheduling::schema::clinicians;
    use diesel::prelude::*;
    app.clinician("Cleo Marsh").employed_by("RJ1").registered("gmc", "7654321").await;
    let (name, details): (Vec<u8>, Vec<u8>) =
        app.sql(|conn| Ok(clinicians::table.select((clinicians::name, clinicians::details)).get_result(conn)?)).await;
    for bytes in [name, details] {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!["Cleo", "Marsh", "RJ1", "7654321"].iter().any(|word| text.contains(word)));
    }
}
