//! Search shows exactly the slots that booking accepts, and gives a reason when it shows none.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use confide::platform::ids::Id;
use confide::scheduling::calendar::model::AppointmentKind;
use confide::scheduling::schema::{appointments, slots};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::reply::CheckedReply;
use crate::support::signposts::{EMERGENCY, ids_of};
use crate::support::{TestApp, apply, both_engines};

const FORTNIGHT: &str = "from=2027-01-11T09:00:00Z&until=2027-01-25T09:00:00Z";

fn ids(reply: &CheckedReply) -> Vec<Id> {
    reply.items().iter().map(|item| item["id"].as_str().unwrap().parse().unwrap()).collect()
}

impl TestApp {
    async fn is_by_telephone(&self, slot: Id) {
        self.sql(move |conn| {
            diesel::update(slots::table.find(slot)).set(slots::mode.eq("phone")).execute(conn)?;
            Ok(())
        })
        .await;
    }

    /// Makes every appointment a treatment appointment.
    async fn all_are_treatments(&self) {
        self.sql(|conn| {
            diesel::update(appointments::table).set(appointments::kind.eq("treatment")).execute(conn)?;
            Ok(())
        })
        .await;
    }

    /// Slots of both kinds, sooner and later, by video and by telephone.
    async fn slots_of_all_kinds(&self, clinician: &Actor) -> Vec<Id> {
        let mut all = Vec::new();
        for (number, hours) in [1, 4, 22, 26, 30, 100, 200].into_iter().enumerate() {
            for kind in [AppointmentKind::Assessment, AppointmentKind::Treatment] {
                let minutes = if kind == AppointmentKind::Assessment { 0 } else { 90 };
                let slot = self.free_slot(clinician, TimeDelta::hours(hours) + TimeDelta::minutes(minutes), kind).await;
                if number % 2 == 1 {
                    self.is_by_telephone(slot).await;
                }
                all.push(slot);
            }
        }
        all
    }
}

#[apply(both_engines)]
async fn at_every_stage_search_shows_exactly_what_booking_accepts(app: TestApp) {
    use Pathway::{AssessmentBooked, AwaitingDecision, AwaitingFunding, Discharged, InCare, IntakeDone, Registered, Signposted};
    let cases = [
        (Registered, 0, Some("intake_required")),
        (IntakeDone, 2, None),
        (AssessmentBooked, 0, Some("assessment_booked")),
        (InCare, 2, None),
        (AwaitingFunding, 0, Some("not_eligible")),
        (AwaitingDecision, 0, Some("not_eligible")),
        (Signposted, 0, Some("not_eligible")),
        (Discharged, 0, Some("not_eligible")),
    ];
    assert_eq!(cases.len(), Pathway::ALL.len());
    for (pathway, at_least, reason) in cases {
        let clinician = app.clinician(&format!("Cleo {}", pathway.as_str())).await;
        let practitioner = app.seeded_practitioner(&format!("Ada {}", pathway.as_str()), pathway).await;
        let all = app.slots_of_all_kinds(&clinician).await;
        let own = format!("{FORTNIGHT}&clinician_id={}&limit=100", clinician.id);
        let found = practitioner.searches(&own).await.expect(200);
        let shown = ids(&found);
        assert!(shown.len() >= at_least && (at_least > 0 || shown.is_empty()), "{pathway:?}: {shown:?}");
        assert_eq!(found.json["reason"]["code"].as_str(), reason, "{pathway:?}");
        if reason == Some("not_eligible") {
            assert_eq!(ids_of(&found.json["reason"]["signposts"])[..2], EMERGENCY, "{pathway:?}");
        }
        for slot in all.iter().filter(|slot| !shown.contains(slot)) {
            let refused = practitioner.books(slot).await;
            assert!(refused.status.is_client_error(), "{pathway:?} books a slot that was not shown: {}", refused.json);
        }
        for slot in &shown {
            practitioner.holds(slot).await.expect(200);
        }
        let entry = practitioner.get(&format!("/v1/clinicians/{}", clinician.id)).send().await.expect(200);
        assert_eq!(entry.json["next_free_slot"]["id"].as_str().is_some(), at_least > 0, "{pathway:?}");
        if let Some(last) = shown.last() {
            practitioner.books(last).await.expect(201);
        }
    }
}

