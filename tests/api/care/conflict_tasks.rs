//! What a block does at once: tasks for coordinators, what the blocked clinician no longer sees, and what comes back.

use chrono::TimeDelta;
use confide::people::Role;
use confide::platform::ids::Id;
use confide::scheduling::calendar::model::AppointmentKind;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::clinical_record::{InCare, note_about};
use crate::support::follow_ups::follow_up_in_two_weeks;
use crate::support::groups::{gmc_number_of, therapy};
use crate::support::practitioners::phq9_at_risk;
use crate::support::reply::{CheckedReply, Reply};
use crate::support::{TestApp, apply, both_engines};

impl Actor {
    /// The conflict tasks that match the query.
    async fn conflicts(&self, query: &str) -> Vec<Value> {
        self.get(&format!("/v1/conflict-tasks{query}")).send().await.expect(200).items().clone()
    }

    /// The task about this kind of arrangement.
    async fn conflict(&self, query: &str, kind: &str) -> Value {
        let all = self.conflicts(query).await;
        all.iter().find(|task| task["kind"] == kind).unwrap_or_else(|| panic!("no {kind} in {all:?}")).clone()
    }

    async fn takes_conflict(&self, task: &Value) -> Reply {
        self.post_empty(&format!("/v1/conflict-tasks/{}/take", task["id"].as_str().unwrap())).send().await
    }

    async fn completes_conflict(&self, task: &Value, outcome: &str) -> Reply {
        let path = format!("/v1/conflict-tasks/{}/complete", task["id"].as_str().unwrap());
        self.post(&path, json!({ "outcome": outcome })).send().await
    }

    async fn unblocks(&self, blocked: &CheckedReply) {
        self.delete(&format!("/v1/me/blocked-colleagues/{}", blocked.id())).send().await.expect(204);
    }

    async fn absences(&self) -> Vec<Value> {
        self.get("/v1/absences").send().await.expect(200).items().clone()
    }
}

