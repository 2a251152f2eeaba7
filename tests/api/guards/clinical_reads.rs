//! Access to clinical records after care: a clinician who treated a practitioner reads everything until thirty days after the end
//! of care and nothing afterwards, and changes nothing after the end of care, except that a wrong document can be stopped while
//! it can be read. Every operation of care that clinicians may call is either tried here or listed as not about one
//! practitioner's care.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use confide::care::groups::queries::records::{self, GroupNote, NoteContent};
use confide::platform::ids::Id;
use serde_json::{Value, json};

use super::operation;
use crate::support::actors::Actor;
use crate::support::clinical_record::{note_about, penicillin, plan_reviewed_on, record_path};
use crate::support::fit_notes;
use crate::support::follow_ups::follow_up_in_two_weeks;
use crate::support::groups::therapy;
use crate::support::practitioners::phq9_at_risk;
use crate::support::prescriptions::{prescribing_details, sertraline};
use crate::support::{TestApp, apply, both_engines};

/// Operations that read something clinical about one practitioner.
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
    "getPrescribingDetails",
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

/// Lists with records of several practitioners: a practitioner's records are in them while the caller may read them.
const LISTS: &[&str] = &["listFeedback", "listRiskAlerts"];

/// Operations that change something about one practitioner.
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
    "replacePrescribingDetails",
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

/// Operations that stop a wrong document: allowed as long as the document may be read.
const CORRECTIONS: &[&str] = &["withdrawFitNote", "cancelPrescription"];

/// The operations of [`WRITES`] that answer 404 after the end of care, even while the clinician may still read: they need a
/// practitioner who is treated by the caller. The others change or end the care itself, or parts of the record that a clinician
/// maintained, and answer that care has ended.
const NOT_FOUND_WITHOUT_CARE: &[&str] = &[
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
    "replaceLeadClinician",
];

/// How the operations of [`WRITES`] that do not answer 404 refuse after the end of care: their code while the clinician may still
/// read.
const REFUSED_AFTER_CARE: &[(&str, &str)] = &[
    ("createAssessmentOutcome", "state_conflict"),
    ("createProblem", "care_ended"),
    ("dischargePractitioner", "not_in_care"),
    ("replaceAllergies", "care_ended"),
    ("replaceCarePlan", "care_ended"),
    ("replaceGpSharing", "care_ended"),
    ("replacePrescribingDetails", "care_ended"),
    ("updateProblem", "care_ended"),
];

