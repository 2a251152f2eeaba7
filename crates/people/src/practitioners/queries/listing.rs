//! Lists of practitioners.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::practitioners::model::Pathway;
use crate::relationships::PermittedPractitioners;
use crate::schema::practitioners;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// The conditions of a list of practitioners.
#[derive(Debug, Clone, Default)]
pub struct PractitionerFilter {
    /// Only the one with this reference.
    pub reference: Option<String>,
    /// Only those with this pathway.
    pub pathway: Option<Pathway>,
    /// Only those with these ids.
    pub ids: Option<Vec<Id>>,
    /// Never those with these ids.
    pub excluded: Vec<Id>,
    /// Only those that the caller may know of.
    pub permitted: Option<PermittedPractitioners>,
    /// Only those who registered before this one.
    pub before: Option<Id>,
}

/// The practitioners that match a filter, the newest registration first.
pub fn page(tx: &mut Tx, filter: &PractitionerFilter, limit: i64) -> Result<Vec<Id>> {
    let mut query = practitioners::table.select(practitioners::id).into_boxed();
    if let Some(reference) = &filter.reference {
        query = query.filter(practitioners::reference.eq(reference.clone()));
    }
    if let Some(pathway) = filter.pathway {
        query = query.filter(practitioners::pathway.eq(pathway));
    }
    if let Some(among) = &filter.ids {
        query = query.filter(practitioners::id.eq_any(among.clone()));
    }
    if !filter.excluded.is_empty() {
        query = query.filter(practitioners::id.ne_all(filter.excluded.clone()));
    }
    if let Some(permitted) = &filter.permitted {
        query = query.filter(sql::<Bool>(&permitted.condition("practitioners.id")));
    }
    if let Some(before) = filter.before {
        query = query.filter(practitioners::id.lt(before));
    }
    Ok(query.order(practitioners::id.desc()).limit(limit).load(tx.conn)?)
}
