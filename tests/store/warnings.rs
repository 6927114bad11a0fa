//! Warnings at a half, four fifths and all of a budget: each once in its period, in the transaction of the movement.

use crate::house::{House, NO_CAPS, at, settlement, today};
use pochoir::{
    domain::{
        budget::{BudgetName, Caps, Level},
        money::Micros,
    },
    server::store::{Alert, Bill, NewCall, Periods, StoreError},
};

const CAPS: Caps = Caps {
    day: Some(Micros(100)),
    ..NO_CAPS
};

/// Which budgets were said to be used up so far, oldest first.
async fn said(house: &House) -> Vec<(BudgetName, String, u8)> {
    let mut alerts = house.store.alerts(100).await.expect("alerts");
    alerts.reverse();
    alerts
        .into_iter()
        .filter_map(|row| match row.alert {
            Alert::Budget {
                name, period, percent, ..
            } => Some((name, period, percent)),
            Alert::OverQuote { .. } => None,
        })
        .collect()
}

fn of_day(percents: &[u8]) -> Vec<(BudgetName, String, u8)> {
    let day = || today().day;
    percents
        .iter()
        .map(|percent| (BudgetName::Day, day(), *percent))
        .collect()
}

#[tokio::test]
async fn each_share_is_said_once_and_none_is_left_out() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let reserve = async |quote| {
        let call = house.call(&ada, quote);
        house.store.reserve(&call, &CAPS).await.expect("room");
        call.id
    };
    let first = reserve(49).await;
    assert_eq!(said(&house).await, of_day(&[]));
    let second = reserve(1).await;
    assert_eq!(said(&house).await, of_day(&[50]));
    let budgets = house
        .store
        .budgets(Some(&ada), &today(), false, &CAPS, at(0))
        .await
        .expect("budgets");
    assert_eq!(budgets[0].level, Level::Half);
    for call in [first, second] {
        house.store.settle(&call, &settlement(0)).await.expect("settled");
    }
    reserve(60).await;
    assert_eq!(said(&house).await, of_day(&[50]), "said before");
    reserve(40).await;
    assert_eq!(said(&house).await, of_day(&[50, 80, 100]), "both that were passed");

    let tomorrow = NewCall {
        periods: Periods {
            day: "2026-11-23".to_owned(),
            ..today()
        },
        ..house.call(&ada, 80)
    };
    house.store.reserve(&tomorrow, &CAPS).await.expect("a new day");
    assert_eq!(said(&house).await.len(), 5, "a new day has its own");
    house.assert_books().await;
}

#[tokio::test]
async fn what_was_refused_says_nothing() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let caps = Caps {
        visitor_day: Some(Micros(10)),
        ..CAPS
    };
    let refused = house.store.reserve(&house.call(&ada, 90), &caps).await;
    assert!(matches!(refused, Err(StoreError::OverBudget { .. })), "{refused:?}");
    assert_eq!(said(&house).await, of_day(&[]));
}

#[tokio::test]
async fn a_charge_above_the_quote_and_a_bill_are_movements_too() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let caps = Caps {
        month: Some(Micros(1_000)),
        ..CAPS
    };
    let call = house.call(&ada, 40);
    house.store.reserve(&call, &caps).await.expect("room");
    house.store.settle(&call.id, &settlement(85)).await.expect("settled");
    assert_eq!(said(&house).await, of_day(&[50, 80]));
    let bill = Bill {
        vendor: call.provider,
        month: today().month,
        billed: Micros(1_200),
        now: at(5_000),
    };
    house.store.book_bill(&bill).await.expect("booked");
    let month = [50, 80, 100].map(|percent| (BudgetName::Month, today().month, percent));
    assert_eq!(said(&house).await[2..], month);
    house.assert_books().await;
}

#[tokio::test]
async fn a_lower_cap_is_noticed_with_the_next_movement() {
    let house = House::open().await;
    let ada = house.visitor().await;
    house.store.reserve(&house.call(&ada, 49), &CAPS).await.expect("room");
    let lower = Caps {
        day: Some(Micros(60)),
        ..CAPS
    };
    house.store.reserve(&house.call(&ada, 1), &lower).await.expect("room");
    assert_eq!(said(&house).await, of_day(&[50, 80]));
    house.store.reserve(&house.call(&ada, 1), &NO_CAPS).await.expect("room");
    assert_eq!(
        said(&house).await,
        of_day(&[50, 80]),
        "without a cap there is nothing to say"
    );
}
