//! Parts of pages that only show what they are given.
//!
//! To add one: a file here and a style sheet of the same name.
