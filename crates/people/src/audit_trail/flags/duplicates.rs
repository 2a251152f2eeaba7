//! Possible duplicates: practitioners who state a registration number that another practitioner has or had. A background job compares, so
//! that no answer to a practitioner, nor the time that it takes, depends on whether a number is known.

use std::collections::{BTreeMap, BTreeSet};

use super::model::AuditFlag;
use super::{notifications, queries};
use crate::practitioners::queries::comparing;
use crate::relationships::conflicts::{everyone_excluded_from, practitioners_excluded_from};
use crate::relationships::same_registration;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// How many practitioners are read at once.
const BATCH: i64 = 50;

/// How many of them one run compares, so that its transaction ends.
const MAX_COMPARED: usize = 500;

/// Compares the registration numbers that were stated since the last run, flags those that another practitioner has or had, and notifies
/// privacy officers. Returns how many practitioners were compared.
///
/// # Errors
/// When the database cannot be reached. A practitioner who cannot be compared is logged, and the next run tries again.
pub fn find_duplicates(tx: &mut Tx) -> Result<usize> {
    let (mut compared, mut handled, mut after, mut raised) = (0, 0, Id::NO_RECORD, Vec::new());
    while handled < MAX_COMPARED {
        let waiting = comparing::waiting(tx, after, BATCH)?;
        let Some(last) = waiting.last() else { break };
        after = *last;
        handled += waiting.len();
        for practitioner in waiting {
            if let Some(flag) = tx.alone("possible_duplicates", practitioner, |tx| compare(tx, practitioner))? {
                compared += 1;
                raised.extend(flag);
            }
        }
    }
    notifications::notify_of_duplicates(tx, &raised)?;
    Ok(compared)
}

/// Flags a practitioner whose number another one stated before, once for each number that they state. Returns the new flag with them.
fn compare(tx: &mut Tx, practitioner: Id) -> Result<Option<(Id, Id)>> {
    let Some(stated) = comparing::compare(tx, practitioner)? else { return Ok(None) };
    // Another change of their particulars, not of the number.
    if queries::last_duplicate_at(tx, practitioner)?.is_some_and(|flagged| flagged >= stated.since) {
        return Ok(None);
    }
    let others = i32::try_from(stated.others.len()).unwrap_or(i32::MAX);
    Ok(Some((queries::raise_duplicate(tx, practitioner, others)?, practitioner)))
}

/// The practitioners whose flags a member of staff must not see: those that they must not meet, and those who share a registration number
/// with one of these.
///
/// # Errors
/// When the database fails.
pub fn hidden_from(tx: &mut Tx, staff: Id) -> Result<Vec<Id>> {
    let excluded = everyone_excluded_from(tx, staff)?;
    let mut hidden: BTreeSet<Id> = excluded.iter().copied().collect();
    hidden.extend(same_registration::sharing(tx, &excluded)?.into_values().flatten());
    Ok(hidden.into_iter().collect())
}

/// The people of possible duplicates, as a member of staff may see them.
#[derive(Debug)]
pub struct DuplicatesSeen {
    people: BTreeMap<Id, BTreeSet<Id>>,
    excluded: BTreeSet<Id>,
}

impl DuplicatesSeen {
    /// Reads who shares a registration number with each of these practitioners, and who of all must not meet the member of staff.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read(tx: &mut Tx, staff: Id, practitioners: &[Id]) -> Result<Self> {
        let mut people = same_registration::sharing(tx, practitioners)?;
        for practitioner in practitioners {
            people.entry(*practitioner).or_default().insert(*practitioner);
        }
        let asked: BTreeSet<Id> = people.values().flatten().copied().collect();
        let excluded = practitioners_excluded_from(tx, staff, &asked.into_iter().collect::<Vec<_>>())?;
        Ok(Self { people, excluded: excluded.into_iter().collect() })
    }

    /// The practitioners that a flag is about, none for a flag of staff; `None` where the member of staff must not meet one of them.
    pub fn of(&self, flag: &AuditFlag) -> Option<Vec<Id>> {
        let Some(practitioner) = flag.practitioner() else { return Some(Vec::new()) };
        let people = self.people.get(&practitioner)?;
        people.is_disjoint(&self.excluded).then(|| people.iter().copied().collect())
    }

    /// Everyone who may be shown of these flags.
    pub fn everyone<'a>(&self, flags: impl IntoIterator<Item = &'a AuditFlag>) -> Vec<Id> {
        let people: BTreeSet<Id> = flags.into_iter().filter_map(|flag| self.of(flag)).flatten().collect();
        people.into_iter().collect()
    }
}
