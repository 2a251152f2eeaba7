//! Which signposts fit a person.

mod admin;

use chrono::NaiveDate;

pub use admin::{FIRST_ADDED_POSITION, check_capacity, check_changeable, check_end, check_entry, is_emergency_route, unchecked};

use super::model::{DirectoryEntry, Seeker, Signpost, SignpostAudience, SignpostNeed, Urgency};
use crate::workforce::model::{Icb, Nation, Profession, Region, Setting};
use crate::workforce::rules::{boards_covered_by, successor_boards};
use platform::text::code;

/// The position of the built-in entry with this index. Entries of administrators follow all built-in ones.
pub fn position(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}

/// The directory with the built-in emergency routes (`docs/clinical-rules.md#crisis-help`): whatever was changed in their rows, a
/// person whose life may be in danger gets the right contacts. The day of the last check stays as it is stored.
pub fn with_emergency_routes(built_in: &[Signpost], mut stored: Vec<DirectoryEntry>) -> Vec<DirectoryEntry> {
    for (index, route) in built_in.iter().enumerate().filter(|(_, signpost)| signpost.meets_crisis()) {
        match stored.iter_mut().find(|entry| entry.signpost.id == route.id) {
            Some(entry) => {
                let last_checked = entry.signpost.last_checked.max(route.last_checked);
                entry.signpost = Signpost { last_checked, ..route.clone() };
            }
            None => stored.push(DirectoryEntry { signpost: route.clone(), position: position(index), version: 0 }),
        }
    }
    stored.sort_by(|a, b| (a.position, &a.signpost.id).cmp(&(b.position, &b.signpost.id)));
    stored
}

/// The entries that are in force on a day, in the order of the directory.
pub fn in_force(all: &[DirectoryEntry], on: NaiveDate) -> Vec<&DirectoryEntry> {
    all.iter().filter(|entry| entry.signpost.in_force(on)).collect()
}

/// A person in the area of this board, if there is one with that code, or else in this region.
pub fn seeker_in_area(boards: &[Icb], region: Option<Region>, icb_code: Option<&str>, on: NaiveDate) -> Seeker {
    // Only England has regions and boards.
    let nation = (region.is_some() || icb_code.is_some()).then_some(Nation::England);
    let Some(code) = icb_code.map(code) else { return Seeker { nation, region, ..Seeker::default() } };
    let board = boards.iter().find(|board| board.code == code);
    let mut current: Vec<String> = successor_boards(boards, &code, on).into_iter().map(str::to_owned).collect();
    current.push(code);
    // An entry may still name a board that another board took over.
    let mut icb_codes = boards_covered_by(boards, &current, on);
    icb_codes.extend(current);
    Seeker { nation, region: region.or_else(|| board.map(|board| board.region)), icb_codes, ..Seeker::default() }
}

/// Whether a signpost fits a person, as far as is known of them. A signpost for NHS staff is not for those who work in social
/// care (`docs/clinical-rules.md#signposts`: hubs are for both, many other services are not).
pub fn fits(signpost: &Signpost, seeker: &Seeker) -> bool {
    let Signpost { professions, nations, regions, icb_codes, .. } = signpost;
    let nation = nations.is_empty()
        || match seeker.nation {
            Some(own) => nations.contains(&own),
            None => seeker.browsing || (signpost.meets_crisis() && nations.contains(&Nation::England)),
        };
    let profession = seeker.profession.is_none_or(|own| professions.is_empty() || professions.contains(&own));
    let in_social_care = seeker.setting == Some(Setting::SocialCare) || seeker.profession == Some(Profession::SocialCareWorker);
    let audience = signpost.audience != SignpostAudience::NhsStaff || !in_social_care;
    let anywhere = regions.is_empty() && icb_codes.is_empty();
    let outside_england = seeker.nation.is_some_and(|own| own != Nation::England);
    let area_unknown = !outside_england && seeker.region.is_none() && seeker.icb_codes.is_empty();
    let here = seeker.region.is_some_and(|own| regions.contains(&own))
        || seeker.icb_codes.iter().any(|own| icb_codes.iter().any(|code| code.eq_ignore_ascii_case(own)));
    profession && audience && nation && (anywhere || area_unknown || here)
}

/// The sort key of an entry for a person with these needs: the most urgent first, crisis help before other help, the ways for people
/// who are deaf or do not speak on the telephone after all other crisis help, then entries that meet more of the needs, then the order
/// of the directory.
pub type Rank = (Urgency, bool, bool, usize, i32, String);

/// The sort key of an entry.
pub fn rank(entry: &DirectoryEntry, needs: &[SignpostNeed]) -> Rank {
    let DirectoryEntry { signpost, position, .. } = entry;
    let unmet = needs.iter().filter(|need| !signpost.needs.contains(need)).count();
    let urgency = if signpost.accessible { signpost.urgency.max(Urgency::Urgent) } else { signpost.urgency };
    (urgency, !signpost.meets_crisis(), signpost.accessible, unmet, *position, signpost.id.clone())
}

/// The entries in force that meet at least one of these needs and fit the person, by rank. Without needs there are none.
pub fn matching<'a>(
    all: &'a [DirectoryEntry],
    needs: &[SignpostNeed],
    seeker: &Seeker,
    on: NaiveDate,
) -> Vec<&'a DirectoryEntry> {
    if needs.is_empty() { Vec::new() } else { browse(all, needs, seeker, on) }
}

/// The same for a person who browses the directory: without needs, every entry that fits is returned.
pub fn browse<'a>(all: &'a [DirectoryEntry], needs: &[SignpostNeed], seeker: &Seeker, on: NaiveDate) -> Vec<&'a DirectoryEntry> {
    let meets = |signpost: &Signpost| needs.is_empty() || signpost.needs.iter().any(|need| needs.contains(need));
    let mut found = in_force(all, on);
    found.retain(|entry| meets(&entry.signpost) && fits(&entry.signpost, seeker));
    found.sort_by_key(|entry| rank(entry, needs));
    found
}

#[cfg(test)]
mod tests;
