//! Groups: those who run, lead and join them.

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

/// A group with those who run and lead it.
pub struct Group {
    pub id: String,
    pub cory: Actor,
    pub cleo: Actor,
    pub dora: Actor,
}

/// Eight weekly sessions of therapy by video from Thursday 4 February 2027 on, eight places, three members at least.
pub fn therapy(first: &Actor, second: &Actor) -> Value {
    json!({
        "kind": "closed_series", "record_type": "therapy", "topic": "burnout", "audience": "practitioners",
        "title": "Thursday evenings", "about": "Eight evenings about work and what it costs.",
        "capacity": 8, "minimum": 3, "first_facilitator_id": first.id, "second_facilitator_id": second.id,
        "starts_on": "2027-02-04", "starts_local": "18:00", "minutes": 90, "sessions": 8, "closes_at_session": 2,
        "mode": "video", "link": "https://video.example.org/room-17"
    })
}

/// The same, changed so.
pub fn with(mut form: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        form[name] = value.clone();
    }
    form
}

/// A group without an end that meets each week.
pub fn slow_open(first: &Actor, second: &Actor) -> Value {
    let mut form = therapy(first, second);
    for left_out in ["sessions", "closes_at_session"] {
        form.as_object_mut().unwrap().remove(left_out);
    }
    with(form, json!({ "kind": "slow_open", "title": "Open Thursdays" }))
}

/// A class of which heads are counted.
pub fn class(first: &Actor, second: &Actor) -> Value {
    with(therapy(first, second), json!({ "record_type": "session", "capacity": 15, "title": "A class" }))
}

/// A group for families, whose members are guests.
pub fn for_families(first: &Actor, second: &Actor) -> Value {
    with(
        class(first, second),
        json!({ "audience": "bereaved_family", "topic": "bereaved_of_family", "capacity": 2, "minimum": 1 }),
    )
}

impl TestApp {
    /// A coordinator and two clinicians, and a group that the first makes for the others.
    pub async fn group(&self, form: impl Fn(&Actor, &Actor) -> Value) -> Group {
        let cory = self.coordinator().await;
        let (cleo, dora) = (self.clinician("Cleo Marsh").await, self.clinician("Dora Field").await);
        let id = cory.makes_group(form(&cleo, &dora)).await.expect(201).id();
        Group { id, cory, cleo, dora }
    }

    /// A practitioner in care, put in with what a registration asks for, of an employer that is nobody else's.
    pub async fn found_in_care(&self, name: &str) -> Actor {
        self.in_care_employed_by(name, None).await
    }

    pub async fn in_care_employed_by(&self, name: &str, employer: Option<&str>) -> Actor {
        let actor = self.staff(name, Role::Practitioner).await;
        let told: RegistrationDetails = serde_json::from_value(json!({
            "legal_name": name, "phone": null, "greeting": null, "profession": "doctor", "registration_body": "gmc",
            "registration_number": number_of(name), "setting": "secondary_care", "nation": "england", "region": null,
            "icb_code": null, "employer_ods": employer, "confidentiality_reason": "none",
            "consents": { "care": true, "data_processing": true, "gp_sharing": false, "service_name_in_messages": false, "given_at": self.now() },
            "emergency_contact": { "name": "Augusta Leigh", "phone": "020 7946 0018", "relationship": "aunt" },
            "reasons": [], "needs": []
        }))
        .unwrap();
        let id = actor.id;
        self.write(move |tx| {
            let reference = format!("T-{}", &id.to_string()[24..]);
            registration::insert(tx, id, &reference, EligibilityDecision::Eligible, &told)?;
            registration::set_pathway(tx, id, Pathway::InCare)
        })
        .await;
        actor
    }

