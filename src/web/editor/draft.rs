//! Strokes as a short text, so that hundreds of them fit into what a browser keeps: `B54 50 120 8 -1;I;E20 16 16`.
//!
//! A deed is its letter (brush, eraser, invert) and numbers: the brush’s width, then the first place and each step from there in quarter pixels.

use super::{history::Deed, tool::GRAIN};
use crate::domain::mask::{Point, Stroke, StrokeMode};
use std::fmt::Write;

/// A place in whole grains.
#[expect(clippy::cast_possible_truncation, reason = "a place in a picture, in quarter pixels")]
fn grains(point: Point) -> (i32, i32) {
    ((point.x / GRAIN).round() as i32, (point.y / GRAIN).round() as i32)
}

/// The place of whole grains.
#[expect(clippy::cast_precision_loss, reason = "a place in a picture, in quarter pixels")]
fn place((x, y): (i32, i32)) -> Point {
    Point {
        x: x as f32 * GRAIN,
        y: y as f32 * GRAIN,
    }
}

/// Writes deeds.
#[must_use]
pub fn write(deeds: &[Deed]) -> String {
    let written: Vec<String> = deeds
        .iter()
        .map(|deed| match deed {
            Deed::Clear => "C".to_owned(),
            Deed::Invert => "I".to_owned(),
            Deed::Draw(stroke) => {
                let letter = match stroke.mode {
                    StrokeMode::Paint => 'B',
                    StrokeMode::Erase => 'E',
                };
                let mut text = format!("{letter}{}", stroke.width);
                let mut before = (0, 0);
                for point in &stroke.points {
                    let (x, y) = grains(*point);
                    let _ = write!(text, " {} {}", x - before.0, y - before.1);
                    before = (x, y);
                }
                text
            }
        })
        .collect();
    written.join(";")
}

/// Reads deeds; nothing when the text is not one of ours.
#[must_use]
pub fn read(text: &str) -> Option<Vec<Deed>> {
    text.split(';').filter(|part| !part.is_empty()).map(read_deed).collect()
}

fn read_deed(text: &str) -> Option<Deed> {
    let mode = match text {
        "C" => return Some(Deed::Clear),
        "I" => return Some(Deed::Invert),
        _ if text.starts_with('B') => StrokeMode::Paint,
        _ if text.starts_with('E') => StrokeMode::Erase,
        _ => return None,
    };
    let mut words = text[1..].split(' ');
    let width: f32 = words.next()?.parse().ok()?;
    if !(width.is_finite() && width > 0.0) {
        return None;
    }
    let steps: Vec<i32> = words.map(|word| word.parse().ok()).collect::<Option<_>>()?;
    let mut before = (0_i32, 0_i32);
    let mut points = Vec::with_capacity(steps.len() / 2);
    for pair in steps.chunks(2) {
        let [x, y] = pair else { return None };
        before = (before.0.checked_add(*x)?, before.1.checked_add(*y)?);
        points.push(place(before));
    }
    (!points.is_empty()).then_some(Deed::Draw(Stroke { points, width, mode }))
}

// proptest is a tool of the machine that builds.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn deeds_are_short() {
        let deeds = vec![
            Deed::Draw(Stroke {
                points: vec![Point { x: 12.5, y: 30.0 }, Point { x: 14.5, y: 29.75 }],
                width: 54.0,
                mode: StrokeMode::Paint,
            }),
            Deed::Invert,
        ];
        assert_eq!(write(&deeds), "B54 50 120 8 -1;I");
        assert_eq!(read("B54 50 120 8 -1;I"), Some(deeds));
        assert_eq!(read(""), Some(Vec::new()));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "X",
            "B",
            "B5",
            "B5 1",
            "B-5 1 1",
            "Bnan 1 1",
            "B5 1 1;Z",
            "B5 2147483647 0 2147483647 0",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn snapped_strokes_read_back_exactly(
            points in prop::collection::vec((-4000_i32..64_000, -4000_i32..64_000), 1..40),
            width in 1_u16..4000,
            erase in any::<bool>(),
        ) {
            let deeds = vec![Deed::Draw(Stroke {
                points: points.into_iter().map(place).collect(),
                width: f32::from(width),
                mode: if erase { StrokeMode::Erase } else { StrokeMode::Paint },
            })];
            prop_assert_eq!(read(&write(&deeds)), Some(deeds));
        }
    }
}
