//! Practitioners, slots and appointments inserted as rows, for tests about later steps of the pathway.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use confide::people::Role;
use confide::people::accounts::identity;
use confide::people::accounts::identity::IdentityKind;
use confide::people::practitioners::model::Pathway;
use confide::people::schema::{accounts, pathway_changes, practitioners};
use confide::platform::ids::{Id, UtcTime};
use confide::platform::seal::Place;
use confide::scheduling::calendar::model::AppointmentKind;
use confide::scheduling::schema::{appointments, clinician_languages, clinician_specialisms, clinicians, clinics, slots};
use diesel::prelude::*;

use super::actors::Actor;
use super::app::TestApp;

/// The registration details of an inserted practitioner.
pub fn registration_details(now: UtcTime) -> serde_json::Value {
    serde_json::json!({
        "legal_name": "Inserted Practitioner", "phone": null, "greeting": null, "profession": "doctor", "registration_body": "gmc",
        "registration_number": null, "setting": "secondary_care", "nation": "england", "region": "london", "icb_code": "QWE",
        "employer_ods": null, "confidentiality_reason": "none",
        "consents": { "care": true, "data_processing": true, "gp_sharing": false, "service_name_in_messages": false, "given_at": now },
        "emergency_contact": { "name": "Augusta Leigh", "phone": "020 7946 0018", "relationship": "aunt" },
        "reasons": [], "needs": []
    })
}

/// The length of an inserted slot.
pub const FIFTY_MINUTES: TimeDelta = TimeDelta::minutes(50);

/// A reference for a practitioner who is inserted as a row.
pub fn seeded_reference(id: Id) -> String {
    let bytes = id.0.as_bytes();
    confide::people::practitioners::rules::format_reference([bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]])
}

impl TestApp {
    /// Inserts a practitioner at this point of the pathway and signs in.
    pub async fn seeded_practitioner(&self, name: &str, pathway: Pathway) -> Actor {
        let actor = self.staff(name, Role::Practitioner).await;
        let (id, now, sealer) = (actor.id, self.now(), self.platform.sealer.clone());
        self.sql(move |conn| {
            diesel::insert_into(practitioners::table)
                .values((
                    practitioners::id.eq(id),
                    practitioners::reference.eq(seeded_reference(id)),
                    practitioners::pathway.eq(pathway),
                    practitioners::decision.eq("eligible"),
                    practitioners::decided_at.eq(now),
                    practitioners::details.eq(sealer.seal_json(Place("practitioners.details", id), &registration_details(now))?),
                    practitioners::version.eq(1),
                    practitioners::created_at.eq(now),
                    practitioners::updated_at.eq(now),
                ))
                .execute(conn)?;
            diesel::insert_into(pathway_changes::table)
                .values((
                    pathway_changes::id.eq(Id::new(now)),
                    pathway_changes::practitioner_id.eq(id),
                    pathway_changes::pathway.eq(pathway),
                    pathway_changes::changed_at.eq(now),
                ))
                .execute(conn)?;
            Ok(())
        })
        .await;
        actor
    }

    /// Inserts a practitioner whose intake is done.
    pub async fn practitioner_after_intake(&self, name: &str) -> Actor {
        self.seeded_practitioner(name, Pathway::IntakeDone).await
    }

    /// A practitioner whose intake is done.
    pub async fn ada(&self) -> Actor {
        self.practitioner_after_intake("Ada Example").await
    }

    /// Another practitioner whose intake is done.
    pub async fn ben(&self) -> Actor {
        self.practitioner_after_intake("Ben Example").await
    }

    pub async fn cleo(&self) -> Actor {
        self.clinician("Cleo Clinician").await
    }

    /// Inserts a free slot of fifty minutes that starts after this time from now.
    pub async fn free_slot(&self, clinician: &Actor, from_now: TimeDelta, kind: AppointmentKind) -> Id {
        let (clinic, slot, now, clinician) = (Id::new(self.now()), Id::new(self.now()), self.now(), clinician.id);
        let starts_at = now + from_now;
        self.sql(move |conn| {
            let day = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
            diesel::insert_into(clinics::table)
                .values((
                    clinics::id.eq(clinic),
                    clinics::clinician_id.eq(clinician),
                    clinics::weekday.eq(1),
                    clinics::starts_local.eq(NaiveTime::from_hms_opt(9, 0, 0).unwrap()),
                    clinics::ends_local.eq(NaiveTime::from_hms_opt(17, 0, 0).unwrap()),
                    clinics::slot_minutes.eq(50),
                    clinics::gap_minutes.eq(10),
                    clinics::kind.eq(kind),
                    clinics::mode.eq("video"),
                    clinics::valid_from.eq(day),
                    clinics::slots_until.eq(day),
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
                    slots::starts_at.eq(starts_at),
                    slots::ends_at.eq(starts_at + FIFTY_MINUTES),
                    slots::kind.eq(kind),
                    slots::mode.eq("video"),
                    slots::place.eq(Some("Centre 4")),
                    slots::state.eq("free"),
                ))
                .execute(conn)?;
            Ok(())
        })
        .await;
        slot
    }

