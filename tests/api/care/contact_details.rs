//! How to reach a practitioner: who sees it for which reason, what they see, and that the practitioner sees it.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use confide::people::schema::{accounts, message_preferences, practitioners};
use confide::platform::ids::Id;
use confide::scheduling::schema::appointments;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::damage::damaged_bytes;
use crate::support::practitioners::phq9_at_risk;
use crate::support::{TestApp, apply, both_engines};

const REASONS: [&str; 3] = ["risk_alert", "phone_appointment", "follow_up"];
const NUMBER: &str = "01632 960001";
const MOBILE: &str = "+447700900123";

/// The number of the registration, as staff see it.
fn registered() -> Value {
    json!({ "source": "registration", "number": NUMBER, "confirmed": false })
}

/// A practitioner in care whose registration has a phone number.
async fn ada_with_a_number(app: &TestApp) -> Actor {
    let mut form = app.registration("Ada Byron");
    form["phone"] = json!(NUMBER);
    let ada = app.practitioner_with(&form).await;
    app.set_pathway(&ada, Pathway::InCare).await;
    ada
}

/// The same with an open risk alert.
async fn ada_at_risk(app: &TestApp) -> Actor {
    let mut form = app.registration("Ada Byron");
    form["phone"] = json!(NUMBER);
    let ada = app.practitioner_with(&form).await;
    ada.completes_intake_with(phq9_at_risk(2)).await;
    app.set_pathway(&ada, Pathway::InCare).await;
    ada
}

async fn damages_registration(app: &TestApp, practitioner: &Actor) {
    let id = practitioner.id;
    app.sql(move |conn| {
        let details = practitioners::details.eq(damaged_bytes());
        Ok(diesel::update(practitioners::table.find(id)).set(details).execute(conn)?)
    })
    .await;
}

/// A clinician whose employer is not hers.
async fn doctor(app: &TestApp, name: &str) -> Actor {
    app.clinician(name).employed_by("A1A1A").registered("gmc", "7654329").await
}

#[apply(both_engines)]
async fn everyone_who_may_answer_an_open_alert_sees_the_number_and_the_emergency_contact(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, ada_at_risk(&app).await);
    let (cleo, dora, eve) = (app.dora().await, doctor(&app, "Duncan Lockett").await, app.clinician("Eve Holme").await);
    app.attended_appointment(&ada, &cleo, app.now().get() - TimeDelta::days(2)).await;
    cory.puts_on_duty(&dora).await.expect(201);
    eve.breaks_glass_to(&ada).await.expect(201);
    let alert = cory.open_alerts().await.remove(0);

    for caller in [&cory, &cleo, &dora, &eve] {
        let found = caller.asks_how_to_reach(&ada, "risk_alert").await.expect(200);
        assert_eq!(found.json["phones"], json!([registered()]), "{}", caller.name);
        assert_eq!(found.json["unreadable"], json!([]));
        assert_eq!((found.text("email"), found.text("practitioner_id")), (ada.email.clone(), ada.id.to_string()));
        assert_eq!(found.json["emergency_contact"]["name"], "Augusta Leigh");
        assert_eq!(found.json["emergency_contact"]["phone"], "020 7946 0018");
        assert_eq!((&found.json["safe_to_call"], &found.json["may_name_service"]), (&Value::Null, &json!(false)));
        assert!(!String::from_utf8_lossy(&found.body).contains("Ada Byron"), "her legal name is not shown");
    }
    assert_eq!(app.audit_count_of("contact_details.read", alert.parse().unwrap()).await, 4);
    assert_eq!(app.audit_count_of("practitioner.emergency_contact_read", ada.id).await, 4);

    cleo.closes_alert(&alert).await.expect(200);
    // Who still knows of her has no such reason any more; the others no longer know of her.
    for caller in [&cleo, &eve] {
        caller.asks_how_to_reach(&ada, "risk_alert").await.expect(422).expect_field("no_reason_to_contact", "reason");
    }
    for caller in [&cory, &dora] {
        caller.asks_how_to_reach(&ada, "risk_alert").await.expect_problem("not_found");
    }
    assert_eq!(app.audit_count_of("practitioner.emergency_contact_read", ada.id).await, 4);
}

