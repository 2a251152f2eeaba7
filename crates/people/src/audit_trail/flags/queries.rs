//! Every statement about flags.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::model::{AuditFlag, ExportReason, FlagKind, FlagOutcome, FlagReview};
use crate::schema::audit_flags;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::on;
use platform::refusal::Reason;
use platform::seal::{Opened, Place, Sealer};

const NOTE: &str = "audit_flags.note";

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_flags)]
struct Row {
    id: Id,
    kind: FlagKind,
    actor_id: Id,
    day: NaiveDate,
    count: i32,
    created_at: UtcTime,
    reviewed_by: Option<Id>,
    reviewed_at: Option<UtcTime>,
    outcome: Option<FlagOutcome>,
    note: Option<Vec<u8>>,
    reason: Option<ExportReason>,
}

impl Row {
    fn open(self, sealer: &Sealer) -> Result<AuditFlag> {
        let review = match (self.reviewed_by, self.reviewed_at, self.outcome, self.note) {
            (Some(by), Some(at), Some(outcome), Some(note)) => {
                let note = sealer.open_text(Place(NOTE, self.id), &note)?.into();
                Some(FlagReview { by, at, outcome, note })
            }
            _ => None,
        };
        Ok(AuditFlag {
            id: self.id,
            kind: self.kind,
            actor: self.actor_id,
            day: self.day,
            count: self.count,
            created_at: self.created_at,
            review,
            reason: self.reason,
        })
    }
}

/// Which flags to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub reviewed: Option<bool>,
    pub actor: Option<Id>,
    /// Practitioners whose flags are left out.
    pub hidden: Vec<Id>,
    pub before: Option<Id>,
}

/// Flags, newest first.
pub fn list(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Opened<Id, AuditFlag>> {
    let mut query = audit_flags::table.select(Row::as_select()).into_boxed();
    query = match filter.reviewed {
        Some(true) => query.filter(audit_flags::reviewed_at.is_not_null()),
        Some(false) => query.filter(audit_flags::reviewed_at.is_null()),
        None => query,
    };
    if let Some(actor) = filter.actor {
        query = query.filter(audit_flags::actor_id.eq(actor));
    }
    if !filter.hidden.is_empty() {
        query = query.filter(audit_flags::actor_id.ne_all(filter.hidden.clone()));
    }
    if let Some(before) = filter.before {
        query = query.filter(audit_flags::id.lt(before));
    }
    let rows: Vec<Row> = query.order(audit_flags::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row.open(tx.sealer))).collect())
}

/// The flag with that id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<AuditFlag>> {
    let row: Option<Row> = audit_flags::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| row.open(tx.sealer)).transpose()
}

/// The accounts and days of the newest flags of unusual use, in a range of days where its ends are given.
pub fn flagged_days(
    tx: &mut Tx,
    actor: Option<Id>,
    (first, last): (Option<NaiveDate>, Option<NaiveDate>),
    limit: i64,
) -> Result<Vec<(Id, NaiveDate)>> {
    let mut query = audit_flags::table
        .filter(audit_flags::kind.ne(FlagKind::PossibleDuplicate))
        .select((audit_flags::actor_id, audit_flags::day))
        .into_boxed();
    if let Some(actor) = actor {
        query = query.filter(audit_flags::actor_id.eq(actor));
    }
    if let Some(first) = first {
        query = query.filter(audit_flags::day.ge(first));
    }
    if let Some(last) = last {
        query = query.filter(audit_flags::day.le(last));
    }
    Ok(query.order(audit_flags::id.desc()).limit(limit).load(tx.conn)?)
}

/// Stores a flag. If there is one of this kind, account and day already, its count becomes the higher one until it is reviewed.
/// Returns the id of a new flag.
pub fn raise(tx: &mut Tx, kind: FlagKind, actor: Id, day: NaiveDate, count: i32) -> Result<Option<Id>> {
    let id = Id::new(tx.now);
    let values = (
        audit_flags::id.eq(id),
        audit_flags::kind.eq(kind),
        audit_flags::actor_id.eq(actor),
        audit_flags::day.eq(day),
        audit_flags::count.eq(count),
        audit_flags::created_at.eq(tx.now),
    );
    let added =
        on!(tx.conn, |inner| diesel::insert_into(audit_flags::table).values(&values).on_conflict_do_nothing().execute(inner))?;
    if added == 1 {
        return Ok(Some(id));
    }
    let known = audit_flags::table
        .filter(audit_flags::kind.eq(kind))
        .filter(audit_flags::actor_id.eq(actor))
        .filter(audit_flags::day.eq(day))
        .filter(audit_flags::count.lt(count))
        .filter(audit_flags::reviewed_at.is_null());
    diesel::update(known).set(audit_flags::count.eq(count)).execute(tx.conn)?;
    Ok(None)
}

