//! What the crates above the contact line do about a crisis of a caller who is a practitioner.

use crate::access::contacts::crises::CrisisHooks;
use crate::access::contacts::model::Crisis;
use crate::care::duty;
use crate::care::risk;
use crate::care::risk::model::{NewRiskEvent, RiskEventKind, RiskEventSource};
use crate::platform::Tx;
use crate::platform::error::Result;
use crate::platform::ids::Id;

/// Alerts of the crate `care`, and its rota.
pub const CRISIS_HOOKS: CrisisHooks = CrisisHooks { raise_alert, clinicians_on_duty: duty::clinicians_on_duty };

/// Raises a risk alert about the practitioner, with the contact as its source; false about someone who is recorded as dead.
fn raise_alert(tx: &mut Tx, practitioner: Id, crisis: &Crisis) -> Result<bool> {
    let source = if crisis.is_anonymous { RiskEventSource::AnonymousContact } else { RiskEventSource::Contact };
    let event = NewRiskEvent {
        kind: RiskEventKind::CrisisContact,
        severity: crisis.severity,
        source: source(crisis.contact),
        questionnaire: None,
        note: crisis.note.clone(),
    };
    Ok(risk::raise_unless_dead(tx, practitioner, event)?.is_some())
}
