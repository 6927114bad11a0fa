//! Both pictures' brightness around the hole at one scale, and the places where they are compared.

use super::{Placement, likeness::Likeness};

/// Most places compared for one placement.
const MAX_PLACES: usize = 40_000;

/// Brightness of source and answer over one region.
pub(super) struct Level {
    pub(super) width: usize,
    pub(super) height: usize,
    source: Vec<u8>,
    patch: Vec<u8>,
    ring: Vec<bool>,
    pub(super) places: Vec<(u32, u32)>,
}

/// The answer's brightness between its pixels, and how steeply it rises there.
#[derive(Clone, Copy)]
pub(super) struct Slope {
    pub(super) value: f32,
    pub(super) across: f32,
    pub(super) down: f32,
}

impl Level {
    pub(super) fn new(width: usize, source: Vec<u8>, patch: Vec<u8>, ring: Vec<bool>) -> Self {
        Self {
            width,
            height: ring.len() / width.max(1),
            source,
            patch,
            places: places_of(&ring, width),
            ring,
        }
    }

    /// The same at half the size.
    pub(super) fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let mean = |values: &[u8]| -> Vec<u8> {
            let pairs = values.chunks_exact(self.width.max(1) * 2).take(height);
            pairs
                .flat_map(|two| {
                    let (upper, lower) = two.split_at(self.width);
                    (upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0)).map(|(above, below)| {
                        let sum = above.iter().chain(below).map(|&value| u16::from(value)).sum::<u16>();
                        u8::try_from((sum + 2) / 4).unwrap_or(u8::MAX)
                    })
                })
                .collect()
        };
        let rows = self.ring.chunks_exact(self.width.max(1) * 2).take(height);
        let ring = rows
            .flat_map(|two| {
                let (upper, lower) = two.split_at(self.width);
                (upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0))
                    .map(|(above, below)| above.iter().chain(below).filter(|&&inside| inside).count() >= 3)
            })
            .collect();
        Self::new(width, mean(&self.source), mean(&self.patch), ring)
    }

    /// The source's brightness at a place.
    pub(super) fn source(&self, (x, y): (u32, u32)) -> f32 {
        f32::from(self.source[y as usize * self.width + x as usize])
    }

    /// The answer's brightness where this place is found in it, to the nearest pixel.
    fn nearest(&self, (x, y): (u32, u32), placement: &Placement) -> Option<f32> {
        let u = inside(placement.x(f64::from(x) + 0.5), self.width)?;
        let v = inside(placement.y(f64::from(y) + 0.5), self.height)?;
        Some(f32::from(self.patch[v * self.width + u]))
    }

    /// The answer's brightness where this place is found in it, between four pixels.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "coordinates of a picture"
    )]
    pub(super) fn between(&self, (x, y): (u32, u32), placement: &Placement) -> Option<Slope> {
        let (u, v) = (
            placement.x(f64::from(x) + 0.5) - 0.5,
            placement.y(f64::from(y) + 0.5) - 0.5,
        );
        let (left, top) = (
            inside(u, self.width.saturating_sub(1))?,
            inside(v, self.height.saturating_sub(1))?,
        );
        let (across, down) = ((u - left as f64) as f32, (v - top as f64) as f32);
        let start = top * self.width + left;
        let (upper, lower) = (
            &self.patch[start..start + 2],
            &self.patch[start + self.width..start + self.width + 2],
        );
        let [upper, lower] = [upper, lower].map(|two| [f32::from(two[0]), f32::from(two[1])]);
        let along = |[from, to]: [f32; 2]| from + (to - from) * across;
        let (above, below) = (along(upper), along(lower));
        Some(Slope {
            value: above + (below - above) * down,
            across: (upper[1] - upper[0]) * (1.0 - down) + (lower[1] - lower[0]) * down,
            down: below - above,
        })
    }

    /// How alike the two are when the answer lies like this, by nearest pixels and looking at every `step`th place.
    pub(super) fn roughly(&self, placement: &Placement, step: usize) -> Likeness {
        let places = self.places.iter().step_by(step);
        let pairs = places.filter_map(|&place| Some((self.source(place), self.nearest(place, placement)?)));
        Likeness::of(pairs, self.places.len().div_ceil(step))
    }

    /// The same between pixels, at every place.
    pub(super) fn exactly(&self, placement: &Placement) -> Likeness {
        let places = self.places.iter();
        let pairs = places.filter_map(|&place| Some((self.source(place), self.between(place, placement)?.value)));
        Likeness::of(pairs, self.places.len())
    }
}

/// The whole number below, where it is one of `0..length`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and what is too large is refused"
)]
fn inside(value: f64, length: usize) -> Option<usize> {
    (value >= 0.0).then_some(value as usize).filter(|&value| value < length)
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
