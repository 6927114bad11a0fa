//! Finding how the answer lies over the source: moved, and a little larger or smaller, by comparing brightness on a
//! ring around the hole.
//!
//! Coarse to fine: at each level both pictures are half as large, so a long shift becomes a short one. Whole pixels are
//! found by trying (`roughly`), fractions and the scale by least squares (`refine`). Places are compared by
//! correlation, which neither a tint nor a change of contrast disturbs. No texture, too small a ring or no likeness
//! means that nothing is moved: better to leave the answer where it is than to move it by chance.

mod level;
mod likeness;
mod placement;
mod refine;

pub(super) use likeness::Likeness;
pub(super) use placement::Placement;

use super::Patch;
use crate::domain::{mask::Mask, source::Rect};
use crate::server::imaging::Pixels;
use level::Level;
use refine::refine;

/// Most comparisons of two places at one level, over all placements tried.
const MAX_COMPARISONS: usize = 1_000_000;
/// Most places whose colours are compared.
const MAX_PAIRS: usize = 40_000;
/// Fewest places that say anything, at the finest level and at the others.
const MIN_PLACES: usize = 256;
const MIN_COARSE_PLACES: usize = 96;
/// Fewest places from which a scale is measured.
const MIN_PLACES_FOR_SCALE: usize = 400;
/// The longest shift that is searched through one by one, at the coarsest level.
const COARSE_REACH: u32 = 3;
/// How far around the double of a good shift the next finer level looks.
const FINE_REACH: i32 = 2;
/// Spread of brightness below which a ring counts as plain.
pub(super) const MIN_SPREAD: f64 = 2.0;
/// Correlation from which two rings count as the same.
pub(super) const MIN_LIKENESS: f64 = 0.5;
/// Which part of the unlikeness may be left for a placement to count as found.
const MAX_LEFT: f64 = 0.75;
/// The same for a scale, beside the best placement without one, and what it has to move at the ring, in pixels.
const MAX_LEFT_BY_SCALE: f64 = 0.997;
const LEAST_BY_SCALE: f64 = 0.3;
/// Largest scale that counts as found.
const MAX_SCALE: f64 = 0.03;
/// By which part every pixel of shift makes an unlikeness count for more, so that of equal ones the shortest is taken.
const COST_A_PIXEL: f64 = 0.002;
/// How many of the best placements of one level are looked at more closely at the next.
const KEPT: usize = 4;
/// Shifts this near to whole pixels are taken for whole: resampling would cost more sharpness than it gains.
const NEARLY_WHOLE: f64 = 0.125;

/// Places around the hole where both pictures show the same, unless the model painted there too.
pub(super) struct Ring {
    region: Rect,
    inside: Vec<bool>,
}

impl Ring {
    /// Everything within `ring_px` of the hole that the region holds, that can be seen and is not hole.
    pub(super) fn new(source: &Pixels, mask: &Mask, region: Rect, ring_px: u32) -> Self {
        let hole = mask.crop(region);
        let mut near = hole.clone();
        near.grow(ring_px);
        let width = region.width as usize;
        let rows = near
            .hole()
            .chunks_exact(width.max(1))
            .zip(hole.hole().chunks_exact(width.max(1)));
        let inside = rows
            .enumerate()
            .flat_map(|(y, (near, hole))| {
                let pixels = source_row(source, region, y);
                near.iter()
                    .zip(hole)
                    .zip(pixels)
                    .map(|((&near, &hole), pixel)| near != 0 && hole == 0 && pixel[3] >= 128)
            })
            .collect();
        Self { region, inside }
    }

    /// The colours of source and answer where the patch covers the ring; of a very large ring at every few places.
    pub(super) fn pairs(&self, source: &Pixels, patch: &Patch<'_>) -> Vec<([u8; 4], [u8; 4])> {
        let region = self.region;
        let count = self.inside.iter().filter(|&&inside| inside).count();
        let step = count.div_ceil(MAX_PAIRS).max(1);
        let rows = self.inside.chunks_exact(region.width.max(1) as usize).zip(region.y..);
        rows.flat_map(move |(inside, y)| {
            let pixels = source_row(source, region, (y - region.y) as usize);
            inside
                .iter()
                .zip(pixels)
                .zip(region.x..)
                .filter(move |&((&inside, _), x)| inside && patch.covers(x, y))
                .map(move |((_, &pixel), x)| (pixel, patch.pixel(x, y)))
        })
        .step_by(step)
        .collect()
    }

    /// Whether there are enough places to say anything.
    fn is_enough(&self) -> bool {
        self.inside.iter().filter(|&&inside| inside).take(MIN_PLACES).count() == MIN_PLACES
    }
}

fn source_row(source: &Pixels, region: Rect, y: usize) -> &[[u8; 4]] {
    let start = (y + region.y as usize) * source.size().width as usize + region.x as usize;
    &source.rgba().as_chunks::<4>().0[start..][..region.width as usize]
}

pub(super) fn luma([r, g, b, _]: [u8; 4]) -> u8 {
    u8::try_from((u32::from(r) * 77 + u32::from(g) * 150 + u32::from(b) * 29) >> 8).unwrap_or(u8::MAX)
}

