//! How many connections the limit of open files allows, so that files stay for everything else.

/// Files that are kept from clients where there are enough.
const OTHER_FILES: u64 = 256;
/// With fewer connections than this, nobody can be served.
const FEWEST: u64 = 8;
/// How many files a process may open where nobody says.
const USUAL_FILES: u64 = 1024;
/// What actix-server takes for one worker when nobody says.
const USUAL_FOR_A_WORKER: u64 = 25_600;

/// Raises the soft limit of open files to the hard one; returns the limit that now holds.
pub fn raise_file_limit() -> u64 {
    let before = rlimit::getrlimit(rlimit::Resource::NOFILE).map_or(USUAL_FILES, |(soft, _)| soft);
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(now) => {
            tracing::info!(before, now, "limit of open files");
            now
        }
        Err(error) => {
            tracing::warn!(before, %error, "the limit of open files cannot be raised");
            before
        }
    }
}

/// How many connections there may be in all, so that `others` files stay for everything else, and more where there are many.
///
/// # Errors
/// One line for the operator when the limit of open files leaves too few. Without that the service would start and answer nobody.
pub fn most(files: u64, others: u64) -> Result<u64, String> {
    let connections = files.saturating_sub(others.max(OTHER_FILES.min(files / 2)));
    if connections >= FEWEST {
        return Ok(connections);
    }
    Err(format!(
        "the limit of open files is {files}, and at least {} are needed for so many workers, database connections and messages at \
         once: raise it (ulimit -n, LimitNOFILE=), or lower CONFIDE_WORKERS or CONFIDE_DATABASE_CONNECTIONS",
        others + FEWEST
    ))
}

/// How many of all connections a worker may hold.
pub(super) fn for_a_worker(most: u64, workers: usize) -> usize {
    let share = most / u64::try_from(workers.max(1)).unwrap_or(1);
    usize::try_from(share.clamp(1, USUAL_FOR_A_WORKER)).unwrap_or(1)
}

/// How many connections that many workers take together, of so many that there may be.
pub fn in_all(most: u64, workers: usize) -> u64 {
    u64::try_from(for_a_worker(most, workers).saturating_mul(workers)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_the_rest() {
        for (files, workers, each) in
            [(1024, 2, 384), (1024, 1, 768), (300, 2, 75), (1_048_576, 2, 25_600), (64, 2, 8), (56, 8, 1)]
        {
            assert_eq!(for_a_worker(most(files, 48).unwrap(), workers), each, "{files} files, {workers} workers");
        }
        for files in [0, 16, 55] {
            assert!(most(files, 48).is_err_and(|line| line.contains("at least 56")), "{files}");
        }
        assert_eq!(most(1024, 600), Ok(424), "who needs more for the rest gets it");
    }
}
