//! Answers that lie in the spool and are not in the books: a process ended, or the database was away. They are paid for, so
//! they are carried to their end without another call.
//!
//! | the call is | what happens |
//! | --- | --- |
//! | sent, its job's worker silent | the answer is kept with the job, which goes back to the queue and is finished |
//! | settled as unknown | the pictures are published for that job, the charge is brought to what was counted |
//! | settled otherwise, or its job deleted | there is nothing left to do: the object goes |
//! | not in the database | the database is older than the answer: it is set aside for the operator |
//!
//! A call without a job (describing, refining) is settled with its words in the same way, whoever comes first.

use crate::{
    api::ErrorCode,
    domain::{id::CallId, job::JobState, money::Micros},
    server::{
        blobs::BlobError,
        failure::{Failure, Outcome},
        pipeline::finish,
        spool::{self, Paid, SpoolError, Spooled},
        state::App,
        store::{Answer, CallStanding, ClaimedJob, Settlement, StoreError, Timestamp},
    },
};

/// What is to be done with an answer.
#[derive(Debug, PartialEq)]
enum Step {
    /// Somebody works on it.
    Wait,
    /// Keep it with its job, or settle it with its words.
    Keep,
    /// Publish it after all.
    Publish(Option<Box<ClaimedJob>>),
    /// Take it away.
    Drop,
}

/// Decides. With `all`, no worker is trusted any more: at start they belong to the former process.
fn step(standing: CallStanding, for_job: bool, now: Timestamp, all: bool) -> Step {
    let Some(job) = standing.job else {
        return match (for_job, standing.settled, standing.unknown) {
            (false, false, _) => Step::Keep,
            (false, true, true) => Step::Publish(None),
            // Settled, or painted for a job that its owner deleted with the picture.
            (true, ..) | (false, true, false) => Step::Drop,
        };
    };
    let silent = all || job.lease_until.is_some_and(|lease| lease <= now);
    match job.state {
        JobState::Running if job.job.answer.is_none() && silent => Step::Keep,
        JobState::Unknown => Step::Publish(Some(Box::new(job.job))),
        // Its worker carries it on, or it waits for one with its answer kept.
        JobState::Queued | JobState::Running => Step::Wait,
        JobState::Succeeded | JobState::Failed | JobState::Cancelled => Step::Drop,
    }
}

/// Looks through the spool once. What cannot be carried on now is looked at again next time.
pub async fn sweep(app: &App, all: bool) -> Outcome<()> {
    for call in spool::list(&app.blobs).await? {
        if let Err(failure) = carry_on(app, &call, all).await {
            tracing::error!(%call, code = failure.code.code(), log = failure.log, "an answer waits in the spool");
        }
    }
    Ok(())
}

async fn carry_on(app: &App, call: &CallId, all: bool) -> Outcome<()> {
    let standing = match app.store.standing(call).await {
        Err(StoreError::NotFound) => return aside(app, call, "the database does not know its call").await,
        standing => standing?,
    };
    let for_job = standing.job.is_some();
    // Most of what lies here is being worked on; only the rest is read.
    let is_paint = match step(standing.clone(), for_job, app.clock.now(), all) {
        Step::Wait => return Ok(()),
        Step::Drop if for_job => {
            spool::done(&app.blobs, call).await;
            return Ok(());
        }
        _ => for_job,
    };
    let spooled = match spool::read(&app.blobs, call).await {
        Ok(spooled) => spooled,
        // Whoever worked on it came to the end meanwhile.
        Err(SpoolError::Blobs(BlobError::NotFound)) => return Ok(()),
        Err(SpoolError::Blobs(error)) => return Err(error.into()),
        Err(error @ SpoolError::Damaged(_)) => return aside(app, call, &error.to_string()).await,
        Err(error @ SpoolError::OtherVersion) => return Err(Failure::internal(error)),
    };
    let painted = is_paint || matches!(spooled.paid, Paid::Pictures { .. });
    match step(standing, painted, app.clock.now(), all) {
        Step::Wait => return Ok(()),
        Step::Drop => {}
        Step::Keep => return keep(app, spooled).await,
        Step::Publish(job) => {
            if !publish(app, spooled, job).await? {
                return Ok(());
            }
        }
    }
    spool::done(&app.blobs, call).await;
    Ok(())
}

