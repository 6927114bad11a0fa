//! Tools as a state machine: a gesture, something that happens, and what follows. Places are in the picture.

use crate::domain::mask::{Point, Stroke, StrokeMode};

/// What the pointer does to the stencil.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Opens the hole.
    Brush,
    /// Protects again.
    Eraser,
}

impl Tool {
    /// What its strokes do.
    #[must_use]
    pub const fn mode(self) -> StrokeMode {
        match self {
            Self::Brush => StrokeMode::Paint,
            Self::Eraser => StrokeMode::Erase,
        }
    }
}

/// Smallest brush, in pixels of the picture.
pub const MIN_WIDTH: f32 = 1.0;
/// Steps between the smallest and the largest brush on the slider.
pub const WIDTH_STEPS: f32 = 100.0;

/// The largest brush for a picture: half of its shorter side.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "sides are at most 16,000")]
pub fn max_width(width: u32, height: u32) -> f32 {
    (width.min(height) as f32 / 2.0).max(16.0)
}

/// The brush to begin with: about a twelfth of the shorter side.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "sides are at most 16,000")]
pub fn first_width(width: u32, height: u32) -> f32 {
    (width.min(height) as f32 / 12.0).round().max(8.0)
}

/// The brush one key press larger or smaller: a tenth, at least one pixel.
#[must_use]
pub fn resized(width: f32, larger: bool, max: f32) -> f32 {
    let step = (width * 0.1).round().max(1.0);
    let resized = if larger { width + step } else { width - step };
    resized.round().clamp(MIN_WIDTH, max)
}

/// The slider's position of a brush: small brushes get as much of the slider as large ones.
#[must_use]
pub fn slider_of(width: f32, max: f32) -> f32 {
    ((width / MIN_WIDTH).ln() / (max / MIN_WIDTH).ln() * WIDTH_STEPS).round()
}

/// The brush of a slider's position.
#[must_use]
pub fn of_slider(position: f32, max: f32) -> f32 {
    (MIN_WIDTH * (max / MIN_WIDTH).powf(position / WIDTH_STEPS))
        .round()
        .clamp(MIN_WIDTH, max)
}

/// What a pointer is in the middle of.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Gesture {
    /// Nothing.
    #[default]
    Idle,
    /// A stroke.
    Drawing {
        /// Which pointer draws.
        pointer: i32,
        /// What it drew so far.
        stroke: Stroke,
    },
}

/// What happens on the surface.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// A pointer goes down.
    Press {
        /// Which one.
        pointer: i32,
        /// Where.
        at: Point,
        /// What it does: the tool's mode, or its opposite for the other button.
        mode: StrokeMode,
        /// The brush.
        width: f32,
    },
    /// A pointer moves.
    Move {
        /// Which one.
        pointer: i32,
        /// Where it went, in order.
        path: Vec<Point>,
    },
    /// A pointer goes up, wherever that is.
    Release {
        /// Which one.
        pointer: i32,
    },
    /// The gesture is given up: the browser took the pointer away, or a person pressed Escape.
    GiveUp,
}

/// What follows.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Nothing changes.
    Nothing,
    /// The stroke in progress looks different.
    Redraw,
    /// The stroke is done.
    Commit(Stroke),
}

/// Places closer together than this are one: a quarter of a pixel, also what a kept stroke is rounded to.
pub const GRAIN: f32 = 0.25;

/// A place on the grain.
#[must_use]
pub fn snapped(point: Point) -> Point {
    Point {
        x: (point.x / GRAIN).round() * GRAIN,
        y: (point.y / GRAIN).round() * GRAIN,
    }
}

