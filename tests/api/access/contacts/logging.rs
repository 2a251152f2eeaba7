//! A contact is logged with as little as the caller gives, and can be found again.

use serde_json::json;

use crate::support::contacts::{is_blank_caller, nurse_caller};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn caller_may_give_no_details_at_all(app: TestApp) {
    let hanna = app.call_handler().await;
    let logged = hanna.logs_contact("text", json!({})).await.expect(201);
    assert_eq!(logged.header("location"), Some(format!("/v1/contacts/{}", logged.id()).as_str()));
    assert_eq!(
        (logged.text("channel"), logged.text("origin"), logged.text("state")),
        ("text".into(), "logged".into(), "open".into())
    );
    assert_eq!(logged.text("logged_by"), hanna.id.to_string());
    assert!(is_blank_caller(&logged.json["caller"]), "{}", logged.json);
    // No name is needed to get help.
    let advice = hanna.triages_contact(&logged.id(), &["wants_information"]).await.expect(200);
    assert_eq!(advice.text("next_step"), "give_information");
    assert_eq!(app.audit_actions_by_name(&logged.id()).await, ["contact.logged", "contact.triaged"]);
}

#[apply(both_engines)]
async fn callers_details_are_stored_and_read_by_other_call_line_staff(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    let contact = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    let read = cory.reads_contact(&contact).await.expect(200);
    let caller = &read.json["caller"];
    assert_eq!(
        (caller["preferred_name"].as_str(), caller["note"].as_str()),
        (Some("Wren"), Some("Cannot sleep since the inquest."))
    );
    assert_eq!((caller["region"].as_str(), caller["safe_to_call"].as_bool()), (Some("london"), Some(false)));
    assert_eq!(app.audit_actions_by_name(&contact).await, ["contact.logged", "contact.read"]);
}

#[apply(both_engines)]
async fn contact_sent_again_with_its_key_is_logged_once(app: TestApp) {
    let hanna = app.call_handler().await;
    let form = json!({ "channel": "phone", "caller": nurse_caller() });
    let first = hanna.post("/v1/contacts", form.clone()).key("ring").send().await.expect(201);
    let again = hanna.post("/v1/contacts", form).key("ring").send().await.expect(201);
    assert_eq!(first.id(), again.id());
    let other = json!({ "channel": "text", "caller": {} });
    hanna.post("/v1/contacts", other).key("ring").send().await.expect(422).expect_problem("idempotency_key_reused");
}

#[apply(both_engines)]
async fn changing_the_callers_details_requires_the_current_version(app: TestApp) {
    let hanna = app.call_handler().await;
    let logged = hanna.logs_contact("phone", nurse_caller()).await.expect(201);
    let path = format!("/v1/contacts/{}", logged.id());
    let form = json!({ "caller": { "preferred_name": "Jay", "email": "jay@example.org" } });
    hanna.put(&path, form.clone()).send().await.expect(428).expect_problem("version_required");
    let changed = hanna.put(&path, form.clone()).if_match(&logged.etag()).send().await.expect(200);
    assert_eq!(
        (changed.json["caller"]["preferred_name"].as_str(), changed.json["caller"]["phone"].as_str()),
        (Some("Jay"), None)
    );
    hanna.put(&path, form.clone()).if_match(&logged.etag()).send().await.expect(412).expect_problem("version_mismatch");
    let wrong = json!({ "caller": { "nation": "scotland", "icb_code": "QWE" } });
    hanna.put(&path, wrong).if_match("*").send().await.expect(422).expect_field("invalid_body", "/caller/icb_code");
    hanna.closes_contact(&logged.id(), "informed").await.expect(200);
    hanna.put(&path, form).if_match("*").send().await.expect(409).expect_problem("contact_closed");
    hanna.closes_contact(&logged.id(), "informed").await.expect(409).expect_problem("contact_closed");
}

