//! How it is done. Server only; the gate stands once, on this module in `lib.rs`.

pub mod admin;
pub mod allocator;
pub mod blobs;
pub mod cli;
pub mod clock;
pub mod config;
pub mod cursor;
pub mod demo;
pub mod digest;
pub mod endpoints;
pub mod failure;
pub mod http;
pub mod imaging;
pub mod jobs;
pub mod password;
pub mod pipeline;
pub mod providers;
pub mod random;
pub mod routes;
pub mod serve;
pub mod session;
pub mod state;
pub mod store;
pub mod telemetry;
pub mod upkeep;
