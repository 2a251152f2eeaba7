//! How reference data are read and changed: the history, what is refused, who may, and what other instances see.

use confide::care::reference_data::faults;
use confide::platform::ids::Id;
use confide::reference::reference_data::model::ReferenceDataset;
use confide::reference::reference_data::queries::{self, NewChange};
use confide::reference::schema::{reference_changes, reference_versions};
use confide::reference::workforce;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::app::TestSettings;
use crate::support::races::{at_once, expect_outcomes};
use crate::support::reference_data::{bank_holiday, dose_limit, sertraline_25mg};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn without_changes_everything_is_as_it_was_shipped(app: TestApp) {
    let avery = app.administrator().await;
    assert_eq!(app.row_count("reference_changes").await, 0);
    for (dataset, least) in [
        ("bank_holidays", 26),
        ("boards", 48),
        ("medicines", 60),
        ("medicine_limits", 73),
        ("controlled_substances", 635),
        ("funding_prices", 2),
        ("funding_limits", 10),
        ("prescribing_limits", 12),
        ("prescribers", 12),
        ("triage_times", 14),
        ("alert_times", 16),
        ("follow_up_policy", 16),
        ("outreach_limits", 5),
        ("waiting_times", 2),
    ] {
        let entries = avery.reference_data(dataset, "").await;
        assert!(entries.len() >= least, "{dataset}: {}", entries.len());
        let shipped =
            |entry: &Value| entry["source"] == "shipped" && entry["valid_from"].is_null() && entry["change_id"].is_null();
        assert!(entries.iter().all(shipped), "{dataset}");
        assert!(entries.is_sorted_by_key(|entry| entry["key"].as_str().unwrap().to_owned()), "{dataset}");
        assert!(avery.get(&format!("/v1/reference-data/{dataset}/changes")).send().await.expect(200).items().is_empty());
    }
    let held = app.write(workforce::bank_holidays).await;
    assert_eq!(held.to_vec(), *workforce::catalogue::bank_holidays());
    let easter = avery.reference_entry("bank_holidays", "2027-03-29", "").await.unwrap();
    assert_eq!(easter["entry"], json!({ "bank_holiday": { "name": "Easter Monday", "nations": ["england", "wales"] } }));
}

#[apply(both_engines)]
async fn history_shows_every_change_of_an_entry(app: TestApp) {
    let avery = app.administrator().await;
    let sasha = app.second_administrator().await;
    let change = async |from: &'static str, entry: Value| {
        let made = avery.changes_reference("bank_holidays", "2027-06-04", from, entry).await.expect(201);
        sasha.approves_reference(&made.id()).await.expect(200);
    };
    let first = avery.changes_reference("bank_holidays", "2027-06-04", "2027-01-11", bank_holiday("A day")).await.expect(201);
    assert_eq!(first.header("location"), Some(format!("/v1/reference-data-changes/{}", first.id()).as_str()));
    assert_eq!(avery.reads_reference_change(&first.id()).await.expect(200).json, first.json);
    assert_eq!((&first.json["proposed_by"], &first.json["reason"]), (&json!(avery.id), &json!("As published.")));
    sasha.approves_reference(&first.id()).await.expect(200);
    change("2027-01-11", bank_holiday("A day of thanks")).await;
    change("2027-03-01", Value::Null).await;
    avery.changes_reference("bank_holidays", "2027-06-11", "2027-01-11", bank_holiday("Another")).await.expect(201);
    let path = "/v1/reference-data/bank_holidays/changes";
    let history = avery.get(&format!("{path}?key=2027-06-04")).send().await.expect(200);
    let names: Vec<&Value> = history.items().iter().map(|change| &change["entry"]["bank_holiday"]["name"]).collect();
    assert_eq!(names, [&Value::Null, &json!("A day of thanks"), &json!("A day")]);
    assert_eq!(avery.get(&format!("{path}?limit=2")).send().await.expect(200).items().len(), 2);
    let shown = |on: &'static str| avery.reference_entry("bank_holidays", "2027-06-04", on);
    assert_eq!(shown("&on=2027-02-28").await.unwrap()["entry"]["bank_holiday"]["name"], "A day of thanks");
    assert_eq!(shown("&on=2027-03-01").await, None);
    assert_eq!(shown("&on=2027-01-10").await, None);
    assert_eq!(app.audit_actions(&first.id()).await, ["reference_data.proposed", "reference_data.approved"]);
}

