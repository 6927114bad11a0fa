//! The studio: what is seen, what is wished, the output prompt, how it is painted, its price, and what came of it.
//!
//! [`state::StudioState`] holds the signals; each part reads and writes those it names. What can be decided without a
//! browser is in [`spec`] and tested there. The plain form around the parts works without script.
//!
//! To add a part: a file here with one component, its place in [`view`], its texts in `domain::text::studio`.

pub mod directions;
pub mod draft;
pub mod how;
mod left;
pub mod paint;
pub mod price;
pub mod progress;
pub mod prompt;
pub mod refine;
pub mod results;
pub mod seen;
pub mod spec;
pub mod state;
pub mod view;
pub mod wished;
