//! Lists of follow-ups. What one has come to is said in SQL here as `rules::fulfilled_by` says it of rows, so that pages can
//! be cut; a test holds the two together.

use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::rows::{FollowUp, Joined, Row, whole};
use crate::follow_ups::model::{ClosedAs, FollowUpState};
use crate::schema::follow_ups;
use people::practitioners::model::Pathway;
use people::schema::practitioners;
use platform::Tx;
use platform::db::conn::MultiBackend;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::Opened;
use scheduling::booking::model::AppointmentStatus;
use scheduling::schema::{appointments, clinicians};

/// Where a practitioner stands whose care has ended.
const ENDED: [Pathway; 2] = [Pathway::Discharged, Pathway::Signposted];

/// True of a follow-up that has come to an appointment of one of these states.
macro_rules! came_to {
    ($states:expr) => {
        exists(
            appointments::table
                .filter(appointments::practitioner_id.eq(follow_ups::practitioner_id))
                .filter(appointments::status.eq_any($states))
                .filter(
                    appointments::id.nullable().eq(follow_ups::appointment_id).or(appointments::clinician_id
                        .eq(follow_ups::clinician_id)
                        .and(appointments::kind.eq(follow_ups::kind))
                        .and(appointments::starts_at.ge(follow_ups::counts_from))
                        .and(appointments::id.ne(follow_ups::agreed_in))),
                )
                .select(appointments::id),
        )
    };
}

/// Which follow-ups.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those of these practitioners.
    pub among: Option<Vec<Id>>,
    /// Never those of these practitioners.
    pub hidden: Vec<Id>,
    /// Only those of this practitioner.
    pub practitioner: Option<Id>,
    /// Only those with this clinician.
    pub clinician: Option<Id>,
    /// Only those that stand so.
    pub state: Option<FollowUpState>,
    /// Only those that are neither closed nor done.
    pub open: bool,
    /// Only those that are overdue, whatever else is asked for.
    pub overdue: bool,
    /// Only those of which the last day lies before this one.
    pub due_before: Option<NaiveDate>,
    /// Only those about which a person is to ring.
    pub needs_call: bool,
    /// The newest first, instead of the one that is due first.
    pub newest_first: bool,
    /// Where the page before ended.
    pub after: Option<(NaiveDate, Id)>,
}

type Listed = follow_ups::BoxedQuery<'static, MultiBackend, follow_ups::SqlType>;

/// The follow-ups that a filter lets through.
pub fn list(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Opened<(NaiveDate, Id), FollowUp>> {
    let ids: Vec<Id> = page(filter, tx.now).limit(limit).select(follow_ups::id).load(tx.conn)?;
    let rows: Vec<Joined> = follow_ups::table
        .inner_join(practitioners::table)
        .inner_join(clinicians::table)
        .filter(follow_ups::id.eq_any(ids.clone()))
        .select((Row::as_select(), practitioners::reference, practitioners::pathway, clinicians::name))
        .load(tx.conn)?;
    let mut all = whole(tx, rows)?;
    all.sort_by_key(|((_, id), _)| ids.iter().position(|listed| listed == id));
    Ok(all)
}

fn page(filter: &Filter, now: UtcTime) -> Listed {
    let mut query = narrowed(filter);
    if let Some(state) = filter.state {
        query = standing(query, state, now.london_day());
    }
    if filter.open {
        query = unfinished(query);
    }
    if filter.overdue {
        query = standing(query, FollowUpState::Overdue, now.london_day());
    }
    if filter.needs_call {
        query = standing(query, FollowUpState::Overdue, now.london_day()).filter(follow_ups::call_due_at.le(Some(now)));
    }
    match (filter.newest_first, filter.after) {
        (true, Some((_, id))) => query.filter(follow_ups::id.lt(id)).order(follow_ups::id.desc()),
        (true, None) => query.order(follow_ups::id.desc()),
        (false, Some((day, id))) => query
            // The first condition is implied by the second; it tells the index where to begin.
            .filter(follow_ups::due_by.ge(day))
            .filter(follow_ups::due_by.gt(day).or(follow_ups::due_by.eq(day).and(follow_ups::id.gt(id))))
            .order((follow_ups::due_by, follow_ups::id)),
        (false, None) => query.order((follow_ups::due_by, follow_ups::id)),
    }
}

pub(super) fn narrowed(filter: &Filter) -> Listed {
    let mut query = follow_ups::table.into_boxed();
    if let Some(among) = &filter.among {
        query = query.filter(follow_ups::practitioner_id.eq_any(among.clone()));
    }
    if !filter.hidden.is_empty() {
        query = query.filter(follow_ups::practitioner_id.ne_all(filter.hidden.clone()));
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

/// Keeps to those that are neither closed nor done, of people whose care goes on.
fn unfinished(query: Listed) -> Listed {
    let ended = practitioners::table.filter(practitioners::id.eq(follow_ups::practitioner_id));
    query
        .filter(follow_ups::closed_at.is_null())
        .filter(not(exists(ended.filter(practitioners::pathway.eq_any(ENDED)).select(practitioners::id))))
        .filter(not(came_to!([AppointmentStatus::Attended])))
}

/// Keeps to those that stand so on that day.
pub(super) fn standing(query: Listed, state: FollowUpState, today: NaiveDate) -> Listed {
    let nothing = |query: Listed| unfinished(query).filter(not(came_to!([AppointmentStatus::Booked])));
    match state {
        FollowUpState::Cancelled => query.filter(follow_ups::closed_as.eq(Some(ClosedAs::Cancelled))),
        FollowUpState::Done => {
            let held = follow_ups::closed_at.is_null().and(came_to!([AppointmentStatus::Attended]));
            query.filter(follow_ups::closed_as.eq(Some(ClosedAs::Done)).or(held.nullable()))
        }
        FollowUpState::CareEnded => {
            let own = practitioners::table.filter(practitioners::id.eq(follow_ups::practitioner_id));
            let ended = exists(own.filter(practitioners::pathway.eq_any(ENDED)).select(practitioners::id));
            let left = follow_ups::closed_at.is_null().and(ended).and(not(came_to!([AppointmentStatus::Attended])));
            query.filter(follow_ups::closed_as.eq(Some(ClosedAs::CareEnded)).or(left.nullable()))
        }
        FollowUpState::Booked => unfinished(query).filter(came_to!([AppointmentStatus::Booked])),
        FollowUpState::Overdue => nothing(query).filter(follow_ups::due_by.lt(today)),
        FollowUpState::Due => nothing(query).filter(follow_ups::due_from.le(today)).filter(follow_ups::due_by.ge(today)),
        FollowUpState::Waiting => nothing(query).filter(follow_ups::due_from.gt(today)),
    }
}

/// How many follow-ups of a practitioner are neither closed nor done.
pub fn count_open(tx: &mut Tx, practitioner: Id) -> Result<i64> {
    let open = Filter { practitioner: Some(practitioner), ..Filter::default() };
    let ids: Vec<Id> = unfinished(narrowed(&open)).select(follow_ups::id).load(tx.conn)?;
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}
