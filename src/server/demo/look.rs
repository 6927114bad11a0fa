//! Looking at a picture: what can be measured on a small copy of it, and no more. Format, dominant colours, light,
//! contrast, detail, and the regions that stand out by their colour. [`words`] says it.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "measurements on a copy of at most 160 pixels a side"
)]

mod colour;
mod crops;
mod regions;
mod words;

pub(super) use colour::{COLOURS, Colour};

use super::{
    oklab::{self, Lab},
    paint::Canvas,
};
use crate::domain::{source::Rect, spec::Size};

/// The longer side of the copy that is looked at.
const SIDE_PIXELS: usize = 160;

/// What was measured.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// The picture's size.
    pub size: Size,
    /// Dominant colours with their share of the picture, the most telling first.
    pub palette: Vec<(&'static Colour, f32)>,
    /// Mean lightness, 0 to 1.
    pub light: f32,
    /// Spread of lightness: one standard deviation.
    pub contrast: f32,
    /// Mean colourfulness, in Oklab units.
    pub colourfulness: f32,
    /// Above 0 when warm colours outweigh cold ones.
    pub warmth: f32,
    /// How much of the picture is fine detail, 0 to 1.
    pub detail: f32,
    /// What stands out, most first.
    pub regions: Vec<Region>,
    /// How much each point of the small copy stands out.
    salience: Grid,
}

/// A part that stands out from the rest.
#[derive(Debug, Clone)]
pub(super) struct Region {
    /// Where, in pixels of the picture.
    pub bounds: Rect,
    /// Its colour.
    pub colour: &'static Colour,
    /// Whether it stands out by being lighter rather than by its hue.
    pub bright: bool,
    /// How clearly it stands out, 0 to 1.
    pub strength: f32,
    /// Its share of the picture's pixels.
    pub share: f32,
}

/// A number for each point of the small copy.
#[derive(Debug, Clone)]
struct Grid {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Seen {
    /// The whole picture.
    pub(super) fn bounds(&self) -> Rect {
        Rect {
            x: 0,
            y: 0,
            width: self.size.width,
            height: self.size.height,
        }
    }
}

/// Looks.
pub(super) fn look(canvas: &Canvas) -> Seen {
    let small = canvas.within(SIDE_PIXELS);
    let (width, height) = (small.width(), small.height());
    let labs: Vec<Lab> = small
        .rgb()
        .chunks_exact(3)
        .map(|pixel| oklab::lab([pixel[0], pixel[1], pixel[2]]))
        .collect();
    let count = labs.len() as f32;
    let mean = |value: &dyn Fn(&Lab) -> f32| labs.iter().map(value).sum::<f32>() / count;
    let light = mean(&|lab| lab.light);
    let contrast = mean(&|lab| (lab.light - light).powi(2)).sqrt();
    let colourfulness = mean(&Lab::chroma);
    // Oklab's b axis runs from blue to yellow, a from green to red.
    let warmth = mean(&|lab| lab.b + 0.6 * lab.a);

    let salience = regions::salience(&labs, width, height);
    let regions = regions::find(&labs, &salience, canvas.size());
    Seen {
        size: canvas.size(),
        palette: palette(&labs),
        light,
        contrast,
        colourfulness,
        warmth,
        detail: detail(&labs, width, height),
        regions,
        salience,
    }
}

/// The named colours that cover the most, strong ones first; those that cover little are left out.
fn palette(labs: &[Lab]) -> Vec<(&'static Colour, f32)> {
    let mut counts = vec![0_usize; COLOURS.len()];
    for lab in labs {
        counts[colour::nearest(*lab)] += 1;
    }
    let mut palette: Vec<(&'static Colour, f32)> = counts
        .iter()
        .zip(COLOURS)
        .map(|(count, colour)| (colour, *count as f32 / labs.len() as f32))
        .filter(|(_, share)| *share >= 0.06)
        .collect();
    // Strong colours are what a person would name first.
    let telling = |(colour, share): &(&'static Colour, f32)| share * (0.35 + 4.0 * oklab::lab(colour.rgb).chroma());
    palette.sort_by(|a, b| telling(b).total_cmp(&telling(a)));
    palette
}

/// The share of points whose neighbours differ visibly.
fn detail(labs: &[Lab], width: usize, height: usize) -> f32 {
    let mut edges = 0_usize;
    for y in 1..height {
        for x in 1..width {
            let here = labs[y * width + x].light;
            let across = (here - labs[y * width + x - 1].light).abs();
            let down = (here - labs[(y - 1) * width + x].light).abs();
            if across + down > 0.06 {
                edges += 1;
            }
        }
    }
    edges as f32 / labs.len().max(1) as f32
}
