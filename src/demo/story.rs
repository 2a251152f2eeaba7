//! What happens, week by week.

use std::collections::BTreeMap;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::desk::{Desk, Person, text};
use super::people::{self, Member, PASSWORD, People, Practitioner, Stage, address};
use crate::access::registration::confirming;
use crate::people::Role;
use crate::people::accounts::queries as accounts;
use crate::people::sign_in::model::EndReason;
use crate::people::sign_in::queries as sessions;
use crate::platform::Tx;
use crate::platform::error::Error;
use crate::platform::ids::{Id, UtcTime};
use crate::platform::outbox::{Letter, waiting};
use crate::scheduling::calendar;
use crate::server::Parts;

pub(super) struct Story<'a, S> {
    pub(super) parts: &'a Parts,
    pub(super) desk: Desk<S>,
    pub(super) hash: String,
}

/// A practitioner as the story goes along.
pub(super) struct Seeking<'a> {
    pub(super) person: Person,
    pub(super) told: &'a Practitioner,
    /// The clinician with whom they book.
    pub(super) clinician: Option<String>,
}

/// Who is in the story, all of them signed in.
pub(super) struct Cast<'a> {
    pub(super) staff: &'a [(Role, Person)],
    pub(super) clinicians: &'a [Person],
    pub(super) practitioners: &'a [Seeking<'a>],
}

