//! Who may issue a fit note, and on what grounds.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_query;
use serde_json::{Value, json};

use crate::support::app::TestSettings;
use crate::support::fit_notes::{four_week_fit_note, psychologist_report};
use crate::support::races::{at_once, expect_outcomes};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn doctor_issues_a_note_for_an_attended_appointment(app: TestApp) {
    let scene = app.consultation().await;
    let note = scene.issues_usual_note().await;
    for (member, value) in [
        ("state", json!("issued")),
        ("basis", json!("video")),
        ("appointment_id", json!(scene.appointment)),
        ("condition", json!("Acute stress reaction")),
        ("precise_condition", Value::Null),
        ("fitness", json!("not_fit")),
        ("assessed_on", json!("2027-01-11")),
        ("issued_on", json!("2027-01-11")),
        ("covers_from", json!("2027-01-11")),
        ("covers_until", json!("2027-02-07")),
        ("issuer_name", json!("Maya Ellison")),
        ("issuer_profession", json!("doctor")),
        ("duplicates", json!([])),
        ("withdrawal", Value::Null),
    ] {
        assert_eq!(note.json[member], value, "{member}");
    }
    assert_eq!(note.header("location"), Some(format!("/v1/fit-notes/{}", note.id()).as_str()));
    assert_eq!(app.audit_count("fit_note.issued", &note.id()).await, 1);
}

#[apply(both_engines)]
async fn appointment_has_one_fit_note_until_it_is_withdrawn(app: TestApp) {
    let scene = app.consultation().await;
    let first = scene.issues_usual_note().await;
    scene.tries_to_issue(json!({})).await.expect_problem("already_exists");
    scene.tries_to_issue(json!({ "condition": "Something else" })).await.expect_problem("already_exists");
    // A repeated request with the same key returns the same note.
    let once = || scene.doctor.post("/v1/fit-notes", four_week_fit_note(&scene.ada, scene.appointment)).key("one").send();
    once().await.expect_problem("already_exists");
    scene.doctor.withdraws_fit_note(&first.id(), false).await.expect(200);
    let (again, repeated) = (once().await.expect(201), once().await.expect(201));
    assert_eq!(again.json, repeated.json);
    assert_ne!(again.id(), first.id());
    assert_ne!(again.text("verification_code"), first.text("verification_code"));
}

#[apply(both_engines)]
async fn one_of_several_concurrent_requests_issues_a_fit_note(app: TestApp) {
    let scene = app.consultation().await;
    expect_outcomes(&at_once(8, |_| scene.tries_to_issue(json!({}))).await, &[("201", 1), ("already_exists", 7)]);
    assert_eq!(scene.ada.get("/v1/fit-notes").send().await.expect(200).items().len(), 1);
}

#[apply(both_engines)]
async fn only_professions_authorised_by_law_issue_fit_notes(app: TestApp) {
    let scene = app.consultation().await;
    for (name, discipline, body, number, nmc_profession, expected) in [
        ("Nia Nurse", "mental_health_nurse", "nmc", "71A2998E", None, Some("nurse")),
        ("Nell Nurse", "cbt_therapist", "nmc", "71A2999E", Some("nurse"), Some("nurse")),
        ("Ola Therapist", "occupational_therapist", "hcpc", "OT12345", None, Some("occupational_therapist")),
        ("Phil Physiotherapist", "recovery_worker", "hcpc", "PH123456", None, Some("physiotherapist")),
        ("Pam Pharmacist", "addiction_specialist", "gphc", "2012345", None, Some("pharmacist")),
        ("Pia Psychologist", "psychologist", "hcpc", "PYL12345", None, None),
        ("Dan Dentist", "cbt_therapist", "gdc", "123456", None, None),
        ("Nils Unstated", "counsellor", "nmc", "82B1233E", None, None),
        ("Mia Midwife", "counsellor", "nmc", "82B1234E", Some("midwife"), None),
    ] {
        let issuer = app.clinician(name).discipline(discipline).registered(body, number).employed_by("A1A1A");
        let issuer = match nmc_profession {
            Some(profession) => issuer.registered_with_the_nmc_as(profession).await,
            None => issuer.await,
        };
        let appointment = app.appointment(&scene.ada, &issuer, app.now().get() - TimeDelta::days(1)).await;
        app.set_appointment_status(appointment, "attended").await;
        let reply = issuer.issues_fit_note(&four_week_fit_note(&scene.ada, appointment)).await;
        match expected {
            Some(profession) => assert_eq!(reply.expect(201).text("issuer_profession"), profession),
            None => drop(reply.expect_problem("fit_note_not_allowed")),
        }
        app.clock.advance(TimeDelta::seconds(1));
    }
    let unregistered = app.clinician("Una Unknown").employed_by("A1A1A").await;
    let appointment = app.appointment(&scene.ada, &unregistered, app.now().get() - TimeDelta::days(2)).await;
    app.set_appointment_status(appointment, "attended").await;
    unregistered.issues_fit_note(&four_week_fit_note(&scene.ada, appointment)).await.expect_problem("fit_note_not_allowed");
}

