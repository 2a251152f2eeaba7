//! Complete journeys of each role, through the public API and the emails in the outbox, on both engines.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use confide::platform::outbox::Email;
use serde_json::json;

use crate::support::actors::{Actor, PASSWORD};
use crate::support::practitioners::{gad7, phq9_at_risk};
use crate::support::{TestApp, apply, both_engines};

/// Fails when an email says more than that something is booked, and when.
fn is_neutral(email: &Email) {
    let text = format!("{} {}", email.subject, email.body).to_lowercase();
    for word in
        ["confide", "cleo", "marsh", "ada", "heron", "psych", "clinic", "doctor", "health", "therap", "assess", "treat", "video"]
    {
        assert!(!text.contains(word), "{word} is in an email: {text}");
    }
}

/// Advances the clock by a minute, so that the next event is later.
fn advance_a_minute(app: &TestApp) {
    app.clock.advance(TimeDelta::minutes(1));
}

/// A clinician whose account an administrator creates, with assessments on Wednesday and treatment on Friday.
async fn new_clinician(avery: &Actor, name: &str) -> Actor {
    let clinician = avery.creates_staff(name, "clinician").await;
    clinician.is_added_to_directory().await.expect(200);
    clinician.holds_clinic_on("wednesday", "09:00", "15:00", 60, "assessment", "video").await;
    clinician.holds_clinic_on("friday", "09:00", "11:00", 60, "treatment", "video").await;
    clinician
}

/// A practitioner whose intake is submitted, and its address.
async fn ready(app: &TestApp, pseudonym: &str) -> (Actor, String) {
    let person = app
        .new_practitioner(&format!("{pseudonym} Byron"))
        .with_pseudonym(pseudonym)
        .employed_by("X9K3M")
        .registers_and_signs_in()
        .await;
    let assessment = person.completes_intake().await;
    (person, assessment)
}

fn rows(expected: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    expected.iter().map(|(kind, start, status)| ((*kind).to_owned(), (*start).to_owned(), (*status).to_owned())).collect()
}

