//! One question before everything clinical: a clinician who treated somebody reads all of it until thirty days after care has ended
//! and nothing afterwards, and does nothing any more from the moment that it ends, but for stopping a wrong document. Every operation of care that clinicians may
//! call is either tried here or said to be about something else.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use confide::care::groups::queries::records::{self, GroupNote, NoteContent};
use confide::platform::ids::Id;
use serde_json::{Value, json};

use super::operation;
use crate::support::actors::Actor;
use crate::support::clinical_record::{note_about, of, penicillin, plan_until};
use crate::support::fit_notes;
use crate::support::follow_ups::in_two_weeks;
use crate::support::groups::therapy;
use crate::support::practitioners::phq9_at_risk;
use crate::support::prescriptions::sertraline;
use crate::support::{TestApp, apply, both_engines};

/// What reads something clinical of one person.
const READS: &[&str] = &[
    "listAssessments",
    "getAssessment",
    "getFeedback",
    "listFitNotes",
    "getFitNote",
    "getFitNoteDuplicatePdf",
    "getFitNotePdf",
    "getFollowUp",
    "getGroupNote",
    "getNote",
    "getPractitioner",
    "getAllergies",
    "listAllergyHistory",
    "getCarePlan",
    "listCarePlanHistory",
    "getDischarge",
    "listPractitionerFollowUps",
    "getGpSharing",
    "listGpSharingHistory",
    "listGroupNotes",
    "listPractitionerReferrals",
    "getLeadClinician",
    "listNotes",
    "listProblems",
    "getProgress",
    "listClaimedSelfChecks",
    "listPrescriptions",
    "getPrescription",
    "getPrescriptionPdf",
    "getProblem",
    "listProblemHistory",
    "listReturnToWorkPlans",
    "getReturnToWorkPlan",
    "getRiskAlert",
];

/// Lists of several people's: the person is in them while they may be read about.
const LISTS: &[&str] = &["listFeedback", "listRiskAlerts"];

/// What does something for one person.
const WRITES: &[&str] = &[
    "issueFitNote",
    "issueFitNoteDuplicate",
    "createReturnToWorkPlan",
    "replaceFollowUp",
    "linkFollowUpAppointment",
    "cancelFollowUp",
    "createFollowUpContact",
    "createFollowUp",
    "replaceAllergies",
    "requestAssessment",
    "replaceCarePlan",
    "dischargePractitioner",
    "replaceGpSharing",
    "createPractitionerReferral",
    "replaceLeadClinician",
    "createProblem",
    "updateProblem",
    "createScore",
    "createPrescription",
    "replacePrescription",
    "signPrescription",
    "issuePrescription",
    "acknowledgeRiskAlert",
    "createAssessmentOutcome",
];

/// What stops a wrong document: allowed as long as the document may be read.
const CORRECTIONS: &[&str] = &["withdrawFitNote", "cancelPrescription"];

/// Those of [`WRITES`] that tell nobody that care has ended: for a clinician who treats nobody there is nobody for whom such a thing
/// could be written or done, whether or not they may still read. The others change or end the care itself, or the parts of the record that
/// a clinician was keeping, and say that it is over.
const FOR_THOSE_WHO_TREAT: &[&str] = &[
    "issueFitNote",
    "issueFitNoteDuplicate",
    "createReturnToWorkPlan",
    "replaceFollowUp",
    "linkFollowUpAppointment",
    "cancelFollowUp",
    "createFollowUpContact",
    "createFollowUp",
    "requestAssessment",
    "createPractitionerReferral",
    "createScore",
    "createPrescription",
    "replacePrescription",
    "signPrescription",
    "issuePrescription",
    "acknowledgeRiskAlert",
];

