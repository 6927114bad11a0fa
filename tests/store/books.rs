//! Whatever is done to the books, in whatever order and with whatever caps: they balance after every act, and no reservation
//! passes a cap. Faster and about money alone; what jobs do is in `ledger.rs`.

use crate::house::{House, at, settlement};
use pochoir::{
    domain::{
        budget::Caps,
        id::{CallId, GroupId, VisitorId},
        money::Micros,
        spec::ProviderName,
    },
    server::store::{Bill, GroupRow, NewCall, Periods, StoreError, Tombstone},
};
use proptest::{prelude::*, test_runner::Config};

/// The room a world has. Nothing means no cap.
#[derive(Debug, Clone)]
struct Room {
    day: Option<i64>,
    month: Option<i64>,
    visitor_day: Option<i64>,
    groups: [Option<i64>; 2],
}

/// Something that somebody does. Numbers choose among whatever there is at that moment.
#[derive(Debug, Clone)]
enum Act {
    Reserve {
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
    Sweep {
        at: i64,
    },
    Join {
        who: usize,
        group: usize,
    },
    Bill {
        month: u8,
        billed: i64,
    },
    Leave {
        who: usize,
    },
}

fn room() -> impl Strategy<Value = Room> {
    let cap = || prop::option::weighted(0.8, 0..300_i64);
    (cap(), cap(), cap(), [cap(), cap()]).prop_map(|(day, month, visitor_day, groups)| Room {
        day,
        month,
        visitor_day,
        groups,
    })
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let who = 0..3_usize;
    let which = 0..32_usize;
    let act = prop_oneof![
        10 => (who.clone(), 0..90_i64, 0..4_u8, prop::bool::weighted(0.2))
            .prop_map(|(who, quote, day, play)| Act::Reserve { who, quote, day, play }),
        4 => which.clone().prop_map(|which| Act::Send { which }),
        6 => (which, 0..150_i64).prop_map(|(which, spent)| Act::Settle { which, spent }),
        1 => (0..3_000_i64).prop_map(|at| Act::Sweep { at }),
        2 => (who.clone(), 0..2_usize).prop_map(|(who, group)| Act::Join { who, group }),
        2 => (10..12_u8, 0..400_i64).prop_map(|(month, billed)| Act::Bill { month, billed }),
        1 => who.prop_map(|who| Act::Leave { who }),
    ];
    prop::collection::vec(act, 1..40)
}

struct World {
    house: House,
    room: Room,
    people: Vec<VisitorId>,
    groups: Vec<GroupId>,
    calls: Vec<CallId>,
    /// What the adjustments of each month add up to, for the sums below.
    adjusted: std::collections::BTreeMap<String, i64>,
    left: u8,
}

/// A choice among what there is.
fn pick<T>(from: &[T], which: usize) -> Option<&T> {
    from.get(which % from.len().max(1))
}

impl World {
    async fn new(room: Room) -> Self {
        let house = House::in_memory().await;
        let mut people = Vec::new();
        for _ in 0..3 {
            people.push(house.visitor().await);
        }
        let mut groups = Vec::new();
        for cap in room.groups {
            let group = GroupRow {
                id: house.fresh(),
                name: "group".to_owned(),
                cap: cap.map(Micros),
                ends_at: None,
                created_at: at(0),
            };
            house.store.create_group(&group).await.expect("a group");
            groups.push(group.id);
        }
        Self {
            house,
            room,
            people,
            groups,
            calls: Vec::new(),
            adjusted: std::collections::BTreeMap::new(),
            left: 0,
        }
    }

    fn caps(&self) -> Caps {
        Caps {
            day: self.room.day.map(Micros),
            month: self.room.month.map(Micros),
            visitor_day: self.room.visitor_day.map(Micros),
        }
    }

