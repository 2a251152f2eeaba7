//! The house rules that only reading the source can keep: which floor may use which, and what each kind of file may know.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The floors, lowest first, each with its rooms from left to right. A floor uses those before it; a room uses the rooms
/// before it on its own floor. `app`, `cli` and `demo` put everything together and may use all of it.
const HOUSE: &[(&str, &[&str])] = &[
    ("platform", &[]),
    ("identity", &["accounts", "sign_in", "staff"]),
    (
        "access",
        &[
            "workforce",
            "conflicts",
            "signposting",
            "questionnaires",
            "self_check",
            "contacts",
            "registration",
            "messages",
            "funding",
            "hubs",
            "outreach",
        ],
    ),
    ("scheduling", &["clinicians", "calendar", "booking"]),
    (
        "care",
        &[
            "assessment",
            "records",
            "prescriptions",
            "fit_notes",
            "follow_ups",
            "groups",
            "feedback",
            "discharge",
            "separation",
            "caseload",
        ],
    ),
    ("insight", &["disclosure", "activity", "outcomes"]),
];

/// Files that belong to a whole floor: any of its rooms may use them, and they use none.
const SHARED: &[&str] = &["embedded"];

/// What puts the house together; nothing uses these but one another.
const ROOF: &[&str] = &["app", "cli", "demo"];

/// How long a file may get.
const LINES: usize = 450;

/// What is a mere list and may be longer.
const LISTS: &[&str] = &["platform/db/schema", "platform/refusal/codes.rs"];

#[test]
fn the_source_keeps_the_house_rules() {
    let mut complaints = Vec::new();
    for path in sources() {
        let text = fs::read_to_string(Path::new("src").join(&path)).unwrap();
        complaints.extend(check(&path, &text));
    }
    assert!(complaints.is_empty(), "{} house rules are broken:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn every_room_has_its_place_in_the_house() {
    let entries = |folder: &Path| -> BTreeSet<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).map(|path| stem(&path)).collect()
    };
    let mut floors = entries(Path::new("src"));
    for known in HOUSE.iter().map(|(floor, _)| *floor).chain(ROOF.iter().copied()).chain(["lib", "main"]) {
        assert!(floors.remove(known), "src/{known} is in the plan of the house, but not in the source");
    }
    assert!(floors.is_empty(), "not in the plan of the house (tests/api/guards/architecture.rs): {floors:?}");
    for (floor, rooms) in HOUSE.iter().filter(|(_, rooms)| !rooms.is_empty()) {
        let mut found = entries(&Path::new("src").join(floor));
        found.remove("mod");
        for shared in SHARED {
            found.remove(*shared);
        }
        let planned: BTreeSet<String> = rooms.iter().map(|room| (*room).to_owned()).collect();
        let strangers: Vec<_> = found.difference(&planned).collect();
        assert!(
            strangers.is_empty(),
            "rooms of {floor} without a place in the plan (tests/api/guards/architecture.rs): {strangers:?}"
        );
    }
}

#[test]
fn every_migration_folder_holds_a_way_up_and_a_way_down() {
    for engine in ["sqlite", "postgres"] {
        for entry in fs::read_dir(Path::new("migrations").join(engine)).unwrap() {
            let folder = entry.unwrap().path();
            let mut files: Vec<String> =
                fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
            files.sort();
            assert_eq!(files, ["down.sql", "up.sql"], "{}", folder.display());
        }
    }
}

#[test]
fn no_two_forms_share_a_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in sources() {
        let text = fs::read_to_string(Path::new("src").join(&path)).unwrap();
        for name in forms(&text) {
            places.entry(name).or_default().push(path.display().to_string());
        }
    }
    assert!(places.len() > 300, "the search finds hardly any: {}", places.len());
    let shared: Vec<_> = places.into_iter().filter(|(_, places)| places.len() > 1).collect();
    assert!(shared.is_empty(), "in the document one would take the other's place: {shared:#?}");
}

