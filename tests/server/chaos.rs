//! Many at once, and sudden ends at moments nobody chose. Short stories in every run of the tests; `cargo xtask chaos` tells
//! the long ones.

mod killed;
mod overspend;
