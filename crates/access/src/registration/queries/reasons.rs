//! SQL about reasons for confidentiality that practitioners gave in their own words.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::registration::model::{ConfidentialityReasonState, ReasonInWords};
use crate::schema::confidentiality_reasons;
use people::relationships::{PermittedPractitioners, Protected};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

const WORDS: &str = "confidentiality_reasons.sealed_words";
const DECISION: &str = "confidentiality_reasons.sealed_decision";

/// How many waiting reasons one run looks at: many more than a service has.
const MOST_WAITING: i64 = 10_000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = confidentiality_reasons)]
struct Row {
    id: Id,
    practitioner_id: Id,
    state: ConfidentialityReasonState,
    sealed_words: Vec<u8>,
    decide_by: NaiveDate,
    ended_at: Option<UtcTime>,
    decided_by: Option<Id>,
    sealed_decision: Option<Vec<u8>>,
    escalated_at: Option<UtcTime>,
    version: i32,
    created_at: UtcTime,
}

fn unseal(sealer: &Sealer, row: Row) -> Result<ReasonInWords> {
    let decision = row.sealed_decision.map(|sealed| sealer.open_text(Place(DECISION, row.id), &sealed)).transpose()?;
    Ok(ReasonInWords {
        words: sealer.open_text(Place(WORDS, row.id), &row.sealed_words)?,
        id: row.id,
        practitioner: row.practitioner_id,
        state: row.state,
        decide_by: row.decide_by,
        ended_at: row.ended_at,
        decided_by: row.decided_by,
        decision_words: decision,
        escalated_at: row.escalated_at,
        version: row.version,
        created_at: row.created_at,
    })
}

