//! Figures of activity: rounded, small groups hidden, each month counted once.

use chrono::{DateTime, TimeDelta, Utc};
use confide::insight::schema::statistics_cells;
use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use confide::scheduling::schema::appointments;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::figures::{cell, rate};
use crate::support::races::at_once;
use crate::support::{TestApp, apply, both_engines};

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Sixteen practitioners in January, each seen once by video; eight of them then missed a treatment. In February all are seen
/// again, and three of them also for treatment.
async fn two_months(app: &TestApp) -> Vec<Actor> {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let people = app.many_practitioners(16).await;
    for (number, person) in people.iter().enumerate() {
        let hours = TimeDelta::hours(number as i64);
        app.appointment_with_attendance(person, &cleo, "assessment", time("2027-01-12T00:00:00Z") + hours, "attended_on_time")
            .await;
        app.appointment_with_attendance(person, &cleo, "assessment", time("2027-02-02T00:00:00Z") + hours, "attended_on_time")
            .await;
        if number < 8 {
            app.appointment_with_attendance(person, &cleo, "treatment", time("2027-01-20T00:00:00Z") + hours, "did_not_attend")
                .await;
        }
        if number < 3 {
            app.appointment_with_attendance(
                person,
                &cleo,
                "treatment",
                time("2027-02-20T00:00:00Z") + hours,
                "attended_late_seen",
            )
            .await;
        }
    }
    app.advance_clock_to("2027-03-15T09:00:00Z");
    people
}

#[apply(both_engines)]
async fn month_is_counted_once_it_has_settled_and_shown_in_one_breakdown_at_a_time(app: TestApp) {
    two_months(&app).await;
    let cory = app.coordinator().await;
    assert_eq!(cory.reads_activity("").await.expect(200).json["periods"], json!([]), "a request does not trigger counting");
    app.publish_due_statistics().await;

    let totals = cory.reads_activity("").await.expect(200);
    let months: Vec<_> = totals.json["periods"].as_array().unwrap().iter().map(|month| month["first_day"].clone()).collect();
    assert_eq!(months, ["2027-01-01", "2027-02-01"]);
    assert_eq!(totals.json["periods"][0]["last_day"], "2027-01-31");
    let january = &totals.json["periods"][0]["tables"];
    assert_eq!(*january, json!([{ "breakdown": "total", "total": 25, "cells": [], "rates": [] }]), "24 appointments");

    let by_kind = cory.reads_activity("breakdown=kind&from=2027-01&until=2027-01").await.expect(200);
    let january = &by_kind.json["periods"][0]["tables"][0];
    assert_eq!((cell(january, "assessment"), cell(january, "treatment")), (json!(15), json!(10)));
    let by_mode = cory.reads_activity("breakdown=mode&until=2027-01").await.expect(200);
    let january = &by_mode.json["periods"][0]["tables"][0];
    assert_eq!((cell(january, "video"), cell(january, "phone")), (json!(25), json!(0)));
    let by_attendance = cory.reads_activity("breakdown=attendance&until=2027-01").await.expect(200);
    let january = &by_attendance.json["periods"][0]["tables"][0];
    assert_eq!((cell(january, "attended_on_time"), cell(january, "did_not_attend")), (json!(15), json!(10)));
    assert_eq!(rate(january, "did_not_attend")["percent"], 40, "of rounded counts");
}

#[apply(both_engines)]
async fn small_group_is_hidden_and_cannot_be_derived(app: TestApp) {
    two_months(&app).await;
    app.publish_due_statistics().await;
    let cory = app.coordinator().await;
    let february = cory.reads_activity("breakdown=kind&from=2027-02&until=2027-02").await.expect(200);
    let table = &february.json["periods"][0]["tables"][0];
    assert_eq!((cell(table, "assessment"), cell(table, "treatment")), (Value::Null, Value::Null), "three were treated");
    assert_eq!(table["total"], 20);
    let february = cory.reads_activity("breakdown=attendance&from=2027-02&until=2027-02").await.expect(200);
    let table = &february.json["periods"][0]["tables"][0];
    assert_eq!((cell(table, "attended_on_time"), cell(table, "attended_late_seen")), (Value::Null, Value::Null));
    assert_eq!(rate(table, "did_not_attend")["percent"], 0);
}

