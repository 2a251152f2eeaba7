//! Who the service covers, asked without an account.

use crate::support::reply::Reply;
use crate::support::{TestApp, apply, both_engines};

async fn asks(app: &TestApp, query: &str) -> Reply {
    app.get(&format!("/v1/eligibility?{query}")).send().await
}

#[apply(both_engines)]
async fn doctors_and_dentists_in_england_are_covered(app: TestApp) {
    for profession in ["doctor", "dentist"] {
        let verdict = asks(&app, &format!("profession={profession}&setting=secondary_care&nation=england")).await.expect(200);
        assert_eq!(verdict.text("decision"), "eligible");
        assert_eq!(verdict.json["reasons"][0]["code"], "doctor_or_dentist_in_england");
    }
}

#[apply(both_engines)]
async fn others_are_covered_when_local_care_would_not_be_confidential(app: TestApp) {
    let nurse = "profession=nurse&setting=secondary_care&nation=england";
    for (reason, decision) in
        [("team", "eligible"), ("seniority", "eligible"), ("other", "awaiting_decision"), ("none", "needs_funding")]
    {
        let verdict = asks(&app, &format!("{nurse}&confidentiality_reason={reason}")).await.expect(200);
        assert_eq!(verdict.text("decision"), decision, "{reason}");
    }
    assert_eq!(asks(&app, nurse).await.expect(200).text("decision"), "needs_funding", "no reason counts as none");
}

#[apply(both_engines)]
async fn everyone_else_is_signposted_and_always_to_crisis_help(app: TestApp) {
    for query in [
        "profession=medical_student&setting=secondary_care&nation=england",
        "profession=social_care_worker&setting=social_care&nation=england",
        "profession=nurse&setting=primary_care&nation=wales",
    ] {
        let verdict = asks(&app, query).await.expect(200);
        assert_eq!(verdict.text("decision"), "signposted", "{query}");
        assert!(!verdict.json["reasons"].as_array().unwrap().is_empty());
        assert_eq!(verdict.json["signposts"][0]["contact"], "999", "{query}");
    }
}

#[apply(both_engines)]
async fn eligibility_uses_the_rules_in_force_on_the_day(app: TestApp) {
    // Before April 2023 a confidentiality reason did not count.
    app.clock.advance("2023-03-01T12:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() - app.now().get());
    let nurse = "profession=nurse&setting=secondary_care&nation=england&confidentiality_reason=team";
    assert_eq!(asks(&app, nurse).await.expect(200).text("decision"), "needs_funding");
}

#[apply(both_engines)]
async fn incomplete_or_invalid_question_is_refused(app: TestApp) {
    asks(&app, "profession=doctor&setting=other").await.expect_field("invalid_parameter", "nation");
    asks(&app, "profession=wizard&setting=other&nation=england").await.expect_field("invalid_parameter", "profession");
    asks(&app, "profession=doctor&setting=other&nation=england&name=ada").await.expect_field("invalid_parameter", "name");
}
