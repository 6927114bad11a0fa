//! How an answer lies over its source.

/// Where a place of the source is found in the answer, both in pixels of the source: its way from the centre times the
/// scale, and moved by the shift. Places are continuous: the first pixel goes from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct Placement {
    /// The place that the scale leaves alone.
    pub(in super::super) centre: (f64, f64),
    pub(in super::super) shift: (f64, f64),
    pub(in super::super) scale: f64,
}

impl Placement {
    /// The answer as it came.
    pub(in super::super) const fn still(centre: (f64, f64)) -> Self {
        Self {
            centre,
            shift: (0.0, 0.0),
            scale: 1.0,
        }
    }

    pub(in super::super) fn x(&self, x: f64) -> f64 {
        self.centre.0 + self.scale * (x - self.centre.0) + self.shift.0
    }

    pub(in super::super) fn y(&self, y: f64) -> f64 {
        self.centre.1 + self.scale * (y - self.centre.1) + self.shift.1
    }

    pub(in super::super) fn back_x(&self, x: f64) -> f64 {
        self.centre.0 + (x - self.shift.0 - self.centre.0) / self.scale
    }

    pub(in super::super) fn back_y(&self, y: f64) -> f64 {
        self.centre.1 + (y - self.shift.1 - self.centre.1) / self.scale
    }

    /// Whether pixels fall on pixels.
    #[expect(clippy::float_cmp, reason = "set to whole numbers, or not")]
    pub(in super::super) fn is_whole(&self) -> bool {
        self.scale == 1.0 && self.shift.0.fract() == 0.0 && self.shift.1.fract() == 0.0
    }

    /// The same in pixels that are `factor` times as many.
    pub(super) fn magnified(&self, factor: f64) -> Self {
        Self {
            centre: (self.centre.0 * factor, self.centre.1 * factor),
            shift: (self.shift.0 * factor, self.shift.1 * factor),
            scale: self.scale,
        }
    }

    /// The same, counted from a place that far to the left and above.
    pub(super) fn counted_from(&self, x: f64, y: f64) -> Self {
        Self {
            centre: (self.centre.0 + x, self.centre.1 + y),
            ..*self
        }
    }

    pub(super) fn moved(&self, x: f64, y: f64) -> Self {
        Self {
            shift: (self.shift.0 + x, self.shift.1 + y),
            ..*self
        }
    }

    /// Whole pixels where those are near: then nothing has to be resampled.
    pub(super) fn snapped(&self, tolerance: f64) -> Self {
        let whole = (self.shift.0.round(), self.shift.1.round());
        let near = (self.shift.0 - whole.0).abs() <= tolerance && (self.shift.1 - whole.1).abs() <= tolerance;
        // Adding zero turns a negative zero into a plain one.
        let shift = if near {
            (whole.0 + 0.0, whole.1 + 0.0)
        } else {
            self.shift
        };
        Self { shift, ..*self }
    }
}
