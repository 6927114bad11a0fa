//! Where a picture may change.

use super::plane::Plane;
use crate::domain::spec::Size;

/// Where a picture may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole {
    width: usize,
    height: usize,
    open: Vec<bool>,
}

impl Hole {
    /// A hole of these points, row by row; missing ones are closed.
    #[must_use]
    pub fn new(width: usize, height: usize, mut open: Vec<bool>) -> Self {
        open.resize(width * height, false);
        Self { width, height, open }
    }

    /// The size of the picture it belongs to.
    #[must_use]
    pub fn size(&self) -> Size {
        Size::new(self.width as u32, self.height as u32)
    }

    /// How open each point is at another size, 0 to 1: the middle of the hole in that shape, as pictures are cut.
    pub(super) fn covering(&self, width: usize, height: usize) -> Plane {
        let (across, down) = if self.width * height > self.height * width {
            ((self.height * width / height).max(1), self.height)
        } else {
            (self.width, (self.width * height / width).max(1))
        };
        let (left, top) = ((self.width - across) / 2, (self.height - down) / 2);
        let mut plane = Plane::new(across, down);
        for y in 0..down {
            let from = (top + y) * self.width + left;
            let row: &[bool] = &self.open[from..from + across];
            let target: &mut [f32] = &mut plane.values[y * across..(y + 1) * across];
            let mut x = 0;
            while x < across {
                target[x] = if row[x] { 1.0 } else { 0.0 };
                x += 1;
            }
        }
        plane.resized(width, height)
    }
}
