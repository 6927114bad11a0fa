//! Whatever people and workers do, in whatever order, the books balance.

use crate::house::{House, at, settlement};
use pochoir::{
    domain::{
        budget::{BudgetName, Caps},
        id::{CallId, JobId, SourceId, VisitorId},
        job::JobState,
        money::Micros,
    },
    server::store::{Enqueued, FailedJob, FinishedJob, NewCall, Periods, Settlement, StoreError},
};
use proptest::{prelude::*, test_runner::Config};
use std::collections::BTreeMap;

const CAPS: Caps = Caps {
    day: Some(Micros(300)),
    month: Some(Micros(400)),
    visitor_day: Some(Micros(150)),
};

/// Something that somebody does. Numbers choose among whatever there is at that moment.
#[derive(Debug, Clone)]
enum Act {
    Reserve {
        who: usize,
        quote: i64,
        day: u8,
        play: bool,
    },
    Start {
        who: usize,
        quote: i64,
        day: u8,
        play: bool,
    },
    Send {
        which: usize,
    },
    Settle {
        which: usize,
        spent: i64,
    },
    Claim,
    Publish {
        which: usize,
        spent: i64,
    },
    Fail {
        which: usize,
        spent: i64,
    },
    Cancel {
        which: usize,
    },
    Sweep {
        all: bool,
    },
    SweepCalls,
    Delete {
        who: usize,
    },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let who = 0..3_usize;
    let which = 0..64_usize;
    let booking = (who.clone(), 0..90_i64, 1..3_u8, prop::bool::weighted(0.2));
    let act = prop_oneof![
        4 => booking.clone().prop_map(|(who, quote, day, play)| Act::Reserve { who, quote, day, play }),
        6 => booking.prop_map(|(who, quote, day, play)| Act::Start { who, quote, day, play }),
        4 => which.clone().prop_map(|which| Act::Send { which }),
        3 => (which.clone(), 0..120_i64).prop_map(|(which, spent)| Act::Settle { which, spent }),
        5 => Just(Act::Claim),
        3 => (which.clone(), 0..120_i64).prop_map(|(which, spent)| Act::Publish { which, spent }),
        2 => (which.clone(), 0..120_i64).prop_map(|(which, spent)| Act::Fail { which, spent }),
        2 => which.prop_map(|which| Act::Cancel { which }),
        1 => any::<bool>().prop_map(|all| Act::Sweep { all }),
        1 => Just(Act::SweepCalls),
        1 => who.prop_map(|who| Act::Delete { who }),
    ];
    prop::collection::vec(act, 1..60)
}

/// What the world knows of a call, kept apart from the store: an independent witness.
#[derive(Debug)]
struct Booked {
    id: CallId,
    who: usize,
    day: String,
    month: String,
    play: bool,
}

struct World {
    house: House,
    people: Vec<(VisitorId, SourceId)>,
    calls: Vec<Booked>,
    jobs: Vec<(JobId, usize)>,
}

/// A choice among what there is.
fn pick<T>(from: &[T], which: usize) -> Option<&T> {
    from.get(which % from.len().max(1))
}

impl World {
    async fn new() -> Self {
        let house = House::open().await;
        let mut people = Vec::new();
        for name in ["cat", "dog", "owl"] {
            let visitor = house.visitor().await;
            let source = house.source(&visitor, name).await;
            people.push((visitor, source));
        }
        Self {
            house,
            people,
            calls: Vec::new(),
            jobs: Vec::new(),
        }
    }

    fn call(&self, who: usize, quote: i64, day: u8, play: bool) -> NewCall {
        NewCall {
            play,
            periods: Periods {
                day: format!("2026-11-{day:02}"),
                month: "2026-11".to_owned(),
            },
            ..self.house.call(&self.people[who].0, quote)
        }
    }

    fn book(&mut self, call: &NewCall, who: usize) {
        self.calls.push(Booked {
            id: call.id.clone(),
            who,
            day: call.periods.day.clone(),
            month: call.periods.month.clone(),
            play: call.play,
        });
    }