/// Operations that are not about one practitioner's care: work lists of current practitioners, prescribing rights, groups. Notes
/// about an appointment can be finished by their author as long as they may be read (`records::notes` tests that).
const OTHERS: &[&str] = &[
    "confirmDutyPeriod",
    "getDutyPeriod",
    "listDutyPeriods",
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

/// The tags of operations about a practitioner's care.
const CARE_TAGS: &[&str] = &[
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
fn every_care_operation_for_clinicians_is_in_one_list() {
    let document = operation::document();
    let declared: Vec<&str> = document["tags"].as_array().unwrap().iter().filter_map(|tag| tag["name"].as_str()).collect();
    assert!(CARE_TAGS.iter().all(|tag| declared.contains(tag)), "{declared:?}");
    let mut found = BTreeSet::new();
    for operations in document["paths"].as_object().unwrap().values() {
        for operation in operations.as_object().unwrap().values() {
            let clinicians = operation["x-roles"].as_array().is_some_and(|roles| roles.contains(&json!("clinician")));
            let of_care = operation["tags"][0].as_str().is_some_and(|tag| CARE_TAGS.contains(&tag));
            if clinicians && of_care {
                found.insert(operation["operationId"].as_str().unwrap().to_owned());
            }
        }
    }
    let known: Vec<String> = [READS, LISTS, WRITES, CORRECTIONS, OTHERS].concat().iter().map(|id| (*id).to_owned()).collect();
    assert_eq!(known.iter().cloned().collect::<BTreeSet<_>>(), found);
    assert_eq!(known.len(), found.len(), "each is in one list");
}

/// The records of the test, by the operation that reads or changes them.
struct ClinicalRecords {
    reads: Vec<(&'static str, String)>,
    writes: Vec<(&'static str, &'static str, String, Value)>,
    corrections: Vec<(&'static str, String, Value)>,
    feedback: String,
    alert: String,
}

/// Creates every kind of clinical record about Ada while Cleo treats her.
async fn create_clinical_records(app: &TestApp, ada: &Actor, cleo: &Actor) -> ClinicalRecords {
    let id = ada.id;
    let appointment = app.past_appointment(ada, cleo).await;
    app.set_appointment_status(appointment, "attended").await;
    let note = cleo.writes_and_signs_note(ada, appointment).await;
    let problem = cleo.post(&record_path(ada, "problems"), json!({ "name": "Burnout", "shared": true })).send().await.expect(201);
    let problem = problem.header("location").unwrap().to_owned();
    cleo.changes(&problem, json!({ "state": "resolved" })).await.expect(200);
    cleo.replaces(ada, "care-plan", plan_reviewed_on("2027-02-01")).await.expect(200);
    let prescription = format!("/v1/prescriptions/{}", cleo.prescribes(ada, sertraline()).await);
    let draft = format!("/v1/prescriptions/{}", cleo.drafts_prescription(ada, sertraline()).await.expect(201).id());
    let fit = cleo.issues_fit_note(&fit_notes::four_week_fit_note(ada, appointment)).await.expect(201).id();
    let duplicate = cleo.issues_fit_note_duplicate(&fit).await.expect(201);
    let duplicate = duplicate.header("location").unwrap().to_owned();
    let back = cleo.proposes_plan(&fit_notes::return_to_work_plan(ada)).await.expect(201).id();
    let follow_up = cleo.agrees_follow_up(ada, follow_up_in_two_weeks(appointment)).await.expect(201).id();
    let assessment = ada.starts_assessment().await;
    ada.answers(&assessment, "phq-9", phq9_at_risk(2)).await.expect(200);
    let alert = cleo.open_alerts().await.remove(0);
    let asked =
        json!({ "about": "appointment", "appointment_id": appointment, "comment": "You listened.", "comment_for": "clinician" });
    let feedback = ada.gives_feedback_with(asked).await.expect(201).id();
    let group_note = group_note(app, ada).await;
    let hub = app.harbour_hub().await;
    let list = |what: &str| format!("/v1/{what}?practitioner_id={id}");
    let reads = vec![
        ("listAssessments", list("assessments")),
        ("getAssessment", assessment.clone()),
        ("getFeedback", format!("/v1/feedback/{feedback}")),
        ("listFitNotes", list("fit-notes")),
        ("getFitNote", format!("/v1/fit-notes/{fit}")),
        ("getFitNotePdf", format!("/v1/fit-notes/{fit}/pdf")),
        ("getFitNoteDuplicatePdf", duplicate),
        ("getFollowUp", format!("/v1/follow-ups/{follow_up}")),
        ("getGroupNote", group_note),
        ("getNote", note),
        ("getPractitioner", format!("/v1/practitioners/{id}")),
        ("getAllergies", record_path(ada, "allergies")),
        ("listAllergyHistory", record_path(ada, "allergies/history")),
        ("getPrescribingDetails", record_path(ada, "prescribing-details")),
        ("getCarePlan", record_path(ada, "care-plan")),
        ("listCarePlanHistory", record_path(ada, "care-plan/history")),
        ("getDischarge", record_path(ada, "discharge")),
        ("listPractitionerFollowUps", record_path(ada, "follow-ups")),
        ("getGpSharing", record_path(ada, "gp-sharing")),
        ("listGpSharingHistory", record_path(ada, "gp-sharing/history")),
        ("listGroupNotes", record_path(ada, "group-notes")),
        ("listPractitionerReferrals", record_path(ada, "referrals")),
        ("getLeadClinician", record_path(ada, "lead-clinician")),
        ("listNotes", record_path(ada, "notes")),
        ("listProblems", record_path(ada, "problems")),
        ("getProgress", record_path(ada, "progress")),
        ("listClaimedSelfChecks", record_path(ada, "self-checks")),
        ("listPrescriptions", list("prescriptions")),
        ("getPrescription", prescription.clone()),
        ("getPrescriptionPdf", format!("{prescription}/pdf")),
        ("getProblem", problem.clone()),
        ("listProblemHistory", format!("{problem}/history")),
        ("listReturnToWorkPlans", list("return-to-work-plans")),
        ("getReturnToWorkPlan", format!("/v1/return-to-work-plans/{back}")),
        ("getRiskAlert", format!("/v1/risk-alerts/{alert}")),
    ];
    let agreed = json!({
        "due_from": "2027-03-01", "due_by": "2027-03-08", "purpose": "review", "kind": "treatment", "clinician_id": cleo.id
    });
    let referral = json!({ "hub_id": hub, "reason": "team_support", "consent": true, "phone": "020 7946 0018" });
    let withdrawal = json!({ "reason": "mistake", "explanation": "Wrong dates.", "with_employer": false });
    let drafted = json!({ "practitioner_id": id, "content": sertraline() });
    let writes = vec![
        ("issueFitNote", "post", "/v1/fit-notes".to_owned(), fit_notes::four_week_fit_note(ada, appointment)),
        ("issueFitNoteDuplicate", "post", format!("/v1/fit-notes/{fit}/duplicates"), Value::Null),
        ("createReturnToWorkPlan", "post", "/v1/return-to-work-plans".to_owned(), fit_notes::return_to_work_plan(ada)),
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
        ("createFollowUp", "post", record_path(ada, "follow-ups"), follow_up_in_two_weeks(appointment)),
        ("replaceAllergies", "put", record_path(ada, "allergies"), json!({ "status": "known", "allergies": [penicillin()] })),
        ("replacePrescribingDetails", "put", record_path(ada, "prescribing-details"), prescribing_details()),
        ("requestAssessment", "post", record_path(ada, "assessments"), json!({ "purpose": "review" })),
        ("replaceCarePlan", "put", record_path(ada, "care-plan"), plan_reviewed_on("2027-12-01")),
        ("dischargePractitioner", "post", record_path(ada, "discharge"), json!({ "reason": "completed", "summary": "Again." })),
        ("replaceGpSharing", "put", record_path(ada, "gp-sharing"), json!({ "consent": "given", "method": "by_phone" })),
        ("createPractitionerReferral", "post", record_path(ada, "referrals"), referral),
        ("replaceLeadClinician", "put", record_path(ada, "lead-clinician"), json!({ "clinician_id": cleo.id })),
        ("createProblem", "post", record_path(ada, "problems"), json!({ "name": "Late", "shared": true })),
        ("updateProblem", "patch", problem, json!({ "state": "active" })),
        ("createScore", "post", record_path(ada, "scores"), json!({ "questionnaire": "core-10", "total": 12, "risk": true })),
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
    ClinicalRecords { reads, writes, corrections, feedback, alert }
}

fn names<'a>(all: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    all.collect()
}

/// A signed note about Ada in a group that Cleo does not lead; returns its path.
async fn group_note(app: &TestApp, ada: &Actor) -> String {
    let group = app.group(therapy).await;
    app.screened_as_suitable(ada, &group, TimeDelta::zero()).await;
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

impl ClinicalRecords {
    /// Asserts that every read has this status.
    async fn assert_read_by(&self, cleo: &Actor, status: u16) {
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

    /// Asserts that stopping each document has this status.
    async fn assert_corrected_by(&self, cleo: &Actor, status: u16) {
        for (name, address, body) in &self.corrections {
            let reply = cleo.post(address, body.clone()).send().await;
            assert_eq!(reply.status.as_u16(), status, "{name} {address}: {}", reply.json);
        }
    }

    /// Asserts that every change is refused: with 404, or, for a clinician who may still read, with the code that care has ended
    /// where the operation has one.
    async fn assert_unchangeable_by(&self, cleo: &Actor, may_read: bool) {
        let mut refused = BTreeSet::new();
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
            // The version of the record that is changed, or of the record that the action is about.
            let (mut etag, mut is_read) = ("\"v1\"".to_owned(), false);
            for read in [address.rsplit_once('/').unwrap().0, address.as_str()] {
                let seen = cleo.get(read).undocumented().send().await;
                etag = seen.header("etag").map_or(etag, str::to_owned);
                // A single record, not a list.
                is_read |= seen.status == 200 && read.matches('/').count() > 2;
            }
            let (operation, headers) = ask.operation().unwrap_or_else(|| panic!("{name}: nothing is at {address}"));
            assert_eq!(operation, *name, "{address}");
            if headers.iter().any(|header| header == "If-Match") {
                ask = ask.if_match(&etag);
            }
            let reply = ask.send().await;
            let code = reply.json["code"].as_str().unwrap_or_default().to_owned();
            let is_expected = match code.as_str() {
                // The record exists and can be read at the same time.
                "not_found" if may_read => {
                    NOT_FOUND_WITHOUT_CARE.contains(name) && (is_read || self.names_a_readable_practitioner(body))
                }
                "not_found" => true,
                other => {
                    refused.insert(format!("{name} {other}"));
                    may_read
                }
            };
            assert!(is_expected, "{name}: {} {}", reply.status, reply.json);
        }
        let expected = REFUSED_AFTER_CARE.iter().filter(|_| may_read).map(|(name, code)| format!("{name} {code}"));
        assert_eq!(refused, expected.collect());
    }

    /// Whether the body names a practitioner who is among the reads.
    fn names_a_readable_practitioner(&self, body: &Value) -> bool {
        let person = body["practitioner_id"].as_str().map(|id| format!("/v1/practitioners/{id}"));
        person.is_some_and(|person| self.reads.iter().any(|(_, read)| *read == person))
    }
}

#[apply(both_engines)]
async fn treating_clinician_reads_for_thirty_days_after_care_but_changes_nothing(app: TestApp) {
    let scene = app.prescribing().await;
    let (ada, cleo) = (scene.ada, scene.cleo);
    let mut records = create_clinical_records(&app, &ada, &cleo).await;
    let before: Vec<_> = records.reads.extract_if(.., |(name, _)| *name == "getDischarge").collect();
    records.assert_read_by(&cleo, 200).await;
    records.reads.extend(before);
    let draft = cleo.writes_note(&ada, note_about(app.past_appointment(&ada, &cleo).await)).await.expect(201);

    cleo.post(&record_path(&ada, "discharge"), json!({ "reason": "completed", "summary": "Well." })).send().await.expect(201);
    records.assert_read_by(&cleo, 200).await;
    records.assert_unchangeable_by(&cleo, true).await;
    app.clock.advance(TimeDelta::days(29));
    let cleo = cleo.signs_in_again().await;
    records.assert_read_by(&cleo, 200).await;
    records.assert_unchangeable_by(&cleo, true).await;
    cleo.signs_note(draft.header("location").unwrap()).await.expect(200);
    records.assert_corrected_by(&cleo, 200).await;

    app.clock.advance(TimeDelta::days(2));
    let cleo = cleo.signs_in_again().await;
    records.assert_read_by(&cleo, 404).await;
    records.assert_unchangeable_by(&cleo, false).await;
    records.assert_corrected_by(&cleo, 404).await;
}
