//! What practitioners have with clinicians that has not come to its end.

use diesel::prelude::*;

use crate::prescriptions::model::PrescriptionState;
use crate::records::model::NoteState;
use crate::schema::{clinical_notes, follow_ups, prescriptions};
use people::relationships::episodes;
use people::relationships::model::ArrangementKind;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use scheduling::booking::queries::reading::{self, Whose};
use scheduling::clinicians::queries as directory;

/// Whose.
#[derive(Debug, Clone, Copy)]
pub enum Of {
    /// This practitioner's.
    Practitioner(Id),
    /// What anybody has with this clinician.
    Clinician(Id),
    /// Everybody's.
    Everybody,
}

/// Something that a practitioner has with somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tie {
    pub what: ArrangementKind,
    pub id: Id,
    pub practitioner: Id,
    /// With which clinician; none where it is with another member of a group.
    pub clinician: Option<Id>,
    /// When it begins, where it has a time.
    pub starts_at: Option<UtcTime>,
}

impl Tie {
    /// The place of this one in a list of all.
    pub fn place(&self) -> (ArrangementKind, Id, Id) {
        (self.what, self.practitioner, self.id)
    }

    /// The id, where it is one that practitioners may know.
    pub fn told_id(&self) -> Option<Id> {
        match self.what {
            ArrangementKind::Appointment | ArrangementKind::GroupPlace | ArrangementKind::FollowUp => Some(self.id),
            ArrangementKind::LeadClinician | ArrangementKind::UnsignedPrescription | ArrangementKind::UnsignedNote => None,
        }
    }
}

/// Narrows a query to whose ties are asked for.
macro_rules! narrow {
    ($query:expr, $of:expr, $practitioner:expr, $clinician:expr) => {
        match $of {
            Whose::Practitioner(id) => $query.filter($practitioner.eq(id)),
            Whose::Clinician(id) => $query.filter($clinician.eq(id)),
        }
    };
}

/// What practitioners have with clinicians: appointments that have not begun, care that a clinician leads, open follow-ups, and
/// prescriptions and notes that are not signed. Everybody's are read clinician by clinician.
pub fn ties(tx: &mut Tx, of: Of) -> Result<Vec<Tie>> {
    match of {
        Of::Practitioner(id) => ties_of(tx, Whose::Practitioner(id)),
        Of::Clinician(id) => ties_of(tx, Whose::Clinician(id)),
        Of::Everybody => {
            let mut all = Vec::new();
            for clinician in directory::all_ids(tx)? {
                all.extend(ties_of(tx, Whose::Clinician(clinician))?);
            }
            Ok(all)
        }
    }
}

/// Every statement names one person, so that an index leads to its rows on both engines.
fn ties_of(tx: &mut Tx, of: Whose) -> Result<Vec<Tie>> {
    let mut all = Vec::new();
    all.extend(reading::ahead(tx, of)?.into_iter().map(|appointment| Tie {
        what: ArrangementKind::Appointment,
        id: appointment.id,
        practitioner: appointment.practitioner,
        clinician: Some(appointment.clinician),
        starts_at: Some(appointment.starts_at),
    }));
    let mut add = |what: ArrangementKind, rows: Vec<(Id, Id, Id)>| {
        all.extend(rows.into_iter().map(|(id, practitioner, clinician)| Tie {
            what,
            id,
            practitioner,
            clinician: Some(clinician),
            starts_at: None,
        }));
    };
    let led = match of {
        Whose::Practitioner(id) => episodes::under_way(tx, id)?.into_iter().collect(),
        Whose::Clinician(id) => episodes::all_led_by(tx, id)?,
    };
    let led = led.into_iter().map(|episode| (episode.id, episode.practitioner_id, episode.lead_clinician_id));
    add(ArrangementKind::LeadClinician, led.collect());
    let open = follow_ups::table
        .filter(follow_ups::closed_at.is_null())
        .select((follow_ups::id, follow_ups::practitioner_id, follow_ups::clinician_id))
        .into_boxed();
    add(ArrangementKind::FollowUp, narrow!(open, of, follow_ups::practitioner_id, follow_ups::clinician_id).load(tx.conn)?);
    let drafts = prescriptions::table
        .filter(prescriptions::state.eq(PrescriptionState::Draft))
        .select((prescriptions::id, prescriptions::practitioner_id, prescriptions::clinician_id))
        .into_boxed();
    let rows = narrow!(drafts, of, prescriptions::practitioner_id, prescriptions::clinician_id).load(tx.conn)?;
    add(ArrangementKind::UnsignedPrescription, rows);
    let notes = clinical_notes::table
        .filter(clinical_notes::state.eq(NoteState::Draft))
        .select((clinical_notes::id, clinical_notes::practitioner_id, clinical_notes::author_id))
        .into_boxed();
    add(
        ArrangementKind::UnsignedNote,
        narrow!(notes, of, clinical_notes::practitioner_id, clinical_notes::author_id).load(tx.conn)?,
    );
    Ok(all)
}