#[apply(both_engines)]
async fn coordinator_with_another_purpose_sees_no_number(app: TestApp) {
    let cory = app.coordinator().await;
    let mut form = app.registration("Ada Byron");
    form["phone"] = json!(NUMBER);
    let ada = app.practitioner_with(&form).await;
    assert_eq!(cory.reads_practitioner(&ada).await.expect(200).text("basis"), "booking");
    for reason in REASONS {
        let refused = cory.asks_how_to_reach(&ada, reason).await.expect(422).expect_field("no_reason_to_contact", "reason");
        let text = String::from_utf8_lossy(&refused.body).into_owned();
        assert!(!text.contains("960001") && !text.contains(&ada.email), "{text}");
    }
    assert_eq!(app.refusal_count_of("contact_details.read", ada.id).await, 3);
    cory.get(&format!("/v1/practitioners/{}/contact-details", ada.id)).send().await.expect_field("invalid_parameter", "reason");
    cory.asks_how_to_reach(&ada, "curiosity").await.expect_field("invalid_parameter", "reason");

    // A call from the practitioner is a purpose of another kind too.
    app.set_pathway(&ada, Pathway::InCare).await;
    cory.asks_how_to_reach(&ada, "risk_alert").await.expect_problem("not_found");
    cory.takes_a_call_from(&ada).await;
    for reason in REASONS {
        cory.asks_how_to_reach(&ada, reason).await.expect_problem("no_reason_to_contact");
    }
}

#[apply(both_engines)]
async fn clinician_of_a_telephone_appointment_sees_the_number_from_shortly_before_until_some_time_after_it(app: TestApp) {
    let (cory, cleo, dora) = (app.coordinator().await, app.clinician("Cleo Clinician").await, app.dora().await);
    cleo.holds_clinic_on("tuesday", "09:00", "12:00", 60, "assessment", "phone").await;
    let mut form = app.registration("Ada Byron");
    form["phone"] = json!(NUMBER);
    let ada = app.practitioner_with(&form).await;
    ada.completes_intake().await;
    let slot = ada.finds_slot(&cleo, "2027-01-12T09:00:00Z").await;
    let booked = ada.post("/v1/appointments", json!({ "slot_id": slot, "phone": "01632 960004" })).send().await.expect(201);
    let ends_at: chrono::DateTime<chrono::Utc> = booked.text("ends_at").parse().unwrap();
    // Dora treats her, and they meet by video at the same time of the day.
    app.appointment(&ada, &dora, "2027-01-12T11:00:00Z".parse().unwrap()).await;
    let asks = async |caller: &Actor| {
        let caller = caller.signs_in_again().await;
        caller.asks_how_to_reach(&ada, "phone_appointment").await
    };

    app.advance_clock_to("2027-01-12T08:29:59Z");
    asks(&cleo).await.expect_field("no_reason_to_contact", "reason");
    app.clock.advance(TimeDelta::seconds(1));
    let found = asks(&cleo).await.expect(200);
    let numbers = json!([{ "source": "appointment", "number": "01632 960004", "confirmed": false }, registered()]);
    assert_eq!((&found.json["phones"], found.text("reason")), (&numbers, "phone_appointment".into()));
    assert_eq!(found.json["emergency_contact"], Value::Null, "only for a risk alert");
    asks(&dora).await.expect_problem("no_reason_to_contact");
    asks(&cory).await.expect_problem("no_reason_to_contact");
    for reason in ["risk_alert", "follow_up"] {
        let cleo = cleo.signs_in_again().await;
        cleo.asks_how_to_reach(&ada, reason).await.expect_problem("no_reason_to_contact");
    }

    // Also when she did not answer, and for some time afterwards.
    app.clock.advance(ends_at - app.now().get());
    cleo.signs_in_again().await.records_attendance(&booked.id(), "did_not_attend").await.expect(200);
    app.clock.advance(TimeDelta::hours(2) - TimeDelta::seconds(1));
    asks(&cleo).await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    asks(&cleo).await.expect_problem("no_reason_to_contact");
    let appointment: Id = booked.id().parse().unwrap();
    assert_eq!(app.audit_count_of("contact_details.read", appointment).await, 2);
    assert_eq!(app.audit_count_of("practitioner.emergency_contact_read", ada.id).await, 0);
}

