//! The browser's own interfaces behind small functions that do nothing on the server.

pub mod page;
