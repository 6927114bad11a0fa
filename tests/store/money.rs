//! Caps, reservations, settlements.

use crate::house::{House, NO_CAPS, assert_not_found, assert_wrong_state, at, settlement, today};
use pochoir::{
    domain::{
        budget::{BudgetName, Caps},
        money::Micros,
    },
    server::store::{Enqueued, NewCall, Periods, StoreError},
};
use std::sync::Arc;

const fn day_cap(micros: i64) -> Caps {
    Caps {
        day: Some(Micros(micros)),
        ..NO_CAPS
    }
}

#[track_caller]
fn assert_over<T: std::fmt::Debug>(answer: Result<T, StoreError>, name: BudgetName, has_left: i64, asked: i64) {
    match answer {
        Err(StoreError::OverBudget { budget, left, needed }) => {
            assert_eq!((budget, left, needed), (name, Micros(has_left), Micros(asked)));
        }
        other => panic!("not over budget: {other:?}"),
    }
}

#[tokio::test]
async fn a_quote_is_held_then_charged_and_the_rest_released() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let call = house.reserved(&ada, 100).await;
    assert_eq!(house.used_today(&ada).await, 100);
    house.store.mark_sent(&call, at(30)).await.expect("sent");
    house.store.settle(&call, &settlement(40)).await.expect("settled");
    assert_eq!(house.used_today(&ada).await, 40);
    let kept = house.store.call(&call).await.expect("call");
    assert_eq!((kept.quote, kept.spent), (Micros(100), Some(Micros(40))));
    assert_eq!(
        (kept.visitor, kept.sent_at, kept.unknown),
        (Some(ada), Some(at(30)), false)
    );
    house.assert_books().await;
}

#[tokio::test]
async fn a_settled_call_cannot_be_settled_again() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let call = house.reserved(&ada, 100).await;
    house.store.settle(&call, &settlement(40)).await.expect("settled");
    assert_wrong_state(house.store.settle(&call, &settlement(40)).await);
    assert_wrong_state(house.store.mark_sent(&call, at(50)).await);
    assert_not_found(house.store.settle(&house.fresh(), &settlement(1)).await);
    assert_eq!(house.used_today(&ada).await, 40);
    house.assert_books().await;
}

#[tokio::test]
async fn a_jobs_call_is_settled_only_with_its_job() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    assert_wrong_state(house.store.settle(&job.call.id, &settlement(0)).await);
    assert_eq!(house.used_today(&ada).await, 100);
}

#[tokio::test]
async fn spent_above_the_quote_is_charged_as_it_is() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let call = house.reserved(&ada, 100).await;
    house.store.settle(&call, &settlement(130)).await.expect("settled");
    assert_eq!(house.used_today(&ada).await, 130);
    assert_over(
        house.store.reserve(&house.call(&ada, 1), &day_cap(120)).await,
        BudgetName::Day,
        0,
        1,
    );
    house.assert_books().await;
}

#[tokio::test]
async fn every_cap_holds_and_the_first_without_room_is_named() {
    let house = House::open().await;
    let (ada, ben) = (house.visitor().await, house.visitor().await);
    let caps = Caps {
        day: Some(Micros(100)),
        month: Some(Micros(150)),
        visitor_day: Some(Micros(60)),
    };
    let reserve = |call: NewCall| {
        let store = Arc::clone(&house.store);
        async move { store.reserve(&call, &caps).await }
    };
    reserve(house.call(&ada, 60)).await.expect("exactly her cap");
    assert_over(reserve(house.call(&ada, 1)).await, BudgetName::VisitorDay, 0, 1);
    assert_over(reserve(house.call(&ben, 41)).await, BudgetName::Day, 40, 41);
    reserve(house.call(&ben, 40)).await.expect("the rest of the day");

    let tomorrow = NewCall {
        periods: Periods {
            day: "2026-11-23".to_owned(),
            ..today()
        },
        ..house.call(&ada, 51)
    };
    assert_over(reserve(tomorrow.clone()).await, BudgetName::Month, 50, 51);
    let smaller = NewCall {
        quote: Micros(50),
        ..tomorrow
    };
    reserve(smaller).await.expect("a new day, the same month");
    house.assert_books().await;
}

#[tokio::test]
async fn a_refused_reservation_leaves_nothing_behind() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let call = house.call(&ada, 200);
    assert_over(
        house.store.reserve(&call, &day_cap(199)).await,
        BudgetName::Day,
        199,
        200,
    );
    assert_not_found(house.store.call(&call.id).await);
    assert_eq!(house.used_today(&ada).await, 0);
    house
        .store
        .reserve(&call, &day_cap(200))
        .await
        .expect("now there is room");
    house.assert_books().await;
}

#[tokio::test]
async fn a_cap_of_nothing_refuses_even_what_costs_nothing() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let free = house.call(&ada, 0);
    assert_over(house.store.reserve(&free, &day_cap(0)).await, BudgetName::Day, 0, 0);
    house.store.reserve(&free, &day_cap(1)).await.expect("room for nothing");
    house.assert_books().await;
}

#[tokio::test]
async fn play_money_has_books_of_its_own() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let play = NewCall {
        play: true,
        ..house.call(&ada, 100)
    };
    house.store.reserve(&play, &day_cap(100)).await.expect("play money");
    house.store.settle(&play.id, &settlement(90)).await.expect("settled");
    house
        .store
        .reserve(&house.call(&ada, 100), &day_cap(100))
        .await
        .expect("the real day is untouched");
    let left = |play| {
        let (store, ada) = (Arc::clone(&house.store), ada.clone());
        async move {
            let budgets = store
                .budgets(Some(&ada), &today(), play, &day_cap(100), at(0))
                .await
                .expect("budgets");
            budgets[0].left_micros
        }
    };
    assert_eq!(left(true).await, Some(Micros(10)));
    assert_eq!(left(false).await, Some(Micros(0)));
    house.assert_books().await;
}

