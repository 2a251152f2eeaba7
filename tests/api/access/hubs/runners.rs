//! Who runs a hub, and where they come in.

use confide::identity::Role;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::support::TestApp;

on_both_engines! {
    async fn a_coordinator_runs_one_or_more_hubs_and_no_longer(app: TestApp) {
        let (admin, cory) = (app.administrator().await, app.coordinator().await);
        let (harbour, lantern) = (app.harbour().await, app.hub("Lantern", &[("QKK", "2021-02-22", None)]).await);
        assert_eq!(cory.get("/v1/me/hubs").send().await.expect(200).json["hubs"], json!([]));
        for hub in [&lantern, &harbour, &harbour] {
            admin.lets_run(&cory, hub, json!("x9k3m")).await.expect(200);
        }
        let mine = cory.get("/v1/me/hubs").send().await.expect(200);
        let names: Vec<_> = mine.json["hubs"].as_array().unwrap().iter().map(|hub| hub["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Harbour", "Lantern"]);
        let who = admin.get(&format!("/v1/hubs/{harbour}/coordinators")).send().await.expect(200);
        assert_eq!(who.json["coordinators"].as_array().unwrap().len(), 1);
        assert_eq!(who.json["coordinators"][0]["name"], "Cory Coordinator");
        let path = format!("/v1/hubs/{harbour}/coordinators/{}", cory.id);
        admin.delete(&path).send().await.expect(204);
        admin.delete(&path).send().await.expect(404);
        assert_eq!(app.audited_about(&cory.id.to_string()).await.iter().filter(|action| action.starts_with("hub.")).collect::<Vec<_>>(),
            ["hub.coordinator_assigned", "hub.coordinator_assigned", "hub.coordinator_assigned", "hub.coordinator_unassigned"]);
        admin.lets_run(&cory, &harbour, json!("R-1")).await.expect_field("invalid_body", "/employer_ods");
        let handler = app.staff("Hal Handler", Role::CallHandler).await;
        admin.lets_run(&handler, &harbour, Value::Null).await.expect(404);
        admin.lets_run(&cory, &admin.id.to_string(), Value::Null).await.expect(404);
    }

    async fn whoever_runs_a_hub_sees_nothing_of_the_service_until_they_no_longer_do(app: TestApp) {
        let admin = app.administrator().await;
        let (hub, ada) = (app.harbour().await, app.practitioner("Ada Byron").await);
        let harriet = app.staff("Harriet Hub", Role::Coordinator).await;
        let nowhere = ["/v1/practitioners".to_owned(), format!("/v1/practitioners/{}", ada.id), "/v1/risk-alerts".into(),
            "/v1/appointments".into(), "/v1/funding-requests".into(), "/v1/orphaned-appointments".into(), "/v1/clinicians".into()];
        for path in &nowhere {
            harriet.get(path).send().await.expect(200);
        }
        admin.lets_run(&harriet, &hub, Value::Null).await.expect(200);
        for path in &nowhere {
            harriet.get(path).send().await.expect(403).expect_problem("wrong_role");
        }
        for path in ["/v1/me", "/v1/me/hubs", "/v1/sessions", "/v1/hub-referrals"] {
            harriet.get(path).send().await.expect(200);
        }
        admin.delete(&format!("/v1/hubs/{hub}/coordinators/{}", harriet.id)).send().await.expect(204);
        harriet.get("/v1/practitioners").send().await.expect(200);
    }

    async fn a_risk_alert_is_not_sent_to_a_hub(app: TestApp) {
        let hub = app.harbour().await;
        let (harriet, cory) = (app.hub_runner("Harriet Hub", &hub).await, app.coordinator().await);
        let ada = app.practitioner("Ada Byron").await;
        ada.completes_intake_with(crate::support::practitioners::phq9_at_risk(2)).await;
        assert!(app.notices_to(harriet.id).await.is_empty());
        assert_eq!(app.notices_to(cory.id).await.len(), 1);
    }
}
