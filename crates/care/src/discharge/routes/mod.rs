//! HTTP handlers of the outcome of an assessment, discharge and readmission.

pub mod discharging;
pub mod outcome;
