//! Why a database cannot be opened, in one line for the operator.
//!
//! The driver's own messages are not passed on: for an address with a mistake in it they may contain a part of the password. Each
//! known cause has its own text instead, with the names that PostgreSQL puts in quotation marks where those are harmless.

use std::path::Path;

use diesel::ConnectionError;
use diesel::result::Error as DieselError;

use super::conn::Engine;

/// The reason why a connection to this database could not be opened, in one line for the operator.
pub fn describe(engine: &Engine, error: &ConnectionError) -> String {
    let message = match error {
        ConnectionError::CouldntSetupConfiguration(DieselError::DatabaseError(_, info)) => info.message().to_owned(),
        other => other.to_string(),
    };
    match engine {
        Engine::Postgres(_) => postgres(&message),
        Engine::Sqlite(path) => sqlite(path, &message),
    }
}

/// True when another process has locked the file briefly, so that trying again is right.
pub(super) fn is_busy(error: &ConnectionError) -> bool {
    let message = error.to_string();
    ["is locked", "locking protocol"].iter().any(|part| message.contains(part))
}

/// A part of libpq's message and its explanation. The first entry that matches is used. `{where}`, `{database}`, `{role}` and
/// `{host}` are replaced by what the message names.
const POSTGRES: &[(&str, &str)] = &[
    (
        "when SSL support is not compiled in",
        "the address asks for TLS (sslmode), and this program was built without it: build it with --features pg-tls, or use \
         sslmode=disable over loopback or a Unix socket",
    ),
    ("server does not support SSL", "the address asks for TLS (sslmode), and the server{where} does not offer it"),
    ("root certificate file", "the certificate of the authority that signs the server's certificate (sslrootcert) is missing"),
    (
        "certificate",
        "the server's certificate{where} is not accepted: it has expired, is for another host, or is not signed by a known \
         authority",
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
    ("the database system is not", "PostgreSQL{where} does not accept connections yet: try again in a moment"),
    ("session is read-only", "the server{where} does not accept writes because it is a standby: name the primary"),
    ("hot standby", "the server{where} does not accept writes because it is a standby: name the primary"),
    (
        "too many clients already",
        "the server{where} has no connection left (max_connections): close other connections, or allow more",
    ),
    (
        "remaining connection slots",
        "the server{where} has no connection left (max_connections): close other connections, or allow more",
    ),
    ("too many connections for role", "the role{role} has no connection left (its connection limit)"),
    ("too many connections for database", "the database{database} has no connection left (its connection limit)"),
    ("no password supplied", "the server{where} asks for a password, and the address has none"),
    ("password authentication failed", "the server{where} does not accept the password of the user{user}"),
    ("authentication failed", "the server{where} does not accept the user{user}"),
    (
        "no pg_hba.conf entry",
        "the server{where} does not allow this connection (pg_hba.conf) for the user{user} and database{database}",
    ),
    ("is not permitted to log in", "the role{role} may not log in"),
    ("permission denied for database", "the user may not connect to the database{database}"),
    ("not currently accepting connections", "the database{database} does not accept connections at present"),
    ("received invalid response", "the program that answers{where} is not PostgreSQL"),
    ("invalid port number", "the port in the address is not a number"),
    ("invalid integer value", "a value in the address should be a number and is not"),
    ("URI", "the address is not a valid postgres:// URL (is a character of the password not percent-encoded?)"),
    ("invalid connection option", "the address has an option that libpq does not know"),
    ("server closed the connection", "the server{where} closed the connection while it was being opened"),
];

fn postgres(message: &str) -> String {
    let cause = if message.contains("role \"") && message.contains("does not exist") {
        "the role{role} does not exist on the server{where}"
    } else if message.contains("database \"") && message.contains("does not exist") {
        "the database{database} does not exist on the server{where}: create it first"
    } else {
        let found = POSTGRES.iter().find(|(part, _)| message.contains(part)).map(|(_, cause)| *cause);
        found.unwrap_or("this program does not know the reason; connect with psql to the same address to see it")
    };
    let mut line = format!("the postgres database cannot be reached: {cause}");
    for (name, before) in
        [("{database}", "database \""), ("{role}", "role \""), ("{user}", "user \""), ("{host}", "host name \"")]
    {
        line = line.replace(name, &quoted(message, before).map(|found| format!(" \"{found}\"")).unwrap_or_default());
    }
    line.replace("{where}", &location(message).unwrap_or_default())
}

/// The name that follows in quotation marks, unless it may be a part of the password of a mistyped address.
fn quoted<'a>(message: &'a str, before: &str) -> Option<&'a str> {
    let (_, rest) = message.split_once(before)?;
    let (name, _) = rest.split_once('"')?;
    (!name.contains(['@', ':', '/', '?', '%', '\n'])).then_some(name)
}

