//! A picture while it is painted on: RGB, eight bits, no alpha.

use super::{
    noise,
    plane::{Plane, ramp},
};
use crate::domain::spec::Size;

/// A picture while it is painted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canvas {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

/// Weights of the source points that make one target point.
struct Taps {
    from: usize,
    weights: Vec<f32>,
}

impl Canvas {
    /// A canvas of one colour.
    #[must_use]
    pub fn filled(width: usize, height: usize, colour: [u8; 3]) -> Self {
        let mut rgb = vec![0; width * height * 3];
        for pixel in rgb.chunks_exact_mut(3) {
            pixel.copy_from_slice(&colour);
        }
        Self { width, height, rgb }
    }

    /// A canvas of these bytes, three for each pixel; black where they are missing.
    #[must_use]
    pub fn of_rgb(width: usize, height: usize, mut rgb: Vec<u8>) -> Self {
        rgb.resize(width * height * 3, 0);
        Self { width, height, rgb }
    }

    /// A canvas of three planes with values from 0 to 1.
    pub(super) fn of_planes(planes: &[Plane; 3]) -> Self {
        let (width, height) = (planes[0].width, planes[0].height);
        let mut rgb = vec![0_u8; width * height * 3];
        for (channel, plane) in planes.iter().enumerate() {
            let values: &[f32] = &plane.values;
            let out: &mut [u8] = &mut rgb;
            let (mut at, mut to) = (0, channel);
            while at < values.len() {
                out[to] = (values[at] * 255.0 + 0.5) as u8;
                at += 1;
                to += 3;
            }
        }
        Self { width, height, rgb }
    }

    /// Pixels across.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Pixels down.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.height
    }

    /// Both sides.
    #[must_use]
    pub fn size(&self) -> Size {
        Size::new(self.width as u32, self.height as u32)
    }

    /// The bytes, three for each pixel.
    #[must_use]
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// The bytes, to be painted on.
    pub fn rgb_mut(&mut self) -> &mut [u8] {
        &mut self.rgb
    }

    /// The three channels, values from 0 to 1.
    pub(super) fn planes(&self) -> [Plane; 3] {
        std::array::from_fn(|channel| {
            let mut plane = Plane::new(self.width, self.height);
            let (rgb, values): (&[u8], &mut [f32]) = (&self.rgb, &mut plane.values);
            let (mut at, mut from) = (0, channel);
            while at < values.len() {
                values[at] = f32::from(rgb[from]) / 255.0;
                at += 1;
                from += 3;
            }
            plane
        })
    }

    /// How light each pixel looks, 0 to 1.
    pub(super) fn luma(&self) -> Plane {
        let mut plane = Plane::new(self.width, self.height);
        let (rgb, values): (&[u8], &mut [f32]) = (&self.rgb, &mut plane.values);
        let (mut at, mut from) = (0, 0);
        while at < values.len() {
            values[at] =
                (f32::from(rgb[from]) * 0.299 + f32::from(rgb[from + 1]) * 0.587 + f32::from(rgb[from + 2]) * 0.114)
                    / 255.0;
            at += 1;
            from += 3;
        }
        plane
    }

    /// The same picture with its longer side at most `side`.
    #[must_use]
    pub fn within(&self, side: usize) -> Self {
        let size = self.size().within(side as u32);
        self.resized(size.width as usize, size.height as usize)
    }

    /// The same picture at another size: averaged when it shrinks, interpolated when it grows.
    #[must_use]
    pub fn resized(&self, width: usize, height: usize) -> Self {
        if (width, height) == (self.width, self.height) {
            return self.clone();
        }
        let columns = taps(self.width, width);
        let rows = taps(self.height, height);
        // Rows first: neighbouring bytes share their weights.
        let line = self.width * 3;
        let mut tall = vec![0.0_f32; line * height];
        for (y, tap) in rows.iter().enumerate() {
            let target: &mut [f32] = &mut tall[y * line..(y + 1) * line];
            for (step, weight) in tap.weights.iter().enumerate() {
                let source: &[u8] = &self.rgb[(tap.from + step) * line..(tap.from + step + 1) * line];
                let mut at = 0;
                while at < line {
                    target[at] += f32::from(source[at]) * weight;
                    at += 1;
                }
            }
        }
        let mut rgb = vec![0_u8; width * height * 3];
        for y in 0..height {
            let source: &[f32] = &tall[y * line..(y + 1) * line];
            let target: &mut [u8] = &mut rgb[y * width * 3..(y + 1) * width * 3];
            for (x, tap) in columns.iter().enumerate() {
                let weights: &[f32] = &tap.weights;
                let (mut r, mut g, mut b) = (0.5_f32, 0.5_f32, 0.5_f32);
                let (mut at, mut step) = (tap.from * 3, 0);
                while step < weights.len() {
                    let weight = weights[step];
                    r += source[at] * weight;
                    g += source[at + 1] * weight;
                    b += source[at + 2] * weight;
                    at += 3;
                    step += 1;
                }
                target[x * 3] = r as u8;
                target[x * 3 + 1] = g as u8;
                target[x * 3 + 2] = b as u8;
            }
        }
        Self { width, height, rgb }
    }

    /// The middle of the picture in the shape of `width` to `height`, at that size.
    #[must_use]
    pub fn covering(&self, width: usize, height: usize) -> Self {
        let (across, down) = if self.width * height > self.height * width {
            ((self.height * width / height).max(1), self.height)
        } else {
            (self.width, (self.width * height / width).max(1))
        };
        if (across, down) == (self.width, self.height) {
            return self.resized(width, height);
        }
        let (left, top) = ((self.width - across) / 2, (self.height - down) / 2);
        let mut rgb = Vec::with_capacity(across * down * 3);
        for y in top..top + down {
            let from = (y * self.width + left) * 3;
            rgb.extend_from_slice(&self.rgb[from..from + across * 3]);
        }
        Self::of_rgb(across, down, rgb).resized(width, height)
    }
}

