//! While a risk alert about a practitioner is open, an appointment that they did not attend raises it again: someone must find out how they
//! are. Without an open alert nothing follows here.

use crate::risk;
use crate::risk::model::{NewRiskEvent, RiskEventKind, RiskEventSource, RiskSeverity};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use scheduling::booking::attendance_hooks::AttendanceHooks;

/// What follows from an appointment that was not attended.
pub const ATTENDANCE_HOOKS: AttendanceHooks = AttendanceHooks { not_attended: raise_again };

fn raise_again(tx: &mut Tx, practitioner: Id, appointment: Id) -> Result<()> {
    if !risk::queries::has_open_alert(tx, practitioner)? {
        return Ok(());
    }
    let event = NewRiskEvent {
        kind: RiskEventKind::MissedAppointment,
        severity: RiskSeverity::Urgent,
        source: RiskEventSource::Appointment(appointment),
        questionnaire: None,
        note: None,
    };
    risk::raise_unless_dead(tx, practitioner, event).map(|_| ())
}
