//! Believable values. No person here is real: the telephone numbers are those that Ofcom reserves for drama, the addresses are of
//! example.org.

use serde_json::{Value, json};

use crate::platform::refusal::Code;

const REFUSAL: Code = Code::SlotTaken;
const FINGERPRINT: &str = "q7Zt3mPpXc0b1Nf8wLrKjA2dYhVs5uGeT4oQiB6nRk0";
const ID: &str = "01975b2c-7a5e-7c3d-9e4f-0123456789ab";
const OTHER_ID: &str = "01975b2c-7a5e-7c3d-9e4f-0123456789ac";
/// Where the next page begins.
pub(super) const CURSOR: &str = "MDE5NzViMmMtN2E1ZQ";

/// The example of a schema whose rule is in its description and not in its schema.
pub(super) fn of_schema(name: &str) -> Option<Value> {
    Some(match name {
        "SearchHubs" => json!({ "outcode": "SW1A" }),
        "AnswerSelfCheck" => json!({ "questionnaire": "audit-c", "answers": [
            { "item": "audit_c_1", "value": 3 }, { "item": "audit_c_2", "value": 2 }, { "item": "audit_c_3", "value": 1 }
        ] }),
        "SearchStaff" => json!({ "name": "Sky" }),
        "SearchContacts" => json!({ "phone": "07700 900123" }),
        "FitNotePeriod" => json!({ "kind": "dates", "starts_on": "2027-03-01", "ends_on": "2027-03-14" }),
        "BlockColleague" => json!({ "relationship": "same_team", "name": "Rowan Skye" }),
        "CallerDetailsForm" => json!({ "preferred_name": "Ada", "phone": "07700 900123", "safe_to_call": true }),
        "GuestContact" => json!({ "name": "Ada Marsh", "phone": "07700 900123" }),
        "MedicineToPrescribe" => json!({ "catalogue_id": "sertraline-50mg-tablets" }),
        "ReferenceEntry" => json!({ "bank_holiday": { "name": "A day of thanks", "nations": ["england", "wales"] } }),
        "BankHolidayEntry" => json!({ "name": "A day of thanks", "nations": ["england", "wales"] }),
        "BoardEntry" => json!({ "name": "South West London", "region": "london", "valid_from": "2022-07-01" }),
        "MedicineEntry" => json!({
            "name": "Sertraline 50mg tablets", "form": "Tablets", "strength": "50 mg", "ingredients": ["sertraline"], "unit": "tablet",
            "routes": ["oral"], "contains": "50", "contains_unit": "mg", "source": "dm+d"
        }),
        "SubstanceEntry" => json!({
            "classes": ["gabapentinoid"], "schedule": "cd3", "misuse": true, "source": "SI 2018/1383"
        }),
        "DoseLimitEntry" => json!({ "daily_mg": "40", "effect": "refuse", "source": "MHRA, Drug Safety Update" }),
        "AgeLimitEntry" => json!({
            "from_age": 65, "detail": "Choose another medicine, or record the reason.", "source": "MHRA, Drug Safety Update"
        }),
        "SessionPriceEntry" => json!({ "pence": 18_000, "source": "The service's own" }),
        "TimeLimitEntry" => json!({ "value": 28, "source": "The policy of the boards" }),
        "FigureEntry" => json!({ "value": 28, "source": "SI 2001/3998, regulation 16" }),
        "TimeOfDayEntry" => json!({ "time": "09:00", "source": "The clinical lead" }),
        "PrescriberEntry" => json!({
            "schedules": ["not_controlled", "cd5"], "only_controlled": [{ "substance": "codeine", "routes": ["oral"] }],
            "source": "SI 2001/3998, regulation 6D"
        }),
        "AllowedSubstanceEntry" => json!({ "substance": "codeine", "routes": ["oral"] }),
        "ReplacePrescribingDetails" => json!({
            "date_of_birth": "1985-05-04", "address": { "lines": ["1 Harbour Lane"], "postcode": "YO1 7HH" }
        }),
        "Problem" => json!({
            "type": format!("/docs/problems#{}", REFUSAL.as_str()), "title": REFUSAL.title(), "status": REFUSAL.status(),
            "detail": "Someone else has booked this slot. Choose another one.", "code": REFUSAL.as_str(), "errors": []
        }),
        "BreakGlassRequest" => json!({
            "reference": "CF-7K3M-9QXA", "reason": "Found collapsed in the waiting room; the crew asks for medicines."
        }),
        "LookUpPractitioner" => json!({ "reference": "CF-7K3M-9QXA", "reason": "phone_call" }),
        "ReviewBreakGlass" => json!({
            "outcome": "justified", "note": "The clinician was the only one present.", "inform_practitioner": true
        }),
        "CreateLetter" => json!({
            "kind": "gp_letter", "recipient": { "kind": "gp" }, "requested_actions": ["Please check the blood pressure in two weeks."]
        }),
        "LetterRecipientForm" => json!({
            "kind": "other", "name": "Rowan Skye", "organisation": "Northmoor Hospitals", "address_lines": ["1 Harbour Lane"]
        }),
        "LetterRecipient" => json!({
            "kind": "gp", "name": "Rowan Skye", "organisation": "Fen Lane Surgery", "address_lines": []
        }),
        "AcceptReferral" => json!({ "note": "We will call on Monday." }),
        "CreateFundingRequest" => json!({ "practitioner_id": ID }),
        "RecordRiskAssessment" => risk_assessment(),
        "CloseRiskAlert" => {
            let mut closing = risk_assessment();
            closing["events_seen"] = json!(1);
            closing
        }
        "EndHubCoordinator" => json!({ "reason": "Has moved to another post." }),
        "EndGroup" => json!({ "reason": "All sessions have taken place." }),
        "RecordGroupAttendance" => json!({ "head_count": 6 }),
        "ReplaceFundingRequest" => json!({ "icb_code": "QWU", "sessions": 12, "share_statement": true }),
        "AssignHubCoordinator" => json!({ "employer_ods": "RX2Q4", "reason": "Runs this hub." }),
        "TakeContactTask" => json!({ "take_over": false }),
        "UpdateGroupEnrolment" => json!({ "alias": "kestrel" }),
        "UpdateMe" => json!({ "name": "Ada Marsh" }),
        "UpdateStaff" => json!({ "name": "Ada Marsh", "reason": "Has married." }),
        "UpdateMyRegistration" => json!({ "phone": "07700 900123", "employer_ods": "RX2Q4" }),
        "UpdateNote" => json!({ "plan": "To meet again in two weeks." }),
        "UpdateOutreachCampaign" => json!({ "ends_on": "2027-03-31", "per_hour": 200 }),
        "UpdateProblem" => json!({ "shared": true }),
        _ => return None,
    })
}

