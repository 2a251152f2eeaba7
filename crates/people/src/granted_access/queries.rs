//! SQL statements about access for an hour.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::{AccessKind, BreakGlass, BreakGlassOutcome, PhoneLookup, Review, ReviewTexts};
use super::rules::{BREAK_GLASS_LASTS, INFORMED_AFTER, LOOKED_UP_AGAIN_WITHIN, PHONE_CALL_LASTS};
use crate::relationships::{Basis, Protected};
use crate::schema::granted_access;
use platform::Tx;
use platform::audit::Withheld;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Opened, Place, Sealer};

const REASON: &str = "granted_access.reason";
const REVIEW: &str = "granted_access.review";

#[derive(Queryable, Selectable)]
#[diesel(table_name = granted_access)]
struct Row {
    id: Id,
    staff_id: Id,
    practitioner_id: Id,
    reason: Option<Vec<u8>>,
    granted_at: UtcTime,
    expires_at: UtcTime,
    ended_at: Option<UtcTime>,
    reviewed_at: Option<UtcTime>,
    reviewed_by: Option<Id>,
    review: Option<Vec<u8>>,
    informed_at: Option<UtcTime>,
}

/// A review as it is stored, all of it encrypted: that telling the practitioner would endanger someone must not be in clear.
#[derive(Serialize, Deserialize)]
struct SealedReview {
    outcome: BreakGlassOutcome,
    informs: bool,
    #[serde(flatten)]
    texts: ReviewTexts,
}

fn unseal(sealer: &Sealer, row: Row) -> Result<BreakGlass> {
    let reason = row.reason.ok_or_else(|| Error::internal("break-glass access without a reason"))?;
    let review = match (row.reviewed_by, row.reviewed_at, row.review) {
        (Some(by), Some(at), Some(sealed)) => {
            let SealedReview { outcome, informs, texts } = sealer.open_json(Place(REVIEW, row.id), &sealed)?;
            Some(Review { by, at, outcome, texts, informs })
        }
        _ => None,
    };
    Ok(BreakGlass {
        id: row.id,
        staff: row.staff_id,
        practitioner: row.practitioner_id,
        reason: sealer.open_text(Place(REASON, row.id), &reason)?.into(),
        granted_at: row.granted_at,
        expires_at: row.expires_at,
        ended_at: row.ended_at,
        review,
        informed_at: row.informed_at,
    })
}

/// Gives a member of staff break-glass access to a practitioner; returns its id.
pub fn break_glass(tx: &mut Tx, staff: Id, practitioner: Id, reason: &str) -> Result<Id> {
    let id = Id::new(tx.now);
    let reason = tx.sealer.seal_text(Place(REASON, id), reason)?;
    insert(tx, (id, AccessKind::BreakGlass), staff, practitioner, Some(reason), tx.now + BREAK_GLASS_LASTS)?;
    Ok(id)
}

/// Records that a practitioner called a member of staff, and why they are looked up again; returns until when that counts.
pub fn phone_call(tx: &mut Tx, staff: Id, practitioner: Id, reason: Option<&str>) -> Result<(Id, UtcTime)> {
    let (id, until) = (Id::new(tx.now), tx.now + PHONE_CALL_LASTS);
    let reason = reason.map(|reason| tx.sealer.seal_text(Place(REASON, id), reason)).transpose()?;
    insert(tx, (id, AccessKind::PhoneCall), staff, practitioner, reason, until)?;
    Ok((id, until))
}

/// True when this member of staff has looked up this practitioner a short time ago.
pub fn is_looked_up_again(tx: &mut Tx, staff: Id, practitioner: Id) -> Result<bool> {
    let earlier = granted_access::table
        .filter(granted_access::practitioner_id.eq(practitioner))
        .filter(granted_access::staff_id.eq(staff))
        .filter(granted_access::kind.eq(AccessKind::PhoneCall))
        .filter(granted_access::granted_at.gt(tx.now - LOOKED_UP_AGAIN_WITHIN))
        .select(granted_access::id)
        .first::<Id>(tx.conn)
        .optional()?;
    Ok(earlier.is_some())
}

