//! Ten thousand random schedules of everything that can happen to jobs, on the machine and the movements of money alone:
//! workers that crash or are slow, leases that run out, cancellations at any moment, answers that come late, the same act
//! twice. Each schedule has a number; one that fails says which.

use super::machine::{Booking, Event, MOST_TRIES, Standing, as_it_came};
use crate::domain::{
    job::JobState,
    ledger::{self, Balance},
    money::Micros,
};

const SCHEDULES: u64 = 10_000;
const STEPS: u64 = 120;
const LEASE: i64 = 30;

/// `SplitMix64`: enough chance for a test, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("an index")
    }

    fn amount(&mut self, most: u64) -> Micros {
        Micros(i64::try_from(self.below(most + 1)).expect("small"))
    }
}

/// What the provider does with a request.
#[derive(Debug, Clone, Copy)]
enum Reply {
    /// Pictures, for so much.
    Pictures(Micros),
    /// An error that costs so much.
    Fault(Micros),
    /// Nothing ever comes; it charged so much.
    Silence(Micros),
}

/// What a worker is at.
#[derive(Debug, Clone, Copy)]
enum At {
    Preparing,
    Waiting(Reply),
    Composing(Micros),
}

/// A job and what happened to it in the world outside.
struct Job {
    standing: Standing,
    quote: Micros,
    /// Requests that left.
    calls: u32,
    /// What the provider charged.
    charged: Micros,
    /// What its kept answer costs.
    usage: Option<Micros>,
    settled: Vec<Micros>,
}

struct World {
    number: u64,
    dice: Dice,
    now: i64,
    cap: Option<Micros>,
    balance: Balance,
    jobs: Vec<Job>,
    workers: [Option<(usize, At)>; 3],
}

impl World {
    fn new(number: u64) -> Self {
        let mut dice = Dice(number);
        let cap = (!dice.once_in(4)).then(|| dice.amount(400));
        Self {
            number,
            dice,
            now: 0,
            cap,
            balance: Balance::default(),
            jobs: Vec::new(),
            workers: [None; 3],
        }
    }

    /// Tells the machine, and books what it says. Gives whether the event was taken.
    fn tell(&mut self, at: usize, event: Event, charged: Micros) -> bool {
        let job = &mut self.jobs[at];
        let before = job.standing;
        let Ok(step) = before.after(event) else { return false };
        assert!(!before.state.is_terminal(), "{}: an end is an end", self.number);
        job.standing = step.standing;
        let spent = match step.booking {
            Booking::NotYet => None,
            Booking::Nothing => Some(Micros::ZERO),
            Booking::AsCharged => Some(charged),
            Booking::FullQuote => Some(job.quote),
        };
        assert_eq!(
            spent.is_some(),
            step.standing.state.is_terminal(),
            "{}: {event:?}",
            self.number
        );
        if let Some(spent) = spent {
            job.settled.push(spent);
            let (settled, released) = ledger::settle(job.quote, spent);
            self.balance = released.into_iter().fold(self.balance.after(settled), Balance::after);
        }
        true
    }

    fn start(&mut self) {
        let quote = self.dice.amount(100);
        if !self.balance.has_room_for(quote, self.cap) {
            return;
        }
        self.balance = self.balance.after(ledger::reserve(quote));
        self.jobs.push(Job {
            standing: Standing::new(),
            quote,
            calls: 0,
            charged: Micros::ZERO,
            usage: None,
            settled: Vec::new(),
        });
    }

    fn reply(&mut self, quote: Micros) -> Reply {
        let within = Micros(i64::try_from(self.dice.below(quote.0.unsigned_abs() + 1)).expect("small"));
        match self.dice.below(8) {
            // The vendor counted more than the bound: it happens, and is charged as it is.
            0 => Reply::Pictures(quote + self.dice.amount(20)),
            1 => Reply::Fault(Micros::ZERO),
            2 => Reply::Fault(quote),
            3 => Reply::Silence(within),
            _ => Reply::Pictures(within),
        }
    }

