//! Which records have versions.

use crate::Tx;
use crate::error::Result;
use crate::ids::Id;

/// The collection of the record that an operation works on: `groups` for `/v1/groups/{id}/start`.
pub(super) fn collection(pattern: &str) -> Option<&str> {
    let mut parts = pattern.strip_prefix("/v1/")?.split('/');
    let collection = parts.next()?;
    (parts.next() == Some("{id}")).then_some(collection)
}

/// True when a path names a record with versions, so that an operation on it checks `If-Match`.
pub fn has_versions(versioned: &[Versioned], pattern: &str) -> bool {
    let known =
        |collection| versioned.iter().any(|one| one.collection == collection) || CHECKED_BY_HANDLERS.contains(&collection);
    collection(pattern).is_some_and(known)
}

/// Collections whose versions the operations themselves check.
const CHECKED_BY_HANDLERS: [&str; 1] = ["signposts"];

/// A collection whose records have versions in a table.
#[derive(Debug, Clone, Copy)]
pub struct Versioned {
    /// The name of the collection in paths.
    pub collection: &'static str,
    /// The current version of a record, which is locked so that the version stays current.
    pub version: fn(&mut Tx, Id) -> Result<Option<i32>>,
}

/// Declares which tables of a crate hold the versions of which collections, as the crate's `VERSIONED`. Must be called next to
/// the crate's module `schema`.
#[macro_export]
macro_rules! versioned {
    ($($collection:literal = $table:ident;)+) => {
        /// The collections of this crate whose records have versions: operations on them check `If-Match`.
        pub const VERSIONED: &[$crate::http::versioned::Versioned] = &[$($crate::http::versioned::Versioned {
            collection: $collection,
            version: |tx, id| {
                use diesel::prelude::*;
                use schema::$table;
                $crate::lock_row!(tx.conn, $table, id)?;
                Ok($table::table.find(id).select($table::version).get_result(tx.conn).optional()?)
            },
        },)+];
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_of_a_path_is_its_first_one() {
        for (pattern, versions) in [
            ("/v1/groups/{id}/start", true),
            ("/v1/clinics/{id}", true),
            ("/v1/signposts/{id}/check", true),
            ("/v1/risk-alerts/{id}/close", false),
            ("/v1/groups", false),
            ("/v1/me/mobile-codes/confirm", false),
            ("/health/live", false),
        ] {
            let known = ["groups", "clinics"].map(|collection| Versioned { collection, version: |_, _| Ok(None) });
            assert_eq!(has_versions(&known, pattern), versions, "{pattern}");
        }
    }
}
