//! Settings and passwords that the program refuses or warns about.

use confide::platform::password::MAX_CHARACTERS;

use super::{Installation, finished, finished_with, refused, succeeded};
use crate::support::actors::PASSWORD;

#[test]
fn password_on_standard_input_has_at_most_256_characters() {
    let place = Installation::sqlite();
    let longest = format!("{PASSWORD}{}", "x".repeat(MAX_CHARACTERS - PASSWORD.len()));
    let create = |password: &str, email: &str| {
        let command = place.with_keys(&place.keys, &["admin", "create", "--email", email, "--name", "Avery"]);
        finished_with(command, password)
    };
    let complaint = refused(&create(&format!("{longest}x"), "avery@example.org"));
    assert!(complaint.contains(&format!("at most {MAX_CHARACTERS} characters")), "{complaint}");
    succeeded(&create(&longest, "avery@example.org"));
}

#[test]
fn production_without_mail_or_text_settings_does_not_start() {
    let place = Installation::sqlite();
    let start = |variables: &[(&str, &str)]| {
        let mut command = place.with_keys(&place.keys, &["serve"]);
        command.env_remove("CONFIDE_OUTBOX_DIR").envs(variables.iter().copied());
        refused(&finished(command))
    };
    assert!(start(&[]).contains("CONFIDE_SMTP_URL"));
    assert!(start(&[("CONFIDE_SMTP_URL", "smtp://127.0.0.1:1")]).contains("CONFIDE_SMS_URL"));
    assert!(!place.path("confide.db").exists() && !place.path("confide-data").exists(), "nothing is created");
}

#[test]
fn unknown_variable_causes_a_warning() {
    let place = Installation::sqlite();
    let mut command = place.command(&["migrate"]);
    command.env("CONFIDE_DATABASE", "sqlite:elsewhere.db");
    let output = finished(command);
    succeeded(&output);
    let output_text = String::from_utf8_lossy(&output.stderr);
    assert!(output_text.contains("CONFIDE_DATABASE is set, but it is not used (the database is DATABASE_URL)"), "{output_text}");
}
