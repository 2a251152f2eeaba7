//! The built-in questionnaires, read and checked once.

use super::model::{Cluster, Definition};
use super::rules::is_loinc;
use crate::embedded;
use crate::embedded::{first_duplicate, parse};

/// Every questionnaire of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    definitions: Vec<Definition>,
}

embedded! {
    /// Every questionnaire of the service.
    pub fn catalogue() -> Catalogue = from_files([
        "data/phq-9.json",
        "data/gad-7.json",
        "data/audit-c.json",
        "data/audit.json",
        "data/pcl-5.json",
        "data/core-10.json",
        "data/who-5.json",
        "data/wsas.json",
        "data/pss-10.json",
        "data/wemwbs.json",
    ]);
}

/// Reads and checks questionnaires.
fn from_files(files: &[&str]) -> Result<Catalogue, String> {
    let mut definitions = Vec::with_capacity(files.len());
    for text in files {
        let definition: Definition = parse(text)?;
        check(&definition).map_err(|problem| format!("{}: {problem}", definition.code))?;
        definitions.push(definition);
    }
    if let Some(code) = first_duplicate(definitions.iter().map(|definition| definition.code.as_str())) {
        return Err(format!("two questionnaires share the code {code}"));
    }
    let answered = |code: &str| definitions.iter().any(|definition| definition.code == code && !definition.items.is_empty());
    match definitions.iter().filter_map(|definition| definition.next.as_ref()).find(|next| !answered(&next.questionnaire)) {
        Some(next) => Err(format!("{} follows a questionnaire and cannot be answered", next.questionnaire)),
        None => Ok(Catalogue { definitions }),
    }
}

impl Catalogue {
    /// All questionnaires, in the order of the files.
    pub fn all(&self) -> &[Definition] {
        &self.definitions
    }

    /// The questionnaire with this code.
    pub fn get(&self, code: &str) -> Option<&Definition> {
        self.definitions.iter().find(|definition| definition.code == code)
    }
}

fn check(definition: &Definition) -> Result<(), String> {
    check_items(definition)?;
    check_bands(definition)?;
    check_codes(definition)?;
    let reachable = |points: u16| points >= 1 && points <= definition.max_total();
    let next_from = definition.next.as_ref().map(|next| next.from);
    let points =
        [definition.caseness_from, definition.caseness_to, definition.severe_from, definition.reliable_change, next_from];
    if !points.iter().flatten().all(|points| reachable(*points)) {
        return Err(
            "caseness_from, caseness_to, severe_from, reliable_change and next must be reachable totals above zero".to_owned()
        );
    }
    if definition.more_is_better && definition.severe_from.is_some() {
        return Err("a higher total is better, so none is severe from a total upwards".to_owned());
    }
    if definition.more_is_better && definition.caseness_from.is_some()
        || !definition.more_is_better && definition.caseness_to.is_some()
    {
        return Err("a case is on the worse side of the threshold".to_owned());
    }
    check_clusters(definition)
}

fn check_clusters(definition: &Definition) -> Result<(), String> {
    let Some(clusters) = &definition.clusters else { return Ok(()) };
    let mut items = clusters.groups.iter().flat_map(|group| &group.items);
    if let Some(id) = items.find(|id| definition.item(id).is_none()) {
        return Err(format!("a cluster contains {id}, which is not an item"));
    }
    let reachable = |group: &Cluster| (1..=group.items.len()).contains(&group.at_least);
    if clusters.groups.iter().all(reachable) { Ok(()) } else { Err("a cluster can never be present".to_owned()) }
}

