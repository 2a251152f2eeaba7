//! The facts that are counted for one quarter. They are read only when the quarter is counted, never for a request.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{BoardAmount, FirstDecision, FundingFacts};
use super::rules;
use crate::disclosure::model::Period;
use access::funding::in_force::price_on;
use access::funding::model::{AppointmentKind, FundingDecision, FundingEvent};
use access::funding::queries::events::{self, DecisionEntry};
use access::funding::queries::figures::{CountedRequest, requests, sessions_between};
use access::funding::rules::committed_pence;
use people::practitioners::model::CountedRegistration;
use people::practitioners::queries::registered::registered_between;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use reference::workforce;
use reference::workforce::model::Icb;

/// How many requests one statement looks up.
const BATCH_SIZE: usize = 500;

/// The first decisions of a quarter, what its approvals commit, and what its sessions cost. A request is counted once, by its first
/// decision; of several approvals of a request the last counts. Requests without a board that is known are left out.
pub fn funding(tx: &mut Tx, period: Period) -> Result<FundingFacts> {
    let (from, to): (UtcTime, UtcTime) = (period.begins().into(), period.ends().into());
    let entries = events::decisions_between(tx, from, to)?;
    let sessions = sessions_between(tx, from, to)?;
    let decided = entries.iter().map(|entry| entry.request);
    let ids: BTreeSet<Id> = decided.chain(sessions.iter().map(|session| session.request)).collect();
    let (mut known, mut firsts) = (BTreeMap::new(), BTreeMap::new());
    for batch in ids.into_iter().collect::<Vec<_>>().chunks(BATCH_SIZE) {
        known.extend(requests(tx, batch)?);
        firsts.extend(events::first_decisions(tx, batch)?);
    }
    let boards = workforce::boards(tx)?;
    let mut facts = FundingFacts::default();
    let mut approvals: BTreeMap<Id, DecisionEntry> = BTreeMap::new();
    for entry in &entries {
        let Some((board, request)) = request_of(&known, &boards, entry.request) else { continue };
        if entry.event != FundingEvent::Declined {
            approvals.insert(entry.request, *entry);
        }
        if firsts.get(&entry.request) == Some(&entry.number) {
            let submitted = request.submitted_at.unwrap_or(entry.at).london_day();
            let time = rules::decision_time((entry.at.london_day() - submitted).num_days());
            let decision = decision_of(entry.event);
            let (board, practitioner) = (board.to_owned(), request.practitioner);
            facts.decisions.push(FirstDecision { board, practitioner, decision, time });
        }
    }
    for entry in approvals.values() {
        let price = price_on(tx, AppointmentKind::Treatment, entry.at.london_day())?;
        let Some((board, request)) = request_of(&known, &boards, entry.request) else { continue };
        facts.committed.extend(committed_pence(&entry.terms, price).map(|pence| amount(board, request, pence)));
    }
    for session in sessions {
        let of_board = request_of(&known, &boards, session.request);
        facts.used.extend(of_board.map(|(board, request)| amount(board, request, session.pence)));
    }
    Ok(facts)
}

/// A request with the code of its board, if it asks a board that is known.
fn request_of<'a>(known: &'a BTreeMap<Id, CountedRequest>, boards: &'a [Icb], id: Id) -> Option<(&'a str, &'a CountedRequest)> {
    let request = known.get(&id)?;
    let code = request.icb_code.as_deref()?;
    let board = boards.iter().find(|board| board.code == code)?;
    Some((board.code.as_str(), request))
}

fn amount(board: &str, request: &CountedRequest, pence: i32) -> BoardAmount {
    BoardAmount { board: board.to_owned(), practitioner: request.practitioner, pence: u64::try_from(pence).unwrap_or(0) }
}

const fn decision_of(event: FundingEvent) -> FundingDecision {
    match event {
        FundingEvent::Approved => FundingDecision::Approved,
        FundingEvent::ApprovedLimited => FundingDecision::ApprovedLimited,
        _ => FundingDecision::Declined,
    }
}

/// Those who registered in a quarter. Their registrations are decrypted here, when the quarter is counted, and only counts are stored.
pub fn registrations(tx: &mut Tx, period: Period) -> Result<Vec<CountedRegistration>> {
    registered_between(tx, period.begins().into(), period.ends().into())
}
