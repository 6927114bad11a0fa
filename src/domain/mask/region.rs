//! Masks as sets of pixels: what two have in common, and what a hole encloses.

use super::Mask;
use crate::domain::source::Rect;

/// Two masks of different sizes say nothing about each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the masks are not of one size")]
pub struct OtherSize;

/// While islands are looked for: protected, and reached from the edge of the picture.
const REACHED: u8 = 1;

impl Mask {
    /// Opens every protected island that the hole encloses, so that a line drawn around something becomes the whole of
    /// it. An island touches neither the picture's edge nor, side by side, anything that does; corners alone do not
    /// connect, so a line one pixel wide encloses at any angle.
    pub fn open_islands(&mut self) {
        self.open_islands_up_to(u64::MAX);
    }

    /// The same for islands of at most this many pixels: small gaps between strokes close, large ones stay protected.
    pub fn open_islands_up_to(&mut self, pixels: u64) {
        let (width, height) = (self.width as usize, self.height as usize);
        if self.hole.is_empty() {
            return;
        }
        let mut seeds = Vec::new();
        let edge = (0..width)
            .flat_map(|x| [(x, 0), (x, height - 1)])
            .chain((0..height).flat_map(|y| [(0, y), (width - 1, y)]));
        for seed in edge {
            seeds.push(seed);
            self.flood(&mut seeds, 0, REACHED);
        }
        if pixels < u64::MAX {
            for place in 0..self.hole.len() {
                if self.hole[place] != 0 {
                    continue;
                }
                let seed = (place % width, place / width);
                seeds.push(seed);
                // Open at once; taken back when it turns out to be too large.
                if self.flood(&mut seeds, 0, REACHED + 1) > pixels {
                    seeds.push(seed);
                    self.flood(&mut seeds, REACHED + 1, REACHED);
                }
            }
        }
        for value in &mut self.hole {
            *value = if *value == REACHED { 0 } else { 255 };
        }
    }

    /// Gives everything of value `from` that is connected with a seed the value `to`, and says how many pixels that
    /// were. Row by row, so that what waits is one place a run and never one a pixel.
    fn flood(&mut self, seeds: &mut Vec<(usize, usize)>, from: u8, to: u8) -> u64 {
        let width = self.width as usize;
        let rows = self.height as usize;
        let mut count = 0;
        while let Some((x, y)) = seeds.pop() {
            let row = &mut self.hole[y * width..][..width];
            if row[x] != from {
                continue;
            }
            let start = row[..x].iter().rposition(|&value| value != from).map_or(0, |at| at + 1);
            let end = row[x..]
                .iter()
                .position(|&value| value != from)
                .map_or(width, |at| x + at);
            row[start..end].fill(to);
            count += (end - start) as u64;
            for beside in [y.checked_sub(1), Some(y + 1).filter(|&next| next < rows)]
                .into_iter()
                .flatten()
            {
                let row = &self.hole[beside * width..][..width];
                seeds.extend(
                    (start..end)
                        .filter(|&x| row[x] == from && (x == start || row[x - 1] != from))
                        .map(|x| (x, beside)),
                );
            }
        }
        count
    }

    /// Protects what is open in the other mask.
    ///
    /// # Errors
    /// [`OtherSize`], and nothing has changed.
    pub fn subtract(&mut self, other: &Self) -> Result<(), OtherSize> {
        self.combine(other, |mine, theirs| mine & !theirs)
    }

    /// Opens what is open in the other mask as well.
    ///
    /// # Errors
    /// [`OtherSize`], and nothing has changed.
    pub fn unite(&mut self, other: &Self) -> Result<(), OtherSize> {
        self.combine(other, |mine, theirs| mine | theirs)
    }

    /// Protects what is not open in the other mask as well.
    ///
    /// # Errors
    /// [`OtherSize`], and nothing has changed.
    pub fn intersect(&mut self, other: &Self) -> Result<(), OtherSize> {
        self.combine(other, |mine, theirs| mine & theirs)
    }

    fn combine(&mut self, other: &Self, rule: impl Fn(u8, u8) -> u8) -> Result<(), OtherSize> {
        if (self.width, self.height) != (other.width, other.height) {
            return Err(OtherSize);
        }
        for (mine, &theirs) in self.hole.iter_mut().zip(&other.hole) {
            *mine = rule(*mine, theirs);
        }
        Ok(())
    }

    /// Protects everything beyond this rectangle.
    pub fn close_outside(&mut self, rect: Rect) {
        let width = self.width as usize;
        if width == 0 {
            return;
        }
        let across = rect.x as usize..rect.x as usize + rect.width as usize;
        let down = rect.y as usize..rect.y as usize + rect.height as usize;
        for (y, row) in self.hole.chunks_exact_mut(width).enumerate() {
            if down.contains(&y) {
                row[..across.start.min(width)].fill(0);
                row[across.end.min(width)..].fill(0);
            } else {
                row.fill(0);
            }
        }
    }

    /// The hole through which an answer is seen once more, after the fact: this one, through which the model painted,
    /// grown by `grow_px` pixels (shrunk where that is negative), without what the history brush opened, for there the
    /// source shows again, and without anything beyond the `painted` part, for there is nothing to show. It may come
    /// out empty: then the source stays as it was.
    ///
    /// # Errors
    /// [`OtherSize`] when the history is of another size.
    pub fn after_care(&self, grow_px: i32, history: Option<&Self>, painted: Rect) -> Result<Self, OtherSize> {
        let mut hole = self.clone();
        if grow_px >= 0 {
            hole.grow(grow_px.unsigned_abs());
        } else {
            hole.shrink(grow_px.unsigned_abs());
        }
        if let Some(history) = history {
            hole.subtract(history)?;
        }
        hole.close_outside(painted);
        Ok(hole)
    }
}

#[cfg(test)]
mod tests;
