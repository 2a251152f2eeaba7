//! Access for an hour: by breaking the glass or because a practitioner called.

use platform::ids::{Id, UtcTime};
use platform::private::Private;

platform::string_enum! {
    /// Why a member of staff has access for an hour.
    pub enum AccessKind {
        /// They broke the glass: they need to know of a practitioner that they have no other reason to know of.
        BreakGlass = "break_glass",
        /// The practitioner called and gave their reference.
        PhoneCall = "phone_call",
    }

    /// What a privacy officer found about break-glass access.
    pub enum BreakGlassOutcome {
        /// It was necessary.
        Justified = "justified",
        /// It was not necessary.
        NotJustified = "not_justified",
        /// It is not clear.
        Unclear = "unclear",
    }

    /// Why a member of staff looks up a practitioner.
    pub enum LookupReason {
        /// The practitioner has called.
        PhoneCall = "phone_call",
    }
}

/// Break-glass access.
#[derive(Debug, Clone)]
pub struct BreakGlass {
    pub id: Id,
    /// The member of staff who has the access.
    pub staff: Id,
    pub practitioner: Id,
    pub reason: Private<String>,
    pub granted_at: UtcTime,
    pub expires_at: UtcTime,
    /// When its holder ended it before that.
    pub ended_at: Option<UtcTime>,
    pub review: Option<Review>,
    /// When the practitioner was informed.
    pub informed_at: Option<UtcTime>,
}

/// That a member of staff recorded a call of a practitioner.
#[derive(Debug, Clone)]
pub struct PhoneLookup {
    pub id: Id,
    pub staff: Id,
    pub practitioner: Id,
    pub at: UtcTime,
    /// Why they looked them up again.
    pub reason: Option<Private<String>>,
}

/// A privacy officer's review.
#[derive(Debug, Clone)]
pub struct Review {
    pub by: Id,
    pub at: UtcTime,
    pub outcome: BreakGlassOutcome,
    pub texts: ReviewTexts,
    /// Whether the practitioner is informed.
    pub informs: bool,
}

/// The texts of a review. They are stored encrypted.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct ReviewTexts {
    pub note: String,
    /// Why telling the practitioner would endanger someone.
    pub reason_not_to_tell: Option<String>,
}

platform::redacted_debug!(ReviewTexts);
