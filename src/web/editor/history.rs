//! What was done to a mask, and how to take it back.
//!
//! A step keeps the deed and the runs of pixels that it flipped. Flipping them again takes it back, and once more
//! redoes it, so undo costs what the deed changed and not what was drawn before it.

use crate::domain::mask::Stroke;

/// Something a person does to the mask.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Draws with brush or eraser.
    Draw(Stroke),
    /// Protects everything.
    Clear,
    /// Makes a hole of what was protected, and the other way round.
    Invert,
}

/// Pixels that changed: start and length of each run, in the order of the mask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flips(Vec<(u32, u32)>);

/// Most runs that are kept: 32 MB.
const MAX_RUNS: usize = 4 * 1024 * 1024;

impl Flips {
    /// The places where two stretches of a mask differ; `offset` is where they begin.
    #[must_use]
    pub fn between(offset: usize, before: &[u8], after: &[u8]) -> Self {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        let mut open: Option<usize> = None;
        let mut close = |from: usize, to: usize| {
            if let (Ok(start), Ok(length)) = (u32::try_from(offset + from), u32::try_from(to - from)) {
                runs.push((start, length));
            }
        };
        for (at, (one, other)) in before.iter().zip(after).enumerate() {
            match (open, one != other) {
                (None, true) => open = Some(at),
                (Some(from), false) => {
                    close(from, at);
                    open = None;
                }
                _ => {}
            }
        }
        if let Some(from) = open {
            close(from, before.len().min(after.len()));
        }
        Self(runs)
    }

    /// Every pixel of a mask.
    #[must_use]
    pub fn all(length: usize) -> Self {
        Self(vec![(0, u32::try_from(length).unwrap_or(u32::MAX))])
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Flips these pixels and returns by how many the hole grew (below zero: shrank).
    pub fn apply(&self, hole: &mut [u8]) -> i64 {
        let mut grown = 0;
        for (start, length) in &self.0 {
            let from = *start as usize;
            let Some(run) = hole.get_mut(from..from + *length as usize) else {
                continue;
            };
            for value in run {
                if *value == 0 {
                    *value = 255;
                    grown += 1;
                } else {
                    *value = 0;
                    grown -= 1;
                }
            }
        }
        grown
    }

    /// The rows touched, from inclusive to exclusive, in a mask of this width.
    #[must_use]
    pub fn rows(&self, width: u32) -> (u32, u32) {
        let width = width.max(1);
        let first = self.0.first().map_or(0, |(start, _)| start / width);
        let last = self
            .0
            .last()
            .map_or(0, |(start, length)| (start + length).div_ceil(width));
        (first, last)
    }
}

/// A deed with what it changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What was done.
    pub deed: Deed,
    /// What it changed.
    pub flips: Flips,
}

/// Deeds in order, and those taken back.
#[derive(Debug, Default)]
pub struct History {
    /// Deeds so old that they cannot be taken back any more.
    settled: Vec<Deed>,
    done: Vec<Step>,
    undone: Vec<Step>,
}

impl History {
    /// Adds a step; what was taken back before is gone.
    pub fn push(&mut self, step: Step) {
        self.undone.clear();
        self.done.push(step);
        let mut runs: usize = self.done.iter().map(|step| step.flips.0.len()).sum();
        while runs > MAX_RUNS && self.done.len() > 1 {
            let oldest = self.done.remove(0);
            runs -= oldest.flips.0.len();
            self.settled.push(oldest.deed);
        }
    }

    /// Moves the last step to those taken back and returns it.
    pub fn undo(&mut self) -> Option<&Step> {
        let step = self.done.pop()?;
        self.undone.push(step);
        self.undone.last()
    }

    /// Moves the step taken back last to those done and returns it.
    pub fn redo(&mut self) -> Option<&Step> {
        let step = self.undone.pop()?;
        self.done.push(step);
        self.done.last()
    }

    /// Whether there is a step to take back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether there is a step to redo.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// The deeds that make the mask, without those that a later clearing wiped away.
    #[must_use]
    pub fn deeds(&self) -> Vec<Deed> {
        let all = self.settled.iter().chain(self.done.iter().map(|step| &step.deed));
        all.fold(Vec::new(), |mut deeds, deed| {
            if *deed == Deed::Clear {
                deeds.clear();
            } else {
                deeds.push(deed.clone());
            }
            deeds
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flips_are_the_runs_that_differ() {
        let flips = Flips::between(10, &[0, 0, 255, 255, 0], &[255, 0, 0, 0, 255]);
        assert_eq!(flips.0, [(10, 1), (12, 3)]);
        assert!(Flips::between(0, &[0, 255], &[0, 255]).is_empty());
    }

    #[test]
    fn flipping_counts_how_much_the_hole_grew() {
        let mut hole = [0, 255, 0];
        let flips = Flips::all(3);
        assert_eq!(flips.apply(&mut hole), 1);
        assert_eq!(hole, [255, 0, 255]);
        assert_eq!(flips.apply(&mut hole), -1);
        assert_eq!(hole, [0, 255, 0]);
    }

    #[test]
    fn rows_are_those_touched() {
        assert_eq!(Flips(vec![(12, 3), (25, 6)]).rows(10), (1, 4));
        assert_eq!(Flips::default().rows(10), (0, 0));
    }

    #[test]
    fn clearing_makes_earlier_deeds_pointless() {
        let mut history = History::default();
        for deed in [Deed::Invert, Deed::Clear, Deed::Invert, Deed::Invert] {
            history.push(Step {
                deed,
                flips: Flips::all(1),
            });
        }
        assert_eq!(history.deeds(), [Deed::Invert, Deed::Invert]);
        history.undo();
        assert_eq!(history.deeds(), [Deed::Invert]);
        assert!(history.can_undo() && history.can_redo());
        history.push(Step {
            deed: Deed::Clear,
            flips: Flips::default(),
        });
        assert!(!history.can_redo() && history.deeds().is_empty());
    }
}
