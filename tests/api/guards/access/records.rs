//! Records of every kind about one practitioner.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::accounts::identity::{self, IdentityKind};
use confide::platform::ids::Id;
use confide::scheduling::calendar::model::AppointmentKind;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::actors::Actor;
use crate::support::clinical_record::{plan_reviewed_on, record_path, settling_everything};
use crate::support::fit_notes::{four_week_fit_note, return_to_work_plan};
use crate::support::follow_ups::follow_up_in_two_weeks;
use crate::support::funding::{approve_sessions, decline};
use crate::support::groups::{slow_open, with_changes};
use crate::support::letters::employer_letter;
use crate::support::practitioners::phq9_at_risk;
use crate::support::prescriptions::{justification, prescribing_details, sertraline, with_member};
use crate::support::reasons::in_own_words;
use crate::support::risk::risk_assessment;
use crate::support::safety_plans::safety_plan;

/// A practitioner's employer, and the same trust as the staff's records name it.
pub const TRUST: &str = "RJ1";
pub const SITE_OF_TRUST: &str = "RJ101";

/// The staff who make the records.
pub struct Team {
    pub cory: Actor,
    pub cleo: Actor,
    pub fay: Actor,
    pub hanna: Actor,
    pub morgan: Actor,
    pub hub: String,
}

/// A practitioner with records of every kind.
pub struct Records {
    pub practitioner: Actor,
    pub reference: String,
    pub phone: String,
    /// What no answer shows to a caller who may not know of them, apart from ids.
    pub words: Vec<String>,
    /// Ids by the place in a path, such as `/v1/notes/{id}`.
    ids: BTreeMap<String, String>,
}

impl Team {
    pub async fn new(app: &TestApp) -> Self {
        let hub = app.harbour_hub().await;
        Self {
            cory: app.coordinator().await,
            cleo: app.clinician("Cleo Marsh").employed_by("A1A1A").registered("gmc", "7654321").await,
            fay: app.clinician("Fay Underwood").employed_by("A1A1A").await,
            hanna: app.call_handler().await,
            morgan: app.commissioner("Morgan Vale", &["QWE"]).await,
            hub,
        }
    }

    pub async fn signs_in_again(self) -> Self {
        Self {
            cory: self.cory.signs_in_again().await,
            cleo: self.cleo.signs_in_again().await,
            fay: self.fay.signs_in_again().await,
            hanna: self.hanna.signs_in_again().await,
            morgan: self.morgan.signs_in_again().await,
            hub: self.hub,
        }
    }
}

impl Records {
    /// The id at a place, such as `/v1/notes/{id}`.
    pub fn id(&self, place: &str) -> String {
        self.ids.get(place).unwrap_or_else(|| panic!("{} has no record at {place}", self.practitioner.name)).clone()
    }

    /// The same, where there is one.
    pub fn known(&self, place: &str) -> Option<String> {
        self.ids.get(place).cloned()
    }

    pub fn remember(&mut self, place: &str, id: impl ToString) {
        self.ids.insert(place.to_owned(), id.to_string());
    }

    /// Everything that tells of the practitioner: their ids, and the words.
    pub fn signs(&self) -> Vec<String> {
        let of_others = ["/v1/slots/", "/v1/hubs/", "/v1/groups/", "/v1/group-sessions/"];
        let own = self.ids.iter().filter(|(place, _)| !of_others.iter().any(|start| place.starts_with(start)));
        let ids = own.map(|(_, id)| id.clone()).filter(|id| id.parse::<Id>().is_ok());
        ids.chain([self.practitioner.id.to_string()]).chain(self.words.iter().cloned()).collect()
    }

    /// A funded nurse in Cleo's care, with records of every kind. `number` makes the name of each one's phone unique.
    pub async fn of_a_nurse(app: &TestApp, team: &Team, name: &str, pseudonym: &str, number: u8) -> Self {
        let phone = format!("0770090012{number}");
        let (contact, invitation, task, token) = contact(app, team, pseudonym, &phone, number).await;
        let mut form = app.nurse_registration(name);
        form["pseudonym"] = json!(pseudonym);
        form["phone"] = json!(phone);
        form["employer_ods"] = json!(TRUST);
        form["registration_number"] = json!(format!("12A345{number}B"));
        form["invitation_token"] = json!(token);
        let form = in_own_words(form);
        let nurse = app.practitioner_with(&form).await;
        let reference = app.reference_of(&nurse).await;
        let family = name.rsplit(' ').next().unwrap().to_lowercase();
        let words = vec![family, pseudonym.to_lowercase(), phone[1..].to_owned(), reference.to_lowercase()];
        let mut records = Self { practitioner: nurse, reference, phone, words, ids: BTreeMap::new() };
        records.remember("/v1/contacts/{id}", contact);
        records.remember("/v1/invitations/{id}", invitation);
        records.remember("/v1/contact-tasks/{id}", task);
        records.remember("/v1/practitioners/{id}", records.practitioner.id);
        records.remember("/v1/hubs/{id}", &team.hub);
        records.fund(team).await;
        records.enter_care(app, team).await;
        records.write_record(app, team).await;
        records.join_group(app, team).await;
        records.book(app, team).await;
        records
    }

