//! What leads to an area: outcodes and employers, each with its boards and days.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::hubs::model::{Lie, PlaceKind, Stretch};
use crate::schema::area_places;
use platform::Tx;
use platform::error::Result;
use platform::on;

#[derive(Queryable, Selectable)]
#[diesel(table_name = area_places)]
struct Row {
    code: String,
    icb_code: String,
    valid_from: NaiveDate,
    valid_until: Option<NaiveDate>,
    name: Option<String>,
    confirmed: bool,
    source: String,
}

/// A place with everything that is known of where it lies and lay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub code: String,
    /// What an employer is called.
    pub name: Option<String>,
    /// In which areas.
    pub lies: Vec<Stretch<Lie>>,
}

/// The places of these codes, in order.
fn gathered(rows: Vec<Row>) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for row in rows {
        let what = Lie { icb_code: row.icb_code, confirmed: row.confirmed, source: row.source };
        let lie = Stretch { what, from: row.valid_from, until: row.valid_until };
        match places.last_mut() {
            Some(place) if place.code == row.code => place.lies.push(lie),
            _ => places.push(Place { code: row.code, name: row.name, lies: vec![lie] }),
        }
    }
    places
}

/// The places of these codes that are known, by code.
pub fn of(tx: &mut Tx, kind: PlaceKind, codes: &[String]) -> Result<Vec<Place>> {
    let rows: Vec<Row> = area_places::table
        .filter(area_places::kind.eq(kind))
        .filter(area_places::code.eq_any(codes.to_vec()))
        .order((area_places::code, area_places::valid_from, area_places::icb_code))
        .select(Row::as_select())
        .load(tx.conn)?;
    Ok(gathered(rows))
}

/// The known places of a kind, by code, from behind `after` on.
pub fn list(tx: &mut Tx, kind: PlaceKind, after: Option<&str>, limit: i64) -> Result<Vec<Place>> {
    let mut codes = area_places::table.filter(area_places::kind.eq(kind)).select(area_places::code).distinct().into_boxed();
    if let Some(after) = after {
        codes = codes.filter(area_places::code.gt(after));
    }
    let codes: Vec<String> = codes.order(area_places::code).limit(limit).load(tx.conn)?;
    of(tx, kind, &codes)
}

/// Writes where a place lies and lay.
pub fn set(tx: &mut Tx, kind: PlaceKind, place: &Place) -> Result<()> {
    let own = area_places::table.filter(area_places::kind.eq(kind)).filter(area_places::code.eq(&place.code));
    diesel::delete(own).execute(tx.conn)?;
    for lie in &place.lies {
        let told = (
            area_places::valid_until.eq(lie.until),
            area_places::name.eq(&place.name),
            area_places::confirmed.eq(lie.what.confirmed),
            area_places::source.eq(&lie.what.source),
        );
        let key = (
            area_places::kind.eq(kind),
            area_places::code.eq(&place.code),
            area_places::icb_code.eq(&lie.what.icb_code),
            area_places::valid_from.eq(lie.from),
        );
        // Somebody else may be turning the same at this moment: then the later word holds.
        on!(tx.conn, |inner| diesel::insert_into(area_places::table)
            .values((key, told))
            .on_conflict((area_places::kind, area_places::code, area_places::icb_code, area_places::valid_from))
            .do_update()
            .set(told)
            .execute(inner))?;
    }
    Ok(())
}
