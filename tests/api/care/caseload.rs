//! The people in care, as staff see them.

use chrono::TimeDelta;
use confide::scheduling::calendar::model::AppointmentKind;
use serde_json::{Value, json};

use crate::support::actors::{Actor, PASSWORD};
use crate::support::practitioners::phq9_at_risk;
use crate::support::{TestApp, apply, both_engines};

/// The ids of the people on a list, in order.
async fn on_the_list(reader: &Actor, query: &str) -> Vec<String> {
    let list = reader.get(&format!("/v1/practitioners?{query}")).send().await.expect(200);
    list.items().iter().map(|person| person["id"].as_str().unwrap().to_owned()).collect()
}

#[apply(both_engines)]
async fn coordinator_lists_all_practitioners_without_names(app: TestApp) {
    let cory = app.coordinator().await;
    let ada = app.practitioner("Ada Byron").await;
    app.clock.advance(TimeDelta::seconds(1));
    let bea = app.practitioner("Bea Byron").await;
    bea.completes_intake().await;

    let all = cory.get("/v1/practitioners").send().await.expect(200);
    assert_eq!(all.items()[0]["id"], bea.id.to_string(), "the newest first");
    assert_eq!(all.items()[1]["id"], ada.id.to_string());
    assert!(!all.json.to_string().contains("Byron"));
    let done = cory.get("/v1/practitioners?pathway=intake_done").send().await.expect(200);
    assert_eq!(done.items().len(), 1);
    let reference = ada.own_registration().await.text("reference").to_lowercase().replace('-', "");
    let found = cory.get(&format!("/v1/practitioners?reference={reference}")).send().await.expect(200);
    assert_eq!((found.items().len(), &found.items()[0]["id"]), (1, &json!(ada.id)));
    cory.get("/v1/practitioners?reference=CF-1").send().await.expect_field("invalid_parameter", "reference");
    let first = cory.get("/v1/practitioners?limit=1").send().await.expect(200);
    let rest = cory.get(&format!("/v1/practitioners?cursor={}", first.text("next_cursor"))).send().await.expect(200);
    assert_eq!(rest.items()[0]["id"], ada.id.to_string());
}

#[apply(both_engines)]
async fn clinician_lists_only_practitioners_they_treat(app: TestApp) {
    let (cleo, dora) =
        (app.clinician("Cleo Clinician").employed_by("A1A1A").await, app.clinician("Dora Clinician").employed_by("X9K3M").await);
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    let appointment = app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(1)).await;
    app.appointment(&bea, &dora, app.now().get() + TimeDelta::days(1)).await;
    assert_eq!(cleo.get("/v1/practitioners").send().await.expect(200).items().len(), 1);
    assert!(dora.get("/v1/practitioners").send().await.expect(200).items().is_empty(), "Dora has the same employer");

    cleo.get(&format!("/v1/practitioners/{}", ada.id)).send().await.expect(200);
    assert_eq!(app.audit_count_of("practitioner.read", ada.id).await, 1);
    cleo.get(&format!("/v1/practitioners/{}", bea.id)).send().await.expect_problem("not_found");
    dora.get(&format!("/v1/practitioners/{}", bea.id)).send().await.expect_problem("not_found");

    app.set_appointment_status(appointment, "cancelled").await;
    cleo.get(&format!("/v1/practitioners/{}", ada.id)).send().await.expect_problem("not_found");
    assert!(cleo.get("/v1/practitioners").send().await.expect(200).items().is_empty());
}

#[apply(both_engines)]
async fn emergency_contact_is_shown_only_on_request_and_audited(app: TestApp) {
    let (cleo, cory) = (app.clinician("Cleo Clinician").employed_by("A1A1A").await, app.coordinator().await);
    let ada = app.practitioner("Ada Byron").await;
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(1)).await;
    let path = format!("/v1/practitioners/{}", ada.id);
    assert_eq!(cleo.get(&path).send().await.expect(200).json["emergency_contact"], Value::Null);
    assert_eq!(app.audit_count_of("practitioner.emergency_contact_read", ada.id).await, 0);

    let shown = cleo.get(&format!("{path}?emergency_contact=true")).send().await.expect(200);
    assert_eq!(shown.json["emergency_contact"]["name"], "Augusta Leigh");
    assert_eq!(app.audit_count_of("practitioner.emergency_contact_read", ada.id).await, 1);
    let refused = cory.get(&format!("{path}?emergency_contact=true")).send().await.expect(200);
    assert_eq!(refused.json["emergency_contact"], Value::Null);
}