    /// A reason in words that is declined, and a funding request that is approved.
    async fn fund(&mut self, team: &Team) {
        self.remember("/v1/confidentiality-reasons/{id}", team.cory.declines_reason_of(&self.practitioner).await);
        let request = self.practitioner.submits_own_request().await;
        let panel = (self.practitioner.app.now() + TimeDelta::days(35)).london_day().to_string();
        team.cory.sends_to_panel(&request, &panel).await;
        team.morgan.decides(&request, approve_sessions(9)).await.expect(200);
        self.remember("/v1/funding-requests/{id}", request);
    }

    /// The intake with a risk, and the assessment.
    async fn enter_care(&mut self, app: &TestApp, team: &Team) {
        let ada = self.practitioner.clone();
        let assessment = ada.completes_intake_with(phq9_at_risk(2)).await;
        let appointment = app.appointment(&ada, &team.cleo, app.now().get() - TimeDelta::hours(3)).await;
        team.cleo.records_outcome(&assessment, &appointment.to_string(), "accepted").await.expect(201);
        self.remember("/v1/risk-alerts/{id}", team.cleo.open_alerts().await.remove(0));
        self.remember("/v1/assessments/{id}", assessment.rsplit_once('/').unwrap().1);
        self.remember("/v1/assessments/{id}/answers/{questionnaire}", "phq-9");
        let code = app.self_check_code(0).await;
        ada.claims_self_check(&code).await.expect(201);
        let colleague = json!({ "name": "Another Colleague", "relationship": "other" });
        self.remember("/v1/me/blocked-colleagues/{id}", ada.blocks_colleague(colleague).await.expect(201).id());
    }

    /// The clinical record and the documents.
    async fn write_record(&mut self, app: &TestApp, team: &Team) {
        let (ada, cleo) = (self.practitioner.clone(), &team.cleo);
        let met = app.attended_appointment(&ada, cleo, app.now().get() - TimeDelta::hours(26)).await;
        self.remember("met", met);
        cleo.replaces(&ada, "allergies", json!({ "status": "none_known" })).await.expect(200);
        cleo.replaces(&ada, "prescribing-details", prescribing_details()).await.expect(200);
        ada.sets_gp_sharing("given").await.expect(200);
        let note = cleo.writes_and_signs_note(&ada, met).await;
        self.remember("/v1/notes/{id}", note.rsplit_once('/').unwrap().1);
        let problem = cleo.post(&record_path(&ada, "problems"), json!({ "name": "Burnout", "shared": true }));
        self.remember("/v1/problems/{id}", problem.send().await.expect(201).id());
        let assessed = cleo.records_risk_assessment(&ada, risk_assessment()).await.expect(201).id();
        self.remember("/v1/risk-assessments/{id}", assessed);
        let review = (app.now() + TimeDelta::days(30)).london_day().to_string();
        cleo.replaces(&ada, "care-plan", plan_reviewed_on(&review)).await.expect(200);
        ada.writes_first_safety_plan(safety_plan()).await.expect(200);
        self.remember("/v1/me/safety-plan/history/{version}", 1);
        self.remember("/v1/practitioners/{id}/safety-plan/history/{version}", 1);
        // Her alert is open.
        let weighed = with_member(sertraline(), "justifications", json!([justification("supply_at_risk", Some(1))]));
        self.remember("/v1/prescriptions/{id}", cleo.prescribes(&ada, weighed).await);
        let fit_note = cleo.issues_fit_note(&four_week_fit_note(&ada, met)).await.expect(201).id();
        let duplicate = cleo.issues_fit_note_duplicate(&fit_note).await.expect(201).id();
        self.remember("/v1/fit-notes/{id}", fit_note);
        self.remember("/v1/fit-notes/{id}/duplicates/{duplicate_id}", duplicate);
        self.remember("/v1/return-to-work-plans/{id}", cleo.proposes_plan(&plan_from_now(app, &ada)).await.expect(201).id());
        self.remember("/v1/letters/{id}", cleo.proposes_new_letter(&ada, employer_letter()).await);
        // Another one is listed among those that wait to be sent.
        cleo.agrees_letter_with(&ada, employer_letter()).await;
        let follow_up = cleo.agrees_follow_up(&ada, follow_up_in_two_weeks(met)).await.expect(201).id();
        self.remember("/v1/follow-ups/{id}", follow_up);
        let asked = json!({ "about": "appointment", "appointment_id": met, "comment": "Kind.", "comment_for": "clinician" });
        self.remember("/v1/feedback/{id}", ada.gives_feedback_with(asked).await.expect(201).id());
        let other = app.attended_appointment(&ada, cleo, app.now().get() - TimeDelta::hours(30)).await;
        self.remember("met", other);
        self.remember("/v1/referrals/{id}", team.cory.refers_to_hub(&ada, &team.hub).await);
    }

