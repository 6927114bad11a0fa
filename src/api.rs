//! What the browser may ask: server functions, request and answer types, and errors. The documented HTTP interface
//! (docs/API.md) is made of these and of the plain routes in `server/http`.
//!
//! One file for each subject. A server function is a public endpoint wherever it is written: its body is one call into
//! `server::endpoints`, which authorises first. To add one: the function here with an explicit `endpoint`, its act in
//! `server/endpoints/{subject}.rs`, a row in docs/API.md, a line in the test that lists all endpoints.

#![expect(
    missing_docs,
    reason = "the server macro makes undocumented structs of the functions' arguments"
)]

pub mod budgets;
pub mod catalogue;
pub mod descriptions;
pub mod error;
pub mod jobs;
pub mod library;
pub mod prompts;
pub mod quotes;
pub mod session;
pub mod shares;
pub mod sources;
pub mod variations;

pub use error::{ApiError, ErrorCode};
