//! Searching for slots: what is shown may be booked.

use chrono::TimeDelta;
use confide::platform::ids::Id;
use confide::scheduling::calendar::model::AppointmentKind;

use crate::support::actors::PASSWORD;
use crate::support::app::TestSettings;
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

const FORTNIGHT: &str = "from=2027-01-11T09:00:00Z&until=2027-01-25T09:00:00Z";

fn ids(reply: &CheckedReply) -> Vec<Id> {
    reply.items().iter().map(|item| item["id"].as_str().unwrap().parse().unwrap()).collect()
}

#[apply(both_engines)]
async fn practitioner_sees_free_slots_earliest_first(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let later = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Treatment).await;
    let sooner = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let found = ada.searches(FORTNIGHT).await.expect(200);
    assert_eq!(ids(&found), [sooner], "treatment is not open to her yet");
    let cory = app.coordinator().await;
    assert_eq!(ids(&cory.searches(FORTNIGHT).await.expect(200)), [sooner, later]);
    let first = &found.items()[0];
    assert_eq!(first["clinician_name"], "Cleo Clinician");
    assert_eq!(first["starts_at"], "2027-01-13T09:00:00Z");
    assert_eq!(first["held_until"], serde_json::Value::Null);
    assert_eq!(ids(&cory.searches(&format!("{FORTNIGHT}&kind=treatment")).await.expect(200)), [later]);
    app.set_pathway(&ada, confide::people::practitioners::model::Pathway::InCare).await;
    assert_eq!(ids(&ada.searches(FORTNIGHT).await.expect(200)), [later]);
}

#[apply(both_engines)]
async fn slots_that_cannot_be_booked_are_not_shown(app: TestApp) {
    let (ada, ben, cleo) = (app.ada().await, app.ben().await, app.cleo().await);
    app.free_slot(&cleo, TimeDelta::minutes(119), AppointmentKind::Assessment).await;
    let bookable = app.free_slot(&cleo, TimeDelta::hours(3), AppointmentKind::Assessment).await;
    app.free_slot(&cleo, TimeDelta::hours(20), AppointmentKind::Treatment).await;
    let held = app.free_slot(&cleo, TimeDelta::hours(22), AppointmentKind::Assessment).await;
    let withdrawn = app.free_slot(&cleo, TimeDelta::hours(24), AppointmentKind::Assessment).await;
    let booked = app.free_slot(&cleo, TimeDelta::hours(26), AppointmentKind::Assessment).await;
    app.withdraw_slot(&withdrawn).await;
    ben.books(&booked).await.expect(201);
    app.seeded_practitioner("Cat Example", confide::people::practitioners::model::Pathway::IntakeDone)
        .await
        .holds(&held)
        .await
        .expect(200);
    assert_eq!(ids(&ada.searches(FORTNIGHT).await.expect(200)), [bookable]);
    app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(ids(&ada.searches(FORTNIGHT).await.expect(200)), [bookable, held], "the hold has expired");
}

#[apply(both_engines)]
async fn own_hold_is_shown_even_within_the_minimum_notice(app: TestApp) {
    let (ada, ben, cleo) = (app.ada().await, app.ben().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::minutes(121), AppointmentKind::Assessment).await;
    ada.holds(&slot).await.expect(200);
    app.clock.advance(TimeDelta::minutes(2));
    let found = ada.searches(FORTNIGHT).await.expect(200);
    assert_eq!(found.items()[0]["held_until"], "2027-01-11T09:05:00Z");
    assert!(ben.searches(FORTNIGHT).await.expect(200).items().is_empty());
    ada.books(&slot).await.expect(201);
}

#[apply(both_engines)]
async fn slots_of_clinicians_the_practitioner_must_not_meet_are_not_shown(app: TestApp) {
    let (ada, ben) = (app.ada().await, app.ben().await);
    let names = ["Blocked Person", "Same Employer", "Not Listed", "Account Closed"];
    let mut clinicians = Vec::new();
    for name in names {
        let clinician = app.clinician(name).await;
        app.free_slot(&clinician, TimeDelta::days(2), AppointmentKind::Assessment).await;
        clinicians.push(clinician);
    }
    ada.blocks(&clinicians[0]).await.expect(201);
    app.share_an_employer(&ada, &clinicians[1]).await;
    app.unlist(&clinicians[2]).await;
    app.close_account(&clinicians[3]).await;
    assert!(ada.searches(FORTNIGHT).await.expect(200).items().is_empty());
    assert_eq!(ben.searches(FORTNIGHT).await.expect(200).items().len(), 2);
}

#[apply(both_engines)]
async fn filters_narrow_the_search(app: TestApp) {
    let (ada, cleo, dan) = (app.ada().await, app.cleo().await, app.clinician("Dan Clinician").await);
    app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let matching = app.free_slot(&dan, TimeDelta::days(2), AppointmentKind::Assessment).await;
    app.describe(&dan, "male", "trauma", "cy").await;
    let clinician = format!("clinician_id={}", dan.id);
    for filter in ["gender=male", "discipline=psychologist", "region=midlands", "specialism=trauma", "language=cy", &clinician] {
        assert_eq!(ids(&ada.searches(&format!("{FORTNIGHT}&{filter}")).await.expect(200)), [matching], "{filter}");
    }
    for filter in ["mode=phone", "specialism=ocd", "language=fr", "kind=treatment"] {
        assert!(ada.searches(&format!("{FORTNIGHT}&{filter}")).await.expect(200).items().is_empty(), "{filter}");
    }
}

