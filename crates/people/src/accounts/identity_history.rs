//! The identity history as it is read.

use diesel::prelude::*;

use super::identity::{END_REASON, IdentityKind, REASON, VALUE};
use crate::schema::identity_entries;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Place, Sealer};

/// An entry of the identity history.
#[derive(Debug, Clone)]
pub struct IdentityEntry {
    pub id: Id,
    pub kind: IdentityKind,
    /// The value; `None` where only its blind index is known.
    pub value: Option<Private<String>>,
    /// When it began to apply.
    pub from: UtcTime,
    /// When it ceased to apply; `None` for the current value.
    pub until: Option<UtcTime>,
    /// True for an employer that the person left so long ago that it causes no conflict any more.
    pub lapsed: bool,
    /// The account that set it; `None` where the service took it from older data.
    pub set_by: Option<Id>,
    /// The account that changed or removed it.
    pub ended_by: Option<Id>,
    /// Why it was set.
    pub reason: Option<Private<String>>,
    /// Why it was changed or removed.
    pub end_reason: Option<Private<String>>,
    /// The administrator who approved it.
    pub approved_by: Option<Id>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = identity_entries)]
struct Row {
    id: Id,
    kind: IdentityKind,
    value: Vec<u8>,
    held_from: UtcTime,
    held_until: Option<UtcTime>,
    lapsed: bool,
    set_by: Option<Id>,
    ended_by: Option<Id>,
    reason: Option<Vec<u8>>,
    end_reason: Option<Vec<u8>>,
    approved_by: Option<Id>,
}

impl Row {
    fn unseal(self, sealer: &Sealer) -> Result<IdentityEntry> {
        let value = sealer.open_text(Place(VALUE, self.id), &self.value)?;
        let open = |column, sealed: Option<Vec<u8>>| {
            sealed.map(|sealed| sealer.open_text(Place(column, self.id), &sealed).map(Private::new)).transpose()
        };
        Ok(IdentityEntry {
            reason: open(REASON, self.reason)?,
            end_reason: open(END_REASON, self.end_reason)?,
            approved_by: self.approved_by,
            id: self.id,
            kind: self.kind,
            value: Some(value).filter(|value| !value.is_empty()).map(Private::new),
            from: self.held_from,
            until: self.held_until,
            lapsed: self.lapsed,
            set_by: self.set_by,
            ended_by: self.ended_by,
        })
    }
}

/// The identity history of an account, the newest entry first, before `before`; an error for each entry that cannot be decrypted.
pub fn history(tx: &mut Tx, account: Id, before: Option<Id>, limit: i64) -> Result<Vec<(Id, Result<IdentityEntry>)>> {
    let mut query =
        identity_entries::table.filter(identity_entries::account_id.eq(account)).select(Row::as_select()).into_boxed();
    if let Some(before) = before {
        query = query.filter(identity_entries::id.lt(before));
    }
    let rows: Vec<Row> = query.order(identity_entries::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row.unseal(tx.sealer))).collect())
}
