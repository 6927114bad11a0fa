//! Flat shapes with soft edges: what scenes are cut out of before a style is laid over them.

use super::super::{
    canvas::Canvas,
    light::to_byte,
    plane::{Plane, mix},
};

/// A colour, 0 to 1.
pub(in super::super) type Rgb = [f32; 3];

/// A colour of eight bits a channel.
pub(super) fn rgb(colour: [u8; 3]) -> Rgb {
    colour.map(|value| f32::from(value) / 255.0)
}

/// Between two colours.
pub(super) fn blend(from: Rgb, to: Rgb, share: f32) -> Rgb {
    std::array::from_fn(|channel| mix(from[channel], to[channel], share))
}

/// Draws on a canvas in units of its height: (0, 0) is the upper left, (ratio, 1) the lower right.
pub(in super::super) struct Pen<'a> {
    canvas: &'a mut Canvas,
    /// Unevenness of every surface, -1 to 1.
    texture: Plane,
    /// Width over height.
    pub ratio: f32,
}

impl<'a> Pen<'a> {
    pub(in super::super) fn new(canvas: &'a mut Canvas, texture: Plane) -> Self {
        let ratio = canvas.width() as f32 / canvas.height() as f32;
        Self { canvas, texture, ratio }
    }

    /// A shape that turns from one colour at its top to another at its bottom; `rough` is how uneven its surface is.
    pub(in super::super) fn shape(&mut self, points: &[(f32, f32)], top: Rgb, bottom: Rgb, rough: f32) {
        let unit = self.canvas.height() as f32;
        let points: Vec<(f32, f32)> = points.iter().map(|(x, y)| (x * unit, y * unit)).collect();
        let highest = points.iter().map(|point| point.1).fold(f32::MAX, f32::min);
        let lowest = points.iter().map(|point| point.1).fold(f32::MIN, f32::max);
        let (width, height) = (self.canvas.width(), self.canvas.height());
        let first = highest.floor().max(0.0) as usize;
        let last = (lowest.ceil().max(0.0) as usize).min(height);
        let mut cover = vec![0.0_f32; width];
        let mut crossings = Vec::new();
        for y in first..last {
            cover.fill(0.0);
            let mut any = false;
            // Four lines through each row; along them the coverage is exact.
            for part in 0..4 {
                let line = y as f32 + (part as f32 + 0.5) / 4.0;
                crossings.clear();
                for (place, from) in points.iter().enumerate() {
                    let to = points[(place + 1) % points.len()];
                    if (from.1 <= line) != (to.1 <= line) {
                        crossings.push(from.0 + (line - from.1) / (to.1 - from.1) * (to.0 - from.0));
                    }
                }
                crossings.sort_by(f32::total_cmp);
                for pair in crossings.chunks_exact(2) {
                    any |= span(&mut cover, pair[0], pair[1], 0.25);
                }
            }
            if any {
                let share = ((y as f32 - highest) / (lowest - highest).max(1.0)).clamp(0.0, 1.0);
                self.row(y, &cover, blend(top, bottom, share), rough);
            }
        }
    }

    fn row(&mut self, y: usize, cover: &[f32], colour: Rgb, rough: f32) {
        let width = self.canvas.width();
        let texture: &[f32] = &self.texture.values[y * width..(y + 1) * width];
        let target: &mut [u8] = &mut self.canvas.rgb_mut()[y * width * 3..(y + 1) * width * 3];
        let mut x = 0;
        while x < width {
            if cover[x] > 0.0 {
                let shade = 1.0 + rough * texture[x];
                let mut channel = 0;
                while channel < 3 {
                    let own = f32::from(target[x * 3 + channel]) / 255.0;
                    target[x * 3 + channel] = to_byte(mix(own, colour[channel] * shade, cover[x]));
                    channel += 1;
                }
            }
            x += 1;
        }
    }

    /// An ellipse.
    pub(in super::super) fn ellipse(
        &mut self,
        middle: (f32, f32),
        radii: (f32, f32),
        top: Rgb,
        bottom: Rgb,
        rough: f32,
    ) {
        let points: Vec<(f32, f32)> = (0..40)
            .map(|step| {
                let angle = step as f32 / 40.0 * std::f32::consts::TAU;
                (middle.0 + radii.0 * angle.cos(), middle.1 + radii.1 * angle.sin())
            })
            .collect();
        self.shape(&points, top, bottom, rough);
    }

    /// A line of some thickness.
    pub(in super::super) fn line(&mut self, from: (f32, f32), to: (f32, f32), thickness: f32, colour: Rgb) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(1e-6);
        let (nx, ny) = (-dy / length * thickness / 2.0, dx / length * thickness / 2.0);
        let points = [
            (from.0 + nx, from.1 + ny),
            (to.0 + nx, to.1 + ny),
            (to.0 - nx, to.1 - ny),
            (from.0 - nx, from.1 - ny),
        ];
        self.shape(&points, colour, colour, 0.0);
    }

    /// Light around a place: brightest there, gone at `radius`.
    pub(in super::super) fn glow(&mut self, middle: (f32, f32), radius: f32, colour: Rgb, strength: f32) {
        let unit = self.canvas.height() as f32;
        let (width, height) = (self.canvas.width(), self.canvas.height());
        let (cx, cy, radius) = (middle.0 * unit, middle.1 * unit, radius * unit);
        let (top, bottom) = (
            (cy - radius).max(0.0) as usize,
            ((cy + radius).max(0.0) as usize).min(height),
        );
        let (left, right) = (
            (cx - radius).max(0.0) as usize,
            ((cx + radius).max(0.0) as usize).min(width),
        );
        let target = self.canvas.rgb_mut();
        for y in top..bottom {
            let dy = y as f32 - cy;
            let mut x = left;
            while x < right {
                let dx = x as f32 - cx;
                let near = 1.0 - (dx * dx + dy * dy).sqrt() / radius;
                if near > 0.0 {
                    let share = strength * near * near;
                    let at = (y * width + x) * 3;
                    for (channel, value) in colour.iter().enumerate() {
                        let own = f32::from(target[at + channel]) / 255.0;
                        target[at + channel] = to_byte(mix(own, *value, share));
                    }
                }
                x += 1;
            }
        }
    }
}

/// Adds the coverage of a stretch of a row. Whether there was any.
fn span(cover: &mut [f32], from: f32, to: f32, weight: f32) -> bool {
    let (from, to) = (from.max(0.0), to.min(cover.len() as f32));
    if to <= from {
        return false;
    }
    let (first, last) = (from as usize, (to.ceil() as usize).min(cover.len()));
    let mut x = first;
    while x < last {
        let left = if from > x as f32 { from } else { x as f32 };
        let right = if to < (x + 1) as f32 { to } else { (x + 1) as f32 };
        cover[x] += (right - left) * weight;
        x += 1;
    }
    true
}
