//! The settings of the server. Settings that contradict each other, are empty or are not used are detected before anything is
//! created or opened.

use std::collections::BTreeSet;
use std::net::IpAddr;

use actix_web::http::Uri;
use clap::Command;

use crate::platform::config::{
    DatabaseSettings, KeySettings, LimitSettings, MessageSettings, Mode, PrintSettings, ServeSettings,
};
use crate::platform::files;

/// The settings of the server.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct ServeCommand {
    #[command(flatten)]
    pub(super) database: DatabaseSettings,
    #[command(flatten)]
    pub(super) keys: KeySettings,
    #[command(flatten)]
    pub(super) serve: ServeSettings,
    #[command(flatten)]
    pub(super) messages: MessageSettings,
    #[command(flatten)]
    pub(super) print: PrintSettings,
    #[command(flatten)]
    pub(super) limits: LimitSettings,
}

/// The first of the program's own variables that is set to an empty value. A failing secret store or template produces such a
/// value; if it counted as "not set", a default would be used silently.
pub(super) fn first_empty_variable(variables: impl IntoIterator<Item = (String, String)>) -> Option<String> {
    let is_own = |name: &str| name.starts_with("CONFIDE_") || name == "DATABASE_URL";
    let mut empty: Vec<String> =
        variables.into_iter().filter(|(name, value)| is_own(name) && value.trim().is_empty()).map(|(name, _)| name).collect();
    empty.sort();
    let name = empty.into_iter().next()?;
    Some(format!("{name} is set to an empty value: give it a value, or leave it out"))
}

/// Warnings about the variables that are not used.
pub(super) fn unused_variables(program: &Command, names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut known = BTreeSet::new();
    collect_variables(program, &mut known);
    let mut unread: Vec<String> = names
        .into_iter()
        .filter(|name| name.starts_with("CONFIDE_") && !known.contains(name))
        // Variables of the tests.
        .filter(|name| !name.starts_with("CONFIDE_TEST_") && name != "CONFIDE_REQUIRE_POSTGRES")
        .collect();
    unread.sort();
    let hint = |name: &str| match name {
        "CONFIDE_DATABASE" | "CONFIDE_DATABASE_URL" => " (the database is DATABASE_URL)",
        _ => "",
    };
    unread.iter().map(|name| format!("{name} is set, but it is not used{}", hint(name))).collect()
}

fn collect_variables(command: &Command, known: &mut BTreeSet<String>) {
    known.extend(command.get_arguments().filter_map(|argument| argument.get_env()?.to_str().map(str::to_owned)));
    for inner in command.get_subcommands() {
        collect_variables(inner, known);
    }
}

