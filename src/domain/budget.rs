//! Budgets: caps per period and per person, and what is left of them.

use super::money::Micros;
use serde::{Deserialize, Serialize};

/// Which cap. A paid call is held against every one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetName {
    /// The whole instance, one calendar day in the operator's time zone.
    Day,
    /// The whole instance, one calendar month.
    Month,
    /// One visitor, one calendar day.
    VisitorDay,
}

impl BudgetName {
    /// The stable name in JSON and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::VisitorDay => "visitor_day",
        }
    }
}

/// Caps as configured. `None` means that the operator said "none".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// The instance per day.
    pub day: Option<Micros>,
    /// The instance per month.
    pub month: Option<Micros>,
    /// One visitor per day.
    pub visitor_day: Option<Micros>,
}

/// The state of one budget for one caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetLeft {
    /// Which one.
    pub name: BudgetName,
    /// The cap; nothing when there is none.
    pub cap_micros: Option<Micros>,
    /// What can still be reserved; nothing when there is no cap.
    pub left_micros: Option<Micros>,
}

impl BudgetLeft {
    /// Whether this much can be reserved. A cap of nothing refuses everything, even what costs nothing.
    #[must_use]
    pub fn has_room_for(&self, quote: Micros) -> bool {
        self.cap_micros != Some(Micros::ZERO) && self.left_micros.is_none_or(|left| left >= quote)
    }
}
