//! HTTP handlers for responses to messages, which need no account, and for opt-outs that coordinators record.

use actix_web::web::Data;
use actix_web::{HttpRequest, post};

use crate::outreach::addresses;
use crate::outreach::dto::{CreateOutreachResponse, OutreachResponseResult, RecordOutreachOptOut};
use crate::outreach::links::{AddressKey, Token};
use crate::outreach::model::{OptOutSource, OutreachKind, OutreachOutcome, OutreachResponse, TeamRequestDetails};
use crate::outreach::queries;
use crate::outreach::queries::recipients;
use crate::outreach::queries::recipients::Respondent;
use crate::outreach::queries::{Campaign, teams};
use crate::outreach::rules::responses;
use crate::outreach::rules::responses::ResponseFacts;
use crate::outreach::sending;
use access::contacts;
use access::contacts::model::ContactDetails;
use people::Coordinator;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::http::{Attempt, Json, Response};
use platform::ids::Id;
use platform::outbox::MessageCarrier;
use platform::private::{Private, trimmed_non_empty};
use platform::refusal::Reason;
use platform::seal::Place;
use platform::throttle::Throttle;
use reference::signposts;
use reference::signposts::model::Seeker;
use reference::workforce::model::Nation;

/// Create a response to an outreach message
///
/// With the token of its link; no account is needed, and the service does not inform the employer who responded. `self_check` returns
/// the page for finding out what would help; `please_contact_me` has someone get in touch, by the private number or address if one is
/// given, and sooner after a yes to the safety question; `asks_for_team_session` is for people who lead a team; `opt_out` stops all
/// messages of every campaign, and works with a link of any age. Crisis help is included in every answer.
#[utoipa::path(
    operation_id = "createOutreachResponse", tag = "Outreach",
    extensions(("x-audit" = json!(["outreach.answered", "outreach.opted_out"]))), request_body = CreateOutreachResponse,
    security(()),
    responses((status = 200, description = "The outcome, and where to get help.", body = OutreachResponseResult))
)]
#[post("/v1/outreach-responses")]
pub async fn create_outreach_response(
    form: Json<CreateOutreachResponse>,
    attempt: Attempt,
    platform: Platform,
    throttle: Data<Throttle>,
    request: HttpRequest,
) -> Result<Response> {
    let token = Token::read(&platform.sealer, form.token.reveal());
    let tag = token.map(|token| token.tag(&platform.sealer));
    throttle.secret(&request, tag.as_deref())?;
    platform
        .write_once(attempt, move |tx| {
            let outcome = match token {
                Some(token) => record_response(tx, token, &form)?,
                None => OutreachOutcome::LinkExpired,
            };
            let today = tx.now.london_day();
            let wants_self_check = form.kind == OutreachResponse::SelfCheck;
            Response::ok(&OutreachResponseResult {
                crisis_help: signposts::crisis_help(tx, &in_england(), today)?,
                outcome,
                self_check_url: wants_self_check.then(|| format!("{}/self-check", tx.policy.app_url)),
                signposts: signposts::for_seeker(tx, responses::signpost_needs(form.kind), &in_england(), today)?,
            })
        })
        .await
}

/// Campaigns are for staff of employers in England.
fn in_england() -> Seeker {
    Seeker { nation: Some(Nation::England), ..Seeker::default() }
}

fn record_response(tx: &mut Tx, token: Token, form: &CreateOutreachResponse) -> Result<OutreachOutcome> {
    let tag = token.tag(tx.sealer);
    if form.kind == OutreachResponse::OptOut {
        // First, so that a person who responds to two messages at once does not deadlock with themselves.
        sending::opt_out(tx, token.key(), OptOutSource::Link)?;
        let person = recipients::by_link(tx, &tag)?;
        let campaign = person.as_ref().map(|person| person.campaign);
        audit::record(tx, Actor::ANONYMOUS, "outreach.opted_out", ("outreach_campaign", campaign))?;
        if let Some(person) = person {
            recipients::record_response(tx, person.id, form.kind)?;
        }
        return Ok(OutreachOutcome::Recorded);
    }
    let Some(person) = recipients::by_link(tx, &tag)? else { return Ok(OutreachOutcome::LinkExpired) };
    let campaign = queries::find(tx, person.campaign)?.ok_or_else(Error::not_found)?;
    let asked = ResponseFacts {
        kind: campaign.plan.kind,
        state: campaign.state,
        ends_on: campaign.plan.ends_on,
        before: person.response,
    };
    let outcome = responses::outcome(&asked, form.kind, tx.now.london_day());
    if outcome == OutreachOutcome::Recorded {
        arrange_contact(tx, &campaign, &person, form)?;
        recipients::record_response(tx, person.id, form.kind)?;
        audit::record(tx, Actor::ANONYMOUS, "outreach.answered", ("outreach_campaign", Some(campaign.id)))?;
    }
    Ok(outcome)
}

