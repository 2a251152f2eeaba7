//! Which signposts fit.

use std::cmp::Reverse;

use chrono::NaiveDate;

use super::model::{Need, Signpost};

/// The signposts that are in force on a day, in the order of the list.
pub fn in_force(all: &[Signpost], on: NaiveDate) -> Vec<&Signpost> {
    all.iter().filter(|signpost| signpost.in_force(on)).collect()
}

/// The signposts in force that meet at least one of these needs: the most urgent first, then those that meet more of
/// them, then in the order of the list. No needs, no signposts.
pub fn matching<'a>(all: &'a [Signpost], needs: &[Need], on: NaiveDate) -> Vec<&'a Signpost> {
    let met = |signpost: &Signpost| signpost.needs.iter().filter(|need| needs.contains(need)).count();
    let mut found: Vec<_> = in_force(all, on).into_iter().filter(|signpost| met(signpost) > 0).collect();
    found.sort_by_key(|signpost| (signpost.urgency, Reverse(met(signpost))));
    found
}

/// Where to turn when life may be in danger: 999 and A&E first, then the lines that answer day and night. Shown in every
/// answer that touches on a crisis.
pub fn crisis(all: &[Signpost], on: NaiveDate) -> Vec<&Signpost> {
    matching(all, &[Need::Crisis], on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::signposting::catalogue::embedded;
    use crate::access::signposting::model::Urgency;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn ids(found: Vec<&Signpost>) -> Vec<&str> {
        found.into_iter().map(|signpost| signpost.id.as_str()).collect()
    }

    #[test]
    fn a_crisis_is_answered_by_emergency_first_on_any_day() {
        let expected = ["emergency_999", "accident_and_emergency", "nhs_111_mental_health", "samaritans", "shout"];
        assert_eq!(ids(crisis(embedded().unwrap(), day("2026-11-22"))), expected);
        for date in ["2019-10-21", "2020-04-08", "2021-03-01", "2024-05-01"] {
            let found = ids(crisis(embedded().unwrap(), day(date)));
            assert_eq!(found[..2], expected[..2], "{date}");
            assert!(found.contains(&"samaritans") && found.contains(&"shout"), "{date}");
        }
    }

    #[test]
    fn crisis_contacts_are_the_published_ones() {
        let contact = |id: &str| embedded().unwrap().iter().find(|s| s.id == id).unwrap().contact.as_str();
        assert_eq!(contact("emergency_999"), "999");
        assert_eq!(contact("nhs_111_mental_health"), "111, then option 2");
        assert_eq!(contact("samaritans"), "116 123");
        assert_eq!(contact("shout"), "Text SHOUT to 85258");
    }

    #[test]
    fn signposts_come_and_go_with_their_dates() {
        let cases = [
            ("staff_support_line", "2020-04-07", false),
            ("staff_support_line", "2020-04-08", true),
            ("staff_support_line", "2026-11-22", false),
            ("local_hub", "2020-09-30", false),
            ("local_hub", "2020-10-01", true),
            ("local_hub", "2024-03-31", true),
            ("local_hub", "2024-04-01", false),
            ("workplace_support", "2024-04-01", true),
            ("calmer_text", "2025-10-16", false),
            ("calmer_text", "2025-10-17", true),
            ("nhs_111_mental_health", "2026-11-22", true),
        ];
        for (id, date, expected) in cases {
            let found = ids(in_force(embedded().unwrap(), day(date)));
            assert_eq!(found.contains(&id), expected, "{id} on {date}");
        }
    }

    #[test]
    fn matching_puts_urgent_help_first_and_then_the_closest_fit() {
        let all = embedded().unwrap();
        let needs = [Need::LocalServices, Need::MoodAndAnxiety, Need::Crisis];
        let found = matching(all, &needs, day("2026-11-22"));
        assert!(found.is_sorted_by_key(|signpost| signpost.urgency));
        let routine: Vec<_> = found.iter().filter(|signpost| signpost.urgency == Urgency::Routine).collect();
        let met = |signpost: &Signpost| signpost.needs.iter().filter(|need| needs.contains(need)).count();
        assert!(routine.len() > 2 && routine.is_sorted_by_key(|signpost| Reverse(met(signpost))));
        assert!(found.iter().all(|signpost| met(signpost) > 0));
    }

    #[test]
    fn no_needs_find_nothing_and_every_need_finds_something() {
        let all = embedded().unwrap();
        assert!(matching(all, &[], day("2026-11-22")).is_empty());
        for need in Need::ALL {
            assert!(!matching(all, &[*need], day("2026-11-22")).is_empty(), "{}", need.as_str());
        }
    }
}
