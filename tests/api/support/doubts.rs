//! A second look at everything that a test does: a stale version must change nothing, a repeat must get the first answer,
//! and what the caller holds already must not be sent again.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use super::app::Ask;
use super::reply::Reply;

/// Doubts every request of an application, and remembers which operations stood the doubt.
#[derive(Clone, Default)]
pub struct Doubts(Rc<Looked>);

#[derive(Default)]
struct Looked {
    keys: Cell<u32>,
    stale: RefCell<BTreeSet<String>>,
    repeated: RefCell<BTreeSet<String>>,
    held: RefCell<BTreeSet<String>>,
}

impl Doubts {
    /// Operations that refused a stale version and then did what was asked.
    pub fn refused_a_stale_version(&self) -> BTreeSet<String> {
        self.0.stale.borrow().clone()
    }

    /// Operations that gave a repeat the first answer.
    pub fn repeated(&self) -> BTreeSet<String> {
        self.0.repeated.borrow().clone()
    }

    /// Operations that did not send again what is held.
    pub fn held(&self) -> BTreeSet<String> {
        self.0.held.borrow().clone()
    }

    pub(super) async fn send(&self, ask: Ask) -> Reply {
        let Some((id, headers)) = ask.operation() else { return ask.send_once().await };
        let takes = |name: &str| headers.iter().any(|header| header == name);
        let stale = match takes("If-Match") {
            true => Some(ask.clone().if_match("\"v77777\"").send_once().await),
            false => None,
        };
        let ask = match takes("Idempotency-Key") && !ask.has("idempotency-key") {
            true => {
                self.0.keys.set(self.0.keys.get() + 1);
                ask.key(&format!("doubt-{}", self.0.keys.get()))
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
            let held = ask.header("if-none-match", &format!("\"v0\", W/{}", reply.etag())).send_once().await;
            assert_eq!((held.status.as_u16(), held.body.len()), (304, 0), "{id} asked for what is held");
            assert_eq!(held.header("etag"), reply.header("etag"), "{id}");
            assert_eq!(held.header("cache-control"), reply.header("cache-control"), "{id}");
            self.0.held.borrow_mut().insert(id);
        }
        reply
    }
}