#[apply(both_engines)]
async fn change_is_withdrawn_while_it_waits_and_not_afterwards(app: TestApp) {
    let (avery, sasha) = (app.administrator().await, app.second_administrator().await);
    let change = |from: &'static str| avery.changes_reference("bank_holidays", "2027-06-04", from, bank_holiday("A day"));
    let later = change("2027-02-01").await.expect(201).id();
    let withdrawn = avery.withdraws_reference(&later).await.expect(200);
    assert_eq!((withdrawn.text("state"), &withdrawn.json["withdrawn_by"]), ("withdrawn".to_owned(), &json!(avery.id)));
    avery.withdraws_reference(&later).await.expect(409).expect_problem("state_conflict");
    sasha.approves_reference(&later).await.expect(409).expect_problem("state_conflict");
    assert_eq!(avery.reference_entry("bank_holidays", "2027-06-04", "&on=2027-02-01").await, None);
    let approved = change("2027-02-01").await.expect(201).id();
    sasha.approves_reference(&approved).await.expect(200);
    avery.withdraws_reference(&approved).await.expect(409).expect_problem("second_person_required");
    let now = change("2027-01-11").await.expect(201).id();
    sasha.approves_reference(&now).await.expect(200);
    avery.withdraws_reference(&now).await.expect(409).expect_problem("state_conflict");
    // One that waits is withdrawn by any administrator, and is confirmed by none afterwards.
    let waiting = avery.changes_reference("medicines", "sertraline-25mg-tablets", "2027-01-11", sertraline_25mg()).await;
    let waiting = waiting.expect(201).id();
    sasha.withdraws_reference(&waiting).await.expect(200);
    sasha.approves_reference(&waiting).await.expect(409).expect_problem("state_conflict");
    assert_eq!(app.audit_actions(&waiting).await, ["reference_data.proposed", "reference_data.withdrawn"]);
}

#[apply(both_engines)]
async fn wrong_entry_is_refused_at_its_member(app: TestApp) {
    let avery = app.administrator().await;
    let medicine = |member: &str, value: Value| {
        let mut entry = sertraline_25mg();
        entry["medicine"][member] = value;
        entry
    };
    let id = "sertraline-25mg-tablets";
    let substance =
        json!({ "substance": { "synonyms": ["morphine"], "schedule": "cd3", "misuse": true, "source": "SI 2027/1" } });
    let mut two = sertraline_25mg();
    two["price"] = json!({ "pence": 100, "source": "None" });
    for (dataset, key, entry, pointer) in [
        ("bank_holidays", "4 June 2027", bank_holiday("A day"), "/key"),
        ("bank_holidays", "2027-01-04", bank_holiday("A day"), "/key"),
        ("bank_holidays", "2027-05-04", Value::Null, "/key"),
        ("bank_holidays", "2027-06-04", json!({}), "/entry/bank_holiday"),
        (
            "bank_holidays",
            "2027-06-04",
            json!({ "bank_holiday": { "name": "A day", "nations": ["atlantis"] } }),
            "/entry/bank_holiday/nations/0",
        ),
        ("boards", "QWE", bank_holiday("A day"), "/entry/bank_holiday"),
        ("medicines", "Sertraline", sertraline_25mg(), "/key"),
        ("medicines", id, medicine("ingredients", json!(["sugar"])), "/entry/medicine/ingredients/0"),
        ("medicines", id, medicine("routes", json!(["oral", "intravenous"])), "/entry/medicine/routes/1"),
        ("medicines", id, medicine("form", json!("Ingots")), "/entry/medicine/form"),
        ("medicines", id, medicine("unit", json!("barrel")), "/entry/medicine/unit"),
        ("medicines", id, medicine("code", json!("321196005")), "/entry/medicine/code"),
        ("medicines", id, medicine("contains_unit", Value::Null), "/entry/medicine/contains_unit"),
        ("medicines", id, medicine("colour", json!("blue")), "/entry/medicine/colour"),
        ("medicines", id, two, "/entry/price"),
        ("medicine_limits", "dose:citalopram:by_ear", dose_limit("30", "refuse"), "/key"),
        ("medicine_limits", "dose:citalopram:oral", dose_limit("0", "refuse"), "/entry/dose_limit/daily_mg"),
        ("medicine_limits", "age:hydroxyzine", dose_limit("30", "refuse"), "/entry/age_limit"),
        ("controlled_substances", "novelol", substance, "/entry/substance/synonyms/0"),
        ("controlled_substances", "morphine", Value::Null, "/entry"),
        ("funding_limits", "appeal_days", Value::Null, "/entry"),
    ] {
        let refused = avery.changes_reference(dataset, key, "2027-01-11", entry).await.expect(422);
        refused.expect_field("invalid_body", pointer);
    }
    let past = avery.changes_reference("bank_holidays", "2027-06-04", "2027-01-10", bank_holiday("A day")).await;
    past.expect_field("invalid_body", "/valid_from");
    avery.changes_reference("colours", "blue", "2027-01-11", bank_holiday("A day")).await.expect_problem("not_found");
    assert_eq!(app.row_count("reference_changes").await, 0);
    let path = "/v1/reference-data/bank_holidays/changes";
    let unsaid = json!({ "key": "2027-05-03", "valid_from": "2027-01-11", "reason": "As published." });
    avery.post(path, unsaid).send().await.expect_field("invalid_body", "/entry");
}