    /// Does it. Refusals are part of life; failures of the database are not.
    async fn act(&mut self, act: &Act) {
        let store = self.house.store.clone();
        let refused = match act {
            Act::Reserve { who, quote, day, play } => {
                let call = self.call(*who, *quote, *day, *play);
                let reserved = store.reserve(&call, &CAPS).await;
                if reserved.is_ok() {
                    self.book(&call, *who);
                    self.assert_below_the_caps(&call).await;
                }
                reserved.err()
            }
            Act::Start { who, quote, day, play } => {
                let (visitor, source) = &self.people[*who];
                let mut job = self.house.job(visitor, source, *quote);
                job.call = NewCall {
                    kind: job.call.kind,
                    ..self.call(*who, *quote, *day, *play)
                };
                match store.reserve_and_enqueue(&job, &CAPS).await {
                    Ok(Enqueued::New(_)) => {
                        self.book(&job.call, *who);
                        self.jobs.push((job.id.clone(), *who));
                        self.assert_below_the_caps(&job.call).await;
                        None
                    }
                    Ok(other) => panic!("a new key: {other:?}"),
                    Err(refused) => Some(refused),
                }
            }
            Act::Send { which } => match pick(&self.calls, *which) {
                Some(call) => store.mark_sent(&call.id, at(30)).await.err(),
                None => None,
            },
            Act::Settle { which, spent } => match pick(&self.calls, *which) {
                Some(call) => store.settle(&call.id, &settlement(*spent)).await.err(),
                None => None,
            },
            Act::Claim => store.claim_next("worker", at(20), at(500)).await.err(),
            Act::Publish { which, spent } => match pick(&self.jobs, *which) {
                Some((job, _)) => {
                    let done = FinishedJob {
                        job: job.clone(),
                        settlement: settlement(*spent),
                        variations: Vec::new(),
                    };
                    store.settle_and_publish(&done).await.err()
                }
                None => None,
            },
            Act::Fail { which, spent } => match pick(&self.jobs, *which) {
                Some((job, _)) => {
                    let failed = FailedJob {
                        job: job.clone(),
                        state: JobState::Failed,
                        error: None,
                        settlement: Settlement {
                            unknown: true,
                            ..settlement(*spent)
                        },
                    };
                    store.settle_and_fail(&failed).await.err()
                }
                None => None,
            },
            Act::Cancel { which } => match pick(&self.jobs, *which) {
                Some((job, who)) => store.cancel(&self.people[*who].0, job, at(40)).await.err(),
                None => None,
            },
            Act::Sweep { all } => store.sweep_jobs(at(600), *all).await.err(),
            Act::SweepCalls => store.sweep_calls(at(2_000), false).await.err(),
            Act::Delete { who } => {
                let (visitor, source) = self.people[*who].clone();
                match store.delete_source(&visitor, &source).await {
                    Ok(_) => {
                        self.people[*who].1 = self.house.source(&visitor, "next").await;
                        None
                    }
                    Err(refused) => Some(refused),
                }
            }
        };
        if let Some(StoreError::Database(error)) = refused {
            panic!("{act:?}: {error:?}");
        }
    }

    /// What the calls themselves say is used: what they cost, or what is held for them.
    async fn used_by(&self, counts: impl Fn(&Booked) -> bool) -> i64 {
        let mut used = 0;
        for booked in self.calls.iter().filter(|booked| counts(booked)) {
            let call = self.house.store.call(&booked.id).await.expect("calls stay");
            used += call.spent.unwrap_or(call.quote).0;
        }
        used
    }

    /// Compares the balances with what the calls say.
    async fn assert_balances(&self, day: &str, play: bool) {
        let no_end = Some(Micros(1_000_000));
        let caps = Caps {
            day: no_end,
            month: no_end,
            visitor_day: no_end,
        };
        let periods = Periods {
            day: day.to_owned(),
            month: "2026-11".to_owned(),
        };
        for (who, (visitor, _)) in self.people.iter().enumerate() {
            let budgets = self
                .house
                .store
                .budgets(Some(visitor), &periods, play, &caps, at(0))
                .await;
            let used: BTreeMap<BudgetName, i64> = budgets
                .expect("budgets")
                .into_iter()
                .map(|budget| (budget.name, 1_000_000 - budget.left_micros.expect("a cap").0))
                .collect();
            let of_day = |call: &Booked| call.play == play && call.day == day;
            assert_eq!(used[&BudgetName::Day], self.used_by(of_day).await);
            let of_month = |call: &Booked| call.play == play && call.month == "2026-11";
            assert_eq!(used[&BudgetName::Month], self.used_by(of_month).await);
            let theirs = |call: &Booked| of_day(call) && call.who == who;
            assert_eq!(used[&BudgetName::VisitorDay], self.used_by(theirs).await);
        }
    }

    /// Right after a reservation nothing is above its cap: a reservation is never what breaks it.
    async fn assert_below_the_caps(&self, call: &NewCall) {
        let used = [
            self.used_by(|other| other.play == call.play && other.day == call.periods.day)
                .await,
            self.used_by(|other| other.play == call.play).await,
            self.used_by(|other| {
                let (visitor, _) = &self.people[other.who];
                other.play == call.play && other.day == call.periods.day && *visitor == call.visitor
            })
            .await,
        ];
        let caps = [300, 400, 150];
        assert!(used.iter().zip(caps).all(|(used, cap)| *used <= cap), "{used:?}");
    }
}

proptest! {
    #![proptest_config(Config { cases: 24, max_shrink_iters: 200, failure_persistence: None, ..Config::default() })]

    #[test]
    fn any_sequence_of_acts_leaves_balanced_books(acts in acts()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let mut world = World::new().await;
            for act in &acts {
                world.act(act).await;
                world.house.assert_books().await;
            }
            for day in ["2026-11-01", "2026-11-02"] {
                world.assert_balances(day, false).await;
                world.assert_balances(day, true).await;
            }
        });
    }
}
