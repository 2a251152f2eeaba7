//! Who may call about contacts.

use people::Role;

people::callers! {
    /// Answers the contact line: a call handler, or a coordinator.
    pub ContactDesk: &[Role::CallHandler, Role::Coordinator];
}
