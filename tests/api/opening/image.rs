//! The container image and the documented commands use existing commands and settings.

use super::{Installation, finished, succeeded};

/// The names of an image's variables, from every `ENV` instruction.
fn variables_of(image: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for settings in image.split("\nENV ").skip(1) {
        for line in settings.lines() {
            names.extend(line.split_whitespace().filter_map(|word| Some(word.split_once('=')?.0)));
            if !line.ends_with('\\') {
                break;
            }
        }
    }
    names
}

#[test]
fn the_variables_of_an_image_are_found() {
    let image = "FROM a\nENV A=1\nRUN x B=2\nENV C=3 D=4 \\\n    E=5 \\\n    F=6\nEXPOSE 1\n";
    assert_eq!(variables_of(image), ["A", "C", "D", "E", "F"]);
}

const READ_BY_THE_C_LIBRARY: &[&str] = &["MALLOC_ARENA_MAX"];

#[test]
fn every_variable_of_the_image_is_read_by_the_program() {
    let image = std::fs::read_to_string("Dockerfile").unwrap();
    let names = variables_of(&image);
    assert!(names.contains(&"DATABASE_URL"), "{names:?}");
    let place = Installation::sqlite();
    let help = finished(place.command(&["serve", "--help"]));
    let help = String::from_utf8_lossy(&help.stdout);
    for name in names {
        let is_setting = help.contains(&format!("[env: {name}=")) || help.contains(&format!("[env: {name}]"));
        let is_read = is_setting || READ_BY_THE_C_LIBRARY.contains(&name);
        assert!(is_read, "the image sets {name}");
    }
}

#[test]
fn documented_docker_commands_use_existing_commands_and_settings() {
    let [image, guide] = ["Dockerfile", "docs/operations.md"].map(|file| std::fs::read_to_string(file).unwrap());
    assert!(image.contains("CMD [\"confide\", \"health\"]") && image.contains("\nSTOPSIGNAL SIGTERM\n"));
    let place = Installation::sqlite();
    let lines = image.lines().chain(guide.lines()).filter_map(|line| line.split_once("docker run ")).map(|(_, line)| line);
    let lines: Vec<_> = lines.map(|line| line.split('`').next().unwrap()).collect();
    assert!(lines.len() >= 9, "{lines:?}");
    for line in lines {
        let (options, command) = line.rsplit_once(" confide").unwrap();
        let words: Vec<_> = command.split_whitespace().collect();
        let mut verb: Vec<_> = words.iter().copied().take_while(|word| !word.starts_with("--")).collect();
        if verb.is_empty() {
            verb.push("serve");
        }
        verb.push("--help");
        let help = finished(place.command(&verb));
        succeeded(&help);
        let help = String::from_utf8_lossy(&help.stdout).into_owned();
        for flag in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(flag), "{line}: {flag}");
        }
        for setting in options.split(" -e ").skip(1).map(|setting| setting.split('=').next().unwrap()) {
            assert!(help.contains(&format!("[env: {setting}")), "{line}: {setting}");
        }
    }
}
