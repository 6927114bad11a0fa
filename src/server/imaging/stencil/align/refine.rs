//! The last fraction of a pixel, and the scale: least squares on the brightness itself.
//!
//! Where the answer's brightness rises, a small error of placement shows as a difference from the source; Gauss and
//! Newton's step follows from all of them together (B. Lucas and T. Kanade, "An iterative image registration technique
//! with an application to stereo vision"). Contrast and brightness of the answer are solved for along with it, so a
//! tint moves nothing, and what differs much weighs little: there the model painted something else.

use super::{Placement, level::Level};

/// Steps at most; the last ones move by hundredths of a pixel.
const STEPS: usize = 8;
/// Most places looked at in a step.
const MAX_PLACES: usize = 12_000;
/// A step shorter than this, in pixels, is the last.
const SETTLED: f64 = 0.004;
/// Longest way from the start, in pixels: farther away is another minimum.
const LONGEST_WAY: f64 = 2.5;
/// How far a scale usually is from 1. Where the picture says little about it, this keeps it there.
const USUAL_SCALE: f64 = 0.01;
/// Neighbouring pixels repeat each other: this many count as one observation.
const PIXELS_AN_OBSERVATION: f64 = 8.0;
/// Difference in brightness that is never thought strange.
const LEAST_STRANGE: f64 = 3.0;

/// Shift across, shift down, scale, contrast and brightness.
const UNKNOWNS: usize = 5;
const SCALE: usize = 2;

/// The best placement near this one; nothing when the places do not determine it.
pub(super) fn refine(level: &Level, start: &Placement, with_scale: bool) -> Option<Placement> {
    let step = level.places.len().div_ceil(MAX_PLACES).max(1);
    // The scale is measured at this distance from the centre, so that all three lengths are pixels.
    let radius = f64::from(u32::try_from(level.width.max(level.height)).ok()?) / 2.0;
    let mut best = *start;
    let mut strange = f64::INFINITY;
    for _ in 0..STEPS {
        let fit = Fit::of(level, &best, step, radius, strange)?;
        strange = (2.0 * fit.mean_error).max(LEAST_STRANGE);
        let change = fit.solve(with_scale, radius)?;
        best.shift.0 += change[0];
        best.shift.1 += change[1];
        best.scale += change[SCALE] / radius;
        let away = (best.shift.0 - start.shift.0).hypot(best.shift.1 - start.shift.1);
        if away.is_nan() || away > LONGEST_WAY {
            return None;
        }
        if change[..=SCALE].iter().all(|part| part.abs() < SETTLED) {
            break;
        }
    }
    Some(best)
}

/// Normal equations of one step.
struct Fit {
    matrix: [[f64; UNKNOWNS]; UNKNOWNS],
    right: [f64; UNKNOWNS],
    mean_error: f64,
    variance: f64,
}

impl Fit {
    fn of(level: &Level, placement: &Placement, step: usize, radius: f64, strange: f64) -> Option<Self> {
        let places = || level.places.iter().step_by(step).copied();
        let pairs =
            || places().filter_map(|place| Some((place, level.source(place), level.between(place, placement)?)));
        // Contrast and brightness to start from: a line through all pairs.
        let (mut n, mut s, mut p, mut pp, mut sp) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (_, source, slope) in pairs() {
            let (source, value) = (f64::from(source), f64::from(slope.value));
            n += 1.0;
            s += source;
            p += value;
            pp += value * value;
            sp += source * value;
        }
        let spread = n * pp - p * p;
        if spread < 1.0 {
            return None;
        }
        let gain = ((n * sp - s * p) / spread).clamp(0.25, 4.0);
        let bias = (s - gain * p) / n;

        let mut fit = Self {
            matrix: [[0.0; UNKNOWNS]; UNKNOWNS],
            right: [0.0; UNKNOWNS],
            mean_error: 0.0,
            variance: 0.0,
        };
        let mut weights = 0.0;
        for ((x, y), source, slope) in pairs() {
            let (across, down) = (gain * f64::from(slope.across), gain * f64::from(slope.down));
            let from_centre = (
                f64::from(x) + 0.5 - placement.centre.0,
                f64::from(y) + 0.5 - placement.centre.1,
            );
            let error = f64::from(source) - gain * f64::from(slope.value) - bias;
            let row = [
                across,
                down,
                (across * from_centre.0 + down * from_centre.1) / radius,
                f64::from(slope.value) / 128.0,
                1.0,
            ];
            let weight = 1.0 / (1.0 + (error / strange).powi(2));
            for (line, &one) in fit.matrix.iter_mut().zip(&row) {
                for (cell, &other) in line.iter_mut().zip(&row) {
                    *cell += weight * one * other;
                }
            }
            for (cell, &one) in fit.right.iter_mut().zip(&row) {
                *cell += weight * one * error;
            }
            weights += weight;
            fit.variance += weight * error * error;
            fit.mean_error += error.abs();
        }
        fit.mean_error /= n;
        fit.variance /= weights;
        // What is known beforehand: the scale is near 1.
        let known = PIXELS_AN_OBSERVATION * fit.variance.max(1.0) / (USUAL_SCALE * radius).powi(2);
        fit.matrix[SCALE][SCALE] += known;
        fit.right[SCALE] -= known * (placement.scale - 1.0) * radius;
        Some(fit)
    }

    /// The step, by Gauss's elimination.
    fn solve(mut self, with_scale: bool, radius: f64) -> Option<[f64; UNKNOWNS]> {
        if !with_scale {
            self.matrix[SCALE] = [0.0; UNKNOWNS];
            for line in &mut self.matrix {
                line[SCALE] = 0.0;
            }
            self.matrix[SCALE][SCALE] = radius;
            self.right[SCALE] = 0.0;
        }
        let Self { matrix, right, .. } = &mut self;
        for column in 0..UNKNOWNS {
            let pivot = (column..UNKNOWNS)
                .max_by(|&one, &other| matrix[one][column].abs().total_cmp(&matrix[other][column].abs()))?;
            matrix.swap(column, pivot);
            right.swap(column, pivot);
            if matrix[column][column].abs() < 1e-6 {
                return None;
            }
            let (line, value) = (matrix[column], right[column]);
            for row in column + 1..UNKNOWNS {
                let factor = matrix[row][column] / line[column];
                for (cell, from) in matrix[row].iter_mut().zip(&line) {
                    *cell -= factor * from;
                }
                right[row] -= factor * value;
            }
        }
        let mut change = [0.0; UNKNOWNS];
        for row in (0..UNKNOWNS).rev() {
            let known: f64 = (row + 1..UNKNOWNS)
                .map(|column| matrix[row][column] * change[column])
                .sum();
            change[row] = (right[row] - known) / matrix[row][row];
        }
        change.iter().all(|part| part.is_finite()).then_some(change)
    }
}
