//! Background jobs with several entries: one that cannot be handled stops no other one, and the next run tries it again. What cannot be
//! handled is a row that the database refuses to change.

use chrono::TimeDelta;
use confide::access::schema::contacts;
use confide::care::groups::{extend_timetables, reassign_expired_offers};
use confide::partners::hubs::jobs::delete_old;
use confide::people::Role;
use confide::people::audit_trail::flags::jobs::find_unusual;
use confide::people::granted_access::notifications::notify_due;
use confide::platform::db::Conn;
use confide::platform::ids::Id;
use confide::reference::schema::{reference_changes, reference_versions};
use confide::scheduling::calendar;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::guards::query_lines;
use crate::support::actors::Actor;
use crate::support::app::TestSettings;
use crate::support::contacts::nurse_caller;
use crate::support::damage::damaged_bytes;
use crate::support::groups::{Group, slow_open, with_changes};
use crate::support::hubs::nurse_referral;
use crate::support::outreach::staff_addresses;
use crate::support::reference_data::{bank_holiday, sertraline_25mg};
use crate::support::{Kind, TestApp, apply, both_engines};

impl TestApp {
    /// Lets the database refuse this statement for the rows for which a condition is true, until [`Self::accepts_again`].
    pub async fn refuses(&self, statement: &'static str, table: &'static str, condition: String) {
        self.sql(move |conn| {
            let trigger = match conn {
                Conn::Sqlite(_) => format!(
                    "CREATE TRIGGER refused BEFORE {statement} ON {table} WHEN {condition}
                     BEGIN SELECT RAISE(ABORT, 'refused'); END;"
                ),
                Conn::Postgres(_) => format!(
                    "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                     $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
                     CREATE TRIGGER refused BEFORE {statement} ON {table} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION refuse();"
                ),
            };
            Ok(conn.batch_execute(&trigger)?)
        })
        .await;
    }

    pub async fn accepts_again(&self, table: &'static str) {
        self.sql(move |conn| {
            let on = if matches!(conn, Conn::Postgres(_)) { format!(" ON {table}") } else { String::new() };
            Ok(conn.batch_execute(&format!("DROP TRIGGER refused{on}"))?)
        })
        .await;
    }

    /// The ids in a column of the rows for which a condition is true.
    pub async fn ids_where(&self, column: &str, table: &str, condition: &str) -> Vec<String> {
        let sql = format!("SELECT DISTINCT CAST({column} AS TEXT) AS line FROM {table} WHERE {condition} ORDER BY 1");
        self.sql(move |conn| Ok(query_lines(conn, &sql))).await
    }

    /// Replaces the stored entry of a change, as a release that reads another form would find it.
    async fn replaces_stored_entry(&self, change: &str, entry: String) {
        let change: Id = change.parse().unwrap();
        self.write(move |tx| {
            let row = diesel::update(reference_changes::table.find(change));
            row.set(reference_changes::entry.eq(Some(entry.as_str()))).execute(tx.conn)?;
            let version = diesel::update(reference_versions::table.find(1));
            version.set(reference_versions::version.eq(Id::new(tx.now))).execute(tx.conn)?;
            Ok(())
        })
        .await;
    }
}

#[apply(both_engines)]
async fn damaged_change_of_reference_data_does_not_stop_those_behind_it(app: TestApp) {
    let avery = app.administrator().await;
    let change =
        |key: &'static str| avery.changes_reference_with_another("bank_holidays", key, "2027-01-18", bank_holiday("A day"));
    let damaged = change("2027-02-05").await.id();
    let good = change("2027-02-12").await.id();
    let medicine =
        avery.changes_reference_with_another("medicines", "sertraline-25mg-tablets", "2027-01-18", sertraline_25mg()).await.id();
    let cleo = app.clinician("Cleo Marsh").await;
    cleo.holds_clinic_on("friday", "09:00", "10:00", 60, "assessment", "video").await;
    app.replaces_stored_entry(&damaged, "{\"of_another\": \"form\"}".to_owned()).await;
    app.advance_clock_to("2027-01-18T09:00:00Z");
    app.run_reference_data_jobs().await;
    let begun = async || app.ids_where("id", "reference_changes", "applied_at IS NOT NULL").await;
    let mut others = vec![good.clone(), medicine.clone()];
    others.sort();
    assert_eq!(begun().await, others);
    let free = async |day: &str| {
        app.ids_where("id", "slots", &format!("state = 'free' AND CAST(starts_at AS TEXT) LIKE '{day}%'")).await.len()
    };
    assert_eq!((free("2027-02-05").await, free("2027-02-12").await), (1, 0), "the good one is carried out");

    app.replaces_stored_entry(&damaged, bank_holiday("A day")["bank_holiday"].to_string()).await;
    app.run_reference_data_jobs().await;
    assert_eq!(begun().await.len(), 3);
    assert_eq!(free("2027-02-05").await, 0, "the next run tries again");
}

