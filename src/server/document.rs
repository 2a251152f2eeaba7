//! The published document: the descriptions of the operations, and what applies to all of them.

mod audited;
mod examples;
mod flattened;
mod lines;
mod links;
mod openapi_3_0;
mod patterns;
mod references;
mod required;
mod roles;
mod shared;

pub use lines::to_lines;
pub use openapi_3_0::as_3_0;

use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use utoipa::{IntoParams as _, OpenApi};

use self::shared::{IF_MATCH_DESCRIPTION, KEY_WHEN_ANONYMOUS, KEY_WHEN_SIGNED_IN, METHODS};
use super::operations::operations;
use crate::people::Role;
use crate::platform::http::PageQuery;
use crate::platform::http::contract::Contract;
use crate::platform::http::operations::ServiceConfig;
use crate::platform::http::problem::Problem;
use crate::platform::http::versioned::{Versioned, has_versions};
use crate::platform::refusal::Code;
use crate::{access, care, partners, scheduling};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Confide",
        description = "Booking and care back end of a confidential mental-health service for NHS doctors, dentists and other NHS staff. Confidentiality has limits: where someone may die or come to serious harm, information may be shared, if possible with consent and after speaking to the person; `GET /v1/contact-routes` has the text to show.\n\nTimes are UTC (RFC 3339); dates and times are between 1900 and 2199. Texts are normalised (Unicode NFC) and trimmed of white space and invisible characters before they are stored; limits apply to the stored text. A text has one line unless its schema has `x-multiline`, and a required text must not be empty. In a text of one line (a name, an email address, a code) invisible characters and direction marks are refused, except for joiners and variation selectors where a script or an emoji needs them; from a text of several lines, characters that change the direction of the text are removed. Lists are read page by page with `limit` and `cursor`. Errors are RFC 9457 problems; branch on `code`. A request for a record that you may not see gets 404. An enumeration gets a new value only with a new version of this document, announced in the changelog; a client made from an older version must expect values that it does not know.\n\nA change by POST can be repeated with the same `Idempotency-Key` if its response was lost; if you are not signed in, the key counts together with the body. With `If-Match` a change is made only to the version that you have seen, and with `If-None-Match` a response that you already have is not sent again.",
        contact(name = "The Confide authors", url = "https://confide.invalid/developers")
    ),
    servers((url = "/", description = "This service.")),
    components(schemas(Problem)),
    tags(
        (name = "Sessions", description = "Signing in, keeping a session alive and signing out."),
        (name = "Account", description = "Your own account: details, password, mobile number, message preferences and the colleagues you have blocked."),
        (name = "Registration", description = "Registering with the service, confirming an email address, the eligibility rules and intake periods that decide who is covered, and reasons for confidentiality that staff decide about."),
        (name = "Contact line", description = "Contacts by phone, text, email and web: call-back requests, triage, tasks, invitations and opening hours."),
        (name = "Self-check", description = "Anonymous self-check questionnaires, and adding their results to a record."),
        (name = "Signposts", description = "The directory of services elsewhere that people are pointed to, emergency routes such as 999 included."),
        (name = "Funding", description = "Requests to a local commissioner to fund care (individual funding requests, IFR), from draft to decision and appeal, and appointments whose funding has ended."),
        (name = "Clinicians", description = "The directory of clinicians."),
        (name = "Calendar", description = "Clinics, absences and the calendar of a clinician."),
        (name = "Appointments", description = "Finding and holding a slot, and booking, moving, cancelling and recording appointments."),
        (name = "Assessments", description = "Questionnaires, the assessments they are answered for, their outcomes, and scores over time."),
        (name = "Risk alerts", description = "Something shows a risk, such as thoughts of suicide: who must act until when, attempts to make contact, and the risk assessment of a clinician. The rota of clinicians on duty."),
        (name = "Practitioners", description = "The people in the service's care: lists, lead clinician, conflicts, discharge and readmission."),
        (name = "Clinical record", description = "Notes, problems, allergies, prescribing details, care plans, safety plans and consent to share with the GP."),
        (name = "Prescriptions", description = "Prescriptions, the medicines catalogue and the rights of prescribers."),
        (name = "Fit notes", description = "Fit notes (sick notes, Med3), their verification, and return-to-work plans."),
        (name = "Letters", description = "Printed letters to a GP, an employer, a regulator or an insurer, which leave only as the practitioner has agreed."),
        (name = "Follow-ups", description = "Follow-ups agreed at an appointment, until they are booked or closed."),
        (name = "Group therapy", description = "Groups, their enrolments, sessions, attendance and notes."),
        (name = "Feedback", description = "Feedback from practitioners, and anonymous comments for the service."),
        (name = "Hubs", description = "Staff mental health hubs, the areas they cover, and the areas of employers and postcodes."),
        (name = "Referrals", description = "Referrals to and from hubs."),
        (name = "Outreach", description = "Campaigns that tell groups of staff at risk that help is available, and the responses to them."),
        (name = "Statistics", description = "Published figures about activity, outcomes and cost that identify no one."),
        (name = "Access", description = "Access for an hour where staff have no other reason to know of a practitioner: break-glass and its review, and practitioners who have called."),
        (name = "Audit", description = "The audit trail: who read or changed which record, for privacy officers; and the access log of a practitioner."),
        (name = "Retention", description = "The end of records: reviews of those whose retention has ended, holds that stop a destruction, and what remains of a destroyed record."),
        (name = "Reference data", description = "Bank holidays, integrated care boards, medicines, limits and prices, which administrators change from a day on."),
        (name = "Staff", description = "Staff accounts, their roles, identity history and commissioned areas."),
        (name = "System", description = "Health of the service, and messages that could not be sent.")
    )
)]
struct Base;

