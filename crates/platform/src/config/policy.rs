//! The settings as the modules use them: one value for the whole program.

use std::time::Duration;

use chrono::TimeDelta;

use super::printing::{Organisation, PrintSettings, ReplyContact};
use super::settings::{AccessLogNames, LimitSettings, ServeSettings};
use crate::address::TrustedProxies;

/// Much longer than the work that a 404 takes, and too short to be felt.
const NOT_FOUND_STEP: Duration = Duration::from_millis(25);

/// The settings that modules read, in the form in which they use them.
#[derive(Debug, Clone)]
pub struct Policy {
    /// See [`super::ServeSettings::app_url`].
    pub app_url: String,
    /// See [`super::ServeSettings::video_url`]. Contains `{room}`.
    pub video_url: String,
    /// See [`super::ServeSettings::service_name`].
    pub service_name: String,
    /// See [`super::ServeSettings::trusted_proxy`].
    pub trusted_proxies: TrustedProxies,
    /// How long a client may take to send the body of a request.
    pub client_timeout: Duration,
    /// A 404 is sent this long after its request arrived, or at a multiple of it; zero sends it at once.
    pub not_found_step: Duration,
    /// See [`super::LimitSettings::requests_per_minute`].
    pub requests_per_minute: u32,
    /// See [`super::LimitSettings::sign_in_tries_per_minute`].
    pub sign_in_tries_per_minute: u32,
    /// See [`super::LimitSettings::document_checks_per_minute`].
    pub document_checks_per_minute: u32,
    /// See [`super::LimitSettings::contact_requests_per_minute`].
    pub contact_requests_per_minute: u32,
    /// How long an access token is valid.
    pub access_token: TimeDelta,
    /// How long a session lasts without use.
    pub session_idle: TimeDelta,
    /// How long a session lasts at most.
    pub session_life: TimeDelta,
    /// How long clinicians who treated a practitioner may read the record after care has ended.
    pub read_after_care: TimeDelta,
    /// See [`super::LimitSettings::signpost_check_days`].
    pub signpost_check_days: u32,
    /// See [`super::LimitSettings::self_check_days`].
    pub self_check_days: u32,
    /// How long an invitation to register is valid.
    pub invitation_life: TimeDelta,
    /// How long the personal data of a contact are kept.
    pub contact_life: TimeDelta,
    /// The same for contacts in which life was in danger.
    pub emergency_contact_life: TimeDelta,
    /// See [`super::LimitSettings::access_log_names`].
    pub access_log_names: AccessLogNames,
    /// See [`super::LimitSettings::flag_clinician_reads`].
    pub flag_clinician_reads: u32,
    /// See [`super::LimitSettings::flag_staff_reads`].
    pub flag_staff_reads: u32,
    /// See [`super::LimitSettings::flag_lists`].
    pub flag_lists: u32,
    /// See [`super::LimitSettings::flag_refusals`].
    pub flag_refusals: u32,
    /// See [`super::LimitSettings::flag_phone_lookups`].
    pub flag_phone_lookups: u32,
    /// See [`super::LimitSettings::flag_contact_alerts`].
    pub flag_contact_alerts: u32,
    /// How long a referral between a hub and the service is kept after its last change.
    pub referral_life: TimeDelta,
    /// The name and address on printed forms; without them no form is issued.
    pub organisation: Option<Organisation>,
    /// How the recipient of a letter reaches the sender; empty where it is not set.
    pub reply_contact: ReplyContact,
}

/// The settings of a policy, for a command that has none of them as options.
#[derive(clap::Parser)]
struct PolicySettings {
    #[command(flatten)]
    serve: ServeSettings,
    #[command(flatten)]
    limits: LimitSettings,
    #[command(flatten)]
    print: PrintSettings,
}

impl Policy {
    /// The policy from the environment and the defaults.
    ///
    /// # Errors
    /// Names the variable that is wrong.
    pub fn from_environment() -> Result<Self, String> {
        let settings = <PolicySettings as clap::Parser>::try_parse_from(["confide"]).map_err(|error| error.to_string())?;
        Ok(Self::new(&settings.serve, &settings.limits, &settings.print))
    }

    /// The policy from the settings.
    pub fn new(serve: &ServeSettings, limits: &LimitSettings, print: &PrintSettings) -> Self {
        let (address, check_at) = (print.organisation_address.clone(), print.organisation_check_url.clone());
        Self {
            organisation: print.organisation_name.clone().map(|name| Organisation { name, address, check_url: check_at }),
            reply_contact: ReplyContact { phone: print.organisation_phone.clone(), email: print.organisation_email.clone() },
            video_url: match &serve.video_url {
                Some(url) => url.clone(),
                None => format!("{}/rooms/{{room}}", serve.app_url.trim_end_matches('/')),
            },
            app_url: serve.app_url.trim_end_matches('/').to_owned(),
            service_name: serve.service_name.trim().to_owned(),
            trusted_proxies: serve.trusted_proxies(),
            client_timeout: serve.client_timeout(),
            not_found_step: NOT_FOUND_STEP,
            requests_per_minute: limits.requests_per_minute,
            sign_in_tries_per_minute: limits.sign_in_tries_per_minute,
            document_checks_per_minute: limits.document_checks_per_minute,
            contact_requests_per_minute: limits.contact_requests_per_minute,
            access_token: TimeDelta::minutes(limits.access_token_minutes.into()),
            session_idle: TimeDelta::days(limits.session_idle_days.into()),
            session_life: TimeDelta::days(limits.session_days.into()),
            read_after_care: TimeDelta::days(limits.read_after_care_days.into()),
            signpost_check_days: limits.signpost_check_days,
            self_check_days: limits.self_check_days,
            invitation_life: TimeDelta::days(limits.invitation_days.into()),
            contact_life: TimeDelta::days(limits.contact_days.into()),
            emergency_contact_life: TimeDelta::days(limits.emergency_contact_days.max(limits.contact_days).into()),
            access_log_names: limits.access_log_names,
            flag_clinician_reads: limits.flag_clinician_reads,
            flag_staff_reads: limits.flag_staff_reads,
            flag_lists: limits.flag_lists,
            flag_refusals: limits.flag_refusals,
            flag_phone_lookups: limits.flag_phone_lookups,
            flag_contact_alerts: limits.flag_contact_alerts,
            referral_life: TimeDelta::days(limits.referral_days.into()),
        }
    }
}
