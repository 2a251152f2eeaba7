//! `confide keys`: creates a new set of keys, and adds keys to a set.

use std::path::{Path, PathBuf};

use clap::Args;

use super::output::print_line;
use crate::platform::files;
use crate::platform::keys::{KeyPosition, KeyRing};

/// What to do with keys.
#[derive(Debug, Args)]
pub(super) struct KeysCommand {
    /// Write the new set into a new file, readable only by its owner, instead of printing it
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Add new keys to the set in this file, before the keys in use; the previous set is kept as FILE.previous
    #[arg(long, value_name = "FILE", conflicts_with = "write")]
    rotate: Option<PathBuf>,
    /// With --rotate: add the new keys in second position, so that every instance knows them before the first one uses them
    #[arg(long, requires = "rotate")]
    second: bool,
    /// Move the newest keys in this file to the first position, after every instance was restarted with them in second position
    #[arg(long, value_name = "FILE", conflicts_with_all = ["write", "rotate"])]
    promote: Option<PathBuf>,
}

pub(super) fn run(command: &KeysCommand) -> Result<(), String> {
    match (&command.write, &command.rotate, &command.promote) {
        (Some(path), ..) => {
            files::write_new(path, KeyRing::generate().to_text().as_bytes())
                .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
            print_line(&format!(
                "a new set of keys is in {}: keep a copy of it in another place than the backups of the database",
                path.display()
            ));
        }
        (_, Some(path), _) => {
            let place = if command.second { KeyPosition::Second } else { KeyPosition::First };
            rewrite(path, |keys| {
                let added = keys.rotate(place)?;
                let next = match place {
                    KeyPosition::First => format!("They are used after the next start with {}.", path.display()),
                    KeyPosition::Second => format!(
                        "They are known after the next start and not used yet. Restart every instance with {0}, then run \
                         confide keys --promote {0} and restart every instance again.",
                        path.display()
                    ),
                };
                Ok(format!("added sealing key {} and signing key {}. {next}", added.sealing, added.signing))
            })?;
        }
        (.., Some(path)) => rewrite(path, |keys| {
            let first = keys.promote()?;
            Ok(format!(
                "sealing key {} and signing key {} are in the first position. They are used after the next start with {}.",
                first.sealing,
                first.signing,
                path.display()
            ))
        })?,
        (None, None, None) => {
            // `confide keys > FILE`: the shell has created the file with its default mode.
            files::restrict_standard_output();
            print_line(KeyRing::generate().to_text().trim_end());
        }
    }
    Ok(())
}

/// Changes the set in a file: the previous set is kept next to it, and the new one replaces it in one step.
fn rewrite(path: &Path, change: impl FnOnce(&mut KeyRing) -> Result<String, String>) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let mut keys = KeyRing::parse(&text)?;
    let done = change(&mut keys)?;
    let previous = files::with_suffix(path, ".previous");
    files::replace(&previous, text.as_bytes())
        .map_err(|error| format!("{} cannot be written, so nothing was changed: {error}", previous.display()))?;
    files::replace(path, keys.to_text().as_bytes())
        .map_err(|error| format!("{} cannot be written, so nothing was changed: {error}", path.display()))?;
    print_line(&done);
    print_line(&format!(
        "The previous set is in {}; it can be restored until the new keys are in use. Keep every old line: values that were \
         sealed \
         with an old key cannot be opened without it.",
        previous.display()
    ));
    Ok(())
}
