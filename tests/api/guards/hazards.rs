//! The hazard log is whole, as far as a program can tell: every hazard has all columns, ratings follow from the matrix, each named test
//! exists, and the safety case names what is open. Whether a control is good enough is for people.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::contract::Complaints;

const COLUMNS: usize = 11;
const SEVERITIES: [&str; 5] = ["minor", "significant", "considerable", "major", "catastrophic"];
/// Each likelihood with the rating of each severity, the lowest first: docs/hazard-log.md#ratings.
const MATRIX: [(&str, [u8; 5]); 5] = [
    ("very low", [1, 1, 2, 2, 3]),
    ("low", [1, 2, 2, 3, 4]),
    ("medium", [2, 2, 3, 3, 4]),
    ("high", [2, 3, 3, 4, 5]),
    ("very high", [3, 4, 4, 5, 5]),
];
/// From this residual rating on, a hazard is open until a Clinical Safety Officer accepts it.
const UNDESIRABLE: u8 = 3;
/// What the cell of tests begins with where there is none; why not comes behind it.
const NO_TEST: &str = "no test: ";
/// The least number of characters that say why.
const WHY_LENGTH: usize = 30;
/// The hazards without a test: nothing controls them yet. Another one without a test fails, and so does one of these that has got one.
const UNTESTED: [&str; 1] = ["MED-13"];

/// A table of a document.
struct Table<'a> {
    head: Vec<&'a str>,
    rows: Vec<Vec<&'a str>>,
}

fn tables(text: &str) -> Vec<Table<'_>> {
    let (mut found, mut is_inside) = (Vec::<Table<'_>>::new(), false);
    for line in text.lines() {
        let Some(row) = line.trim().strip_prefix('|') else {
            is_inside = false;
            continue;
        };
        let cells = row.strip_suffix('|').unwrap_or(row).split('|').map(str::trim).collect();
        match found.last_mut() {
            Some(table) if is_inside => table.rows.push(cells),
            _ => found.push(Table { head: cells, rows: Vec::new() }),
        }
        is_inside = true;
    }
    for table in &mut found {
        table.rows.retain(|row| !row.iter().all(|cell| cell.starts_with("---")));
    }
    found
}

/// How severe and how likely a harm is, by the positions in the matrix, and the rating that is written.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Rating {
    severity: usize,
    likelihood: usize,
    written: u8,
}

impl Rating {
    /// Reads `major, low: 3`.
    fn read(cell: &str) -> Option<Self> {
        let (judged, written) = cell.split_once(": ")?;
        let (severity, likelihood) = judged.split_once(", ")?;
        Some(Self {
            severity: SEVERITIES.iter().position(|known| *known == severity)?,
            likelihood: MATRIX.iter().position(|(known, _)| *known == likelihood)?,
            written: written.parse().ok()?,
        })
    }

    fn follows_from_the_matrix(self) -> bool {
        MATRIX[self.likelihood].1[self.severity] == self.written
    }

    fn is_worse_than(self, other: Self) -> bool {
        self.severity > other.severity || self.likelihood > other.likelihood
    }
}

/// A hazard of the log.
struct Hazard<'a> {
    id: &'a str,
    name: &'a str,
    initial: u8,
    residual: u8,
    status: &'a str,
    is_tested: bool,
}

/// The file and function of each test in a cell: `` `path`: `function`, `function` ``, for several files with `<br>` between them.
fn named_tests(cell: &str) -> Option<Vec<(String, &str)>> {
    let mut found = Vec::new();
    for file in cell.split("<br>") {
        let (path, functions) = file.split_once(": ")?;
        let path = quoted(path)?;
        let path = if path.starts_with("crates/") { path.to_owned() } else { format!("tests/api/{path}") };
        for function in functions.split(", ") {
            found.push((path.clone(), quoted(function)?));
        }
    }
    Some(found)
}

fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('`')?.strip_suffix('`')
}

