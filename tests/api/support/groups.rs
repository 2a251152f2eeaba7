//! Group therapy: coordinators who run groups, clinicians who lead them, practitioners who join them.

use chrono::{DateTime, TimeDelta, Utc};
use confide::care::groups::model::ScreeningVerdict;
use confide::care::groups::queries::screenings::{self, Screening};
use confide::people::Role;
use confide::people::practitioners::details::RegistrationDetails;
use confide::people::practitioners::model::{EligibilityDecision, Pathway};
use confide::people::practitioners::queries as registration;
use confide::platform::ids::Id;
use serde_json::{Value, json};

use super::actors::Actor;
use super::app::TestApp;
use super::reply::Reply;

/// A group with its coordinator and its two facilitators.
pub struct Group {
    pub id: String,
    pub cory: Actor,
    pub cleo: Actor,
    pub dora: Actor,
}

/// A therapy group: eight weekly video sessions from Thursday 4 February 2027 on, eight places, at least three members.
pub fn therapy(first: &Actor, second: &Actor) -> Value {
    json!({
        "kind": "closed_series", "record_type": "therapy", "topic": "burnout", "audience": "practitioners",
        "title": "Thursday evenings", "about": "Eight evenings about work and what it costs.",
        "capacity": 8, "minimum": 3, "first_facilitator_id": first.id, "second_facilitator_id": second.id,
        "starts_on": "2027-02-04", "starts_local": "18:00", "minutes": 90, "sessions": 8, "closes_at_session": 2,
        "mode": "video", "link": "https://video.example.org/room-17"
    })
}

/// The form with these members changed.
pub fn with_changes(mut form: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        form[name] = value.clone();
    }
    form
}

/// A weekly group without a last session.
pub fn slow_open(first: &Actor, second: &Actor) -> Value {
    let mut form = therapy(first, second);
    for left_out in ["sessions", "closes_at_session"] {
        form.as_object_mut().unwrap().remove(left_out);
    }
    with_changes(form, json!({ "kind": "slow_open", "title": "Open Thursdays" }))
}

/// A class, for which only the number of attendees is recorded.
pub fn class(first: &Actor, second: &Actor) -> Value {
    with_changes(therapy(first, second), json!({ "record_type": "session", "capacity": 15, "title": "A class" }))
}

/// A group for bereaved families, whose members are guests.
pub fn for_families(first: &Actor, second: &Actor) -> Value {
    with_changes(
        class(first, second),
        json!({ "audience": "bereaved_family", "topic": "bereaved_of_family", "capacity": 2, "minimum": 1 }),
    )
}

impl TestApp {
    /// A coordinator, two clinicians, and a group that the coordinator creates for them.
    pub async fn group(&self, form: impl Fn(&Actor, &Actor) -> Value) -> Group {
        let cory = self.coordinator().await;
        let (cleo, dora) = (self.clinician("Cleo Marsh").await, self.clinician("Dora Field").await);
        let id = cory.creates_group(form(&cleo, &dora)).await.expect(201).id();
        Group { id, cory, cleo, dora }
    }

    /// Inserts a practitioner in care, with the details of a registration and no employer.
    pub async fn seeded_in_care(&self, name: &str) -> Actor {
        self.seeded_in_care_employed_by(name, None).await
    }

    pub async fn seeded_in_care_employed_by(&self, name: &str, employer: Option<&str>) -> Actor {
        let actor = self.staff(name, Role::Practitioner).await;
        let details: RegistrationDetails = serde_json::from_value(json!({
            "legal_name": name, "phone": null, "greeting": null, "profession": "doctor", "registration_body": "gmc",
            "registration_number": gmc_number_of(name), "setting": "secondary_care", "nation": "england", "region": null,
            "icb_code": null, "employer_ods": employer, "confidentiality_reason": "none",
            "consents": { "care": true, "data_processing": true, "gp_sharing": false, "service_name_in_messages": false, "given_at": self.now() },
            "emergency_contact": { "name": "Augusta Leigh", "phone": "020 7946 0018", "relationship": "aunt" },
            "reasons": [], "needs": []
        }))
        .unwrap();
        let id = actor.id;
        self.write(move |tx| {
            let reference = super::seeded::seeded_reference(id);
            registration::insert(tx, id, &reference, EligibilityDecision::Eligible, &details)?;
            registration::set_pathway(tx, id, Pathway::InCare)
        })
        .await;
        actor
    }

    /// Inserts a screening by which the group suits the practitioner, this long ago.
    pub async fn screened_as_suitable(&self, practitioner: &Actor, group: &Group, ago: TimeDelta) {
        let now = self.now() - ago;
        let screening = Screening {
            id: Id::new(now),
            group: group.id.parse().unwrap(),
            practitioner: practitioner.id,
            clinician: group.cleo.id,
            verdict: ScreeningVerdict::Suitable,
            notes: None,
            recorded_at: now,
        };
        self.write(move |tx| screenings::insert(tx, &screening)).await;
    }

