//! Why a database cannot be opened, in one line for the operator.
//!
//! The driver's own words are not passed on: for an address with a mistake in it they may hold a part of the password. So each
//! known cause has words of ours, with the names that PostgreSQL puts in quotation marks where those are harmless.

use std::path::Path;

use diesel::ConnectionError;
use diesel::result::Error as DieselError;

use super::conn::Engine;

/// Why a connection to this database could not be opened.
pub fn why(engine: &Engine, error: &ConnectionError) -> String {
    let said = match error {
        ConnectionError::CouldntSetupConfiguration(DieselError::DatabaseError(_, info)) => info.message().to_owned(),
        other => other.to_string(),
    };
    match engine {
        Engine::Postgres(_) => postgres(&said),
        Engine::Sqlite(path) => sqlite(path, &said),
    }
}

/// True when another process has the file for a moment, so that trying again is right.
pub(super) fn is_busy(error: &ConnectionError) -> bool {
    let said = error.to_string();
    ["is locked", "locking protocol"].iter().any(|part| said.contains(part))
}

/// A part of libpq's message, and what it means. The first line that matches decides. `{where}`, `{database}`, `{role}` and
/// `{host}` stand for what the message names.
const POSTGRES: &[(&str, &str)] = &[
    (
        "when SSL support is not compiled in",
        "the address asks for TLS (sslmode), and this program was built without it: build it with --features pg-tls, or use \
         sslmode=disable over loopback or a Unix socket",
    ),
    ("server does not support SSL", "the address asks for TLS (sslmode), and the server{where} does not offer it"),
    ("root certificate file", "the certificate of the authority that the server's is checked against (sslrootcert) is missing"),
    (
        "certificate",
        "the server's certificate{where} is not accepted: it has expired, is for another host, or is signed by nobody known",
    ),
    ("could not translate host name", "the host{host} is unknown (no such name in the DNS)"),
    ("Name or service not known", "the host{host} is unknown (no such name in the DNS)"),
    ("Connection refused", "nothing listens{where} (connection refused): is PostgreSQL running there, and is this its port?"),
    ("No such file or directory", "there is no socket{where}: is PostgreSQL running on this machine, and is this its folder?"),
    ("Network is unreachable", "the network{where} is unreachable"),
    ("No route to host", "there is no route to the host{where}"),
    ("timeout expired", "the server{where} does not answer in time: is the address right, and does a firewall drop packets?"),
    ("timed out", "the server{where} does not answer in time: is the address right, and does a firewall drop packets?"),
    ("the database system is starting up", "PostgreSQL{where} is starting up: try again in a moment"),
    ("the database system is shutting down", "PostgreSQL{where} is shutting down"),
    ("the database system is in recovery", "PostgreSQL{where} is recovering from a crash: try again in a moment"),
    ("the database system is not", "PostgreSQL{where} takes no connections yet: try again in a moment"),
    ("session is read-only", "the server{where} takes no writes: it is a standby; name the primary"),
    ("hot standby", "the server{where} takes no writes: it is a standby; name the primary"),
    ("too many clients already", "the server{where} has no connection left (max_connections): stop others, or allow more"),
    ("remaining connection slots", "the server{where} has no connection left (max_connections): stop others, or allow more"),
    ("too many connections for role", "the role{role} has no connection left (its connection limit)"),
    ("too many connections for database", "the database{database} has no connection left (its connection limit)"),
    ("no password supplied", "the server{where} asks for a password, and the address has none"),
    ("password authentication failed", "the server{where} does not accept the password of the user{user}"),
    ("authentication failed", "the server{where} does not accept the user{user}"),
    (
        "no pg_hba.conf entry",
        "the server{where} admits no such connection (pg_hba.conf) for the user{user} and database{database}",
    ),
    ("is not permitted to log in", "the role{role} may not log in"),
    ("permission denied for database", "the user may not connect to the database{database}"),
    ("not currently accepting connections", "the database{database} takes no connections at present"),
    ("received invalid response", "what answers{where} is not PostgreSQL"),
    ("invalid port number", "the port in the address is not a number"),
    ("invalid integer value", "a number in the address is not one"),
    ("URI", "the address is not a valid postgres:// URL (is a character of the password not percent-encoded?)"),
    ("invalid connection option", "the address has an option that PostgreSQL's client does not know"),
    ("server closed the connection", "the server{where} closed the connection while it was being opened"),
];

fn postgres(said: &str) -> String {
    let cause = if said.contains("role \"") && said.contains("does not exist") {
        "there is no role{role} on the server{where}"
    } else if said.contains("database \"") && said.contains("does not exist") {
        "there is no database{database} on the server{where}: create it first"
    } else {
        let found = POSTGRES.iter().find(|(part, _)| said.contains(part)).map(|(_, cause)| *cause);
        found.unwrap_or("the reason is not one that this program knows; psql with the same address shows it")
    };
    let mut line = format!("the postgres database cannot be reached: {cause}");
    for (place, before) in
        [("{database}", "database \""), ("{role}", "role \""), ("{user}", "user \""), ("{host}", "host name \"")]
    {
        line = line.replace(place, &quoted(said, before).map(|name| format!(" \"{name}\"")).unwrap_or_default());
    }
    line.replace("{where}", &place(said).unwrap_or_default())
}

