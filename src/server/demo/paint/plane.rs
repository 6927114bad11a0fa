//! A number for each point of a picture, and what painting needs of it: blur, upscaling, directions, noise.
//!
//! Loops here run over slices by hand: the demo must be quick in a debug build too, where iterators are calls.

/// A number for each point of a picture.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    pub width: usize,
    pub height: usize,
    pub values: Vec<f32>,
}

impl Plane {
    /// All zero.
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            values: vec![0.0; width * height],
        }
    }

    /// The value between points; coordinates are clamped.
    pub(super) fn sample(&self, x: f32, y: f32) -> f32 {
        let (width, height) = (self.width, self.height);
        let x = if x > 0.0 { x } else { 0.0 };
        let y = if y > 0.0 { y } else { 0.0 };
        let mut left = x as usize;
        let mut top = y as usize;
        if left + 1 >= width {
            left = width.saturating_sub(2);
        }
        if top + 1 >= height {
            top = height.saturating_sub(2);
        }
        let fx = if x - left as f32 > 1.0 { 1.0 } else { x - left as f32 };
        let fy = if y - top as f32 > 1.0 { 1.0 } else { y - top as f32 };
        let values: &[f32] = &self.values;
        let at = top * width + left;
        let right = if width > 1 { at + 1 } else { at };
        let (below, below_right) = if height > 1 {
            (at + width, right + width)
        } else {
            (at, right)
        };
        let upper = values[at] + (values[right] - values[at]) * fx;
        let lower = values[below] + (values[below_right] - values[below]) * fx;
        upper + (lower - upper) * fy
    }

    /// The mean over a square of `radius`, edges repeated.
    pub(super) fn boxed(&self, radius: usize) -> Self {
        if radius == 0 {
            return self.clone();
        }
        let (width, height) = (self.width, self.height);
        let scale = 1.0 / (2 * radius + 1) as f32;
        let mut across = Self::new(width, height);
        for y in 0..height {
            let source: &[f32] = &self.values[y * width..(y + 1) * width];
            let target: &mut [f32] = &mut across.values[y * width..(y + 1) * width];
            let last = width - 1;
            let mut sum = source[0] * (radius + 1) as f32;
            let mut step = 1;
            while step <= radius {
                sum += source[if step < last { step } else { last }];
                step += 1;
            }
            let mut x = 0;
            while x < width {
                target[x] = sum * scale;
                let enters = x + radius + 1;
                let leaves = if x > radius { x - radius } else { 0 };
                sum += source[if enters < last { enters } else { last }] - source[leaves];
                x += 1;
            }
        }
        let mut result = Self::new(width, height);
        let last = height - 1;
        let mut sums = vec![0.0_f32; width];
        let add = |sums: &mut [f32], row: usize, weight: f32| {
            let source: &[f32] = &across.values[row * width..(row + 1) * width];
            let mut x = 0;
            while x < width {
                sums[x] += source[x] * weight;
                x += 1;
            }
        };
        add(&mut sums, 0, (radius + 1) as f32);
        for step in 1..=radius {
            add(&mut sums, step.min(last), 1.0);
        }
        for y in 0..height {
            let enters = (y + radius + 1).min(last);
            let leaves = y.saturating_sub(radius);
            let target: &mut [f32] = &mut result.values[y * width..(y + 1) * width];
            let entering: &[f32] = &across.values[enters * width..(enters + 1) * width];
            let leaving: &[f32] = &across.values[leaves * width..(leaves + 1) * width];
            let sums: &mut [f32] = &mut sums;
            let mut x = 0;
            while x < width {
                target[x] = sums[x] * scale;
                sums[x] += entering[x] - leaving[x];
                x += 1;
            }
        }
        result
    }

    /// Nearly a Gaussian: the box three times.
    pub(super) fn blurred(&self, radius: usize) -> Self {
        self.boxed(radius).boxed(radius).boxed(radius)
    }

    /// The same plane at another size, between points linearly.
    pub(super) fn resized(&self, width: usize, height: usize) -> Self {
        if (width, height) == (self.width, self.height) {
            return self.clone();
        }
        let mut result = Self::new(width, height);
        let (step_x, step_y) = (self.width as f32 / width as f32, self.height as f32 / height as f32);
        // Columns are the same for every row.
        let columns: Vec<(usize, f32)> = (0..width)
            .map(|x| {
                let place = ((x as f32 + 0.5) * step_x - 0.5).clamp(0.0, (self.width - 1) as f32);
                let left = (place as usize).min(self.width.saturating_sub(2));
                (left, place - left as f32)
            })
            .collect();
        let next = usize::from(self.width > 1);
        for y in 0..height {
            let place = ((y as f32 + 0.5) * step_y - 0.5).clamp(0.0, (self.height - 1) as f32);
            let top = (place as usize).min(self.height.saturating_sub(2));
            let fy = place - top as f32;
            let below = (top + 1).min(self.height - 1);
            let upper: &[f32] = &self.values[top * self.width..(top + 1) * self.width];
            let lower: &[f32] = &self.values[below * self.width..(below + 1) * self.width];
            let target: &mut [f32] = &mut result.values[y * width..(y + 1) * width];
            let columns: &[(usize, f32)] = &columns;
            let mut x = 0;
            while x < width {
                let (left, fx) = columns[x];
                let a = upper[left] + (upper[left + next] - upper[left]) * fx;
                let b = lower[left] + (lower[left + next] - lower[left]) * fx;
                target[x] = a + (b - a) * fy;
                x += 1;
            }
        }
        result
    }

    /// Every value through a rule.
    pub(super) fn map(mut self, rule: impl Fn(f32) -> f32) -> Self {
        let values: &mut [f32] = &mut self.values;
        let mut at = 0;
        while at < values.len() {
            values[at] = rule(values[at]);
            at += 1;
        }
        self
    }

    /// Every value with that of another plane of the same size through a rule.
    pub(super) fn with(mut self, other: &Self, rule: impl Fn(f32, f32) -> f32) -> Self {
        let (values, others): (&mut [f32], &[f32]) = (&mut self.values, &other.values);
        let mut at = 0;
        while at < values.len() {
            values[at] = rule(values[at], others[at]);
            at += 1;
        }
        self
    }

    /// The value below which this share of the points lies.
    pub(super) fn quantile(&self, share: f32) -> f32 {
        // A few thousand points tell it well enough.
        let step = (self.values.len() / 4096).max(1);
        let mut some: Vec<f32> = self.values.iter().copied().step_by(step).collect();
        some.sort_by(f32::total_cmp);
        let place = (some.len().saturating_sub(1) as f32 * share.clamp(0.0, 1.0)) as usize;
        some.get(place).copied().unwrap_or(0.0)
    }

    /// Steepness across and down at each point.
    pub(super) fn gradient(&self) -> (Self, Self) {
        let (width, height) = (self.width, self.height);
        let (mut across, mut down) = (Self::new(width, height), Self::new(width, height));
        let source: &[f32] = &self.values;
        for y in 0..height {
            let above = y.saturating_sub(1) * width;
            let below = (y + 1).min(height - 1) * width;
            let row = y * width;
            let gx: &mut [f32] = &mut across.values;
            let gy: &mut [f32] = &mut down.values;
            let mut x = 0;
            while x < width {
                let left = if x > 0 { x - 1 } else { 0 };
                let right = if x + 1 < width { x + 1 } else { x };
                // Sobel's weights.
                gx[row + x] = (source[above + right] - source[above + left]
                    + 2.0 * (source[row + right] - source[row + left])
                    + source[below + right]
                    - source[below + left])
                    * 0.125;
                gy[row + x] = (source[below + left] - source[above + left]
                    + 2.0 * (source[below + x] - source[above + x])
                    + source[below + right]
                    - source[above + right])
                    * 0.125;
                x += 1;
            }
        }
        (across, down)
    }
}

/// From 0 to 1 between two bounds, without corners.
pub(super) fn ramp(from: f32, to: f32, value: f32) -> f32 {
    let t = (value - from) / (to - from);
    if t <= 0.0 {
        0.0
    } else if t >= 1.0 {
        1.0
    } else {
        t * t * (3.0 - 2.0 * t)
    }
}

/// Between two values.
pub(super) fn mix(from: f32, to: f32, share: f32) -> f32 {
    from + (to - from) * share
}
