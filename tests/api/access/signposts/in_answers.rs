//! A person who is turned away gets signposts, and only those that fit them.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use confide::reference::schema::signposts;
use confide::scheduling::calendar::model::AppointmentKind;
use diesel::prelude::*;
use serde_json::json;

use crate::support::funding::{approve_sessions, decline};
use crate::support::practitioners::phq9_at_risk;
use crate::support::signposts::{EMERGENCY, ids_of};
use crate::support::{TestApp, apply, both_engines};

/// Limits an entry to these professions and regions.
async fn narrowed(app: &TestApp, id: &'static str, professions: &'static str, regions: &'static str) {
    app.sql(move |conn| {
        diesel::update(signposts::table.find(id))
            .set((signposts::professions.eq(professions), signposts::regions.eq(regions)))
            .execute(conn)?;
        Ok(())
    })
    .await;
}

#[apply(both_engines)]
async fn eligibility_answer_signposts_those_who_are_not_eligible(app: TestApp) {
    for (profession, decision) in [("medical_student", "signposted"), ("nurse", "needs_funding"), ("doctor", "eligible")] {
        let verdict = app.asks_eligibility(profession).await.expect(200);
        assert_eq!(verdict.text("decision"), decision);
        assert_eq!(ids_of(&verdict.json["signposts"])[..2], EMERGENCY, "{profession}");
        assert_eq!(ids_of(&verdict.json["signposts"]).contains(&"gp".to_owned()), decision != "eligible", "{profession}");
    }
    narrowed(&app, "gp", "[\"nurse\"]", "[]").await;
    for (profession, shown) in [("medical_student", false), ("nurse", true)] {
        let verdict = app.asks_eligibility(profession).await.expect(200);
        assert_eq!(ids_of(&verdict.json["signposts"]).contains(&"gp".to_owned()), shown, "{profession}");
    }
}

#[apply(both_engines)]
async fn signposts_outside_england_leave_out_services_for_england_only(app: TestApp) {
    let english =
        ["nhs_talking_therapies", "check_my_wellbeing", "local_commissioner", "staff_wellbeing_offers", "practitioner_health"];
    for (nation, own) in [
        ("wales", "call_wales"),
        ("scotland", "nhs_24_mental_health"),
        ("northern_ireland", "lifeline_northern_ireland"),
        ("england", "nhs_talking_therapies"),
    ] {
        let asked = format!("/v1/eligibility?profession=nurse&setting=secondary_care&nation={nation}");
        let verdict = app.get(&asked).send().await.expect(200);
        let mut form = app.registration(&format!("Ada {nation}"));
        form["nation"] = json!(nation);
        form["icb_code"] = if nation == "england" { json!("QWE") } else { serde_json::Value::Null };
        form["profession"] = json!("nurse");
        form["registration_body"] = json!("nmc");
        form["registration_number"] = json!("18A1234E");
        let registered = app.registers(&form).await.expect(201);
        for shown in [ids_of(&verdict.json["signposts"]), ids_of(&registered.json["signposts"])] {
            assert_eq!(shown[..2], EMERGENCY, "{nation}");
            assert!(shown.contains(&own.to_owned()), "{nation}: {own} is not among {shown:?}");
            let wrong: Vec<_> = shown.iter().filter(|id| english.contains(&id.as_str())).collect();
            assert!(nation == "england" || wrong.is_empty(), "{nation}: {wrong:?}");
        }
        let found = app.finds_signposts(&format!("nation={nation}&limit=100")).await;
        assert!(found.contains(&own.to_owned()));
        assert_eq!(found.contains(&"nhs_talking_therapies".to_owned()), nation == "england");
    }
}

