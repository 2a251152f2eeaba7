//! Damaged parts of the clinical record: each is named where it is missing, and hides no other.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::clinical_record::{InCare, note_about, penicillin, plan_reviewed_on, record_path};
use crate::support::groups::therapy;
use crate::support::practitioners::answers;
use crate::support::prescriptions::prescribing_details;
use crate::support::safety_plans::safety_plan;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn each_damaged_part_of_my_record_is_named_and_hides_no_other(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    cleo.replaces(&ada, "allergies", json!({ "status": "known", "allergies": [penicillin()] })).await.expect(200);
    cleo.replaces(&ada, "prescribing-details", prescribing_details()).await.expect(200);
    cleo.replaces(&ada, "care-plan", plan_reviewed_on("2027-02-11")).await.expect(200);
    ada.sets_gp_sharing("given").await.expect(200);
    ada.writes_first_safety_plan(safety_plan()).await.expect(200);
    for name in ["Burnout", "Insomnia"] {
        let problem = json!({ "name": name, "shared": true });
        cleo.post(&record_path(&ada, "problems"), problem).send().await.expect(201);
    }
    let whole = ada.get("/v1/me/record").send().await.expect(200);
    assert_eq!(whole.json["unreadable"], json!([]));
    let members = ["gp_sharing", "allergies", "prescribing_details", "care_plan", "safety_plan"];
    for part in members {
        assert!(whole.json[part].is_object(), "{part}: {}", whole.json);
    }

    let mut damaged = Vec::new();
    for (table, column, condition, part) in [
        ("clinicians", "name", "1 = 1", "lead_clinician"),
        ("gp_sharing_statements", "details", "1 = 1", "gp_sharing"),
        ("allergy_statements", "allergies", "1 = 1", "allergies"),
        ("prescribing_details", "details", "1 = 1", "prescribing_details"),
        ("problems", "content", "id = (SELECT id FROM problems ORDER BY id LIMIT 1)", "problems"),
        ("care_plan_versions", "content", "1 = 1", "care_plan"),
        ("safety_plan_versions", "sealed_plan", "1 = 1", "safety_plan"),
    ] {
        app.damages(table, column, condition).await;
        damaged.push(part);
        let mine = ada.get("/v1/me/record").send().await.expect(200);
        assert_eq!(mine.json["unreadable"], json!(damaged));
        for part in members {
            let expected = if damaged.contains(&part) { &Value::Null } else { &whole.json[part] };
            assert_eq!(mine.json[part], *expected, "{part} with {damaged:?}");
        }
    }
    let mine = ada.get("/v1/me/record").send().await.expect(200);
    assert_eq!(mine.json["problems"], json!([{ "name": "Insomnia", "state": "active", "began_on": null }]));
    assert_eq!(mine.json["lead_clinician"]["clinician_id"], Value::Null);
    // A damaged version is not shown as an empty one, and is replaced by a new one.
    for (part, form) in [
        ("allergies", json!({ "status": "known", "allergies": [penicillin()] })),
        ("prescribing-details", prescribing_details()),
        ("care-plan", plan_reviewed_on("2027-02-11")),
    ] {
        cleo.reads(&ada, part).await.expect(500);
        cleo.replaces_version(&ada, part, "*", form).await.expect(200);
    }
    let mine = ada.get("/v1/me/record").send().await.expect(200);
    assert_eq!(mine.json["unreadable"], json!(["lead_clinician", "gp_sharing", "problems", "safety_plan"]));
    assert_eq!(mine.json["allergies"]["allergies"], whole.json["allergies"]["allergies"]);
}

#[apply(both_engines)]
async fn damaged_discharge_hides_no_other_part_of_my_record(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    cleo.replaces(&ada, "care-plan", plan_reviewed_on("2027-02-11")).await.expect(200);
    let form = json!({ "reason": "completed", "summary": "Sleeps again.", "shared_summary": "Come back when you need to." });
    cleo.post(&record_path(&ada, "discharge"), form).send().await.expect(201);
    let whole = ada.get("/v1/me/record").send().await.expect(200);
    assert_eq!(whole.json["discharge"]["summary"], "Come back when you need to.");

    app.damages("care_episodes", "summary", "ended_at IS NOT NULL").await;
    let mine = ada.get("/v1/me/record").send().await.expect(200);
    assert_eq!((&mine.json["discharge"], &mine.json["unreadable"]), (&Value::Null, &json!(["discharge"])));
    assert_eq!(mine.json["care_plan"], whole.json["care_plan"]);
}

