//! Groups: one cap for all their people, over the group's whole life.

use crate::house::{House, NO_CAPS, assert_not_found, at, settlement, today};
use pochoir::{
    domain::{
        budget::{BudgetLeft, BudgetName, Level},
        id::{GroupId, VisitorId},
        money::Micros,
    },
    server::store::{GroupRow, NewCall, Periods, StoreError},
};

async fn group(house: &House, cap: Option<i64>, ends_at: Option<i64>) -> GroupId {
    let row = GroupRow {
        id: house.fresh(),
        name: "Class 4b".to_owned(),
        cap: cap.map(Micros),
        ends_at: ends_at.map(at),
        created_at: at(0),
    };
    house.store.create_group(&row).await.expect("a new group");
    assert_eq!(house.store.group(&row.id).await.expect("the group"), row);
    row.id
}

async fn member(house: &House, group: &GroupId) -> VisitorId {
    let visitor = house.visitor().await;
    house.store.join_group(&visitor, group, at(1)).await.expect("joined");
    visitor
}

/// What a visitor sees of their group's budget.
async fn seen(house: &House, visitor: &VisitorId, now: i64) -> Option<BudgetLeft> {
    let budgets = house
        .store
        .budgets(Some(visitor), &today(), false, &NO_CAPS, at(now))
        .await;
    budgets
        .expect("budgets")
        .into_iter()
        .find(|budget| budget.name == BudgetName::Group)
}

#[tokio::test]
async fn people_in_a_group_share_its_cap_over_days_and_months() {
    let house = House::open().await;
    let class = group(&house, Some(100), None).await;
    let (ada, ben) = (member(&house, &class).await, member(&house, &class).await);
    let stranger = house.visitor().await;
    let call = house.reserved(&ada, 60).await;
    assert_eq!(house.store.call(&call).await.expect("call").group, Some(class.clone()));

    let later = NewCall {
        periods: Periods {
            day: "2027-01-05".to_owned(),
            month: "2027-01".to_owned(),
        },
        ..house.call(&ben, 41)
    };
    match house.store.reserve(&later, &NO_CAPS).await {
        Err(StoreError::OverBudget { budget, left, needed }) => {
            assert_eq!((budget, left, needed), (BudgetName::Group, Micros(40), Micros(41)));
        }
        other => panic!("not over budget: {other:?}"),
    }
    house.reserved(&stranger, 1_000).await;
    house.store.settle(&call, &settlement(10)).await.expect("settled");
    house.store.reserve(&later, &NO_CAPS).await.expect("room again");
    let left = seen(&house, &ada, 0).await.expect("her group's budget");
    assert_eq!(
        (left.cap_micros, left.left_micros),
        (Some(Micros(100)), Some(Micros(49)))
    );
    assert_eq!((left.level, left.ended), (Level::Half, false));
    assert_eq!(seen(&house, &stranger, 0).await, None);
    house.assert_books().await;
}

#[tokio::test]
async fn a_group_that_ended_refuses_and_the_money_under_way_is_still_settled() {
    let house = House::open().await;
    let class = group(&house, Some(100), Some(500)).await;
    let ada = member(&house, &class).await;
    let call = house.reserved(&ada, 60).await;
    let late = NewCall {
        now: at(500),
        ..house.call(&ada, 1)
    };
    assert!(matches!(
        house.store.reserve(&late, &NO_CAPS).await,
        Err(StoreError::GroupEnded)
    ));
    let left = seen(&house, &ada, 500).await.expect("a budget");
    assert_eq!((left.left_micros, left.ended), (Some(Micros::ZERO), true));
    assert!(!left.has_room_for(Micros::ZERO));
    assert!(!seen(&house, &ada, 499).await.expect("a budget").ended);
    house.store.settle(&call, &settlement(60)).await.expect("settled");
    let ben = house.visitor().await;
    let joined = house.store.join_group(&ben, &class, at(500)).await;
    assert!(matches!(joined, Err(StoreError::GroupEnded)), "{joined:?}");
    house.assert_books().await;
}

#[tokio::test]
async fn a_call_stays_with_the_group_it_was_reserved_in() {
    let house = House::open().await;
    let (first, second) = (group(&house, Some(100), None).await, group(&house, None, None).await);
    let ada = member(&house, &first).await;
    let ben = member(&house, &first).await;
    let call = house.reserved(&ada, 60).await;
    house.store.join_group(&ada, &second, at(2)).await.expect("moved");
    house.reserved(&ada, 1_000_000).await;
    house.store.settle(&call, &settlement(50)).await.expect("settled");
    let left = seen(&house, &ben, 0).await.expect("a budget");
    assert_eq!(left.left_micros, Some(Micros(50)));
    let left = seen(&house, &ada, 0).await.expect("a budget");
    assert_eq!((left.cap_micros, left.left_micros), (None, None));
    house.assert_books().await;
}

#[tokio::test]
async fn who_or_what_is_not_there_joins_nothing() {
    let house = House::open().await;
    let class = group(&house, None, None).await;
    let ada = house.visitor().await;
    assert_not_found(house.store.join_group(&ada, &house.fresh(), at(0)).await);
    assert_not_found(house.store.join_group(&house.fresh(), &class, at(0)).await);
    assert_not_found(house.store.group(&house.fresh()).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_class_that_clicks_at_once_takes_exactly_the_room_there_is() {
    for room in [0, 1, 7, 100] {
        let house = House::open().await;
        let class = group(&house, Some(room * 10 + 9), None).await;
        let mut people = Vec::new();
        for _ in 0..20 {
            people.push(member(&house, &class).await);
        }
        let tasks: Vec<_> = people
            .iter()
            .cycle()
            .take(200)
            .map(|visitor| {
                let (store, call) = (house.store.clone(), house.call(visitor, 10));
                tokio::spawn(async move { store.reserve(&call, &NO_CAPS).await })
            })
            .collect();
        let mut granted = 0;
        for task in tasks {
            match task.await.expect("no panic") {
                Ok(()) => granted += 1,
                Err(StoreError::OverBudget { budget, .. }) => assert_eq!(budget, BudgetName::Group),
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(granted, room);
        house.assert_books().await;
    }
}
