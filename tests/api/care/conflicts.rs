//! What happens to arrangements between two people who must not meet.

use chrono::TimeDelta;
use confide::people::Role;
use confide::scheduling::calendar::model::AppointmentKind;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::clinical_record::{InCare, note_about};
use crate::support::clinicians::directory_entry;
use crate::support::follow_ups::follow_up_in_two_weeks;
use crate::support::groups::{gmc_number_of, therapy};
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

fn affected(reply: &CheckedReply) -> Vec<(String, Value)> {
    let things = reply.json["affected_arrangements"].as_array().unwrap();
    things.iter().map(|thing| (thing["kind"].as_str().unwrap().to_owned(), thing["id"].clone())).collect()
}

impl Actor {
    /// The arrangements that a coordinator is to move to another person: the kind and the practitioner.
    async fn sees_conflicts(&self) -> Vec<(String, String)> {
        let list = self.get("/v1/conflict-tasks").send().await.expect(200);
        let word = |item: &Value, member: &str| item[member].as_str().unwrap().to_owned();
        list.items().iter().map(|item| (word(item, "kind"), word(item, "practitioner_id"))).collect()
    }

    /// The appointments that cannot take place as they are, and why.
    async fn sees_orphans(&self) -> Vec<(String, String)> {
        let list = self.get("/v1/orphaned-appointments").send().await.expect(200);
        let word = |item: &Value, member: &str| item[member].as_str().unwrap().to_owned();
        list.items().iter().map(|item| (word(item, "id"), word(item, "reason"))).collect()
    }
}

#[apply(both_engines)]
async fn blocking_a_clinician_lists_affected_arrangements_and_a_coordinator_resolves_them(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let cory = app.coordinator().await;
    let slot = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Treatment).await;
    let booked = ada.books(&slot).await.expect(201).id();
    let follow_up = cleo.agrees_follow_up(&ada, follow_up_in_two_weeks(appointment)).await.expect(201).id();
    cleo.writes_note(&ada, note_about(appointment)).await.expect(201);
    assert!(cory.sees_conflicts().await.is_empty() && cory.sees_orphans().await.is_empty());
    let before = app.email_subjects_to(&ada.email).await.len();

    let blocked = ada.blocks(&cleo).await.expect(201);

    let expected = [
        ("appointment", json!(booked)),
        ("lead_clinician", Value::Null),
        ("follow_up", json!(follow_up)),
        ("unsigned_note", Value::Null),
    ];
    assert_eq!(affected(&blocked), expected.map(|(what, id)| (what.to_owned(), id)));
    let listed = ada.get("/v1/me/blocked-colleagues").send().await.expect(200);
    assert_eq!(listed.items()[0]["affected_arrangements"], Value::Null);
    let of_ada = |what: &str| (what.to_owned(), ada.id.to_string());
    assert_eq!(cory.sees_conflicts().await, ["appointment", "lead_clinician", "follow_up", "unsigned_note"].map(of_ada));
    assert_eq!(cory.sees_orphans().await, [(booked.clone(), "must_not_meet".to_owned())]);
    assert!(app.email_subjects_to(&cory.email).await.contains(&"Something needs to be rearranged".to_owned()));

    // The clinician learns neither who nor why.
    let day = "from=2027-01-14T00:00:00Z&until=2027-01-15T00:00:00Z";
    let entries = cleo.get(&format!("/v1/calendar?{day}")).send().await.expect(200);
    let [entry] = &entries.items()[..] else { panic!("{:?}", entries.json) };
    assert_eq!((entry["kind"].as_str(), &entry["state"]), (Some("absence"), &Value::Null));
    assert_eq!((&entry["practitioner_id"], &entry["reference"], &entry["pseudonym"]), (&Value::Null, &Value::Null, &Value::Null));
    assert!(cleo.sees_orphans().await.is_empty());
    cleo.get("/v1/conflict-tasks").send().await.expect_problem("wrong_role");
    cleo.reads_appointment(&booked).await.expect_problem("not_found");
    let bea = app.practitioner("Bea Byron").await;
    bea.completes_intake().await;
    bea.books(&slot).await.expect_problem("slot_taken");

    // No reminder is sent while the conflict is open.
    app.clock.advance(TimeDelta::days(2) + TimeDelta::hours(1));
    assert_eq!(app.email_subjects_to(&ada.email).await.len(), before);

    // Moved to another clinician, it is an ordinary appointment again.
    let dora = app.dora().await;
    let other = app.free_slot(&dora, TimeDelta::days(3), AppointmentKind::Treatment).await;
    cory.signs_in_again().await.moves(&booked, &other).await.expect(200);
    let cory = cory.signs_in_again().await;
    assert!(cory.sees_orphans().await.is_empty());
    assert!(!cory.sees_conflicts().await.contains(&of_ada("appointment")));
    assert_eq!(app.slot_state(&slot).await, "free");
}

#[apply(both_engines)]
async fn blocking_by_name_lists_the_same_arrangements(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let cory = app.coordinator().await;
    let slot = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Treatment).await;
    let booked = ada.books(&slot).await.expect(201).id();
    let follow_up = cleo.agrees_follow_up(&ada, follow_up_in_two_weeks(appointment)).await.expect(201).id();
    cleo.writes_note(&ada, note_about(appointment)).await.expect(201);

    let blocked = ada.blocks_name(&cleo.name).await.expect(201);

    let expected = [
        ("appointment", json!(booked)),
        ("lead_clinician", Value::Null),
        ("follow_up", json!(follow_up)),
        ("unsigned_note", Value::Null),
    ];
    assert_eq!(affected(&blocked), expected.map(|(what, id)| (what.to_owned(), id)));
    assert_eq!(cory.sees_orphans().await, [(booked, "must_not_meet".to_owned())]);
    assert_eq!(cory.sees_conflicts().await.len(), 4);
}