#[apply(both_engines)]
async fn coordinators_and_the_clinician_of_an_open_follow_up_see_the_number(app: TestApp) {
    let (cory, cleo, dora) = (app.coordinator().await, app.cleo().await, app.dora().await);
    let ada = ada_with_a_number(&app).await;
    let seen = app.attended_appointment(&ada, &cleo, app.now().get() - TimeDelta::hours(1)).await;
    app.attended_appointment(&ada, &dora, app.now().get() - TimeDelta::days(1)).await;
    cory.asks_how_to_reach(&ada, "follow_up").await.expect_problem("not_found");
    cleo.asks_how_to_reach(&ada, "follow_up").await.expect_problem("no_reason_to_contact");

    let follow_up = cleo.agrees_usual_follow_up(&ada, seen).await;

    for caller in [&cory, &cleo] {
        let found = caller.asks_how_to_reach(&ada, "follow_up").await.expect(200);
        assert_eq!(found.json["phones"][0]["number"], NUMBER, "{}", caller.name);
        assert_eq!(found.json["emergency_contact"], Value::Null);
    }
    dora.asks_how_to_reach(&ada, "follow_up").await.expect_problem("no_reason_to_contact");
    cory.asks_how_to_reach(&ada, "risk_alert").await.expect_problem("no_reason_to_contact");
    assert_eq!(app.audit_count_of("contact_details.read", follow_up.parse().unwrap()).await, 2);

    cleo.cancels_follow_up(&follow_up, "not_needed").await.expect(200);
    cleo.asks_how_to_reach(&ada, "follow_up").await.expect_problem("no_reason_to_contact");
    cory.asks_how_to_reach(&ada, "follow_up").await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn staff_who_are_kept_apart_or_have_another_role_see_nothing(app: TestApp) {
    let (ada, cory, cleo) = (ada_at_risk(&app).await, app.coordinator().await, app.cleo().await);
    let never = app.clinician("Nina Farrow").await;
    app.attended_appointment(&ada, &cleo, app.now().get() - TimeDelta::days(2)).await;
    cory.asks_how_to_reach(&ada, "risk_alert").await.expect(200);
    ada.blocks_name(&cory.name).await.expect(201);
    ada.blocks(&cleo).await.expect(201);
    for caller in [&cory, &cleo, &never] {
        for reason in REASONS {
            let hidden = caller.asks_how_to_reach(&ada, reason).await.expect_problem("not_found");
            let unknown = format!("/v1/practitioners/{}/contact-details?reason={reason}", Id::new(app.now()));
            let unknown = caller.get(&unknown).send().await.expect_problem("not_found");
            assert_eq!(hidden.body, unknown.body, "{} {reason}", caller.name);
        }
    }
    let hub = app.harbour_hub().await;
    let harriet = app.hub_coordinator("Harriet Hub", &hub).await;
    let hanna = app.staff("Hanna Line", Role::CallHandler).await;
    for caller in [&harriet, &hanna, &ada] {
        caller.asks_how_to_reach(&ada, "risk_alert").await.expect_problem("wrong_role");
    }
}

#[apply(both_engines)]
async fn practitioner_states_how_they_may_be_called(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, ada_at_risk(&app).await);
    ada.sets_message_preferences(json!({ "channel": "sms", "mobile": MOBILE })).await.expect(200);
    let before = cory.asks_how_to_reach(&ada, "risk_alert").await.expect(200);
    let unconfirmed = json!({ "source": "mobile", "number": MOBILE, "confirmed": false });
    assert_eq!(before.json["phones"], json!([registered(), unconfirmed]), "it may be another person's, so it comes last");
    assert_eq!(before.json["takes_text_messages"], false);
    ada.chooses_texts_to(MOBILE).await;
    let stated = json!({ "channel": "sms", "mobile": MOBILE, "safe_to_call": true, "safe_to_leave_voicemail": false,
        "best_time": " Weekdays after 6 pm " });
    let saved = ada.sets_message_preferences(stated).await.expect(200);
    assert_eq!((&saved.json["safe_to_call"], &saved.json["best_time"]), (&json!(true), &json!("Weekdays after 6 pm")));

    let found = cory.asks_how_to_reach(&ada, "risk_alert").await.expect(200);

    let numbers = json!([{ "source": "mobile", "number": MOBILE, "confirmed": true }, registered()]);
    assert_eq!(found.json["phones"], numbers);
    assert_eq!((&found.json["safe_to_call"], &found.json["safe_to_leave_voicemail"]), (&json!(true), &json!(false)));
    assert_eq!((found.text("best_time"), &found.json["takes_text_messages"]), ("Weekdays after 6 pm".into(), &json!(true)));
    assert_eq!(found.json["quiet_hours"], json!({ "from": "21:00", "until": "08:00" }));
    // Preferences replace all previous ones.
    ada.sets_message_preferences(json!({})).await.expect(200);
    let cleared = cory.asks_how_to_reach(&ada, "risk_alert").await.expect(200);
    assert_eq!((&cleared.json["safe_to_call"], &cleared.json["best_time"]), (&Value::Null, &Value::Null));
}

