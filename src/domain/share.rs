//! A share: a page for one variation or a set of them.

use serde::{Deserialize, Serialize};

/// Who finds the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Whoever has the link.
    #[default]
    Unlisted,
    /// Everybody: it is in the gallery.
    Public,
}

impl Visibility {
    /// The stable name in JSON and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unlisted => "unlisted",
            Self::Public => "public",
        }
    }
}
