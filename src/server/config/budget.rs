//! What may be spent.

use super::settings::Reader;
use crate::domain::{
    budget::{BudgetName, Caps},
    money::Micros,
};
use jiff::tz::TimeZone;

/// What may be spent, and where a day begins. In demo the same caps count play money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    caps: Caps,
    /// Where days and months begin: `POCHOIR_TIMEZONE`.
    pub time_zone: TimeZone,
}

impl Budget {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut cap = |name: BudgetName| {
            let cap = reader.parsed(setting(name), |text| {
                if text.eq_ignore_ascii_case("none") {
                    return Ok(None);
                }
                match text.parse::<Micros>() {
                    Ok(amount) => Ok(Some(amount)),
                    Err(words) => Err(format!("{words}; or none")),
                }
            });
            // Never reached with a default in the table; if it were, nothing could be spent.
            cap.unwrap_or(Some(Micros::ZERO))
        };
        let caps = Caps {
            day: cap(BudgetName::Day),
            month: cap(BudgetName::Month),
            visitor_day: cap(BudgetName::VisitorDay),
        };
        let time_zone = reader.parsed("POCHOIR_TIMEZONE", |text| {
            TimeZone::get(text).map_err(|_| "the name of a time zone was expected, like Europe/Paris")
        });
        Self {
            caps,
            time_zone: time_zone.unwrap_or(TimeZone::UTC),
        }
    }

    /// The caps.
    #[must_use]
    pub const fn caps(&self) -> Caps {
        self.caps
    }

    /// The caps with the names of their settings.
    pub(super) fn named(&self) -> [(&'static str, Option<Micros>); 3] {
        [
            (setting(BudgetName::Day), self.caps.day),
            (setting(BudgetName::Month), self.caps.month),
            (setting(BudgetName::VisitorDay), self.caps.visitor_day),
        ]
    }
}

const fn setting(name: BudgetName) -> &'static str {
    match name {
        BudgetName::Day => "POCHOIR_BUDGET_DAY",
        BudgetName::Month => "POCHOIR_BUDGET_MONTH",
        BudgetName::VisitorDay => "POCHOIR_BUDGET_VISITOR_DAY",
    }
}