/// Stores a flag of a privacy officer who exported these rows of the trail: each export has its own. Returns its id.
pub fn raise_export(tx: &mut Tx, actor: Id, rows: i32, reason: ExportReason) -> Result<Id> {
    insert_of_today(tx, FlagKind::TrailExported, actor, rows, Some(reason))
}

/// Counts rows of the trail that a privacy officer saw without a filter: adds them to the flag of today that waits for a review, or
/// stores one. Returns the id of a new flag.
pub fn count_listed(tx: &mut Tx, actor: Id, rows: i32) -> Result<Option<Id>> {
    let waiting = audit_flags::table
        .filter(audit_flags::kind.eq(FlagKind::TrailListed))
        .filter(audit_flags::actor_id.eq(actor))
        .filter(audit_flags::day.eq(tx.now.london_day()))
        .filter(audit_flags::reviewed_at.is_null());
    if diesel::update(waiting).set(audit_flags::count.eq(audit_flags::count + rows)).execute(tx.conn)? > 0 {
        return Ok(None);
    }
    insert_of_today(tx, FlagKind::TrailListed, actor, rows, None).map(Some)
}

/// Stores that this many other records have the registration number of a practitioner. Returns the id of the flag.
pub fn raise_duplicate(tx: &mut Tx, practitioner: Id, others: i32) -> Result<Id> {
    insert_of_today(tx, FlagKind::PossibleDuplicate, practitioner, others, None)
}

/// When this practitioner was last flagged as a possible duplicate.
pub fn last_duplicate_at(tx: &mut Tx, practitioner: Id) -> Result<Option<UtcTime>> {
    let flagged = audit_flags::table
        .filter(audit_flags::actor_id.eq(practitioner))
        .filter(audit_flags::kind.eq(FlagKind::PossibleDuplicate))
        .order(audit_flags::id.desc())
        .select(audit_flags::created_at);
    Ok(flagged.first(tx.conn).optional()?)
}

/// The practitioners of the possible duplicates that wait for a review, each flag by itself.
pub fn waiting_duplicates(tx: &mut Tx) -> Result<Vec<Id>> {
    let waiting =
        audit_flags::table.filter(audit_flags::reviewed_at.is_null()).filter(audit_flags::kind.eq(FlagKind::PossibleDuplicate));
    Ok(waiting.select(audit_flags::actor_id).load(tx.conn)?)
}

fn insert_of_today(tx: &mut Tx, kind: FlagKind, actor: Id, count: i32, reason: Option<ExportReason>) -> Result<Id> {
    let id = Id::new(tx.now);
    let values = (
        audit_flags::id.eq(id),
        audit_flags::kind.eq(kind),
        audit_flags::actor_id.eq(actor),
        audit_flags::day.eq(tx.now.london_day()),
        audit_flags::count.eq(count),
        audit_flags::created_at.eq(tx.now),
        audit_flags::reason.eq(reason),
    );
    diesel::insert_into(audit_flags::table).values(&values).execute(tx.conn)?;
    Ok(id)
}

/// How many flags of staff wait for a review that none of these privacy officers may make: no one reviews what is about themselves.
pub fn count_without_reviewer(tx: &mut Tx, officers: &[Id]) -> Result<i64> {
    let waiting =
        audit_flags::table.filter(audit_flags::reviewed_at.is_null()).filter(audit_flags::kind.ne(FlagKind::PossibleDuplicate));
    Ok(match officers {
        [] => waiting.count().get_result(tx.conn)?,
        [only] => waiting.filter(audit_flags::actor_id.eq(*only)).count().get_result(tx.conn)?,
        _ => 0,
    })
}

/// Stores the review of a flag.
///
/// # Errors
/// 409 `state_conflict` when it has been reviewed.
pub fn review(tx: &mut Tx, id: Id, by: Id, outcome: FlagOutcome, note: &str) -> Result<()> {
    let sealed = tx.sealer.seal_text(Place(NOTE, id), note)?;
    let open = audit_flags::table.find(id).filter(audit_flags::reviewed_at.is_null());
    let changed = diesel::update(open)
        .set((
            audit_flags::reviewed_by.eq(by),
            audit_flags::reviewed_at.eq(tx.now),
            audit_flags::outcome.eq(outcome),
            audit_flags::note.eq(sealed),
        ))
        .execute(tx.conn)?;
    if changed == 1 { Ok(()) } else { Err(Reason::AuditFlagReviewed.into()) }
}
