//! Registrations and funding requests inserted as rows, for figures about many people.

use chrono::{DateTime, TimeDelta, Utc};
use confide::access::funding::model::{AppointmentKind, EventDetails, FundingEvent, FundingState, Terms};
use confide::access::funding::queries::events;
use confide::access::funding::queries::sessions::{self, FundedSessionRecord};
use confide::access::registration::queries::funding_requests as drafts;
use confide::access::schema::funding_requests;
use confide::people::Role;
use confide::people::accounts::queries as accounts;
use confide::people::accounts::queries::NewAccount;
use confide::people::practitioners::details::RegistrationDetails;
use confide::people::practitioners::model::EligibilityDecision;
use confide::people::practitioners::queries as practitioners;
use confide::platform::audit;
use confide::platform::ids::{Id, UtcTime};
use diesel::prelude::*;
use serde_json::Value;

use super::actors::Actor;
use super::app::TestApp;
use super::seeded::{registration_details, seeded_reference};

/// A commissioner's decision.
#[derive(Clone, Copy)]
pub struct Decided {
    /// When it was made.
    pub at: &'static str,
    pub event: FundingEvent,
    /// The limits of an approval.
    pub terms: Terms,
}

/// An approval of this many sessions at this time.
pub fn sessions_approved(at: &'static str, sessions: i32) -> Decided {
    let terms = Terms { sessions: Some(sessions), ..Terms::default() };
    Decided { at, event: FundingEvent::ApprovedLimited, terms }
}

/// An approval of this amount in pence at this time.
pub fn amount_approved(at: &'static str, amount: i32) -> Decided {
    let terms = Terms { amount_pence: Some(amount), ..Terms::default() };
    Decided { at, event: FundingEvent::ApprovedLimited, terms }
}

/// An approval without limits at this time.
pub fn approved(at: &'static str) -> Decided {
    Decided { at, event: FundingEvent::Approved, terms: Terms::default() }
}

/// A refusal at this time.
pub fn declined(at: &'static str) -> Decided {
    Decided { at, event: FundingEvent::Declined, terms: Terms::default() }
}

fn time(text: &str) -> UtcTime {
    text.parse::<DateTime<Utc>>().unwrap().into()
}

impl TestApp {
    /// Inserts this many people who registered at this time, with these changes to the details of a doctor in South West London.
    pub async fn people_registered_at(&self, at: &str, count: usize, changes: Value) -> Vec<Id> {
        let mut details = registration_details(self.now());
        for (name, value) in changes.as_object().unwrap() {
            details[name] = value.clone();
        }
        let details: RegistrationDetails = serde_json::from_value(details).unwrap();
        let insert = move |tx: &mut confide::platform::Tx| {
            let mut people = Vec::with_capacity(count);
            for _ in 0..count {
                let id = Id::new(tx.now);
                let email = format!("{id}@example.org");
                let name = "Inserted Practitioner";
                let account = NewAccount {
                    id,
                    role: Role::Practitioner,
                    email: &email,
                    name,
                    password_hash: None,
                    email_verified_at: Some(tx.now),
                };
                accounts::insert(tx, &account)?;
                practitioners::insert(tx, id, &seeded_reference(id), EligibilityDecision::Eligible, &details)?;
                people.push(id);
            }
            Ok(people)
        };
        self.platform.at(time(at)).write(insert).await.unwrap()
    }

    /// Inserts a request of each of these people to a board, submitted at this time and then decided.
    pub async fn decided_requests(&self, people: &[Id], board: &'static str, submitted: &str, decided: Decided) -> Vec<Id> {
        let people = people.to_vec();
        let submit = move |tx: &mut confide::platform::Tx| {
            let mut requests = Vec::with_capacity(people.len());
            for person in &people {
                let id = drafts::create_request(tx, *person, Some(board), audit::Actor::SYSTEM)?;
                let step = (FundingEvent::Submitted, FundingState::Submitted);
                events::append(tx, id, step, &EventDetails::default(), audit::Actor::SYSTEM)?;
                diesel::update(funding_requests::table.find(id))
                    .set((
                        funding_requests::state.eq(FundingState::Submitted),
                        funding_requests::submitted_at.eq(Some(tx.now)),
                        funding_requests::sent_at.eq(Some(tx.now)),
                    ))
                    .execute(tx.conn)?;
                requests.push(id);
            }
            Ok(requests)
        };
        let requests = self.platform.at(time(submitted)).write(submit).await.unwrap();
        self.decides_requests(&requests, decided).await;
        requests
    }

    /// Inserts this decision about each of these requests.
    pub async fn decides_requests(&self, requests: &[Id], decided: Decided) {
        let Decided { at, event, terms } = decided;
        let requests = requests.to_vec();
        let state = match event {
            FundingEvent::Approved => FundingState::Approved,
            FundingEvent::ApprovedLimited => FundingState::ApprovedLimited,
            _ => FundingState::Declined,
        };
        let decide = move |tx: &mut confide::platform::Tx| {
            let details = EventDetails { terms: Some(terms), ..EventDetails::default() };
            for id in &requests {
                events::append(tx, *id, (event, state), &details, audit::Actor::SYSTEM)?;
                diesel::update(funding_requests::table.find(*id))
                    .set((
                        funding_requests::state.eq(state),
                        funding_requests::decided_at.eq(Some(tx.now)),
                        funding_requests::sessions_limit.eq(terms.sessions),
                        funding_requests::amount_limit_pence.eq(terms.amount_pence),
                    ))
                    .execute(tx.conn)?;
            }
            Ok(())
        };
        self.platform.at(time(at)).write(decide).await.unwrap();
    }

    /// Inserts a funded treatment for each of these requests, at this time and for this price in pence.
    pub async fn funded_treatments(&self, requests: &[Id], starts: &str, pence: i32) -> Vec<FundedSessionRecord> {
        let mut appointments = Vec::with_capacity(requests.len());
        let count = self.row_count("appointments").await;
        let clinician = self.clinician(&format!("Tessa Thorn{count}")).await;
        for (number, request) in (1..).zip(requests) {
            appointments.push((*request, self.appointment_of(*request, &clinician, TimeDelta::hours(count + number)).await));
        }
        let starts_at = time(starts);
        self.write(move |tx| {
            let mut all = Vec::with_capacity(appointments.len());
            for (request, appointment) in &appointments {
                let session = FundedSessionRecord {
                    id: Id::new(tx.now),
                    request_id: *request,
                    appointment_id: *appointment,
                    session: AppointmentKind::Treatment,
                    pence,
                    starts_at,
                    booked_at: tx.now,
                    cancelled_at: None,
                    released_at: None,
                    confirmed_at: None,
                };
                sessions::insert(tx, &session)?;
                all.push(session);
            }
            Ok(all)
        })
        .await
    }

    /// Inserts an appointment of the practitioner of a request. Only the session has a time that is counted.
    async fn appointment_of(&self, request: Id, clinician: &Actor, from_now: TimeDelta) -> Id {
        let starts_at = self.now().get() + from_now;
        let mine = funding_requests::table.find(request).select(funding_requests::practitioner_id);
        let practitioner: Id = self.sql(move |conn| Ok(mine.first(conn)?)).await;
        self.appointment_with(practitioner, clinician, starts_at).await
    }

    /// Cancels this funded treatment; `release` is whether it is released.
    pub async fn cancels_funded_treatment(&self, session: &FundedSessionRecord, release: bool) {
        let session = *session;
        self.write(move |tx| sessions::cancel(tx, &session, release)).await;
    }
}
