//! SQL statements about practitioners and the colleagues they block.

pub mod comparing;
pub mod deaths;
pub mod gp;
pub mod listing;
pub mod parts;
pub mod pathway_changes;
pub mod registered;

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::details::{ColleagueRelationship, RegistrationDetails};
use super::model::{EligibilityDecision, Pathway};
use crate::accounts;
use crate::accounts::identity;
use crate::accounts::identity::{IdentityKind, IndexOwner};
use crate::practitioners::rules::format_reference;
use crate::relationships::episodes;
use crate::relationships::model::DischargeReason;
use crate::schema::{blocked_colleague_keys, blocked_colleagues, practitioners};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::names;
use platform::on;
use platform::private::Private;
use platform::seal::{Opened, Place, Sealer, fill_random, readable};
use reference::workforce::model::RegistrationBody;

const DETAILS: &str = "practitioners.details";
const BLOCKED: &str = "blocked_colleagues.details";

/// A practitioner with their personal data, decrypted.
#[derive(Debug, Clone)]
pub struct RegisteredPractitioner {
    /// The id of the practitioner and of their account.
    pub id: Id,
    /// The code that is used in place of the name.
    pub reference: String,
    /// The name they want to be called by; the reference where they chose none.
    pub pseudonym: String,
    pub pathway: Pathway,
    /// The last eligibility decision.
    pub decision: EligibilityDecision,
    pub decided_at: UtcTime,
    /// Their registration details.
    pub details: RegistrationDetails,
    /// When they registered.
    pub created_at: UtcTime,
    pub version: i32,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = practitioners)]
struct Row {
    id: Id,
    reference: String,
    pathway: Pathway,
    decision: EligibilityDecision,
    decided_at: UtcTime,
    details: Vec<u8>,
    created_at: UtcTime,
    version: i32,
}

/// Locks a practitioner's row until the transaction ends, so that requests about one practitioner are decided one after the other, and
/// reads their pathway.
pub fn lock_practitioner(tx: &mut Tx, practitioner: Id) -> Result<Option<Pathway>> {
    let locked = platform::lock_row!(tx.conn, practitioners, practitioner)?;
    // Read also when there is no such practitioner: a 404 takes the same time for every reason.
    Ok(pathway(tx, practitioner)?.filter(|_| locked.is_some()))
}

/// A practitioner's pathway.
pub fn pathway(tx: &mut Tx, practitioner: Id) -> Result<Option<Pathway>> {
    Ok(practitioners::table.find(practitioner).select(practitioners::pathway).get_result(tx.conn).optional()?)
}

/// When the death of a practitioner was recorded, while they are recorded as dead: their care ended with it, and no one has readmitted
/// them since. A death that was recorded in error stays in the record; who was readmitted after it is alive.
pub fn died_at(tx: &mut Tx, practitioner: Id) -> Result<Option<UtcTime>> {
    let is_discharged = pathway(tx, practitioner)? == Some(Pathway::Discharged);
    let end = episodes::last_end(tx, practitioner)?;
    Ok(end.filter(|(_, reason)| is_discharged && *reason == DischargeReason::Died).map(|(at, _)| at))
}

/// The last eligibility decision on a practitioner's registration.
pub fn decision(tx: &mut Tx, practitioner: Id) -> Result<Option<EligibilityDecision>> {
    Ok(practitioners::table.find(practitioner).select(practitioners::decision).get_result(tx.conn).optional()?)
}