#[apply(both_engines)]
async fn a_conflict_is_taken_and_completed_with_its_outcome(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (cory, carl, dora) = (app.coordinator().await, app.staff("Carl Keeper", Role::Coordinator).await, app.dora().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Treatment).await;
    let booked = ada.books(&slot).await.expect(201).id();
    let blocked = ada.blocks(&cleo).await.expect(201);
    for arrangement in blocked.json["affected_arrangements"].as_array().unwrap() {
        assert!(arrangement["next_step"].as_str().unwrap().len() > 20, "{arrangement}");
    }

    let task = cory.conflict("?state=open", "appointment").await;
    assert_eq!((&task["arrangement_id"], &task["clinician_id"]), (&json!(booked), &json!(cleo.id)));
    cory.completes_conflict(&task, "rebooked").await.expect_problem("state_conflict");
    assert_eq!(cory.takes_conflict(&task).await.expect(200).text("state"), "taken");
    cory.takes_conflict(&task).await.expect(200);
    carl.takes_conflict(&task).await.expect_problem("task_taken");
    carl.completes_conflict(&task, "rebooked").await.expect_problem("task_taken");
    cory.completes_conflict(&task, "rebooked").await.expect_problem("state_conflict");
    cory.completes_conflict(&task, "kept_apart").await.expect_field("invalid_body", "/outcome");
    cory.completes_conflict(&task, "no_longer_in_conflict").await.expect_field("invalid_body", "/outcome");
    let other = app.free_slot(&dora, TimeDelta::days(3), AppointmentKind::Treatment).await;
    cory.moves(&booked, &other).await.expect(200);
    let done = cory.completes_conflict(&task, "rebooked").await.expect(200);
    assert_eq!((done.text("state"), done.text("outcome")), ("done".to_owned(), "rebooked".to_owned()));
    cory.completes_conflict(&task, "rebooked").await.expect_problem("state_conflict");
    let id = task["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(app.audit_count_of("conflict_task.completed", id).await, 1);

    // The other task closes by itself, and the practitioner is informed.
    let lead = cory.conflict("", "lead_clinician").await;
    cory.assigns_lead(&ada, &dora).await.expect(200);
    app.write(confide::care::conflicts::jobs::close_settled).await;
    let settled = cory.conflict("?state=done", "lead_clinician").await;
    assert_eq!((&settled["id"], &settled["outcome"]), (&lead["id"], &json!("new_lead")));
    assert!(app.email_subjects_to(&ada.email).await.contains(&"Something has been arranged for you".to_owned()));
    assert!(cory.conflicts("").await.is_empty());

    let trail = app.audit_trail_of(&cory).await;
    for action in ["conflict_task.listed", "conflict_task.taken", "conflict_task.completed"] {
        assert!(
            trail.iter().any(|(known, practitioner, basis)| known == action && *practitioner == Some(ada.id) && basis.is_some()),
            "no {action}: {trail:?}"
        );
    }
    app.clock.advance(TimeDelta::days(31));
    let cory = cory.signs_in_again().await;
    assert!(cory.conflicts("?state=done").await.is_empty(), "they were done long ago");
}

#[apply(both_engines)]
async fn a_conflict_is_a_reason_to_know_of_the_practitioner_until_it_is_done_also_when_they_are_kept_apart(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let (cory, carl, dora) = (app.coordinator().await, app.staff("Carl Keeper", Role::Coordinator).await, app.dora().await);
    cleo.writes_note(&ada, note_about(appointment)).await.expect(201);
    carl.reads_practitioner(&ada).await.expect_problem("not_found");
    assert!(carl.caseload().await.is_empty());

    ada.blocks(&cleo).await.expect(201);

    assert_eq!(carl.reads_practitioner(&ada).await.expect(200).text("basis"), "conflict_task");
    assert_eq!(carl.caseload().await.len(), 1);
    cory.replaces(&ada, "lead-clinician", json!({ "clinician_id": dora.id })).await.expect(200);
    let task = cory.conflict("", "unsigned_note").await;
    assert_eq!(cory.conflicts("").await.len(), 1, "the other is settled");
    carl.reads_practitioner(&ada).await.expect(200);
    cory.takes_conflict(&task).await.expect(200);
    cory.completes_conflict(&task, "kept_apart").await.expect(200);

    for coordinator in [&cory, &carl] {
        coordinator.reads_practitioner(&ada).await.expect_problem("not_found");
        assert!(coordinator.caseload().await.is_empty());
        assert_eq!(coordinator.conflict("?state=done", "unsigned_note").await["outcome"], "kept_apart");
    }
    app.clock.advance(TimeDelta::days(31));
    let cory = cory.signs_in_again().await;
    assert!(cory.conflicts("?state=done").await.is_empty());
    cory.takes_conflict(&task).await.expect_problem("not_found");
    cory.completes_conflict(&task, "kept_apart").await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn a_conflict_is_due_before_the_appointment_or_a_working_day_later(app: TestApp) {
    let (cory, cleo, ada) = (app.coordinator().await, app.cleo().await, app.ada().await);
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::hours(5)).await;
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(9)).await;
    ada.blocks(&cleo).await.expect(201);
    let due: Vec<Value> = cory.conflicts("").await.iter().map(|task| task["due_at"].clone()).collect();
    assert_eq!(due, [json!(app.now() + TimeDelta::hours(4)), json!(app.now() + TimeDelta::days(1))]);
}

#[apply(both_engines)]
async fn the_taker_who_is_blocked_loses_the_conflict(app: TestApp) {
    let (cory, carl) = (app.coordinator().await, app.staff("Carl Keeper", Role::Coordinator).await);
    let (cleo, ada) = (app.cleo().await, app.ada().await);
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(3)).await;
    ada.blocks(&cleo).await.expect(201);
    let task = cory.conflict("", "appointment").await;
    cory.takes_conflict(&task).await.expect(200);
    ada.blocks_name(&cory.name).await.expect(201);
    assert!(cory.conflicts("").await.is_empty());
    cory.completes_conflict(&task, "rebooked").await.expect_problem("not_found");
    carl.takes_conflict(&task).await.expect(200);
}

