//! The contract uses one verb for one act, one noun for one thing and one form for one idea, in paths, operation ids, summaries,
//! members and codes. Who has learned one part of it can guess the others. The verbs and nouns are explained in `docs/glossary.md`.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use confide::platform::refusal::Code;
use serde_json::Value;

use super::contract::{Complaints, raw_operations, schemas};
use super::operation::{self, Operation, resolve, type_of};

/// What can be done to a record by `POST …/{id}/<verb>`, and what it means. An operation id begins with the same verb.
const ACTS: &[(&str, &str)] = &[
    ("accept", "take what another person offers or asks for"),
    ("agree", "consent to exactly what was proposed"),
    ("appeal", "ask for another decision because of a fault in the first"),
    ("approve", "let a colleague's proposal take effect, as a second person"),
    ("cancel", "end what has not taken place yet"),
    ("check", "record that what is published is still right"),
    ("close", "end a case, with what came of it"),
    ("complete", "finish a task"),
    ("confirm", "keep what would otherwise end"),
    ("decide", "choose one of several decisions"),
    ("decline", "the opposite of accept or agree"),
    ("discharge", "end a practitioner's care"),
    ("drop", "give a message up"),
    ("end", "let what is in force stop, now or on a day"),
    ("issue", "hand out a signed prescription"),
    ("join", "get a place in a waiting list"),
    ("keep", "hold a record beyond its retention"),
    ("leave", "give up one's own place"),
    ("lift", "end a hold"),
    ("link", "say which appointment fulfils a follow-up"),
    ("move", "put at another time"),
    ("pause", "stop for a time; see resume"),
    ("propose", "show to the person who then agrees or declines"),
    ("provide", "answer a request for information"),
    ("readmit", "begin care again"),
    ("record", "write down what took place outside this program"),
    ("reject", "the opposite of approve"),
    ("remove", "take another person's place away"),
    ("renew", "send with a new link"),
    ("replay", "send again what could not be sent"),
    ("request", "ask for something that another person gives"),
    ("resume", "the opposite of pause"),
    ("return", "send back to draft"),
    ("review", "judge what a colleague did"),
    ("revoke", "make a link useless"),
    ("screen", "begin to examine"),
    ("send", "pass on to who decides"),
    ("sign", "make a draft final"),
    ("start", "begin"),
    ("submit", "pass on what is complete"),
    ("take", "become the person who does a task"),
    ("triage", "record the needs of a caller"),
    ("withdraw", "take back what one gave, asked for or proposed"),
];

/// What creates a record by `POST` to its collection: `create`, unless the act has a verb of its own.
const CREATES: &[&str] = &[
    "add", "block", "book", "break", "claim", "create", "give", "issue", "log", "propose", "record", "register", "request",
    "sign", "start",
];

/// `POST` operations that create no record at their path, or act on something that has no id in it.
const OTHER_POSTS: &[&str] = &[
    "changePassword",
    "completePasswordReset",
    "confirmEmail",
    "confirmMobile",
    "lookUpContactRequest",
    "lookUpInvitation",
    "lookUpPractitioner",
    "lookUpReferral",
    "refreshSession",
    "replayMessages",
    "searchContacts",
    "searchHubs",
    "searchStaff",
    "verifyFitNote",
];

/// Operations of other methods whose act has a verb that says more than that of the method.
const OTHER_VERBS: &[&str] =
    &["assignHubCoordinator", "exportAuditEvents", "holdSlot", "releaseSlot", "signOut", "unblockColleague"];

/// The first word of a name in camel case or of a part of a path.
fn verb(name: &str) -> &str {
    name.split(|c: char| !c.is_ascii_lowercase()).next().unwrap_or_default()
}

/// The verb of an act on a record: `cancel` of `/v1/appointments/{id}/cancel`.
fn act(path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.rsplit('/').take(2).collect();
    let [last, before] = parts[..] else { return None };
    let found = ACTS.iter().find(|(known, _)| before.starts_with('{') && verb(last) == *known);
    found.map(|(known, _)| *known)
}

