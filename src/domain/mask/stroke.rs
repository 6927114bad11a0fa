//! What a person paints: strokes as data. The mask is derived from them, so undo is dropping the last one.
//!
//! A pixel belongs to a stroke when its centre does. Only additions, products and square roots of `f64` are used, which
//! give the same bits in the browser and on the server.

use super::Mask;
use serde::{Deserialize, Serialize};

/// A place in the picture, in pixels: the first pixel's centre is (0.5, 0.5).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// From the left edge.
    pub x: f32,
    /// From the upper edge.
    pub y: f32,
}

/// What a stroke does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StrokeMode {
    /// Opens the hole.
    Paint,
    /// Protects again.
    Erase,
}

/// One movement of the brush or the eraser, with round ends and joins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stroke {
    /// Where the brush went; a single point makes a dot.
    pub points: Vec<Point>,
    /// The brush's diameter, in pixels of the picture.
    pub width: f32,
    /// Paint or erase.
    pub mode: StrokeMode,
}

/// The part of a row between two places; empty when `from > to`.
#[derive(Clone, Copy)]
struct Span {
    from: f64,
    to: f64,
}

impl Span {
    const EMPTY: Self = Self {
        from: f64::INFINITY,
        to: f64::NEG_INFINITY,
    };
    const ALL: Self = Self {
        from: f64::NEG_INFINITY,
        to: f64::INFINITY,
    };

    fn and(self, other: Self) -> Self {
        Self {
            from: self.from.max(other.from),
            to: self.to.min(other.to),
        }
    }

    /// Around both. Exact for the parts of a capsule, which is convex.
    fn or(self, other: Self) -> Self {
        if self.from > self.to {
            return other;
        }
        if other.from > other.to {
            return self;
        }
        Self {
            from: self.from.min(other.from),
            to: self.to.max(other.to),
        }
    }

    /// Where `low <= slope * x + offset <= high`.
    fn between(slope: f64, offset: f64, low: f64, high: f64) -> Self {
        if slope == 0.0 {
            return if low <= offset && offset <= high {
                Self::ALL
            } else {
                Self::EMPTY
            };
        }
        let (one, other) = ((low - offset) / slope, (high - offset) / slope);
        Self {
            from: one.min(other),
            to: one.max(other),
        }
    }
}

/// All places within `radius` of the line from `start` to `end`.
struct Capsule {
    start: (f64, f64),
    end: (f64, f64),
    radius: f64,
}

impl Capsule {
    fn span(&self, y: f64) -> Span {
        let disc = |(x, centre): (f64, f64)| {
            let rest = self.radius * self.radius - (y - centre) * (y - centre);
            if rest < 0.0 {
                return Span::EMPTY;
            }
            let half = rest.sqrt();
            Span {
                from: x - half,
                to: x + half,
            }
        };
        let (dx, dy) = (self.end.0 - self.start.0, self.end.1 - self.start.1);
        let length = (dx * dx + dy * dy).sqrt();
        let ends = disc(self.start).or(disc(self.end));
        if length == 0.0 {
            return ends;
        }
        let (dx, dy) = (dx / length, dy / length);
        let (x0, down) = (self.start.0, y - self.start.1);
        let beside = Span::between(-dy, dy * x0 + dx * down, -self.radius, self.radius);
        let along = Span::between(dx, dy * down - dx * x0, 0.0, length);
        ends.or(beside.and(along))
    }
}

impl Mask {
    /// The mask these strokes make, in their order.
    #[must_use]
    pub fn from_strokes(width: u32, height: u32, strokes: &[Stroke]) -> Self {
        let mut mask = Self::closed(width, height);
        for stroke in strokes {
            mask.draw(stroke);
        }
        mask
    }

    /// Draws one stroke. Points that are no numbers are skipped.
    pub fn draw(&mut self, stroke: &Stroke) {
        let value = match stroke.mode {
            StrokeMode::Paint => 255,
            StrokeMode::Erase => 0,
        };
        let radius = f64::from(stroke.width) / 2.0;
        if !radius.is_finite() || radius <= 0.0 {
            return;
        }
        let mut points = stroke
            .points
            .iter()
            .filter(|point| point.x.is_finite() && point.y.is_finite())
            .map(|point| (f64::from(point.x), f64::from(point.y)));
        let Some(mut start) = points.next() else { return };
        self.fill(
            &Capsule {
                start,
                end: start,
                radius,
            },
            value,
        );
        for end in points {
            if end != start {
                self.fill(&Capsule { start, end, radius }, value);
                start = end;
            }
        }
    }

    fn fill(&mut self, capsule: &Capsule, value: u8) {
        let top = capsule.start.1.min(capsule.end.1) - capsule.radius;
        let bottom = capsule.start.1.max(capsule.end.1) + capsule.radius;
        let (first_row, last_row) = centres(top, bottom, self.height);
        let width = self.width as usize;
        for y in first_row..last_row {
            #[expect(clippy::cast_precision_loss, reason = "sides are far below 2^52")]
            let span = capsule.span(y as f64 + 0.5);
            let (from, to) = centres(span.from, span.to, self.width);
            if from < to {
                self.hole[y * width..][from..to].fill(value);
            }
        }
    }
}