    /// The group was found to suit them, so long ago; nobody was asked.
    pub async fn was_screened(&self, practitioner: &Actor, group: &Group, ago: TimeDelta) {
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

    /// A member of the group, who came to be one in the ordinary way.
    pub async fn member(&self, name: &str, group: &Group) -> (Actor, String) {
        let person = self.found_in_care(name).await;
        self.was_screened(&person, group, TimeDelta::zero()).await;
        let alias = name.split(' ').next().unwrap().to_lowercase();
        let enrolment = person.enrols(&group.id, &alias).await.expect(201).id();
        (person, enrolment)
    }

    /// What the service does about groups by itself.
    pub async fn groups_go_on(&self) {
        self.write(move |tx| {
            confide::care::groups::extend_timetables(tx)?;
            confide::care::groups::reassign_expired_offers(tx)
        })
        .await;
    }
}

/// The number on the register of doctors of somebody who was put in.
pub fn number_of(name: &str) -> String {
    let number = name.bytes().fold(7_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 1_000_000);
    format!("7{number:06}")
}

impl Group {
    /// The same people some time later.
    pub async fn later(&self) -> Self {
        Self { id: self.id.clone(), cory: self.cory.back().await, cleo: self.cleo.back().await, dora: self.dora.back().await }
    }

    /// The group's sessions, the earliest first.
    pub async fn sessions(&self) -> Vec<Value> {
        self.cory.sessions_of(&self.id).await
    }

    /// Screens somebody who waits or is treated, with that verdict.
    pub async fn screens(&self, practitioner: &Actor, verdict: &str) -> Reply {
        self.cleo.screens(&self.id, practitioner, verdict).await
    }
}

impl Actor {
    pub async fn makes_group(&self, form: Value) -> Reply {
        self.post("/v1/groups", form).send().await
    }

    pub async fn reads_group(&self, group: &str) -> Reply {
        self.get(&format!("/v1/groups/{group}")).send().await
    }

    /// Changes a group, having read it.
    pub async fn changes_group(&self, group: &str, form: Value) -> Reply {
        let etag = self.reads_group(group).await.expect(200).etag();
        self.put(&format!("/v1/groups/{group}"), form).if_match(&etag).send().await
    }

