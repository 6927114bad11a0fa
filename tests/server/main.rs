//! The server as clients meet it: the real router on a real port, a temporary SQLite file, pictures in memory, the demo
//! providers with their fault script. Each file is about one promise; `harness` is what they stand on.

#![expect(clippy::print_stdout, reason = "a test says which case it is at, for when it fails")]

#[cfg(unix)]
mod admin;
mod attempts;
#[cfg(unix)]
mod backup;
mod budgets;
#[cfg(unix)]
mod chaos;
mod crop;
mod describers;
mod directions;
mod docs;
#[cfg(unix)]
mod ending;
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
#[cfg(unix)]
mod keys;
mod media;
mod models;
mod painter;
mod path;
#[cfg(unix)]
mod pauses;
#[cfg(unix)]
mod process;
mod prompts;
mod provider_faults;
mod recompose;
#[cfg(unix)]
mod recovery;
mod refining;
mod retry;
#[cfg(unix)]
mod room;
mod secrets;
mod session;
mod shares;
mod unfinished;
mod vendors;