/// Not about one person's care: work lists of those who are treated now, what a clinician may prescribe, groups as such. The notes
/// of a session are finished by their author as long as they may be read (`records::notes` tests that).
const OTHERS: &[&str] = &[
    "listCarePlans",
    "getPrescribingRights",
    "listFollowUps",
    "listPractitioners",
    "listMedicines",
    "getPrescribingTerms",
    "getGroupEnrolment",
    "removeGroupMember",
    "replaceGroupNote",
    "signGroupNote",
    "listGroupSessions",
    "getGroupSession",
    "recordGroupAttendance",
    "cancelGroupSession",
    "moveGroupSession",
    "createGroupNote",
    "listGroups",
    "getGroup",
    "listGroupEnrolments",
    "createGroupEnrolment",
    "replaceFacilitatorAgreement",
    "createGroupScreening",
    "listSessionsOfGroup",
    "joinGroupWaitingList",
    "deleteNote",
    "updateNote",
    "createAddendum",
    "signNote",
    "createNote",
];

/// What is grouped under these is about a practitioner's care.
const TAGS_OF_CARE: &[&str] = &[
    "Assessments",
    "Clinical record",
    "Feedback",
    "Fit notes",
    "Follow-ups",
    "Group therapy",
    "Practitioners",
    "Prescriptions",
    "Referrals",
    "Risk alerts",
    "Self-check",
];

#[test]
fn every_operation_of_care_that_a_clinician_may_call_is_in_one_of_the_lists() {
    let document = operation::document();
    let declared: Vec<&str> = document["tags"].as_array().unwrap().iter().filter_map(|tag| tag["name"].as_str()).collect();
    assert!(TAGS_OF_CARE.iter().all(|tag| declared.contains(tag)), "{declared:?}");
    let mut found = BTreeSet::new();
    for operations in document["paths"].as_object().unwrap().values() {
        for operation in operations.as_object().unwrap().values() {
            let clinicians = operation["x-roles"].as_array().is_some_and(|roles| roles.contains(&json!("clinician")));
            let of_care = operation["tags"][0].as_str().is_some_and(|tag| TAGS_OF_CARE.contains(&tag));
            if clinicians && of_care {
                found.insert(operation["operationId"].as_str().unwrap().to_owned());
            }
        }
    }
    let known: Vec<String> = [READS, LISTS, WRITES, CORRECTIONS, OTHERS].concat().iter().map(|id| (*id).to_owned()).collect();
    assert_eq!(known.iter().cloned().collect::<BTreeSet<_>>(), found);
    assert_eq!(known.len(), found.len(), "each is in one list");
}

