//! Types of the rota.

platform::string_enum! {
    /// How far a period on duty is.
    pub enum DutyState {
        /// One person proposed it. It gives no access until a second one approves it.
        Proposed = "proposed",
        /// It counts from its start to its end.
        Approved = "approved",
        /// Someone ended it before its time.
        Ended = "ended",
    }
}
