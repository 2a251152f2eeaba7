//! Tries the cells of the table.

use std::collections::BTreeSet;

use actix_web::http::Method;
use confide::platform::ids::Id;

use super::relations::{RELATIONS, Relation};
use super::requests::Asking;
use super::rules::{Expected, Kind, group_of};
use super::trail::{self, Harmless};
use super::world::World;
use crate::guards::journey::row_counts;
use crate::guards::operation::{self, Operation};
use crate::support::TestApp;
use crate::support::actors::Actor;
use crate::support::reply::{CheckedReply, Reply};
use crate::support::statements::Statements;

/// Headers that differ between two equal answers.
const VARYING: &[&str] = &["date", "x-request-id"];

/// Tables in which a refused request may write: what was tried, what answers a repeated request, and that a privacy officer read the
/// audit trail, of which the other officers are informed.
const TRACES: &[&str] = &["audit_events", "idempotency_keys", "audit_flags"];

/// The codes with which a change of the record is refused after care.
const ENDED: &[&str] = &["care_ended", "not_in_care", "already_exists"];

/// Cells that are tried in another way, and why.
pub struct Exception {
    pub operations: &'static [&'static str],
    pub relations: &'static [Relation],
    pub why: &'static str,
}

impl Exception {
    fn covers(&self, operation: &Operation, relation: Relation) -> bool {
        self.operations.contains(&operation.id.as_str()) && self.relations.contains(&relation)
    }
}

/// The cells that are tried, and what was found.
pub struct Trial {
    operations: Vec<Operation>,
    /// Cells that the table allows and that cannot be shown to be so.
    pub not_shown: &'static [Exception],
    /// Hidden cells in which every id is refused with another answer than 404.
    pub refused_alike: &'static [Exception],
    /// How many cells were tried.
    pub tried: usize,
    /// What is contrary to the table.
    pub wrong: Vec<String>,
}

impl Trial {
    pub fn new(not_shown: &'static [Exception], refused_alike: &'static [Exception]) -> Self {
        Self { operations: operations(), not_shown, refused_alike, tried: 0, wrong: Vec::new() }
    }

    /// The same without these operations, and without findings.
    pub fn without(&self, operations: &[&str]) -> Self {
        let mut left = Self::new(self.not_shown, self.refused_alike);
        left.operations.retain(|operation| !operations.contains(&operation.id.as_str()));
        left
    }

    pub fn reads(&self) -> Self {
        let mut left = Self::new(self.not_shown, self.refused_alike);
        left.operations.retain(|operation| operation.method == Method::GET);
        left
    }

    /// Fails with everything that is contrary to the table.
    pub fn report(&self, least: usize) {
        assert!(self.wrong.is_empty(), "{} answers are wrong:\n{}", self.wrong.len(), self.wrong.join("\n"));
        assert!(self.tried >= least, "only {} cells were tried", self.tried);
    }

    fn add(&mut self, relation: Relation, operation: &Operation, what: &str) {
        self.wrong.push(format!("{relation:?}: {} {what}", operation.name()));
    }

    /// Tries everything that a caller must not be shown, and compares the tables before and after.
    pub async fn try_refused(&mut self, world: &World, relation: Relation) {
        let asking = asking(world, relation);
        let before = counts(world).await;
        for operation in &self.operations.clone() {
            let expected = group_of(&operation.id).unwrap().expected(relation);
            if changes_own_data(operation, expected) {
                continue;
            }
            self.tried += usize::from(expected != Expected::Yes);
            let wrong = match expected {
                Expected::Yes => Vec::new(),
                Expected::Hidden => {
                    let alike = self.refused_alike.iter().any(|exception| exception.covers(operation, relation));
                    try_hidden(&asking, alike, operation).await
                }
                Expected::LeftOut => try_left_out(&asking, operation).await,
                Expected::No | Expected::Ended => try_no(&asking, (relation, expected), operation).await,
            };
            wrong.iter().for_each(|what| self.add(relation, operation, what));
        }
        let after = counts(world).await;
        for (table, count) in after.iter().filter(|(table, count)| before.get(*table) != Some(count)) {
            self.wrong.push(format!("{relation:?}: the refused requests changed {table}: {:?}, {count}", before.get(table)));
        }
    }