#[apply(both_engines)]
async fn clinician_cannot_issue_a_fit_note_for_themselves(app: TestApp) {
    let mut form = app.registration("Ada Byron");
    form["registration_number"] = json!("7654321");
    let ada = app.practitioner_with(&form).await;
    let herself = app.clinician("Ada Byron Consultant").registered("gmc", "7654321").employed_by("A1A1A").await;
    let appointment = app.appointment(&ada, &herself, app.now().get()).await;
    app.set_appointment_status(appointment, "attended").await;
    // Both accounts are one person's: they must not meet, whatever was booked before that was known.
    herself.issues_fit_note(&four_week_fit_note(&ada, appointment)).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn fit_note_needs_the_issuers_own_attended_appointment_with_the_practitioner(app: TestApp) {
    let scene = app.consultation().await;
    // Who was never met is not treated.
    for (status, code) in [("booked", "fit_note_assessment_required"), ("not_attended", "not_found")] {
        app.set_appointment_status(scene.appointment, status).await;
        scene.tries_to_issue(json!({})).await.expect_problem(code);
    }
    app.set_appointment_status(scene.appointment, "attended").await;
    let bea = app.practitioner("Bea Byron").await;
    let other = app.appointment(&bea, &scene.doctor, app.now().get() - TimeDelta::days(1)).await;
    app.set_appointment_status(other, "attended").await;
    scene
        .tries_to_issue(json!({ "appointment_id": other }))
        .await
        .expect_field("fit_note_assessment_required", "/appointment_id");
    scene
        .tries_to_issue(json!({ "appointment_id": Value::Null }))
        .await
        .expect_field("fit_note_assessment_required", "/appointment_id");
    scene
        .tries_to_issue(json!({ "report": psychologist_report("2027-01-10") }))
        .await
        .expect_field("fit_note_assessment_required", "/appointment_id");
    scene.issues_usual_note().await;
}

#[apply(both_engines)]
async fn one_fit_note_may_be_based_on_a_colleagues_report(app: TestApp) {
    let scene = app.consultation().await;
    let on_report = json!({ "appointment_id": Value::Null, "report": psychologist_report("2027-01-08") });
    let note = scene.tries_to_issue(on_report.clone()).await.expect(201);
    assert_eq!((note.text("basis"), note.text("assessed_on")), ("written_report".to_owned(), "2027-01-11".to_owned()));
    assert_eq!(note.json["report"], psychologist_report("2027-01-08"));
    scene.tries_to_issue(on_report).await.expect_problem("already_exists");
    let late = json!({ "appointment_id": Value::Null, "report": psychologist_report("2027-01-12") });
    scene.tries_to_issue(late).await.expect_field("fit_note_assessment_required", "/report/written_on");
    for unregulated in ["counsellor", "psychotherapist"] {
        let mut report = psychologist_report("2027-01-09");
        report["profession"] = json!(unregulated);
        let on_report = json!({ "appointment_id": Value::Null, "report": report });
        scene.tries_to_issue(on_report).await.expect_field("fit_note_assessment_required", "/report/profession");
    }
}

#[apply(both_engines)]
async fn may_be_fit_needs_comments_but_no_adaptation_and_fit_is_not_a_value(app: TestApp) {
    let scene = app.consultation().await;
    let may_be = |more: Value| {
        let mut note = json!({ "fitness": "may_be_fit", "adaptations": ["altered_hours", "phased_return", "altered_hours"] });
        for (name, value) in more.as_object().unwrap() {
            note[name] = value.clone();
        }
        note
    };
    scene.tries_to_issue(may_be(json!({ "comments": Value::Null }))).await.expect_field("invalid_body", "/comments");
    scene
        .tries_to_issue(may_be(json!({ "adaptations": [], "comments": Value::Null })))
        .await
        .expect_field("invalid_body", "/comments");
    scene
        .tries_to_issue(may_be(json!({ "period": { "kind": "indefinite" } })))
        .await
        .expect_field("invalid_body", "/period/kind");
    scene.tries_to_issue(json!({ "adaptations": ["amended_duties"] })).await.expect_field("invalid_body", "/adaptations");
    scene.tries_to_issue(json!({ "fitness": "fit" })).await.expect_field("invalid_body", "/fitness");
    let note = scene.tries_to_issue(may_be(json!({ "comments": "Concentrates for two hours." }))).await.expect(201);
    assert_eq!(note.json["adaptations"], json!(["phased_return", "altered_hours"]), "each once, in the order of the form");
    scene.doctor.withdraws_fit_note(&note.id(), false).await.expect(200);
    let without = may_be(json!({ "adaptations": [], "comments": "Works at home only." }));
    assert_eq!(scene.tries_to_issue(without).await.expect(201).json["adaptations"], json!([]));
}

#[apply(both_engines)]
async fn condition_can_be_stated_less_precisely_on_request(app: TestApp) {
    let scene = app.consultation().await;
    scene
        .tries_to_issue(json!({ "precise_condition": "Severe depressive episode" }))
        .await
        .expect_field("invalid_body", "/discretion");
    scene.tries_to_issue(json!({ "discretion": "wellbeing" })).await.expect_field("invalid_body", "/precise_condition");
    let discreet = json!({ "condition": "Illness", "precise_condition": "Severe depressive episode", "discretion": "position_with_employer" });
    let note = scene.tries_to_issue(discreet).await.expect(201);
    assert_eq!(note.text("precise_condition"), "Severe depressive episode");
    let hers = scene.ada.reads_fit_note(&note.id()).await.expect(200);
    assert_eq!((&hers.json["precise_condition"], &hers.json["discretion"]), (&Value::Null, &json!("position_with_employer")));
    let printed = scene.ada.downloads_fit_note(&note.id()).await.text();
    assert!(printed.contains("Illness") && !printed.contains("depressive"), "{printed}");
}

#[apply(both_engines)]
async fn fit_note_period_is_stated_once_and_within_limits(app: TestApp) {
    let scene = app.consultation().await;
    let dates = |from: &str, until: &str| json!({ "kind": "dates", "starts_on": from, "ends_on": until });
    let lasts = |count: u32, unit: &str| json!({ "kind": "duration", "count": count, "unit": unit });
    for (period, code, pointer) in [
        (json!({ "kind": "duration", "count": 4, "unit": "weeks", "ends_on": "2027-02-07" }), "invalid_body", "/period/ends_on"),
        (dates("2027-02-07", "2027-01-11"), "invalid_body", "/period/ends_on"),
        (lasts(2, "weeks"), "invalid_body", "/period/kind"),
        (dates("2027-01-12", "2027-02-07"), "invalid_body", "/period/starts_on"),
        (dates("2027-01-10", "2027-02-07"), "invalid_body", "/period/starts_on"),
        (lasts(4, "months"), "invalid_body", "/period"),
        (dates("2027-01-11", "2027-04-11"), "invalid_body", "/period"),
        (lasts(13, "weeks"), "invalid_body", "/period"),
        (json!({ "kind": "indefinite" }), "invalid_body", "/period"),
    ] {
        scene.tries_to_issue(json!({ "period": period })).await.expect_field(code, pointer);
    }
    let note = scene.tries_to_issue(json!({ "period": dates("2027-01-11", "2027-04-10") })).await.expect(201);
    assert_eq!((note.text("covers_from"), note.text("covers_until")), ("2027-01-11".to_owned(), "2027-04-10".to_owned()));
}

#[apply(both_engines)]
async fn fit_note_may_start_at_an_earlier_assessment_but_not_before_it(app: TestApp) {
    let scene = app.consultation().await.later(9).await;
    let again = scene.meet_again().await;
    let from =
        |day: &str| json!({ "appointment_id": again, "period": { "kind": "dates", "starts_on": day, "ends_on": "2027-02-10" } });
    scene.tries_to_issue(from("2027-01-10")).await.expect_field("invalid_body", "/period/starts_on");
    let note = scene.tries_to_issue(from("2027-01-11")).await.expect(201);
    assert_eq!((note.text("assessed_on"), note.text("covers_from")), ("2027-01-20".to_owned(), "2027-01-11".to_owned()));
}

#[apply(both_engines)]
async fn fit_note_may_be_indefinite_after_six_months(app: TestApp) {
    let mut scene = app.consultation().await;
    let quarter = |from: &str, until: &str| json!({ "period": { "kind": "dates", "starts_on": from, "ends_on": until } });
    scene.tries_to_issue(quarter("2027-01-11", "2027-04-10")).await.expect(201);
    scene = scene.later(90).await;
    scene.appointment = scene.meet_again().await;
    scene.tries_to_issue(quarter("2027-04-11", "2027-07-10")).await.expect(201);
    scene = scene.later(91).await;
    scene.appointment = scene.meet_again().await;
    let note = scene.tries_to_issue(json!({ "period": { "kind": "indefinite" } })).await.expect(201);
    assert_eq!((note.text("covers_from"), &note.json["covers_until"]), ("2027-07-11".to_owned(), &Value::Null));
    let confirmed = app.consultation_of("Bea Byron").await;
    let reason = json!({ "period": { "kind": "indefinite" }, "six_months_reason": "Her GP's notes since last summer." });
    confirmed.tries_to_issue(json!({ "period": { "kind": "indefinite" } })).await.expect_problem("invalid_body");
    confirmed.tries_to_issue(reason).await.expect(201);
}

#[apply(both_engines)]
async fn six_months_are_counted_back_from_the_assessment(app: TestApp) {
    let mut scene = app.consultation().await;
    let dates = |from: &str, until: &str| json!({ "period": { "kind": "dates", "starts_on": from, "ends_on": until } });
    scene.tries_to_issue(dates("2027-01-11", "2027-04-10")).await.expect(201);
    scene = scene.later(90).await;
    scene.appointment = scene.meet_again().await;
    scene.tries_to_issue(dates("2027-04-11", "2027-07-10")).await.expect(201);
    scene = scene.later(91).await;
    scene.appointment = scene.meet_again().await;
    // The period begins ten days before the assessment of 11 July.
    scene.tries_to_issue(dates("2027-07-01", "2027-12-31")).await.expect(201);
}

#[apply(both_engines)]
async fn months_in_which_a_practitioner_may_be_fit_do_not_unlock_a_longer_note(app: TestApp) {
    let mut scene = app.consultation().await;
    let quarter = |from: &str, until: &str| json!({ "kind": "dates", "starts_on": from, "ends_on": until });
    scene.tries_to_issue(json!({ "period": quarter("2027-01-11", "2027-04-10") })).await.expect(201);
    scene = scene.later(90).await;
    scene.appointment = scene.meet_again().await;
    let may_be = json!({ "fitness": "may_be_fit", "comments": "Short days.", "period": quarter("2027-04-11", "2027-07-10") });
    scene.tries_to_issue(may_be).await.expect(201);
    scene = scene.later(91).await;
    scene.appointment = scene.meet_again().await;
    let long = json!({ "period": { "kind": "duration", "count": 4, "unit": "months" } });
    scene.tries_to_issue(long).await.expect_field("invalid_body", "/period");
    scene.tries_to_issue(json!({ "period": { "kind": "indefinite" } })).await.expect_field("invalid_body", "/period");
    scene.tries_to_issue(json!({ "period": { "kind": "duration", "count": 3, "unit": "months" } })).await.expect(201);
}

#[apply(both_engines)]
async fn month_without_the_corresponding_date_ends_with_the_month(app: TestApp) {
    app.advance_clock_to("2028-01-31T10:00:00Z");
    let scene = app.consultation().await;
    let month = json!({ "period": { "kind": "duration", "count": 1, "unit": "months" } });
    let note = scene.tries_to_issue(month).await.expect(201);
    assert_eq!((note.text("covers_from"), note.text("covers_until")), ("2028-01-31".to_owned(), "2028-02-29".to_owned()));
}

#[apply(both_engines)]
async fn diagnosis_or_medicine_asks_for_a_less_precise_term(app: TestApp) {
    let scene = app.consultation().await;
    for condition in [
        "ADHD",
        "Bipolar disorder",
        "PTSD",
        "OCD",
        "Eating disorder",
        "Psychosis",
        "Insomnia",
        "Burnout",
        "HIV",
        "De-pression",
        "D e p r e s s i o n",
        "D\u{435}pression",
    ] {
        scene.tries_to_issue(json!({ "condition": condition })).await.expect_field("warnings_not_acknowledged", "/acknowledged");
    }
    let medicine = json!({ "comments": "Atomoxetine makes them drowsy." });
    scene.tries_to_issue(medicine).await.expect_field("warnings_not_acknowledged", "/acknowledged");
}

#[apply(both_engines)]
async fn warnings_must_be_acknowledged_before_a_fit_note_is_issued(app: TestApp) {
    let scene = app.consultation().await;
    let week = json!({ "kind": "dates", "starts_on": "2027-01-11", "ends_on": "2027-01-17" });
    let mut form = json!({ "period": week, "condition": "Alcohol dependence" });
    let refused = scene.tries_to_issue(form.clone()).await.expect_field("warnings_not_acknowledged", "/acknowledged");
    let named: Vec<&str> = refused.json["errors"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(named, ["self_certification", "sensitive_words"]);
    form["acknowledged"] = json!(["self_certification"]);
    scene.tries_to_issue(form.clone()).await.expect_problem("warnings_not_acknowledged");
    form["acknowledged"] = json!(["sensitive_words", "self_certification"]);
    let note = scene.tries_to_issue(form).await.expect(201);
    assert_eq!(note.json["acknowledged"], json!(["self_certification", "sensitive_words"]));
    assert_eq!(scene.ada.reads_fit_note(&note.id()).await.expect(200).json["acknowledged"], json!([]));
}

#[apply(both_engines)]
async fn text_that_links_the_name_to_the_service_is_refused(app: TestApp) {
    let scene = app.consultation().await;
    let reference = scene.ada.own_registration().await.text("reference");
    for text in ["As Kestrel wrote.", "NHS 999 054 8609", reference.as_str()] {
        scene.tries_to_issue(json!({ "comments": text })).await.expect_field("invalid_body", "/comments");
        scene.tries_to_issue(json!({ "condition": text })).await.expect_field("invalid_body", "/condition");
    }
    scene.tries_to_issue(json!({ "comments": "Rest \u{1f642}" })).await.expect_field("invalid_body", "/comments");
}

#[apply(both_engines)]
async fn stored_name_that_cannot_be_printed_is_refused_with_an_explanation(app: TestApp) {
    let scene = app.consultation().await;
    scene.doctor.is_stored_with_name("Cleo \u{1f642}").await;
    let refused = scene.tries_to_issue(json!({})).await.expect(422).expect_problem("invalid_body");
    assert!(refused.text("detail").contains("Your name in the directory"), "{}", refused.json);
    assert_eq!(refused.json["errors"], json!([]), "no member of the request is invalid");
}

#[apply(both_engines)]
async fn no_fit_note_is_issued_until_the_organisation_is_configured(app: TestApp) {
    let scene = app.consultation().await;
    let mut options = TestSettings::default();
    options.policy.organisation = None;
    let nameless = app.with_the_same_database(options).await;
    let request =
        || nameless.post("/v1/fit-notes", four_week_fit_note(&scene.ada, scene.appointment)).bearer(&scene.doctor.token);
    request().send().await.expect_problem("organisation_required");
    scene.issues_usual_note().await;
}

#[apply(both_engines)]
async fn issued_fit_notes_cannot_be_changed_by_sql(app: TestApp) {
    let scene = app.consultation().await;
    let note = scene.issues_usual_note().await;
    scene.doctor.issues_fit_note_duplicate(&note.id()).await.expect(201);
    for sql in [
        "UPDATE fit_notes SET content = record",
        "UPDATE fit_notes SET issued_at = practitioner_id",
        "UPDATE fit_notes SET code_tag = 'x'",
        "DELETE FROM fit_notes",
        "UPDATE fit_note_duplicates SET fit_note_id = id",
    ] {
        let done = app.platform.db.write(move |conn| Ok(sql_query(sql).execute(conn)?)).await;
        assert!(done.is_err(), "{sql}");
    }
    let done = app.platform.db.write(move |conn| Ok(sql_query("UPDATE fit_notes SET code_tag = code_tag").execute(conn)?)).await;
    assert_eq!(done.unwrap(), 1, "an update that changes nothing is allowed");
    scene.doctor.withdraws_fit_note(&note.id(), false).await.expect(200);
    let back = "UPDATE fit_notes SET withdrawn_at = NULL, withdrawn_by = NULL, withdrawal = NULL";
    assert!(app.platform.db.write(move |conn| Ok(sql_query(back).execute(conn)?)).await.is_err());
}
