//! The store's story, one chapter for each aggregate, told to the `Store` trait: another database joins by a line in
//! `house.rs`. What only SQLite has (its file, its triggers, its writer) is in `sqlite.rs`.

mod bills;
mod blobs;
mod books;
mod descriptions;
mod free_tiers;
mod groups;
mod house;
mod idempotency;
mod jobs;
mod keeping;
mod leaving;
mod ledger;
mod library;
mod migration;
mod money;
mod prices;
mod queue;
mod refinements;
mod shares;
mod sources;
mod sqlite;
mod visitors;
mod warnings;
