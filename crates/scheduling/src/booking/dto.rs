//! Request and response bodies about slots and appointments.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::meeting::Meeting;
use super::model::{ActorKind, AppointmentCancelReason, AppointmentEvent, AppointmentState, Attendance};
use super::queries::appointments::AppointmentRecord;
use super::queries::history::HistoryEntry;
use super::queries::slots::Offer;
use crate::clinicians::dto::Language;
use crate::clinicians::model::{AppointmentKind, AppointmentMode, Discipline, Gender, Specialism};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::refusal::{Code, Refusal};
use reference::signposts::dto::SignpostView;
use reference::workforce::model::Region;

/// Filters for free slots.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SlotQuery {
    /// Earliest start of a slot (inclusive).
    pub from: UtcTime,
    /// Latest start of a slot (exclusive); at most fourteen days after `from`.
    pub until: UtcTime,
    /// Only slots for this kind of appointment.
    #[param(nullable = false)]
    pub kind: Option<AppointmentKind>,
    /// Only slots of this mode.
    #[param(nullable = false)]
    pub mode: Option<AppointmentMode>,
    /// Only slots of this clinician.
    #[param(nullable = false)]
    pub clinician_id: Option<Id>,
    /// Only slots of clinicians of this discipline.
    #[param(nullable = false)]
    pub discipline: Option<Discipline>,
    /// Only slots of clinicians with this specialism.
    #[param(nullable = false)]
    pub specialism: Option<Specialism>,
    /// Only slots of clinicians who speak this language.
    #[param(nullable = false)]
    pub language: Option<Language>,
    /// Only slots of clinicians of this gender.
    #[param(nullable = false)]
    pub gender: Option<Gender>,
    /// Only slots of clinicians of this region.
    #[param(nullable = false)]
    pub region: Option<Region>,
    /// For staff: the practitioner to search for. Practitioners search for themselves and leave it out.
    #[param(nullable = false)]
    pub practitioner_id: Option<Id>,
    /// An appointment to be moved: lists the slots it can move to.
    #[param(nullable = false)]
    pub moving_appointment_id: Option<Id>,
}

/// A slot that can be booked.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlotView {
    /// The slot's id.
    pub id: Id,
    /// The clinician who offers the slot.
    pub clinician_id: Id,
    /// The clinician's name.
    #[schema(max_length = 100)]
    pub clinician_name: String,
    /// The clinician's discipline.
    pub discipline: Discipline,
    /// The clinician's gender.
    pub gender: Gender,
    /// When the slot starts.
    pub starts_at: UtcTime,
    /// When the slot ends.
    pub ends_at: UtcTime,
    /// The kind of appointment the slot is for.
    pub kind: AppointmentKind,
    /// How practitioner and clinician meet.
    pub mode: AppointmentMode,
    /// Where they meet; null when no place is set.
    #[schema(max_length = 500)]
    pub place: Option<String>,
    /// When the hold for the practitioner ends; null when the slot is not held.
    pub held_until: Option<UtcTime>,
}

impl From<Offer> for SlotView {
    fn from(offer: Offer) -> Self {
        Self {
            id: offer.id,
            clinician_id: offer.clinician,
            clinician_name: offer.clinician_name.into_revealed(),
            discipline: offer.discipline,
            gender: offer.gender,
            starts_at: offer.starts_at,
            ends_at: offer.ends_at,
            kind: offer.kind,
            mode: offer.mode,
            place: offer.place,
            held_until: offer.held_until,
        }
    }
}

/// Why no slot can be shown to this practitioner, even where slots are free.
#[derive(Serialize, ToSchema)]
pub struct NoSlotsReason {
    /// The error code that booking would answer with.
    pub code: Code,
    /// The reason as a sentence for the practitioner.
    #[schema(max_length = 500)]
    pub detail: String,
    /// Help elsewhere, the most urgent first, when this practitioner cannot get care here.
    #[schema(max_items = 100)]
    pub signposts: Vec<SignpostView>,
}

impl NoSlotsReason {
    /// Builds the reason from a refusal.
    pub fn new(refusal: &Refusal, signposts: Vec<SignpostView>) -> Self {
        Self { code: refusal.reason.code(), detail: refusal.detail.to_string(), signposts }
    }
}

/// A page of slots.
#[derive(Serialize, ToSchema)]
pub struct SlotPage {
    /// Why the list is empty when booking would refuse every slot to this practitioner. Null when there are slots or none is
    /// free.
    pub reason: Option<NoSlotsReason>,
    /// The slots, earliest first.
    #[schema(max_items = 100)]
    pub items: Vec<SlotView>,
    /// Cursor of the next page; null on the last page.
    #[schema(max_length = 512)]
    pub next_cursor: Option<String>,
}

