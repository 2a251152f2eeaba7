//! One damaged row: the rest of its list is still shown, the row is listed as unreadable, and reading it alone fails.

use std::collections::BTreeSet;

use confide::care::schema::{assessment_answers, assessments, risk_alert_events, risk_alerts};
use confide::people::Role;
use confide::people::schema::{accounts, blocked_colleagues, practitioners};
use confide::platform::ids::Id;
use confide::scheduling::schema::clinicians;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::damage::damaged_bytes;
use crate::support::practitioners::phq9_at_risk;
use crate::support::{TestApp, apply, both_engines};

/// The ids in the whole list at that path, and those that it reports as unreadable. A page holds two, so that a damaged one
/// falls between pages.
async fn listed(reader: &Actor, list: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut shown, mut unreadable, mut path) = (BTreeSet::new(), BTreeSet::new(), format!("{list}?limit=2"));
    loop {
        let page = reader.get(&path).send().await.expect(200);
        shown.extend(page.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        unreadable.extend(page.json["unreadable"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()));
        let Some(cursor) = page.json["next_cursor"].as_str() else { return (shown, unreadable) };
        path = format!("{list}?limit=2&cursor={cursor}");
    }
}

fn ids(people: &[&Actor]) -> BTreeSet<String> {
    people.iter().map(|person| person.id.to_string()).collect()
}

#[apply(both_engines)]
async fn damaged_practitioner_record_does_not_hide_the_list(app: TestApp) {
    let cory = app.coordinator().await;
    let (ada, bea, cleo) =
        (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await, app.practitioner("Cleo Byron").await);
    let (without_details, without_name) = (ada.id, cleo.id);
    app.sql(move |conn| {
        diesel::update(practitioners::table.find(without_details))
            .set(practitioners::details.eq(damaged_bytes()))
            .execute(conn)?;
        diesel::update(accounts::table.find(without_name)).set(accounts::name.eq(damaged_bytes())).execute(conn)?;
        Ok(())
    })
    .await;
    assert_eq!(listed(&cory, "/v1/practitioners").await, (ids(&[&bea]), ids(&[&ada, &cleo])));
    let whole = cory.reads_practitioner(&bea).await.expect(200);
    assert_eq!((&whole.json["unreadable"], whole.json["profession"].is_string()), (&json!([]), true));
    let read = cory.reads_practitioner(&ada).await.expect(200);
    assert_eq!((&read.json["unreadable"], read.json["pseudonym"].is_string()), (&json!(["registration"]), true));
    assert_eq!((&read.json["profession"], &read.json["emergency_contact"]), (&Value::Null, &Value::Null));
    assert_eq!(read.json["pathway"], whole.json["pathway"]);
    let read = cory.reads_practitioner(&cleo).await.expect(200);
    assert_eq!((&read.json["unreadable"], &read.json["pseudonym"]), (&json!(["pseudonym"]), &read.json["reference"]));
    assert_eq!(read.json["profession"], whole.json["profession"]);
}