/// Refuses settings that contradict each other; allowed settings that are probably wrong are returned as warnings.
///
/// # Errors
/// One line for the operator.
pub(super) fn check(command: &ServeCommand) -> Result<Vec<String>, String> {
    let (serve, messages, limits) = (&command.serve, &command.messages, &command.limits);
    let production = command.keys.mode == Mode::Production;
    let mut warnings = Vec::new();

    if production && messages.outbox_dir.is_none() {
        if messages.smtp_url.is_none() {
            return Err("email cannot be sent in production: set CONFIDE_SMTP_URL, or name a folder for messages \
                        as files with CONFIDE_OUTBOX_DIR"
                .to_owned());
        }
        if messages.sms_url.is_none() {
            return Err("text messages cannot be sent in production: set CONFIDE_SMS_URL with its key and template, or name a \
                        folder for messages as files with CONFIDE_OUTBOX_DIR"
                .to_owned());
        }
    }
    if messages.sms_url.is_none() {
        let set = [
            ("CONFIDE_SMS_KEY", messages.sms_key.is_some()),
            ("CONFIDE_SMS_KEY_FILE", messages.sms_key_file.is_some()),
            ("CONFIDE_SMS_TEMPLATE", messages.sms_template.is_some()),
        ];
        if let Some((name, _)) = set.iter().find(|(_, set)| *set) {
            return Err(format!(
                "{name} is set, but CONFIDE_SMS_URL is not, so text messages would not be sent: set CONFIDE_SMS_URL too"
            ));
        }
    }
    if limits.session_idle_days > limits.session_days {
        return Err(
            "CONFIDE_SESSION_IDLE_DAYS is more than CONFIDE_SESSION_DAYS: a session would end before it is idle".to_owned()
        );
    }
    if serve.metrics_listen == Some(serve.listen) && serve.listen.port() != 0 {
        return Err("CONFIDE_METRICS_LISTEN and CONFIDE_LISTEN are the same address".to_owned());
    }
    if let Some(origin) = serve.cors_origin.iter().find(|origin| !is_origin(origin)) {
        return Err(format!("CONFIDE_CORS_ORIGINS: {origin:?} is not an origin such as https://app.example.org"));
    }
    match serve.app_url.parse::<Uri>().ok().as_ref().and_then(Uri::scheme_str) {
        Some("https") => {}
        Some("http") if !production || is_local(&serve.app_url) => {}
        Some("http") => {
            return Err("CONFIDE_APP_URL must be an https:// address in production, because its links contain tokens".to_owned());
        }
        _ => return Err("CONFIDE_APP_URL is not an https:// address".to_owned()),
    }

    let invented = |text: &str| text.contains("confide.invalid");
    if production && invented(&serve.app_url) {
        warnings.push("CONFIDE_APP_URL is not set: the links in messages do not work".to_owned());
    }
    if messages.smtp_url.is_some() && invented(&messages.mail_from) {
        warnings.push("CONFIDE_MAIL_FROM is not set: the sender of email is an invented address".to_owned());
    }
    if production && messages.smtp_url.is_none() {
        warnings.push("email is not sent: it is written to files in the outbox folder".to_owned());
    }
    if production && messages.sms_url.is_none() {
        warnings.push("text messages are not sent: they are written to files in the outbox folder".to_owned());
    }
    if messages.outbox_dir.is_some() && messages.smtp_url.is_some() && messages.sms_url.is_some() {
        warnings.push("CONFIDE_OUTBOX_DIR is set, but not used, because a mail server and a text gateway are set".to_owned());
    }
    if production {
        warnings.extend(command.print.warnings());
    }
    if let Some(address) = serve.metrics_listen.filter(|address| is_public(address.ip())) {
        warnings.push(format!("the metrics on {address} can be read without a password by everyone who can reach that address"));
    }
    warnings.extend(messages.sms_key_file.as_deref().and_then(files::permission_warning));
    Ok(warnings)
}

/// True for a scheme, a host and at most a port: what a browser sends as `Origin`.
fn is_origin(text: &str) -> bool {
    let Ok(address) = text.parse::<Uri>() else { return false };
    matches!(address.scheme_str(), Some("https" | "http"))
        && address.host().is_some_and(|host| !host.is_empty() && !host.contains('*'))
        && !text.contains('@')
        && text.matches('/').count() == 2
}

fn is_local(url: &str) -> bool {
    url.parse::<Uri>().is_ok_and(|address| matches!(address.host(), Some("localhost" | "127.0.0.1" | "[::1]")))
}

