//! How administrators may change the directory.

use chrono::{Days, NaiveDate};

use crate::signposts::model::{DirectoryEntry, Signpost};
use crate::workforce::model::Icb;
use platform::refusal::{Reason, Refusal};

/// How many entries the directory may have, including those no longer in force: it is read as a whole. It may exceed this by one
/// or two when administrators add entries at the same moment, which does no harm.
pub const MAX_ENTRIES: usize = 500;

/// The position of entries that administrators add: after all built-in entries, the oldest first.
pub const FIRST_ADDED_POSITION: i32 = 1000;

/// Checks that an entry is complete and valid.
///
/// # Errors
/// [`Reason::InvalidBody`] at every blank member, at `/valid_to` for an end before the beginning, and at
/// `/icb_codes/{i}` for a board that never existed.
pub fn check_entry(signpost: &Signpost, boards: &[Icb]) -> Result<(), Refusal> {
    let mut refusal =
        Refusal::new(Reason::InvalidBody, "The entry is not complete and valid. Correct the members that are named.");
    for (pointer, text) in [
        ("/name", &signpost.name),
        ("/summary", &signpost.summary),
        ("/contact", &signpost.contact),
        ("/source", &signpost.source),
    ] {
        if text.is_empty() {
            refusal = refusal.field(pointer, "required", "This must not be empty.");
        }
    }
    if signpost.valid_to.is_some_and(|last| last < signpost.valid_from) {
        refusal = refusal.field("/valid_until", "out_of_range", "The last day is before the first day. Choose a later one.");
    }
    for (index, code) in signpost.icb_codes.iter().enumerate() {
        if !boards.iter().any(|board| board.code == *code) {
            refusal =
                refusal.field(format!("/icb_codes/{index}"), "unknown", "There is no integrated care board with this code.");
        }
    }
    if refusal.fields.is_empty() { Ok(()) } else { Err(refusal) }
}

/// Checks that the directory may have another entry.
///
/// # Errors
/// [`Reason::DirectoryFull`].
pub fn check_capacity(all: &[DirectoryEntry]) -> Result<(), Refusal> {
    if all.len() < MAX_ENTRIES { Ok(()) } else { Err(Reason::DirectoryFull.into()) }
}

/// Checks that the content of an entry may be changed. A change to an emergency route would have no effect, because these are
/// returned as they are built in, so it is refused.
///
/// # Errors
/// [`Reason::EmergencyRoute`].
pub fn check_changeable(built_in: &[Signpost], id: &str) -> Result<(), Refusal> {
    if is_emergency_route(built_in, id) { Err(Reason::EmergencyRoute.into()) } else { Ok(()) }
}

/// Whether this entry is always returned as it is built in.
pub fn is_emergency_route(built_in: &[Signpost], id: &str) -> bool {
    built_in.iter().any(|signpost| signpost.id == id && signpost.meets_crisis())
}

/// Checks that an entry may end with this day.
///
/// # Errors
/// [`Reason::SignpostOver`] for one that has ended, [`Reason::InvalidBody`] at `/last_day` for a day that has passed or is
/// before the entry's first.
pub fn check_end(signpost: &Signpost, last_day: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if signpost.valid_to.is_some_and(|last| last < today) {
        return Err(Reason::SignpostOver.into());
    }
    if last_day < today || last_day < signpost.valid_from {
        let detail = "An entry ends today or later, and not before its first day. Choose another day.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/valid_until", "out_of_range", detail));
    }
    Ok(())
}