#[apply(both_engines)]
async fn damaged_addendum_is_named_and_hides_neither_its_note_nor_the_others(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let draft = cleo.writes_note(&ada, note_about(appointment)).await.expect(201);
    let note = draft.header("location").unwrap().to_owned();
    cleo.signs_note(&note).await.expect(200);
    let mut added = Value::Null;
    for (text, shared) in [("For us.", Value::Null), ("She called.", json!("We spoke.")), ("Saw her too.", json!("We met."))] {
        let form = json!({ "text": text, "shared": shared });
        added = cleo.post(&format!("{note}/addenda"), form).send().await.expect(201).json["addenda"].clone();
    }
    let read = async || cleo.get(&note).send().await.expect(200);
    let mine = async || ada.get("/v1/me/notes").send().await.expect(200);
    assert_eq!((&read().await.json["unreadable"], &mine().await.items()[0]["unreadable"]), (&json!([]), &json!([])));

    // One that is not shared: the practitioner does not learn that there is one.
    app.damages("note_addenda", "content", "id = (SELECT id FROM note_addenda ORDER BY id LIMIT 1)").await;
    let (shown, own) = (read().await, mine().await);
    assert_eq!((shown.text("plan"), &shown.json["unreadable"]), ("Six sessions.".into(), &json!([added[0]["id"]])));
    assert_eq!(shown.json["addenda"], json!([added[1], added[2]]));
    assert_eq!((&own.items()[0]["unreadable"], own.items()[0]["addenda"].as_array().unwrap().len()), (&json!([]), 2));

    app.damages("note_addenda", "content", "shared AND id = (SELECT id FROM note_addenda ORDER BY id LIMIT 1 OFFSET 1)").await;
    let list = cleo.reads(&ada, "notes").await.expect(200);
    assert_eq!((&list.json["unreadable"], list.items().len()), (&json!([]), 1), "the note is readable");
    assert_eq!(list.items()[0]["unreadable"], json!([added[0]["id"], added[1]["id"]]));
    let own = mine().await;
    assert_eq!(
        (&own.items()[0]["text"], &own.items()[0]["addenda"][0]["text"]),
        (&json!("We agreed on six sessions."), &json!("We met."))
    );
    assert_eq!(own.items()[0]["unreadable"], json!([added[1]["id"]]));
    cleo.post(&format!("{note}/addenda"), json!({ "text": "Again." })).send().await.expect(201);
}

/// Answers both required questionnaires with the lowest answer to each item.
async fn answers_calmly(ada: &Actor, assessment: &str) {
    ada.answers(assessment, "phq-9", answers("phq9", &[0; 9])).await.expect(200);
    ada.answers(assessment, "gad-7", answers("gad7", &[0; 7])).await.expect(200);
}

#[apply(both_engines)]
async fn damaged_answers_are_named_and_given_again_before_submission(app: TestApp) {
    let InCare { ada, .. } = app.in_care().await;
    let review = ada.starts_assessment_for("review").await;
    answers_calmly(&ada, &review).await;
    let read = async || ada.get(&review).send().await.expect(200);
    let whole = read().await;
    assert_eq!((&whole.json["unreadable_questionnaires"], &whole.json["crisis_help"]), (&json!([]), &json!([])));

    app.damages(
        "assessment_answers",
        "answers",
        "questionnaire = 'phq-9' AND assessment_id IN (SELECT id FROM assessments WHERE state = 'draft')",
    )
    .await;
    let damaged = read().await;
    assert_eq!(damaged.json["unreadable_questionnaires"], json!(["phq-9"]));
    assert_eq!(damaged.json["outstanding"], json!(["phq-9"]));
    assert_eq!(damaged.json["questionnaires"], json!([whole.json["questionnaires"][0]]));
    assert!(!damaged.json["crisis_help"].as_array().unwrap().is_empty(), "what cannot be read may show a danger");
    let refused = ada.submits_assessment(&review).await.expect_problem("incomplete");
    assert_eq!(refused.json["errors"][0]["pointer"], "phq-9");

    ada.answers(&review, "phq-9", answers("phq9", &[0; 9])).await.expect(200);
    assert_eq!(read().await.json["unreadable_questionnaires"], json!([]));
    let submitted = ada.submits_assessment(&review).await.expect(200);
    assert_eq!((&submitted.json["state"], &submitted.json["crisis_help"]), (&json!("concluded"), &json!([])));
}

