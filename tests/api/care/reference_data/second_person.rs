//! No dataset is changed by one administrator alone: neither through the program nor in the table.

use chrono::TimeDelta;
use confide::platform::ids::Id;
use confide::reference::reference_data::model::{ReferenceChangeState, ReferenceDataset};
use confide::reference::reference_data::queries::{self, NewChange};
use confide::reference::schema::reference_changes;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::reference_data::bank_holiday;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn table_refuses_an_approved_change_without_the_second_administrator_that_its_dataset_needs(app: TestApp) {
    let (avery, sasha) = (app.administrator().await, app.second_administrator().await);
    for dataset in ReferenceDataset::ALL.iter().copied() {
        let by = avery.id;
        let change: Id = app
            .write(move |tx| {
                let (valid_from, entry) = (tx.now.london_day(), json!({}));
                let new =
                    NewChange { dataset, key: "a-key", valid_from, entry: Some(&entry), reason: "By hand.", changed_by: by };
                queries::insert(tx, &new)
            })
            .await;
        let confirm = |second: Id| {
            app.platform.write(move |tx| {
                let today = tx.now.london_day();
                queries::approve(tx, change, second, today)
            })
        };
        let alone = app.platform.write(move |tx| {
            let confirmed = (
                reference_changes::state.eq(ReferenceChangeState::Approved),
                reference_changes::number.eq(Some(1_000_000)),
                reference_changes::confirmed_at.eq(Some(tx.now)),
            );
            diesel::update(reference_changes::table.find(change)).set(confirmed).execute(tx.conn)?;
            Ok(())
        });
        assert!(alone.await.is_err(), "{dataset:?}: without a second administrator");
        assert!(confirm(avery.id).await.is_err(), "{dataset:?}: no one confirms their own change");
        assert!(confirm(sasha.id).await.is_ok(), "{dataset:?}");
    }
}

#[apply(both_engines)]
async fn every_dataset_is_changed_by_two_administrators_and_by_no_one_alone(app: TestApp) {
    let (avery, sasha) = (app.administrator().await, app.second_administrator().await);
    for dataset in ReferenceDataset::ALL.iter().copied() {
        // The last entry as it is: of the bank holidays that is one to come.
        let name = dataset.as_str();
        let shipped = avery.reference_data(name, "").await.pop().unwrap();
        let key = shipped["key"].as_str().unwrap();
        let made = avery.changes_reference(name, key, "2027-01-12", shipped["entry"].clone()).await.expect(201);
        assert_eq!((made.text("state"), &made.json["approved_by"]), ("pending".to_owned(), &Value::Null), "{name}");
        avery.approves_reference(&made.id()).await.expect(409).expect_problem("second_person_required");
        let later = avery.reference_entry(name, key, "&on=2027-01-12").await.unwrap();
        assert_eq!(later["source"], "shipped", "{name}: what waits does not hold");

        let approved = sasha.approves_reference(&made.id()).await.expect(200);
        assert_eq!((approved.text("state"), &approved.json["approved_by"]), ("approved".to_owned(), &json!(sasha.id)), "{name}");
        let later = avery.reference_entry(name, key, "&on=2027-01-12").await.unwrap();
        assert_eq!((&later["source"], &later["change_id"]), (&json!("changed"), &json!(made.id())), "{name}");
        for alone in [&avery, &sasha] {
            alone.withdraws_reference(&made.id()).await.expect(409).expect_problem("second_person_required");
        }
        assert_eq!(app.audit_actions(&made.id()).await, ["reference_data.proposed", "reference_data.approved"], "{name}");
    }
}

#[apply(both_engines)]
async fn change_that_another_of_the_same_entry_has_overtaken_is_not_approved(app: TestApp) {
    let (avery, sasha) = (app.administrator().await, app.second_administrator().await);
    let propose = async |by: &Actor, name: &str| {
        by.changes_reference("bank_holidays", "2027-02-09", "2027-01-11", bank_holiday(name)).await.expect(201).id()
    };
    let older = propose(&avery, "The older").await;
    app.clock.advance(TimeDelta::minutes(1));
    let newer = propose(&sasha, "The newer").await;
    avery.approves_reference(&newer).await.expect(200);
    let refused = sasha.approves_reference(&older).await.expect(409).expect_problem("state_conflict");
    assert!(refused.text("detail").contains("has been approved since"), "{}", refused.json);
    let page = avery.get("/v1/reference-data/bank_holidays/changes").send().await.expect(200);
    let states: Vec<&Value> = page.items().iter().map(|change| &change["state"]).collect();
    assert_eq!(states, [&json!("approved"), &json!("pending")], "the newest first");
    // What is proposed afterwards, having seen it, is approved.
    app.clock.advance(TimeDelta::minutes(1));
    let again = propose(&avery, "The older").await;
    sasha.approves_reference(&again).await.expect(200);
}