#[apply(both_engines)]
async fn a_blocked_clinician_sees_reserved_time_and_no_operation_tells_more(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let (ada, bo, cory) = (
        app.practitioner_after_intake("Ada Quill").await,
        app.practitioner_after_intake("Bo Wren").await,
        app.coordinator().await,
    );
    let clinic = cleo.holds_clinic_on("tuesday", "09:00", "12:00", 60, "assessment", "video").await.id();
    let booked = ada.books_at(&cleo, "2027-01-12T09:00:00Z").await.to_string();
    let bos = bo.books_at(&cleo, "2027-01-12T10:00:00Z").await.to_string();
    let real = cleo.is_away("2027-01-12T20:00:00Z", "2027-01-12T21:00:00Z").await.id();
    let slot: Id = ada.reads_appointment(&booked).await.expect(200).text("slot_id").parse().unwrap();
    app.clock.advance(TimeDelta::minutes(4));
    let informed = app.emails_to(&cleo.email).await.len();
    assert!(informed > 0, "the bookings were reported");
    ada.blocks(&cleo).await.expect(201);

    let entries = cleo.calendar("2027-01-12T00:00:00Z", "2027-01-13T00:00:00Z").await;
    let kinds: Vec<_> = entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["absence", "appointment", "slot", "absence"]);
    let without = |entry: &Value| {
        let mut entry = entry.clone();
        for member in ["id", "starts_at", "ends_at"] {
            entry[member] = Value::Null;
        }
        entry
    };
    assert_eq!(without(&entries[0]), without(&entries[3]), "it has the shape of an absence");
    let ids: Vec<Value> = cleo.absences().await.iter().map(|absence| absence["id"].clone()).collect();
    assert_eq!(ids, [entries[0]["id"].clone(), json!(real)], "the calendar and the list agree");
    assert!(![json!(booked), json!(slot)].contains(&entries[0]["id"]));
    let page = cleo.get("/v1/absences?limit=1").send().await.expect(200);
    let rest = cleo.get(&format!("/v1/absences?cursor={}", page.text("next_cursor"))).send().await.expect(200);
    assert_eq!((page.items()[0]["id"].clone(), rest.items()[0]["id"].clone()), (ids[0].clone(), ids[1].clone()));
    let reserved = format!("/v1/absences/{}", ids[0].as_str().unwrap());
    cleo.delete(&reserved).send().await.expect_problem("time_reserved");
    app.clinician("Dan Firth").await.delete(&reserved).send().await.expect_problem("not_found");

    let as_for_a_withdrawn_slot = cleo.moves(&bos, &slot).await.expect_problem("slot_taken");
    assert_eq!(as_for_a_withdrawn_slot.text("detail"), "This slot is no longer offered. Choose another one.");

    // Neither an absence, nor the end of the clinic, nor booking the slot tells about the appointment.
    let over = cleo.is_away("2027-01-12T09:00:00Z", "2027-01-12T09:30:00Z").await;
    assert_eq!(over.json["orphaned_appointments"], json!([]));
    cleo.delete(&format!("/v1/absences/{}", over.id())).send().await.expect(204);
    for preview in [true, false] {
        let ended = cleo.post_empty(&format!("/v1/clinics/{clinic}/end?preview={preview}")).send().await.expect(200);
        assert_eq!(ended.json["orphaned_appointments"], json!([bos]));
    }

    // A coordinator moves it; the clinician is not informed that anything was cancelled.
    let dora = app.dora().await;
    let other = app.free_slot(&dora, TimeDelta::days(3), AppointmentKind::Assessment).await;
    cory.moves(&booked, &other).await.expect(200);
    app.clock.advance(TimeDelta::minutes(10));
    let mails = app.emails_to(&cleo.email).await;
    assert!(mails.iter().skip(informed).all(|mail| !mail.body.contains("Cancelled")), "{mails:?}");
    assert_eq!(cleo.signs_in_again().await.absences().await.len(), 1);
}

