//! What is asked of free tiers, counted in the database: it outlives the process, and every process counts the same.
//!
//! Not in the books: one describing call can be several requests (another language, a region without captions), and what a
//! free tier gave cost nothing that the books could show.

use crate::{
    domain::spec::ProviderName,
    server::{
        failure::Failure,
        providers::{FreeTier, Meter, NotFree},
        state::App,
        store::{FreeTaken, FreeUse, Timestamp},
    },
};
use async_trait::async_trait;
use jiff::{ToSpan as _, tz::TimeZone};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Counts for one call.
pub(super) struct Tally<'a> {
    app: &'a App,
    /// Why nobody knows how much was asked, if so.
    trouble: Mutex<Option<Failure>>,
}

impl<'a> Tally<'a> {
    pub(super) const fn new(app: &'a App) -> Self {
        Self {
            app,
            trouble: Mutex::new(None),
        }
    }

    /// What kept it from counting, if anything did.
    pub(super) fn into_trouble(self) -> Option<Failure> {
        self.trouble.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Meter for Tally<'_> {
    async fn take(&self, tier: FreeTier, provider: ProviderName, requests: u32, units: u32) -> Result<(), NotFree> {
        let now = self.app.clock.now();
        let wait = |until: Timestamp| Duration::try_from(until.duration_since(now)).unwrap_or_default();
        let taken = match month_of(now) {
            Ok(month) => {
                let asked = FreeUse {
                    provider,
                    requests,
                    units,
                    now,
                    requests_a_minute: tier.requests_a_minute,
                    units_a_month: tier.units_a_month,
                    month,
                };
                self.app.store.take_free(&asked).await.map_err(Failure::from)
            }
            Err(error) => Err(Failure::internal(format_args!("the month of {now}: {error}"))),
        };
        match taken {
            Ok(FreeTaken::Noted) => Ok(()),
            Ok(FreeTaken::MinuteFull { until }) => Err(NotFree::Minute(wait(until))),
            Ok(FreeTaken::MonthFull { until }) => Err(NotFree::Month(wait(until))),
            Err(failure) => {
                *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
                Err(NotFree::Unknown)
            }
        }
    }
}

/// The first moments of a month and of the next, in UTC.
fn month_of(now: Timestamp) -> Result<[Timestamp; 2], jiff::Error> {
    let first = now.to_zoned(TimeZone::UTC).first_of_month()?.start_of_day()?;
    let next = first.checked_add(1.month())?;
    Ok([first.timestamp(), next.timestamp()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_one_of_the_calendar() {
        for (now, first, next) in [
            ("2026-11-23T07:00:00Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
            (
                "2026-12-31T23:59:59.999Z",
                "2026-12-01T00:00:00Z",
                "2027-01-01T00:00:00Z",
            ),
            ("2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z"),
        ] {
            let month = month_of(now.parse().expect("a moment")).expect("a month");
            assert_eq!(month.map(|moment| moment.to_string()), [first, next], "{now}");
        }
    }
}
