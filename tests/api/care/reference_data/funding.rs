//! Prices and time limits of funding that change from a day on.

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
    avery.changes_reference("funding_prices", "assessment", "2027-01-12", price(21_000)).await.expect(201);
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
    change("screening_working_days", "2027-01-11", limit(10)).await.expect(201);
    change("screening_working_days", "2027-01-12", limit(2)).await.expect(201);
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
