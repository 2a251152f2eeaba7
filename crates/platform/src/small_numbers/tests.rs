//! Tables at their limits, and attacks on what is published.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn person(number: u32) -> Id {
    Id(uuid::Uuid::from_u128(u128::from(number)))
}

/// A table in which each person is counted once, with `sizes` people in the categories.
fn table_of(sizes: &[u32]) -> Table<'static> {
    let facts = sizes.iter().enumerate().flat_map(|(place, size)| (0..*size).map(move |number| (place, number)));
    let facts = facts.map(|(place, number)| (place, person(u32::try_from(place).unwrap() * 10_000 + number))).collect();
    Table { breakdown: "test", categories: NAMES[..sizes.len()].to_vec(), facts, sensitive: false }
}

const NAMES: [&str; 7] = ["a", "b", "c", "d", "e", "f", "g"];

fn shown(sizes: &[u32]) -> (Option<u32>, Vec<Option<u32>>) {
    let published = publish(&table_of(sizes));
    (published.total, published.cells.into_iter().map(|(_, count)| count).collect())
}

#[test]
fn tables_at_their_limits() {
    type Case<'a> = (&'a str, &'a [u32], Option<u32>, &'a [Option<u32>]);
    let cases: [Case<'_>; 10] = [
        ("no one", &[0, 0], None, &[None, None]),
        ("nine people are too few", &[5, 4], None, &[None, None]),
        ("ten people, five and five", &[5, 5], Some(10), &[Some(5), Some(5)]),
        ("four is hidden, and six with it", &[4, 6, 30], Some(40), &[None, None, Some(30)]),
        ("two small categories with ten people together need no third", &[4, 4, 2, 30], Some(40), &[None, None, None, Some(30)]),
        ("two small categories with fewer people take a third", &[1, 1, 30, 40], Some(70), &[None, None, None, Some(40)]),
        ("a small category beside a single large one hides both", &[1, 1000], Some(1000), &[None, None]),
        ("a category without people is shown as zero", &[0, 12, 13], Some(25), &[Some(0), Some(10), Some(15)]),
        ("the category that follows is hidden, however large", &[20, 3, 50], Some(75), &[Some(20), None, None]),
        ("all people in one category", &[0, 12], Some(10), &[Some(0), Some(10)]),
    ];
    for (name, sizes, total, cells) in cases {
        assert_eq!(shown(sizes), (total, cells.to_vec()), "{name}");
    }
}

#[test]
fn a_sensitive_table_does_not_show_that_all_people_are_in_one_category() {
    let published = publish(&Table { sensitive: true, ..table_of(&[0, 12]) });
    assert_eq!((published.total, published.cells), (Some(10), vec![("a".into(), None), ("b".into(), None)]));
    let published = publish(&Table { sensitive: true, ..table_of(&[6, 12]) });
    assert_eq!(published.cells, [("a".to_owned(), Some(5)), ("b".to_owned(), Some(10))]);
}

#[test]
fn many_appointments_of_few_people_count_as_few() {
    let mut table = table_of(&[20, 20]);
    table.categories.push("c");
    table.facts.extend((0..50).map(|_| (2, person(1))));
    let published = publish(&table);
    assert_eq!(published.total, Some(90));
    assert_eq!(published.cells[2].1, None, "fifty appointments, one person");
}

#[test]
fn counts_are_rounded_to_the_nearest_five() {
    for (count, expected) in [(0, 0), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (1002, 1000), (1003, 1005)] {
        assert_eq!(rounded(count), expected, "{count}");
    }
}

