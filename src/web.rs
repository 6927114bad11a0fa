//! What people see: pages, components, the studio and the mask editor.

pub mod app;
