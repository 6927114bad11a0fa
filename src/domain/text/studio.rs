//! Texts of the studio.

crate::texts! {
    /// The studio page.
    pub struct Studio {
        title: "Studio", "Atelier";
    }
}