impl<S, B> Story<'_, S>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    pub(super) fn now(&self) -> UtcTime {
        self.parts.platform.clock.now()
    }

    pub(super) fn wait(&self, time: TimeDelta) {
        self.parts.platform.clock.advance(time);
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, String> {
        self.parts.platform.write(work).await.map_err(|error| error.to_string())
    }

    /// The administrator puts the hubs into the directory.
    pub(super) async fn open_hubs(&self, staff: &[(Role, Person)]) -> Result<usize, String> {
        let admin = staff.iter().find(|(role, _)| *role == Role::Administrator).map(|(_, person)| person);
        let admin = admin.ok_or("the story lacks an administrator")?;
        let hubs = people::hubs()?;
        let number = hubs.len();
        for hub in hubs {
            self.desk.post(admin, "/v1/hubs", hub).await?;
        }
        Ok(number)
    }

    /// The administrator comes first; the others are hired by them.
    pub(super) async fn hire(&self, people: &People) -> Result<Vec<(Role, Person)>, String> {
        let mut staff = Vec::new();
        for Member { name, role } in &people.staff {
            let (email, name, role, hash) = (address(name), name.clone(), *role, self.hash.clone());
            let mail = email.clone();
            self.write(move |tx| {
                let new = accounts::NewAccount {
                    id: Id::new(tx.now),
                    role,
                    email: &mail,
                    name: &name,
                    password_hash: Some(&hash),
                    email_verified_at: Some(tx.now),
                };
                accounts::insert(tx, &new)
            })
            .await?;
            staff.push((role, self.sign_in(&email).await?));
        }
        Ok(staff)
    }

    pub(super) async fn sign_in(&self, email: &str) -> Result<Person, String> {
        let form = json!({ "email": email, "password": PASSWORD });
        Ok(Person::from_answer(&self.desk.ask(Method::POST, "/v1/sessions", None, Some(form)).await?))
    }

    /// What a new member of staff does with the link in their e-mail: they choose a password.
    async fn chooses_password(&self, email: &str) -> Result<(), String> {
        let (index, hash) = (accounts::email_index(&self.parts.platform.sealer, email), self.hash.clone());
        self.write(move |tx| {
            let account = accounts::invited_by_email_index(tx, &index)?.ok_or_else(Error::not_found)?;
            accounts::set_password_hash(tx, account.id, &hash)?;
            accounts::mark_verified(tx, account.id)
        })
        .await
    }

    /// What a practitioner does with the link in theirs: they confirm the registration.
    pub(super) async fn confirm(&self) -> Result<(), String> {
        let link = self
            .write(|tx| {
                confirming::decide_due(tx)?;
                let newest = waiting::newest(tx, "verify_email")?.ok_or_else(Error::not_found)?;
                waiting::words_of::<Letter>(tx, newest)
            })
            .await?;
        let token = link.body.split("#token=").nth(1).and_then(|rest| rest.split_whitespace().next());
        let form = json!({ "token": token.ok_or("the story lost a link")?, "password": PASSWORD });
        self.desk.ask(Method::POST, "/v1/email-verifications/confirm", None, Some(form)).await.map(|_| ())
    }

    pub(super) async fn open_clinics(&self, people: &People, staff: &[(Role, Person)]) -> Result<Vec<Person>, String> {
        let with_role = |role| staff.iter().find(|(known, _)| *known == role).map(|(_, person)| person);
        let admin = with_role(Role::Administrator).ok_or("the story has no administrator")?;
        let mut clinicians = Vec::new();
        for told in &people.clinicians {
            let email = address(&told.name);
            let form = json!({ "email": email, "name": told.name, "role": "clinician" });
            self.desk.post(admin, "/v1/staff", form).await?;
            self.chooses_password(&email).await?;
            let person = self.sign_in(&email).await?;
            let mut entry = told.entry.clone();
            entry.insert("name".to_owned(), json!(told.name));
            entry.insert("listed".to_owned(), json!(true));
            self.desk.put_over(admin, &format!("/v1/clinicians/{}", person.id), Value::Object(entry)).await?;
            for clinic in &told.clinics {
                let mut clinic = clinic.clone();
                clinic["valid_from"] = json!(self.now().london_day());
                self.desk.post(&person, "/v1/clinics", clinic).await?;
            }
            clinicians.push(person);
        }
        Ok(clinicians)
    }

    pub(super) async fn register<'p>(&self, people: &'p People, clinicians: &[Person]) -> Result<Vec<Seeking<'p>>, String> {
        let mut practitioners = Vec::new();
        let by_name: BTreeMap<&str, &Person> =
            people.clinicians.iter().map(|clinician| clinician.name.as_str()).zip(clinicians).collect();
        for told in &people.practitioners {
            self.wait(TimeDelta::minutes(17));
            let email = address(&told.pseudonym);
            self.desk.ask(Method::POST, "/v1/registrations", None, Some(registration(told, &email))).await?;
            self.confirm().await?;
            let clinician =
                told.clinician.as_deref().map(|name| by_name.get(name).ok_or("the demo lacks a clinician")).transpose()?;
            practitioners.push(Seeking {
                person: self.sign_in(&email).await?,
                told,
                clinician: clinician.map(|clinician| clinician.id.clone()),
            });
        }
        Ok(practitioners)
    }

    pub(super) async fn fill_in_questionnaires(&self, practitioners: &[Seeking<'_>]) -> Result<(), String> {
        self.wait(TimeDelta::hours(20));
        for (number, Seeking { person, told, .. }) in practitioners.iter().enumerate().filter(|(_, s)| s.told.stage.has_intake())
        {
            let assessment = text(&self.desk.post(person, "/v1/assessments", json!({})).await?, "id");
            for (code, items) in [("phq-9", 9), ("gad-7", 7)] {
                let questionnaire = self.desk.get(person, &format!("/v1/questionnaires/{code}")).await?;
                let answers = questionnaire["items"].as_array().into_iter().flatten().enumerate().map(|(place, item)| {
                    let last = place + 1 == items && code == "phq-9";
                    let value = if last { u8::from(told.stage == Stage::AtRisk) } else { ((number + place) % 4) as u8 };
                    json!({ "item": item["id"], "value": value })
                });
                let form = json!({ "answers": answers.collect::<Vec<_>>() });
                self.desk.put(person, &format!("/v1/assessments/{assessment}/answers/{code}"), form).await?;
            }
            self.desk.ask(Method::POST, &format!("/v1/assessments/{assessment}/submit"), Some(person), None).await?;
        }
        Ok(())
    }

    /// Books the first free slot of a kind with their clinician, so many days ahead or later; returns the appointment.
    pub(super) async fn book(&self, seeking: &Seeking<'_>, kind: &str, from_days: i64) -> Result<Value, String> {
        let clinician = seeking.clinician.as_deref().ok_or("a practitioner of the demo has no clinician")?;
        self.book_with(&seeking.person, clinician, kind, from_days).await
    }

    /// The same with a given clinician.
    pub(super) async fn book_with(&self, person: &Person, clinician: &str, kind: &str, from_days: i64) -> Result<Value, String> {
        let from = self.now() + TimeDelta::days(from_days);
        let path =
            format!("/v1/slots?kind={kind}&clinician_id={clinician}&from={from}&to={}&limit=1", from + TimeDelta::days(10));
        let found = self.desk.get(person, &path).await?;
        let slot = found["items"].get(0).ok_or("the demo found no free slot")?;
        self.desk.post(person, "/v1/appointments", json!({ "slot_id": slot["id"] })).await
    }

    pub(super) async fn assess(&self, practitioners: &[Seeking<'_>], clinicians: &[Person]) -> Result<(), String> {
        self.wait(TimeDelta::hours(3));
        let mut booked = Vec::new();
        for seeking in practitioners.iter().filter(|seeking| seeking.told.stage.was_assessed()) {
            booked.push((seeking, self.book(seeking, "assessment", 2).await?));
        }
        self.wait(TimeDelta::days(14));
        for (Seeking { person, told, .. }, appointment) in booked {
            let clinician = by_id(clinicians, &appointment["clinician_id"])?;
            let attendance = if told.stage == Stage::NotAttended { "did_not_attend" } else { "attended_on_time" };
            let path = format!("/v1/appointments/{}/record-attendance", text(&appointment, "id"));
            self.desk.post(clinician, &path, json!({ "attendance": attendance })).await?;
            let outcome = match told.stage {
                Stage::NotAttended => continue,
                Stage::MoreAssessment => "more_assessment",
                Stage::Discharged => "discharged",
                _ => "accepted",
            };
            let assessments = self.desk.get(person, "/v1/assessments").await?;
            let assessment = text(&assessments["items"][0], "id");
            let mut form = json!({ "appointment_id": appointment["id"], "outcome": outcome });
            if outcome == "accepted" {
                form["plan"] =
                    json!("Six sessions, fortnightly, then a review. Sleep first; work is told only what it must know.");
            }
            self.desk.post(clinician, &format!("/v1/assessments/{assessment}/outcomes"), form).await?;
        }
        Ok(())
    }

    pub(super) async fn treat(&self, practitioners: &[Seeking<'_>], clinicians: &[Person]) -> Result<(), String> {
        let in_care = practitioners.iter().filter(|s| s.told.stage == Stage::InCare);
        let mut booked = Vec::new();
        for seeking in in_care {
            booked.push(self.book(seeking, "treatment", 3).await?);
        }
        self.wait(TimeDelta::days(14));
        for (number, appointment) in booked.iter().enumerate() {
            let clinician = by_id(clinicians, &appointment["clinician_id"])?;
            let attendance = if number % 3 == 2 { "attended_late_seen" } else { "attended_on_time" };
            let path = format!("/v1/appointments/{}/record-attendance", text(appointment, "id"));
            self.desk.post(clinician, &path, json!({ "attendance": attendance })).await?;
        }
        Ok(())
    }

    /// The clock reaches the present, and slots are laid out to the full twelve weeks again.
    pub(super) async fn come_to(&self, now: UtcTime) -> Result<(), String> {
        self.wait(now.get() - self.now().get());
        while self.write(calendar::extend).await? > 0 {}
        Ok(())
    }

    pub(super) async fn look_ahead(&self, practitioners: &[Seeking<'_>]) -> Result<(), String> {
        for seeking in practitioners {
            match seeking.told.stage {
                Stage::AssessmentBooked => {
                    self.book(seeking, "assessment", 2).await?;
                }
                Stage::InCare => {
                    self.book(seeking, "treatment", 5).await?;
                    let dropped = self.book(seeking, "treatment", 16).await?;
                    let path = format!("/v1/appointments/{}/cancel", text(&dropped, "id"));
                    self.desk.post(&seeking.person, &path, json!({ "reason": "practitioner_work" })).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Nobody stays signed in from the story.
    pub(super) async fn leave(&self) -> Result<(), String> {
        self.write(|tx| sessions::end_everybodys(tx, EndReason::SignedOut)).await
    }
}

pub(super) fn by_id<'p>(clinicians: &'p [Person], id: &Value) -> Result<&'p Person, String> {
    clinicians.iter().find(|person| *id == *person.id).ok_or_else(|| "the story lost a clinician".to_owned())
}

pub(super) fn registration(told: &Practitioner, email: &str) -> Value {
    json!({
        "email": email,
        "password": PASSWORD,
        "legal_name": told.legal_name,
        "phone": "01632 960900",
        "pseudonym": told.pseudonym,
        "profession": told.profession,
        "registration_body": told.registration_body,
        "registration_number": told.registration_number,
        "setting": told.setting,
        "nation": "england",
        "region": "midlands",
        "icb_code": "QWU",
        "employer_ods": told.employer_ods,
        "confidentiality_reason": told.confidentiality_reason,
        "consents": { "care": true, "data_processing": true },
        "emergency_contact": { "name": "Sam Example", "phone": "01632 960999", "relationship": "friend", "lives_in_uk": true },
    })
}