/// Look-ups, the newest first, of one member of staff or of all; never of these practitioners.
pub fn list_lookups(
    tx: &mut Tx,
    staff: Option<Id>,
    hidden: &[Id],
    before: Option<Id>,
    limit: i64,
) -> Result<Opened<Id, PhoneLookup>> {
    let mut query =
        granted_access::table.filter(granted_access::kind.eq(AccessKind::PhoneCall)).select(Row::as_select()).into_boxed();
    if let Some(staff) = staff {
        query = query.filter(granted_access::staff_id.eq(staff));
    }
    if !hidden.is_empty() {
        query = query.filter(granted_access::practitioner_id.ne_all(hidden.to_vec()));
    }
    if let Some(before) = before {
        query = query.filter(granted_access::id.lt(before));
    }
    let rows: Vec<Row> = query.order(granted_access::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, unseal_lookup(tx.sealer, row))).collect())
}

fn unseal_lookup(sealer: &Sealer, row: Row) -> Result<PhoneLookup> {
    let reason = row.reason.map(|sealed| sealer.open_text(Place(REASON, row.id), &sealed)).transpose()?;
    Ok(PhoneLookup {
        id: row.id,
        staff: row.staff_id,
        practitioner: row.practitioner_id,
        at: row.granted_at,
        reason: reason.map(Private::from),
    })
}

/// How many practitioners each member of staff looked up as callers, from one time until before another.
///
/// # Errors
/// When the database fails.
pub fn practitioners_looked_up(tx: &mut Tx, from: UtcTime, until: UtcTime) -> Result<BTreeMap<Id, usize>> {
    let rows: Vec<(Id, Id)> = granted_access::table
        .filter(granted_access::kind.eq(AccessKind::PhoneCall))
        .filter(granted_access::granted_at.ge(from))
        .filter(granted_access::granted_at.lt(until))
        .select((granted_access::staff_id, granted_access::practitioner_id))
        .load(tx.conn)?;
    let mut found: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    for (staff, practitioner) in rows {
        found.entry(staff).or_default().insert(practitioner);
    }
    Ok(found.into_iter().map(|(staff, practitioners)| (staff, practitioners.len())).collect())
}