#[apply(both_engines)]
async fn risk_is_alerted_again_where_the_earlier_answers_are_damaged(app: TestApp) {
    let InCare { ada, .. } = app.in_care().await;
    let review = ada.starts_assessment_for("review").await;
    let at_risk = || answers("phq9", &[0, 0, 0, 0, 0, 0, 0, 0, 1]);
    for _ in 0..2 {
        ada.answers(&review, "phq-9", at_risk()).await.expect(200);
    }
    assert_eq!(app.row_count("risk_alert_events").await, 1, "the same danger is known");
    app.damages("assessment_answers", "score", "assessment_id IN (SELECT id FROM assessments WHERE state = 'draft')").await;
    ada.answers(&review, "phq-9", at_risk()).await.expect(200);
    assert_eq!(app.row_count("risk_alert_events").await, 2);
}

#[apply(both_engines)]
async fn damaged_answers_and_outcomes_of_a_concluded_assessment_are_named(app: TestApp) {
    let InCare { ada, cleo, assessment, .. } = app.in_care().await;
    let read = async |reader: &Actor| reader.get(&assessment).send().await.expect(200);
    let whole = read(&cleo).await;
    let outcome = whole.json["outcomes"][0]["id"].clone();
    assert_eq!((&whole.json["unreadable_outcomes"], &whole.json["unreadable_self_checks"]), (&json!([]), &json!([])));

    app.damages("assessment_outcomes", "details", "1 = 1").await;
    let found = read(&cleo).await;
    assert_eq!((&found.json["outcomes"], &found.json["unreadable_outcomes"]), (&json!([]), &json!([outcome])));
    assert_eq!(found.json["questionnaires"], whole.json["questionnaires"]);

    app.damages("assessment_answers", "score", "questionnaire = 'gad-7'").await;
    for reader in [&ada, &cleo] {
        let found = read(reader).await;
        assert_eq!(found.json["unreadable_questionnaires"], json!(["gad-7"]));
        assert_eq!(found.json["questionnaires"][0]["questionnaire"], "phq-9");
        assert_eq!(found.json["outstanding"], json!([]), "nothing can be answered after submission");
    }
}

#[apply(both_engines)]
async fn damaged_score_is_named_in_the_progress_and_no_change_is_calculated_without_it(app: TestApp) {
    let InCare { ada, cleo, assessment, .. } = app.in_care().await;
    for _ in 0..3 {
        app.clock.advance(TimeDelta::minutes(2));
        let review = ada.starts_assessment_for("review").await;
        answers_calmly(&ada, &review).await;
        ada.submits_assessment(&review).await.expect(200);
    }
    let read = async || cleo.reads(&ada, "progress").await.expect(200);
    let whole = read().await;
    let phq = |progress: &Value| {
        progress["measures"].as_array().unwrap().iter().find(|one| one["questionnaire"] == "phq-9").unwrap().clone()
    };
    assert_eq!((phq(&whole.json)["points"].as_array().unwrap().len(), &whole.json["unreadable"]), (4, &json!([])));
    assert!(whole.json["verdict"].is_object(), "{}", whole.json);

    // One in the middle: the change is that from the first to the latest.
    let middle = "questionnaire = 'phq-9' AND answered_at = (SELECT answered_at FROM assessment_answers ORDER BY answered_at LIMIT 1 OFFSET 2)";
    app.damages("assessment_answers", "score", middle).await;
    let found = read().await;
    let named = &found.json["unreadable"];
    assert_eq!((named.as_array().unwrap().len(), &named[0]["questionnaire"]), (1, &json!("phq-9")));
    assert_eq!(named[0]["at"], phq(&whole.json)["points"][1]["at"]);
    assert_eq!(phq(&found.json)["points"].as_array().unwrap().len(), 3);
    assert_eq!((&phq(&found.json)["change"], &found.json["verdict"]), (&phq(&whole.json)["change"], &whole.json["verdict"]));

    // The first one: what changed since is not known.
    let first =
        "questionnaire = 'phq-9' AND answered_at = (SELECT answered_at FROM assessment_answers ORDER BY answered_at LIMIT 1)";
    app.damages("assessment_answers", "score", first).await;
    let found = read().await;
    assert_eq!((&phq(&found.json)["change"], &found.json["verdict"]), (&Value::Null, &Value::Null));
    assert_eq!(found.json["unreadable"][0]["assessment_id"], json!(assessment.rsplit('/').next().unwrap()));
    assert!(
        found.json["measures"].as_array().unwrap().iter().any(|one| one["questionnaire"] == "gad-7" && one["change"].is_object())
    );
    // The practitioner's own progress names the same.
    assert_eq!(ada.reads(&ada, "progress").await.expect(200).json["unreadable"], found.json["unreadable"]);
}

