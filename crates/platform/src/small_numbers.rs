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
//! 8. **Amounts.** A sum of money is shown when at least ten people have a part in it, no part is more than half of it, and who knows
//!    the second largest part cannot estimate the largest to within a tenth. It is rounded to 500 pounds, about five sessions.
//! 9. **Parts of a category.** Where a category is divided again in a table of its own, that table is hidden completely if the category
//!    is ([`hidden`]): otherwise the category could be added up from its parts.
//!
//! The property tests of this module attack published tables with everything that an outsider can know. The first two rules must
//! be kept by the module that publishes; the others are kept here.

use std::collections::{BTreeMap, BTreeSet};

use super::ids::Id;

/// The facts of one period in one breakdown: each fact once, in one category, with the person it is about.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    /// The name of the breakdown.
    pub breakdown: &'a str,
    /// Every possible category, in order.
    pub categories: Vec<&'a str>,
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
/// The step that sums of money are rounded to, in pence.
pub const AMOUNT_STEP_PENCE: u64 = 50_000;

/// A count as it is published: rounded to the nearest five.
pub fn rounded(count: usize) -> u32 {
    (u32::try_from(count).unwrap_or(u32::MAX - ROUNDING_STEP) + ROUNDING_STEP / 2) / ROUNDING_STEP * ROUNDING_STEP
}

/// What may be published of a table.
pub fn publish(table: &Table<'_>) -> Published {
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

/// What may be published of a sum of money, in pence; `amounts` are the parts with the people they are about.
pub fn publish_amount(amounts: &[(u64, Id)]) -> Option<u32> {
    let mut parts: BTreeMap<Id, u64> = BTreeMap::new();
    for (pence, person) in amounts.iter().filter(|(pence, _)| *pence > 0) {
        let part = parts.entry(*person).or_default();
        *part = part.saturating_add(*pence);
    }
    let mut sizes: Vec<u64> = parts.into_values().collect();
    sizes.sort_unstable_by(|one, other| other.cmp(one));
    let sum = sizes.iter().fold(0_u64, |sum, part| sum.saturating_add(*part));
    let (largest, second) = (sizes.first()?, sizes.get(1)?);
    let dominated = largest.saturating_mul(2) > sum;
    let can_be_estimated = (sum - largest - second).saturating_mul(10) < *largest;
    if sizes.len() < MIN_HIDDEN_PEOPLE || dominated || can_be_estimated {
        return None;
    }
    let rounded = sum.saturating_add(AMOUNT_STEP_PENCE / 2) / AMOUNT_STEP_PENCE * AMOUNT_STEP_PENCE;
    // Stored as a signed number of 32 bits.
    i32::try_from(rounded).ok().and_then(|pence| u32::try_from(pence).ok())
}

/// The same table with everything hidden.
pub fn hidden(published: Published) -> Published {
    let cells = published.cells.into_iter().map(|(name, _)| (name, None)).collect();
    Published { breakdown: published.breakdown, total: None, cells }
}

/// The category that contains this centile, where categories are in the order of the values; none where a count is hidden or no one is
/// counted. It comes from published counts alone.
pub fn centile(published: &Published, percent: u32) -> Option<&str> {
    let counts: Vec<u32> = published.cells.iter().map(|(_, count)| *count).collect::<Option<_>>()?;
    let all: u32 = counts.iter().sum();
    let mut below = 0;
    let cells = published.cells.iter().zip(&counts).filter(|_| all > 0);
    cells.map(|((name, _), count)| (name, count)).find_map(|(name, count)| {
        below += count;
        (u64::from(below) * 100 >= u64::from(all) * u64::from(percent)).then_some(name.as_str())
    })
}

fn people_by_category(table: &Table<'_>) -> Vec<BTreeSet<Id>> {
    let mut people = vec![BTreeSet::new(); table.categories.len()];
    for (category, person) in &table.facts {
        if let Some(people) = people.get_mut(*category) {
            people.insert(*person);
        }
    }
    people
}

/// The indexes of the categories that are hidden.
fn hidden_categories(table: &Table<'_>, people: &[BTreeSet<Id>], everyone: usize) -> BTreeSet<usize> {
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
