//! The questionnaires that travel inside the program, read and checked once.

use std::sync::LazyLock;

use super::model::Definition;
use super::rules::is_loinc;
use crate::access::embedded::{BrokenData, first_repeated, parse};

const FILES: [(&str, &str); 3] = [
    ("phq-9.json", include_str!("data/phq-9.json")),
    ("gad-7.json", include_str!("data/gad-7.json")),
    ("audit-c.json", include_str!("data/audit-c.json")),
];

static EMBEDDED: LazyLock<Result<Catalogue, BrokenData>> = LazyLock::new(|| Catalogue::from_files(&FILES));

/// Every questionnaire the service knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    definitions: Vec<Definition>,
}

impl Catalogue {
    /// The questionnaires inside the program. Ask once at the start, so that a broken file stops it there.
    ///
    /// # Errors
    /// A file cannot be read or contradicts itself.
    pub fn embedded() -> Result<&'static Catalogue, &'static BrokenData> {
        EMBEDDED.as_ref()
    }

    /// Reads and checks questionnaires from pairs of file name and text.
    ///
    /// # Errors
    /// A file cannot be read or contradicts itself, or two share a code.
    pub fn from_files(files: &[(&str, &str)]) -> Result<Self, BrokenData> {
        let mut definitions = Vec::with_capacity(files.len());
        for (file, text) in files {
            let definition: Definition = parse(file, text)?;
            check(&definition).map_err(|problem| BrokenData::new(file, problem))?;
            definitions.push(definition);
        }
        match first_repeated(definitions.iter().map(|definition| definition.code.as_str())) {
            Some(code) => Err(BrokenData::new(code, "two questionnaires share this code")),
            None => Ok(Self { definitions }),
        }
    }

    /// All of them, in the order of the files.
    pub fn all(&self) -> &[Definition] {
        &self.definitions
    }

    /// The one with this code.
    pub fn get(&self, code: &str) -> Option<&Definition> {
        self.definitions.iter().find(|definition| definition.code == code)
    }
}

fn check(definition: &Definition) -> Result<(), String> {
    check_items(definition)?;
    check_bands(definition)?;
    check_codes(definition)?;
    let reachable = |points: u16| points >= 1 && points <= definition.max_total();
    if !definition.caseness_from.is_none_or(reachable) || !definition.reliable_change.is_none_or(reachable) {
        return Err("caseness_from and reliable_change must be reachable totals above zero".to_owned());
    }
    Ok(())
}

fn check_items(definition: &Definition) -> Result<(), String> {
    if definition.items.is_empty() {
        return Err("there are no items".to_owned());
    }
    if let Some(id) = first_repeated(definition.items.iter().map(|item| item.id.as_str())) {
        return Err(format!("item {id} appears twice"));
    }
    for item in &definition.items {
        let choices = definition.choices(item);
        if choices.len() < 2 || choices[0].value != 0 || !choices.is_sorted_by(|a, b| a.value < b.value) {
            return Err(format!("item {} needs a scale that starts at 0 and rises", item.id));
        }
        if let Some(from) = item.risk_from
            && !choices.iter().any(|choice| choice.value == from)
        {
            return Err(format!("item {} shows risk from an answer it does not have", item.id));
        }
    }
    Ok(())
}

fn check_bands(definition: &Definition) -> Result<(), String> {
    let mut next = 0;
    for band in &definition.bands {
        if band.min != next || band.max < band.min {
            return Err(format!("band {} does not begin where the one before ends", band.code));
        }
        next = band.max + 1;
    }
    if next != definition.max_total() + 1 {
        return Err("the bands do not end at the highest total".to_owned());
    }
    first_repeated(definition.bands.iter().map(|band| band.code.as_str()))
        .map_or(Ok(()), |code| Err(format!("band {code} appears twice")))
}

fn check_codes(definition: &Definition) -> Result<(), String> {
    let items = definition.items.iter().map(|item| &item.loinc);
    let mut codes = [&definition.loinc.panel, &definition.loinc.total].into_iter().chain(items);
    codes.find(|code| !is_loinc(code)).map_or(Ok(()), |code| Err(format!("{code} is not a LOINC code")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_questionnaires_are_whole() {
        let catalogue = Catalogue::embedded().unwrap();
        let shape: Vec<_> = catalogue.all().iter().map(|d| (d.code.as_str(), d.items.len(), d.max_total())).collect();
        assert_eq!(shape, [("phq-9", 9, 27), ("gad-7", 7, 21), ("audit-c", 3, 12)]);
        assert!(catalogue.get("mbi").is_none());
    }

    #[test]
    fn the_codes_are_the_published_ones_in_order() {
        let codes = |code: &str| -> Vec<String> {
            let definition = Catalogue::embedded().unwrap().get(code).unwrap();
            let whole = [definition.loinc.panel.clone(), definition.loinc.total.clone()];
            whole.into_iter().chain(definition.items.iter().map(|item| item.loinc.clone())).collect()
        };
        let phq = "44249-1 44261-6 44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8";
        assert_eq!(codes("phq-9").join(" "), phq);
        assert_eq!(codes("gad-7").join(" "), "69737-5 70274-6 69725-0 68509-9 69733-4 69734-2 69735-9 69689-8 69736-7");
        assert_eq!(codes("audit-c").join(" "), "72109-2 75626-2 68518-0 68519-8 68520-6");
        for code in ["phq-9", "gad-7"] {
            let scale = &Catalogue::embedded().unwrap().get(code).unwrap().scales["frequency"];
            let answers: Vec<_> = scale.iter().map(|choice| (choice.value, choice.loinc.as_deref().unwrap())).collect();
            assert_eq!(answers, [(0, "LA6568-5"), (1, "LA6569-3"), (2, "LA6570-1"), (3, "LA6571-9")], "{code}");
        }
    }

    #[test]
    fn only_the_ninth_item_of_the_phq_9_shows_risk() {
        let risky: Vec<_> = Catalogue::embedded()
            .unwrap()
            .all()
            .iter()
            .flat_map(|definition| &definition.items)
            .filter_map(|item| item.risk_from.map(|from| (item.id.as_str(), from)))
            .collect();
        assert_eq!(risky, [("phq9_9", 1)]);
    }

    #[test]
    fn a_contradiction_in_a_file_is_refused() {
        let good = include_str!("data/gad-7.json");
        let cases = [
            ("\"max\": 4", "\"max\": 3", "does not begin where"),
            ("\"max\": 21", "\"max\": 20", "do not end at"),
            ("\"gad7_2\"", "\"gad7_1\"", "appears twice"),
            ("69689-8", "69689-6", "not a LOINC code"),
            ("\"caseness_from\": 8", "\"caseness_from\": 22", "reachable"),
            ("\"caseness_from\": 8", "\"caseness\": 8", "unknown field"),
            ("\"value\": 3", "\"value\": 1", "rises"),
            ("\"risk_from\": null", "\"risk_from\": 7", "an answer it does not have"),
        ];
        for (from, to, expected) in cases {
            assert!(good.contains(from), "the case replaces nothing: {from}");
            let error = Catalogue::from_files(&[("bad.json", &good.replacen(from, to, 1))]).unwrap_err();
            assert!(error.problem.contains(expected), "{from} -> {to}: {error}");
        }
        let twice = Catalogue::from_files(&[("a.json", good), ("b.json", good)]).unwrap_err();
        assert!(twice.problem.contains("share"), "{twice}");
    }
}
