//! Files and folders that the program creates: only their owner can access them, whatever file mode the caller's shell sets.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::Mode;

/// The permissions of other users, which the program's files never have.
const OTHERS: u32 = 0o077;

/// Makes everything that this process creates from now on accessible only to its owner, including files that libraries create
/// (SQLite's).
pub fn restrict_new_files_to_owner() {
    let _ = rustix::process::umask(Mode::from_raw_mode(OTHERS));
}

/// Creates a folder and its missing parents.
///
/// # Errors
/// The error of the operating system.
pub fn create_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// True when the path is an empty file.
pub fn is_empty_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|about| about.is_file() && about.len() == 0)
}

/// Writes a file that must not exist yet, and flushes it to disk.
///
/// # Errors
/// The error of the operating system; a file that could not be written completely is removed.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).inspect_err(|_| {
        let _ = std::fs::remove_file(path);
    })
}

/// Replaces a file in one step: a reader sees the complete old or the complete new file, also after a power cut. The new file has
/// the owner of the old one.
///
/// # Errors
/// The error of the operating system; the old file is unchanged then.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link to the file stays a link.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let partial = with_suffix(&path, &format!(".{}.part", std::process::id()));
    let _ = std::fs::remove_file(&partial);
    write_new(&partial, bytes)?;
    let owner = std::fs::metadata(&path).ok().map(|old| (old.uid(), old.gid()));
    let replaced = match owner {
        Some((user, group)) => std::fs::metadata(&partial).and_then(|new| match (new.uid(), new.gid()) == (user, group) {
            true => Ok(()),
            false => std::os::unix::fs::chown(&partial, Some(user), Some(group)),
        }),
        None => Ok(()),
    }
    .and_then(|()| std::fs::rename(&partial, &path));
    if replaced.is_err() {
        let _ = std::fs::remove_file(&partial);
    }
    replaced?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

/// The same path with a suffix added to its last part.
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// Removes other users' access to a file of the program, if they have any. True when that was necessary.
///
/// # Errors
/// A sentence for the operator: this user may not change the file.
pub fn restrict_to_owner(path: &Path) -> Result<bool, String> {
    let Some(mode) = mode(path).filter(|mode| mode & OTHERS != 0) else { return Ok(false) };
    std::fs::set_permissions(path, Permissions::from_mode(mode & 0o700 & !0o100)).map(|()| true).map_err(|_| {
        format!(
            "{} can be read by other users (mode {mode:04o}), and its mode cannot be changed: run chmod 600 on it",
            path.display()
        )
    })
}

/// If standard output goes to a file, removes other users' access to that file.
pub fn restrict_standard_output() {
    let output = std::io::stdout();
    let is_file = rustix::fs::fstat(&output)
        .is_ok_and(|found| rustix::fs::FileType::from_raw_mode(found.st_mode) == rustix::fs::FileType::RegularFile);
    if is_file {
        let _ = rustix::fs::fchmod(&output, Mode::RUSR | Mode::WUSR);
    }
}

/// A warning for the operator about a file or folder that other users can access; `None` when they cannot.
pub fn permission_warning(path: &Path) -> Option<String> {
    let mode = mode(path).filter(|mode| mode & OTHERS != 0)?;
    let right_mode = if path.is_dir() { 700 } else { 600 };
    Some(format!("{} can be accessed by other users (mode {mode:04o}): run chmod {right_mode} on it", path.display()))
}

fn mode(path: &Path) -> Option<u32> {
    std::fs::metadata(path).ok().map(|found| found.permissions().mode() & 0o7777)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode_of(path: &Path) -> u32 {
        mode(path).unwrap()
    }

    #[test]
    fn new_files_and_folders_are_accessible_only_to_their_owner() {
        let folder = tempfile::TempDir::new().unwrap();
        let (inner, file) = (folder.path().join("a/b"), folder.path().join("a/b/secret"));
        create_folder(&inner).unwrap();
        write_new(&file, b"one").unwrap();
        assert_eq!([mode_of(&inner), mode_of(&folder.path().join("a")), mode_of(&file)], [0o700, 0o700, 0o600]);
        assert!(write_new(&file, b"two").is_err(), "nothing is overwritten");
        replace(&file, b"three").unwrap();
        assert_eq!((std::fs::read(&file).unwrap().as_slice(), mode_of(&file)), (b"three".as_slice(), 0o600));
        assert_eq!(std::fs::read_dir(&inner).unwrap().count(), 1, "no partial file is left");
    }

    #[test]
    fn access_of_other_users_is_reported_and_removed() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("loose");
        std::fs::write(&file, "x").unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        assert!(permission_warning(&file).is_some_and(|text| text.contains("loose") && text.contains("0644")));
        assert_eq!((restrict_to_owner(&file), mode_of(&file), permission_warning(&file)), (Ok(true), 0o600, None));
        assert_eq!(restrict_to_owner(&file), Ok(false));
        assert_eq!(restrict_to_owner(&folder.path().join("missing")), Ok(false));
    }

    #[test]
    fn a_replaced_link_stays_a_link() {
        let folder = tempfile::TempDir::new().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        std::fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        replace(&link, b"new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read(&real).unwrap(), b"new");
    }
}