/// The document, prepared for use. It is the same for every application of this program, so it is prepared once.
///
/// # Errors
/// A sentence for the developer: a schema does not compile.
pub fn prepared() -> Result<Contract, String> {
    static PREPARED: LazyLock<Result<Contract, String>> = LazyLock::new(|| Contract::new(contract(), versioned()));
    PREPARED.clone()
}

/// Every collection whose records have versions.
pub fn versioned() -> Vec<Versioned> {
    [access::VERSIONED, scheduling::VERSIONED, care::VERSIONED, partners::VERSIONED].concat()
}

/// The document (OpenAPI 3.1) that is served, validated against, and committed as `openapi/openapi.json`.
pub fn contract() -> Value {
    let mut collected = Base::openapi();
    operations(&mut ServiceConfig::Document(&mut collected));
    let mut document = serde_json::to_value(collected).unwrap_or_default();
    document["info"]["license"] = json!({ "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" });
    document["components"]["securitySchemes"] = json!({ "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "The access token of a session." } });
    document["security"] = json!([{ "bearer": [] }]);
    lift_descriptions(&mut document["components"]["schemas"]);
    shared::name_pages(&mut document);
    flattened::merge_flattened(&mut document);
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, item) in paths.iter_mut() {
            for method in METHODS {
                if let Some(operation) = item.get_mut(method) {
                    add_common_parts(path, method, operation);
                }
            }
        }
    }
    document["components"]["responses"]["NotModified"] = json!({
        "description": "You already have this version.",
        "headers": { "ETag": { "description": ETAG_DESCRIPTION, "required": true, "schema": { "type": "string" } } }
    });
    shared::add_problems(&mut document);
    patterns::add_patterns(&mut document);
    shared::share_parameters(&mut document);
    required::require_members_of_answers(&mut document);
    roles::describe_roles(&mut document);
    audited::describe_actions(&mut document);
    links::add_links(&mut document);
    examples::add_examples(&mut document);
    shared::share_headers(&mut document);
    document
}

/// The description of a nullable member belongs to the member, not to one of its two forms.
fn lift_descriptions(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let choices = members.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten();
            let description = choices.filter_map(|choice| choice.as_object_mut()?.remove("description")).next();
            if let Some(description) = description {
                members.insert("description".to_owned(), description);
            }
            members.values_mut().for_each(lift_descriptions);
        }
        Value::Array(items) => items.iter_mut().for_each(lift_descriptions),
        _ => {}
    }
}

/// The operations by POST that need no `Idempotency-Key`, with the reason. Every other operation by POST accepts it.
pub const NEEDS_NO_KEY: [(&str, &str); 10] = [
    ("signIn", "it changes no record, and its tokens are not stored"),
    ("refreshSession", "the last refresh can be repeated with the same token"),
    ("changePassword", "it ends the session that would repeat it; the new password can sign in afterwards"),
    ("searchContacts", "it only reads"),
    ("searchStaff", "it only reads"),
    ("lookUpContactRequest", "it only reads"),
    ("verifyFitNote", "it only reads"),
    ("searchHubs", "it only reads"),
    ("lookUpInvitation", "it only reads"),
    ("lookUpReferral", "it only reads"),
];