fn has_test(path: &str, function: &str) -> bool {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(file).is_ok_and(|text| declares_test(&text, function))
}

/// Whether a source file has a test of this name.
fn declares_test(text: &str, function: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let declaration = format!("fn {function}(");
    lines.iter().enumerate().any(|(at, line)| {
        let mut above = lines[..at].iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        line.strip_prefix("async ").unwrap_or(line).starts_with(&declaration)
            && above.any(|line| ["#[test]", "#[actix_web::test]", "#[apply("].iter().any(|mark| line.starts_with(mark)))
    })
}

/// Whether an id is a word in capitals and two digits, as in `MED-07`.
fn is_id(text: &str) -> bool {
    text.split_once('-').is_some_and(|(area, number)| {
        !area.is_empty()
            && area.bytes().all(|byte| byte.is_ascii_uppercase())
            && number.len() == 2
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The hazards of the log; what is wrong with them is added to the complaints.
fn hazards<'a>(log: &'a str, has_test: impl Fn(&str, &str) -> bool, wrong: &mut Complaints) -> Vec<Hazard<'a>> {
    let (mut found, mut ids) = (Vec::new(), BTreeSet::new());
    for table in tables(log).into_iter().filter(|table| table.head[0] == "id") {
        wrong.require(table.head.len() == COLUMNS, || format!("{:?} are not {COLUMNS} columns", table.head));
        for row in table.rows {
            let id = row[0];
            wrong.require(is_id(id), || format!("`{id}` is no id"));
            wrong.require(ids.insert(id), || format!("{id} is there twice"));
            let Ok([_, name, _, _, initial, _, tests, service, residual, status, owner]) =
                <[&str; COLUMNS]>::try_from(row.as_slice())
            else {
                wrong.0.push(format!("{id} has {} cells", row.len()));
                continue;
            };
            wrong.require(row.iter().all(|cell| !cell.is_empty()), || format!("{id} has an empty cell"));
            let (Some(before), Some(after)) = (Rating::read(initial), Rating::read(residual)) else {
                wrong.0.push(format!("{id}: `{initial}` or `{residual}` is no rating"));
                continue;
            };
            for rating in [before, after] {
                let should = MATRIX[rating.likelihood].1[rating.severity];
                wrong.require(rating.follows_from_the_matrix(), || format!("{id}: {} should be {should}", rating.written));
            }
            wrong.require(!after.is_worse_than(before), || format!("{id} is worse after its controls"));
            let why_untested = tests.strip_prefix(NO_TEST);
            if let Some(why) = why_untested {
                wrong.require(why.len() >= WHY_LENGTH, || format!("{id} does not say why it has no test: `{why}`"));
                wrong.require(before == after, || format!("{id}: a control without a test does not count"));
                wrong.require(status == "open", || format!("{id} has no test and is not open"));
            } else {
                let named = named_tests(tests);
                wrong.require(named.is_some(), || format!("{id}: `{tests}` names no test in the form of the others"));
                for (path, function) in named.into_iter().flatten() {
                    wrong.require(has_test(&path, function), || format!("{id}: {path} has no test `{function}`"));
                }
            }
            let is_left = match status {
                "open" => ["manufacturer", "service", "both"].contains(&owner),
                "transferred" => owner == "service" && service != "none",
                "closed" => owner == "manufacturer" && service == "none",
                _ => false,
            };
            wrong.require(is_left, || format!("{id}: status {status}, owner {owner} and what the service does do not fit"));
            let is_open = status == "open";
            wrong.require(is_open || after.written < UNDESIRABLE, || format!("{id} is {} and not open", after.written));
            let is_tested = why_untested.is_none();
            found.push(Hazard { id, name, initial: before.written, residual: after.written, status, is_tested });
        }
    }
    found
}

/// Compares the safety case with the hazards: the open ones by name, and the counts.
fn check_case(case: &str, hazards: &[Hazard<'_>], wrong: &mut Complaints) {
    let tables = tables(case);
    let mut named = BTreeMap::new();
    for row in tables.iter().filter(|table| table.head[0] == "id").flat_map(|table| &table.rows) {
        wrong.require(named.insert(row[0], row[1]).is_none(), || format!("the safety case names {} twice", row[0]));
    }
    for hazard in hazards {
        let (id, name) = (hazard.id, hazard.name);
        let expected = (hazard.status == "open").then_some(name);
        let found = named.remove(id);
        wrong.require(found == expected, || {
            format!("the safety case has {found:?} for {id} ({name}), which is {}", hazard.status)
        });
    }
    wrong.require(named.is_empty(), || format!("the safety case names {named:?}, which are not in the log"));

    let with = |status: &str| hazards.iter().filter(|hazard| hazard.status == status).count();
    let sentence = format!(
        "There are {} hazards: {} open, {} transferred to the deploying service, {} closed.",
        hazards.len(),
        with("open"),
        with("transferred"),
        with("closed")
    );
    wrong.require(case.contains(&sentence), || format!("the safety case does not have the sentence: {sentence}"));
    let counts: Vec<Vec<String>> = (1..=5)
        .rev()
        .map(|rating: u8| {
            let initial = hazards.iter().filter(|hazard| hazard.initial == rating).count();
            let residual = hazards.iter().filter(|hazard| hazard.residual == rating).count();
            vec![rating.to_string(), initial.to_string(), residual.to_string()]
        })
        .collect();
    let is_counted = tables.iter().any(|table| table.head == ["rating", "initial", "residual"] && table.rows == counts);
    wrong.require(is_counted, || format!("the table of ratings in the safety case should be {counts:?}"));
}

#[test]
fn hazard_log_and_safety_case_agree_with_the_matrix_the_tests_and_each_other() {
    let read = |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).unwrap();
    let (log, case, mut wrong) = (read("hazard-log.md"), read("clinical-safety-case.md"), Complaints::default());
    let found = hazards(&log, has_test, &mut wrong);
    assert!(found.len() > 100, "only {} hazards found", found.len());
    check_case(&case, &found, &mut wrong);
    wrong.assert_empty();
    let untested: Vec<&str> = found.iter().filter(|hazard| !hazard.is_tested).map(|hazard| hazard.id).collect();
    assert_eq!(untested, UNTESTED, "the hazards without a test");
}

#[test]
fn matrix_of_the_log_is_the_one_that_ratings_are_checked_with() {
    let log = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/hazard-log.md")).unwrap();
    let matrix = tables(&log).into_iter().find(|table| table.head.len() == 1 + SEVERITIES.len() && table.head[1..] == SEVERITIES);
    let mut rows = matrix.unwrap().rows;
    rows.reverse();
    let expected =
        MATRIX.map(|(likelihood, ratings)| [vec![likelihood.to_owned()], ratings.map(|one| one.to_string()).to_vec()].concat());
    assert_eq!(rows, expected);
}

const HEAD: &str = "| id | hazard | cause | effect | initial | control | test | service | residual | status | owner |\n|---|---|---|---|---|---|---|---|---|---|---|\n";
const ROW: &str = "| OLD-01 | Name | Cause | Effect | major, high: 4 | Control | `here.rs`: `works`, `lasts`<br>`crates/x/y.rs`: `works` | none | major, very low: 2 | closed | manufacturer |\n";

/// What is wrong with a log of these rows, where every test exists but `fails`.
fn complaints(rows: &str) -> Vec<String> {
    let mut wrong = Complaints::default();
    hazards(&format!("{HEAD}{rows}"), |_, function| function != "fails", &mut wrong);
    wrong.0
}

#[test]
fn broken_row_is_reported() {
    assert_eq!(complaints(ROW), [""; 0]);
    for (from, to) in [
        ("| Cause ", ""),
        ("| Cause |", "| |"),
        ("OLD-01", "old-1"),
        ("major, high: 4", "major, high: 3"),
        ("major, high: 4", "grave, high: 4"),
        ("major, very low: 2", "major, very low: 1"),
        ("major, very low: 2", "catastrophic, low: 4"),
        ("major, very low: 2", "major, low: 3"),
        ("`lasts`", "`fails`"),
        ("`lasts`", "lasts"),
        ("`here.rs`: ", ""),
        ("closed", "done"),
        ("closed", "transferred"),
        ("manufacturer", "someone"),
        ("| none |", "| P: Watch it |"),
    ] {
        let broken = ROW.replace(from, to);
        assert_ne!(broken, ROW);
        assert!(!complaints(&broken).is_empty(), "{broken}");
    }
    assert_eq!(complaints(&format!("{ROW}{ROW}")), ["OLD-01 is there twice"]);
}

#[test]
fn hazard_without_a_test_is_open_and_its_control_does_not_count() {
    let why = "no test: no rule of the program asks for it yet";
    let untested = &format!(
        "| OLD-02 | Name | Cause | Effect | major, medium: 3 | None | {why} | P: Watch it | major, medium: 3 | open | both |\n"
    );
    assert_eq!(complaints(untested), [""; 0]);
    for silent in ["no test", "no test:", "no test: none", "none"] {
        assert_eq!(complaints(&untested.replace(why, silent)).len(), 1, "{silent}");
    }
    assert_eq!(
        complaints(&untested.replace("medium: 3 | open", "low: 3 | open")),
        ["OLD-02: a control without a test does not count"]
    );
    assert!(!complaints(&untested.replace("| open | both", "| transferred | service")).is_empty());
}

#[test]
fn safety_case_that_differs_from_the_log_is_reported() {
    let log =
        format!("{HEAD}{ROW}{}", ROW.replace("OLD-01", "OLD-02").replace("major, very low: 2 | closed", "major, low: 3 | open"));
    let case = "There are 2 hazards: 1 open, 0 transferred to the deploying service, 1 closed.\n\n\
        | rating | initial | residual |\n|---|---|---|\n| 5 | 0 | 0 |\n| 4 | 2 | 0 |\n| 3 | 0 | 1 |\n| 2 | 0 | 1 |\n| 1 | 0 | 0 |\n\n\
        | id | hazard |\n|---|---|\n| OLD-02 | Name |\n";
    let wrong_with = |case: &str| {
        let mut wrong = Complaints::default();
        let found = hazards(&log, |_, _| true, &mut wrong);
        check_case(case, &found, &mut wrong);
        wrong.0.len()
    };
    assert_eq!(wrong_with(case), 0);
    for (from, to) in [
        ("| OLD-02 | Name |\n", ""),
        ("| OLD-02 | Name |", "| OLD-02 | Another |"),
        ("| OLD-02 | Name |", "| OLD-02 | Name |\n| OLD-01 | Name |"),
        ("| OLD-02 | Name |", "| OLD-02 | Name |\n| OLD-03 | Name |"),
        ("| OLD-02 | Name |", "| OLD-02 | Name |\n| OLD-02 | Name |"),
        ("1 open", "2 open"),
        ("| 4 | 2 | 0 |", "| 4 | 1 | 1 |"),
    ] {
        assert_eq!(wrong_with(&case.replace(from, to)), 1, "{from} {to}");
    }
}

#[test]
fn only_a_test_counts_as_one() {
    let text = "#[apply(both_engines)]\nasync fn one(app: TestApp) {}\n\n    #[test]\n    // Why.\n    fn two() {}\n#[actix_web::test]\nasync fn three() {}\n\nfn helper() {}\n// fn four() {}\n#[test]\nfn five_more() {}\n";
    for (function, expected) in
        [("one", true), ("two", true), ("three", true), ("helper", false), ("four", false), ("five", false)]
    {
        assert_eq!(declares_test(text, function), expected, "{function}");
    }
    assert!(!has_test("tests/api/guards/nowhere.rs", "one"));
}