/// What is wrong with the verb of an operation.
fn wrong_verb(operation: &Operation) -> Option<String> {
    let (found, id) = (verb(&operation.id), operation.id.as_str());
    let expected = match operation.method.as_str() {
        _ if OTHER_VERBS.contains(&id) || OTHER_POSTS.contains(&id) => return None,
        "POST" => match act(&operation.path) {
            Some(act) if act == found => return None,
            Some(act) => act,
            None if CREATES.contains(&found) => return None,
            None => "a verb of `CREATES`, or a path that ends with one of `ACTS`",
        },
        "GET" if found == "list" => return None,
        "GET" => "get",
        "PUT" => "replace",
        "PATCH" => "update",
        "DELETE" => "delete",
        other => return Some(format!("{other} is not used here")),
    };
    (found != expected).then(|| format!("the operation id begins with `{found}`, not with {expected}"))
}

#[test]
fn an_operation_id_begins_with_the_verb_of_its_method_or_act() {
    let (mut wrong, mut acts, mut others) = (Complaints::default(), BTreeSet::new(), BTreeSet::new());
    for operation in operation::all() {
        acts.extend(act(&operation.path).filter(|_| operation.method == Method::POST));
        others.insert(operation.id.clone());
        if let Some(what) = wrong_verb(&operation) {
            wrong.0.push(format!("{}: {what}", operation.name()));
        }
    }
    for (known, _) in ACTS {
        wrong.require(acts.contains(known), || format!("no operation has the act `{known}`"));
    }
    for id in OTHER_POSTS.iter().chain(OTHER_VERBS) {
        wrong.require(others.contains(*id), || format!("there is no operation {id}"));
    }
    wrong.assert_empty();
}

#[test]
fn verbs_of_paths_and_ids_are_found() {
    for (path, expected) in [
        ("/v1/appointments/{id}/cancel", Some("cancel")),
        ("/v1/referrals/{id}/withdraw-consent", Some("withdraw")),
        ("/v1/hubs/{id}/coordinators/{account_id}/end", Some("end")),
        ("/v1/practitioners/{id}/notes", None),
        ("/v1/password-resets/complete", None),
        ("/v1/appointments/{id}", None),
    ] {
        assert_eq!(act(path), expected, "{path}");
    }
    assert_eq!((verb("cancelAppointment"), verb("lookUpReferral"), verb("send-to-panel")), ("cancel", "look", "send"));
}

#[test]
fn a_summary_begins_with_the_verb_of_the_operation_id() {
    let (mut wrong, mut tried) = (Complaints::default(), 0);
    for (name, raw) in raw_operations(&operation::document()) {
        let (id, summary) = (raw["operationId"].as_str().unwrap(), raw["summary"].as_str().unwrap());
        let expected = if id.ends_with("Pdf") { "download" } else { verb(id) };
        tried += 1;
        let first = summary.split(' ').next().unwrap().to_lowercase();
        wrong.require(first == expected, || format!("{name} ({id}): {summary:?} does not begin with `{expected}`"));
    }
    assert!(tried > 300, "only {tried} summaries were read");
    wrong.assert_empty();
}

#[test]
fn an_operation_lists_exactly_when_it_returns_a_page() {
    let (mut wrong, mut lists) = (Complaints::default(), 0);
    for operation in operation::all().iter().filter(|operation| operation.method == Method::GET) {
        let schema = operation.responses["200"]["content"]["application/json"]["schema"]["$ref"].as_str().unwrap_or_default();
        lists += usize::from(schema.ends_with("Page"));
        wrong.require(schema.ends_with("Page") == (verb(&operation.id) == "list"), || {
            format!("{}: `list` is for pages, and `get` for the rest", operation.name())
        });
    }
    assert!(lists > 50, "only {lists} lists were found");
    wrong.assert_empty();
}