#[apply(both_engines)]
async fn declined_registration_includes_signposts_at_once_and_when_read_later(app: TestApp) {
    let mut form = app.registration("Mel Byron");
    form["profession"] = json!("medical_student");
    form["registration_body"] = json!("none");
    form["registration_number"] = json!(null);
    let received = app.registers(&form).await.expect(201);
    assert_eq!(received.text("decision"), "signposted");
    assert_eq!(ids_of(&received.json["signposts"])[..2], EMERGENCY);
    assert!(ids_of(&received.json["signposts"]).contains(&"gp".to_owned()));
    app.confirms_address("mel.byron@example.org").await.expect(204);
    let mel = app.signed_in("Mel Byron", "mel.byron@example.org", form["password"].as_str().unwrap()).await;
    assert_eq!(mel.own_registration().await.json["signposts"], received.json["signposts"]);

    // South West London is not in the South West.
    narrowed(&app, "gp", "[]", "[\"south_west\"]").await;
    assert!(!ids_of(&mel.own_registration().await.json["signposts"]).contains(&"gp".to_owned()));
    narrowed(&app, "gp", "[]", "[\"south_west\", \"london\"]").await;
    assert!(ids_of(&mel.own_registration().await.json["signposts"]).contains(&"gp".to_owned()));
}

#[apply(both_engines)]
async fn registration_during_closed_intake_includes_signposts(app: TestApp) {
    let admin = app.administrator().await;
    let closed_period =
        json!({ "starts_on": app.now().london_day(), "open": false, "reason": "Closed for now.", "signposts": ["work_support"] });
    admin.post("/v1/intake-periods", json!({ "cohort": "secondary_care", "period": closed_period })).send().await.expect(201);
    let asked = app.asks_eligibility("doctor").await.expect(200);
    let registered = app.registers(&app.registration("Ada Byron")).await.expect(201);
    for reply in [asked, registered] {
        assert_eq!(reply.json["reasons"][0]["code"], "intake_closed_secondary_care");
        let found = ids_of(&reply.json["signposts"]);
        assert_eq!(found[..2], EMERGENCY);
        assert!(found.contains(&"workplace_support".to_owned()) && !found.contains(&"gp".to_owned()), "{found:?}");
    }
}

#[apply(both_engines)]
async fn declined_funding_request_keeps_its_signposts(app: TestApp) {
    let nora = app.nurse("Nora Byron").await;
    let (cory, morgan) = (app.coordinator().await, app.staff("Morgan Vale", confide::people::Role::Commissioner).await);
    app.administrator().await.sets_commissioned_areas(&morgan, &["QWE"]).await.expect(200);
    let request = nora.submits_own_request().await;
    cory.sends_to_panel(&request, "2027-01-25").await;
    morgan.decides(&request, decline()).await.expect(200);
    narrowed(&app, "workplace_support", "[\"doctor\"]", "[]").await;
    let expect_signposts = async |state: &str| {
        let seen = nora.reads_request(&request).await.expect(200);
        assert_eq!(seen.text("state"), state);
        let found = ids_of(&seen.json["signposts"]);
        assert_eq!(found[..2], EMERGENCY, "{state}");
        assert!(found.contains(&"gp".to_owned()), "{state}");
        assert!(!found.contains(&"workplace_support".to_owned()), "{state}: for doctors only");
    };
    expect_signposts("declined").await;
    let appeal = json!({ "ground": "evidence_not_considered", "text": "The documents show it.", "share": true });
    nora.acts_on_request(&request, "appeal", appeal).await.expect(200);
    morgan.decides(&request, decline()).await.expect(200);
    expect_signposts("final").await;
}

#[apply(both_engines)]
async fn assessment_outcome_signposted_includes_signposts(app: TestApp) {
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    narrowed(&app, "workplace_support", "[\"nurse\"]", "[]").await;
    for (person, named, cleo) in [(&ada, json!([]), "Cleo Marsh"), (&bea, json!(["samaritans", "gp"]), "Dora Field")] {
        let cleo = app.clinician(cleo).employed_by("A1A1A").await;
        let assessment = person.completes_intake().await;
        let appointment = app.appointment(person, &cleo, app.now().get()).await;
        let outcome = json!({ "appointment_id": appointment, "outcome": "signposted", "signpost_ids": named });
        cleo.post(&format!("{assessment}/outcomes"), outcome).send().await.expect(201);
        // Later an entry ends; the signposts of the outcome can still be read.
        app.expire_signpost("gp").await;
        let seen = person.get(&assessment).send().await.expect(200);
        let found = ids_of(&seen.json["outcomes"][0]["signposts"]);
        if named == json!([]) {
            assert_eq!(found[..2], EMERGENCY, "nothing was named");
            assert!(found.contains(&"gp".to_owned()) && !found.contains(&"workplace_support".to_owned()), "{found:?}");
            app.sql(|conn| {
                Ok(diesel::update(signposts::table.find("gp"))
                    .set(signposts::valid_to.eq(None::<chrono::NaiveDate>))
                    .execute(conn)?)
            })
            .await;
        } else {
            assert_eq!(found, ["samaritans", "gp"]);
        }
    }
}

