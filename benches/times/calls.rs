//! The calls that are measured: each about a hidden record and about one that does not exist.

use confide::demo::{PASSWORD, address};
use confide::platform::ids::Id;
use serde_json::Value;

use super::driver::{Connection, request};

/// The clinician who asks.
const CALLER: &str = "Maya Ellison";

/// The coordinator who asks.
const COORDINATOR: &str = "Cory Delacroix";

/// The practitioner who blocks both.
const BLOCKING: &str = "Ada";

/// One call; the number makes requests of which each may be sent only a few times.
pub struct Call {
    pub name: &'static str,
    /// The status of both answers.
    pub status: u16,
    pub hidden: Box<dyn Fn(usize) -> String>,
    pub unknown: Box<dyn Fn(usize) -> String>,
}

/// What the calls name.
pub struct Calls {
    port: u16,
    practitioner: String,
    appointment: String,
    /// The practitioner who has blocked both callers.
    blocking: String,
}

impl Calls {
    /// How many calls there are.
    pub const COUNT: usize = 7;

    /// Finds a practitioner and an appointment that the caller may not know of, and lets a practitioner block both callers.
    pub fn new(port: u16) -> Self {
        let (caller, coordinator) = (sign_in(port, CALLER), sign_in(port, COORDINATOR));
        let appointments = list(port, "/v1/appointments?limit=100", &coordinator);
        let hidden = appointments.iter().find(|one| {
            let path = format!("/v1/practitioners/{}", text(one, "practitioner_id"));
            get(port, &path, &caller).0 == 404
        });
        let hidden = hidden.expect("every practitioner is known to the caller");
        let blocking = session(port, BLOCKING);
        for (name, member) in [(CALLER, "clinician_id"), (COORDINATOR, "account_id")] {
            let body = format!(r#"{{"{member}":"{}","relationship":"friend"}}"#, text(&session(port, name), "account_id"));
            let block = request("POST", "/v1/me/blocked-colleagues", &text(&blocking, "access_token"), Some(&body));
            let reply = Connection::open(port).exchange(&block);
            assert_eq!(reply.status, 201, "{BLOCKING} blocks {name}: {}", reply.body);
        }
        let blocking = text(&blocking, "account_id");
        Self { port, practitioner: text(hidden, "practitioner_id"), appointment: text(hidden, "id"), blocking }
    }

    /// One of the calls, by a caller who has just signed in.
    pub fn prepare(&self, number: usize) -> Call {
        let token = sign_in(self.port, if number == 6 { COORDINATOR } else { CALLER });
        match number {
            0 => by_id("get practitioner", 404, "/v1/practitioners/", &self.practitioner, token),
            1 => by_id("get appointment", 404, "/v1/appointments/", &self.appointment, token),
            2 => by_id("list appointments", 200, "/v1/appointments?practitioner_id=", &self.practitioner, token),
            3 => by_email("sign in, wrong password", 401, "/v1/sessions", r#","password":"no lantern past the gate"}"#),
            4 => by_email("request password reset", 202, "/v1/password-resets", "}"),
            5 => by_id("blocked clinician", 404, "/v1/practitioners/", &self.blocking, token),
            _ => by_id("blocked coordinator", 404, "/v1/practitioners/", &self.blocking, token),
        }
    }
}

/// A read of a record by its id.
fn by_id(name: &'static str, status: u16, path: &'static str, hidden: &str, token: String) -> Call {
    let (hidden, unknown_token) = (request("GET", &format!("{path}{hidden}"), &token, None), token);
    let unknown = move |_| request("GET", &format!("{path}{}", Id::new(chrono::Utc::now().into())), &unknown_token, None);
    Call { name, status, hidden: Box::new(move |_| hidden.clone()), unknown: Box::new(unknown) }
}

/// A request without a session that names an email address.
fn by_email(name: &'static str, status: u16, path: &'static str, rest: &'static str) -> Call {
    let ask = move |email: &str| request("POST", path, "none", Some(&format!(r#"{{"email":"{email}"{rest}"#)));
    let known = ["Ada", "Maya Ellison", "Cory Delacroix", "Avery Stone", "Hattie Marsh", "Harper Lane"].map(address);
    Call {
        name,
        status,
        hidden: Box::new(move |number| ask(&known[number % known.len()])),
        unknown: Box::new(move |number| ask(&address(&format!("Unknown Person {number}")))),
    }
}

fn sign_in(port: u16, name: &str) -> String {
    text(&session(port, name), "access_token")
}

fn session(port: u16, name: &str) -> Value {
    let body = format!(r#"{{"email":"{}","password":"{PASSWORD}"}}"#, address(name));
    let reply = Connection::open(port).exchange(&request("POST", "/v1/sessions", "none", Some(&body)));
    assert_eq!(reply.status, 201, "{name} signs in: {}", reply.body);
    serde_json::from_str(&reply.body).unwrap()
}

fn get(port: u16, path: &str, token: &str) -> (u16, Value) {
    let reply = Connection::open(port).exchange(&request("GET", path, token, None));
    (reply.status, serde_json::from_str(&reply.body).unwrap_or_default())
}

fn list(port: u16, path: &str, token: &str) -> Vec<Value> {
    let (status, page) = get(port, path, token);
    assert_eq!(status, 200, "{path}: {page}");
    page["items"].as_array().unwrap().clone()
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("no {member} in {value}")).to_owned()
}
