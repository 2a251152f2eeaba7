//! Registering with the reason `other`: the words, and what is open and closed until staff have decided.

use chrono::TimeDelta;
use confide::scheduling::calendar::model::AppointmentKind;
use serde_json::{Value, json};

use crate::support::groups::with_changes;
use crate::support::reasons::{WORDS, in_own_words};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn reason_other_needs_words_and_another_reason_refuses_them(app: TestApp) {
    let other = in_own_words(app.nurse_registration("Nora Nurse"));
    for words in [Value::Null, json!(""), json!("   "), json!("Too short"), json!("x".repeat(2_001))] {
        let form = with_changes(other.clone(), json!({ "confidentiality_reason_note": words }));
        let refused = app.registers(&form).await.expect(422);
        refused.expect_field("invalid_body", "/confidentiality_reason_note");
    }
    let mut without = other.clone();
    without.as_object_mut().unwrap().remove("confidentiality_reason_note");
    let refused = app.registers(&without).await.expect(422).expect_field("invalid_body", "/confidentiality_reason_note");
    assert_eq!(refused.json["errors"][0]["code"], "required");
    for reason in ["none", "team", "seniority", "local_service_is_employer"] {
        let form = with_changes(other.clone(), json!({ "confidentiality_reason": reason }));
        let refused = app.registers(&form).await.expect(422).expect_field("invalid_body", "/confidentiality_reason_note");
        assert_eq!(refused.json["errors"][0]["code"], "not_allowed", "{reason}");
    }
    assert!(app.emails_to("nora.nurse@example.org").await.is_empty(), "nothing was begun");
    app.registers(&with_changes(other, json!({ "confidentiality_reason_note": "x".repeat(2_000) }))).await.expect(201);
}

#[apply(both_engines)]
async fn registration_in_own_words_awaits_a_decision_and_shows_crisis_help(app: TestApp) {
    let form = in_own_words(app.nurse_registration("Nora Nurse"));
    let received = app.registers(&form).await.expect(201);
    assert_eq!((received.text("decision"), received.text("next_step")), ("awaiting_decision".into(), "confirm_email".into()));
    assert_eq!(received.json["reasons"][0]["code"], "reason_awaits_decision");
    let signposts = received.json["signposts"].as_array().unwrap();
    assert_eq!(signposts[0]["contact"], "999", "crisis help first");
    assert!(signposts.iter().any(|one| one["id"] == "gp"), "and other help: {signposts:?}");

    app.confirms_address("nora.nurse@example.org").await.expect(204);
    let nora = app.signed_in("Nora Nurse", "nora.nurse@example.org", crate::support::actors::PASSWORD).await;
    let mine = nora.own_registration().await;
    assert_eq!((mine.text("pathway"), mine.text("next_step")), ("awaiting_decision".into(), "await_decision".into()));
    assert_eq!(mine.json["signposts"][0]["contact"], "999");
    assert_eq!(mine.text("confidentiality_reason_note"), WORDS);
    let decision = json!({
        "state": "waiting", "waiting_since": mine.json["reason_decision"]["waiting_since"], "decision_due_on": "2027-01-18",
        "decided_at": null, "decision_reason": null, "other_words_until": null,
        "next_steps": ["wait", "send_other_words", "see_signposts"],
    });
    assert_eq!(mine.json["reason_decision"], decision, "five working days");
    assert_eq!(app.row_count("funding_requests").await, 0);
}

#[apply(both_engines)]
async fn people_who_are_covered_or_not_covered_by_any_reason_wait_for_no_one(app: TestApp) {
    let cory = app.coordinator().await;
    let doctor = app.practitioner_with(&in_own_words(app.registration("Ada Byron"))).await;
    assert_eq!(doctor.pathway().await, "registered", "doctors need no reason");
    let social_care = json!({ "setting": "social_care" });
    let nurse = app.practitioner_with(&with_changes(in_own_words(app.nurse_registration("Nan Nurse")), social_care)).await;
    assert_eq!(nurse.pathway().await, "signposted", "no reason counts there");
    for person in [&doctor, &nurse] {
        let mine = person.own_registration().await;
        assert_eq!((mine.text("confidentiality_reason_note"), &mine.json["reason_decision"]), (WORDS.to_owned(), &Value::Null));
    }
    assert!(cory.lists_reasons("").await.items().is_empty());
}