#[apply(both_engines)]
async fn blocking_a_clinician_releases_a_held_slot(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let (dora, ada, bea) = (app.dora().await, app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    ada.completes_intake().await;
    bea.completes_intake().await;
    let slot = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Assessment).await;
    ada.holds(&slot).await.expect(200);
    ada.blocks(&dora).await.expect(201);
    bea.books(&slot).await.expect_problem("slot_taken");

    assert_eq!(affected(&ada.blocks(&cleo).await.expect(201)), []);

    bea.books(&slot).await.expect(201);
}

#[apply(both_engines)]
async fn blocking_a_facilitator_lists_the_group_place_and_blocking_a_member_does_not(app: TestApp) {
    let group = app.group(therapy).await;
    let (ada, place) = app.member("Ada Byron", &group).await;
    let (_, other) = app.member("Bea Byron", &group).await;
    let blocked = ada.blocks_number(&gmc_number_of("Bea Byron")).await.expect(201);
    assert_eq!(affected(&blocked), [], "the response does not reveal who else is in the group");
    let of = |what: &str, who: &str| (what.to_owned(), who.to_owned());
    let of_ada = of("group_place", &ada.id.to_string());
    let listed = group.cory.sees_conflicts().await;
    assert!(listed.contains(&of_ada) && listed.len() == 2, "{listed:?}");
    group.cory.removes_member(&other).await.expect(200);
    assert!(group.cory.sees_conflicts().await.is_empty());

    let blocked = ada.blocks(&group.cleo).await.expect(201);
    assert_eq!(affected(&blocked), [("group_place".to_owned(), json!(place))]);
    assert_eq!(group.cory.sees_conflicts().await, [of_ada]);
}

#[apply(both_engines)]
async fn change_of_employer_or_name_on_either_side_is_listed(app: TestApp) {
    let cory = app.coordinator().await;
    let admin = app.administrator().await;
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    bea.blocks_name("Clea Newname").await.expect(201);
    let adas = app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(3)).await.to_string();
    let beas = app.appointment(&bea, &cleo, app.now().get() + TimeDelta::days(4)).await.to_string();
    assert!(cory.sees_orphans().await.is_empty());
    // Ada joins the clinician's employer; after leaving it she counts as a colleague for another year.
    for (employer, listed) in [("A1A1A", 1), ("X9K3M", 1)] {
        let etag = ada.own_registration().await.etag();
        ada.patch("/v1/me/registration", json!({ "employer_ods": employer })).if_match(&etag).send().await.expect(200);
        assert_eq!(cory.sees_orphans().await.len(), listed, "{employer}");
    }
    // The clinician joins Ada's employer, under a name that Bea has blocked.
    let entry = format!("/v1/clinicians/{}", cleo.id);
    let etag = admin.get(&entry).send().await.expect(200).etag();
    let mut form = directory_entry("Clea Newname");
    form["employer_ods"] = json!("X9K3M");
    let saved = admin.put(&entry, form).if_match(&etag).send().await;
    assert_eq!(cory.sees_orphans().await.len(), 1, "nothing applies before it is approved");
    assert!(app.approves_pending(&saved).await);
    assert_eq!(cory.sees_orphans().await.into_iter().map(|(id, _)| id).collect::<Vec<_>>(), [adas, beas]);
    assert!(app.email_subjects_to(&cory.email).await.contains(&"Something needs to be rearranged".to_owned()));
}

#[apply(both_engines)]
async fn new_name_of_a_clinicians_account_is_checked_too(app: TestApp) {
    let (cory, admin) = (app.coordinator().await, app.administrator().await);
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    let bea = app.practitioner("Bea Byron").await;
    bea.blocks_name("Clea Newname").await.expect(201);
    let beas = app.appointment(&bea, &cleo, app.now().get() + TimeDelta::days(4)).await.to_string();
    let renamed = json!({ "name": "Clea Newname", "reason": "Asked for by the person." });
    admin.changes_account_with_approval(&cleo.id, renamed).await;
    assert_eq!(cory.sees_orphans().await, [(beas, "must_not_meet".to_owned())]);
    assert!(app.email_subjects_to(&cory.email).await.contains(&"Something needs to be rearranged".to_owned()));
}

#[apply(both_engines)]
async fn blocked_coordinator_sees_no_conflicts_of_the_practitioner(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let cory = app.coordinator().await;
    let carl = app.staff("Carl Keeper", Role::Coordinator).await;
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(3)).await;
    ada.blocks_name("Cory Coordinator").await.expect(201);
    ada.blocks(&cleo).await.expect(201);
    assert!(cory.sees_conflicts().await.is_empty() && cory.sees_orphans().await.is_empty());
    assert_eq!((carl.sees_conflicts().await.len(), carl.sees_orphans().await.len()), (2, 1));
    assert!(!app.email_subjects_to(&cory.email).await.contains(&"Something needs to be rearranged".to_owned()));
    assert!(app.email_subjects_to(&carl.email).await.contains(&"Something needs to be rearranged".to_owned()));
}