#[apply(both_engines)]
async fn reason_for_confidentiality_that_cannot_be_handled_does_not_stop_the_others(app: TestApp) {
    let cory = app.coordinator().await;
    let (nora, nell) = (app.nurse_in_own_words("Nora Nurse").await, app.nurse_in_own_words("Nell Nurse").await);
    let (first, second) = (cory.reason_of(&nora).await, cory.reason_of(&nell).await);
    app.clock.advance(TimeDelta::days(10));
    app.refuses("UPDATE", "confidentiality_reasons", format!("OLD.id = '{first}'")).await;
    assert_eq!(app.run_reason_jobs().await, 1);
    let reminded = async || app.ids_where("id", "confidentiality_reasons", "reminded_at IS NOT NULL").await;
    assert_eq!(reminded().await, [second]);
    app.accepts_again("confidentiality_reasons").await;
    assert_eq!((app.run_reason_jobs().await, app.run_reason_jobs().await), (1, 0));
    assert_eq!(reminded().await.len(), 2);
}

#[apply(both_engines)]
async fn dataset_that_cannot_be_counted_does_not_stop_the_others(app: TestApp) {
    app.practitioner("Ada Byron").await;
    app.advance_clock_to("2027-03-20T09:00:00Z");
    app.refuses("INSERT", "statistics_snapshots", "NEW.dataset = 'appointments'".to_owned()).await;
    assert!(app.publish_due_statistics().await > 0);
    let counted = async || app.ids_where("dataset", "statistics_snapshots", "1 = 1").await;
    let others = counted().await;
    assert!(others.contains(&"treatment_waits".to_owned()) && !others.contains(&"appointments".to_owned()), "{others:?}");
    app.accepts_again("statistics_snapshots").await;
    assert_eq!(app.publish_due_statistics().await, 2, "January and February");
    assert!(counted().await.contains(&"appointments".to_owned()));
}

#[apply(both_engines)]
async fn funding_request_that_cannot_be_handled_does_not_stop_the_others(app: TestApp) {
    app.coordinator().await;
    let (nora, nell) = (app.nurse("Nora Nurse").await, app.nurse("Nell Nurse").await);
    let (first, second) = (nora.submits_own_request().await, nell.submits_own_request().await);
    app.advance_clock_to("2027-01-14T09:00:00Z");
    app.refuses("UPDATE", "funding_requests", format!("OLD.id = '{first}'")).await;
    assert_eq!(app.run_funding_jobs().await, 1);
    let reminded = async || app.ids_where("id", "funding_requests", "reminders_sent > 0").await;
    assert_eq!(reminded().await, [second]);
    app.accepts_again("funding_requests").await;
    assert_eq!((app.run_funding_jobs().await, app.run_funding_jobs().await), (1, 0));
    assert_eq!(reminded().await.len(), 2);
}

#[apply(both_engines)]
async fn contact_that_cannot_be_erased_does_not_keep_the_others(app: TestApp) {
    let hanna = app.call_handler().await;
    let first: Id = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id().parse().unwrap();
    let second = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    app.sql(move |conn| {
        let row = diesel::update(contacts::table.find(first));
        row.set(contacts::details.eq(damaged_bytes())).execute(conn)?;
        Ok(())
    })
    .await;
    app.clock.advance(TimeDelta::days(366));
    assert_eq!((app.run_contact_jobs().await, app.run_contact_jobs().await), (1, 0), "a damaged one waits for a person");
    assert_eq!(app.ids_where("id", "contacts", "erased_at IS NOT NULL").await, [second]);
}