/// Changes a practitioner's pathway and records the change.
pub fn set_pathway(tx: &mut Tx, practitioner: Id, pathway: Pathway) -> Result<()> {
    if self::pathway(tx, practitioner)? != Some(pathway) {
        pathway_changes::record(tx, practitioner, pathway)?;
    }
    diesel::update(practitioners::table.find(practitioner))
        .set((
            practitioners::pathway.eq(pathway),
            practitioners::updated_at.eq(tx.now),
            practitioners::version.eq(practitioners::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A reference that is not in use. Two requests may draw the same one at the same moment; the unique index then refuses the
/// second.
pub fn new_reference(tx: &mut Tx) -> Result<String> {
    for _ in 0..8 {
        let mut bytes = [0; 5];
        fill_random(&mut bytes);
        let reference = format_reference(bytes);
        let taken = practitioners::table.filter(practitioners::reference.eq(&reference)).select(practitioners::id);
        if taken.get_result::<Id>(tx.conn).optional()?.is_none() {
            return Ok(reference);
        }
    }
    Err(Error::unavailable("every reference that was drawn is in use"))
}

/// Adds a practitioner. Their account must exist.
pub fn insert(tx: &mut Tx, id: Id, reference: &str, decision: EligibilityDecision, details: &RegistrationDetails) -> Result<()> {
    diesel::insert_into(practitioners::table)
        .values((
            practitioners::id.eq(id),
            practitioners::reference.eq(reference),
            practitioners::pathway.eq(decision.pathway()),
            practitioners::decision.eq(decision),
            practitioners::decided_at.eq(tx.now),
            practitioners::details.eq(tx.sealer.seal_json(Place(DETAILS, id), details)?),
            practitioners::version.eq(1),
            practitioners::created_at.eq(tx.now),
            practitioners::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    pathway_changes::record(tx, id, decision.pathway())?;
    set_identity(tx, id, details)?;
    gp::record_from_registration(tx, id, details.consents.gp_sharing)
}

/// Stores the identity by which the practitioner is recognised as a member of staff who seeks help.
fn set_identity(tx: &mut Tx, id: Id, details: &RegistrationDetails) -> Result<()> {
    identity::set_current(tx, id, IdentityKind::LegalName, Some(&details.legal_name), Some(id))?;
    identity::set_current(tx, id, IdentityKind::PractitionerRegistration, details.registration_key().as_deref(), Some(id))?;
    identity::set_current(tx, id, IdentityKind::Employer, details.employer_ods.as_deref(), Some(id))
}

/// Removes the employers' indexes that version 0.2 stored with practitioners and that were equal to those of staff; returns how many. The
/// identity history has the employer.
pub fn remove_employer_indexes(tx: &mut Tx) -> Result<usize> {
    let rows: Vec<(Id, Vec<u8>)> = practitioners::table
        .filter(practitioners::employer_index.gt(Some(String::new())))
        .select((practitioners::id, practitioners::details))
        .load(tx.conn)?;
    for (id, details) in &rows {
        let details: RegistrationDetails = tx.sealer.open_json(Place(DETAILS, *id), details)?;
        set_identity(tx, *id, &details)?;
        diesel::update(practitioners::table.find(id))
            .set((practitioners::employer_index.eq(None::<String>), practitioners::registration_index.eq(None::<String>)))
            .execute(tx.conn)?;
    }
    Ok(rows.len())
}

/// Replaces a practitioner's registration details.
pub fn set_details(tx: &mut Tx, id: Id, details: &RegistrationDetails) -> Result<()> {
    diesel::update(practitioners::table.find(id))
        .set((
            practitioners::details.eq(tx.sealer.seal_json(Place(DETAILS, id), details)?),
            practitioners::updated_at.eq(tx.now),
            practitioners::version.eq(practitioners::version + 1),
            practitioners::registration_compared.eq(false),
        ))
        .execute(tx.conn)?;
    set_identity(tx, id, details)?;
    gp::record_from_registration(tx, id, details.consents.gp_sharing)
}

/// Stores a new eligibility decision and the pathway that follows from it.
pub fn set_decision(tx: &mut Tx, id: Id, decision: EligibilityDecision) -> Result<()> {
    if pathway(tx, id)? != Some(decision.pathway()) {
        pathway_changes::record(tx, id, decision.pathway())?;
    }
    diesel::update(practitioners::table.find(id))
        .set((
            practitioners::decision.eq(decision),
            practitioners::pathway.eq(decision.pathway()),
            practitioners::decided_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A practitioner with their personal data.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<RegisteredPractitioner>> {
    let row: Option<Row> = practitioners::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let name = accounts::queries::names(tx, &[id])?.remove(&id);
    unseal(tx.sealer, row, name).map(Some)
}

/// The references of these practitioners.
pub fn references(tx: &mut Tx, ids: &[Id]) -> Result<BTreeMap<Id, String>> {
    let rows = practitioners::table.filter(practitioners::id.eq_any(ids.to_vec()));
    Ok(rows.select((practitioners::id, practitioners::reference)).load::<(Id, String)>(tx.conn)?.into_iter().collect())
}

/// The practitioner with this reference.
pub fn by_reference(tx: &mut Tx, reference: &str) -> Result<Option<Id>> {
    let found = practitioners::table.filter(practitioners::reference.eq(reference)).select(practitioners::id);
    Ok(found.get_result(tx.conn).optional()?)
}

/// When these practitioners registered.
pub fn registered_at(tx: &mut Tx, ids: &[Id]) -> Result<Vec<(Id, UtcTime)>> {
    let rows = practitioners::table.filter(practitioners::id.eq_any(ids.to_vec()));
    Ok(rows.select((practitioners::id, practitioners::created_at)).load(tx.conn)?)
}

/// When the first practitioner registered.
pub fn first_registered(tx: &mut Tx) -> Result<Option<UtcTime>> {
    let first = practitioners::table.order(practitioners::id).select(practitioners::created_at).limit(1);
    Ok(first.get_result(tx.conn).optional()?)
}

/// The reference and the pathway of each of these practitioners.
pub fn references_and_pathways(tx: &mut Tx, ids: &[Id]) -> Result<BTreeMap<Id, (String, Pathway)>> {
    let rows: Vec<(Id, String, Pathway)> = practitioners::table
        .filter(practitioners::id.eq_any(ids.to_vec()))
        .select((practitioners::id, practitioners::reference, practitioners::pathway))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(id, reference, pathway)| (id, (reference, pathway))).collect())
}

/// These practitioners with their personal data, the newest registration first, and the ids of those whose data cannot be
/// decrypted. It takes one statement for their rows and one for their names.
pub fn find_all(tx: &mut Tx, ids: &[Id]) -> Result<(Vec<RegisteredPractitioner>, Vec<Id>)> {
    let rows: Vec<Row> = practitioners::table
        .filter(practitioners::id.eq_any(ids.to_vec()))
        .order(practitioners::id.desc())
        .select(Row::as_select())
        .load(tx.conn)?;
    let (mut names, mut unreadable) = accounts::queries::readable_names(tx, ids)?;
    let nameless = unreadable.clone();
    let (people, others) = readable(rows.into_iter().filter(|row| !nameless.contains(&row.id)).map(|row| {
        let name = names.remove(&row.id);
        unseal(tx.sealer, row, name)
    }))?;
    unreadable.extend(others);
    Ok((people, unreadable))
}

fn unseal(sealer: &Sealer, row: Row, name: Option<Private<String>>) -> Result<RegisteredPractitioner> {
    let name = name.ok_or_else(|| Error::internal("a practitioner without an account"))?;
    Ok(RegisteredPractitioner {
        details: sealer.open_json(Place(DETAILS, row.id), &row.details)?,
        pseudonym: name.into_revealed(),
        id: row.id,
        reference: row.reference,
        pathway: row.pathway,
        decision: row.decision,
        decided_at: row.decided_at,
        created_at: row.created_at,
        version: row.version,
    })
}

/// What a practitioner knows about a colleague. It is stored encrypted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColleagueDetails {
    /// The register of the registration number.
    pub registration_body: Option<RegistrationBody>,
    pub registration_number: Option<String>,
    pub name: Option<String>,
    /// Their relationship to the practitioner.
    pub relationship: ColleagueRelationship,
    /// True when they were chosen among staff of every role, false when they were chosen in the directory of clinicians.
    #[serde(default)]
    pub any_role: bool,
}

platform::redacted_debug!(ColleagueDetails);

/// A colleague to be blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewBlockedColleague {
    /// The account of a clinician, or of a member of staff of another role.
    pub clinician: Option<Id>,
    /// What else the practitioner knows about them.
    #[serde(rename = "known")]
    pub details: ColleagueDetails,
}

/// A blocked colleague.
#[derive(Debug, Clone)]
pub struct BlockedColleagueEntry {
    /// The id of the entry.
    pub id: Id,
    /// A clinician of the service.
    pub clinician: Option<Id>,
    /// What else the practitioner knows about them.
    pub details: ColleagueDetails,
    /// When they were blocked.
    pub created_at: UtcTime,
}

/// The keys by which a blocked colleague is found: none, some or all of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColleagueKeys {
    clinician: Option<Id>,
    registration: Option<String>,
    name: Option<String>,
}

impl ColleagueKeys {
    /// The keys of a colleague.
    pub fn of(sealer: &Sealer, new: &NewBlockedColleague) -> Self {
        Self::new(sealer, new.clinician, &new.details)
    }

    fn new(sealer: &Sealer, clinician: Option<Id>, details: &ColleagueDetails) -> Self {
        let registration = details.registration_body.zip(details.registration_number.as_deref());
        let key = registration.map(|(body, number)| super::details::registration_key(body, number));
        Self {
            clinician,
            registration: key.map(|key| identity::registration_index(sealer, IndexOwner::BlockedColleague, &key)),
            name: details.name.as_deref().map(|name| identity::name_indexes(sealer, IndexOwner::BlockedColleague, name).0),
        }
    }

    /// True when each of these keys is among those of `others`, so that another entry would add nothing.
    pub fn all_covered_by(&self, others: &[ColleagueKeys]) -> bool {
        (self.clinician.is_none() || others.iter().any(|other| other.clinician == self.clinician))
            && (self.registration.is_none() || others.iter().any(|other| other.registration == self.registration))
            && (self.name.is_none() || others.iter().any(|other| other.name == self.name))
    }
}

/// The keys of every colleague a practitioner has blocked.
pub fn blocked_keys(tx: &mut Tx, practitioner: Id) -> Result<Vec<ColleagueKeys>> {
    let rows: Vec<(Option<Id>, Option<String>, Option<String>)> = blocked_colleagues::table
        .filter(blocked_colleagues::practitioner_id.eq(practitioner))
        .select((blocked_colleagues::clinician_id, blocked_colleagues::registration_index, blocked_colleagues::name_index))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(clinician, registration, name)| ColleagueKeys { clinician, registration, name }).collect())
}

/// Blocks a colleague.
pub fn block(tx: &mut Tx, practitioner: Id, new: &NewBlockedColleague) -> Result<BlockedColleagueEntry> {
    let id = Id::new(tx.now);
    let keys = ColleagueKeys::of(tx.sealer, new);
    diesel::insert_into(blocked_colleagues::table)
        .values((
            blocked_colleagues::id.eq(id),
            blocked_colleagues::practitioner_id.eq(practitioner),
            blocked_colleagues::clinician_id.eq(keys.clinician),
            blocked_colleagues::registration_index.eq(keys.registration),
            blocked_colleagues::name_index.eq(keys.name),
            blocked_colleagues::details.eq(tx.sealer.seal_json(Place(BLOCKED, id), &new.details)?),
            blocked_colleagues::created_at.eq(tx.now),
            blocked_colleagues::name_form.eq(names::COMPARISON_VERSION),
        ))
        .execute(tx.conn)?;
    add_name_keys(tx, id, new.details.name.as_deref())?;
    Ok(BlockedColleagueEntry { id, clinician: new.clinician, details: new.details.clone(), created_at: tx.now })
}

fn add_name_keys(tx: &mut Tx, entry: Id, name: Option<&str>) -> Result<()> {
    let keys = name.map(|name| identity::name_indexes(tx.sealer, IndexOwner::BlockedColleague, name).1).unwrap_or_default();
    let rows: Vec<_> = keys
        .into_iter()
        .map(|index| (blocked_colleague_keys::blocked_id.eq(entry), blocked_colleague_keys::value_index.eq(index)))
        .collect();
    if !rows.is_empty() {
        on!(tx.conn, |inner| diesel::insert_into(blocked_colleague_keys::table).values(&rows).execute(inner))?;
    }
    Ok(())
}

/// Indexes again the blocked colleagues that were indexed for an earlier version of the comparison; returns how many entries were
/// read.
pub fn reindex_blocked(tx: &mut Tx) -> Result<usize> {
    let rows: Vec<(Id, Vec<u8>)> = blocked_colleagues::table
        .filter(blocked_colleagues::name_form.lt(names::COMPARISON_VERSION))
        .select((blocked_colleagues::id, blocked_colleagues::details))
        .load(tx.conn)?;
    for (id, details) in &rows {
        let known: ColleagueDetails = tx.sealer.open_json(Place(BLOCKED, *id), details)?;
        let (name, keys) = (known.name.as_deref(), ColleagueKeys::new(tx.sealer, None, &known));
        diesel::delete(blocked_colleague_keys::table.filter(blocked_colleague_keys::blocked_id.eq(id))).execute(tx.conn)?;
        diesel::update(blocked_colleagues::table.find(id))
            .set((
                blocked_colleagues::registration_index.eq(keys.registration),
                blocked_colleagues::name_index.eq(keys.name),
                blocked_colleagues::name_form.eq(names::COMPARISON_VERSION),
            ))
            .execute(tx.conn)?;
        add_name_keys(tx, *id, name)?;
    }
    Ok(rows.len())
}

/// Unblocks a colleague; false when the practitioner has no such entry.
pub fn unblock(tx: &mut Tx, practitioner: Id, id: Id) -> Result<bool> {
    let own = || blocked_colleagues::table.find(id).filter(blocked_colleagues::practitioner_id.eq(practitioner));
    if own().select(blocked_colleagues::id).get_result::<Id>(tx.conn).optional()?.is_none() {
        return Ok(false);
    }
    diesel::delete(blocked_colleague_keys::table.filter(blocked_colleague_keys::blocked_id.eq(id))).execute(tx.conn)?;
    Ok(diesel::delete(own()).execute(tx.conn)? == 1)
}

/// The colleagues a practitioner has blocked, the oldest entry first.
pub fn list_blocked(tx: &mut Tx, practitioner: Id, after: Option<Id>, limit: i64) -> Result<Opened<Id, BlockedColleagueEntry>> {
    let mut query = blocked_colleagues::table
        .filter(blocked_colleagues::practitioner_id.eq(practitioner))
        .select((
            blocked_colleagues::id,
            blocked_colleagues::clinician_id,
            blocked_colleagues::details,
            blocked_colleagues::created_at,
        ))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(blocked_colleagues::id.gt(after));
    }
    let rows: Vec<(Id, Option<Id>, Vec<u8>, UtcTime)> = query.order(blocked_colleagues::id).limit(limit).load(tx.conn)?;
    let open = |(id, clinician, details, created_at): (Id, Option<Id>, Vec<u8>, UtcTime)| {
        let known = tx.sealer.open_json(Place(BLOCKED, id), &details);
        (id, known.map(|known| BlockedColleagueEntry { id, clinician, details: known, created_at }))
    };
    Ok(rows.into_iter().map(open).collect())
}
