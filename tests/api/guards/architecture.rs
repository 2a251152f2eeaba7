//! Architecture rules that are checked by reading the source: which crate and which module may use which, and what each kind of
//! file may contain. The compiler refuses paths to crates that a manifest does not list; that no manifest lists a higher crate is
//! checked here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::support::sources::{CRATES, code, paths, sources};

/// The layers, lowest first: each crate with the crates that it uses, and its modules in order. A module may use the modules
/// before it in its crate.
const LAYERS: &[(&str, &[&str], &[&str])] = &[
    ("platform", &[], &[]),
    ("print", &["platform"], &[]),
    ("reference", &["platform"], &["reference_data", "service_limits", "workforce", "questionnaires", "signposts"]),
    (
        "people",
        &["platform", "reference"],
        &[
            "accounts",
            "relationships",
            "practitioners",
            "sign_in",
            "notifications",
            "granted_access",
            "staff_changes",
            "staff",
            "audit_trail",
            "retention",
        ],
    ),
    (
        "access",
        &["platform", "reference", "people"],
        &["signposts", "questionnaires", "self_check", "contacts", "registration", "funding", "retention"],
    ),
    ("scheduling", &["platform", "reference", "people", "access"], &["clinicians", "calendar", "booking", "retention"]),
    (
        "care",
        &["platform", "print", "reference", "people", "access", "scheduling"],
        &[
            "duty",
            "risk",
            "safety_plans",
            "assessment",
            "records",
            "prescriptions",
            "fit_notes",
            "follow_ups",
            "groups",
            "feedback",
            "letters",
            "discharge",
            "conflicts",
            "caseload",
            "contact_details",
            "missed_appointments",
            "reference_data",
            "retention",
        ],
    ),
    ("partners", &["platform", "reference", "people", "access", "scheduling"], &["hubs", "outreach", "retention"]),
    (
        "insight",
        &["platform", "reference", "people", "access", "scheduling", "care"],
        &["disclosure", "activity", "outcomes", "commissioning"],
    ),
];

/// Modules that every module of their crate may use, and that use no other module.
const SHARED: &[&str] = &["embedded", "schema"];

/// The modules of the root package, which assembles the program. No crate can depend on it, so nothing else uses them.
const ROOT: &[&str] = &["server", "cli", "demo"];

/// The most lines that a file may have.
const LINES: usize = 450;

/// Files that are mere lists and may be longer.
const LISTS: &[&str] = &["platform/refusal/reasons.rs"];

#[test]
fn only_long_lists_are_excepted() {
    for list in LISTS {
        let source = sources().into_iter().find(|source| source.name == Path::new(list)).unwrap_or_else(|| panic!("no {list}"));
        let length = source.text.lines().count();
        assert!(length > LINES - 50, "{list} has {length} lines and needs no exception");
    }
}

#[test]
fn source_files_follow_the_architecture_rules() {
    let complaints: Vec<_> = sources().iter().flat_map(|source| check(&source.name, &source.text)).collect();
    assert!(complaints.is_empty(), "{} rules are broken:\n{}", complaints.len(), complaints.join("\n"));
}

fn entries(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder).unwrap().map(|entry| stem(&entry.unwrap().path())).collect()
}

fn names(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn every_crate_and_module_is_listed() {
    assert_eq!(LAYERS.iter().map(|(layer, ..)| *layer).collect::<Vec<_>>(), CRATES);
    assert_eq!(entries(Path::new("crates")), names(&CRATES), "crates that are not listed (tests/api/guards/architecture.rs)");
    assert_eq!(entries(Path::new("src")), names(&[ROOT, &["lib", "main"]].concat()), "modules of the root package");
    for (layer, _, modules) in LAYERS.iter().filter(|(.., modules)| !modules.is_empty()) {
        let mut found = entries(&Path::new("crates").join(layer).join("src"));
        found.retain(|name| name != "lib" && !SHARED.contains(&name.as_str()));
        assert_eq!(found, names(modules), "modules of {layer} (tests/api/guards/architecture.rs)");
    }
}

#[test]
fn test_folders_are_named_after_crates() {
    let tests = fs::read_dir("tests/api").unwrap().map(|entry| entry.unwrap().path());
    let folders: BTreeSet<String> = tests.filter(|path| path.is_dir()).map(|path| stem(&path)).collect();
    let known = names(&[&CRATES[..], &["guards", "opening", "support"]].concat());
    assert!(folders.len() > 2 && folders.is_subset(&known), "no crate is called {:?}", folders.difference(&known));
}

/// The workspace crates that a manifest depends on, in any table and by any name.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let uses =
        |line: &str, name: &str| line.split(['.', '=']).next() == Some(name) || line.contains(&format!("package=confide-{name}"));
    let lines = manifest.lines().map(stripped);
    lines.flat_map(|line| CRATES.into_iter().filter(move |name| uses(&line, name))).map(str::to_owned).collect()
}

