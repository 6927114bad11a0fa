//! Finding how far the answer has moved, by comparing brightness on a ring around the hole.
//!
//! Coarse to fine: at each level both pictures are half as large, so a long shift becomes a short one. Places are
//! compared by correlation, which neither a tint nor a change of contrast disturbs. No texture, too small a ring or no
//! likeness means no shift: better to leave the answer where it is than to move it by chance.

use super::Patch;
use crate::domain::mask::Mask;
use crate::server::imaging::Pixels;
use std::collections::BTreeSet;

/// Most places compared for one shift.
const MAX_PLACES: usize = 40_000;
/// Most comparisons of two places at one level, over all shifts tried.
const MAX_COMPARISONS: usize = 6_000_000;
/// Fewest places that say anything, at the finest level and at the others.
const MIN_PLACES: usize = 256;
const MIN_COARSE_PLACES: usize = 96;
/// The longest shift that is searched through one by one, at the coarsest level.
const COARSE_REACH: u32 = 3;
/// How far around the double of a good shift the next finer level looks.
const FINE_REACH: i32 = 2;
/// Spread of brightness below which a ring counts as plain.
pub(super) const MIN_SPREAD: f64 = 2.0;
/// Correlation from which two rings count as the same.
pub(super) const MIN_LIKENESS: f64 = 0.5;
/// Which part of the unlikeness may be left for a shift to count as found.
const MAX_LEFT: f64 = 0.75;
/// What every pixel of shift costs, so that of equal ones the shortest is taken.
const COST_A_PIXEL: f64 = 0.0004;
/// How many of the best shifts of one level are looked at more closely at the next.
const KEPT: usize = 4;

type Shift = (i32, i32);

/// The surroundings of the hole, in the source and in the answer.
pub(super) struct Samples<'a> {
    source: &'a Pixels,
    patch: &'a Patch<'a>,
    /// Places of the ring, in pixels of the source.
    places: Vec<(u32, u32)>,
    /// The same halved once, twice and so on.
    coarser: Vec<Level>,
}

/// Brightness of both pictures at one scale, and where to compare them.
struct Level {
    width: usize,
    height: usize,
    source: Vec<u8>,
    patch: Vec<u8>,
    ring: Vec<bool>,
    places: Vec<(u32, u32)>,
}

fn luma([r, g, b, _]: [u8; 4]) -> u8 {
    u8::try_from((u32::from(r) * 77 + u32::from(g) * 150 + u32::from(b) * 29) >> 8).unwrap_or(u8::MAX)
}

impl<'a> Samples<'a> {
    /// Takes the ring of this width around the hole, as far as the patch and the picture reach.
    pub(super) fn take(source: &'a Pixels, patch: &'a Patch<'a>, mask: &Mask, ring_px: u32) -> Self {
        let region = patch.region;
        let hole = mask.crop(region);
        let mut ring = hole.clone();
        ring.grow(ring_px);
        let width = region.width as usize;
        let stride = source.size().width as usize;
        let pixels = source.rgba().as_chunks::<4>().0;
        let at = |x: usize, y: usize| pixels[(y + region.y as usize) * stride + x + region.x as usize];
        // What cannot be seen has no brightness to compare.
        let ring: Vec<bool> = (ring.hole().iter().zip(hole.hole()).enumerate())
            .map(|(index, (&near, &inside))| near != 0 && inside == 0 && at(index % width, index / width)[3] >= 128)
            .collect();
        let places = places_of(&ring, width)
            .into_iter()
            .map(|(x, y)| (x + region.x, y + region.y))
            .collect();
        Self {
            source,
            patch,
            places,
            coarser: Level::pyramid(source, patch, &ring),
        }
    }

    /// The colours of source and answer at every place, with this shift undone.
    pub(super) fn pairs(&self, shift: Shift) -> impl Iterator<Item = ([u8; 4], [u8; 4])> + '_ {
        let stride = self.source.size().width as usize;
        let pixels = self.source.rgba().as_chunks::<4>().0;
        self.places.iter().filter_map(move |&(x, y)| {
            let (u, v) = (i64::from(x) + i64::from(shift.0), i64::from(y) + i64::from(shift.1));
            self.patch
                .covers(u, v)
                .then(|| (pixels[y as usize * stride + x as usize], self.patch.pixel(u, v)))
        })
    }

    /// How alike the two are with this shift undone.
    pub(super) fn likeness(&self, shift: Shift) -> Likeness {
        Likeness::of(
            self.pairs(shift).map(|(source, answer)| (luma(source), luma(answer))),
            self.places.len(),
        )
    }
}

