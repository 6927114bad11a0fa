//! A job's life: sent, answered, published, failed, cancelled, swept; and its numbered events.

use crate::house::{House, assert_not_found, assert_wrong_state, at, blob, names, settlement};
use pochoir::{
    domain::{
        id::JobId,
        job::{JobEventKind, JobState},
        money::Micros,
    },
    server::store::{Answer, EventRow, FailedJob, NewEvent},
};

fn kinds(events: &[EventRow]) -> Vec<JobEventKind> {
    events.iter().map(|event| event.kind).collect()
}

fn event(job: &JobId, kind: JobEventKind) -> NewEvent {
    NewEvent {
        picture: None,
        job: job.clone(),
        kind,
        url: None,
        now: at(40),
    }
}

fn failed(job: &JobId, state: JobState, spent: i64) -> FailedJob {
    FailedJob {
        job: job.clone(),
        state,
        error: Some("provider_busy".to_owned()),
        settlement: settlement(spent),
    }
}

#[tokio::test]
async fn an_unfinished_picture_is_its_owners_while_the_job_is_under_way() {
    let house = House::open().await;
    let (ada, bob) = (house.visitor().await, house.visitor().await);
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 10).await;
    let claimed = house.sent().await;
    let shown = NewEvent {
        url: Some("/somewhere".to_owned()),
        picture: Some((1, blob("dusk"))),
        ..event(&job.id, JobEventKind::Partial)
    };
    house.store.add_event(&shown).await.expect("told");
    let picture = house.store.unfinished_picture(&ada, &job.id, 1).await.expect("theirs");
    assert_eq!(picture, blob("dusk"));
    assert_not_found(house.store.unfinished_picture(&ada, &job.id, 2).await);
    assert_not_found(house.store.unfinished_picture(&bob, &job.id, 1).await);
    house
        .publish(&claimed, vec![house.variation_row(&claimed, "v")], 7)
        .await;
    assert_not_found(house.store.unfinished_picture(&ada, &job.id, 1).await);
    assert!(
        house.store.blob_type(&blob("dusk").key).await.is_err(),
        "nobody refers to it"
    );
}

#[tokio::test]
async fn a_job_runs_from_the_queue_to_the_library() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.job(&ada, &source, 100);

    let first = house.start(&job).await;
    assert_eq!((first.seq, first.kind), (1, JobEventKind::Queued));
    assert_eq!(house.state(&ada, &job.id).await, JobState::Queued);
    assert_eq!(house.used_today(&ada).await, 100, "the quote is held");

    let claimed = house.claim().await.expect("the job");
    assert_eq!(claimed.id, job.id);
    assert_eq!(claimed.order, job.order);
    assert_eq!(claimed.quote, job.quote);
    assert_eq!(claimed.plan, job.plan);
    assert_eq!((claimed.answer.as_ref(), claimed.attempt), (None, 1));
    assert_eq!(house.state(&ada, &job.id).await, JobState::Running);
    house
        .store
        .add_event(&event(&job.id, JobEventKind::Started))
        .await
        .expect("started");
    house.store.mark_sent(&claimed.call, at(30)).await.expect("sent");

    let rows = vec![
        house.variation_row(&claimed, "one"),
        house.variation_row(&claimed, "two"),
    ];
    let given: Vec<_> = rows.iter().map(|row| row.id.clone()).collect();
    let last = house.publish(&claimed, rows.clone(), 60).await;
    assert_eq!((last.seq, last.kind), (3, JobEventKind::Succeeded));
    assert_eq!(last.variations, given);
    assert_eq!(last.spent, Some(Micros(60)));
    assert_eq!(house.used_today(&ada).await, 60, "the rest is released");

    let kept = house.store.job(&ada, &job.id).await.expect("the job");
    assert_eq!((kept.state, kept.spent), (JobState::Succeeded, Some(Micros(60))));
    assert_eq!(kept.variations, given);
    assert_eq!(
        house.store.jobs_of_source(&ada, &source, 50).await.expect("jobs"),
        [kept]
    );
    for row in rows {
        assert_eq!(house.store.variation(&ada, &row.id).await.expect("kept"), row);
    }
    house.assert_books().await;
}