    /// Compares the statements of every 404 about the practitioner and their records with those of a 404 about unknown ids: its time does
    /// not tell its reason. `heard` is the same application with its statements.
    pub async fn compare_statements(&mut self, world: &World, heard: (&TestApp, &Statements), relation: Relation) {
        let asking = Asking { app: heard.0, ..asking(world, relation) };
        for operation in &self.operations.clone() {
            let alike = self.refused_alike.iter().any(|exception| exception.covers(operation, relation));
            if alike || group_of(&operation.id).unwrap().expected(relation) != Expected::Hidden {
                continue;
            }
            self.tried += 1;
            let mut differing = None;
            // The first request of a kind looks up types, and the first in a while writes when the session was last used.
            for _ in 0..3 {
                let (_, theirs) = heard.1.of(asking.about_them(operation).send()).await;
                let (_, unknown) = heard.1.of(asking.about_unknown_ids(operation).send()).await;
                differing = (theirs != unknown || theirs.len() < 3).then_some((theirs, unknown));
                if differing.is_none() {
                    break;
                }
            }
            if let Some((theirs, unknown)) = differing {
                self.add(relation, operation, &format!("takes {theirs:?}, and {unknown:?} for an unknown id"));
            }
        }
    }

    /// Has a privacy officer who must not meet the practitioner read the trail page by page, and as tables of what others did, once those
    /// were refused. And one who may meet them, who sees more.
    pub async fn try_trail(&mut self, world: &World, refused: &[Relation]) {
        let (blocked, other) = (Relation::PrivacyOfficerBlocked, Relation::PrivacyOfficer);
        let officer = world.caller(blocked).unwrap();
        let (signs, harmless) = (world.records(blocked).signs(), Harmless::to(officer.id));
        let mut shown = pages(officer, "refused=true").await;
        for relation in refused {
            let actor = world.caller(*relation).unwrap().id;
            let table =
                officer.get(&format!("/v1/audit-events/export?reason=incident&actor_id={actor}")).send().await.expect(200);
            shown.extend(trail::rows(&table));
        }
        self.tried += shown.len();
        if let Some(sign) = trail::sign_in(&shown, &signs, &harmless) {
            self.wrong.push(format!("{blocked:?}: the trail {sign}"));
        }
        let by_role = shown.iter().filter(|row| harmless.is_refused_by_role(row));
        let tried = by_role.filter(|row| signs.iter().any(|sign| row.text.contains(sign.as_str()))).count();
        assert!(tried > 20, "only {tried} attempts of the wrong role name a record of the practitioner");
        let practitioner = world.records(blocked).practitioner.id;
        let about = pages(world.caller(other).unwrap(), &format!("refused=true&practitioner_id={practitioner}")).await;
        let kinds: BTreeSet<&str> = about.iter().map(|row| row.kind.as_str()).collect();
        for kind in
            ["appointment", "audit_event", "contact", "contact_task", "group_enrolment", "hub_referral", "invitation", "note"]
        {
            if !kinds.contains(kind) {
                self.wrong.push(format!("{other:?}: no refusal about a record of the kind {kind} names the practitioner"));
            }
        }
    }

    /// Tries everything that these callers may do, one operation after the other, so that what ends something comes last for
    /// everyone.
    pub async fn try_granted(&mut self, world: &World, relations: &[Relation]) {
        for operation in &self.operations.clone() {
            let group = group_of(&operation.id).unwrap();
            for relation in relations.iter().filter(|relation| group.expected(**relation) == Expected::Yes) {
                self.tried += 1;
                let asking = asking(world, *relation);
                let refusal = if group.kind == Kind::List {
                    try_listed(&asking, operation).await
                } else {
                    try_one(&asking, operation).await
                };
                let exception = self.not_shown.iter().find(|exception| exception.covers(operation, *relation));
                match (refusal, exception) {
                    (Some(refusal), None) => self.add(*relation, operation, &refusal),
                    (None, Some(Exception { why, .. })) => {
                        self.add(*relation, operation, &format!("is as the table says: remove the exception ({why})"));
                    }
                    _ => {}
                }
            }
        }
    }
}