#[apply(both_engines)]
async fn a_booking_is_not_reported_to_a_clinician_who_was_blocked_since(app: TestApp) {
    let (ada, ben, cleo, dan) = (app.ada().await, app.ben().await, app.cleo().await, app.clinician("Dan Clinician").await);
    for (practitioner, clinician) in [(&ada, &cleo), (&ben, &dan)] {
        let slot = app.free_slot(clinician, TimeDelta::days(3), AppointmentKind::Assessment).await;
        practitioner.books(&slot).await.expect(201);
    }
    ada.blocks(&cleo).await.expect(201);
    app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(app.email_subjects_to(&dan.email).await, ["Your calendar has changed"]);
    assert!(app.email_subjects_to(&cleo.email).await.is_empty());
}

#[apply(both_engines)]
async fn nothing_that_was_to_be_reported_of_a_practitioner_is_sent_to_a_clinician_they_blocked_since(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let (eve, gwen) = (app.clinician("Eve Clinician").employed_by("A1A1A").await, app.clinician("Gwen Clinician").await);
    let mut form = follow_up_in_two_weeks(appointment);
    form["clinician_id"] = json!(eve.id);
    cleo.agrees_follow_up(&ada, form).await.expect(201);
    cleo.assigns_lead(&ada, &gwen).await.expect(200);
    for clinician in [&eve, &gwen] {
        ada.blocks(clinician).await.expect(201);
    }
    app.clock.advance(TimeDelta::minutes(10));
    for clinician in [&eve, &gwen] {
        assert!(app.email_subjects_to(&clinician.email).await.is_empty(), "{}", clinician.name);
    }
}

#[apply(both_engines)]
async fn lost_appointments_are_reported_only_when_the_clinician_may_know_of_one(app: TestApp) {
    let (cory, cleo, dora) = (app.coordinator().await, app.clinician("Cleo Marsh").await, app.clinician("Dora Field").await);
    let ada = app.practitioner_after_intake("Ada Quill").await;
    let bo = app.practitioner_after_intake("Bo Wren").await;
    for (practitioner, clinician) in [(&ada, &cleo), (&bo, &dora)] {
        clinician.holds_clinic_on("tuesday", "09:00", "12:00", 60, "assessment", "video").await;
        practitioner.books_at(clinician, "2027-01-12T09:00:00Z").await;
        assert_eq!(app.email_subjects_to(&clinician.email).await, ["Your calendar has changed"]);
    }
    for clinician in [&cleo, &dora] {
        let away =
            json!({ "clinician_id": clinician.id, "starts_at": "2027-01-12T09:00:00Z", "ends_at": "2027-01-12T10:00:00Z" });
        cory.post("/v1/absences", away).send().await.expect(201);
    }
    ada.blocks(&cleo).await.expect(201);
    app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(app.email_subjects_to(&cleo.email).await.len(), 1);
    assert_eq!(app.email_subjects_to(&dora.email).await.len(), 2);
}

#[apply(both_engines)]
async fn a_concealed_appointment_looks_like_the_reserved_time_of_a_group(app: TestApp) {
    let group = app.group(therapy).await;
    let ada = app.seeded_in_care("Ada Byron").await;
    app.appointment(&ada, &group.cleo, app.now().get() + TimeDelta::days(3)).await;
    ada.blocks(&group.cleo).await.expect(201);
    let absences = group.cleo.absences().await;
    assert_eq!(absences.len(), 9, "eight sessions and the appointment");
    let mut shapes = Vec::new();
    for absence in &absences[..2] {
        let path = format!("/v1/absences/{}", absence["id"].as_str().unwrap());
        let refused = group.cleo.delete(&path).send().await.expect_problem("time_reserved").json.clone();
        let mut shape = absence.clone();
        // The note names the group; the appointment has none.
        for member in ["id", "starts_at", "ends_at", "note"] {
            shape[member] = Value::Null;
        }
        shapes.push((shape, refused));
    }
    assert_eq!(shapes[0], shapes[1]);
}

