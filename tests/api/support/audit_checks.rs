//! What each successful request of a test leaves in the audit trail, compared with what the document says.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use confide::platform::schema::audit_events::dsl;
use diesel::prelude::*;

use super::app::{RequestBuilder, TestApp};
use super::reply::Reply;

/// Counts, for each request of an application, the rows with the actions of its operation, and remembers which operations wrote
/// one.
#[derive(Clone, Default)]
pub struct AuditChecks(Rc<Observed>);

#[derive(Default)]
struct Observed {
    /// The actions of each operation.
    actions: BTreeMap<String, Vec<String>>,
    recorded: RefCell<BTreeSet<String>>,
    succeeded: RefCell<BTreeSet<String>>,
}

impl AuditChecks {
    /// Checks for operations with these actions, by the id of the operation.
    pub fn new(actions: BTreeMap<String, Vec<String>>) -> Self {
        Self(Rc::new(Observed { actions, ..Observed::default() }))
    }

    /// Operations that succeeded and wrote a row with one of their actions.
    pub fn recorded(&self) -> BTreeSet<String> {
        self.0.recorded.borrow().clone()
    }

    /// Operations that succeeded.
    pub fn succeeded(&self) -> BTreeSet<String> {
        self.0.succeeded.borrow().clone()
    }

    pub(super) async fn send(&self, app: &TestApp, ask: RequestBuilder) -> Reply {
        let operation = ask.operation().map(|(id, _)| id);
        let Some((id, actions)) = operation.and_then(|id| Some((id.clone(), self.0.actions.get(&id)?.clone()))) else {
            return ask.send_once().await;
        };
        if self.0.recorded.borrow().contains(&id) {
            return ask.send_once().await;
        }
        let before = count(app, actions.clone()).await;
        let reply = ask.send_once().await;
        if reply.status.is_success() {
            self.0.succeeded.borrow_mut().insert(id.clone());
            if count(app, actions).await > before {
                self.0.recorded.borrow_mut().insert(id);
            }
        }
        reply
    }
}

/// How many rows have one of these actions and are no refusals.
async fn count(app: &TestApp, actions: Vec<String>) -> i64 {
    app.sql(move |conn| {
        let rows = dsl::audit_events.filter(dsl::action.eq_any(actions.clone())).filter(dsl::refused.eq(false));
        Ok(rows.count().get_result(conn)?)
    })
    .await
}
