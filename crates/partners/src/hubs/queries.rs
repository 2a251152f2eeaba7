//! The statements about hubs. Coordinators, area assignments and referrals have files of their own.

pub mod coordinators;
pub mod events;
pub mod places;
pub mod referrals;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::model::{Coverage, DatedValue, Hub, HubContact, HubDiscipline, HubHelp};
use crate::schema::{hub_channels, hub_coverage, hub_teams, hubs};
use access::contacts::model::ContactChannel;
use platform::Tx;
use platform::db::{Json, as_json};
use platform::error::Result;
use platform::ids::Id;
use reference::workforce::model::Region;

#[derive(Queryable, Selectable)]
#[diesel(table_name = hubs)]
struct Row {
    id: Id,
    name: String,
    region: Region,
    opened_on: NaiveDate,
    closed_on: Option<NaiveDate>,
    help: Json<Vec<HubHelp>>,
    version: i32,
}

/// Filters for hubs.
#[derive(Debug, Clone)]
pub struct HubFilter {
    /// Only these hubs.
    pub ids: Option<Vec<Id>>,
    pub region: Option<Region>,
    /// Only hubs that are open on this day.
    pub on: NaiveDate,
    /// The last hub of the page before, by name and id.
    pub after: Option<(String, Id)>,
}

/// The hubs that match the filter, by name.
pub fn list(tx: &mut Tx, filter: &HubFilter, limit: i64) -> Result<Vec<Hub>> {
    let on = filter.on;
    let mut query = hubs::table
        .filter(hubs::opened_on.le(on))
        .filter(hubs::closed_on.is_null().or(hubs::closed_on.gt(Some(on))))
        .select(Row::as_select())
        .into_boxed();
    if let Some(region) = filter.region {
        query = query.filter(hubs::region.eq(region));
    }
    if let Some(ids) = &filter.ids {
        query = query.filter(hubs::id.eq_any(ids.clone()));
    }
    if let Some((name, id)) = &filter.after {
        query = query.filter(hubs::name.gt(name).or(hubs::name.eq(name).and(hubs::id.gt(*id))));
    }
    let rows = query.order((hubs::name, hubs::id)).limit(limit).load(tx.conn)?;
    with_teams(tx, rows)
}

/// The hub with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Hub>> {
    let row: Option<Row> = hubs::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    Ok(with_teams(tx, row.into_iter().collect())?.pop())
}

/// The hub with this id, its row locked until the transaction ends.
pub fn locked(tx: &mut Tx, id: Id) -> Result<Option<Hub>> {
    if platform::lock_row!(tx.conn, hubs, id)?.is_none() {
        return Ok(None);
    }
    find(tx, id)
}

fn with_teams(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<Hub>> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let mut teams: Vec<(Id, HubDiscipline, i32)> =
        hub_teams::table.filter(hub_teams::hub_id.eq_any(ids)).order((hub_teams::hub_id, hub_teams::discipline)).load(tx.conn)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let team = teams.extract_if(.., |(hub, _, _)| *hub == row.id).map(|(_, discipline, people)| (discipline, people));
            Hub {
                id: row.id,
                name: row.name,
                region: row.region,
                opened_on: row.opened_on,
                closed_on: row.closed_on,
                help: row.help.0,
                team: team.collect(),
                version: row.version,
            }
        })
        .collect())
}

/// The areas that these hubs cover or have covered, oldest first.
pub fn coverage(tx: &mut Tx, hubs: &[Id]) -> Result<Vec<Coverage>> {
    let rows: Vec<(Id, String, NaiveDate, Option<NaiveDate>)> = hub_coverage::table
        .filter(hub_coverage::hub_id.eq_any(hubs.to_vec()))
        .order((hub_coverage::hub_id, hub_coverage::valid_from, hub_coverage::icb_code))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(hub, code, from, until)| DatedValue { value: (hub, code), from, until }).collect())
}

/// The areas that all hubs cover on a day. There are a few dozen hubs, each with a few areas.
pub fn coverage_on(tx: &mut Tx, on: NaiveDate) -> Result<Vec<Coverage>> {
    let rows: Vec<(Id, String, NaiveDate, Option<NaiveDate>)> = hub_coverage::table
        .filter(hub_coverage::valid_from.le(on))
        .filter(hub_coverage::valid_until.is_null().or(hub_coverage::valid_until.gt(Some(on))))
        .order((hub_coverage::hub_id, hub_coverage::valid_from, hub_coverage::icb_code))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(hub, code, from, until)| DatedValue { value: (hub, code), from, until }).collect())
}

