//! Whose business a contact is, and whose it is not.

use confide::identity::Role;

use crate::on_both_engines;
use crate::support::TestApp;
use crate::support::contacts::a_nurse;

on_both_engines! {
    async fn contacts_are_for_those_who_answer_and_for_nobody_else(app: TestApp) {
        let hanna = app.call_handler().await;
        let contact = hanna.logs("phone", a_nurse()).await.expect(201).id();
        let others = [
            app.practitioner("Ada Byron").await,
            app.clinician("Cleo Marsh").await,
            app.administrator().await,
            app.staff("Morgan Vale", Role::Commissioner).await,
            app.staff("Petra Privacy", Role::PrivacyOfficer).await,
        ];
        for other in &others {
            other.reads_contact(&contact).await.expect(403).expect_problem("wrong_role");
            other.get("/v1/contacts").send().await.expect(403).expect_problem("wrong_role");
            other.get("/v1/contact-tasks").send().await.expect(403).expect_problem("wrong_role");
            other.logs("phone", a_nurse()).await.expect(403).expect_problem("wrong_role");
            other.invites_caller(&contact, "sms").await.expect(403).expect_problem("wrong_role");
        }
        app.get(&format!("/v1/contacts/{contact}")).send().await.expect(401);
        app.coordinator().await.reads_contact(&contact).await.expect(200);
    }
}
