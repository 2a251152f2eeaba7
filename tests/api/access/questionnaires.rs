//! Questionnaires, for a client that displays them.

use serde_json::{Value, json};

use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn questionnaire_lists_items_choices_and_thresholds(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let phq = ada.get("/v1/questionnaires/phq-9").send().await.expect(200);
    assert_eq!(phq.json["items"].as_array().unwrap().len(), 10);
    assert_eq!(phq.text("stem"), "Over the last 2 weeks, how often have you been bothered by any of the following problems?");
    assert_eq!((&phq.json["items"][8]["id"], &phq.json["items"][8]["counts"]), (&json!("phq9_9"), &json!(true)));
    let difficulty = &phq.json["items"][9];
    assert_eq!(
        (&difficulty["id"], &difficulty["counts"], &difficulty["loinc"]),
        (&json!("phq9_difficulty"), &json!(false), &json!("69722-7"))
    );
    assert_eq!(phq.json["next"], Value::Null);
    let audit_c = ada.get("/v1/questionnaires/audit-c").send().await.expect(200);
    assert_eq!(audit_c.json["next"], json!({ "questionnaire": "audit", "from": 5 }));
    assert_eq!(phq.json["items"][0]["choices"][3]["value"], 3);
    assert_eq!((phq.text("loinc_panel"), phq.text("loinc_total")), ("44249-1".into(), "44261-6".into()));
    assert_eq!((phq.json["max_total"].as_i64(), phq.json["caseness_from"].as_i64()), (Some(27), Some(10)));
    assert!(!phq.text("licence").is_empty());
    assert!(!phq.json.to_string().contains("risk"), "the answer does not show which item indicates risk");
}

#[apply(both_engines)]
async fn the_list_is_paged_to_its_end(app: TestApp) {
    let cory = app.coordinator().await;
    let first = cory.get("/v1/questionnaires?limit=5").send().await.expect(200);
    let second = cory.get(&format!("/v1/questionnaires?limit=5&cursor={}", first.text("next_cursor"))).send().await.expect(200);
    let codes: Vec<_> = first.items().iter().chain(second.items()).map(|item| item["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["audit", "audit-c", "core-10", "gad-7", "pcl-5", "phq-9", "pss-10", "wemwbs", "who-5", "wsas"]);
    assert_eq!(second.json["next_cursor"], Value::Null);
}

#[apply(both_engines)]
async fn questionnaire_without_a_licence_to_show_its_items_has_only_a_total(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let who = ada.get("/v1/questionnaires/who-5").send().await.expect(200);
    assert_eq!((who.json["score_only"].as_bool(), who.json["items"].as_array().unwrap().len()), (Some(true), 0));
    assert_eq!((who.json["max_total"].as_i64(), who.json["caseness_to"].as_i64()), (Some(100), Some(50)));
    assert_eq!(who.json["loinc_panel"], Value::Null);
    let pcl = ada.get("/v1/questionnaires/pcl-5").send().await.expect(200);
    assert_eq!((pcl.json["score_only"].as_bool(), pcl.json["items"].as_array().unwrap().len()), (Some(false), 20));
}

#[apply(both_engines)]
async fn unknown_questionnaire_is_not_found(app: TestApp) {
    app.coordinator().await.get("/v1/questionnaires/mbi").send().await.expect_problem("not_found");
    app.get("/v1/questionnaires").send().await.expect_problem("not_signed_in");
}