/// The names that a file gives to schemas of the document: structures and enumerations that derive one, and words.
fn forms(text: &str) -> Vec<String> {
    let (mut derives, mut words, mut found) = (false, false, Vec::new());
    for line in text.lines() {
        derives |= line.trim_start().starts_with("#[derive(") && line.contains("ToSchema");
        words |= line.ends_with("words! {");
        words &= line != "}";
        let declared = line.trim_start().strip_prefix("pub struct ").or_else(|| line.trim_start().strip_prefix("pub enum "));
        let name = declared.filter(|_| derives || words).and_then(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
        // The macro that defines words has `$name` there.
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            found.push(name.to_owned());
            derives = false;
        }
    }
    found
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// Every source file, by its path under `src`.
fn sources() -> Vec<PathBuf> {
    fn gather(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path.strip_prefix("src").unwrap().to_owned());
            }
        }
    }
    let mut found = Vec::new();
    gather(Path::new("src"), &mut found);
    found.sort();
    found
}

/// Everything that is wrong with one file; `path` is its path under `src`.
fn check(path: &Path, text: &str) -> Vec<String> {
    let parts: Vec<String> = path.with_extension("").iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    let mut complaints = Vec::new();
    let mut complain = |line: usize, what: String| complaints.push(format!("src/{}:{line}: {what}", path.display()));
    if parts.last().is_some_and(|name| matches!(name.as_str(), "utils" | "util" | "helpers" | "misc" | "common")) {
        complain(1, "a file is named for what it is about".to_owned());
    }
    let length = text.lines().count();
    if length > LINES && !LISTS.iter().any(|list| path.starts_with(list)) {
        complain(length, format!("more than {LINES} lines: split it by what its parts are about"));
    }
    // What holds for the code need not hold for the tests beside it.
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    for (number, line) in code.lines().enumerate().filter(|(_, line)| !is_comment(line)) {
        for used in forbidden_here(&parts, line) {
            complain(number + 1, format!("`{used}` is not for this kind of file"));
        }
    }
    for (line, used) in used_paths(code) {
        if let Some(what) = out_of_bounds(&parts, &used) {
            complain(line, what);
        }
    }
    complaints
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// What a kind of file may not mention.
fn forbidden_here(parts: &[String], line: &str) -> Vec<&'static str> {
    const PURE: &[&str] = &[
        "actix",
        "diesel",
        "utoipa",
        "serde_json",
        "tracing",
        "tokio",
        "platform::http",
        "platform::db",
        "super::queries",
        "super::routes",
        "super::dto",
        "Clock",
        "Utc::now",
        "Local::now",
        "SystemTime",
        "Instant::now",
        "rand::",
    ];
    let is_room = parts.len() > 2 && HOUSE.iter().any(|(floor, rooms)| *floor == parts[0] && !rooms.is_empty());
    if !is_room || parts.last().is_some_and(|name| name == "tests") {
        return Vec::new();
    }
    let forbidden: &[&str] = match parts[2].as_str() {
        "model" | "rules" => PURE,
        "dto" => &["diesel", "actix_web", "platform::db", "Utc::now", "Clock"],
        "routes" => {
            &["diesel::", "use diesel", "sql_query", "schema::", "insert_into", ".execute(conn", ".load(conn", ".get_result(conn"]
        }
        "queries" => &["actix", "utoipa", "platform::http", "super::routes", "super::dto", "Utc::now", "Clock"],
        "letters" => &["actix", "utoipa", "diesel", "platform::http", "platform::db", "Utc::now", "Clock"],
        _ => &[],
    };
    forbidden.iter().copied().filter(|word| mentions(line, word)).collect()
}

/// True when `word` stands in the line and does not begin in the middle of another word.
fn mentions(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let inside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        let after = line[at + word.len()..].chars().next();
        let ends_in_a_word = word.ends_with(|c: char| c.is_ascii_alphanumeric()) && word.starts_with(char::is_uppercase);
        let begins_inside = inside(before) && word.starts_with(|c: char| c.is_ascii_alphanumeric());
        let ends_inside = ends_in_a_word && inside(after);
        !begins_inside && !ends_inside
    })
}