    fn claim(&mut self, worker: usize) {
        let waiting: Vec<usize> = (0..self.jobs.len())
            .filter(|at| self.jobs[*at].standing.state == JobState::Queued)
            .collect();
        if waiting.is_empty() {
            return;
        }
        let at = waiting[self.dice.index(waiting.len())];
        let event = Event::Claimed {
            at: self.now,
            lease_until: self.now + LEASE,
        };
        if self.tell(at, event, Micros::ZERO) {
            self.workers[worker] = Some((
                at,
                match self.jobs[at].usage {
                    Some(usage) => At::Composing(usage),
                    None => At::Preparing,
                },
            ));
        }
    }

    /// One step of a worker that holds a job, or believes that it does. With `well`, nothing goes wrong on our side.
    fn work(&mut self, worker: usize, well: bool) {
        let Some((at, doing)) = self.workers[worker] else {
            return self.claim(worker);
        };
        let twice = !well && self.dice.once_in(6);
        let trouble = Event::Troubled { at: self.now };
        let next = match doing {
            At::Preparing if !well && self.dice.once_in(4) => {
                self.tell(at, trouble, Micros::ZERO);
                None
            }
            At::Preparing if !well && self.dice.once_in(8) => {
                self.tell(at, Event::GaveUp, Micros::ZERO);
                None
            }
            At::Preparing => {
                if self.tell(at, Event::Sent, Micros::ZERO) {
                    let reply = self.reply(self.jobs[at].quote);
                    let job = &mut self.jobs[at];
                    job.calls += 1;
                    job.charged = match reply {
                        Reply::Pictures(charged) | Reply::Fault(charged) | Reply::Silence(charged) => charged,
                    };
                    if twice {
                        assert!(!self.tell(at, Event::Sent, Micros::ZERO), "{}: sent twice", self.number);
                    }
                    Some((at, At::Waiting(reply)))
                } else {
                    self.tell(at, Event::Stopped, Micros::ZERO);
                    None
                }
            }
            At::Waiting(Reply::Pictures(usage)) => self.tell(at, Event::AnswerKept, Micros::ZERO).then(|| {
                self.jobs[at].usage = Some(usage);
                (at, At::Composing(usage))
            }),
            At::Waiting(Reply::Fault(charged)) => {
                self.tell(at, Event::Failed, charged);
                None
            }
            At::Waiting(Reply::Silence(_)) => {
                self.tell(at, Event::Lost, Micros::ZERO);
                None
            }
            At::Composing(_) if !well && self.dice.once_in(3) => {
                self.tell(at, trouble, Micros::ZERO);
                None
            }
            // Its bytes are no picture: what it cost is charged.
            At::Composing(usage) if self.dice.once_in(12) => {
                self.tell(at, Event::Failed, usage);
                None
            }
            At::Composing(usage) => {
                self.tell(at, Event::Published, usage);
                if twice {
                    assert!(
                        !self.tell(at, Event::Published, usage),
                        "{}: published twice",
                        self.number
                    );
                }
                None
            }
        };
        self.workers[worker] = next;
    }

    fn sweep(&mut self, all: bool) {
        for at in 0..self.jobs.len() {
            let lease = self.jobs[at].standing.lease_until;
            if lease.is_some_and(|until| all || until <= self.now) {
                assert!(
                    self.tell(at, Event::LeaseRanOut, Micros::ZERO),
                    "{}: a lease",
                    self.number
                );
            }
        }
    }

    fn step(&mut self) {
        match self.dice.below(16) {
            0 | 1 => self.start(),
            2..=8 => {
                let worker = self.dice.index(self.workers.len());
                self.work(worker, false);
            }
            9 => {
                // A crash, or a whole process gone: what it was at is forgotten.
                if self.dice.once_in(3) {
                    self.workers = [None; 3];
                    self.sweep(true);
                } else {
                    let worker = self.dice.index(self.workers.len());
                    self.workers[worker] = None;
                }
            }
            10 => self.sweep(false),
            11 if !self.jobs.is_empty() => {
                let at = self.dice.index(self.jobs.len());
                self.tell(at, Event::CancelAsked, Micros::ZERO);
            }
            12 => {
                let worker = self.dice.index(self.workers.len());
                if let Some((at, _)) = self.workers[worker] {
                    let lease_until = self.now + LEASE;
                    self.tell(at, Event::Heartbeat { lease_until }, Micros::ZERO);
                }
            }
            _ => self.now += i64::try_from(self.dice.below(40)).expect("small"),
        }
    }

