//! How people in a group may know each other: by lists of colleagues to avoid, and by employer.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::access::registration::queries as registration;
use crate::care::groups::model::{Marks, Openness, Somebody};
use crate::platform::db::Conn;
use crate::platform::db::schema::{blocked_colleagues, clinicians, practitioners};
use crate::platform::error::Result;
use crate::platform::ids::Id;
use crate::platform::seal::Sealer;

/// These practitioners, as others may know them.
pub fn practitioners_as_known(conn: &mut Conn, sealer: &Sealer, people: &[(Id, Openness)]) -> Result<Vec<Somebody>> {
    let ids: Vec<Id> = people.iter().map(|(id, _)| *id).collect();
    let mut avoids = lists(conn, &ids)?;
    let indexes: Vec<(Id, Option<String>, Option<String>)> = practitioners::table
        .filter(practitioners::id.eq_any(ids))
        .select((practitioners::id, practitioners::registration_index, practitioners::employer_index))
        .load(conn)?;
    let mut indexes: BTreeMap<Id, (Option<String>, Option<String>)> =
        indexes.into_iter().map(|(id, registration, employer)| (id, (registration, employer))).collect();
    let mut known = Vec::new();
    for (id, meets) in people {
        let Some(person) = registration::open(conn, sealer, *id)? else { continue };
        let (registration, employer) = indexes.remove(id).unwrap_or_default();
        let name = Some(sealer.blind_index("name", &person.told.legal_name));
        known.push(Somebody {
            id: *id,
            marks: Marks { account: Some(*id), registration, name },
            employer,
            avoids: avoids.remove(id).unwrap_or_default(),
            meets: *meets,
            facilitates: false,
        });
    }
    Ok(known)
}

type Listed = (Id, Option<Id>, Option<String>, Option<String>);

/// Those on these practitioners' lists of colleagues to avoid.
fn lists(conn: &mut Conn, practitioners: &[Id]) -> Result<BTreeMap<Id, Vec<Marks>>> {
    let rows: Vec<Listed> = blocked_colleagues::table
        .filter(blocked_colleagues::practitioner_id.eq_any(practitioners.to_vec()))
        .select((
            blocked_colleagues::practitioner_id,
            blocked_colleagues::clinician_id,
            blocked_colleagues::registration_index,
            blocked_colleagues::name_index,
        ))
        .load(conn)?;
    let mut lists: BTreeMap<Id, Vec<Marks>> = BTreeMap::new();
    for (practitioner, account, registration, name) in rows {
        lists.entry(practitioner).or_default().push(Marks { account, registration, name });
    }
    Ok(lists)
}

/// These facilitators, as others may know them.
pub fn facilitators_as_known(conn: &mut Conn, people: &[(Id, Openness)]) -> Result<Vec<Somebody>> {
    let ids: Vec<Id> = people.iter().map(|(id, _)| *id).collect();
    let rows: Vec<(Id, Option<String>, String, Option<String>)> = clinicians::table
        .filter(clinicians::id.eq_any(ids))
        .select((clinicians::id, clinicians::registration_index, clinicians::name_index, clinicians::employer_index))
        .load(conn)?;
    let somebody = |(id, registration, name, employer): (Id, Option<String>, String, Option<String>)| Somebody {
        id,
        marks: Marks { account: Some(id), registration, name: Some(name) },
        employer,
        avoids: Vec::new(),
        meets: people.iter().find(|(known, _)| *known == id).map_or(Openness::StrangersOnly, |(_, meets)| *meets),
        facilitates: true,
    };
    Ok(rows.into_iter().map(somebody).collect())
}
