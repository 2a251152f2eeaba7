//! Callers of operations about care that has ended.

use people::Role;

people::callers! {
    /// A coordinator, who readmits practitioners, or an administrator, who undoes a death recorded in error.
    pub Readmitter: &[Role::Coordinator, Role::Administrator];
}