    /// A practitioner in care who has been screened and enrolled; returns them and their enrolment.
    pub async fn member(&self, name: &str, group: &Group) -> (Actor, String) {
        let person = self.seeded_in_care(name).await;
        self.screened_as_suitable(&person, group, TimeDelta::zero()).await;
        let alias = name.split(' ').next().unwrap().to_lowercase();
        let enrolment = person.enrols(&group.id, &alias).await.expect(201).id();
        (person, enrolment)
    }

    /// Runs the background jobs of groups.
    pub async fn run_group_jobs(&self) {
        self.write(move |tx| {
            confide::care::groups::extend_timetables(tx)?;
            confide::care::groups::reassign_expired_offers(tx)
        })
        .await;
    }
}

/// The GMC number of an inserted practitioner.
pub fn gmc_number_of(name: &str) -> String {
    let number = name.bytes().fold(7_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 1_000_000);
    format!("7{number:06}")
}

impl Group {
    /// The same people, signed in again.
    pub async fn signed_in_again(&self) -> Self {
        Self {
            id: self.id.clone(),
            cory: self.cory.signs_in_again().await,
            cleo: self.cleo.signs_in_again().await,
            dora: self.dora.signs_in_again().await,
        }
    }

    /// The group's sessions, the earliest first.
    pub async fn sessions(&self) -> Vec<Value> {
        self.cory.sessions_of(&self.id).await
    }

    /// The first facilitator screens a practitioner, with this verdict.
    pub async fn screens(&self, practitioner: &Actor, verdict: &str) -> Reply {
        self.cleo.screens(&self.id, practitioner, verdict).await
    }
}

impl Actor {
    pub async fn creates_group(&self, form: Value) -> Reply {
        self.post("/v1/groups", form).send().await
    }

    pub async fn reads_group(&self, group: &str) -> Reply {
        self.get(&format!("/v1/groups/{group}")).send().await
    }

    /// Reads a group and replaces the version read.
    pub async fn changes_group(&self, group: &str, form: Value) -> Reply {
        let etag = self.reads_group(group).await.expect(200).etag();
        self.put(&format!("/v1/groups/{group}"), form).if_match(&etag).send().await
    }