#[apply(both_engines)]
async fn fewer_than_ten_people_have_no_figures_at_all(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    for (number, person) in app.many_practitioners(3).await.iter().enumerate() {
        for visit in 0..6 {
            let starts = time("2027-01-12T00:00:00Z") + TimeDelta::hours(number as i64 + 24 * visit);
            app.appointment_with_attendance(person, &cleo, "treatment", starts, "attended_on_time").await;
        }
    }
    app.advance_clock_to("2027-03-15T09:00:00Z");
    app.publish_due_statistics().await;
    let figures = app.coordinator().await.reads_activity("breakdown=kind&until=2027-01").await.expect(200);
    let table = &figures.json["periods"][0]["tables"][0];
    assert_eq!(table["total"], Value::Null, "eighteen appointments of three people");
    let cells = table["cells"].as_array().unwrap();
    assert!(!cells.is_empty() && cells.iter().all(|cell| cell["count"].is_null()));
}

#[apply(both_engines)]
async fn waits_are_compared_with_42_and_126_days(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    for (number, person) in app.many_practitioners(15).await.iter().enumerate() {
        let hours = TimeDelta::hours(number as i64);
        let days = if number < 10 { 42 } else { 43 };
        let starts = time("2027-01-11T00:30:00Z") + TimeDelta::days(days) + hours;
        app.appointment_with_attendance(person, &cleo, "assessment", starts, "attended_on_time").await;
        let again = time("2027-03-02T00:00:00Z") + hours;
        app.appointment_with_attendance(person, &cleo, "assessment", again, "attended_on_time").await;
    }
    app.advance_clock_to("2027-04-20T09:00:00Z");
    app.publish_due_statistics().await;
    let cory = app.coordinator().await;
    let waits = cory.reads_activity("breakdown=wait_to_assessment&from=2027-02&until=2027-03").await.expect(200);
    let february = &waits.json["periods"][0]["tables"][0];
    assert_eq!(
        (cell(february, "within_42_days"), cell(february, "43_to_126_days"), cell(february, "over_126_days")),
        (json!(10), json!(5), json!(0))
    );
    let within_six_weeks = json!({ "rate": "within_42_days", "percent": 67, "target_percent": 75, "target_met": false });
    assert_eq!(*rate(february, "within_42_days"), within_six_weeks);
    assert_eq!(
        *rate(february, "within_126_days"),
        json!({ "rate": "within_126_days", "percent": 100, "target_percent": 95, "target_met": true })
    );
    assert_eq!(waits.json["periods"][1]["tables"][0]["total"], Value::Null, "no first assessments in March");
}

#[apply(both_engines)]
async fn wait_after_readmission_counts_from_the_readmission(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let people = app.many_practitioners(15).await;
    for (number, person) in people.iter().enumerate() {
        let hours = TimeDelta::hours(number as i64);
        let first = time("2027-01-20T00:30:00Z") + hours;
        app.appointment_with_attendance(person, &cleo, "assessment", first, "attended_on_time").await;
        let days = if number < 10 { 42 } else { 43 };
        let again = time("2027-03-01T00:30:00Z") + TimeDelta::days(days) + hours;
        app.appointment_with_attendance(person, &cleo, "assessment", again, "attended_on_time").await;
    }
    for (when, pathway) in [("2027-02-01T09:00:00Z", Pathway::Discharged), ("2027-03-01T09:00:00Z", Pathway::Registered)] {
        app.advance_clock_to(when);
        for person in &people {
            app.set_pathway(person, pathway).await;
        }
    }
    app.advance_clock_to("2027-05-20T09:00:00Z");
    app.publish_due_statistics().await;
    let waits =
        app.coordinator().await.reads_activity("breakdown=wait_to_assessment&from=2027-01&until=2027-04").await.expect(200);
    let months = waits.json["periods"].as_array().unwrap();
    assert_eq!(cell(&months[0]["tables"][0], "within_42_days"), json!(15), "the first spell of care");
    let april = &months[3]["tables"][0];
    assert_eq!((cell(april, "within_42_days"), cell(april, "43_to_126_days")), (json!(10), json!(5)), "the second one");
}

