//! What is valid from a day on: earlier days are history and do not change.

use chrono::NaiveDate;

use crate::hubs::model::{Coverage, DatedValue, Hub, HubDiscipline};
use platform::refusal::{Reason, Refusal};
use reference::workforce::model::Icb;

/// The values over time when exactly the wanted ones are valid from a day on. A value that was to begin on that day or later is
/// replaced; one that continues keeps its start.
pub fn replace_from<T: PartialEq + Clone>(present: &[DatedValue<T>], wanted: &[T], starts_on: NaiveDate) -> Vec<DatedValue<T>> {
    let started = present.iter().filter(|stretch| stretch.from < starts_on);
    let mut replaced: Vec<DatedValue<T>> = started
        .map(|stretch| {
            let ended = stretch.until.filter(|end| *end < starts_on);
            let until = if ended.is_some() { ended } else { (!wanted.contains(&stretch.value)).then_some(starts_on) };
            DatedValue { until, ..stretch.clone() }
        })
        .collect();
    for what in wanted {
        if !replaced.iter().any(|stretch| stretch.value == *what && stretch.until.is_none()) {
            replaced.push(DatedValue { value: what.clone(), from: starts_on, until: None });
        }
    }
    replaced
}

/// Whether a change may begin on this day: today or later, while the hub is open.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/starts_on`.
pub fn check_start(hub: &Hub, starts_on: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    let refuse =
        |detail: &'static str| Err(Refusal::new(Reason::InvalidBody, detail).field("/starts_on", "out_of_range", detail));
    if starts_on < today {
        return refuse("The first day must be today or later.");
    }
    if hub.closed_on.is_some_and(|end| end <= starts_on) {
        return refuse("The hub is closed by then. Choose an earlier day.");
    }
    Ok(())
}

/// Whether a hub may be closed from this day on: not in the past, after it opened, and only once.
///
/// # Errors
/// [`Reason::HubClosed`]; [`Reason::InvalidBody`] at `/closed_on`.
pub fn check_closing(hub: &Hub, closed_on: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if hub.closed_on.is_some_and(|end| end <= today) {
        return Err(Reason::HubClosed.into());
    }
    if closed_on < today || closed_on <= hub.opened_on {
        let detail = "Give a day that is today or later, and after the hub's first day.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/closed_on", "out_of_range", detail));
    }
    Ok(())
}

/// Whether each discipline is listed once only.
///
/// # Errors
/// [`Reason::InvalidBody`] at the repeated entry.
pub fn check_team(team: &[(HubDiscipline, i32)]) -> Result<(), Refusal> {
    let repeated = (1..team.len()).find(|index| team[..*index].iter().any(|(before, _)| *before == team[*index].0));
    repeated.map_or(Ok(()), |index| {
        let detail = "List each discipline only once.";
        Err(Refusal::new(Reason::InvalidBody, detail).field(format!("/team/{index}/discipline"), "repeated", detail))
    })
}