#[apply(both_engines)]
async fn search_window_is_at_most_a_fortnight_and_never_backwards(app: TestApp) {
    let ada = app.ada().await;
    for (from, to) in [
        ("2027-01-11T09:00:00Z", "2027-01-25T09:00:01Z"),
        ("2027-01-11T09:00:00Z", "2027-01-11T09:00:00Z"),
        ("2027-01-12T09:00:00Z", "2027-01-11T09:00:00Z"),
        ("1900-01-01T00:00:00Z", "2027-01-11T09:00:00Z"),
    ] {
        ada.searches(&format!("from={from}&until={to}")).await.expect_field("invalid_parameter", "until");
    }
    for (from, to) in [("1900-01-01T00:00:00Z", "1900-01-02T00:00:00Z"), ("2199-12-30T00:00:00Z", "2199-12-31T00:00:00Z")] {
        assert!(ada.searches(&format!("from={from}&until={to}")).await.expect(200).items().is_empty());
    }
    // The fortnight of days in Britain in which the clocks go back is an hour longer.
    ada.searches("from=2026-10-24T23:00:00Z&until=2026-11-08T00:00:00Z").await.expect(200);
    ada.searches("from=2026-10-24T23:00:00Z&until=2026-11-08T00:00:01Z").await.expect_field("invalid_parameter", "until");
    ada.searches("from=2027-01-11T09:00:00Z").await.expect_field("invalid_parameter", "until");
    ada.searches(&format!("{FORTNIGHT}&gender=%00")).await.expect_field("invalid_parameter", "gender");
}

#[apply(both_engines)]
async fn pages_have_no_gaps_and_no_duplicates(app: TestApp) {
    let (ada, cleo, dan) = (app.ada().await, app.cleo().await, app.clinician("Dan Clinician").await);
    let mut all = Vec::new();
    for hour in 0..3 {
        for clinician in [&cleo, &dan] {
            all.push(app.free_slot(clinician, TimeDelta::hours(30 + hour), AppointmentKind::Assessment).await);
        }
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = ada.searches(&format!("{FORTNIGHT}&limit=2{cursor}")).await.expect(200);
        seen.extend(ids(&page));
        let Some(next) = page.json["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    seen.sort();
    all.sort();
    assert_eq!(seen, all);
    ada.searches(&format!("{FORTNIGHT}&cursor=abc")).await.expect_problem("invalid_cursor");
}

#[apply(both_engines)]
async fn staff_search_on_a_practitioners_behalf(app: TestApp) {
    let (ada, cory, cleo, dan) =
        (app.ada().await, app.coordinator().await, app.cleo().await, app.clinician("Dan Clinician").await);
    let soon = app.free_slot(&cleo, TimeDelta::minutes(10), AppointmentKind::Assessment).await;
    let dans = app.free_slot(&dan, TimeDelta::days(2), AppointmentKind::Assessment).await;
    ada.blocks(&dan).await.expect(201);
    assert_eq!(ids(&cory.searches(FORTNIGHT).await.expect(200)), [soon, dans]);
    let for_ada = format!("{FORTNIGHT}&practitioner_id={}", ada.id);
    assert_eq!(ids(&cory.searches(&for_ada).await.expect(200)), [soon], "no minimum notice, and no clinician she must not meet");
    cleo.searches(&for_ada).await.expect_problem("not_found");
    ada.searches(&for_ada).await.expect_field("invalid_parameter", "practitioner_id");
    cory.searches(&format!("{FORTNIGHT}&practitioner_id={}", cleo.id)).await.expect_problem("not_found");
    cory.books_for(&ada, &soon).await.expect(201);
    let own = app.free_slot(&cleo, TimeDelta::days(5), AppointmentKind::Treatment).await;
    app.free_slot(&app.clinician("Eve Clinician").await, TimeDelta::days(4), AppointmentKind::Treatment).await;
    assert!(cleo.searches(&for_ada).await.expect(200).items().is_empty(), "treatment is not open to her yet");
    app.set_pathway(&ada, confide::people::practitioners::model::Pathway::InCare).await;
    assert_eq!(ids(&cleo.searches(&for_ada).await.expect(200)), [own], "only her own");
}

#[apply(both_engines)]
async fn searches_of_staff_for_a_practitioner_are_limited_and_others_are_not(app: TestApp) {
    let (ada, cory) = (app.ada().await, app.coordinator().await);
    let mut settings = TestSettings::default();
    settings.policy.document_checks_per_minute = 3;
    let limited = app.with_the_same_database(settings).await;
    let cory = limited.signed_in(&cory.name, &cory.email, PASSWORD).await;
    let for_ada = format!("{FORTNIGHT}&practitioner_id={}", ada.id);
    for _ in 0..3 {
        cory.searches(&for_ada).await.expect(200);
    }
    cory.searches(&for_ada).await.expect(429);
    cory.searches(FORTNIGHT).await.expect(200);
}