#[test]
fn percentages_come_from_published_counts_alone() {
    let published = |total, cells: [Option<u32>; 3]| Published {
        breakdown: "test".into(),
        total,
        cells: NAMES.iter().zip(cells).map(|(name, count)| ((*name).to_owned(), count)).collect(),
    };
    let all = ["a", "b", "c"];
    type Case<'a> = (&'a str, Published, &'a [&'a str], &'a [&'a str], Option<u8>);
    let cases: [Case<'_>; 8] = [
        ("all shown", published(Some(100), [Some(85), Some(10), Some(5)]), &["a"], &all, Some(85)),
        ("rounded half up", published(Some(200), [Some(85), Some(110), Some(5)]), &["a"], &all, Some(43)),
        ("the hidden categories are the rest", published(Some(100), [Some(70), None, None]), &["b", "c"], &all, Some(30)),
        ("the whole without the hidden categories", published(Some(100), [Some(70), None, None]), &["a"], &all, Some(70)),
        ("half of the hidden categories is not known", published(Some(100), [Some(70), None, None]), &["a", "b"], &all, None),
        ("no total", published(None, [None, None, None]), &["a"], &all, None),
        ("no one", published(Some(10), [Some(0), Some(0), Some(10)]), &["a"], &["a", "b"], None),
        (
            "never more than one hundred per cent",
            published(Some(10), [Some(10), Some(5), Some(0)]),
            &["a", "b"],
            &["a"],
            Some(100),
        ),
    ];
    for (name, published, part, whole, expected) in cases {
        assert_eq!(percent(&published, part, whole), expected, "{name}");
    }
}

/// What is published of these parts of a sum, in pounds.
fn sum_of(parts: &[u64]) -> Option<u32> {
    let amounts: Vec<(u64, Id)> = parts.iter().zip(0..).map(|(pounds, number)| (pounds * 100, person(number))).collect();
    publish_amount(&amounts)
}

#[test]
fn sum_is_shown_when_it_tells_of_no_one() {
    let equal = |people: usize, pounds: u64| vec![pounds; people];
    for (name, parts, expected) in [
        ("no one", vec![], None),
        ("nine people", equal(9, 500), None),
        ("ten people", equal(10, 500), Some(500_000)),
        ("rounded to the nearest 500 pounds", equal(10, 95), Some(100_000)),
        ("rounded half up", equal(10, 75), Some(100_000)),
        ("rounded down", equal(10, 74), Some(50_000)),
        ("people without a part do not count", [equal(9, 500), vec![0]].concat(), None),
        ("one part is more than half", [vec![1_001], equal(10, 100)].concat(), None),
        ("one part is half", [vec![1_000], equal(10, 100)].concat(), Some(200_000)),
        ("the second knows the largest", [vec![1_000, 1_000], equal(9, 11)].concat(), None),
        ("the others are a tenth of the largest", [vec![1_000, 1_000], equal(10, 10)].concat(), Some(200_000)),
    ] {
        assert_eq!(sum_of(&parts), expected, "{name}");
    }
    let several = publish_amount(&(0..10).map(|visit| (10_000, person(visit % 9))).collect::<Vec<_>>());
    assert_eq!(several, None, "ten parts of nine people");
}

#[test]
fn parts_of_a_hidden_category_are_hidden() {
    let published = hidden(publish(&table_of(&[10, 12])));
    assert_eq!((published.total, published.cells), (None, vec![("a".into(), None), ("b".into(), None)]));
}

#[test]
fn centile_is_the_category_that_reaches_the_share() {
    let published = |cells: [Option<u32>; 3]| Published {
        breakdown: "test".into(),
        total: None,
        cells: NAMES.iter().zip(cells).map(|(name, count)| ((*name).to_owned(), count)).collect(),
    };
    for (cells, percent, expected) in [
        ([Some(10), Some(5), Some(5)], 50, Some("a")),
        ([Some(10), Some(15), Some(5)], 50, Some("b")),
        ([Some(10), Some(15), Some(5)], 90, Some("c")),
        ([Some(0), Some(45), Some(5)], 90, Some("b")),
        ([Some(10), None, None], 50, None),
        ([Some(0), Some(0), Some(0)], 50, None),
    ] {
        assert_eq!(centile(&published(cells), percent), expected, "{cells:?} {percent}");
    }
}

