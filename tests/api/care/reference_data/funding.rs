//! Prices and time limits of funding that change from a day on.

use confide::care::reference_data::faults;
use confide::platform::ids::Id;
use confide::reference::reference_data::model::{ReferenceChangeState, ReferenceDataset};
use confide::reference::reference_data::queries::{self, NewChange};
use confide::reference::schema::{reference_changes, reference_versions};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::funding::{approve_amount, usual_funding_request};
use crate::support::{TestApp, apply, both_engines};

fn price(pence: i32) -> Value {
    json!({ "price": { "pence": pence, "source": "The boards' agreement of 2027" } })
}

#[apply(both_engines)]
async fn session_is_booked_at_the_price_of_the_day(app: TestApp) {
    let avery = app.administrator().await;
    avery
        .changes_reference("funding_prices", "assessment", "2027-01-11", price(0))
        .await
        .expect_field("invalid_body", "/entry/price/pence");
    avery.changes_reference("funding_prices", "massage", "2027-01-11", price(100)).await.expect_field("invalid_body", "/key");
    for absurd in [1_999, 100_001] {
        let refused = avery.changes_reference("funding_prices", "assessment", "2027-01-11", price(absurd)).await;
        refused.expect_field("invalid_body", "/entry/price/pence");
    }
    avery.changes_reference_with_another("funding_prices", "assessment", "2027-01-12", price(21_000)).await;
    let cleo = app.clinician("Cleo Marsh").await;
    cleo.holds_clinic_on("wednesday", "09:00", "11:00", 60, "assessment", "video").await;
    // Twenty thousand pence pay for an assessment of today, and no longer for one of tomorrow.
    let (nora, _) = app.funded_nurse("Nora Nurse", approve_amount(20_000)).await;
    let (nell, _) = app.funded_nurse("Nell Nurse", approve_amount(20_000)).await;
    nora.completes_intake().await;
    nell.completes_intake().await;
    nora.books_at(&cleo, "2027-01-20T09:00:00Z").await;
    let slot = nell.finds_slot(&cleo, "2027-01-20T10:00:00Z").await;
    app.advance_clock_to("2027-01-12T09:00:00Z");
    let nell = nell.signs_in_again().await;
    nell.books(&slot).await.expect_problem("funding_exhausted");
}

#[apply(both_engines)]
async fn time_limit_is_counted_as_it_is_on_the_day(app: TestApp) {
    let avery = app.administrator().await;
    let limit = |value: u16| json!({ "time_limit": { "value": value, "source": "The boards' agreement of 2027" } });
    let change =
        |key: &'static str, from: &'static str, entry: Value| avery.changes_reference("funding_limits", key, from, entry);
    change("screening_working_days", "2027-01-11", limit(0)).await.expect_field("invalid_body", "/entry/time_limit/value");
    change("screening_weeks", "2027-01-11", limit(2)).await.expect_field("invalid_body", "/key");
    for (from, value) in [("2027-01-11", 10), ("2027-01-12", 2)] {
        avery.changes_reference_with_another("funding_limits", "screening_working_days", from, limit(value)).await;
    }
    let nora = app.nurse("Nora Nurse").await;
    let nell = app.nurse("Nell Nurse").await;
    let first = nora.newest_request().await;
    nora.writes_request(&first, usual_funding_request()).await.expect(200);
    assert_eq!(nora.submits_request(&first).await.expect(200).text("due_on"), "2027-01-25");
    app.advance_clock_to("2027-01-12T09:00:00Z");
    let nell = nell.signs_in_again().await;
    let second = nell.newest_request().await;
    nell.writes_request(&second, usual_funding_request()).await.expect(200);
    assert_eq!(nell.submits_request(&second).await.expect(200).text("due_on"), "2027-01-14");
    let avery = avery.signs_in_again().await;
    let shown = avery.reference_entry("funding_limits", "screening_working_days", "").await.unwrap();
    assert_eq!(shown["entry"]["time_limit"]["value"], 2);
    let other = avery.reference_entry("funding_limits", "appeal_days", "").await.unwrap();
    assert_eq!((&other["source"], &other["entry"]["time_limit"]["value"]), (&json!("shipped"), &json!(28)));
}

#[apply(both_engines)]
async fn time_to_appeal_and_to_bring_new_facts_is_lengthened_and_never_shortened(app: TestApp) {
    let avery = app.administrator().await;
    let limit = |value: u16| json!({ "time_limit": { "value": value, "source": "The boards' agreement of 2027" } });
    for (key, longer, absurd) in [
        ("appeal_days", 42, [1, 27, 184].as_slice()),
        ("reconsideration_months", 6, &[1, 2, 13]),
        ("information_days", 35, &[13, 93]),
        ("appeal_answer_days", 14, &[6, 57]),
        ("result_days", 7, &[0, 29]),
        ("papers_working_days", 8, &[4, 21]),
        ("decision_working_days", 30, &[19, 81]),
        ("cancellation_notice_hours", 12, &[73]),
        ("reminder_days", 3, &[15]),
    ] {
        for value in absurd {
            let refused = avery.changes_reference("funding_limits", key, "2027-01-11", limit(*value)).await.expect(422);
            assert!(refused.text("detail").starts_with("Choose a value from "), "{key} {value}: {}", refused.json);
            refused.expect_field("invalid_body", "/entry/time_limit/value");
        }
        avery.changes_reference_with_another("funding_limits", key, "2027-01-11", limit(longer)).await;
        let shown = avery.reference_entry("funding_limits", key, "").await.unwrap();
        assert_eq!(shown["entry"]["time_limit"]["value"], longer, "{key}");
    }
    assert_eq!(app.row_count("reference_changes").await, 9, "what is refused is not stored");
}

#[apply(both_engines)]
async fn limit_outside_its_range_that_one_administrator_set_before_does_not_hold(app: TestApp) {
    let (avery, nora) = (app.administrator().await, app.nurse("Nora Nurse").await);
    let by = avery.id;
    // As the version before stored it, which needed neither a second administrator nor a range.
    app.write(move |tx| {
        let (dataset, key, entry) =
            (ReferenceDataset::FundingLimits, "screening_working_days", json!({ "value": 30, "source": "None" }));
        let today = tx.now.london_day();
        let new = NewChange { dataset, key, valid_from: today, entry: Some(&entry), reason: "By hand.", changed_by: by };
        let id = queries::insert(tx, &new)?;
        let confirmed = (
            reference_changes::state.eq(ReferenceChangeState::Approved),
            reference_changes::number.eq(Some(0)),
            reference_changes::confirmed_at.eq(Some(tx.now)),
            reference_changes::needs_second_person.eq(false),
        );
        diesel::update(reference_changes::table.find(id)).set(confirmed).execute(tx.conn)?;
        let version = diesel::update(reference_versions::table.find(1));
        version.set(reference_versions::version.eq(Id::new(tx.now))).execute(tx.conn)?;
        Ok(())
    })
    .await;
    let found = app.write(faults).await;
    assert_eq!(found.iter().map(|fault| fault.key.as_str()).collect::<Vec<_>>(), ["screening_working_days"]);
    let request = nora.newest_request().await;
    nora.writes_request(&request, usual_funding_request()).await.expect(200);
    assert_eq!(nora.submits_request(&request).await.expect(200).text("due_on"), "2027-01-18", "five working days, as shipped");
    let limit = json!({ "time_limit": { "value": 10, "source": "The boards' agreement of 2027" } });
    avery.changes_reference_with_another("funding_limits", "screening_working_days", "2027-01-11", limit).await;
    assert!(app.write(faults).await.is_empty(), "another change corrects it");
}
