//! A private PostgreSQL for the tests: one server per test process, one database per test.
//!
//! The programs are found on the machine. The server is started on first use in a directory of its own, in memory where there is space (a
//! database is 600 files, and a file system on disk creates them slowly after as many were deleted), listens on a Unix socket only, and
//! stops when the test process ends for whatever reason. `TEST_DATABASE_URL` names another server to use instead, `CONFIDE_TEST_PG_BIN` the
//! directory of the programs to start, and `CONFIDE_REQUIRE_POSTGRES=1` makes it a failure to have neither.

#[path = "installed.rs"]
pub mod installed;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Seek as _};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};

use installed::{REQUIRED, is_required, programs, variable};

/// How long initdb and the first start may take on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(90);

/// Creates the cluster, runs the server, stops it once standard input ends, and removes both. Standard input ends when the
/// test process exits, panics or is killed, because it alone holds the other end. The signal is repeated because a server that
/// has just been started may not handle it yet; it is SIGQUIT because the files need not be flushed.
const SUPERVISOR: &str = r#"
dir=$1 bin=$2
hasty="-c autovacuum=off -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0"
[ "$3" = durable ] && hasty=
trap '' HUP INT TERM
exec 3<&0 </dev/null
"$bin/initdb" -D "$dir/data" -U confide --auth=trust --no-sync -E UTF8 --locale=C 3<&- && {
    "$bin/postgres" -D "$dir/data" -k "$dir" -p 5432 -c listen_addresses= -c timezone=UTC -c max_connections=400 \
        -c shared_buffers=128MB -c max_wal_size=1GB $hasty 3<&- &
    server=$!
    { cat <&3; while kill -QUIT "$server"; do sleep 0.05; done; } &
    wait "$server"
}
cd / && rm -rf "$dir"
"#;

/// A PostgreSQL server on which a test may make as many databases as it likes.
pub struct Server {
    address: Address,
    admin: Mutex<PgConnection>,
    /// The prefix of the names of this run's databases.
    run: String,
    next: AtomicU32,
    copies_files: bool,
    /// The server stops when the standard input of this process is closed.
    _supervisor: Option<Child>,
}

/// The server of this test process, started on first use; `None` when the machine has no PostgreSQL.
///
/// # Panics
/// When the server does not start, or the machine has none and `CONFIDE_REQUIRE_POSTGRES=1` is set.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Result<Option<Server>, String>> = OnceLock::new();
    match SERVER.get_or_init(start) {
        Ok(Some(server)) => Some(server),
        Ok(None) if is_required() => panic!("{ABSENCE} {REQUIRED}=1 forbids that."),
        Ok(None) => None,
        Err(why) => panic!("PostgreSQL for the tests did not start: {why}"),
    }
}

/// The server, for a test that needs it.
///
/// # Panics
/// When the machine has no PostgreSQL. Without it these tests are ignored, so it was removed after they were built.
pub fn required() -> &'static Server {
    server().unwrap_or_else(|| panic!("{ABSENCE}"))
}

/// The message when there is no PostgreSQL.
pub const ABSENCE: &str = "There is no PostgreSQL: no initdb and postgres in CONFIDE_TEST_PG_BIN, /usr/lib/postgresql/*/bin, \
                           /usr/local/bin or `pg_config --bindir`, and TEST_DATABASE_URL is not set.";

impl Server {
    /// The URL of one of this server's databases.
    pub fn url(&self, dbname: &str) -> String {
        self.address.url(dbname)
    }