#[tokio::test]
async fn events_are_numbered_in_their_job_and_over_the_instance() {
    let house = House::open().await;
    let (ada, ben) = (house.visitor().await, house.visitor().await);
    let (cat, dog) = (house.source(&ada, "cat").await, house.source(&ben, "dog").await);
    let (first, second) = (house.started(&ada, &cat, 1).await, house.started(&ben, &dog, 1).await);
    house.claim().await.expect("one");
    house.claim().await.expect("the other");
    for job in [&first.id, &second.id, &first.id] {
        house
            .store
            .add_event(&event(job, JobEventKind::Partial))
            .await
            .expect("added");
    }

    let all = house.store.job_events(&ada, &first.id, 0).await.expect("events");
    assert_eq!(
        kinds(&all),
        [JobEventKind::Queued, JobEventKind::Partial, JobEventKind::Partial]
    );
    assert_eq!(all.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(
        house.store.job_events(&ada, &first.id, 2).await.expect("events"),
        all[2..]
    );

    assert_eq!(house.store.visitor_events(&ada, 0, 10).await.expect("events"), all);
    assert!(all.is_sorted_by(|a, b| a.id < b.id));
    assert_eq!(
        house.store.visitor_events(&ada, all[0].id, 1).await.expect("events"),
        all[1..2]
    );
    assert_eq!(house.store.last_event_id(&ada).await.expect("id"), all[2].id);
    assert_eq!(house.store.last_event_id(&house.fresh()).await.expect("id"), 0);
}

#[tokio::test]
async fn nothing_happens_to_a_job_that_is_over() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    let claimed = house.sent().await;
    house
        .publish(&claimed, vec![house.variation_row(&claimed, "one")], 60)
        .await;

    let again = pochoir::server::store::FinishedJob {
        job: job.id.clone(),
        settlement: settlement(60),
        variations: vec![house.variation_row(&claimed, "two")],
    };
    assert_wrong_state(house.store.settle_and_publish(&again).await);
    assert_wrong_state(house.store.settle_and_fail(&failed(&job.id, JobState::Failed, 0)).await);
    assert_wrong_state(house.store.settle(&claimed.call, &settlement(1)).await);
    assert_wrong_state(house.store.mark_sent(&claimed.call, at(31)).await);
    assert_wrong_state(house.store.heartbeat(&job.id, at(999)).await);
    assert_wrong_state(house.store.add_event(&event(&job.id, JobEventKind::Partial)).await);
    assert_wrong_state(house.store.cancel(&ada, &job.id, at(50)).await);

    assert_eq!(house.used_today(&ada).await, 60);
    assert_eq!(house.store.job(&ada, &job.id).await.expect("job").variations.len(), 1);
    assert_eq!(house.store.last_event_id(&ada).await.expect("id"), 2);
    house.assert_books().await;
}

#[tokio::test]
async fn a_job_that_gave_nothing_charges_what_it_cost() {
    for (state, kind, spent) in [
        (JobState::Failed, JobEventKind::Failed, 0),
        (JobState::Failed, JobEventKind::Failed, 40),
        (JobState::Unknown, JobEventKind::Unknown, 100),
    ] {
        let house = House::open().await;
        let ada = house.visitor().await;
        let source = house.source(&ada, "cat").await;
        let job = house.started(&ada, &source, 100).await;
        house.sent().await;
        let last = house
            .store
            .settle_and_fail(&failed(&job.id, state, spent))
            .await
            .expect("settled");
        assert_eq!((last.kind, last.spent), (kind, Some(Micros(spent))));
        assert_eq!(last.error.as_deref(), Some("provider_busy"));
        let kept = house.store.job(&ada, &job.id).await.expect("job");
        assert_eq!((kept.state, kept.spent), (state, Some(Micros(spent))));
        assert_eq!(house.used_today(&ada).await, spent);
        house.assert_books().await;
    }
}

