//! The statements about referrals; their history has a file of its own.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::coordinators;
use crate::hubs::model::{ReferralDetails, ReferralKind, ReferralState, Side};
use crate::schema::{hub_referral_events, hub_referrals};
use access::contacts::queries::registered;
use people::notifications::addresses::Addresses;
use people::relationships::{Basis, conflicts};
use people::{Caller, Role};
use platform::Tx;
use platform::audit::{self, About, Actor};
use platform::db::load_full_page;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

const DETAILS: &str = "hub_referrals.details";

/// The states in which nothing follows any more.
const ENDED: [ReferralState; 3] = [ReferralState::Declined, ReferralState::Withdrawn, ReferralState::Closed];

#[derive(Queryable, Selectable)]
#[diesel(table_name = hub_referrals)]
struct Row {
    id: Id,
    kind: ReferralKind,
    hub_id: Id,
    practitioner_id: Option<Id>,
    contact_id: Option<Id>,
    made_by: Id,
    state: ReferralState,
    details: Vec<u8>,
    consented_at: Option<UtcTime>,
    consent_withdrawn_at: Option<UtcTime>,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
}

/// A referral with its unsealed details.
#[derive(Debug, Clone)]
pub struct Referral {
    pub id: Id,
    pub kind: ReferralKind,
    /// The hub that sends or receives it.
    pub hub: Id,
    /// The practitioner it is about, if they are registered.
    pub practitioner: Option<Id>,
    /// The contact that it came from.
    pub contact: Option<Id>,
    pub created_by: Id,
    pub state: ReferralState,
    /// Who is referred and why.
    pub details: ReferralDetails,
    /// When the person consented to sharing what identifies them.
    pub consented_at: Option<UtcTime>,
    /// When they withdrew that consent.
    pub consent_withdrawn_at: Option<UtcTime>,
    pub version: i32,
    pub created_at: UtcTime,
    /// When it was last changed.
    pub updated_at: UtcTime,
}

impl Referral {
    /// True when it ended before `since`: hub coordinators and call handlers no longer read it.
    pub fn ended_before(&self, since: UtcTime) -> bool {
        ENDED.contains(&self.state) && self.updated_at < since
    }
}

