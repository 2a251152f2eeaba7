//! The operator's settings.

mod policy;
mod printing;
mod settings;

pub use policy::Policy;
pub use printing::{Organisation, PrintSettings, ReplyContact};
pub use settings::{
    AccessLogNames, DEMO_KEYS, DatabaseSettings, KeySettings, LimitSettings, MessageSettings, Mode, OptionalKeySettings,
    ServeSettings,
};
