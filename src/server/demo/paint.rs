//! Painting: real picture operations, chosen by a [`Plan`]. Deterministic in the plan, the pictures and the seed.
//!
//! The order is fixed: what is changed, then how the paint is put on, then light and weather. Then what real models do
//! to every picture ([`drift`]).

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    clippy::many_single_char_names,
    clippy::similar_names,
    reason = "pixel arithmetic on bounded values, in the letters of its formulas"
)]
#![expect(
    clippy::implicit_saturating_sub,
    clippy::manual_clamp,
    clippy::needless_range_loop,
    reason = "the loops over pixels also run in unoptimised builds, where every call costs"
)]

mod backdrop;
mod canvas;
mod cells;
mod charcoal;
mod comic;
mod cyanotype;
mod drift;
mod edit;
mod engraving;
mod fill;
mod flow;
mod glass;
mod hole;
mod ink;
mod light;
mod matte;
mod mosaic;
mod noise;
mod oil;
mod palette;
mod pastel;
mod pencil;
mod pixels;
mod plane;
mod points;
mod scene;
mod smooth;
mod stencil;
mod watercolour;
mod woodblock;

pub use canvas::Canvas;
pub use hole::Hole;

use super::plan::{Edit, Mood, Plan, Style};
use crate::domain::spec::Size;
use plane::Plane;

/// Pixels worked on, at most; larger pictures are enlarged at the end.
const WORKING_PIXELS: u64 = 1_100_000;

