//! One key, one job; and no paying twice for the same by accident.

use crate::house::{House, NO_CAPS, assert_not_found};
use pochoir::{
    domain::{budget::Caps, id::JobId, job::JobState, money::Micros},
    server::store::{Enqueued, EnqueuedAll, NewCall, NewJob, StoreError},
};
use std::sync::Arc;

/// The same order under the same key, asked again: new ids, as a second request brings them.
fn again(house: &House, job: &NewJob) -> NewJob {
    NewJob {
        id: house.fresh(),
        call: NewCall {
            id: house.fresh(),
            ..job.call.clone()
        },
        ..job.clone()
    }
}

#[tokio::test]
async fn the_same_key_with_the_same_order_is_the_same_job() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    let answer = house.store.reserve_and_enqueue(&again(&house, &job), &NO_CAPS).await;
    assert_eq!(
        answer.expect("answer"),
        Enqueued::Same(job.id.clone(), JobState::Queued)
    );

    house.sent().await;
    let unasked = NewJob {
        allow_repeat: true,
        ..again(&house, &job)
    };
    let answer = house.store.reserve_and_enqueue(&unasked, &NO_CAPS).await;
    assert_eq!(
        answer.expect("answer"),
        Enqueued::Same(job.id.clone(), JobState::Running),
        "allowing a repeat is not part of the order"
    );
    assert_eq!(house.used_today(&ada).await, 100);
    house.assert_books().await;
}

#[tokio::test]
async fn the_same_key_with_another_order_is_a_conflict() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    let mut other = again(&house, &job);
    other.order.prompt.push('!');
    let answer = house.store.reserve_and_enqueue(&other, &NO_CAPS).await;
    assert_eq!(answer.expect("answer"), Enqueued::KeyTaken);
    assert_eq!(house.used_today(&ada).await, 100);
}

#[tokio::test]
async fn keys_of_different_visitors_do_not_meet() {
    let house = House::open().await;
    let (ada, ben) = (house.visitor().await, house.visitor().await);
    let (cat, dog) = (house.source(&ada, "cat").await, house.source(&ben, "dog").await);
    let job = house.started(&ada, &cat, 100).await;
    let bens = NewJob {
        idempotency_key: job.idempotency_key.clone(),
        ..house.job(&ben, &dog, 100)
    };
    house.start(&bens).await;
}

#[tokio::test]
async fn a_bound_key_answers_before_any_budget_is_asked() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    let nothing_left = Caps {
        day: Some(Micros(0)),
        ..NO_CAPS
    };
    let answer = house
        .store
        .reserve_and_enqueue(&again(&house, &job), &nothing_left)
        .await;
    assert_eq!(answer.expect("answer"), Enqueued::Same(job.id, JobState::Queued));
}

#[tokio::test]
async fn a_refusal_does_not_bind_the_key() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.job(&ada, &source, 100);
    let too_little = Caps {
        day: Some(Micros(99)),
        ..NO_CAPS
    };
    let answer = house.store.reserve_and_enqueue(&job, &too_little).await;
    assert!(matches!(answer, Err(StoreError::OverBudget { .. })), "{answer:?}");
    assert_not_found(house.store.job(&ada, &job.id).await);

    let mut other = again(&house, &job);
    other.order.prompt.push('!');
    house.start(&other).await;
}

#[tokio::test]
async fn the_same_order_again_names_what_it_gave_before() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let first = house.started(&ada, &source, 100).await;
    let repeat = |allow_repeat| NewJob {
        repeat_key: first.repeat_key.clone(),
        allow_repeat,
        ..house.job(&ada, &source, 100)
    };
    house.start(&repeat(false)).await;
    assert_eq!(house.used_today(&ada).await, 200, "nothing is paid for yet: no repeat");

    let claimed = house.sent().await;
    let rows = vec![
        house.variation_row(&claimed, "one"),
        house.variation_row(&claimed, "two"),
    ];
    house.publish(&claimed, rows.clone(), 60).await;
    let asked = repeat(false);
    let answer = house.store.reserve_and_enqueue(&asked, &NO_CAPS).await.expect("answer");
    assert_eq!(answer, Enqueued::Repeat(rows[0].id.clone()));
    assert_eq!(house.used_today(&ada).await, 160, "nothing new is held");

    let mut other = again(&house, &asked);
    other.order.prompt.push('!');
    other.repeat_key.push('!');
    house.start(&other).await;
    house.start(&repeat(true)).await;

    house.store.delete_variation(&ada, &rows[0].id).await.expect("deleted");
    let answer = house.store.reserve_and_enqueue(&repeat(false), &NO_CAPS).await;
    assert_eq!(answer.expect("answer"), Enqueued::Repeat(rows[1].id.clone()));
    house.store.delete_variation(&ada, &rows[1].id).await.expect("deleted");
    house.start(&repeat(false)).await;
    house.assert_books().await;
}

