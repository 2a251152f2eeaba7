//! Who may call about contacts.

use people::Role;

people::callers! {
    /// Somebody who answers the contact line: a call handler, or a coordinator.
    pub ContactDesk: &[Role::CallHandler, Role::Coordinator];
}