/// A population of one period: people with some facts each, in up to five categories.
fn population() -> impl Strategy<Value = Table<'static>> {
    let facts = prop::collection::vec((0_u32..40, prop::collection::vec(0_usize..5, 1..4)), 0..60);
    (facts, any::<bool>()).prop_map(|(people, sensitive)| Table {
        breakdown: "test",
        categories: NAMES[..5].to_vec(),
        facts: people
            .into_iter()
            .flat_map(|(number, places)| places.into_iter().map(move |place| (place, person(number))))
            .collect(),
        sensitive,
    })
}

/// Several breakdowns of one population.
fn breakdowns() -> impl Strategy<Value = Vec<Table<'static>>> {
    prop::collection::vec((0_u32..40, 0_usize..3, 0_usize..5), 0..120).prop_map(|facts| {
        let table = |breakdown, pick: fn(&(u32, usize, usize)) -> usize, size: usize| Table {
            breakdown,
            categories: NAMES[..size].to_vec(),
            facts: facts.iter().map(|fact| (pick(fact), person(fact.0))).collect(),
            sensitive: false,
        };
        vec![table("one", |fact| fact.1, 3), table("other", |fact| fact.2, 5)]
    })
}

fn figures(published: &Published) -> Vec<u32> {
    published.total.into_iter().chain(published.cells.iter().filter_map(|(_, count)| *count)).collect()
}

/// The number of people that remain when any shown categories are subtracted from the total.
fn remainders(table: &Table<'_>, published: &Published) -> Vec<usize> {
    let people = people_by_category(table);
    let shown: Vec<usize> = (0..people.len()).filter(|place| published.cells[*place].1.is_some()).collect();
    let subsets = 0..(1_u32 << shown.len());
    let taken = subsets.map(|subset| -> BTreeSet<usize> {
        shown.iter().enumerate().filter(|(bit, _)| subset & (1 << bit) != 0).map(|(_, place)| *place).collect()
    });
    taken.map(|taken| people_in(&people, &(0..people.len()).filter(|place| !taken.contains(place)).collect())).collect()
}

proptest! {
    #[test]
    fn nothing_shown_is_about_fewer_than_five_people(table in population()) {
        let (published, people) = (publish(&table), people_by_category(&table));
        for (place, (_, count)) in published.cells.iter().enumerate() {
            prop_assert!(count.is_none() || people[place].is_empty() || people[place].len() >= MIN_PEOPLE);
        }
    }

    #[test]
    fn no_category_is_hidden_alone_and_hidden_ones_are_about_ten_people_or_more(table in population()) {
        let (published, people) = (publish(&table), people_by_category(&table));
        let hidden: BTreeSet<usize> = (0..5).filter(|place| published.cells[*place].1.is_none()).collect();
        if published.total.is_some() {
            prop_assert!(hidden.is_empty() || (hidden.len() >= 2 && people_in(&people, &hidden) >= MIN_HIDDEN_PEOPLE));
        }
    }

    #[test]
    fn whatever_is_subtracted_from_a_total_leaves_no_one_or_five(table in population()) {
        let published = publish(&table);
        if published.total.is_some() {
            for left in remainders(&table, &published) {
                prop_assert!(left == 0 || left >= MIN_PEOPLE, "{left} people are left: {:?}", published);
            }
        }
    }

    #[test]
    fn no_two_figures_of_any_two_queries_differ_by_one_to_four(tables in breakdowns(), other_month in population()) {
        let published: Vec<Published> = tables.iter().chain([&other_month]).map(publish).collect();
        let figures: Vec<u32> = published.iter().flat_map(figures).collect();
        for one in &figures {
            for other in &figures {
                let difference = one.abs_diff(*other);
                prop_assert!(difference == 0 || difference >= ROUNDING_STEP, "{one} and {other}");
            }
        }
        prop_assert!(published[0].total == published[1].total, "one population has one total, whatever the breakdown");
    }

    #[test]
    fn sum_that_is_shown_is_about_ten_people_and_none_dominates(parts in prop::collection::vec(0_u64..200_000, 0..30)) {
        let amounts: Vec<(u64, Id)> = parts.iter().zip(0..).map(|(pence, number)| (*pence, person(number))).collect();
        if let Some(shown) = publish_amount(&amounts) {
            let (sum, largest) = (parts.iter().sum::<u64>(), parts.iter().max().copied().unwrap());
            prop_assert!(parts.iter().filter(|part| **part > 0).count() >= MIN_HIDDEN_PEOPLE && largest * 2 <= sum);
            prop_assert!(u64::from(shown).is_multiple_of(AMOUNT_STEP_PENCE) && u64::from(shown).abs_diff(sum) <= AMOUNT_STEP_PENCE / 2);
        }
    }

    #[test]
    fn one_person_more_or_less_changes_figures_by_a_step_or_not_at_all(table in population(), out in 0_u32..40) {
        let without = Table { facts: table.facts.iter().copied().filter(|(_, id)| *id != person(out)).collect(), ..table.clone() };
        let (with, without) = (publish(&table), publish(&without));
        for (one, other) in figures(&with).into_iter().zip(figures(&without)) {
            prop_assert!(one.abs_diff(other).is_multiple_of(ROUNDING_STEP));
        }
    }
}

