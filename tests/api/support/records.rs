//! Reads from the tables. Nothing is inserted here.

use confide::people::practitioners::model::Pathway;
use confide::platform::ids::{Id, UtcTime};
use confide::platform::schema::audit_events;
use confide::scheduling::schema::{appointment_events, appointments, slots};
use diesel::prelude::*;

use super::actors::Actor;
use super::app::TestApp;

impl TestApp {
    /// The pathway state of a practitioner.
    pub async fn pathway_of(&self, practitioner: &Actor) -> Pathway {
        let id = practitioner.id;
        self.write(move |tx| confide::people::practitioners::queries::pathway(tx, id)).await.unwrap()
    }

    /// `free`, `booked` or `withdrawn`.
    pub async fn slot_state(&self, slot: &Id) -> String {
        let slot = *slot;
        self.sql(move |conn| Ok(slots::table.find(slot).select(slots::state).get_result(conn)?)).await
    }

    /// How many booked appointments a slot has.
    pub async fn booked_appointments_in(&self, slot: &Id) -> i64 {
        let slot = *slot;
        let booked = appointments::slot_id.eq(slot).and(appointments::status.eq("booked"));
        self.sql(move |conn| Ok(appointments::table.filter(booked).count().get_result(conn)?)).await
    }

    /// Every slot: clinician, start, end, state, in order of clinician and time.
    pub async fn all_slots(&self) -> Vec<(Id, UtcTime, UtcTime, String)> {
        self.sql(|conn| {
            let columns = (slots::clinician_id, slots::starts_at, slots::ends_at, slots::state);
            Ok(slots::table.order((slots::clinician_id, slots::starts_at)).select(columns).load(conn)?)
        })
        .await
    }

    /// Kind, start and status of a practitioner's appointments, in the order in which they were booked.
    pub async fn appointments_of(&self, practitioner: &Actor) -> Vec<(String, String, String)> {
        let id = practitioner.id;
        let rows: Vec<(String, UtcTime, String)> = self
            .sql(move |conn| {
                let columns = (appointments::kind, appointments::starts_at, appointments::status);
                let rows = appointments::table.filter(appointments::practitioner_id.eq(id));
                Ok(rows.order((appointments::created_at, appointments::id)).select(columns).load(conn)?)
            })
            .await;
        rows.into_iter().map(|(kind, starts_at, status)| (kind, starts_at.to_string(), status)).collect()
    }

    /// The actions of the audit trail about a subject, in order, without refusals, repeats, and lists that showed the subject among
    /// others. A list of what belongs to a practitioner counts for the practitioner.
    pub async fn audit_actions(&self, subject: &str) -> Vec<String> {
        self.audit_actions_with_roles(subject).await.into_iter().map(|(_, action)| action).collect()
    }

    /// The same with the role of each actor.
    pub async fn audit_actions_with_roles(&self, subject: &str) -> Vec<(String, String)> {
        let id: Id = subject.parse().unwrap();
        self.sql(move |conn| {
            let rows = audit_events::table.filter(audit_events::subject_id.eq(Some(id)));
            let showed_others = audit_events::action.like("%.listed").and(audit_events::subject_kind.ne("practitioner"));
            let rows = rows.filter(diesel::dsl::not(showed_others)).filter(audit_events::action.ne("request.repeated"));
            let rows = rows.filter(audit_events::refused.eq(false));
            let columns = (audit_events::actor_role, audit_events::action);
            Ok(rows.order((audit_events::at, audit_events::id)).select(columns).load(conn)?)
        })
        .await
    }

    /// What the audit trail has of an actor: each action with practitioner and reason, in order.
    pub async fn audit_trail_of(&self, actor: &Actor) -> Vec<(String, Option<Id>, Option<String>)> {
        let id = actor.id;
        self.sql(move |conn| {
            let rows = audit_events::table.filter(audit_events::actor_id.eq(Some(id)));
            let columns = (audit_events::action, audit_events::practitioner_id, audit_events::basis);
            Ok(rows.order((audit_events::at, audit_events::id)).select(columns).load(conn)?)
        })
        .await
    }

    /// How often the audit trail has this action about this subject. Refused attempts do not count.
    pub async fn audit_count_of(&self, action: &str, subject: Id) -> usize {
        let action = action.to_owned();
        let count: i64 = self
            .sql(move |conn| {
                let rows = audit_events::table.filter(audit_events::subject_id.eq(Some(subject)));
                let rows = rows.filter(audit_events::action.eq(action.clone())).filter(audit_events::refused.eq(false));
                Ok(rows.count().get_result(conn)?)
            })
            .await;
        usize::try_from(count).unwrap()
    }

    /// How often the audit trail has this refused action about this practitioner.
    pub async fn refusal_count_of(&self, action: &'static str, practitioner: Id) -> i64 {
        self.sql(move |conn| {
            let rows = audit_events::table.filter(audit_events::practitioner_id.eq(Some(practitioner)));
            let rows = rows.filter(audit_events::action.eq(action)).filter(audit_events::refused.eq(true));
            Ok(rows.count().get_result(conn)?)
        })
        .await
    }

    /// How many entries the history of an appointment has.
    pub async fn appointment_event_count(&self, appointment: &str) -> i64 {
        let id: Id = appointment.parse().unwrap();
        let rows = appointment_events::appointment_id.eq(id);
        self.sql(move |conn| Ok(appointment_events::table.filter(rows).count().get_result(conn)?)).await
    }
}