#[apply(both_engines)]
async fn the_slot_stays_occupied_until_the_conflict_is_settled(app: TestApp) {
    let (ada, ben, cleo, cory) = (app.ada().await, app.ben().await, app.cleo().await, app.coordinator().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Assessment).await;
    let booked = ada.books(&slot).await.expect(201);
    assert_eq!(booked.json["needs_rebooking"], false);
    ada.blocks(&cleo).await.expect(201);
    ben.books(&slot).await.expect_problem("slot_taken");
    assert_eq!(ada.reads_appointment(&booked.id()).await.expect(200).json["needs_rebooking"], true);
    let listed = ada.get("/v1/appointments").send().await.expect(200);
    assert_eq!(listed.items()[0]["needs_rebooking"], true);
    assert_eq!(cory.get("/v1/appointments").send().await.expect(200).items()[0]["needs_rebooking"], true);
    cory.cancels(&booked.id(), "service").await.expect(200);
    ben.books(&slot).await.expect(201);
    assert_eq!(cory.conflict("?state=done", "appointment").await["outcome"], "cancelled_with_practitioner");
}

#[apply(both_engines)]
async fn unblocking_brings_back_only_what_is_still_arranged(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let (cory, dora) = (app.coordinator().await, app.dora().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Treatment).await;
    let booked = ada.books(&slot).await.expect(201).id();
    cleo.agrees_follow_up(&ada, follow_up_in_two_weeks(appointment)).await.expect(201);
    let blocked = ada.blocks(&cleo).await.expect(201);
    cory.assigns_lead(&ada, &dora).await.expect(200);
    assert_eq!(cory.conflicts("").await.len(), 2);
    let informed = app.email_subjects_to(&ada.email).await.len();

    ada.unblocks(&blocked).await;

    assert!(cory.conflicts("").await.is_empty());
    for kind in ["appointment", "follow_up"] {
        assert_eq!(cory.conflict("?state=done", kind).await["outcome"], "no_longer_in_conflict", "{kind}");
    }
    cleo.reads_appointment(&booked).await.expect(200);
    assert!(cleo.absences().await.is_empty());
    let lead = cory.reads(&ada, "lead-clinician").await.expect(200);
    assert_eq!(lead.text("clinician_id"), dora.id.to_string(), "the lead is not restored");
    assert_eq!(app.email_subjects_to(&ada.email).await.len(), informed, "nothing was settled by a coordinator");
}

#[apply(both_engines)]
async fn a_block_ends_an_agreement_to_meet_in_a_group_until_it_is_given_again(app: TestApp) {
    let group = app.group(therapy).await;
    let (ada, place) = app.member("Ada Byron", &group).await;
    let (bea, others) = app.member("Bea Byron", &group).await;
    for (person, enrolment) in [(&ada, &place), (&bea, &others)] {
        person.sets_willing_to_meet(enrolment, "anyone").await.expect(200);
    }
    app.clock.advance(TimeDelta::minutes(1));
    let blocked = ada.blocks_number(&gmc_number_of("Bea Byron")).await.expect(201);
    assert_eq!(blocked.json["affected_arrangements"], json!([]), "the response does not reveal who else is in the group");
    let tasks = group.cory.conflicts("").await;
    assert_eq!(tasks.iter().map(|task| task["kind"].as_str().unwrap()).collect::<Vec<_>>(), ["group_place", "group_place"]);
    app.clock.advance(TimeDelta::minutes(1));
    ada.sets_willing_to_meet(&place, "anyone").await.expect(200);
    assert!(group.cory.conflicts("").await.is_empty());
    assert_eq!(group.cory.conflict("?state=done", "group_place").await["outcome"], "no_longer_in_conflict");
}