#[apply(both_engines)]
async fn task_that_cannot_be_reported_does_not_stop_the_others(app: TestApp) {
    let hanna = app.call_handler().await;
    let mut calls = Vec::new();
    for _ in 0..2 {
        let call = hanna.logs_contact("phone", json!({})).await.expect(201).id();
        hanna.triages_contact(&call, &["safeguarding_child"]).await.expect(200);
        calls.push(call);
    }
    app.clock.advance(TimeDelta::minutes(121));
    app.refuses("UPDATE", "contact_tasks", format!("OLD.contact_id = '{}'", calls[0])).await;
    assert_eq!(app.run_contact_jobs().await, 1);
    let reported = async || app.ids_where("contact_id", "contact_tasks", "reminded_at IS NOT NULL").await;
    assert_eq!(reported().await, [calls[1].clone()]);
    // The same holds of a report that is repeated.
    app.clock.advance(TimeDelta::minutes(60));
    assert_eq!(app.run_contact_jobs().await, 1);
    app.accepts_again("contact_tasks").await;
    assert_eq!((app.run_contact_jobs().await, app.run_contact_jobs().await), (1, 0));
    assert_eq!(reported().await.len(), 2);
}

#[apply(both_engines)]
async fn danger_that_cannot_be_reported_to_those_on_duty_does_not_stop_the_others(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    app.clinician_on_duty(&cory).await;
    let mut calls = Vec::new();
    for _ in 0..2 {
        let call = hanna.logs_contact("phone", json!({})).await.expect(201).id();
        hanna.triages_contact(&call, &["immediate_danger"]).await.expect(200);
        calls.push(call);
    }
    app.refuses("UPDATE", "contact_tasks", format!("OLD.contact_id = '{}'", calls[0])).await;
    app.run_contact_crises().await;
    let reported = async || app.ids_where("contact_id", "contact_tasks", "duty_notified_at IS NOT NULL").await;
    assert_eq!(reported().await, [calls[1].clone()]);
    app.accepts_again("contact_tasks").await;
    app.run_contact_crises().await;
    assert_eq!(reported().await.len(), 2);
}

#[apply(both_engines)]
async fn invitation_to_feedback_that_cannot_be_decided_does_not_stop_the_others(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let (ada, bea) = (app.seeded_in_care("Ada Byron").await, app.seeded_in_care("Bea Quill").await);
    for (hours, person) in [(2, &ada), (1, &bea)] {
        app.attended_appointment(person, &cleo, app.now().get() - TimeDelta::hours(hours)).await;
    }
    app.clock.advance(TimeDelta::days(2));
    app.refuses("INSERT", "feedback_invitations", format!("NEW.practitioner_id = '{}'", ada.id)).await;
    assert_eq!(app.send_feedback_invitations().await, 1);
    let decided = async || app.ids_where("practitioner_id", "feedback_invitations", "1 = 1").await;
    assert_eq!(decided().await, [bea.id.to_string()]);
    app.accepts_again("feedback_invitations").await;
    assert_eq!((app.send_feedback_invitations().await, app.send_feedback_invitations().await), (1, 0));
    assert_eq!(decided().await.len(), 2);
}

#[apply(both_engines)]
async fn clinician_whose_slots_cannot_be_created_does_not_stop_the_others(app: TestApp) {
    let (cleo, dora) = (app.clinician("Cleo Marsh").await, app.clinician("Dora Field").await);
    for clinician in [&cleo, &dora] {
        clinician.holds_clinic_on("tuesday", "09:00", "10:00", 60, "assessment", "video").await;
    }
    // Slots are created for twelve weeks: on 11 January not yet for this Tuesday.
    let created = async |clinician: &Actor| {
        let new = format!("clinician_id = '{}' AND CAST(starts_at AS TEXT) LIKE '2027-04-06%'", clinician.id);
        app.ids_where("id", "slots", &new).await.len()
    };
    assert_eq!((created(&cleo).await, created(&dora).await), (0, 0));
    app.clock.advance(TimeDelta::days(7));
    app.refuses("INSERT", "slots", format!("NEW.clinician_id = '{}'", cleo.id)).await;
    assert_eq!((app.write(calendar::extend).await, app.write(calendar::extend).await), (1, 0));
    assert_eq!((created(&cleo).await, created(&dora).await), (0, 1));
    app.accepts_again("slots").await;
    assert_eq!((app.write(calendar::extend).await, app.write(calendar::extend).await), (1, 0));
    assert_eq!(created(&cleo).await, 1);
}

