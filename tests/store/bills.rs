//! Month's end: what is booked, what a vendor billed, the difference, and what never became known.

use crate::house::{House, NO_CAPS, at, settlement, today};
use pochoir::{
    domain::{budget::Caps, money::Micros, spec::ProviderName},
    server::store::{Bill, NewCall, Settlement, StoreError, VendorMonth},
};

fn bill(billed: i64) -> Bill {
    Bill {
        vendor: ProviderName::AzureVision,
        month: today().month,
        billed: Micros(billed),
        now: at(5_000),
    }
}

async fn month(house: &House) -> VendorMonth {
    let mut months = house.store.month(&today().month).await.expect("the month");
    assert_eq!(months.len(), 1, "{months:?}");
    months.remove(0)
}

/// What the month's cap has left of a million.
async fn used_this_month(house: &House) -> i64 {
    let caps = Caps {
        month: Some(Micros(1_000_000)),
        ..NO_CAPS
    };
    let budgets = house
        .store
        .budgets(None, &today(), false, &caps, at(0))
        .await
        .expect("budgets");
    1_000_000 - budgets[1].left_micros.expect("a cap").0
}

#[tokio::test]
async fn a_bill_is_booked_once_and_a_second_one_books_what_changed() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let call = house.reserved(&ada, 1_000).await;
    house.store.settle(&call, &settlement(900)).await.expect("settled");
    for (billed, now, adjusted) in [(950, 50, 50), (950, 0, 50), (880, -70, -20), (900, 20, 0), (900, 0, 0)] {
        let booked = house.store.book_bill(&bill(billed)).await.expect("booked");
        assert_eq!(
            (booked.calls, booked.adjusted_now),
            (Micros(900), Micros(now)),
            "{billed}"
        );
        let seen = month(&house).await;
        assert_eq!(
            (seen.billed, seen.adjusted),
            (Some(Micros(billed)), Micros(adjusted)),
            "{billed}"
        );
        assert_eq!((seen.booked, seen.calls), (Micros(900), 1));
        assert_eq!(
            used_this_month(&house).await,
            billed,
            "the month counts what was billed"
        );
        house.assert_books().await;
    }
    assert_eq!(house.used_today(&ada).await, 900, "nobody's day changes");
    let entries = house.store.entries(None, 0, 100).await.expect("entries");
    let reasons: Vec<&str> = entries.iter().filter_map(|entry| entry.reason.as_deref()).collect();
    assert_eq!(reasons.len(), 3, "{reasons:?}");
    assert_eq!(
        reasons[0],
        "azure_vision billed 0.000950 for 2026-11; booked were 0.000900, of which 0.000000 adjusted before"
    );
}

#[tokio::test]
async fn what_is_settled_after_the_bill_shows_until_the_bill_is_typed_in_again() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let call = house.reserved(&ada, 100).await;
    let booked = house.store.book_bill(&bill(60)).await.expect("booked");
    assert_eq!((booked.adjusted_now, booked.open), (Micros(60), 1));
    assert_eq!(used_this_month(&house).await, 160, "the reservation stands beside it");
    house.store.settle(&call, &settlement(55)).await.expect("settled");
    let seen = month(&house).await;
    assert_eq!((seen.booked, seen.adjusted, seen.open), (Micros(55), Micros(60), 0));
    let again = house.store.book_bill(&bill(60)).await.expect("booked");
    assert_eq!(again.adjusted_now, Micros(-55));
    assert_eq!(used_this_month(&house).await, 60);
    house.assert_books().await;
}

#[tokio::test]
async fn an_adjustment_takes_room_from_its_month() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let caps = Caps {
        month: Some(Micros(100)),
        ..NO_CAPS
    };
    house.store.book_bill(&bill(90)).await.expect("booked");
    let refused = house.store.reserve(&house.call(&ada, 11), &caps).await;
    assert!(
        matches!(refused, Err(StoreError::OverBudget { left: Micros(10), .. })),
        "{refused:?}"
    );
    house.store.reserve(&house.call(&ada, 10), &caps).await.expect("room");
    house.store.book_bill(&bill(0)).await.expect("booked");
    house
        .store
        .reserve(&house.call(&ada, 90), &caps)
        .await
        .expect("room given back");
    house.assert_books().await;
}

#[tokio::test]
async fn what_never_became_known_is_listed_with_its_name_at_the_vendor() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let call = house.reserved(&ada, 100).await;
    house.store.mark_sent(&call, at(30)).await.expect("sent");
    let unknown = Settlement {
        unknown: true,
        request_id: Some("req-7".to_owned()),
        ..settlement(100)
    };
    house.store.settle(&call, &unknown).await.expect("settled");
    let play = NewCall {
        play: true,
        ..house.call(&ada, 5)
    };
    house.store.reserve(&play, &NO_CAPS).await.expect("room");
    house.store.settle(&play.id, &unknown).await.expect("settled");
    let seen = month(&house).await;
    assert_eq!(seen.calls, 1, "play money is nobody's bill");
    let [only] = seen.unknown.as_slice() else {
        panic!("{seen:?}")
    };
    assert_eq!(only.call, call);
    assert_eq!(only.request_id.as_deref(), Some("req-7"));
    assert_eq!(
        (only.sent_at, only.spent, only.kind.as_str()),
        (Some(at(30)), Micros(100), "describe")
    );
    assert_eq!(house.store.month("2026-10").await.expect("a month"), []);
}

#[tokio::test]
async fn entries_come_in_pages_and_by_month() {
    let house = House::open().await;
    let ada = house.visitor().await;
    for _ in 0..5 {
        house.reserved(&ada, 1).await;
    }
    let ids = |entries: Vec<pochoir::server::store::EntryRow>| entries.iter().map(|entry| entry.id).collect::<Vec<_>>();
    let page = async |month, after| ids(house.store.entries(month, after, 2).await.expect("entries"));
    assert_eq!(page(None, 0).await, [1, 2]);
    assert_eq!(page(None, 4).await, [5]);
    assert_eq!(page(Some("2026-11"), 2).await, [3, 4]);
    assert_eq!(page(Some("2026-12"), 0).await, Vec::<i64>::new());
}