#[tokio::test]
async fn what_is_booked_is_not_for_a_worker_to_choose() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    house.claim().await.expect("job");
    assert_wrong_state(
        house
            .store
            .settle_and_fail(&failed(&job.id, JobState::Failed, 60))
            .await,
    );
    assert_wrong_state(
        house
            .store
            .settle_and_fail(&failed(&job.id, JobState::Unknown, 100))
            .await,
    );
    assert_wrong_state(
        house
            .store
            .settle_and_fail(&failed(&job.id, JobState::Cancelled, 0))
            .await,
    );
    house.store.mark_sent(&job.call.id, at(30)).await.expect("sent");
    assert_wrong_state(house.store.give_up(&job.id, "internal", at(40)).await);
    assert_wrong_state(house.store.come_back(&job.id, at(40)).await);
    assert_wrong_state(
        house
            .store
            .settle_and_fail(&failed(&job.id, JobState::Unknown, 60))
            .await,
    );
    assert_wrong_state(
        house
            .store
            .settle_and_fail(&failed(&job.id, JobState::Cancelled, 100))
            .await,
    );
    assert_eq!(house.state(&ada, &job.id).await, JobState::Running);
    assert_eq!(house.used_today(&ada).await, 100, "still held");
    house.assert_books().await;
}

#[tokio::test]
async fn a_job_that_cannot_be_carried_out_ends_for_nothing() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    assert_wrong_state(house.store.give_up(&job.id, "not_found", at(15)).await);
    house.claim().await.expect("job");
    let last = house.store.give_up(&job.id, "not_found", at(40)).await.expect("over");
    assert_eq!((last.kind, last.spent), (JobEventKind::Failed, Some(Micros(0))));
    assert_eq!(last.error.as_deref(), Some("not_found"));
    assert_eq!(house.used_today(&ada).await, 0);
    house.assert_books().await;
}

#[tokio::test]
async fn trouble_of_ours_brings_a_job_back_later_and_ends_it_after_five_tries() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    let mut now = 20;
    for pause in [2_000, 8_000, 32_000, 128_000] {
        let claimed = house.store.claim_next("worker", at(now), at(now + 500)).await;
        assert_eq!(claimed.expect("answer").expect("its time has come").id, job.id);
        let event = house.store.come_back(&job.id, at(now)).await.expect("back");
        assert_eq!(event.kind, JobEventKind::Queued);
        let early = house
            .store
            .claim_next("worker", at(now + pause - 1), at(now + pause))
            .await;
        assert_eq!(early.expect("answer"), None, "not before its time");
        now += pause;
    }
    house
        .store
        .claim_next("worker", at(now), at(now + 500))
        .await
        .expect("answer")
        .expect("the fifth");
    let last = house.store.come_back(&job.id, at(now)).await.expect("over");
    assert_eq!((last.kind, last.spent), (JobEventKind::Failed, Some(Micros(0))));
    assert_eq!(last.error.as_deref(), Some("gave_up"));
    assert_eq!(house.used_today(&ada).await, 0);
    house.assert_books().await;
}

#[tokio::test]
async fn a_kept_answer_comes_back_for_as_long_as_it_takes() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    let claimed = house.sent().await;
    let answer = Answer {
        pictures: vec![blob("one-r")],
        usage: None,
        request_id: None,
        understood: None,
    };
    house.store.keep_answer(&job.id, &answer).await.expect("kept");
    let mut now = 30;
    for taken in 2..12 {
        house.store.come_back(&job.id, at(now)).await.expect("back");
        now += 10 * 60 * 1_000;
        let again = house.store.claim_next("worker", at(now), at(now + 500)).await;
        let again = again.expect("answer").expect("its time has come");
        assert_eq!((again.answer.as_ref(), again.attempt), (Some(&answer), taken));
    }
    assert_eq!(house.used_today(&ada).await, 100, "held until it is known what it gave");
    house
        .publish(&claimed, vec![house.variation_row(&claimed, "one")], 60)
        .await;
    house.assert_books().await;
}

