//! What a contact shows of a practitioner who is now in care.

use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn contact_shows_nothing_of_the_practitioners_care(app: TestApp) {
    let hanna = app.call_handler().await;
    let (contact, token) = hanna.invites_nurse().await;
    let before = hanna.reads_contact(&contact).await.expect(200).json;
    app.registers(&app.registration_with_invitation("Ada Byron", &token)).await.expect(201);
    app.confirms_address("ada.byron@example.org").await.expect(204);
    let ada = app.signed_in("Ada Byron", "ada.byron@example.org", crate::support::actors::PASSWORD).await;
    ada.completes_intake().await;
    app.set_pathway(&ada, confide::people::practitioners::model::Pathway::InCare).await;
    assert_eq!(hanna.reads_contact(&contact).await.expect(200).json, before, "nothing has changed");
    let invitations = hanna.get(&format!("/v1/contacts/{contact}/invitations")).send().await.expect(200);
    let members: Vec<&String> = invitations.items()[0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["channel", "contact_id", "created_at", "delivery", "expires_at", "id", "state"]);
    for address in ["practitioners", "assessments", "appointments", "funding-requests"] {
        hanna.get(&format!("/v1/{address}/{}", ada.id)).send().await.expect(403);
    }
}
