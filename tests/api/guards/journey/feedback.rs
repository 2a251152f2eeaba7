//! The room feedback in the guards' journey.

use super::{People, Walked};
use crate::support::TestApp;

/// Leaves something at each address of the room, and tells the application of it.
pub(super) async fn leaves_something(_: &TestApp, _: &People) {}

/// The room's part of the walk.
pub(super) async fn walk(_: &TestApp, _: &mut Walked) {}