impl Level {
    fn pyramid(source: &Pixels, patch: &Patch<'_>, ring: &[bool]) -> Vec<Self> {
        let region = patch.region;
        let (width, height) = (region.width as usize, region.height as usize);
        let stride = source.size().width as usize;
        let pixels = source.rgba().as_chunks::<4>().0;
        let from_source = |x: usize, y: usize| luma(pixels[(y + region.y as usize) * stride + x + region.x as usize]);
        let from_patch = |x: usize, y: usize| luma(patch.row(y)[x]);
        let mut levels: Vec<Self> = Vec::new();
        let mut reach = super::MAX_REACH;
        while reach > COARSE_REACH {
            let next = match levels.last() {
                None => Self::halved(width, height, from_source, from_patch, |x, y| ring[y * width + x]),
                Some(fine) => Self::halved(
                    fine.width,
                    fine.height,
                    |x, y| fine.source[y * fine.width + x],
                    |x, y| fine.patch[y * fine.width + x],
                    |x, y| fine.ring[y * fine.width + x],
                ),
            };
            if next.places.len() < MIN_COARSE_PLACES {
                break;
            }
            levels.push(next);
            reach = reach.div_ceil(2);
        }
        levels
    }

    fn halved(
        width: usize,
        height: usize,
        source: impl Fn(usize, usize) -> u8,
        patch: impl Fn(usize, usize) -> u8,
        ring: impl Fn(usize, usize) -> bool,
    ) -> Self {
        let (width, height) = (width / 2, height / 2);
        let cells = || (0..height).flat_map(move |y| (0..width).map(move |x| (2 * x, 2 * y)));
        let most = |(x, y): (usize, usize)| {
            [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)]
                .into_iter()
                .filter(|&(x, y)| ring(x, y))
                .count()
                >= 3
        };
        let ring: Vec<bool> = cells().map(most).collect();
        Self {
            width,
            height,
            source: cells().map(|cell| mean(&source, cell)).collect(),
            patch: cells().map(|cell| mean(&patch, cell)).collect(),
            places: places_of(&ring, width),
            ring,
        }
    }

    fn likeness(&self, shift: Shift, step: usize) -> Likeness {
        let inside = |value: u32, by: i32, length: usize| {
            usize::try_from(i64::from(value) + i64::from(by))
                .ok()
                .filter(|&value| value < length)
        };
        let pairs = self.places.iter().step_by(step).filter_map(|&(x, y)| {
            let (u, v) = (inside(x, shift.0, self.width)?, inside(y, shift.1, self.height)?);
            Some((
                self.source[y as usize * self.width + x as usize],
                self.patch[v * self.width + u],
            ))
        });
        Likeness::of(pairs, self.places.len().div_ceil(step))
    }
}

/// The mean of four neighbours.
fn mean(at: &impl Fn(usize, usize) -> u8, (x, y): (usize, usize)) -> u8 {
    let sum = u16::from(at(x, y)) + u16::from(at(x + 1, y)) + u16::from(at(x, y + 1)) + u16::from(at(x + 1, y + 1));
    u8::try_from((sum + 2) / 4).unwrap_or(u8::MAX)
}

/// Places of a ring, in a scattered choice where there are very many.
fn places_of(ring: &[bool], width: usize) -> Vec<(u32, u32)> {
    let count = ring.iter().filter(|&&inside| inside).count();
    let every = count.div_ceil(MAX_PLACES).max(1) as u64;
    let small = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    let all = ring.iter().enumerate().filter(|&(_, &inside)| inside);
    // A multiplicative hash of the place, so that no pattern of the picture falls in step with the choice.
    all.filter(|&(index, _)| ((index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33).is_multiple_of(every))
        .map(|(index, _)| (small(index % width), small(index / width)))
        .collect()
}

/// How two sets of brightness values go together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Likeness {
    /// From -1 to 1; 0 where one of the two is plain.
    pub(super) correlation: f64,
    /// Standard deviation of the source's and of the answer's values.
    pub(super) spread: (f64, f64),
    /// Whether enough places could be compared.
    pub(super) sound: bool,
}

