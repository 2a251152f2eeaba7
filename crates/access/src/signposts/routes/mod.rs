//! HTTP handlers of the directory of signposts.

pub(super) mod keeping;
pub(super) mod searching;

use super::dto::entries::SignpostEntry;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::Answer;
use reference::signposts::model::Entry;
use reference::signposts::{directory, rules, shipped};

/// The entry with this id.
fn found(tx: &mut Tx, id: &str) -> Result<Entry> {
    directory(tx)?.into_iter().find(|entry| entry.signpost.id == id).ok_or_else(Error::not_found)
}

fn view(entry: Entry) -> Result<SignpostEntry> {
    let emergency_route = rules::is_emergency_route(shipped(), &entry.signpost.id);
    Ok(SignpostEntry::new(entry.signpost, emergency_route))
}

/// The entry as it is now, with its version.
fn shown(tx: &mut Tx, id: &str) -> Result<Answer> {
    let entry = found(tx, id)?;
    let version = entry.version;
    Ok(Answer::ok(&view(entry)?)?.version(version))
}
