//! Values that an earlier version stored in clear and this one seals. A migration has no keys: it moves the values to a table of their
//! own, and they are sealed at the next start, before the service answers.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Text};

use crate::Tx;
use crate::db::types::sql;
use crate::error::{Error, Result};
use crate::ids::Id;
use crate::schema::unsealed_values;
use crate::seal::Place;

/// How many values are sealed in one transaction.
const BATCH: i64 = 500;

/// Seals the next values, each a JSON text, into the columns of `places` (`table.column`), and deletes them here; returns how many.
///
/// # Errors
/// When the database fails, or for a value of another place.
pub fn seal_next(tx: &mut Tx, places: &[&'static str]) -> Result<usize> {
    let rows: Vec<(String, Id, String)> = unsealed_values::table
        .order((unsealed_values::place, unsealed_values::row_id))
        .select((unsealed_values::place, unsealed_values::row_id, unsealed_values::value))
        .limit(BATCH)
        .load(tx.conn)?;
    for (place, row, value) in &rows {
        let place =
            places.iter().find(|known| *known == place).ok_or_else(|| Error::internal("a value to seal for no column"))?;
        let (table, column) = place.split_once('.').ok_or_else(|| Error::internal("a place without a column"))?;
        let sealed = tx.sealer.seal(Place(place, *row), value.as_bytes())?;
        // The names are those of the program, never of the row.
        diesel::sql_query(format!("UPDATE {table} SET {column} = $1 WHERE id = $2"))
            .bind::<Binary, _>(sealed)
            .bind::<sql::Id, _>(*row)
            .execute(tx.conn)?;
        diesel::sql_query("DELETE FROM unsealed_values WHERE place = $1 AND row_id = $2")
            .bind::<Text, _>(*place)
            .bind::<sql::Id, _>(*row)
            .execute(tx.conn)?;
    }
    Ok(rows.len())
}