impl Likeness {
    #[expect(
        clippy::cast_precision_loss,
        reason = "sums of 40,000 bytes squared are far below 2^52"
    )]
    fn of(pairs: impl Iterator<Item = (u8, u8)>, wanted: usize) -> Self {
        let (mut count, mut s, mut p, mut ss, mut pp, mut sp) = (0_u64, 0_u64, 0_u64, 0_u64, 0_u64, 0_u64);
        for (source, patch) in pairs {
            let (source, patch) = (u64::from(source), u64::from(patch));
            count += 1;
            s += source;
            p += patch;
            ss += source * source;
            pp += patch * patch;
            sp += source * patch;
        }
        let n = count.max(1) as f64;
        let (s, p) = (s as f64 / n, p as f64 / n);
        let source = (ss as f64 / n - s * s).max(0.0).sqrt();
        let patch = (pp as f64 / n - p * p).max(0.0).sqrt();
        let both = source * patch;
        Self {
            correlation: if both > 1e-6 {
                (sp as f64 / n - s * p) / both
            } else {
                0.0
            },
            spread: (source, patch),
            sound: count * 10 >= wanted as u64 * 6,
        }
    }

    fn score(self, shift: Shift, scale: u32) -> f64 {
        if !self.sound {
            return f64::NEG_INFINITY;
        }
        let length = f64::from(shift.0).hypot(f64::from(shift.1)) * f64::from(scale);
        self.correlation - COST_A_PIXEL * length
    }
}

/// How far the answer has moved, at most `reach` pixels each way; (0, 0) when that cannot be told.
pub(super) fn find_shift(samples: &Samples<'_>, reach: u32) -> Shift {
    let still = samples.likeness((0, 0));
    if samples.places.len() < MIN_PLACES || still.spread.0 < MIN_SPREAD {
        return (0, 0);
    }
    let usable = samples
        .coarser
        .len()
        .min(reach.div_ceil(COARSE_REACH).next_power_of_two().trailing_zeros() as usize);
    let square = |centre: Shift, radius: i32| {
        (-radius..=radius).flat_map(move |y| (-radius..=radius).map(move |x| (centre.0 + x, centre.1 + y)))
    };
    let coarsest = i32::try_from(reach.div_ceil(1 << usable)).unwrap_or(0);
    let mut candidates: BTreeSet<Shift> = square((0, 0), coarsest).collect();
    for (index, level) in samples.coarser[..usable].iter().enumerate().rev() {
        let step = (candidates.len() * level.places.len()).div_ceil(MAX_COMPARISONS).max(1);
        let scale = 2 << index;
        let best = best(&candidates, |shift| level.likeness(shift, step).score(shift, scale));
        candidates = best
            .into_iter()
            .flat_map(|(x, y)| square((2 * x, 2 * y), FINE_REACH))
            .collect();
        candidates.insert((0, 0));
    }
    let limit = i32::try_from(reach).unwrap_or(i32::MAX);
    candidates.retain(|(x, y)| x.abs() <= limit && y.abs() <= limit);
    let Some(&found) = best(&candidates, |shift| samples.likeness(shift).score(shift, 1)).first() else {
        return (0, 0);
    };
    let likeness = samples.likeness(found);
    let better = 1.0 - likeness.correlation <= MAX_LEFT * (1.0 - still.correlation);
    if likeness.sound && likeness.correlation >= MIN_LIKENESS && better {
        found
    } else {
        (0, 0)
    }
}

/// The best few, the very best first.
fn best(candidates: &BTreeSet<Shift>, score: impl Fn(Shift) -> f64) -> Vec<Shift> {
    let mut scored: Vec<(f64, Shift)> = candidates.iter().map(|&shift| (score(shift), shift)).collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0));
    scored.into_iter().take(KEPT).map(|(_, shift)| shift).collect()
}
