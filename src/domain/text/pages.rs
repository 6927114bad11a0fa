//! The texts of the pages, one `texts!` table for each page or part.

crate::texts! {
    /// What stands on every page.
    pub struct Common {
        name: "Pochoir", "Pochoir";
    }
}
