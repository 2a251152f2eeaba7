//! The statements about referrals; their history has a file of its own.

use diesel::prelude::*;

use crate::hubs::model::{ReferralDetails, ReferralKind, ReferralState};
use crate::schema::hub_referrals;
use access::contacts::queries::invitations;
use people::relationships::conflicts;
use platform::Tx;
use platform::db::load_full_page;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

const DETAILS: &str = "hub_referrals.details";

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
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Referral>> {
    let row: Option<Row> = hub_referrals::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| unseal(tx.sealer, row)).transpose()
}

/// The referral with this id, its row locked until the transaction ends, so that decisions are made one after the other.
pub fn locked(tx: &mut Tx, id: Id) -> Result<Option<Referral>> {
    if platform::lock_row!(tx.conn, hub_referrals, id)?.is_none() {
        return Ok(None);
    }
    find(tx, id)
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
#[derive(Debug, Clone, Copy)]
pub struct ReferralSubject {
    pub referral: Id,
    /// The practitioner, if they were registered when the referral was created.
    pub practitioner: Option<Id>,
    /// The contact that it came from.
    pub contact: Option<Id>,
}

impl From<&Referral> for ReferralSubject {
    fn from(referral: &Referral) -> Self {
        Self { referral: referral.id, practitioner: referral.practitioner, contact: referral.contact }
    }
}

impl From<&Row> for ReferralSubject {
    fn from(row: &Row) -> Self {
        Self { referral: row.id, practitioner: row.practitioner_id, contact: row.contact_id }
    }
}

/// Those of these referrals that a member of staff must not see, because they are in conflict with the practitioner, or with a
/// person who registered by an invitation from the referral or from the contact that it came from.
pub fn hidden_from(tx: &mut Tx, referrals: &[ReferralSubject], staff: Id) -> Result<Vec<Id>> {
    let subjects: Vec<Id> = referrals.iter().flat_map(|about| [Some(about.referral), about.contact]).flatten().collect();
    let registered = invitations::registered_from(tx, &subjects)?;
    let people: Vec<Id> =
        referrals.iter().filter_map(|about| about.practitioner).chain(registered.iter().map(|(_, person)| *person)).collect();
    let excluded = conflicts::practitioners_excluded_from(tx, staff, &people)?;
    let hidden: Vec<Id> =
        registered.into_iter().filter(|(_, person)| excluded.contains(person)).map(|(subject, _)| subject).collect();
    let is_hidden = |about: &&ReferralSubject| {
        hidden.contains(&about.referral)
            || about.contact.is_some_and(|contact| hidden.contains(&contact))
            || about.practitioner.is_some_and(|practitioner| excluded.contains(&practitioner))
    };
    Ok(referrals.iter().filter(is_hidden).map(|about| about.referral).collect())
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
    let rows = load_full_page(
        tx,
        limit,
        filter.before,
        |row: &Row| row.id,
        read,
        |tx, rows| {
            let Some(reader) = filter.reader else { return Ok(()) };
            let about: Vec<ReferralSubject> = rows.iter().map(ReferralSubject::from).collect();
            let hidden = hidden_from(tx, &about, reader)?;
            rows.retain(|row| !hidden.contains(&row.id));
            Ok(())
        },
    )?;
    Ok(rows.into_iter().map(|row| (row.id, unseal(tx.sealer, row))).collect())
}

fn rows(tx: &mut Tx, filter: &Filter, before: Option<Id>, limit: i64) -> Result<Vec<Row>> {
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
    if let Some(before) = before {
        query = query.filter(hub_referrals::id.lt(before));
    }
    Ok(query.order(hub_referrals::id.desc()).limit(limit).load(tx.conn)?)
}
