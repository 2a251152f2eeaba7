//! One damaged row: the rest of its list is still shown, the row is named, and whoever asks for it alone is not deceived.

use confide::platform::db::schema::{accounts, assessment_answers, assessments, clinicians, practitioners, risk_alerts};
use confide::platform::ids::Id;
use diesel::prelude::*;
use serde_json::json;

use crate::on_both_engines;
use crate::support::TestApp;
use crate::support::actors::Actor;
use crate::support::practitioners::phq9_at_risk;

/// Not a value that any key opens.
fn damage() -> Vec<u8> {
    let mut bytes = vec![0x55; 80];
    bytes[..2].copy_from_slice(&[1, 1]);
    bytes
}

/// The ids on the list at that address, and those that it says cannot be read.
async fn listed(reader: &Actor, path: &str) -> (Vec<String>, Vec<String>) {
    let list = reader.get(path).send().await.expect(200);
    let ids = list.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    let unreadable = list.json["unreadable"].as_array().unwrap();
    (ids, unreadable.iter().map(|id| id.as_str().unwrap().to_owned()).collect())
}

fn ids(people: &[&Actor]) -> Vec<String> {
    people.iter().map(|person| person.id.to_string()).collect()
}

on_both_engines! {
    async fn a_practitioners_record_does_not_take_the_list_with_it(app: TestApp) {
        let cory = app.coordinator().await;
        let (ada, bea, cleo) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await, app.practitioner("Cleo Byron").await);
        let (whole, nameless) = (ada.id, cleo.id);
        app.sql(move |conn| {
            diesel::update(practitioners::table.find(whole)).set(practitioners::details.eq(damage())).execute(conn)?;
            diesel::update(accounts::table.find(nameless)).set(accounts::name.eq(damage())).execute(conn)?;
            Ok(())
        })
        .await;
        let (shown, mut unreadable) = listed(&cory, "/v1/practitioners").await;
        assert_eq!(shown, ids(&[&bea]));
        unreadable.sort();
        assert_eq!(unreadable, ids(&[&ada, &cleo]));
        // Page by page nobody is lost behind a damaged one.
        let mut seen = Vec::new();
        let mut path = "/v1/practitioners?limit=1".to_owned();
        for _ in 0..3 {
            let page = cory.get(&path).send().await.expect(200);
            seen.extend(page.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            let Some(cursor) = page.json["next_cursor"].as_str() else { break };
            path = format!("/v1/practitioners?limit=1&cursor={cursor}");
        }
        assert_eq!(seen, ids(&[&bea]));
        cory.opens_file_of(&ada).await.expect(500);
        cory.opens_file_of(&bea).await.expect(200);
    }

    async fn a_damaged_score_hides_its_person_and_not_the_caseload(app: TestApp) {
        let scene = app.in_care().await;
        let assessment: Id = scene.assessment.rsplit('/').next().unwrap().parse().unwrap();
        let bea = app.practitioner("Bea Byron").await;
        bea.completes_intake().await;
        app.appointment(&bea, &scene.cleo, app.now().get() + chrono::TimeDelta::hours(2)).await;
        let (shown, unreadable) = listed(&scene.cleo, "/v1/practitioners").await;
        assert_eq!((shown.len(), unreadable.len()), (2, 0));
        app.sql(move |conn| {
            let own = assessment_answers::table.filter(assessment_answers::assessment_id.eq(assessment));
            assert!(assessments::table.find(assessment).select(assessments::id).get_result::<Id>(conn).is_ok());
            Ok(diesel::update(own).set(assessment_answers::score.eq(damage())).execute(conn)?)
        })
        .await;
        assert_eq!(listed(&scene.cleo, "/v1/practitioners").await, (ids(&[&bea]), ids(&[&scene.ada])));
    }

    async fn a_staff_account_does_not_take_the_list_with_it(app: TestApp) {
        let avery = app.administrator().await;
        let (cory, dora) = (app.coordinator().await, app.clinician("Dora Clinician").await);
        let id = cory.id;
        app.sql(move |conn| Ok(diesel::update(accounts::table.find(id)).set(accounts::email.eq(damage())).execute(conn)?)).await;
        assert_eq!(listed(&avery, "/v1/staff").await, (ids(&[&avery, &dora]), ids(&[&cory])));
        let first = avery.get("/v1/staff?limit=2").send().await.expect(200);
        let rest = avery.get(&format!("/v1/staff?cursor={}", first.text("next_cursor"))).send().await.expect(200);
        assert_eq!(rest.items()[0]["id"], dora.id.to_string(), "the page behind the damaged one is reached");
        avery.get(&format!("/v1/staff/{}", cory.id)).send().await.expect(500);
    }

    async fn a_clinicians_entry_does_not_take_the_directory_with_it(app: TestApp) {
        let ada = app.practitioner("Ada Byron").await;
        ada.completes_intake().await;
        let (cleo, dora) = (app.clinician("Cleo Clinician").await, app.clinician("Dora Clinician").await);
        for clinician in [&cleo, &dora] {
            clinician.holds_clinic_on("tuesday", "09:00", "11:00", 60, "assessment", "video").await;
        }
        assert_eq!(ada.whose_slots("assessment").await, ["Cleo Clinician", "Dora Clinician"]);
        let id = cleo.id;
        app.sql(move |conn| Ok(diesel::update(clinicians::table.find(id)).set(clinicians::name.eq(damage())).execute(conn)?)).await;
        assert_eq!(ada.finds("").await, ["Dora Clinician"]);
        assert_eq!(ada.whose_slots("assessment").await, ["Dora Clinician"]);
        ada.get(&format!("/v1/clinicians/{}", cleo.id)).send().await.expect(500);
    }

    async fn an_alert_about_somebody_whose_record_is_damaged_is_still_seen(app: TestApp) {
        let cory = app.coordinator().await;
        let ada = app.practitioner("Ada Byron").await;
        ada.completes_intake_with(phq9_at_risk(1)).await;
        let open = cory.open_alerts().await;
        assert_eq!(open.len(), 1);
        let id = ada.id;
        app.sql(move |conn| {
            diesel::update(practitioners::table.find(id)).set(practitioners::details.eq(damage())).execute(conn)?;
            diesel::update(accounts::table.find(id)).set(accounts::name.eq(damage())).execute(conn)?;
            Ok(())
        })
        .await;
        assert_eq!(cory.open_alerts().await, open);
        cory.acknowledges(&open[0], "Rang her.").await.expect(200);
        let alert: Id = open[0].parse().unwrap();
        app.sql(move |conn| Ok(diesel::update(risk_alerts::table.find(alert)).set(risk_alerts::note.eq(Some(damage()))).execute(conn)?)).await;
        let list = cory.get("/v1/risk-alerts").send().await.expect(200);
        assert_eq!((list.items().len(), &list.items()[0]["id"]), (1, &json!(open[0])));
    }
}
