//! Who gets what: every operation that is about a practitioner, for every caller and every relation between the caller and the
//! practitioner, with real records on both engines. `groups.rs` has what each must get; `docs/access-table.md` is made from it.
//!
//! The answer for a caller who may not know of a practitioner is the one for an id that does not exist, byte for byte, writes
//! nothing but the audit trail, and contains no id and no word of the practitioner's.

mod cells;
mod document;
mod groups;
pub mod records;
mod relations;
mod requests;
mod rules;
mod trail;
mod world;

use cells::{Exception, Trial};
use groups::GROUPS;
use relations::RELATIONS;
use relations::Relation::{self, *};
use rules::Expected;
use world::World;

use super::operation;
use crate::support::{TestApp, apply, both_engines};

/// Cells that the table allows and that cannot be shown to be so here, and why.
const NOT_SHOWN: &[Exception] = &[
    Exception {
        operations: &["getDischarge"],
        relations: &[Treats, ClinicianBreakGlass],
        why: "the practitioner in care was not discharged",
    },
    Exception {
        operations: &["readmitPractitioner"],
        relations: &[Administrator],
        why: "administrators know only of a practitioner who was recorded as dead",
    },
    Exception {
        operations: &["recordGroupAttendance"],
        relations: &[PhoneCall],
        why: "the group has ended, so every id of a place is refused",
    },
];

/// Hidden cells in which every id is refused with another answer than 404, and why.
const REFUSED_ALIKE: &[Exception] = &[
    Exception {
        operations: &["bookAppointment", "createFundingRequest", "createGroupEnrolment", "joinGroupWaitingList", "listSlots"],
        relations: &[OtherPractitioner],
        why: "practitioners act for themselves and name no one",
    },
    Exception {
        operations: &["createReferral"],
        relations: &[ContactLine, CallHandlerBlocked, OwnHub, OtherHub, HubSameTrust, HubBlocked],
        why: "only coordinators refer a registered practitioner",
    },
    Exception {
        operations: &["recordGroupAttendance"],
        relations: &[
            ReadsAfterCare,
            CareEndedLongAgo,
            NothingOpen,
            CoordinatorBlocked,
            CoordinatorSameTrust,
            CoordinatorBreakGlass,
        ],
        why: "a place that is not in the session is refused like one that does not exist",
    },
    Exception {
        operations: &["createGroupNote"],
        relations: &[ReadsAfterCare, CareEndedLongAgo],
        why: "a place that is not in the session is refused like one that does not exist",
    },
];

#[test]
fn operations_about_a_person_are_in_one_group() {
    let operations = operation::all();
    let mut wrong = Vec::new();
    for operation in &operations {
        let groups: Vec<_> = GROUPS.iter().filter(|group| group.operations.contains(&operation.id.as_str())).collect();
        match (&groups[..], requests::is_about_a_person(operation)) {
            ([], true) => wrong.push(format!("{} is in no group of groups.rs", operation.name())),
            ([group], _) if operation.roles != group.roles => {
                wrong.push(format!("{} has the roles {:?}, and its group {:?}", operation.name(), operation.roles, group.title));
            }
            ([_, _, ..], _) => wrong.push(format!("{} is in several groups", operation.name())),
            _ => {}
        }
    }
    for id in GROUPS.iter().flat_map(|group| group.operations) {
        if !operations.iter().any(|operation| operation.id == *id) {
            wrong.push(format!("{id} is no operation"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(document::repeated_titles().is_empty(), "{:?}", document::repeated_titles());
    assert!(requests::unused_starts().is_empty(), "{:?}", requests::unused_starts());
}

/// Writes the document with `UPDATE_ACCESS_TABLE=1`, and compares it otherwise.
#[test]
fn table_is_the_committed_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/access-table.md");
    let text = document::render();
    if std::env::var_os("UPDATE_ACCESS_TABLE").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == text, "run UPDATE_ACCESS_TABLE=1 cargo test --test api -- guards::access::table");
}

#[apply(both_engines)]
async fn callers_get_what_the_table_says(app: TestApp) {
    let mut world = World::new(&app).await;
    let mut trial = Trial::new(NOT_SHOWN, REFUSED_ALIKE);
    // The last first: a privacy officer exports the whole trail, and a table has at most 10,000 rows.
    for (relation, ..) in RELATIONS.iter().rev() {
        trial.try_refused(&world, *relation).await;
    }
    trial.try_trail(&world, REFUSED).await;
    trial.try_granted(&world, &cells::relations()).await;
    trial.report(4000);
    // Clinicians read for thirty days after care.
    world.move_on(19).await;
    let mut reads = trial.reads();
    reads.try_granted(&world, &[ReadsAfterCare]).await;
    reads.report(30);
    world.move_on(2).await;
    world.end_reading_time();
    let mut later = trial.without(&AFTER_READING_TIME);
    later.try_refused(&world, CareEndedLongAgo).await;
    later.report(80);
}

/// Callers whose refused attempts are in the trail, and who tried records of every kind.
const REFUSED: &[Relation] =
    &[NeverMet, ClinicianBlocked, CoordinatorBlocked, CallHandlerBlocked, HubBlocked, CommissionerBlocked, Administrator];

#[apply(both_engines)]
async fn hidden_records_take_the_statements_of_unknown_ones(app: TestApp) {
    let world = World::new(&app).await;
    let (counted, statements) = app.counting_statements().await;
    let mut trial = Trial::new(NOT_SHOWN, REFUSED_ALIKE);
    for relation in HIDDEN_FROM {
        trial.compare_statements(&world, (&counted, &statements), *relation).await;
    }
    trial.report(400);
}

/// Callers of every role that deals with practitioners, who may not know of them.
const HIDDEN_FROM: &[Relation] = &[
    OtherPractitioner,
    CareEndedLongAgo,
    NeverMet,
    ClinicianBlocked,
    SameEmployer,
    NothingOpen,
    CoordinatorBlocked,
    CallHandlerBlocked,
    OtherHub,
    HubBlocked,
    OtherArea,
    CommissionerBlocked,
    AdministratorBlocked,
    PrivacyOfficerBlocked,
];

/// What a clinician gets after the thirty days: their own appointment, which was cancelled and would have been later than the end of
/// care, and the break-glass access that they have just had.
const AFTER_READING_TIME: [&str; 7] = [
    "cancelAppointment",
    "getAppointment",
    "listAppointments",
    "listBreakGlass",
    "moveAppointment",
    "recordAttendance",
    "replaceAppointmentPhone",
];

/// Three people who are near the practitioner: a coordinator of the same trust, a clinician who treated them and was blocked, and a
/// coordinator of the hub that they were referred to, of the same trust.
const NEAR: &[Relation] = &[CoordinatorSameTrust, ClinicianBlocked, HubSameTrust];

#[test]
fn people_who_are_near_may_do_nothing() {
    // A call from a person of one's own employer is answered like any other.
    let contact_line = ["closeContact", "listContacts"];
    for group in GROUPS.iter().filter(|group| !group.operations.iter().any(|id| contact_line.contains(id))) {
        for relation in NEAR {
            let expected = group.expected(*relation);
            assert!(!matches!(expected, Expected::Yes | Expected::Ended), "{relation:?}: {}", group.title);
        }
    }
}

#[apply(both_engines)]
async fn people_who_are_near_find_nothing(app: TestApp) {
    let world = World::new(&app).await;
    let mut trial = Trial::new(NOT_SHOWN, REFUSED_ALIKE);
    for relation in NEAR {
        trial.try_refused(&world, *relation).await;
    }
    trial.report(400);
}