fn insert(
    tx: &mut Tx,
    (id, kind): (Id, AccessKind),
    staff: Id,
    practitioner: Id,
    reason: Option<Vec<u8>>,
    expires_at: UtcTime,
) -> Result<()> {
    diesel::insert_into(granted_access::table)
        .values((
            granted_access::id.eq(id),
            granted_access::kind.eq(kind),
            granted_access::staff_id.eq(staff),
            granted_access::practitioner_id.eq(practitioner),
            granted_access::reason.eq(reason),
            granted_access::granted_at.eq(tx.now),
            granted_access::expires_at.eq(expires_at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The break-glass access with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<BreakGlass>>> {
    let row: Option<Row> = granted_access::table
        .find(id)
        .filter(granted_access::kind.eq(AccessKind::BreakGlass))
        .select(Row::as_select())
        .get_result(tx.conn)
        .optional()?;
    let access = row.map(|row| unseal(tx.sealer, row)).transpose()?;
    Ok(access.map(|access| Protected::new(access.practitioner, access)))
}

/// The same, its row locked until the transaction ends.
pub fn find_locked(tx: &mut Tx, id: Id) -> Result<Option<Protected<BreakGlass>>> {
    platform::lock_row!(tx.conn, granted_access, id)?;
    find(tx, id)
}

/// The practitioners of all break-glass access, or of that of this member of staff.
pub fn practitioners(tx: &mut Tx, staff: Option<Id>) -> Result<Vec<Id>> {
    let mut query = granted_access::table
        .filter(granted_access::kind.eq(AccessKind::BreakGlass))
        .select(granted_access::practitioner_id)
        .distinct()
        .into_boxed();
    if let Some(staff) = staff {
        query = query.filter(granted_access::staff_id.eq(staff));
    }
    Ok(query.load(tx.conn)?)
}

/// The conditions of a list of break-glass access.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only that of this member of staff.
    pub staff: Option<Id>,
    /// Only that without a review, or only that with one.
    pub reviewed: Option<bool>,
    /// Never that to these practitioners.
    pub hidden: Vec<Id>,
    /// Only that before this one.
    pub before: Option<Id>,
}

/// Break-glass access, the newest first.
pub fn list(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Opened<Id, BreakGlass>> {
    let mut query =
        granted_access::table.filter(granted_access::kind.eq(AccessKind::BreakGlass)).select(Row::as_select()).into_boxed();
    if let Some(staff) = filter.staff {
        query = query.filter(granted_access::staff_id.eq(staff));
    }
    query = match filter.reviewed {
        Some(true) => query.filter(granted_access::reviewed_at.is_not_null()),
        Some(false) => query.filter(granted_access::reviewed_at.is_null()),
        None => query,
    };
    if !filter.hidden.is_empty() {
        query = query.filter(granted_access::practitioner_id.ne_all(filter.hidden.clone()));
    }
    if let Some(before) = filter.before {
        query = query.filter(granted_access::id.lt(before));
    }
    let rows: Vec<Row> = query.order(granted_access::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, unseal(tx.sealer, row))).collect())
}

/// Ends break-glass access.
pub fn end(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(granted_access::table.find(id)).set(granted_access::ended_at.eq(Some(tx.now))).execute(tx.conn)?;
    Ok(())
}

/// Stores a review.
pub fn review(tx: &mut Tx, id: Id, review: &Review) -> Result<()> {
    let sealed = SealedReview { outcome: review.outcome, informs: review.informs, texts: review.texts.clone() };
    diesel::update(granted_access::table.find(id))
        .set((
            granted_access::reviewed_at.eq(Some(review.at)),
            granted_access::reviewed_by.eq(Some(review.by)),
            granted_access::review.eq(Some(tx.sealer.seal_json(Place(REVIEW, id), &sealed)?)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Records that the practitioner is informed now.
pub fn set_informed(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(granted_access::table.find(id)).set(granted_access::informed_at.eq(Some(tx.now))).execute(tx.conn)?;
    Ok(())
}

/// Access of which the practitioner is to be informed now because no one has reviewed it: the id and the practitioner of each.
pub fn due_to_inform(tx: &mut Tx, limit: i64) -> Result<Vec<(Id, Id)>> {
    Ok(granted_access::table
        .filter(granted_access::kind.eq(AccessKind::BreakGlass))
        .filter(granted_access::informed_at.is_null())
        .filter(granted_access::reviewed_at.is_null())
        .filter(granted_access::granted_at.le(tx.now - INFORMED_AFTER))
        .order(granted_access::granted_at)
        .limit(limit)
        .select((granted_access::id, granted_access::practitioner_id))
        .load(tx.conn)?)
}

/// How much break-glass access waits for a review.
pub fn count_unreviewed(tx: &mut Tx) -> Result<i64> {
    Ok(granted_access::table
        .filter(granted_access::kind.eq(AccessKind::BreakGlass))
        .filter(granted_access::reviewed_at.is_null())
        .count()
        .get_result(tx.conn)?)
}

/// What a practitioner must not find in their access log while they have not been informed of break-glass access.
#[derive(Debug, Default)]
pub struct NotInformed {
    /// The access itself.
    pub access: Vec<Id>,
    /// What was done by it.
    pub uses: Vec<Withheld>,
    /// When the first of it began.
    pub since: Option<UtcTime>,
}

/// The break-glass access to a practitioner of which they have not been informed.
///
/// # Errors
/// When the database fails.
pub fn not_informed(tx: &mut Tx, practitioner: Id) -> Result<NotInformed> {
    let rows: Vec<(Id, Id, UtcTime, Option<UtcTime>)> = granted_access::table
        .filter(granted_access::practitioner_id.eq(practitioner))
        .filter(granted_access::kind.eq(AccessKind::BreakGlass))
        .select((granted_access::id, granted_access::staff_id, granted_access::granted_at, granted_access::informed_at))
        .order((granted_access::granted_at, granted_access::id))
        .load(tx.conn)?;
    let mut found = NotInformed::default();
    for (place, (id, staff, from, informed_at)) in rows.iter().enumerate() {
        if informed_at.is_some() {
            continue;
        }
        found.since = found.since.or(Some(*from));
        found.access.push(*id);
        // A request can be repeated after the hour. What follows the next access of the same member of staff belongs to that one.
        let until = rows.iter().skip(place + 1).find(|(_, of, ..)| of == staff).map(|(_, _, at, _)| *at);
        found.uses.push(Withheld { basis: Basis::BreakGlass.as_str(), actor: Some(*staff), from: *from, until });
    }
    Ok(found)
}
