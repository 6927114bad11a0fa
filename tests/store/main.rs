//! The store's story, one chapter for each aggregate, told to the `Store` trait: another database joins by a line in
//! `house.rs`. What only SQLite has (its file, its triggers, its writer) is in `sqlite.rs`.

mod blobs;
mod descriptions;
mod house;
mod idempotency;
mod jobs;
mod keeping;
mod ledger;
mod library;
mod money;
mod queue;
mod shares;
mod sources;
mod sqlite;
mod visitors;