#[apply(both_engines)]
async fn clinician_whose_slots_cannot_be_updated_does_not_stop_the_others(app: TestApp) {
    let avery = app.administrator().await;
    let (cleo, dora) = (app.clinician("Cleo Marsh").await, app.clinician("Dora Field").await);
    for clinician in [&cleo, &dora] {
        clinician.holds_clinic_on("friday", "09:00", "10:00", 60, "assessment", "video").await;
    }
    avery.changes_reference_with_another("bank_holidays", "2027-01-22", "2027-01-11", bank_holiday("A day")).await;
    let waiting = async || app.ids_where("clinician_id", "slot_updates", "1 = 1").await;
    assert_eq!(waiting().await.len(), 2);
    app.refuses("DELETE", "slot_updates", format!("OLD.clinician_id = '{}'", cleo.id)).await;
    assert_eq!((app.write(calendar::update_requested).await, app.write(calendar::update_requested).await), (1, 0));
    assert_eq!(waiting().await, [cleo.id.to_string()]);
    app.accepts_again("slot_updates").await;
    assert_eq!(app.write(calendar::update_requested).await, 1);
    assert!(waiting().await.is_empty());
}

#[apply(both_engines)]
async fn campaign_that_cannot_be_sent_does_not_stop_the_others_and_is_tried_a_minute_later(app: TestApp) {
    let (cory, dana) = app.two_coordinators().await;
    let first = cory.runs_campaign(&dana, json!({}), &staff_addresses(2)).await;
    let second = cory.runs_campaign(&dana, json!({ "group": "Wards, nights" }), &staff_addresses(2)).await;
    app.refuses("UPDATE", "outreach_recipients", format!("OLD.campaign_id = '{first}'")).await;
    app.queue_due_outreach().await;
    let sent = async || app.ids_where("campaign_id", "outreach_recipients", "sent_at IS NOT NULL").await;
    assert_eq!(sent().await, [second]);
    app.accepts_again("outreach_recipients").await;
    app.queue_due_outreach().await;
    assert_eq!(sent().await.len(), 1, "it gives way for a minute");
    app.clock.advance(TimeDelta::minutes(1));
    app.queue_due_outreach().await;
    assert_eq!(sent().await.len(), 2);
}

#[apply(both_engines)]
async fn campaign_that_cannot_be_ended_does_not_stop_the_others(app: TestApp) {
    let (cory, dana) = app.two_coordinators().await;
    let first = cory.runs_campaign(&dana, json!({}), &staff_addresses(1)).await;
    let second = cory.runs_campaign(&dana, json!({ "group": "Wards, nights" }), &staff_addresses(1)).await;
    app.advance_clock_to("2027-02-09T09:00:00Z");
    app.refuses("UPDATE", "outreach_campaigns", format!("OLD.id = '{first}'")).await;
    app.close_finished_campaigns().await;
    let ended = async || app.ids_where("id", "outreach_campaigns", "erased_at IS NOT NULL").await;
    assert_eq!(ended().await, [second]);
    app.accepts_again("outreach_campaigns").await;
    app.close_finished_campaigns().await;
    assert_eq!(ended().await.len(), 2);
}

