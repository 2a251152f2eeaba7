//! Every statement about directory entries.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::{Affiliation, Discipline, Gender, Profile, Specialism};
use crate::access::workforce::model::{Region, RegistrationBody};
use crate::on;
use crate::platform::db::Conn;
use crate::platform::db::schema::{accounts, clinician_languages, clinician_specialisms, clinicians};
use crate::platform::error::Result;
use crate::platform::ids::{Id, UtcTime};
use crate::platform::private::Private;
use crate::platform::seal::{Place, Sealer, left_out};

const NAME: &str = "clinicians.name";
const DETAILS: &str = "clinicians.details";

#[derive(Queryable, Selectable)]
#[diesel(table_name = clinicians)]
struct Row {
    id: Id,
    name: Vec<u8>,
    discipline: Discipline,
    gender: Gender,
    region: Region,
    place: String,
    biography: String,
    details: Vec<u8>,
    listed: bool,
    version: i32,
}

/// What `details` holds, sealed.
#[derive(Default, Serialize, Deserialize)]
struct Details {
    employer_ods: Option<String>,
    registration_body: Option<RegistrationBody>,
    registration_number: Option<String>,
}

/// An entry with its version.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The entry.
    pub profile: Profile,
    /// Counts changes.
    pub version: i32,
    /// Whether the account is open.
    pub active: bool,
}

/// The entry of one clinician.
pub fn find(conn: &mut Conn, sealer: &Sealer, id: Id) -> Result<Option<Entry>> {
    Ok(find_all(conn, sealer, &[id])?.remove(&id))
}

/// The present version of an entry, if there is one.
pub fn version(conn: &mut Conn, id: Id) -> Result<Option<i32>> {
    Ok(clinicians::table.find(id).select(clinicians::version).get_result(conn).optional()?)
}

/// The entries of these clinicians, but for those that cannot be read.
pub fn find_readable(conn: &mut Conn, sealer: &Sealer, ids: &[Id]) -> Result<BTreeMap<Id, Entry>> {
    let mut wanted = ids.to_vec();
    loop {
        match find_all(conn, sealer, &wanted) {
            Err(error) => {
                let unreadable = left_out(error)?;
                wanted.retain(|id| *id != unreadable);
            }
            found => return found,
        }
    }
}

/// The entries of these clinicians.
pub fn find_all(conn: &mut Conn, sealer: &Sealer, ids: &[Id]) -> Result<BTreeMap<Id, Entry>> {
    let rows: Vec<(Row, bool)> = clinicians::table
        .inner_join(accounts::table)
        .filter(clinicians::id.eq_any(ids.to_vec()))
        .select((Row::as_select(), accounts::active))
        .load(conn)?;
    let specialisms: Vec<(Id, Specialism)> = clinician_specialisms::table
        .filter(clinician_specialisms::clinician_id.eq_any(ids.to_vec()))
        .order((clinician_specialisms::clinician_id, clinician_specialisms::specialism))
        .select((clinician_specialisms::clinician_id, clinician_specialisms::specialism))
        .load(conn)?;
    let languages: Vec<(Id, String)> = clinician_languages::table
        .filter(clinician_languages::clinician_id.eq_any(ids.to_vec()))
        .order((clinician_languages::clinician_id, clinician_languages::language))
        .select((clinician_languages::clinician_id, clinician_languages::language))
        .load(conn)?;
    let mut entries = BTreeMap::new();
    for (row, active) in rows {
        entries.insert(row.id, unseal(sealer, row, active)?);
    }
    for (id, specialism) in specialisms {
        entries.entry(id).and_modify(|entry: &mut Entry| entry.profile.specialisms.push(specialism));
    }
    for (id, language) in languages {
        entries.entry(id).and_modify(|entry: &mut Entry| entry.profile.languages.push(language));
    }
    Ok(entries)
}

