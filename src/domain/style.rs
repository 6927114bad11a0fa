//! Style presets: a name for people and words for the prompt.
//!
//! To add one: a line in [`STYLES`] and a thumbnail `public/styles/{id}.webp`.

use super::text::Lang;

/// A style a person can pick instead of writing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// The stable name in JSON.
    pub id: &'static str,
    /// The name on the page, in English and French.
    pub label: [&'static str; 2],
    /// The words in the prompt, in English and French.
    pub words: [&'static str; 2],
}

/// Every preset, in the order the page shows them.
pub const STYLES: &[Style] = &[
    Style {
        id: "woodblock",
        label: ["Woodblock print", "Estampe"],
        words: ["as a Japanese woodblock print", "en estampe japonaise"],
    },
    Style {
        id: "watercolour",
        label: ["Watercolour", "Aquarelle"],
        words: ["as a watercolour", "à l’aquarelle"],
    },
    Style {
        id: "oil",
        label: ["Oil painting", "Huile"],
        words: ["as an oil painting", "en peinture à l’huile"],
    },
    Style {
        id: "ink",
        label: ["Ink", "Encre"],
        words: ["as an ink drawing", "en dessin à l’encre"],
    },
    Style {
        id: "pencil",
        label: ["Pencil", "Crayon"],
        words: ["as a pencil drawing", "au crayon"],
    },
    Style {
        id: "dusk",
        label: ["Dusk", "Crépuscule"],
        words: ["at dusk", "au crépuscule"],
    },
    Style {
        id: "night",
        label: ["Night", "Nuit"],
        words: ["at night", "de nuit"],
    },
    Style {
        id: "snow",
        label: ["Snow", "Neige"],
        words: ["under the snow", "sous la neige"],
    },
];

impl Style {
    /// The preset of this id.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        STYLES.iter().find(|style| style.id == id)
    }

    /// The name on the page.
    #[must_use]
    pub const fn label(&self, lang: Lang) -> &'static str {
        self.label[lang.index()]
    }

    /// The words in the prompt.
    #[must_use]
    pub const fn words(&self, lang: Lang) -> &'static str {
        self.words[lang.index()]
    }
}