/// Arranges contact, where the response asks for it.
fn arrange_contact(tx: &mut Tx, campaign: &Campaign, person: &Respondent, form: &CreateOutreachResponse) -> Result<()> {
    let note = trimmed_non_empty(form.note.as_ref());
    match form.kind {
        OutreachResponse::PleaseContactMe => {
            let way = contact_for(tx, person, form.contact.as_ref())?;
            let safety_answer = form.safety_question.as_ref().map(|answer| *answer.reveal());
            let details = ContactDetails { note, safety_answer, ..ContactDetails::default() };
            create_contact(tx, campaign.plan.kind, way, details)?;
        }
        OutreachResponse::AsksForTeamSession => {
            let (_, contact) = contact_for(tx, person, form.contact.as_ref())?;
            teams::insert(tx, campaign.id, &TeamRequestDetails { contact, note })?;
        }
        OutreachResponse::SelfCheck | OutreachResponse::OptOut => {}
    }
    Ok(())
}

/// How to reach the person: the contact they give, or else their address at work.
fn contact_for(tx: &Tx, person: &Respondent, given: Option<&Private<String>>) -> Result<(MessageCarrier, String)> {
    let wrong = |word, detail: &'static str| Error::field(Reason::InvalidBody, "/contact", word, detail);
    if let Some(given) = given {
        let normal = addresses::normalise(given.reveal());
        return normal.ok_or_else(|| wrong("invalid", "This is neither an email address nor a mobile number. Check it."));
    }
    if person.address.is_empty() {
        return Err(wrong(
            "required",
            "Enter a number or email address to reach you at: your work address has been deleted here.",
        ));
    }
    let address = tx.sealer.open_text(Place(recipients::ADDRESS, person.id), &person.address)?;
    addresses::normalise(&address).ok_or_else(|| Error::internal("a stored work address is no longer valid"))
}

/// Creates a contact that waits for the call handlers. From then on neither knows of the other: not the contact of the campaign,
/// nor the campaign of the contact.
fn create_contact(
    tx: &mut Tx,
    kind: OutreachKind,
    (channel, contact): (MessageCarrier, String),
    mut details: ContactDetails,
) -> Result<Id> {
    match channel {
        MessageCarrier::Email => (details.email, details.safe_to_email) = (Some(contact), Some(true)),
        MessageCarrier::Sms => {
            (details.phone, details.safe_to_call, details.safe_to_text) = (Some(contact), Some(true), Some(true))
        }
    }
    details.senior_leader = kind == OutreachKind::SeniorLeaders;
    let new = contacts::queries::NewContact {
        channel: contacts::model::ContactChannel::Web,
        origin: contacts::model::ContactOrigin::Outreach,
        details,
    };
    contacts::create_call_back_request(tx, &new, Actor::ANONYMOUS)
}

/// Record an opt-out from outreach messages
///
/// For a person who asked a coordinator. It applies permanently and to every campaign. The answer does not reveal whether the
/// address was known.
#[utoipa::path(
    operation_id = "recordOutreachOptOut", tag = "Outreach", request_body = RecordOutreachOptOut,
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach.opt_out_recorded"))),
    responses((status = 204, description = "Recorded. Nothing is sent to that address any more."))
)]
#[post("/v1/outreach-opt-outs")]
pub async fn record_outreach_opt_out(
    caller: Coordinator,
    form: Json<RecordOutreachOptOut>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let detail = "This is neither an email address nor a mobile number. Check it.";
    let (_, address) = addresses::normalise(form.address.reveal())
        .ok_or_else(|| Error::field(Reason::InvalidBody, "/address", "invalid", detail))?;
    platform
        .write_once(attempt, move |tx| {
            let key = AddressKey::of(tx.sealer, &address);
            sending::opt_out(tx, key, OptOutSource::Coordinator)?;
            audit::record(tx, caller.actor(), "outreach.opt_out_recorded", ("outreach_campaign", None))?;
            Ok(Response::no_content())
        })
        .await
}