    /// A place in a group whose first session has begun, with a signed note.
    async fn join_group(&mut self, app: &TestApp, team: &Team) {
        let ada = self.practitioner.clone();
        let now = app.now().get();
        let at = now + TimeDelta::seconds(120 - now.timestamp() % 60);
        let times =
            json!({ "starts_on": at.date_naive(), "starts_local": at.format("%H:%M").to_string(), "minutes": 15, "minimum": 1 });
        let group = team.cory.creates_group(with_changes(slow_open(&team.cleo, &team.fay), times)).await.expect(201).id();
        let place = ada.joins_waiting_list(&group, &format!("Alias {}", self.words[1])).await.expect(201).id();
        team.cleo.screens(&group, &ada, "suitable").await.expect(201);
        ada.accepts_place(&place).await.expect(200);
        team.cory.starts_group(&group).await.expect(200);
        app.clock.advance(at - app.now().get());
        let session = team.cory.sessions_of(&group).await[0]["id"].as_str().unwrap().to_owned();
        let note = team.cleo.writes_group_note(&session, &place, "Came.", Some("Until next week.")).await.expect(201).id();
        team.cleo.signs_group_note(&note).await.expect(200);
        self.remember("/v1/groups/{id}", group);
        self.remember("/v1/group-sessions/{id}", session);
        self.remember("/v1/group-enrolments/{id}", place);
        self.remember("/v1/group-notes/{id}", note);
    }

    /// An appointment that has lost its slot and its funding, and a slot to book.
    async fn book(&mut self, app: &TestApp, team: &Team) {
        let slot = app.free_slot(&team.cleo, TimeDelta::hours(121), AppointmentKind::Treatment).await;
        let appointment = self.practitioner.books(&slot).await.expect(201).id();
        team.morgan.decides(&self.id("/v1/funding-requests/{id}"), decline()).await.expect(200);
        let unfunded = team.cory.unfunded_appointments().await;
        let entry = unfunded.into_iter().find(|(_, of)| *of == appointment).unwrap().0;
        app.orphan_appointment(&appointment).await;
        let free = app.free_slot(&team.cleo, TimeDelta::hours(127), AppointmentKind::Treatment).await;
        self.remember("/v1/unfunded-appointments/{id}", entry);
        self.remember("/v1/appointments/{id}", appointment);
        self.remember("/v1/slots/{id}", free);
    }

    /// Ends everything: the contact, the referral, the alert, the care.
    pub async fn end_care(&self, team: &Team) {
        let Team { cory, cleo, hanna, .. } = team;
        hanna.completes_task(&self.id("/v1/contact-tasks/{id}"), "Seen to.").await.expect(200);
        hanna.closes_contact(&self.id("/v1/contacts/{id}"), "invited").await.expect(200);
        cory.acts_on_referral(&self.id("/v1/referrals/{id}"), "withdraw", Value::Null).await.expect(204);
        cleo.closes_alert(&self.id("/v1/risk-alerts/{id}")).await.expect(200);
        self.practitioner.cancels(&self.id("/v1/appointments/{id}"), "practitioner_work").await.expect(200);
        let summary = settling_everything(json!({ "reason": "completed", "summary": "Well." }));
        cleo.post(&record_path(&self.practitioner, "discharge"), summary).send().await.expect(201);
        cory.ends_group(&self.id("/v1/groups/{id}")).await.expect(200);
    }
}

/// A contact with its task, and an invitation; returns their ids and the token of the invitation.
async fn contact(app: &TestApp, team: &Team, name: &str, phone: &str, number: u8) -> (String, String, String, String) {
    let caller = json!({ "preferred_name": name, "phone": phone, "profession": "nurse", "setting": "secondary_care",
        "nation": "england", "icb_code": "QWE", "safe_to_call": false, "safe_to_text": true });
    let contact = team.hanna.logs_contact("phone", caller).await.expect(201).id();
    team.hanna.triages_contact(&contact, &["immediate_danger", "wants_to_register"]).await.expect(200);
    let tasks = team.hanna.contact_tasks("kind=danger&state=waiting").await;
    let task = tasks.first().unwrap().1.clone();
    team.hanna.takes_task(&task).await.expect(200);
    let invitation = team.hanna.invites_caller(&contact, "sms").await.expect(201).id();
    (contact, invitation, task, app.invitation_texted_to(&format!("+44770090012{number}")).await)
}

/// A return-to-work plan that starts in a few days.
fn plan_from_now(app: &TestApp, ada: &Actor) -> Value {
    let monday = (3..10).map(|days| (app.now() + TimeDelta::days(days)).london_day());
    let monday = monday.into_iter().find(|day| chrono::Datelike::weekday(day) == chrono::Weekday::Mon).unwrap();
    let changes = json!({ "starts_on": monday, "review_on": monday + TimeDelta::days(21) });
    with_changes(return_to_work_plan(ada), changes)
}

/// Staff of this role with this employer.
pub async fn staff_of(app: &TestApp, name: &str, role: Role, employer: &'static str) -> Actor {
    let staff = app.staff(name, role).await;
    let id = staff.id;
    app.write(move |tx| identity::set_current(tx, id, IdentityKind::Employer, Some(employer), None)).await;
    staff
}