#[apply(both_engines)]
async fn practitioner_goes_from_first_question_to_treatment(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let colleague = app.clinician("Dan Firth").registered("gmc", "7654321").await;
    let same_employer = app.clinician("Eve Lund").employed_by("X9K3M").await;
    for clinician in [&cleo, &colleague, &same_employer] {
        clinician.holds_clinic_on("wednesday", "09:00", "12:00", 60, "assessment", "video").await;
        clinician.holds_clinic_on("friday", "09:00", "12:00", 60, "treatment", "video").await;
    }

    // She asks, registers under a pseudonym, and confirms her address.
    assert_eq!(app.asks_eligibility("doctor").await.expect(200).text("decision"), "eligible");
    let newcomer =
        app.new_practitioner("Ada Byron").with_pseudonym("Quiet Heron").employed_by("X9K3M").blocking_number("7654321");
    let (received, email) = newcomer.registers().await;
    assert_eq!(received.expect(201).text("next_step"), "confirm_email");
    advance_a_minute(&app);
    app.sign_in(&email, PASSWORD).await.expect_problem("invalid_credentials");
    advance_a_minute(&app);
    app.confirms_address(&email).await.expect(204);
    let ada = app.signed_in("Ada Byron", &email, PASSWORD).await;
    assert_eq!(ada.own_registration().await.text("pseudonym"), "Quiet Heron");

    // Answers that show risk are answered with crisis help at once.
    let assessment = ada.starts_assessment().await;
    advance_a_minute(&app);
    let answered = ada.answers(&assessment, "phq-9", phq9_at_risk(1)).await.expect(200);
    assert_eq!(answered.json["crisis_help"][0]["contact"], "999");
    advance_a_minute(&app);
    ada.answers(&assessment, "gad-7", gad7()).await.expect(200);
    advance_a_minute(&app);
    ada.submits_assessment(&assessment).await.expect(200);
    assert_eq!(ada.pathway().await, "intake_done");

    // Clinicians that she must not meet are not visible to her.
    assert_eq!(ada.finds_clinicians("").await, ["Cleo Marsh"]);
    assert_eq!(ada.finds_clinicians_with_slots("assessment").await, ["Cleo Marsh"]);
    for hidden in [&colleague, &same_employer] {
        ada.reads_clinician(hidden).await.expect_problem("not_found");
    }

    // She holds a slot, books it, moves the appointment, cancels it, and books again.
    let (nine, ten, eleven) = (
        ada.finds_slot(&cleo, "2027-01-13T09:00:00Z").await,
        ada.finds_slot(&cleo, "2027-01-13T10:00:00Z").await,
        ada.finds_slot(&cleo, "2027-01-13T11:00:00Z").await,
    );
    ada.holds(&nine).await.expect(200);
    let booked = ada.books_with_key(&nine, "first").await.expect(201);
    let again = ada.books_with_key(&nine, "first").await.expect(201);
    assert_eq!((&booked.json, booked.etag()), (&again.json, again.etag()));
    app.deliver_due_messages().await;
    advance_a_minute(&app);
    ada.moves(&booked.id(), &ten).await.expect(200);
    app.deliver_due_messages().await;
    advance_a_minute(&app);
    ada.cancels(&booked.id(), "practitioner_work").await.expect(200);
    app.deliver_due_messages().await;
    advance_a_minute(&app);
    let second = ada.books(&eleven).await.expect(201).id();
    app.deliver_due_messages().await;
    assert_eq!(ada.pathway().await, "assessment_booked");

    // She attends, is accepted, and books treatment.
    app.advance_clock_to("2027-01-13T12:00:00Z");
    let (ada, cleo) = (ada.signs_in_again().await, cleo.signs_in_again().await);
    cleo.records_attendance(&second, "attended_on_time").await.expect(200);
    advance_a_minute(&app);
    cleo.records_outcome(&assessment, &second, "accepted").await.expect(201);
    assert_eq!(ada.pathway().await, "in_care");
    let treatment = ada.finds_slot(&cleo, "2027-01-15T09:00:00Z").await;
    let treated = ada.books(&treatment).await.expect(201).id();

    let emails = app.emails_to(&email).await;
    emails.iter().for_each(is_neutral);
    let subjects: Vec<_> = emails.iter().map(|email| email.subject.as_str()).collect();
    let (confirmed, moved, cancelled) = ("Your booking is confirmed", "Your booking has moved", "Your booking is cancelled");
    assert_eq!(subjects, ["Please confirm your email address", confirmed, moved, cancelled, confirmed, confirmed]);
    // Both happen at the same instant, in either order.
    assert_eq!(app.audit_actions_by_name(&ada.id.to_string()).await, ["account.email_verified", "registration.created"]);
    let intake = ["started", "answered", "answered", "submitted", "outcome_recorded"].map(|done| format!("assessment.{done}"));
    assert_eq!(app.audit_actions(assessment.rsplit_once('/').unwrap().1).await, intake);
    assert_eq!(app.audit_actions(&nine.to_string()).await, ["slot.held"]);
    assert_eq!(app.audit_actions(&booked.id()).await, ["appointment.booked", "appointment.moved", "appointment.cancelled"]);
    assert_eq!(app.audit_actions(&second).await, ["appointment.booked", "appointment.attendance_recorded"]);
    assert_eq!(app.audit_actions(&treated).await, ["appointment.booked"]);
    let expected = [
        ("assessment", "2027-01-13T10:00:00Z", "cancelled"),
        ("assessment", "2027-01-13T11:00:00Z", "attended"),
        ("treatment", "2027-01-15T09:00:00Z", "booked"),
    ];
    assert_eq!(app.appointments_of(&ada).await, rows(&expected));
    let states = [
        app.slot_state(&nine).await,
        app.slot_state(&ten).await,
        app.slot_state(&eleven).await,
        app.slot_state(&treatment).await,
    ];
    assert_eq!(states, ["free", "free", "booked", "booked"]);
}

