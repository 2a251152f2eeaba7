//! Progress: plain words for the practitioner, scores for their clinician.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::practitioners::answers;
use crate::support::{TestApp, apply, both_engines};

impl Actor {
    async fn progress_of(&self, practitioner: &Self) -> crate::support::reply::Reply {
        self.get(&format!("/v1/practitioners/{}/progress", practitioner.id)).send().await
    }

    async fn enters(&self, practitioner: &Self, questionnaire: &str, total: i32) -> crate::support::reply::Reply {
        self.enters_form(practitioner, json!({ "questionnaire": questionnaire, "total": total })).await
    }

    async fn enters_form(&self, practitioner: &Self, form: Value) -> crate::support::reply::Reply {
        self.post(&format!("/v1/practitioners/{}/scores", practitioner.id), form).send().await
    }

    async fn reviews(&self, purpose: &str, phq: &[i32], gad: &[i32]) {
        let review = self.starts_assessment_for(purpose).await;
        self.answers(&review, "phq-9", answers("phq9", phq)).await.expect(200);
        self.answers(&review, "gad-7", answers("gad7", gad)).await.expect(200);
        self.submits_assessment(&review).await.expect(200);
    }
}

async fn in_care(app: &TestApp) -> (Actor, Actor) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.completes_intake().await;
    let appointment = app.appointment(&ada, &cleo, app.now().get()).await;
    cleo.records_outcome(&assessment, &appointment.to_string(), "accepted").await.expect(201);
    app.clock.advance(TimeDelta::minutes(1));
    (ada, cleo)
}

#[apply(both_engines)]
async fn progress_is_plain_words_for_the_practitioner_and_scores_for_the_clinician(app: TestApp) {
    let (ada, cleo) = in_care(&app).await;
    let first = cleo.progress_of(&ada).await.expect(200);
    assert_eq!((first.json["measures"][1]["change"].clone(), first.json["verdict"].clone()), (Value::Null, Value::Null));
    ada.reviews("review", &[1, 1, 1, 0, 0, 0, 0, 0, 0], &[1, 1, 1, 0, 0, 0, 0]).await;

    let own = ada.progress_of(&ada).await.expect(200);
    let phq = &own.json["measures"][1];
    assert_eq!(phq["questionnaire"], "phq-9");
    assert_eq!(phq["change"]["text"], "Clearly better than at the start.");
    assert_eq!(phq["points"][1]["band_label"], "Minimal");
    for figure in [&phq["change"]["difference"], &phq["points"][0]["total"], &phq["points"][0]["risk"], &own.json["verdict"]] {
        assert_eq!(*figure, Value::Null, "plain words, no scores: {phq}");
    }

    let read = cleo.progress_of(&ada).await.expect(200);
    let phq = &read.json["measures"][1];
    assert_eq!((phq["points"][0]["total"].as_i64(), phq["points"][1]["total"].as_i64()), (Some(12), Some(3)));
    assert_eq!((phq["change"]["difference"].as_i64(), &phq["change"]["reliable_change"]), (Some(-9), &json!("improvement")));
    let verdict = json!({ "case_at_start": true, "recovered": true, "reliably_improved": true,
        "reliably_deteriorated": false, "reliably_recovered": true });
    assert_eq!(read.json["verdict"], verdict);
    assert_eq!(app.audit_count_of("progress.read", ada.id).await, 3);
}

#[apply(both_engines)]
async fn other_users_cannot_read_progress(app: TestApp) {
    let (ada, _) = in_care(&app).await;
    let dora = app.clinician("Dora Clinician").employed_by("A1A1A").await;
    let bea = app.practitioner("Bea Byron").await;
    dora.progress_of(&ada).await.expect_problem("not_found");
    bea.progress_of(&ada).await.expect_problem("not_found");
    app.coordinator().await.progress_of(&ada).await.expect_problem("wrong_role");
    app.administrator().await.progress_of(&ada).await.expect_problem("wrong_role");
    assert_eq!(app.audit_count_of("progress.read", ada.id).await, 0);
}

#[apply(both_engines)]
async fn new_course_of_care_is_measured_from_its_own_start(app: TestApp) {
    let (ada, cleo) = in_care(&app).await;
    app.clock.advance(TimeDelta::minutes(1));
    app.set_pathway(&ada, Pathway::Discharged).await;
    app.clock.advance(TimeDelta::minutes(1));
    ada.reviews("end", &[0; 9], &[0; 7]).await;
    assert_eq!(ada.progress_of(&ada).await.expect(200).json["measures"][1]["points"].as_array().unwrap().len(), 2);
    app.clock.advance(TimeDelta::minutes(1));
    app.set_pathway(&ada, Pathway::Registered).await;
    ada.reviews("intake", &[2; 9], &[2; 7]).await;

    let read = cleo.progress_of(&ada).await.expect(200);
    let points = read.json["measures"][1]["points"].as_array().unwrap().clone();
    assert_eq!(points.len(), 1);
    assert_eq!((points[0]["total"].as_i64(), &points[0]["purpose"]), (Some(18), &json!("intake")));
}