#[tokio::test]
async fn a_job_cannot_fail_into_a_state_that_is_no_failure() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    house.sent().await;
    for state in [JobState::Queued, JobState::Running, JobState::Succeeded] {
        assert_wrong_state(house.store.settle_and_fail(&failed(&job.id, state, 0)).await);
    }
    assert_wrong_state(house.store.add_event(&event(&job.id, JobEventKind::Succeeded)).await);
    assert_eq!(house.state(&ada, &job.id).await, JobState::Running);
}

#[tokio::test]
async fn a_queued_job_is_cancelled_for_nothing() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    let last = house.store.cancel(&ada, &job.id, at(15)).await.expect("cancelled");
    let last = last.expect("it is over at once");
    assert_eq!((last.kind, last.spent), (JobEventKind::Cancelled, Some(Micros(0))));
    assert_eq!(house.state(&ada, &job.id).await, JobState::Cancelled);
    assert_eq!(house.used_today(&ada).await, 0);
    assert!(house.claim().await.is_none());
    house.assert_books().await;
}

#[tokio::test]
async fn a_running_job_hears_of_the_cancellation_and_is_not_sent_any_more() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    let claimed = house.claim().await.expect("job");
    assert!(!house.store.heartbeat(&job.id, at(600)).await.expect("alive"));
    assert_eq!(house.store.cancel(&ada, &job.id, at(25)).await.expect("marked"), None);
    assert!(house.store.heartbeat(&job.id, at(700)).await.expect("alive"));
    assert_wrong_state(house.store.mark_sent(&claimed.call, at(30)).await);
    assert_eq!(house.state(&ada, &job.id).await, JobState::Running);
}

#[tokio::test]
async fn a_call_is_sent_once_and_only_by_a_worker() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    assert_wrong_state(house.store.mark_sent(&job.call.id, at(15)).await);
    let claimed = house.sent().await;
    assert_wrong_state(house.store.mark_sent(&claimed.call, at(31)).await);
    let call = house.store.call(&claimed.call).await.expect("call");
    assert_eq!(call.sent_at, Some(at(30)));
    assert_not_found(house.store.mark_sent(&house.fresh(), at(31)).await);
}

#[tokio::test]
async fn expired_lease_before_sending_goes_back_to_the_queue() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    house.claim().await.expect("job");
    assert_eq!(house.store.sweep_jobs(at(499), false).await.expect("swept"), []);
    assert_eq!(house.state(&ada, &job.id).await, JobState::Running, "its lease holds");
    assert_eq!(house.store.sweep_jobs(at(500), false).await.expect("swept"), []);
    assert_eq!(house.state(&ada, &job.id).await, JobState::Queued);
    let again = house.claim().await.expect("again");
    assert_eq!((again.id, again.attempt), (job.id, 2));
    assert_eq!(house.used_today(&ada).await, 100, "still held, once");
    house.assert_books().await;
}

#[tokio::test]
async fn expired_lease_after_sending_is_unknown_and_not_requeued() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    let claimed = house.sent().await;
    let ended = house.store.sweep_jobs(at(500), false).await.expect("swept");
    assert_eq!(kinds(&ended), [JobEventKind::Unknown]);
    assert_eq!(ended[0].spent, Some(Micros(100)));
    assert_eq!(ended[0].error.as_deref(), Some("outcome_unknown"));
    assert_eq!(house.state(&ada, &job.id).await, JobState::Unknown);
    assert!(house.store.call(&claimed.call).await.expect("call").unknown);
    assert!(house.claim().await.is_none());
    assert_eq!(house.used_today(&ada).await, 100, "the full quote is charged");
    assert_eq!(house.store.sweep_jobs(at(900), true).await.expect("swept"), []);
    house.assert_books().await;
}

#[tokio::test]
async fn a_lease_kept_alive_is_not_swept() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    house.sent().await;
    house.store.heartbeat(&job.id, at(2_000)).await.expect("alive");
    assert_eq!(house.store.sweep_jobs(at(1_999), false).await.expect("swept"), []);
    assert_eq!(house.state(&ada, &job.id).await, JobState::Running);
}

