//! How many connections the limit of open files allows, so that files remain for everything else.

/// Files that are reserved for other purposes if there are enough.
const RESERVED_FILES: u64 = 256;
/// With fewer connections than this the service cannot work.
const MIN_CONNECTIONS: u64 = 8;
/// How many files a process may open by default.
const DEFAULT_FILES: u64 = 1024;
/// How many connections actix-server accepts for one worker by default.
const DEFAULT_PER_WORKER: u64 = 25_600;

/// Raises the soft limit of open files to the hard limit; returns the resulting limit.
pub fn raise_file_limit() -> u64 {
    let before = rlimit::getrlimit(rlimit::Resource::NOFILE).map_or(DEFAULT_FILES, |(soft, _)| soft);
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

/// How many connections are possible in all, so that at least `others` files remain for everything else.
///
/// # Errors
/// One line for the operator when the limit of open files leaves too few. Without it the service would start and answer no
/// requests.
pub fn max_connections(files: u64, others: u64) -> Result<u64, String> {
    let connections = files.saturating_sub(others.max(RESERVED_FILES.min(files / 2)));
    if connections >= MIN_CONNECTIONS {
        return Ok(connections);
    }
    Err(format!(
        "the limit of open files is {files}, and this number of workers, database connections and simultaneous messages needs \
         at least {}: raise it (ulimit -n, \
         LimitNOFILE=), or lower CONFIDE_WORKERS or CONFIDE_DATABASE_CONNECTIONS",
        others + MIN_CONNECTIONS
    ))
}

/// How many of all connections a worker may have.
pub(super) fn connections_per_worker(max: u64, workers: usize) -> usize {
    let share = max / u64::try_from(workers.max(1)).unwrap_or(1);
    usize::try_from(share.clamp(1, DEFAULT_PER_WORKER)).unwrap_or(1)
}

/// How many connections that many workers accept together, if `max` are possible.
pub fn total_connections(max: u64, workers: usize) -> u64 {
    u64::try_from(connections_per_worker(max, workers).saturating_mul(workers)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_connection_limit_reserves_files_for_other_purposes() {
        for (files, workers, each) in
            [(1024, 2, 384), (1024, 1, 768), (300, 2, 75), (1_048_576, 2, 25_600), (64, 2, 8), (56, 8, 1)]
        {
            assert_eq!(
                connections_per_worker(max_connections(files, 48).unwrap(), workers),
                each,
                "{files} files, {workers} workers"
            );
        }
        for files in [0, 16, 55] {
            assert!(max_connections(files, 48).is_err_and(|line| line.contains("at least 56")), "{files}");
        }
        assert_eq!(max_connections(1024, 600), Ok(424), "more files are reserved when more are needed");
    }
}