#[apply(both_engines)]
async fn damaged_email_address_and_preferences_do_not_hide_the_number(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, ada_at_risk(&app).await);
    ada.chooses_texts_to(MOBILE).await;
    let id = ada.id;
    app.sql(move |conn| {
        diesel::update(accounts::table.find(id)).set(accounts::email.eq(damaged_bytes())).execute(conn)?;
        let preferences = message_preferences::details.eq(damaged_bytes());
        Ok(diesel::update(message_preferences::table.find(id)).set(preferences).execute(conn)?)
    })
    .await;
    let found = cory.asks_how_to_reach(&ada, "risk_alert").await.expect(200);
    assert_eq!((&found.json["phones"], &found.json["unreadable"]), (&json!([registered()]), &json!(["email", "mobile"])));
    assert_eq!(found.json["emergency_contact"]["name"], "Augusta Leigh");
    assert_eq!((&found.json["email"], &found.json["safe_to_call"]), (&Value::Null, &Value::Null));
    assert_eq!((&found.json["may_name_service"], &found.json["takes_text_messages"]), (&json!(false), &json!(false)));
}

#[apply(both_engines)]
async fn each_damaged_part_is_named_and_hides_no_other(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, ada_at_risk(&app).await);
    ada.chooses_texts_to(MOBILE).await;
    let preferences = json!({ "channel": "sms", "mobile": MOBILE, "safe_to_call": true, "best_time": "After six" });
    ada.sets_message_preferences(preferences).await.expect(200);
    let (id, reference) = (ada.id, ada.own_reference().await);
    let asks = async || cory.asks_how_to_reach(&ada, "risk_alert").await.expect(200);
    let whole = asks().await;
    let mobile = json!({ "source": "mobile", "number": MOBILE, "confirmed": true });
    assert_eq!((&whole.json["unreadable"], &whole.json["phones"]), (&json!([]), &json!([mobile, registered()])));

    app.sql(move |conn| Ok(diesel::update(accounts::table.find(id)).set(accounts::name.eq(damaged_bytes())).execute(conn)?))
        .await;
    let found = asks().await;
    assert_eq!((found.text("pseudonym"), &found.json["unreadable"]), (reference, &json!(["pseudonym"])));
    for part in ["phones", "email", "safe_to_call", "best_time", "takes_text_messages", "emergency_contact"] {
        assert_eq!(found.json[part], whole.json[part], "{part}");
    }

    app.sql(move |conn| {
        let calls = message_preferences::sealed_calls.eq(Some(damaged_bytes()));
        Ok(diesel::update(message_preferences::table.find(id)).set(calls).execute(conn)?)
    })
    .await;
    let found = asks().await;
    assert_eq!(found.json["unreadable"], json!(["pseudonym", "call_preferences"]));
    assert_eq!((&found.json["safe_to_call"], &found.json["best_time"]), (&Value::Null, &Value::Null));
    for part in ["phones", "email", "takes_text_messages", "emergency_contact"] {
        assert_eq!(found.json[part], whole.json[part], "{part}");
    }
    assert_eq!(app.audit_count_of("practitioner.emergency_contact_read", id).await, 3);

    damages_registration(&app, &ada).await;
    let found = asks().await;
    assert_eq!(found.json["unreadable"], json!(["pseudonym", "registration", "call_preferences"]));
    assert_eq!((&found.json["phones"], &found.json["email"]), (&json!([mobile]), &whole.json["email"]));
    assert_eq!((&found.json["emergency_contact"], &found.json["may_name_service"]), (&Value::Null, &json!(false)));
    assert_eq!(app.audit_count_of("practitioner.emergency_contact_read", id).await, 3, "what is not shown was not read");

    app.sql(move |conn| {
        diesel::update(accounts::table.find(id)).set(accounts::email.eq(damaged_bytes())).execute(conn)?;
        let preferences = message_preferences::details.eq(damaged_bytes());
        Ok(diesel::update(message_preferences::table.find(id)).set(preferences).execute(conn)?)
    })
    .await;
    let found = asks().await;
    let all = json!(["pseudonym", "registration", "email", "mobile", "call_preferences"]);
    assert_eq!((&found.json["unreadable"], &found.json["phones"]), (&all, &json!([])));
    assert_eq!((&found.json["email"], &found.json["takes_text_messages"]), (&Value::Null, &json!(false)));
    assert_eq!(app.audit_count_of("practitioner.emergency_contact_read", id).await, 3);
}

