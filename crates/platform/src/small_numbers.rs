//! What may be published of a table of people.
//!
//! The promise is that nobody can be told apart by any figure or by any combination of figures. It rests on these rules:
//!
//! 1. **Few questions.** A figure is about one whole calendar period of its dataset; the periods do not overlap, and nobody may
//!    filter or choose a window. A breakdown is one of a few, one at a time; there are no cross-tabulations. So two answers
//!    either show the same figures or figures about different facts, and a difference of two is a difference of published ones.
//! 2. **Frozen.** A period is counted once, after what belongs to it is in, and never again: whoever asks before and after
//!    somebody's record changed gets the same answer.
//! 3. **People, not rows.** What counts as small is decided by how many people stand behind a figure; five appointments of one
//!    person are one.
//! 4. **Suppression below five.** A category with one to four people is hidden ([`SMALLEST`]).
//! 5. **Complementary suppression.** Nothing is hidden alone: the categories that follow are hidden with it until there are at
//!    least two and they are about at least ten people together ([`SMALLEST_HIDDEN`]). Whatever is subtracted from the total
//!    leaves nobody or at least five people. They are taken in their fixed order and not the smallest first: whoever knew that
//!    the smallest were taken could conclude from those that are shown. A table about fewer than ten people is hidden as a whole.
//! 6. **Rounding.** Counts are rounded to five and percentages are made from rounded counts, so that even where several hidden
//!    categories are known to add up, only a range is known of their sum. A difference of two published counts is never one to
//!    four.
//! 7. **Nobody is all of a group.** Where belonging to a category tells something of a person's health or opinion, a table in
//!    which everybody is in the same one shows its total only.
//!
//! The property tests beside this file attack published tables with everything an onlooker can know. The first two rules are
//! for whoever publishes to keep; the others are kept here.

use std::collections::BTreeSet;

use super::ids::Id;

/// What is counted of one period in one breakdown: each fact once, in one category, with the person whom it is about.
#[derive(Debug, Clone)]
pub struct Table {
    /// What the categories are.
    pub breakdown: &'static str,
    /// Every category that there can be, in their order.
    pub categories: Vec<&'static str>,
    /// The facts: the place of the category, and whom it is about.
    pub facts: Vec<(usize, Id)>,
    /// Whether belonging to a category tells something about a person's health or opinion, so that not even a table in which
    /// everybody is in the same one may be shown.
    pub sensitive: bool,
}

/// What of a table is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// What the categories are.
    pub breakdown: String,
    /// All facts together, rounded; none when they are about too few people.
    pub total: Option<u32>,
    /// The categories in their order, each with its rounded count; none where it is hidden.
    pub cells: Vec<(String, Option<u32>)>,
}

/// The fewest people whom a shown category may be about. Suppression below five is what the service promises its people.
pub const SMALLEST: usize = 5;
/// The fewest people whom the hidden categories of a table may be about together, and the fewest of a whole table.
pub const SMALLEST_HIDDEN: usize = 10;
/// What counts are rounded to.
pub const STEP: u32 = 5;

/// A count as it is published: to the nearest five.
pub fn rounded(count: usize) -> u32 {
    (u32::try_from(count).unwrap_or(u32::MAX - STEP) + STEP / 2) / STEP * STEP
}

/// What may be published of a table.
pub fn publish(table: &Table) -> Published {
    let people = people_by_category(table);
    let everybody: BTreeSet<Id> = people.iter().flatten().copied().collect();
    let hidden = hidden(table, &people, everybody.len());
    let counts = (0..people.len()).map(|place| table.facts.iter().filter(|(category, _)| *category == place).count());
    let cells = table
        .categories
        .iter()
        .zip(counts)
        .enumerate()
        .map(|(place, (name, count))| ((*name).to_owned(), (!hidden.contains(&place)).then(|| rounded(count))));
    Published {
        breakdown: table.breakdown.to_owned(),
        total: (everybody.len() >= SMALLEST_HIDDEN).then(|| rounded(table.facts.len())),
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

/// The places of the categories that are hidden.
fn hidden(table: &Table, people: &[BTreeSet<Id>], everybody: usize) -> BTreeSet<usize> {
    let occupied = |place: &usize| !people[*place].is_empty();
    let all_the_same = (0..people.len()).filter(occupied).count() == 1;
    if everybody < SMALLEST_HIDDEN || (table.sensitive && all_the_same) {
        return (0..people.len()).collect();
    }
    let small: BTreeSet<usize> = (0..people.len()).filter(|place| (1..SMALLEST).contains(&people[*place].len())).collect();
    let Some(first) = small.first().copied() else { return small };
    let following = (first..people.len()).chain(0..first).filter(occupied);
    following.fold(small, |mut hidden, place| {
        if hidden.len() < 2 || together(people, &hidden) < SMALLEST_HIDDEN {
            hidden.insert(place);
        }
        hidden
    })
}

fn together(people: &[BTreeSet<Id>], places: &BTreeSet<usize>) -> usize {
    places.iter().flat_map(|place| &people[*place]).collect::<BTreeSet<_>>().len()
}

/// The share of some categories among others in whole per cent, from published counts alone; none where those do not tell.
pub fn percent(published: &Published, part: &[&str], whole: &[&str]) -> Option<u8> {
    let (part, whole) = (count_of(published, part)?, count_of(published, whole)?);
    if whole == 0 {
        return None;
    }
    u8::try_from((200 * part / whole).div_ceil(2).min(100)).ok()
}

/// How many facts these categories have together, as far as published counts tell: the hidden ones are what is left of the total.
fn count_of(published: &Published, categories: &[&str]) -> Option<u32> {
    let asked = |name: &str| categories.contains(&name);
    let sum = |cells: &mut dyn Iterator<Item = &(String, Option<u32>)>| cells.filter_map(|(_, count)| *count).sum::<u32>();
    let mut hidden = published.cells.iter().filter(|(_, count)| count.is_none()).map(|(name, _)| asked(name));
    match (hidden.clone().any(|asked| asked), hidden.all(|asked| asked)) {
        (false, _) => Some(sum(&mut published.cells.iter().filter(|(name, _)| asked(name)))),
        (true, true) => Some(published.total?.saturating_sub(sum(&mut published.cells.iter().filter(|(name, _)| !asked(name))))),
        (true, false) => None,
    }
}

#[cfg(test)]
mod tests;
