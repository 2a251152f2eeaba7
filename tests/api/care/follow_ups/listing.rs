//! Lists: their filters agree with the state that each follow-up shows.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use serde_json::json;

use crate::support::actors::Actor;
use crate::support::{TestApp, apply, both_engines};

const STATES: [&str; 7] = ["waiting", "due", "overdue", "booked", "done", "cancelled", "care_ended"];

/// A follow-up for an assessment of a practitioner of that name, due in `days` days.
async fn one(app: &TestApp, cleo: &Actor, name: &str, hours_ago: i64, days: u16) -> (Actor, String) {
    let (person, appointment) = app.practitioner_seen_by(name, cleo, hours_ago).await;
    let form = json!({ "appointment_id": appointment, "interval_unit": "days", "interval_from": days, "interval_to": days + 1,
        "purpose": "review", "kind": "assessment" });
    let id = cleo.agrees_follow_up(&person, form).await.expect(201).id();
    (person, id)
}

#[apply(both_engines)]
async fn list_filtered_by_state_contains_exactly_the_follow_ups_in_that_state(app: TestApp) {
    let (cleo, dora) = (app.clinician("Cleo Clinician").await, app.clinician("Dora Clinician").await);
    let cory = app.coordinator().await;
    let mut all = Vec::new();
    for (number, days) in [40, 10, 1, 10, 10, 10, 10, 1, 10, 40, 1].into_iter().enumerate() {
        let name = format!("Ada {}", char::from(b'a' + u8::try_from(number).unwrap()));
        all.push(one(&app, &cleo, &name, 1 + 2 * i64::try_from(number).unwrap(), days).await);
    }
    let at = |hours: i64| app.now().get() + TimeDelta::days(9) + TimeDelta::hours(hours);
    // With the agreed clinician: booked, attended, missed, cancelled; early for the last but one.
    app.appointment(&all[3].0, &cleo, at(0)).await;
    for (number, status) in [(4, "attended"), (7, "not_attended"), (5, "cancelled")] {
        let appointment = app.appointment(&all[number].0, &cleo, at(i64::try_from(number).unwrap())).await;
        app.set_appointment_status(appointment, status).await;
    }
    app.appointment(&all[9].0, &cleo, at(9)).await;
    // With another clinician, linked by a coordinator; then also with the agreed clinician, and attended.
    let linked = app.appointment(&all[6].0, &dora, at(6)).await;
    cory.links_appointment(&all[6].1, &linked.to_string()).await.expect(200);
    let linked = app.appointment(&all[10].0, &dora, at(10)).await;
    cory.links_appointment(&all[10].1, &linked.to_string()).await.expect(200);
    let seen = app.appointment(&all[10].0, &cleo, at(12)).await;
    app.set_appointment_status(seen, "attended").await;
    app.set_pathway(&all[8].0, Pathway::Discharged).await;
    cleo.cancels_follow_up(&all[1].1, "declined").await.expect(200);
    app.clock.advance(TimeDelta::days(10));
    let (cleo, cory) = (cleo.signs_in_again().await, cory.signs_in_again().await);

    let expected =
        ["waiting", "cancelled", "overdue", "booked", "done", "due", "booked", "overdue", "care_ended", "waiting", "done"];
    for round in ["before", "after"] {
        let mut found = Vec::new();
        for (_, id) in &all {
            found.push(cory.state_of_follow_up(id).await);
        }
        assert_eq!(found, expected, "{round} the job ran");
        for reader in [&cleo, &cory] {
            for state in STATES {
                let mut listed = reader.finds_follow_ups(&format!("state={state}")).await;
                listed.sort();
                let mut in_state: Vec<_> =
                    all.iter().zip(expected).filter(|(_, current)| *current == state).map(|((_, id), _)| id.clone()).collect();
                in_state.sort();
                assert_eq!(listed, in_state, "{state} {round} the job ran");
            }
            assert_eq!(reader.finds_follow_ups("").await.len(), 7, "the open follow-ups");
            assert_eq!(reader.finds_follow_ups("overdue=true").await.len(), 2);
            assert!(reader.finds_follow_ups("overdue=true&state=booked").await.is_empty());
        }
        app.run_follow_up_jobs().await;
    }
}

#[apply(both_engines)]
async fn follow_up_lists_are_filtered_and_paged(app: TestApp) {
    let (cleo, dora) = (app.clinician("Cleo Clinician").await, app.clinician("Dora Clinician").await);
    let cory = app.coordinator().await;
    let (ada, late) = one(&app, &cleo, "Ada Byron", 1, 20).await;
    let (_, soon) = one(&app, &cleo, "Bea Byron", 3, 5).await;
    let (_, hers) = one(&app, &dora, "Cara Byron", 5, 10).await;
    assert_eq!(cory.finds_follow_ups("").await, [soon.clone(), hers.clone(), late.clone()], "the earliest due comes first");
    assert_eq!(cleo.finds_follow_ups("").await, [soon.clone(), late.clone()]);
    assert_eq!(cory.finds_follow_ups(&format!("clinician_id={}", dora.id)).await, [hers.clone()]);
    assert_eq!(cory.finds_follow_ups(&format!("practitioner_id={}", ada.id)).await, [late.clone()]);
    assert!(dora.finds_follow_ups(&format!("practitioner_id={}", ada.id)).await.is_empty());
    // The first follow-up is due by the 17th.
    assert!(cory.finds_follow_ups("due_before=2027-01-17").await.is_empty());
    assert_eq!(cory.finds_follow_ups("due_before=2027-01-18").await, [soon.clone()]);
    let first = cory.get("/v1/follow-ups?limit=2").send().await.expect(200);
    let rest = cory.get(&format!("/v1/follow-ups?limit=2&cursor={}", first.text("next_cursor"))).send().await.expect(200);
    assert_eq!(
        (first.items()[1]["id"].clone(), rest.items()[0]["id"].clone(), rest.items().len()),
        (json!(hers), json!(late), 1)
    );
    let of_ada = format!("/v1/practitioners/{}/follow-ups", ada.id);
    cory.get(&format!("{of_ada}?cursor={}", first.text("next_cursor"))).send().await.expect_problem("invalid_cursor");
    cory.get(&format!("/v1/practitioners/{}/follow-ups", cory.id)).send().await.expect_problem("not_found");
    let mine = ada.get("/v1/me/follow-ups?state=waiting").send().await.expect(200);
    assert_eq!(mine.items()[0]["id"], late);
    assert!(ada.get("/v1/me/follow-ups?state=done").send().await.expect(200).items().is_empty());
}
