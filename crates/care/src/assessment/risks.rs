//! Raises alerts for what answers and totals show.

use crate::risk;
use crate::risk::model::{NewRiskEvent, RiskEventKind, RiskEventSource, RiskSeverity};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// Raises an alert about a practitioner. `risky` are the answers that show the risk, if any do.
pub(super) fn raise<'a>(
    tx: &mut Tx,
    practitioner: Id,
    kind: RiskEventKind,
    source: RiskEventSource,
    questionnaire: &str,
    risky: impl IntoIterator<Item = (&'a str, i32)>,
) -> Result<()> {
    let severity = match kind {
        RiskEventKind::RiskAnswer => risk::severity_of_answers(questionnaire, risky),
        _ => RiskSeverity::SameDay,
    };
    let event = NewRiskEvent { kind, severity, source, questionnaire: Some(questionnaire.to_owned()), note: None };
    risk::raise_unless_dead(tx, practitioner, event).map(|_| ())
}
