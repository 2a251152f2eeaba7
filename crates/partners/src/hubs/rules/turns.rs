//! What holds from a day on: a past turn is history.

use chrono::NaiveDate;

use crate::hubs::model::{Coverage, Hub, HubDiscipline, Stretch};
use platform::refusal::{Reason, Refusal};
use reference::workforce::model::Icb;

/// What held and will hold when from a day on all of this holds and nothing else. What was to begin on that day or later is
/// overtaken; what goes on goes on in one stretch.
pub fn turn<T: PartialEq + Clone>(present: &[Stretch<T>], wanted: &[T], starts_on: NaiveDate) -> Vec<Stretch<T>> {
    let begun = present.iter().filter(|stretch| stretch.from < starts_on);
    let mut turned: Vec<Stretch<T>> = begun
        .map(|stretch| {
            let ended = stretch.until.filter(|end| *end < starts_on);
            let until = if ended.is_some() { ended } else { (!wanted.contains(&stretch.what)).then_some(starts_on) };
            Stretch { until, ..stretch.clone() }
        })
        .collect();
    for what in wanted {
        if !turned.iter().any(|stretch| stretch.what == *what && stretch.until.is_none()) {
            turned.push(Stretch { what: what.clone(), from: starts_on, until: None });
        }
    }
    turned
}

/// A turn is made for today or later.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/starts_on`.
pub fn check_starts(hub: &Hub, starts_on: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    let refuse =
        |detail: &'static str| Err(Refusal::new(Reason::InvalidBody, detail).field("/starts_on", "out_of_range", detail));
    if starts_on < today {
        return refuse("What is past cannot be turned.");
    }
    if hub.closed_on.is_some_and(|end| end <= starts_on) {
        return refuse("The hub is closed by then.");
    }
    Ok(())
}

/// A hub is closed from a day on that is neither past nor before it opens, and once.
///
/// # Errors
/// [`Reason::HubClosed`]; [`Reason::InvalidBody`] at `/closed_on`.
pub fn check_closing(hub: &Hub, closed_on: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if hub.closed_on.is_some_and(|end| end <= today) {
        return Err(Reason::HubClosed.into());
    }
    if closed_on < today || closed_on <= hub.opened_on {
        let detail = "Name a day that lies ahead and behind the first day.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/closed_on", "out_of_range", detail));
    }
    Ok(())
}

/// Each discipline is counted once.
///
/// # Errors
/// [`Reason::InvalidBody`] at the second.
pub fn check_team(team: &[(HubDiscipline, i32)]) -> Result<(), Refusal> {
    let repeated = (1..team.len()).find(|place| team[..*place].iter().any(|(before, _)| *before == team[*place].0));
    repeated.map_or(Ok(()), |place| {
        let detail = "Count each discipline once.";
        Err(Refusal::new(Reason::InvalidBody, detail).field(format!("/team/{place}/discipline"), "repeated", detail))
    })
}

/// What a new hub covers: boards there are, from its first day on or later, and none twice at once. Before the first of its
/// days a board is covered only by the code that its area had before; afterwards it may be covered still, which leads on to
/// those who took over.
///
/// # Errors
/// [`Reason::InvalidBody`] at the member of the list.
pub fn check_coverage(boards: &[Icb], coverage: &[Coverage], opened_on: NaiveDate) -> Result<(), Refusal> {
    let refuse = |place: usize, member: &str, word, detail: &'static str| {
        Err(Refusal::new(Reason::InvalidBody, detail).field(format!("/coverage/{place}/{member}"), word, detail))
    };
    for (place, area) in coverage.iter().enumerate() {
        let code = &area.what.1;
        let Some(board) = boards.iter().find(|board| board.code == *code) else {
            return refuse(place, "icb_code", "unknown", "There is no board with this code.");
        };
        let taken_over = boards.iter().any(|other| other.successors.contains(code) && other.valid_from < board.valid_from);
        if area.from < board.valid_from && taken_over {
            return refuse(place, "valid_from", "not_yet", "This board does not exist yet on that day.");
        }
        if board.valid_to.is_some_and(|last| area.from > last) {
            return refuse(place, "valid_from", "dissolved", "This board was dissolved before that day.");
        }
        if area.from < opened_on {
            return refuse(place, "valid_from", "out_of_range", "The hub is not open yet on that day.");
        }
        if area.until.is_some_and(|until| until <= area.from) {
            return refuse(place, "valid_until", "out_of_range", "This ends before it begins.");
        }
        let meets = |other: &Coverage| {
            other.what.1 == *code
                && other.until.is_none_or(|end| area.from < end)
                && area.until.is_none_or(|end| other.from < end)
        };
        if coverage[..place].iter().any(meets) {
            return refuse(place, "icb_code", "repeated", "This board is covered twice at once.");
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

    fn stretch(what: &'static str, from: &str, until: Option<&str>) -> Stretch<&'static str> {
        Stretch { what, from: day(from), until: until.map(day) }
    }

    #[test]
    fn a_turn_ends_begins_and_lets_go_on_and_leaves_history_alone() {
        let present = [
            stretch("old", "2021-01-01", Some("2022-01-01")),
            stretch("stays", "2021-01-01", None),
            stretch("goes", "2021-01-01", None),
            stretch("would end", "2021-01-01", Some("2027-06-01")),
            stretch("would begin", "2027-06-01", None),
        ];
        let turned = turn(&present, &["stays", "would end", "comes", "old"], day("2027-01-11"));
        assert_eq!(
            turned,
            [
                stretch("old", "2021-01-01", Some("2022-01-01")),
                stretch("stays", "2021-01-01", None),
                stretch("goes", "2021-01-01", Some("2027-01-11")),
                stretch("would end", "2021-01-01", None),
                stretch("comes", "2027-01-11", None),
                stretch("old", "2027-01-11", None),
            ]
        );
        assert_eq!(turn(&turned, &["stays"], day("2027-01-11")).len(), 4, "turned again on the same day");
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
    fn a_turn_lies_ahead_of_today_and_before_the_end() {
        let today = day("2027-01-11");
        for (closed_on, starts_on, fine) in [
            (None, "2027-01-11", true),
            (None, "2027-01-10", false),
            (Some("2027-03-01"), "2027-02-28", true),
            (Some("2027-03-01"), "2027-03-01", false),
        ] {
            assert_eq!(check_starts(&hub(closed_on), day(starts_on), today).is_ok(), fine, "{closed_on:?} {starts_on}");
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
    fn a_new_hub_covers_boards_on_days_on_which_they_can_be_covered() {
        let area = |code: &str, from: &str, until: Option<&str>| Stretch {
            what: (Id(uuid::Uuid::nil()), code.to_owned()),
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
    fn a_discipline_is_counted_once() {
        let (therapist, psychologist) = (HubDiscipline::Therapist, HubDiscipline::Psychologist);
        assert!(check_team(&[(therapist, 3), (psychologist, 1)]).is_ok());
        let refusal = check_team(&[(therapist, 3), (psychologist, 1), (therapist, 2)]).unwrap_err();
        assert_eq!(refusal.fields[0].pointer, "/team/2/discipline");
    }
}