fn check_items(definition: &Definition) -> Result<(), String> {
    match &definition.entered {
        None if definition.items.is_empty() => return Err("there are no items".to_owned()),
        Some(_) if !definition.items.is_empty() => return Err("a questionnaire with items is not entered as a total".to_owned()),
        Some(entered)
            if entered.step == 0 || entered.min >= entered.max || entered.max % entered.step != entered.min % entered.step =>
        {
            return Err("the steps do not lead from the lowest to the highest total".to_owned());
        }
        _ => {}
    }
    if let Some(id) = first_duplicate(definition.items.iter().map(|item| item.id.as_str())) {
        return Err(format!("item {id} appears twice"));
    }
    for item in &definition.items {
        let choices = definition.choices(item);
        if choices.len() < 2 || choices[0].value != 0 || !choices.is_sorted_by(|a, b| a.value < b.value) {
            return Err(format!("item {} needs a scale that starts at 0 and rises", item.id));
        }
        if item.unscored && item.risk_from.is_some() {
            return Err(format!("item {} shows risk and may be left out", item.id));
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
    let mut next = definition.min_total();
    for band in &definition.bands {
        if band.min != next || band.max < band.min {
            return Err(format!("band {} does not begin where the one before ends", band.code));
        }
        next = band.max + 1;
    }
    if next != definition.max_total() + 1 {
        return Err("the bands do not end at the highest total".to_owned());
    }
    first_duplicate(definition.bands.iter().map(|band| band.code.as_str()))
        .map_or(Ok(()), |code| Err(format!("band {code} appears twice")))
}

fn check_codes(definition: &Definition) -> Result<(), String> {
    let items = definition.items.iter().filter_map(|item| item.loinc.as_ref());
    let mut codes = definition.loinc.iter().flat_map(|loinc| [&loinc.panel, &loinc.total]).chain(items);
    codes.find(|code| !is_loinc(code)).map_or(Ok(()), |code| Err(format!("{code} is not a LOINC code")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::assert_refused;

    #[test]
    fn the_built_in_questionnaires_have_the_published_items_and_totals() {
        let catalogue = catalogue();
        let shape: Vec<_> = catalogue.all().iter().map(|d| (d.code.as_str(), d.items.len(), d.max_total())).collect();
        let entered = [("core-10", 0, 40), ("who-5", 0, 100), ("wsas", 0, 40), ("pss-10", 0, 40), ("wemwbs", 0, 70)];
        // The PHQ-9 and the GAD-7 have one more item, about difficulty, which does not count.
        let answered = [("phq-9", 10, 27), ("gad-7", 8, 21), ("audit-c", 3, 12), ("audit", 10, 40), ("pcl-5", 20, 80)];
        assert_eq!(shape, [&answered[..], &entered[..]].concat());
        assert!(catalogue.get("mbi").is_none());
    }

    #[test]
    fn the_loinc_codes_are_the_published_ones_in_order() {
        let codes = |code: &str| -> Vec<String> {
            let definition = catalogue().get(code).unwrap();
            let loinc = definition.loinc.as_ref().unwrap();
            let whole = [loinc.panel.clone(), loinc.total.clone()];
            whole.into_iter().chain(definition.items.iter().filter_map(|item| item.loinc.clone())).collect()
        };
        let phq = "44249-1 44261-6 44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8 69722-7";
        assert_eq!(codes("phq-9").join(" "), phq);
        let gad = "69737-5 70274-6 69725-0 68509-9 69733-4 69734-2 69735-9 69689-8 69736-7 69722-7";
        assert_eq!(codes("gad-7").join(" "), gad);
        // https://cdn.loinc.org/72110-0
        let audit = "72110-0 75624-7 68518-0 68519-8 68520-6 97734-8 97735-5 97736-3 97737-1 97738-9 97739-7 97740-5";
        assert_eq!(codes("audit").join(" "), audit);
        assert_eq!(codes("audit-c").join(" "), "72109-2 75626-2 68518-0 68519-8 68520-6");
        for code in ["phq-9", "gad-7"] {
            let scale = &catalogue().get(code).unwrap().scales["frequency"];
            let answers: Vec<_> = scale.iter().map(|choice| (choice.value, choice.loinc.as_deref().unwrap())).collect();
            assert_eq!(answers, [(0, "LA6568-5"), (1, "LA6569-3"), (2, "LA6570-1"), (3, "LA6571-9")], "{code}");
        }
    }

    /// The forms of the PHQ-9 and the GAD-7, which may be reproduced and whose validation depends on their wording:
    /// <https://hamiltonfht.ca/wp-content/uploads/PHQ-GAD.zip>, <https://loinc.org/69729-2>.
    #[test]
    fn the_phq_9_and_the_gad_7_have_their_exact_wording() {
        let (phq, gad) = (catalogue().get("phq-9").unwrap(), catalogue().get("gad-7").unwrap());
        assert_eq!(phq.stem, "Over the last 2 weeks, how often have you been bothered by any of the following problems?");
        assert_eq!(gad.stem, "Over the last 2 weeks, how often have you been bothered by the following problems?");
        let difficulty = "If you checked off any problems, how difficult have these problems made it for you to do your work, take \
                          care of things at home, or get along with other people?";
        let labels =
            |definition: &'static Definition| -> Vec<&str> { definition.items.iter().map(|item| item.label.as_str()).collect() };
        let phq_items = [
            "Little interest or pleasure in doing things",
            "Feeling down, depressed, or hopeless",
            "Trouble falling or staying asleep, or sleeping too much",
            "Feeling tired or having little energy",
            "Poor appetite or overeating",
            "Feeling bad about yourself \u{2014} or that you are a failure or have let yourself or your family down",
            "Trouble concentrating on things, such as reading the newspaper or watching television",
            "Moving or speaking so slowly that other people could have noticed? Or the opposite \u{2014} being so fidgety or restless \
             that you have been moving around a lot more than usual",
            "Thoughts that you would be better off dead or of hurting yourself in some way",
            difficulty,
        ];
        assert_eq!(labels(phq), phq_items);
        let gad_items = [
            "Feeling nervous, anxious or on edge",
            "Not being able to stop or control worrying",
            "Worrying too much about different things",
            "Trouble relaxing",
            "Being so restless that it is hard to sit still",
            "Becoming easily annoyed or irritable",
            "Feeling afraid as if something awful might happen",
            difficulty,
        ];
        assert_eq!(labels(gad), gad_items);
        for definition in [phq, gad] {
            let answers =
                |scale: &str| -> Vec<&str> { definition.scales[scale].iter().map(|choice| choice.label.as_str()).collect() };
            assert_eq!(answers("frequency"), ["Not at all", "Several days", "More than half the days", "Nearly every day"]);
            let difficulties = ["Not difficult at all", "Somewhat difficult", "Very difficult", "Extremely difficult"];
            assert_eq!(answers("difficulty"), difficulties);
            let unscored = definition.items.iter().filter(|item| item.unscored).count();
            assert!(unscored == 1 && definition.items.last().is_some_and(|item| item.unscored), "{}", definition.code);
        }
    }

    /// <https://docsbay.net/alcohol-screening-tool>: scores of 5 or more require the other seven questions.
    #[test]
    fn five_points_on_the_audit_c_lead_to_the_audit() {
        let leading: Vec<_> = catalogue().all().iter().filter(|definition| definition.next.is_some()).collect();
        assert_eq!(leading.len(), 1);
        assert_eq!([0, 4, 5, 12].map(|total| leading[0].next_after(total)), [None, None, Some("audit"), Some("audit")]);
        assert_eq!(leading[0].code, "audit-c");
        let (short, full) = (&leading[0].items, &catalogue().get("audit").unwrap().items);
        assert!(short.iter().zip(full).all(|(one, other)| (&one.label, &one.loinc) == (&other.label, &other.loinc)));
    }

    /// The severe bands of the two (`docs/clinical-rules.md#risk`).
    #[test]
    fn the_severe_bands_of_the_phq_9_and_the_core_10_are_looked_at_the_same_day() {
        let severe: Vec<_> = catalogue().all().iter().filter_map(|one| Some((one.code.as_str(), one.severe_from?))).collect();
        assert_eq!(severe, [("phq-9", 20), ("core-10", 25)]);
        for (code, from) in severe {
            let definition = catalogue().get(code).unwrap();
            assert_eq!(definition.band(from).map(|band| (band.code.as_str(), band.min)), Some(("severe", from)), "{code}");
            assert_eq!([from - 1, from, definition.max_total()].map(|total| definition.is_severe(total)), [false, true, true]);
        }
        assert!(!catalogue().get("gad-7").unwrap().is_severe(21));
    }

    #[test]
    fn only_the_ninth_item_of_the_phq_9_shows_risk() {
        let risky: Vec<_> = catalogue()
            .all()
            .iter()
            .flat_map(|definition| &definition.items)
            .filter_map(|item| item.risk_from.map(|from| (item.id.as_str(), from)))
            .collect();
        assert_eq!(risky, [("phq9_9", 1)]);
    }

    #[test]
    fn an_invalid_file_is_refused() {
        let valid = include_str!("data/gad-7.json");
        let cases = [
            ("\"max\": 4", "\"max\": 3", "does not begin where"),
            ("\"max\": 21", "\"max\": 20", "do not end at"),
            ("\"gad7_2\"", "\"gad7_1\"", "appears twice"),
            ("69689-8", "69689-6", "not a LOINC code"),
            ("\"caseness_from\": 8", "\"caseness_from\": 22", "reachable"),
            ("\"caseness_from\": 8", "\"caseness_from\": 8, \"severe_from\": 22", "reachable"),
            ("\"caseness_from\": 8", "\"caseness\": 8", "unknown field"),
            ("\"value\": 3", "\"value\": 1", "rises"),
            ("\"risk_from\": null,\n      \"unscored\"", "\"risk_from\": 1,\n      \"unscored\"", "may be left out"),
            (
                "\"reliable_change\": 4",
                "\"reliable_change\": 4, \"next\": { \"questionnaire\": \"mbi\", \"from\": 5 }",
                "cannot be answered",
            ),
            ("\"risk_from\": null", "\"risk_from\": 7", "an answer it does not have"),
            ("\"caseness_from\": 8", "\"caseness_from\": null, \"caseness_to\": 8", "the worse side"),
            (
                "\"reliable_change\": 4",
                "\"reliable_change\": 4, \"clusters\": { \"present_from\": 2, \"groups\": [{ \"code\": \"B\", \"items\": [\"x\"], \"at_least\": 1 }] }",
                "which is not an item",
            ),
            (
                "\"reliable_change\": 4",
                "\"reliable_change\": 4, \"entered\": { \"min\": 0, \"max\": 21, \"step\": 1, \"risk_item\": null }",
                "not entered as a total",
            ),
        ];
        assert_refused(valid, |text| from_files(&[text]), &cases);
        assert!(from_files(&[valid, valid]).unwrap_err().contains("share"));
    }
}