/// Every path into the crate that the code names, `use` trees taken apart: the line, and the segments after `crate`.
fn used_paths(code: &str) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    let plain: Vec<&str> = code.lines().map(|line| if is_comment(line) { "" } else { line }).collect();
    let plain = plain.join("\n");
    for (at, _) in plain.match_indices("crate::") {
        let line = plain[..at].matches('\n').count() + 1;
        let rest = &plain[at + "crate::".len()..];
        let in_use = plain[..at].rsplit(['\n', ';']).next().is_some_and(|before| before.trim_start().contains("use "));
        for path in if in_use { tree(rest.split(';').next().unwrap_or(rest)) } else { vec![segments(rest)] } {
            found.push((line, path));
        }
    }
    found
}

fn segments(text: &str) -> Vec<String> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len());
    text[..end].split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The paths of a `use` tree: `a::{b, c::{d, e}}` is `a::b`, `a::c::d` and `a::c::e`.
fn tree(text: &str) -> Vec<Vec<String>> {
    let text = text.trim();
    let Some(open) = text.find('{') else { return vec![segments(text)] };
    let stem = segments(&text[..open]);
    let (mut depth, mut begin, mut branches) = (0, open + 1, Vec::new());
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < open) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if (c == ',' && depth == 1) || depth == 0 {
            branches.push(&text[begin..at]);
            begin = at + 1;
            if depth == 0 {
                break;
            }
        }
    }
    let branches = branches.into_iter().filter(|branch| !branch.trim().is_empty()).flat_map(tree);
    branches.map(|branch| stem.iter().cloned().chain(branch).collect()).collect()
}

/// Why a file may not use a path, if it may not.
fn out_of_bounds(parts: &[String], used: &[String]) -> Option<String> {
    let level = |name: &str| HOUSE.iter().position(|(floor, _)| *floor == name);
    let (here, there) = (level(parts.first()?), used.first()?.as_str());
    if ROOF.contains(&parts[0].as_str()) || parts[0] == "lib" || parts[0] == "main" {
        return None;
    }
    if ROOF.contains(&there) {
        return Some(format!("`crate::{there}` puts the house together; nothing in it may use it"));
    }
    let (here, Some(there_level)) = (here?, level(there)) else {
        // A macro or a name at the crate's root.
        return None;
    };
    if there_level > here {
        return Some(format!("{} may not use {there}, which is a floor above it", parts[0]));
    }
    let rooms = HOUSE[here].1;
    if there_level < here || rooms.is_empty() {
        return None;
    }
    let (room, other) = (parts.get(1)?.as_str(), used.get(1)?.as_str());
    if room == "mod" || room == other || SHARED.contains(&other) {
        return None;
    }
    let place = |name: &str| rooms.iter().position(|room| *room == name);
    match (place(room), place(other)) {
        (Some(mine), Some(theirs)) if theirs < mine => None,
        (Some(_), Some(_)) => Some(format!("{room} may not use {other}, which is to its right")),
        // A name that the floor hands out at its front door.
        (Some(_), None) => None,
        (None, _) => Some(format!("{room} is shared by its floor and may use no room of it")),
    }
}

#[cfg(test)]
mod the_checker {
    use super::*;

    #[test]
    fn sees_the_names_of_forms() {
        let text = "#[derive(Debug, ToSchema)]\n#[serde(deny_unknown_fields)]\npub struct Slip {\n}\npub struct Row;\ncrate::words! {\n    pub enum Hue { A = \"a\" }\n}\npub enum Plain {}\n";
        assert_eq!(forms(text), ["Slip", "Hue"]);
    }

    fn complaints(path: &str, text: &str) -> usize {
        check(Path::new(path), text).len()
    }