/// The columns of a contact channel.
type ChannelColumns = (Id, ContactChannel, String, String, NaiveDate, Option<NaiveDate>);

/// How these hubs can be and could be reached, oldest first; each channel with its hub.
pub fn channels(tx: &mut Tx, hubs: &[Id]) -> Result<Vec<(Id, DatedValue<HubContact>)>> {
    let rows: Vec<ChannelColumns> = hub_channels::table
        .filter(hub_channels::hub_id.eq_any(hubs.to_vec()))
        .order((hub_channels::hub_id, hub_channels::valid_from, hub_channels::id))
        .select((
            hub_channels::hub_id,
            hub_channels::channel,
            hub_channels::contact,
            hub_channels::hours,
            hub_channels::valid_from,
            hub_channels::valid_until,
        ))
        .load(tx.conn)?;
    let open = |(hub, channel, contact, hours, from, until): ChannelColumns| {
        (hub, DatedValue { value: HubContact { channel, contact, hours }, from, until })
    };
    Ok(rows.into_iter().map(open).collect())
}

/// Adds a hub.
pub fn insert(tx: &mut Tx, hub: &Hub) -> Result<()> {
    diesel::insert_into(hubs::table)
        .values((
            hubs::id.eq(hub.id),
            hubs::name.eq(&hub.name),
            hubs::region.eq(hub.region),
            hubs::opened_on.eq(hub.opened_on),
            hubs::closed_on.eq(hub.closed_on),
            hubs::help.eq(as_json(&hub.help)?),
            hubs::version.eq(hub.version),
            hubs::created_at.eq(tx.now),
            hubs::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    set_team(tx, hub)
}

/// Stores a changed hub and increments its version.
pub fn write(tx: &mut Tx, hub: &Hub) -> Result<()> {
    diesel::update(hubs::table.find(hub.id))
        .set((
            hubs::name.eq(&hub.name),
            hubs::region.eq(hub.region),
            hubs::closed_on.eq(hub.closed_on),
            hubs::help.eq(as_json(&hub.help)?),
            hubs::version.eq(hub.version + 1),
            hubs::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    set_team(tx, hub)
}

fn set_team(tx: &mut Tx, hub: &Hub) -> Result<()> {
    diesel::delete(hub_teams::table.filter(hub_teams::hub_id.eq(hub.id))).execute(tx.conn)?;
    for (discipline, people) in &hub.team {
        diesel::insert_into(hub_teams::table)
            .values((hub_teams::hub_id.eq(hub.id), hub_teams::discipline.eq(*discipline), hub_teams::people.eq(*people)))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Replaces the areas that a hub covers and has covered.
pub fn set_coverage(tx: &mut Tx, hub: Id, coverage: &[Coverage]) -> Result<()> {
    diesel::delete(hub_coverage::table.filter(hub_coverage::hub_id.eq(hub))).execute(tx.conn)?;
    for area in coverage {
        diesel::insert_into(hub_coverage::table)
            .values((
                hub_coverage::hub_id.eq(hub),
                hub_coverage::icb_code.eq(&area.value.1),
                hub_coverage::valid_from.eq(area.from),
                hub_coverage::valid_until.eq(area.until),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Replaces the channels by which a hub can be and could be reached.
pub fn set_channels(tx: &mut Tx, hub: Id, channels: &[DatedValue<HubContact>]) -> Result<()> {
    diesel::delete(hub_channels::table.filter(hub_channels::hub_id.eq(hub))).execute(tx.conn)?;
    for channel in channels {
        diesel::insert_into(hub_channels::table)
            .values((
                hub_channels::id.eq(Id::new(tx.now)),
                hub_channels::hub_id.eq(hub),
                hub_channels::channel.eq(channel.value.channel),
                hub_channels::contact.eq(&channel.value.contact),
                hub_channels::hours.eq(&channel.value.hours),
                hub_channels::valid_from.eq(channel.from),
                hub_channels::valid_until.eq(channel.until),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}