/// A slot held for the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlotHold {
    /// The held slot.
    pub slot_id: Id,
    /// When the hold ends. Hold the slot again to extend it.
    pub held_until: UtcTime,
}

/// The slot to book and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookAppointment {
    /// The slot to book.
    pub slot_id: Id,
    /// For staff: the practitioner to book for. Practitioners book for themselves and leave it out.
    pub practitioner_id: Option<Id>,
    /// True to book only while the slot is held for the practitioner, and to get `hold_expired` when the hold has run out.
    pub confirm_hold: Option<bool>,
    /// What the clinician should know in advance: reasonable adjustments, such as access needs or an interpreter.
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 500)]
    pub arrangements: Option<Private<String>>,
    /// For a telephone appointment: the number to call. When left out, the practitioner's mobile number for messages or the
    /// number in their registration is used. Only the practitioner, the clinician of the appointment and coordinators see it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 7, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){7}[0-9+(). -]*$")]
    pub phone: Option<Private<String>>,
}

/// The number to call for a telephone appointment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceAppointmentPhone {
    /// The number to call.
    #[schema(value_type = String, min_length = 7, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){7}[0-9+(). -]*$")]
    pub phone: Private<String>,
}

/// The slot to move an appointment to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveAppointment {
    /// The new slot.
    pub slot_id: Id,
    /// When the new slot is by telephone: the number to call, if it changes.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 7, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){7}[0-9+(). -]*$")]
    pub phone: Option<Private<String>>,
}

/// Why an appointment is cancelled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelAppointment {
    /// The reason. Reasons on the service's side are for staff only.
    pub reason: AppointmentCancelReason,
    /// A note about the cancellation.
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 500)]
    pub note: Option<Private<String>>,
}

/// The attendance at an appointment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordAttendance {
    /// Whether and how the practitioner was seen. To record a cancellation, cancel the appointment instead.
    pub attendance: Attendance,
}

/// Filters for appointments.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AppointmentQuery {
    /// Only appointments in this state.
    #[param(nullable = false)]
    pub state: Option<AppointmentState>,
    /// Earliest start (inclusive).
    #[param(nullable = false)]
    pub from: Option<UtcTime>,
    /// Latest start (exclusive).
    #[param(nullable = false)]
    pub until: Option<UtcTime>,
    /// Only appointments of this practitioner.
    #[param(nullable = false)]
    pub practitioner_id: Option<Id>,
    /// Only appointments with this clinician.
    #[param(nullable = false)]
    pub clinician_id: Option<Id>,
}

/// An appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppointmentView {
    /// The appointment's id; it stays the same when the appointment moves.
    pub id: Id,
    /// The slot the appointment is booked in, or was last booked in.
    pub slot_id: Id,
    /// The practitioner.
    pub practitioner_id: Id,
    /// The practitioner's reference, shown instead of their name.
    #[schema(max_length = 40)]
    pub reference: String,
    /// The clinician.
    pub clinician_id: Id,
    /// The clinician's name.
    #[schema(max_length = 100)]
    pub clinician_name: String,
    /// The clinician's discipline.
    pub discipline: Discipline,
    /// Whether it is for assessment or treatment.
    pub kind: AppointmentKind,
    /// How practitioner and clinician meet.
    pub mode: AppointmentMode,
    /// Where they meet; null when no place is set.
    #[schema(max_length = 500)]
    pub place: Option<String>,
    /// When it starts.
    pub starts_at: UtcTime,
    /// When it ends.
    pub ends_at: UtcTime,
    /// The appointment's state.
    pub state: AppointmentState,
    /// What the clinician should know in advance, as given when booking.
    #[schema(max_length = 500)]
    pub arrangements: Option<String>,
    /// The link to the video call. Null unless the appointment is by video and still to take place; only the practitioner and the
    /// clinician get it.
    #[schema(max_length = 500)]
    pub video_link: Option<String>,
    /// The number to call. Null unless the appointment is by telephone and still to take place.
    #[schema(max_length = 40)]
    pub phone: Option<String>,
    /// Whether that number is the mobile number that the practitioner has confirmed with a code. If not, another person may answer: make
    /// sure who it is before you state who calls. Null where `phone` is.
    pub phone_confirmed: Option<bool>,
    /// Who booked it.
    pub booked_by_role: ActorKind,
    /// When the appointment lost its slot, so that it must be moved or cancelled. Usually null.
    pub orphaned_at: Option<UtcTime>,
    /// True when it cannot take place as it is, because it has lost its slot or the two are kept apart. Staff move it to another
    /// slot or cancel it.
    pub needs_rebooking: bool,
    /// When it was cancelled.
    pub cancelled_at: Option<UtcTime>,
    /// Why it was cancelled.
    pub cancel_reason: Option<AppointmentCancelReason>,
    /// The note given when it was cancelled.
    #[schema(max_length = 500)]
    pub cancel_note: Option<String>,
    /// The recorded attendance.
    pub attendance: Option<Attendance>,
    /// The attendance as a code of the NHS Data Dictionary item ATTENDED OR DID NOT ATTEND.
    #[schema(max_length = 1)]
    pub nhs_code: Option<String>,
    /// When attendance was first recorded.
    pub attendance_recorded_at: Option<UtcTime>,
    /// How often it has been moved.
    #[schema(minimum = 0)]
    pub moves: i32,
    /// When it was booked.
    pub created_at: UtcTime,
    /// When it last changed.
    pub updated_at: UtcTime,
    /// True when arrangements, the number given for it and the note of a cancellation cannot be read because they are damaged: they are null
    /// although they may exist, and `phone` is then another number of the practitioner. Report it to the operator.
    pub unreadable_texts: bool,
    /// Its history, oldest first, up to the last hundred events; null in lists.
    #[schema(max_items = 100)]
    pub history: Option<Vec<AppointmentHistoryEntry>>,
}

