//! The mask editor: strokes laid over the picture say what may be repainted.
//!
//! | file | what | where |
//! | --- | --- | --- |
//! | [`tool`] | a pointer's gesture as a state machine | pure |
//! | [`history`] | what was done, and how to take it back | pure |
//! | [`sheet`] | the mask with its history | pure |
//! | [`viewport`] | places in the picture ↔ places on the screen | pure |
//! | [`draft`] | strokes as a short text, to be kept | pure |
//! | `surface` | the two canvases | browser |
//! | `input` | pointer, keys, resizing | browser |
//! | [`view`] | toolbar, legend, canvas | both |
//!
//! The sheet stands outside of the reactive graph: a stroke must not wake signals. [`Editor`] carries the few signals
//! that the toolbar shows. To add a tool: a variant of [`tool::Tool`], what it does in `tool::step`, its button in the
//! view, its key in [`Editor::press_key`].

pub mod draft;
pub mod handle;
pub mod history;
#[cfg(feature = "hydrate")]
pub mod input;
pub mod sheet;
#[cfg(feature = "hydrate")]
pub mod surface;
pub mod tool;
pub mod view;
pub mod viewport;

pub use handle::{Editor, Stencil};
