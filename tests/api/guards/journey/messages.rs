//! Messages in the guards' journey.

use confide::people::Role;
use confide::platform::ids::Id;
use confide::platform::outbox::transport::Transport;
use confide::platform::outbox::worker::{Sender, send_due, send_due_at};
use confide::platform::outbox::{admin, delivery};
use confide::platform::schema::outbox::dsl;
use diesel::prelude::*;
use serde_json::json;

use super::super::operation::PLANTED;
use super::{People, WalkResult};
use crate::support::TestApp;
use crate::support::actors::Actor;
use crate::support::mail_server::{Behaviour, MailServer};
use crate::support::messages::TextGateway;
use crate::support::practitioners::phq9_at_risk;

/// Creates a record for each path of the module and remembers its id.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    // Administrators see only what could not be sent.
    let unsent: Id = app
        .sql(|conn| {
            let oldest: Id = dsl::outbox.order(dsl::id).select(dsl::id).first(conn)?;
            diesel::update(dsl::outbox.find(oldest)).set(dsl::state.eq("dead")).execute(conn)?;
            Ok(oldest)
        })
        .await;
    app.remember_id("/v1/messages/{id}", &app.shown_message(unsent));
    people["practitioner"].sets_message_preferences(json!({ "channel": "sms", "mobile": "07700 900123" })).await.expect(200);
}

/// The module's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let mila = app.practitioner(&format!("Mila {PLANTED}")).await;
    let (cory, avery) = (
        app.staff(&format!("Cosima {PLANTED}"), Role::Coordinator).await,
        app.staff(&format!("Ava {PLANTED}"), Role::Administrator).await,
    );
    let cleo = app.clinician(&format!("Clea {PLANTED}")).await;
    for actor in [&mila, &cory, &avery, &cleo] {
        walked.add_tokens_of(actor);
    }
    cleo.holds_clinic_on("thursday", "09:00", "12:00", 60, "assessment", "video").await;
    mila.completes_intake_with(phq9_at_risk(1)).await;
    walked.add_refusal("a wrong number", mila.sets_message_preferences(json!({ "mobile": "020 7946 0018" })).await.expect(422));
    let stated = json!({ "subject_line": format!("About {PLANTED}"), "safe_to_call": true, "best_time": format!("When {PLANTED} sleeps") });
    mila.sets_message_preferences(stated).await.expect(200);
    mila.chooses_texts_to("+447700900777").await;
    walked.secrets.push("7700900777".to_owned());
    let slot = mila.finds_slot(&cleo, "2027-01-14T09:00:00Z").await;
    let booked = mila.books(&slot).await.expect(201).id();

    // A gateway accepts the text messages and reports their delivery.
    let gateway = TextGateway::start();
    let transport = Transport::folder("Appointments <no-reply@example.org>", app.outbox_folder()).unwrap();
    let sender = Sender::new(transport.with_text_gateway(gateway.client()), confide::server::notification_registry());
    while send_due_at(&app.platform, &sender, app.now() + chrono::TimeDelta::minutes(4)).await.unwrap() > 0 {}
    app.clock.advance(chrono::TimeDelta::minutes(5));
    assert!(delivery::poll_due(&app.platform, &sender.transport).await.unwrap() > 0);
    assert!(!app.emails_to(&cory.email).await.is_empty(), "the coordinator is notified of a risk alert");
    let mila = mila.signs_in_again().await;
    walked.add_tokens_of(&mila);
    mila.cancels(&booked, "practitioner_work").await.expect(200);
    avery.get("/v1/messages").send().await.expect(200);
    resolve_emails_in_doubt(app, &avery).await;
    for state in ["sent", "dropped"] {
        let id: Id = app.sql(move |conn| Ok(dsl::outbox.filter(dsl::state.eq(state)).select(dsl::id).first(conn)?)).await;
        let id = app.shown_message(id);
        walked.add_refusal("settled", avery.get(&format!("/v1/messages/{id}")).send().await.expect_problem("not_found"));
        walked.add_refusal("settled", avery.replays(&id).await.expect_problem("not_found"));
        walked.add_refusal("settled", avery.drops_message(&id).await.expect_problem("not_found"));
    }
    let filter = json!({ "state": "failed", "channel": "sms", "since": "2027-01-01T00:00:00Z" });
    avery.post("/v1/message-replays", filter).send().await.expect(200);
    app.write(admin::delete_expired).await;
    app.write(admin::counts).await;
}

/// A mail server disconnects after accepting two emails: one is sent again, the other is dropped.
async fn resolve_emails_in_doubt(app: &TestApp, avery: &Actor) {
    let server = MailServer::start();
    server.behaves(Behaviour::AcceptsAndDisconnects);
    for name in ["Ines", "Imke"] {
        let email = format!("{}.{PLANTED}@example.org", name.to_lowercase());
        let person =
            json!({ "email": email, "name": format!("{name} {PLANTED}"), "role": "clinician", "reason": "Joins the team." });
        avery.creates_approved_staff_with(person).await;
    }
    for _ in 0..3 {
        send_due(&app.platform, &server.sender()).await.unwrap();
        app.clock.advance(chrono::TimeDelta::minutes(1));
    }
    let in_doubt = avery.lists_messages("in_doubt").await;
    let ids: Vec<&str> = in_doubt.iter().map(|message| message["id"].as_str().unwrap()).collect();
    let [replayed, dropped] = ids[..] else { panic!("expected two messages in doubt: {ids:?}") };
    avery.get(&format!("/v1/messages/{replayed}")).send().await.expect(200);
    avery.replays(replayed).await.expect(200);
    avery.drops_message(dropped).await.expect(200);
}
