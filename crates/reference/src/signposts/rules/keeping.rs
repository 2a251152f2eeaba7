//! What an administrator may write into the directory.

use chrono::{Days, NaiveDate};

use crate::signposts::model::{Entry, Signpost};
use crate::workforce::model::Icb;
use platform::refusal::{Reason, Refusal};

/// How many entries the directory holds at most, past ones included: it is read whole. A little more does no harm when two
/// administrators add to it at the same moment.
pub const MOST_ENTRIES: usize = 500;

/// Where what administrators add stands: after everything that the program ships, in the order of its age.
pub const ADDED: i32 = 1000;

/// Whether an entry says what it must.
///
/// # Errors
/// [`Reason::InvalidBody`] at every member that is blank, at `/valid_to` for an end before the beginning, and at
/// `/icb_codes/{i}` for a board that there never was.
pub fn check_entry(signpost: &Signpost, boards: &[Icb]) -> Result<(), Refusal> {
    let mut refusal = Refusal::new(Reason::InvalidBody, "The entry is not complete and valid.");
    for (pointer, text) in [
        ("/name", &signpost.name),
        ("/summary", &signpost.summary),
        ("/contact", &signpost.contact),
        ("/source", &signpost.source),
    ] {
        if text.is_empty() {
            refusal = refusal.field(pointer, "required", "Say it in words.");
        }
    }
    if signpost.valid_to.is_some_and(|last| last < signpost.valid_from) {
        refusal = refusal.field("/valid_to", "out_of_range", "The last day is before the first.");
    }
    for (index, code) in signpost.icb_codes.iter().enumerate() {
        if !boards.iter().any(|board| board.code == *code) {
            refusal = refusal.field(format!("/icb_codes/{index}"), "unknown", "There is no board with this code.");
        }
    }
    if refusal.fields.is_empty() { Ok(()) } else { Err(refusal) }
}

/// Whether the directory takes another entry.
///
/// # Errors
/// [`Reason::DirectoryFull`].
pub fn check_room(all: &[Entry]) -> Result<(), Refusal> {
    if all.len() < MOST_ENTRIES { Ok(()) } else { Err(Reason::DirectoryFull.into()) }
}

/// Whether what an entry says may be changed. The emergency routes are answered as the program ships them, so nobody is made
/// to believe that they had changed one.
///
/// # Errors
/// [`Reason::EmergencyRoute`].
pub fn check_changeable(shipped: &[Signpost], id: &str) -> Result<(), Refusal> {
    if is_emergency_route(shipped, id) { Err(Reason::EmergencyRoute.into()) } else { Ok(()) }
}

/// Whether the program answers this entry as it ships it.
pub fn is_emergency_route(shipped: &[Signpost], id: &str) -> bool {
    shipped.iter().any(|signpost| signpost.id == id && signpost.meets_crisis())
}

/// Whether an entry may end with this day.
///
/// # Errors
/// [`Reason::SignpostOver`] for one that is over, [`Reason::InvalidBody`] at `/last_day` for a day that has passed or lies
/// before the entry's first.
pub fn check_end(signpost: &Signpost, last_day: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if signpost.valid_to.is_some_and(|last| last < today) {
        return Err(Reason::SignpostOver.into());
    }
    if last_day < today || last_day < signpost.valid_from {
        let detail = "An entry ends today or later, and not before it begins.";
        return Err(Refusal::new(Reason::InvalidBody, detail).field("/last_day", "out_of_range", detail));
    }
    Ok(())
}

/// The entries in force that nobody has compared with their source for so many days, the longest first.
pub fn unchecked(all: &[Entry], days: u32, today: NaiveDate) -> Vec<&Entry> {
    let long_ago = today.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN);
    let mut found: Vec<&Entry> = all.iter().filter(|entry| entry.signpost.in_force(today)).collect();
    found.retain(|entry| entry.signpost.last_checked < long_ago);
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
        catalogue::shipped().iter().find(|signpost| signpost.id == "gp").unwrap().clone()
    }

    #[test]
    fn an_entry_says_what_it_must() {
        let named = |change: &dyn Fn(&mut Signpost)| {
            let mut signpost = gp();
            change(&mut signpost);
            let refusal = check_entry(&signpost, workforce::boards()).err();
            refusal.map(|refusal| refusal.fields.into_iter().map(|field| field.pointer).collect::<Vec<_>>()).unwrap_or_default()
        };
        assert!(named(&|_| {}).is_empty());
        assert_eq!(named(&|s| (s.name, s.source) = (String::new(), String::new())), ["/name", "/source"]);
        assert_eq!(named(&|s| (s.summary, s.contact) = (String::new(), String::new())), ["/summary", "/contact"]);
        assert_eq!(named(&|s| s.valid_to = Some(day("2019-10-20"))), ["/valid_to"]);
        assert!(named(&|s| s.valid_to = Some(day("2019-10-21"))).is_empty(), "one day is a while");
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
    fn what_nobody_has_looked_at_for_long_is_found_longest_first() {
        let entry = |id: &str, checked: &str, last: Option<&str>| Entry {
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
        assert_eq!(found, ["longer", "long"], "ninety days are not yet too long");
    }

    #[test]
    fn the_directory_has_an_end_and_emergency_routes_stay() {
        let entry = Entry { signpost: gp(), position: 0, version: 1 };
        assert!(check_room(&vec![entry.clone(); MOST_ENTRIES - 1]).is_ok());
        assert_eq!(check_room(&vec![entry; MOST_ENTRIES]).unwrap_err().reason, Reason::DirectoryFull);
        let shipped = catalogue::shipped();
        assert_eq!(check_changeable(shipped, "samaritans").unwrap_err().reason, Reason::EmergencyRoute);
        assert!(check_changeable(shipped, "gp").is_ok() && check_changeable(shipped, "of_our_own").is_ok());
    }
}
