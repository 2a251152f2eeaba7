//! Every statement about hubs.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::access::workforce::model::Region;
use crate::platform::db::Conn;
use crate::platform::db::schema::{hub_coverage, hubs};
use crate::platform::error::Result;
use crate::platform::ids::Id;

/// A hub as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = hubs)]
pub struct Hub {
    /// Names the hub.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// The region it is in.
    pub region: Region,
    /// Its telephone number.
    pub phone: String,
    /// Its e-mail address.
    pub email: String,
    /// When it answers, in words.
    pub hours: String,
    /// Its first day.
    pub opened_on: NaiveDate,
    /// The first day on which it is no longer there.
    pub closed_on: Option<NaiveDate>,
}

/// An area that a hub covers.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = hub_coverage)]
pub struct Coverage {
    /// Whose.
    pub hub_id: Id,
    /// The integrated care board.
    pub icb_code: String,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The first day on which it no longer holds.
    pub valid_until: Option<NaiveDate>,
}

/// Which hubs are wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Those that cover this area on the day.
    pub icb_code: Option<String>,
    /// Those of this region.
    pub region: Option<Region>,
    /// The day on which they are open.
    pub on: NaiveDate,
    /// Those behind this one in the order of name and id.
    pub after: Option<(String, Id)>,
}

/// The hubs that are wanted, by name.
pub fn list(conn: &mut Conn, wanted: &Wanted, limit: i64) -> Result<Vec<Hub>> {
    let on = wanted.on;
    let mut query = hubs::table
        .filter(hubs::opened_on.le(on))
        .filter(hubs::closed_on.is_null().or(hubs::closed_on.gt(Some(on))))
        .select(Hub::as_select())
        .into_boxed();
    if let Some(region) = wanted.region {
        query = query.filter(hubs::region.eq(region));
    }
    if let Some(code) = &wanted.icb_code {
        let covering = hub_coverage::table
            .filter(hub_coverage::icb_code.eq(code))
            .filter(hub_coverage::valid_from.le(on))
            .filter(hub_coverage::valid_until.is_null().or(hub_coverage::valid_until.gt(Some(on))))
            .select(hub_coverage::hub_id);
        query = query.filter(hubs::id.eq_any(covering));
    }
    if let Some((name, id)) = &wanted.after {
        query = query.filter(hubs::name.gt(name).or(hubs::name.eq(name).and(hubs::id.gt(*id))));
    }
    Ok(query.order((hubs::name, hubs::id)).limit(limit).load(conn)?)
}

/// One hub.
pub fn find(conn: &mut Conn, id: Id) -> Result<Option<Hub>> {
    Ok(hubs::table.find(id).select(Hub::as_select()).get_result(conn).optional()?)
}

/// What these hubs cover, oldest first.
pub fn coverage(conn: &mut Conn, hubs: &[Id]) -> Result<Vec<Coverage>> {
    Ok(hub_coverage::table
        .filter(hub_coverage::hub_id.eq_any(hubs.to_vec()))
        .order((hub_coverage::hub_id, hub_coverage::valid_from, hub_coverage::icb_code))
        .select(Coverage::as_select())
        .load(conn)?)
}

/// Adds a hub with what it covers.
pub fn insert(conn: &mut Conn, hub: &Hub, covers: &[Coverage]) -> Result<()> {
    diesel::insert_into(hubs::table).values(hub).execute(conn)?;
    for area in covers {
        diesel::insert_into(hub_coverage::table).values(area).execute(conn)?;
    }
    Ok(())
}