    /// Does it. Refusals are part of life; failures of the database are not.
    async fn act(&mut self, act: &Act) {
        let store = self.house.store.clone();
        let refused = match act {
            Act::Reserve { who, quote, day, play } => {
                // Two days in each of two months.
                let (month, day) = (10 + day / 2, 1 + day % 2);
                let call = NewCall {
                    play: *play,
                    periods: Periods {
                        day: format!("2026-{month}-0{day}"),
                        month: format!("2026-{month}"),
                    },
                    ..self.house.call(&self.people[*who], *quote)
                };
                let reserved = store.reserve(&call, &self.caps()).await;
                if reserved.is_ok() {
                    self.calls.push(call.id.clone());
                    self.assert_below_the_caps(&call).await;
                }
                reserved.err()
            }
            Act::Send { which } => match pick(&self.calls, *which) {
                Some(call) => store.mark_sent(call, at(30)).await.err(),
                None => None,
            },
            Act::Settle { which, spent } => match pick(&self.calls, *which) {
                Some(call) => store.settle(call, &settlement(*spent)).await.err(),
                None => None,
            },
            Act::Sweep { at: moment } => store.sweep_calls(at(*moment), false).await.err(),
            Act::Join { who, group } => {
                let (visitor, group) = (&self.people[*who], &self.groups[*group]);
                store.join_group(visitor, group, at(40)).await.err()
            }
            Act::Bill { month, billed } => {
                let bill = Bill {
                    vendor: ProviderName::AzureVision,
                    month: format!("2026-{month}"),
                    billed: Micros(*billed),
                    now: at(50),
                };
                let booked = store.book_bill(&bill).await;
                if let Ok(booked) = &booked {
                    *self.adjusted.entry(bill.month).or_default() += booked.adjusted_now.0;
                }
                booked.err()
            }
            Act::Leave { who } => {
                self.left += 1;
                let gone = store
                    .delete_visitor(&self.people[*who], &Tombstone::from_random([self.left; 16]))
                    .await;
                self.people[*who] = self.house.visitor().await;
                gone.err()
            }
        };
        match refused {
            None | Some(StoreError::OverBudget { .. } | StoreError::WrongState) => {}
            Some(error) => panic!("{act:?}: {error:?}"),
        }
    }

    /// Right after a reservation nothing that it is held against is above its cap: a reservation is never what breaks it.
    /// What is used is summed from the entries, not read from the balances.
    async fn assert_below_the_caps(&self, call: &NewCall) {
        let entries = self.house.store.entries(None, 0, 10_000).await.expect("entries");
        let group = self.house.store.call(&call.id).await.expect("call").group;
        let used = |counts: &dyn Fn(&pochoir::server::store::EntryRow) -> bool| -> i64 {
            let counted = entries.iter().filter(|entry| entry.play == call.play && counts(entry));
            counted.map(|entry| entry.reserved.0 + entry.spent.0).sum()
        };
        let group_cap = group.as_ref().and_then(|id| {
            let place = self.groups.iter().position(|other| other == id)?;
            self.room.groups[place]
        });
        let checks = [
            (self.room.day, used(&|entry| entry.day == call.periods.day)),
            (self.room.month, used(&|entry| entry.month == call.periods.month)),
            (
                self.room.visitor_day,
                used(&|entry| entry.day == call.periods.day && entry.visitor == call.visitor.as_str()),
            ),
            (
                group_cap,
                used(&|entry| group.is_some() && entry.group.as_ref().map(|(id, _)| id) == group.as_ref()),
            ),
        ];
        for (cap, used) in checks {
            assert!(cap.is_none_or(|cap| used <= cap), "{used} of {cap:?} in {checks:?}");
        }
    }

    /// What the calls cost or hold, and what the bills adjusted, is what the ledger says.
    async fn assert_sums(&self) {
        let mut used = self.adjusted.values().sum::<i64>();
        for id in &self.calls {
            let call = self.house.store.call(id).await.expect("calls stay");
            used += call.spent.unwrap_or(call.quote).0;
        }
        let books = self.house.store.books().await.expect("books");
        let told = books.spent + books.reserved + books.play_spent + books.play_reserved;
        assert_eq!(told, Micros(used));
        assert_eq!(books.calls, self.calls.len() as u64);
    }
}

proptest! {
    #![proptest_config(Config { cases: 200, max_shrink_iters: 400, failure_persistence: None, ..Config::default() })]

    #[test]
    fn any_sequence_of_acts_on_the_books_leaves_them_balanced(room in room(), acts in acts()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let mut world = World::new(room).await;
            for act in &acts {
                world.act(act).await;
                world.house.assert_books().await;
            }
            world.assert_sums().await;
        });
    }
}
