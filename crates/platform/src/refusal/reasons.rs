//! Why a rule refuses: one reason for each rule, with the code that clients see and the sentence that people read.
//!
//! Several reasons share a code where a client would do the same about them; the sentence shows people what happened.

use super::Code;

macro_rules! reasons {
    ($($variant:ident = $name:literal => $code:ident, $sentence:literal;)+) => {
        /// Why a rule refuses.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason { $(#[doc = $sentence] $variant,)+ }

        impl Reason {
            /// All reasons, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name of the rule, as prescribing rules are named in `errors` and in findings.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $name,)+ } }

            /// The code of the public contract.
            pub const fn code(self) -> Code { match self { $(Self::$variant => Code::$code,)+ } }

            /// What happened and what to do next, for people. Rules that know more write their own sentence.
            pub const fn sentence(self) -> &'static str { match self { $(Self::$variant => $sentence,)+ } }
        }
    };
}

/// Where to get help while the service does not answer. No directory can be read then, so these are the routes that hold for most of the
/// country, in a sentence for every reader. The sentences of [`Reason::TooManyRequests`], [`Reason::Internal`] and [`Reason::Unavailable`] end
/// with it.
pub const HELP_MEANWHILE: &str = "If anyone is in danger now, call 999. For help at any hour call Samaritans on 116 123, or 111 and \
                                  choose option 2 in England and Wales.";