fn risk_assessment() -> Value {
    json!({
        "risk_to_self": { "level": "low", "details": "Thoughts of not waking up, without a plan." },
        "risk_to_others": { "level": "none" }, "risk_to_people_in_their_care": { "level": "none" },
        "risk_from_others": { "level": "none" },
        "protective_factors": "A partner who knows, and a wish to see their children grow up.",
        "access_to_means": ["medicines_at_work"], "means_details": "Not at work until they are seen.",
        "assessed_how": "phone", "plan": "Speaks to us again tomorrow at nine; calls 999 in danger."
    })
}

/// The value of a member that must be this one, or that makes the example of a request more useful although it may be left out.
pub(super) fn of_member(schema: &str, member: &str) -> Option<Value> {
    Some(match (schema, member) {
        ("RegisterPractitioner", "email") => json!("ada.marsh@example.org"),
        ("RegisterPractitioner", "registration_number") => json!("7012345"),
        ("RegisterPractitioner", "profession") => json!("doctor"),
        ("RegisterPractitioner", "setting") => json!("secondary_care"),
        ("RegisterPractitioner", "nation") => json!("england"),
        ("RegisterPractitioner", "icb_code") => json!("QWU"),
        ("CreateContactInvitation" | "CreateReferral", "phone") => json!("07700 900123"),
        ("CreateContactInvitation", "channel") => json!("sms"),
        ("CreateReferral", "name") => json!("Ada Marsh"),
        ("BookAppointment", "arrangements") => json!("Ring the bell twice."),
        ("ClinicForm", "mode") => json!("video"),
        ("ContactHoursSpanForm", "weekday") => json!("monday"),
        // Short weekly hours of the telephone would be refused.
        ("CreateContactHours" | "ContactHours", "channel") => json!("web"),
        ("GiveFeedback", "appointment_id") => json!(ID),
        ("GroupForm", "second_facilitator_id") => json!(OTHER_ID),
        ("GroupForm", "sessions") => json!(6),
        ("GroupForm", "topic") => json!("burnout"),
        ("GroupForm", "place") => json!("1 Harbour Lane"),
        ("GroupForm", "town") => json!("Leeds"),
        ("CreateNote", "plan") => json!("To meet again in two weeks."),
        ("SignIn", "device") => json!("Work laptop"),
        ("ChangePassword", "new_password") => json!("seven lanterns on the pier"),
        ("CreateHub" | "ReplaceHub" | "HubView", "name") => json!("Harbour"),
        ("SignpostForm" | "SignpostEntry", "name") => json!("Harbour Peer Line"),
        ("SignpostForm" | "SignpostEntry", "urgency") => json!("routine"),
        ("ReplaceEmployerArea", "name") => json!("Northmoor Hospitals"),
        (
            "ReplaceClinician" | "ClinicianProfile" | "ClinicianSummary" | "CreateStaff" | "FacilitatorView" | "HubCoordinator"
            | "StaffMember",
            "name",
        ) => json!("Rowan Skye"),
        ("StaffMember" | "CreateStaff", "email") => json!("rowan.skye@example.org"),
        ("StaffMember", "role") => json!("clinician"),
        ("LetterMedicineView", "dosage") => json!("1 tablet once a day"),
        ("LetterMedicineView", "supply") => json!("28 tablets, 28 days"),
        ("StaffMember", "active") => json!(true),
        ("StaffMember", "state") => json!("open"),
        ("CreateStaff" | "StaffChangeView", "reason") => json!("Joins the team in March."),
        ("StaffChangeView", "account_name") => json!("Rowan Skye"),
        ("StaffChangeView", "decision_reason") => json!(null),
        ("StaffChangeValue", "name") => json!("role"),
        ("StaffChangeValue", "value") => json!("clinician"),
        ("PractitionerLookupRecord", "note") => json!("They called again about the time of the appointment."),
        ("DecideConfidentialityReason", "reason") => json!("The whole local service is in your line of command."),
        ("RejectStaffChange", "reason") => json!("The annotation has not been seen."),
        ("PendingChange" | "ContactHours", "next_step") => {
            json!("Another administrator must approve this change within 14 days.")
        }
        ("CreateReferenceChange" | "ReferenceChangeView" | "ReferenceEntryView", "key") => json!("2027-06-04"),
        ("CreateReferenceChange" | "ReferenceChangeView", "entry") => {
            json!({ "bank_holiday": { "name": "A day of thanks", "nations": ["england", "wales"] } })
        }
        ("CreateReferenceChange" | "ReferenceChangeView", "reason") => json!("Proclaimed in the London Gazette."),
        ("RecordScore", "risk") => json!(false),
        ("CreateProblem" | "ProblemView" | "MyProblem" | "ProblemHistoryEntry", "name") => json!("Insomnia"),
        ("CatalogueMedicine" | "PrescribedMedicine" | "MedicineToPrescribe", "name") => json!("Sertraline"),
        ("PrescribingTerm", "name") => json!("tablet"),
        ("MedicineForm", "name") => json!("tablets"),
        ("MedicineToPrescribe" | "PrescribedMedicine", "brand") => json!(null),
        ("AreaMapping" | "CommissionedArea" | "HubArea", "name") => json!("NHS Norfolk and Waveney"),
        ("AreaMapping", "code") => json!("QWU"),
        ("MyHub", "name") => json!("Harbour"),
        ("ManagementPlanForm" | "ManagementPlanView", "name") => json!("Plan of March 2027"),
        ("BlockedColleague", "name") => json!("Rowan Skye"),
        ("CreateOutreachCampaign" | "OutreachCampaignSummary" | "OutreachCampaignView", "name") => json!("Spring 2027"),
        ("EmployerContactForm" | "EmployerContactView", "name") => json!("Rowan Skye, HR manager"),
        ("CatalogueMedicine", "id") => json!("sertraline-50mg-tablets"),
        ("DoseForm" | "DoseInstruction", "dose") => json!("1"),
        ("DoseForm" | "DoseInstruction", "period") => json!("day"),
        ("DoseInstruction", "text") => json!("One tablet once a day."),
        ("QuestionnaireItem", "label") => json!("Feeling tired"),
        ("QuestionnaireBand", "label") => json!("Moderate"),
        ("BookingSuggestion", "until") => json!("2027-03-15T10:00:00Z"),
        ("BoardFundingFigures" | "BoardRegistrations", "name") => json!("NHS Norfolk and Waveney"),
        ("FigureCell", "category") => json!("video"),
        ("FigureCentile", "category") => json!("within_14_days"),
        ("OutreachCount", "category") => json!("delivered"),
        ("DecisionReason", "code") => json!("doctors_in_training"),
        ("DecisionReason", "text") => json!("Doctors in training are covered."),
        ("GoalView", "text") => json!("To sleep through the night."),
        ("AddendumView" | "MyAddendum", "text") => json!("The review is brought forward by a week."),
        ("ProgressChange", "text") => json!("The total is lower than at first, by more than chance."),
        ("SelfCheckBand", "text") => json!("Many people with this result find that talking helps."),
        ("PrescriptionFinding", "detail") => json!("There is a recorded allergy to this. Check it before you sign."),
        ("ProblemField", "code") => json!("required"),
        ("ProblemField", "detail") => json!("This is missing."),
        ("SignpostView", "name") => json!("Harbour Peer Line"),
        ("Problem", "title") => json!(REFUSAL.title()),
        ("SelfCheckBand", "title") => json!("Moderate"),
        ("TriageAdvice", "next_step_text") => json!("Life may be in danger. Help comes first; everything else waits."),
        ("CreateContactRiskAlert", "note") => json!("Says that she has counted out her tablets."),
        ("RecordRiskContactAttempt" | "RiskContactAttempt" | "CompleteContactTask", "note") => {
            json!("Called back; safe, with a plan for tonight.")
        }
        ("CreateRiskAlert", "note") => json!("Did not come to the group, and wrote that there was no point."),
        ("RiskAlert", "escalation_level") => json!(0),
        ("RiskAssessmentView", "protective_factors") => json!("A partner who knows, and a wish to see their children grow up."),
        ("RiskAssessmentView", "plan") => json!("Speaks to us again tomorrow at nine; calls 999 in danger."),
        ("RequestAssessment", "purpose") => json!("review"),
        ("WithdrawFitNote", "with_employer") => json!(false),
        ("DischargePractitioner" | "DischargeView", "summary") => json!("Sleeps again and is back at work."),
        ("CreateEligibilityRule" | "EligibilityRuleView" | "IntakePeriodForm" | "IntakePeriodView", "reason") => {
            json!("Doctors in training are covered.")
        }
        ("AppointmentHistoryEntry", "detail") => json!("practitioner_unwell"),
        ("EmergencyContactForm" | "EmergencyContactView", "name") => json!("Sam Marsh"),
        ("ContactPhone", "number") => json!("07700 900123"),
        ("ConsentsView", "care" | "data_processing") => json!(true),
        ("CreateEligibilityRule" | "EligibilityRuleView", "code") => json!("doctors_in_training"),
        ("ReplaceAllergies", "status") => json!("none_known"),
        ("LeadClinicianView", "clinician_id") => json!(ID),
        ("LeadClinicianView", "leads_since") => json!("2027-03-01T10:00:00Z"),
        ("SelfCheckAnswer", "item") => json!("gad7_1"),
        ("AgreeLetter", "fingerprint") => json!(FINGERPRINT),
        ("LetterSectionForm", "section") => json!("clinical_summary"),
        ("LetterSectionForm", "text") => json!("Sleeps again and is back at work."),
        ("LetterSectionView", "section") => json!("diagnoses"),
        ("LetterSectionView", "text") => json!("Insomnia (SNOMED CT 193462001)"),
        ("ReturnToWorkDay", "minutes") => json!(240),
        ("Health", "status") => json!("ok"),
        ("Health", "version") => json!("1.2.3"),
        ("AccessLogEntry" | "AuditEvent", "action") => json!("note.read"),
        ("AuditEvent", "subject_kind") => json!("note"),
        ("OutgoingMessage", "kind") => json!("personal_message"),
        ("QuietHoursForm", "from") => json!("21:00"),
        ("QuietHoursForm", "until") => json!("08:00"),
        ("Questionnaire", "title") => json!("PHQ-9"),
        ("KeepRecord", "reason") => json!("A cohort study with approval uses the record until then."),
        ("ProposeRecordDestruction", "reason") => json!("Reviewed: nothing speaks for keeping it."),
        ("CreateRetentionHold" | "RetentionHoldView", "reason") => json!("The solicitors of the service expect a claim."),
        ("LiftRetentionHold", "reason") => json!("The claim was settled."),
        ("DestroyedRows", "table") => json!("clinical_notes"),
        _ => return None,
    })
}

