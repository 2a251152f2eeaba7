//! Who decides about a reason in words: coordinators who may know of the practitioner, and privacy officers where none may.

use confide::people::Role;
use serde_json::json;

use crate::support::groups::with_changes;
use crate::support::reasons::in_own_words;
use crate::support::{TestApp, apply, both_engines};

const WAITS: &str = "A decision waits for you";
const NEEDED: &str = "Another coordinator is needed now";

#[apply(both_engines)]
async fn blocked_coordinator_never_sees_the_reason(app: TestApp) {
    let cory = app.coordinator().await;
    let carl = app.staff("Carl Dunmore", Role::Coordinator).await;
    let blocking = json!({ "blocked_colleagues": [{ "name": "Carl Dunmore", "relationship": "same_team" }] });
    let form = with_changes(in_own_words(app.nurse_registration("Nora Nurse")), blocking);
    let nora = app.practitioner_with(&form).await;
    let reason = cory.reason_of(&nora).await;
    let unknown = confide::platform::ids::Id::new(app.now()).to_string();
    let hidden = async || {
        assert!(carl.lists_reasons("").await.items().is_empty());
        let refused = carl.reads_reason(&reason).await.expect(404);
        assert_eq!(refused.json, carl.reads_reason(&unknown).await.expect(404).json);
        for verb in ["accept", "decline"] {
            let refused = carl.decides_reason(&reason, verb, "As agreed.").await.expect(404);
            assert_eq!(refused.json, carl.decides_reason(&unknown, verb, "As agreed.").await.expect(404).json);
        }
    };
    hidden().await;
    assert_eq!((app.count_emails_about(&cory, WAITS).await, app.emails_to(&carl.email).await.len()), (1, 0));
    cory.decides_reason(&reason, "accept", "As agreed.").await.expect(200);
    hidden().await;

    // A coordinator who is blocked later no longer sees what they decided.
    nora.blocks_name(&cory.name).await.expect(201);
    assert!(cory.lists_reasons("").await.items().is_empty());
    cory.reads_reason(&reason).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn privacy_officer_decides_when_no_coordinator_is_left(app: TestApp) {
    let cory = app.coordinator().await;
    let (pia, percy) = (app.staff("Pia Vale", Role::PrivacyOfficer).await, app.staff("Percy Vance", Role::PrivacyOfficer).await);
    let nora = app.nurse_in_own_words("Nora Nurse").await;
    nora.blocks_name(&percy.name).await.expect(201);
    let reason = cory.reason_of(&nora).await;
    assert!(pia.lists_reasons("").await.items().is_empty(), "a coordinator may decide");
    pia.reads_reason(&reason).await.expect_problem("not_found");
    pia.decides_reason(&reason, "accept", "As agreed.").await.expect_problem("not_found");

    nora.blocks_name(&cory.name).await.expect(201);
    assert!(cory.lists_reasons("").await.items().is_empty());
    cory.decides_reason(&reason, "accept", "As agreed.").await.expect_problem("not_found");
    assert_eq!((app.count_emails_about(&pia, WAITS).await, app.emails_to(&percy.email).await.len()), (1, 0));
    assert_eq!(app.run_reason_jobs().await, 0, "the privacy officer was notified at once");
    let list = pia.lists_reasons("state=waiting").await;
    assert_eq!((list.items().len(), list.items()[0]["id"].as_str()), (1, Some(reason.as_str())));
    pia.reads_reason(&reason).await.expect(200);
    assert!(percy.lists_reasons("").await.items().is_empty(), "the practitioner keeps him away");
    percy.reads_reason(&reason).await.expect_problem("not_found");
    percy.decides_reason(&reason, "accept", "As agreed.").await.expect_problem("not_found");

    pia.decides_reason(&reason, "accept", "No one near you is independent.").await.expect(200);
    assert_eq!(nora.pathway().await, "registered");
    pia.reads_reason(&reason).await.expect(200);
    assert_eq!(pia.lists_reasons("state=accepted").await.items().len(), 1, "what they decided");
    pia.get(&format!("/v1/practitioners/{}", nora.id)).send().await.expect_problem("wrong_role");
    let actions = app.audit_actions(&reason).await;
    assert!(actions.contains(&"confidentiality_reason.escalated".to_owned()), "{actions:?}");
    app.clock.advance(chrono::TimeDelta::days(31));
    let pia = pia.signs_in_again().await;
    pia.reads_reason(&reason).await.expect_problem("not_found");
    assert!(pia.lists_reasons("").await.items().is_empty());
}

#[apply(both_engines)]
async fn reason_goes_back_when_a_coordinator_may_decide_again(app: TestApp) {
    let pia = app.staff("Pia Vale", Role::PrivacyOfficer).await;
    let nora = app.nurse_in_own_words("Nora Nurse").await;
    assert_eq!(app.count_emails_about(&pia, WAITS).await, 1, "there is no coordinator");
    let reason = pia.reason_of(&nora).await;
    let cory = app.coordinator().await;
    pia.reads_reason(&reason).await.expect_problem("not_found");
    assert_eq!((app.run_reason_jobs().await, app.run_reason_jobs().await), (1, 0));
    assert_eq!(app.count_emails_about(&cory, WAITS).await, 1);

    let block = nora.blocks_name(&cory.name).await.expect(201).id();
    pia.reads_reason(&reason).await.expect(200);
    nora.delete(&format!("/v1/me/blocked-colleagues/{block}")).send().await.expect(204);
    pia.reads_reason(&reason).await.expect_problem("not_found");
    cory.accepts_reason_of(&nora).await;
    let actions = app.audit_actions(&reason).await;
    let count = |action: &str| actions.iter().filter(|one| one.as_str() == format!("confidentiality_reason.{action}")).count();
    assert_eq!((count("escalated"), count("returned"), count("accepted")), (2, 2, 1), "{actions:?}");
}

#[apply(both_engines)]
async fn administrators_are_asked_for_a_coordinator_while_there_is_no_privacy_officer(app: TestApp) {
    let admin = app.administrator().await;
    let nora = app.nurse_in_own_words("Nora Nurse").await;
    assert_eq!(app.count_emails_about(&admin, NEEDED).await, 1);
    let email = app.expect_emails_to(&admin.email).await.remove(0);
    assert!(!email.body.contains("Wren") && !email.body.contains("appraise"), "{}", email.body);
    admin.get("/v1/confidentiality-reasons").send().await.expect_problem("wrong_role");
    let cory = app.coordinator().await;
    cory.accepts_reason_of(&nora).await;
    assert_eq!(nora.pathway().await, "registered");
}
