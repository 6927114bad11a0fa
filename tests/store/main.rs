//! The store's story, one chapter for each aggregate, told to the [`Store`](pochoir::server::store::Store) trait: another
//! database joins by a line in `house.rs`. What only SQLite has (its file, its triggers) is in `sqlite.rs`.

mod house;
mod jobs;
mod visitors;