#[tokio::test]
async fn several_orders_under_one_key_are_all_or_none() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let several = |quotes: [i64; 3]| -> Vec<NewJob> {
        let of = |(place, quote): (usize, i64)| {
            let mut job = house.job(&ada, &source, quote);
            job.order.prompt = format!("direction {place}");
            NewJob {
                idempotency_key: "several".to_owned(),
                ..job
            }
        };
        quotes.into_iter().enumerate().map(of).collect()
    };
    let tight = Caps {
        day: Some(Micros(500)),
        ..NO_CAPS
    };
    house.started(&ada, &source, 300).await;
    let answer = house
        .store
        .reserve_and_enqueue_all(&several([90, 90, 90]), &tight)
        .await;
    let Err(StoreError::OverBudget { left, needed, .. }) = answer else {
        panic!("{answer:?}")
    };
    assert_eq!((left, needed), (Micros(200), Micros(270)), "for all of them");
    assert_eq!(house.used_today(&ada).await, 300, "none is held");
    assert_eq!(house.store.count_open().await.expect("counts"), [(JobState::Queued, 1)]);

    let jobs = several([50, 60, 70]);
    let answer = house.store.reserve_and_enqueue_all(&jobs, &tight).await.expect("room");
    let EnqueuedAll::New(events) = answer else {
        panic!("{answer:?}")
    };
    let ids: Vec<JobId> = events.into_iter().map(|event| event.job).collect();
    assert_eq!(ids, jobs.iter().map(|job| job.id.clone()).collect::<Vec<_>>());
    assert_eq!(house.used_today(&ada).await, 480, "one reservation each");
    for (place, id) in (0..).zip(&ids) {
        let row = house.store.job(&ada, id).await.expect("the job");
        assert_eq!((row.directions.as_ref(), row.direction), (Some(&ids[0]), Some(place)));
    }

    let same = house
        .store
        .reserve_and_enqueue_all(&several([50, 60, 70]), &tight)
        .await;
    let expected = ids.iter().map(|id| (id.clone(), JobState::Queued)).collect();
    assert_eq!(same.expect("answer"), EnqueuedAll::Same(expected));
    let fewer = house.store.reserve_and_enqueue_all(&jobs[..2], &tight).await;
    assert_eq!(fewer.expect("answer"), EnqueuedAll::KeyTaken);
    let alone = house.store.reserve_and_enqueue(&again(&house, &jobs[0]), &tight).await;
    assert_eq!(alone.expect("answer"), Enqueued::KeyTaken);
    assert_eq!(house.used_today(&ada).await, 480);
    house.assert_books().await;
}

#[tokio::test]
async fn several_orders_name_those_that_were_paid_for_before() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let painted = house.started(&ada, &source, 100).await;
    let claimed = house.sent().await;
    let row = house.variation_row(&claimed, "one");
    house.publish(&claimed, vec![row.clone()], 60).await;
    let repeat = NewJob {
        repeat_key: painted.repeat_key,
        ..house.job(&ada, &source, 100)
    };
    let jobs = [house.job(&ada, &source, 100), repeat];
    let answer = house.store.reserve_and_enqueue_all(&jobs, &NO_CAPS).await;
    assert_eq!(answer.expect("answer"), EnqueuedAll::Repeat(vec![(1, row.id)]));
    assert_eq!(house.used_today(&ada).await, 60, "nothing new is held");
    let wanted = jobs.map(|job| NewJob {
        allow_repeat: true,
        ..job
    });
    let answer = house.store.reserve_and_enqueue_all(&wanted, &NO_CAPS).await;
    assert!(matches!(answer, Ok(EnqueuedAll::New(_))), "{answer:?}");
}

#[tokio::test]
async fn what_another_visitor_paid_for_is_no_repeat() {
    let house = House::open().await;
    let (ada, ben) = (house.visitor().await, house.visitor().await);
    let (cat, same) = (house.source(&ada, "cat").await, house.source(&ben, "cat").await);
    let first = house.started(&ada, &cat, 100).await;
    let claimed = house.sent().await;
    house
        .publish(&claimed, vec![house.variation_row(&claimed, "one")], 60)
        .await;
    let bens = NewJob {
        repeat_key: first.repeat_key,
        ..house.job(&ben, &same, 100)
    };
    house.start(&bens).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_starts_at_once_with_one_key_are_one_job() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.job(&ada, &source, 100);
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (store, job) = (Arc::clone(&house.store), again(&house, &job));
            tokio::spawn(async move { store.reserve_and_enqueue(&job, &NO_CAPS).await.expect("answer") })
        })
        .collect();
    let mut new = Vec::new();
    let mut same: Vec<JobId> = Vec::new();
    for task in tasks {
        match task.await.expect("no panic") {
            Enqueued::New(event) => new.push(event.job),
            Enqueued::Same(job, _) => same.push(job),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((new.len(), same.len()), (1, 49));
    assert!(same.iter().all(|job| *job == new[0]));
    assert_eq!(house.used_today(&ada).await, 100);
}
