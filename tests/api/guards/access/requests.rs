//! The request of an operation about one practitioner, and the same request about ids that do not exist.

use std::collections::BTreeSet;

use actix_web::http::Method;
use confide::platform::ids::Id;
use serde_json::{Map, Value, json};

use super::records::Records;
use crate::guards::operation::{self, Operation, sample, type_of};
use crate::support::TestApp;
use crate::support::app::RequestBuilder;

/// The members that name a practitioner or one of their records in a body or a query.
const NAMES: &[&str] = &["practitioner_id", "enrolment_id", "appointment_id", "reference"];

/// Operations whose query must name one practitioner; in other queries a practitioner's id is only a filter.
const SINGLE_PERSON_QUERIES: &[&str] =
    &["listAssessments", "listFitNotes", "listPrescriptions", "listReturnToWorkPlans", "listSlots"];

/// The starts of paths with the id of something that belongs to no practitioner.
const OTHERS: &[&str] = &[
    "/v1/absences",
    "/v1/audit-flags",
    "/v1/clinicians",
    "/v1/clinics",
    "/v1/contact-hours",
    // Of a record that is destroyed.
    "/v1/destruction-certificates",
    "/v1/duty-periods",
    "/v1/eligibility-rules",
    "/v1/employer-areas",
    "/v1/group-sessions",
    "/v1/groups",
    "/v1/hubs",
    "/v1/intake-periods",
    "/v1/messages",
    "/v1/outcode-areas",
    "/v1/outreach-campaigns",
    "/v1/outreach-team-requests",
    "/v1/questionnaires",
    "/v1/reference-data",
    "/v1/reference-data-changes",
    "/v1/sessions",
    "/v1/signposts",
    "/v1/slots",
    "/v1/staff",
    "/v1/staff-changes",
];

/// Lists for staff that show no practitioner, besides those in [`OTHERS`].
const OTHER_LISTS: &[&str] = &[
    // Comments are shown without their authors, and only together with others.
    "/v1/feedback-comments",
    "/v1/me/calendar-message-preferences",
    "/v1/me/hubs",
    "/v1/medicines",
    "/v1/prescribing-terms",
    "/v1/statistics",
    "/v1/unchecked-signposts",
];

fn is_below(operation: &Operation, starts: &[&str]) -> bool {
    starts.iter().any(|start| operation.path == *start || operation.path.starts_with(&format!("{start}/")))
}

/// Whether the operation's path has the id of a practitioner or of one of their records.
pub fn has_record_in_path(operation: &Operation) -> bool {
    operation.path.contains('{') && !is_below(operation, OTHERS)
}

/// Whether the request names a practitioner or one of their records.
pub fn names_a_record(operation: &Operation) -> bool {
    let in_body = operation.body.as_ref().is_some_and(|body| !places(body).is_empty());
    has_record_in_path(operation) || in_body || SINGLE_PERSON_QUERIES.contains(&operation.id.as_str())
}

/// The pointers at which a body of this schema names a practitioner or a record.
fn places(schema: &Value) -> BTreeSet<String> {
    let named = |at: &String| NAMES.iter().any(|name| at.ends_with(&format!("/{name}")));
    operation::members(schema, |_| true).into_keys().filter(named).collect()
}

/// A value with only the required members of a schema.
fn minimal(schema: &Value) -> Value {
    if type_of(schema) != "object" {
        return sample(schema);
    }
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    Value::Object(required.map(|name| (name.to_owned(), minimal(&schema["properties"][name]))).collect::<Map<_, _>>())
}

/// One caller's requests about one practitioner.
pub struct Asking<'a> {
    pub app: &'a TestApp,
    pub records: &'a Records,
    /// The caller's token; none without a session.
    pub token: Option<&'a str>,
    /// The caller's account.
    pub caller: Id,
    /// The clinician whose calendar and slots the requests name.
    pub clinician: Id,
    /// Whether the caller exports refused attempts too. There are many at the end, and a table has at most 10,000 rows.
    pub whole_trail: bool,
    /// Practitioners name themselves by signing in: their requests leave the practitioner out.
    pub own: bool,
}

