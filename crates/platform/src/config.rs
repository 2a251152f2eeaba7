//! The operator's settings.

mod policy;
mod settings;

pub use policy::Policy;
pub use settings::{
    DEMO_KEYS, DatabaseSettings, GivenKeys, KeySettings, LimitSettings, MessageSettings, Mode, Organisation, PrintSettings,
    ServeSettings,
};
