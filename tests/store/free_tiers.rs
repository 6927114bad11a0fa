//! Free tiers: so many requests in any minute, so many units in a month, for everybody together.

use crate::house::{House, at};
use pochoir::{
    domain::spec::ProviderName,
    server::store::{FreeTaken, FreeUse},
};

const MINUTE: i64 = 60_000;

/// One request of `units` at this moment, where the tier takes three requests a minute and twenty units a month.
fn one(moment: i64, units: u32) -> FreeUse {
    FreeUse {
        provider: ProviderName::AzureVision,
        requests: 1,
        units,
        now: at(moment),
        requests_a_minute: 3,
        units_a_month: 20,
        month: [at(0), at(100 * MINUTE)],
    }
}

async fn take(house: &House, asked: FreeUse) -> FreeTaken {
    house.store.take_free(&asked).await.expect("an answer")
}

#[tokio::test]
async fn any_minute_has_room_for_so_many_requests() {
    let house = House::open().await;
    for moment in [1_000, 20_000, 50_000] {
        assert_eq!(take(&house, one(moment, 1)).await, FreeTaken::Noted);
    }
    let full = FreeTaken::MinuteFull {
        until: at(1_000 + MINUTE),
    };
    assert_eq!(take(&house, one(50_000, 1)).await, full);
    assert_eq!(take(&house, one(1_000 + MINUTE - 1, 1)).await, full);
    let elsewhere = FreeUse {
        provider: ProviderName::Openai,
        ..one(50_000, 1)
    };
    assert_eq!(take(&house, elsewhere).await, FreeTaken::Noted, "another provider's");

    let two = FreeUse {
        requests: 2,
        ..one(1_000 + MINUTE, 1)
    };
    let later = FreeTaken::MinuteFull {
        until: at(20_000 + MINUTE),
    };
    assert_eq!(take(&house, two).await, later, "both or none");
    assert_eq!(take(&house, one(1_000 + MINUTE, 1)).await, FreeTaken::Noted);
}

#[tokio::test]
async fn a_month_has_room_for_so_many_units_and_the_next_begins_anew() {
    let house = House::open().await;
    assert_eq!(take(&house, one(0, 12)).await, FreeTaken::Noted);
    assert_eq!(take(&house, one(MINUTE, 8)).await, FreeTaken::Noted);
    let until = at(100 * MINUTE);
    assert_eq!(take(&house, one(2 * MINUTE, 1)).await, FreeTaken::MonthFull { until });
    assert_eq!(take(&house, one(99 * MINUTE, 1)).await, FreeTaken::MonthFull { until });
    let next = FreeUse {
        month: [until, at(200 * MINUTE)],
        ..one(100 * MINUTE, 20)
    };
    assert_eq!(take(&house, next).await, FreeTaken::Noted);
    // What is left of former months is gone, and nothing that counts.
    let last = FreeUse {
        now: at(102 * MINUTE),
        units: 0,
        ..next
    };
    assert_eq!(take(&house, last).await, FreeTaken::Noted);
    let full = FreeUse { units: 1, ..last };
    let until = at(200 * MINUTE);
    assert_eq!(take(&house, full).await, FreeTaken::MonthFull { until });
}

#[tokio::test]
async fn the_last_place_is_taken_once() {
    let house = House::open().await;
    let asks = (0..10).map(|_| take(&house, one(5, 1)));
    let taken = futures::future::join_all(asks).await;
    let noted = taken.iter().filter(|taken| **taken == FreeTaken::Noted).count();
    assert_eq!(noted, 3, "{taken:?}");
}
