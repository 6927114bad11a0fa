//! What may happen to a job, and what it does to the money that is held for it.
//!
//! One exhaustive match on where the job stands and what happens ([`Standing::after`]). Pure: whoever stores jobs loads the
//! standing, asks, and writes down what it is told. Workers are not told apart: one that was slow and lost its lease may act
//! on a job that another holds. Nothing that must not happen twice hangs on who does it: a request leaves once because
//! [`Event::Sent`] is refused when it left, a job ends once because nothing happens to one that is over, and nobody can give
//! up for nothing what another has sent.
//!
//! To add an event: a variant of [`Event`] and its line for both open states.

use super::{JobEventKind, JobState};

/// How often a stage (preparing, then composing) is tried before something else is done about it.
pub const MOST_TRIES: u32 = 5;

/// The pause after the first try that failed for our own reasons, in milliseconds. Four times as long after each further one.
const FIRST_PAUSE_MS: i64 = 2_000;
/// The longest pause, in milliseconds.
const LONGEST_PAUSE_MS: i64 = 10 * 60 * 1_000;

/// How long to wait after so many tries of a stage, in milliseconds.
#[must_use]
pub const fn pause_ms(tries: u32) -> i64 {
    // Beyond a handful it is the longest anyway, and four to the power of more does not fit.
    let doubled = if tries > 8 { 8 } else { tries };
    let pause = FIRST_PAUSE_MS << (2 * doubled.saturating_sub(1));
    if pause > LONGEST_PAUSE_MS {
        LONGEST_PAUSE_MS
    } else {
        pause
    }
}

/// Whether an answer that was taken up so often is published as it came, because composing it keeps failing.
#[must_use]
pub const fn as_it_came(attempt: u32) -> bool {
    attempt > MOST_TRIES
}

/// Everything about a job that decides what may happen to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Standing {
    /// Where it stands.
    pub state: JobState,
    /// Whether its request left. From then on it may cost money.
    pub sent: bool,
    /// Whether the answer is kept. From then on it is composed, however long that takes.
    pub answered: bool,
    /// Whether the person asked to stop it.
    pub cancel_asked: bool,
    /// How often it was taken at its stage: for preparing, or, once it is answered, for composing.
    pub attempt: u32,
    /// Until when its worker is believed to be alive, in milliseconds since 1970. Only while it is running.
    pub lease_until: Option<i64>,
    /// Before when nobody takes it, in milliseconds since 1970.
    pub run_at: i64,
}

/// Something that happens to a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// A worker takes it.
    Claimed {
        /// Now, in milliseconds since 1970.
        at: i64,
        /// Until when it is theirs.
        lease_until: i64,
    },
    /// Its worker says that it is alive.
    Heartbeat {
        /// Until when it is theirs.
        lease_until: i64,
    },
    /// Its request is about to leave.
    Sent,
    /// The answer's bytes are on disk.
    AnswerKept,
    /// Preparing or composing failed for a reason of ours.
    Troubled {
        /// Now, in milliseconds since 1970.
        at: i64,
    },
    /// Nothing was heard of its worker.
    LeaseRanOut,
    /// The person asks to stop it.
    CancelAsked,
    /// A worker stopped it before its request left, because the person asked.
    Stopped,
    /// A worker found, before the request left, that the order cannot be carried out.
    GaveUp,
    /// The provider gave nothing, or nothing that can be used.
    Failed,
    /// It was sent, and the answer will never come.
    Lost,
    /// The variations are made.
    Published,
    /// A backup was brought back in which it is open: nobody knows whether it was sent since.
    BroughtBack,
    /// The answer of a job that had been given up was found.
    Found,
}

/// What becomes of the money that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Booking {
    /// It stays held.
    NotYet,
    /// Nothing is charged, all of it is given back.
    Nothing,
    /// What the provider says or is known to charge: by its usage, by the table *Money* of `docs/API.md`.
    AsCharged,
    /// The full quote: nobody knows what the provider charged.
    FullQuote,
}

/// What an event does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Step {
    /// Where the job stands now.
    pub standing: Standing,
    /// What becomes of the money.
    pub booking: Booking,
}

/// The job is not where this may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a job that stands there takes no such event")]
pub struct Refused;

