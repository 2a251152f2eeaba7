//! A self-check that a practitioner takes over is a prior result in their record: offered for the intake, not submitted.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::contacts::pasted_variants;
use crate::support::practitioners::{answers, gad7, phq9};
use crate::support::races::{at_once, expect_outcomes};
use crate::support::self_checks::{audit_c, self_check_part, usual_self_check};
use crate::support::signposts::{EMERGENCY, ids_of};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn practitioner_takes_over_a_self_check_and_starts_the_intake_from_it(app: TestApp) {
    let mut check = usual_self_check(0);
    check["questionnaires"].as_array_mut().unwrap().push(self_check_part("audit-c", &audit_c(&[1, 0, 0])));
    let code = app.takes_self_check(check).await.expect(201).text("code");
    app.clock.advance(TimeDelta::days(2));
    let ada = app.practitioner("Ada Byron").await;
    let taken = ada.claims_self_check(&code).await.expect(201);
    assert_eq!(taken.header("location").unwrap(), format!("/v1/practitioners/{}/self-checks", ada.id));
    assert_eq!((taken.json["crisis_help"].clone(), &taken.json["self_check"]["answered_on"]), (json!([]), &json!("2027-01-11")));

    let begun = ada.post_empty("/v1/assessments").send().await.expect(201);
    assert_eq!(
        (begun.json["questionnaires"].clone(), &begun.json["outstanding"]),
        (json!([]), &json!(["phq-9", "gad-7"])),
        "nothing is submitted"
    );
    let offered: Vec<_> = begun.json["prior_results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["questionnaire"].clone(), one["reusable"].clone()))
        .collect();
    assert_eq!(offered, [(json!("phq-9"), json!(true)), (json!("gad-7"), json!(true)), (json!("audit-c"), json!(false))]);
    let prior = &begun.json["prior_results"][0];
    assert_eq!(
        (&prior["answers"][0], &prior["total"]),
        (&json!({ "item": "phq9_1", "value": 2 }), &Value::Null),
        "answers, no scores"
    );

    // Reusable answers can be sent unchanged.
    let assessment = format!("/v1/assessments/{}", begun.id());
    ada.answers(&assessment, "phq-9", json!({ "answers": prior["answers"] })).await.expect(200);
    ada.answers(&assessment, "gad-7", gad7()).await.expect(200);
    let submitted = ada.submits_assessment(&assessment).await.expect(200);
    let prior = submitted.json["prior_results"].as_array().unwrap();
    assert!(!prior.is_empty() && prior.iter().all(|one| one["reusable"] == false), "not reusable after submission");
}

#[apply(both_engines)]
async fn old_answers_are_shown_but_not_reusable(app: TestApp) {
    let (long, lately) = (app.self_check_code(0).await, app.self_check_code(0).await);
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    ada.claims_self_check(&lately).await.expect(201);
    bea.claims_self_check(&long).await.expect(201);
    app.clock.advance(TimeDelta::days(15));
    let (ada, bea) = (ada.signs_in_again().await, bea.signs_in_again().await);
    let begun = ada.post_empty("/v1/assessments").send().await.expect(201);
    assert_eq!(begun.json["prior_results"][0]["reusable"], false, "the two weeks are over");
    app.clock.advance(TimeDelta::days(76));
    let bea = bea.signs_in_again().await;
    let begun = bea.post_empty("/v1/assessments").send().await.expect(201);
    assert_eq!(begun.json["prior_results"], json!([]), "a quarter of a year later");
    assert_eq!(bea.reads_self_checks_of(&bea).await.expect(200).items().len(), 1, "it stays in the record");
}

#[apply(both_engines)]
async fn risk_in_a_self_check_raises_an_alert_once_it_is_taken_over(app: TestApp) {
    let cory = app.coordinator().await;
    let code = app.self_check_code(2).await;
    assert!(cory.open_alerts().await.is_empty());
    let ada = app.practitioner("Ada Byron").await;
    let taken = ada.claims_self_check(&code).await.expect(201);
    assert_eq!(ids_of(&taken.json["crisis_help"])[..2], EMERGENCY);
    let alerts = cory.get("/v1/risk-alerts?state=open").send().await.expect(200);
    let alert = &alerts.items()[0];
    assert_eq!((&alert["practitioner_id"], &alert["severity"], alerts.items().len()), (&json!(ada.id), &json!("urgent"), 1));
    let event = &alert["events"][0];
    assert_eq!((&event["kind"], &event["questionnaire"]), (&json!("risk_answer"), &json!("phq-9")));
    assert_eq!((&event["self_check_id"], &event["assessment_id"]), (&taken.json["self_check"]["id"], &Value::Null));
    assert_eq!(app.emails_to(&cory.email).await.len(), 1, "the coordinator is emailed at once");
}

#[apply(both_engines)]
async fn severe_total_in_a_self_check_raises_an_alert_once_it_is_taken_over(app: TestApp) {
    let cory = app.coordinator().await;
    let severe = answers("phq9", &[3, 3, 3, 3, 2, 2, 2, 2, 0]);
    let form = json!({ "questionnaires": [self_check_part("phq-9", &severe)] });
    let checked = app.takes_self_check(form).await.expect(201);
    assert_eq!(ids_of(&checked.json["crisis_help"])[..2], EMERGENCY, "before anyone knows the person");
    let ada = app.practitioner("Ada Byron").await;
    let taken = ada.claims_self_check(&checked.text("code")).await.expect(201);
    assert_eq!(ids_of(&taken.json["crisis_help"])[..2], EMERGENCY);
    let alert = cory.newest_alert().await;
    assert_eq!((&alert["severity"], &alert["events"][0]["kind"]), (&json!("same_day"), &json!("severe_total")));
}

#[apply(both_engines)]
async fn self_check_code_works_once_and_for_one_person(app: TestApp) {
    let code = app.self_check_code(1).await;
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    let form = json!({ "code": code });
    let first = ada.post("/v1/me/self-checks", form.clone()).key("once").send().await.expect(201);
    let again = ada.post("/v1/me/self-checks", form).key("once").send().await.expect(201);
    assert_eq!(first.json, again.json, "a repeat returns the first response");
    let folded = code.to_lowercase();
    for (who, tried) in [(&ada, code.as_str()), (&bea, code.as_str()), (&bea, "never-given-out"), (&bea, folded.as_str())] {
        assert_eq!(who.claims_self_check(tried).await.expect_problem("token_expired").status, 410);
    }
    assert_eq!(app.self_check_counts().await, (1, 1));
    assert!(bea.reads_self_checks_of(&bea).await.expect(200).items().is_empty());
}

#[apply(both_engines)]
async fn one_of_two_concurrent_uses_of_a_code_succeeds(app: TestApp) {
    let code = app.self_check_code(1).await;
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    let replies = at_once(2, |number| [&ada, &bea][number].claims_self_check(&code)).await;
    expect_outcomes(&replies, &[("201", 1), ("token_expired", 1)]);
}

#[apply(both_engines)]
async fn treating_clinicians_read_self_check_scores_and_other_users_nothing(app: TestApp) {
    let (cleo, dora) =
        (app.clinician("Cleo Clinician").employed_by("A1A1A").await, app.clinician("Dora Clinician").employed_by("A1A1A").await);
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    ada.claims_self_check(&app.self_check_code(1).await).await.expect(201);
    let assessment = ada.starts_assessment().await;
    ada.answers(&assessment, "phq-9", phq9()).await.expect(200);
    ada.answers(&assessment, "gad-7", gad7()).await.expect(200);
    ada.submits_assessment(&assessment).await.expect(200);
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(1)).await;

    let read = cleo.reads_self_checks_of(&ada).await.expect(200);
    let phq = &read.items()[0]["results"][0];
    assert_eq!((&phq["total"], &phq["caseness"], &phq["risk"]), (&json!(13), &json!(true), &json!(true)));
    let own = ada.reads_self_checks_of(&ada).await.expect(200);
    let phq = &own.items()[0]["results"][0];
    assert_eq!((&phq["total"], &phq["risk"], &phq["band_label"]), (&Value::Null, &Value::Null, &json!("Moderate")));
    let seen = cleo.get(&assessment).send().await.expect(200);
    assert_eq!(seen.json["prior_results"][0]["total"], 13, "shown with the intake");
    let progress = cleo.get(&format!("/v1/practitioners/{}/progress", ada.id)).send().await.expect(200);
    let points = progress.json["measures"].as_array().unwrap().iter().map(|measure| measure["points"].as_array().unwrap().len());
    assert_eq!(points.collect::<Vec<_>>(), [1, 1], "progress begins with the intake");

    for other in [&dora, &bea] {
        other.reads_self_checks_of(&ada).await.expect_problem("not_found");
    }
    let audited = app.audit_actions(&ada.id.to_string()).await;
    assert_eq!(audited.iter().filter(|action| *action == "self_checks.read").count(), 2, "each access is audited");
    let check = own.items()[0]["id"].as_str().unwrap();
    assert_eq!(app.audit_actions(check).await, ["self_check.taken_over"]);
}