#[apply(both_engines)]
async fn earlier_contact_is_found_by_phone_number_or_email_address(app: TestApp) {
    let hanna = app.call_handler().await;
    let first = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    app.clock.advance(chrono::TimeDelta::seconds(1));
    let second = hanna.logs_contact("email", json!({ "email": "Wren@Example.org" })).await.expect(201).id();
    let found = async |form| {
        let found = hanna.post("/v1/contact-searches", form).send().await.expect(200);
        found.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for phone in
        ["+44 (0)7700 900123", "+4407700900123", "0044 7700 900123", "07700\u{2011}900\u{2011}123", " 07700\u{a0}900123 "]
    {
        assert_eq!(found(json!({ "phone": phone })).await, [first.clone()], "{phone:?}");
    }
    assert_eq!(found(json!({ "email": "wren@example.org" })).await, [second.clone()]);
    assert_eq!(found(json!({ "phone": "07700900123", "email": "wren@example.org" })).await, [second, first.clone()]);
    assert!(found(json!({ "phone": "07700 900999" })).await.is_empty());
    hanna.post("/v1/contact-searches", json!({})).send().await.expect(422).expect_field("invalid_body", "/phone");
    assert_eq!(
        app.audit_actions_by_name(&first).await,
        ["contact.found", "contact.found", "contact.found", "contact.found", "contact.found", "contact.found", "contact.logged"]
    );
    // A registered practitioner is not found this way.
    app.practitioner("Ada Byron").await;
    assert!(found(json!({ "email": "ada.byron@example.org" })).await.is_empty());
}

#[apply(both_engines)]
async fn lists_are_newest_first_and_leave_out_phone_and_note(app: TestApp) {
    let hanna = app.call_handler().await;
    let mut ids = Vec::new();
    for channel in ["phone", "text", "email"] {
        app.clock.advance(chrono::TimeDelta::seconds(1));
        ids.push(hanna.logs_contact(channel, nurse_caller()).await.expect(201).id());
    }
    hanna.triages_contact(&ids[1], &["needs_today"]).await.expect(200);
    hanna.closes_contact(&ids[2], "informed").await.expect(200);
    let listed = async |query: &str| {
        let list = hanna.get(&format!("/v1/contacts?{query}")).send().await.expect(200);
        list.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(listed("").await, [ids[2].clone(), ids[1].clone(), ids[0].clone()]);
    assert_eq!(listed("state=open").await, [ids[1].clone(), ids[0].clone()]);
    assert_eq!(listed("needs_today=true").await, [ids[1].clone()]);
    assert_eq!(listed("channel=email&state=closed").await, [ids[2].clone()]);
    let first = hanna.get("/v1/contacts?limit=2").send().await.expect(200);
    assert_eq!(first.items()[0]["preferred_name"], "Wren");
    assert!(first.items()[0].get("phone").is_none() && first.items()[0].get("note").is_none());
    assert_eq!(listed(&format!("limit=2&cursor={}", first.text("next_cursor"))).await, [ids[0].clone()]);
}

#[apply(both_engines)]
async fn eligibility_of_a_caller_is_shown_once_the_details_suffice(app: TestApp) {
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("phone", json!({ "profession": "nurse" })).await.expect(201);
    let path = format!("/v1/contacts/{}/eligibility", contact.id());
    let asked = hanna.get(&path).send().await.expect(422);
    asked.clone().expect_field("incomplete", "setting");
    asked.expect_field("incomplete", "nation");
    for (profession, decision) in [("nurse", "needs_funding"), ("dentist", "eligible"), ("medical_student", "signposted")] {
        let caller = json!({ "profession": profession, "setting": "secondary_care", "nation": "england" });
        let contact = hanna.logs_contact("phone", caller).await.expect(201).id();
        let verdict = hanna.get(&format!("/v1/contacts/{contact}/eligibility")).send().await.expect(200);
        assert_eq!(verdict.text("decision"), decision, "{profession}");
        assert!(!verdict.json["signposts"].as_array().unwrap().is_empty());
    }
}
