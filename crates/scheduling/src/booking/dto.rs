//! Forms about slots and appointments.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::meeting::Meeting;
use super::model::{ActorKind, AppointmentCancelReason, AppointmentEvent, AppointmentStatus, Attendance};
use super::queries::appointments::OpenAppointment;
use super::queries::history::Happening;
use super::queries::slots::Offer;
use crate::clinicians::dto::Language;
use crate::clinicians::model::{AppointmentKind, AppointmentMode, Discipline, Gender, Specialism};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::refusal::Refusal;
use reference::signposts::dto::SignpostView;
use reference::workforce::model::Region;

/// Which slots.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SlotQuery {
    /// The first instant at which a slot may begin.
    pub from: UtcTime,
    /// The instant before which a slot must begin; at most fourteen days after `from`.
    pub to: UtcTime,
    /// Only slots for this.
    #[param(nullable = false)]
    pub kind: Option<AppointmentKind>,
    /// Only slots held in this way.
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
    /// Staff: the practitioner for whom to search. Practitioners search for themselves.
    #[param(nullable = false)]
    pub practitioner_id: Option<Id>,
    /// An appointment that is to move: shows the slots to which it can.
    #[param(nullable = false)]
    pub moving: Option<Id>,
}

/// A slot that may be booked.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlotView {
    /// Names the slot.
    pub id: Id,
    /// Whose time it is.
    pub clinician_id: Id,
    /// The clinician's name.
    #[schema(max_length = 100)]
    pub clinician_name: String,
    /// The clinician's discipline.
    pub discipline: Discipline,
    /// The clinician's gender.
    pub gender: Gender,
    /// When it begins.
    pub starts_at: UtcTime,
    /// When it ends.
    pub ends_at: UtcTime,
    /// What it is for.
    pub kind: AppointmentKind,
    /// How practitioner and clinician meet.
    pub mode: AppointmentMode,
    /// Where they meet; null when that does not matter.
    #[schema(max_length = 500)]
    pub place: Option<String>,
    /// Until when it is held for the practitioner searched for; null when it is not held.
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

/// Why there is no slot to be shown, whatever is free.
#[derive(Serialize, ToSchema)]
pub struct NoSlotsReason {
    /// The code with which booking would refuse.
    #[schema(max_length = 60, example = "intake_required")]
    pub code: String,
    /// The same in words.
    #[schema(max_length = 500)]
    pub detail: String,
    /// Help elsewhere, the most urgent first, where care is not open to the person.
    #[schema(max_items = 100)]
    pub signposts: Vec<SignpostView>,
}

impl NoSlotsReason {
    /// The reason that a refusal gives.
    pub fn new(refusal: &Refusal, signposts: Vec<SignpostView>) -> Self {
        Self { code: refusal.reason.code().as_str().to_owned(), detail: refusal.detail.to_string(), signposts }
    }
}

/// One page of slots.
#[derive(Serialize, ToSchema)]
pub struct SlotPage {
    /// Why nothing is shown: every slot would be refused to this person. Null where there are slots, and where none is free.
    pub reason: Option<NoSlotsReason>,
    /// The slots, earliest first.
    #[schema(max_items = 100)]
    pub items: Vec<SlotView>,
    /// The cursor of the next page; null on the last.
    #[schema(max_length = 512)]
    pub next_cursor: Option<String>,
}

/// A slot kept for the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlotHold {
    /// Which slot.
    pub slot_id: Id,
    /// When the hold ends. Hold again to prolong it.
    pub held_until: UtcTime,
}

/// A slot to book.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookAppointment {
    /// Which slot.
    pub slot_id: Id,
    /// Staff: for whom. Practitioners book for themselves and leave it out.
    pub practitioner_id: Option<Id>,
    /// True to book only while the slot is held for the practitioner, and be told when the hold has run out.
    pub confirm_hold: Option<bool>,
    /// What the clinician should know about the arrangements: access, a language.
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 500)]
    pub arrangements: Option<Private<String>>,
    /// For an appointment by telephone: the number at which you want to be rung. Left out, it is your mobile number for messages or
    /// the number of your registration. Only the clinician of the appointment and coordinators see it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 7, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){7}[0-9+(). -]*$")]
    pub phone: Option<Private<String>>,
}

/// Another number for an appointment by telephone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceAppointmentPhone {
    /// The number at which the practitioner wants to be rung.
    #[schema(value_type = String, min_length = 7, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){7}[0-9+(). -]*$")]
    pub phone: Private<String>,
}

/// Where to move an appointment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveAppointment {
    /// The new slot.
    pub slot_id: Id,
    /// Where the new slot is by telephone: the number at which the practitioner wants to be rung, if it is another than before.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 7, max_length = 30, pattern = "^([+(). -]{0,4}[0-9]){7}[0-9+(). -]*$")]
    pub phone: Option<Private<String>>,
}

/// Why an appointment is called off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelAppointment {
    /// The reason. Reasons on the service's side are for staff.
    pub reason: AppointmentCancelReason,
    /// A word to those concerned.
    #[schema(extensions(("x-may-be-empty" = json!(true)), ("x-multiline" = json!(true))), value_type = Option<String>, max_length = 500)]
    pub note: Option<Private<String>>,
}

/// What became of an appointment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordAttendance {
    /// Whether, and how, the practitioner was seen. A cancellation is not recorded here.
    pub attendance: Attendance,
}

