//! The statements about directory entries.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::{Affiliation, Discipline, Gender, Profile, Specialism};
use crate::schema::{clinician_languages, clinician_specialisms, clinicians};
use people::Role;
use people::accounts::identity::{self, ChangedBy, IdentityKind};
use people::accounts::queries as accounts;
use people::practitioners::details::registration_key;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::on;
use platform::private::Private;
use platform::seal::{Place, Sealer, log_unreadable};
use reference::workforce::model::{NmcProfession, Region, RegistrationBody};

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

/// The content of `details`, sealed.
#[derive(Default, Serialize, Deserialize)]
struct Details {
    employer_ods: Option<String>,
    registration_body: Option<RegistrationBody>,
    registration_number: Option<String>,
    #[serde(default)]
    nmc_profession: Option<NmcProfession>,
    #[serde(default)]
    video_link: Option<String>,
}

/// A directory entry with its version.
#[derive(Debug, Clone)]
pub struct Entry {
    pub profile: Profile,
    pub version: i32,
    /// Whether the account is open.
    pub active: bool,
}

/// The entry of this clinician.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Entry>> {
    Ok(find_all(tx, &[id])?.remove(&id))
}

/// The link to a clinician's own video room, if they have one.
pub fn video_link(tx: &mut Tx, id: Id) -> Result<Option<Private<String>>> {
    let sealed: Option<Vec<u8>> = clinicians::table.find(id).select(clinicians::details).get_result(tx.conn).optional()?;
    let Some(sealed) = sealed else { return Ok(None) };
    let details: Details = tx.sealer.open_json(Place(DETAILS, id), &sealed)?;
    Ok(details.video_link.map(Private::new))
}

/// The entries of these clinicians, without those that cannot be decrypted.
pub fn find_readable(tx: &mut Tx, ids: &[Id]) -> Result<BTreeMap<Id, Entry>> {
    let mut remaining = ids.to_vec();
    loop {
        match find_all(tx, &remaining) {
            Err(error) => {
                let unreadable = log_unreadable(error)?;
                remaining.retain(|id| *id != unreadable);
            }
            found => return found,
        }
    }
}

/// The entries of these clinicians.
pub fn find_all(tx: &mut Tx, ids: &[Id]) -> Result<BTreeMap<Id, Entry>> {
    let rows: Vec<Row> = clinicians::table.filter(clinicians::id.eq_any(ids.to_vec())).select(Row::as_select()).load(tx.conn)?;
    let open = accounts::active_among(tx, ids, Role::Clinician)?;
    let specialisms: Vec<(Id, Specialism)> = clinician_specialisms::table
        .filter(clinician_specialisms::clinician_id.eq_any(ids.to_vec()))
        .order((clinician_specialisms::clinician_id, clinician_specialisms::specialism))
        .select((clinician_specialisms::clinician_id, clinician_specialisms::specialism))
        .load(tx.conn)?;
    let languages: Vec<(Id, String)> = clinician_languages::table
        .filter(clinician_languages::clinician_id.eq_any(ids.to_vec()))
        .order((clinician_languages::clinician_id, clinician_languages::language))
        .select((clinician_languages::clinician_id, clinician_languages::language))
        .load(tx.conn)?;
    let mut entries = BTreeMap::new();
    for row in rows {
        let active = open.contains(&row.id);
        entries.insert(row.id, unseal(tx.sealer, row, active)?);
    }
    for (id, specialism) in specialisms {
        entries.entry(id).and_modify(|entry: &mut Entry| entry.profile.specialisms.push(specialism));
    }
    for (id, language) in languages {
        entries.entry(id).and_modify(|entry: &mut Entry| entry.profile.languages.push(language));
    }
    Ok(entries)
}

/// Unseals a clinician's name.
pub fn open_name(sealer: &Sealer, id: Id, sealed: &[u8]) -> Result<Private<String>> {
    Ok(sealer.open_text(Place(NAME, id), sealed)?.into())
}

/// The names of these clinicians, still sealed, so that one which cannot be decrypted fails only where it is shown.
pub fn sealed_names(tx: &mut Tx, ids: &[Id]) -> Result<BTreeMap<Id, Vec<u8>>> {
    let rows = clinicians::table.filter(clinicians::id.eq_any(ids.to_vec()));
    Ok(rows.select((clinicians::id, clinicians::name)).load::<(Id, Vec<u8>)>(tx.conn)?.into_iter().collect())
}

