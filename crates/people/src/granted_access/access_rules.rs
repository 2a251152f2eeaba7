//! What this access allows, and when it is open.

use crate::Role;
use crate::relationships::access_rules::{AccessRule, Facts};
use crate::relationships::{Basis, Purpose};

const BREAK_GLASS: Facts = Facts::Sql(
    "SELECT practitioner_id FROM granted_access WHERE kind = 'break_glass' AND staff_id = {staff} AND expires_at > {now} \
     AND ended_at IS NULL AND practitioner_id {practitioner}",
);

const PHONE_CALL: Facts = Facts::Sql(
    "SELECT practitioner_id FROM granted_access WHERE kind = 'phone_call' AND staff_id = {staff} AND expires_at > {now} \
     AND practitioner_id {practitioner}",
);

/// What this access allows. During break-glass no one acts or writes, except on a risk alert; clinicians also read the record.
pub const ACCESS_RULES: &[AccessRule] = &[
    AccessRule {
        basis: Basis::PhoneCall,
        roles: &[Role::Coordinator],
        purposes: &[Purpose::Know, Purpose::Act, Purpose::AnswerAlert],
        facts: PHONE_CALL,
    },
    AccessRule {
        basis: Basis::BreakGlass,
        roles: &[Role::Coordinator],
        purposes: &[Purpose::Know, Purpose::AnswerAlert],
        facts: BREAK_GLASS,
    },
    AccessRule {
        basis: Basis::BreakGlass,
        roles: &[Role::Clinician],
        purposes: &[Purpose::Know, Purpose::ReadRecord, Purpose::AnswerAlert, Purpose::ReadSafetyPlan],
        facts: BREAK_GLASS,
    },
];

/// What break-glass allows this role.
pub fn allowed_by_break_glass(role: Role) -> &'static [Purpose] {
    let source = ACCESS_RULES.iter().find(|source| source.basis == Basis::BreakGlass && source.roles.contains(&role));
    source.map_or(&[], |source| source.purposes)
}