/// A line of a manifest without quotes and white space.
fn stripped(line: &str) -> String {
    line.replace([' ', '\t', '"', '\''], "")
}

/// Keys of a manifest that declare dependencies in a form that `dependencies` does not read: a table for a single dependency, and
/// dependencies outside a table.
fn hidden_dependencies(manifest: &str) -> Vec<String> {
    let key = |line: &str| line.split(if line.starts_with('[') { '#' } else { '=' }).next().unwrap_or_default().to_owned();
    let keys = manifest.lines().map(stripped).filter(|line| !line.starts_with('#')).map(|line| key(&line));
    keys.filter(|key| key.contains("dependencies") && !key.ends_with("dependencies]")).collect()
}

#[test]
fn crate_depends_only_on_lower_crates() {
    for (layer, uses, _) in LAYERS {
        let manifest = fs::read_to_string(Path::new("crates").join(layer).join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("name = \"confide-{layer}\"")), "{layer}: the package's name");
        assert!(manifest.contains("[lints]\nworkspace = true"), "{layer}: the lints of the workspace");
        assert_eq!(hidden_dependencies(&manifest), [""; 0], "{layer}: write it as a line of its table, `name.workspace = true`");
        assert_eq!(dependencies(&manifest), names(uses), "what {layer} depends on");
        let position = |name: &str| CRATES.iter().position(|known| *known == name);
        assert!(uses.iter().all(|used| position(used) < position(layer)), "{layer} would use a crate above it: {uses:?}");
    }
}

#[test]
fn every_migration_has_up_and_down_files() {
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
fn schema_types_have_unique_names() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources() {
        for name in schema_types(&source.text) {
            places.entry(name).or_default().push(source.name.display().to_string());
        }
    }
    assert!(places.len() > 300, "only {} schema types found", places.len());
    let shared: Vec<_> = places.into_iter().filter(|(_, places)| places.len() > 1).collect();
    assert!(shared.is_empty(), "in the document one would replace the other: {shared:#?}");
}

