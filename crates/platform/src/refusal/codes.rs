//! The problem codes of the public contract: few enough to branch on, each documented once.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

macro_rules! codes {
    ($($variant:ident = $name:literal, $status:literal, $title:literal, $meaning:literal, $reaction:literal;)+) => {
        /// What a client branches on when a request is refused. The page that a problem's `type` points to documents each code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $meaning] $variant,)+ }

        impl Code {
            /// All codes, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable text form, as clients see it.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $name,)+ } }

            /// The HTTP status of every answer with this code.
            pub const fn status(self) -> u16 { match self { $(Self::$variant => $status,)+ } }

            /// A short title, the same for every occurrence.
            pub const fn title(self) -> &'static str { match self { $(Self::$variant => $title,)+ } }

            /// What the code means, for developers of clients.
            pub const fn meaning(self) -> &'static str { match self { $(Self::$variant => $meaning,)+ } }

            /// What a client does about it.
            pub const fn reaction(self) -> &'static str { match self { $(Self::$variant => $reaction,)+ } }
        }
    };
}

codes! {
    // The request itself.
    BadRequest = "bad_request", 400, "The request cannot be understood",
        "The request is broken: its length, its encoding, or a body that is not JSON.",
        "Correct the client. Sending the same request again does not help.";
    InvalidParameter = "invalid_parameter", 400, "A parameter is not valid",
        "A path parameter, query parameter or header cannot be read or is out of range. `errors` names it.",
        "Correct the parameter.";
    InvalidCursor = "invalid_cursor", 400, "The cursor is not valid",
        "The cursor was not issued by this list, or the filters have changed since.",
        "Start the list again without `cursor`.";
    NotSignedIn = "not_signed_in", 401, "Sign in first",
        "There is no access token, or it has expired or was ended.",
        "Refresh the session, or show the sign-in form.";
    InvalidCredentials = "invalid_credentials", 401, "These credentials are not valid",
        "Email address and password do not belong together, or the account is locked or not confirmed.",
        "Let the person try again, or offer a password reset.";
    InvalidRefreshToken = "invalid_refresh_token", 401, "This refresh token is not valid",
        "The refresh token is unknown, used, expired or ended.",
        "Show the sign-in form.";
    WrongRole = "wrong_role", 403, "Your role cannot do this",
        "This role can never do this; or `errors` names a member that only an administrator may change.",
        "Hide the action from this role.";
    NotFound = "not_found", 404, "Not found",
        "There is no such record, or none that the caller may know of. The two look the same.",
        "Treat the record as absent.";
    MethodNotAllowed = "method_not_allowed", 405, "This method is not allowed here",
        "The address exists, but not with this method. `Allow` names those that exist.",
        "Correct the client.";
    NotAcceptable = "not_acceptable", 406, "No acceptable representation",
        "No representation suits the `Accept` header.",
        "Accept `application/json`, or the media type that the operation documents.";
    RequestTimeout = "request_timeout", 408, "The request took too long",
        "The body took too long to arrive. Nothing was changed.",
        "Send the request again.";
    BodyTooLarge = "body_too_large", 413, "The body is too large",
        "The body is larger than this operation accepts.",
        "Send a smaller body.";
    UnsupportedMediaType = "unsupported_media_type", 415, "The content type is not supported",
        "The body's `Content-Type` or `Content-Encoding` is not the documented one.",
        "Correct the client.";
    InvalidBody = "invalid_body", 422, "One or more members are not valid",
        "The body is JSON, but one or more members are not valid. `errors` names each with a pointer and a sentence.",
        "Show each sentence at its field.";
    VersionMismatch = "version_mismatch", 412, "The record has changed",
        "`If-Match` names a version that is not the current one.",
        "Read the record again, show what changed, and let the person decide.";
    VersionRequired = "version_required", 428, "Say which version you are changing",
        "This operation needs `If-Match`.",
        "Send the `ETag` of the version that was read.";
    HeadTooLarge = "head_too_large", 431, "The headers are too large",
        "The request line and headers are larger than is accepted.",
        "Send fewer or shorter headers.";
    TooManyRequests = "too_many_requests", 429, "Too many requests",
        "Too many requests came from this account or address.",
        "Wait as long as `Retry-After` says.";
    Internal = "internal", 500, "Something went wrong on our side",
        "Something broke on our side. Nothing was changed.",
        "Show `detail`, which names help in an emergency. Try again later. Report the `X-Request-Id` if it lasts.";
    Unavailable = "unavailable", 503, "The service is briefly unavailable",
        "The database is unavailable or too much work is waiting. A change is rarely made then, but it may have been: the answer of the \
         database can be lost.",
        "Show `detail`, which names help in an emergency. Wait as long as `Retry-After` says, then send a request with an \
         `Idempotency-Key` again with the same key: it has one effect. Without a key, look first whether the change was made.";
    IdempotencyKeyReused = "idempotency_key_reused", 422, "This Idempotency-Key belongs to another request",
        "The same `Idempotency-Key` came with another request.",
        "Make a new key for each new request.";

    // Any record.
    StateConflict = "state_conflict", 409, "The record is not in a state in which this can be done",
        "The record has changed in the meantime, or is final. `detail` says what happened.",
        "Read the record again and show its state.";
    AlreadyExists = "already_exists", 409, "This exists already",
        "What is to be created exists already. `detail` says what; `errors` names the member where it is about one.",
        "Show what exists.";
    LimitReached = "limit_reached", 409, "No more can be added",
        "As many exist as one person or list may have. `detail` says of what.",
        "Show the limit. Something must be ended or removed first.";
    Incomplete = "incomplete", 422, "Something that is needed is missing",
        "Something that was saved earlier lacks parts that this step needs. `errors` names each part.",
        "Take the person to the parts that `errors` names.";
    TooEarly = "too_early", 422, "It is too early for this",
        "This can be done only later. `detail` says what must happen first.",
        "Offer it again at that time.";
    TooLate = "too_late", 422, "It is too late for this",
        "The time in which this could be done has passed.",
        "Hide the action.";

    // Accounts, registration and pathway.
    WeakPassword = "weak_password", 422, "Choose another password",
        "The new password is too short, too common, or the same as before.",
        "Ask for another password.";
    TokenExpired = "token_expired", 410, "This link is no longer valid",
        "A single-use link or token is unknown, used or expired.",
        "Offer to send another link.";
    WrongPassword = "wrong_password", 422, "This is not the password of this registration",
        "The password is not the one that was chosen in the registration form.",
        "Ask for the password again.";
    EmailTaken = "email_taken", 409, "This email address is already in use",
        "The address belongs to another staff account (for administrators), or to another account of the person who has proved that it is theirs.",
        "Use another address, or sign in.";
    OwnAccount = "own_account", 409, "You cannot do this to your own account",
        "Administrators cannot lock or demote themselves, and privacy officers do not review what they did themselves.",
        "Ask another person with the same role.";
    SecondPersonRequired = "second_person_required", 409, "A second person must approve this",
        "Who proposes what gives access to people or to controlled drugs, writes to staff or destroys a record, cannot approve it.",
        "Ask another person who may approve it. If there is no other administrator, an operator creates one with `confide admin create`.";
    ConsentRequired = "consent_required", 422, "A required consent is missing",
        "A consent that this step needs has not been given. `errors` names it.",
        "Show the consent, and send it only if it is given.";
    RegistrationSettled = "registration_settled", 409, "This part of the registration can no longer be changed",
        "What was registered is already in use.",
        "Ask the person to contact the service.";
    NotEligible = "not_eligible", 422, "Care is not open at this stage",
        "Care is not open to this practitioner: they await funding or a decision about their reason, were signposted elsewhere, or were \
         discharged.",
        "Show `signposts`.";
    NotInCare = "not_in_care", 409, "The practitioner is not in care",
        "This is possible only while the practitioner is in care.",
        "Readmit the practitioner, or refer them.";
    CareEnded = "care_ended", 409, "Care has ended; nothing can be added",
        "Care has ended. For a limited time the record can be read, and a clinician can finish their own notes.",
        "Close the record for writing.";
    NotTheLead = "not_the_lead", 422, "This is for the lead clinician to do",
        "Only the lead clinician does this.",
        "Show who the lead clinician is.";
    UpcomingAppointments = "upcoming_appointments", 409, "There are upcoming appointments",
        "Upcoming appointments must be cancelled before this.",
        "Show the appointments and offer to cancel them.";
    RiskAlertOpen = "risk_alert_open", 409, "A risk alert is open",
        "Care does not end while a risk alert about the practitioner is open.",
        "Show the alert. A clinician closes it first.";
    OpenItems = "open_items", 422, "Something is still open",
        "Something is still open, and the request does not state what happens to it. `errors` names each kind with its number.",
        "Ask about each kind that `errors` names, and send the answers.";
    NoReasonToContact = "no_reason_to_contact", 422, "There is no such reason to reach the practitioner now",
        "The caller has no open alert, telephone appointment or follow-up of this practitioner now, as the reason needs it.",
        "Hide how to reach the practitioner.";
    RecordedAsDead = "recorded_as_dead", 409, "The practitioner is recorded as dead",
        "The practitioner is recorded as dead. An administrator can correct an error.",
        "Offer nothing more to this person; name an administrator to ask.";

    // Questionnaires and assessment.
    IntakeRequired = "intake_required", 422, "The intake questionnaires come first",
        "An assessment can be booked after the intake questionnaires are submitted.",
        "Link to the questionnaires.";
    AssessmentRequired = "assessment_required", 422, "Treatment follows an accepted assessment",
        "A treatment slot needs an assessment with the outcome \"accepted\".",
        "Link to booking an assessment.";
    ReviewNotOpen = "review_not_open", 422, "These questionnaires are for people in care",
        "Review questionnaires are for practitioners in care, and the last ones for some weeks after it.",
        "Hide the questionnaires.";
    FeedbackNotDue = "feedback_not_due", 422, "Feedback is for what has taken place",
        "The appointment did not take place, or care has not ended.",
        "Hide the form.";

    // Calendar and booking.
    ClinicOverlaps = "clinic_overlaps", 409, "The clinic overlaps another one",
        "The clinic overlaps another clinic of the same clinician.",
        "Show the other clinic.";
    DirectoryEntryRequired = "directory_entry_required", 409, "The clinician's directory entry is missing",
        "The clinician has no directory entry yet.",
        "Link to the directory entry.";
    TimeReserved = "time_reserved", 409, "This time is reserved for a group",
        "A group session needs this time.",
        "Show the group session.";
    SlotTaken = "slot_taken", 409, "This slot has just been taken",
        "Another person has booked or holds the slot, or it was withdrawn.",
        "Show other slots.";
    SlotNotBookable = "slot_not_bookable", 422, "This slot cannot be booked",
        "The slot has begun, begins within the minimum notice, or is beyond the booking window. `detail` says which.",
        "Show other slots.";
    HoldExpired = "hold_expired", 410, "The hold has expired",
        "The hold has expired, or there never was one.",
        "Hold the slot again, or choose another.";
    AppointmentOverlaps = "appointment_overlaps", 409, "There is another appointment at that time",
        "The practitioner already has an appointment at that time.",
        "Show the other appointment.";
    AssessmentBooked = "assessment_booked", 409, "An assessment is already booked",
        "The practitioner already has an assessment booked.",
        "Show that appointment.";
    PhoneRequired = "phone_required", 422, "Give a telephone number",
        "An appointment by telephone needs a number.",
        "Ask for the number.";

    // Prescriptions and fit notes.
    NotAPrescriber = "not_a_prescriber", 422, "This discipline or registration does not allow prescribing",
        "The clinician's discipline or professional register gives no right to prescribe.",
        "Hide prescribing.";
    RegistrationNumberRequired = "registration_number_required", 422, "The registration number is not in the directory",
        "The directory holds no professional registration number of the prescriber.",
        "Link to the directory entry.";
    PrescribingRightRequired = "prescribing_right_required", 422, "The right to prescribe is not in the register",
        "The register of prescribing rights holds none that is in force.",
        "Ask an administrator to add it.";
    PrescriptionNotSignable = "prescription_not_signable", 422, "The prescription breaks a prescribing rule",
        "The draft breaks one or more prescribing rules. `errors` names each rule with a pointer and a sentence.",
        "Show each sentence at its field.";
    PrescriptionExpired = "prescription_expired", 410, "This prescription has expired",
        "The prescription is no longer valid.",
        "Offer a new prescription.";
    ReviewDue = "review_due", 422, "The review is due first",
        "The review date has passed; the prescription must be reviewed before the next issue.",
        "Link to the review.";
    OrganisationRequired = "organisation_required", 409, "The service has no name and address for printed forms",
        "The operator has not set the name and address that are printed on forms.",
        "Ask the operator to set them.";
    FitNoteNotAllowed = "fit_note_not_allowed", 422, "You cannot issue this fit note",
        "The clinician's profession does not issue fit notes, or the note would be for themselves.",
        "Ask another clinician to issue it.";
    FitNoteAssessmentRequired = "fit_note_assessment_required", 422, "A fit note needs an assessment",
        "There is no assessment on which the fit note could be based.",
        "Link to an appointment or a report.";
    LegalNameRequired = "legal_name_required", 422, "The practitioner's legal name is not known",
        "A fit note carries the legal name, and it is not recorded.",
        "Ask the practitioner to add it to their registration.";
    WarningsNotAcknowledged = "warnings_not_acknowledged", 422, "Acknowledge the warnings first",
        "The fit note has warnings that were not acknowledged. `errors` names each.",
        "Show the warnings and send them back acknowledged.";
    FitNoteWithEmployer = "fit_note_with_employer", 409, "The employer has this fit note already",
        "A fit note that the employer has cannot be withdrawn here.",
        "Ask the employer to return the paper.";

    // Groups.
    FacilitatorBusy = "facilitator_busy", 409, "A facilitator is not free at that time",
        "A facilitator has another commitment at that time.",
        "Choose another time.";
    BelowMinimum = "below_minimum", 422, "There are fewer members than the group needs",
        "The group does not start below its minimum number of members.",
        "Enrol more members first.";
    GroupNotOpen = "group_not_open", 409, "The group takes no one now",
        "The group or its enrolment is closed.",
        "Hide the group.";
    GroupFull = "group_full", 409, "All places in this group are taken",
        "All places are taken.",
        "Offer the waiting list.";
    ScreeningRequired = "screening_required", 422, "A recent screening must come first",
        "Enrolment needs a recent screening that found the group suitable for the person.",
        "Offer the waiting list or a screening.";
    GroupConflict = "group_conflict", 422, "A member of this group must not meet this person",
        "A member knows the person or shares their employer, and the two have not both agreed to meet. Only staff get this code.",
        "Choose another group.";
    PlaceNotCleared = "place_not_cleared", 422, "This place has not been given to you yet",
        "The place has not been given yet. Practitioners are never given the reason.",
        "Show the place as waiting.";
    WrongAudience = "wrong_audience", 422, "This group is for a different audience",
        "The person is not part of the group's `audience`.",
        "Show other groups.";
    OfferExpired = "offer_expired", 410, "This offer is no longer open",
        "The offer of a place has expired or was withdrawn.",
        "Offer the waiting list.";

    // Messages and the contact line.
    WrongCode = "wrong_code", 422, "This is not the code that was sent",
        "The code is not the one that was sent.",
        "Ask for the code again, or send another.";
    ContactClosed = "contact_closed", 409, "This contact is closed",
        "The contact is closed, or its personal data was deleted when its retention time ended.",
        "Triage the contact again, which reopens it, or log another.";
    ContactTasksOpen = "contact_tasks_open", 409, "A task of this contact is still open",
        "A task of this contact is not completed.",
        "Show the open tasks.";
    TaskTaken = "task_taken", 409, "Another person has taken this task",
        "Another member of staff has taken the task.",
        "Offer to take it over.";
    UnsafeChannel = "unsafe_channel", 422, "This channel is not safe for the caller",
        "The caller has asked not to be contacted by this channel.",
        "Offer another channel. This is a matter of safety.";
    InvitationUsed = "invitation_used", 410, "This invitation was used",
        "A registration was made with this invitation.",
        "Offer to sign in.";
    InvitationExpired = "invitation_expired", 410, "This invitation is no longer valid",
        "The invitation has expired, was withdrawn, or was replaced by another.",
        "Offer to ask for another link.";
    LineUnanswered = "line_unanswered", 422, "At every hour at least one channel must be answered",
        "With these hours there would be a time at which no channel is answered.",
        "Set the hours of another channel first.";

    // Funding and eligibility.
    FundingRequestOpen = "funding_request_open", 409, "Another funding request is open",
        "Another funding request for this practitioner is open.",
        "Show that request.";
    FundingNotRequired = "funding_not_required", 422, "No funding is needed here",
        "This practitioner's care does not depend on a commissioner's funding.",
        "Offer booking.";
    FundingRequired = "funding_required", 422, "No funding is in force",
        "No approval is in force for this booking.",
        "Link to a funding request.";
    FundingExpired = "funding_expired", 422, "The funding has expired",
        "The last day for bookings under the approval has passed.",
        "Link to a new request.";
    FundingExhausted = "funding_exhausted", 409, "The funding is used up",
        "The approved sessions or the approved amount are used up.",
        "Link to a request for continued funding.";
    EligibilityRuleRequired = "eligibility_rule_required", 409, "Without this rule some people would get no decision",
        "Every person must get a decision. Without this rule some would not.",
        "Add the rule that replaces it first.";

    // Signposts, hubs and outreach.
    EmergencyRoute = "emergency_route", 409, "Emergency routes are not changed here",
        "The emergency routes are built in.",
        "Hide the action.";
    HubClosed = "hub_closed", 409, "This hub is closed",
        "The hub is closed, or not open yet.",
        "Choose another hub.";
    NotYourHub = "not_your_hub", 422, "You cannot refer for this hub",
        "Coordinators of a hub refer only from their own hub; only coordinators of the service refer to a hub.",
        "Choose another hub.";
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl utoipa::PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("What to branch on. Each code is documented at `/docs/problems`."))
            .enum_values(Some(Self::ALL.iter().map(|code| code.as_str())))
            .into()
    }
}

impl utoipa::ToSchema for Code {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ProblemCode")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn unavailable_does_not_promise_that_nothing_was_changed() {
        let (meaning, reaction) = (Code::Unavailable.meaning(), Code::Unavailable.reaction());
        assert!(!meaning.contains("Nothing was changed") && meaning.contains("may have been"), "{meaning}");
        assert!(reaction.contains("`Idempotency-Key`") && reaction.contains("look first whether"), "{reaction}");
    }

    #[test]
    fn every_code_has_a_name_of_its_own_and_an_error_status() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len(), "two codes share a name");
        for code in Code::ALL {
            assert!((400..=599).contains(&code.status()), "{} answers {}", code.as_str(), code.status());
            assert!(code.as_str().chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{}", code.as_str());
        }
    }
}
