//! The feather: how much of the answer each pixel of the hole takes.
//!
//! A feather as wide as a large picture asks for would leave nothing of a narrow hole: a wire to be removed would show
//! through. So each connected part of the hole fades over half of its own depth at most, and its middle is all answer.

use super::Options;
use crate::domain::{mask::Mask, source::Rect};

/// How much of the answer every pixel of the hole takes, from 0 to 256.
pub(super) struct Fade {
    area: Rect,
    distances: Vec<u8>,
    weights: [u32; 256],
}

impl Fade {
    /// For this area of the mask, which holds the hole and, but at the picture's edge, one pixel more on each side.
    pub(super) fn new(mask: &Mask, area: Rect, options: Options) -> Self {
        let feather = u8::try_from(options.feather_px).unwrap_or(u8::MAX).min(253);
        let mut weights = [256; 256];
        weights[0] = 0;
        for (distance, weight) in weights.iter_mut().enumerate().take(usize::from(feather) + 1).skip(1) {
            // 3t² - 2t³ in whole numbers, rounded.
            let (step, steps) = (distance as u64, u64::from(feather) + 1);
            let rise = 256 * step * step * (3 * steps - 2 * step);
            *weight = u32::try_from((rise + steps.pow(3) / 2) / steps.pow(3)).unwrap_or(256);
        }
        // Twice the feather tells whether a part is deep enough for all of it.
        let deep = feather.saturating_mul(2).clamp(feather + 1, 254);
        let mut distances = mask.crop(area).distance_inside(deep);
        narrow(&mut distances, area.width as usize, feather, deep);
        Self {
            area,
            distances,
            weights,
        }
    }

    pub(super) fn weight(&self, x: u32, y: u32) -> u32 {
        let place = (y - self.area.y) as usize * self.area.width as usize + (x - self.area.x) as usize;
        self.weights[usize::from(self.distances[place])]
    }
}

/// A stretch of hole in one row.
struct Run {
    place: usize,
    length: usize,
    /// A run of the same part of the hole; itself where it stands for the part.
    parent: usize,
    /// The greatest distance in it; of the whole part where it stands for one.
    depth: u8,
}

/// Steepens the fade of every part of the hole that is less than `deep`: its distances grow as if it were.
fn narrow(distances: &mut [u8], width: usize, feather: u8, deep: u8) {
    if feather == 0 || width == 0 {
        return;
    }
    let mut runs = parts(distances, width);
    for index in 0..runs.len() {
        let root = root(&mut runs, index);
        let depth = runs[root].depth;
        if depth >= deep {
            continue;
        }
        let (own, full) = (u32::from(depth / 2) + 1, u32::from(feather) + 1);
        if own >= full {
            continue;
        }
        let Run { place, length, .. } = runs[index];
        for distance in &mut distances[place..place + length] {
            let steeper = (u32::from(*distance) * full).div_ceil(own).min(full);
            *distance = u8::try_from(steeper).unwrap_or(u8::MAX);
        }
    }
}

/// The runs of the hole, those joined that touch, at corners too.
fn parts(distances: &[u8], width: usize) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut above = 0..0;
    for (y, row) in distances.chunks_exact(width).enumerate() {
        let first = runs.len();
        let mut x = 0;
        while let Some(start) = row[x..].iter().position(|&distance| distance > 0).map(|at| x + at) {
            let end = row[start..]
                .iter()
                .position(|&distance| distance == 0)
                .map_or(width, |at| start + at);
            let this = runs.len();
            runs.push(Run {
                place: y * width + start,
                length: end - start,
                parent: this,
                depth: row[start..end].iter().copied().max().unwrap_or(0),
            });
            // Runs above that ended before this one begins touch none of the later ones either.
            while above.start < above.end && end_of(&runs[above.start], y - 1, width) < start {
                above.start += 1;
            }
            for other in above.clone() {
                if runs[other].place - (y - 1) * width > end {
                    break;
                }
                join(&mut runs, this, other);
            }
            x = end;
        }
        above = first..runs.len();
    }
    runs
}

