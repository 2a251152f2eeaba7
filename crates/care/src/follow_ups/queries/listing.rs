//! Lists of follow-ups. Only `rules::state` decides the state of a follow-up, so a query reads candidates and pages are filled
//! with those in the requested state.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::rows::{FollowUp, Row, RowWithFacts, open_all, with_facts};
use crate::follow_ups::model::{ClosedAs, FollowUpState};
use crate::follow_ups::rules;
use crate::schema::follow_ups;
use people::relationships::PermittedPractitioners;
use platform::Tx;
use platform::db::conn::MultiBackend;
use platform::db::load_full_page_in_chunks;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::Opened;

/// How many rows are read at a time.
const BATCH_SIZE: i64 = 200;
/// How many rows one query reads when all are needed.
const CHUNK_SIZE: usize = 200;

/// Filter and order of a list of follow-ups.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those of these practitioners.
    pub among: Option<Vec<Id>>,
    /// Only those of practitioners that the caller may know of.
    pub permitted: Option<PermittedPractitioners>,
    /// Only those of this practitioner.
    pub practitioner: Option<Id>,
    /// Only those with this clinician.
    pub clinician: Option<Id>,
    /// Only those in this state.
    pub state: Option<FollowUpState>,
    /// Only those that are neither closed nor done.
    pub open: bool,
    /// Only those that are overdue, in addition to the other conditions.
    pub overdue: bool,
    /// Only those whose last day is before this date.
    pub due_before: Option<NaiveDate>,
    /// Only those about which staff should call.
    pub needs_call: bool,
    /// Newest first instead of earliest due first.
    pub newest_first: bool,
    /// The last follow-up of the previous page.
    pub after: Option<(NaiveDate, Id)>,
}

impl Filter {
    /// Whether a follow-up is in the requested state.
    fn matches(&self, (row, _, facts): &RowWithFacts, now: UtcTime) -> bool {
        let state = rules::state(facts, now.london_day());
        self.state.is_none_or(|requested| requested == state)
            && (!self.open || rules::check_open(state).is_ok())
            && (!self.overdue || state == FollowUpState::Overdue)
            && (!self.needs_call || rules::needs_call(state, row.call_due_at.map(UtcTime::get), now.get()))
    }
}

type ListQuery = follow_ups::BoxedQuery<'static, MultiBackend, follow_ups::SqlType>;