#[apply(both_engines)]
async fn referral_that_cannot_be_deleted_does_not_keep_the_others(app: TestApp) {
    let hub = app.harbour_hub().await;
    let hugo = app.hub_coordinator("Hugo Harbour", &hub).await;
    let mut referrals = Vec::new();
    for _ in 0..2 {
        let referral = hugo.creates_referral(&hub, nurse_referral()).await.expect(201).id();
        hugo.acts_on_referral(&referral, "withdraw", Value::Null).await.expect(204);
        referrals.push(referral);
    }
    app.clock.advance(TimeDelta::days(731));
    app.refuses("DELETE", "hub_referrals", format!("OLD.id = '{}'", referrals[0])).await;
    assert_eq!((app.write(delete_old).await, app.write(delete_old).await), (1, 0));
    assert_eq!(app.ids_where("id", "hub_referrals", "1 = 1").await, [referrals[0].clone()]);
    app.accepts_again("hub_referrals").await;
    assert_eq!(app.write(delete_old).await, 1);
    assert_eq!(app.row_count("hub_referrals").await, 0);
}

#[apply(both_engines)]
async fn practitioner_who_cannot_be_informed_of_break_glass_does_not_stop_the_others(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Quill").await);
    let first = cleo.breaks_glass_to(&ada).await.expect(201).id();
    let second = cleo.breaks_glass_to(&bea).await.expect(201).id();
    app.clock.advance(TimeDelta::days(8));
    app.refuses("UPDATE", "granted_access", format!("OLD.id = '{first}'")).await;
    assert_eq!((app.write(notify_due).await, app.write(notify_due).await), (1, 0));
    let informed = async || app.ids_where("id", "granted_access", "informed_at IS NOT NULL").await;
    assert_eq!(informed().await, [second]);
    app.accepts_again("granted_access").await;
    assert_eq!(app.write(notify_due).await, 1);
    assert_eq!(informed().await.len(), 2);
}

#[apply(both_engines)]
async fn practitioner_whose_conflict_tasks_cannot_be_compared_does_not_stop_the_others(app: TestApp) {
    app.coordinator().await;
    let cleo = app.clinician("Cleo Marsh").await;
    let (ada, bea) = (app.practitioner_after_intake("Ada Byron").await, app.practitioner_after_intake("Bea Quill").await);
    for (hours, person) in [(24, &ada), (26, &bea)] {
        app.appointment(person, &cleo, app.now().get() + TimeDelta::hours(hours)).await;
        person.blocks(&cleo).await.expect(201);
    }
    let open = async || app.ids_where("practitioner_id", "conflict_tasks", "done_at IS NULL").await;
    assert_eq!(open().await.len(), 2);
    app.clock.advance(TimeDelta::days(3));
    app.refuses("UPDATE", "conflict_tasks", format!("OLD.practitioner_id = '{}'", ada.id)).await;
    app.write(confide::care::conflicts::jobs::find_all).await;
    app.write(confide::care::conflicts::jobs::close_settled).await;
    assert_eq!(open().await, [ada.id.to_string()]);
    app.accepts_again("conflict_tasks").await;
    assert_eq!(app.write(confide::care::conflicts::jobs::close_settled).await, 1);
    assert!(open().await.is_empty());
}

#[apply(both_engines)]
async fn account_whose_use_cannot_be_flagged_does_not_hide_that_of_others(kind: Kind) {
    let mut settings = TestSettings::default();
    settings.policy.flag_staff_reads = 2;
    let app = TestApp::start_with(kind, settings).await;
    let (cory, carl) = (app.coordinator().await, app.staff("Carl Keeper", Role::Coordinator).await);
    for name in ["Ada Byron", "Bea Quill"] {
        let person = app.practitioner(name).await;
        for reader in [&cory, &carl] {
            reader.get(&format!("/v1/practitioners/{}/lead-clinician", person.id)).send().await.expect(200);
        }
    }
    app.refuses("INSERT", "audit_flags", format!("NEW.actor_id = '{}'", cory.id)).await;
    assert_eq!(app.write(find_unusual).await, 1);
    let flagged = async || app.ids_where("actor_id", "audit_flags", "1 = 1").await;
    assert_eq!(flagged().await, [carl.id.to_string()]);
    app.accepts_again("audit_flags").await;
    assert_eq!((app.write(find_unusual).await, app.write(find_unusual).await), (1, 0));
    assert_eq!(flagged().await.len(), 2);
}

