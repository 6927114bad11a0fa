//! The path of a picture, one step a file, one type an arrow. Reading the types in order is reading the product:
//! file → [`intake`] → source → [`describe`] → description → [`compose`] → prompt → [`plan`] → quote → [`start`] → job →
//! [`generate`] → answer → [`finish`] → variation → [`publish`] → share. Beside the path, [`recompose`] makes a variation of a
//! variation's answer; [`stitch`] is what it and [`finish`] have in common. [`refine`] has a text model write a prompt anew;
//! [`paid_words`] is what it and [`describe`] have in common.
//!
//! Steps call store, blobs, imaging and providers; they decide nothing about *when*: that is `jobs`.

pub mod again;
pub mod compose;
pub mod describe;
pub mod finish;
pub mod generate;
pub mod intake;
pub mod masks;
pub mod paid_words;
pub mod plan;
pub mod prices;
pub mod publish;
pub mod recompose;
pub mod refine;
pub mod remove;
pub mod start;
pub mod stitch;
