//! Colours by name.

use crate::{
    domain::text::Lang,
    server::demo::oklab::{Lab, lab},
};
use std::sync::LazyLock;

/// A colour with a name.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::server::demo) struct Colour {
    /// Its names, in English and French.
    pub name: [&'static str; 2],
    /// What it looks like.
    pub rgb: [u8; 3],
}

impl Colour {
    /// Its name.
    pub(in crate::server::demo) const fn name(&self, lang: Lang) -> &'static str {
        self.name[lang.index()]
    }
}

/// Every colour that is told apart. To add one: a line here.
pub(in crate::server::demo) const COLOURS: &[Colour] = &[
    named("black", "noir", [18, 18, 20]),
    named("dark grey", "gris foncé", [72, 72, 74]),
    named("grey", "gris", [130, 130, 130]),
    named("light grey", "gris clair", [195, 195, 196]),
    named("white", "blanc", [248, 248, 246]),
    named("red", "rouge", [205, 38, 38]),
    named("dark red", "rouge foncé", [118, 22, 26]),
    named("orange", "orange", [238, 122, 30]),
    named("brown", "brun", [122, 76, 42]),
    named("dark brown", "brun foncé", [66, 42, 28]),
    named("beige", "beige", [216, 192, 158]),
    named("cream", "crème", [242, 228, 202]),
    named("yellow", "jaune", [240, 208, 50]),
    named("ochre", "ocre", [196, 146, 60]),
    named("olive", "olive", [112, 112, 52]),
    named("green", "vert", [58, 146, 66]),
    named("light green", "vert clair", [158, 208, 132]),
    named("dark green", "vert foncé", [28, 70, 40]),
    named("turquoise", "turquoise", [44, 172, 168]),
    named("light blue", "bleu clair", [150, 196, 230]),
    named("blue", "bleu", [44, 98, 196]),
    named("dark blue", "bleu foncé", [26, 40, 92]),
    named("grey blue", "bleu gris", [104, 126, 150]),
    named("purple", "violet", [112, 58, 148]),
    named("pink", "rose", [234, 150, 176]),
    named("peach", "pêche", [228, 168, 138]),
];

const fn named(english: &'static str, french: &'static str, rgb: [u8; 3]) -> Colour {
    Colour {
        name: [english, french],
        rgb,
    }
}

/// How much more hue counts than lightness: a shadow does not change what a thing is called.
const HUE: f32 = 3.0;

/// The place in [`COLOURS`] of the nearest name.
pub(super) fn nearest(wanted: Lab) -> usize {
    static LABS: LazyLock<Vec<Lab>> = LazyLock::new(|| COLOURS.iter().map(|colour| lab(colour.rgb)).collect());
    let mut best = (0, f32::MAX);
    for (place, known) in LABS.iter().enumerate() {
        let distance = wanted.distance(*known, HUE);
        if distance < best.1 {
            best = (place, distance);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_called_by_their_names() {
        for (rgb, name) in [
            ([255, 0, 0], "red"),
            ([255, 128, 0], "orange"),
            ([10, 20, 80], "dark blue"),
            ([255, 255, 255], "white"),
            ([0, 0, 0], "black"),
            ([40, 160, 60], "green"),
        ] {
            assert_eq!(COLOURS[nearest(lab(rgb))].name(Lang::En), name);
        }
    }
}