/// The pixels, from inclusive to exclusive, whose centres lie between two places, of `count` in all.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the picture before"
)]
fn centres(from: f64, to: f64, count: u32) -> (usize, usize) {
    let count = f64::from(count);
    let first = (from - 0.5).ceil().clamp(0.0, count);
    let end = ((to - 0.5).floor() + 1.0).clamp(0.0, count);
    (first as usize, end as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stroke(mode: StrokeMode, width: f32, points: &[(f32, f32)]) -> Stroke {
        Stroke {
            points: points.iter().map(|&(x, y)| Point { x, y }).collect(),
            width,
            mode,
        }
    }

    /// Whether the pixel's centre is within the radius of a segment, computed another way.
    fn near(x: usize, y: usize, stroke: &Stroke) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let (px, py) = (x as f64 + 0.5, y as f64 + 0.5);
        let radius = f64::from(stroke.width) / 2.0;
        let dots = stroke
            .points
            .iter()
            .zip(stroke.points.iter().skip(1).chain(stroke.points.last()));
        dots.into_iter().any(|(a, b)| {
            let (ax, ay) = (f64::from(a.x), f64::from(a.y));
            let (dx, dy) = (f64::from(b.x) - ax, f64::from(b.y) - ay);
            let square = dx * dx + dy * dy;
            let t = if square == 0.0 {
                0.0
            } else {
                (((px - ax) * dx + (py - ay) * dy) / square).clamp(0.0, 1.0)
            };
            let (ex, ey) = (px - ax - t * dx, py - ay - t * dy);
            ex * ex + ey * ey <= radius * radius
        })
    }

    #[test]
    fn a_stroke_covers_the_pixels_whose_centre_is_near_it() {
        let strokes = [
            stroke(StrokeMode::Paint, 9.0, &[(20.0, 20.0)]),
            stroke(StrokeMode::Paint, 1.0, &[(3.2, 4.7)]),
            stroke(StrokeMode::Paint, 7.3, &[(5.1, 6.2), (30.7, 11.9), (12.0, 38.0)]),
            stroke(StrokeMode::Paint, 4.0, &[(-10.0, 20.0), (60.0, 20.3)]),
            stroke(StrokeMode::Paint, 6.0, &[(20.0, -20.0), (20.0, 90.0)]),
            stroke(StrokeMode::Paint, 300.0, &[(20.0, 20.0), (21.0, 20.0)]),
        ];
        for stroke in strokes {
            let mask = Mask::from_strokes(40, 40, std::slice::from_ref(&stroke));
            let wrong = (0..40)
                .flat_map(|y| (0..40).map(move |x| (x, y)))
                .filter(|&(x, y)| (mask.hole()[y * 40 + x] == 255) != near(x, y, &stroke))
                .count();
            // A centre exactly on the rim may fall on either side of rounding.
            assert!(wrong <= 2, "{wrong} pixels differ for {stroke:?}");
        }
    }

    #[test]
    fn erasing_what_was_painted_leaves_nothing() {
        let points = [(4.0, 4.0), (25.5, 17.25), (8.0, 30.0)];
        let mut mask = Mask::from_strokes(40, 40, &[stroke(StrokeMode::Paint, 8.0, &points)]);
        assert!(mask.hole_pixels() > 300);
        mask.draw(&stroke(StrokeMode::Erase, 8.0, &points));
        assert_eq!(mask.hole_pixels(), 0);
    }

    #[test]
    fn points_out_of_sight_or_no_numbers_do_no_harm() {
        let mut mask = Mask::closed(10, 10);
        mask.draw(&stroke(StrokeMode::Paint, 5.0, &[(1e30, 1e30), (-1e30, 4e37)]));
        mask.draw(&stroke(StrokeMode::Paint, f32::NAN, &[(5.0, 5.0)]));
        mask.draw(&stroke(StrokeMode::Paint, -3.0, &[(5.0, 5.0)]));
        mask.draw(&stroke(StrokeMode::Paint, 3.0, &[]));
        assert_eq!(mask.hole_pixels(), 0);
        mask.draw(&stroke(StrokeMode::Paint, 1.0, &[(f32::NAN, 5.0), (5.5, 5.5)]));
        assert_eq!(mask.hole_pixels(), 1);
        Mask::closed(0, 0).draw(&stroke(StrokeMode::Paint, 3.0, &[(0.0, 0.0)]));
    }

    #[test]
    fn a_stroke_keeps_its_form_in_json() {
        let json = r#"{"points":[{"x":1.5,"y":2.0}],"width":12.0,"mode":"erase"}"#;
        let read: Stroke = serde_json::from_str(json).expect("a stroke");
        assert_eq!(read, stroke(StrokeMode::Erase, 12.0, &[(1.5, 2.0)]));
        assert_eq!(serde_json::to_string(&read).expect("json"), json);
    }
}
