//! The operator's settings.

mod policy;
mod settings;

pub use policy::Policy;
pub use settings::{
    AccessLogNames, DEMO_KEYS, DatabaseSettings, KeySettings, LimitSettings, MessageSettings, Mode, OptionalKeySettings,
    Organisation, PrintSettings, ServeSettings,
};
