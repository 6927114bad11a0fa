//! What is to be painted, once the words have been read.

use super::look::Colour;
use crate::api::variations::Understood;

/// How the paint is put on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Woodblock,
    Watercolour,
    Oil,
    Ink,
    Pencil,
    Charcoal,
    Pastel,
    Points,
    Comic,
    Glass,
    Mosaic,
    Pixels,
    Engraving,
    Cyanotype,
    Stencil,
}

/// Light and weather, over a style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    Dusk,
    Dawn,
    Night,
    Sepia,
    BlackAndWhite,
    Fog,
    Snow,
    Rain,
    Autumn,
}

/// Another place, behind what stands in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backdrop {
    Moon,
    Beach,
    Desert,
    Mountains,
    Forest,
    Meadow,
    City,
    Clouds,
    Space,
    Underwater,
}

impl Backdrop {
    /// What is painted for it when there is no picture.
    pub(super) const fn subjects(self) -> &'static [Subject] {
        match self {
            Self::Moon | Self::Space => &[Subject::Star, Subject::Moon],
            Self::Beach | Self::Underwater => &[Subject::Sea],
            Self::Desert => &[Subject::Desert],
            Self::Mountains => &[Subject::Mountain],
            Self::Forest => &[Subject::Forest],
            Self::Meadow => &[Subject::Field, Subject::Flower],
            Self::City => &[Subject::City],
            Self::Clouds => &[Subject::Sky, Subject::Cloud],
        }
    }
}

/// What is changed in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    /// What is in the hole goes; the surroundings close over it.
    Remove,
    /// What is in the hole takes another colour.
    Recolour(&'static Colour),
    /// One colour of the picture becomes another.
    Exchange(&'static Colour, &'static Colour),
    /// What does not stand out is blurred.
    BlurBackground,
    /// What does not stand out, or what is in the hole, becomes another place.
    Backdrop(Backdrop),
}

/// What can be painted without a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Sea,
    Lake,
    River,
    Mountain,
    Hill,
    Desert,
    Forest,
    Tree,
    Field,
    Flower,
    City,
    House,
    Road,
    Sky,
    Cloud,
    Sun,
    Moon,
    Star,
    Boat,
    Bird,
    Balloon,
    Person,
    Vase,
    Heart,
}

/// Where in the picture.
pub(super) type Place = (f32, f32);

/// A patch of colour at a place, as captions of the demo describe them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Patch {
    pub colour: &'static Colour,
    pub place: Place,
}

/// What is to be painted.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Plan {
    pub edits: Vec<Edit>,
    pub subjects: Vec<Subject>,
    /// Colours named in the prompt, for pictures from words alone.
    pub colours: Vec<&'static Colour>,
    pub patches: Vec<Patch>,
    /// In the order they were named.
    pub styles: Vec<Style>,
    pub moods: Vec<Mood>,
    /// Names of what is acted on, in the order of the prompt.
    pub understood: Vec<String>,
    /// Words nothing could be done with.
    pub not_understood: Vec<String>,
}

impl Plan {
    /// What is told to the person.
    pub(super) fn told(&self) -> Understood {
        Understood {
            understood: self.understood.clone(),
            not_understood: self.not_understood.clone(),
        }
    }
}
