//! The roles that may read figures.

use people::Role;

people::callers! {
    /// Runs or funds the service, and reads its figures.
    pub FigureReader: &[Role::Coordinator, Role::Commissioner, Role::Administrator];
}