#[apply(both_engines)]
async fn damaged_name_in_a_group_hides_neither_the_other_names_nor_the_place(app: TestApp) {
    let group = app.group(therapy).await;
    let (ada, place) = app.member("Ada Byron", &group).await;
    let (bea, _) = app.member("Bea Quill", &group).await;
    let whole = bea.reads_group(&group.id).await.expect(200);
    assert_eq!((&whole.json["members"], &whole.json["unreadable_members"]), (&json!(["ada", "bea"]), &json!(0)));
    assert_eq!(group.cory.reads_group(&group.id).await.expect(200).json["unreadable_members"], Value::Null);

    app.damages("group_enrolments", "details", "seat = 1").await;
    let found = bea.reads_group(&group.id).await.expect(200);
    assert_eq!((&found.json["members"], &found.json["unreadable_members"]), (&json!(["bea"]), &json!(1)));
    let list = group.cory.get(&format!("/v1/groups/{}/enrolments", group.id)).send().await.expect(200);
    assert_eq!((list.items().len(), &list.json["unreadable"]), (1, &json!([place])));

    // The next member gets another seat, and everyone hears of a session.
    app.member("Cid Marsh", &group).await;
    let session = group.sessions().await[0]["id"].as_str().unwrap().to_owned();
    group.cleo.reads_session(&session).await.expect(200);
    let before = app.emails_to(&ada.email).await.len();
    group.cory.cancels_session(&session).await.expect(200);
    assert!(app.emails_to(&ada.email).await.len() > before, "she is a member");

    // It ends with the group, and what is damaged stays as it is.
    group.cory.ends_group(&group.id).await.expect(200);
    let ended = format!("/v1/groups/{}/enrolments?state=completed", group.id);
    let list = group.cory.get(&ended).send().await.expect(200);
    assert_eq!((list.items().len(), &list.json["unreadable"]), (2, &json!([place])));
}

#[apply(both_engines)]
async fn damaged_name_in_a_group_hides_no_conflict(app: TestApp) {
    let group = app.group(therapy).await;
    app.member("Ada Byron", &group).await;
    let bea = app.seeded_in_care("Bea Quill").await;
    bea.blocks_name("Ada Byron").await.expect(201);
    app.screened_as_suitable(&bea, &group, TimeDelta::zero()).await;
    app.damages("group_enrolments", "details", "seat = 1").await;
    group.cory.enrols_for(&group.id, &bea, "kestrel").await.expect_problem("group_conflict");
}

#[apply(both_engines)]
async fn attendance_is_recorded_of_a_member_with_a_damaged_name(app: TestApp) {
    let group = app.group(therapy).await;
    let (_, first) = app.member("Ada Byron", &group).await;
    let (_, second) = app.member("Bea Quill", &group).await;
    for name in ["Cid Marsh", "Dee Lark", "Eli Stone"] {
        app.member(name, &group).await;
    }
    group.cory.starts_group(&group.id).await.expect(200);
    let session = group.sessions().await[0].clone();
    app.advance_clock_to(session["ends_at"].as_str().unwrap());
    let group = group.signed_in_again().await;
    app.damages("group_enrolments", "details", "seat = 1").await;
    let id = session["id"].as_str().unwrap();
    let present = [(first.as_str(), "attended_on_time"), (second.as_str(), "attended_on_time")];
    let recorded = group.cleo.records_group_attendance(id, &present, None).await.expect(200);
    assert_eq!(recorded.json["attendances"].as_array().unwrap().len(), 2, "{}", recorded.json);
}
