//! Records that are not linked to a practitioner's account, but give their email address or mobile number.

use chrono::TimeDelta;
use confide::people::Role;
use serde_json::json;

use crate::support::contacts::nurse_caller;
use crate::support::funding::decline;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn contact_with_the_email_address_is_hidden_from_a_blocked_call_handler(app: TestApp) {
    let (hanna, other) = (app.call_handler().await, app.staff("Greta Holm", Role::CallHandler).await);
    let ada = app.practitioner("Ada Byron").await;
    let caller = json!({ "preferred_name": "Ada", "email": ada.email.to_uppercase() });
    let contact = other.logs_contact("phone", caller).await.expect(201).id();
    hanna.triages_contact(&contact, &["immediate_danger"]).await.expect(200);
    hanna.reads_contact(&contact).await.expect(200);
    ada.blocks_name("Hanna Handler").await.expect(201);
    hanna.reads_contact(&contact).await.expect_problem("not_found");
    hanna.closes_contact(&contact, "informed").await.expect_problem("not_found");
    assert!(hanna.get("/v1/contacts").send().await.expect(200).items().is_empty());
    assert!(hanna.contact_tasks("").await.is_empty());
    let search = json!({ "email": ada.email });
    assert!(hanna.post("/v1/contact-searches", search.clone()).send().await.expect(200).items().is_empty());
    other.reads_contact(&contact).await.expect(200);
    assert_eq!(other.post("/v1/contact-searches", search).send().await.expect(200).items().len(), 1);
}

