//! What a person sees of a paid call: queue, worker, events, reaper. Jobs decide *when*; the pipeline decides *what*.
//!
//! ```text
//! queued ──claim──▶ running ──mark_sent──▶ (call) ──keep_answer──▶ finishing ──▶ succeeded
//!    ▲                 │                     │                        ▲
//!    └── lease ran out ┘                     ├─ fault ──▶ failed      │ lease ran out with the answer kept
//!                                            └─ no answer, lease ran out ──▶ unknown, settled at the full quote
//! ```

pub mod events;
pub mod reaper;
pub mod recovery;
pub mod unfinished;
pub mod worker;