/// What the scene has made, by the operation that reads or changes it.
struct Made {
    reads: Vec<(&'static str, String)>,
    writes: Vec<(&'static str, &'static str, String, Value)>,
    corrections: Vec<(&'static str, String, Value)>,
    feedback: String,
    alert: String,
}

/// Everything clinical that there is about Ada, made while Cleo treats her.
async fn everything(app: &TestApp, ada: &Actor, cleo: &Actor) -> Made {
    let id = ada.id;
    let appointment = app.sees(ada, cleo).await;
    app.appointment_is(appointment, "attended").await;
    let note = cleo.has_signed(ada, appointment).await;
    let problem = cleo.post(&of(ada, "problems"), json!({ "name": "Burnout", "shared": true })).send().await.expect(201);
    let problem = problem.header("location").unwrap().to_owned();
    cleo.changes(&problem, json!({ "state": "resolved" })).await.expect(200);
    cleo.replaces(ada, "care-plan", plan_until("2027-02-01")).await.expect(200);
    let prescription = format!("/v1/prescriptions/{}", cleo.prescribes(ada, sertraline()).await);
    let draft = format!("/v1/prescriptions/{}", cleo.drafts(ada, sertraline()).await.expect(201).id());
    let fit = cleo.certifies(&fit_notes::four_weeks(ada, appointment)).await.expect(201).id();
    let duplicate = cleo.issues_duplicate(&fit).await.expect(201);
    let duplicate = duplicate.header("location").unwrap().to_owned();
    let back = cleo.proposes(&fit_notes::plan(ada)).await.expect(201).id();
    let follow_up = cleo.agrees(ada, in_two_weeks(appointment)).await.expect(201).id();
    let assessment = ada.starts_assessment().await;
    ada.answers(&assessment, "phq-9", phq9_at_risk(2)).await.expect(200);
    let alert = cleo.open_alerts().await.remove(0);
    let asked =
        json!({ "about": "appointment", "appointment_id": appointment, "comment": "You listened.", "comment_for": "clinician" });
    let feedback = ada.judges_with(asked).await.expect(201).id();
    let group_note = group_note(app, ada).await;
    let hub = app.harbour().await;
    let mine = |what: &str| format!("/v1/{what}?practitioner_id={id}");
    let reads = vec![
        ("listAssessments", mine("assessments")),
        ("getAssessment", assessment.clone()),
        ("getFeedback", format!("/v1/feedback/{feedback}")),
        ("listFitNotes", mine("fit-notes")),
        ("getFitNote", format!("/v1/fit-notes/{fit}")),
        ("getFitNotePdf", format!("/v1/fit-notes/{fit}/pdf")),
        ("getFitNoteDuplicatePdf", duplicate),
        ("getFollowUp", format!("/v1/follow-ups/{follow_up}")),
        ("getGroupNote", group_note),
        ("getNote", note),
        ("getPractitioner", format!("/v1/practitioners/{id}")),
        ("getAllergies", of(ada, "allergies")),
        ("listAllergyHistory", of(ada, "allergies/history")),
        ("getCarePlan", of(ada, "care-plan")),
        ("listCarePlanHistory", of(ada, "care-plan/history")),
        ("getDischarge", of(ada, "discharge")),
        ("listPractitionerFollowUps", of(ada, "follow-ups")),
        ("getGpSharing", of(ada, "gp-sharing")),
        ("listGpSharingHistory", of(ada, "gp-sharing/history")),
        ("listGroupNotes", of(ada, "group-notes")),
        ("listPractitionerReferrals", of(ada, "referrals")),
        ("getLeadClinician", of(ada, "lead-clinician")),
        ("listNotes", of(ada, "notes")),
        ("listProblems", of(ada, "problems")),
        ("getProgress", of(ada, "progress")),
        ("listClaimedSelfChecks", of(ada, "self-checks")),
        ("listPrescriptions", mine("prescriptions")),
        ("getPrescription", prescription.clone()),
        ("getPrescriptionPdf", format!("{prescription}/pdf")),
        ("getProblem", problem.clone()),
        ("listProblemHistory", format!("{problem}/history")),
        ("listReturnToWorkPlans", mine("return-to-work-plans")),
        ("getReturnToWorkPlan", format!("/v1/return-to-work-plans/{back}")),
        ("getRiskAlert", format!("/v1/risk-alerts/{alert}")),
    ];
    let agreed = json!({
        "due_from": "2027-03-01", "due_by": "2027-03-08", "purpose": "review", "kind": "treatment", "clinician_id": cleo.id
    });
    let refers = json!({ "hub_id": hub, "reason": "team_support", "consent": true, "phone": "020 7946 0018" });
    let withdrawal = json!({ "reason": "mistake", "explanation": "Wrong dates.", "with_employer": false });
    let drafted = json!({ "practitioner_id": id, "content": sertraline() });
    let writes = vec![
        ("issueFitNote", "post", "/v1/fit-notes".to_owned(), fit_notes::four_weeks(ada, appointment)),
        ("issueFitNoteDuplicate", "post", format!("/v1/fit-notes/{fit}/duplicates"), Value::Null),
        ("createReturnToWorkPlan", "post", "/v1/return-to-work-plans".to_owned(), fit_notes::plan(ada)),
        ("replaceFollowUp", "put", format!("/v1/follow-ups/{follow_up}"), agreed),
        (
            "linkFollowUpAppointment",
            "post",
            format!("/v1/follow-ups/{follow_up}/link-appointment"),
            json!({ "appointment_id": appointment }),
        ),
        ("cancelFollowUp", "post", format!("/v1/follow-ups/{follow_up}/cancel"), json!({ "reason": "not_needed" })),
        (
            "createFollowUpContact",
            "post",
            format!("/v1/follow-ups/{follow_up}/contacts"),
            json!({ "outcome": "no_answer", "note": "Rang." }),
        ),
        ("createFollowUp", "post", of(ada, "follow-ups"), in_two_weeks(appointment)),
        ("replaceAllergies", "put", of(ada, "allergies"), json!({ "status": "known", "allergies": [penicillin()] })),
        ("requestAssessment", "post", of(ada, "assessments"), json!({ "purpose": "review" })),
        ("replaceCarePlan", "put", of(ada, "care-plan"), plan_until("2027-12-01")),
        ("dischargePractitioner", "post", of(ada, "discharge"), json!({ "reason": "completed", "summary": "Again." })),
        ("replaceGpSharing", "put", of(ada, "gp-sharing"), json!({ "consent": "given", "method": "by_phone" })),
        ("createPractitionerReferral", "post", of(ada, "referrals"), refers),
        ("replaceLeadClinician", "put", of(ada, "lead-clinician"), json!({ "clinician_id": cleo.id })),
        ("createProblem", "post", of(ada, "problems"), json!({ "name": "Late", "shared": true })),
        ("updateProblem", "patch", problem, json!({ "state": "active" })),
        ("createScore", "post", of(ada, "scores"), json!({ "questionnaire": "core-10", "total": 12, "risk": true })),
        ("createPrescription", "post", "/v1/prescriptions".to_owned(), drafted),
        ("replacePrescription", "put", draft.clone(), sertraline()),
        ("signPrescription", "post", format!("{draft}/sign"), Value::Null),
        ("issuePrescription", "post", format!("{prescription}/issue"), Value::Null),
        ("acknowledgeRiskAlert", "post", format!("/v1/risk-alerts/{alert}/acknowledge"), json!({ "note": "Rang." })),
        (
            "createAssessmentOutcome",
            "post",
            format!("{assessment}/outcomes"),
            json!({ "appointment_id": appointment, "outcome": "discharged" }),
        ),
    ];
    assert_eq!(names(reads.iter().map(|(name, _)| *name)), names(READS.iter().copied()));
    assert_eq!(names(writes.iter().map(|(name, ..)| *name)), names(WRITES.iter().copied()));
    let corrections = vec![
        ("withdrawFitNote", format!("/v1/fit-notes/{fit}/withdraw"), withdrawal),
        ("cancelPrescription", format!("{prescription}/cancel"), json!({ "reason": "treatment_changed" })),
    ];
    assert_eq!(names(corrections.iter().map(|(name, ..)| *name)), names(CORRECTIONS.iter().copied()));
    Made { reads, writes, corrections, feedback, alert }
}

fn names<'a>(all: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    all.collect()
}

/// A signed note about Ada in a group that Cleo does not lead; its address.
async fn group_note(app: &TestApp, ada: &Actor) -> String {
    let group = app.group(therapy).await;
    app.was_screened(ada, &group, TimeDelta::zero()).await;
    let enrolment: Id = ada.enrols(&group.id, "kestrel").await.expect(201).id().parse().unwrap();
    let session = group.cory.sessions_of(&group.id).await[0]["id"].as_str().unwrap().parse().unwrap();
    let (now, group_id) = (app.now(), group.id.parse().unwrap());
    let note = GroupNote {
        id: Id::new(now),
        session,
        group: group_id,
        session_at: now,
        enrolment,
        practitioner: ada.id,
        author: group.dora.id,
        content: NoteContent { text: "Quiet today.".to_owned(), shared: None },
        signed_at: None,
        version: 1,
        created_at: now,
    };
    let id = note.id;
    app.write(move |tx| {
        records::insert_note(tx, &note)?;
        records::sign_note(tx, id)
    })
    .await;
    format!("/v1/group-notes/{id}")
}

impl Made {
    /// Reads all of it, expecting one answer everywhere.
    async fn is_read_by(&self, cleo: &Actor, status: u16) {
        for (name, address) in &self.reads {
            let reply = cleo.get(address).send().await;
            assert_eq!(reply.status.as_u16(), status, "{name} {address}: {}", reply.json);
        }
        let listed = async |list: &str, id: &str| {
            let page = cleo.get(list).send().await.expect(200);
            page.items().iter().any(|item| item["id"] == json!(id))
        };
        assert_eq!(listed("/v1/feedback", &self.feedback).await, status == 200, "listFeedback");
        assert_eq!(listed("/v1/risk-alerts", &self.alert).await, status == 200, "listRiskAlerts");
    }