#[apply(both_engines)]
async fn contact_with_a_number_is_hidden_once_the_practitioner_has_confirmed_the_number(app: TestApp) {
    let (hanna, other) = (app.call_handler().await, app.staff("Greta Holm", Role::CallHandler).await);
    let ada = app.practitioner("Ada Byron").await;
    ada.blocks_name("H. Handler").await.expect(201);
    let contact = other.logs_contact("phone", nurse_caller()).await.expect(201).id();
    hanna.reads_contact(&contact).await.expect(200);
    ada.chooses_texts_to("+447700900123").await;
    hanna.reads_contact(&contact).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn address_that_a_call_handler_enters_tells_nothing_about_whose_it_is(app: TestApp) {
    let (hanna, other) = (app.call_handler().await, app.staff("Greta Holm", Role::CallHandler).await);
    let ada = app.practitioner("Ada Byron").await;
    ada.blocks_name("Hanna Handler").await.expect(201);
    for email in [ada.email.as_str(), "stranger@example.org"] {
        let contact = hanna.logs_contact("phone", json!({ "email": email })).await.expect(201).id();
        hanna.reads_contact(&contact).await.expect(200);
        let of_another = other.logs_contact("phone", json!({ "preferred_name": "Wren" })).await.expect(201).id();
        let path = format!("/v1/contacts/{of_another}");
        let seen = hanna.get(&path).send().await.expect(200).etag();
        hanna.put(&path, json!({ "caller": { "email": email } })).if_match(&seen).send().await.expect(200);
        hanna.reads_contact(&of_another).await.expect(200);
        let found = hanna.post("/v1/contact-searches", json!({ "email": email })).send().await.expect(200);
        assert_eq!(found.items().len(), 2, "{email}");
    }
}

#[apply(both_engines)]
async fn referral_with_the_email_address_is_hidden_from_a_blocked_coordinator(app: TestApp) {
    let hub = app.harbour_hub().await;
    let (cory, dana) = (app.coordinator().await, app.staff("Dana Moor", Role::Coordinator).await);
    let hattie = app.hub_coordinator("Hattie Marsh", &hub).await;
    let ada = app.practitioner("Ada Byron").await;
    let form = json!({ "kind": "hub_to_service", "reason": "confidentiality", "consent": true, "name": "Ada Byron", "email": ada.email });
    let referral = hattie.creates_referral(&hub, form).await.expect(201).id();
    cory.reads_referral(&referral).await.expect(200);
    ada.blocks_name("Cory Coordinator").await.expect(201);
    cory.reads_referral(&referral).await.expect_problem("not_found");
    assert!(cory.referral_ids("").await.is_empty());
    cory.accepts_referral(&referral).await.expect_problem("not_found");
    assert_eq!(dana.referral_ids("").await, std::slice::from_ref(&referral));
    dana.accepts_referral(&referral).await.expect(200);
}

#[apply(both_engines)]
async fn address_in_a_referral_tells_its_creator_nothing_about_whose_it_is(app: TestApp) {
    let hub = app.harbour_hub().await;
    let hattie = app.hub_coordinator("Hattie Marsh", &hub).await;
    let ada = app.practitioner("Ada Byron").await;
    ada.blocks_name("Hattie Marsh").await.expect(201);
    for email in [ada.email.as_str(), "stranger@example.org"] {
        let form = json!({ "kind": "hub_to_service", "reason": "confidentiality", "consent": true, "name": "Ann Other", "email": email });
        let referral = hattie.creates_referral(&hub, form).await.expect(201).id();
        hattie.reads_referral(&referral).await.expect(200);
        assert!(hattie.referral_ids("").await.contains(&referral), "{email}");
        hattie.acts_on_referral(&referral, "withdraw", json!(null)).await.expect(204);
    }
}

#[apply(both_engines)]
async fn team_request_of_a_practitioner_is_hidden_from_a_blocked_coordinator(app: TestApp) {
    let (cory, dana) = app.two_coordinators().await;
    let ada = app.practitioner("Ada Byron").await;
    cory.runs_campaign(&dana, json!({ "kind": "team_support", "wording": "team_offer" }), &[ada.email.clone()]).await;
    app.queue_due_outreach().await;
    let token = app.outreach_token_for(&ada.email).await;
    app.answers_outreach(&token, "asks_for_team_session", json!({})).await.expect(200);
    let list = "/v1/outreach-team-requests";
    let id = cory.get(list).send().await.expect(200).items()[0]["id"].as_str().unwrap().to_owned();
    ada.blocks_name(&cory.name).await.expect(201);
    assert!(cory.get(list).send().await.expect(200).items().is_empty());
    cory.get(&format!("{list}/{id}")).send().await.expect_problem("not_found");
    for verb in ["take", "complete"] {
        cory.post_empty(&format!("{list}/{id}/{verb}")).send().await.expect_problem("not_found");
    }
    dana.post_empty(&format!("{list}/{id}/take")).send().await.expect(200);
    assert_eq!(dana.get(list).send().await.expect(200).items().len(), 1);
}

#[apply(both_engines)]
async fn closed_contact_is_read_for_30_days(app: TestApp) {
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    let open = hanna.logs_contact("phone", json!({ "preferred_name": "Wren" })).await.expect(201).id();
    hanna.closes_contact(&contact, "informed").await.expect(200);
    app.clock.advance(TimeDelta::days(30));
    let hanna = hanna.signs_in_again().await;
    hanna.reads_contact(&contact).await.expect(200);
    app.clock.advance(TimeDelta::days(1));
    let hanna = hanna.signs_in_again().await;
    for reader in [&hanna, &app.coordinator().await] {
        reader.reads_contact(&contact).await.expect_problem("not_found");
        let list = reader.get("/v1/contacts").send().await.expect(200);
        assert_eq!(list.items().iter().map(|item| item["id"].clone()).collect::<Vec<_>>(), [json!(open)]);
        let search = json!({ "phone": "07700 900123" });
        assert!(reader.post("/v1/contact-searches", search).send().await.expect(200).items().is_empty());
    }
}

#[apply(both_engines)]
async fn ended_referral_is_read_by_its_hub_for_30_days(app: TestApp) {
    let hub = app.harbour_hub().await;
    let (cory, hattie) = (app.coordinator().await, app.hub_coordinator("Hattie Marsh", &hub).await);
    let ada = app.practitioner("Ada Byron").await;
    let ended = cory.refers_to_hub(&ada, &hub).await;
    hattie.acts_on_referral(&ended, "decline", json!({ "reason": "no_capacity" })).await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    let open = cory.refers_to_hub(&ada, &hub).await;
    app.clock.advance(TimeDelta::days(29));
    let hattie = hattie.signs_in_again().await;
    hattie.reads_referral(&ended).await.expect(200);
    assert_eq!(hattie.referral_ids("").await.len(), 2);
    app.clock.advance(TimeDelta::days(2));
    let (cory, hattie) = (cory.signs_in_again().await, hattie.signs_in_again().await);
    hattie.reads_referral(&ended).await.expect_problem("not_found");
    hattie.reads_referral(&open).await.expect(200);
    assert_eq!(hattie.referral_ids("").await, std::slice::from_ref(&open));
    cory.reads_referral(&ended).await.expect(200);
    assert_eq!(cory.referral_ids("").await.len(), 2);
}

#[apply(both_engines)]
async fn decided_request_is_read_by_commissioners_for_30_days(app: TestApp) {
    let (nora, request) = app.funded_nurse("Nora Field", decline()).await;
    let (commissioner, cory) = (app.commissioner("Ola Reed", &["QWE"]).await, app.coordinator().await);
    app.clock.advance(TimeDelta::days(29));
    let (commissioner, cory) = (commissioner.signs_in_again().await, cory.signs_in_again().await);
    for reader in [&commissioner, &cory] {
        reader.reads_request(&request).await.expect(200);
        assert_eq!(reader.funding_request_ids().await, std::slice::from_ref(&request));
    }
    app.clock.advance(TimeDelta::days(2));
    let (commissioner, cory) = (commissioner.signs_in_again().await, cory.signs_in_again().await);
    for reader in [&commissioner, &cory] {
        reader.reads_request(&request).await.expect_problem("not_found");
        assert!(reader.funding_request_ids().await.is_empty());
    }
    // Coordinators read it again when there is another reason to know of the practitioner.
    cory.takes_a_call_from(&nora).await;
    cory.reads_request(&request).await.expect(200);
}

#[apply(both_engines)]
async fn approval_is_read_by_commissioners_until_30_days_after_its_last_day(app: TestApp) {
    use crate::support::funding::approve_until;
    let last = app.now().london_day() + TimeDelta::days(60);
    let (_, request) = app.funded_nurse("Nora Field", approve_until(&last.to_string())).await;
    let commissioner = app.commissioner("Ola Reed", &["QWE"]).await;
    app.clock.advance(TimeDelta::days(90));
    let commissioner = commissioner.signs_in_again().await;
    commissioner.reads_request(&request).await.expect(200);
    assert_eq!(commissioner.funding_request_ids().await.len(), 1);
    app.clock.advance(TimeDelta::days(1));
    let commissioner = commissioner.signs_in_again().await;
    commissioner.reads_request(&request).await.expect_problem("not_found");
    assert!(commissioner.funding_request_ids().await.is_empty());
}