/// Keeps an answer with its job (which stays in the spool until the job is over), or words with their call.
async fn keep(app: &App, spooled: Spooled) -> Outcome<()> {
    let Spooled { call, paid, .. } = spooled;
    match paid {
        Paid::Pictures {
            job,
            pictures,
            usage,
            request_id,
            understood,
        } => {
            let _hold = app.blobs.hold().await;
            let answer = Answer {
                pictures: finish::keep_raw(app, pictures).await?,
                usage,
                request_id,
                understood,
            };
            match app.store.keep_answer(&job, &answer).await {
                Ok(()) => tracing::warn!(%job, "an answer was found in the spool and kept"),
                // Somebody was faster.
                Err(StoreError::WrongState | StoreError::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Paid::Words { words, request_id } => {
            let settlement = settlement_of(app, words.price(), request_id);
            match app.store.settle_words(&call, &settlement, &words).await {
                Ok(()) => tracing::warn!(%call, "words were found in the spool and kept"),
                // Somebody was faster; whatever came of it is seen next time.
                Err(StoreError::WrongState) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
            spool::done(&app.blobs, &call).await;
        }
    }
    Ok(())
}

/// Publishes an answer whose call had been given up. Gives whether there is nothing left to do.
async fn publish(app: &App, spooled: Spooled, job: Option<Box<ClaimedJob>>) -> Outcome<bool> {
    let Spooled { call, paid, .. } = spooled;
    let outcome = match (paid, job) {
        (
            Paid::Pictures {
                pictures,
                usage,
                request_id,
                understood,
                ..
            },
            Some(job),
        ) => {
            let _hold = app.blobs.hold().await;
            let answer = Answer {
                pictures: finish::keep_raw(app, pictures).await?,
                usage,
                request_id,
                understood,
            };
            match finish::finish(app, &job, &answer).await {
                Ok(finished) => app.store.publish_found(&finished).await.map(Some),
                Err(failure) if failure.code == ErrorCode::ProviderBroken => {
                    aside(app, &call, "it holds no picture that could be used").await?;
                    return Ok(false);
                }
                Err(failure) => return Err(failure),
            }
        }
        (Paid::Words { words, request_id }, None) => {
            let settlement = settlement_of(app, words.price(), request_id);
            let kept = app.store.keep_found_words(&call, &settlement, &words).await;
            kept.map(|()| None)
        }
        _ => {
            aside(app, &call, "it is not what its call was for").await?;
            return Ok(false);
        }
    };
    match outcome {
        Ok(event) => {
            tracing::warn!(%call, "an answer that had been given up was found in the spool and kept");
            if let Some(event) = event {
                app.announce(event);
            }
            Ok(true)
        }
        // Somebody was faster; whatever came of it is seen next time.
        Err(StoreError::WrongState | StoreError::NotFound) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn settlement_of(app: &App, price: Micros, request_id: Option<String>) -> Settlement {
    Settlement {
        spent: price,
        usage: None,
        request_id,
        unknown: false,
        now: app.clock.now(),
    }
}

async fn aside(app: &App, call: &CallId, why: &str) -> Outcome<()> {
    tracing::error!(%call, "an answer in the spool was set aside (folder “aside” of the pictures): {why}");
    Ok(app.blobs.set_aside(call.as_str()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            order::{Order, Quote, Strategy, Used, Way},
            source::Format,
            spec::{Fine, ProviderName, Quality, Size, Spec},
        },
        server::store::{JobPlan, JobStanding},
    };

    fn id<T: std::str::FromStr>() -> T {
        "0".repeat(32).parse().unwrap_or_else(|_| unreachable!("an identifier"))
    }

    fn job(answered: bool) -> ClaimedJob {
        ClaimedJob {
            id: id(),
            owner: id(),
            call: id(),
            order: Order {
                source_id: id(),
                way: Way::Restyle,
                prompt: String::new(),
                spec: Spec {
                    model: String::new(),
                    quality: Quality::Low,
                    size: Size::new(1, 1),
                    count: 1,
                    format: Format::Png,
                    provider: None,
                    partials: 0,
                    fine: Fine::default(),
                },
                mask_id: None,
                strategy: None,
                reference_ids: Vec::new(),
                finish_of: None,
            },
            quote: Quote {
                quote_micros: Micros(2),
                expected_micros: Micros(1),
                lines: Vec::new(),
                used: Used {
                    size: Size::new(1, 1),
                    strategy: Strategy::Whole,
                    reference: None,
                    crop: None,
                    complexity: None,
                },
            },
            plan: JobPlan {
                provider: ProviderName::Openai,
                api_model: String::new(),
                strategy: Strategy::Whole,
                reference_side: None,
            },
            answer: answered.then(|| Answer {
                pictures: Vec::new(),
                usage: None,
                request_id: None,
                understood: None,
            }),
            play: false,
            attempt: 1,
        }
    }

    fn decided(state: JobState, answered: bool, lease: Option<i64>, all: bool) -> Step {
        let moment = |second| Timestamp::from_second(second).expect("a moment");
        let standing = CallStanding {
            settled: state.is_terminal(),
            unknown: state == JobState::Unknown,
            job: Some(Box::new(JobStanding {
                job: job(answered),
                state,
                lease_until: lease.map(moment),
            })),
        };
        step(standing, true, moment(100), all)
    }

    #[test]
    fn a_worker_that_is_trusted_is_left_alone() {
        assert_eq!(decided(JobState::Running, false, Some(101), false), Step::Wait);
        assert_eq!(decided(JobState::Running, false, Some(100), false), Step::Keep);
        assert_eq!(decided(JobState::Running, false, Some(101), true), Step::Keep);
    }

    #[test]
    fn an_answer_that_is_kept_is_carried_on_by_its_job() {
        assert_eq!(decided(JobState::Running, true, Some(0), true), Step::Wait);
        assert_eq!(decided(JobState::Queued, true, None, true), Step::Wait);
    }

    #[test]
    fn only_what_was_given_up_is_published_after_all() {
        for state in [JobState::Succeeded, JobState::Failed, JobState::Cancelled] {
            assert_eq!(decided(state, false, None, true), Step::Drop);
        }
        assert!(matches!(
            decided(JobState::Unknown, false, None, false),
            Step::Publish(Some(_))
        ));
        let standing = |settled, unknown| CallStanding {
            settled,
            unknown,
            job: None,
        };
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(step(standing(false, false), false, now, false), Step::Keep);
        assert_eq!(step(standing(true, true), false, now, false), Step::Publish(None));
        assert_eq!(step(standing(true, false), false, now, false), Step::Drop);
        assert_eq!(
            step(standing(true, true), true, now, false),
            Step::Drop,
            "deleted with its picture"
        );
    }
}
