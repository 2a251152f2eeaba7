//! Front desk of the contact line.

pub(super) mod inviting;
pub(super) mod logging;
pub(super) mod tasks;
pub(super) mod triage;

use super::dto::ContactView;
use super::model::TriageNeed;
use super::queries::{self, Contact, tasks as task_records, triages};
use crate::access::signposting;
use crate::platform::Platform;
use crate::platform::db::Conn;
use crate::platform::error::{Error, Result};
use crate::platform::http::Answer;
use crate::platform::ids::{Id, UtcTime};

/// How many triages and tasks are shown with a contact.
const SHOWN: i64 = 50;

/// A contact that is to be changed, its row locked.
fn locked(conn: &mut Conn, platform: &Platform, id: Id) -> Result<Contact> {
    queries::locked(conn, &platform.sealer, id)?.ok_or_else(Error::not_found)
}

/// A contact with what belongs to it.
fn view(conn: &mut Conn, platform: &Platform, id: Id, now: UtcTime) -> Result<Answer> {
    let contact = queries::find(conn, &platform.sealer, id)?.ok_or_else(Error::not_found)?;
    let triages = triages::of(conn, id, SHOWN)?;
    let tasks = task_records::of(conn, &platform.sealer, id, SHOWN)?;
    let danger = triages.iter().any(|triaged| triaged.needs.contains(&TriageNeed::ImmediateDanger));
    let emergency = if danger { signposting::crisis_help(conn, now.london_day())? } else { Vec::new() };
    let version = contact.version;
    Ok(Answer::ok(&ContactView::new(contact, triages, tasks, emergency, now))?.version(version))
}
