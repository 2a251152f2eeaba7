//! SQL statements about the directory. It is read as a whole: it has a few dozen entries, and the rules select among all of them.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::model::{DirectoryEntry, Signpost, SignpostAudience, SignpostChannel, SignpostEvent, SignpostNeed, Urgency};
use crate::schema::{signpost_changes, signposts};
use crate::workforce::model::{Nation, Profession, Region};
use platform::Tx;
use platform::db::{Json, as_json};
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::on;
use platform::refusal::Reason;

#[derive(Queryable, Selectable)]
#[diesel(table_name = signposts)]
struct Row {
    id: String,
    name: String,
    summary: String,
    audience: SignpostAudience,
    area: Option<String>,
    professions: Json<Vec<Profession>>,
    regions: Json<Vec<Region>>,
    icb_codes: Json<Vec<String>>,
    needs: Json<Vec<SignpostNeed>>,
    channel: SignpostChannel,
    contact: String,
    hours: Option<String>,
    urgency: Urgency,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    last_checked: NaiveDate,
    source: String,
    position: i32,
    version: i32,
    nations: Json<Vec<Nation>>,
    accessible: bool,
}

impl Row {
    fn into_entry(self) -> DirectoryEntry {
        let signpost = Signpost {
            professions: self.professions.0,
            nations: self.nations.0,
            regions: self.regions.0,
            icb_codes: self.icb_codes.0,
            needs: self.needs.0,
            id: self.id,
            name: self.name,
            summary: self.summary,
            audience: self.audience,
            area: self.area,
            channel: self.channel,
            contact: self.contact,
            hours: self.hours,
            urgency: self.urgency,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            last_checked: self.last_checked,
            source: self.source,
            accessible: self.accessible,
        };
        DirectoryEntry { signpost, position: self.position, version: self.version }
    }
}

/// The whole directory, including entries no longer in force.
pub fn all(tx: &mut Tx) -> Result<Vec<DirectoryEntry>> {
    let rows: Vec<Row> = signposts::table.order((signposts::position, signposts::id)).select(Row::as_select()).load(tx.conn)?;
    Ok(rows.into_iter().map(Row::into_entry).collect())
}

/// The columns of a signpost except its id.
macro_rules! content {
    ($signpost:ident) => {
        (
            signposts::name.eq(&$signpost.name),
            signposts::summary.eq(&$signpost.summary),
            signposts::audience.eq($signpost.audience),
            signposts::area.eq(&$signpost.area),
            signposts::professions.eq(as_json(&$signpost.professions)?),
            signposts::nations.eq(as_json(&$signpost.nations)?),
            signposts::regions.eq(as_json(&$signpost.regions)?),
            signposts::icb_codes.eq(as_json(&$signpost.icb_codes)?),
            signposts::needs.eq(as_json(&$signpost.needs)?),
            signposts::channel.eq($signpost.channel),
            signposts::contact.eq(&$signpost.contact),
            signposts::hours.eq(&$signpost.hours),
            signposts::urgency.eq($signpost.urgency),
            signposts::valid_from.eq($signpost.valid_from),
            signposts::valid_to.eq($signpost.valid_to),
            signposts::last_checked.eq($signpost.last_checked),
            signposts::source.eq(&$signpost.source),
            signposts::accessible.eq($signpost.accessible),
        )
    };
}

/// Adds a built-in entry, unless there is one with its id: the changes of an administrator stay.
pub fn add_built_in(tx: &mut Tx, signpost: &Signpost, position: i32) -> Result<bool> {
    let added = insert_if_missing(tx, signpost, position)?;
    if added {
        record_change(tx, signpost, 1, SignpostEvent::BuiltIn, None)?;
    }
    Ok(added)
}

/// Inserts a row, unless there is one with its id.
fn insert_if_missing(tx: &mut Tx, signpost: &Signpost, position: i32) -> Result<bool> {
    let row = (
        signposts::id.eq(&signpost.id),
        content!(signpost),
        signposts::position.eq(position),
        signposts::version.eq(1),
        signposts::created_at.eq(tx.now),
        signposts::updated_at.eq(tx.now),
    );
    let added = on!(tx.conn, |inner| diesel::insert_into(signposts::table).values(row).on_conflict_do_nothing().execute(inner))?;
    Ok(added == 1)
}

/// Adds the present content of an entry to its history.
fn record_change(tx: &mut Tx, signpost: &Signpost, version: i32, change: SignpostEvent, by: Option<Id>) -> Result<()> {
    diesel::insert_into(signpost_changes::table)
        .values((
            signpost_changes::signpost_id.eq(&signpost.id),
            signpost_changes::version.eq(version),
            signpost_changes::at.eq(tx.now),
            signpost_changes::changed_by.eq(by),
            signpost_changes::change.eq(change),
            signpost_changes::content.eq(as_json(signpost)?),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Sets the day on which an entry was last compared with its source, without a change in its history.
pub fn set_last_checked(tx: &mut Tx, id: &str, day: NaiveDate) -> Result<()> {
    diesel::update(signposts::table.find(id)).set(signposts::last_checked.eq(day)).execute(tx.conn)?;
    Ok(())
}

/// Adds an entry for an administrator.
pub fn add(tx: &mut Tx, signpost: &Signpost, position: i32, by: Id) -> Result<()> {
    insert_if_missing(tx, signpost, position)?;
    record_change(tx, signpost, 1, SignpostEvent::Added, Some(by))
}

/// Replaces an entry, if it still has that version; its previous content stays in its history.
///
/// # Errors
/// 412 `version_mismatch` when it was changed in the meantime.
pub fn replace(tx: &mut Tx, signpost: &Signpost, version: i32, change: SignpostEvent, by: Id) -> Result<()> {
    let unchanged = signposts::table.find(&signpost.id).filter(signposts::version.eq(version));
    let written = diesel::update(unchanged)
        .set((content!(signpost), signposts::version.eq(version + 1), signposts::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    if written == 0 {
        return Err(Reason::VersionMismatch.into());
    }
    record_change(tx, signpost, version + 1, change, Some(by))
}

/// An entry in the history of a signpost.
#[derive(Debug, Clone)]
pub struct HistoryEntry {
    /// The version of the signpost after the change.
    pub version: i32,
    pub at: UtcTime,
    /// The account that made the change; `None` for a built-in entry.
    pub changed_by: Option<Id>,
    pub change: SignpostEvent,
    /// The signpost after the change.
    pub signpost: Signpost,
}

/// The history of a signpost, the newest change first.
pub fn history(tx: &mut Tx, id: &str, before: Option<i32>, limit: i64) -> Result<Vec<HistoryEntry>> {
    type Columns = (i32, UtcTime, Option<Id>, SignpostEvent, Json<Signpost>);
    let mut query = signpost_changes::table
        .filter(signpost_changes::signpost_id.eq(id))
        .select((
            signpost_changes::version,
            signpost_changes::at,
            signpost_changes::changed_by,
            signpost_changes::change,
            signpost_changes::content,
        ))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(signpost_changes::version.lt(before));
    }
    let rows: Vec<Columns> = query.order(signpost_changes::version.desc()).limit(limit).load(tx.conn)?;
    let change =
        |(version, at, changed_by, change, Json(signpost)): Columns| HistoryEntry { version, at, changed_by, change, signpost };
    Ok(rows.into_iter().map(change).collect())
}