fn unseal(sealer: &Sealer, row: Row) -> Result<Referral> {
    Ok(Referral {
        details: sealer.open_json(Place(DETAILS, row.id), &row.details)?,
        id: row.id,
        kind: row.kind,
        hub: row.hub_id,
        practitioner: row.practitioner_id,
        contact: row.contact_id,
        created_by: row.made_by,
        state: row.state,
        consented_at: row.consented_at,
        consent_withdrawn_at: row.consent_withdrawn_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// The keyed tag of the code by which a person looks up their referral.
pub fn code_tag(sealer: &Sealer, code: &str) -> String {
    sealer.blind_index("referral_code", code)
}

/// Adds a referral.
pub fn insert(tx: &mut Tx, referral: &Referral, code_tag: Option<&str>) -> Result<()> {
    diesel::insert_into(hub_referrals::table)
        .values((
            hub_referrals::id.eq(referral.id),
            hub_referrals::kind.eq(referral.kind),
            hub_referrals::hub_id.eq(referral.hub),
            hub_referrals::practitioner_id.eq(referral.practitioner),
            hub_referrals::contact_id.eq(referral.contact),
            hub_referrals::made_by.eq(referral.created_by),
            hub_referrals::state.eq(referral.state),
            hub_referrals::details.eq(tx.sealer.seal_json(Place(DETAILS, referral.id), &referral.details)?),
            hub_referrals::consented_at.eq(referral.consented_at),
            hub_referrals::consent_withdrawn_at.eq(referral.consent_withdrawn_at),
            hub_referrals::code_tag.eq(code_tag),
            hub_referrals::version.eq(referral.version),
            hub_referrals::created_at.eq(referral.created_at),
            hub_referrals::updated_at.eq(referral.created_at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Stores a changed referral and increments its version.
pub fn write(tx: &mut Tx, referral: &Referral) -> Result<()> {
    diesel::update(hub_referrals::table.find(referral.id))
        .set((
            hub_referrals::state.eq(referral.state),
            hub_referrals::details.eq(tx.sealer.seal_json(Place(DETAILS, referral.id), &referral.details)?),
            hub_referrals::consent_withdrawn_at.eq(referral.consent_withdrawn_at),
            hub_referrals::version.eq(referral.version + 1),
            hub_referrals::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The referral with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<ProtectedReferral>> {
    let row: Option<Row> = hub_referrals::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| Ok(ProtectedReferral(unseal(tx.sealer, row)?))).transpose()
}

/// The referral with this id, its row locked until the transaction ends, so that decisions are made one after the other.
pub fn locked(tx: &mut Tx, id: Id) -> Result<Option<ProtectedReferral>> {
    let locked = platform::lock_row!(tx.conn, hub_referrals, id)?;
    // Read also when there is none: a 404 takes the same time for every reason.
    Ok(find(tx, id)?.filter(|_| locked.is_some()))
}

/// Referrals that have not changed since `since`, oldest first.
pub fn unchanged_since(tx: &mut Tx, since: UtcTime, limit: i64) -> Result<Vec<Id>> {
    let old = hub_referrals::table.filter(hub_referrals::updated_at.lt(since));
    Ok(old.order(hub_referrals::updated_at).limit(limit).select(hub_referrals::id).load(tx.conn)?)
}

/// The practitioner that a referral is about, if they were registered when it was created.
pub fn practitioner_of(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    let found: Option<Option<Id>> =
        hub_referrals::table.find(id).select(hub_referrals::practitioner_id).get_result(tx.conn).optional()?;
    Ok(found.flatten())
}

/// Deletes a referral and its history; false when it has changed since `since` or is deleted already.
pub fn delete_unchanged(tx: &mut Tx, id: Id, since: UtcTime) -> Result<bool> {
    platform::lock_row!(tx.conn, hub_referrals, id)?;
    let old = hub_referrals::table.find(id).filter(hub_referrals::updated_at.lt(since));
    if old.count().get_result::<i64>(tx.conn)? == 0 {
        return Ok(false);
    }
    diesel::delete(hub_referral_events::table.filter(hub_referral_events::referral_id.eq(id))).execute(tx.conn)?;
    Ok(diesel::delete(hub_referrals::table.find(id)).execute(tx.conn)? == 1)
}

/// The referral whose code has this tag.
pub fn find_by_code(tx: &mut Tx, code_tag: &str) -> Result<Option<Referral>> {
    let row: Option<Row> = hub_referrals::table
        .filter(hub_referrals::code_tag.eq(Some(code_tag)))
        .select(Row::as_select())
        .get_result(tx.conn)
        .optional()?;
    row.map(|row| unseal(tx.sealer, row)).transpose()
}

/// The person that a referral is about, as conflicts need it.
#[derive(Clone)]
pub struct ReferralSubject {
    pub referral: Id,
    /// The practitioner, if they were registered when the referral was created.
    pub practitioner: Option<Id>,
    /// The contact that it came from.
    pub contact: Option<Id>,
    /// Who created it and entered what it gives.
    created_by: Id,
    /// The email address and the telephone number that it gives.
    addresses: Vec<String>,
}

platform::redacted_debug!(ReferralSubject);

impl ReferralSubject {
    /// That of a referral that does not exist.
    const fn of_no_record() -> Self {
        let none = Id::NO_RECORD;
        Self { referral: none, practitioner: None, contact: None, created_by: none, addresses: Vec::new() }
    }
}

impl From<&Referral> for ReferralSubject {
    fn from(referral: &Referral) -> Self {
        let ReferralDetails { email, phone, .. } = &referral.details;
        let addresses = email.iter().chain(phone).cloned().collect();
        Self {
            referral: referral.id,
            practitioner: referral.practitioner,
            contact: referral.contact,
            created_by: referral.created_by,
            addresses,
        }
    }
}

/// Those of these referrals that a member of staff must not see, because they are in conflict with the practitioner, with a person
/// who registered by an invitation from the referral or from the contact that it came from, or with one who has the same email
/// address or confirmed mobile number.
///
/// Who created a referral keeps it, unless the person who registered from it has blocked them or may be themselves. Otherwise anyone
/// could enter a colleague's address and learn from what vanishes that the colleague is registered.
///
/// What is asked does not depend on what a referral says, so that the time of a 404 does not tell whether there is one.
pub fn hidden_from(tx: &mut Tx, referrals: &[ReferralSubject], staff: Id) -> Result<Vec<Id>> {
    if referrals.is_empty() {
        return Ok(Vec::new());
    }
    let registered: BTreeMap<Id, Id> = registered_from(tx, referrals)?.into_iter().collect();
    let people = referrals.iter().filter_map(|about| about.practitioner).chain(registered.values().copied());
    let people: Vec<Id> = people.chain([Id::NO_RECORD]).collect();
    let excluded = conflicts::practitioners_excluded_from(tx, staff, &people)?;
    let apart = conflicts::blocked_or_same_person(tx, staff)?;
    let everyone = conflicts::everyone_excluded_from(tx, staff)?;
    let addresses = Addresses::of(tx, &everyone)?;
    let is_hidden = |about: &&ReferralSubject| {
        let mut came_from = [Some(about.referral), about.contact].into_iter().flatten();
        let hiding = if about.created_by == staff { &apart } else { &excluded };
        came_from.any(|subject| registered.get(&subject).is_some_and(|person| hiding.contains(person)))
            || about.practitioner.is_some_and(|practitioner| excluded.contains(&practitioner))
            || (about.created_by != staff && about.addresses.iter().any(|address| addresses.contain(address)))
    };
    Ok(referrals.iter().filter(is_hidden).map(|about| about.referral).collect())
}

/// Who registered from these referrals or from the contacts that they came from: the referral or contact, and the practitioner.
fn registered_from(tx: &mut Tx, referrals: &[ReferralSubject]) -> Result<Vec<(Id, Id)>> {
    let subjects: Vec<Id> = referrals.iter().flat_map(|about| [Some(about.referral), about.contact]).flatten().collect();
    registered::registered_from(tx, &subjects)
}

/// The practitioner that each of these referrals is about, as far as they have an account.
fn practitioners_of(tx: &mut Tx, referrals: &[ReferralSubject]) -> Result<BTreeMap<Id, Id>> {
    let registered: BTreeMap<Id, Id> = registered_from(tx, referrals)?.into_iter().collect();
    let person = |about: &ReferralSubject| {
        let by_contact = || about.contact.and_then(|contact| registered.get(&contact));
        about.practitioner.or_else(|| registered.get(&about.referral).or_else(by_contact).copied())
    };
    Ok(referrals.iter().filter_map(|about| Some((about.referral, person(about)?))).collect())
}

/// Referrals that ended before this time are no longer read by the caller; `None` for callers who read them without an end: the
/// service's coordinators, and the person.
pub fn reading_ended(tx: &Tx, caller: &Caller) -> Option<UtcTime> {
    let unlimited = matches!(caller.role, Role::Coordinator | Role::Practitioner);
    (!unlimited).then(|| tx.now - tx.policy.read_after_care)
}

/// A referral that a query found by its id. It can be read only once the caller is known to know of the person.
#[derive(Debug, Clone)]
#[must_use = "a protected referral does nothing until it is opened"]
pub struct ProtectedReferral(Referral);

impl ProtectedReferral {
    /// The referral that a query may have found, and the side that the caller is on. An id that does not exist takes the statements of
    /// one that is hidden, whatever the reason.
    ///
    /// # Errors
    /// 404 for everyone who may not see it: another hub's coordinators, call handlers who did not create it, both of them some time after
    /// it ended, other practitioners, and staff in conflict with the person.
    pub fn permit(found: Option<Self>, tx: &mut Tx, caller: &Caller) -> Result<(ReferralPermit, Referral)> {
        let (found, actor) = (found.map(|Self(referral)| referral), caller.actor());
        if caller.role == Role::Practitioner {
            let own = found.filter(|referral| referral.practitioner == Some(caller.id)).ok_or_else(Error::not_found)?;
            let permit = ReferralPermit { referral: own.id, side: Side::Person, practitioner: own.practitioner, actor };
            return Ok((permit, own));
        }
        let hubs = match caller.role {
            Role::HubCoordinator => coordinators::hubs_of(tx, caller.id)?,
            _ => Vec::new(),
        };
        let about = found.as_ref().map_or_else(ReferralSubject::of_no_record, ReferralSubject::from);
        let practitioner = practitioners_of(tx, std::slice::from_ref(&about))?.remove(&about.referral);
        if let Some(practitioner) = practitioner {
            // The audit trail names the practitioner of a refused request; the answer does not.
            tx.ask_about(practitioner);
        }
        let is_hidden = !hidden_from(tx, &[about], caller.id)?.is_empty();
        let referral = found.filter(|_| !is_hidden).ok_or_else(Error::not_found)?;
        let side = match caller.role {
            Role::Coordinator => (referral.kind != ReferralKind::HubToHelp).then_some(Side::Service),
            Role::HubCoordinator => hubs.contains(&referral.hub).then_some(Side::Hub),
            _ => (referral.created_by == caller.id).then_some(Side::Service),
        };
        let has_ended = reading_ended(tx, caller).is_some_and(|since| referral.ended_before(since));
        let side = side.filter(|_| !has_ended).ok_or_else(Error::not_found)?;
        Ok((ReferralPermit { referral: referral.id, side, practitioner, actor }, referral))
    }

    /// The referral, for a notification or for what ends with care. No handler may use it.
    pub fn for_the_service(self) -> Referral {
        self.0
    }
}

/// That the caller may know of the person that a referral is about. Only this module makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferralPermit {
    referral: Id,
    side: Side,
    practitioner: Option<Id>,
    actor: Actor,
}

impl ReferralPermit {
    /// The side that the caller is on.
    pub const fn side(&self) -> Side {
        self.side
    }

    /// Writes that the caller did `action` to the referral to the audit trail, with the practitioner if they have an account.
    ///
    /// # Errors
    /// When the row cannot be written.
    pub fn record(&self, tx: &mut Tx, action: &'static str) -> Result<()> {
        let subject = ("hub_referral", Some(self.referral));
        let basis = if self.side == Side::Person { Basis::Own } else { Basis::Referral };
        match self.practitioner {
            Some(practitioner) => {
                audit::record_about(tx, self.actor, action, subject, About { practitioner, basis: basis.as_str() })
            }
            None => audit::record(tx, self.actor, action, subject),
        }
    }
}

/// Records that a member of staff saw these referrals in a list: one row for each person, at most one in ten minutes.
///
/// # Errors
/// When the rows cannot be written.
pub fn record_listed(tx: &mut Tx, caller: &Caller, shown: &[Referral]) -> Result<()> {
    let people = practitioners_of(tx, &shown.iter().map(ReferralSubject::from).collect::<Vec<_>>())?;
    let about = |id: &Id| people.get(id).map(|person| About { practitioner: *person, basis: Basis::Referral.as_str() });
    let rows: Vec<_> = shown.iter().map(|referral| (referral.id, about(&referral.id))).collect();
    audit::record_listed(tx, caller.actor(), "hub_referral.listed", "hub_referral", &rows)
}

/// True when this member of staff may know the person that a referral is about.
pub fn may_know(tx: &mut Tx, referral: &Referral, staff: Id) -> Result<bool> {
    Ok(hidden_from(tx, &[ReferralSubject::from(referral)], staff)?.is_empty())
}

/// Filters for referrals.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only referrals of these hubs.
    pub hubs: Option<Vec<Id>>,
    /// Only referrals of these kinds.
    pub kinds: Option<Vec<ReferralKind>>,
    /// Only referrals created by this account.
    pub created_by: Option<Id>,
    /// Only referrals about this practitioner.
    pub practitioner: Option<Id>,
    /// Only referrals in this state.
    pub state: Option<ReferralState>,
    /// Only referrals about people this member of staff may know of.
    pub reader: Option<Id>,
    /// Only referrals that had not ended by then.
    pub not_ended_before: Option<UtcTime>,
    /// Only referrals created before this one.
    pub before: Option<Id>,
}

/// The ids of all referrals of a practitioner, oldest first.
pub fn ids_of(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let rows = hub_referrals::table.filter(hub_referrals::practitioner_id.eq(Some(practitioner)));
    Ok(rows.order(hub_referrals::id).select(hub_referrals::id).load(tx.conn)?)
}

/// The referrals that match the filter, newest first.
pub fn list(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Opened<Id, Referral>> {
    let read = |tx: &mut Tx, before| rows(tx, filter, before, limit);
    load_full_page(
        tx,
        limit,
        filter.before,
        |(id, _): &(Id, Result<Referral>)| *id,
        read,
        |tx, rows| {
            let Some(reader) = filter.reader else { return Ok(()) };
            // A damaged row is left to the page, which names its id only.
            let about: Vec<ReferralSubject> =
                rows.iter().filter_map(|(_, referral)| referral.as_ref().ok()).map(ReferralSubject::from).collect();
            let hidden = hidden_from(tx, &about, reader)?;
            rows.retain(|(id, _)| !hidden.contains(id));
            Ok(())
        },
    )
}

fn rows(tx: &mut Tx, filter: &Filter, before: Option<Id>, limit: i64) -> Result<Opened<Id, Referral>> {
    let mut query = hub_referrals::table.select(Row::as_select()).into_boxed();
    if let Some(hubs) = &filter.hubs {
        query = query.filter(hub_referrals::hub_id.eq_any(hubs.clone()));
    }
    if let Some(kinds) = &filter.kinds {
        query = query.filter(hub_referrals::kind.eq_any(kinds.clone()));
    }
    if let Some(account) = filter.created_by {
        query = query.filter(hub_referrals::made_by.eq(account));
    }
    if let Some(practitioner) = filter.practitioner {
        query = query.filter(hub_referrals::practitioner_id.eq(Some(practitioner)));
    }
    if let Some(state) = filter.state {
        query = query.filter(hub_referrals::state.eq(state));
    }
    if let Some(since) = filter.not_ended_before {
        query = query.filter(hub_referrals::state.ne_all(ENDED).or(hub_referrals::updated_at.ge(since)));
    }
    if let Some(before) = before {
        query = query.filter(hub_referrals::id.lt(before));
    }
    let rows: Vec<Row> = query.order(hub_referrals::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, unseal(tx.sealer, row))).collect())
}
