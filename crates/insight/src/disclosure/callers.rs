//! Who may call for figures.

use people::Role;

people::callers! {
    /// Somebody who runs or funds the service and reads its figures.
    pub FigureReader: &[Role::Coordinator, Role::Commissioner, Role::Administrator];
}