/// The names of the types in a file that become schemas of the document: structs and enums that derive `ToSchema`, and string
/// enums.
fn schema_types(text: &str) -> Vec<String> {
    let (mut derives, mut in_string_enum, mut found) = (false, false, Vec::new());
    for line in text.lines() {
        derives |= line.trim_start().starts_with("#[derive(") && line.contains("ToSchema");
        in_string_enum |= line.ends_with("string_enum! {");
        in_string_enum &= line != "}";
        let declared = line.trim_start().strip_prefix("pub struct ").or_else(|| line.trim_start().strip_prefix("pub enum "));
        let name =
            declared.filter(|_| derives || in_string_enum).and_then(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
        // The macro that defines string enums has `$name` here.
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

/// The broken rules of one file; `path` is the crate and the path inside it.
fn check(path: &Path, text: &str) -> Vec<String> {
    let parts: Vec<String> = path.with_extension("").iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    let mut complaints = Vec::new();
    let mut complain = |line: usize, what: String| complaints.push(format!("{}:{line}: {what}", path.display()));
    if parts.last().is_some_and(|name| matches!(name.as_str(), "utils" | "util" | "helpers" | "misc" | "common")) {
        complain(1, "name the file for what it is about".to_owned());
    }
    let length = text.lines().count();
    let is_list = parts.len() == 2 && parts[1] == "schema" || LISTS.iter().any(|list| path.starts_with(list));
    if length > LINES && !is_list {
        complain(length, format!("more than {LINES} lines: split it by what its parts are about"));
    }
    // The rules are for the code and not for the tests at its end.
    let code = code(text);
    for (number, line) in code.lines().enumerate() {
        for used in forbidden_here(&parts, line) {
            complain(number + 1, format!("`{used}` is not for this kind of file"));
        }
    }
    let of_tables = forbidden(&parts).contains(&TABLES);
    for (line, used) in paths(&code) {
        // An import of a whole schema, whose tables are named further down.
        if of_tables && used.last().is_some_and(|last| last == "schema") {
            complain(line, format!("`{}` is not for this kind of file", used.join("::")));
        }
        if let Some(what) =
            used.split_first().filter(|(first, _)| *first == "crate").and_then(|(_, used)| out_of_bounds(&parts, used))
        {
            complain(line, what);
        }
    }
    complaints
}

/// The part of a path that names a table of any crate.
const TABLES: &str = "schema::";

/// The words that a kind of file may not contain.
fn forbidden(parts: &[String]) -> &'static [&'static str] {
    const PURE: &[&str] = &[
        "actix",
        "diesel",
        "utoipa",
        "serde_json",
        "tracing",
        "tokio",
        "platform::http",
        "platform::db",
        TABLES,
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
    let is_module = parts.len() > 2 && LAYERS.iter().any(|(layer, _, modules)| *layer == parts[0] && !modules.is_empty());
    if !is_module || parts.last().is_some_and(|name| name == "tests") {
        return &[];
    }
    match parts[2].as_str() {
        "model" | "rules" => PURE,
        "dto" => &["diesel", "actix_web", "platform::db", TABLES, "Utc::now", "Clock"],
        "routes" => {
            &["diesel::", "use diesel", "sql_query", TABLES, "insert_into", ".execute(conn", ".load(conn", ".get_result(conn"]
        }
        "queries" => &["actix", "utoipa", "platform::http", "super::routes", "super::dto", "Utc::now", "Clock"],
        "emails" | "messages" => &["actix", "utoipa", "diesel", "platform::http", "platform::db", TABLES, "Utc::now", "Clock"],
        _ => &[],
    }
}

fn forbidden_here(parts: &[String], line: &str) -> Vec<&'static str> {
    forbidden(parts).iter().copied().filter(|word| mentions(line, word)).collect()
}

/// Whether `word` is in the line and does not start in the middle of another word.
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

/// Why a file may not use a path of its own crate, if it may not.
fn out_of_bounds(parts: &[String], used: &[String]) -> Option<String> {
    let (_, _, modules) = LAYERS.iter().find(|(layer, ..)| *layer == parts[0])?;
    let (module, other) = (parts.get(1)?.as_str(), used.first()?.as_str());
    if modules.is_empty() || module == "lib" || module == other || SHARED.contains(&other) {
        return None;
    }
    let position = |name: &str| modules.iter().position(|module| *module == name);
    match (position(module), position(other)) {
        (Some(mine), Some(theirs)) if theirs < mine => None,
        (Some(_), Some(_)) => Some(format!("{module} may not use {other}, which comes after it")),
        // A macro, or a name that the crate re-exports.
        (Some(_), None) => None,
        (None, _) => Some(format!("{module} is shared by its crate and may use no module of it")),
    }
}

#[cfg(test)]
mod checker {
    use super::*;

    #[test]
    fn finds_names_of_schema_types() {
        let text = "#[derive(Debug, ToSchema)]\n#[serde(deny_unknown_fields)]\npub struct Slip {\n}\npub struct Row;\ncrate::string_enum! {\n    pub enum Hue { A = \"a\" }\n}\npub enum Plain {}\n";
        assert_eq!(schema_types(text), ["Slip", "Hue"]);
    }

    fn complaints(path: &str, text: &str) -> usize {
        check(Path::new(path), text).len()
    }

    #[test]
    fn reports_a_module_that_uses_a_later_one() {
        assert_eq!(complaints("people/accounts/queries.rs", "use crate::sign_in::queries;"), 1);
        assert_eq!(complaints("people/accounts/routes.rs", "let x = crate::staff::member();"), 1);
        assert_eq!(complaints("reference/embedded.rs", "use crate::workforce::model::Nation;"), 1);
        assert_eq!(complaints("care/assessment/queries.rs", "use crate::{records, schema::assessments};"), 1);
        assert_eq!(
            complaints("people/accounts/routes.rs", "use crate::{\n    sign_in::{caller, rules},\n    staff::queries,\n};"),
            3
        );
    }

    #[test]
    fn allows_a_module_to_use_earlier_ones() {
        assert_eq!(complaints("people/staff/routes.rs", "use crate::{accounts::queries, sign_in, Administrator};"), 0);
        assert_eq!(complaints("care/caseload/queries.rs", "use crate::{assessment, schema::care_plans};"), 0);
        assert_eq!(complaints("access/registration/rules.rs", "use people::practitioners::model::Pathway;"), 0);
        assert_eq!(complaints("reference/workforce/catalogue.rs", "use crate::embedded;"), 0);
        assert_eq!(complaints("people/lib.rs", "pub use crate::accounts::model::Role;"), 0);
        assert_eq!(complaints("server/mod.rs", "use crate::{access, care, people, scheduling};"), 0);
        assert_eq!(complaints("people/accounts/queries.rs", "platform::lock_row!(tx.conn, accounts, id)?;"), 0);
        assert_eq!(complaints("people/accounts/routes.rs", "// what crate::staff does"), 0);
    }

    #[test]
    fn reads_manifest_dependencies() {
        let manifest = "[package]\nname = \"confide-people\"\n[dependencies]\nplatform.workspace = true\nchrono.workspace = true\nold = { package = \"confide-access\", path = \"../access\" }\n";
        assert_eq!(dependencies(manifest), names(&["access", "platform"]));
        assert_eq!(dependencies("[dependencies]\n\"partners\" = { path = \"../partners\" }\n"), names(&["partners"]));
        assert_eq!(hidden_dependencies(manifest), [""; 0]);
        assert_eq!(hidden_dependencies("[dev-dependencies] # for tests\n[target.'cfg(a = \"b\")'.dependencies]\n"), [""; 0]);
        for hidden in [
            "[dependencies.partners]",
            "[ dev-dependencies . \"partners\" ]",
            "[target.'cfg(a = \"b\")'.dependencies.partners]",
            "dependencies.partners.workspace = true",
            "dependencies = { partners = { path = \"../partners\" } }",
        ] {
            assert_eq!(hidden_dependencies(&format!("[package]\n{hidden}\n")).len(), 1, "{hidden}");
        }
    }

    #[test]
    fn reports_code_that_its_kind_of_file_may_not_contain() {
        for line in [
            "use diesel::prelude::*;",
            "use actix_web::web;",
            "let now = Utc::now();",
            "fn at(clock: &Clock) {}",
            "use platform::db::Conn;",
            "use people::schema::accounts;",
            "use people::{relationships, schema::accounts};",
            "use people::schema;",
            "use platform::http::Json;",
            "#[derive(utoipa::ToSchema)]",
        ] {
            for file in ["model.rs", "rules.rs", "rules/booking.rs"] {
                assert_eq!(complaints(&format!("scheduling/booking/{file}"), line), 1, "{file}: {line}");
            }
        }
        assert_eq!(
            complaints("scheduling/booking/model.rs", "platform::string_enum! { pub enum Mode { Phone = \"phone\" } }"),
            0
        );
        assert_eq!(complaints("scheduling/booking/rules.rs", "#[cfg(test)]\nmod tests {\n    use platform::clock::Clock;\n}"), 0);
        assert_eq!(complaints("scheduling/booking/rules.rs", "fn fits(clocks: u8, o_clock: u8) {}"), 0);
        for file in ["dto.rs", "dto/appointments.rs", "messages.rs", "routes.rs"] {
            for line in ["use people::schema::accounts;", "use people::{\n    accounts,\n    schema,\n};"] {
                assert_eq!(complaints(&format!("scheduling/booking/{file}"), line), 1, "{file}: {line}");
            }
        }
        assert_eq!(complaints("scheduling/booking/dto.rs", "#[schema(value_type = String)]"), 0);
        assert_eq!(complaints("scheduling/booking/dto.rs", "use diesel::Queryable;"), 1);
        assert_eq!(complaints("scheduling/booking/routes/book.rs", "diesel::sql_query(\"SELECT 1\")"), 2);
        assert_eq!(complaints("scheduling/booking/routes.rs", "use crate::schema::slots;"), 1);
        assert_eq!(complaints("scheduling/booking/queries.rs", "use actix_web::web::Data;"), 1);
        assert_eq!(complaints("scheduling/booking/messages.rs", "use diesel::prelude::*;"), 1);
        assert_eq!(complaints("people/accounts/emails.rs", "use diesel::prelude::*;"), 1);
    }

    #[test]
    fn reports_overlong_and_vaguely_named_files() {
        assert_eq!(complaints("scheduling/booking/utils.rs", ""), 1);
        assert_eq!(complaints("scheduling/booking/queries.rs", &"\n".repeat(LINES + 1)), 1);
        assert_eq!(complaints("care/schema.rs", &"\n".repeat(LINES + 1)), 0);
        assert_eq!(complaints("scheduling/booking/queries.rs", &"\n".repeat(LINES)), 0);
    }
}