/// Adds the headers that operations of one kind have in common (see `platform::http::attempt`).
fn add_headers(path: &str, method: &str, operation: &mut Value) {
    let id = operation["operationId"].as_str().unwrap_or_default();
    if method == "post" && !NEEDS_NO_KEY.iter().any(|(known, _)| *known == id) {
        let public = operation.get("security").is_some();
        add_header(operation, "Idempotency-Key", if public { KEY_WHEN_ANONYMOUS } else { KEY_WHEN_SIGNED_IN });
    }
    add_answer_headers(operation);
    let good =
        operation["responses"].as_object().and_then(|responses| responses.iter().find(|(status, _)| status.starts_with('2')));
    let Some((status, response)) = good else { return };
    let (creates, shows_version) = (status == "201", response["headers"]["ETag"].is_object());
    if method == "get" && shows_version {
        add_header(
            operation,
            "If-None-Match",
            "ETags of the versions that you already have. If the current version is one of them, the response is 304.",
        );
        operation["responses"]["304"] = json!({ "$ref": "#/components/responses/NotModified" });
    } else if method != "get"
        && !creates
        && (method == "post" || shows_version || path.ends_with("/{id}"))
        && has_versions(&versioned(), path)
    {
        add_header(operation, "If-Match", IF_MATCH_DESCRIPTION);
    }
}

/// The schemas of single records that two people may edit: a response with one of them has its version as an ETag.
const VERSIONED_SCHEMAS: [&str; 35] = [
    "AllergiesView",
    "AppointmentView",
    "CalendarMessagePreferences",
    "CarePlanView",
    "ClinicChange",
    "ClinicView",
    "ClinicalNoteView",
    "ClinicianProfile",
    "ConfidentialityReasonView",
    "ContactView",
    "EligibilityRuleView",
    "EnrolmentView",
    "FollowUpView",
    "FundingRequestView",
    "GpSharingView",
    "GroupNoteView",
    "GroupSaved",
    "GroupSessionChange",
    "GroupSessionView",
    "GroupView",
    "HubView",
    "IntakePeriodView",
    "LeadClinicianView",
    "LetterView",
    "Me",
    "MessagePreferences",
    "OutreachCampaignView",
    "PrescribingDetailsView",
    "PrescribingRights",
    "ProblemView",
    "ReferralView",
    "RegistrationView",
    "SafetyPlanView",
    "SignpostEntry",
    "StaffMember",
];

const ETAG_DESCRIPTION: &str = "The version of the record, for `If-Match` and `If-None-Match`.";

/// Adds the address of a new record, and the version of a record that has versions.
fn add_answer_headers(operation: &mut Value) {
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        let schema = response["content"]["application/json"]["schema"]["$ref"].as_str();
        let schema_name = schema.and_then(|schema| schema.rsplit('/').next()).unwrap_or_default().to_owned();
        let mut add = |name: &str, description: &str| {
            response["headers"][name] = json!({ "description": description, "schema": { "type": "string" } });
        };
        if status == "201" {
            add("Location", "Where the new record can be read.");
        }
        if status.starts_with('2') && VERSIONED_SCHEMAS.contains(&schema_name.as_str()) {
            add("ETag", ETAG_DESCRIPTION);
        }
    }
}

/// Adds the paging parameters to every operation that returns a page (see `platform::http::page::Paging`).
fn add_paging(operation: &mut Value) {
    let schema = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].as_str();
    if !schema.is_some_and(|schema| schema.ends_with("Page")) {
        return;
    }
    let added = PageQuery::into_params(|| None).into_iter().filter_map(|parameter| serde_json::to_value(parameter).ok());
    if let Some(operation) = operation.as_object_mut()
        && let Some(parameters) = operation.entry("parameters").or_insert_with(|| json!([])).as_array_mut()
    {
        parameters.extend(added);
    }
}

/// Adds an optional header, unless the operation describes it itself.
fn add_header(operation: &mut Value, name: &str, description: &str) {
    let Some(operation) = operation.as_object_mut() else { return };
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    let Some(parameters) = parameters.as_array_mut().filter(|known| !known.iter().any(|parameter| parameter["name"] == name))
    else {
        return;
    };
    parameters.push(json!({
        "name": name, "in": "header", "description": description, "required": false, "schema": { "type": "string" }
    }));
}