/// What becomes of a gesture when something happens.
#[must_use]
pub fn step(gesture: Gesture, happening: Happening) -> (Gesture, Outcome) {
    match (gesture, happening) {
        (
            Gesture::Idle,
            Happening::Press {
                pointer,
                at,
                mode,
                width,
            },
        ) => {
            let stroke = Stroke {
                points: vec![snapped(at)],
                width,
                mode,
            };
            (Gesture::Drawing { pointer, stroke }, Outcome::Redraw)
        }
        (Gesture::Idle, Happening::Move { .. } | Happening::Release { .. } | Happening::GiveUp) => {
            (Gesture::Idle, Outcome::Nothing)
        }
        // A second finger means that the first was not meant to draw.
        (Gesture::Drawing { pointer, .. }, Happening::Press { pointer: other, .. }) if other != pointer => {
            (Gesture::Idle, Outcome::Redraw)
        }
        (drawing @ Gesture::Drawing { .. }, Happening::Press { .. }) => (drawing, Outcome::Nothing),
        (Gesture::Drawing { pointer, mut stroke }, Happening::Move { pointer: mover, path }) => {
            if mover != pointer {
                return (Gesture::Drawing { pointer, stroke }, Outcome::Nothing);
            }
            for point in path.into_iter().map(snapped) {
                if stroke.points.last() != Some(&point) {
                    stroke.points.push(point);
                }
            }
            (Gesture::Drawing { pointer, stroke }, Outcome::Redraw)
        }
        (Gesture::Drawing { pointer, stroke }, Happening::Release { pointer: other }) => {
            if other == pointer {
                (Gesture::Idle, Outcome::Commit(stroke))
            } else {
                (Gesture::Drawing { pointer, stroke }, Outcome::Nothing)
            }
        }
        (Gesture::Drawing { .. }, Happening::GiveUp) => (Gesture::Idle, Outcome::Redraw),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(x: f32, y: f32) -> Point {
        Point { x, y }
    }

    fn press(pointer: i32) -> Happening {
        Happening::Press {
            pointer,
            at: at(1.1, 2.0),
            mode: StrokeMode::Paint,
            width: 10.0,
        }
    }

    fn moved(pointer: i32, path: &[Point]) -> Happening {
        Happening::Move {
            pointer,
            path: path.to_vec(),
        }
    }

    fn play(happenings: Vec<Happening>) -> (Gesture, Vec<Outcome>) {
        happenings
            .into_iter()
            .fold((Gesture::Idle, Vec::new()), |(gesture, mut outcomes), happening| {
                let (gesture, outcome) = step(gesture, happening);
                outcomes.push(outcome);
                (gesture, outcomes)
            })
    }

    #[test]
    fn a_stroke_is_committed_when_its_pointer_goes_up() {
        let path = [at(2.0, 2.0), at(2.1, 2.0), at(4.0, 4.0)];
        let (gesture, outcomes) = play(vec![press(1), moved(1, &path), Happening::Release { pointer: 1 }]);
        assert_eq!(gesture, Gesture::Idle);
        let Some(Outcome::Commit(stroke)) = outcomes.last() else {
            panic!("{outcomes:?}");
        };
        assert_eq!(stroke.points, [at(1.0, 2.0), at(2.0, 2.0), at(4.0, 4.0)]);
    }

    #[test]
    fn a_second_finger_gives_the_stroke_up() {
        let (gesture, outcomes) = play(vec![press(1), press(2), Happening::Release { pointer: 1 }]);
        assert_eq!(gesture, Gesture::Idle);
        assert_eq!(outcomes, [Outcome::Redraw, Outcome::Redraw, Outcome::Nothing]);
    }

    #[test]
    fn other_pointers_neither_move_nor_end_a_stroke() {
        let (gesture, _) = play(vec![
            press(1),
            moved(2, &[at(9.0, 9.0)]),
            Happening::Release { pointer: 2 },
        ]);
        let Gesture::Drawing { stroke, .. } = gesture else {
            panic!("the stroke ended")
        };
        assert_eq!(stroke.points.len(), 1);
    }

    #[test]
    fn the_slider_gives_back_the_brush_it_shows() {
        let max = max_width(3000, 2000);
        for position in [0.0, 25.0, 50.0, 75.0, 100.0] {
            let width = of_slider(position, max);
            assert!((of_slider(slider_of(width, max), max) - width).abs() <= width * 0.08 + 0.5);
        }
        assert!((of_slider(100.0, max) - max).abs() < 0.5);
    }

    #[test]
    fn keys_resize_by_at_least_a_pixel_and_stay_in_bounds() {
        assert!((resized(4.0, true, 100.0) - 5.0).abs() < f32::EPSILON);
        assert!((resized(1.0, false, 100.0) - 1.0).abs() < f32::EPSILON);
        assert!((resized(100.0, true, 100.0) - 100.0).abs() < f32::EPSILON);
    }
}