impl Standing {
    /// A job that was just started.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            state: JobState::Queued,
            sent: false,
            answered: false,
            cancel_asked: false,
            attempt: 0,
            lease_until: None,
            run_at: 0,
        }
    }

    /// Where it stands after an event, and what that does to the money.
    ///
    /// # Errors
    /// [`Refused`] when the event cannot happen to a job that stands here; nothing changes then.
    pub const fn after(self, event: Event) -> Result<Step, Refused> {
        Ok(match (self.state, event) {
            (JobState::Queued, Event::Claimed { at, lease_until }) if self.run_at <= at => Self::stays(Self {
                state: JobState::Running,
                attempt: self.attempt.saturating_add(1),
                lease_until: Some(lease_until),
                ..self
            }),
            // Its answer is paid for: it is composed and kept, but the wish is remembered.
            (JobState::Queued, Event::CancelAsked) if self.answered => Self::stays(Self {
                cancel_asked: true,
                ..self
            }),
            (JobState::Queued, Event::CancelAsked) => self.ends(JobState::Cancelled, Booking::Nothing),

            (JobState::Running, Event::Heartbeat { lease_until }) => Self::stays(Self {
                lease_until: Some(lease_until),
                ..self
            }),
            (JobState::Running, Event::Sent) if !self.sent && !self.cancel_asked => {
                Self::stays(Self { sent: true, ..self })
            }
            (JobState::Running, Event::AnswerKept) if self.sent && !self.answered => Self::stays(Self {
                answered: true,
                // Its worker composes it in the same breath: the first try of the new stage.
                attempt: 1,
                ..self
            }),
            (JobState::Running, Event::Troubled { at }) if self.answered => {
                self.comes_back(at + pause_ms(self.attempt))
            }
            (JobState::Running, Event::Troubled { at }) if !self.sent => self.returns(at + pause_ms(self.attempt)),
            (JobState::Running, Event::LeaseRanOut) if self.answered => self.comes_back(self.run_at),
            (JobState::Running, Event::LeaseRanOut) if self.sent => self.ends(JobState::Unknown, Booking::FullQuote),
            (JobState::Running, Event::LeaseRanOut) => self.returns(self.run_at),
            (JobState::Running, Event::CancelAsked) => Self::stays(Self {
                cancel_asked: true,
                ..self
            }),
            (JobState::Running, Event::Stopped) if self.cancel_asked && !self.sent => {
                self.ends(JobState::Cancelled, Booking::Nothing)
            }
            (JobState::Running, Event::GaveUp) if !self.sent => self.ends(JobState::Failed, Booking::Nothing),
            (JobState::Running, Event::Failed) if self.sent => self.ends(JobState::Failed, Booking::AsCharged),
            (JobState::Running, Event::Lost) if self.sent && !self.answered => {
                self.ends(JobState::Unknown, Booking::FullQuote)
            }
            (JobState::Running, Event::Published) if self.sent => self.ends(JobState::Succeeded, Booking::AsCharged),
            (JobState::Queued | JobState::Running, Event::BroughtBack) => {
                self.ends(JobState::Unknown, Booking::FullQuote)
            }
            // What was booked is brought to what it cost.
            (JobState::Unknown, Event::Found) => self.ends(JobState::Succeeded, Booking::AsCharged),
            (
                JobState::Queued,
                Event::Claimed { .. }
                | Event::Heartbeat { .. }
                | Event::Sent
                | Event::AnswerKept
                | Event::Troubled { .. }
                | Event::LeaseRanOut
                | Event::Stopped
                | Event::GaveUp
                | Event::Failed
                | Event::Lost
                | Event::Published
                | Event::Found,
            )
            | (
                JobState::Running,
                Event::Claimed { .. }
                | Event::Sent
                | Event::AnswerKept
                // It left and no answer is here: only its lease, or the provider, can tell how that ends.
                | Event::Troubled { .. }
                | Event::Stopped
                | Event::GaveUp
                | Event::Failed
                | Event::Lost
                | Event::Published
                | Event::Found,
            )
            | (JobState::Succeeded | JobState::Failed | JobState::Cancelled | JobState::Unknown, _) => return Err(Refused),
        })
    }

    /// It is still open.
    const fn stays(standing: Self) -> Step {
        Step {
            standing,
            booking: Booking::NotYet,
        }
    }

    /// It goes back to the queue.
    const fn comes_back(self, run_at: i64) -> Step {
        Self::stays(Self {
            state: JobState::Queued,
            lease_until: None,
            run_at,
            ..self
        })
    }

    /// It was not sent: it goes back to the queue, unless nobody wants it any more or it was tried often enough.
    const fn returns(self, run_at: i64) -> Step {
        if self.cancel_asked {
            self.ends(JobState::Cancelled, Booking::Nothing)
        } else if self.attempt >= MOST_TRIES {
            self.ends(JobState::Failed, Booking::Nothing)
        } else {
            self.comes_back(run_at)
        }
    }

    /// It is over.
    const fn ends(self, state: JobState, booking: Booking) -> Step {
        Step {
            standing: Self {
                state,
                lease_until: None,
                ..self
            },
            booking,
        }
    }
}

impl Default for Standing {
    fn default() -> Self {
        Self::new()
    }
}

