//! The composer's own words, in both languages. Plain spaces: a prompt is read by a model, not set in type.
//!
//! To change how a prompt reads, change it here; the painter of the demo provider knows these words too.

use crate::domain::text::Lang;

/// The words of one language. `{}` is where the rest goes.
pub struct Phrases {
    /// Before the caption.
    pub subject: &'static str,
    /// What is in the picture, for a picture that is not sent.
    pub visible: &'static str,
    /// Sentences about parts.
    pub details: &'static str,
    /// Dominant colours.
    pub colours: &'static str,
    /// Written text, listed.
    pub written: &'static str,
    /// A colour among kept things.
    pub colour: &'static str,
    /// A text among kept things.
    pub text: &'static str,
    /// What stays.
    pub keep: &'static str,
    /// What changes beside what the wish names.
    pub change: &'static str,
    /// Between list items that are sentences.
    pub semicolon: &'static str,
    /// What a likeness clause stays close to, with a person and without.
    pub features: [(&'static str, &'static str); 3],
    /// `stay close to …`.
    pub close: &'static str,
    /// Between the last two features.
    pub and: &'static str,
    /// When no feature may be named.
    pub close_plain: &'static str,
    /// The model may move things.
    pub free: &'static str,
    /// Repaint, close.
    pub repaint_close: &'static str,
    /// Repaint, free.
    pub repaint_free: &'static str,
    /// Repaint, something goes.
    pub repaint_remove: &'static str,
    /// Before a wish that only names what goes.
    pub remove: &'static str,
    /// Before a wish that only names what comes.
    pub add: &'static str,
    /// Before a wish that only names what comes into the hole.
    pub replace: &'static str,
    /// Before a wish that only names a place.
    pub background: &'static str,
    /// Behind the prompt of a draft that is finished: the draft is the first picture then.
    pub finish: &'static str,
}

/// Those of a language.
pub const fn of(lang: Lang) -> &'static Phrases {
    match lang {
        Lang::En => &ENGLISH,
        Lang::Fr => &FRENCH,
    }
}

const ENGLISH: Phrases = Phrases {
    subject: "Subject: {}",
    visible: "In the picture: {}",
    details: "Details: {}",
    colours: "Colours: {}",
    written: "Written: {}",
    colour: "the colour {}",
    text: "the text “{}”",
    keep: "Keep: {}",
    change: "Change: {}",
    semicolon: "; ",
    features: [("face", "the face"), ("pose", "pose"), ("composition", "composition")],
    close: "stay close to {}",
    and: " and ",
    close_plain: "stay close to the original",
    free: "the composition may change freely",
    repaint_close: "paint only the masked area, with the light, colours and perspective around it",
    repaint_free: "paint only the masked area, freely",
    repaint_remove: "continue the surroundings across the masked area",
    remove: "Remove: {}",
    add: "Add: {}",
    replace: "In the masked area: {}",
    background: "Background: {}",
    finish: "Keep this composition, that of the first picture, and finish it with care.",
};

const FRENCH: Phrases = Phrases {
    subject: "Sujet : {}",
    visible: "Dans l’image : {}",
    details: "Détails : {}",
    colours: "Couleurs : {}",
    written: "Texte écrit : {}",
    colour: "la couleur {}",
    text: "le texte « {} »",
    keep: "Garder : {}",
    change: "Changer : {}",
    semicolon: " ; ",
    features: [
        ("visage", "le visage"),
        ("pose", "la pose"),
        ("composition", "la composition"),
    ],
    close: "respecter {}",
    and: " et ",
    close_plain: "rester proche de l’original",
    free: "la composition peut changer librement",
    repaint_close: "ne peindre que la zone masquée, avec la lumière, les couleurs et la perspective de ce qui l’entoure",
    repaint_free: "ne peindre que la zone masquée, librement",
    repaint_remove: "prolonger les alentours dans la zone masquée",
    remove: "Retirer : {}",
    add: "Ajouter : {}",
    replace: "Dans la zone masquée : {}",
    background: "Décor : {}",
    finish: "Garder cette composition, celle de la première image, et la finir avec soin.",
};

/// Puts the rest where it goes.
pub fn fill(phrase: &str, rest: &str) -> String {
    phrase.replacen("{}", rest, 1)
}