#[apply(both_engines)]
async fn booking_refused_as_not_eligible_includes_signposts(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let slot = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Assessment).await;
    let other = app.free_slot(&cleo, TimeDelta::days(4), AppointmentKind::Assessment).await;
    narrowed(&app, "workplace_support", "[\"nurse\"]", "[]").await;
    let closed = [Pathway::AwaitingFunding, Pathway::AwaitingDecision, Pathway::Signposted, Pathway::Discharged];
    for (number, pathway) in closed.into_iter().enumerate() {
        let ada = app.seeded_practitioner(&format!("Ada Number{number}"), pathway).await;
        let begun = ada.post_empty("/v1/assessments").send().await;
        for (what, refused) in [("book", ada.books(&slot).await), ("hold", ada.holds(&slot).await), ("begin", begun)] {
            let refused = refused.expect_problem("not_eligible");
            let found = ids_of(&refused.json["signposts"]);
            assert_eq!(found[..2], EMERGENCY, "{what} {}", pathway.as_str());
            assert!(found.contains(&"gp".to_owned()) && !found.contains(&"workplace_support".to_owned()), "{what}: {found:?}");
        }
    }
    // An eligible practitioner gets no signposts with a refusal.
    let (bea, dan) = (app.practitioner_after_intake("Bea Example").await, app.practitioner_after_intake("Dan Example").await);
    let booked = bea.books(&slot).await.expect(201).id();
    assert!(dan.books(&slot).await.expect_problem("slot_taken").json.get("signposts").is_none());
    app.set_pathway(&bea, Pathway::Discharged).await;
    let refused = bea.moves(&booked, &other).await.expect_problem("not_eligible");
    assert_eq!(ids_of(&refused.json["signposts"])[..2], EMERGENCY, "move");
}

#[apply(both_engines)]
async fn booking_without_funding_includes_signposts(app: TestApp) {
    let (nora, _) = app.funded_nurse_in_care("Nora Byron", approve_sessions(1)).await;
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let slots = app.treatment_slots(&cleo, 2, 24 * 5).await;
    nora.books(&slots[0]).await.expect(201);
    for refused in [nora.books(&slots[1]).await, nora.holds(&slots[1]).await] {
        let found = ids_of(&refused.expect_problem("funding_exhausted").json["signposts"]);
        assert_eq!(found[..2], EMERGENCY);
        assert!(found.contains(&"local_commissioner".to_owned()), "{found:?}");
    }
}

#[apply(both_engines)]
async fn answer_that_shows_risk_leads_with_crisis_help_for_the_area(app: TestApp) {
    narrowed(&app, "calmer_text", "[]", "[\"london\"]").await;
    app.sql(|conn| {
        Ok(diesel::update(signposts::table.find("calmer_text")).set(signposts::needs.eq("[\"crisis\"]")).execute(conn)?)
    })
    .await;
    let (ada, mut far) = (app.practitioner("Ada Byron").await, app.registration("Finn Byron"));
    far["icb_code"] = json!("QNC");
    let finn = app.practitioner_with(&far).await;
    for (person, shown) in [(&ada, true), (&finn, false)] {
        let assessment = person.starts_assessment().await;
        let answered = person.answers(&assessment, "phq-9", phq9_at_risk(2)).await.expect(200);
        let found = ids_of(&answered.json["crisis_help"]);
        assert_eq!(found[..2], EMERGENCY);
        assert_eq!(found.contains(&"calmer_text".to_owned()), shown, "a line of London");
        assert_eq!(
            ids_of(&person.get(&assessment).send().await.expect(200).json["crisis_help"]),
            found,
            "also when it is read later"
        );
    }
}