/// The seed of one picture of an order: the same order gives the same pictures, each of them another one.
pub(super) fn seed(prompt: &str, size: Size, index: u8) -> u64 {
    let mut seed = 0xcbf2_9ce4_8422_2325_u64;
    let facts = [size.width, size.height, u32::from(index)];
    for byte in prompt.bytes().chain(facts.into_iter().flat_map(u32::to_le_bytes)) {
        // FNV-1a.
        seed = (seed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    noise::scramble(seed)
}

/// Paints a plan at exactly this size.
pub(super) fn paint(plan: &Plan, source: Option<&Canvas>, hole: Option<&Hole>, size: Size, seed: u64) -> Canvas {
    let (width, height) = working_size(size);
    let painted = match source {
        None => invented(plan, width, height, seed),
        Some(source) => {
            let source = source.covering(width, height);
            match hole {
                None => varied(plan, source, seed),
                Some(hole) => {
                    let open = hole.covering(width, height);
                    repainted(plan, &source, &open, seed)
                }
            }
        }
    };
    let full = painted.resized(size.width as usize, size.height as usize);
    if source.is_some() {
        drift::moved_and_tinted(&full, seed)
    } else {
        full
    }
}

/// The unfinished states of a picture, `count` of them: ever clearer.
pub(super) fn unfinished(canvas: &Canvas, count: u8) -> Vec<Canvas> {
    (0..count)
        .map(|index| {
            let side = 24 << (index * 2);
            canvas.within(side).resized(canvas.width(), canvas.height())
        })
        .collect()
}

fn working_size(size: Size) -> (usize, usize) {
    let mut working = size;
    let mut side = size.width.max(size.height);
    while working.pixels() > WORKING_PIXELS {
        side -= 16;
        working = size.within(side);
    }
    (working.width as usize, working.height as usize)
}

/// A picture from words alone.
fn invented(plan: &Plan, width: usize, height: usize, seed: u64) -> Canvas {
    let scene = scene::paint(plan, width, height, seed);
    if plan.styles.is_empty() {
        // Flat shapes want some handwriting.
        return moods(plan, oil::paint(&scene, seed), seed);
    }
    moods(plan, styles(plan, scene, seed), seed)
}

/// The whole picture changed.
fn varied(plan: &Plan, source: Canvas, seed: u64) -> Canvas {
    let edited = edits(plan, source, None, seed);
    let styled = moods(plan, styles(plan, edited, seed), seed);
    if plan.styles.is_empty() && plan.moods.is_empty() {
        // As sharp as the models leave what they were not asked to change.
        drift::repainted(&styled, seed)
    } else {
        styled
    }
}

/// The hole changed; the rest repainted as it was, or nearly.
fn repainted(plan: &Plan, source: &Canvas, open: &Plane, seed: u64) -> Canvas {
    let edited = edits(plan, source.clone(), Some(open), seed);
    let nothing_asked = plan.edits.is_empty() && plan.styles.is_empty() && plan.moods.is_empty();
    // Nothing that can be done here: at least a new coat of paint.
    let styled = if nothing_asked {
        oil::paint(&edited, seed)
    } else {
        styles(plan, edited, seed)
    };
    let inside = moods(plan, styled, seed);
    let outside = drift::repainted(source, seed);
    edit::composed(&outside, &inside, open)
}

fn edits(plan: &Plan, canvas: Canvas, open: Option<&Plane>, seed: u64) -> Canvas {
    let edited = plan.edits.iter().fold(canvas, |canvas, wanted| match (wanted, open) {
        (Edit::Remove, Some(open)) => fill::close(&canvas, open, seed),
        (Edit::Recolour(colour), Some(open)) => edit::recoloured(&canvas, open, colour.rgb),
        (Edit::Exchange(from, to), _) => edit::exchanged(&canvas, from.rgb, to.rgb),
        (Edit::BlurBackground, _) => edit::blurred_background(&canvas, open),
        (Edit::Backdrop(place), _) => backdrop::behind(&canvas, open, *place, seed),
        (Edit::Remove | Edit::Recolour(_), None) => canvas,
    });
    match open {
        Some(open) => edit::with_things(edited, plan, open, seed),
        None => edited,
    }
}

fn styles(plan: &Plan, canvas: Canvas, seed: u64) -> Canvas {
    plan.styles
        .iter()
        .fold(canvas, |canvas, style| styled(&canvas, *style, seed))
}

/// One style.
pub(super) fn styled(canvas: &Canvas, style: Style, seed: u64) -> Canvas {
    match style {
        Style::Woodblock => woodblock::paint(canvas, seed),
        Style::Watercolour => watercolour::paint(canvas, seed),
        Style::Oil => oil::paint(canvas, seed),
        Style::Ink => ink::paint(canvas, seed),
        Style::Pencil => pencil::paint(canvas, seed),
        Style::Charcoal => charcoal::paint(canvas, seed),
        Style::Pastel => pastel::paint(canvas, seed),
        Style::Points => points::paint(canvas, seed),
        Style::Comic => comic::paint(canvas, seed),
        Style::Glass => glass::paint(canvas, seed),
        Style::Mosaic => mosaic::paint(canvas, seed),
        Style::Pixels => pixels::paint(canvas),
        Style::Engraving => engraving::paint(canvas, seed),
        Style::Cyanotype => cyanotype::paint(canvas, seed),
        Style::Stencil => stencil::paint(canvas, seed),
    }
}

fn moods(plan: &Plan, canvas: Canvas, seed: u64) -> Canvas {
    plan.moods.iter().fold(canvas, |canvas, mood| lit(&canvas, *mood, seed))
}

/// One light or weather.
pub(super) fn lit(canvas: &Canvas, mood: Mood, seed: u64) -> Canvas {
    match mood {
        Mood::Dusk => light::dusk(canvas, seed),
        Mood::Dawn => light::dawn(canvas, seed),
        Mood::Night => light::night(canvas, seed),
        Mood::Sepia => light::sepia(canvas),
        Mood::BlackAndWhite => light::monochrome(canvas),
        Mood::Fog => light::fog(canvas, seed),
        Mood::Snow => light::snow(canvas, seed),
        Mood::Rain => light::rain(canvas, seed),
        Mood::Autumn => light::autumn(canvas, seed),
    }
}
