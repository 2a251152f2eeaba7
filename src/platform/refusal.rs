//! The one table of reasons for which a request is not granted, and the value that carries such a reason.
//!
//! Rules return a [`Refusal`]; the front desk turns it into an answer. Nothing here knows HTTP beyond the status number
//! that a code is answered with, so that a pure rule may name its reason.

use std::borrow::Cow;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $status:literal, $title:literal;)+) => {
        /// A stable, machine-readable reason. Clients may branch on its text form; values may be added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $variant,)+ }

        impl Code {
            /// Every code there is, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)+];

            /// The stable text form, as clients see it.
            pub const fn as_str(self) -> &'static str { match self { $(Code::$variant => $name,)+ } }

            /// The HTTP status this code is always answered with.
            pub const fn status(self) -> u16 { match self { $(Code::$variant => $status,)+ } }

            /// A short title that is the same for every occurrence.
            pub const fn title(self) -> &'static str { match self { $(Code::$variant => $title,)+ } }
        }
    };
}

codes! {
    // The request itself.
    /// The body is not JSON at all.
    MalformedJson = "malformed_json", 400, "The body is not valid JSON";
    /// A path or query parameter or a header cannot be read.
    InvalidParameter = "invalid_parameter", 400, "A parameter is not valid";
    /// The cursor was not issued by this list.
    InvalidCursor = "invalid_cursor", 400, "The cursor is not valid";
    /// The request as such is broken (for example its length or encoding).
    BadRequest = "bad_request", 400, "The request cannot be understood";
    /// No access token, or one that is not valid any more.
    NotSignedIn = "not_signed_in", 401, "Sign in first";
    /// E-mail address and password do not belong together, or the account cannot be signed in to.
    InvalidCredentials = "invalid_credentials", 401, "These credentials are not valid";
    /// The refresh token is unknown, used, expired or ended.
    InvalidRefreshToken = "invalid_refresh_token", 401, "This refresh token is not valid";
    /// Signed in, but this role can never do this.
    WrongRole = "wrong_role", 403, "Your role cannot do this";
    /// There is no such thing, or none that the caller may know of.
    NotFound = "not_found", 404, "Not found";
    /// The address exists, this method does not.
    MethodNotAllowed = "method_not_allowed", 405, "This method is not allowed here";
    /// No representation suits the Accept header.
    NotAcceptable = "not_acceptable", 406, "No acceptable representation";
    /// The body took too long to arrive.
    RequestTimeout = "request_timeout", 408, "The request took too long";
    /// The body is larger than allowed.
    BodyTooLarge = "body_too_large", 413, "The body is too large";
    /// The body's content type is not the one documented.
    UnsupportedMediaType = "unsupported_media_type", 415, "The content type is not supported";
    /// The body is JSON, but one or more members are not as documented.
    InvalidBody = "invalid_body", 422, "One or more members are not valid";
    /// `If-Match` names another version than the present one.
    VersionMismatch = "version_mismatch", 412, "The record has changed";
    /// `If-Match` is required here and was not sent.
    VersionRequired = "version_required", 428, "Say which version you are changing";
    /// Too many requests; see `Retry-After`.
    TooManyRequests = "too_many_requests", 429, "Too many requests";
    /// Something broke on our side; nothing was changed.
    Internal = "internal", 500, "Something went wrong on our side";
    /// The database is away or the queue is full; see `Retry-After`.
    Unavailable = "unavailable", 503, "The service is briefly unavailable";

    // Idempotency.
    /// The same `Idempotency-Key` came with another request.
    IdempotencyKeyReused = "idempotency_key_reused", 422, "This Idempotency-Key belongs to another request";

    // Identity.
    /// The new password is too short, too common or the same as before.
    WeakPassword = "weak_password", 422, "Choose another password";
    /// A one-time link or token is unknown, used or expired.
    TokenExpired = "token_expired", 410, "This link is no longer valid";
    /// The e-mail address already belongs to a staff account (said to administrators only).
    EmailTaken = "email_taken", 409, "This e-mail address is already in use";
    /// Administrators cannot lock themselves out.
    OwnAccount = "own_account", 409, "You cannot do this to your own account";

    // Registration and pathway.
    /// A registration number does not have its body's format.
    InvalidRegistrationNumber = "invalid_registration_number", 422, "The registration number does not have the right format";
    /// A consent that the service needs was not given.
    ConsentRequired = "consent_required", 422, "A required consent is missing";
    /// The registration can no longer be changed in this way.
    RegistrationSettled = "registration_settled", 409, "This part of the registration can no longer be changed";
    /// The same colleague is already on the list.
    AlreadyBlocked = "already_blocked", 409, "This colleague is already on your list";
    /// The blocked list is full.
    TooManyBlocked = "too_many_blocked", 409, "Your list of blocked colleagues is full";
    /// Care is not open to this person yet (funding awaited, signposted, discharged).
    NotEligible = "not_eligible", 422, "Care is not open to you at this stage";

    // Assessment.
    /// An intake is already under way or done.
    IntakeExists = "intake_exists", 409, "There is already an intake assessment";
    /// The assessment was submitted and can no longer be changed.
    AlreadySubmitted = "already_submitted", 409, "This assessment has already been submitted";
    /// A required questionnaire is missing.
    IntakeIncomplete = "intake_incomplete", 422, "The intake is not complete";
    /// The assessment has not been submitted yet.
    NotSubmitted = "not_submitted", 409, "This assessment has not been submitted";
    /// The outcome of this assessment has already been recorded.
    OutcomeRecorded = "outcome_recorded", 409, "An outcome has already been recorded";
    /// Outcomes are recorded once the appointment has begun.
    AppointmentNotHeld = "appointment_not_held", 422, "The appointment has not taken place yet";
    /// The alert was acknowledged before.
    AlreadyAcknowledged = "already_acknowledged", 409, "This alert has already been acknowledged";

    // Calendar.
    /// The clinic overlaps another clinic of the same clinician.
    ClinicOverlaps = "clinic_overlaps", 409, "The clinic overlaps another one";
    /// The clinic's times or slot length do not fit together.
    InvalidClinic = "invalid_clinic", 422, "The clinic's times do not fit together";
    /// The clinic has been ended.
    ClinicEnded = "clinic_ended", 409, "This clinic has ended";
    /// The absence's times do not fit together.
    InvalidAbsence = "invalid_absence", 422, "The absence's times do not fit together";
    /// The window asked for is empty, backwards or too long.
    InvalidWindow = "invalid_window", 422, "The time window is not valid";
    /// The clinician has no directory entry yet.
    ClinicianIncomplete = "clinician_incomplete", 409, "The clinician's directory entry is missing";

    // Booking.
    /// Somebody else has the slot.
    SlotTaken = "slot_taken", 409, "This slot has just been taken";
    /// The slot has begun.
    SlotInThePast = "slot_in_the_past", 422, "This slot has already begun";
    /// The slot begins sooner than the minimum notice.
    TooLateToBook = "too_late_to_book", 422, "This slot begins too soon";
    /// The slot lies beyond the booking window.
    TooFarAhead = "too_far_ahead", 422, "This slot is too far ahead";
    /// The practitioner already has a live appointment at that time.
    AppointmentOverlaps = "appointment_overlaps", 409, "There is another appointment at that time";
    /// The practitioner already has an assessment booked.
    AssessmentBooked = "assessment_booked", 409, "An assessment is already booked";
    /// An assessment slot needs a submitted intake.
    IntakeRequired = "intake_required", 422, "Finish the intake questionnaires first";
    /// A treatment slot needs an accepted assessment.
    AssessmentRequired = "assessment_required", 422, "Treatment follows an accepted assessment";
    /// The hold has run out or was never there.
    HoldExpired = "hold_expired", 410, "The hold has expired";
    /// The practitioner has as many live appointments as one person may.
    TooManyAppointments = "too_many_appointments", 409, "There are too many open appointments";
    /// The appointment is not booked any more.
    AppointmentNotBooked = "appointment_not_booked", 409, "This appointment is not open any more";
    /// The appointment has begun: it can no longer be moved or cancelled.
    AppointmentBegun = "appointment_begun", 409, "This appointment has already begun";
    /// The new slot is not of the appointment's kind.
    KindMismatch = "kind_mismatch", 422, "The slot is of another kind";
    /// The new slot is the one already booked.
    SameSlot = "same_slot", 422, "The appointment is already in this slot";
    /// The attendance code does not fit the appointment's time or state.
    InvalidAttendance = "invalid_attendance", 422, "This attendance cannot be recorded";

    // Record.

    // Prescriptions.

    // Fit notes.

    // Follow-ups.

    // Groups.

    // Feedback.

    // Figures.

    // Messages.
    /// Only messages that could not be sent are sent again.
    NotReplayable = "not_replayable", 409, "This message cannot be sent again";
    /// Texts need a mobile number.
    MobileRequired = "mobile_required", 422, "Give a mobile number first";
    /// The number is not a mobile number of the United Kingdom or in E.164.
    InvalidMobile = "invalid_mobile", 422, "This is not a mobile number";
    /// The person has not agreed to messages that name the service.
    NamingNotAllowed = "naming_not_allowed", 422, "Messages may not name the service";
    /// The code is not the one that was sent.
    WrongCode = "wrong_code", 422, "This is not the code that was sent";
    /// The number is verified already, or there is none to verify.
    NothingToVerify = "nothing_to_verify", 409, "There is no number to verify";

    // Contacts.

    // Funding.

    // Signposting and self-check.

    // Hubs.

    // Outreach.
}

/// Why a rule says no: a stable code, a sentence for people, and the members it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The stable reason.
    pub code: Code,
    /// A sentence for people. Never holds anything a person typed.
    pub detail: Cow<'static, str>,
    /// The members or parameters that the refusal is about.
    pub fields: Vec<FieldError>,
}

/// One member of a request that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer into the body (`/answers/3`), or the name of a parameter or header.
    pub pointer: String,
    /// What is wrong, in one stable word (`required`, `too_long`, `out_of_range`, …).
    pub code: &'static str,
    /// A sentence for people. Never holds the value that was sent.
    pub detail: Cow<'static, str>,
}

impl Refusal {
    /// A refusal with its own sentence.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into(), fields: Vec::new() }
    }

    /// Names a member that the refusal is about.
    #[must_use]
    pub fn field(mut self, pointer: impl Into<String>, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        self.fields.push(FieldError { pointer: pointer.into(), code, detail: detail.into() });
        self
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::new(code, code.title())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_has_its_own_name_and_a_status_that_is_an_error() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len(), "two codes share a name");
        for code in Code::ALL {
            assert!((400..=599).contains(&code.status()), "{} answers {}", code.as_str(), code.status());
            assert!(code.as_str().chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{}", code.as_str());
        }
    }
}