/// Where a run of this row ends, not included.
const fn end_of(run: &Run, y: usize, width: usize) -> usize {
    run.place - y * width + run.length
}

fn join(runs: &mut [Run], one: usize, other: usize) {
    let (one, other) = (root(runs, one), root(runs, other));
    let depth = runs[one].depth.max(runs[other].depth);
    runs[one.max(other)].parent = one.min(other);
    runs[one.min(other)].depth = depth;
}

/// The run that stands for the part; the way to it gets shorter.
fn root(runs: &mut [Run], mut run: usize) -> usize {
    while runs[run].parent != run {
        let next = runs[runs[run].parent].parent;
        runs[run].parent = next;
        run = next;
    }
    run
}

/// `weight` of 256 parts of the answer over the source, weighed by alpha.
pub(super) fn blend(source: [u8; 4], answer: [u8; 4], weight: u32) -> [u8; 4] {
    if weight >= 256 {
        return answer;
    }
    let (kept, taken) = ((256 - weight) * u32::from(source[3]), weight * u32::from(answer[3]));
    let alpha = kept + taken;
    if alpha == 0 {
        return if weight < 128 { source } else { answer };
    }
    let mix = |index: usize| {
        let sum = u32::from(source[index]) * kept + u32::from(answer[index]) * taken;
        u8::try_from((sum + alpha / 2) / alpha).unwrap_or(u8::MAX)
    };
    [
        mix(0),
        mix(1),
        mix(2),
        u8::try_from((alpha + 128) / 256).unwrap_or(u8::MAX),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(width: u32, height: u32, is_hole: impl Fn(u32, u32) -> bool) -> Mask {
        let alpha: Vec<u8> = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| if is_hole(x, y) { 0 } else { 255 })
            .collect();
        Mask::from_alpha(width, height, alpha.into_iter()).expect("one value each")
    }

    fn fade(mask: &Mask, feather_px: u32) -> Fade {
        let area = Rect {
            x: 0,
            y: 0,
            width: mask.width(),
            height: mask.height(),
        };
        Fade::new(mask, area, Options { feather_px })
    }

    #[test]
    fn a_narrow_part_is_all_answer_in_its_middle_and_a_wide_one_fades_as_asked() {
        // A wire eleven pixels wide, and a square with room for the whole feather.
        let mask = mask(200, 120, |x, y| {
            (10..21).contains(&x) || ((60..180).contains(&x) && (10..110).contains(&y))
        });
        let fade = fade(&mask, 20);
        assert_eq!(fade.weight(15, 60), 256, "the middle of the wire");
        assert!(fade.weight(10, 60) < 128, "its edge still fades");
        let across: Vec<u32> = (10..=15).map(|x| fade.weight(x, 60)).collect();
        assert!(across.is_sorted(), "{across:?}");
        assert!(
            fade.weight(70, 60) < 256 && fade.weight(80, 60) == 256,
            "the square keeps its own feather"
        );
        assert_eq!((fade.weight(9, 60), fade.weight(59, 60)), (0, 0));
    }

    #[test]
    fn parts_that_touch_at_a_corner_are_one() {
        // The thin tail of a deep part fades as the part does.
        let joined = mask(120, 120, |x, y| {
            (x < 80 && y < 80) || ((80..90).contains(&x) && (80..90).contains(&y))
        });
        let alone = mask(120, 120, |x, y| {
            (x < 78 && y < 78) || ((80..90).contains(&x) && (80..90).contains(&y))
        });
        assert!(fade(&joined, 12).weight(84, 84) < 256);
        assert_eq!(fade(&alone, 12).weight(84, 84), 256);
    }

    #[test]
    fn one_pixel_is_all_answer() {
        let mask = mask(9, 9, |x, y| (x, y) == (4, 4));
        assert_eq!(fade(&mask, 30).weight(4, 4), 256);
    }
}
