//! Limits of prescriptions, and who may prescribe what, that change from a day on.

use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::prescriptions::{prescribing_right, sertraline, tablets, temazepam};
use crate::support::reference_data::{figure, prescriber};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn prescription_is_valid_by_the_limits_of_the_day_on_which_it_was_signed(app: TestApp) {
    let scene = app.prescribing().await;
    let avery = app.administrator().await;
    let before = scene.cleo.prescribes(&scene.ada, sertraline()).await;
    avery.changes_reference_with_another("prescribing_limits", "validity_months", "2027-01-11", figure(3)).await;
    avery.changes_reference_with_another("prescribing_limits", "validity_months", "2027-01-18", figure(2)).await;
    let shown = async |cleo: &Actor, id: &str| {
        let shown = cleo.reads_prescription(id).await.expect(200);
        (shown.text("valid_until"), shown.json["items"][0]["valid_until"].clone())
    };
    let expected = |day: &str| (day.to_owned(), json!(day));
    assert_eq!(shown(&scene.cleo, &before).await, expected("2027-07-10"), "signed before, also on the same day");
    let same_day = scene.cleo.prescribes(&scene.ada, json!({ "items": [tablets("thiamine-100mg-tablets", 1, 28)] })).await;
    assert_eq!(shown(&scene.cleo, &same_day).await, expected("2027-04-10"));

    app.advance_clock_to("2027-01-18T09:00:00Z");
    let cleo = scene.cleo.signs_in_again().await;
    let after = cleo.prescribes(&scene.ada, json!({ "items": [tablets("melatonin-2mg-modified-release-tablets", 1, 14)] })).await;
    assert_eq!(shown(&cleo, &after).await, expected("2027-03-17"));
    assert_eq!(shown(&cleo, &before).await, expected("2027-07-10"));
    assert_eq!(shown(&cleo, &same_day).await, expected("2027-04-10"));
    cleo.issues_prescription(&before).await.expect(201);
}

#[apply(both_engines)]
async fn longest_supply_of_a_controlled_drug_is_that_of_the_day(app: TestApp) {
    let scene = app.prescribing().await;
    let avery = app.administrator().await;
    avery.changes_reference_with_another("prescribing_limits", "controlled_supply_days", "2027-01-18", figure(7)).await;
    let fortnight = || json!({ "items": [tablets("zopiclone-7-5mg-tablets", 1, 14)] });
    let signed = scene.cleo.prescribes(&scene.ada, fortnight()).await;
    let draft = scene.cleo.drafts_prescription(&scene.ada, fortnight()).await.expect(201).id();
    app.advance_clock_to("2027-01-18T09:00:00Z");
    let cleo = scene.cleo.signs_in_again().await;
    cleo.signs_prescription(&draft).await.expect_rule("supply_too_long");
    // What was signed is issued as it was signed.
    cleo.issues_prescription(&signed).await.expect(201);
}

#[apply(both_engines)]
async fn kind_of_prescriber_prescribes_what_the_day_allows(app: TestApp) {
    let scene = app.prescribing().await;
    let avery = app.administrator().await;
    let nan =
        app.clinician("Nan Nurse").discipline("mental_health_nurse").employed_by("A1A1A").registered("nmc", "71A2998E").await;
    app.past_appointment(&scene.ada, &nan).await;
    avery.sets_prescribing_rights(&nan, prescribing_right("independent_nurse")).await.expect(200);
    let key = "independent_nurse:nmc";
    let shipped = avery.reference_entry("prescribers", key, "").await.unwrap();
    assert_eq!(shipped["entry"]["prescriber"]["schedules"].as_array().unwrap().len(), 6);
    let without_controlled = || prescriber(&["not_controlled"], Value::Null);
    avery.changes_reference_with_another("prescribers", key, "2027-01-18", without_controlled()).await;
    avery.changes_reference_with_another("prescribers", key, "2027-01-25", Value::Null).await;
    nan.prescribes(&scene.ada, temazepam()).await;

    app.advance_clock_to("2027-01-18T09:00:00Z");
    let nan = nan.signs_in_again().await;
    nan.tries_to_prescribe(&scene.ada, temazepam()).await.expect_rule("schedule_not_allowed");
    nan.prescribes(&scene.ada, sertraline()).await;

    app.advance_clock_to("2027-01-25T09:00:00Z");
    let nan = nan.signs_in_again().await;
    nan.drafts_prescription(&scene.ada, sertraline()).await.expect_problem("prescribing_right_required");
    let rights = nan.get(&format!("/v1/clinicians/{}/prescribing-rights", nan.id)).send().await.expect(200);
    assert_eq!(
        (&rights.json["prescribes_as"], &rights.json["refusal_code"]),
        (&Value::Null, &json!("prescribing_right_required"))
    );
    scene.cleo.signs_in_again().await.prescribes(&scene.ada, json!({ "items": [tablets("thiamine-100mg-tablets", 1, 7)] })).await;
}

#[apply(both_engines)]
async fn wrong_prescriber_is_refused_at_its_member(app: TestApp) {
    let avery = app.administrator().await;
    let allowed = |substance: &str, route: &str| json!([{ "substance": substance, "routes": [route] }]);
    let all = ["not_controlled", "cd2"];
    for (key, entry, pointer) in [
        ("independent_dietitian:hcpc", prescriber(&all, Value::Null), "/key"),
        ("independent_nurse:nmc", prescriber(&["cd2"], Value::Null), "/entry/prescriber/schedules"),
        (
            "independent_nurse:nmc",
            prescriber(&["not_controlled", "not_controlled"], Value::Null),
            "/entry/prescriber/schedules/1",
        ),
        ("independent_paramedic:hcpc", prescriber(&all, Value::Null), "/entry/prescriber/only_controlled"),
        (
            "independent_paramedic:hcpc",
            prescriber(&all, allowed("sugar", "oral")),
            "/entry/prescriber/only_controlled/0/substance",
        ),
        (
            "independent_paramedic:hcpc",
            prescriber(&all, allowed("morphine", "by_ear")),
            "/entry/prescriber/only_controlled/0/routes",
        ),
        ("doctor:gmc", Value::Null, "/entry/prescriber"),
    ] {
        let refused = avery.changes_reference("prescribers", key, "2027-01-11", entry).await;
        refused.expect(422).expect_field("invalid_body", pointer);
    }
    assert_eq!(app.row_count("reference_changes").await, 0);
}

#[apply(both_engines)]
async fn prescriber_needs_a_second_administrator_who_alone_does_not_undo_it(app: TestApp) {
    let avery = app.administrator().await;
    let entry = prescriber(&["not_controlled"], Value::Null);
    let made = avery.changes_reference("prescribers", "independent_nurse:nmc", "2027-01-18", entry).await.expect(201).id();
    avery.approves_reference(&made).await.expect(409).expect_problem("second_person_required");
    let sasha = app.second_administrator().await;
    sasha.approves_reference(&made).await.expect(200);
    sasha.withdraws_reference(&made).await.expect(409).expect_problem("second_person_required");
}
