//! The self-check is anonymous: it asks for no identity and stores nothing that could reveal one.

use chrono::TimeDelta;
use confide::access::schema::self_checks;
use confide::care::schema::risk_alerts;
use confide::platform::schema::{audit_events, outbox};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::app::TestSettings;
use crate::support::practitioners::{answers, phq9_at_risk};
use crate::support::self_checks::{audit_c, self_check_part, usual_self_check};
use crate::support::signposts::{EMERGENCY, ids_of};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn anyone_can_read_the_questionnaires_that_may_be_shown(app: TestApp) {
    let list = app.get("/v1/self-checks/questionnaires").send().await.expect(200);
    let codes: Vec<_> = list.items().iter().map(|item| item["code"].clone()).collect();
    assert_eq!(codes, ["phq-9", "gad-7", "audit-c", "audit"]);
    for item in list.expect_items() {
        assert!(!item["items"].as_array().unwrap().is_empty() && item["score_only"] == false, "{}", item["code"]);
    }
    let first = app.get("/v1/self-checks/questionnaires?limit=2").send().await.expect(200);
    let path = format!("/v1/self-checks/questionnaires?limit=2&cursor={}", first.text("next_cursor"));
    assert_eq!(app.get(&path).send().await.expect(200).items()[0]["code"], "audit-c");
}

#[apply(both_engines)]
async fn help_fits_the_nation_and_is_general_without_one(app: TestApp) {
    let with = |more: Value| {
        let mut check = usual_self_check(2);
        check.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        check
    };
    for (more, included, excluded) in [
        (
            json!({ "nation": "wales" }),
            vec!["call_wales", "nhs_111_mental_health"],
            vec!["nhs_24_mental_health", "nhs_talking_therapies", "lifeline_northern_ireland"],
        ),
        (
            json!({ "nation": "scotland" }),
            vec!["nhs_24_mental_health", "breathing_space"],
            vec!["nhs_111_mental_health", "nhs_talking_therapies", "check_my_wellbeing"],
        ),
        (
            json!({ "nation": "northern_ireland" }),
            vec!["lifeline_northern_ireland"],
            vec!["nhs_111_mental_health", "nhs_talking_therapies", "practitioner_health"],
        ),
        (json!({ "icb_code": "QWE" }), vec!["nhs_111_mental_health", "nhs_talking_therapies"], vec!["call_wales"]),
        (
            json!({}),
            vec!["samaritans", "shout", "gp"],
            vec!["nhs_talking_therapies", "call_wales", "nhs_24_mental_health", "check_my_wellbeing"],
        ),
    ] {
        let reply = app.takes_self_check(with(more.clone())).await.expect(201);
        let mut help = ids_of(&reply.json["signposts"]);
        help.extend(ids_of(&reply.json["crisis_help"]));
        assert_eq!(ids_of(&reply.json["crisis_help"])[..2], EMERGENCY, "{more}");
        for id in included {
            assert!(help.contains(&id.to_owned()), "{more}: {id} is not among {help:?}");
        }
        for id in excluded {
            assert!(!help.contains(&id.to_owned()), "{more}: {id} is among {help:?}");
        }
    }
}