#[apply(both_engines)]
async fn closed_intake_signposts_new_people_whatever_they_write(app: TestApp) {
    let (admin, cory) = (app.administrator().await, app.coordinator().await);
    let closing =
        json!({ "starts_on": "2027-01-12", "open": false, "reason": "For the time being.", "signposts": ["medical_help"] });
    let period = json!({ "cohort": "secondary_care", "period": closing });
    admin.post("/v1/intake-periods", period).send().await.expect(201);
    let waiting = app.nurse_in_own_words("Nan Nurse").await;
    app.clock.advance(TimeDelta::days(1));
    let received = app.registers(&in_own_words(app.nurse_registration("Nora Nurse"))).await.expect(201);
    assert_eq!(received.text("decision"), "signposted");
    assert_eq!(received.json["reasons"].as_array().unwrap().len(), 1, "staff would not decide about it");
    assert_eq!(received.json["signposts"][0]["contact"], "999");

    cory.signs_in_again().await.accepts_reason_of(&waiting).await;
    let waiting = waiting.signs_in_again().await;
    assert_eq!(waiting.pathway().await, "registered", "who waited before is not refused by it");
}

#[apply(both_engines)]
async fn nothing_can_be_booked_or_asked_for_while_words_wait(app: TestApp) {
    let (cory, cleo) = (app.coordinator().await, app.clinician("Cleo Marsh").employed_by("A1A1A").await);
    let nora = app.nurse_in_own_words("Nora Nurse").await;
    let slot = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Assessment).await;
    let begun = nora.post_empty("/v1/assessments").send().await;
    for (what, refused) in [("book", nora.books(&slot).await), ("hold", nora.holds(&slot).await), ("begin", begun)] {
        let refused = refused.expect_problem("not_eligible");
        assert_eq!(refused.json["signposts"][0]["contact"], "999", "{what}");
        assert!(what == "begin" || refused.text("detail").contains("not been decided"), "{what}: {}", refused.json);
    }
    cory.books_for(&nora, &slot).await.expect_problem("not_eligible");
    let window = "from=2027-01-11T09:00:00Z&until=2027-01-20T09:00:00Z";
    assert!(nora.searches(window).await.expect(200).items().is_empty());
    assert_eq!(app.slot_state(&slot).await, "free");

    nora.post("/v1/funding-requests", json!({})).send().await.expect_problem("not_eligible");
    cory.post("/v1/funding-requests", json!({ "practitioner_id": nora.id })).send().await.expect_problem("not_eligible");
    for table in ["appointments", "assessments", "funding_requests"] {
        assert_eq!(app.row_count(table).await, 0, "{table}");
    }
}

#[apply(both_engines)]
async fn words_and_the_decision_about_them_are_sealed(app: TestApp) {
    use confide::access::schema::confidentiality_reasons::dsl;
    use confide::people::schema::practitioners::dsl as people;
    use diesel::prelude::*;
    let (cory, nora) = (app.coordinator().await, app.nurse_in_own_words("Nora Nurse").await);
    cory.declines_reason_of(&nora).await;
    let id = nora.id;
    let (words, decision, details): (Vec<u8>, Option<Vec<u8>>, Vec<u8>) = app
        .sql(move |conn| {
            let reason = dsl::confidentiality_reasons.filter(dsl::practitioner_id.eq(id));
            let (words, decision) = reason.select((dsl::sealed_words, dsl::sealed_decision)).get_result(conn)?;
            Ok((words, decision, people::practitioners.find(id).select(people::details).get_result(conn)?))
        })
        .await;
    for sealed in [words, decision.unwrap(), details] {
        let readable = String::from_utf8_lossy(&sealed).into_owned();
        assert!(!readable.contains("appraise") && !readable.contains("independent"), "{readable}");
    }
}
