//! Growing, shrinking and measuring by exact Euclidean distance between pixel centres.
//!
//! Two passes, after A. Meijster, J. Roerdink and W. Hesselink, "A general algorithm for computing distance transforms
//! in linear time": first down the columns, then along each row, so the time does not depend on the distance. What lies
//! beyond the picture's edge counts neither as hole nor as protected: a hole that touches the edge has no seam there.

use super::Mask;

/// The longest distance measured in one go: it has to fit a byte with one value to spare for "farther".
const LONGEST: u8 = 254;
const FAR: u64 = u64::MAX;

impl Mask {
    /// Opens everything within `px` pixels of the hole.
    pub fn grow(&mut self, px: u32) {
        self.spread(px, 255);
    }

    /// Protects everything within `px` pixels of what is protected.
    pub fn shrink(&mut self, px: u32) {
        self.spread(px, 0);
    }

    /// Gives every pixel within `px` pixels of one with this value the same value.
    fn spread(&mut self, px: u32, value: u8) {
        let mut left = px;
        while left > 0 {
            // Farther than one measurement reaches: a disc of radius a + b is a disc of radius a around one of b.
            let step = u8::try_from(left).unwrap_or(LONGEST).min(LONGEST);
            left -= u32::from(step);
            let limit = u64::from(step) * u64::from(step);
            let mut grown = self.hole.clone();
            self.squares(value, step, |start, squares| {
                for (target, &square) in grown[start..].iter_mut().zip(squares) {
                    if square <= limit {
                        *target = value;
                    }
                }
            });
            self.hole = grown;
        }
    }

    /// For every pixel of the hole the distance to the nearest protected one in whole pixels, at least 1 and at most
    /// `max`; 0 where the picture is protected.
    #[must_use]
    pub fn distance_inside(&self, max: u8) -> Vec<u8> {
        let mut inside = vec![0; self.hole.len()];
        let reach = max.min(LONGEST);
        self.squares(0, reach, |start, squares| {
            for (target, &square) in inside[start..].iter_mut().zip(squares) {
                *target = if square == FAR {
                    max
                } else {
                    u8::try_from(square.isqrt()).unwrap_or(max).min(max)
                };
            }
        });
        inside
    }

    /// Hands out, row by row, the squared distance of every pixel to the nearest one of value `seed`: exact up to
    /// `reach`, beyond it either the distance or [`FAR`].
    fn squares(&self, seed: u8, reach: u8, mut each: impl FnMut(usize, &[u64])) {
        let width = self.width as usize;
        if self.hole.is_empty() {
            return;
        }
        let columns = self.columns(seed, reach.saturating_add(1));
        let mut envelope: Vec<(usize, usize)> = Vec::with_capacity(width);
        let mut squares = vec![FAR; width];
        for (y, row) in columns.chunks_exact(width).enumerate() {
            // Rows without anything near, or with nothing else, are most of a large picture.
            if row.iter().all(|&down| down > reach) {
                squares.fill(FAR);
                each(y * width, &squares);
                continue;
            }
            if row.iter().all(|&down| down == 0) {
                squares.fill(0);
                each(y * width, &squares);
                continue;
            }
            envelope.clear();
            for (x, &down) in row.iter().enumerate() {
                if down <= reach {
                    push(&mut envelope, row, x);
                }
            }
            squares.fill(FAR);
            for (index, &(centre, from)) in envelope.iter().enumerate() {
                let to = envelope.get(index + 1).map_or(width, |next| next.1);
                let square = u64::from(row[centre]).pow(2);
                for (x, target) in squares.iter_mut().enumerate().take(to).skip(from) {
                    *target = square + (x.abs_diff(centre) as u64).pow(2);
                }
            }
            each(y * width, &squares);
        }
    }

    /// For every pixel the distance within its column to the nearest one of value `seed`, at most `cap`.
    fn columns(&self, seed: u8, cap: u8) -> Vec<u8> {
        let width = self.width as usize;
        let mut down = vec![cap; self.hole.len()];
        let mut above = vec![cap; width];
        for (row, hole) in down.chunks_exact_mut(width).zip(self.hole.chunks_exact(width)) {
            for ((value, &hole), above) in row.iter_mut().zip(hole).zip(&mut above) {
                *above = if hole == seed {
                    0
                } else {
                    above.saturating_add(1).min(cap)
                };
                *value = *above;
            }
        }
        let mut below = vec![cap; width];
        for row in down.chunks_exact_mut(width).rev() {
            for (value, below) in row.iter_mut().zip(&mut below) {
                *below = below.saturating_add(1).min(*value);
                *value = *below;
            }
        }
        down
    }
}

/// Adds the parabola of column `x` to the lower envelope: pairs of a column and the first place where it is lowest.
fn push(envelope: &mut Vec<(usize, usize)>, row: &[u8], x: usize) {
    let height = |column: usize| i64::from(row[column]).pow(2);
    let place = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
    loop {
        let Some(&(last, from)) = envelope.last() else {
            envelope.push((x, 0));
            return;
        };
        // Neighbours of one height, as in every plain run, meet between them.
        if last + 1 == x && row[last] == row[x] && from < x {
            envelope.push((x, x));
            return;
        }
        let (u, i) = (place(x), place(last));
        // The last place where the earlier parabola is not above the new one.
        let until = (u * u - i * i + height(x) - height(last)).div_euclid(2 * (u - i));
        if until < place(from) {
            envelope.pop();
            continue;
        }
        if let Ok(first) = usize::try_from(until + 1)
            && first < row.len()
        {
            envelope.push((x, first));
        }
        return;
    }
}

// proptest is a tool of the machine that builds.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