/// All relations, in the order in which what they may do is tried: a clinician on duty knows of the practitioner only until the alert
/// is closed.
pub fn relations() -> Vec<Relation> {
    let mut relations: Vec<Relation> = RELATIONS.iter().map(|(relation, ..)| *relation).collect();
    relations.sort_by_key(|relation| *relation != Relation::OnDuty);
    relations
}

/// The operations of the table: reads first, then what changes or ends something, and what ends most at the end.
fn operations() -> Vec<Operation> {
    let ends = ["cancel", "close", "decline", "end", "leave", "remove", "revoke", "withdraw"];
    let rank = |operation: &Operation| match (&operation.method, operation.id.as_str()) {
        (&Method::GET, _) => 0,
        (_, "breakGlass" | "lookUpPractitioner") => 5,
        (_, "dischargePractitioner" | "endBreakGlass") => 4,
        (&Method::DELETE, _) => 3,
        (_, id) if ends.iter().any(|verb| id.starts_with(verb)) => 2,
        _ => 1,
    };
    let mut operations = operation::all();
    operations.retain(|operation| group_of(&operation.id).is_some());
    operations.sort_by_key(rank);
    operations
}

/// The caller of a relation with what they ask.
fn asking(world: &World, relation: Relation) -> Asking<'_> {
    let caller: Option<&Actor> = world.caller(relation);
    let clinician = caller.filter(|_| relation.role() == "clinician").map_or(world.cleo, |caller| caller.id);
    Asking {
        app: &world.app,
        records: world.records(relation),
        token: caller.map(|caller| caller.token.as_str()),
        caller: caller.map_or(Id::NO_RECORD, |caller| caller.id),
        clinician,
        whole_trail: relation == Relation::PrivacyOfficerBlocked,
        own: relation == Relation::Own,
    }
}

/// Whether the operation changes what belongs to the caller, whatever relation they have.
fn changes_own_data(operation: &Operation, expected: Expected) -> bool {
    expected == Expected::LeftOut && operation.roles == ["practitioner"] && operation.method != Method::GET
}

async fn counts(world: &World) -> std::collections::BTreeMap<String, String> {
    let mut counts = row_counts(&world.app).await;
    counts.retain(|table, _| !TRACES.contains(&table.as_str()));
    counts
}

fn status_and_code(reply: &Reply) -> (u16, String) {
    (reply.status.as_u16(), reply.json["code"].as_str().unwrap_or_default().to_owned())
}

/// The status, the headers and the body, apart from what differs between equal answers.
fn shown(reply: &CheckedReply) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let headers = reply.headers.iter().filter(|(name, _)| !VARYING.contains(&name.as_str()));
    let mut headers: Vec<_> =
        headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect();
    headers.sort();
    (reply.status.as_u16(), headers, reply.body.to_vec())
}

/// The rows of the trail that an officer is shown, on all pages.
async fn pages(officer: &Actor, query: &str) -> Vec<trail::Row> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = officer.get(&format!("/v1/audit-events?limit=100&{query}{cursor}")).send().await.expect(200);
        rows.extend(trail::rows(&page));
        let Some(next) = page.json["next_cursor"].as_str() else { return rows };
        cursor = format!("&cursor={next}");
    }
}

/// What in an answer tells of the practitioner.
fn sign_in_answer(asking: &Asking<'_>, reply: &CheckedReply) -> Option<String> {
    sign_among(&asking.records.signs(), reply)
}

fn sign_among(signs: &[String], reply: &CheckedReply) -> Option<String> {
    let text = String::from_utf8_lossy(&reply.body).to_lowercase();
    let (sign, at) = signs.iter().find_map(|sign| Some((sign, text.find(sign.as_str())?)))?;
    let around: String = text.chars().skip(text[..at].chars().count().saturating_sub(200)).take(400).collect();
    Some(format!("shows {sign}: …{around}…"))
}

