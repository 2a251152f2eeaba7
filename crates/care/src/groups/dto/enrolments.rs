//! Places, waiting for one, and screenings.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::groups::model::{EnrolmentState, ScreeningVerdict, WillingnessToMeet};
use crate::groups::queries::enrolments::{Guest, KeptEnrolment};
use crate::groups::queries::screenings::Screening;
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// A place in a group.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateGroupEnrolment {
    /// For whom. Staff must say; practitioners have places of their own.
    #[serde(default)]
    pub practitioner_id: Option<Id>,
    /// What they want to be called in the group. Nobody in it learns another name.
    #[schema(value_type = String, min_length = 1, max_length = 60)]
    pub alias: Private<String>,
    /// Whom they agree to meet there; strangers only when left out. Everybody is asked this, whoever is in the group.
    #[serde(default)]
    pub willing_to_meet: Option<WillingnessToMeet>,
}

/// A wish for a place in a group.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinGroupWaitingList {
    /// For whom. Staff must say; practitioners ask for themselves.
    #[serde(default)]
    pub practitioner_id: Option<Id>,
    /// What they want to be called in the group. Nobody in it learns another name.
    #[schema(value_type = String, min_length = 1, max_length = 60)]
    pub alias: Private<String>,
    /// Whom they agree to meet there; strangers only when left out. Everybody is asked this, whoever is in the group.
    #[serde(default)]
    pub willing_to_meet: Option<WillingnessToMeet>,
}

/// How to reach a guest, who has no account.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuestContact {
    /// What they are called.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    /// An e-mail address, for messages about sessions.
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

/// A place for somebody who is not a practitioner and has no account.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateGroupGuest {
    /// What they want to be called in the group.
    #[schema(value_type = String, min_length = 1, max_length = 60)]
    pub alias: Private<String>,
    /// How to reach them.
    pub contact: GuestContact,
    /// When somebody of the service spoke with them about the group.
    pub contacted_on: NaiveDate,
}

/// What a member says of themselves.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateGroupEnrolment {
    /// What they want to be called in the group; as before when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60)]
    pub alias: Option<Private<String>>,
    /// Whom they agree to meet there; as before when left out.
    #[serde(default)]
    pub willing_to_meet: Option<WillingnessToMeet>,
}

/// Whom a facilitator agrees to meet.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceFacilitatorAgreement {
    /// Whom. That somebody has listed a clinician as somebody to avoid is never overridden.
    pub willing_to_meet: WillingnessToMeet,
}

/// Why somebody is taken out of a group.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveGroupMember {
    /// Why, for staff.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 1000)]
    pub reason: Private<String>,
}

/// What came of a screening.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateGroupScreening {
    /// Who was screened.
    pub practitioner_id: Id,
    /// What came of it.
    pub verdict: ScreeningVerdict,
    /// What was found, for those who lead the group.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub notes: Option<Private<String>>,
}

/// A screening.
#[derive(Serialize, ToSchema)]
pub struct ScreeningView {
    /// Names it.
    pub id: Id,
    /// For which group.
    pub group_id: Id,
    /// Who was screened.
    pub practitioner_id: Id,
    /// By whom.
    pub clinician_id: Id,
    /// What came of it.
    pub verdict: ScreeningVerdict,
    /// What was found. Clinicians only.
    #[schema(max_length = 4000)]
    pub notes: Option<String>,
    /// When.
    pub recorded_at: UtcTime,
}

impl ScreeningView {
    /// The screening, with its notes for clinicians.
    pub fn new(screening: Screening, with_notes: bool) -> Self {
        Self {
            id: screening.id,
            group_id: screening.group,
            practitioner_id: screening.practitioner,
            clinician_id: screening.clinician,
            verdict: screening.verdict,
            notes: screening.notes.filter(|_| with_notes),
            recorded_at: screening.recorded_at,
        }
    }
}

/// Where somebody stands with a group.
#[derive(Serialize, ToSchema)]
pub struct EnrolmentView {
    /// Names it.
    pub id: Id,
    /// Which group.
    pub group_id: Id,
    /// Whose it is; null for a guest.
    pub practitioner_id: Option<Id>,
    /// The code that stands for the practitioner's name.
    #[schema(max_length = 20)]
    pub reference: Option<String>,
    /// What they are called in the group.
    #[schema(max_length = 60)]
    pub alias: String,
    /// Where they stand.
    pub state: EnrolmentState,
    /// Whom they agree to meet.
    pub willing_to_meet: WillingnessToMeet,
    /// When they asked, or were entered.
    pub requested_at: UtcTime,
    /// Until when an offered place is kept.
    pub offer_expires_at: Option<UtcTime>,
    /// When they became a member.
    pub enrolled_at: Option<UtcTime>,
    /// When it was over.
    pub ended_at: Option<UtcTime>,
    /// Staff: why they were taken out. Not shown in lists.
    #[schema(max_length = 1000)]
    pub reason: Option<String>,
    /// Staff: the latest screening; its notes for clinicians and not in lists.
    pub screening: Option<ScreeningView>,
    /// Staff: true when they reached for a place that they cannot have, and must be screened anew before they get one.
    pub needs_screening: Option<bool>,
    /// Staff: whether somebody who has a place, or leads the group, must not meet them now. Not shown in lists.
    pub conflict: Option<bool>,
    /// Staff: how to reach a guest. Not shown in lists.
    pub contact: Option<GuestContact>,
}

impl EnrolmentView {
    /// What the practitioner sees of their own.
    pub fn own(kept: KeptEnrolment) -> Self {
        Self {
            id: kept.id,
            group_id: kept.group,
            practitioner_id: kept.practitioner,
            reference: None,
            alias: kept.alias,
            state: kept.state,
            willing_to_meet: kept.meets,
            requested_at: kept.asked_at,
            offer_expires_at: kept.offer_expires_at,
            enrolled_at: kept.enrolled_at,
            ended_at: kept.ended_at,
            reason: None,
            screening: None,
            needs_screening: None,
            conflict: None,
            contact: None,
        }
    }
}

/// Which enrolments.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GroupEnrolmentQuery {
    /// Only those that stand so.
    #[param(nullable = false)]
    pub state: Option<EnrolmentState>,
}
