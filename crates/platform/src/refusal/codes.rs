//! The one table of reasons for which a request is not granted.

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
    /// A member of the body is an administrator's to change.
    AdministratorOnly = "administrator_only", 403, "Only an administrator may change this";
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
    /// The request line and the headers are longer than is read.
    HeadTooLarge = "head_too_large", 431, "The headers are too large";
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
    /// The password is not the one that was chosen in the registration.
    WrongPassword = "wrong_password", 422, "This is not the password of this registration";
    /// The e-mail address already belongs to a staff account (said to administrators), or to another account (said to a person
    /// who has just shown that the address is theirs).
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
    /// These questionnaires are for people in care, the last ones for some weeks after it too.
    ReviewNotOpen = "review_not_open", 422, "These questionnaires are for people in care";
    /// There are questionnaires of this purpose that are not answered yet.
    ReviewExists = "review_exists", 409, "There are already questionnaires to answer";
    /// A review is finished by its answers; only an intake has an outcome.
    ReviewHasNoOutcome = "review_has_no_outcome", 422, "Only an intake has an outcome";
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
    /// An appointment by telephone needs a number.
    PhoneRequired = "phone_required", 422, "Say which number to ring";
    /// The new slot is the one already booked.
    SameSlot = "same_slot", 422, "The appointment is already in this slot";
    /// The attendance code does not fit the appointment's time or state.
    InvalidAttendance = "invalid_attendance", 422, "This attendance cannot be recorded";

    // Record.
    /// There is a note about this appointment by this clinician.
    NoteExists = "note_exists", 409, "There is already a note about this appointment";
    /// A signed note is final.
    NoteSigned = "note_signed", 409, "This note is signed and can no longer be changed";
    /// Addenda belong to signed notes.
    NoteNotSigned = "note_not_signed", 409, "This note has not been signed yet";
    /// A note has as many addenda as it may.
    TooManyAddenda = "too_many_addenda", 409, "There are too many addenda to this note";
    /// A part without which a note is not signed is missing.
    NoteIncomplete = "note_incomplete", 422, "The note is not complete";
    /// The note tells of somebody who came, or did not, and it was the other way.
    AttendanceMismatch = "attendance_mismatch", 422, "The note does not fit what became of the appointment";
    /// A problem that was entered in error is final.
    ProblemInError = "problem_in_error", 409, "This problem was entered in error and can no longer be changed";
    /// The problem list is full.
    TooManyProblems = "too_many_problems", 409, "The problem list is full";
    /// The check digit of a SNOMED CT code does not fit.
    InvalidSnomedCode = "invalid_snomed_code", 422, "This is not a SNOMED CT code";
    /// The practitioner is not in care.
    NotInCare = "not_in_care", 409, "The practitioner is not in care";
    /// Care has ended: the record may be read for a while, and own notes finished, but nothing else is added.
    CareEnded = "care_ended", 409, "Care has ended; nothing can be added";
    /// The lead clinician does this.
    NotTheLead = "not_the_lead", 422, "This is for the lead clinician to do";
    /// There are appointments ahead.
    AppointmentsAhead = "appointments_ahead", 409, "There are appointments ahead; call them off first";
    /// The practitioner was not discharged.
    NotDischarged = "not_discharged", 409, "The practitioner has not been discharged";
    /// The practitioner is recorded as dead.
    RecordedAsDead = "recorded_as_dead", 409, "The practitioner is recorded as dead; if that is an error, an administrator can undo it";

    // Prescriptions.
    /// The discipline, or the register with this number, brings no right to prescribe.
    NotAPrescriber = "not_a_prescriber", 422, "Your discipline or registration does not allow prescribing";
    /// The directory does not hold the prescriber's registration.
    RegistrationMissing = "registration_missing", 422, "Your registration number is not in the directory";
    /// The register of prescribing rights holds none that is in force.
    PrescribingRightRequired = "prescribing_right_required", 422, "Your right to prescribe is not in the register";
    /// This kind of prescriber may not prescribe this controlled drug.
    ScheduleNotAllowed = "schedule_not_allowed", 422, "You may not prescribe this controlled drug";
    /// Cocaine, diamorphine and dipipanone for addiction need a licence.
    HomeOfficeLicenceRequired = "home_office_licence_required", 422, "A Home Office licence is needed";
    /// Dentists prescribe for dental treatment only.
    DentalNeedRequired = "dental_need_required", 422, "Dentists prescribe for dental treatment only";
    /// Supplementary prescribers work under a clinical management plan.
    ManagementPlanRequired = "management_plan_required", 422, "Name the clinical management plan";
    /// The medicine is said to be controlled less strictly than its ingredients.
    ScheduleUnderstated = "schedule_understated", 422, "The medicine is controlled more strictly";
    /// Structure and text of a dose do not agree, or there is no dose.
    DosageUnclear = "dosage_unclear", 422, "The dosage is not clear";
    /// The quantity is not what the dose comes to.
    QuantityMismatch = "quantity_mismatch", 422, "The quantity does not fit the dose";
    /// The quantity in words is not the quantity in figures.
    QuantityWordsMismatch = "quantity_words_mismatch", 422, "Words and figures differ";
    /// More than thirty days' supply of a controlled drug.
    SupplyTooLong = "supply_too_long", 422, "This is more than thirty days' supply";
    /// Drugs of schedules 2 and 3 are not repeated.
    RepeatNotAllowed = "repeat_not_allowed", 422, "This controlled drug cannot be repeated";
    /// A repeat needs a review date that lies ahead.
    ReviewDateRequired = "review_date_required", 422, "A repeat needs a review date";
    /// The repeats reach past the prescription's last day.
    RepeatsTooLong = "repeats_too_long", 422, "The repeats reach too far";
    /// The stated start is past, or too far ahead.
    StartDateInvalid = "start_date_invalid", 422, "The start date is not possible";
    /// A drug of schedule 2 or 3 needs the patient's address.
    AddressRequired = "address_required", 422, "The patient's address is needed";
    /// A private prescription of such a drug needs the prescriber's code.
    PrivateCodeRequired = "private_code_required", 422, "Your code for private prescriptions of controlled drugs is missing";
    /// Nobody has asked about allergies.
    AllergyStatusMissing = "allergy_status_missing", 422, "The allergy status is not recorded";
    /// A recorded allergy speaks against it.
    AllergyConflict = "allergy_conflict", 422, "A recorded allergy speaks against this";
    /// The same ingredient is prescribed already.
    DuplicateIngredient = "duplicate_ingredient", 422, "The same ingredient is prescribed already";
    /// The general practitioner may not be told, and no reason is recorded.
    GpSharingMissing = "gp_sharing_missing", 422, "The general practitioner may not be told";
    /// A controlled drug, or one liable to abuse, without shared records.
    SharedRecordsRequired = "shared_records_required", 422, "This needs shared records";
    /// The prescription is signed or cancelled: it can no longer be changed.
    PrescriptionNotDraft = "prescription_not_draft", 409, "This prescription is not a draft any more";
    /// The prescription is not signed yet.
    PrescriptionNotSigned = "prescription_not_signed", 409, "This prescription is not signed";
    /// The prescription was called off.
    PrescriptionCancelled = "prescription_cancelled", 409, "This prescription was cancelled";
    /// Every issue was given out.
    AllIssued = "all_issued", 409, "Everything has been issued";
    /// The validity has run out.
    PrescriptionExpired = "prescription_expired", 410, "This prescription has expired";
    /// The next issue is not due yet.
    IssueTooEarly = "issue_too_early", 422, "The next issue is not due yet";
    /// The review was due before this issue.
    ReviewDue = "review_due", 422, "The review is due first";

    // Fit notes.
    /// The operator has not said whose name and address stand on printed forms.
    OrganisationNotSet = "organisation_not_set", 409, "The service has no name and address for printed forms";
    /// A text holds a letter that cannot be printed.
    Unprintable = "unprintable", 422, "A letter cannot be printed";
    /// The clinician's profession is none that may issue fit notes.
    FitNoteIssuer = "fit_note_issuer", 422, "Your profession does not issue fit notes";
    /// The issuer and the practitioner are one person.
    FitNoteForOneself = "fit_note_for_oneself", 422, "Nobody issues a fit note for themselves";
    /// There is no assessment that the note could rest on.
    FitNoteNotAssessed = "fit_note_not_assessed", 422, "A fit note rests on an assessment";
    /// The assessment has a note already.
    FitNoteExists = "fit_note_exists", 409, "There is already a fit note for this assessment";
    /// The advice does not fit what is said about work.
    FitNoteAdaptations = "fit_note_adaptations", 422, "The advice does not fit";
    /// "May be fit" without functional effects.
    FitNoteEffects = "fit_note_effects", 422, "The functional effects are missing";
    /// The condition is missing, or is given less precisely without a ground.
    FitNoteCondition = "fit_note_condition", 422, "The condition is not complete";
    /// The period is stated in no way, or in two.
    FitNotePeriod = "fit_note_period", 422, "The period is not stated in one way";
    /// A short period that is not stated by its dates.
    FitNoteDatesRequired = "fit_note_dates_required", 422, "A short period is stated by its dates";
    /// The period begins in the future.
    FitNotePostDated = "fit_note_post_dated", 422, "A fit note is not post-dated";
    /// The period begins before any assessment.
    FitNoteBackDated = "fit_note_back_dated", 422, "A fit note is not dated back before any assessment";
    /// Too long for the first six months.
    FitNoteTooLong = "fit_note_too_long", 422, "The period is too long for the first six months";
    /// The practitioner's legal name is not known.
    FitNoteName = "fit_note_name", 422, "The practitioner's legal name is not known";
    /// A text holds what must not stand beside a legal name.
    FitNoteReveals = "fit_note_reveals", 422, "The text says what must not stand on paper";
    /// Something must be seen before it is issued.
    FitNoteWarnings = "fit_note_warnings", 422, "Acknowledge the warnings first";
    /// It was withdrawn.
    FitNoteWithdrawn = "fit_note_withdrawn", 409, "This fit note was withdrawn";
    /// The employer has it.
    FitNoteWithEmployer = "fit_note_with_employer", 409, "The employer has this fit note already";
    /// The weeks of a plan do not follow one another.
    ReturnToWorkWeeks = "return_to_work_weeks", 422, "The weeks do not follow one another";
    /// More hours than in the contract.
    ReturnToWorkHours = "return_to_work_hours", 422, "There are more hours than in the contract";
    /// The review is out of reach.
    ReturnToWorkReview = "return_to_work_review", 422, "The review is at no sensible time";
    /// The plan was agreed before.
    ReturnToWorkAgreed = "return_to_work_agreed", 409, "This plan was agreed before";
    /// The plan was not agreed yet.
    ReturnToWorkNotAgreed = "return_to_work_not_agreed", 409, "This plan is not agreed yet";

    // Follow-ups.
    /// The interval's ends do not fit together, lie too far ahead, or are over already.
    InvalidInterval = "invalid_interval", 422, "The interval does not fit";
    /// The follow-up is done, was called off, or care has ended.
    FollowUpClosed = "follow_up_closed", 409, "This follow-up is closed";
    /// As many follow-ups are open as one person may have.
    TooManyFollowUps = "too_many_follow_ups", 409, "There are too many open follow-ups";
    /// The appointment was held before the follow-up was agreed, missed or called off.
    AppointmentNotSuitable = "appointment_not_suitable", 422, "This appointment cannot be the follow-up";

    // Groups.
    /// The programme's members do not fit together.
    InvalidGroup = "invalid_group", 422, "The programme does not fit together";
    /// A facilitator is needed elsewhere at that time.
    FacilitatorBusy = "facilitator_busy", 409, "A facilitator has another group at that time";
    /// The time is reserved for the session of a group.
    TimeReserved = "time_reserved", 409, "This time is reserved for a group";
    /// A series does not start below its minimum.
    BelowMinimum = "below_minimum", 422, "There are fewer members than the group needs";
    /// The group is not in a state for this.
    GroupNotOpen = "group_not_open", 409, "The group is not open for this any more";
    /// All places are taken.
    GroupFull = "group_full", 409, "All places in this group are taken";
    /// Enrolment has closed.
    EnrolmentClosed = "enrolment_closed", 409, "Enrolment in this group has closed";
    /// The person is enrolled, waits or has an offer already.
    AlreadyEnrolled = "already_enrolled", 409, "There is already a place or a wait in this group";
    /// Enrolment needs a screening that is recent and found the person suitable.
    ScreeningRequired = "screening_required", 422, "A recent screening must come first";
    /// Somebody in the group knows the person or shares their employer, and the two have not both agreed (said to staff only).
    GroupConflict = "group_conflict", 422, "Somebody in this group must not meet this person";
    /// The place is not given yet. Practitioners are told no more.
    PlaceNotCleared = "place_not_cleared", 422, "This place has not been given to you yet";
    /// The group is for other people.
    WrongAudience = "wrong_audience", 422, "This group is for other people";
    /// There is no offer to accept.
    NotOffered = "not_offered", 409, "No place is on offer";
    /// The offer has run out or was taken back.
    OfferExpired = "offer_expired", 410, "This offer is no longer open";
    /// The place was given up, or the group is over.
    EnrolmentOver = "enrolment_over", 409, "This place has been given up already";
    /// The session has been cancelled.
    SessionCancelled = "session_cancelled", 409, "This session has been cancelled";
    /// The session has begun: it can no longer be moved or cancelled.
    SessionBegun = "session_begun", 409, "This session has already begun";
    /// Records are made once the session has begun.
    SessionNotBegun = "session_not_begun", 422, "This session has not begun yet";
    /// Therapy has a note in each member's record, a group session a head count only.
    WrongRecordForm = "wrong_record_form", 422, "This group does not keep that kind of record";
    /// The person did not belong to the group at the time of the session.
    NotAMember = "not_a_member", 422, "Not a member of the group at that time";
    /// The time in which a record may be corrected is over.
    RecordClosed = "record_closed", 422, "The time for corrections is over";
    /// A signed note is not changed.
    GroupNoteSigned = "group_note_signed", 409, "This note has been signed";

    // Feedback.
    /// There is feedback about this already.
    FeedbackGiven = "feedback_given", 409, "You have given feedback about this already";
    /// The appointment did not take place, or care has not ended.
    FeedbackNotDue = "feedback_not_due", 422, "Feedback is for what has taken place";
    /// It was too long ago.
    FeedbackClosed = "feedback_closed", 410, "It is too late for feedback about this";

    // Figures.

    // Messages.
    /// Only messages that could not be sent are sent again.
    NotReplayable = "not_replayable", 409, "This message cannot be sent again";
    /// Only messages that wait for a person are given up.
    MessageSettled = "message_settled", 409, "This message does not wait for a decision";
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
    /// The contact is closed; another one is logged instead.
    ContactClosed = "contact_closed", 409, "This contact is closed";
    /// The personal part of the contact was let go when its time was up.
    ContactForgotten = "contact_forgotten", 409, "What was known of this contact has been let go";
    /// Something about the contact waits to be done.
    ContactTasksOpen = "contact_tasks_open", 409, "Something about this contact is not done yet";
    /// Somebody else has taken the task.
    TaskTaken = "task_taken", 409, "Somebody else has taken this";
    /// A task is taken before it is done.
    TaskNotTaken = "task_not_taken", 409, "Take this first";
    /// The task is done.
    TaskDone = "task_done", 409, "This is done already";
    /// There is no number or address to send to.
    ContactAddressMissing = "contact_address_missing", 422, "There is nowhere to send this";
    /// The caller said that it is not safe to write to them so.
    UnsafeChannel = "unsafe_channel", 422, "It is not safe to write to the caller so";
    /// Somebody has registered with the invitation.
    InvitationUsed = "invitation_used", 410, "This invitation was used";
    /// The invitation's days are over.
    InvitationExpired = "invitation_expired", 410, "This invitation has expired";
    /// The invitation was taken back, or another one was sent.
    InvitationRevoked = "invitation_revoked", 410, "This invitation is no longer good";
    /// There would be an hour at which nobody answers by any channel.
    LineUnanswered = "line_unanswered", 422, "Somebody always answers by some channel";
    /// There are hours of that channel and day already.
    HoursSet = "hours_set", 409, "There are hours of this channel from that day already";
    /// Hours that have begun are history.
    HoursBegun = "hours_begun", 409, "These hours have begun";
    /// The contact does not say enough for a verdict.
    ContactIncomplete = "contact_incomplete", 422, "The contact does not say enough yet";

    // Funding.
    /// The request does not stand where this can be done to it.
    FundingState = "funding_state", 409, "The request does not stand where this can be done";
    /// Another request of this person is under way.
    FundingRequestOpen = "funding_request_open", 409, "Another request is under way";
    /// This person's care does not depend on a commissioner's money.
    FundingNotNeeded = "funding_not_needed", 422, "No funding is needed here";
    /// The request does not say all that it must say.
    FundingIncomplete = "funding_incomplete", 422, "The request is not complete";
    /// The panel is so near that its papers would be late.
    PanelTooSoon = "panel_too_soon", 422, "The papers would be late for this panel";
    /// The time in which this could be asked for has passed.
    FundingTooLate = "funding_too_late", 422, "The time for this has passed";
    /// No approval is in force that a booking could rest on.
    FundingRequired = "funding_required", 422, "No funding is in force";
    /// The day until which the approval opened booking has passed.
    FundingExpired = "funding_expired", 422, "The funding has expired";
    /// The approval's sessions or money are used up.
    FundingExhausted = "funding_exhausted", 409, "The funding is used up";
    /// The appointment does not wait for this answer.
    AppointmentCovered = "appointment_covered", 409, "Nothing needs to be decided about this appointment";
    /// A cohort's switch is turned once a day.
    IntakeTurned = "intake_turned", 409, "The switch of this cohort is already turned on that day";
    /// A turn that has begun on an earlier day is history.
    IntakeTurnBegun = "intake_turn_begun", 409, "This turn has begun and can no longer be changed";
    /// A rule of eligibility has a name of its own.
    EligibilityRuleExists = "eligibility_rule_exists", 409, "There is a rule of this name already";
    /// Of two rules of one place nobody could say which decides.
    EligibilityPlaceTaken = "eligibility_place_taken", 409, "Another rule has this place on some of these days";
    /// Somebody must always be told something.
    EligibilityRuleNeeded = "eligibility_rule_needed", 409, "Without this rule nobody would decide on everybody else";
    /// A rule that is over is history.
    EligibilityRuleOver = "eligibility_rule_over", 409, "This rule is over and can no longer be changed";

    // Signposting and self-check.
    /// The emergency routes are answered as the program ships them.
    EmergencyRoute = "emergency_route", 409, "Emergency routes are not changed here";
    /// The entry has had its last day.
    SignpostOver = "signpost_over", 409, "This entry is over already";
    /// The directory holds as many entries as it takes.
    DirectoryFull = "directory_full", 409, "The directory is full";

    // Hubs.
    /// The hub is not there any more, or not yet.
    HubClosed = "hub_closed", 409, "This hub is closed";
    /// Only a hub's own coordinators refer from it, and only those of no hub to one.
    NotYourHub = "not_your_hub", 422, "This is not for you to refer";
    /// The referral does not stand where this can be done.
    ReferralState = "referral_state", 409, "The referral does not stand where you can do this";

    // Outreach.
    /// The campaign does not stand where this can be done to it.
    OutreachState = "outreach_state", 409, "The campaign does not stand where this can be done";
    /// The campaign's days are not days on which one can run.
    OutreachDates = "outreach_dates", 422, "The campaign cannot run on these days";
    /// The campaign does not say all that it must say.
    OutreachIncomplete = "outreach_incomplete", 422, "The campaign is not complete";
    /// These words are not for this kind of campaign.
    OutreachWording = "outreach_wording", 422, "These words are not for this kind of campaign";
    /// A campaign has more recipients than one may have.
    OutreachTooMany = "outreach_too_many", 422, "The campaign has too many recipients";
    /// Whoever wrote or handed in a campaign does not release it.
    SecondPersonRequired = "second_person_required", 422, "Somebody else must release this";
    /// Somebody else has taken the team's request, or it is done.
    TeamRequestState = "team_request_state", 409, "The team's request does not stand where this can be done";
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
