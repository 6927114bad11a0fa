//! Budgets: caps per period, per person and per group, what is left of them, and when that is worth a word.

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
    /// One group over its whole life. Only people in a group have it.
    Group,
}

impl BudgetName {
    /// The stable name in JSON and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::VisitorDay => "visitor_day",
            Self::Group => "group",
        }
    }
}

/// Caps as configured. `None` means that the operator said "none". A group's cap is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// The instance per day.
    pub day: Option<Micros>,
    /// The instance per month.
    pub month: Option<Micros>,
    /// One visitor per day.
    pub visitor_day: Option<Micros>,
}

/// How far a budget is used up, spent and held together. Later is further.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Less than half, or there is no cap.
    #[default]
    Plenty,
    /// Half or more.
    Half,
    /// Four fifths or more.
    Little,
    /// All of it.
    Nothing,
}

impl Level {
    /// Those that are worth a word, in rising order.
    pub const WARNINGS: [Self; 3] = [Self::Half, Self::Little, Self::Nothing];

    /// From which share of the cap on, in percent.
    #[must_use]
    pub const fn percent(self) -> u8 {
        match self {
            Self::Plenty => 0,
            Self::Half => 50,
            Self::Little => 80,
            Self::Nothing => 100,
        }
    }

    /// The level of a budget of which so much is spent or held. A cap of nothing is used up from the start.
    #[must_use]
    pub fn of(cap: Option<Micros>, used: Micros) -> Self {
        let Some(cap) = cap else { return Self::Plenty };
        let reached = |level: &&Self| {
            let percent = i128::from(level.percent());
            i128::from(used.0) * 100 >= i128::from(cap.0) * percent
        };
        Self::WARNINGS.iter().rev().find(reached).copied().unwrap_or_default()
    }

    /// The warnings that a movement gives rise to: up to the level it reached, without those that were given before. `warned` is
    /// the highest share that was said to be used up in this period, in percent.
    pub fn new_warnings(self, warned: u8) -> impl Iterator<Item = Self> {
        Self::WARNINGS
            .into_iter()
            .filter(move |level| *level <= self && level.percent() > warned)
    }
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
    /// How far it is used up.
    #[serde(default)]
    pub level: Level,
    /// Whether its time is over, so that it refuses everything. Only a group's ever is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ended: bool,
}

impl BudgetLeft {
    /// A budget of which so much is spent or held.
    #[must_use]
    pub fn of(name: BudgetName, cap: Option<Micros>, used: Micros) -> Self {
        Self {
            name,
            cap_micros: cap,
            left_micros: cap.map(|cap| left_of(cap, used)),
            level: Level::of(cap, used),
            ended: false,
        }
    }

    /// The same budget once its time is over: nothing is left of it.
    #[must_use]
    pub fn over(self) -> Self {
        Self {
            left_micros: Some(Micros::ZERO),
            level: Level::Nothing,
            ended: true,
            ..self
        }
    }

    /// Whether this much can be reserved. A cap of nothing refuses everything, even what costs nothing.
    #[must_use]
    pub fn has_room_for(&self, quote: Micros) -> bool {
        !self.ended && self.cap_micros != Some(Micros::ZERO) && self.left_micros.is_none_or(|left| left >= quote)
    }
}

/// What a cap has left. Less than nothing is nothing.
#[must_use]
pub fn left_of(cap: Micros, used: Micros) -> Micros {
    (cap - used).max(Micros::ZERO)
}

/// The budget that is most worth a word: furthest used up, then with the least left. Nothing when there is plenty of all.
#[must_use]
pub fn most_used(budgets: &[BudgetLeft]) -> Option<&BudgetLeft> {
    budgets
        .iter()
        .filter(|budget| budget.level > Level::Plenty)
        .max_by_key(|budget| (budget.level, std::cmp::Reverse(budget.left_micros)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_begins_exactly_at_its_share() {
        let of = |used| Level::of(Some(Micros(1_000)), Micros(used));
        for (used, level) in [
            (-5, Level::Plenty),
            (0, Level::Plenty),
            (499, Level::Plenty),
            (500, Level::Half),
            (799, Level::Half),
            (800, Level::Little),
            (999, Level::Little),
            (1_000, Level::Nothing),
            (5_000, Level::Nothing),
        ] {
            assert_eq!(of(used), level, "{used}");
        }
        // Of an odd cap a share is reached only where it is reached in full.
        assert_eq!(Level::of(Some(Micros(3)), Micros(1)), Level::Plenty);
        assert_eq!(Level::of(Some(Micros(3)), Micros(2)), Level::Half);
        assert_eq!(Level::of(Some(Micros(i64::MAX)), Micros(i64::MAX)), Level::Nothing);
        assert_eq!(Level::of(Some(Micros::ZERO), Micros::ZERO), Level::Nothing);
        assert_eq!(Level::of(None, Micros(i64::MAX)), Level::Plenty);
    }

    #[test]
    fn a_warning_is_given_once_and_none_is_left_out() {
        let given = |level: Level, warned| level.new_warnings(warned).collect::<Vec<_>>();
        assert_eq!(given(Level::Plenty, 0), []);
        assert_eq!(given(Level::Nothing, 0), Level::WARNINGS);
        assert_eq!(given(Level::Little, 50), [Level::Little]);
        assert_eq!(given(Level::Little, 80), []);
        assert_eq!(given(Level::Half, 100), [], "it fell back, and was said before");
    }

    #[test]
    fn what_refuses_has_no_room() {
        let budget = |cap, used| BudgetLeft::of(BudgetName::Group, cap, Micros(used));
        assert!(budget(Some(Micros(10)), 4).has_room_for(Micros(6)));
        assert!(!budget(Some(Micros(10)), 4).has_room_for(Micros(7)));
        assert!(!budget(Some(Micros::ZERO), 0).has_room_for(Micros::ZERO));
        assert!(budget(None, 4).has_room_for(Micros(i64::MAX)));
        assert!(!budget(None, 4).over().has_room_for(Micros::ZERO));
    }

    #[test]
    fn the_budget_furthest_used_up_is_the_one_to_speak_of() {
        let of = |name, cap, used| BudgetLeft::of(name, Some(Micros(cap)), Micros(used));
        let calm = of(BudgetName::Day, 100, 10);
        assert_eq!(most_used(std::slice::from_ref(&calm)), None);
        let (day, month) = (of(BudgetName::Day, 100, 60), of(BudgetName::Month, 1_000, 600));
        let both = [month.clone(), day.clone(), calm];
        assert_eq!(most_used(&both), Some(&day), "less is left of the day");
        let little = of(BudgetName::Month, 1_000, 800);
        assert_eq!(most_used(&[day, little.clone()]), Some(&little));
    }
}