#[tokio::test]
async fn at_start_every_lease_of_the_former_process_is_over() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let sent = house.started(&ada, &source, 100).await;
    house.sent().await;
    let unsent = house.started(&ada, &source, 100).await;
    house.claim().await.expect("job");
    let ended = house.store.sweep_jobs(at(21), true).await.expect("swept");
    assert_eq!(ended.len(), 1);
    assert_eq!(house.state(&ada, &sent.id).await, JobState::Unknown);
    assert_eq!(house.state(&ada, &unsent.id).await, JobState::Queued);
    house.assert_books().await;
}

#[tokio::test]
async fn a_cancelled_job_whose_worker_died_before_sending_ends_for_nothing() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    house.claim().await.expect("job");
    house.store.cancel(&ada, &job.id, at(25)).await.expect("marked");
    let ended = house.store.sweep_jobs(at(500), false).await.expect("swept");
    assert_eq!(kinds(&ended), [JobEventKind::Cancelled]);
    assert_eq!(house.used_today(&ada).await, 0);
    house.assert_books().await;
}

#[tokio::test]
async fn a_kept_answer_survives_its_worker_and_is_not_paid_again() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 100).await;
    let answer = Answer {
        pictures: vec![blob("one-r")],
        usage: None,
        request_id: Some("req-1".to_owned()),
        understood: None,
    };
    house.claim().await.expect("job");
    assert_wrong_state(house.store.keep_answer(&job.id, &answer).await);
    house.store.mark_sent(&job.call.id, at(30)).await.expect("sent");
    house.store.keep_answer(&job.id, &answer).await.expect("kept");
    house
        .store
        .blob_type(&blob("one-r").key)
        .await
        .expect("its bytes are referred to");
    assert_wrong_state(house.store.keep_answer(&job.id, &answer).await);

    assert_eq!(house.store.sweep_jobs(at(500), true).await.expect("swept"), []);
    assert_eq!(house.state(&ada, &job.id).await, JobState::Queued);
    assert_eq!(
        house.store.cancel(&ada, &job.id, at(501)).await.expect("marked"),
        None,
        "it was sent: cancelling it is not free any more"
    );
    let claimed = house.claim().await.expect("again");
    assert_eq!(claimed.answer.as_ref(), Some(&answer));
    assert_wrong_state(house.store.mark_sent(&claimed.call, at(510)).await);

    let row = house.variation_row(&claimed, "one");
    house.publish(&claimed, vec![row.clone()], 60).await;
    let left = house.store.delete_variation(&ada, &row.id).await.expect("deleted");
    assert_eq!(
        names(&left),
        ["one", "one-p", "one-r", "one-t"],
        "the job refers to nothing any more"
    );
    house.assert_books().await;
}

#[tokio::test]
async fn open_jobs_are_counted() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let source = house.source(&ada, "cat").await;
    assert_eq!(house.store.count_open().await.expect("counts"), []);
    for _ in 0..3 {
        house.started(&ada, &source, 1).await;
    }
    house.claim().await.expect("job");
    assert_eq!(
        house.store.count_open().await.expect("counts"),
        [(JobState::Queued, 2), (JobState::Running, 1)]
    );
}

#[tokio::test]
async fn a_stranger_finds_no_job() {
    let house = House::open().await;
    let (ada, eve) = (house.visitor().await, house.visitor().await);
    let source = house.source(&ada, "cat").await;
    let job = house.started(&ada, &source, 1).await;
    assert_not_found(house.store.job(&eve, &job.id).await);
    assert_not_found(house.store.job_events(&eve, &job.id, 0).await);
    assert_not_found(house.store.cancel(&eve, &job.id, at(15)).await);
    assert_not_found(house.store.jobs_of_source(&eve, &source, 10).await);
    assert_eq!(house.store.visitor_events(&eve, 0, 10).await.expect("events"), []);
    assert_not_found(
        house
            .store
            .reserve_and_enqueue(&house.job(&eve, &source, 1), &crate::house::NO_CAPS)
            .await,
    );
    assert_eq!(house.state(&ada, &job.id).await, JobState::Queued);
}
