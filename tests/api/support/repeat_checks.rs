//! Extra checks on every request of a test: a stale version must be refused, a repeat must get the first response, and a version
//! that the caller already has must get 304.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use super::app::RequestBuilder;
use super::reply::Reply;

/// Checks every request of an application in these ways, and remembers which operations were checked.
#[derive(Clone, Default)]
pub struct RepeatChecks(Rc<Observed>);

#[derive(Default)]
struct Observed {
    keys: Cell<u32>,
    stale: RefCell<BTreeSet<String>>,
    repeated: RefCell<BTreeSet<String>>,
    unchanged: RefCell<BTreeSet<String>>,
}

impl RepeatChecks {
    /// Operations that refused a stale version and then accepted the request.
    pub fn refused_stale_versions(&self) -> BTreeSet<String> {
        self.0.stale.borrow().clone()
    }

    /// Operations that gave a repeat the first response.
    pub fn repeated(&self) -> BTreeSet<String> {
        self.0.repeated.borrow().clone()
    }

    /// Operations that answered 304 for a version that the caller has.
    pub fn answered_not_modified(&self) -> BTreeSet<String> {
        self.0.unchanged.borrow().clone()
    }

    pub(super) async fn send(&self, ask: RequestBuilder) -> Reply {
        let Some((id, headers)) = ask.operation() else { return ask.send_once().await };
        let takes = |name: &str| headers.iter().any(|header| header == name);
        let stale = match takes("If-Match") {
            true => Some(ask.clone().if_match("\"v77777\"").send_once().await),
            false => None,
        };
        let ask = match takes("Idempotency-Key") && !ask.has_header("idempotency-key") {
            true => {
                self.0.keys.set(self.0.keys.get() + 1);
                ask.key(&format!("repeat-check-{}", self.0.keys.get()))
            }
            false => ask,
        };
        let reply = ask.clone().send_once().await;
        if !reply.status.is_success() {
            return reply;
        }
        if let Some(stale) = stale {
            assert_eq!(stale.status, 412, "{id} with a stale version: {}", stale.json);
            self.0.stale.borrow_mut().insert(id.clone());
        }
        if takes("Idempotency-Key") {
            let again = ask.clone().send_once().await;
            assert_eq!((again.status, &again.body), (reply.status, &reply.body), "{id} sent again");
            for name in ["etag", "location"] {
                assert_eq!(again.header(name), reply.header(name), "{name} of {id} sent again");
            }
            self.0.repeated.borrow_mut().insert(id.clone());
        }
        if takes("If-None-Match") {
            let unchanged = ask.header("if-none-match", &format!("\"v0\", W/{}", reply.etag())).send_once().await;
            assert_eq!((unchanged.status.as_u16(), unchanged.body.len()), (304, 0), "{id} with the current version");
            assert_eq!(unchanged.header("etag"), reply.header("etag"), "{id}");
            assert_eq!(unchanged.header("cache-control"), reply.header("cache-control"), "{id}");
            self.0.unchanged.borrow_mut().insert(id);
        }
        reply
    }
}