#[apply(both_engines)]
async fn telephone_appointment_shows_a_number_although_the_registration_or_its_own_is_damaged(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    cleo.holds_clinic_on("tuesday", "09:00", "12:00", 60, "assessment", "phone").await;
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake().await;
    ada.chooses_texts_to(MOBILE).await;
    let slot = ada.finds_slot(&cleo, "2027-01-12T09:00:00Z").await;
    let booked = ada.post("/v1/appointments", json!({ "slot_id": slot, "phone": "01632 960004" })).send().await.expect(201).id();
    app.advance_clock_to("2027-01-12T09:00:00Z");
    let cleo = cleo.signs_in_again().await;
    let appointment: Id = booked.parse().unwrap();
    let mobile = json!({ "source": "mobile", "number": MOBILE, "confirmed": true });

    damages_registration(&app, &ada).await;
    let found = cleo.asks_how_to_reach(&ada, "phone_appointment").await.expect(200);
    let given = json!({ "source": "appointment", "number": "01632 960004", "confirmed": false });
    assert_eq!((&found.json["phones"], &found.json["unreadable"]), (&json!([given, mobile]), &json!(["registration"])));

    app.sql(move |conn| {
        let texts = appointments::arrangements.eq(Some(damaged_bytes()));
        Ok(diesel::update(appointments::table.find(appointment)).set(texts).execute(conn)?)
    })
    .await;
    let found = cleo.asks_how_to_reach(&ada, "phone_appointment").await.expect(200);
    let unreadable = json!(["registration", "appointment_phone"]);
    assert_eq!((&found.json["phones"], &found.json["unreadable"]), (&json!([mobile]), &unreadable));
    assert_eq!(app.audit_count_of("contact_details.read", appointment).await, 2);
}

#[apply(both_engines)]
async fn reason_is_in_the_audit_trail_and_in_the_access_log(app: TestApp) {
    let (cory, cleo, ada) = (app.coordinator().await, app.cleo().await, ada_at_risk(&app).await);
    let pia = app.staff("Pia Vale", Role::PrivacyOfficer).await;
    let seen = app.attended_appointment(&ada, &cleo, app.now().get() - TimeDelta::hours(1)).await;
    let follow_up = cleo.agrees_usual_follow_up(&ada, seen).await;
    let alert = cory.open_alerts().await.remove(0);
    cory.asks_how_to_reach(&ada, "risk_alert").await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    cleo.asks_how_to_reach(&ada, "follow_up").await.expect(200);

    let log = ada.get("/v1/me/access-log").send().await.expect(200);
    let entries: Vec<(&Value, &Value, &Value)> = log
        .expect_items()
        .iter()
        .filter(|entry| entry["action"] == "contact_details.read")
        .map(|entry| (&entry["role"], &entry["label"], &entry["reason"]))
        .collect();
    let label = json!("Contact details read");
    let expected = [
        (json!("clinician"), json!("They had to call you about an appointment that was agreed with you.")),
        (json!("coordinator"), json!("They had to reach you about your safety.")),
    ];
    assert_eq!(entries, expected.iter().map(|(role, reason)| (role, &label, reason)).collect::<Vec<_>>());

    let trail = format!("/v1/audit-events?practitioner_id={}&action=contact_details.read", ada.id);
    let trail = pia.get(&trail).send().await.expect(200);
    let subjects: Vec<(&Value, &Value)> =
        trail.expect_items().iter().map(|event| (&event["subject_kind"], &event["subject_id"])).collect();
    let expected = [(json!("follow_up"), json!(follow_up)), (json!("risk_alert"), json!(alert))];
    assert_eq!(subjects, expected.iter().map(|(kind, id)| (kind, id)).collect::<Vec<_>>());
}
