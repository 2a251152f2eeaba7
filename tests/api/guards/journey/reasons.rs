//! Reasons for confidentiality in words in the guards' journey.

use confide::people::Role;
use serde_json::json;

use super::super::operation::PLANTED;
use super::WalkResult;
use crate::support::TestApp;
use crate::support::reasons::in_own_words;

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let cory = app.staff(&format!("Reasons Cory {PLANTED}"), Role::Coordinator).await;
    let officer = app.staff(&format!("Reasons Pia {PLANTED}"), Role::PrivacyOfficer).await;
    let words = format!("The whole service knows {PLANTED}.");
    for actor in [&cory, &officer] {
        walked.add_tokens_of(actor);
    }
    for (name, verb) in [("Ivy", "accept"), ("Opal", "decline"), ("Lena", "")] {
        let mut form = in_own_words(app.nurse_registration(&format!("{name} {PLANTED}")));
        form["confidentiality_reason_note"] = json!(words);
        let nurse = app.practitioner_with(&form).await;
        walked.add_tokens_of(&nurse);
        nurse.sends_other_words(&format!("{words} All of it.")).await.expect(200);
        let reason = cory.reason_of(&nurse).await;
        let seen = cory.reads_reason(&reason).await.expect(200);
        walked.add_refusal("not hers", officer.reads_reason(&reason).await.expect(404));
        if verb.is_empty() {
            nurse.changes_registration(json!({ "confidentiality_reason": "team" })).await.expect(200);
        } else {
            let path = format!("/v1/confidentiality-reasons/{reason}/{verb}");
            cory.post(&path, json!({ "reason": words })).if_match(&seen.etag()).send().await.expect(200);
        }
        walked.add_refusal("decided", cory.decides_reason(&reason, "accept", &words).await.expect(409));
        nurse.own_registration().await;
        if verb == "decline" {
            nurse.sends_other_words(&words).await.expect(200);
        }
    }
    for query in ["", "state=declined&limit=1"] {
        cory.lists_reasons(query).await;
        officer.lists_reasons(query).await;
    }
    app.run_reason_jobs().await;
}