#[tokio::test]
async fn a_call_stays_in_the_periods_it_was_reserved_in() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let call = house.reserved(&ada, 100).await;
    let next_month = pochoir::server::store::Settlement {
        now: at(40 * 24 * 3_600_000),
        ..settlement(70)
    };
    house.store.settle(&call, &next_month).await.expect("settled");
    assert_eq!(house.used_today(&ada).await, 70);
    house.assert_books().await;
}

#[tokio::test]
async fn budgets_tell_what_is_left_and_what_has_no_cap() {
    let house = House::open().await;
    let (ada, ben) = (house.visitor().await, house.visitor().await);
    house.reserved(&ada, 30).await;
    let caps = Caps {
        day: Some(Micros(100)),
        month: None,
        visitor_day: Some(Micros(50)),
    };
    for (visitor, theirs) in [(Some(&ada), 20), (Some(&ben), 50), (None, 50)] {
        let left = house
            .store
            .budgets(visitor, &today(), false, &caps, at(0))
            .await
            .expect("budgets");
        let seen: Vec<_> = left
            .iter()
            .map(|budget| (budget.name, budget.cap_micros, budget.left_micros))
            .collect();
        assert_eq!(
            seen,
            [
                (BudgetName::Day, Some(Micros(100)), Some(Micros(70))),
                (BudgetName::Month, None, None),
                (BudgetName::VisitorDay, Some(Micros(50)), Some(Micros(theirs))),
            ]
        );
    }
}

#[tokio::test]
async fn abandoned_calls_are_charged_when_sent_and_released_when_not() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let (sent, unsent) = (house.reserved(&ada, 100).await, house.reserved(&ada, 10).await);
    house.store.mark_sent(&sent, at(30)).await.expect("sent");
    let source = house.source(&ada, "cat").await;
    house.started(&ada, &source, 1).await;

    assert_eq!(
        house.store.sweep_calls(at(999), false).await.expect("swept"),
        0,
        "leases hold"
    );
    assert_eq!(
        house.store.sweep_calls(at(1_000), false).await.expect("swept"),
        2,
        "not the job's"
    );
    assert_eq!(house.used_today(&ada).await, 101);
    let sent = house.store.call(&sent).await.expect("call");
    assert_eq!((sent.spent, sent.unknown), (Some(Micros(100)), true));
    let unsent = house.store.call(&unsent).await.expect("call");
    assert_eq!((unsent.spent, unsent.unknown), (Some(Micros(0)), false));
    assert_eq!(house.store.sweep_calls(at(9_000), false).await.expect("swept"), 0);
    house.assert_books().await;
}

#[tokio::test]
async fn calls_of_a_former_process_are_swept_whatever_their_leases() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let call = house.reserved(&ada, 100).await;
    house.store.mark_sent(&call, at(30)).await.expect("sent");
    assert_eq!(house.store.sweep_calls(at(31), true).await.expect("swept"), 1);
    let call = house.store.call(&call).await.expect("call");
    assert_eq!((call.spent, call.unknown), (Some(Micros(100)), true));
    house.assert_books().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_reservations_at_once_take_exactly_the_room_there_is() {
    for room in [0, 1, 7, 100] {
        let house = House::open().await;
        let ada = house.visitor().await;
        let caps = day_cap(room * 10 + 9);
        let tasks: Vec<_> = (0..200)
            .map(|_| {
                let (store, call) = (Arc::clone(&house.store), house.call(&ada, 10));
                tokio::spawn(async move { store.reserve(&call, &caps).await })
            })
            .collect();
        let mut granted = 0;
        for task in tasks {
            match task.await.expect("no panic") {
                Ok(()) => granted += 1,
                Err(StoreError::OverBudget { budget, left, needed }) => {
                    assert_eq!((budget, needed), (BudgetName::Day, Micros(10)));
                    assert!(left < needed);
                }
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(granted, room);
        assert_eq!(house.used_today(&ada).await, room * 10);
        house.assert_books().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_starts_at_once_make_exactly_as_many_jobs_as_there_is_room_for() {
    for room in [0, 1, 7, 100] {
        let house = House::open().await;
        let mut people = Vec::new();
        for name in ["cat", "dog", "owl", "elk"] {
            let visitor = house.visitor().await;
            let source = house.source(&visitor, name).await;
            people.push((visitor, source));
        }
        let caps = day_cap(room * 10 + 9);
        let tasks: Vec<_> = people
            .iter()
            .cycle()
            .take(200)
            .map(|(visitor, source)| {
                let (store, job) = (Arc::clone(&house.store), house.job(visitor, source, 10));
                tokio::spawn(async move { store.reserve_and_enqueue(&job, &caps).await })
            })
            .collect();
        let mut started = 0;
        for task in tasks {
            match task.await.expect("no panic") {
                Ok(Enqueued::New(_)) => started += 1,
                Err(StoreError::OverBudget { .. }) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(started, room);
        let mut claimed = 0;
        while house.claim().await.is_some() {
            claimed += 1;
        }
        assert_eq!(claimed, room);
        house.assert_books().await;
    }
}