#[apply(both_engines)]
async fn only_administrators_read_and_change_reference_data(app: TestApp) {
    let (cory, cleo) = (app.coordinator().await, app.clinician("Cleo Marsh").await);
    let avery = app.administrator().await;
    let change =
        avery.changes_reference("medicines", "sertraline-25mg-tablets", "2027-01-11", sertraline_25mg()).await.expect(201).id();
    for other in [&cory, &cleo] {
        other.get("/v1/reference-data/medicines").send().await.expect(403).expect_problem("wrong_role");
        other.get("/v1/reference-data/medicines/changes").send().await.expect(403).expect_problem("wrong_role");
        other.reads_reference_change(&change).await.expect(403).expect_problem("wrong_role");
        other.approves_reference(&change).await.expect(403).expect_problem("wrong_role");
        other.withdraws_reference(&change).await.expect(403).expect_problem("wrong_role");
        let refused = other.changes_reference("bank_holidays", "2027-06-04", "2027-01-11", bank_holiday("A day")).await;
        refused.expect(403).expect_problem("wrong_role");
    }
    assert_eq!(avery.reads_reference_change(&change).await.expect(200).text("state"), "pending");
}

#[apply(both_engines)]
async fn every_instance_sees_a_change_in_its_next_transaction(app: TestApp) {
    let other = app.with_the_same_database(TestSettings::default()).await;
    let avery = app.administrator().await;
    let known = |app: &TestApp| {
        let app = app.clone();
        async move { app.write(|tx| workforce::bank_holidays(tx).map(|days| days.len())).await }
    };
    let before = known(&other).await;
    for (number, key) in ["2027-06-04", "2027-06-11"].into_iter().enumerate() {
        avery.changes_reference_with_another("bank_holidays", key, "2027-01-11", bank_holiday("A day")).await;
        assert_eq!((known(&app).await, known(&other).await), (before + number + 1, before + number + 1));
    }
    // Within one transaction nothing changes, unless the transaction itself does it.
    let (by, another) = (avery.id, app.second_administrator().await.id);
    let (first, second, third) = app
        .write(move |tx| {
            let (first, today) = (workforce::bank_holidays(tx)?.len(), tx.now.london_day());
            // As another transaction would leave it.
            let version = diesel::update(reference_versions::table.find(1));
            version.set(reference_versions::version.eq(Id::new(tx.now))).execute(tx.conn)?;
            let second = workforce::bank_holidays(tx)?.len();
            let (dataset, entry) = (ReferenceDataset::BankHolidays, bank_holiday("A day")["bank_holiday"].clone());
            let (key, entry, reason) = ("2027-06-18", Some(&entry), "As published.");
            let new = NewChange { dataset, key, valid_from: today, entry, reason, changed_by: by };
            let id = queries::insert(tx, &new)?;
            queries::approve(tx, id, another, today)?;
            Ok((first, second, workforce::bank_holidays(tx)?.len()))
        })
        .await;
    assert_eq!((first, second, third), (before + 2, before + 2, before + 3));
    assert_eq!(known(&other).await, before + 3);
}

