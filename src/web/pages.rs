//! One file for each route.

pub mod gallery;
pub mod home;
pub mod library;
pub mod not_found;
pub mod privacy;
pub mod share;
pub mod studio;
pub mod variation;