#[apply(both_engines)]
async fn counted_month_does_not_change(app: TestApp) {
    let people = two_months(&app).await;
    app.publish_due_statistics().await;
    let cory = app.coordinator().await;
    let before = cory.reads_activity("breakdown=attendance").await.expect(200).json;
    let changed_practitioner = people[8].id;
    app.sql(move |conn| {
        diesel::update(appointments::table.filter(appointments::practitioner_id.eq(changed_practitioner)))
            .set((appointments::status.eq("not_attended"), appointments::attendance.eq(Some("did_not_attend"))))
            .execute(conn)?;
        Ok(())
    })
    .await;
    assert_eq!(app.publish_due_statistics().await, 0);
    assert_eq!(cory.reads_activity("breakdown=attendance").await.expect(200).json, before, "the published figures are unchanged");
    for frozen in [
        app.platform
            .db
            .write(|conn| {
                Ok(diesel::update(statistics_cells::table).set(statistics_cells::published.eq(Some(5))).execute(conn)?)
            })
            .await,
        app.platform.db.write(|conn| Ok(diesel::delete(statistics_cells::table).execute(conn)?)).await,
    ] {
        assert!(frozen.is_err(), "the schema keeps figures as they were published");
    }
}

#[apply(both_engines)]
async fn wider_period_lists_the_same_months_without_adding_them_up(app: TestApp) {
    two_months(&app).await;
    app.publish_due_statistics().await;
    let cory = app.coordinator().await;
    let months = |reply: &Value| reply["periods"].as_array().unwrap().clone();
    let both = cory.reads_activity("breakdown=kind&from=2027-01&until=2027-02").await.expect(200).json;
    let january = cory.reads_activity("breakdown=kind&from=2027-01&until=2027-01").await.expect(200).json;
    let february = cory.reads_activity("breakdown=kind&from=2027-02&until=2027-02").await.expect(200).json;
    assert_eq!(months(&both), [months(&january), months(&february)].concat());
    cory.reads_activity("from=2027-01-05").await.expect_field("invalid_parameter", "from");
    cory.reads_activity("from=2027-03&until=2027-02").await.expect_field("invalid_parameter", "from");
    cory.reads_activity("breakdown=clinician").await.expect_field("invalid_parameter", "breakdown");
    cory.reads_activity("region=london").await.expect_problem("invalid_parameter");
}

#[apply(both_engines)]
async fn two_instances_count_a_month_once(app: TestApp) {
    two_months(&app).await;
    let other = app.with_the_same_database(crate::support::app::TestSettings::default()).await;
    let counted = at_once(2, |number| [&app, &other][number].publish_due_statistics()).await;
    let first = app.coordinator().await.reads_activity("breakdown=kind").await.expect(200);
    assert_eq!(first.json["periods"].as_array().unwrap().len(), 2);
    assert_eq!(counted.iter().sum::<usize>(), 2 + 2 + 2, "January and February of three datasets; no quarter has settled");
}

#[apply(both_engines)]
async fn commissioner_reads_totals_but_no_breakdown_by_kind(app: TestApp) {
    let commissioner = app.staff("Morgan Vale", Role::Commissioner).await;
    commissioner.reads_activity("").await.expect(200);
    commissioner.reads_activity("breakdown=kind").await.expect_problem("wrong_role");
    commissioner.reads_outcomes("").await.expect(200);
    app.administrator().await.reads_activity("breakdown=kind").await.expect(200);
}

#[apply(both_engines)]
async fn funding_scenarios_give_the_cost_per_head_and_for_a_million(app: TestApp) {
    let commissioner = app.staff("Morgan Vale", Role::Commissioner).await;
    let reply = commissioner.get("/v1/statistics/funding-scenarios").send().await.expect(200);
    assert_eq!((reply.json["budget_pence"].as_i64(), reply.json["per_head_pence"].as_i64()), (Some(700_000_000), Some(3_889)));
    let scenarios = json!([
        { "basis": "same_rate", "headcount": 1_000_000, "budget_pence": 3_888_888_889_i64, "per_head_pence": 3_889 },
        { "basis": "public_estimate", "headcount": 1_000_000, "budget_pence": 1_400_000_000, "per_head_pence": 1_400 },
    ]);
    assert_eq!(reply.json["scenarios"], scenarios);
    let path = "/v1/statistics/funding-scenarios?budget_pence=900000000&headcount=200000&target_headcount=400000";
    let other = commissioner.get(path).send().await.expect(200);
    assert_eq!(
        (other.json["per_head_pence"].as_i64(), other.json["scenarios"][0]["budget_pence"].as_i64()),
        (Some(4_500), Some(1_800_000_000))
    );
    assert_eq!(other.json["scenarios"].as_array().unwrap().len(), 1);
    commissioner.get("/v1/statistics/funding-scenarios?headcount=0").send().await.expect_field("invalid_parameter", "headcount");
}
