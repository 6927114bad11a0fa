//! How it is done. Server only; the gate stands once, on this module in `lib.rs`.

pub mod endpoints;
pub mod providers;
pub mod store;
