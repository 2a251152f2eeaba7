//! Database queries about current arrangements between practitioners and clinicians.

pub mod tasks;

use diesel::prelude::*;

use crate::prescriptions::model::PrescriptionState;
use crate::records::model::NoteState;
use crate::schema::{clinical_notes, follow_ups, prescriptions};
use people::relationships::episodes;
use people::relationships::model::ArrangementKind;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use scheduling::booking::queries::lookups::{self, AppointmentsOf};
use scheduling::clinicians::queries as directory;

/// Which arrangements are searched.
#[derive(Debug, Clone, Copy)]
pub enum ConflictScope {
    /// Those of this practitioner.
    Practitioner(Id),
    /// Those with this clinician.
    Clinician(Id),
    /// Those of all practitioners.
    All,
}

/// An arrangement of a practitioner with another person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrangement {
    pub kind: ArrangementKind,
    pub id: Id,
    pub practitioner: Id,
    /// The clinician it is with; none if it is with another member of a group.
    pub clinician: Option<Id>,
    /// When it begins, if it has a time.
    pub starts_at: Option<UtcTime>,
}

impl Arrangement {
    /// The sort key in a list of all arrangements.
    pub fn sort_key(&self) -> (ArrangementKind, Id, Id) {
        (self.kind, self.practitioner, self.id)
    }

    /// The id, if practitioners may know it.
    pub fn visible_id(&self) -> Option<Id> {
        match self.kind {
            ArrangementKind::Appointment | ArrangementKind::GroupPlace | ArrangementKind::FollowUp => Some(self.id),
            ArrangementKind::LeadClinician | ArrangementKind::UnsignedPrescription | ArrangementKind::UnsignedNote => None,
        }
    }
}

/// Limits a query to one practitioner or clinician.
macro_rules! narrow {
    ($query:expr, $person:expr, $practitioner:expr, $clinician:expr) => {
        match $person {
            AppointmentsOf::Practitioner(id) => $query.filter($practitioner.eq(id)),
            AppointmentsOf::Clinician(id) => $query.filter($clinician.eq(id)),
        }
    };
}

/// Arrangements between practitioners and clinicians: appointments that have not begun, care that a clinician leads, open
/// follow-ups, and unsigned prescriptions and notes. Those of all practitioners are read clinician by clinician.
pub fn arrangements(tx: &mut Tx, scope: ConflictScope) -> Result<Vec<Arrangement>> {
    match scope {
        ConflictScope::Practitioner(id) => arrangements_of(tx, AppointmentsOf::Practitioner(id)),
        ConflictScope::Clinician(id) => arrangements_of(tx, AppointmentsOf::Clinician(id)),
        ConflictScope::All => {
            let mut all = Vec::new();
            for clinician in directory::all_ids(tx)? {
                all.extend(arrangements_of(tx, AppointmentsOf::Clinician(clinician))?);
            }
            Ok(all)
        }
    }
}

/// The clinician of a follow-up that is open.
pub fn clinician_of_open_follow_up(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    Ok(follow_ups::table
        .find(id)
        .filter(follow_ups::closed_at.is_null())
        .select(follow_ups::clinician_id)
        .get_result(tx.conn)
        .optional()?)
}

/// Every query names one person, so that both database engines use an index.
fn arrangements_of(tx: &mut Tx, person: AppointmentsOf) -> Result<Vec<Arrangement>> {
    let mut all = Vec::new();
    all.extend(lookups::upcoming(tx, person)?.into_iter().map(|appointment| Arrangement {
        kind: ArrangementKind::Appointment,
        id: appointment.id,
        practitioner: appointment.practitioner,
        clinician: Some(appointment.clinician),
        starts_at: Some(appointment.starts_at),
    }));
    let mut add = |what: ArrangementKind, rows: Vec<(Id, Id, Id)>| {
        all.extend(rows.into_iter().map(|(id, practitioner, clinician)| Arrangement {
            kind: what,
            id,
            practitioner,
            clinician: Some(clinician),
            starts_at: None,
        }));
    };
    let led = match person {
        AppointmentsOf::Practitioner(id) => episodes::current(tx, id)?.into_iter().collect(),
        AppointmentsOf::Clinician(id) => episodes::all_led_by(tx, id)?,
    };
    let led = led.into_iter().map(|episode| (episode.id, episode.practitioner_id, episode.lead_clinician_id));
    add(ArrangementKind::LeadClinician, led.collect());
    let open = follow_ups::table
        .filter(follow_ups::closed_at.is_null())
        .select((follow_ups::id, follow_ups::practitioner_id, follow_ups::clinician_id))
        .into_boxed();
    add(ArrangementKind::FollowUp, narrow!(open, person, follow_ups::practitioner_id, follow_ups::clinician_id).load(tx.conn)?);
    let drafts = prescriptions::table
        .filter(prescriptions::state.eq(PrescriptionState::Draft))
        .select((prescriptions::id, prescriptions::practitioner_id, prescriptions::clinician_id))
        .into_boxed();
    let rows = narrow!(drafts, person, prescriptions::practitioner_id, prescriptions::clinician_id).load(tx.conn)?;
    add(ArrangementKind::UnsignedPrescription, rows);
    let notes = clinical_notes::table
        .filter(clinical_notes::state.eq(NoteState::Draft))
        .select((clinical_notes::id, clinical_notes::practitioner_id, clinical_notes::author_id))
        .into_boxed();
    add(
        ArrangementKind::UnsignedNote,
        narrow!(notes, person, clinical_notes::practitioner_id, clinical_notes::author_id).load(tx.conn)?,
    );
    Ok(all)
}
