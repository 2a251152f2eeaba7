//! CPU time and memory of processes, read from /proc.

use std::time::Duration;

use diesel::{Connection, PgConnection, RunQueryDsl};

/// User and system time of a process and its threads.
pub fn of_process(pid: u32) -> Duration {
    let (used, _, _) = read(pid).expect("the process runs");
    used
}

/// User and system time of a postmaster, its running children and its ended children.
pub fn of_process_tree(postmaster: u32) -> Duration {
    let (own, ended, _) = read(postmaster).expect("the postmaster runs");
    let children = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let pid = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let (used, _, parent) = read(pid)?;
        (parent == postmaster).then_some(used)
    });
    children.fold(own + ended, |sum, used| sum + used)
}

/// The process id of the postmaster that serves a database.
pub fn postmaster(url: &str) -> u32 {
    let mut conn = PgConnection::establish(url).unwrap();
    let backend: i32 =
        diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>("pg_backend_pid()")).get_result(&mut conn).unwrap();
    read(backend.try_into().unwrap()).unwrap().2
}

/// The resident memory of a process in MiB.
pub fn resident_mib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() / 1024
}

/// Time used, time used by children that have ended, and the id of the parent process.
fn read(pid: u32) -> Option<(Duration, Duration, u32)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may contain spaces, so fields are counted from the bracket after it: the state is the third field of
    // the line.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |from: usize| Some(fields.get(from)?.parse::<u64>().ok()? + fields.get(from + 1)?.parse::<u64>().ok()?);
    // Linux counts in hundredths of a second (USER_HZ).
    let time = |ticks: u64| Duration::from_millis(ticks * 10);
    Some((time(ticks(11)?), time(ticks(13)?), fields.get(1)?.parse().ok()?))
}
