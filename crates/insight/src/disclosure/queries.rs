//! SQL statements about published figures. Figures are added and read but never changed; the schema enforces this.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::model::{Dataset, Period, Published, Snapshot};
use crate::schema::{statistics_cells, statistics_snapshots};
use people::practitioners::queries as registration;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::UtcTime;
use platform::on;

/// The category name of the total of a breakdown.
const TOTAL: &str = "total";

/// The next period of a dataset that may be counted now, if there is one: the one after the last counted period, or the one in
/// which the first practitioner registered.
pub fn next_due(tx: &mut Tx, dataset: Dataset) -> Result<Option<Period>> {
    let last: Option<NaiveDate> = statistics_snapshots::table
        .filter(statistics_snapshots::dataset.eq(dataset))
        .order(statistics_snapshots::period_start.desc())
        .select(statistics_snapshots::period_start)
        .first(tx.conn)
        .optional()?;
    let next = match last {
        Some(last) => dataset.after(dataset.period_of(last)),
        None => {
            let Some(first) = registration::first_registered(tx)? else { return Ok(None) };
            dataset.period_of(first.london_day())
        }
    };
    Ok(Some(next).filter(|next| dataset.has_settled(*next, tx.now.london_day())))
}

/// Stores the published figures of a period; returns 1, or 0 where another instance has stored them already.
pub fn store(tx: &mut Tx, dataset: Dataset, period: Period, tables: &[Published]) -> Result<usize> {
    let row = (
        statistics_snapshots::dataset.eq(dataset),
        statistics_snapshots::period_start.eq(period.first),
        statistics_snapshots::period_end.eq(period.until),
        statistics_snapshots::counted_at.eq(tx.now),
    );
    let first = on!(tx.conn, |inner| diesel::insert_into(statistics_snapshots::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(inner))?;
    if first == 0 {
        return Ok(0);
    }
    for published in tables {
        let total = [(TOTAL.to_owned(), published.total)];
        for (position, (category, count)) in total.iter().chain(&published.cells).enumerate() {
            let whole = |number: usize| i32::try_from(number).map_err(|_| Error::internal("a figure is too large"));
            diesel::insert_into(statistics_cells::table)
                .values((
                    statistics_cells::dataset.eq(dataset),
                    statistics_cells::period_start.eq(period.first),
                    statistics_cells::breakdown.eq(&published.breakdown),
                    statistics_cells::category.eq(category),
                    statistics_cells::position.eq(whole(position)?),
                    statistics_cells::published.eq(count.map(|count| whole(count as usize)).transpose()?),
                ))
                .execute(tx.conn)?;
        }
    }
    Ok(1)
}

/// The published figures of the periods that begin from `from` (included) to `until` (excluded), the oldest first.
pub fn snapshots(tx: &mut Tx, dataset: Dataset, from: NaiveDate, until: NaiveDate) -> Result<Vec<Snapshot>> {
    let periods: Vec<(NaiveDate, NaiveDate, UtcTime)> = statistics_snapshots::table
        .filter(statistics_snapshots::dataset.eq(dataset))
        .filter(statistics_snapshots::period_start.ge(from))
        .filter(statistics_snapshots::period_start.lt(until))
        .order(statistics_snapshots::period_start)
        .select((statistics_snapshots::period_start, statistics_snapshots::period_end, statistics_snapshots::counted_at))
        .load(tx.conn)?;
    let cells: Vec<(NaiveDate, String, String, Option<i32>)> = statistics_cells::table
        .filter(statistics_cells::dataset.eq(dataset))
        .filter(statistics_cells::period_start.ge(from))
        .filter(statistics_cells::period_start.lt(until))
        .order((statistics_cells::period_start, statistics_cells::breakdown, statistics_cells::position))
        .select((
            statistics_cells::period_start,
            statistics_cells::breakdown,
            statistics_cells::category,
            statistics_cells::published,
        ))
        .load(tx.conn)?;
    let snapshot = |(first, until, counted_at): (NaiveDate, NaiveDate, UtcTime)| {
        let own = cells.iter().filter(|(start, ..)| *start == first);
        let tables = own.fold(Vec::<Published>::new(), |mut tables, (_, breakdown, category, count)| {
            let count = count.and_then(|count| u32::try_from(count).ok());
            match tables.last_mut().filter(|table| table.breakdown == *breakdown) {
                Some(table) => table.cells.push((category.clone(), count)),
                None => tables.push(Published { breakdown: breakdown.clone(), total: count, cells: Vec::new() }),
            }
            tables
        });
        Snapshot { period: Period { first, until }, counted_at: counted_at.get(), tables }
    };
    Ok(periods.into_iter().map(snapshot).collect())
}