/// Every table with this number of categories and at most this number of people.
fn every_table(categories: usize, most: u32) -> Vec<Vec<u32>> {
    (0..categories).fold(vec![Vec::new()], |tables, _| {
        let longer = |sizes: Vec<u32>| {
            let left = most - sizes.iter().sum::<u32>();
            (0..=left).map(move |next| sizes.iter().copied().chain([next]).collect())
        };
        tables.into_iter().flat_map(longer).collect()
    })
}

/// An attack by an outsider who knows these rules, everything that is published in a table, and even its exact total, which is
/// the most that other breakdowns of the same population could reveal: go through every table that would be published the same. A
/// small category that is the same in all of them is identified.
fn identified(categories: usize, most: u32) -> Vec<(Vec<u32>, usize)> {
    type Shown = (Option<u32>, Vec<Option<u32>>);
    let mut published_alike: BTreeMap<Shown, Vec<Vec<u32>>> = BTreeMap::new();
    let exact = |sizes: &[u32]| Some(sizes.iter().sum::<u32>()).filter(|total| *total >= 10);
    for sizes in every_table(categories, most) {
        published_alike.entry((exact(&sizes), shown(&sizes).1)).or_default().push(sizes);
    }
    assert!(published_alike.len() > 100, "the attack goes through many tables");
    let mut found = Vec::new();
    for alike in published_alike.values() {
        for place in 0..categories {
            let size = alike[0][place];
            if (1..5).contains(&size) && alike.iter().all(|sizes| sizes[place] == size) {
                found.push((alike[0].clone(), place));
            }
        }
    }
    found
}

#[test]
fn no_one_is_identified_by_going_through_every_table_that_looks_the_same() {
    for (categories, most) in [(2, 52), (3, 32), (4, 22), (5, 17)] {
        assert_eq!(identified(categories, most), [], "{categories} categories");
    }
}

#[test]
fn the_attack_succeeds_where_a_category_is_hidden_alone() {
    // The same attack on a table whose small category is hidden alone, with an exact total: here it must succeed.
    let naive = |sizes: &[u32]| {
        let cells: Vec<Option<u32>> = sizes.iter().map(|size| (*size == 0 || *size >= 5).then_some(*size)).collect();
        (sizes.iter().sum::<u32>(), cells)
    };
    let alike = (0..=30).filter(|small| naive(&[*small, 20]) == naive(&[3, 20])).count();
    assert_eq!(alike, 1, "the category with 3 people is identified");
}
