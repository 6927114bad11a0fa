//! Noise that is the same for the same seed: no clock, no randomness.

use super::plane::Plane;

/// Scrambles a number.
pub(super) const fn scramble(value: u64) -> u64 {
    // The finaliser of SplitMix64.
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A stream of numbers from a seed.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// A stream of its own for each use of a seed.
    pub(super) fn new(seed: u64, salt: u64) -> Self {
        Self(scramble(seed ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// The next number.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        scramble(self.0)
    }

    /// From 0 to 1.
    pub(super) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u64 << 24) as f32
    }

    /// Between two bounds.
    pub(super) fn between(&mut self, from: f32, to: f32) -> f32 {
        from + (to - from) * self.unit()
    }

    /// One of `count` places.
    pub(super) fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }
}

/// Smooth noise from -1 to 1 with bumps of about these sizes in pixels; they may differ across and down.
pub(super) fn smooth(width: usize, height: usize, across: f32, down: f32, seed: u64) -> Plane {
    let columns = ((width as f32 / across).ceil() as usize + 1).max(2);
    let rows = ((height as f32 / down).ceil() as usize + 1).max(2);
    let mut dice = Dice::new(seed, 0x4e01);
    let mut lattice = Plane::new(columns, rows);
    for value in &mut lattice.values {
        *value = dice.unit() * 2.0 - 1.0;
    }
    let mut result = Plane::new(width, height);
    // Smoothed steps between lattice points hide the lattice.
    let place = |at: usize, size: f32, most: usize| {
        let place = at as f32 / size;
        let cell = (place as usize).min(most - 2);
        let t = (place - cell as f32).min(1.0);
        (cell, t * t * (3.0 - 2.0 * t))
    };
    let steps: Vec<(usize, f32)> = (0..width).map(|x| place(x, across, columns)).collect();
    for y in 0..height {
        let (row, fy) = place(y, down, rows);
        let upper: &[f32] = &lattice.values[row * columns..(row + 1) * columns];
        let lower: &[f32] = &lattice.values[(row + 1) * columns..(row + 2) * columns];
        let target: &mut [f32] = &mut result.values[y * width..(y + 1) * width];
        let steps: &[(usize, f32)] = &steps;
        let mut x = 0;
        while x < width {
            let (cell, fx) = steps[x];
            let a = upper[cell] + (upper[cell + 1] - upper[cell]) * fx;
            let b = lower[cell] + (lower[cell + 1] - lower[cell]) * fx;
            target[x] = a + (b - a) * fy;
            x += 1;
        }
    }
    result
}

/// Noise of several sizes at once: `octaves` layers, each half as large and half as strong. From about -1 to 1.
pub(super) fn layered(width: usize, height: usize, across: f32, down: f32, octaves: u32, seed: u64) -> Plane {
    let mut result = smooth(width, height, across, down, seed);
    let (mut strength, mut total) = (1.0_f32, 1.0_f32);
    for octave in 1..octaves {
        strength *= 0.5;
        total += strength;
        let scale = (1_u32 << octave) as f32;
        let (across, down) = ((across / scale).max(1.0), (down / scale).max(1.0));
        let layer = smooth(width, height, across, down, seed.wrapping_add(u64::from(octave)));
        result = result.with(&layer, |sum, value| sum + value * strength);
    }
    result.map(|value| value / total)
}

/// The tooth of paper: fine grain over a soft unevenness, from -1 to 1.
pub(super) fn paper(width: usize, height: usize, seed: u64) -> Plane {
    let fine = smooth(width, height, 1.7, 1.7, seed ^ 0x11);
    let coarse = smooth(width, height, 5.3, 4.1, seed ^ 0x12);
    let uneven = layered(width, height, 90.0, 90.0, 3, seed ^ 0x13);
    fine.with(&coarse, |a, b| a * 0.55 + b * 0.3)
        .with(&uneven, |a, b| a + b * 0.3)
}