/// Both pictures at ever smaller sizes, the largest first.
fn pyramid(source: &Pixels, patch: &Patch<'_>, ring: &Ring, reach: u32) -> Vec<Level> {
    let region = ring.region;
    let rows = 0..region.height as usize;
    let from_source = rows
        .clone()
        .flat_map(|y| source_row(source, region, y).iter().map(|&pixel| luma(pixel)));
    let from_patch = rows.flat_map(|y| patch.row(y).iter().map(|&pixel| luma(pixel)));
    let mut levels = vec![Level::new(
        region.width as usize,
        from_source.collect(),
        from_patch.collect(),
        ring.inside.clone(),
    )];
    let mut left = reach;
    while left > COARSE_REACH
        && let Some(finest) = levels.last()
    {
        let next = finest.halved();
        if next.places.len() < MIN_COARSE_PLACES {
            break;
        }
        levels.push(next);
        left = left.div_ceil(2);
    }
    levels
}

/// How the answer lies, moved by at most `reach` pixels each way; as it came when that cannot be told. The patch is the
/// answer as it came, over the ring's region.
pub(super) fn find(source: &Pixels, patch: &Patch<'_>, ring: &Ring, reach: u32) -> Placement {
    let region = ring.region;
    let corner = (f64::from(region.x), f64::from(region.y));
    let centre = (f64::from(region.width) / 2.0, f64::from(region.height) / 2.0);
    let still = Placement::still(centre);
    let as_it_came = still.counted_from(corner.0, corner.1);
    if patch.region != region || !ring.is_enough() {
        return as_it_came;
    }
    let levels = pyramid(source, patch, ring, reach);
    let Some(finest) = levels.first() else {
        return as_it_came;
    };
    let before = finest.exactly(&still);
    if before.spread.0 < MIN_SPREAD {
        return as_it_came;
    }
    let found = search(&levels, &still, reach);
    let Some((found, likeness)) = settle(finest, &found) else {
        return as_it_came;
    };
    let better = 1.0 - likeness.correlation <= MAX_LEFT * (1.0 - before.correlation);
    if likeness.sound && likeness.correlation >= MIN_LIKENESS && better {
        found.counted_from(corner.0, corner.1)
    } else {
        as_it_came
    }
}

/// From the coarsest level down: the best placements at the finest, the very best first.
fn search(levels: &[Level], still: &Placement, reach: u32) -> Vec<Placement> {
    let coarsest = levels.len() - 1;
    let limit = f64::from(reach);
    let radius = i32::try_from(reach.div_ceil(1 << coarsest)).unwrap_or(0);
    let factor = |index: usize| 1.0 / f64::from(1_u32 << index);
    let mut candidates: Vec<Placement> = around(still.magnified(factor(coarsest)), radius).collect();
    for (index, level) in levels.iter().enumerate().rev() {
        candidates.retain(|one| {
            let pixels = 1.0 / factor(index);
            one.shift.0.abs() * pixels <= limit && one.shift.1.abs() * pixels <= limit
        });
        let step = (candidates.len() * level.places.len()).div_ceil(MAX_COMPARISONS).max(1);
        let cost = COST_A_PIXEL / factor(index);
        let rough = best(&candidates, |one| score(level.roughly(one, step), one, cost));
        let with_scale = level.places.len() >= MIN_PLACES_FOR_SCALE;
        let closer: Vec<Placement> = rough
            .into_iter()
            .flat_map(|one| [Some(one), refine(level, &one, with_scale).filter(is_usual)])
            .flatten()
            .collect();
        let kept = best(&closer, |one| score(level.exactly(one), one, cost));
        if index == 0 {
            return kept;
        }
        candidates = kept
            .iter()
            .flat_map(|one| around(one.magnified(2.0), FINE_REACH))
            .chain([still.magnified(factor(index - 1))])
            .collect();
    }
    Vec::new()
}

/// The best of them with its likeness: without a scale, unless a scale makes a difference, and by whole pixels where
/// that is as good.
fn settle(finest: &Level, found: &[Placement]) -> Option<(Placement, Likeness)> {
    let first = *found.first()?;
    let unscaled = Placement { scale: 1.0, ..first };
    let plain = refine(finest, &unscaled, false).unwrap_or(unscaled);
    let plainly = finest.exactly(&plain);
    let likeness = finest.exactly(&first);
    let moves = (first.scale - 1.0).abs() * first.centre.0.max(first.centre.1);
    let better = 1.0 - likeness.correlation <= MAX_LEFT_BY_SCALE * (1.0 - plainly.correlation);
    Some(if !plainly.sound || (moves >= LEAST_BY_SCALE && better) {
        (first, likeness)
    } else {
        (plain.snapped(NEARLY_WHOLE), plainly)
    })
}

fn is_usual(placement: &Placement) -> bool {
    (placement.scale - 1.0).abs() <= MAX_SCALE
}

fn around(centre: Placement, radius: i32) -> impl Iterator<Item = Placement> {
    let steps = move || (-radius..=radius).map(f64::from);
    steps().flat_map(move |y| steps().map(move |x| centre.moved(x, y)))
}

fn score(likeness: Likeness, placement: &Placement, cost: f64) -> f64 {
    if likeness.sound {
        (likeness.correlation - 1.0) * (1.0 + cost * placement.shift.0.hypot(placement.shift.1))
    } else {
        f64::NEG_INFINITY
    }
}

/// The best few, the very best first; of those that are nearly the same, the better one.
fn best(candidates: &[Placement], score: impl Fn(&Placement) -> f64) -> Vec<Placement> {
    let mut scored: Vec<(f64, Placement)> = candidates.iter().map(|one| (score(one), *one)).collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut kept: Vec<Placement> = Vec::with_capacity(KEPT);
    for (_, one) in scored {
        let same =
            |other: &Placement| (one.shift.0 - other.shift.0).abs() < 0.5 && (one.shift.1 - other.shift.1).abs() < 0.5;
        if !kept.iter().any(same) {
            kept.push(one);
            if kept.len() == KEPT {
                break;
            }
        }
    }
    kept
}
