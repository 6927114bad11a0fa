//! What may be spent.

use super::settings::Reader;
use crate::domain::{budget::Caps, money::Micros};
use jiff::tz::TimeZone;

const DAY: &str = "POCHOIR_BUDGET_DAY";
const MONTH: &str = "POCHOIR_BUDGET_MONTH";
const VISITOR_DAY: &str = "POCHOIR_BUDGET_VISITOR_DAY";

/// What may be spent, and where a day begins. In demo the same caps count play money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    caps: Caps,
    /// Where days and months begin: `POCHOIR_TIMEZONE`.
    pub time_zone: TimeZone,
}

impl Budget {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut cap = |setting| {
            let cap = reader.parsed(setting, |text| {
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
            day: cap(DAY),
            month: cap(MONTH),
            visitor_day: cap(VISITOR_DAY),
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
            (DAY, self.caps.day),
            (MONTH, self.caps.month),
            (VISITOR_DAY, self.caps.visitor_day),
        ]
    }
}