/// By the name of a member, unless its schema asks for a longer or a shorter one.
const TEXTS: &[(&str, &str)] = &[
    ("about", "Six evenings on sleep and shift work."),
    ("access_token", "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIwMTk3In0.c2lnbmF0dXJl"),
    ("address", "07700 900123"),
    ("addresses", "07700 900123"),
    ("alias", "kestrel"),
    ("author", "Rowan Skye"),
    ("best_time", "Weekdays after 6 pm"),
    ("biography", "Works with doctors on burnout and trauma."),
    ("clinician_name", "Rowan Skye"),
    ("condition", "Stress at work"),
    ("contact", "01632 960123"),
    ("coping_strategies", "A walk by the river with music."),
    ("detail", "Choose another one."),
    ("email", "ada.marsh@example.org"),
    ("employer_name", "Northmoor Hospitals"),
    ("employer_ods", "RX2Q4"),
    ("given_by", "Rowan Skye"),
    ("group", "Doctors in the emergency department"),
    ("hours", "Monday to Friday, 9 am to 5 pm"),
    ("icb_code", "QWU"),
    ("icb_codes", "QWU"),
    ("interventions", "Cognitive behavioural therapy"),
    ("item", "phq9_1"),
    ("languages", "en"),
    ("lead_clinician_name", "Rowan Skye"),
    ("legal_name", "Ada Marsh"),
    ("lines", "1 Harbour Lane"),
    ("name", "Ada Marsh"),
    ("organisation_ods", "RX2Q4"),
    ("outcode", "SW1A"),
    ("phone", "07700 900123"),
    ("place", "Leeds"),
    ("postcode", "YO1 7HH"),
    ("preferred_name", "Ada"),
    ("pseudonym", "Marigold"),
    ("question", "How many sessions have taken place?"),
    ("questionnaire", "phq-9"),
    ("reference", "CF-7K3M-9QXA"),
    ("refresh_token", "q7Zt3mPpXc0b1Nf8wLrKjA2dYhVs5uGe"),
    ("registration_number", "7012345"),
    ("relationship", "sister"),
    ("route", "oral"),
    ("safer_environment", "My sister keeps my tablets."),
    ("source", "The service's own directory"),
    ("stated_reference", "CF-7K3M-9QXA"),
    ("substance", "Penicillin"),
    ("title", "Sleep and shift work"),
    ("token", "q7Zt3mPpXc0b1Nf8wLrKjA2dYhVs5uGeT4oQiB6n"),
    ("unit", "tablet"),
    ("warning_signs", "I stop answering messages."),
];