    /// Creates a database, empty or a copy of `template` (which must have no connections), and returns its name.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn create_database(&self, template: Option<&str>) -> String {
        let name = format!("{}_{}", self.run, self.next.fetch_add(1, Ordering::Relaxed));
        let mut sql = format!("CREATE DATABASE {name}");
        if let Some(template) = template {
            let strategy = if self.copies_files { " STRATEGY file_copy" } else { "" };
            write!(sql, " TEMPLATE {template}{strategy}").expect("writing to a string");
        }
        self.execute(&sql);
        name
    }

    /// Drops a database and closes its remaining connections.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn drop_database(&self, name: &str) {
        self.execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    }

    /// Runs a statement as the server's owner.
    pub fn execute(&self, sql: &str) {
        let mut admin = self.admin.lock().unwrap_or_else(PoisonError::into_inner);
        admin.batch_execute(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
}

fn start() -> Result<Option<Server>, String> {
    if let Some(url) = variable(installed::SERVER) {
        let address = Address::of(&url)?;
        let admin = PgConnection::establish(&url).map_err(|e| format!("TEST_DATABASE_URL: {e}"))?;
        let server = attach(address, admin, None)?;
        server.sweep()?;
        return Ok(Some(server));
    }
    let Some(bin) = programs()? else { return Ok(None) };
    let (dir, mut supervisor, mut log) = launch(&bin)?;
    let address = Address::of(&format!("postgres:///postgres?host={}&port=5432&user=confide", dir.display()))?;
    match connect(&address.url("postgres"), &mut supervisor) {
        Ok(admin) => attach(address, admin, Some(supervisor)).map(Some),
        Err(why) => {
            // `wait` closes the supervisor's standard input, so it cleans up.
            drop(supervisor.wait());
            let mut output = String::new();
            drop(log.rewind().and_then(|()| log.read_to_string(&mut output)));
            Err(format!("{why}\n{output}"))
        }
    }
}

/// Creates the server's directory and starts its supervisor, as another user where this one is root, because PostgreSQL refuses
/// to run as root.
fn launch(bin: &Path) -> Result<(PathBuf, Child, File), String> {
    // Test data may be lost with the machine; a benchmark must pay for durable writes.
    let is_durable = variable("CONFIDE_TEST_PG_DURABLE").is_some();
    let dir = own_directory(if is_durable || !has_space(MEMORY) { "/tmp" } else { MEMORY })?;
    let log_path = dir.join("log");
    let log = File::options()
        .read(true)
        .append(true)
        .create_new(true)
        .open(&log_path)
        .map_err(|e| format!("{}: {e}", log_path.display()))?;
    let copy = || log.try_clone().map_err(|e| e.to_string());
    let is_root = fs::metadata(&dir).map_err(|e| e.to_string())?.uid() == 0;
    let mut supervisor = Command::new(if is_root { "setpriv" } else { "sh" });
    if is_root {
        let (uid, gid) = ordinary_user()?;
        chown(&dir, Some(uid), Some(gid)).map_err(|e| format!("chown {}: {e}", dir.display()))?;
        supervisor.args([&format!("--reuid={uid}"), &format!("--regid={gid}"), "--clear-groups", "sh"]);
    }
    let durability = if is_durable { "durable" } else { "hasty" };
    supervisor.args(["-c", SUPERVISOR, "supervisor"]).arg(&dir).arg(bin).arg(durability);
    // LANGUAGE has no effect in the locale C; a role with another locale gets German messages by it, where they are installed.
    // A process group of its own, so that Ctrl-C reaches the tests and not the server; no output inherited, so that a pipe that
    // reads the tests' output ends with them.
    supervisor.current_dir(&dir).env("LC_ALL", "C").env("LANGUAGE", "de").process_group(0);
    supervisor.stdin(Stdio::piped()).stdout(copy()?).stderr(copy()?);
    let child = supervisor.spawn().map_err(|e| format!("{:?}: {e}", supervisor.get_program()))?;
    Ok((dir, child, log))
}

/// Where Linux keeps files in memory.
const MEMORY: &str = "/dev/shm";

/// True when a folder takes the log and a few dozen databases at a time.
fn has_space(folder: &str) -> bool {
    const NEEDED: u64 = 4 << 30;
    rustix::fs::statvfs(folder).is_ok_and(|found| found.f_bavail.saturating_mul(found.f_frsize) >= NEEDED)
}

/// A new directory that only its owner may enter. Not under `TMPDIR`: the path of a socket has at most 107 bytes.
fn own_directory(parent: &str) -> Result<PathBuf, String> {
    (0_u32..1000)
        .map(|n| PathBuf::from(format!("{parent}/confide-test-pg-{}-{n}", std::process::id())))
        .find_map(|dir| match fs::DirBuilder::new().mode(0o700).create(&dir) {
            Ok(()) => Some(Ok(dir)),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => None,
            Err(e) => Some(Err(format!("{}: {e}", dir.display()))),
        })
        .unwrap_or_else(|| Err("no free directory name".to_owned()))
}

fn ordinary_user() -> Result<(u32, u32), String> {
    let id = |what: &str, user: &str| -> Option<u32> {
        let out = Command::new("id").args([what, user]).stderr(Stdio::null()).output().ok()?;
        String::from_utf8(out.stdout).ok()?.trim().parse().ok()
    };
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|user| Some((id("-u", user)?, id("-g", user)?)))
        .ok_or_else(|| "there is neither a user postgres nor a user nobody to run it as".to_owned())
}

