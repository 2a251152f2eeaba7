//! What the crates above the contact line do about a crisis of a caller who is a practitioner.

use crate::access::contacts::crises::CrisisHooks;
use crate::access::contacts::model::{ContactRiskSeverity, Crisis};
use crate::care::duty;
use crate::care::risk;
use crate::care::risk::model::{NewRiskEvent, RiskEventKind, RiskEventSource, RiskSeverity};
use crate::platform::Tx;
use crate::platform::error::Result;
use crate::platform::ids::Id;

/// Alerts of the crate `care`, and its rota.
pub const CRISIS_HOOKS: CrisisHooks = CrisisHooks { raise_alert, clinicians_on_duty: duty::clinicians_on_duty };

/// Raises a risk alert about the practitioner, with the contact as its source.
fn raise_alert(tx: &mut Tx, practitioner: Id, crisis: &Crisis) -> Result<()> {
    let event = NewRiskEvent {
        kind: RiskEventKind::CrisisContact,
        severity: severity(crisis.severity),
        source: RiskEventSource::Contact(crisis.contact),
        questionnaire: None,
        note: crisis.note.clone(),
    };
    risk::raise(tx, practitioner, event).map(|_| ())
}

const fn severity(of_contact: ContactRiskSeverity) -> RiskSeverity {
    match of_contact {
        ContactRiskSeverity::Immediate => RiskSeverity::Immediate,
        ContactRiskSeverity::Urgent => RiskSeverity::Urgent,
        ContactRiskSeverity::SameDay => RiskSeverity::SameDay,
    }
}
