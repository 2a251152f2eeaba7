//! Questionnaire definitions and scores.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One questionnaire in one version, as its data file describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The stable code in addresses and records (`phq-9`).
    pub code: String,
    /// The name people know it by.
    pub title: String,
    /// The version of this definition. A change of items, answers or bands is a new version.
    pub version: u16,
    /// What it measures, in plain English.
    pub measures: String,
    /// The period of time that the answers are about.
    pub recall_period: String,
    /// The beginning of the question, which each item completes.
    pub stem: String,
    /// The terms of use of the questionnaire.
    pub licence: String,
    /// The public sources of the scoring and the codes.
    pub sources: Vec<String>,
    /// LOINC codes of the questionnaire; items and answers have their own. `None` where public sources disagree.
    pub loinc: Option<Loinc>,
    /// The answer scales, by name.
    pub scales: BTreeMap<String, Vec<Choice>>,
    /// The items in the order in which they are asked. All that count must be answered. Empty where the questions may not be shown.
    pub items: Vec<Item>,
    /// The totals that a clinician may enter, for a questionnaire whose questions may not be shown.
    #[serde(default)]
    pub entered: Option<EnteredTotals>,
    /// The bands of the total, from lowest to highest, without gaps.
    pub bands: Vec<Band>,
    /// The lowest total that counts as a case (caseness). `None` where there is no such threshold.
    pub caseness_from: Option<u16>,
    /// The highest total that counts as a case, where a higher total is better.
    #[serde(default)]
    pub caseness_to: Option<u16>,
    /// The lowest total at which a person looks at it the same day although no item shows risk. `None` where there is none.
    #[serde(default)]
    pub severe_from: Option<u16>,
    /// Whether a higher total is better; on most questionnaires it is worse.
    #[serde(default)]
    pub more_is_better: bool,
    /// Groups of items of which some must be present, in addition to the total.
    #[serde(default)]
    pub clusters: Option<Clusters>,
    /// By how many points a total must change for the change to be more than chance. `None` where no figure is agreed.
    pub reliable_change: Option<u16>,
    /// The fuller questionnaire that a total leads to.
    #[serde(default)]
    pub next: Option<NextQuestionnaire>,
}

/// A fuller questionnaire that follows from a total.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextQuestionnaire {
    /// Its code.
    pub questionnaire: String,
    /// The lowest total that leads to it.
    pub from: u16,
}

/// The totals that may be entered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnteredTotals {
    pub min: u16,
    pub max: u16,
    /// The difference between one total and the next.
    pub step: u16,
    /// The item that shows risk at any answer above the lowest, if there is one.
    pub risk_item: Option<String>,
}

/// Groups of items of which some must be present.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clusters {
    /// The lowest answer at which an item counts as present.
    pub present_from: u8,
    /// The groups. All of them must be present.
    pub groups: Vec<Cluster>,
}

/// A group of items.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    pub code: String,
    /// The ids of its items.
    pub items: Vec<String>,
    /// How many of them must be present.
    pub at_least: usize,
}

/// LOINC codes of a questionnaire.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Loinc {
    /// The code of the panel, which is the questionnaire itself.
    pub panel: String,
    /// The code of the observation with the total.
    pub total: String,
}

/// A possible answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The points it counts.
    pub value: u8,
    /// The text to show.
    pub label: String,
    /// Its LOINC answer code, where one is agreed.
    pub loinc: Option<String>,
}

/// One item of a questionnaire.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The stable id in answers (`phq9_1`).
    pub id: String,
    /// The sentence of the questionnaire, or a short paraphrase where it may not be shown.
    pub label: String,
    pub loinc: Option<String>,
    /// The name of its answer scale.
    pub scale: String,
    /// The lowest answer that makes the item a sign of risk, which a person must review. `None` for other items.
    pub risk_from: Option<u8>,
    /// Whether the answer counts towards no total and may be left out.
    #[serde(default)]
    pub unscored: bool,
}

/// A named range of totals.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The stable code (`moderately_severe`).
    pub code: String,
    /// The text to show.
    pub label: String,
    /// The lowest total in it.
    pub min: u16,
    /// The highest total in it.
    pub max: u16,
}

impl Definition {
    /// The item with this id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The possible answers to an item; empty only for a definition that fails its checks.
    pub fn choices(&self, item: &Item) -> &[Choice] {
        self.scales.get(&item.scale).map_or(&[], Vec::as_slice)
    }

    /// The highest possible total.
    pub fn max_total(&self) -> u16 {
        if let Some(entered) = &self.entered {
            return entered.max;
        }
        self.items
            .iter()
            .filter(|item| !item.unscored)
            .filter_map(|item| self.choices(item).iter().map(|choice| u16::from(choice.value)).max())
            .sum()
    }

    /// The lowest possible total.
    pub fn min_total(&self) -> u16 {
        self.entered.as_ref().map_or(0, |entered| entered.min)
    }

    /// The code of the fuller questionnaire that this total leads to.
    pub fn next_after(&self, total: u16) -> Option<&str> {
        self.next.as_ref().filter(|next| total >= next.from).map(|next| next.questionnaire.as_str())
    }

    /// Whether a person looks at this total the same day, whatever the items that show risk say
    /// (`docs/clinical-rules.md#risk`: of the people at risk in one study 63 % answered item 9 of the PHQ-9 with "not at all").
    pub fn is_severe(&self, total: u16) -> bool {
        self.severe_from.is_some_and(|from| total >= from)
    }

    /// Whether a score calls for help at once: an item shows risk, or the total is severe.
    pub fn calls_for_help(&self, score: &Score) -> bool {
        score.risk || self.is_severe(score.total)
    }

    /// The band that a total falls in.
    pub fn band(&self, total: u16) -> Option<&Band> {
        self.bands.iter().find(|band| (band.min..=band.max).contains(&total))
    }
}

/// The score of a complete set of answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// The sum of all answers.
    pub total: u16,
    /// The code of the band that the total falls in.
    pub band: String,
    /// Whether the total reaches the threshold for a case; false for a questionnaire without one.
    pub caseness: bool,
    /// Whether any item shows risk. A person must then review it before the contact ends, whatever the total.
    pub risk: bool,
    /// The ids of the items that show risk, in the order in which they are asked.
    pub risk_items: Vec<String>,
    /// Whether enough items of every cluster are present; `None` for a questionnaire without clusters.
    pub clusters_met: Option<bool>,
}

platform::string_enum! {
    /// Whether a total changed by more than chance would explain.
    pub enum ReliableChange {
        /// It improved by at least the agreed amount.
        Improvement = "improvement",
        /// It became worse by at least the agreed amount.
        Deterioration = "deterioration",
        /// It changed by less than that.
        None = "none",
        /// No amount is agreed for this questionnaire.
        Undefined = "undefined",
    }
}

/// The change of one measure between two times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoreChange {
    /// Last total minus first total. Whether lower is better depends on the questionnaire.
    pub difference: i32,
    /// Whether the difference is more than chance.
    pub reliable: ReliableChange,
    /// A case at the start and not at the end, on this measure alone.
    pub recovered: bool,
}

/// The recovery of a person on several measures together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// A case on at least one measure at the start.
    pub case_at_start: bool,
    /// A case on at least one measure at the start, and on none at the end.
    pub recovered: bool,
    /// Reliably better on at least one measure and reliably worse on none.
    pub reliably_improved: bool,
    /// Reliably worse on at least one measure.
    pub reliably_deteriorated: bool,
    /// Recovered and reliably improved.
    pub reliably_recovered: bool,
}