#[apply(both_engines)]
async fn clinician_goes_from_first_day_to_a_caseload(app: TestApp) {
    let cleo = new_clinician(&app.administrator().await, "Cleo Marsh").await;
    let mut people = Vec::new();
    for (hour, name) in [(9, "Ada"), (10, "Bea"), (11, "Cat"), (12, "Dot"), (13, "Eva")] {
        let (person, assessment) = ready(&app, name).await;
        let slot = person.finds_slot(&cleo, &format!("2027-01-13T{hour:02}:00:00Z")).await;
        let appointment = person.books(&slot).await.expect(201).id();
        people.push((person, assessment, appointment));
        app.clock.advance(TimeDelta::seconds(1));
    }
    app.deliver_due_messages().await;
    let [(ada, intake, adas), (bea, ..), (cat, ..), (dot, ..), (eva, evas_intake, evas)] = &people[..] else { unreachable!() };

    // She is absent in the morning: the appointment in it is orphaned until Ada moves it.
    let away = cleo.is_away("2027-01-13T08:30:00Z", "2027-01-13T09:30:00Z").await;
    assert_eq!(away.json["orphaned_appointments"], json!([adas]));
    assert_eq!(cleo.orphaned_appointments().await, [adas.clone()]);
    let later = ada.finds_slot_to_move(adas, &cleo, "2027-01-13T14:00:00Z").await;
    advance_a_minute(&app);
    ada.moves(adas, &later).await.expect(200);
    app.deliver_due_messages().await;
    assert!(cleo.orphaned_appointments().await.is_empty());

    // Eva knows Cleo and blocks her: from then on Cleo cannot see Eva.
    assert_eq!(cleo.caseload().await, ["Eva", "Dot", "Cat", "Bea", "Ada"]);
    eva.blocks(&cleo).await.expect(201);
    assert_eq!(cleo.caseload().await, ["Dot", "Cat", "Bea", "Ada"]);
    cleo.reads_practitioner(eva).await.expect_problem("not_found");
    cleo.reads_answers(evas_intake).await.expect_problem("not_found");
    cleo.reads_appointment(evas).await.expect_problem("not_found");
    cleo.cancels(evas, "clinician_unavailable").await.expect_problem("not_found");

    // She reads what Ada answered before they meet.
    let read = cleo.reads_answers(intake).await.expect(200);
    assert_eq!(read.json["questionnaires"].as_array().unwrap().len(), 2);

    // All have attended, and each continues differently.
    app.advance_clock_to("2027-01-13T15:00:00Z");
    let cleo = cleo.signs_in_again().await;
    let results = [
        ("accepted", Pathway::InCare),
        ("more_assessment", Pathway::IntakeDone),
        ("signposted", Pathway::Signposted),
        ("discharged", Pathway::Discharged),
    ];
    for ((person, assessment, appointment), (outcome, pathway)) in people.iter().zip(results) {
        cleo.records_attendance(appointment, "attended_on_time").await.expect(200);
        cleo.records_outcome(assessment, appointment, outcome).await.expect(201);
        assert_eq!(app.pathway_of(person).await, pathway, "{outcome}");
    }
    cleo.records_attendance(evas, "attended_on_time").await.expect_problem("not_found");
    cleo.records_outcome(evas_intake, evas, "accepted").await.expect_problem("not_found");

    // She books Ada's first treatment for her; no one else has reached that stage.
    let friday = cleo.finds_slot_for(ada, &cleo, "2027-01-15T09:00:00Z").await;
    cleo.books_for(bea, &friday).await.expect_problem("assessment_required");
    // Care of these two has ended: she can still read, but cannot act for them.
    cleo.reads_answers(&people[3].1).await.expect(200);
    cleo.books_for(cat, &friday).await.expect_problem("not_found");
    cleo.books_for(dot, &friday).await.expect_problem("not_found");
    cleo.books_for(eva, &friday).await.expect_problem("not_found");
    let treated = cleo.books_for(ada, &friday).await.expect(201).id();

    let trail = app.audit_actions_with_roles(intake.rsplit_once('/').unwrap().1).await;
    let by_cleo: Vec<_> = trail.iter().filter(|(role, _)| role == "clinician").map(|(_, action)| action.as_str()).collect();
    assert_eq!(by_cleo, ["assessment.read", "assessment.outcome_recorded"]);
    let moved = ["booked", "orphaned", "moved", "attendance_recorded"].map(|done| format!("appointment.{done}"));
    assert_eq!(app.audit_actions(adas).await, moved);
    assert_eq!(app.audit_actions(evas).await, ["appointment.booked"]);
    assert_eq!(app.audit_actions_with_roles(&treated).await, [("clinician".to_owned(), "appointment.booked".to_owned())]);
    let mut first_day = app.audit_actions(&cleo.id.to_string()).await;
    first_day.sort();
    let expected = [
        "account.password_reset",
        "clinician.created",
        "slots.searched",
        "staff.created",
        "staff.opened",
        "staff_change.approved",
        "staff_change.proposed",
    ];
    assert_eq!(first_day, expected);
    let expected = [("assessment", "2027-01-13T14:00:00Z", "attended"), ("treatment", "2027-01-15T09:00:00Z", "booked")];
    assert_eq!(app.appointments_of(ada).await, rows(&expected));
    assert_eq!(app.appointments_of(eva).await, rows(&[("assessment", "2027-01-13T13:00:00Z", "booked")]));
    assert_eq!(app.emails_to(&ada.email).await.len(), 4);
}