    pub async fn set_pathway(&self, practitioner: &Actor, pathway: Pathway) {
        let id = practitioner.id;
        self.write(move |tx| confide::people::practitioners::queries::set_pathway(tx, id, pathway)).await;
    }

    /// Gives a practitioner and a clinician the same employer.
    pub async fn share_an_employer(&self, practitioner: &Actor, clinician: &Actor) {
        let (practitioner, clinician) = (practitioner.id, clinician.id);
        self.write(move |tx| {
            identity::set_current(tx, practitioner, IdentityKind::Employer, Some("RXX"), None)?;
            identity::set_current(tx, clinician, IdentityKind::Employer, Some("RXX"), None)
        })
        .await;
    }

    pub async fn unlist(&self, clinician: &Actor) {
        let id = clinician.id;
        self.sql(move |conn| {
            diesel::update(clinicians::table.find(id)).set(clinicians::listed.eq(false)).execute(conn)?;
            Ok(())
        })
        .await;
    }

    pub async fn close_account(&self, actor: &Actor) {
        let id = actor.id;
        self.sql(move |conn| {
            diesel::update(accounts::table.find(id)).set(accounts::active.eq(false)).execute(conn)?;
            Ok(())
        })
        .await;
    }

    /// Sets details of a clinician's directory entry.
    pub async fn describe(&self, clinician: &Actor, gender: &'static str, specialism: &'static str, language: &'static str) {
        let id = clinician.id;
        self.sql(move |conn| {
            diesel::update(clinicians::table.find(id))
                .set((
                    clinicians::gender.eq(gender),
                    clinicians::discipline.eq("psychologist"),
                    clinicians::region.eq("midlands"),
                ))
                .execute(conn)?;
            diesel::insert_into(clinician_specialisms::table)
                .values((clinician_specialisms::clinician_id.eq(id), clinician_specialisms::specialism.eq(specialism)))
                .execute(conn)?;
            diesel::insert_into(clinician_languages::table)
                .values((clinician_languages::clinician_id.eq(id), clinician_languages::language.eq(language)))
                .execute(conn)?;
            Ok(())
        })
        .await;
    }

    pub async fn withdraw_slot(&self, slot: &Id) {
        let slot = *slot;
        self.sql(move |conn| {
            diesel::update(slots::table.find(slot)).set(slots::state.eq("withdrawn")).execute(conn)?;
            Ok(())
        })
        .await;
    }

    /// Marks an appointment as having lost its slot to an absence.
    pub async fn orphan_appointment(&self, appointment: &str) {
        let (id, now): (Id, UtcTime) = (appointment.parse().unwrap(), self.now());
        self.sql(move |conn| {
            diesel::update(appointments::table.find(id)).set(appointments::orphaned_at.eq(Some(now))).execute(conn)?;
            Ok(())
        })
        .await;
    }

    /// Inserts an assessment appointment of these two at any time, without the checks of booking.
    pub async fn appointment(&self, practitioner: &Actor, clinician: &Actor, starts_at: DateTime<Utc>) -> Id {
        self.appointment_with(practitioner.id, clinician, starts_at).await
    }

    /// The same for the practitioner with this id.
    pub async fn appointment_with(&self, practitioner: Id, clinician: &Actor, starts_at: DateTime<Utc>) -> Id {
        let slot = self.free_slot(clinician, starts_at - self.now().get(), AppointmentKind::Assessment).await;
        let (id, clinician, now) = (Id::new(self.now()), clinician.id, self.now());
        self.sql(move |conn| {
            diesel::update(slots::table.find(slot)).set(slots::state.eq("booked")).execute(conn)?;
            diesel::insert_into(appointments::table)
                .values((
                    appointments::id.eq(id),
                    appointments::slot_id.eq(slot),
                    appointments::practitioner_id.eq(practitioner),
                    appointments::clinician_id.eq(clinician),
                    appointments::kind.eq("assessment"),
                    appointments::mode.eq("video"),
                    appointments::starts_at.eq(UtcTime::from(starts_at)),
                    appointments::ends_at.eq(UtcTime::from(starts_at + FIFTY_MINUTES)),
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
        id
    }

    /// Sets an appointment's status.
    pub async fn set_appointment_mode(&self, appointment: Id, mode: &'static str) {
        self.sql(move |conn| {
            diesel::update(appointments::table.find(appointment)).set(appointments::mode.eq(mode)).execute(conn)?;
            Ok(())
        })
        .await;
    }

    pub async fn set_appointment_status(&self, appointment: Id, status: &'static str) {
        self.sql(move |conn| {
            diesel::update(appointments::table.find(appointment)).set(appointments::status.eq(status)).execute(conn)?;
            Ok(())
        })
        .await;
    }
}
