//! Every statement about the caseload: who is on a page of it, and whom they were with.

use std::collections::BTreeMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use people::practitioners::model::Pathway;
use people::schema::practitioners;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use scheduling::booking::model::AppointmentStatus;
use scheduling::calendar::model::Kind;
use scheduling::schema::appointments;

/// Who is listed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only the one with this reference.
    pub reference: Option<String>,
    /// Only those who stand here.
    pub pathway: Option<Pathway>,
    /// Only those of these ids.
    pub among: Option<Vec<Id>>,
    /// Never those of these ids.
    pub hidden: Vec<Id>,
    /// Only those who were seen, but not since then.
    pub seen_before: Option<UtcTime>,
    /// Only those who registered before this one.
    pub before: Option<Id>,
}

/// The people whom a filter lets through, who registered last at the top.
pub fn page(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Vec<Id>> {
    let mut query = practitioners::table.select(practitioners::id).into_boxed();
    if let Some(reference) = &filter.reference {
        query = query.filter(practitioners::reference.eq(reference.clone()));
    }
    if let Some(pathway) = filter.pathway {
        query = query.filter(practitioners::pathway.eq(pathway));
    }
    if let Some(among) = &filter.among {
        query = query.filter(practitioners::id.eq_any(among.clone()));
    }
    if !filter.hidden.is_empty() {
        query = query.filter(practitioners::id.ne_all(filter.hidden.clone()));
    }
    if let Some(then) = filter.seen_before {
        let seen = || {
            appointments::table
                .filter(appointments::practitioner_id.eq(practitioners::id))
                .filter(appointments::status.eq(AppointmentStatus::Attended))
                .select(appointments::id)
        };
        query = query
            .filter(exists(seen().filter(appointments::starts_at.lt(then))))
            .filter(not(exists(seen().filter(appointments::starts_at.ge(then)))));
    }
    if let Some(before) = filter.before {
        query = query.filter(practitioners::id.lt(before));
    }
    Ok(query.order(practitioners::id.desc()).limit(limit).load(tx.conn)?)
}

/// An appointment, as far as a list of people shows it.
#[derive(Debug, Clone, Copy)]
pub struct Encounter {
    /// When it begins.
    pub starts_at: UtcTime,
    /// With whom.
    pub clinician: Id,
    /// What it is for.
    pub kind: Kind,
}

/// The last appointment that somebody came to, and the next one that is booked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Encounters {
    /// The last one attended.
    pub last: Option<Encounter>,
    /// The next one booked.
    pub next: Option<Encounter>,
}

/// Those of these people, in one statement.
pub fn encounters(tx: &mut Tx, people: &[Id]) -> Result<BTreeMap<Id, Encounters>> {
    let booked = appointments::status.eq(AppointmentStatus::Booked).and(appointments::starts_at.gt(tx.now));
    let rows: Vec<(Id, UtcTime, Id, Kind, AppointmentStatus)> = appointments::table
        .filter(appointments::practitioner_id.eq_any(people.to_vec()))
        .filter(appointments::status.eq(AppointmentStatus::Attended).or(booked))
        .select((
            appointments::practitioner_id,
            appointments::starts_at,
            appointments::clinician_id,
            appointments::kind,
            appointments::status,
        ))
        .order((appointments::starts_at, appointments::id))
        .load(tx.conn)?;
    let mut found: BTreeMap<Id, Encounters> = BTreeMap::new();
    for (person, starts_at, clinician, kind, status) in rows {
        let (own, one) = (found.entry(person).or_default(), Encounter { starts_at, clinician, kind });
        if status == AppointmentStatus::Attended {
            own.last = Some(one);
        } else if own.next.is_none() {
            own.next = Some(one);
        }
    }
    Ok(found)
}
