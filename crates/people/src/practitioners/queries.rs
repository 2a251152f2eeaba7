//! Every statement about practitioners and the colleagues they block.

pub mod gp;
pub mod listing;
pub mod moves;

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::{EligibilityDecision, Pathway};
use super::particulars::{ColleagueRelationship, Particulars};
use crate::accounts;
use crate::accounts::marks;
use crate::accounts::marks::MarkKind;
use crate::practitioners::rules::format_reference;
use crate::schema::{blocked_colleague_keys, blocked_colleagues, practitioners};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::names;
use platform::on;
use platform::private::Private;
use platform::seal::{Opened, Place, Sealer, random, readable};
use reference::workforce::model::RegistrationBody;

const DETAILS: &str = "practitioners.details";
const BLOCKED: &str = "blocked_colleagues.details";

/// A practitioner with what is sealed of them.
#[derive(Debug, Clone)]
pub struct Registered {
    /// Names the practitioner; the account's id too.
    pub id: Id,
    /// The code that stands for a name.
    pub reference: String,
    /// What they want to be called; the reference where they want nothing else.
    pub pseudonym: String,
    /// Where they stand.
    pub pathway: Pathway,
    /// The last verdict.
    pub decision: EligibilityDecision,
    /// When it was given.
    pub decided_at: UtcTime,
    /// What they told us.
    pub told: Particulars,
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

/// Where a practitioner stands, their row locked until the transaction ends: whatever is counted about them is decided one
/// request after the other.
pub fn lock_pathway(tx: &mut Tx, practitioner: Id) -> Result<Option<Pathway>> {
    if platform::lock_row!(tx.conn, practitioners, practitioner)?.is_none() {
        return Ok(None);
    }
    pathway(tx, practitioner)
}

/// Where a practitioner stands.
pub fn pathway(tx: &mut Tx, practitioner: Id) -> Result<Option<Pathway>> {
    Ok(practitioners::table.find(practitioner).select(practitioners::pathway).get_result(tx.conn).optional()?)
}

/// The last verdict on a practitioner's registration.
pub fn decision(tx: &mut Tx, practitioner: Id) -> Result<Option<EligibilityDecision>> {
    Ok(practitioners::table.find(practitioner).select(practitioners::decision).get_result(tx.conn).optional()?)
}

/// Moves a practitioner on.
pub fn set_pathway(tx: &mut Tx, practitioner: Id, pathway: Pathway) -> Result<()> {
    if self::pathway(tx, practitioner)? != Some(pathway) {
        moves::note(tx, practitioner, pathway)?;
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

/// A reference that nobody has. Two may draw the same at the same moment; the records then refuse the second.
pub fn fresh_reference(tx: &mut Tx) -> Result<String> {
    for _ in 0..8 {
        let mut bytes = [0; 5];
        random(&mut bytes);
        let reference = format_reference(bytes);
        let taken = practitioners::table.filter(practitioners::reference.eq(&reference)).select(practitioners::id);
        if taken.get_result::<Id>(tx.conn).optional()?.is_none() {
            return Ok(reference);
        }
    }
    Err(Error::unavailable("no free reference was drawn"))
}

/// Adds a practitioner, whose account there must be.
pub fn insert(tx: &mut Tx, id: Id, reference: &str, decision: EligibilityDecision, told: &Particulars) -> Result<()> {
    diesel::insert_into(practitioners::table)
        .values((
            practitioners::id.eq(id),
            practitioners::reference.eq(reference),
            practitioners::pathway.eq(decision.pathway()),
            practitioners::decision.eq(decision),
            practitioners::decided_at.eq(tx.now),
            practitioners::details.eq(tx.sealer.seal_json(Place(DETAILS, id), told)?),
            practitioners::employer_index.eq(employer_index(tx.sealer, told)),
            practitioners::registration_index.eq(registration_index(tx.sealer, told)),
            practitioners::version.eq(1),
            practitioners::created_at.eq(tx.now),
            practitioners::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    moves::note(tx, id, decision.pathway())?;
    hold_marks(tx, id, told)?;
    gp::settle(tx, id, told.consents.gp_sharing)
}

/// Keeps by what else the practitioner may be known here: a member of staff who seeks help is both.
fn hold_marks(tx: &mut Tx, id: Id, told: &Particulars) -> Result<()> {
    marks::hold(tx, id, MarkKind::LegalName, Some(&told.legal_name), Some(id))?;
    marks::hold(tx, id, MarkKind::OwnRegistration, told.registration_key().as_deref(), Some(id))?;
    marks::hold(tx, id, MarkKind::Employer, told.employer_ods.as_deref(), Some(id))
}

fn employer_index(sealer: &Sealer, told: &Particulars) -> Option<String> {
    told.employer_ods.as_deref().map(|code| sealer.blind_index("employer", code))
}

fn registration_index(sealer: &Sealer, told: &Particulars) -> Option<String> {
    told.registration_key().map(|key| sealer.blind_index("registration", &key))
}

/// Replaces what a practitioner told us.
pub fn set_told(tx: &mut Tx, id: Id, told: &Particulars) -> Result<()> {
    diesel::update(practitioners::table.find(id))
        .set((
            practitioners::details.eq(tx.sealer.seal_json(Place(DETAILS, id), told)?),
            practitioners::employer_index.eq(employer_index(tx.sealer, told)),
            practitioners::registration_index.eq(registration_index(tx.sealer, told)),
            practitioners::updated_at.eq(tx.now),
            practitioners::version.eq(practitioners::version + 1),
        ))
        .execute(tx.conn)?;
    hold_marks(tx, id, told)?;
    gp::settle(tx, id, told.consents.gp_sharing)
}

/// Keeps a new verdict, and where it puts the practitioner.
pub fn set_decision(tx: &mut Tx, id: Id, decision: EligibilityDecision) -> Result<()> {
    if pathway(tx, id)? != Some(decision.pathway()) {
        moves::note(tx, id, decision.pathway())?;
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

/// A practitioner with what is sealed of them.
pub fn open(tx: &mut Tx, id: Id) -> Result<Option<Registered>> {
    let row: Option<Row> = practitioners::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let name = accounts::queries::open(tx, id)?.map(|account| account.name);
    unseal(tx.sealer, row, name).map(Some)
}

/// The references of these practitioners.
pub fn references(tx: &mut Tx, ids: &[Id]) -> Result<BTreeMap<Id, String>> {
    let wanted = practitioners::table.filter(practitioners::id.eq_any(ids.to_vec()));
    Ok(wanted.select((practitioners::id, practitioners::reference)).load::<(Id, String)>(tx.conn)?.into_iter().collect())
}

/// When these practitioners registered.
pub fn registered_at(tx: &mut Tx, ids: &[Id]) -> Result<Vec<(Id, UtcTime)>> {
    let wanted = practitioners::table.filter(practitioners::id.eq_any(ids.to_vec()));
    Ok(wanted.select((practitioners::id, practitioners::created_at)).load(tx.conn)?)
}

/// When the first practitioner registered.
pub fn first_registered(tx: &mut Tx) -> Result<Option<UtcTime>> {
    let first = practitioners::table.order(practitioners::id).select(practitioners::created_at).limit(1);
    Ok(first.get_result(tx.conn).optional()?)
}

/// The references of these practitioners, and the pathway of each.
pub fn standing(tx: &mut Tx, ids: &[Id]) -> Result<BTreeMap<Id, (String, Pathway)>> {
    let rows: Vec<(Id, String, Pathway)> = practitioners::table
        .filter(practitioners::id.eq_any(ids.to_vec()))
        .select((practitioners::id, practitioners::reference, practitioners::pathway))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(id, reference, pathway)| (id, (reference, pathway))).collect())
}

/// These practitioners with what is sealed of them, who registered last at the top, and the ids of those of whom it cannot be
/// read: one statement for their rows and one for what to call them.
pub fn open_all(tx: &mut Tx, ids: &[Id]) -> Result<(Vec<Registered>, Vec<Id>)> {
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

fn unseal(sealer: &Sealer, row: Row, name: Option<Private<String>>) -> Result<Registered> {
    let name = name.ok_or_else(|| Error::internal("a practitioner without an account"))?;
    Ok(Registered {
        told: sealer.open_json(Place(DETAILS, row.id), &row.details)?,
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

/// What a practitioner knows of a colleague, as it is sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The register that the number belongs to.
    pub registration_body: Option<RegistrationBody>,
    pub registration_number: Option<String>,
    pub name: Option<String>,
    /// What they are to the practitioner.
    pub relationship: ColleagueRelationship,
}

platform::redacted_debug!(Known);

/// A colleague who is to be blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewBlocked {
    /// A clinician of the service.
    pub clinician: Option<Id>,
    /// What else is known.
    pub known: Known,
}

/// A colleague on somebody's list.
#[derive(Debug, Clone)]
pub struct Blocked {
    /// Names the entry.
    pub id: Id,
    /// A clinician of the service.
    pub clinician: Option<Id>,
    /// What else is known.
    pub known: Known,
    /// Since when they are on the list.
    pub created_at: UtcTime,
}

/// How a colleague is found: by none, some or all of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    clinician: Option<Id>,
    registration: Option<String>,
    name: Option<String>,
}

impl Marks {
    /// The marks of a colleague.
    pub fn of(sealer: &Sealer, new: &NewBlocked) -> Self {
        let Known { registration_body, registration_number, name, .. } = &new.known;
        let registration = registration_body.zip(registration_number.as_deref());
        Self {
            clinician: new.clinician,
            registration: registration
                .map(|(body, number)| sealer.blind_index("registration", &super::particulars::registration_key(body, number))),
            name: name.as_deref().map(|name| names::indexes(sealer, name).0),
        }
    }

    /// True when these colleagues are found by all of these marks already, so that another entry would add nothing.
    pub fn all_among(&self, others: &[Marks]) -> bool {
        (self.clinician.is_none() || others.iter().any(|other| other.clinician == self.clinician))
            && (self.registration.is_none() || others.iter().any(|other| other.registration == self.registration))
            && (self.name.is_none() || others.iter().any(|other| other.name == self.name))
    }
}

/// The marks of everybody on somebody's list.
pub fn blocked_marks(tx: &mut Tx, practitioner: Id) -> Result<Vec<Marks>> {
    let rows: Vec<(Option<Id>, Option<String>, Option<String>)> = blocked_colleagues::table
        .filter(blocked_colleagues::practitioner_id.eq(practitioner))
        .select((blocked_colleagues::clinician_id, blocked_colleagues::registration_index, blocked_colleagues::name_index))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(clinician, registration, name)| Marks { clinician, registration, name }).collect())
}

/// Puts a colleague on the list.
pub fn block(tx: &mut Tx, practitioner: Id, new: &NewBlocked) -> Result<Blocked> {
    let id = Id::new(tx.now);
    let marks = Marks::of(tx.sealer, new);
    diesel::insert_into(blocked_colleagues::table)
        .values((
            blocked_colleagues::id.eq(id),
            blocked_colleagues::practitioner_id.eq(practitioner),
            blocked_colleagues::clinician_id.eq(marks.clinician),
            blocked_colleagues::registration_index.eq(marks.registration),
            blocked_colleagues::name_index.eq(marks.name),
            blocked_colleagues::details.eq(tx.sealer.seal_json(Place(BLOCKED, id), &new.known)?),
            blocked_colleagues::created_at.eq(tx.now),
            blocked_colleagues::name_form.eq(names::FORM),
        ))
        .execute(tx.conn)?;
    add_name_keys(tx, id, new.known.name.as_deref())?;
    Ok(Blocked { id, clinician: new.clinician, known: new.known.clone(), created_at: tx.now })
}

fn add_name_keys(tx: &mut Tx, blocked: Id, name: Option<&str>) -> Result<()> {
    let keys = name.map(|name| names::indexes(tx.sealer, name).1).unwrap_or_default();
    let rows: Vec<_> = keys
        .into_iter()
        .map(|index| (blocked_colleague_keys::blocked_id.eq(blocked), blocked_colleague_keys::value_index.eq(index)))
        .collect();
    if !rows.is_empty() {
        on!(tx.conn, |inner| diesel::insert_into(blocked_colleague_keys::table).values(&rows).execute(inner))?;
    }
    Ok(())
}

/// Indexes the names of blocked colleagues again that were indexed in an earlier form of the comparison; returns how many
/// entries were looked at.
pub fn renew_blocked(tx: &mut Tx) -> Result<usize> {
    let rows: Vec<(Id, Vec<u8>)> = blocked_colleagues::table
        .filter(blocked_colleagues::name_form.lt(names::FORM))
        .select((blocked_colleagues::id, blocked_colleagues::details))
        .load(tx.conn)?;
    for (id, details) in &rows {
        let known: Known = tx.sealer.open_json(Place(BLOCKED, *id), details)?;
        let name = known.name.as_deref();
        diesel::delete(blocked_colleague_keys::table.filter(blocked_colleague_keys::blocked_id.eq(id))).execute(tx.conn)?;
        diesel::update(blocked_colleagues::table.find(id))
            .set((
                blocked_colleagues::name_index.eq(name.map(|name| names::indexes(tx.sealer, name).0)),
                blocked_colleagues::name_form.eq(names::FORM),
            ))
            .execute(tx.conn)?;
        add_name_keys(tx, *id, name)?;
    }
    Ok(rows.len())
}

/// Takes a colleague off the list; false when there is no such entry on it.
pub fn unblock(tx: &mut Tx, practitioner: Id, id: Id) -> Result<bool> {
    let own = || blocked_colleagues::table.find(id).filter(blocked_colleagues::practitioner_id.eq(practitioner));
    if own().select(blocked_colleagues::id).get_result::<Id>(tx.conn).optional()?.is_none() {
        return Ok(false);
    }
    diesel::delete(blocked_colleague_keys::table.filter(blocked_colleague_keys::blocked_id.eq(id))).execute(tx.conn)?;
    Ok(diesel::delete(own()).execute(tx.conn)? == 1)
}

/// Somebody's list, the oldest entry first.
pub fn blocked(tx: &mut Tx, practitioner: Id, after: Option<Id>, limit: i64) -> Result<Opened<Id, Blocked>> {
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
        (id, known.map(|known| Blocked { id, clinician, known, created_at }))
    };
    Ok(rows.into_iter().map(open).collect())
}