#[apply(both_engines)]
async fn list_shows_a_care_summary_and_scores_only_to_clinicians(app: TestApp) {
    let (cleo, cory) = (app.clinician("Cleo Clinician").await, app.coordinator().await);
    let ada = app.practitioner("Ada Byron").await;
    let unseen = cory.get(&format!("/v1/practitioners/{}", ada.id)).send().await.expect(200);
    assert_eq!(
        unseen.json["care"],
        json!({ "last_seen": null, "next_booked": null, "latest_scores": null,
        "has_open_alert": false, "risk_item_positive": null, "overdue_follow_up": null,
        "lead_clinician_id": null, "plan_review_on": null })
    );
    ada.completes_intake_with(phq9_at_risk(1)).await;
    let attended = app.appointment(&ada, &cleo, app.now().get() - TimeDelta::days(8)).await;
    app.set_appointment_status(attended, "attended").await;
    app.set_pathway(&ada, confide::people::practitioners::model::Pathway::InCare).await;
    let mut form = crate::support::follow_ups::follow_up_in_two_weeks(attended);
    form["interval_unit"] = json!("days");
    form["interval_from"] = json!(1);
    form["interval_to"] = json!(8);
    let late = cleo.agrees_follow_up(&ada, form).await.expect(201).id();
    let slot = app.free_slot(&cleo, TimeDelta::days(5), AppointmentKind::Treatment).await;
    let (bea, _) = app.practitioner_seen_by("Bea Byron", &cleo, 3).await;
    bea.books(&slot).await.expect(201);
    app.clock.advance(TimeDelta::days(1));
    let (cleo, cory) = (cleo.signs_in_again().await, cory.signs_in_again().await);

    let seen = cleo.get("/v1/practitioners?overdue=true").send().await.expect(200);

    let care = &seen.items()[0]["care"];
    assert_eq!(care["last_seen"]["starts_at"], "2027-01-03T09:00:00Z");
    assert_eq!((&care["last_seen"]["clinician_id"], &care["next_booked"]), (&json!(cleo.id), &Value::Null));
    assert_eq!((&care["has_open_alert"], &care["risk_item_positive"]), (&json!(true), &json!(true)));
    assert_eq!(care["overdue_follow_up"], json!({ "id": late, "due_until": "2027-01-11" }));
    let scores = care["latest_scores"].as_array().unwrap();
    let shown: Vec<_> =
        scores.iter().map(|one| (one["questionnaire"].clone(), one["total"].clone(), one["band_label"].clone())).collect();
    assert_eq!(shown, [(json!("gad-7"), json!(7), json!("Mild")), (json!("phq-9"), json!(13), json!("Moderate"))]);
    assert_eq!((&scores[1]["change_since_first"], &scores[1]["reliable_change"]), (&Value::Null, &Value::Null));
    assert_eq!(app.audit_count_of("practitioner.scores_read", ada.id).await, 1);
    assert_eq!(app.audit_count_of("practitioner.scores_read", bea.id).await, 0, "there are no scores to read");
    let listed = cory.get("/v1/practitioners").send().await.expect(200);
    let of = |practitioner: &Actor| {
        listed.items().iter().find(|person| person["id"] == practitioner.id.to_string()).unwrap()["care"].clone()
    };
    let (of_bea, of_ada) = (of(&bea), of(&ada));
    assert_eq!((&of_ada["latest_scores"], &of_ada["risk_item_positive"]), (&Value::Null, &Value::Null));
    assert_eq!(of_ada["has_open_alert"], true);
    assert_eq!(of_bea["next_booked"]["starts_at"], "2027-01-16T09:00:00Z");
    assert_eq!(app.audit_count_of("practitioner.scores_read", ada.id).await, 1, "coordinators read no scores");
}

#[apply(both_engines)]
async fn list_filters_by_open_alert_overdue_follow_up_and_last_appointment(app: TestApp) {
    let (cleo, dora, cory) =
        (app.clinician("Cleo Clinician").await, app.clinician("Dora Clinician").await, app.coordinator().await);
    let (ada, attended) = app.practitioner_seen_by("Ada Byron", &cleo, 24 * 40).await;
    let (bea, _) = app.practitioner_seen_by("Bea Byron", &cleo, 24 * 20).await;
    let (cara, _) = app.practitioner_seen_by("Cara Byron", &dora, 24 * 41).await;
    let dee = app.practitioner("Dee Byron").await;
    for person in [&bea, &cara] {
        person.completes_intake_with(phq9_at_risk(1)).await;
    }
    let mut form = crate::support::follow_ups::follow_up_in_two_weeks(attended);
    form["interval_to"] = json!(6);
    cleo.agrees_follow_up(&ada, form).await.expect(201);
    app.clock.advance(TimeDelta::days(3));
    let (cleo, dora, cory) = (cleo.signs_in_again().await, dora.signs_in_again().await, cory.signs_in_again().await);
    let ids = |people: &[&Actor]| {
        let mut ids: Vec<String> = people.iter().map(|person| person.id.to_string()).collect();
        ids.sort();
        ids
    };
    for (reader, query, expected) in [
        (&cory, "has_open_alert=true", ids(&[&bea, &cara])),
        (&cory, "has_open_alert=false", ids(&[&ada, &dee])),
        (&cleo, "has_open_alert=true", ids(&[&bea])),
        (&cleo, "has_open_alert=false", ids(&[&ada])),
        (&cory, "overdue=true", ids(&[&ada])),
        (&cory, "overdue=false", ids(&[&bea, &cara, &dee])),
        (&dora, "overdue=true", ids(&[])),
        (&cleo, "overdue=true&has_open_alert=true", ids(&[])),
        // Forty days before 11 January is 2 December.
        (&cory, "last_seen_before=2026-12-02", ids(&[&cara])),
        (&cory, "last_seen_before=2026-12-03", ids(&[&ada, &cara])),
        (&cleo, "last_seen_before=2027-01-01", ids(&[&ada, &bea])),
    ] {
        let mut found = on_the_list(reader, query).await;
        found.sort();
        assert_eq!(found, expected, "{} {query}", reader.name);
    }
    let again = app.appointment(&ada, &dora, app.now().get() - TimeDelta::days(1)).await;
    app.set_appointment_status(again, "attended").await;
    assert_eq!(on_the_list(&cory, "last_seen_before=2026-12-03").await, ids(&[&cara]), "seen since by another clinician");
}