/// Stores a reason that waits for a decision; returns its id.
pub fn insert(tx: &mut Tx, practitioner: Id, words: &str, decide_by: NaiveDate) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(confidentiality_reasons::table)
        .values((
            confidentiality_reasons::id.eq(id),
            confidentiality_reasons::practitioner_id.eq(practitioner),
            confidentiality_reasons::state.eq(ConfidentialityReasonState::Waiting),
            confidentiality_reasons::sealed_words.eq(tx.sealer.seal_text(Place(WORDS, id), words)?),
            confidentiality_reasons::decide_by.eq(decide_by),
            confidentiality_reasons::version.eq(1),
            confidentiality_reasons::created_at.eq(tx.now),
            confidentiality_reasons::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Replaces the words of a reason that waits. Its version tells staff that they have read something else.
pub fn replace_words(tx: &mut Tx, id: Id, words: &str) -> Result<()> {
    diesel::update(confidentiality_reasons::table.find(id))
        .set((
            confidentiality_reasons::sealed_words.eq(tx.sealer.seal_text(Place(WORDS, id), words)?),
            confidentiality_reasons::version.eq(confidentiality_reasons::version + 1),
            confidentiality_reasons::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Stores a decision with its reason.
pub fn decide(tx: &mut Tx, id: Id, state: ConfidentialityReasonState, by: Id, words: &str) -> Result<()> {
    diesel::update(confidentiality_reasons::table.find(id))
        .set((
            confidentiality_reasons::state.eq(state),
            confidentiality_reasons::ended_at.eq(Some(tx.now)),
            confidentiality_reasons::decided_by.eq(Some(by)),
            confidentiality_reasons::sealed_decision.eq(Some(tx.sealer.seal_text(Place(DECISION, id), words)?)),
            confidentiality_reasons::version.eq(confidentiality_reasons::version + 1),
            confidentiality_reasons::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends a reason that waits without a decision.
pub fn withdraw(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(confidentiality_reasons::table.find(id))
        .set((
            confidentiality_reasons::state.eq(ConfidentialityReasonState::Withdrawn),
            confidentiality_reasons::ended_at.eq(Some(tx.now)),
            confidentiality_reasons::version.eq(confidentiality_reasons::version + 1),
            confidentiality_reasons::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The practitioner of a reason.
pub fn practitioner_of(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    let found = confidentiality_reasons::table.find(id).select(confidentiality_reasons::practitioner_id);
    Ok(found.get_result(tx.conn).optional()?)
}

/// The reason with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<ReasonInWords>>> {
    let row: Option<Row> = confidentiality_reasons::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| unseal(tx.sealer, row).map(protected)).transpose()
}

fn protected(reason: ReasonInWords) -> Protected<ReasonInWords> {
    Protected::new(reason.practitioner, reason)
}

/// The last reason that a practitioner gave.
pub fn last_of(tx: &mut Tx, practitioner: Id) -> Result<Option<Protected<ReasonInWords>>> {
    let row: Option<Row> = confidentiality_reasons::table
        .filter(confidentiality_reasons::practitioner_id.eq(practitioner))
        .order(confidentiality_reasons::id.desc())
        .limit(1)
        .select(Row::as_select())
        .get_result(tx.conn)
        .optional()?;
    row.map(|row| unseal(tx.sealer, row).map(protected)).transpose()
}

/// The last reason of a practitioner that staff decided about, whatever they have given or withdrawn since.
pub fn last_decided_of(tx: &mut Tx, practitioner: Id) -> Result<Option<Protected<ReasonInWords>>> {
    let row: Option<Row> = confidentiality_reasons::table
        .filter(confidentiality_reasons::practitioner_id.eq(practitioner))
        .filter(
            confidentiality_reasons::state.eq_any([ConfidentialityReasonState::Accepted, ConfidentialityReasonState::Declined]),
        )
        .order(confidentiality_reasons::id.desc())
        .limit(1)
        .select(Row::as_select())
        .get_result(tx.conn)
        .optional()?;
    row.map(|row| unseal(tx.sealer, row).map(protected)).transpose()
}

/// The conditions of a list of reasons.
#[derive(Debug, Clone, Default)]
pub struct ReasonFilter {
    /// Only those in this state.
    pub state: Option<ConfidentialityReasonState>,
    /// Only those with these ids.
    pub ids: Option<Vec<Id>>,
    /// Only those of practitioners that the caller may know of.
    pub permitted: Option<PermittedPractitioners>,
    /// Leaves out those of these practitioners.
    pub hidden: Vec<Id>,
    /// Only those given after this one.
    pub after: Option<Id>,
}

/// The time at which a reason ended, for [`PermittedPractitioners::or_since`].
pub const ENDED_AT: &str = "confidentiality_reasons.ended_at";

/// The reasons that match a filter, the oldest first.
pub fn list(tx: &mut Tx, filter: &ReasonFilter, limit: i64) -> Result<Opened<Id, Protected<ReasonInWords>>> {
    let mut query = confidentiality_reasons::table.select(Row::as_select()).into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(confidentiality_reasons::state.eq(state));
    }
    if let Some(ids) = &filter.ids {
        query = query.filter(confidentiality_reasons::id.eq_any(ids.clone()));
    }
    if let Some(permitted) = &filter.permitted {
        query = query.filter(sql::<Bool>(&permitted.condition("confidentiality_reasons.practitioner_id")));
    }
    if !filter.hidden.is_empty() {
        query = query.filter(confidentiality_reasons::practitioner_id.ne_all(filter.hidden.clone()));
    }
    if let Some(after) = filter.after {
        query = query.filter(confidentiality_reasons::id.gt(after));
    }
    let rows: Vec<Row> = query.order(confidentiality_reasons::id).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, unseal(tx.sealer, row).map(protected))).collect())
}

/// The reasons that this member of staff decided after `since`.
pub fn decided_by(tx: &mut Tx, staff: Id, since: UtcTime) -> Result<Vec<Id>> {
    Ok(confidentiality_reasons::table
        .filter(confidentiality_reasons::decided_by.eq(Some(staff)))
        .filter(confidentiality_reasons::ended_at.gt(Some(since)))
        .select(confidentiality_reasons::id)
        .load(tx.conn)?)
}

/// A reason that waits, as far as it matters who decides about it.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct WaitingReason {
    pub id: Id,
    pub practitioner: Id,
    pub decide_by: NaiveDate,
    /// When staff were reminded.
    pub reminded_at: Option<UtcTime>,
    /// Since when privacy officers decide.
    pub escalated_at: Option<UtcTime>,
}

/// All reasons that wait, or that of one practitioner, the oldest first.
pub fn waiting(tx: &mut Tx, practitioner: Option<Id>) -> Result<Vec<WaitingReason>> {
    let mut query = confidentiality_reasons::table
        .filter(confidentiality_reasons::state.eq(ConfidentialityReasonState::Waiting))
        .select((
            confidentiality_reasons::id,
            confidentiality_reasons::practitioner_id,
            confidentiality_reasons::decide_by,
            confidentiality_reasons::reminded_at,
            confidentiality_reasons::escalated_at,
        ))
        .into_boxed();
    if let Some(practitioner) = practitioner {
        query = query.filter(confidentiality_reasons::practitioner_id.eq(practitioner));
    }
    Ok(query.order(confidentiality_reasons::id).limit(MOST_WAITING).load(tx.conn)?)
}

/// Sets since when privacy officers decide about a reason; false when another instance has changed it.
pub fn set_escalated(tx: &mut Tx, reason: &WaitingReason, escalated_at: Option<UtcTime>) -> Result<bool> {
    let waits = confidentiality_reasons::table
        .find(reason.id)
        .filter(confidentiality_reasons::state.eq(ConfidentialityReasonState::Waiting));
    let set = (confidentiality_reasons::escalated_at.eq(escalated_at), confidentiality_reasons::updated_at.eq(tx.now));
    let changed = match reason.escalated_at {
        None => diesel::update(waits.filter(confidentiality_reasons::escalated_at.is_null())).set(set).execute(tx.conn)?,
        Some(_) => diesel::update(waits.filter(confidentiality_reasons::escalated_at.is_not_null())).set(set).execute(tx.conn)?,
    };
    Ok(changed == 1)
}

/// Records that staff were reminded of a reason; false when another instance has recorded it.
pub fn set_reminded(tx: &mut Tx, id: Id) -> Result<bool> {
    let waits = confidentiality_reasons::table.find(id).filter(confidentiality_reasons::reminded_at.is_null());
    let set = (confidentiality_reasons::reminded_at.eq(Some(tx.now)), confidentiality_reasons::updated_at.eq(tx.now));
    Ok(diesel::update(waits).set(set).execute(tx.conn)? == 1)
}