/// Connects as soon as the server accepts connections; an error when it has ended instead or takes too long.
fn connect(url: &str, supervisor: &mut Child) -> Result<PgConnection, String> {
    let start = Instant::now();
    loop {
        let ended = supervisor.try_wait().map_err(|e| e.to_string())?.is_some();
        match PgConnection::establish(url) {
            Ok(connection) => return Ok(connection),
            Err(e) if ended || start.elapsed() > START_LIMIT => return Err(e.to_string()),
            Err(_) => sleep(Duration::from_millis(20)),
        }
    }
}

#[derive(QueryableByName)]
struct About {
    #[diesel(sql_type = BigInt)]
    seconds: i64,
    #[diesel(sql_type = BigInt)]
    version: i64,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    datname: String,
}

fn attach(address: Address, mut admin: PgConnection, supervisor: Option<Child>) -> Result<Server, String> {
    let about: About = sql_query(
        "SELECT extract(epoch FROM now())::bigint AS seconds, current_setting('server_version_num')::bigint AS version",
    )
    .get_result(&mut admin)
    .map_err(|e| e.to_string())?;
    Ok(Server {
        address,
        admin: Mutex::new(admin),
        run: format!("confide_test_{}_{}", about.seconds, std::process::id()),
        next: AtomicU32::new(0),
        // Servers before version 15 have no strategies and always copy files.
        copies_files: about.version >= 150_000,
        _supervisor: supervisor,
    })
}

impl Server {
    /// Drops databases that earlier runs left on a shared server. Six hours spare the runs that are still going.
    fn sweep(&self) -> Result<(), String> {
        const STALE: &str = r"SELECT datname::text AS datname FROM pg_database
            WHERE datname ~ '^confide_test_\d+_\d+_\d+$'
              AND split_part(datname, '_', 3)::bigint < extract(epoch FROM now())::bigint - 6 * 3600";
        let stale: Vec<Name> = {
            let mut admin = self.admin.lock().unwrap_or_else(PoisonError::into_inner);
            sql_query(STALE).load(&mut *admin).map_err(|e| e.to_string())?
        };
        stale.iter().for_each(|old| self.drop_database(&old.datname));
        Ok(())
    }
}

/// A connection URL without its database name.
struct Address {
    before: String,
    after: String,
}

impl Address {
    fn of(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url.split_once("://").unwrap_or_default();
        if !matches!(scheme, "postgres" | "postgresql") {
            return Err("TEST_DATABASE_URL must look like postgres://user:password@host:5432/postgres".to_owned());
        }
        let (path, query) = rest.split_once('?').map_or((rest, String::new()), |(path, query)| (path, format!("?{query}")));
        let authority = path.split_once('/').map_or(path, |(authority, _)| authority);
        Ok(Self { before: format!("{scheme}://{authority}/"), after: query })
    }

    fn url(&self, dbname: &str) -> String {
        format!("{}{dbname}{}", self.before, self.after)
    }
}
