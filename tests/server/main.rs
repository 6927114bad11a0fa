//! The server as clients meet it: the real router on a real port, a temporary SQLite file, pictures in memory, the demo
//! providers with their fault script. Each file is about one promise; `harness` is what they stand on.

#![expect(clippy::print_stdout, reason = "a test says which case it is at, for when it fails")]

mod attempts;
mod crop;
mod directions;
mod docs;
mod events;
mod faults;
mod finish;
mod forms;
mod guards;
mod harness;
mod headers;
mod hostile;
mod idempotency;
mod interface;
mod media;
mod path;
#[cfg(unix)]
mod process;
mod recompose;
mod retry;
mod secrets;
mod session;
mod shares;
mod vendors;