    /// The titles of the groups that somebody finds.
    pub async fn finds_groups(&self, query: &str) -> Vec<String> {
        let list = self.get(&format!("/v1/groups?{query}")).send().await.expect(200);
        list.items().iter().map(|group| group["title"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn starts_group(&self, group: &str) -> Reply {
        self.post_nothing(&format!("/v1/groups/{group}/start")).send().await
    }

    pub async fn ends_group(&self, group: &str) -> Reply {
        self.post(&format!("/v1/groups/{group}/end"), json!({ "reason": "It has run its course." })).send().await
    }

    pub async fn screens(&self, group: &str, practitioner: &Self, verdict: &str) -> Reply {
        self.takes_a_moment();
        let form = json!({ "practitioner_id": practitioner.id, "verdict": verdict, "notes": "Spoke for a quarter of an hour." });
        self.post(&format!("/v1/groups/{group}/screenings"), form).send().await
    }

    /// Takes a place of one's own.
    pub async fn enrols(&self, group: &str, alias: &str) -> Reply {
        self.takes_a_moment();
        self.post(&format!("/v1/groups/{group}/enrolments"), json!({ "alias": alias })).send().await
    }

    /// The same, having said whom one would meet.
    pub async fn enrols_and_meets(&self, group: &str, alias: &str, meets: &str) -> Reply {
        self.takes_a_moment();
        self.post(&format!("/v1/groups/{group}/enrolments"), json!({ "alias": alias, "willing_to_meet": meets })).send().await
    }

    /// Takes a place for somebody.
    pub async fn enrols_for(&self, group: &str, practitioner: &Self, alias: &str) -> Reply {
        let form = json!({ "practitioner_id": practitioner.id, "alias": alias });
        self.post(&format!("/v1/groups/{group}/enrolments"), form).send().await
    }

    pub async fn waits_for(&self, group: &str, alias: &str) -> Reply {
        self.takes_a_moment();
        self.post(&format!("/v1/groups/{group}/join-waiting-list"), json!({ "alias": alias })).send().await
    }

    /// No two do something at the very same instant, so that one comes before the other.
    fn takes_a_moment(&self) {
        self.app.clock.advance(TimeDelta::seconds(1));
    }

    pub async fn reads_enrolment(&self, enrolment: &str) -> Reply {
        self.get(&format!("/v1/group-enrolments/{enrolment}")).send().await
    }

    pub async fn accepts_place(&self, enrolment: &str) -> Reply {
        self.post_nothing(&format!("/v1/group-enrolments/{enrolment}/accept")).send().await
    }

    pub async fn leaves_group(&self, enrolment: &str) -> Reply {
        self.post_nothing(&format!("/v1/group-enrolments/{enrolment}/leave")).send().await
    }

    pub async fn removes(&self, enrolment: &str) -> Reply {
        self.post(&format!("/v1/group-enrolments/{enrolment}/remove"), json!({ "reason": "Agreed between us." })).send().await
    }

    pub async fn enters_guest(&self, group: &str, alias: &str, spoken_to_on: &str) -> Reply {
        let contact = json!({ "name": "Una Example", "email": "una@example.org", "phone": null });
        let form = json!({ "alias": alias, "contact": contact, "contacted_on": spoken_to_on });
        self.post(&format!("/v1/groups/{group}/guests"), form).send().await
    }

    /// Changes one's own enrolment, having read it.
    pub async fn says_whom_to_meet(&self, enrolment: &str, meets: &str) -> Reply {
        let etag = self.reads_enrolment(enrolment).await.expect(200).etag();
        let path = format!("/v1/group-enrolments/{enrolment}");
        self.patch(&path, json!({ "willing_to_meet": meets })).if_match(&etag).send().await
    }

    /// The aliases and states of those of a group, the newest first.
    pub async fn sees_members(&self, group: &str) -> Vec<(String, String)> {
        let list = self.get(&format!("/v1/groups/{group}/enrolments")).send().await.expect(200);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        list.items().iter().map(|kept| (text(&kept["alias"]), text(&kept["state"]))).collect()
    }

    pub async fn sessions_of(&self, group: &str) -> Vec<Value> {
        self.get(&format!("/v1/groups/{group}/sessions?limit=100")).send().await.expect(200).items().clone()
    }

    pub async fn reads_session(&self, session: &str) -> Reply {
        self.get(&format!("/v1/group-sessions/{session}")).send().await
    }

    /// Moves a session, having read it.
    pub async fn moves_session(&self, session: &str, to: &str) -> Reply {
        let etag = self.reads_session(session).await.expect(200).etag();
        let form = json!({ "starts_at": to, "reason": "The room is being painted." });
        self.post(&format!("/v1/group-sessions/{session}/move"), form).if_match(&etag).send().await
    }

    /// Cancels a session, having read it.
    pub async fn cancels_session(&self, session: &str) -> Reply {
        let etag = self.reads_session(session).await.expect(200).etag();
        let form = json!({ "reason": "Both of us are ill." });
        self.post(&format!("/v1/group-sessions/{session}/cancel"), form).if_match(&etag).send().await
    }

    /// Records who came.
    pub async fn records_who_came(&self, session: &str, came: &[(&str, &str)], head_count: Option<u16>) -> Reply {
        let one = |(enrolment, attendance): &(&str, &str)| json!({ "enrolment_id": enrolment, "attendance": attendance });
        let form = json!({ "attendances": came.iter().map(one).collect::<Vec<_>>(), "head_count": head_count });
        self.post(&format!("/v1/group-sessions/{session}/record-attendance"), form).send().await
    }

    pub async fn notes_about(&self, session: &str, enrolment: &str, text: &str, shared: Option<&str>) -> Reply {
        let form = json!({ "enrolment_id": enrolment, "text": text, "shared": shared });
        self.post(&format!("/v1/group-sessions/{session}/notes"), form).send().await
    }

    /// Signs a note, having read it.
    pub async fn signs_note(&self, note: &str) -> Reply {
        let etag = self.get(&format!("/v1/group-notes/{note}")).send().await.expect(200).etag();
        self.post_nothing(&format!("/v1/group-notes/{note}/sign")).if_match(&etag).send().await
    }

    pub async fn reads_group_notes(&self, practitioner: &Self) -> Reply {
        self.get(&format!("/v1/practitioners/{}/group-notes", practitioner.id)).send().await
    }
}

/// When something begins, by its view.
pub fn starts_at(view: &Value) -> DateTime<Utc> {
    view["starts_at"].as_str().unwrap().parse().unwrap()
}

impl TestApp {
    /// Another group of the same people, for practitioners, on Fridays.
    pub async fn group_beside(&self, group: &Group) -> String {
        let form = with(therapy(&group.cleo, &group.dora), json!({ "starts_on": "2027-02-05", "title": "Friday evenings" }));
        group.cory.makes_group(form).await.expect(201).id()
    }
}
