//! What people see: pages, components, the studio and the mask editor. Rendered on the server, taken over in the browser.
//!
//! - To add a page: a file in [`pages`], a line in the route table of [`app`], a table of texts in `domain::text`.
//! - To add a component: a file in [`components`] and one of the same name in `style/`.
//! - Browser APIs are touched in [`platform`] and in the editor's surface and input alone.

pub mod app;
pub mod components;
pub mod context;
pub mod editor;
pub mod pages;
pub mod platform;
pub mod studio;
