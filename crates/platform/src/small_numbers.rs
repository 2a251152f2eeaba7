//! What may be published of a table about people.
//!
//! The promise is that no one can be identified from any figure or any combination of figures. It rests on these rules:
//!
//! 1. **Few queries.** A figure is about one whole calendar period of its dataset; the periods do not overlap, and no one can
//!    filter or choose a window. A breakdown is one of a few, one at a time; there are no cross-tabulations. So two responses
//!    show either the same figures or figures about different facts, and a difference of two is a difference of published ones.
//! 2. **Frozen.** A period is counted once, after its data are complete, and never again: the response is the same before and
//!    after a person's record changes.
//! 3. **People, not rows.** What counts as small is decided by the number of people behind a figure; five appointments of one
//!    person count as one.
//! 4. **Suppression below five.** A category with one to four people is hidden ([`MIN_PEOPLE`]).
//! 5. **Complementary suppression.** No category is hidden alone: the categories that follow are hidden with it until at least
//!    two are hidden and they are about at least ten people together ([`MIN_HIDDEN_PEOPLE`]). Whatever is subtracted from the
//!    total leaves no one or at least five people. They are taken in their fixed order and not the smallest first: if it were known
//!    that the smallest are taken, conclusions could be drawn from those that are shown. A table about fewer than ten people is
//!    hidden completely.
//! 6. **Rounding.** Counts are rounded to five and percentages are calculated from rounded counts, so that even where several
//!    hidden categories are known to add up, only a range of their sum is known. A difference of two published counts is never
//!    one to four.
//! 7. **No group as a whole.** Where belonging to a category reveals something of a person's health or opinion, a table in which
//!    all people are in the same category shows only its total.
//!
//! The property tests of this module attack published tables with everything that an outsider can know. The first two rules must
//! be kept by the module that publishes; the others are kept here.

use std::collections::BTreeSet;

use super::ids::Id;

/// The facts of one period in one breakdown: each fact once, in one category, with the person it is about.
#[derive(Debug, Clone)]
pub struct Table {
    /// The name of the breakdown.
    pub breakdown: &'static str,
    /// Every possible category, in order.
    pub categories: Vec<&'static str>,
    /// The facts: the index of the category, and the person.
    pub facts: Vec<(usize, Id)>,
    /// Whether belonging to a category reveals something about a person's health or opinion, so that not even a table in which
    /// all people are in the same category may be shown.
    pub sensitive: bool,
}

/// What is published of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The name of the breakdown.
    pub breakdown: String,
    /// All facts together, rounded; none when they are about too few people.
    pub total: Option<u32>,
    /// The categories in order, each with its rounded count; none where it is hidden.
    pub cells: Vec<(String, Option<u32>)>,
}

/// The fewest people that a shown category may be about. The service promises its users suppression below five.
pub const MIN_PEOPLE: usize = 5;
/// The fewest people that the hidden categories of a table may be about together, and the fewest people of a whole table.
pub const MIN_HIDDEN_PEOPLE: usize = 10;
/// The step that counts are rounded to.
pub const ROUNDING_STEP: u32 = 5;

/// A count as it is published: rounded to the nearest five.
pub fn rounded(count: usize) -> u32 {
    (u32::try_from(count).unwrap_or(u32::MAX - ROUNDING_STEP) + ROUNDING_STEP / 2) / ROUNDING_STEP * ROUNDING_STEP
}

/// What may be published of a table.
pub fn publish(table: &Table) -> Published {
    let people = people_by_category(table);
    let everyone: BTreeSet<Id> = people.iter().flatten().copied().collect();
    let hidden = hidden_categories(table, &people, everyone.len());
    let counts = (0..people.len()).map(|place| table.facts.iter().filter(|(category, _)| *category == place).count());
    let cells = table
        .categories
        .iter()
        .zip(counts)
        .enumerate()
        .map(|(place, (name, count))| ((*name).to_owned(), (!hidden.contains(&place)).then(|| rounded(count))));
    Published {
        breakdown: table.breakdown.to_owned(),
        total: (everyone.len() >= MIN_HIDDEN_PEOPLE).then(|| rounded(table.facts.len())),
        cells: cells.collect(),
    }
}

fn people_by_category(table: &Table) -> Vec<BTreeSet<Id>> {
    let mut people = vec![BTreeSet::new(); table.categories.len()];
    for (category, person) in &table.facts {
        if let Some(people) = people.get_mut(*category) {
            people.insert(*person);
        }
    }
    people
}

/// The indexes of the categories that are hidden.
fn hidden_categories(table: &Table, people: &[BTreeSet<Id>], everyone: usize) -> BTreeSet<usize> {
    let occupied = |place: &usize| !people[*place].is_empty();
    let all_the_same = (0..people.len()).filter(occupied).count() == 1;
    if everyone < MIN_HIDDEN_PEOPLE || (table.sensitive && all_the_same) {
        return (0..people.len()).collect();
    }
    let small: BTreeSet<usize> = (0..people.len()).filter(|place| (1..MIN_PEOPLE).contains(&people[*place].len())).collect();
    let Some(first) = small.first().copied() else { return small };
    let following = (first..people.len()).chain(0..first).filter(occupied);
    following.fold(small, |mut hidden, place| {
        if hidden.len() < 2 || people_in(people, &hidden) < MIN_HIDDEN_PEOPLE {
            hidden.insert(place);
        }
        hidden
    })
}

fn people_in(people: &[BTreeSet<Id>], places: &BTreeSet<usize>) -> usize {
    places.iter().flat_map(|place| &people[*place]).collect::<BTreeSet<_>>().len()
}

/// The share of some categories among others in whole per cent, from published counts alone; none where those are not enough.
pub fn percent(published: &Published, part: &[&str], whole: &[&str]) -> Option<u8> {
    let (part, whole) = (count_of(published, part)?, count_of(published, whole)?);
    if whole == 0 {
        return None;
    }
    u8::try_from((200 * part / whole).div_ceil(2).min(100)).ok()
}

/// How many facts these categories have together, as far as the published counts show: the hidden ones are the rest of the total.
fn count_of(published: &Published, categories: &[&str]) -> Option<u32> {
    let included = |name: &str| categories.contains(&name);
    let sum = |cells: &mut dyn Iterator<Item = &(String, Option<u32>)>| cells.filter_map(|(_, count)| *count).sum::<u32>();
    let mut hidden = published.cells.iter().filter(|(_, count)| count.is_none()).map(|(name, _)| included(name));
    match (hidden.clone().any(|included| included), hidden.all(|included| included)) {
        (false, _) => Some(sum(&mut published.cells.iter().filter(|(name, _)| included(name)))),
        (true, true) => {
            Some(published.total?.saturating_sub(sum(&mut published.cells.iter().filter(|(name, _)| !included(name)))))
        }
        (true, false) => None,
    }
}

#[cfg(test)]
mod tests;