impl Canvas {
    /// RGBA with an irregular transparent edge, for a picture asked for without a background.
    #[must_use]
    pub fn with_torn_edge(&self) -> Vec<u8> {
        let edge = noise::layered(self.width, self.height, 60.0, 60.0, 4, 0xed9e);
        let margin = 0.08 * self.width.min(self.height) as f32;
        let mut rgba = Vec::with_capacity(self.width * self.height * 4);
        for (at, pixel) in self.rgb.chunks_exact(3).enumerate() {
            let (x, y) = (at % self.width, at / self.width);
            let side = x.min(self.width - 1 - x).min(y).min(self.height - 1 - y) as f32;
            let shown = ramp(0.35, 0.8, side / margin + 0.5 * edge.values[at]);
            rgba.extend_from_slice(pixel);
            rgba.push((shown * 255.0 + 0.5) as u8);
        }
        rgba
    }
}

/// The weights of a triangle filter, as wide as the step when shrinking.
fn taps(from: usize, to: usize) -> Vec<Taps> {
    let step = from as f32 / to as f32;
    let reach = step.max(1.0);
    (0..to)
        .map(|place| {
            let middle = (place as f32 + 0.5) * step;
            let first = (middle - reach).floor().max(0.0) as usize;
            let last = ((middle + reach).ceil() as usize).min(from);
            let mut weights: Vec<f32> = (first..last)
                .map(|at| (1.0 - ((at as f32 + 0.5 - middle) / reach).abs()).max(0.0))
                .collect();
            let mut from = first;
            // What weighs nothing costs nothing.
            while weights.len() > 1 && weights.last() == Some(&0.0) {
                weights.pop();
            }
            while weights.len() > 1 && weights[0] == 0.0 {
                weights.remove(0);
                from += 1;
            }
            let sum: f32 = weights.iter().sum();
            for weight in &mut weights {
                *weight /= sum.max(f32::EPSILON);
            }
            Taps { from, weights }
        })
        .collect()
}