#[apply(both_engines)]
async fn changes_at_once_are_checked_one_after_the_other(app: TestApp) {
    let avery = app.administrator().await;
    let change =
        avery.changes_reference("medicines", "sertraline-25mg-tablets", "2027-01-11", sertraline_25mg()).await.expect(201).id();
    let sasha = app.second_administrator().await;
    let replies = at_once(8, |_| {
        let (sasha, change) = (sasha.clone(), change.clone());
        async move { sasha.approves_reference(&change).await }
    })
    .await;
    expect_outcomes(&replies, &[("200", 1), ("state_conflict", 7)]);
    assert_eq!(app.audit_actions(&change).await, ["reference_data.proposed", "reference_data.approved"]);
}

#[apply(both_engines)]
async fn entry_that_no_longer_fits_is_found_at_the_start_and_corrected_by_a_change(app: TestApp) {
    let scene = app.prescribing().await;
    let avery = app.administrator().await;
    let id = "sertraline-25mg-tablets";
    let change = avery.changes_reference_with_another("medicines", id, "2027-01-11", sertraline_25mg()).await.id();
    assert!(app.write(faults).await.is_empty());
    // As if a release had dropped the substance.
    let change: Id = change.parse().unwrap();
    app.write(move |tx| {
        let text = sertraline_25mg()["medicine"].to_string().replace("[\"sertraline\"]", "[\"dropped\"]");
        diesel::update(reference_changes::table.find(change)).set(reference_changes::entry.eq(Some(text))).execute(tx.conn)?;
        let version = diesel::update(reference_versions::table.find(1));
        version.set(reference_versions::version.eq(Id::new(tx.now))).execute(tx.conn)?;
        Ok(())
    })
    .await;
    let found = app.write(faults).await;
    assert_eq!(found.iter().map(|fault| fault.key.as_str()).collect::<Vec<_>>(), [id]);
    let cleo = &scene.cleo;
    cleo.get("/v1/medicines").send().await.expect(500).expect_problem("internal");
    avery.changes_reference_with_another("bank_holidays", "2027-06-04", "2027-01-11", bank_holiday("A day")).await;
    avery.changes_reference_with_another("medicines", id, "2027-01-11", Value::Null).await;
    assert!(app.write(faults).await.is_empty());
    cleo.get("/v1/medicines").send().await.expect(200);
}

#[apply(both_engines)]
async fn help_in_danger_does_not_wait_until_a_wrong_entry_is_corrected(app: TestApp) {
    let (avery, hanna) = (app.administrator().await, app.call_handler().await);
    avery.changes_reference_with_another("bank_holidays", "2027-06-04", "2027-01-11", bank_holiday("A day")).await;
    let board = json!({ "board": { "name": "South West London", "region": "london", "valid_from": "2022-07-01" } });
    avery.changes_reference_with_another("boards", "QWE", "2027-01-11", board).await;
    // As if a release read entries of another form.
    app.write(|tx| {
        let other = Some("{\"of_another\": \"form\"}");
        diesel::update(reference_changes::table).set(reference_changes::entry.eq(other)).execute(tx.conn)?;
        let version = diesel::update(reference_versions::table.find(1));
        version.set(reference_versions::version.eq(Id::new(tx.now))).execute(tx.conn)?;
        Ok(())
    })
    .await;
    assert_eq!(app.write(faults).await.len(), 2);
    app.registers(&app.registration("Bea Quill")).await.expect(500).expect_problem("internal");

    let routes = app.get("/v1/contact-routes").send().await.expect(200);
    assert_eq!(routes.json["crisis_help"][0]["id"], "emergency_999");
    let caller = json!({ "nation": "england", "region": "london", "icb_code": "QWE" });
    let contact = hanna.logs_contact("phone", caller).await.expect(201).id();
    let advice = hanna.triages_contact(&contact, &["immediate_danger"]).await.expect(200);
    assert_eq!(advice.json["signposts"][0]["id"], "emergency_999");
    hanna.raises_contact_alert(&contact, "immediate", None).await.expect(202);
    app.requests_call_back(json!({ "phone": "07700 900101", "safety_question": "yes" })).await.expect(202);
    app.get("/v1/signposts?need=crisis&icb_code=QWE").send().await.expect(200);
}
