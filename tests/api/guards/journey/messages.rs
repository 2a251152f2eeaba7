//! The room messages in the guards' journey.

use confide::people::Role;
use confide::platform::outbox::transport::Transport;
use confide::platform::outbox::worker::{Sender, send_due, send_due_at};
use confide::platform::outbox::{admin, delivery};
use serde_json::json;

use super::super::operation::PLANTED;
use super::{People, Walked};
use crate::support::TestApp;
use crate::support::actors::Actor;
use crate::support::mail_server::{MailServer, Mood};
use crate::support::messages::TextGateway;
use crate::support::practitioners::phq9_at_risk;

/// Leaves something at each address of the room, and tells the application of it.
pub(super) async fn leaves_something(app: &TestApp, people: &People) {
    let messages = people["administrator"].get("/v1/messages?limit=1").send().await.expect(200);
    app.remember_subject("/v1/messages/{id}", messages.items()[0]["id"].as_str().unwrap());
    people["practitioner"].wishes(json!({ "channel": "sms", "mobile": "07700 900123" })).await.expect(200);
}

/// The room's part of the walk.
pub(super) async fn walk(app: &TestApp, walked: &mut Walked) {
    let mila = app.practitioner(&format!("Mila {PLANTED}")).await;
    let (cory, avery) = (
        app.staff(&format!("Cosima {PLANTED}"), Role::Coordinator).await,
        app.staff(&format!("Ava {PLANTED}"), Role::Administrator).await,
    );
    let cleo = app.clinician(&format!("Clea {PLANTED}")).await;
    for actor in [&mila, &cory, &avery, &cleo] {
        walked.knows(actor);
    }
    cleo.holds_clinic_on("thursday", "09:00", "12:00", 60, "assessment", "video").await;
    mila.completes_intake_with(phq9_at_risk(1)).await;
    walked.refused("a wrong number", mila.wishes(json!({ "mobile": "020 7946 0018" })).await.expect(422));
    mila.wishes(json!({ "subject_line": format!("About {PLANTED}") })).await.expect(200);
    mila.wants_texts_to("+447700900777").await;
    walked.secrets.push("7700900777".to_owned());
    let slot = mila.finds_slot(&cleo, "2027-01-14T09:00:00Z").await;
    let booked = mila.books(&slot).await.expect(201).id();

    // A gateway takes the texts, and says what became of them.
    let gateway = TextGateway::start();
    let transport = Transport::folder("Appointments <no-reply@example.org>", app.outbox_folder()).unwrap();
    let sender = Sender::new(transport.with_text_gateway(gateway.client()), confide::server::notification_registry());
    while send_due_at(&app.platform, &sender, app.now() + chrono::TimeDelta::minutes(4)).await.unwrap() > 0 {}
    app.clock.advance(chrono::TimeDelta::minutes(5));
    assert!(delivery::poll_due(&app.platform, &sender.transport).await.unwrap() > 0);
    assert!(!app.letters_to(&cory.email).await.is_empty(), "somebody is at risk");
    let mila = mila.back().await;
    walked.knows(&mila);
    mila.cancels(&booked, "practitioner_work").await.expect(200);
    avery.get("/v1/messages").send().await.expect(200);
    letters_in_doubt(app, &avery).await;
    for state in ["sent", "dropped"] {
        let messages = avery.sees_messages(state).await;
        assert!(!messages.is_empty(), "none is {state}");
        for message in messages {
            let id = message["id"].as_str().unwrap().to_owned();
            avery.get(&format!("/v1/messages/{id}")).send().await.expect(200);
            walked.refused("settled", avery.replays(&id).await.expect_problem("state_conflict"));
            walked.refused("settled", avery.gives_up(&id).await.expect_problem("state_conflict"));
        }
    }
    let filter = json!({ "state": "failed", "kind": "greeting", "channel": "sms", "since": "2027-01-01T00:00:00Z" });
    avery.post("/v1/message-replays", filter).send().await.expect(200);
    app.write(admin::delete_expired).await;
    app.write(admin::counts).await;
}

/// A mail server cuts the connection after it took two letters: one is sent again, the other is given up.
async fn letters_in_doubt(app: &TestApp, avery: &Actor) {
    let server = MailServer::start();
    server.is(Mood::TakesAndCuts);
    for name in ["Ines", "Imke"] {
        let email = format!("{}.{PLANTED}@example.org", name.to_lowercase());
        let person = json!({ "email": email, "name": format!("{name} {PLANTED}"), "role": "clinician" });
        avery.post("/v1/staff", person).send().await.expect(201);
    }
    for _ in 0..3 {
        send_due(&app.platform, &server.sender()).await.unwrap();
        app.clock.advance(chrono::TimeDelta::minutes(1));
    }
    let doubtful = avery.sees_messages("in_doubt").await;
    let ids: Vec<&str> = doubtful.iter().map(|message| message["id"].as_str().unwrap()).collect();
    let [again, given_up] = ids[..] else { panic!("two are in doubt: {ids:?}") };
    avery.replays(again).await.expect(200);
    avery.gives_up(given_up).await.expect(200);
}