#[apply(both_engines)]
async fn search_hides_overlapping_slots_and_all_slots_at_the_booking_limit(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let ada = app.seeded_practitioner("Ada Example", Pathway::InCare).await;
    for hour in 0..10 {
        app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(20) + TimeDelta::hours(hour)).await;
    }
    let slot = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Treatment).await;
    let dora = app.clinician("Dora Field").await;
    let other = app.free_slot(&dora, TimeDelta::days(3) + TimeDelta::minutes(20), AppointmentKind::Treatment).await;
    assert_eq!(ids(&ada.searches(FORTNIGHT).await.expect(200)), [slot, other]);
    // She has an appointment on that day from twenty past eight until ten past nine.
    let earlier = app.appointment(&ada, &dora, app.now().get() + TimeDelta::days(3) - TimeDelta::minutes(40)).await;
    assert_eq!(ids(&ada.searches(FORTNIGHT).await.expect(200)), [other]);
    ada.books(&slot).await.expect_problem("appointment_overlaps");
    app.appointment(&ada, &dora, app.now().get() + TimeDelta::days(21)).await;
    app.all_are_treatments().await;
    let full = ada.searches(FORTNIGHT).await.expect(200);
    assert_eq!((full.items().len(), full.json["reason"]["code"].as_str()), (0, Some("limit_reached")));
    ada.books(&other).await.expect_problem("limit_reached");
    // Slots to which one of them can move are still shown.
    let moving = ada.searches(&format!("{FORTNIGHT}&moving_appointment_id={earlier}")).await.expect(200);
    assert_eq!(ids(&moving), [slot, other]);
    ada.moves(&earlier.to_string(), &slot).await.expect(200);
    ada.searches(&format!("{FORTNIGHT}&moving_appointment_id={}", cleo.id)).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn directory_skips_slots_that_overlap_an_appointment(app: TestApp) {
    let (cleo, dora) = (app.clinician("Cleo Marsh").await, app.clinician("Dora Field").await);
    let (cory, ada) = (app.coordinator().await, app.seeded_practitioner("Ada Example", Pathway::InCare).await);
    let slot = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Treatment).await;
    let later = app.free_slot(&cleo, TimeDelta::days(5), AppointmentKind::Treatment).await;
    let other = app.free_slot(&dora, TimeDelta::days(4), AppointmentKind::Treatment).await;
    let next = async |who: &Actor, clinician: &Actor| {
        let entry = who.get(&format!("/v1/clinicians/{}", clinician.id)).send().await.expect(200);
        entry.json["next_free_slot"]["id"].as_str().map(|id| id.parse::<Id>().unwrap())
    };
    assert_eq!(
        (next(&ada, &cleo).await, ada.finds_clinicians("").await),
        (Some(slot), vec!["Cleo Marsh".into(), "Dora Field".into()])
    );
    // She has an appointment on that day from twenty past eight until ten past nine.
    app.appointment(&ada, &dora, app.now().get() + TimeDelta::days(3) - TimeDelta::minutes(40)).await;
    assert_eq!((next(&ada, &cleo).await, next(&ada, &dora).await), (Some(later), Some(other)));
    assert_eq!(ada.finds_clinicians("").await, ["Dora Field", "Cleo Marsh"]);
    ada.books(&slot).await.expect_problem("appointment_overlaps");
    assert_eq!(next(&cory, &cleo).await, Some(slot), "staff see it as free");
}

#[apply(both_engines)]
async fn telephone_slots_are_shown_only_to_practitioners_with_a_phone_number(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake().await;
    let slot = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Assessment).await;
    app.is_by_telephone(slot).await;
    let query = format!("{FORTNIGHT}&mode=phone");
    let found = ada.searches(&query).await.expect(200);
    assert_eq!((found.items().len(), found.json["reason"]["code"].as_str()), (0, Some("phone_required")));
    ada.changes_registration(json!({ "phone": "01632 960001" })).await.expect(200);
    let found = ada.searches(&query).await.expect(200);
    assert_eq!((ids(&found), &found.json["reason"]), (vec![slot], &Value::Null));
    ada.books(&slot).await.expect(201);
    let none = ada.searches(&format!("{FORTNIGHT}&kind=treatment")).await.expect(200);
    assert_eq!(none.json["reason"]["code"], "assessment_required");
}
