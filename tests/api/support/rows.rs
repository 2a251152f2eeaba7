//! Rows that stand in for what other people did.

use chrono::TimeDelta;
use confide::identity::Role;
use confide::platform::db::schema::{appointments, blocked_colleagues, practitioners, slots};
use confide::platform::ids::{Id, UtcTime};
use diesel::prelude::*;

use super::actors::Actor;
use super::app::TestApp;

/// Somebody who seeks help, registered and covered.
pub async fn practitioner(app: &TestApp, name: &str, employer: Option<&str>) -> Actor {
    let actor = app.staff(name, Role::Practitioner).await;
    let (id, now) = (actor.id, app.now());
    let employer = employer.map(|code| app.platform.sealer.blind_index("employer", code));
    app.sql(move |conn| {
        diesel::insert_into(practitioners::table)
            .values((
                practitioners::id.eq(id),
                practitioners::reference.eq(format!("T-{}", &id.to_string()[24..])),
                practitioners::pathway.eq("in_care"),
                practitioners::decision.eq("eligible"),
                practitioners::decided_at.eq(now),
                practitioners::details.eq(Vec::new()),
                practitioners::employer_index.eq(employer.clone()),
                practitioners::version.eq(1),
                practitioners::created_at.eq(now),
                practitioners::updated_at.eq(now),
            ))
            .execute(conn)?;
        Ok(())
    })
    .await;
    actor
}

/// A practitioner's block of a colleague by one of: the clinician, the registration ("gmc 1234567"), the name.
pub async fn block(app: &TestApp, practitioner: Id, clinician: Option<Id>, registration: Option<&str>, name: Option<&str>) {
    let (sealer, now) = (app.platform.sealer.clone(), app.now());
    let registration = registration.map(|value| sealer.blind_index("registration", value));
    let name = name.map(|value| sealer.blind_index("name", value));
    app.sql(move |conn| {
        diesel::insert_into(blocked_colleagues::table)
            .values((
                blocked_colleagues::id.eq(Id::new(now)),
                blocked_colleagues::practitioner_id.eq(practitioner),
                blocked_colleagues::clinician_id.eq(clinician),
                blocked_colleagues::registration_index.eq(registration.clone()),
                blocked_colleagues::name_index.eq(name.clone()),
                blocked_colleagues::details.eq(Vec::new()),
                blocked_colleagues::created_at.eq(now),
            ))
            .execute(conn)?;
        Ok(())
    })
    .await;
}

/// A live appointment in the clinician's slot that starts then.
pub async fn appointment(app: &TestApp, practitioner: Id, clinician: Id, starts_at: &str) -> Id {
    let (starts_at, now): (UtcTime, _) = (time(starts_at), app.now());
    app.sql(move |conn| {
        let slot: (Id, UtcTime, String, String) = slots::table
            .filter(slots::clinician_id.eq(clinician).and(slots::starts_at.eq(starts_at)))
            .select((slots::id, slots::ends_at, slots::kind, slots::mode))
            .get_result(conn)?;
        diesel::update(slots::table.find(slot.0)).set(slots::state.eq("booked")).execute(conn)?;
        let id = Id::new(now);
        diesel::insert_into(appointments::table)
            .values((
                appointments::id.eq(id),
                appointments::slot_id.eq(slot.0),
                appointments::practitioner_id.eq(practitioner),
                appointments::clinician_id.eq(clinician),
                appointments::kind.eq(slot.2),
                appointments::mode.eq(slot.3),
                appointments::starts_at.eq(starts_at),
                appointments::ends_at.eq(slot.1),
                appointments::status.eq("booked"),
                appointments::booked_by.eq(practitioner),
                appointments::moves.eq(0),
                appointments::version.eq(1),
                appointments::created_at.eq(now),
                appointments::updated_at.eq(now),
            ))
            .execute(conn)?;
        Ok(id)
    })
    .await
}

/// A hold of five minutes on the clinician's slot that starts then.
pub async fn hold(app: &TestApp, practitioner: Id, clinician: Id, starts_at: &str) {
    let (starts_at, until) = (time(starts_at), app.now() + TimeDelta::minutes(5));
    app.sql(move |conn| {
        diesel::update(slots::table.filter(slots::clinician_id.eq(clinician).and(slots::starts_at.eq(starts_at))))
            .set((slots::held_by.eq(Some(practitioner)), slots::held_until.eq(Some(until))))
            .execute(conn)?;
        Ok(())
    })
    .await;
}

/// Every slot there is: start, end, state, in order of clinician and time.
pub async fn all_slots(app: &TestApp) -> Vec<(Id, UtcTime, UtcTime, String)> {
    app.sql(|conn| {
        let columns = (slots::clinician_id, slots::starts_at, slots::ends_at, slots::state);
        Ok(slots::table.order((slots::clinician_id, slots::starts_at)).select(columns).load(conn)?)
    })
    .await
}

fn time(text: &str) -> UtcTime {
    UtcTime::from(text.parse::<chrono::DateTime<chrono::Utc>>().unwrap())
}
