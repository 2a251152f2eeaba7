//! JSON forms about the entries of the directory, and their history.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use platform::ids::{Id, UtcTime};
use platform::text::code;
use reference::signposts::dto::SignpostView;
use reference::signposts::model::{Signpost, SignpostAudience, SignpostChannel, SignpostEvent, SignpostNeed, Urgency};
use reference::signposts::queries::HistoryEntry;
use reference::workforce::model::{Nation, Profession, Region};

/// The code of an integrated care board in whose area a service works.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, min_length = 1, max_length = 10, example = "QWE")]
pub struct SignpostBoard(pub String);

/// An entry of the directory.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignpostEntry {
    /// What people see of it.
    #[serde(flatten)]
    pub signpost: SignpostView,
    /// The professions it is for; empty for all.
    #[schema(max_items = 50)]
    pub professions: Vec<Profession>,
    /// The nations it works in; empty for all.
    #[schema(max_items = 20)]
    pub nations: Vec<Nation>,
    /// The regions it works in; empty, with `icb_codes`, for everywhere.
    #[schema(max_items = 20)]
    pub regions: Vec<Region>,
    /// The integrated care boards in whose areas it works, in addition to `regions`.
    #[schema(max_items = 100)]
    pub icb_codes: Vec<SignpostBoard>,
    /// The first day on which people may be signposted there.
    pub valid_from: NaiveDate,
    /// The last such day; null while there is no end.
    pub valid_until: Option<NaiveDate>,
    /// When the entry was last compared with its source.
    pub last_checked_on: NaiveDate,
    /// The source of the entry.
    #[schema(max_length = 500)]
    pub source: String,
    /// Whether it is one of the emergency routes, which are built into the program and cannot be changed.
    pub emergency_route: bool,
}

impl SignpostEntry {
    /// The content of an entry.
    pub fn new(signpost: Signpost, emergency_route: bool) -> Self {
        Self {
            signpost: (&signpost).into(),
            professions: signpost.professions,
            nations: signpost.nations,
            regions: signpost.regions,
            icb_codes: signpost.icb_codes.into_iter().map(SignpostBoard).collect(),
            valid_from: signpost.valid_from,
            valid_until: signpost.valid_to,
            last_checked_on: signpost.last_checked,
            source: signpost.source,
            emergency_route,
        }
    }
}

/// Filters of the list of signposts. What is left out sets no condition.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SignpostQuery {
    /// Only entries for this need. Repeat it for several needs, one of which is enough.
    #[serde(default)]
    #[param(max_items = 20)]
    pub need: Vec<SignpostNeed>,
    /// Only entries for this profession, or for all.
    #[param(nullable = false)]
    pub profession: Option<Profession>,
    /// Only services that work in this nation, or in all.
    #[param(nullable = false)]
    pub nation: Option<Nation>,
    /// Only services that work in this region, or everywhere.
    #[param(nullable = false)]
    pub region: Option<Region>,
    /// Only services that work in the area of this integrated care board, or everywhere.
    #[param(min_length = 1, max_length = 10, nullable = false)]
    pub icb_code: Option<String>,
    /// Only entries with this way of contact.
    #[param(nullable = false)]
    pub channel: Option<SignpostChannel>,
    /// Only entries with this urgency.
    #[param(nullable = false)]
    pub urgency: Option<Urgency>,
    /// The directory as of this day; today when left out.
    #[param(nullable = false)]
    pub on: Option<NaiveDate>,
}

impl SignpostQuery {
    /// Whether an entry matches channel and urgency.
    pub fn matches(&self, signpost: &Signpost) -> bool {
        self.channel.is_none_or(|channel| signpost.channel == channel)
            && self.urgency.is_none_or(|urgency| signpost.urgency == urgency)
    }
}

/// The content of an entry.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignpostForm {
    /// The service's name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// What it does, in one sentence.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub summary: String,
    /// The audience it is for.
    pub audience: SignpostAudience,
    /// Where it works, in words; null where no words are needed.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub area: Option<String>,
    /// The professions it is for; empty for all.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub professions: Vec<Profession>,
    /// The nations it works in; empty for all.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub nations: Vec<Nation>,
    /// The regions it works in; empty, with `icb_codes`, for everywhere.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub regions: Vec<Region>,
    /// The integrated care boards in whose areas it works, in addition to `regions`.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub icb_codes: Vec<SignpostBoard>,
    /// The needs it meets.
    #[schema(min_items = 1, max_items = 20)]
    pub needs: Vec<SignpostNeed>,
    /// How to contact it.
    pub channel: SignpostChannel,
    /// The number, the text to send, or how to find it.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub contact: String,
    /// When it is open, in words; null where that differs from place to place.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 200)]
    pub hours: Option<String>,
    /// How soon it helps.
    pub urgency: Urgency,
    /// The first day on which people may be signposted there.
    pub valid_from: NaiveDate,
    /// The last such day; null while there is no end.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// The source: the address of a public page, or who was asked.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub source: String,
    /// Whether it is a way for people who are deaf or do not speak on the telephone. False when left out.
    #[serde(default)]
    pub accessible: bool,
}

impl SignpostForm {
    /// The entry with this id, last checked on this day.
    pub fn signpost(&self, id: String, last_checked: NaiveDate) -> Signpost {
        let trimmed = |text: &String| text.trim().to_owned();
        let optional = |text: &Option<String>| text.as_ref().map(trimmed).filter(|text| !text.is_empty());
        Signpost {
            id,
            name: trimmed(&self.name),
            summary: trimmed(&self.summary),
            audience: self.audience,
            area: optional(&self.area),
            professions: self.professions.clone(),
            nations: self.nations.clone(),
            regions: self.regions.clone(),
            icb_codes: self.icb_codes.iter().map(|given| code(&given.0)).collect(),
            needs: self.needs.clone(),
            channel: self.channel,
            contact: trimmed(&self.contact),
            hours: optional(&self.hours),
            urgency: self.urgency,
            valid_from: self.valid_from,
            valid_to: self.valid_until,
            last_checked,
            source: trimmed(&self.source),
            accessible: self.accessible,
        }
    }
}

/// The end of an entry.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndSignpost {
    /// The last day on which people may be signposted there: today or later.
    pub valid_until: NaiveDate,
}

/// One version of an entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignpostHistoryEntry {
    /// The version number.
    #[schema(minimum = 1)]
    pub version: i32,
    /// When it was written.
    pub at: UtcTime,
    /// Who wrote it; null for what is built into the program.
    pub by: Option<Id>,
    /// What was done.
    pub change: SignpostEvent,
    /// The entry in this version.
    pub signpost: SignpostEntry,
}

impl SignpostHistoryEntry {
    /// A change of an entry.
    pub fn new(change: HistoryEntry, emergency_route: bool) -> Self {
        let HistoryEntry { version, at, changed_by, change, signpost } = change;
        Self { version, at, by: changed_by, change, signpost: SignpostEntry::new(signpost, emergency_route) }
    }
}
