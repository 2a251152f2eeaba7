//! The roles that may use the operations on contacts.

use people::Role;

people::callers! {
    /// Staff of the contact line: call handlers and coordinators.
    pub ContactStaff: &[Role::CallHandler, Role::Coordinator];
}