#[apply(both_engines)]
async fn damaged_part_of_a_practitioner_hides_no_other_from_their_clinician(app: TestApp) {
    let scene = app.in_care().await;
    let path = format!("/v1/practitioners/{}?emergency_contact=true", scene.ada.id);
    let read = async || scene.cleo.get(&path).send().await.expect(200);
    let whole = read().await;
    assert_eq!((&whole.json["unreadable"], &whole.json["care"]["risk_item_positive"]), (&json!([]), &json!(false)));
    app.damages("assessment_answers", "score", "questionnaire = 'gad-7'").await;
    let found = read().await;
    assert_eq!(found.json["unreadable"], json!(["scores"]));
    // One score without the other could look as if there were no danger.
    for member in ["latest_scores", "risk_item_positive"] {
        assert_eq!(found.json["care"][member], Value::Null, "{member}");
    }
    for member in ["next_booked", "lead_clinician_id", "has_open_alert"] {
        assert_eq!(found.json["care"][member], whole.json["care"][member], "{member}");
    }
    assert_eq!(found.json["emergency_contact"], whole.json["emergency_contact"]);
    assert_eq!(app.audit_count_of("practitioner.emergency_contact_read", scene.ada.id).await, 2);
    app.damages("practitioners", "details", "1 = 1").await;
    let found = read().await;
    assert_eq!((&found.json["unreadable"], &found.json["emergency_contact"]), (&json!(["registration", "scores"]), &Value::Null));
    assert_eq!(
        app.audit_count_of("practitioner.emergency_contact_read", scene.ada.id).await,
        2,
        "what is not shown was not read"
    );
    // Who may not know of her is still refused.
    app.clinician("Dora Clinician").employed_by("A1A1A").await.get(&path).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn appointment_with_damaged_texts_is_shown_without_them_and_can_be_cancelled(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    cleo.holds_clinic_on("tuesday", "09:00", "12:00", 60, "assessment", "video").await;
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake().await;
    let slot = ada.finds_slot(&cleo, "2027-01-12T09:00:00Z").await;
    let form = json!({ "slot_id": slot, "arrangements": "Please use the side entrance." });
    let booked = ada.post("/v1/appointments", form).send().await.expect(201);
    assert_eq!(booked.json["unreadable_texts"], json!(false));
    app.damages("appointments", "arrangements", "arrangements IS NOT NULL").await;
    for reader in [&ada, &cleo] {
        let found = reader.reads_appointment(&booked.id()).await.expect(200);
        assert_eq!((&found.json["unreadable_texts"], &found.json["arrangements"]), (&json!(true), &Value::Null));
        for member in ["starts_at", "clinician_name", "mode", "state", "reference"] {
            assert_eq!(found.json[member], booked.json[member], "{member}");
        }
        let list = reader.get("/v1/appointments").send().await.expect(200);
        assert_eq!((&list.items()[0]["id"], &list.json["unreadable"]), (&json!(booked.id()), &json!([])));
    }
    let cancelled = cleo.cancels(&booked.id(), "clinician_unavailable").await.expect(200);
    assert_eq!((&cancelled.json["state"], &cancelled.json["unreadable_texts"]), (&json!("cancelled"), &json!(true)));
}

#[apply(both_engines)]
async fn damaged_record_asks_for_the_phone_number_and_hides_no_other_refusal(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    cleo.holds_clinic_on("tuesday", "09:00", "12:00", 60, "assessment", "phone").await;
    let with_number = |name: &str| {
        let mut form = app.registration(name);
        form["phone"] = json!("01632 960001");
        form
    };
    let (ada, bea) =
        (app.practitioner_with(&with_number("Ada Byron")).await, app.practitioner_with(&with_number("Bea Quill")).await);
    for practitioner in [&ada, &bea] {
        practitioner.completes_intake().await;
    }
    let slot = ada.finds_slot(&cleo, "2027-01-12T09:00:00Z").await;
    let id = ada.id;
    app.sql(move |conn| {
        Ok(diesel::update(practitioners::table.find(id)).set(practitioners::details.eq(damaged_bytes())).execute(conn)?)
    })
    .await;
    ada.books(&slot).await.expect_field("phone_required", "/phone");
    bea.books(&slot).await.expect(201);
    ada.books(&slot).await.expect_problem("slot_taken");
}

#[apply(both_engines)]
async fn damaged_score_hides_one_practitioner_and_not_the_caseload(app: TestApp) {
    let scene = app.in_care().await;
    let assessment: Id = scene.assessment.rsplit('/').next().unwrap().parse().unwrap();
    let bea = app.practitioner("Bea Byron").await;
    bea.completes_intake().await;
    app.appointment(&bea, &scene.cleo, app.now().get() + chrono::TimeDelta::hours(2)).await;
    let (shown, unreadable) = listed(&scene.cleo, "/v1/practitioners").await;
    assert_eq!((shown.len(), unreadable.len()), (2, 0));
    app.sql(move |conn| {
        let own = assessment_answers::table.filter(assessment_answers::assessment_id.eq(assessment));
        assert!(assessments::table.find(assessment).select(assessments::id).get_result::<Id>(conn).is_ok());
        Ok(diesel::update(own).set(assessment_answers::score.eq(damaged_bytes())).execute(conn)?)
    })
    .await;
    assert_eq!(listed(&scene.cleo, "/v1/practitioners").await, (ids(&[&bea]), ids(&[&scene.ada])));
}

#[apply(both_engines)]
async fn practitioner_with_a_damaged_block_meets_no_one_until_it_is_deleted(app: TestApp) {
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    let cleo = app.clinician("Cleo Marsh").await;
    app.clinician("Clara Dale").await;
    for (person, hours) in [(&ada, 2), (&bea, 4)] {
        app.appointment(person, &cleo, app.now().get() + chrono::TimeDelta::hours(hours)).await;
    }
    let entry = ada.blocks_name("Clara Dale").await.expect(201).id();
    let other = ada.blocks_name("Someone Else").await.expect(201).id();
    assert_eq!(listed(&cleo, "/v1/practitioners").await.0, ids(&[&ada, &bea]));
    let damaged: Id = entry.parse().unwrap();
    app.sql(move |conn| {
        let own = blocked_colleagues::table.find(damaged);
        Ok(diesel::update(own).set(blocked_colleagues::details.eq(damaged_bytes())).execute(conn)?)
    })
    .await;
    assert_eq!(
        listed(&ada, "/v1/me/blocked-colleagues").await,
        (BTreeSet::from([other]), BTreeSet::from([entry.clone()])),
        "she sees which one it is"
    );
    assert!(ada.finds_clinicians("").await.is_empty(), "who is blocked is not known");
    assert_eq!(listed(&cleo, "/v1/practitioners").await.0, ids(&[&bea]));
    ada.delete(&format!("/v1/me/blocked-colleagues/{entry}")).send().await.expect(204);
    assert_eq!(ada.finds_clinicians("").await.len(), 2);
    assert_eq!(listed(&cleo, "/v1/practitioners").await.0, ids(&[&ada, &bea]));
}

#[apply(both_engines)]
async fn staff_lists_leave_out_a_practitioner_with_a_damaged_block_as_reads_do(app: TestApp) {
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    let (cleo, cory) = (app.clinician("Cleo Marsh").await, app.coordinator().await);
    let priya = app.staff("Priya Dale", Role::PrivacyOfficer).await;
    for (person, hours) in [(&ada, 2), (&bea, 4)] {
        app.appointment(person, &cleo, app.now().get() + chrono::TimeDelta::hours(hours)).await;
        cory.reads_practitioner(person).await.expect(200);
    }
    let damaged: Id = ada.blocks_name("Clara Dale").await.expect(201).id().parse().unwrap();
    let mut shown_before = Vec::new();
    for damages in [false, true] {
        if damages {
            app.sql(move |conn| {
                let own = blocked_colleagues::table.find(damaged);
                Ok(diesel::update(own).set(blocked_colleagues::details.eq(damaged_bytes())).execute(conn)?)
            })
            .await;
        }
        cory.reads_practitioner(&ada).await.expect(if damages { 404 } else { 200 });
        let lists = [
            (&cory, "/v1/practitioners", "/id"),
            (&cory, "/v1/appointments", "/practitioner_id"),
            (&priya, "/v1/audit-events", "/practitioner/id"),
        ];
        for (reader, path, pointer) in lists {
            let list = reader.get(&format!("{path}?limit=100")).send().await.expect(200);
            let people: BTreeSet<&str> =
                list.items().iter().filter_map(|item| item.pointer(pointer).and_then(Value::as_str)).collect();
            assert!(people.contains(bea.id.to_string().as_str()), "{path}: {people:?}");
            assert_eq!(people.contains(ada.id.to_string().as_str()), !damages, "{path}: {people:?}");
            if !damages && path == "/v1/audit-events" {
                let about = |item: &&Value| item.pointer(pointer).is_some_and(|id| *id == ada.id.to_string());
                shown_before.extend(list.items().iter().filter(about).map(|item| item["id"].as_str().unwrap().to_owned()));
            }
        }
    }
    priya.get(&format!("/v1/audit-events/{}", shown_before[0])).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn damaged_staff_account_does_not_hide_the_list(app: TestApp) {
    let avery = app.administrator().await;
    let (cory, dora) = (app.coordinator().await, app.clinician("Dora Clinician").await);
    let id = cory.id;
    app.sql(move |conn| Ok(diesel::update(accounts::table.find(id)).set(accounts::email.eq(damaged_bytes())).execute(conn)?))
        .await;
    let (shown, unreadable) = listed(&avery, "/v1/staff").await;
    assert!(shown.is_superset(&ids(&[&avery, &dora])) && !shown.contains(&id.to_string()), "{shown:?}");
    assert_eq!(unreadable, ids(&[&cory]));
    avery.get(&format!("/v1/staff/{}", cory.id)).send().await.expect(500);
}

#[apply(both_engines)]
async fn damaged_clinician_entry_does_not_hide_the_directory(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake().await;
    let (cleo, dora) = (app.clinician("Cleo Clinician").await, app.clinician("Dora Clinician").await);
    for clinician in [&cleo, &dora] {
        clinician.holds_clinic_on("tuesday", "09:00", "11:00", 60, "assessment", "video").await;
    }
    assert_eq!(ada.finds_clinicians_with_slots("assessment").await, ["Cleo Clinician", "Dora Clinician"]);
    let id = cleo.id;
    app.sql(move |conn| {
        Ok(diesel::update(clinicians::table.find(id)).set(clinicians::name.eq(damaged_bytes())).execute(conn)?)
    })
    .await;
    assert_eq!(ada.finds_clinicians("").await, ["Dora Clinician"]);
    assert_eq!(ada.finds_clinicians_with_slots("assessment").await, ["Dora Clinician"]);
    ada.get(&format!("/v1/clinicians/{}", cleo.id)).send().await.expect(500);
}

#[apply(both_engines)]
async fn failure_says_what_to_do_and_where_help_is(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let id = cleo.id;
    app.sql(move |conn| {
        Ok(diesel::update(clinicians::table.find(id)).set(clinicians::name.eq(damaged_bytes())).execute(conn)?)
    })
    .await;
    let failed = ada.get(&format!("/v1/clinicians/{id}")).send().await.expect(500).expect_problem("internal");
    for part in ["nothing was changed", "Try again", "call 999", "Samaritans on 116 123", "111 and choose option 2"] {
        assert!(failed.text("detail").contains(part), "{part} is not in {}", failed.json);
    }
}

#[apply(both_engines)]
async fn alert_about_a_practitioner_with_a_damaged_record_is_still_shown(app: TestApp) {
    let cory = app.coordinator().await;
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake_with(phq9_at_risk(1)).await;
    let open = cory.open_alerts().await;
    assert_eq!(open.len(), 1);
    let id = ada.id;
    app.sql(move |conn| {
        diesel::update(practitioners::table.find(id)).set(practitioners::details.eq(damaged_bytes())).execute(conn)?;
        diesel::update(accounts::table.find(id)).set(accounts::name.eq(damaged_bytes())).execute(conn)?;
        Ok(())
    })
    .await;
    assert_eq!(cory.open_alerts().await, open);
    let alert: Id = open[0].parse().unwrap();
    app.sql(move |conn| {
        diesel::update(risk_alerts::table.find(alert)).set(risk_alerts::note.eq(Some(damaged_bytes()))).execute(conn)?;
        Ok(diesel::update(risk_alert_events::table).set(risk_alert_events::details.eq(damaged_bytes())).execute(conn)?)
    })
    .await;
    let list = cory.get("/v1/risk-alerts").send().await.expect(200);
    assert_eq!((list.items().len(), &list.items()[0]["id"]), (1, &json!(open[0])));
    let damaged = cory.reads_alert(&open[0]).await;
    assert_eq!((&damaged.json["events"][0]["kind"], damaged.text("severity")), (&Value::Null, "immediate".into()));
    // It can still be answered, and is still escalated.
    app.clock.advance(chrono::TimeDelta::days(1));
    assert_eq!(app.run_risk_jobs().await, 1);
    let cory = cory.signs_in_again().await;
    app.clinician_on_duty(&cory).await.closes_alert(&open[0]).await.expect(200);
}
