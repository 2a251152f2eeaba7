//! The people in care, as staff see them.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::TestApp;

on_both_engines! {
    async fn a_coordinator_finds_everybody_without_a_name(app: TestApp) {
        let cory = app.coordinator().await;
        let ada = app.practitioner("Ada Byron").await;
        app.clock.advance(TimeDelta::seconds(1));
        let bea = app.practitioner("Bea Byron").await;
        bea.completes_intake().await;

        let all = cory.get("/v1/practitioners").send().await.expect(200);
        assert_eq!(all.items()[0]["id"], bea.id.to_string(), "the newest first");
        assert_eq!(all.items()[1]["id"], ada.id.to_string());
        assert!(!all.json.to_string().contains("Byron"));
        let done = cory.get("/v1/practitioners?pathway=intake_done").send().await.expect(200);
        assert_eq!(done.items().len(), 1);
        let reference = ada.own_registration().await.text("reference").to_lowercase().replace('-', "");
        let found = cory.get(&format!("/v1/practitioners?reference={reference}")).send().await.expect(200);
        assert_eq!((found.items().len(), &found.items()[0]["id"]), (1, &json!(ada.id)));
        cory.get("/v1/practitioners?reference=CF-1").send().await.expect_field("invalid_parameter", "reference");
        let first = cory.get("/v1/practitioners?limit=1").send().await.expect(200);
        let rest = cory.get(&format!("/v1/practitioners?cursor={}", first.text("next_cursor"))).send().await.expect(200);
        assert_eq!(rest.items()[0]["id"], ada.id.to_string());
    }

    async fn a_clinician_finds_those_whom_they_treat(app: TestApp) {
        let (cleo, dora) = (app.clinician("Cleo Clinician").employed_by("A1A1A").await, app.clinician("Dora Clinician").employed_by("X9K3M").await);
        let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
        let appointment = app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(1)).await;
        app.appointment(&bea, &dora, app.now().get() + TimeDelta::days(1)).await;
        assert_eq!(cleo.get("/v1/practitioners").send().await.expect(200).items().len(), 1);
        assert!(dora.get("/v1/practitioners").send().await.expect(200).items().is_empty(), "the same employer");

        cleo.get(&format!("/v1/practitioners/{}", ada.id)).send().await.expect(200);
        assert_eq!(app.recorded("practitioner.read", ada.id).await, 1);
        cleo.get(&format!("/v1/practitioners/{}", bea.id)).send().await.expect_problem("not_found");
        dora.get(&format!("/v1/practitioners/{}", bea.id)).send().await.expect_problem("not_found");

        app.appointment_is(appointment, "cancelled").await;
        cleo.get(&format!("/v1/practitioners/{}", ada.id)).send().await.expect_problem("not_found");
        assert!(cleo.get("/v1/practitioners").send().await.expect(200).items().is_empty());
    }

    async fn the_emergency_contact_is_shown_on_purpose_only_and_recorded(app: TestApp) {
        let (cleo, cory) = (app.clinician("Cleo Clinician").employed_by("A1A1A").await, app.coordinator().await);
        let ada = app.practitioner("Ada Byron").await;
        app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(1)).await;
        let path = format!("/v1/practitioners/{}", ada.id);
        assert_eq!(cleo.get(&path).send().await.expect(200).json["emergency_contact"], Value::Null);
        assert_eq!(app.recorded("practitioner.emergency_contact_read", ada.id).await, 0);

        let shown = cleo.get(&format!("{path}?emergency_contact=true")).send().await.expect(200);
        assert_eq!(shown.json["emergency_contact"]["name"], "Augusta Leigh");
        assert_eq!(app.recorded("practitioner.emergency_contact_read", ada.id).await, 1);
        let refused = cory.get(&format!("{path}?emergency_contact=true")).send().await.expect(200);
        assert_eq!(refused.json["emergency_contact"], Value::Null);
    }

    async fn nobody_else_may_look(app: TestApp) {
        let ada = app.practitioner("Ada Byron").await;
        ada.get("/v1/practitioners").send().await.expect_problem("wrong_role");
        app.administrator().await.get(&format!("/v1/practitioners/{}", ada.id)).send().await.expect_problem("wrong_role");
        let cory = app.coordinator().await;
        cory.get(&format!("/v1/practitioners/{}", cory.id)).send().await.expect_problem("not_found");
    }
}
