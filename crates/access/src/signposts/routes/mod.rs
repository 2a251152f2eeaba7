//! HTTP handlers of the directory of signposts.

pub(super) mod admin;
pub(super) mod search;

use super::dto::entries::SignpostEntry;
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::Response;
use reference::signposts::model::DirectoryEntry;
use reference::signposts::{built_in, directory, rules};

/// The entry with this id.
fn find_entry(tx: &mut Tx, id: &str) -> Result<DirectoryEntry> {
    directory(tx)?.into_iter().find(|entry| entry.signpost.id == id).ok_or_else(Error::not_found)
}

fn entry_view(entry: DirectoryEntry) -> Result<SignpostEntry> {
    let emergency_route = rules::is_emergency_route(built_in(), &entry.signpost.id);
    Ok(SignpostEntry::new(entry.signpost, emergency_route))
}

/// The entry as it is now, with its version.
fn entry_answer(tx: &mut Tx, id: &str) -> Result<Response> {
    let entry = find_entry(tx, id)?;
    let version = entry.version;
    Ok(Response::ok(&entry_view(entry)?)?.with_version(version))
}