/// An entry in the history of an appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppointmentHistoryEntry {
    /// When it happened.
    pub at: UtcTime,
    /// The event.
    pub event: AppointmentEvent,
    /// Who acted: the practitioner or staff.
    pub by_role: ActorKind,
    /// When the appointment starts as of this event.
    pub starts_at: UtcTime,
    /// The clinician as of this event.
    pub clinician_id: Id,
    /// The cancellation reason or the attendance, where there is one.
    #[schema(max_length = 60)]
    pub detail: Option<String>,
}

fn actor_kind(actor: Id, practitioner: Id) -> ActorKind {
    if actor == practitioner { ActorKind::Practitioner } else { ActorKind::Staff }
}

impl AppointmentView {
    /// The view with the meeting details, and with the history where it is wanted.
    pub fn new(
        appointment: AppointmentRecord,
        needs_rebooking: bool,
        meeting: Option<Meeting>,
        history: Option<Vec<HistoryEntry>>,
    ) -> Self {
        let practitioner = appointment.facts.practitioner;
        let (video_link, to_call) = match meeting {
            Some(Meeting::Video(link)) => (Some(link.into_revealed()), None),
            Some(Meeting::Phone(to_call)) => (None, to_call),
            None => (None, None),
        };
        Self {
            id: appointment.facts.id,
            slot_id: appointment.facts.slot,
            practitioner_id: practitioner,
            reference: appointment.reference,
            clinician_id: appointment.clinician,
            clinician_name: appointment.clinician_name.into_revealed(),
            discipline: appointment.discipline,
            kind: appointment.facts.kind,
            mode: appointment.mode,
            place: appointment.place,
            starts_at: appointment.facts.starts_at.into(),
            ends_at: appointment.facts.ends_at.into(),
            state: appointment.facts.status,
            arrangements: appointment.arrangements.map(Private::into_revealed),
            video_link,
            phone_confirmed: to_call.as_ref().map(|to_call| to_call.confirmed),
            phone: to_call.map(|to_call| to_call.number.into_revealed()),
            booked_by_role: actor_kind(appointment.booked_by, practitioner),
            orphaned_at: appointment.orphaned_at,
            needs_rebooking,
            cancelled_at: appointment.cancelled_at,
            cancel_reason: appointment.cancel_reason,
            cancel_note: appointment.cancel_note.map(Private::into_revealed),
            attendance: appointment.attendance,
            nhs_code: appointment.attendance.map(|attendance| attendance.nhs_code().to_owned()),
            attendance_recorded_at: appointment.facts.attendance_recorded_at.map(UtcTime::from),
            moves: appointment.moves,
            created_at: appointment.created_at,
            updated_at: appointment.updated_at,
            unreadable_texts: appointment.damaged_texts.is_some(),
            history: history.map(|entries| {
                entries
                    .into_iter()
                    .map(|entry| AppointmentHistoryEntry {
                        at: entry.at,
                        event: entry.event,
                        by_role: actor_kind(entry.actor, practitioner),
                        starts_at: entry.starts_at,
                        clinician_id: entry.clinician,
                        detail: entry.detail,
                    })
                    .collect()
            }),
        }
    }
}
