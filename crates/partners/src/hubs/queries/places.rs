//! How an area is found: outcodes and employers, each with its boards and the days on which they are valid.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::hubs::model::{AssignedArea, DatedValue, PlaceKind};
use crate::schema::area_assignments;
use platform::Tx;
use platform::error::Result;
use platform::on;

#[derive(Queryable, Selectable)]
#[diesel(table_name = area_assignments)]
struct Row {
    code: String,
    icb_code: String,
    valid_from: NaiveDate,
    valid_until: Option<NaiveDate>,
    name: Option<String>,
    confirmed: bool,
    source: String,
}

/// A place with its areas now and before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub code: String,
    /// The employer's name.
    pub name: Option<String>,
    pub areas: Vec<DatedValue<AssignedArea>>,
}

/// Groups rows, ordered by code, by place.
fn group_by_place(rows: Vec<Row>) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for row in rows {
        let area = AssignedArea { icb_code: row.icb_code, confirmed: row.confirmed, source: row.source };
        let dated = DatedValue { value: area, from: row.valid_from, until: row.valid_until };
        match places.last_mut() {
            Some(place) if place.code == row.code => place.areas.push(dated),
            _ => places.push(Place { code: row.code, name: row.name, areas: vec![dated] }),
        }
    }
    places
}

/// The known places with these codes, by code.
pub fn of(tx: &mut Tx, kind: PlaceKind, codes: &[String]) -> Result<Vec<Place>> {
    let rows: Vec<Row> = area_assignments::table
        .filter(area_assignments::kind.eq(kind))
        .filter(area_assignments::code.eq_any(codes.to_vec()))
        .order((area_assignments::code, area_assignments::valid_from, area_assignments::icb_code))
        .select(Row::as_select())
        .load(tx.conn)?;
    Ok(group_by_place(rows))
}

/// The known places of a kind, by code, after this one.
pub fn list(tx: &mut Tx, kind: PlaceKind, after: Option<&str>, limit: i64) -> Result<Vec<Place>> {
    let mut codes =
        area_assignments::table.filter(area_assignments::kind.eq(kind)).select(area_assignments::code).distinct().into_boxed();
    if let Some(after) = after {
        codes = codes.filter(area_assignments::code.gt(after));
    }
    let codes: Vec<String> = codes.order(area_assignments::code).limit(limit).load(tx.conn)?;
    of(tx, kind, &codes)
}

/// Replaces the areas of a place.
pub fn set(tx: &mut Tx, kind: PlaceKind, place: &Place) -> Result<()> {
    let own = area_assignments::table.filter(area_assignments::kind.eq(kind)).filter(area_assignments::code.eq(&place.code));
    diesel::delete(own).execute(tx.conn)?;
    for area in &place.areas {
        let columns = (
            area_assignments::valid_until.eq(area.until),
            area_assignments::name.eq(&place.name),
            area_assignments::confirmed.eq(area.value.confirmed),
            area_assignments::source.eq(&area.value.source),
        );
        let key = (
            area_assignments::kind.eq(kind),
            area_assignments::code.eq(&place.code),
            area_assignments::icb_code.eq(&area.value.icb_code),
            area_assignments::valid_from.eq(area.from),
        );
        // A concurrent change may have inserted the same row: the later one wins.
        on!(tx.conn, |inner| diesel::insert_into(area_assignments::table)
            .values((key, columns))
            .on_conflict((
                area_assignments::kind,
                area_assignments::code,
                area_assignments::icb_code,
                area_assignments::valid_from
            ))
            .do_update()
            .set(columns)
            .execute(inner))?;
    }
    Ok(())
}