#[apply(both_engines)]
async fn clinician_handles_the_risk_alerts_of_their_own_practitioners(app: TestApp) {
    let avery = app.administrator().await;
    let (cleo, dan) = (new_clinician(&avery, "Cleo Marsh").await, new_clinician(&avery, "Dan Firth").await);
    let ada = app.new_practitioner("Ada Byron").with_pseudonym("Quiet Heron").registers_and_signs_in().await;
    ada.completes_intake_with(phq9_at_risk(2)).await;
    assert!(cleo.open_alerts().await.is_empty(), "not hers yet");
    let slot = ada.finds_slot(&cleo, "2027-01-13T09:00:00Z").await;
    ada.books(&slot).await.expect(201);

    let alerts = cleo.open_alerts().await;
    let [alert] = &alerts[..] else { panic!("one alert is open") };
    assert!(dan.open_alerts().await.is_empty());
    dan.closes_alert(alert).await.expect_problem("not_found");
    advance_a_minute(&app);
    cleo.closes_alert(alert).await.expect(200);
    cleo.closes_alert(alert).await.expect_problem("state_conflict");
    assert!(cleo.open_alerts().await.is_empty());
    // She reads it to close it, and again when it is closed already.
    let trail = [
        ("system", "risk_alert.raised"),
        ("clinician", "risk_alert.read"),
        ("clinician", "risk_alert.closed"),
        ("clinician", "risk_alert.read"),
    ];
    assert_eq!(app.audit_actions_with_roles(alert).await, trail.map(|(role, action)| (role.to_owned(), action.to_owned())));
}

#[apply(both_engines)]
async fn coordinator_books_by_telephone_and_rebooks_after_an_absence(app: TestApp) {
    let avery = app.administrator().await;
    let (cleo, dan) = (new_clinician(&avery, "Cleo Marsh").await, new_clinician(&avery, "Dan Firth").await);
    let cory = avery.creates_staff("Cory Wells", "coordinator").await;
    let ada = app.new_practitioner("Ada Byron").with_pseudonym("Quiet Heron").registers_and_signs_in().await;
    let intake = ada.completes_intake_with(phq9_at_risk(3)).await;

    // Ada calls and quotes her reference; the coordinator books for her.
    let quoted = ada.own_registration().await.text("reference").to_lowercase();
    let found = cory.finds_by_reference(&quoted).await;
    assert_eq!((found.len(), &found[0]["id"], &found[0]["pseudonym"]), (1, &json!(ada.id), &json!("Quiet Heron")));
    let slot = cory.finds_slot_for(&ada, &cleo, "2027-01-13T09:00:00Z").await;
    let appointment = cory.books_for(&ada, &slot).await.expect(201).id();
    assert_eq!(ada.pathway().await, "assessment_booked");

    // Cleo is ill; Dan has free slots.
    advance_a_minute(&app);
    cleo.is_away("2027-01-12T00:00:00Z", "2027-01-20T00:00:00Z").await;
    assert_eq!(cory.orphaned_appointments().await, [appointment.clone()]);
    let dans = cory.finds_slot_to_move_for(&ada, &appointment, &dan, "2027-01-13T10:00:00Z").await;
    advance_a_minute(&app);
    cory.moves(&appointment, &dans).await.expect(200);
    assert!(cory.orphaned_appointments().await.is_empty());
    advance_a_minute(&app);
    cleo.reads_appointment(&appointment).await.expect_problem("not_found");
    dan.reads_appointment(&appointment).await.expect(200);

    // The coordinator calls her, but may neither close the alert nor read the answers nor create staff accounts.
    let alerts = cory.open_alerts().await;
    let [alert] = &alerts[..] else { panic!("one alert is open") };
    cory.records_contact_attempt(alert, true).await.expect(201);
    cory.closes_alert(alert).await.expect(403).expect_problem("wrong_role");
    dan.closes_alert(alert).await.expect(200);
    cory.reads_answers(&intake).await.expect(403).expect_problem("wrong_role");
    cory.records_outcome(&intake, &appointment, "discharged").await.expect(403).expect_problem("wrong_role");
    cory.tries_to_create_staff("Fay Moss", Role::Clinician.as_str()).await.expect(403).expect_problem("wrong_role");

    let trail = [("coordinator", "booked"), ("clinician", "orphaned"), ("coordinator", "moved"), ("clinician", "read")];
    let trail = trail.map(|(role, done)| (role.to_owned(), format!("appointment.{done}")));
    assert_eq!(app.audit_actions_with_roles(&appointment).await, trail);
    for action in ["risk_alert.contact_recorded", "risk_alert.closed"] {
        assert_eq!(app.audit_count_of(action, alert.parse().unwrap()).await, 1, "{action}");
    }
    assert_eq!(app.audit_count_of("assessment.read", intake.rsplit_once('/').unwrap().1.parse().unwrap()).await, 0);
    assert_eq!(app.appointments_of(&ada).await, rows(&[("assessment", "2027-01-13T10:00:00Z", "booked")]));
    assert_eq!((app.slot_state(&slot).await, app.slot_state(&dans).await), ("withdrawn".to_owned(), "booked".to_owned()));
    let emails = app.emails_to(&ada.email).await;
    emails.iter().for_each(is_neutral);
    assert_eq!(emails.last().unwrap().subject, "Your booking has moved");
}