    #[test]
    fn sees_a_floor_that_reaches_up_and_a_room_that_reaches_right() {
        assert_eq!(complaints("platform/audit.rs", "use crate::identity::Role;"), 1);
        assert_eq!(complaints("identity/staff/routes.rs", "use crate::care::assessment::queries;"), 1);
        assert_eq!(complaints("identity/accounts/queries.rs", "use crate::identity::sign_in::queries;"), 1);
        assert_eq!(complaints("identity/accounts/routes.rs", "let x = crate::identity::staff::member();"), 1);
        assert_eq!(complaints("care/assessment/routes.rs", "use crate::app::Parts;"), 1);
        assert_eq!(complaints("access/embedded.rs", "use crate::access::workforce::model::Nation;"), 1);
        assert_eq!(complaints("identity/staff/routes.rs", "use crate::{platform::Platform, care};"), 1);
        assert_eq!(
            complaints(
                "identity/staff/routes.rs",
                "use crate::{\n    platform::{Platform, audit},\n    scheduling::{booking, calendar},\n};"
            ),
            2
        );
    }

    #[test]
    fn lets_a_floor_reach_down_and_a_room_reach_left() {
        assert_eq!(
            complaints("identity/staff/routes.rs", "use crate::identity::{accounts::queries, sign_in, Administrator};"),
            0
        );
        assert_eq!(
            complaints("care/caseload/queries.rs", "use crate::{care::assessment, scheduling::booking, platform::db::Conn};"),
            0
        );
        assert_eq!(complaints("access/registration/catalogue.rs", "use crate::access::embedded;"), 0);
        assert_eq!(complaints("app/mod.rs", "use crate::{access, care, identity, scheduling};"), 0);
        assert_eq!(complaints("identity/accounts/routes.rs", "crate::lock_row!(conn, accounts, id)?;"), 0);
        assert_eq!(complaints("identity/accounts/routes.rs", "// what crate::care does"), 0);
    }

    #[test]
    fn keeps_rules_pure_and_each_kind_of_file_to_its_kind() {
        for line in [
            "use diesel::prelude::*;",
            "use actix_web::web;",
            "let now = Utc::now();",
            "fn at(clock: &Clock) {}",
            "use crate::platform::db::Conn;",
            "use crate::platform::http::Json;",
            "#[derive(utoipa::ToSchema)]",
        ] {
            for file in ["model.rs", "rules.rs", "rules/booking.rs"] {
                assert_eq!(complaints(&format!("scheduling/booking/{file}"), line), 1, "{file}: {line}");
            }
        }
        assert_eq!(complaints("scheduling/booking/model.rs", "crate::words! { pub enum Mode { Phone = \"phone\" } }"), 0);
        assert_eq!(
            complaints("scheduling/booking/rules.rs", "#[cfg(test)]\nmod tests {\n    use crate::platform::clock::Clock;\n}"),
            0
        );
        assert_eq!(complaints("scheduling/booking/rules.rs", "fn fits(clocks: u8, o_clock: u8) {}"), 0);
        assert_eq!(complaints("scheduling/booking/dto.rs", "use diesel::Queryable;"), 1);
        assert_eq!(complaints("scheduling/booking/routes/book.rs", "diesel::sql_query(\"SELECT 1\")"), 2);
        assert_eq!(complaints("scheduling/booking/routes.rs", "use crate::platform::db::schema::slots;"), 1);
        assert_eq!(complaints("scheduling/booking/queries.rs", "use actix_web::web::Data;"), 1);
        assert_eq!(complaints("scheduling/booking/letters.rs", "use diesel::prelude::*;"), 1);
    }

    #[test]
    fn knows_a_file_that_is_too_long_or_named_for_nothing() {
        assert_eq!(complaints("scheduling/booking/utils.rs", ""), 1);
        assert_eq!(complaints("scheduling/booking/queries.rs", &"\n".repeat(LINES + 1)), 1);
        assert_eq!(complaints("platform/db/schema/care.rs", &"\n".repeat(LINES + 1)), 0);
        assert_eq!(complaints("scheduling/booking/queries.rs", &"\n".repeat(LINES)), 0);
    }
}
