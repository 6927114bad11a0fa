//! What the product knows. Pure: no I/O, no clock and no randomness of its own, so the same rule gives the same
//! answer on the server and in the browser. Uses no other room.

pub mod after_care;
pub mod budget;
pub mod catalogue;
pub mod crop;
pub mod description;
pub mod id;
pub mod job;
pub mod ledger;
pub mod limits;
pub mod mask;
pub mod money;
pub mod order;
pub mod pricing;
pub mod prompt;
pub mod refine;
pub mod share;
pub mod source;
pub mod spec;
pub mod style;
pub mod text;