impl TestApp {
    /// Another group with other facilitators.
    async fn another_group(&self, first: &Group, form: impl Fn(&Actor, &Actor) -> Value) -> Group {
        let (cleo, dora) = (self.clinician("Eve Hale").await, self.clinician("Fay Lund").await);
        let cory = first.cory.clone();
        let id = cory.creates_group(form(&cleo, &dora)).await.expect(201).id();
        Group { id, cory, cleo, dora }
    }

    /// A person who was offered a place in a group of two, because it has three places now; returns the id of the offer.
    async fn offered_place(&self, group: &Group, names: [&str; 3]) -> String {
        self.member(names[0], group).await;
        self.member(names[1], group).await;
        let waits = self.seeded_in_care(names[2]).await;
        let offer = waits.joins_waiting_list(&group.id, "waits").await.expect(201).id();
        group.screens(&waits, "suitable").await.expect(201);
        let form = with_changes(slow_open(&group.cleo, &group.dora), json!({ "capacity": 3, "minimum": 1 }));
        group.cory.changes_group(&group.id, form).await.expect(200);
        assert_eq!(waits.reads_enrolment(&offer).await.expect(200).text("state"), "offered");
        offer
    }
}

#[apply(both_engines)]
async fn group_whose_offers_cannot_be_passed_on_does_not_stop_the_others(app: TestApp) {
    let small = |first: &Actor, second: &Actor| with_changes(slow_open(first, second), json!({ "capacity": 2, "minimum": 1 }));
    let first = app.group(small).await;
    let second = app.another_group(&first, small).await;
    let damaged = app.offered_place(&first, ["Ada Byron", "Bea Byron", "Cay Byron"]).await;
    let good = app.offered_place(&second, ["Eda Quill", "Flo Quill", "Gil Quill"]).await;
    app.clock.advance(TimeDelta::hours(73));
    app.refuses("UPDATE", "group_enrolments", format!("OLD.id = '{damaged}'")).await;
    assert_eq!((app.write(reassign_expired_offers).await, app.write(reassign_expired_offers).await), (1, 0));
    let expired = async || app.ids_where("id", "group_enrolments", "state = 'expired'").await;
    assert_eq!(expired().await, [good]);
    app.accepts_again("group_enrolments").await;
    assert_eq!(app.write(reassign_expired_offers).await, 1);
    assert_eq!(expired().await.len(), 2);
}

#[apply(both_engines)]
async fn group_whose_sessions_cannot_be_planned_does_not_stop_the_others(app: TestApp) {
    let first = app.group(slow_open).await;
    let second = app.another_group(&first, slow_open).await;
    let planned = async |group: &Group| app.ids_where("sessions_until", "therapy_groups", &format!("id = '{}'", group.id)).await;
    let (before, same) = (planned(&first).await, planned(&second).await);
    assert_eq!(before, same);
    app.clock.advance(TimeDelta::days(28));
    app.refuses("UPDATE", "therapy_groups", format!("OLD.id = '{}'", first.id)).await;
    assert_eq!((app.write(extend_timetables).await, app.write(extend_timetables).await), (1, 0));
    assert_eq!(planned(&first).await, before);
    assert!(planned(&second).await > before);
    app.accepts_again("therapy_groups").await;
    assert_eq!(app.write(extend_timetables).await, 1);
    assert_eq!(planned(&first).await, planned(&second).await);
}

#[apply(both_engines)]
async fn record_whose_retention_cannot_be_checked_does_not_stop_the_others(app: TestApp) {
    let ((pia, _), cleo) = (app.two_privacy_officers().await, app.cleo().await);
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    for practitioner in [&ada, &bea] {
        app.died_eleven_years_ago(practitioner, &cleo).await;
    }
    app.refuses("INSERT", "retention_reviews", format!("NEW.practitioner_id = '{}'", ada.id)).await;
    app.run_retention_job().await;
    assert_eq!(pia.review_of(&ada, "due").await, None);
    assert!(pia.review_of(&bea, "due").await.is_some(), "the other one is listed");

    app.accepts_again("retention_reviews").await;
    app.clock.advance(TimeDelta::days(1));
    app.run_retention_job().await;
    assert!(pia.signs_in_again().await.review_of(&ada, "due").await.is_some(), "tried again the next day");
}