    /// Stops every document, expecting one answer everywhere.
    async fn is_corrected_by(&self, cleo: &Actor, status: u16) {
        for (name, address, body) in &self.corrections {
            let reply = cleo.post(address, body.clone()).send().await;
            assert_eq!(reply.status.as_u16(), status, "{name} {address}: {}", reply.json);
        }
    }

    /// Does all of it, and is always refused: for a clinician who treats nobody there is nobody, and whoever may still read is told
    /// that care has ended, wherever the operation says so.
    async fn cannot_be_changed_by(&self, cleo: &Actor, may_read: bool) {
        for (name, method, address, body) in &self.writes {
            let method = match *method {
                "put" => actix_web::http::Method::PUT,
                "patch" => actix_web::http::Method::PATCH,
                _ => actix_web::http::Method::POST,
            };
            let mut ask = cleo.app.request(method, address).bearer(&cleo.token);
            if !body.is_null() {
                ask = ask.json(body);
            }
            // Of what is changed there, or of that to which something is done.
            let (mut etag, mut is_read) = ("\"v1\"".to_owned(), false);
            for read in [address.rsplit_once('/').unwrap().0, address.as_str()] {
                let seen = cleo.get(read).undocumented().send().await;
                etag = seen.header("etag").map_or(etag, str::to_owned);
                // One thing or person, and not a list of them.
                is_read |= seen.status == 200 && read.matches('/').count() > 2;
            }
            let (operation, headers) = ask.operation().unwrap_or_else(|| panic!("{name}: nothing is at {address}"));
            assert_eq!(operation, *name, "{address}");
            if headers.iter().any(|header| header == "If-Match") {
                ask = ask.if_match(&etag);
            }
            let reply = ask.send().await;
            let code = reply.json["code"].as_str().unwrap_or_default().to_owned();
            let fine = match code.as_str() {
                // What it is about is there, and is read at the same time.
                "not_found" if may_read => FOR_THOSE_WHO_TREAT.contains(name) && (is_read || self.reads_of_whom_it_says(body)),
                "not_found" => true,
                other => ["care_ended", "not_in_care", "not_the_lead", "not_submitted", "follow_up_closed"].contains(&other),
            };
            assert!(fine, "{name}: {} {}", reply.status, reply.json);
        }
    }

