//! HTTP handlers that check eligibility before registration.

use actix_web::get;

use super::decide;
use crate::contacts::callers::ContactStaff;
use crate::contacts::{queries as contacts, visibility};
use crate::registration::dto::{Eligibility, EligibilityQuery};
use crate::registration::model::Applicant;
use crate::registration::queries::eligibility_rules::load_rules;
use crate::registration::signposting;
use people::practitioners::model::ConfidentialityReason;
use platform::Platform;
use platform::error::{Error, Result};
use platform::http::{Path, Query, Response};
use platform::ids::Id;
use platform::refusal::{Reason, Refusal};
use reference::signposts;

/// Get the eligibility of a person with given details
///
/// Decided by the rules in force today. The query is not stored.
#[utoipa::path(
    operation_id = "getEligibility", tag = "Registration", security(()), params(EligibilityQuery),
    responses((status = 200, description = "The decision, its reasons, and sources of help elsewhere.", body = Eligibility))
)]
#[get("/v1/eligibility")]
pub async fn get_eligibility(query: Query<EligibilityQuery>, platform: Platform) -> Result<Response> {
    let person = Applicant {
        profession: query.0.profession,
        setting: query.0.setting,
        nation: query.0.nation,
        reason: query.0.confidentiality_reason.unwrap_or(ConfidentialityReason::None),
        in_care: false,
    };
    platform
        .read(move |tx| {
            let decided = decide(&person, &load_rules(tx)?, tx.now);
            let signposts =
                signposts::for_seeker(tx, &decided.signposts, &signposting::seeker_from_applicant(&person), tx.now.london_day())?;
            Response::ok(&Eligibility::new(decided, signposts))
        })
        .await
}

/// Get a caller's eligibility
///
/// By the rules in force today, from the details of the contact. A hint for the call handler: the caller's own registration
/// decides, and may give a confidentiality reason that changes the decision.
#[utoipa::path(
    operation_id = "getContactEligibility", tag = "Contact line",
    extensions(("x-roles" = json!(ContactStaff::ROLES)), ("x-audit" = json!("contact.read")),
        ("x-problems" = json!(["incomplete"]))),
    params(("id" = Id, Path, description = "The contact.")),
    responses((status = 200, description = "The decision, its reasons, and sources of help elsewhere.", body = Eligibility))
)]
#[get("/v1/contacts/{id}/eligibility")]
pub async fn get_contact_eligibility(caller: ContactStaff, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let permit = visibility::permit_contact(tx, &caller, id)?;
            let details = contacts::find(tx, &permit)?.ok_or_else(Error::not_found)?.details;
            permit.record(tx, "contact.read", ("contact", Some(id)))?;
            let (Some(profession), Some(setting), Some(nation)) = (details.profession, details.setting, details.nation) else {
                let missing = [
                    ("profession", details.profession.is_none()),
                    ("setting", details.setting.is_none()),
                    ("nation", details.nation.is_none()),
                ];
                let refusal = Refusal::from(Reason::ContactIncomplete);
                let missing = missing.into_iter().filter(|(_, missing)| *missing);
                return Err(missing.fold(refusal, |refusal, (name, _)| refusal.field(name, "unknown", "Ask the caller.")).into());
            };
            let person = Applicant { profession, setting, nation, reason: ConfidentialityReason::None, in_care: false };
            let decided = decide(&person, &load_rules(tx)?, tx.now);
            let signposts =
                signposts::for_seeker(tx, &decided.signposts, &signposting::seeker_from_applicant(&person), tx.now.london_day())?;
            Response::ok(&Eligibility::new(decided, signposts))
        })
        .await
}
