//! Rows that a test needs to be there, put in directly: a clinician's entry, and an appointment with what it hangs on.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use confide::identity::Role;
use confide::platform::db::schema::{appointments, clinicians, clinics, slots};
use confide::platform::ids::{Id, UtcTime};
use diesel::prelude::*;

use super::actors::Actor;
use super::app::TestApp;

impl TestApp {
    /// A clinician with an entry in the directory, working for that employer.
    pub async fn clinician_of(&self, name: &str, employer: &str) -> Actor {
        let actor = self.staff(name, Role::Clinician).await;
        let (id, name, now) = (actor.id, name.to_owned(), self.now());
        let indexes = (self.platform.sealer.blind_index("name", &name), self.platform.sealer.blind_index("employer", employer));
        self.sql(move |conn| {
            diesel::insert_into(clinicians::table)
                .values((
                    clinicians::id.eq(id),
                    clinicians::name.eq(Vec::<u8>::new()),
                    clinicians::name_index.eq(&indexes.0),
                    clinicians::discipline.eq("psychiatrist"),
                    clinicians::gender.eq("female"),
                    clinicians::region.eq("london"),
                    clinicians::place.eq("London"),
                    clinicians::biography.eq(""),
                    clinicians::details.eq(Vec::<u8>::new()),
                    clinicians::employer_index.eq(Some(&indexes.1)),
                    clinicians::listed.eq(true),
                    clinicians::version.eq(1),
                    clinicians::updated_at.eq(now),
                ))
                .execute(conn)?;
            Ok(())
        })
        .await;
        actor
    }

    /// An assessment appointment of these two, booked, of an hour.
    pub async fn appointment(&self, practitioner: &Actor, clinician: &Actor, starts_at: DateTime<Utc>) -> Id {
        let (practitioner, clinician, now) = (practitioner.id, clinician.id, self.now());
        let (from, until) = (UtcTime::from(starts_at), UtcTime::from(starts_at + TimeDelta::hours(1)));
        let (clinic, slot, appointment) = (Id::new(now), Id::new(now), Id::new(now));
        self.sql(move |conn| {
            diesel::insert_into(clinics::table)
                .values((
                    clinics::id.eq(clinic),
                    clinics::clinician_id.eq(clinician),
                    clinics::weekday.eq(1),
                    clinics::starts_local.eq(NaiveTime::MIN),
                    clinics::ends_local.eq(NaiveTime::MIN),
                    clinics::slot_minutes.eq(60),
                    clinics::gap_minutes.eq(0),
                    clinics::kind.eq("assessment"),
                    clinics::mode.eq("video"),
                    clinics::valid_from.eq(starts_at.date_naive()),
                    clinics::laid_out_until.eq(starts_at.date_naive()),
                    clinics::version.eq(1),
                    clinics::created_at.eq(now),
                    clinics::updated_at.eq(now),
                ))
                .execute(conn)?;
            diesel::insert_into(slots::table)
                .values((
                    slots::id.eq(slot),
                    slots::clinician_id.eq(clinician),
                    slots::clinic_id.eq(clinic),
                    slots::starts_at.eq(from),
                    slots::ends_at.eq(until),
                    slots::kind.eq("assessment"),
                    slots::mode.eq("video"),
                    slots::state.eq("booked"),
                ))
                .execute(conn)?;
            diesel::insert_into(appointments::table)
                .values((
                    appointments::id.eq(appointment),
                    appointments::slot_id.eq(slot),
                    appointments::practitioner_id.eq(practitioner),
                    appointments::clinician_id.eq(clinician),
                    appointments::kind.eq("assessment"),
                    appointments::mode.eq("video"),
                    appointments::starts_at.eq(from),
                    appointments::ends_at.eq(until),
                    appointments::status.eq("booked"),
                    appointments::booked_by.eq(practitioner),
                    appointments::moves.eq(0),
                    appointments::version.eq(1),
                    appointments::created_at.eq(now),
                    appointments::updated_at.eq(now),
                ))
                .execute(conn)?;
            Ok(())
        })
        .await;
        appointment
    }

    /// Sets an appointment's status.
    pub async fn appointment_is(&self, appointment: Id, status: &'static str) {
        self.sql(move |conn| {
            diesel::update(appointments::table.find(appointment)).set(appointments::status.eq(status)).execute(conn)?;
            Ok(())
        })
        .await;
    }
}