/// Which appointments.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AppointmentQuery {
    /// Only those that stand so.
    #[param(nullable = false)]
    pub status: Option<AppointmentStatus>,
    /// The first instant at which an appointment may begin.
    #[param(nullable = false)]
    pub from: Option<UtcTime>,
    /// The instant before which an appointment must begin.
    #[param(nullable = false)]
    pub to: Option<UtcTime>,
    /// Only those of this practitioner.
    #[param(nullable = false)]
    pub practitioner_id: Option<Id>,
    /// Only those with this clinician.
    #[param(nullable = false)]
    pub clinician_id: Option<Id>,
}

/// An appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppointmentView {
    /// Names the appointment; it stays the same when the appointment moves.
    pub id: Id,
    /// The slot that it is, or last was, booked in.
    pub slot_id: Id,
    /// Whose appointment it is.
    pub practitioner_id: Id,
    /// The practitioner's reference, which stands for the name.
    #[schema(max_length = 40)]
    pub practitioner_reference: String,
    /// With whom it is.
    pub clinician_id: Id,
    /// The clinician's name.
    #[schema(max_length = 100)]
    pub clinician_name: String,
    /// The clinician's discipline.
    pub discipline: Discipline,
    /// What it is for.
    pub kind: AppointmentKind,
    /// How practitioner and clinician meet.
    pub mode: AppointmentMode,
    /// Where they meet; null when that does not matter.
    #[schema(max_length = 500)]
    pub place: Option<String>,
    /// When it begins.
    pub starts_at: UtcTime,
    /// When it ends.
    pub ends_at: UtcTime,
    /// Where it stands.
    pub status: AppointmentStatus,
    /// What was said about the arrangements.
    #[schema(max_length = 500)]
    pub arrangements: Option<String>,
    /// Where to open the video call; null unless the appointment is by video and is to take place, and for everybody but the
    /// practitioner and the clinician.
    #[schema(max_length = 500)]
    pub video_link: Option<String>,
    /// The number that is rung; null unless the appointment is by telephone and is to take place.
    #[schema(max_length = 40)]
    pub phone: Option<String>,
    /// Who booked it.
    pub booked_by: ActorKind,
    /// When its slot was taken away from under it: it waits to be moved or cancelled. Null as a rule.
    pub orphaned_at: Option<UtcTime>,
    /// When it was called off.
    pub cancelled_at: Option<UtcTime>,
    /// Why it was called off.
    pub cancel_reason: Option<AppointmentCancelReason>,
    /// What was said when it was called off.
    #[schema(max_length = 500)]
    pub cancel_note: Option<String>,
    /// What became of it.
    pub attendance: Option<Attendance>,
    /// The same as the NHS Data Dictionary's ATTENDED OR DID NOT ATTEND CODE.
    #[schema(max_length = 1)]
    pub nhs_code: Option<String>,
    /// When attendance was first recorded.
    pub attendance_recorded_at: Option<UtcTime>,
    /// How often it has moved.
    #[schema(minimum = 0)]
    pub moves: i32,
    /// When it was booked.
    pub created_at: UtcTime,
    /// When it last changed.
    pub updated_at: UtcTime,
    /// What happened to it, oldest first, as far as the last hundred events; null in lists.
    #[schema(max_items = 100)]
    pub history: Option<Vec<AppointmentEventView>>,
}

/// Something that happened to an appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppointmentEventView {
    /// When it happened.
    pub at: UtcTime,
    /// What happened.
    pub event: AppointmentEvent,
    /// On whose side.
    pub by: ActorKind,
    /// When the appointment was to begin from then on.
    pub starts_at: UtcTime,
    /// With whom it was from then on.
    pub clinician_id: Id,
    /// The reason or the attendance, where there is one.
    #[schema(max_length = 60)]
    pub detail: Option<String>,
}

fn side(actor: Id, practitioner: Id) -> ActorKind {
    if actor == practitioner { ActorKind::Practitioner } else { ActorKind::Staff }
}

impl AppointmentView {
    /// The view, with how the two find each other, and with its history where that is wanted.
    pub fn new(open: OpenAppointment, meeting: Option<Meeting>, history: Option<Vec<Happening>>) -> Self {
        let practitioner = open.facts.practitioner;
        let (video_link, phone) = match meeting {
            Some(Meeting::Video(link)) => (Some(link.into_revealed()), None),
            Some(Meeting::Phone(number)) => (None, number.map(Private::into_revealed)),
            None => (None, None),
        };
        Self {
            id: open.facts.id,
            slot_id: open.facts.slot,
            practitioner_id: practitioner,
            practitioner_reference: open.reference,
            clinician_id: open.clinician,
            clinician_name: open.clinician_name.into_revealed(),
            discipline: open.discipline,
            kind: open.facts.kind,
            mode: open.mode,
            place: open.place,
            starts_at: open.facts.starts_at.into(),
            ends_at: open.facts.ends_at.into(),
            status: open.facts.status,
            arrangements: open.arrangements.map(Private::into_revealed),
            video_link,
            phone,
            booked_by: side(open.booked_by, practitioner),
            orphaned_at: open.orphaned_at,
            cancelled_at: open.cancelled_at,
            cancel_reason: open.cancel_reason,
            cancel_note: open.cancel_note.map(Private::into_revealed),
            attendance: open.attendance,
            nhs_code: open.attendance.map(|attendance| attendance.nhs_code().to_owned()),
            attendance_recorded_at: open.facts.attendance_recorded_at.map(UtcTime::from),
            moves: open.moves,
            created_at: open.created_at,
            updated_at: open.updated_at,
            history: history.map(|happenings| {
                happenings
                    .into_iter()
                    .map(|happening| AppointmentEventView {
                        at: happening.at,
                        event: happening.event,
                        by: side(happening.actor, practitioner),
                        starts_at: happening.starts_at,
                        clinician_id: happening.clinician,
                        detail: happening.detail,
                    })
                    .collect()
            }),
        }
    }
}