impl JobState {
    /// The event that says that a job ended here; nothing while it goes on.
    #[must_use]
    pub const fn last_event(self) -> Option<JobEventKind> {
        match self {
            Self::Queued | Self::Running => None,
            Self::Succeeded => Some(JobEventKind::Succeeded),
            Self::Failed => Some(JobEventKind::Failed),
            Self::Cancelled => Some(JobEventKind::Cancelled),
            Self::Unknown => Some(JobEventKind::Unknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAIMED: Event = Event::Claimed {
        at: 10,
        lease_until: 40,
    };

    /// Where a job stands after these events, all of which must be possible.
    fn told(events: &[Event]) -> Standing {
        events.iter().fold(Standing::new(), |standing, event| {
            standing.after(*event).expect("possible").standing
        })
    }

    #[test]
    fn the_straight_way_books_once_at_its_end() {
        let mut standing = Standing::new();
        let mut booked = Vec::new();
        for event in [CLAIMED, Event::Sent, Event::AnswerKept, Event::Published] {
            let step = standing.after(event).expect("possible");
            booked.push(step.booking);
            standing = step.standing;
        }
        assert_eq!(
            booked,
            [Booking::NotYet, Booking::NotYet, Booking::NotYet, Booking::AsCharged]
        );
        assert_eq!((standing.state, standing.lease_until), (JobState::Succeeded, None));
    }

    #[test]
    fn what_another_worker_sent_is_not_given_up_for_nothing() {
        let sent = told(&[CLAIMED, Event::Sent]);
        assert_eq!(sent.after(Event::Failed).expect("possible").booking, Booking::AsCharged);
        assert_eq!(sent.after(Event::GaveUp), Err(Refused));
        assert_eq!(sent.after(Event::Troubled { at: 20 }), Err(Refused));
        assert_eq!(sent.after(Event::Stopped), Err(Refused));
        assert_eq!(sent.after(Event::Sent), Err(Refused), "once");
    }

    #[test]
    fn pauses_grow_and_end_after_five_tries() {
        let mut standing = Standing::new();
        let mut at = 0;
        let mut waits = Vec::new();
        loop {
            let claimed = Event::Claimed {
                at,
                lease_until: at + 30,
            };
            standing = standing.after(claimed).expect("its time has come").standing;
            let step = standing.after(Event::Troubled { at }).expect("possible");
            standing = step.standing;
            if standing.state != JobState::Queued {
                assert_eq!((standing.state, step.booking), (JobState::Failed, Booking::Nothing));
                break;
            }
            waits.push(standing.run_at - at);
            let early = Event::Claimed {
                at: standing.run_at - 1,
                lease_until: i64::MAX,
            };
            assert_eq!(standing.after(early), Err(Refused), "before its time");
            at = standing.run_at;
        }
        assert_eq!(waits, [2_000, 8_000, 32_000, 128_000]);
        assert_eq!(pause_ms(6), LONGEST_PAUSE_MS);
        assert_eq!(pause_ms(u32::MAX), LONGEST_PAUSE_MS);
    }

    #[test]
    fn an_answer_is_composed_for_as_long_as_it_takes() {
        let mut standing = told(&[CLAIMED, Event::Sent, Event::AnswerKept]);
        assert_eq!(standing.attempt, 1, "a stage of its own");
        for try_number in 1..20 {
            assert_eq!(standing.attempt, try_number);
            assert_eq!(as_it_came(standing.attempt), try_number > MOST_TRIES);
            standing = standing.after(Event::Troubled { at: 0 }).expect("possible").standing;
            assert_eq!(standing.state, JobState::Queued);
            let claimed = Event::Claimed {
                at: standing.run_at,
                lease_until: i64::MAX,
            };
            standing = standing.after(claimed).expect("possible").standing;
        }
    }

    #[test]
    fn only_what_was_given_up_is_found_again() {
        let sent = told(&[CLAIMED, Event::Sent]);
        assert_eq!(sent.after(Event::Found), Err(Refused), "it is published");
        let lost = sent.after(Event::LeaseRanOut).expect("possible").standing;
        let found = lost.after(Event::Found).expect("possible");
        assert_eq!(
            (found.standing.state, found.booking),
            (JobState::Succeeded, Booking::AsCharged)
        );
        assert_eq!(found.standing.after(Event::Found), Err(Refused), "once");
    }

    #[test]
    fn what_a_backup_has_open_is_never_sent() {
        for open in [Standing::new(), told(&[CLAIMED]), told(&[CLAIMED, Event::Sent])] {
            let step = open.after(Event::BroughtBack).expect("possible");
            assert_eq!(
                (step.standing.state, step.booking),
                (JobState::Unknown, Booking::FullQuote)
            );
        }
    }

    #[test]
    fn cancelling_is_free_until_it_left_and_keeps_the_result_afterwards() {
        let queued = Standing::new().after(Event::CancelAsked).expect("possible");
        assert_eq!(
            (queued.standing.state, queued.booking),
            (JobState::Cancelled, Booking::Nothing)
        );
        let running = told(&[CLAIMED, Event::CancelAsked]);
        assert_eq!(running.after(Event::Sent), Err(Refused), "it does not leave any more");
        for stopped in [Event::Stopped, Event::LeaseRanOut, Event::Troubled { at: 11 }] {
            let step = running.after(stopped).expect("possible");
            assert_eq!(
                (step.standing.state, step.booking),
                (JobState::Cancelled, Booking::Nothing)
            );
        }
        let sent = told(&[
            CLAIMED,
            Event::Sent,
            Event::CancelAsked,
            Event::AnswerKept,
            Event::Published,
        ]);
        assert_eq!(sent.state, JobState::Succeeded);
    }
}