fn unseal(sealer: &Sealer, row: Row, active: bool) -> Result<Entry> {
    let details: Details = sealer.open_json(Place(DETAILS, row.id), &row.details)?;
    let affiliation = Affiliation {
        employer_ods: details.employer_ods.map(Private::new),
        registration: details.registration_body.zip(details.registration_number.map(Private::new)),
        nmc_profession: details.nmc_profession,
    };
    let profile = Profile {
        id: row.id,
        name: open_name(sealer, row.id, &row.name)?,
        discipline: row.discipline,
        gender: row.gender,
        languages: Vec::new(),
        specialisms: Vec::new(),
        region: row.region,
        place: row.place,
        biography: row.biography,
        affiliation,
        video_link: details.video_link.map(Private::new),
        listed: row.listed,
    };
    Ok(Entry { profile, version: row.version, active })
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = clinicians, treat_none_as_null = true)]
struct StoredEntry {
    id: Id,
    name: Vec<u8>,
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

/// Stores an entry, replacing the one of version `present` if there is one, and records the identity details by which conflicts
/// are found, as set by `by`.
///
/// # Errors
/// When the database or sealing fails.
pub fn save(tx: &mut Tx, profile: &Profile, present: Option<i32>, by: ChangedBy<'_>) -> Result<()> {
    let row = seal(tx.sealer, profile, present.unwrap_or(0) + 1, tx.now)?;
    if present.is_some() {
        diesel::update(clinicians::table.find(profile.id)).set(row).execute(tx.conn)?;
    } else {
        diesel::insert_into(clinicians::table).values(row).execute(tx.conn)?;
    }
    diesel::delete(clinician_specialisms::table.filter(clinician_specialisms::clinician_id.eq(profile.id))).execute(tx.conn)?;
    diesel::delete(clinician_languages::table.filter(clinician_languages::clinician_id.eq(profile.id))).execute(tx.conn)?;
    for specialism in &profile.specialisms {
        let row = (clinician_specialisms::clinician_id.eq(profile.id), clinician_specialisms::specialism.eq(specialism));
        diesel::insert_into(clinician_specialisms::table).values(row).execute(tx.conn)?;
    }
    let languages: Vec<_> = profile
        .languages
        .iter()
        .map(|language| (clinician_languages::clinician_id.eq(profile.id), clinician_languages::language.eq(language)))
        .collect();
    if !languages.is_empty() {
        on!(tx.conn, |inner| diesel::insert_into(clinician_languages::table).values(&languages).execute(inner))?;
    }
    record_identity(tx, profile, by)
}

fn record_identity(tx: &mut Tx, profile: &Profile, by: ChangedBy<'_>) -> Result<()> {
    let (id, affiliation) = (profile.id, &profile.affiliation);
    let registration = affiliation.registration.as_ref().map(|(body, number)| registration_key(*body, number.reveal()));
    let employer = affiliation.employer_ods.as_ref().map(|code| code.reveal().as_str());
    for (kind, value) in [
        (IdentityKind::DirectoryName, Some(profile.name.reveal().as_str())),
        (IdentityKind::Registration, registration.as_deref()),
        (IdentityKind::Employer, employer),
        (IdentityKind::Discipline, Some(profile.discipline.as_str())),
    ] {
        identity::set_current(tx, id, kind, value, by)?;
    }
    Ok(())
}

fn seal(sealer: &Sealer, profile: &Profile, version: i32, now: UtcTime) -> Result<StoredEntry> {
    let (id, affiliation) = (profile.id, &profile.affiliation);
    let employer = affiliation.employer_ods.as_ref().map(|code| code.reveal().as_str());
    let registration = affiliation.registration.as_ref().map(|(body, number)| (*body, number.reveal().as_str()));
    let details = Details {
        employer_ods: employer.map(str::to_owned),
        registration_body: registration.map(|(body, _)| body),
        registration_number: registration.map(|(_, number)| number.to_owned()),
        nmc_profession: affiliation.nmc_profession,
        video_link: profile.video_link.as_ref().map(|link| link.reveal().clone()),
    };
    Ok(StoredEntry {
        id,
        name: sealer.seal_text(Place(NAME, id), profile.name.reveal())?,
        discipline: profile.discipline,
        gender: profile.gender,
        region: profile.region,
        place: profile.place.clone(),
        biography: profile.biography.clone(),
        details: sealer.seal_json(Place(DETAILS, id), &details)?,
        employer_index: employer.map(|code| identity::employer_index(sealer, code)),
        registration_index: registration
            .map(|(body, number)| sealer.blind_index("registration", &registration_key(body, number))),
        listed: profile.listed,
        version,
        updated_at: now,
    })
}

/// Locks a clinician's entry until the transaction ends; `None` when there is none.
pub fn lock_clinician(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    Ok(platform::lock_row!(tx.conn, clinicians, id)?)
}

/// Those of these accounts whose directory entries are visible to practitioners.
pub fn listed(tx: &mut Tx, accounts: &[Id]) -> Result<Vec<Id>> {
    let visible = clinicians::table.filter(clinicians::id.eq_any(accounts.to_vec())).filter(clinicians::listed.eq(true));
    Ok(visible.select(clinicians::id).load(tx.conn)?)
}

/// Whether practitioners can find a clinician: the entry is listed, and the account is open.
pub fn can_be_found(tx: &mut Tx, id: Id) -> Result<bool> {
    let visible = listed(tx, &[id])?;
    Ok(!accounts::active_among(tx, &visible, Role::Clinician)?.is_empty())
}

/// Whether the directory holds a registration of this clinician: one that a second administrator has approved.
pub fn is_registered(tx: &mut Tx, id: Id) -> Result<bool> {
    let registered = clinicians::table.filter(clinicians::id.eq(id)).filter(clinicians::registration_index.is_not_null());
    Ok(registered.select(clinicians::id).first::<Id>(tx.conn).optional()?.is_some())
}

/// Every clinician with an entry.
pub fn all_ids(tx: &mut Tx) -> Result<Vec<Id>> {
    Ok(clinicians::table.select(clinicians::id).load(tx.conn)?)
}

/// The disciplines of the clinicians who have an entry and an open account, one for each.
pub fn disciplines_in_service(tx: &mut Tx) -> Result<Vec<Discipline>> {
    let entries: Vec<(Id, Discipline)> = clinicians::table.select((clinicians::id, clinicians::discipline)).load(tx.conn)?;
    let ids: Vec<Id> = entries.iter().map(|(id, _)| *id).collect();
    let open = accounts::active_among(tx, &ids, Role::Clinician)?;
    Ok(entries.into_iter().filter(|(id, _)| open.contains(id)).map(|(_, discipline)| discipline).collect())
}
