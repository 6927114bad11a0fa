//! The sheet that is cut: a mask of the picture's size with its history. Every change goes through [`Sheet::apply`],
//! so what is counted, shown, taken back and sent are the same pixels.

use super::history::{Deed, Flips, History, Step};
use crate::domain::{
    mask::{Mask, Stroke},
    source::Rect,
};

/// Rows that changed, from inclusive to exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    /// The first one.
    pub from: u32,
    /// The one after the last.
    pub to: u32,
}

/// A mask with its history. The mask itself is made by the first deed: a page that only looks needs none.
#[derive(Debug)]
pub struct Sheet {
    width: u32,
    height: u32,
    mask: Option<Mask>,
    open: i64,
    history: History,
}

impl Sheet {
    /// A sheet without a hole.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            mask: None,
            open: 0,
            history: History::default(),
        }
    }

    /// The mask, once something was done.
    #[must_use]
    pub const fn mask(&self) -> Option<&Mask> {
        self.mask.as_ref()
    }

    /// How much of the picture may change, from 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "at most 40 million pixels")]
    pub fn share(&self) -> f64 {
        let all = f64::from(self.width) * f64::from(self.height);
        if all > 0.0 { self.open as f64 / all } else { 0.0 }
    }

    /// The smallest rectangle around the hole.
    #[must_use]
    pub fn bounds(&self) -> Option<Rect> {
        if self.open == 0 {
            return None;
        }
        self.mask.as_ref().and_then(Mask::bounds)
    }

    /// The history.
    #[must_use]
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// Does something. Nothing comes back, and nothing is remembered, when no pixel changed.
    pub fn apply(&mut self, deed: Deed) -> Option<Rows> {
        let (width, height) = (self.width, self.height);
        let mask = self.mask.get_or_insert_with(|| Mask::closed(width, height));
        let flips = match &deed {
            Deed::Draw(stroke) => drawn(mask, stroke),
            Deed::Clear => {
                let before = mask.hole().to_vec();
                mask.clear();
                Flips::between(0, &before, mask.hole())
            }
            Deed::Invert => {
                mask.invert();
                Flips::all(mask.hole().len())
            }
        };
        if flips.is_empty() {
            return None;
        }
        // The pixels are flipped already: flip back, then let the one place that counts do it.
        flips.apply(mask.hole_mut());
        let rows = self.flip(&flips);
        self.history.push(Step { deed, flips });
        Some(rows)
    }

    /// Takes the last deed back.
    pub fn undo(&mut self) -> Option<Rows> {
        let flips = self.history.undo()?.flips.clone();
        Some(self.flip(&flips))
    }

    /// Does again what was taken back last.
    pub fn redo(&mut self) -> Option<Rows> {
        let flips = self.history.redo()?.flips.clone();
        Some(self.flip(&flips))
    }

    fn flip(&mut self, flips: &Flips) -> Rows {
        if let Some(mask) = &mut self.mask {
            self.open += flips.apply(mask.hole_mut());
        }
        let (from, to) = flips.rows(self.width);
        Rows { from, to }
    }
}

/// Draws a stroke and returns what it changed. Only the rows it can reach are compared.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the mask before"
)]
fn drawn(mask: &mut Mask, stroke: &Stroke) -> Flips {
    let radius = f64::from(stroke.width) / 2.0 + 1.0;
    let rows = f64::from(mask.height());
    let reach = stroke
        .points
        .iter()
        .map(|point| f64::from(point.y))
        .filter(|y| y.is_finite());
    let (top, bottom) = reach.fold((rows, 0.0_f64), |(top, bottom), y| {
        (top.min(y - radius), bottom.max(y + radius))
    });
    let from = top.floor().clamp(0.0, rows) as usize * mask.width() as usize;
    let to = bottom.ceil().clamp(0.0, rows) as usize * mask.width() as usize;
    if from >= to {
        return Flips::default();
    }
    let before = mask.hole()[from..to].to_vec();
    mask.draw(stroke);
    Flips::between(from, &before, &mask.hole()[from..to])
}

// proptest is a tool of the machine that builds.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::domain::mask::{Point, StrokeMode};
    use proptest::prelude::*;

    fn stroke(mode: StrokeMode, width: f32, points: &[(f32, f32)]) -> Deed {
        Deed::Draw(Stroke {
            points: points.iter().map(|&(x, y)| Point { x, y }).collect(),
            width,
            mode,
        })
    }

    /// Counts the slow way.
    fn check(sheet: &Sheet) {
        let counted = sheet.mask().map_or(0.0, Mask::area_share);
        assert!((sheet.share() - counted).abs() < 1e-12, "{} {counted}", sheet.share());
    }

    #[test]
    fn what_changes_nothing_is_not_remembered() {
        let mut sheet = Sheet::new(20, 10);
        assert_eq!(sheet.apply(stroke(StrokeMode::Erase, 4.0, &[(5.0, 5.0)])), None);
        assert_eq!(sheet.apply(Deed::Clear), None);
        assert!(!sheet.history().can_undo());
        assert_eq!(sheet.bounds(), None);
    }

    #[test]
    fn the_rows_of_a_stroke_are_those_it_changed() {
        let mut sheet = Sheet::new(20, 10);
        let rows = sheet.apply(stroke(StrokeMode::Paint, 2.0, &[(5.0, 4.0), (15.0, 4.0)]));
        assert_eq!(rows, Some(Rows { from: 3, to: 5 }));
        check(&sheet);
    }

    fn deeds() -> impl Strategy<Value = Vec<Deed>> {
        let point = (-5.0_f32..45.0, -5.0_f32..35.0);
        let points = prop::collection::vec(point, 1..6);
        let drawn = (points, 0.5_f32..20.0, any::<bool>()).prop_map(|(points, width, paint)| {
            let mode = if paint { StrokeMode::Paint } else { StrokeMode::Erase };
            stroke(mode, width, &points)
        });
        let deed = prop_oneof![6 => drawn, 1 => Just(Deed::Clear), 1 => Just(Deed::Invert)];
        prop::collection::vec(deed, 0..12)
    }

    proptest! {
        #[test]
        fn redo_after_undo_changes_nothing_and_undoing_all_leaves_nothing(deeds in deeds()) {
            let mut sheet = Sheet::new(40, 30);
            for deed in deeds {
                sheet.apply(deed);
                check(&sheet);
            }
            let before = sheet.mask().cloned();
            let mut steps = 0;
            while sheet.undo().is_some() {
                check(&sheet);
                steps += 1;
            }
            prop_assert_eq!(sheet.bounds(), None);
            for _ in 0..steps {
                sheet.redo();
            }
            prop_assert_eq!(sheet.mask(), before.as_ref());
        }

        #[test]
        fn the_deeds_make_the_same_mask_again(deeds in deeds()) {
            let mut sheet = Sheet::new(40, 30);
            for deed in deeds {
                sheet.apply(deed);
            }
            let mut again = Sheet::new(40, 30);
            for deed in sheet.history().deeds() {
                again.apply(deed);
            }
            prop_assert_eq!(sheet.bounds(), again.bounds());
            prop_assert!((sheet.share() - again.share()).abs() < 1e-12);
        }
    }
}