#[apply(both_engines)]
async fn a_facilitator_who_agreed_to_meet_and_is_blocked_later_sees_nothing_of_the_member(app: TestApp) {
    let cory = app.coordinator().await;
    let (cleo, dora) = (app.clinician("Cleo Marsh").employed_by("RXX").await, app.clinician("Dora Field").await);
    let id = cory.creates_group(therapy(&cleo, &dora)).await.expect(201).id();
    let ada = app.seeded_in_care_employed_by("Ada Byron", Some("RXX")).await;
    let agreement = json!({ "willing_to_meet": "colleagues" });
    cleo.put(&format!("/v1/groups/{id}/facilitator-willingness"), agreement).send().await.expect(204);
    let group = crate::support::groups::Group { id, cory, cleo, dora };
    app.screened_as_suitable(&ada, &group, TimeDelta::zero()).await;
    let form = json!({ "practitioner_id": ada.id, "alias": "robin", "willing_to_meet": "colleagues" });
    group.cory.takes_a_call_from(&ada).await;
    let place = group.cory.post(&format!("/v1/groups/{}/enrolments", group.id), form).send().await.expect(201).id();
    group.cleo.reads_enrolment(&place).await.expect(200);
    assert!(group.cory.conflicts("").await.is_empty());

    ada.blocks(&group.cleo).await.expect(201);

    group.cleo.reads_enrolment(&place).await.expect_problem("not_found");
    assert!(group.cleo.lists_members(&group.id).await.is_empty());
    let task = group.cory.conflict("", "group_place").await;
    assert_eq!((&task["arrangement_id"], &task["clinician_id"]), (&json!(place), &json!(group.cleo.id)));
    group.cory.takes_conflict(&task).await.expect(200);
    group.cory.completes_conflict(&task, "kept_apart").await.expect(200);
    assert!(group.cory.conflicts("").await.is_empty(), "the decision is not asked for again");
    assert!(app.email_subjects_to(&ada.email).await.contains(&"Something has been arranged for you".to_owned()));
    ada.leaves_group(&place).await.expect(200);
}

#[apply(both_engines)]
async fn a_conflict_that_no_coordinator_may_see_goes_to_the_privacy_officer(app: TestApp) {
    let (cory, admin) = (app.coordinator().await, app.administrator().await);
    let pia = app.staff("Pia Vale", Role::PrivacyOfficer).await;
    let (cleo, ada) = (app.cleo().await, app.ada().await);
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(3)).await;
    ada.blocks_name(&cory.name).await.expect(201);
    ada.blocks(&cleo).await.expect(201);
    assert!(app.email_subjects_to(&cory.email).await.is_empty() && app.email_subjects_to(&admin.email).await.is_empty());
    let mails = app.emails_to(&pia.email).await;
    assert_eq!(mails.iter().map(|mail| mail.subject.as_str()).collect::<Vec<_>>(), ["Another coordinator is needed now"]);
    assert!(mails[0].body.contains("ask an administrator") && !mails[0].body.contains("Ada"), "{}", mails[0].body);
}

#[apply(both_engines)]
async fn an_open_alert_is_shown_again_to_others_when_the_clinician_is_blocked(app: TestApp) {
    let (cory, pia) = (app.coordinator().await, app.staff("Pia Vale", Role::PrivacyOfficer).await);
    let (cleo, ada) = (app.cleo().await, app.practitioner("Ada Byron").await);
    ada.completes_intake_with(phq9_at_risk(3)).await;
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(3)).await;
    let alerts = async || {
        let subjects = app.email_subjects_to(&cory.email).await;
        subjects.iter().filter(|subject| *subject == "Please look at the app now").count()
    };
    assert_eq!(alerts().await, 1);
    ada.blocks(&cleo).await.expect(201);
    assert_eq!(alerts().await, 2);
    // When the last who may see it is blocked, the privacy officer is informed.
    let another = "Another coordinator is needed now".to_owned();
    assert!(!app.email_subjects_to(&pia.email).await.contains(&another));
    ada.blocks_name(&cory.name).await.expect(201);
    assert!(app.email_subjects_to(&pia.email).await.contains(&another));
}