#[test]
fn what_belongs_to_the_caller_is_called_my() {
    let mut wrong = Complaints::default();
    for operation in operation::all() {
        let own = operation.path == "/v1/me" || operation.path.starts_with("/v1/me/");
        let says_so = operation.id.contains("My") || operation.id.ends_with("Me");
        let exempt = operation.method == Method::POST || OTHER_VERBS.contains(&operation.id.as_str());
        wrong.require(own == says_so || (own && exempt), || {
            format!("{}: an id contains `My` when the path is below `/v1/me`, and only then", operation.name())
        });
    }
    wrong.assert_empty();
}

/// Parts of a path, members and parameters for which the contract has another name, with that name.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("changed_at", "updated_at"),
    ("changed_by", "updated_by, or `by` in a history"),
    ("due_by", "due_on, due_at or due_until"),
    ("explanation", "note"),
    ("last_day", "valid_until"),
    ("practitioner_reference", "reference"),
    ("q", "search"),
    ("remarks", "note"),
    ("staff_id", "account_id"),
    ("tell_practitioner", "inform_practitioner"),
    ("to", "until"),
    ("valid_to", "valid_until"),
    ("versions", "history"),
    ("words", "note"),
    ("written_at", "recorded_at"),
    ("written_by", "recorded_by"),
];

/// Where a name of [`OTHER_NAMES`] has another meaning: the days of a counted period.
const MEANT_OTHERWISE: &[&str] = &["BoardFundingPeriod/last_day", "FigurePeriod/last_day", "RegistrationPeriod/last_day"];

/// Schemas with a `status`: that of HTTP, of the health check, and clinical findings. Where a record is in its life is its `state`.
const HAS_STATUS: &[&str] =
    &["AllergiesView", "Health", "LetterMedicineView", "PregnancyForm", "PregnancyView", "Problem", "ReplaceAllergies"];

#[test]
fn one_thing_has_one_name() {
    let document = operation::document();
    let other = |name: &str| OTHER_NAMES.iter().find(|(known, _)| *known == name).map(|(_, instead)| *instead);
    let (mut wrong, mut tried) = (Complaints::default(), 0);
    for (schema, found) in schemas(&document) {
        for member in found["properties"].as_object().into_iter().flatten().map(|(member, _)| member) {
            tried += 1;
            let place = format!("{schema}/{member}");
            if let Some(instead) = other(member).filter(|_| !MEANT_OTHERWISE.contains(&place.as_str())) {
                wrong.0.push(format!("{place}: write {instead}"));
            }
            wrong.require(!member.starts_with("is_"), || format!("{place}: leave `is_` out"));
            wrong.require(member != "status" || HAS_STATUS.contains(&schema.as_str()), || format!("{place}: write state"));
        }
        let history = schema.ends_with("HistoryEntry");
        let former = ["Version", "EventView", "Status"].iter().find(|end| schema.ends_with(*end) && !history);
        let allowed = ["AllergyStatus", "ContactRequestStatus", "LetterMedicineStatus", "PregnancyStatus", "ReferralStatus"];
        wrong.require(former.is_none() || allowed.contains(&schema.as_str()), || {
            format!("{schema}: an entry of a history is a `…HistoryEntry`, and a state a `…State`")
        });
    }
    for operation in operation::all() {
        for part in operation.path.split('/').filter(|part| !part.starts_with('{')) {
            if let Some(instead) = other(part) {
                wrong.0.push(format!("{}: write {instead} in the path", operation.name()));
            }
        }
        for parameter in operation.parameters_in("query") {
            let name = parameter.name.as_str();
            if let Some(instead) = other(name) {
                wrong.0.push(format!("{}: the parameter {name} is called {instead}", operation.name()));
            }
            wrong.require(name != "status", || format!("{}: the parameter status is called state", operation.name()));
        }
    }
    assert!(tried > 1500, "only {tried} members were read");
    wrong.assert_empty();
}