/// The follow-ups that match a filter.
pub fn list(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Opened<(NaiveDate, Id), FollowUp>> {
    let (now, most) = (tx.now, limit.max(BATCH_SIZE));
    let read = |tx: &mut Tx, after| {
        let page = page_query(&Filter { after, ..filter.clone() }, now).limit(most);
        let rows: Vec<Row> = page.select(Row::as_select()).load(tx.conn)?;
        with_facts(tx, rows)
    };
    let matching = |_: &mut Tx, all: &mut Vec<RowWithFacts>| {
        all.retain(|one| filter.matches(one, now));
        Ok(())
    };
    let found = load_full_page_in_chunks(tx, (limit, most), filter.after, |(row, ..)| (row.due_by, row.id), read, matching)?;
    open_all(tx, found)
}

/// Query for the candidates of a page, in order, without those that the database itself can exclude.
fn page_query(filter: &Filter, now: UtcTime) -> ListQuery {
    let mut query = filtered_query(filter);
    if let Some(state) = filter.state {
        query = prefilter_by_state(query, state, now.london_day());
    }
    if filter.open {
        query = query.filter(follow_ups::closed_at.is_null());
    }
    if filter.overdue {
        query = prefilter_by_state(query, FollowUpState::Overdue, now.london_day());
    }
    if filter.needs_call {
        query = prefilter_by_state(query, FollowUpState::Overdue, now.london_day()).filter(follow_ups::call_due_at.le(Some(now)));
    }
    match (filter.newest_first, filter.after) {
        (true, Some((_, id))) => query.filter(follow_ups::id.lt(id)).order(follow_ups::id.desc()),
        (true, None) => query.order(follow_ups::id.desc()),
        (false, Some((day, id))) => query
            // The second condition implies the first; the first lets the database start at the right place in the index.
            .filter(follow_ups::due_by.ge(day))
            .filter(follow_ups::due_by.gt(day).or(follow_ups::due_by.eq(day).and(follow_ups::id.gt(id))))
            .order((follow_ups::due_by, follow_ups::id)),
        (false, None) => query.order((follow_ups::due_by, follow_ups::id)),
    }
}

fn filtered_query(filter: &Filter) -> ListQuery {
    let mut query = follow_ups::table.into_boxed();
    if let Some(among) = &filter.among {
        query = query.filter(follow_ups::practitioner_id.eq_any(among.clone()));
    }
    if let Some(permitted) = &filter.permitted {
        query = query.filter(sql::<Bool>(&permitted.condition("follow_ups.practitioner_id")));
    }
    if let Some(practitioner) = filter.practitioner {
        query = query.filter(follow_ups::practitioner_id.eq(practitioner));
    }
    if let Some(clinician) = filter.clinician {
        query = query.filter(follow_ups::clinician_id.eq(clinician));
    }
    if let Some(day) = filter.due_before {
        query = query.filter(follow_ups::due_by.lt(day));
    }
    query
}

/// Excludes follow-ups whose rows alone show that they are not in that state on that day.
fn prefilter_by_state(query: ListQuery, state: FollowUpState, today: NaiveDate) -> ListQuery {
    let unclosed = || follow_ups::closed_at.is_null();
    match state {
        FollowUpState::Cancelled => query.filter(follow_ups::closed_as.eq(Some(ClosedAs::Cancelled))),
        FollowUpState::Done => query.filter(follow_ups::closed_as.eq(Some(ClosedAs::Done)).or(unclosed().nullable())),
        FollowUpState::CareEnded => query.filter(follow_ups::closed_as.eq(Some(ClosedAs::CareEnded)).or(unclosed().nullable())),
        FollowUpState::Booked => query.filter(unclosed()),
        FollowUpState::Overdue => query.filter(unclosed()).filter(follow_ups::due_by.lt(today)),
        FollowUpState::Due => {
            query.filter(unclosed()).filter(follow_ups::due_from.le(today)).filter(follow_ups::due_by.ge(today))
        }
        FollowUpState::Waiting => query.filter(unclosed()).filter(follow_ups::due_from.gt(today)),
    }
}

/// The follow-ups of these practitioners, or of all, that are overdue on that day, the longest overdue last.
pub(super) fn overdue(tx: &mut Tx, among: Option<Vec<Id>>, today: NaiveDate) -> Result<Vec<OverdueFollowUp>> {
    let query = prefilter_by_state(filtered_query(&Filter { among, ..Filter::default() }), FollowUpState::Overdue, today);
    let order = (follow_ups::due_by.desc(), follow_ups::id.desc());
    let ids: Vec<Id> = query.order(order).select(follow_ups::id).load(tx.conn)?;
    let mut found = Vec::new();
    for some in ids.chunks(CHUNK_SIZE) {
        let rows: Vec<Row> =
            follow_ups::table.filter(follow_ups::id.eq_any(some.to_vec())).order(order).select(Row::as_select()).load(tx.conn)?;
        let rows = with_facts(tx, rows)?.into_iter();
        let overdue = rows.filter(|(.., facts)| rules::state(facts, today) == FollowUpState::Overdue);
        found.extend(overdue.map(|(row, ..)| OverdueFollowUp {
            practitioner: row.practitioner_id,
            id: row.id,
            due_by: row.due_by,
        }));
    }
    Ok(found)
}

/// An overdue follow-up.
pub(super) struct OverdueFollowUp {
    pub practitioner: Id,
    pub id: Id,
    pub due_by: NaiveDate,
}

/// The number of a practitioner's follow-ups that are neither closed nor done.
pub fn count_open(tx: &mut Tx, practitioner: Id) -> Result<i64> {
    let own = Filter { practitioner: Some(practitioner), open: true, ..Filter::default() };
    let (rows, now) = (page_query(&own, tx.now).select(Row::as_select()).load(tx.conn)?, tx.now);
    let open = with_facts(tx, rows)?.iter().filter(|one| own.matches(one, now)).count();
    Ok(i64::try_from(open).unwrap_or(i64::MAX))
}