/// The name that follows in quotation marks, when it is one: of an address with a mistake in it, it may be a part of the password.
fn quoted<'a>(said: &'a str, before: &str) -> Option<&'a str> {
    let (_, rest) = said.split_once(before)?;
    let (name, _) = rest.split_once('"')?;
    (!name.contains(['@', ':', '/', '?', '%', '\n'])).then_some(name)
}

/// Where libpq tried it: ` at db.internal, port 5432` or ` at the socket /run/…`.
fn place(said: &str) -> Option<String> {
    if let Some((_, rest)) = said.split_once("connection to server at \"") {
        let (host, rest) = rest.split_once('"')?;
        let port: String = rest.split_once("port ")?.1.chars().take_while(char::is_ascii_digit).collect();
        return (!host.contains(['@', '?', '%'])).then(|| format!(" at {host}, port {port}"));
    }
    let (_, rest) = said.split_once("connection to server on socket \"")?;
    let (socket, _) = rest.split_once('"')?;
    (!socket.contains(['@', '?'])).then(|| format!(" at the socket {socket}"))
}

/// A part of SQLite's message, and what it means.
const SQLITE: &[(&str, &str)] = &[
    ("file is not a database", "it is not a SQLite database, or it is encrypted"),
    ("disk image is malformed", "it is damaged: keep a copy of it as it is, and restore a backup"),
    ("malformed database schema", "it is damaged: keep a copy of it as it is, and restore a backup"),
    ("is locked", "another program holds its lock"),
    ("locking protocol", "another program holds its lock"),
    ("readonly database", "it, or its folder, is read-only"),
    ("is full", "its disk is full"),
    ("disk I/O error", "its disk or file system fails"),
];

fn sqlite(path: &Path, said: &str) -> String {
    let known = SQLITE.iter().find(|(part, _)| said.contains(part)).map(|(_, cause)| (*cause).to_owned());
    let cause = known.or_else(|| of_path(path)).unwrap_or_else(|| "SQLite cannot open it".to_owned());
    format!("the sqlite database {} cannot be opened: {cause}", path.display())
}

/// What the operating system says of the path.
fn of_path(path: &Path) -> Option<String> {
    if path.is_dir() {
        return Some("it is a folder, not a file".to_owned());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Some(format!("its folder {} is missing", folder.display()));
    }
    // Neither of these makes or changes a file.
    let writable = std::fs::OpenOptions::new().read(true).write(true).open(path).err()?;
    Some(match writable.kind() {
        std::io::ErrorKind::NotFound => format!("there is no such file, and none can be made in {}", folder.display()),
        std::io::ErrorKind::PermissionDenied => "this user may not read and write it".to_owned(),
        _ => writable.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "connection to server at \"db.internal\" (10.0.0.7), port 5432 failed: ";

    #[test]
    fn each_cause_has_a_line_of_its_own() {
        let engine = Engine::Postgres("postgres://ada:hush@db.internal/confide".to_owned());
        for (said, line) in [
            (format!("{AT}Connection refused\n\tIs the server running?"), "nothing listens at db.internal, port 5432"),
            (
                "connection to server on socket \"/run/.s.PGSQL.5432\" failed: No such file or directory".to_owned(),
                "socket /run/",
            ),
            (
                "could not translate host name \"db.internal\" to address: Name or service not known".to_owned(),
                "the host \"db.internal\" is unknown",
            ),
            (format!("{AT}FATAL:  database \"confide\" does not exist"), "no database \"confide\""),
            (format!("{AT}FATAL:  role \"ada\" does not exist"), "no role \"ada\""),
            (format!("{AT}FATAL:  password authentication failed for user \"ada\""), "password of the user \"ada\""),
            (format!("{AT}fe_sendauth: no password supplied"), "asks for a password"),
            ("sslmode value \"verify-full\" invalid when SSL support is not compiled in".to_owned(), "built without it"),
            (format!("{AT}server does not support SSL, but SSL was required"), "does not offer it"),
            (format!("{AT}SSL error: certificate verify failed"), "certificate at db.internal"),
            (format!("{AT}FATAL:  sorry, too many clients already"), "no connection left"),
            (format!("{AT}FATAL:  remaining connection slots are reserved for roles with SUPERUSER"), "no connection left"),
            (format!("{AT}FATAL:  the database system is starting up"), "starting up"),
            (format!("{AT}timeout expired"), "does not answer in time"),
            (format!("{AT}session is read-only"), "standby"),
            (
                format!("{AT}FATAL:  no pg_hba.conf entry for host \"10.0.0.9\", user \"ada\", database \"confide\""),
                "pg_hba.conf",
            ),
            ("something new".to_owned(), "psql"),
        ] {
            let found = why(&engine, &ConnectionError::BadConnection(said.clone()));
            assert!(found.starts_with("the postgres database cannot be reached: ") && found.contains(line), "{said}: {found}");
            assert!(!found.contains(['{', '\n']), "{found}");
        }
    }

    #[test]
    fn what_may_be_a_part_of_the_password_is_not_repeated() {
        let engine = Engine::Postgres("postgres://ada:hu@sh@db/confide".to_owned());
        for said in [
            "could not translate host name \"sh@db\" to address: Name or service not known",
            "invalid integer value \"hush\" for connection option \"port\"",
            "unexpected character \"h\" in position 12 in URI (expected \":\" or \"/\"): \"postgres://ada:hush\"",
            "hush",
        ] {
            let found = why(&engine, &ConnectionError::BadConnection(said.to_owned()));
            assert!(!found.contains("hush") && !found.contains("sh@"), "{found}");
        }
    }
}