    /// True when the practitioner whom the body names is among those of whom something is read.
    fn reads_of_whom_it_says(&self, body: &Value) -> bool {
        let person = body["practitioner_id"].as_str().map(|id| format!("/v1/practitioners/{id}"));
        person.is_some_and(|person| self.reads.iter().any(|(_, read)| *read == person))
    }
}

#[apply(both_engines)]
async fn who_treated_reads_everything_for_thirty_days_after_care_and_does_nothing_more(app: TestApp) {
    let scene = app.prescribing().await;
    let (ada, cleo) = (scene.ada, scene.cleo);
    let mut made = everything(&app, &ada, &cleo).await;
    let before: Vec<_> = made.reads.extract_if(.., |(name, _)| *name == "getDischarge").collect();
    made.is_read_by(&cleo, 200).await;
    made.reads.extend(before);
    let draft = cleo.writes_note(&ada, note_about(app.sees(&ada, &cleo).await)).await.expect(201);

    cleo.post(&of(&ada, "discharge"), json!({ "reason": "completed", "summary": "Well." })).send().await.expect(201);
    made.is_read_by(&cleo, 200).await;
    made.cannot_be_changed_by(&cleo, true).await;
    app.clock.advance(TimeDelta::days(29));
    let cleo = cleo.back().await;
    made.is_read_by(&cleo, 200).await;
    made.cannot_be_changed_by(&cleo, true).await;
    cleo.signs(draft.header("location").unwrap()).await.expect(200);
    made.is_corrected_by(&cleo, 200).await;

    app.clock.advance(TimeDelta::days(2));
    let cleo = cleo.back().await;
    made.is_read_by(&cleo, 404).await;
    made.cannot_be_changed_by(&cleo, false).await;
    made.is_corrected_by(&cleo, 404).await;
}