#[apply(both_engines)]
async fn self_checks_are_paged(app: TestApp) {
    let mut ada = app.practitioner("Ada Byron").await;
    for _ in 0..3 {
        ada.claims_self_check(&app.self_check_code(0).await).await.expect(201);
        app.clock.advance(TimeDelta::days(1));
        ada = ada.signs_in_again().await;
    }
    let first = ada.get(&format!("/v1/practitioners/{}/self-checks?limit=2", ada.id)).send().await.expect(200);
    let rest = ada
        .get(&format!("/v1/practitioners/{}/self-checks?cursor={}", ada.id, first.text("next_cursor")))
        .send()
        .await
        .expect(200);
    let days: Vec<_> = first.items().iter().chain(rest.items()).map(|one| one["answered_on"].clone()).collect();
    assert_eq!(days, ["2027-01-13", "2027-01-12", "2027-01-11"]);
}

#[apply(both_engines)]
async fn code_pasted_with_white_space_is_accepted(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    for variant in 0..pasted_variants("a-code").len() {
        app.clock.advance(TimeDelta::seconds(1));
        let code = pasted_variants(&app.self_check_code(0).await).swap_remove(variant);
        let taken = ada.claims_self_check(&code).await;
        assert_eq!(taken.status.as_u16(), 201, "{code:?}: {}", taken.json);
    }
}