/// Names of times and days that do not end with `_at` or `_on`: the ends of periods, and a few that are what people call them.
const OTHER_TIMES: &[(&str, &str)] = &[
    ("at", "date-time"),
    ("covers_from", "date"),
    ("covers_until", "date"),
    ("date_of_birth", "date"),
    ("day", "date"),
    ("due_before", "date"),
    ("due_from", "date"),
    ("due_until", "date"),
    ("first_day", "date"),
    ("free_from", "date-time"),
    ("free_until", "date-time"),
    ("from", "date-time"),
    ("held_from", "date-time"),
    ("held_until", "date-time"),
    ("keep_until", "date"),
    ("kept_until", "date"),
    ("last_day", "date"),
    ("last_seen_before", "date"),
    ("leads_since", "date-time"),
    ("on", "date"),
    ("open_until", "date-time"),
    ("other_words_until", "date"),
    ("readable_until", "date-time"),
    ("record_kept_until", "date"),
    ("review_due_before", "date"),
    ("since", "date-time"),
    ("slots_until", "date"),
    ("until", "date-time"),
    ("valid_from", "date"),
    ("valid_until", "date"),
    ("waiting_since", "date-time"),
];

/// Requires the format that the name of a member or parameter promises.
fn timed(place: &str, name: &str, schema: &Value, wrong: &mut Complaints) {
    let format = schema["format"].as_str().unwrap_or_default();
    let promised = match name {
        _ if name.ends_with("_at") => Some("date-time"),
        _ if name.ends_with("_on") => Some("date"),
        _ => OTHER_TIMES.iter().find(|(known, _)| *known == name).map(|(_, format)| *format),
    };
    let is_time = matches!(format, "date" | "date-time");
    match promised {
        Some(promised) if is_time || name.ends_with("_at") || name.ends_with("_on") => {
            wrong.require(format == promised, || format!("{place}: the name promises a {promised}, and it is {format:?}"));
        }
        // `from` and `until` are also times of day and months.
        Some(_) => {}
        None => wrong.require(!is_time, || format!("{place}: a time ends with `_at` and a day with `_on`")),
    }
}

#[test]
fn names_of_times_days_people_and_money_keep_what_they_promise() {
    let document = operation::document();
    let (mut wrong, mut used) = (Complaints::default(), BTreeMap::<&str, usize>::new());
    for (schema, found) in schemas(&document) {
        for (member, inner) in found["properties"].as_object().into_iter().flatten() {
            let (place, inner) = (format!("{schema}/{member}"), resolve(&document, inner));
            timed(&place, member, &inner, &mut wrong);
            // The signatory of an employer's statement has no account.
            if (member == "by" || member.ends_with("_by")) && member != "given_by" {
                *used.entry("by").or_default() += 1;
                wrong.require(inner["format"] == "uuid", || format!("{place}: `by` names an account by its id"));
            }
            if ["pounds", "_pence", "amount", "budget", "price"].iter().any(|word| member.contains(word))
                && type_of(&inner) == "integer"
            {
                *used.entry("pence").or_default() += 1;
                wrong.require(member.ends_with("_pence"), || {
                    format!("{place}: money is in pence, and its name ends with `_pence`")
                });
            }
        }
    }
    for operation in operation::all() {
        for parameter in operation.parameters_in("query") {
            let place = format!("{}: {}", operation.name(), parameter.name);
            timed(&place, &parameter.name, &parameter.schema, &mut wrong);
            wrong.require(!parameter.name.ends_with("_pounds"), || format!("{place}: money is in pence"));
        }
    }
    assert!(used["by"] > 30 && used["pence"] > 5, "{used:?}");
    wrong.assert_empty();
}

/// Ends of problem codes for which the contract has another, with that one.
const OTHER_ENDS: &[(&str, &str)] = &[("_missing", "_required"), ("_needed", "_required"), ("_not_set", "_required")];

#[test]
fn codes_name_what_is_required_alike() {
    let mut wrong = Complaints::default();
    for code in Code::ALL {
        for (end, instead) in OTHER_ENDS {
            wrong.require(!code.as_str().ends_with(end), || format!("{}: codes end with {instead}", code.as_str()));
        }
    }
    // A client that does the same about two codes needs one.
    let mut reactions = BTreeMap::new();
    for code in Code::ALL {
        let same = reactions.insert((code.status(), code.meaning()), code.as_str());
        wrong.require(same.is_none(), || format!("{} and {same:?} mean the same", code.as_str()));
    }
    wrong.assert_empty();
}