#[apply(both_engines)]
async fn answers_give_results_in_words_and_fitting_help(app: TestApp) {
    let check = json!({ "questionnaires": [
        self_check_part("phq-9", &phq9_at_risk(0)), self_check_part("gad-7", &answers("gad7", &[0; 7])), self_check_part("audit-c", &audit_c(&[3, 2, 1])),
    ] });
    let mut in_england = check.clone();
    in_england["nation"] = json!("england");
    let reply = app.takes_self_check(in_england).await.expect(201);
    let bands: Vec<_> = reply.json["results"].as_array().unwrap().iter().map(|item| item["band"].clone()).collect();
    assert_eq!(bands, ["moderate", "minimal", "increasing_or_higher_risk"]);
    assert_eq!(
        (&reply.json["results"][0]["next_questionnaire"], &reply.json["results"][2]["next_questionnaire"]),
        (&Value::Null, &json!("audit"))
    );
    assert!(reply.json["results"][0]["text"].as_str().unwrap().contains("worth talking over"));
    assert!(reply.json["results"][0]["source"].as_str().unwrap().starts_with("https://"));
    assert!(reply.text("note").starts_with("This is not a diagnosis."));
    let help = ids_of(&reply.json["signposts"]);
    for expected in ["gp", "nhs_talking_therapies", "practitioner_health", "staff_wellbeing_offers"] {
        assert!(help.contains(&expected.to_owned()), "{expected} is not among {help:?}");
    }
    assert_eq!(reply.json["crisis_help"], json!([]));
    assert_eq!((reply.text("answered_on"), reply.text("expires_on")), ("2027-01-11".into(), "2027-02-10".into()));
    for figure in ["total", "caseness", "risk"] {
        assert!(reply.json["results"][0].get(figure).is_none(), "results in words, without figures");
    }
}

#[apply(both_engines)]
async fn sign_of_risk_is_answered_with_crisis_help_first_and_raises_no_alert(app: TestApp) {
    let cory = app.coordinator().await;
    let reply = app.takes_self_check(usual_self_check(1)).await.expect(201);
    assert_eq!(ids_of(&reply.json["crisis_help"])[..2], EMERGENCY);
    assert!(String::from_utf8_lossy(&reply.body).starts_with("{\"crisis_help\":[{"), "before everything else");
    assert!(cory.get("/v1/risk-alerts").send().await.expect(200).items().is_empty(), "the person is not known");
    let raised: i64 = app.sql(|conn| Ok(risk_alerts::table.count().get_result(conn)?)).await;
    assert_eq!((raised, app.emails_to(&cory.email).await.len()), (0, 0));
    for route in EMERGENCY {
        app.delete_signpost_row(route).await;
    }
    let reply = app.takes_self_check(usual_self_check(1)).await.expect(201);
    assert_eq!(ids_of(&reply.json["crisis_help"])[..2], EMERGENCY, "whatever happened to the directory");
}

#[apply(both_engines)]
async fn help_fits_the_profession_and_the_area_given(app: TestApp) {
    let avery = app.administrator().await;
    let mut line = crate::support::signposts::peer_line_signpost();
    line["needs"] = json!(["mood_and_anxiety"]);
    let line = avery.adds_signpost(line).await.expect(201).id();
    for (about, shown) in [
        (json!({}), true),
        (json!({ "profession": "doctor", "icb_code": "QWE" }), true),
        (json!({ "profession": "nurse" }), false),
        (json!({ "region": "south_west" }), false),
    ] {
        let mut check = usual_self_check(0);
        check.as_object_mut().unwrap().extend(about.as_object().unwrap().clone());
        let reply = app.takes_self_check(check).await.expect(201);
        assert_eq!(ids_of(&reply.json["signposts"]).contains(&line), shown, "{about}");
    }
}

#[apply(both_engines)]
async fn only_the_answers_and_the_day_are_stored(app: TestApp) {
    let counted = async || {
        app.sql(|conn| Ok((audit_events::table.count().get_result::<i64>(conn)?, outbox::table.count().get_result::<i64>(conn)?)))
            .await
    };
    let before = counted().await;
    app.clock.advance(TimeDelta::minutes(83));
    let mut check = usual_self_check(2);
    check["profession"] = json!("doctor");
    let code = app.takes_self_check(check).await.expect(201).text("code");
    assert_eq!(counted().await, before, "nothing is recorded elsewhere");
    type Columns = (confide::platform::ids::Id, Option<String>, chrono::NaiveDate, Vec<u8>, Option<confide::platform::ids::Id>);
    let (id, tag, taken_on, sealed, by): Columns = app
        .sql(|conn| {
            let columns =
                (self_checks::id, self_checks::code_tag, self_checks::taken_on, self_checks::results, self_checks::claimed_by);
            Ok(self_checks::table.select(columns).get_result(conn)?)
        })
        .await;
    let made_at = id.0.get_timestamp().unwrap().to_unix();
    assert_eq!(made_at, (1_799_625_600, 0), "midnight: not even the id shows the time");
    assert_eq!((taken_on.to_string().as_str(), by), ("2027-01-11", None));
    assert!(!tag.unwrap().contains(&code) && !String::from_utf8_lossy(&sealed).contains("phq9"));
}