#[apply(both_engines)]
async fn clinician_enters_totals_of_questionnaires_that_may_not_be_displayed(app: TestApp) {
    let (ada, cleo) = in_care(&app).await;
    cleo.enters_form(&ada, json!({ "questionnaire": "core-10", "total": 20, "risk": false })).await.expect(201);
    app.clock.advance(TimeDelta::days(30));
    let cleo = cleo.signs_in_again().await;
    let form = json!({ "questionnaire": "core-10", "total": 14, "risk": true });
    let entered = cleo.enters_form(&ada, form).await.expect(201);
    let core = &entered.json["measures"][0];
    assert_eq!((&core["questionnaire"], &core["change"]["reliable_change"]), (&json!("core-10"), &json!("improvement")));
    assert_eq!((core["points"][1]["risk"].as_bool(), core["points"][1]["caseness"].as_bool()), (Some(true), Some(true)));
    assert_eq!(core["points"][1]["assessment_id"], Value::Null);

    let form = json!({ "questionnaire": "core-10", "total": 41, "risk": false });
    cleo.enters_form(&ada, form).await.expect_field("invalid_body", "/total");
    cleo.enters(&ada, "phq-9", 5).await.expect_field("invalid_body", "/questionnaire");
    cleo.enters(&ada, "mbi", 5).await.expect_field("invalid_body", "/questionnaire");
    let form = json!({ "questionnaire": "wsas", "total": 5, "risk": true });
    cleo.enters_form(&ada, form).await.expect_field("invalid_body", "/risk");
    let ada = ada.signs_in_again().await;
    ada.enters(&ada, "wsas", 5).await.expect_problem("wrong_role");
    app.clinician("Dora Clinician").employed_by("A1A1A").await.enters(&ada, "wsas", 5).await.expect_problem("not_found");
    app.coordinator().await.enters(&ada, "wsas", 5).await.expect_problem("wrong_role");
}

#[apply(both_engines)]
async fn answer_about_risk_cannot_be_left_out_where_a_question_asks_about_it(app: TestApp) {
    let (ada, cleo) = in_care(&app).await;
    let cory = app.coordinator().await;
    for form in [
        json!({ "questionnaire": "core-10", "total": 14 }),
        json!({ "questionnaire": "core-10", "total": 14, "risk": null }),
        json!({ "questionnaire": "core-10", "total": 30 }),
    ] {
        let refused = cleo.enters_form(&ada, form).await.expect(422).expect_field("invalid_body", "/risk");
        assert_eq!(refused.json["errors"][0]["code"], "required");
    }
    assert_eq!(app.row_count("entered_scores").await, 0);
    for (risk, alerts) in [(false, 0), (true, 1)] {
        let form = json!({ "questionnaire": "core-10", "total": 14, "risk": risk });
        let entered = cleo.enters_form(&ada, form).await.expect(201);
        let points = entered.json["measures"][0]["points"].as_array().unwrap().clone();
        assert_eq!((&points.last().unwrap()["risk"], cory.open_alerts().await.len()), (&json!(risk), alerts));
    }
    // No question of these is about risk.
    for (questionnaire, total) in [("wsas", 5), ("who-5", 48), ("pss-10", 20), ("wemwbs", 45)] {
        let with = |risk: bool| json!({ "questionnaire": questionnaire, "total": total, "risk": risk });
        cleo.enters_form(&ada, with(true)).await.expect(422).expect_field("invalid_body", "/risk");
        cleo.enters(&ada, questionnaire, total).await.expect(201);
        cleo.enters_form(&ada, with(false)).await.expect(201);
    }
    assert_eq!((app.row_count("entered_scores").await, cory.open_alerts().await.len()), (10, 1));
}

#[apply(both_engines)]
async fn pcl_5_shows_its_symptom_clusters_to_the_clinician_only(app: TestApp) {
    let (ada, cleo) = in_care(&app).await;
    let review = ada.starts_assessment_for("review").await;
    ada.answers(&review, "core-10", answers("core10", &[1; 10])).await.expect_problem("not_found");
    let taken = ada.answers(&review, "pcl-5", answers("pcl5", &[2; 20])).await.expect(200);
    assert_eq!(taken.json["answered"]["clusters_met"], Value::Null, "plain words, no findings");
    ada.answers_and_submits(&review).await;
    let read = cleo.reads_answers(&review).await.expect(200);
    let pcl = &read.json["questionnaires"][1];
    assert_eq!((pcl["total"].as_i64(), pcl["clusters_met"].as_bool()), (Some(40), Some(true)));
}