/// True for an address that can be reached from outside this machine and its private network.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !(v4.is_loopback() || v4.is_private() || v4.is_link_local()),
        IpAddr::V6(v6) => !(v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local()),
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::cli::{Cli, Command as Verb};

    fn serve(arguments: &[&str]) -> Result<Vec<String>, String> {
        let given = ["confide", "serve", "--app-url", "https://app.example.org"].iter().chain(arguments);
        let Some(Verb::Serve(command)) = Cli::parse_from(given).command else { panic!("not serve") };
        check(&command)
    }

    #[test]
    fn contradicting_settings_are_refused_by_name() {
        let folder = ["--outbox-dir", "out"];
        for (arguments, named) in [
            ([].as_slice(), "CONFIDE_SMTP_URL"),
            (&["--smtp-url", "smtp://mail"], "CONFIDE_SMS_URL"),
            (&["--sms-url", "https://sms"], "CONFIDE_SMTP_URL"),
            (&["--sms-key", "x", "--outbox-dir", "out"], "CONFIDE_SMS_KEY"),
            (&["--sms-template", "x", "--outbox-dir", "out"], "CONFIDE_SMS_TEMPLATE"),
            (&["--sms-key-file", "x", "--mode", "development"], "CONFIDE_SMS_KEY_FILE"),
            (&["--session-idle-days", "20", "--session-days", "10", "--outbox-dir", "out"], "CONFIDE_SESSION_IDLE_DAYS"),
            (&["--metrics-listen", "127.0.0.1:8080", "--outbox-dir", "out"], "CONFIDE_METRICS_LISTEN"),
            (&["--cors-origin", "*", "--outbox-dir", "out"], "CONFIDE_CORS_ORIGINS"),
            (&["--cors-origin", "https://a.example.org/", "--outbox-dir", "out"], "CONFIDE_CORS_ORIGINS"),
            (&["--cors-origin", "https://*.example.org", "--outbox-dir", "out"], "CONFIDE_CORS_ORIGINS"),
            (&["--cors-origin", "a.example.org", "--outbox-dir", "out"], "CONFIDE_CORS_ORIGINS"),
        ] {
            assert!(serve(arguments).is_err_and(|line| line.contains(named) && !line.contains('\n')), "{arguments:?}");
        }
        assert!(serve(&folder).is_ok() && serve(&["--mode", "development"]).is_ok_and(|warnings| warnings.is_empty()));
        let origins =
            ["--cors-origin", "https://a.example.org,http://localhost:3000,https://[::1]:8443", "--mode", "development"];
        assert_eq!(serve(&origins), Ok(Vec::new()));
    }

    #[test]
    fn the_links_in_messages_are_https() {
        for (url, mode, taken) in [
            ("app.example.org", "development", false),
            ("ftp://app.example.org", "development", false),
            ("http://app.example.org", "production", false),
            ("http://app.example.org", "development", true),
            ("http://localhost:3000", "production", true),
        ] {
            let given = ["confide", "serve", "--outbox-dir", "out", "--app-url", url, "--mode", mode];
            let Some(Verb::Serve(command)) = Cli::parse_from(given).command else { panic!("not serve") };
            assert_eq!(check(&command).is_ok(), taken, "{url} in {mode}");
        }
    }

    #[test]
    fn settings_that_are_probably_wrong_give_a_warning() {
        for (arguments, expected) in [
            (["--outbox-dir", "out"].as_slice(), "email is not sent"),
            (&["--outbox-dir", "out", "--smtp-url", "smtp://mail"], "invented address"),
            (&["--outbox-dir", "out", "--smtp-url", "smtp://mail", "--sms-url", "https://sms"], "not used"),
            (&["--outbox-dir", "out"], "CONFIDE_ORGANISATION_NAME is not set"),
            (
                &["--outbox-dir", "out", "--organisation-name", "N", "--organisation-address", "A"],
                "CONFIDE_ORGANISATION_PHONE is",
            ),
            (&["--mode", "development", "--metrics-listen", "0.0.0.0:9090"], "0.0.0.0:9090"),
            (&["--mode", "development", "--metrics-listen", "[2001:db8::1]:9090"], "2001:db8"),
        ] {
            let warnings = serve(arguments).unwrap();
            assert!(warnings.iter().any(|warning| warning.contains(expected)), "{arguments:?}: {warnings:?}");
        }
        assert_eq!(serve(&["--mode", "development", "--metrics-listen", "10.0.0.1:9090"]), Ok(Vec::new()));
    }

    #[test]
    fn variables_that_are_empty_or_not_used_are_named() {
        let pairs = |list: &[(&str, &str)]| list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
        assert_eq!(first_empty_variable(pairs(&[("CONFIDE_KEYS", "x"), ("HOME", "")])), None);
        for name in ["CONFIDE_KEYS", "DATABASE_URL", "CONFIDE_SERVICE_NAME"] {
            assert!(first_empty_variable(pairs(&[(name, " ")])).is_some_and(|line| line.contains(name)));
        }
        let program = Cli::command();
        let names = ["CONFIDE_DATABASE", "CONFIDE_KEYS", "CONFIDE_KEYS_FILE", "CONFIDE_LISTEN", "CONFIDE_SMTP", "HOME"];
        let unread = unused_variables(&program, names.map(str::to_owned));
        assert_eq!(unread.len(), 2, "{unread:?}");
        assert!(
            unread[0].contains("CONFIDE_DATABASE ") && unread[0].contains("DATABASE_URL") && unread[1].contains("CONFIDE_SMTP ")
        );
    }
}