reasons! {
    MalformedJson = "malformed_json" => BadRequest,
        "The body is not valid JSON. Correct it and send it again.";
    InvalidParameter = "invalid_parameter" => InvalidParameter,
        "A parameter is not valid. Correct it and try again.";
    InvalidCursor = "invalid_cursor" => InvalidCursor,
        "This position in the list is no longer valid. Start again from the beginning of the list.";
    BadRequest = "bad_request" => BadRequest, "The request cannot be understood.";
    NotSignedIn = "not_signed_in" => NotSignedIn,
        "You are not signed in, or your session has ended. Sign in and try again.";
    InvalidCredentials = "invalid_credentials" => InvalidCredentials,
        "We could not sign you in. Check the email address and the password. If you registered recently, confirm your email address first.";
    InvalidRefreshToken = "invalid_refresh_token" => InvalidRefreshToken,
        "Your session has ended. Sign in again.";
    WrongRole = "wrong_role" => WrongRole, "Your role cannot do this.";
    AdministratorOnly = "administrator_only" => WrongRole, "Only an administrator may change this.";
    NotFound = "not_found" => NotFound, "This does not exist, or you do not have access to it.";
    MethodNotAllowed = "method_not_allowed" => MethodNotAllowed, "This address does not take this method.";
    NotAcceptable = "not_acceptable" => NotAcceptable,
        "The answer is not available in a format that the request accepts.";
    RequestTimeout = "request_timeout" => RequestTimeout,
        "The request took too long to arrive. Nothing was changed; send it again.";
    BodyTooLarge = "body_too_large" => BodyTooLarge, "The body is too large.";
    UnsupportedMediaType = "unsupported_media_type" => UnsupportedMediaType,
        "The content type of the body is not supported.";
    InvalidBody = "invalid_body" => InvalidBody,
        "Some details are missing or not valid. Correct them and send again.";
    VersionMismatch = "version_mismatch" => VersionMismatch,
        "This was changed in the meantime. Read it again before you change it.";
    VersionRequired = "version_required" => VersionRequired,
        "Send If-Match with the version that you want to change.";
    HeadTooLarge = "head_too_large" => HeadTooLarge, "The headers of the request are too large.";
    TooManyRequests = "too_many_requests" => TooManyRequests,
        "There were too many requests. Wait a moment, then try again. If anyone is in danger now, call 999. For help at any hour call \
         Samaritans on 116 123, or 111 and choose option 2 in England and Wales.";
    Internal = "internal" => Internal,
        "Something went wrong on our side, and nothing was changed. Try again in a few minutes; if it lasts, contact the service. If anyone \
         is in danger now, call 999. For help at any hour call Samaritans on 116 123, or 111 and choose option 2 in England and Wales.";
    Unavailable = "unavailable" => Unavailable,
        "The service cannot answer at the moment. Wait a moment, look whether your last change was made, and try again. If anyone is in \
         danger now, call 999. For help at any hour call Samaritans on 116 123, or 111 and choose option 2 in England and Wales.";
    IdempotencyKeyReused = "idempotency_key_reused" => IdempotencyKeyReused,
        "This Idempotency-Key was used for a different request. Use a new key.";
    WeakPassword = "weak_password" => WeakPassword,
        "This password is too short, too common, or the same as before. Choose another one.";
    TokenExpired = "token_expired" => TokenExpired, "This link is no longer valid. Ask for a new one.";
    WrongPassword = "wrong_password" => WrongPassword,
        "This is not the password that you chose when you registered. Try again.";
    EmailTaken = "email_taken" => EmailTaken,
        "This email address is already in use. Use another one.";
    OwnAccount = "own_account" => OwnAccount,
        "You cannot do this to your own account. Ask another administrator.";
    SecondPersonRequired = "second_person_required" => SecondPersonRequired,
        "You proposed this change. Another administrator must approve it.";
    ChangePending = "change_pending" => StateConflict,
        "A change of this kind is already waiting for approval. It must be approved, rejected or withdrawn first.";
    ChangeDecided = "change_decided" => StateConflict,
        "This change is no longer waiting for a decision. Read what was decided.";
    ChangeOutdated = "change_outdated" => StateConflict,
        "What this change is based on has changed in the meantime. Reject it, and propose it again.";
    ProposalOvertaken = "proposal_overtaken" => StateConflict,
        "Another change of the same entry has been approved since this one was proposed. Look at what applies now, withdraw this one, and propose it again if it is still right.";
    ReferenceChangeBegun = "reference_change_begun" => StateConflict,
        "This change is already in force and can no longer be withdrawn. Make another change instead.";
    ProposerOnly = "proposer_only" => StateConflict,
        "Only the administrator who proposed this change can withdraw it. Reject it instead.";
    LastPrivacyOfficer = "last_privacy_officer" => StateConflict,
        "This is the only privacy officer. Open an account for another one first.";
    LastTwoAdministrators = "last_two_administrators" => StateConflict,
        "Two administrators must remain, because one approves what the other proposes. Open an account for another one first.";
    OwnBreakGlass = "own_break_glass" => OwnAccount,
        "This access may be your own. Ask another privacy officer to review it.";
    OwnAuditFlag = "own_audit_flag" => OwnAccount,
        "This flag is about what you did. Ask another privacy officer to review it.";
    AuditFlagReviewed = "audit_flag_reviewed" => StateConflict, "This flag has been reviewed already.";
    RecordHeld = "record_held" => StateConflict,
        "A hold is in force, so this record is not destroyed. Read the hold, and lift it when its reason has ended.";
    RecordInUse = "record_in_use" => StateConflict,
        "The practitioner is in care again, so their record is not destroyed.";
    RetentionNotOver = "retention_not_over" => StateConflict,
        "The record has a newer entry, so its retention has not ended. It has been removed from the list.";
    RetentionDecided = "retention_decided" => StateConflict,
        "This review no longer waits for a decision. Read what was decided.";
    DestructionProposed = "destruction_proposed" => StateConflict,
        "Someone has proposed to destroy this record already. Another privacy officer approves it, or withdraws it.";
    NoDestructionProposed = "no_destruction_proposed" => StateConflict,
        "No one has proposed to destroy this record, or it was withdrawn.";
    HoldLifted = "hold_lifted" => StateConflict, "This hold has been lifted already.";
    InvalidRegistrationNumber = "invalid_registration_number" => InvalidBody,
        "The registration number does not have the right format. Check it and try again.";
    ConsentRequired = "consent_required" => ConsentRequired, "A consent that is needed has not been given.";
    RegistrationSettled = "registration_settled" => RegistrationSettled,
        "This part of your registration can no longer be changed. Contact the service if it is wrong.";
    AlreadyBlocked = "already_blocked" => AlreadyExists, "This colleague is already on your list.";
    TooManyBlocked = "too_many_blocked" => LimitReached,
        "Your list of blocked colleagues is full. Remove one before you add another.";
    NotEligible = "not_eligible" => NotEligible,
        "Care is not open at this stage. In danger, call 999. For help at any hour, call Samaritans on 116 123.";
    IntakeExists = "intake_exists" => AlreadyExists,
        "There is already an intake assessment. Continue with that one.";
    AlreadySubmitted = "already_submitted" => StateConflict,
        "This assessment has already been submitted and can no longer be changed.";
    IntakeIncomplete = "intake_incomplete" => Incomplete,
        "The intake is not complete. Answer the questionnaires that are missing, then submit it.";
    NotSubmitted = "not_submitted" => StateConflict, "This assessment has not been submitted yet.";
    OutcomeRecorded = "outcome_recorded" => AlreadyExists,
        "An outcome of this assessment has already been recorded.";
    AppointmentNotHeld = "appointment_not_held" => TooEarly,
        "This appointment has not begun yet. Do this once it has.";
    AppointmentMissed = "appointment_missed" => StateConflict,
        "This appointment is recorded as not attended.";
    NoAppointmentHeld = "no_appointment_held" => TooEarly,
        "The practitioner has not had an appointment with the prescriber. Prescribe during one or after it.";
    NoSafetyPlan = "no_safety_plan" => NotFound,
        "There is no safety plan yet. The first one is written without If-Match.";
    NoSafetyPlanVersion = "no_safety_plan_version" => NotFound,
        "The safety plan has no such version. The list of its versions has those that there are.";
    NoDischarge = "no_discharge" => NotFound,
        "There is no discharge: care here has not ended.";
    ReviewNotOpen = "review_not_open" => ReviewNotOpen, "These questionnaires are for people in care.";
    ReviewExists = "review_exists" => AlreadyExists,
        "There are already questionnaires to answer. They must be answered first.";
    ReviewHasNoOutcome = "review_has_no_outcome" => StateConflict,
        "Only an intake assessment has an outcome.";
    AlertClosed = "alert_closed" => StateConflict,
        "This alert is closed. If there is a new concern, raise another one.";
    AlertChanged = "alert_changed" => StateConflict,
        "Something new was added to this alert. Read it again before you close it.";
    LookUpReasonNeeded = "look_up_reason_needed" => InvalidBody,
        "You have looked this practitioner up in the last 24 hours. Say why you do so again.";
    BreakGlassEnded = "break_glass_ended" => StateConflict, "This access has already ended.";
    AccessAlready = "access_already" => StateConflict,
        "You already have access to this practitioner. Break-glass would give you nothing more.";
    AlreadyReviewed = "already_reviewed" => StateConflict, "This access has already been reviewed.";
    OnDutyAlready = "on_duty_already" => StateConflict,
        "The clinician is already on duty at this time. Choose another time, or end the other period first.";
    DutyPeriodApproved = "duty_period_approved" => StateConflict, "This period on duty has already been approved.";
    DutyPeriodOver = "duty_period_over" => StateConflict, "This period on duty is over or has been ended.";
    NotForDuty = "not_for_duty" => StateConflict,
        "The clinician cannot be on duty: the account is closed, or the directory holds no approved registration.";
    ClinicOverlaps = "clinic_overlaps" => ClinicOverlaps,
        "The clinic overlaps another clinic of the same clinician. Choose other times.";
    InvalidClinic = "invalid_clinic" => InvalidBody,
        "The times of the clinic do not fit together. Correct them and send again.";
    ClinicEnded = "clinic_ended" => StateConflict, "This clinic has ended.";
    InvalidAbsence = "invalid_absence" => InvalidBody,
        "The times of the absence do not fit together. Correct them and send again.";
    InvalidWindow = "invalid_window" => InvalidParameter, "The time window is empty, reversed or too long.";
    DirectoryEntryRequired = "directory_entry_required" => DirectoryEntryRequired,
        "The clinician has no directory entry yet. Complete it first.";
    SlotTaken = "slot_taken" => SlotTaken, "This slot has just been taken. Choose another one.";
    SlotInThePast = "slot_in_the_past" => SlotNotBookable, "This slot has already begun. Choose a later one.";
    TooLateToBook = "too_late_to_book" => SlotNotBookable,
        "This slot begins too soon to be booked. Choose a later one.";
    TooFarAhead = "too_far_ahead" => SlotNotBookable,
        "This slot is too far in the future. Choose an earlier one.";
    AppointmentOverlaps = "appointment_overlaps" => AppointmentOverlaps,
        "There is another appointment at that time. Choose another slot, or cancel the other appointment first.";
    AssessmentBooked = "assessment_booked" => AssessmentBooked,
        "An assessment is already booked. Move or cancel it to choose another time.";
    IntakeRequired = "intake_required" => IntakeRequired,
        "The intake questionnaires come first. An assessment can be booked once they are submitted.";
    AssessmentRequired = "assessment_required" => AssessmentRequired,
        "Treatment can be booked once an assessment has been accepted. Book an assessment first.";
    HoldExpired = "hold_expired" => HoldExpired,
        "The hold on this slot has ended. Choose a slot again.";
    TooManyAppointments = "too_many_appointments" => LimitReached,
        "There are already as many upcoming appointments as one person can have. Cancel one before another is booked.";
    AppointmentNotBooked = "appointment_not_booked" => StateConflict, "This appointment is no longer booked.";
    AppointmentBegun = "appointment_begun" => StateConflict,
        "This appointment has already begun. It can no longer be moved or cancelled.";
    KindMismatch = "kind_mismatch" => InvalidBody,
        "This slot is for another kind of appointment. Choose a slot of the same kind.";
    PhoneRequired = "phone_required" => PhoneRequired,
        "This appointment is by telephone. Give the number to call.";
    SameSlot = "same_slot" => InvalidBody, "The appointment is already in this slot. Choose another one.";
    InvalidAttendance = "invalid_attendance" => InvalidBody,
        "This attendance does not fit the time or the state of the appointment.";
    NoteExists = "note_exists" => AlreadyExists,
        "There is already a note about this appointment. Change that one.";
    NoteSigned = "note_signed" => StateConflict,
        "This note is signed and can no longer be changed. Add an addendum instead.";
    NoteNotSigned = "note_not_signed" => StateConflict,
        "This note has not been signed yet. Change the note itself.";
    TooManyAddenda = "too_many_addenda" => LimitReached,
        "This note already has as many addenda as it can have.";
    NoteIncomplete = "note_incomplete" => Incomplete,
        "The note cannot be signed yet. Complete the parts that are missing.";
    AttendanceMismatch = "attendance_mismatch" => Incomplete,
        "The note does not fit the recorded attendance. Correct one of them.";
    ProblemInError = "problem_in_error" => StateConflict,
        "This problem was entered in error and can no longer be changed.";
    TooManyProblems = "too_many_problems" => LimitReached, "The problem list is full.";
    InvalidSnomedCode = "invalid_snomed_code" => InvalidBody,
        "This is not a SNOMED CT code. Check the number.";
    NotInCare = "not_in_care" => NotInCare, "The practitioner is not in care.";
    CareEnded = "care_ended" => CareEnded, "Care has ended. Nothing can be added.";
    NotTheLead = "not_the_lead" => NotTheLead, "Only the lead clinician can do this.";
    UpcomingAppointments = "upcoming_appointments" => UpcomingAppointments,
        "There are upcoming appointments. Cancel them first.";
    RiskAlertOpen = "risk_alert_open" => RiskAlertOpen,
        "A risk alert about the practitioner is open. A clinician must close it first.";
    OpenItemsUnanswered = "open_items_unanswered" => OpenItems,
        "Something is still open. State what happens to it.";
    NoReasonToContact = "no_reason_to_contact" => NoReasonToContact,
        "You have no such reason to reach the practitioner now. Choose the reason that is true, or raise a concern.";
    NotDischarged = "not_discharged" => StateConflict, "The practitioner has not been discharged.";
    RecordedAsDead = "recorded_as_dead" => RecordedAsDead,
        "The practitioner is recorded as dead. If that is an error, ask an administrator to correct it.";
    AlertNotPossible = "alert_not_possible" => StateConflict,
        "No alert can be raised about this practitioner now. Ask an administrator what to do. If anyone is in danger now, call 999.";
    NotAPrescriber = "not_a_prescriber" => NotAPrescriber,
        "Your discipline or professional register does not allow prescribing.";
    RegistrationNumberRequired = "registration_number_required" => RegistrationNumberRequired,
        "The clinician's registration number is not in the directory. An administrator can add it.";
    PrescribingRightRequired = "prescribing_right_required" => PrescribingRightRequired,
        "The clinician's right to prescribe is not in the register. An administrator can add it.";
    ScheduleNotAllowed = "schedule_not_allowed" => PrescriptionNotSignable,
        "You may not prescribe this controlled drug.";
    HomeOfficeLicenceRequired = "home_office_licence_required" => PrescriptionNotSignable,
        "A Home Office licence is needed to prescribe this for addiction.";
    DentalNeedRequired = "dental_need_required" => PrescriptionNotSignable,
        "Dentists prescribe for dental treatment only.";
    ManagementPlanRequired = "management_plan_required" => PrescriptionNotSignable,
        "Supplementary prescribers work under a clinical management plan. Name it.";
    ScheduleUnderstated = "schedule_understated" => InvalidBody,
        "This medicine is controlled more strictly than stated. Correct the schedule.";
    DosageUnclear = "dosage_unclear" => PrescriptionNotSignable,
        "The dosage is not clear. State one dose, in structure and text alike.";
    QuantityMismatch = "quantity_mismatch" => PrescriptionNotSignable,
        "The quantity does not match the dose. Correct one of them.";
    QuantityWordsMismatch = "quantity_words_mismatch" => PrescriptionNotSignable,
        "The quantity in words and in figures differ. Correct one of them.";
    SupplyTooLong = "supply_too_long" => PrescriptionNotSignable,
        "This is more than thirty days' supply of a controlled drug. Prescribe less.";
    SupplyAtRisk = "supply_at_risk" => PrescriptionNotSignable,
        "A risk alert is open. Prescribe a small quantity, or record why more is safe.";
    RepeatNotAllowed = "repeat_not_allowed" => PrescriptionNotSignable,
        "This controlled drug cannot be on a repeat prescription.";
    ReviewDateRequired = "review_date_required" => PrescriptionNotSignable,
        "A repeat prescription needs a review date in the future.";
    RepeatsTooLong = "repeats_too_long" => PrescriptionNotSignable,
        "The repeats go beyond the last day of the prescription. Prescribe fewer.";
    StartDateInvalid = "start_date_invalid" => PrescriptionNotSignable,
        "The start date is in the past or too far in the future.";
    AddressRequired = "address_required" => PrescriptionNotSignable,
        "A prescription for this controlled drug needs the practitioner's address.";
    PrivateCodeRequired = "private_code_required" => PrescriptionNotSignable,
        "A private prescription for this controlled drug needs your prescriber code. Add it to the directory.";
    AllergyStatusMissing = "allergy_status_missing" => PrescriptionNotSignable,
        "Allergies have not been recorded. Ask, and record the answer first.";
    AllergyConflict = "allergy_conflict" => PrescriptionNotSignable,
        "There is a recorded allergy to this. Check it before you sign.";
    DuplicateIngredient = "duplicate_ingredient" => PrescriptionNotSignable,
        "The same ingredient is already prescribed. Check it before you sign.";
    DuplicateClass = "duplicate_class" => PrescriptionNotSignable,
        "Another medicine of the same class is already prescribed. Check it before you sign.";
    ContraIndicated = "contra_indicated" => PrescriptionNotSignable,
        "This medicine is contra-indicated. Choose another one, or record the reason where one is accepted.";
    MaximumDose = "maximum_dose" => PrescriptionNotSignable,
        "This is more than the maximum dose. Reduce it.";
    DateOfBirthRequired = "date_of_birth_required" => PrescriptionNotSignable,
        "A rule for this medicine depends on age. Record the date of birth first.";
    PregnancyStatusRequired = "pregnancy_status_required" => PrescriptionNotSignable,
        "This medicine may harm an unborn child. Record first whether pregnancy is possible.";
    MedicineNotChecked = "medicine_not_checked" => PrescriptionNotSignable,
        "This medicine could not be checked when it was entered. Enter it again.";
    MedicineWithdrawn = "medicine_withdrawn" => PrescriptionNotSignable,
        "This medicine is no longer in the catalogue. Choose another one, or describe it.";
    RouteNotAllowed = "route_not_allowed" => PrescriptionNotSignable,
        "This medicine is not taken by that route. Choose another route.";
    BrandRequired = "brand_required" => PrescriptionNotSignable,
        "This medicine is prescribed by brand. Choose the brand.";
    InstalmentsNotAllowed = "instalments_not_allowed" => PrescriptionNotSignable,
        "This cannot be supplied in instalments. Use form FP10MDA for a medicine that it allows, or remove the instalments.";
    GpSharingMissing = "gp_sharing_missing" => PrescriptionNotSignable,
        "The GP may not be informed. Record why it is safe to prescribe without that.";
    SharedRecordsRequired = "shared_records_required" => PrescriptionNotSignable,
        "This medicine needs shared records. Record the consent to share, or prescribe another one.";
    PrescriptionNotDraft = "prescription_not_draft" => StateConflict,
        "This prescription is signed or cancelled and can no longer be changed.";
    PrescriptionNotSigned = "prescription_not_signed" => StateConflict,
        "This prescription has not been signed yet.";
    PrescriptionCancelled = "prescription_cancelled" => StateConflict, "This prescription was cancelled.";
    IssueAtRisk = "issue_at_risk" => StateConflict,
        "A risk alert is open, and this prescription gives more than a small quantity without a recorded reason. Write another one: a small quantity, or with the reason why more is safe.";
    AllIssued = "all_issued" => StateConflict, "Every issue of this prescription has been given out.";
    MedicineNoLongerIssued = "medicine_no_longer_issued" => StateConflict,
        "Since this prescription was signed, a medicine was withdrawn, or given a stricter schedule or a lower maximum dose. Cancel it and \
        prescribe again.";
    PrescriptionExpired = "prescription_expired" => PrescriptionExpired,
        "This prescription has expired. Write a new one.";
    IssueTooEarly = "issue_too_early" => TooEarly, "The next issue is not due yet.";
    ReviewDue = "review_due" => ReviewDue,
        "The review is due. Review the prescription before the next issue.";
    OrganisationRequired = "organisation_required" => OrganisationRequired,
        "The name and address of the service are not set, so nothing can be printed. Ask the operator to set them.";
    Unprintable = "unprintable" => InvalidBody,
        "This text contains a character that cannot be printed. Replace it.";
    FitNoteIssuer = "fit_note_issuer" => FitNoteNotAllowed,
        "Your profession does not issue fit notes. Ask a colleague who does.";
    FitNoteForOneself = "fit_note_for_oneself" => FitNoteNotAllowed,
        "You cannot issue a fit note for yourself. Ask another clinician.";
    FitNoteAssessmentRequired = "fit_note_assessment_required" => FitNoteAssessmentRequired,
        "A fit note needs an assessment. Record the appointment or the report it is based on first.";
    FitNoteExists = "fit_note_exists" => AlreadyExists, "There is already a fit note for this assessment.";
    FitNoteAdaptations = "fit_note_adaptations" => InvalidBody,
        "The adaptations do not fit the advice about work. Correct one of them.";
    FitNoteEffects = "fit_note_effects" => InvalidBody,
        "\"May be fit for work\" needs the functional effects. Describe them.";
    FitNoteCondition = "fit_note_condition" => InvalidBody,
        "The condition is missing, or is given in less detail without a reason. Complete it.";
    FitNotePeriod = "fit_note_period" => InvalidBody, "State the period in exactly one way.";
    FitNoteDatesRequired = "fit_note_dates_required" => InvalidBody,
        "A period as short as this is stated by its dates.";
    FitNotePostDated = "fit_note_post_dated" => InvalidBody,
        "The period of a fit note cannot begin in the future.";
    FitNoteBackDated = "fit_note_back_dated" => InvalidBody,
        "The period of a fit note cannot begin before the first assessment.";
    FitNoteTooLong = "fit_note_too_long" => InvalidBody,
        "In the first six months of a condition a fit note covers at most three months.";
    LegalNameRequired = "legal_name_required" => LegalNameRequired,
        "The practitioner's legal name is not recorded. Ask them to add it to their registration.";
    FitNoteReveals = "fit_note_reveals" => InvalidBody,
        "This text would reveal the service to the employer. Leave it out.";
    WarningsNotAcknowledged = "warnings_not_acknowledged" => WarningsNotAcknowledged,
        "Read the warnings and acknowledge them before you issue the fit note.";
    FitNoteWithdrawn = "fit_note_withdrawn" => StateConflict, "This fit note was withdrawn.";
    FitNoteWithEmployer = "fit_note_with_employer" => FitNoteWithEmployer,
        "The employer already has this fit note, so it cannot be withdrawn here. Ask the employer to return it.";
    ReturnToWorkWeeks = "return_to_work_weeks" => InvalidBody,
        "The weeks of the plan do not follow one another. Correct them.";
    ReturnToWorkHours = "return_to_work_hours" => InvalidBody, "The plan has more hours than the contract.";
    ReturnToWorkReview = "return_to_work_review" => InvalidBody,
        "The review must be during the plan or soon after it.";
    ReturnToWorkAgreed = "return_to_work_agreed" => StateConflict, "This plan has already been agreed.";
    ReturnToWorkNotAgreed = "return_to_work_not_agreed" => StateConflict,
        "This plan has not been agreed yet.";
    LetterSections = "letter_sections" => InvalidBody,
        "The sections are not those that this kind of letter holds. Correct them and send again.";
    LetterRecipient = "letter_recipient" => InvalidBody, "This letter cannot go to this recipient. Correct it and send again.";
    LetterIncomplete = "letter_incomplete" => Incomplete,
        "The letter cannot be proposed yet. Complete the sections that are named.";
    LetterGpConsent = "letter_gp_consent" => StateConflict,
        "The practitioner does not agree at present that the GP is informed. Ask them, and record the consent first.";
    LetterGpChanged = "letter_gp_changed" => StateConflict,
        "The GP practice of the practitioner is no longer the one that this letter names. Its author changes the letter, which then names \
         the present one, and proposes it again.";
    LetterOwnGpConsent = "letter_own_gp_consent" => StateConflict,
        "You do not agree at present that your GP is informed. Agree to that first if this letter is to go to your GP, or decline the letter.";
    LetterOwnGpChanged = "letter_own_gp_changed" => StateConflict,
        "Your GP practice is no longer the one that this letter names. Decline the letter and say so in the reason; its author then changes \
         it and asks you again.";
    LetterNotSendable = "letter_not_sendable" => StateConflict,
        "This letter cannot be sent as it is now. Ask a clinician who treats the practitioner what is to be done.";
    LetterAuthorUnavailable = "letter_author_unavailable" => StateConflict,
        "Its author can no longer answer for this letter, so it is not sent. Write another one under your own name, and propose it.";
    LetterMedicines = "letter_medicines" => InvalidBody,
        "What is stated about the medicines does not fit the record. Correct it and send again.";
    LetterClinicalWords = "letter_clinical_words" => InvalidBody,
        "The letter names what the employer need not know. Read the words, and confirm them or decline the letter.";
    LetterOfAnother = "letter_of_another" => StateConflict,
        "Only the clinician who wrote this letter can change or propose it. Write another one, or cancel this one.";
    LetterNotDraft = "letter_not_draft" => StateConflict,
        "This letter is not a draft. Change it first, which makes it a draft again.";
    LetterNotProposed = "letter_not_proposed" => StateConflict,
        "This letter is not waiting for agreement. Read it again.";
    LetterChanged = "letter_changed" => StateConflict,
        "This is not the text that was read and agreed. Read the letter again.";
    LetterNotAgreed = "letter_not_agreed" => StateConflict,
        "The practitioner has not agreed to this letter. Propose it, and send it when they have agreed.";
    LetterFinal = "letter_final" => StateConflict,
        "This letter was sent, withdrawn or cancelled and can no longer be changed. Write another one.";
    LetterConsentWithdrawn = "letter_consent_withdrawn" => StateConflict,
        "The practitioner has withdrawn consent to this letter. No further copy of it leaves the service.";
    InvalidInterval = "invalid_interval" => InvalidBody,
        "The interval is reversed, too far in the future, or already over.";
    FollowUpClosed = "follow_up_closed" => StateConflict, "This follow-up is closed.";
    TooManyFollowUps = "too_many_follow_ups" => LimitReached,
        "There are already as many open follow-ups as one person can have. Close one first.";
    AppointmentNotSuitable = "appointment_not_suitable" => InvalidBody,
        "This appointment cannot be used for the follow-up. Choose another one.";
    InvalidGroup = "invalid_group" => InvalidBody,
        "The details of the group do not fit together. Correct them and send again.";
    FacilitatorBusy = "facilitator_busy" => FacilitatorBusy,
        "A facilitator is not free at that time. Choose another time.";
    TimeReserved = "time_reserved" => TimeReserved,
        "This time is reserved for a group session. Choose another time.";
    BelowMinimum = "below_minimum" => BelowMinimum,
        "There are fewer members than the group needs. Enrol more before it starts.";
    GroupNotOpen = "group_not_open" => GroupNotOpen, "This group is no longer open.";
    GroupFull = "group_full" => GroupFull,
        "All places in this group are taken. There may be a waiting list.";
    EnrolmentClosed = "enrolment_closed" => GroupNotOpen, "Enrolment in this group has closed.";
    AlreadyEnrolled = "already_enrolled" => AlreadyExists,
        "There is already a place, an offer or a wait in this group.";
    ScreeningRequired = "screening_required" => ScreeningRequired,
        "A recent screening must find the group suitable first.";
    GroupConflict = "group_conflict" => GroupConflict,
        "A member of this group must not meet this person. Choose another group.";
    PlaceNotCleared = "place_not_cleared" => PlaceNotCleared,
        "This place has not been given to you yet.";
    WrongAudience = "wrong_audience" => WrongAudience, "This group is for a different audience.";
    NotOffered = "not_offered" => StateConflict, "There is no offer of a place to accept.";
    OfferExpired = "offer_expired" => OfferExpired,
        "This offer is no longer open. There may be a waiting list.";
    EnrolmentOver = "enrolment_over" => StateConflict, "This place has already been given up.";
    SessionCancelled = "session_cancelled" => StateConflict, "This session has been cancelled.";
    SessionBegun = "session_begun" => StateConflict,
        "This session has already begun. It can no longer be moved or cancelled.";
    SessionNotBegun = "session_not_begun" => TooEarly,
        "This session has not begun yet. Record it once it has.";
    WrongRecordForm = "wrong_record_form" => InvalidBody, "This group does not keep that kind of record.";
    NotAMember = "not_a_member" => InvalidBody, "This person was not a member of the group at that time.";
    RecordClosed = "record_closed" => TooLate, "The time for corrections has passed.";
    GroupNoteSigned = "group_note_signed" => StateConflict,
        "This note has been signed and can no longer be changed.";
    FeedbackGiven = "feedback_given" => AlreadyExists,
        "You have already given feedback about this. Thank you.";
    FeedbackNotDue = "feedback_not_due" => FeedbackNotDue,
        "Feedback is for appointments that have taken place and for care that has ended.";
    FeedbackClosed = "feedback_closed" => TooLate, "It is too late for feedback about this.";
    NotReplayable = "not_replayable" => StateConflict,
        "Only a message that could not be sent can be sent again.";
    MessageSettled = "message_settled" => StateConflict, "This message is not waiting for a decision.";
    MobileRequired = "mobile_required" => InvalidBody, "Text messages need a mobile number. Add one first.";
    InvalidMobile = "invalid_mobile" => InvalidBody,
        "This is not a mobile number. Use a UK mobile number, or one in international format.";
    NamingNotAllowed = "naming_not_allowed" => ConsentRequired,
        "Messages may not name the service without the practitioner's consent.";
    WrongCode = "wrong_code" => WrongCode, "This is not the code that we sent. Check it and try again.";
    NothingToVerify = "nothing_to_verify" => StateConflict, "There is no number to verify.";
    ContactClosed = "contact_closed" => ContactClosed, "This contact is closed. Triage it again to reopen it, or log another one.";
    ContactErased = "contact_erased" => ContactClosed,
        "The personal data of this contact has been deleted.";
    ContactTasksOpen = "contact_tasks_open" => ContactTasksOpen,
        "A task of this contact is still open. Complete it first.";
    TaskTaken = "task_taken" => TaskTaken, "Another member of staff has taken this task.";
    TaskNotTaken = "task_not_taken" => StateConflict, "Take this task before you complete it.";
    TaskDone = "task_done" => StateConflict, "This task is already completed.";
    ConflictPersists = "conflict_persists" => StateConflict,
        "The two still share this. Move it to another person or end it first, then complete the task.";
    ContactAddressMissing = "contact_address_missing" => Incomplete,
        "There is no number or address to send this to. Add one first.";
    UnsafeChannel = "unsafe_channel" => UnsafeChannel,
        "The caller has asked not to be contacted in this way. Use another channel.";
    InvitationUsed = "invitation_used" => InvitationUsed, "This link was already used. If you used it, sign in; otherwise ask for a new one.";
    InvitationExpired = "invitation_expired" => InvitationExpired,
        "This link has expired. Ask for a new one.";
    InvitationRevoked = "invitation_revoked" => InvitationExpired,
        "This link is no longer valid: it was withdrawn or replaced.";
    LineUnanswered = "line_unanswered" => LineUnanswered,
        "At every hour the telephone or text messages must be answered, and the telephone in every week. Set other hours first.";
    HoursBegun = "hours_begun" => StateConflict,
        "These hours have already begun and can no longer be changed.";
    ContactIncomplete = "contact_incomplete" => Incomplete,
        "The contact does not say enough for a decision. Add the parts that are missing.";
    FundingState = "funding_state" => StateConflict,
        "The funding request is not in a state in which this can be done. Read it again.";
    FundingRequestOpen = "funding_request_open" => FundingRequestOpen,
        "Another funding request is open. Finish that one first.";
    FundingNotRequired = "funding_not_required" => FundingNotRequired, "No funding is needed here.";
    FundingIncomplete = "funding_incomplete" => Incomplete,
        "The funding request is not complete. Add the parts that are missing.";
    PanelTooSoon = "panel_too_soon" => InvalidBody,
        "The papers would be late for this panel. Choose a later one.";
    FundingTooLate = "funding_too_late" => TooLate, "The time in which this could be requested has passed.";
    FundingRequired = "funding_required" => FundingRequired,
        "No funding is in force. Make a funding request first.";
    FundingExpired = "funding_expired" => FundingExpired,
        "The funding has expired. Make a new funding request.";
    FundingExhausted = "funding_exhausted" => FundingExhausted,
        "The funding is used up. Request more before an appointment is booked.";
    AppointmentCovered = "appointment_covered" => StateConflict,
        "There is nothing to decide about this appointment.";
    IntakeTurned = "intake_turned" => AlreadyExists,
        "There is already an intake change for this cohort on that day.";
    IntakeTurnBegun = "intake_turn_begun" => StateConflict,
        "This intake change has taken effect and can no longer be changed.";
    EligibilityRuleExists = "eligibility_rule_exists" => AlreadyExists,
        "There is already a rule with this code. Choose another code.";
    EligibilityPlaceTaken = "eligibility_place_taken" => AlreadyExists,
        "Another rule has this priority on some of these days. Choose another priority.";
    EligibilityRuleRequired = "eligibility_rule_required" => EligibilityRuleRequired,
        "Without this rule some people would get no decision. Add the rule that replaces it first.";
    EligibilityRuleOver = "eligibility_rule_over" => StateConflict,
        "This rule has ended and can no longer be changed.";
    ReasonDecided = "reason_decided" => StateConflict,
        "This reason has been decided or withdrawn. Read it again.";
    OtherWordsTooLate = "other_words_too_late" => TooLate,
        "The time in which other words could be sent has passed. Contact the service if something has changed.";
    EmergencyRoute = "emergency_route" => EmergencyRoute,
        "Emergency routes are built in and cannot be changed here.";
    SignpostOver = "signpost_over" => StateConflict, "This entry has already ended.";
    DirectoryFull = "directory_full" => LimitReached,
        "The directory is full. Remove an entry before you add another.";
    HubClosed = "hub_closed" => HubClosed, "This hub is closed. Choose another one.";
    NotYourHub = "not_your_hub" => NotYourHub, "You cannot refer for this hub.";
    ReferralState = "referral_state" => StateConflict,
        "The referral is not in a state in which you can do this. Read it again.";
    OutreachState = "outreach_state" => StateConflict,
        "The campaign is not in a state in which this can be done. Read it again.";
    OutreachDates = "outreach_dates" => InvalidBody,
        "The campaign cannot run on these days. Choose other days.";
    OutreachIncomplete = "outreach_incomplete" => Incomplete,
        "The campaign is not complete. Add the parts that are missing.";
    OutreachWording = "outreach_wording" => InvalidBody, "This wording is not for this kind of campaign.";
    OutreachTooMany = "outreach_too_many" => InvalidBody, "The campaign has too many recipients.";
    TeamRequestState = "team_request_state" => StateConflict,
        "The team's request is not in a state in which this can be done. Read it again.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_reason() {
        for code in Code::ALL {
            assert!(Reason::ALL.iter().any(|reason| reason.code() == *code), "{} is never answered", code.as_str());
        }
    }

    #[test]
    fn sentences_that_send_everyone_away_name_help() {
        for reason in [Reason::TooManyRequests, Reason::Internal, Reason::Unavailable] {
            assert!(reason.sentence().ends_with(HELP_MEANWHILE), "{reason:?}: {}", reason.sentence());
        }
    }

    #[test]
    fn every_sentence_ends_with_a_full_stop() {
        for reason in Reason::ALL {
            assert!(reason.sentence().ends_with('.'), "{reason:?}: {}", reason.sentence());
        }
    }
}