/// Where libpq tried to connect: ` at db.internal, port 5432` or ` at the socket /run/…`.
fn location(message: &str) -> Option<String> {
    if let Some((_, rest)) = message.split_once("connection to server at \"") {
        let (host, rest) = rest.split_once('"')?;
        let port: String = rest.split_once("port ")?.1.chars().take_while(char::is_ascii_digit).collect();
        return (!host.contains(['@', '?', '%'])).then(|| format!(" at {host}, port {port}"));
    }
    let (_, rest) = message.split_once("connection to server on socket \"")?;
    let (socket, _) = rest.split_once('"')?;
    (!socket.contains(['@', '?'])).then(|| format!(" at the socket {socket}"))
}

/// A part of SQLite's message and its explanation.
const SQLITE: &[(&str, &str)] = &[
    ("file is not a database", "it is not a SQLite database, or it is encrypted"),
    ("disk image is malformed", "it is damaged: keep a copy of the damaged file, and restore a backup"),
    ("malformed database schema", "it is damaged: keep a copy of the damaged file, and restore a backup"),
    ("is locked", "another program has locked it"),
    ("locking protocol", "another program has locked it"),
    ("readonly database", "it, or its folder, is read-only"),
    ("is full", "its disk is full"),
    ("disk I/O error", "its disk or file system does not work"),
];

fn sqlite(path: &Path, message: &str) -> String {
    let known = SQLITE.iter().find(|(part, _)| message.contains(part)).map(|(_, cause)| (*cause).to_owned());
    let cause = known.or_else(|| path_problem(path)).unwrap_or_else(|| "SQLite cannot open it".to_owned());
    format!("the sqlite database {} cannot be opened: {cause}", path.display())
}

/// The operating system's reason why the path cannot be opened.
fn path_problem(path: &Path) -> Option<String> {
    if path.is_dir() {
        return Some("it is a folder, not a file".to_owned());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Some(format!("its folder {} is missing", folder.display()));
    }
    // Neither of these creates or changes a file.
    let writable = std::fs::OpenOptions::new().read(true).write(true).open(path).err()?;
    Some(match writable.kind() {
        std::io::ErrorKind::NotFound => format!("the file does not exist, and none can be created in {}", folder.display()),
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
        for (message, line) in [
            (format!("{AT}Connection refused\n\tIs the server running?"), "nothing listens at db.internal, port 5432"),
            (
                "connection to server on socket \"/run/.s.PGSQL.5432\" failed: No such file or directory".to_owned(),
                "socket /run/",
            ),
            (
                "could not translate host name \"db.internal\" to address: Name or service not known".to_owned(),
                "the host \"db.internal\" is unknown",
            ),
            (format!("{AT}FATAL:  database \"confide\" does not exist"), "database \"confide\" does not exist"),
            (format!("{AT}FATAL:  role \"ada\" does not exist"), "role \"ada\" does not exist"),
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
            let found = describe(&engine, &ConnectionError::BadConnection(message.clone()));
            assert!(found.starts_with("the postgres database cannot be reached: ") && found.contains(line), "{message}: {found}");
            assert!(!found.contains(['{', '\n']), "{found}");
        }
    }

    #[test]
    fn a_possible_part_of_the_password_is_not_repeated() {
        let engine = Engine::Postgres("postgres://ada:hu@sh@db/confide".to_owned());
        for message in [
            "could not translate host name \"sh@db\" to address: Name or service not known",
            "invalid integer value \"hush\" for connection option \"port\"",
            "unexpected character \"h\" in position 12 in URI (expected \":\" or \"/\"): \"postgres://ada:hush\"",
            "hush",
        ] {
            let found = describe(&engine, &ConnectionError::BadConnection(message.to_owned()));
            assert!(!found.contains("hush") && !found.contains("sh@"), "{found}");
        }
    }
}