/// The entries in force that have not been compared with their source for more than `days` days, the longest unchecked first.
pub fn unchecked(all: &[DirectoryEntry], days: u32, today: NaiveDate) -> Vec<&DirectoryEntry> {
    let limit = today.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN);
    let mut found: Vec<&DirectoryEntry> = all.iter().filter(|entry| entry.signpost.in_force(today)).collect();
    found.retain(|entry| entry.signpost.last_checked < limit);
    found.sort_by(|a, b| (a.signpost.last_checked, &a.signpost.id).cmp(&(b.signpost.last_checked, &b.signpost.id)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signposts::catalogue;
    use crate::workforce;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn gp() -> Signpost {
        catalogue::built_in().iter().find(|signpost| signpost.id == "gp").unwrap().clone()
    }

    #[test]
    fn an_entry_must_be_complete_and_valid() {
        let named = |change: &dyn Fn(&mut Signpost)| {
            let mut signpost = gp();
            change(&mut signpost);
            let refusal = check_entry(&signpost, workforce::catalogue::boards()).err();
            refusal.map(|refusal| refusal.fields.into_iter().map(|field| field.pointer).collect::<Vec<_>>()).unwrap_or_default()
        };
        assert!(named(&|_| {}).is_empty());
        assert_eq!(named(&|s| (s.name, s.source) = (String::new(), String::new())), ["/name", "/source"]);
        assert_eq!(named(&|s| (s.summary, s.contact) = (String::new(), String::new())), ["/summary", "/contact"]);
        assert_eq!(named(&|s| s.valid_to = Some(day("2019-10-20"))), ["/valid_until"]);
        assert!(named(&|s| s.valid_to = Some(day("2019-10-21"))).is_empty(), "one day is allowed");
        assert_eq!(named(&|s| s.icb_codes = vec!["QWE".into(), "QXX".into()]), ["/icb_codes/1"]);
    }

    #[test]
    fn an_entry_ends_today_or_later_and_once() {
        let today = day("2027-01-11");
        let code = |signpost: &Signpost, last| check_end(signpost, day(last), today).err().map(|refusal| refusal.reason);
        let (open, later) = (gp(), Signpost { valid_from: day("2027-02-01"), ..gp() });
        let (over, ending) = (Signpost { valid_to: Some(day("2027-01-10")), ..gp() }, Signpost { valid_to: Some(today), ..gp() });
        for (signpost, last, expected) in [
            (&open, "2027-01-11", None),
            (&open, "2027-01-10", Some(Reason::InvalidBody)),
            (&later, "2027-01-20", Some(Reason::InvalidBody)),
            (&later, "2027-02-01", None),
            (&over, "2027-03-01", Some(Reason::SignpostOver)),
            (&ending, "2027-03-01", None),
        ] {
            assert_eq!(code(signpost, last), expected, "{last}");
        }
    }

    #[test]
    fn entries_unchecked_for_too_long_are_found_the_longest_first() {
        let entry = |id: &str, checked: &str, last: Option<&str>| DirectoryEntry {
            signpost: Signpost { id: id.into(), last_checked: day(checked), valid_to: last.map(day), ..gp() },
            position: 0,
            version: 1,
        };
        let all = [
            entry("lately", "2026-10-13", None),
            entry("long", "2026-10-12", None),
            entry("longer", "2020-01-01", None),
            entry("over", "2020-01-01", Some("2026-12-31")),
        ];
        let found: Vec<_> = unchecked(&all, 90, day("2027-01-11")).into_iter().map(|entry| entry.signpost.id.as_str()).collect();
        assert_eq!(found, ["longer", "long"], "exactly ninety days are allowed");
    }

    #[test]
    fn the_number_of_entries_is_limited_and_emergency_routes_cannot_be_changed() {
        let entry = DirectoryEntry { signpost: gp(), position: 0, version: 1 };
        assert!(check_capacity(&vec![entry.clone(); MAX_ENTRIES - 1]).is_ok());
        assert_eq!(check_capacity(&vec![entry; MAX_ENTRIES]).unwrap_err().reason, Reason::DirectoryFull);
        let built_in = catalogue::built_in();
        for route in ["samaritans", "breathing_space", "lifeline_textphone", "bsl_999", "relay_uk", "jersey_crisis_line"] {
            assert_eq!(check_changeable(built_in, route).unwrap_err().reason, Reason::EmergencyRoute, "{route}");
        }
        assert!(check_changeable(built_in, "gp").is_ok() && check_changeable(built_in, "of_our_own").is_ok());
    }
}
