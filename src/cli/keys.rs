//! `confide keys`: a fresh set of keys, and the next set after the present one.

use std::path::{Path, PathBuf};

use clap::Args;

use super::lines::say;
use crate::platform::files;
use crate::platform::keys::{KeyRing, Place};

/// What to do with keys.
#[derive(Debug, Args)]
pub(super) struct KeysCommand {
    /// Write the fresh set into a new file, readable by its owner alone, instead of printing it
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Add new keys to the set in this file, before the ones in use; the present set is kept as FILE.previous
    #[arg(long, value_name = "FILE", conflicts_with = "write")]
    rotate: Option<PathBuf>,
    /// With --rotate: put the new keys second, so that every instance knows them before the first one uses them
    #[arg(long, requires = "rotate")]
    second: bool,
    /// Put the newest keys of this file first, once every instance has been restarted with them in second place
    #[arg(long, value_name = "FILE", conflicts_with_all = ["write", "rotate"])]
    promote: Option<PathBuf>,
}

pub(super) fn run(command: &KeysCommand) -> Result<(), String> {
    match (&command.write, &command.rotate, &command.promote) {
        (Some(path), ..) => {
            files::write_new(path, KeyRing::throwaway().to_text().as_bytes())
                .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
            say(&format!("a fresh set of keys is in {}: keep a copy of it where the database's copies are not", path.display()));
        }
        (_, Some(path), _) => {
            let place = if command.second { Place::Second } else { Place::First };
            rewrite(path, |keys| {
                let added = keys.rotate(place)?;
                let next = match place {
                    Place::First => format!("They are used from the next start with {} on.", path.display()),
                    Place::Second => format!(
                        "They are known from the next start on and not used yet. Restart every instance with {0}, then run \
                         confide keys --promote {0} and restart them again.",
                        path.display()
                    ),
                };
                Ok(format!("added sealing key {} and signing key {}. {next}", added.sealing, added.signing))
            })?;
        }
        (.., Some(path)) => rewrite(path, |keys| {
            let first = keys.promote()?;
            Ok(format!(
                "sealing key {} and signing key {} are first. They are used from the next start with {} on.",
                first.sealing,
                first.signing,
                path.display()
            ))
        })?,
        (None, None, None) => {
            // `confide keys > FILE`: the shell has made the file, with the mode that it gives to any.
            files::close_standard_output();
            say(KeyRing::throwaway().to_text().trim_end());
        }
    }
    Ok(())
}

/// Changes the set in a file: the present one is kept beside it, and the new one takes its place in one step.
fn rewrite(path: &Path, change: impl FnOnce(&mut KeyRing) -> Result<String, String>) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let mut keys = KeyRing::parse(&text)?;
    let done = change(&mut keys)?;
    let previous = files::beside(path, ".previous");
    files::replace(&previous, text.as_bytes())
        .map_err(|error| format!("{} cannot be written, so nothing was changed: {error}", previous.display()))?;
    files::replace(path, keys.to_text().as_bytes())
        .map_err(|error| format!("{} cannot be written, so nothing was changed: {error}", path.display()))?;
    say(&done);
    say(&format!(
        "The set before is in {}; it can take its place again until the new keys are in use. Keep every old line: what was sealed \
         with it opens with nothing else.",
        previous.display()
    ));
    Ok(())
}
