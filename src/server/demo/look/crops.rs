//! Smart crops: the window of a given shape that holds the most of what stands out.

use super::{Grid, Seen};
use crate::domain::source::Rect;

impl Seen {
    /// A window for each ratio (width to height); without ratios, the one shape that keeps the most.
    pub(in crate::server::demo) fn crops(&self, ratios: &[f64]) -> Vec<(f64, Rect)> {
        let sums = Sums::of(&self.salience);
        if !ratios.is_empty() {
            return ratios.iter().map(|ratio| (*ratio, self.crop(&sums, *ratio))).collect();
        }
        // The vendor chooses a ratio between 0.5 and 2 by itself.
        let candidates = [0.5, 0.67, 0.75, 1.0, 1.33, 1.5, 1.78, 2.0];
        let best = candidates
            .into_iter()
            .map(|ratio| (ratio, self.crop(&sums, ratio)))
            .max_by(|a, b| {
                let kept = |rect: &Rect| sums.of_rect(rect, self) / (rect.area() as f64).sqrt();
                kept(&a.1).total_cmp(&kept(&b.1))
            });
        best.into_iter().collect()
    }

    /// The largest window of this ratio, put where it holds the most.
    fn crop(&self, sums: &Sums, ratio: f64) -> Rect {
        let (width, height) = (f64::from(self.size.width), f64::from(self.size.height));
        let (across, down) = if width / height > ratio {
            (height * ratio, height)
        } else {
            (width, width / ratio)
        };
        let across = (across.round() as u32).clamp(1, self.size.width);
        let down = (down.round() as u32).clamp(1, self.size.height);
        let (room_x, room_y) = (self.size.width - across, self.size.height - down);
        let mut best = (
            Rect {
                x: 0,
                y: 0,
                width: across,
                height: down,
            },
            f64::MIN,
        );
        for step in 0..=48_u32 {
            let place = |room: u32| (u64::from(room) * u64::from(step) / 48) as u32;
            let window = Rect {
                x: place(room_x),
                y: place(room_y),
                width: across,
                height: down,
            };
            let held = sums.of_rect(&window, self);
            if held > best.1 {
                best = (window, held);
            }
        }
        best.0
    }
}

/// Sums over all rectangles from the corner.
struct Sums {
    width: usize,
    height: usize,
    totals: Vec<f64>,
}

impl Sums {
    fn of(grid: &Grid) -> Self {
        let (width, height) = (grid.width, grid.height);
        let mut sums = vec![0.0; (width + 1) * (height + 1)];
        for y in 0..height {
            let mut row = 0.0;
            for x in 0..width {
                row += f64::from(grid.values[y * width + x]);
                sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
            }
        }
        Self {
            width,
            height,
            totals: sums,
        }
    }

    /// What a rectangle of the picture holds.
    fn of_rect(&self, rect: &Rect, seen: &Seen) -> f64 {
        let place = |value: u32, of: u32, side: usize| (u64::from(value) * side as u64 / u64::from(of.max(1))) as usize;
        let left = place(rect.x, seen.size.width, self.width);
        let right = place(rect.x + rect.width, seen.size.width, self.width);
        let top = place(rect.y, seen.size.height, self.height);
        let bottom = place(rect.y + rect.height, seen.size.height, self.height);
        let at = |x: usize, y: usize| self.totals[y * (self.width + 1) + x];
        at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top)
    }
}
