//! Texts that stand on every page.

crate::texts! {
    /// What stands on every page.
    pub struct Common {
        name: "Pochoir", "Pochoir";
    }
}