/// Adds the errors that extractors and the middleware can return to an operation's `x-problems`.
fn add_common_parts(path: &str, method: &str, operation: &mut Value) {
    // An operation that describes the header itself may require it.
    let parameters = operation["parameters"].as_array();
    let asks_version = parameters.is_some_and(|known| known.iter().any(|parameter| parameter["name"] == "If-Match"));
    if operation["x-roles"].as_array().is_some_and(|roles| roles.len() == Role::ALL.len()) {
        operation["x-roles"] = json!(["any"]);
    }
    add_headers(path, method, operation);
    add_paging(operation);
    let public = operation.get("security").is_some();
    if public {
        operation["security"] = json!([]);
        operation["x-roles"] = json!(["public"]);
    }
    require_headers(operation);
    limit_headers(operation);
    require_characters(operation);
    let has = |location: &str, name: Option<&str>| {
        operation["parameters"]
            .as_array()
            .is_some_and(|parameters| parameters.iter().any(|p| p["in"] == location && name.is_none_or(|name| p["name"] == name)))
    };
    let mut codes: Vec<Code> = vec![Code::TooManyRequests, Code::Internal, Code::Unavailable];
    // A head that cannot be read, is too slow or too long is answered before the operation is known.
    codes.extend([Code::BadRequest, Code::RequestTimeout, Code::HeadTooLarge]);
    if path.starts_with("/v1/") {
        codes.extend([Code::NotAcceptable, Code::InvalidParameter]);
    }
    if !public {
        codes.push(Code::NotSignedIn);
        if operation["x-roles"] != json!(["any"]) {
            codes.push(Code::WrongRole);
        }
    }
    if has("path", None) {
        codes.extend([Code::InvalidParameter, Code::NotFound]);
    }
    if has("query", None) {
        codes.push(Code::InvalidParameter);
    }
    if has("query", Some("cursor")) {
        codes.push(Code::InvalidCursor);
    }
    if has("header", Some("Idempotency-Key")) {
        codes.push(Code::InvalidParameter);
        if !public {
            codes.push(Code::IdempotencyKeyReused);
        }
    }
    if has("header", Some("If-Match")) {
        codes.extend([Code::InvalidParameter, Code::VersionMismatch]);
    }
    if asks_version {
        codes.push(Code::VersionRequired);
    }
    if operation.get("requestBody").is_some() {
        codes.extend([Code::BadRequest, Code::BodyTooLarge, Code::UnsupportedMediaType, Code::InvalidBody]);
    }
    let own = operation["x-problems"].as_array().cloned().unwrap_or_default();
    codes.extend(Code::ALL.iter().filter(|code| own.iter().any(|name| name == code.as_str())));
    codes.sort_by_key(|code| (code.status(), code.as_str()));
    codes.dedup();
    if let Some(operation) = operation.as_object_mut() {
        operation.insert("x-problems".to_owned(), codes.iter().map(|code| code.as_str()).collect());
    }
}

/// Marks a header that is always sent as required; otherwise clients would not notice that it is missing.
fn require_headers(operation: &mut Value) {
    for response in operation["responses"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        for header in response["headers"].as_object_mut().into_iter().flat_map(Map::values_mut) {
            header["required"] = json!(true);
        }
        if response["headers"].is_null()
            && let Some(response) = response.as_object_mut()
        {
            response.remove("headers");
        }
    }
}

/// The request headers belong to the platform, so their limits are set once, here.
fn limit_headers(operation: &mut Value) {
    for parameter in
        operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten().filter(|p| p["in"] == "header")
    {
        let (least, most) = match parameter["name"].as_str() {
            Some("If-Match" | "If-None-Match") => (1, 200),
            // 255 characters and two quotes.
            Some("Idempotency-Key") => (1, 257),
            _ => continue,
        };
        parameter["schema"]["minLength"] = json!(least);
        parameter["schema"]["maxLength"] = json!(most);
    }
}

/// A variable of the path and a cursor have at least one character.
fn require_characters(operation: &mut Value) {
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        let schema = &parameter["schema"];
        if (parameter["in"] == "path" || parameter["name"] == "cursor") && schema["maxLength"].is_u64() {
            parameter["schema"]["minLength"] = json!(1);
        }
    }
}

/// The operations as a table for readers: one operation per line, `METHOD path id roles`.
pub fn operations_table(document: &Value) -> String {
    let mut lines = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            let operation = &item[method];
            if operation.is_null() {
                continue;
            }
            let roles: Vec<&str> = operation["x-roles"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let id = operation["operationId"].as_str().unwrap_or("?");
            lines.push(format!("{:6} {path} {id} {}", method.to_uppercase(), roles.join(",")));
        }
    }
    lines.sort_by_key(|line| line.get(7..).map(str::to_owned));
    lines.join("\n") + "\n"
}
