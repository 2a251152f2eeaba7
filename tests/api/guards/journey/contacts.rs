//! The contact line in the guards' journey.

use chrono::TimeDelta;
use confide::people::Role;
use serde_json::json;

use super::super::operation::PLANTED;
use super::{People, WalkResult};
use crate::support::TestApp;
use crate::support::actors::PASSWORD;
use crate::support::contacts::{nurse_caller, token_in};

/// Creates a record for each path of the module and remembers its id.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let handler = &people[Role::CallHandler.as_str()];
    let contact = handler.logs_contact("phone", nurse_caller()).await.expect(201).id();
    handler.triages_contact(&contact, &["immediate_danger", "needs_today"]).await.expect(200);
    let invitation = handler.invites_caller(&contact, "sms").await.expect(201).id();
    let task = handler.contact_tasks("kind=danger").await.pop().unwrap().1;
    handler.takes_task(&task).await.expect(200);
    let day = json!({ "channel": "web", "kind": "day", "starts_on": "2027-05-05", "hours": [] });
    let hours = people[Role::Administrator.as_str()].post("/v1/contact-hours", day).send().await.expect(201);
    app.remember_id("/v1/contact-hours/{id}", &hours.id());
    for (address, subject) in
        [("/v1/contacts/{id}", contact), ("/v1/invitations/{id}", invitation), ("/v1/contact-tasks/{id}", task)]
    {
        app.remember_id(address, &subject);
    }
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let hanna = app.staff(&format!("Hanna {PLANTED}"), Role::CallHandler).await;
    let cory = app.staff(&format!("Cordelia {PLANTED}"), Role::Coordinator).await;
    for actor in [&hanna, &cory] {
        walked.add_tokens_of(actor);
    }
    let email = format!("lark.{PLANTED}@example.org");
    let caller = json!({ "preferred_name": format!("Lark {PLANTED}"), "phone": "07700 900888", "email": email, "profession": "nurse",
        "setting": "secondary_care", "nation": "england", "icb_code": "QWE", "languages": format!("{PLANTED}ish"),
        "safe_times": format!("when {PLANTED} sleeps"), "note": format!("about {PLANTED}"), "stated_reference": "CF-2222-2222" });
    walked.secrets.push("7700900888".to_owned());
    let form = json!({ "channel": "phone", "caller": caller });
    let logged = hanna.post("/v1/contacts", form).key("walk-contact").send().await.expect(201);
    let (contact, path) = (logged.id(), format!("/v1/contacts/{}", logged.id()));
    hanna.put(&path, json!({ "caller": caller })).if_match(&logged.etag()).send().await.expect(200);
    walked.add_refusal(
        "an old version",
        hanna.put(&path, json!({ "caller": caller })).if_match("\"v99\"").send().await.expect(412),
    );
    for query in ["", "?state=open&channel=phone", "?needs_today=true&limit=1"] {
        cory.get(&format!("/v1/contacts{query}")).send().await.expect(200);
    }
    hanna.post("/v1/contact-searches", json!({ "phone": "07700 900888", "email": email })).send().await.expect(200);
    hanna.get(&format!("{path}/eligibility")).send().await.expect(200);
    hanna.triages_contact(&contact, &["immediate_danger", "needs_today"]).await.expect(200);
    let alert = json!({ "severity": "immediate", "note": format!("heard {PLANTED} cry"), "stated_reference": "CF-2222-2222" });
    hanna.post(&format!("{path}/risk-alerts"), alert).key("walk-contact-alert").send().await.expect(202);
    let on_duty = app.clinician(&format!("Dove {PLANTED}")).registered("gmc", "7654399").await;
    walked.add_tokens_of(&on_duty);
    cory.puts_on_duty(&on_duty).await.expect(201);
    app.run_contact_crises().await;
    assert!(app.email_subjects_to(&on_duty.email).await.contains(&"Please call your colleagues now".to_owned()));
    walked.add_refusal("tasks are waiting", hanna.closes_contact(&contact, "informed").await.expect(409));
    let tasks = cory.contact_tasks("state=waiting&limit=100").await;
    assert!(!tasks.is_empty(), "the immediate danger has a task");
    for (_, task) in tasks {
        cory.takes_task(&task).await.expect(200);
        walked.add_refusal("taken by another", hanna.takes_task(&task).await.expect(409));
        hanna.takes_task_over(&task).await.expect(200);
        hanna.completes_task(&task, &format!("rang {PLANTED}")).await.expect(200);
        hanna.get(&format!("/v1/contact-tasks/{task}")).send().await.expect(200);
    }

    let first = hanna.invites_caller(&contact, "sms").await.expect(201);
    walked.secrets.push(app.invitation_texted_to("+447700900888").await);
    hanna.acts_on_invitation(&first.id(), "renew").await.expect(201);
    let revoked = hanna.invites_caller(&contact, "email").await.expect(201);
    let token = token_in(&app.emails_to(&email).await.last().unwrap().body);
    hanna.acts_on_invitation(&revoked.id(), "revoke").await.expect(200);
    walked.add_refusal("revoked", app.looks_up_invitation(&token).await.expect(410));
    walked.secrets.push(token);
    app.clock.advance(TimeDelta::seconds(1));
    hanna.invites_caller(&contact, "email").await.expect(201);
    let token = token_in(&app.emails_to(&email).await.last().unwrap().body);
    walked.secrets.push(token.clone());
    app.looks_up_invitation(&token).await.expect(200);
    let mut form = app.nurse_registration(&format!("Lark {PLANTED}"));
    form["email"] = json!(format!("lark.at.home.{PLANTED}@example.org"));
    form["invitation_token"] = json!(token);
    app.registers(&form).await.expect(201);
    let confirms = app.token_for(form["email"].as_str().unwrap()).await;
    walked.add_refusal("another password", app.opens_link(&confirms, &format!("{PLANTED} is another one")).await.expect(422));
    app.opens_link(&confirms, PASSWORD).await.expect(204);
    walked.secrets.push(confirms);
    walked.add_refusal("used", app.registers(&form).await.expect(410));
    hanna.get(&format!("{path}/invitations?limit=1")).send().await.expect(200);
    hanna.get(&format!("/v1/invitations/{}", first.id())).send().await.expect(200);
    hanna.closes_contact(&contact, "invited").await.expect(200);
    hanna.reads_contact(&contact).await.expect(200);

    app.get("/v1/contact-routes?nation=wales").send().await.expect(200);
    let form = json!({ "phone": "07700 900889", "preferred_name": format!("Jay {PLANTED}"), "note": format!("ring {PLANTED}"),
        "languages": format!("{PLANTED}ish"), "safe_times": format!("not when {PLANTED} is in"), "safety_question": "yes",
        "nation": "wales" });
    walked.secrets.push("7700900889".to_owned());
    let code = app.requests_call_back(form).await.expect(202).text("code");
    app.post("/v1/contact-request-lookups", json!({ "code": code })).send().await.expect(200);
    walked.secrets.push(code);
    app.run_contact_crises().await;
    let admin = app.staff(&format!("Adair {PLANTED}"), Role::Administrator).await;
    walked.add_tokens_of(&admin);
    let trial = json!({ "channel": "web", "kind": "day", "starts_on": "2027-06-06", "hours": [{ "from": "10:00", "until": "12:00" }],
        "reason": "A trial." });
    let set = admin.post("/v1/contact-hours", trial).key("walk-hours").send().await.expect(201);
    admin.get("/v1/contact-hours?channel=web&limit=1").send().await.expect(200);
    admin.get(&format!("/v1/contact-hours/{}", set.id())).send().await.expect(200);
    let second = app.staff(&format!("Ingrid {PLANTED} Hours"), Role::Administrator).await;
    walked.add_tokens_of(&second);
    walked.add_refusal("one's own hours", admin.approves_contact_hours(&set.id()).await.expect(409));
    second.approves_contact_hours(&set.id()).await.expect(200);
    walked.add_refusal("approved hours", admin.withdraws_contact_hours(&set.id()).await.expect(409));
    let other = json!({ "channel": "web", "kind": "day", "starts_on": "2027-06-07", "hours": [] });
    let other = admin.post("/v1/contact-hours", other).send().await.expect(201).id();
    admin.withdraws_contact_hours(&other).await.expect(200);

    // When tasks are overdue, and a year later; then the clock is set back.
    app.clock.advance(TimeDelta::days(2));
    app.run_contact_jobs().await;
    app.clock.advance(TimeDelta::days(365));
    app.run_contact_jobs().await;
    app.clock.advance(TimeDelta::days(-367));
}
