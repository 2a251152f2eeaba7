//! Enrolments, waiting list entries, guests and screenings.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::groups::model::{EnrolmentState, ScreeningVerdict, WillingnessToMeet};
use crate::groups::queries::enrolments::{Enrolment, Guest};
use crate::groups::queries::screenings::Screening;
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// A request to enrol a practitioner in a group.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateGroupEnrolment {
    /// The practitioner to enrol. Required for staff; practitioners enrol themselves and may leave it out.
    #[serde(default)]
    pub practitioner_id: Option<Id>,
    /// The name they want to use in the group. Other members see no other name.
    #[schema(value_type = String, min_length = 1, max_length = 60)]
    pub alias: Private<String>,
    /// Who they are willing to meet there; strangers only when left out. Every member is asked this.
    #[serde(default)]
    pub willing_to_meet: Option<WillingnessToMeet>,
}

/// A request to join the waiting list of a group.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinGroupWaitingList {
    /// The practitioner who wants a place. Required for staff; practitioners ask for themselves and may leave it out.
    #[serde(default)]
    pub practitioner_id: Option<Id>,
    /// The name they want to use in the group. Other members see no other name.
    #[schema(value_type = String, min_length = 1, max_length = 60)]
    pub alias: Private<String>,
    /// Who they are willing to meet there; strangers only when left out. Every member is asked this.
    #[serde(default)]
    pub willing_to_meet: Option<WillingnessToMeet>,
}

/// How to reach a guest, who has no account.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuestContact {
    /// Their name.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    /// An email address, for messages about sessions.
    #[serde(default)]
    #[schema(format = "email", max_length = 254)]
    pub email: Option<String>,
    /// A telephone number.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 30)]
    pub phone: Option<String>,
}

platform::redacted_debug!(GuestContact);

impl From<GuestContact> for Guest {
    fn from(contact: GuestContact) -> Self {
        Self { name: contact.name, email: contact.email, phone: contact.phone }
    }
}

impl From<Guest> for GuestContact {
    fn from(guest: Guest) -> Self {
        Self { name: guest.name, email: guest.email, phone: guest.phone }
    }
}

/// A request to enrol a person who is not a practitioner and has no account.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateGroupGuest {
    /// The name they want to use in the group.
    #[schema(value_type = String, min_length = 1, max_length = 60)]
    pub alias: Private<String>,
    /// How to reach them.
    pub contact: GuestContact,
    /// The day on which a member of staff spoke with them about the group.
    pub contacted_on: NaiveDate,
}

/// Changes to a practitioner's own enrolment.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateGroupEnrolment {
    /// The name they want to use in the group; unchanged when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60)]
    pub alias: Option<Private<String>>,
    /// Who they are willing to meet there; unchanged when left out.
    #[serde(default)]
    pub willing_to_meet: Option<WillingnessToMeet>,
}

/// Who a facilitator is willing to meet.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceFacilitatorWillingness {
    /// Who the facilitator is willing to meet. A practitioner's block on a clinician is never overridden.
    pub willing_to_meet: WillingnessToMeet,
}

/// Why a member is removed from a group.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveGroupMember {
    /// The reason. Only staff see it.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 1000)]
    pub reason: Private<String>,
}

/// The result of a screening.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordGroupScreening {
    /// The practitioner who was screened.
    pub practitioner_id: Id,
    /// The result.
    pub verdict: ScreeningVerdict,
    /// Notes for the clinicians who facilitate the group.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub note: Option<Private<String>>,
}

/// A screening.
#[derive(Serialize, ToSchema)]
pub struct ScreeningView {
    /// The screening's id.
    pub id: Id,
    /// The group for which the practitioner was screened.
    pub group_id: Id,
    /// The practitioner who was screened.
    pub practitioner_id: Id,
    /// The clinician who recorded the screening.
    pub clinician_id: Id,
    /// The result.
    pub verdict: ScreeningVerdict,
    /// The clinician's notes. Null for callers who are not clinicians.
    #[schema(max_length = 4000)]
    pub note: Option<String>,
    /// When it was recorded.
    pub recorded_at: UtcTime,
}

impl ScreeningView {
    /// The screening; its notes only where `with_notes` is true.
    pub fn new(screening: Screening, with_notes: bool) -> Self {
        Self {
            id: screening.id,
            group_id: screening.group,
            practitioner_id: screening.practitioner,
            clinician_id: screening.clinician,
            verdict: screening.verdict,
            note: screening.notes.filter(|_| with_notes),
            recorded_at: screening.recorded_at,
        }
    }
}

/// An enrolment: a place in a group, an offer of one, or an entry on its waiting list.
#[derive(Serialize, ToSchema)]
pub struct EnrolmentView {
    /// The enrolment's id.
    pub id: Id,
    /// The group.
    pub group_id: Id,
    /// The practitioner; null for a guest.
    pub practitioner_id: Option<Id>,
    /// Staff: the practitioner's reference, used instead of a name.
    #[schema(max_length = 20)]
    pub reference: Option<String>,
    /// The name they use in the group.
    #[schema(max_length = 60)]
    pub alias: String,
    /// The state of the enrolment.
    pub state: EnrolmentState,
    /// Who they are willing to meet.
    pub willing_to_meet: WillingnessToMeet,
    /// When they asked for a place, or were enrolled by staff.
    pub requested_at: UtcTime,
    /// When the offer of a place expires.
    pub offer_expires_at: Option<UtcTime>,
    /// When they became a member.
    pub enrolled_at: Option<UtcTime>,
    /// When the enrolment ended.
    pub ended_at: Option<UtcTime>,
    /// Staff: why they were removed. Null in lists.
    #[schema(max_length = 1000)]
    pub reason: Option<String>,
    /// Staff: the latest screening. Its notes are for clinicians, and null in lists.
    pub screening: Option<ScreeningView>,
    /// Staff: true when a place was refused them, and they must be screened again before they can have one.
    pub needs_screening: Option<bool>,
    /// Staff: whether a person with a place in the group, or one of its facilitators, must not meet them now. Null in lists.
    pub conflict: Option<bool>,
    /// Staff: how to reach a guest. Null in lists.
    pub contact: Option<GuestContact>,
}

impl EnrolmentView {
    /// What practitioners see of their own enrolment.
    pub fn own(enrolment: Enrolment) -> Self {
        Self {
            id: enrolment.id,
            group_id: enrolment.group,
            practitioner_id: enrolment.practitioner,
            reference: None,
            alias: enrolment.alias,
            state: enrolment.state,
            willing_to_meet: enrolment.willing_to_meet,
            requested_at: enrolment.requested_at,
            offer_expires_at: enrolment.offer_expires_at,
            enrolled_at: enrolment.enrolled_at,
            ended_at: enrolment.ended_at,
            reason: None,
            screening: None,
            needs_screening: None,
            conflict: None,
            contact: None,
        }
    }
}

/// Filters of enrolments.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GroupEnrolmentQuery {
    /// Only enrolments in this state.
    #[param(nullable = false)]
    pub state: Option<EnrolmentState>,
}
