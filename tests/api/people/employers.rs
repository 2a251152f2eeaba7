//! Employers: sites of one trust are one employer, and staff of every role have one.

use chrono::TimeDelta;
use confide::people::Role;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::funding::SOUTH_WEST_LONDON;
use crate::support::reply::Reply;
use crate::support::{TestApp, apply, both_engines};

impl Actor {
    /// Records the employer of another member of staff, as an administrator; another one approves it.
    async fn sets_employer(&self, staff: &Self, employer: Value) -> Reply {
        let change = json!({ "employer_ods": employer, "reason": "The person stated it." });
        let changed = self.changes_account(&staff.id, change).await;
        self.app.approves_pending(&changed).await;
        changed
    }
}

/// A practitioner and a clinician with these employers are kept apart.
async fn expect_kept_apart(app: TestApp, practitioner: &str, clinician: &str) {
    let ada = app.new_practitioner("Ada Quill").employed_by(practitioner).registers_and_signs_in().await;
    ada.completes_intake().await;
    let tobias = app.clinician("Tobias Renn").employed_by(clinician).await;
    let eve = app.clinician("Eve Lund").employed_by("RX9").await;
    let cory = app.coordinator().await;
    for one in [&tobias, &eve] {
        one.holds_tuesdays().await;
    }
    ada.expect_only_offered(&eve, &tobias, &cory).await;
    tobias.reads_practitioner(&ada).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn practitioner_at_a_site_does_not_meet_a_clinician_of_the_trust(app: TestApp) {
    expect_kept_apart(app, "RJ101", "RJ1").await;
}

#[apply(both_engines)]
async fn practitioner_of_a_trust_does_not_meet_a_clinician_at_a_site(app: TestApp) {
    expect_kept_apart(app, "RJ1", "rj102").await;
}

#[apply(both_engines)]
async fn practitioner_of_a_dissolved_trust_does_not_meet_a_clinician_of_its_successor(app: TestApp) {
    expect_kept_apart(app, "RW3RM", "R0A").await;
}

#[apply(both_engines)]
async fn different_practices_with_similar_codes_are_different_employers(app: TestApp) {
    let ada = app.new_practitioner("Ada Quill").employed_by("A81001").registers_and_signs_in().await;
    app.clinician("Tobias Renn").employed_by("A81002").await;
    app.clinician("Eve Lund").employed_by("A81001").await;
    assert_eq!(ada.finds_clinicians("").await, ["Tobias Renn"]);
}

#[apply(both_engines)]
async fn employers_recorded_before_sites_counted_are_compared_by_trust_after_the_next_start(app: TestApp) {
    use confide::partners::schema::hub_coordinators;
    use confide::people::schema::{identity_entries, practitioners};
    use diesel::prelude::*;
    let ada = app.new_practitioner("Ada Quill").employed_by("RJ101").registers_and_signs_in().await;
    app.clinician("Tobias Renn").employed_by("RJ102").await;
    let hub = app.harbour_hub().await;
    let (hattie, admin) = (app.hub_coordinator("Hattie Marsh", &hub).await, app.administrator().await);
    admin.assigns_hub_coordinator(&hattie, &hub, json!("RJ103")).await.expect(200);
    let referral = app.coordinator().await.refers_to_hub(&ada, &hub).await;
    let by_whole_code = |code: &str| app.platform.sealer.blind_index("employer", code);
    let (ada_id, hattie_id) = (ada.id, hattie.id);
    let (of_ada, of_tobias, of_hattie) = (by_whole_code("RJ101"), by_whole_code("RJ102"), by_whole_code("RJ103"));
    app.sql(move |conn| {
        let earlier = (identity_entries::value_index.eq(of_tobias.clone()), identity_entries::name_form.eq(2));
        diesel::update(identity_entries::table.filter(identity_entries::kind.eq("employer"))).set(earlier).execute(conn)?;
        for (account, index) in [(ada_id, &of_ada), (hattie_id, &of_hattie)] {
            let entries = identity_entries::table
                .filter(identity_entries::kind.eq("employer"))
                .filter(identity_entries::account_id.eq(account));
            diesel::update(entries).set(identity_entries::value_index.eq(index)).execute(conn)?;
        }
        diesel::update(practitioners::table.find(ada_id)).set(practitioners::employer_index.eq(Some(&of_ada))).execute(conn)?;
        diesel::update(hub_coordinators::table).set(hub_coordinators::employer_index.eq(Some(&of_hattie))).execute(conn)?;
        Ok(())
    })
    .await;
    assert_eq!(ada.finds_clinicians("").await, ["Tobias Renn"], "the stored employers differ");
    hattie.reads_referral(&referral).await.expect(200);
    confide::server::load_reference_data(&app.platform).await.unwrap();
    assert!(ada.finds_clinicians("").await.is_empty());
    hattie.reads_referral(&referral).await.expect_problem("not_found");
    // Another hub of the same trust changes nothing, and leaving one is not leaving the trust.
    let assigned: Vec<Option<String>> =
        app.sql(|conn| Ok(hub_coordinators::table.select(hub_coordinators::employer_index).load(conn)?)).await;
    assert_eq!(assigned, [Some(by_whole_code("RJ1"))]);
}

#[apply(both_engines)]
async fn coordinator_of_the_same_employer_is_kept_apart(app: TestApp) {
    let (admin, cory) = (app.administrator().await, app.coordinator().await);
    let other = app.staff("Dana Moor", Role::Coordinator).await;
    let ada = app.new_practitioner("Ada Quill").employed_by("RJ1").registers_and_signs_in().await;
    cory.reads_practitioner(&ada).await.expect(200);
    admin.sets_employer(&cory, json!("rj101")).await.expect(200);
    let people = async |actor: &Actor| actor.get("/v1/practitioners").send().await.expect(200).items().len();
    cory.reads_practitioner(&ada).await.expect_problem("not_found");
    assert_eq!((people(&cory).await, people(&other).await), (0, 1));
    let history = admin.get(&format!("/v1/staff/{}/identity-history", cory.id)).send().await.expect(200);
    let entry = history.items().iter().find(|entry| entry["kind"] == "employer").expect("an employer");
    assert_eq!((&entry["value"], &entry["set_by"]), (&json!("RJ101"), &json!(admin.id)));
    // A former employer counts for another year.
    admin.sets_employer(&cory, json!(null)).await.expect(200);
    cory.reads_practitioner(&ada).await.expect_problem("not_found");
    app.clock.advance(TimeDelta::days(366));
    app.write(confide::people::accounts::identity::lapse_former_employers).await;
    // Without a step of hers there would be no purpose any more.
    app.set_pathway(&ada, confide::people::practitioners::model::Pathway::IntakeDone).await;
    cory.signs_in_again().await.reads_practitioner(&ada).await.expect(200);
}

#[apply(both_engines)]
async fn alert_of_a_colleague_goes_to_another_coordinator(app: TestApp) {
    let (admin, cory) = (app.administrator().await, app.coordinator().await);
    let dana = app.staff("Dana Moor", Role::Coordinator).await;
    admin.sets_employer(&cory, json!("RJ1")).await.expect(200);
    let ada = app.new_practitioner("Ada Quill").employed_by("RJ102").registers_and_signs_in().await;
    ada.completes_intake_with(crate::support::practitioners::phq9_at_risk(2)).await;
    assert_eq!((cory.open_alerts().await.len(), dana.open_alerts().await.len()), (0, 1));
    app.deliver_due_messages().await;
    assert_eq!((app.emails_to(&cory.email).await.len(), app.emails_to(&dana.email).await.len()), (0, 1));
}

#[apply(both_engines)]
async fn commissioner_does_not_decide_for_a_practitioner_of_their_own_board(app: TestApp) {
    let admin = app.administrator().await;
    let (morgan, ola) =
        (app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await, app.commissioner("Ola Reed", &[SOUTH_WEST_LONDON]).await);
    admin.sets_employer(&morgan, json!(SOUTH_WEST_LONDON)).await.expect(200);
    let mut form = app.nurse_registration("Nora Field");
    form["employer_ods"] = json!(SOUTH_WEST_LONDON);
    let nora = app.practitioner_with(&form).await;
    let request = nora.submits_own_request().await;
    app.coordinator().await.sends_to_panel(&request, "2027-01-25").await;
    ola.decides_instead_of(&morgan, &request).await;
}

#[apply(both_engines)]
async fn call_handler_keeps_what_they_entered_about_a_colleague(app: TestApp) {
    let (admin, hanna, hub) = (app.administrator().await, app.call_handler().await, app.harbour_hub().await);
    let ada = app.new_practitioner("Ada Quill").employed_by("RJ1").registers_and_signs_in().await;
    let caller = json!({ "preferred_name": "Ada", "email": ada.email });
    let contact = hanna.logs_contact("phone", caller).await.expect(201).id();
    let referral = json!({ "kind": "service_to_hub", "reason": "work_related", "consent": true, "contact_id": contact,
        "name": "Ada Quill", "email": ada.email });
    let referral = hanna.creates_referral(&hub, referral).await.expect(201).id();
    admin.sets_employer(&hanna, json!("RJ1")).await.expect(200);
    hanna.reads_contact(&contact).await.expect(200);
    hanna.reads_referral(&referral).await.expect(200);
    assert_eq!(hanna.referral_ids("").await, [referral]);
}

#[apply(both_engines)]
async fn employer_is_set_by_another_administrator_and_where_it_belongs(app: TestApp) {
    let (admin, cory) = (app.administrator().await, app.coordinator().await);
    admin.sets_employer(&admin, json!("RJ1")).await.expect_field("own_account", "/employer_ods");
    admin.sets_employer(&cory, json!("R-1")).await.expect_field("invalid_body", "/employer_ods");
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    admin.sets_employer(&cleo, json!("RJ1")).await.expect_field("invalid_body", "/employer_ods");
    let hattie = app.staff("Hattie Marsh", Role::HubCoordinator).await;
    admin.sets_employer(&hattie, json!("RJ1")).await.expect_field("invalid_body", "/employer_ods");
    let new = json!({ "email": "nora.field@example.org", "name": "Nora Field", "role": "coordinator", "employer_ods": "rj1",
        "reason": "Joins the team." });
    let nora = admin.post("/v1/staff", new).send().await.expect(201).id();
    let history = admin.get(&format!("/v1/staff/{nora}/identity-history")).send().await.expect(200);
    assert!(history.items().iter().any(|entry| entry["kind"] == "employer" && entry["value"] == "RJ1"));
}