/// The coverage of a new hub: known boards, from the hub's first day on or later, and none twice at the same time. Before a
/// board's first day its area is covered by the codes that the area had before; coverage of a dissolved board can continue and
/// then includes its successors.
///
/// # Errors
/// [`Reason::InvalidBody`] at the member of the list.
pub fn check_coverage(boards: &[Icb], coverage: &[Coverage], opened_on: NaiveDate) -> Result<(), Refusal> {
    let refuse = |index: usize, member: &str, word, detail: &'static str| {
        Err(Refusal::new(Reason::InvalidBody, detail).field(format!("/coverage/{index}/{member}"), word, detail))
    };
    for (index, area) in coverage.iter().enumerate() {
        let code = &area.value.1;
        let Some(board) = boards.iter().find(|board| board.code == *code) else {
            return refuse(index, "icb_code", "unknown", "There is no integrated care board with this code. Check the code.");
        };
        let taken_over = boards.iter().any(|other| other.successors.contains(code) && other.valid_from < board.valid_from);
        if area.from < board.valid_from && taken_over {
            return refuse(
                index,
                "valid_from",
                "not_yet",
                "This board does not exist yet on that day. Use the code from before, or a later day.",
            );
        }
        if board.valid_to.is_some_and(|last| area.from > last) {
            return refuse(index, "valid_from", "dissolved", "This board was dissolved before that day. Use its successors.");
        }
        if area.from < opened_on {
            return refuse(index, "valid_from", "out_of_range", "The hub is not open yet on that day. Choose a later one.");
        }
        if area.until.is_some_and(|until| until <= area.from) {
            return refuse(index, "valid_until", "out_of_range", "The last day is before the first day. Choose a later one.");
        }
        let overlaps = |other: &Coverage| {
            other.value.1 == *code
                && other.until.is_none_or(|end| area.from < end)
                && area.until.is_none_or(|end| other.from < end)
        };
        if coverage[..index].iter().any(overlaps) {
            return refuse(index, "icb_code", "repeated", "This board is listed twice for the same days.");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::ids::Id;
    use reference::workforce::catalogue::boards;
    use reference::workforce::model::Region;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn stretch(what: &'static str, from: &str, until: Option<&str>) -> DatedValue<&'static str> {
        DatedValue { value: what, from: day(from), until: until.map(day) }
    }

    #[test]
    fn replacing_values_ends_starts_and_continues_them_and_keeps_history() {
        let present = [
            stretch("old", "2021-01-01", Some("2022-01-01")),
            stretch("stays", "2021-01-01", None),
            stretch("goes", "2021-01-01", None),
            stretch("would end", "2021-01-01", Some("2027-06-01")),
            stretch("would begin", "2027-06-01", None),
        ];
        let replaced = replace_from(&present, &["stays", "would end", "comes", "old"], day("2027-01-11"));
        assert_eq!(
            replaced,
            [
                stretch("old", "2021-01-01", Some("2022-01-01")),
                stretch("stays", "2021-01-01", None),
                stretch("goes", "2021-01-01", Some("2027-01-11")),
                stretch("would end", "2021-01-01", None),
                stretch("comes", "2027-01-11", None),
                stretch("old", "2027-01-11", None),
            ]
        );
        assert_eq!(replace_from(&replaced, &["stays"], day("2027-01-11")).len(), 4, "replaced again on the same day");
    }

    fn hub(closed_on: Option<&str>) -> Hub {
        Hub {
            id: Id(uuid::Uuid::nil()),
            name: "Saltmarsh".to_owned(),
            region: Region::EastOfEngland,
            opened_on: day("2021-02-22"),
            closed_on: closed_on.map(day),
            help: Vec::new(),
            team: Vec::new(),
            version: 1,
        }
    }

    #[test]
    fn a_change_starts_today_or_later_and_before_the_hub_closes() {
        let today = day("2027-01-11");
        for (closed_on, starts_on, is_valid) in [
            (None, "2027-01-11", true),
            (None, "2027-01-10", false),
            (Some("2027-03-01"), "2027-02-28", true),
            (Some("2027-03-01"), "2027-03-01", false),
        ] {
            assert_eq!(check_start(&hub(closed_on), day(starts_on), today).is_ok(), is_valid, "{closed_on:?} {starts_on}");
        }
        for (closed_on, wanted, expected) in [
            (None, "2027-01-11", None),
            (None, "2027-01-10", Some(Reason::InvalidBody)),
            (Some("2027-03-01"), "2027-02-01", None),
            (Some("2027-01-11"), "2027-02-01", Some(Reason::HubClosed)),
        ] {
            let refused = check_closing(&hub(closed_on), day(wanted), today).err().map(|refusal| refusal.reason);
            assert_eq!(refused, expected, "{closed_on:?} {wanted}");
        }
    }

    #[test]
    fn a_new_hub_covers_boards_only_on_valid_days() {
        let area = |code: &str, from: &str, until: Option<&str>| DatedValue {
            value: (Id(uuid::Uuid::nil()), code.to_owned()),
            from: day(from),
            until: until.map(day),
        };
        let wrong = |coverage: &[Coverage]| {
            check_coverage(boards(), coverage, day("2021-02-22")).err().map(|refusal| refusal.fields[0].code)
        };
        for (coverage, expected) in [
            (vec![area("QJG", "2021-02-22", Some("2026-04-01")), area("D7T5G", "2026-04-01", None)], None),
            (vec![area("QJG", "2021-02-22", None)], None),
            (vec![area("QXX", "2021-02-22", None)], Some("unknown")),
            (vec![area("D7T5G", "2026-03-31", None)], Some("not_yet")),
            (vec![area("QJG", "2026-04-01", None)], Some("dissolved")),
            (vec![area("QWE", "2021-02-21", None)], Some("out_of_range")),
            (vec![area("QWE", "2021-02-22", Some("2021-02-22"))], Some("out_of_range")),
            (vec![area("QWE", "2021-02-22", Some("2022-01-01")), area("QWE", "2022-01-01", None)], None),
            (vec![area("QWE", "2021-02-22", None), area("QWE", "2022-01-01", None)], Some("repeated")),
        ] {
            assert_eq!(wrong(&coverage), expected, "{coverage:?}");
        }
    }

    #[test]
    fn a_discipline_is_listed_once() {
        let (therapist, psychologist) = (HubDiscipline::Therapist, HubDiscipline::Psychologist);
        assert!(check_team(&[(therapist, 3), (psychologist, 1)]).is_ok());
        let refusal = check_team(&[(therapist, 3), (psychologist, 1), (therapist, 2)]).unwrap_err();
        assert_eq!(refusal.fields[0].pointer, "/team/2/discipline");
    }
}