/// How an answer about the practitioner differs from one about an unknown id; `alike`: every id is refused with another answer
/// than 404.
async fn try_hidden(asking: &Asking<'_>, alike: bool, operation: &Operation) -> Vec<String> {
    let theirs = asking.about_them(operation).send().await;
    let unknown = asking.about_unknown_ids(operation).send().await;
    let mut wrong = Vec::new();
    if (theirs.status != 404) != alike || theirs.status.as_u16() < 400 {
        wrong.push(format!("answers {:?}, expected 404", status_and_code(&theirs)));
    }
    if shown(&theirs) != shown(&unknown) {
        wrong.push(format!("differs from an unknown id: {:?} and {:?}", shown(&theirs), shown(&unknown)));
    }
    wrong.extend(sign_in_answer(asking, &theirs));
    wrong
}

/// How an answer does not leave the practitioner out.
async fn try_left_out(asking: &Asking<'_>, operation: &Operation) -> Vec<String> {
    let reply = asking.about_them(operation).send().await;
    let signs = asking.records.signs();
    let sign = if operation.path.starts_with("/v1/audit-events") && reply.status == 200 {
        trail::sign_in(&trail::rows(&reply), &signs, &Harmless::to(asking.caller))
    } else {
        sign_among(&signs, &reply)
    };
    let mut wrong: Vec<String> = sign.into_iter().collect();
    if operation.parameters_in("query").any(|parameter| parameter.name == "practitioner_id") {
        let theirs = asking.filtered(operation, asking.records.practitioner.id).send().await;
        let unknown = asking.filtered(operation, Id::new(asking.app.now())).send().await;
        if shown(&theirs) != shown(&unknown) {
            wrong.push("answers a filter by their id in another way than by an unknown one".to_owned());
        }
    }
    wrong
}

/// How an answer is not the refusal of a role or of a change after care.
async fn try_no(asking: &Asking<'_>, (relation, expected): (Relation, Expected), operation: &Operation) -> Vec<String> {
    let reply = asking.about_them(operation).send().await;
    let (status, code) = status_and_code(&reply);
    let right = match expected {
        Expected::Ended => status == 409 && ENDED.contains(&code.as_str()),
        _ if relation == Relation::Anonymous => status == 401 && code == "not_signed_in",
        _ => status == 403 && code == "wrong_role" && reply.json["errors"] == serde_json::json!([]),
    };
    let wrong = (!right).then(|| format!("answers {status} {code}"));
    wrong.into_iter().chain(sign_in_answer(asking, &reply)).collect()
}

/// How a list does not show the practitioner.
async fn try_listed(asking: &Asking<'_>, operation: &Operation) -> Option<String> {
    let reply = asking.about_them(operation).send().await;
    let response = status_and_code(&reply);
    if asking.own && (operation.path.starts_with("/v1/me/") || operation.method != Method::GET) {
        return [401, 403, 404].contains(&response.0).then(|| format!("answers {response:?}"));
    }
    let is_shown = response.0 == 200 && sign_in_answer(asking, &reply).is_some();
    (!is_shown).then(|| format!("does not show the practitioner: {response:?} {}", reply.json))
}

/// How an operation does not act for the caller.
async fn try_one(asking: &Asking<'_>, operation: &Operation) -> Option<String> {
    // The unknown id first: the request about the practitioner may end what the other needs.
    let unknown = asking.about_unknown_ids(operation).send().await;
    let theirs = asking.about_them(operation).send().await;
    let response = status_and_code(&theirs);
    if [401, 403, 404].contains(&response.0) {
        return Some(format!("answers {response:?}"));
    }
    let tells_nothing = response == status_and_code(&unknown) && !asking.leaves_out(operation);
    tells_nothing.then(|| format!("answers {response:?} for every id: {}", theirs.json["errors"]))
}
