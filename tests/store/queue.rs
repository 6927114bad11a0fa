//! Whose turn it is.

use crate::house::{House, at, settlement};
use pochoir::{
    domain::{id::VisitorId, job::JobState},
    server::store::{ClaimedJob, FailedJob},
};

async fn with_source(house: &House, name: &str) -> (VisitorId, pochoir::domain::id::SourceId) {
    let visitor = house.visitor().await;
    let source = house.source(&visitor, name).await;
    (visitor, source)
}

async fn finish(house: &House, claimed: &ClaimedJob) {
    let failed = FailedJob {
        job: claimed.id.clone(),
        state: JobState::Failed,
        error: None,
        settlement: settlement(0),
    };
    house.store.settle_and_fail(&failed).await.expect("settled");
}

#[tokio::test]
async fn one_visitors_jobs_come_in_their_order() {
    let house = House::open().await;
    let (ada, cat) = with_source(&house, "cat").await;
    let mut jobs = Vec::new();
    for _ in 0..4 {
        jobs.push(house.started(&ada, &cat, 1).await.id);
    }
    for job in jobs {
        assert_eq!(house.claim().await.expect("job").id, job);
    }
    assert!(house.claim().await.is_none());
}

#[tokio::test]
async fn whoever_has_fewer_jobs_running_goes_first() {
    let house = House::open().await;
    let (ada, cat) = with_source(&house, "cat").await;
    for _ in 0..5 {
        house.started(&ada, &cat, 1).await;
    }
    assert_eq!(house.claim().await.expect("job").owner, ada);
    assert_eq!(house.claim().await.expect("job").owner, ada);
    let (ben, dog) = with_source(&house, "dog").await;
    house.started(&ben, &dog, 1).await;
    house.started(&ben, &dog, 1).await;
    let owners = [
        house.claim().await.expect("job").owner,
        house.claim().await.expect("job").owner,
    ];
    assert_eq!(owners, [ben.clone(), ben], "he came last, but she has two running");
}

#[tokio::test]
async fn with_one_worker_visitors_take_turns() {
    let house = House::open().await;
    let (ada, cat) = with_source(&house, "cat").await;
    let (ben, dog) = with_source(&house, "dog").await;
    let (cleo, owl) = with_source(&house, "owl").await;
    for _ in 0..4 {
        house.started(&ada, &cat, 1).await;
    }
    for _ in 0..2 {
        house.started(&ben, &dog, 1).await;
    }
    house.started(&cleo, &owl, 1).await;

    let mut turns = Vec::new();
    while let Some(claimed) = house.claim().await {
        finish(&house, &claimed).await;
        turns.push(claimed.owner);
    }
    let expected = [&ada, &ben, &cleo, &ada, &ben, &ada, &ada].map(Clone::clone);
    assert_eq!(turns, expected);
}

#[tokio::test]
async fn a_job_taken_back_keeps_its_place() {
    let house = House::open().await;
    let (ada, cat) = with_source(&house, "cat").await;
    let first = house.started(&ada, &cat, 1).await;
    house.started(&ada, &cat, 1).await;
    house.claim().await.expect("job");
    house.store.sweep_jobs(at(500), false).await.expect("swept");
    assert_eq!(house.claim().await.expect("job").id, first.id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_job_is_taken_twice() {
    let house = House::open().await;
    let (ada, cat) = with_source(&house, "cat").await;
    for _ in 0..20 {
        house.started(&ada, &cat, 1).await;
    }
    let workers: Vec<_> = (0..40)
        .map(|number| {
            let store = std::sync::Arc::clone(&house.store);
            tokio::spawn(async move { store.claim_next(&format!("worker {number}"), at(20), at(500)).await })
        })
        .collect();
    let mut taken = Vec::new();
    for worker in workers {
        taken.extend(worker.await.expect("no panic").expect("answer").map(|job| job.id));
    }
    assert_eq!(taken.len(), 20);
    taken.sort();
    taken.dedup();
    assert_eq!(taken.len(), 20);
}
