//! Bytes and plumbing: everything between a request and an act. Decisions are elsewhere: a handler here reads a
//! request, calls one act of `endpoints` or `pipeline`, and writes an answer.
//!
//! To add a plain route: a handler in the file of its subject, its line in `server::routes`, a row in docs/API.md.

pub mod addresses;
pub mod conditional;
pub mod cookies;
pub mod events;
pub mod forms;
pub mod functions;
pub mod guards;
pub mod headers;
pub mod health;
pub mod masks;
pub mod media;
pub mod multipart;
pub mod pages;
pub mod patience;
pub mod preferences;
pub mod problem;
pub mod session;
pub mod shares;
pub mod site;
pub mod trace;
pub mod upload;
pub mod views;