fn unseal(sealer: &Sealer, row: Row, active: bool) -> Result<Entry> {
    let details: Details = sealer.open_json(Place(DETAILS, row.id), &row.details)?;
    let affiliation = Affiliation {
        employer_ods: details.employer_ods.map(Private::new),
        registration: details.registration_body.zip(details.registration_number.map(Private::new)),
    };
    let profile = Profile {
        id: row.id,
        name: sealer.open_text(Place(NAME, row.id), &row.name)?.into(),
        discipline: row.discipline,
        gender: row.gender,
        languages: Vec::new(),
        specialisms: Vec::new(),
        region: row.region,
        place: row.place,
        biography: row.biography,
        affiliation,
        listed: row.listed,
    };
    Ok(Entry { profile, version: row.version, active })
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = clinicians, treat_none_as_null = true)]
struct Kept {
    id: Id,
    name: Vec<u8>,
    name_index: String,
    discipline: Discipline,
    gender: Gender,
    region: Region,
    place: String,
    biography: String,
    details: Vec<u8>,
    employer_index: Option<String>,
    registration_index: Option<String>,
    listed: bool,
    version: i32,
    updated_at: UtcTime,
}

/// Keeps an entry, in place of the one of version `present` if there is one.
///
/// # Errors
/// When the database refuses or nothing can be sealed.
pub fn save(conn: &mut Conn, sealer: &Sealer, profile: &Profile, present: Option<i32>, now: UtcTime) -> Result<()> {
    let kept = seal(sealer, profile, present.unwrap_or(0) + 1, now)?;
    if present.is_some() {
        diesel::update(clinicians::table.find(profile.id)).set(kept).execute(conn)?;
    } else {
        diesel::insert_into(clinicians::table).values(kept).execute(conn)?;
    }
    diesel::delete(clinician_specialisms::table.filter(clinician_specialisms::clinician_id.eq(profile.id))).execute(conn)?;
    diesel::delete(clinician_languages::table.filter(clinician_languages::clinician_id.eq(profile.id))).execute(conn)?;
    for specialism in &profile.specialisms {
        let row = (clinician_specialisms::clinician_id.eq(profile.id), clinician_specialisms::specialism.eq(specialism));
        diesel::insert_into(clinician_specialisms::table).values(row).execute(conn)?;
    }
    let languages: Vec<_> = profile
        .languages
        .iter()
        .map(|language| (clinician_languages::clinician_id.eq(profile.id), clinician_languages::language.eq(language)))
        .collect();
    if !languages.is_empty() {
        on!(conn, |inner| diesel::insert_into(clinician_languages::table).values(&languages).execute(inner))?;
    }
    Ok(())
}

fn seal(sealer: &Sealer, profile: &Profile, version: i32, now: UtcTime) -> Result<Kept> {
    let (id, affiliation) = (profile.id, &profile.affiliation);
    let employer = affiliation.employer_ods.as_ref().map(|code| code.reveal().as_str());
    let registration = affiliation.registration.as_ref().map(|(body, number)| (*body, number.reveal().as_str()));
    let details = Details {
        employer_ods: employer.map(str::to_owned),
        registration_body: registration.map(|(body, _)| body),
        registration_number: registration.map(|(_, number)| number.to_owned()),
    };
    Ok(Kept {
        id,
        name: sealer.seal_text(Place(NAME, id), profile.name.reveal())?,
        name_index: sealer.blind_index("name", profile.name.reveal()),
        discipline: profile.discipline,
        gender: profile.gender,
        region: profile.region,
        place: profile.place.clone(),
        biography: profile.biography.clone(),
        details: sealer.seal_json(Place(DETAILS, id), &details)?,
        employer_index: employer.map(|code| sealer.blind_index("employer", code)),
        registration_index: registration
            .map(|(body, number)| sealer.blind_index("registration", &format!("{} {number}", body.as_str()))),
        listed: profile.listed,
        version,
        updated_at: now,
    })
}
