//! The acts behind the server functions: authorise, then call pipeline or store. One file for each subject of `api`.

pub mod budgets;
pub mod catalogue;
pub mod descriptions;
pub mod jobs;
pub mod library;
pub mod prompts;
pub mod quotes;
pub mod session;
pub mod shares;
pub mod sources;
pub mod variations;
