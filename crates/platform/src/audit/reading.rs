//! Reads of the audit trail, newest first.

use diesel::dsl::{not, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};

use crate::Tx;
use crate::db::conn::MultiBackend;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::schema::audit_events;

/// One event as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = audit_events)]
pub struct AuditRecord {
    pub id: Id,
    pub at: UtcTime,
    pub actor_id: Option<Id>,
    pub actor_role: String,
    pub action: String,
    pub subject_kind: String,
    pub subject_id: Option<Id>,
    pub practitioner_id: Option<Id>,
    pub basis: Option<String>,
    pub refused: bool,
}

/// The time in which an actor did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActorWindow {
    pub actor: Id,
    pub from: UtcTime,
    /// The end, which is not part of it.
    pub until: UtcTime,
}

/// What is kept from the reader: what happened on a basis from a time on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withheld {
    pub basis: &'static str,
    /// Only what this actor did; without one, what anyone did.
    pub actor: Option<Id>,
    pub from: UtcTime,
    /// The end, which is not part of it; without one it is kept for good.
    pub until: Option<UtcTime>,
}

/// Which events to read. A member that is empty excludes nothing.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    pub practitioner: Option<Id>,
    pub actor: Option<Id>,
    pub action: Option<String>,
    pub subject: Option<Id>,
    pub from: Option<UtcTime>,
    /// The end, which is not part of it.
    pub until: Option<UtcTime>,
    pub refused: Option<bool>,
    /// Only events within one of these.
    pub within: Option<Vec<ActorWindow>>,
    /// Practitioners whose events, as subject or actor, are left out.
    pub hidden: Vec<Id>,
    /// Not what this actor did.
    pub not_by: Option<Id>,
    /// Not these actions.
    pub left_out: &'static [&'static str],
    /// Not what is about these records.
    pub not_about: Vec<Id>,
    /// Not what is kept from the reader.
    pub withheld: Vec<Withheld>,
}

type Boxed<'a> = audit_events::BoxedQuery<'a, MultiBackend>;

type Condition = Box<dyn BoxableExpression<audit_events::table, MultiBackend, SqlType = Nullable<Bool>>>;

/// Events, newest first, after the one at that position.
///
/// # Errors
/// When the database fails.
pub fn list(tx: &mut Tx, filter: &AuditFilter, after: Option<(UtcTime, Id)>, limit: i64) -> Result<Vec<AuditRecord>> {
    let mut query = narrow(audit_events::table.into_boxed(), filter);
    if let Some((at, id)) = after {
        query = query.filter(audit_events::at.le(at)).filter(audit_events::at.lt(at).or(audit_events::id.lt(id)));
    }
    let query = query.order((audit_events::at.desc(), audit_events::id.desc())).limit(limit);
    Ok(query.select(AuditRecord::as_select()).load(tx.conn)?)
}

/// The event with that id, unless the filter leaves it out.
///
/// # Errors
/// When the database fails.
pub fn find(tx: &mut Tx, id: Id, filter: &AuditFilter) -> Result<Option<AuditRecord>> {
    let query = narrow(audit_events::table.into_boxed(), filter).filter(audit_events::id.eq(id));
    Ok(query.select(AuditRecord::as_select()).get_result(tx.conn).optional()?)
}

fn narrow<'a>(mut query: Boxed<'a>, filter: &AuditFilter) -> Boxed<'a> {
    if let Some(practitioner) = filter.practitioner {
        query = query.filter(audit_events::practitioner_id.eq(practitioner));
    }
    if let Some(actor) = filter.actor {
        query = query.filter(audit_events::actor_id.eq(actor));
    }
    if let Some(action) = &filter.action {
        query = query.filter(audit_events::action.eq(action.clone()));
    }
    if let Some(subject) = filter.subject {
        query = query.filter(audit_events::subject_id.eq(subject));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_events::at.ge(from));
    }
    if let Some(until) = filter.until {
        query = query.filter(audit_events::at.lt(until));
    }
    if let Some(refused) = filter.refused {
        query = query.filter(audit_events::refused.eq(refused));
    }
    if let Some(actor) = filter.not_by {
        query = query.filter(audit_events::actor_id.is_null().or(audit_events::actor_id.ne(actor)));
    }
    if !filter.left_out.is_empty() {
        query = query.filter(audit_events::action.ne_all(filter.left_out));
    }
    if !filter.hidden.is_empty() {
        let hidden = &filter.hidden;
        query = query
            .filter(audit_events::practitioner_id.is_null().or(audit_events::practitioner_id.ne_all(hidden.clone())))
            .filter(audit_events::subject_id.is_null().or(audit_events::subject_id.ne_all(hidden.clone())))
            .filter(audit_events::actor_id.is_null().or(audit_events::actor_id.ne_all(hidden.clone())));
    }
    if let Some(windows) = &filter.within {
        query = match any_of(windows) {
            Some(condition) => query.filter(condition),
            None => query.filter(sql::<Bool>("1 = 0")),
        };
    }
    if !filter.not_about.is_empty() {
        let records = filter.not_about.clone();
        query = query.filter(audit_events::subject_id.is_null().or(audit_events::subject_id.ne_all(records)));
    }
    for withheld in &filter.withheld {
        query = query.filter(not(is_withheld(withheld)));
    }
    query
}

/// True for what is kept from the reader, and false, never neither, for an event without a basis or an actor.
fn is_withheld(withheld: &Withheld) -> Condition {
    let on_the_basis = audit_events::basis.is_not_null().and(audit_events::basis.eq(withheld.basis));
    let mut condition: Condition = Box::new(on_the_basis.and(audit_events::at.ge(withheld.from)));
    if let Some(actor) = withheld.actor {
        condition = Box::new(condition.and(audit_events::actor_id.is_not_null().and(audit_events::actor_id.eq(actor))));
    }
    if let Some(until) = withheld.until {
        condition = Box::new(condition.and(audit_events::at.lt(until)));
    }
    condition
}

/// True within any of the windows; none without a window.
fn any_of(windows: &[ActorWindow]) -> Option<Condition> {
    let one = |window: &ActorWindow| -> Condition {
        Box::new(
            audit_events::actor_id.eq(window.actor).and(audit_events::at.ge(window.from)).and(audit_events::at.lt(window.until)),
        )
    };
    windows.iter().map(one).reduce(|all, next| Box::new(all.or(next)))
}