#[apply(both_engines)]
async fn invalid_self_check_is_refused_by_field_and_not_stored(app: TestApp) {
    let gad = || self_check_part("gad-7", &answers("gad7", &[1; 7]));
    for (questionnaires, pointer) in [
        (json!([]), "/questionnaires"),
        (json!([gad(), gad()]), "/questionnaires/1/questionnaire"),
        (json!([self_check_part("pcl-5", &answers("pcl5", &[0; 20]))]), "/questionnaires/0/questionnaire"),
        (json!([self_check_part("who-5", &answers("who5", &[0; 5]))]), "/questionnaires/0/questionnaire"),
        (json!([gad(), self_check_part("audit-c", &answers("audit_c", &[0, 0]))]), "/questionnaires/1/answers"),
        (json!([self_check_part("audit-c", &audit_c(&[0, 0, 9]))]), "/questionnaires/0/answers/2/value"),
    ] {
        let check = json!({ "questionnaires": questionnaires });
        app.takes_self_check(check).await.expect_field("invalid_body", pointer);
    }
    let mut signed = usual_self_check(0);
    signed["name"] = json!("Ada");
    app.takes_self_check(signed).await.expect_field("invalid_body", "/name");
    assert_eq!(app.self_check_counts().await, (0, 0));
}

#[apply(both_engines)]
async fn unclaimed_answers_are_deleted_after_their_last_day(app: TestApp) {
    let claimed_late = app.self_check_code(1).await;
    let (claimed, unclaimed) = (app.self_check_code(0).await, app.self_check_code(0).await);
    let ada = app.practitioner("Ada Byron").await;
    ada.claims_self_check(&claimed).await.expect(201);
    app.clock.advance(TimeDelta::days(30));
    let ada = ada.signs_in_again().await;
    assert_eq!((app.erase_expired_self_checks().await, app.self_check_counts().await), (0, (3, 1)), "their last day");
    ada.claims_self_check(&claimed_late).await.expect(201);
    app.clock.advance(TimeDelta::days(1));
    let ada = ada.signs_in_again().await;
    let expired = ada.claims_self_check(&unclaimed).await.expect_problem("token_expired");
    assert_eq!(expired.status, 410, "too old, although the row still exists");
    assert_eq!((app.erase_expired_self_checks().await, app.self_check_counts().await), (1, (2, 2)), "claimed answers stay");
    assert_eq!(app.erase_expired_self_checks().await, 0);
    ada.claims_self_check(&unclaimed).await.expect_problem("token_expired");
    app.clock.advance(TimeDelta::days(900));
    assert_eq!((app.erase_expired_self_checks().await, app.self_check_counts().await), (0, (2, 2)));
}

#[apply(both_engines)]
async fn operator_may_set_a_shorter_retention_of_answers(app: TestApp) {
    let mut options = TestSettings::default();
    options.policy.self_check_days = 3;
    let strict = app.with_the_same_database(options).await;
    let reply = strict.takes_self_check(usual_self_check(0)).await.expect(201);
    assert_eq!(reply.text("expires_on"), "2027-01-14");
}

#[apply(both_engines)]
async fn self_checks_from_one_address_are_limited(app: TestApp) {
    let mut options = TestSettings::default();
    options.policy.sign_in_tries_per_minute = 1;
    let strict = app.with_the_same_database(options).await;
    for _ in 0..5 {
        strict.takes_self_check(usual_self_check(0)).await.expect(201);
    }
    strict.takes_self_check(usual_self_check(0)).await.expect_problem("too_many_requests");
}