    fn hold(&self) {
        let number = self.number;
        let (mut reserved, mut spent, mut over) = (Micros::ZERO, Micros::ZERO, Micros::ZERO);
        for job in &self.jobs {
            let standing = job.standing;
            assert!(job.calls <= 1, "{number}: one request for each reservation");
            assert_eq!(standing.sent, job.calls == 1, "{number}");
            assert_eq!(
                job.settled.len(),
                usize::from(standing.state.is_terminal()),
                "{number}: settled once, at its end"
            );
            assert_eq!(
                standing.lease_until.is_some(),
                standing.state == JobState::Running,
                "{number}"
            );
            if job.settled.is_empty() {
                reserved += job.quote;
            }
            for paid in &job.settled {
                spent += *paid;
                if job.calls == 0 {
                    assert_eq!(*paid, Micros::ZERO, "{number}: nothing left, nothing is charged");
                }
                assert!(
                    *paid <= job.quote.max(job.charged),
                    "{number}: more than the quote and more than was charged"
                );
                assert!(*paid >= job.quote.min(job.charged), "{number}: less than was charged");
                over += (*paid - job.quote).max(Micros::ZERO);
            }
            if standing.answered {
                let kept = matches!(
                    standing.state,
                    JobState::Queued | JobState::Running | JobState::Succeeded | JobState::Failed
                );
                assert!(kept, "{number}: an answer was thrown away");
            } else {
                assert!(standing.attempt <= MOST_TRIES, "{number}: it would try for ever");
            }
        }
        assert_eq!(
            self.balance,
            Balance { reserved, spent },
            "{number}: the balance is the sum of its movements"
        );
        if let Some(cap) = self.cap {
            assert!(reserved + spent <= cap + over, "{number}: a cap was passed");
        }
    }

    /// Everybody works well from now on, until nothing is left to do.
    fn settle_down(&mut self) {
        for _ in 0..10_000 {
            if self.jobs.iter().all(|job| job.standing.state.is_terminal()) {
                return;
            }
            self.now += 1_000;
            for worker in 0..self.workers.len() {
                self.work(worker, true);
                self.hold();
            }
            // Whoever was forgotten by a crash is found by their lease.
            let held: Vec<usize> = self.workers.iter().flatten().map(|(at, _)| *at).collect();
            for at in 0..self.jobs.len() {
                if self.jobs[at].standing.state == JobState::Running && !held.contains(&at) {
                    self.tell(at, Event::LeaseRanOut, Micros::ZERO);
                }
            }
        }
        panic!("{}: a job never ended", self.number);
    }
}

#[test]
fn ten_thousand_schedules_lose_nothing_and_overspend_nothing() {
    let mut seen = [0_u64; 6];
    let (mut late, mut overrun) = (0_u64, 0_u64);
    for number in 0..SCHEDULES {
        let mut world = World::new(number);
        for _ in 0..STEPS {
            world.step();
            world.hold();
            late += u64::from(world.jobs.iter().any(|job| as_it_came(job.standing.attempt)));
        }
        world.settle_down();
        assert_eq!(world.balance.reserved, Micros::ZERO, "{number}: nothing stays held");
        for job in &world.jobs {
            seen[job.standing.state as usize] += 1;
            overrun += u64::from(job.settled[0] > job.quote);
        }
    }
    // The schedules reach every end, or they prove nothing.
    let [queued, running, ends @ ..] = seen;
    assert_eq!((queued, running), (0, 0));
    assert!(ends.iter().all(|count| *count > 1_000), "{ends:?}");
    assert!(late > 0, "no answer was ever published as it came");
    assert!(overrun > 100, "no usage was ever above its quote");
}