/// The same for members that are `null` in the example of an answer if they may be.
const MORE_TEXTS: &[(&str, &str)] = &[
    ("band", "moderate"),
    ("band_label", "Moderate"),
    ("body", "Help is there for NHS staff. The details are behind this link."),
    ("breakdown", "mode"),
    ("by_role", "coordinator"),
    ("code", "7K3M-9QXA"),
    ("comment", "The clinician listened."),
    ("confidentiality_reason_note", "I appraise everyone in the service that I would be referred to."),
    ("decision_reason", "No one who could see you is independent of your post."),
    ("confidentiality", "This service is confidential, with limits where someone may come to serious harm."),
    ("dosage_text", "One tablet once a day."),
    ("fingerprint", FINGERPRINT),
    ("form", "tablet"),
    ("heading", "Diagnoses"),
    ("hub_name", "Harbour"),
    ("id", "harbour-peer-line"),
    ("issuer_name", "Rowan Skye"),
    ("label", "Several days"),
    ("licence", "Free to use."),
    ("link", "https://app.example.org/follow-ups/01975b2c-7a5e-7c3d-9e4f-0123456789ab"),
    ("measures", "Depression"),
    ("message", "If this address is known, a link is on its way."),
    ("next_step", "The hub will contact you."),
    ("next_step_text", "Call the person back today."),
    ("note", "Keep this code to see the results again."),
    ("pointer", "/employer_ods"),
    ("prescriber_name", "Rowan Skye"),
    ("quantity_unit", "tablet"),
    ("quantity_words", "twenty-eight tablets"),
    ("rate", "did_not_attend"),
    ("reason", "Agreed at the last appointment."),
    ("reason_code", "intake_open"),
    ("recall_period", "two weeks"),
    ("rule", "allergy_conflict"),
    ("safety_question", "Are you thinking of ending your life, or is anyone in danger now?"),
    ("short_id", "9F2C41-Z0QX7-3KM8A"),
    ("stem", "How often have you been bothered by any of the following?"),
    ("strength", "50 mg"),
    ("summary", "Doctors listen to doctors."),
    ("verification_code", "7K3QX-9V2MD-0B4T8-RC5H"),
];