    /// The titles of the groups that a search finds.
    pub async fn finds_groups(&self, query: &str) -> Vec<String> {
        let list = self.get(&format!("/v1/groups?{query}")).send().await.expect(200);
        list.items().iter().map(|group| group["title"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn starts_group(&self, group: &str) -> Reply {
        self.post_empty(&format!("/v1/groups/{group}/start")).send().await
    }

    pub async fn ends_group(&self, group: &str) -> Reply {
        self.post(&format!("/v1/groups/{group}/end"), json!({ "reason": "It has run its course." })).send().await
    }

    pub async fn screens(&self, group: &str, practitioner: &Self, verdict: &str) -> Reply {
        self.advances_one_second();
        let form = json!({ "practitioner_id": practitioner.id, "verdict": verdict, "note": "Spoke for a quarter of an hour." });
        self.post(&format!("/v1/groups/{group}/screenings"), form).send().await
    }

    /// Enrols oneself.
    pub async fn enrols(&self, group: &str, alias: &str) -> Reply {
        self.advances_one_second();
        self.post(&format!("/v1/groups/{group}/enrolments"), json!({ "alias": alias })).send().await
    }

    /// Enrols oneself and states which other members one is willing to meet.
    pub async fn enrols_willing_to_meet(&self, group: &str, alias: &str, willing_to_meet: &str) -> Reply {
        self.advances_one_second();
        self.post(&format!("/v1/groups/{group}/enrolments"), json!({ "alias": alias, "willing_to_meet": willing_to_meet }))
            .send()
            .await
    }

    /// Enrols a practitioner.
    pub async fn enrols_for(&self, group: &str, practitioner: &Self, alias: &str) -> Reply {
        self.is_called_by(practitioner).await;
        let form = json!({ "practitioner_id": practitioner.id, "alias": alias });
        self.post(&format!("/v1/groups/{group}/enrolments"), form).send().await
    }

    pub async fn joins_waiting_list(&self, group: &str, alias: &str) -> Reply {
        self.advances_one_second();
        self.post(&format!("/v1/groups/{group}/join-waiting-list"), json!({ "alias": alias })).send().await
    }

    /// Moves the clock by a second, so that no two actions have the same time and their order is defined.
    fn advances_one_second(&self) {
        self.app.clock.advance(TimeDelta::seconds(1));
    }

    pub async fn reads_enrolment(&self, enrolment: &str) -> Reply {
        self.get(&format!("/v1/group-enrolments/{enrolment}")).send().await
    }

    pub async fn accepts_place(&self, enrolment: &str) -> Reply {
        self.post_empty(&format!("/v1/group-enrolments/{enrolment}/accept")).send().await
    }

    pub async fn leaves_group(&self, enrolment: &str) -> Reply {
        self.post_empty(&format!("/v1/group-enrolments/{enrolment}/leave")).send().await
    }

    pub async fn removes_member(&self, enrolment: &str) -> Reply {
        self.post(&format!("/v1/group-enrolments/{enrolment}/remove"), json!({ "reason": "Agreed between us." })).send().await
    }

    pub async fn adds_guest(&self, group: &str, alias: &str, contacted_on: &str) -> Reply {
        let contact = json!({ "name": "Una Example", "email": "una@example.org", "phone": null });
        let form = json!({ "alias": alias, "contact": contact, "contacted_on": contacted_on });
        self.post(&format!("/v1/groups/{group}/guests"), form).send().await
    }

    /// Sets which other members one is willing to meet, in one's own enrolment.
    pub async fn sets_willing_to_meet(&self, enrolment: &str, willing_to_meet: &str) -> Reply {
        let etag = self.reads_enrolment(enrolment).await.expect(200).etag();
        let path = format!("/v1/group-enrolments/{enrolment}");
        self.patch(&path, json!({ "willing_to_meet": willing_to_meet })).if_match(&etag).send().await
    }

    /// Alias and state of each enrolment of a group, the newest first.
    pub async fn lists_members(&self, group: &str) -> Vec<(String, String)> {
        let list = self.get(&format!("/v1/groups/{group}/enrolments")).send().await.expect(200);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        list.items().iter().map(|enrolment| (text(&enrolment["alias"]), text(&enrolment["state"]))).collect()
    }

    pub async fn sessions_of(&self, group: &str) -> Vec<Value> {
        self.get(&format!("/v1/groups/{group}/sessions?limit=100")).send().await.expect(200).items().clone()
    }

    pub async fn reads_session(&self, session: &str) -> Reply {
        self.get(&format!("/v1/group-sessions/{session}")).send().await
    }

    /// Reads a session and moves the version read.
    pub async fn moves_session(&self, session: &str, to: &str) -> Reply {
        let etag = self.reads_session(session).await.expect(200).etag();
        let form = json!({ "starts_at": to, "reason": "The clinic is being painted." });
        self.post(&format!("/v1/group-sessions/{session}/move"), form).if_match(&etag).send().await
    }

    /// Reads a session and cancels the version read.
    pub async fn cancels_session(&self, session: &str) -> Reply {
        let etag = self.reads_session(session).await.expect(200).etag();
        let form = json!({ "reason": "Both of us are ill." });
        self.post(&format!("/v1/group-sessions/{session}/cancel"), form).if_match(&etag).send().await
    }

    /// Records the attendance at a session.
    pub async fn records_group_attendance(&self, session: &str, attendances: &[(&str, &str)], head_count: Option<u16>) -> Reply {
        let attendance = |(enrolment, attendance): &(&str, &str)| json!({ "enrolment_id": enrolment, "attendance": attendance });
        let form = json!({ "attendances": attendances.iter().map(attendance).collect::<Vec<_>>(), "head_count": head_count });
        self.post(&format!("/v1/group-sessions/{session}/record-attendance"), form).send().await
    }

    pub async fn writes_group_note(&self, session: &str, enrolment: &str, text: &str, shared: Option<&str>) -> Reply {
        let form = json!({ "enrolment_id": enrolment, "text": text, "shared": shared });
        self.post(&format!("/v1/group-sessions/{session}/notes"), form).send().await
    }

    /// Reads a group note and signs the version read.
    pub async fn signs_group_note(&self, note: &str) -> Reply {
        let etag = self.get(&format!("/v1/group-notes/{note}")).send().await.expect(200).etag();
        self.post_empty(&format!("/v1/group-notes/{note}/sign")).if_match(&etag).send().await
    }

    pub async fn reads_group_notes(&self, practitioner: &Self) -> Reply {
        self.get(&format!("/v1/practitioners/{}/group-notes", practitioner.id)).send().await
    }
}

/// The start time in a response.
pub fn starts_at(view: &Value) -> DateTime<Utc> {
    view["starts_at"].as_str().unwrap().parse().unwrap()
}

impl TestApp {
    /// Another therapy group with the same facilitators, on Fridays.
    pub async fn second_group(&self, group: &Group) -> String {
        let form =
            with_changes(therapy(&group.cleo, &group.dora), json!({ "starts_on": "2027-02-05", "title": "Friday evenings" }));
        group.cory.creates_group(form).await.expect(201).id()
    }
}
