//! Parts of pages that only show what they are given.
//!
//! To add one: a file here and, where it needs one, a style sheet of the same name in `style/`.

pub mod after_care;
pub mod card;
pub mod compare;
pub mod confirm;
pub mod copy_button;
pub mod drop_zone;
pub mod fault;
pub mod footer;
pub mod header;
pub mod icon;
pub mod paused;
pub mod prompt_notes;
pub mod samples;
pub mod share_form;
pub mod share_list;