/// A text by the name of its member, if there is one that its schema allows.
pub(super) fn text(member: &str, schema: &Value) -> Option<String> {
    if schema["format"].is_string() || schema["$ref"].is_string() || schema["enum"].is_array() {
        return None;
    }
    find(TEXTS, member, schema)
}

fn find(texts: &[(&str, &str)], member: &str, schema: &Value) -> Option<String> {
    let given = texts.iter().find(|(name, _)| *name == member).map(|(_, text)| (*text).to_owned())?;
    (fits(&given, schema) && (schema["pattern"].is_null() || is_coded(member))).then_some(given)
}

/// A member whose value here also has the form that its pattern asks for.
fn is_coded(member: &str) -> bool {
    ["employer_ods", "icb_code", "icb_codes", "languages", "organisation_ods", "outcode", "phone", "postcode"].contains(&member)
}

fn fits(text: &str, schema: &Value) -> bool {
    let length = text.chars().count() as u64;
    length >= schema["minLength"].as_u64().unwrap_or(0) && length <= schema["maxLength"].as_u64().unwrap_or(u64::MAX)
}

/// A text whose member has no value of its own.
pub(super) fn made_up(member: &str, schema: &Value) -> String {
    let later = ["end", "until", "due", "_by", "last", "review", "expires", "closes"].iter().any(|word| member.contains(word));
    match schema["format"].as_str() {
        Some("uuid") => ID,
        Some("date") => {
            if later {
                "2027-03-31"
            } else {
                "2027-03-01"
            }
        }
        Some("date-time") => {
            if later {
                "2027-03-01T10:50:00Z"
            } else {
                "2027-03-01T10:00:00Z"
            }
        }
        Some("time") => "09:00:00",
        Some("email") => "ada.marsh@example.org",
        Some("uri") => "https://example.org/leaflet",
        Some("password") => "quiet harbour lamp eleven",
        _ => return words(member, schema),
    }
    .to_owned()
}

/// A sentence, or for what is too short for one, a code.
fn words(member: &str, schema: &Value) -> String {
    if let Some(text) = find(MORE_TEXTS, member, schema) {
        return text;
    }
    let sentence = "As agreed with Ada Marsh.";
    if schema["pattern"].is_null() && fits(sentence, schema) && schema["x-multiline"] == true {
        return sentence.to_owned();
    }
    let most = schema["maxLength"].as_u64().and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    member.chars().take(most).collect()
}

/// A whole number within the limits of its schema.
pub(super) fn number(member: &str, schema: &Value) -> i64 {
    let usual = match member {
        "minutes" | "slot_minutes" => 50,
        "contract_minutes" => 2250,
        "expires_in" => 900,
        "capacity" => 8,
        "minimum" => 4,
        "sessions" => 12,
        "max_total" => 27,
        "min_total" | "moves" | "chase_count" | "waiting" => 0,
        _ => 1,
    };
    let least = schema["minimum"].as_i64().unwrap_or(i64::MIN);
    usual.clamp(least, schema["maximum"].as_i64().unwrap_or(i64::MAX).max(least))
}
