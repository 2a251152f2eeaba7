//! The demo data.

use std::time::Duration;

use confide::access::schema::invitations;
use confide::care::schema::{care_plans, clinical_notes, group_attendances, letters, safety_plan_versions, therapy_groups};
use confide::demo::schema::demo_loads;
use confide::demo::{self, PASSWORD, address};
use confide::people::schema::practitioners;
use confide::platform::db::Db;
use confide::platform::ids::{Id, UtcTime};
use confide::scheduling::schema::{appointments, slots};
use diesel::prelude::*;

use crate::support::app::test_keys;
use crate::support::{TestApp, apply, both_engines};

/// When each load of the demo data finished; `None` for an unfinished one.
async fn loads(db: &Db) -> Vec<Option<UtcTime>> {
    db.read(|conn| Ok(demo_loads::table.select(demo_loads::finished_at).load(conn)?)).await.unwrap()
}

#[apply(both_engines)]
async fn demo_data_covers_every_pathway_and_has_future_slots(app: TestApp) {
    let now = app.now();

    let loaded = demo::load(&app.engine, &test_keys(), now).await.unwrap();

    assert_eq!((loaded.hubs, loaded.clinicians, loaded.practitioners), (40, 24, 13));
    assert_eq!(loads(&app.platform.db).await, [Some(now)], "the load is marked as finished");
    assert!(demo::is_loaded(&app.engine).unwrap());
    let (pathways, last_slot, seen): (Vec<String>, Option<UtcTime>, i64) = app
        .sql(move |conn| {
            let pathways = practitioners::table.select(practitioners::pathway).distinct().load(conn)?;
            let free = slots::table.filter(slots::state.eq("free")).select(diesel::dsl::max(slots::starts_at));
            let seen = appointments::table.filter(appointments::status.eq("attended")).count();
            Ok((pathways, free.get_result(conn)?, seen.get_result(conn)?))
        })
        .await;
    assert_eq!(pathways.len(), 8, "every pathway state has a practitioner: {pathways:?}");
    assert!(last_slot.unwrap() > now + chrono::TimeDelta::weeks(11), "slots reach twelve weeks ahead");
    assert!(seen >= 5, "{seen} appointments were attended");
    for (name, role) in [("Ada", "practitioner"), ("Maya Ellison", "clinician"), ("Cory Delacroix", "coordinator")] {
        let person = app.signed_in(name, &address(name), PASSWORD).await;
        assert_eq!(person.get("/v1/me").send().await.expect(200).text("role"), role);
    }
    let (groups, attendances): (i64, i64) = app
        .sql(|conn| Ok((therapy_groups::table.count().get_result(conn)?, group_attendances::table.count().get_result(conn)?)))
        .await;
    assert_eq!((groups, attendances), (3, 3), "a running group, a series that is still enrolling, and one for families");
    let (signed, plans) = app
        .sql(|conn| {
            let signed = clinical_notes::table.filter(clinical_notes::state.eq("signed")).count();
            Ok((signed.get_result::<i64>(conn)?, care_plans::table.count().get_result::<i64>(conn)?))
        })
        .await;
    assert!(signed >= 5 && plans >= 3, "{signed} notes are signed, {plans} have a plan");
    let versions: Vec<i32> = app
        .sql(|conn| {
            let versions = safety_plan_versions::table.order(safety_plan_versions::version);
            Ok(versions.select(safety_plan_versions::version).load(conn)?)
        })
        .await;
    assert_eq!(versions, [1, 2], "one has a safety plan, which the clinician has added to");
    let written: Vec<String> = app.sql(|conn| Ok(letters::table.order(letters::id).select(letters::state).load(conn)?)).await;
    assert_eq!(written, ["sent", "agreed", "awaiting_agreement"], "one has left, one waits to be sent, one for agreement");
    for day in ["2021-02-22", "2022-06-30", "2022-07-01", "2024-04-01", "2026-03-31", "2026-04-01", "2026-11-24"] {
        for board in confide::reference::workforce::catalogue::boards() {
            let covered = app.hub_names(&format!("icb_code={}&on={day}", board.code)).await;
            assert!(!covered.is_empty(), "{} is covered by no hub on {day}", board.code);
        }
    }
    let hattie = app.signed_in("Hattie Marsh", &address("Hattie Marsh"), PASSWORD).await;
    assert_eq!(hattie.referral_ids("").await.len(), 3, "the referrals of her hub and no others");
    let cory = app.signed_in("Cory Delacroix", &address("Cory Delacroix"), PASSWORD).await;
    assert_eq!(cory.referral_ids("state=accepted").await.len(), 2);
    let alerts = cory.get("/v1/risk-alerts").send().await.expect(200);
    let states: Vec<_> = alerts.items().iter().map(|alert| alert["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["open", "open", "closed"], "a crisis call and a concern that wait, and an answer that was assessed");
    let months = cory.reads_activity("breakdown=attendance").await.expect(200);
    assert!(months.json["periods"].as_array().unwrap().len() >= 10, "the months before the seed scenario have statistics");
    assert_eq!(months.json["periods"][0]["tables"][0]["rates"][0]["rate"], "did_not_attend");
    assert!(months.json["periods"][0]["tables"][0]["total"].as_i64().unwrap() > 200);
    assert!(!cory.reads_outcomes("").await.expect(200).json["courses"].as_array().unwrap().is_empty());
    for (state, pseudonym) in [("waiting", "Umber"), ("accepted", "Sorrel"), ("declined", "Teal")] {
        let reasons = cory.lists_reasons(&format!("state={state}")).await;
        let found: Vec<_> = reasons.items().iter().map(|item| item["pseudonym"].as_str().unwrap()).collect();
        assert_eq!(found, [pseudonym], "{state}");
    }
    let morgan = app.signed_in("Morgan Vale", &address("Morgan Vale"), PASSWORD).await;
    let funding = morgan.reads_funding_figures("").await.expect(200);
    let [board] = &funding.json["boards"].as_array().unwrap()[..] else { panic!("one board: {}", funding.json) };
    assert_eq!(board["icb_code"], "QWU");
    let last = board["periods"].as_array().unwrap().last().unwrap();
    assert!(last["committed_pence"].as_i64().unwrap() > 1_000_000 && last["centiles"][0]["category"].is_string(), "{last}");
    let registrations = morgan.reads_registration_figures("").await.expect(200);
    assert!(registrations.json["periods"][0]["professions"]["total"].as_i64().unwrap() >= 50);
    let workforce = morgan.reads_workforce_figures().await.expect(200);
    assert_eq!(workforce.json["total"], 24);
    let harper = app.signed_in("Harper Lane", &address("Harper Lane"), PASSWORD).await;
    let waiting = harper.contact_tasks("state=waiting&limit=100").await;
    let is_waiting = |kind: &str| waiting.iter().any(|(known, _)| known == kind);
    assert!(is_waiting("today") && is_waiting("call_back") && !is_waiting("danger"), "{waiting:?}");
    assert!(is_waiting("patient_safety"), "{waiting:?}");
    let invited = harper.get("/v1/contacts?state=closed&channel=phone&limit=100").send().await.expect(200);
    let invited = invited.items().iter().find(|contact| contact["close_reason"] == "invited").unwrap()["id"].as_str().unwrap();
    let invited: Id = invited.parse().unwrap();
    let registered: i64 = app
        .sql(move |conn| {
            let own = invitations::table.filter(invitations::contact_id.eq(Some(invited)));
            Ok(own.filter(invitations::practitioner_id.is_not_null()).count().get_result(conn)?)
        })
        .await;
    assert_eq!(registered, 1, "one caller has registered, which staff do not see");
    let avery = app.signed_in("Avery Stone", &address("Avery Stone"), PASSWORD).await;
    let unchecked = avery.unchecked_signposts().await;
    assert_eq!(unchecked[..3], ["workplace_support", "calmer_text", "local_commissioner"], "the longest unchecked first");
    for (dataset, name) in [("bank_holidays", "Day of national thanks"), ("medicines", "Sertraline 25mg tablets")] {
        let entries = avery.reference_data(dataset, "").await;
        let changed: Vec<_> = entries.iter().filter(|entry| entry["source"] == "changed").collect();
        assert_eq!(changed.len(), 1, "{dataset}");
        let entry = &changed[0]["entry"];
        assert_eq!(entry["bank_holiday"]["name"].as_str().or(entry["medicine"]["name"].as_str()), Some(name));
    }
    let waiting = avery.get("/v1/reference-data/funding_limits/changes").send().await.expect(200);
    assert_eq!(waiting.items()[0]["state"], "pending", "no one has approved the longer time to appeal");
    let hours = avery.get("/v1/contact-hours?channel=email").send().await.expect(200);
    let newest = &hours.items()[0];
    assert_eq!((newest["kind"].as_str(), newest["state"].as_str()), (Some("day"), Some("approved")));
    assert_eq!(app.self_check_counts().await, (2, 1), "one self-check was claimed");
    for (path, count) in [
        ("outreach-campaigns?state=finished", 1),
        ("outreach-campaigns?state=running", 1),
        ("outreach-team-requests?state=open", 1),
    ] {
        assert_eq!(cory.get(&format!("/v1/{path}")).send().await.expect(200).items().len(), count, "{path}");
    }
    for (practitioner, clinician) in
        [("Cas", "Maya Ellison"), ("Dee", "Maya Ellison"), ("Eli", "Tobias Renn"), ("Jon", "Leila Farahani")]
    {
        let person = app.signed_in(practitioner, &address(practitioner), PASSWORD).await;
        let booked = person.get("/v1/appointments?state=booked").send().await.expect(200);
        assert_eq!(booked.expect_items()[0]["clinician_name"], clinician, "{practitioner} is always seen by the same clinician");
    }
    let maya = app.signed_in("Maya Ellison", &address("Maya Ellison"), PASSWORD).await;
    assert!(!maya.open_alerts().await.is_empty(), "one of her practitioners called the contact line in a crisis");
    let upcoming = maya
        .calendar(
            &app.now().get().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            &(app.now().get() + chrono::TimeDelta::days(14)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        )
        .await;
    assert!(
        upcoming.iter().filter(|entry| entry["state"] == "booked").count() >= 2,
        "the clinician whose sign-in is printed has upcoming appointments"
    );
    assert!(demo::load(&app.engine, &test_keys(), now).await.unwrap_err().contains("not empty"));
    assert!(!demo::is_empty(&app.platform.db).await.unwrap());
}

#[apply(both_engines)]
async fn interrupted_demo_load_is_never_served(app: TestApp) {
    let (keys, now) = (test_keys(), app.now());
    assert!(demo::is_empty(&app.platform.db).await.unwrap() && !demo::is_loaded(&app.engine).unwrap());
    let load_started = async {
        while loads(&app.platform.db).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // Somewhere in the middle of the seed scenario.
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    tokio::select! {
        loaded = demo::load(&app.engine, &keys, now) => panic!("the load ends before it can be interrupted: {loaded:?}"),
        () = load_started => {}
    }
    assert_eq!(loads(&app.platform.db).await, [None]);
    assert!(demo::is_loaded(&app.engine).unwrap(), "production serves no demo data");
    for refused in
        [demo::is_empty(&app.platform.db).await.unwrap_err(), demo::load(&app.engine, &test_keys(), now).await.unwrap_err()]
    {
        assert!(refused.contains("interrupted") && refused.contains("delete the database"), "{refused}");
    }
}