impl Asking<'_> {
    /// The request about the practitioner.
    pub fn about_them(&self, operation: &Operation) -> RequestBuilder {
        let named = |name: &str| match name {
            "reference" => self.records.reference.clone(),
            "practitioner_id" => self.records.practitioner.id.to_string(),
            "enrolment_id" => self.records.id("/v1/group-enrolments/{id}"),
            // An appointment that took place, except where one is booked for.
            _ => self.records.id(if operation.id == "linkFollowUpAppointment" { "/v1/appointments/{id}" } else { "met" }),
        };
        self.request(operation, |place| self.records.known(place), named)
    }

    /// The same request with ids that do not exist.
    pub fn about_unknown_ids(&self, operation: &Operation) -> RequestBuilder {
        let unknown = || Id::new(self.app.now()).to_string();
        let named = |name: &str| if name == "reference" { "CF-2222-2222".to_owned() } else { unknown() };
        let in_path = has_record_in_path(operation);
        // A questionnaire is no one's.
        let is_left = |place: &str| !in_path || place.ends_with("/{questionnaire}");
        self.request(operation, |place| self.records.known(place).filter(|_| is_left(place)), named)
    }

    /// The list with this practitioner as a filter.
    pub fn filtered(&self, operation: &Operation, practitioner: Id) -> RequestBuilder {
        self.send(operation, &self.address(operation, |_| None, Some(&practitioner.to_string())), None)
    }

    fn request(
        &self,
        operation: &Operation,
        known: impl Fn(&str) -> Option<String>,
        named: impl Fn(&str) -> String,
    ) -> RequestBuilder {
        let names_them = SINGLE_PERSON_QUERIES.contains(&operation.id.as_str()) && !self.leaves_out(operation);
        let person = names_them.then(|| named("practitioner_id"));
        let address = self.address(operation, known, person.as_deref());
        self.send(operation, &address, self.body(operation, named))
    }

    /// Whether the practitioner themselves asks for something that others ask for them.
    pub fn leaves_out(&self, operation: &Operation) -> bool {
        let is_for_others = operation.allows("coordinator") && operation.allows("practitioner");
        self.own && is_for_others && !has_record_in_path(operation)
    }

    fn send(&self, operation: &Operation, address: &str, body: Option<Value>) -> RequestBuilder {
        let mut ask = self.app.request(operation.method.clone(), address);
        if let Some(token) = self.token {
            ask = ask.bearer(token);
        }
        if operation.parameters_in("header").any(|parameter| parameter.name == "If-Match") {
            ask = ask.if_match("*");
        }
        match body {
            Some(body) => ask.json(&body),
            None => ask,
        }
    }

    fn address(&self, operation: &Operation, known: impl Fn(&str) -> Option<String>, person: Option<&str>) -> String {
        let now = self.app.now();
        let (from, to) = (now.to_string(), (now + chrono::TimeDelta::days(13)).to_string());
        // The trail is exported for at most 31 days.
        let lately = (now - chrono::TimeDelta::days(30)).to_string();
        let review = (now + chrono::TimeDelta::days(60)).london_day().to_string();
        let clinician = self.clinician.to_string();
        let of_a_clinician = ["getCalendar", "listSlots"].contains(&operation.id.as_str());
        let with: Vec<(&str, &str)> = operation
            .parameters_in("query")
            .filter_map(|parameter| match parameter.name.as_str() {
                "from" if operation.id == "exportAuditEvents" => Some(("from", lately.as_str())),
                "refused" if operation.id == "exportAuditEvents" && !self.whole_trail => Some(("refused", "false")),
                "from" if parameter.required => Some(("from", from.as_str())),
                "until" if parameter.required => Some(("until", to.as_str())),
                "clinician_id" if of_a_clinician => Some(("clinician_id", clinician.as_str())),
                "review_due_before" => Some(("review_due_before", review.as_str())),
                "practitioner_id" => Some(("practitioner_id", person?)),
                _ => None,
            })
            .collect();
        operation.address_with(&with, known)
    }

    fn body(&self, operation: &Operation, named: impl Fn(&str) -> String) -> Option<Value> {
        let schema = operation.body.as_ref()?;
        let mut body = minimal(schema);
        // The attendance at a session names each member.
        if schema["properties"]["attendances"].is_object() {
            body["attendances"] = json!([minimal(&schema["properties"]["attendances"]["items"])]);
        }
        for at in places(schema) {
            let (within, name) = at.rsplit_once('/').unwrap();
            let is_left_out = name == "practitioner_id" && self.leaves_out(operation);
            if let Some(there) = body.pointer_mut(within).filter(|_| !is_left_out) {
                there[name] = json!(named(name));
            }
        }
        for (member, place) in [("slot_id", "/v1/slots/{id}"), ("hub_id", "/v1/hubs/{id}")] {
            if schema["properties"][member].is_object() {
                body[member] = json!(self.records.id(place));
            }
        }
        if schema["properties"]["clinician_id"].is_object() && operation.id != "blockColleague" {
            body["clinician_id"] = json!(self.clinician);
        }
        self.complete(operation, &mut body);
        Some(body)
    }

    /// What the schema does not say about the body.
    fn complete(&self, operation: &Operation, body: &mut Value) {
        let day = |days: i64| json!((self.app.now() + chrono::TimeDelta::days(days)).london_day());
        match operation.id.as_str() {
            "createReferral" => body["kind"] = json!("service_to_hub"),
            "breakGlass" => _ = body.as_object_mut().unwrap().remove("reference"),
            "replaceAppointmentPhone" => body["phone"] = json!("020 7946 0018"),
            "searchContacts" => body["phone"] = json!(self.records.phone),
            "sendFundingRequestToPanel" => body["panel_on"] = day(35),
            "blockColleague" => body["name"] = json!("Another Colleague"),
            "proposeReturnToWorkPlan" => (body["starts_on"], body["review_on"]) = (day(3), day(20)),
            "replaceFollowUp" => (body["due_from"], body["due_until"]) = (day(3), day(20)),
            _ => {}
        }
    }
}

/// Whether an operation must be in a group: it names a practitioner or a record, or is a list that may show them.
pub fn is_about_a_person(operation: &Operation) -> bool {
    let is_own = operation.path.starts_with("/v1/me/") && operation.roles == ["practitioner"];
    let is_list = operation.method == Method::GET && !is_below(operation, OTHERS) && !is_below(operation, OTHER_LISTS);
    let signed_in = !operation.is_public() && operation.roles != ["any"];
    signed_in && (is_own || names_a_record(operation) || is_list)
}

/// The starts of paths above that no operation has any more.
pub fn unused_starts() -> Vec<&'static str> {
    let operations = operation::all();
    let is_unused = |start: &&&str| !operations.iter().any(|operation| is_below(operation, &[start]));
    OTHERS.iter().chain(OTHER_LISTS).filter(is_unused).copied().collect()
}
