//! What each caller must get. An operation is in one group; a group is a row of the table (`groups.rs`).

use super::groups::GROUPS;
use super::relations::Relation;

/// What a caller gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The operation acts, or a rule refuses it that has nothing to do with access.
    Yes,
    /// 409: care has ended, with `care_ended` or the code of a closer reason.
    Ended,
    /// 404, the same bytes as for an id that does not exist.
    Hidden,
    /// The answer leaves the practitioner out.
    LeftOut,
    /// 403, because the role can never do this; 401 without a session.
    No,
}

/// Operations that answer every caller alike.
pub struct Group {
    pub title: &'static str,
    /// The roles of `x-roles`.
    pub roles: &'static [&'static str],
    /// Who gets [`Expected::Yes`].
    pub yes: &'static [Relation],
    pub kind: Kind,
    pub operations: &'static [&'static str],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request names the practitioner or a record of theirs.
    One,
    /// The same; a clinician who reads after care gets [`Expected::Ended`].
    Record,
    /// The request names no one, and the answer shows several people, or the caller's own data.
    List,
}

impl Group {
    pub fn expected(&self, relation: Relation) -> Expected {
        if !self.roles.contains(&relation.role()) {
            return Expected::No;
        }
        match self.kind {
            _ if self.yes.contains(&relation) => Expected::Yes,
            Kind::Record if relation == Relation::ReadsAfterCare => Expected::Ended,
            Kind::List => Expected::LeftOut,
            Kind::One | Kind::Record => Expected::Hidden,
        }
    }
}

/// The group of an operation.
pub fn group_of(operation: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.operations.contains(&operation))
}
