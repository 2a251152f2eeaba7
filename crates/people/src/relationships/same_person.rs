//! Whether two staff accounts may belong to one person. Who needs another person to approve, to review or to propose cannot be that
//! person under a second account.

use super::identities::staff_identities;
use super::model::IdentityKeys;
use crate::accounts::identity::{IndexOwner, name_indexes};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// True when two staff accounts may belong to one person: they share a registration, or names that may mean one person, of all that
/// either has or had, in the account and in the directory. Addresses do not count: no two staff accounts have the same one.
///
/// # Errors
/// When the database fails.
pub fn same_person(tx: &mut Tx, one: Id, other: Id) -> Result<bool> {
    if one == other {
        return Ok(true);
    }
    let found = staff_identities(tx, &[one, other])?;
    Ok(matches!(&found[..], [one, other] if share_an_entry(&one.keys, &other.keys)))
}

/// True when a name may be that of this member of staff, now or before.
///
/// # Errors
/// When the database fails.
pub fn may_have_name(tx: &mut Tx, account: Id, name: &str) -> Result<bool> {
    let (main, pairs) = name_indexes(tx.sealer, IndexOwner::Staff, name);
    let named = IdentityKeys { names: [main].into(), name_pairs: pairs.into_iter().collect(), ..IdentityKeys::default() };
    let found = staff_identities(tx, &[account])?;
    Ok(found.iter().any(|person| share_an_entry(&person.keys, &named)))
}

fn share_an_entry(one: &IdentityKeys, other: &IdentityKeys) -> bool {
    !one.registrations.is_disjoint(&other.registrations)
        || !one.names.is_disjoint(&other.name_pairs)
        || !one.name_pairs.is_disjoint(&other.names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(registration: &str, main: &str, pairs: &[&str]) -> IdentityKeys {
        IdentityKeys {
            registrations: [registration.to_owned()].into(),
            names: [main.to_owned()].into(),
            name_pairs: pairs.iter().map(|pair| (*pair).to_owned()).collect(),
            ..IdentityKeys::default()
        }
    }

    #[test]
    fn one_registration_or_one_name_is_enough() {
        let tobias = keys("gmc 1", "renn tobias", &["renn tobias", "james renn"]);
        assert!(share_an_entry(&tobias, &keys("gmc 1", "field nora", &["field nora"])));
        assert!(share_an_entry(&tobias, &keys("gmc 2", "james renn", &["james renn"])));
        assert!(share_an_entry(&keys("gmc 2", "james renn", &["james renn"]), &tobias));
        assert!(!share_an_entry(&tobias, &keys("gmc 2", "field nora", &["field nora", "james field"])));
    }
}
