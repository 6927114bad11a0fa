//! Small browser helpers, the only place (with the editor's `surface` and `input`) where browser APIs are called.
//!
//! Everything here compiles for both targets. On the server each function does nothing and says so in its answer
//! (`None`, `Err`), so that pages need no `cfg` of their own; call them in effects and handlers only, never while
//! rendering. To add one: a file here, its browser half behind `cfg(feature = "hydrate")`.

pub mod clipboard;
pub mod clock;
pub mod conversion;
pub mod event_source;
pub mod keyboard;
pub mod local_file;
pub mod page;
pub mod raf;
pub mod random;
pub mod storage;
pub mod text_field;
pub mod timer;
pub mod upload;