#[apply(both_engines)]
async fn query_count_does_not_grow_with_page_length(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    for (number, name) in ["Ada Byron", "Bea Byron", "Cara Byron", "Dee Byron"].into_iter().enumerate() {
        let (person, attended) = app.practitioner_seen_by(name, &cleo, 1 + 2 * i64::try_from(number).unwrap()).await;
        cleo.agrees_usual_follow_up(&person, attended).await;
        app.set_pathway(&person, confide::people::practitioners::model::Pathway::Registered).await;
        person.completes_intake_with(phq9_at_risk(1)).await;
    }
    let (single, statements) = app.counting_statements().await;
    let cleo = single.signed_in(&cleo.name, &cleo.email, PASSWORD).await;
    let cory = app.coordinator().await;
    let cory = single.signed_in(&cory.name, &cory.email, PASSWORD).await;
    for (reader, path) in
        [(&cleo, "/v1/practitioners"), (&cory, "/v1/practitioners"), (&cory, "/v1/follow-ups"), (&cleo, "/v1/follow-ups")]
    {
        let mut counts = Vec::new();
        // The first request also records that all four were shown, which is done once in ten minutes.
        for limit in [4, 1, 4] {
            let (list, taken) = statements.of(reader.get(&format!("{path}?limit={limit}")).send()).await;
            assert_eq!(list.expect(200).items().len(), limit);
            counts.push(taken.len());
        }
        assert!(counts[1] > 3, "{path}: nothing was counted");
        assert_eq!(counts[1], counts[2], "{path} as {}", reader.name);
    }
}

#[apply(both_engines)]
async fn discharged_practitioner_leaves_the_caseload_and_stays_readable_for_a_limited_time(app: TestApp) {
    let (cleo, cory) = (app.clinician("Cleo Clinician").employed_by("A1A1A").await, app.coordinator().await);
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    let mut follow_ups = Vec::new();
    for (person, hours_ago, outcome) in [(&ada, 1, "accepted"), (&bea, 3, "discharged")] {
        let assessment = person.completes_intake().await;
        let attended = app.appointment(person, &cleo, app.now().get() - TimeDelta::hours(hours_ago)).await;
        follow_ups.push(cleo.agrees_usual_follow_up(person, attended).await);
        match outcome {
            "accepted" => cleo.records_outcome(&assessment, &attended.to_string(), outcome).await.expect(201),
            _ => cleo.ends_care_by_outcome(&assessment, &attended.to_string(), outcome).await.expect(201),
        };
    }

    assert_eq!(on_the_list(&cleo, "").await, [ada.id.to_string()]);

    let of = async |person: &Actor| {
        cory.takes_a_call_from(person).await;
        cory.reads_practitioner(person).await.expect(200)
    };
    assert_eq!(of(&ada).await.json["care"]["lead_clinician_id"], cleo.id.to_string());
    assert_eq!(of(&bea).await.json["care"]["lead_clinician_id"], Value::Null);
    assert_eq!(cleo.state_of_follow_up(&follow_ups[1]).await, "care_ended");
    cleo.cancels_follow_up(&follow_ups[1], "not_needed").await.expect_problem("not_found");
    assert_eq!(cleo.finds_follow_ups("").await, [follow_ups[0].clone()]);
    let path = format!("/v1/practitioners/{}", bea.id);
    let read = cleo.get(&format!("{path}?emergency_contact=true")).send().await.expect(200);
    assert_eq!(read.json["emergency_contact"], Value::Null, "only for those who treat");
    app.clock.advance(TimeDelta::days(366));
    let cleo = cleo.signs_in_again().await;
    cleo.get(&path).send().await.expect_problem("not_found");
    cleo.reads_follow_up(&follow_ups[1]).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn other_roles_cannot_read_the_caseload(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    ada.get("/v1/practitioners").send().await.expect_problem("wrong_role");
    app.administrator().await.get(&format!("/v1/practitioners/{}", ada.id)).send().await.expect_problem("wrong_role");
    let cory = app.coordinator().await;
    cory.get(&format!("/v1/practitioners/{}", cory.id)).send().await.expect_problem("not_found");
}
