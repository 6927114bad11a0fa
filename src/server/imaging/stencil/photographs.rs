//! Real photographs, answered as models do: everything moved, a little larger or smaller, tinted, written as a JPEG.
//!
//! With `LOOK_AT_COMPOSITES` set to a folder the composites are written there, to be looked at.

use super::{Composed, Options, compose};
use crate::domain::{
    mask::{Mask, Point, Stroke, StrokeMode},
    source::Format,
    spec::Size,
};
use crate::server::imaging::{Pixels, Quality, decode, encode, samples::painted};
use std::{fmt::Write, fs, path::Path};

/// What the provider does to a picture.
#[derive(Debug, Clone, Copy)]
struct Habit {
    shift: (f64, f64),
    scale: f64,
    gain: [f64; 3],
    offset: [f64; 3],
    /// Size of the answer, as a part of the source's.
    size: f64,
    /// How much brighter the right edge becomes than the left one.
    slant: f64,
}

const HABITS: [Habit; 5] = [
    Habit {
        shift: (3.0, -4.0),
        scale: 1.01,
        gain: [0.97, 1.0, 0.95],
        offset: [9.0, 3.0, 1.0],
        size: 1.0,
        slant: 0.0,
    },
    Habit {
        shift: (-7.4, 3.3),
        scale: 0.99,
        gain: [1.0, 0.94, 0.98],
        offset: [-2.0, 8.0, 10.0],
        size: 1.0,
        slant: 0.0,
    },
    Habit {
        shift: (8.0, 5.0),
        scale: 1.0,
        gain: [0.93, 0.93, 0.93],
        offset: [14.0, 10.0, 6.0],
        size: 1.0,
        slant: 0.0,
    },
    Habit {
        shift: (5.5, 6.5),
        scale: 1.01,
        gain: [1.0, 1.0, 1.0],
        offset: [-6.0, -3.0, 4.0],
        size: 0.45,
        slant: 16.0,
    },
    Habit {
        shift: (-4.0, -8.0),
        scale: 0.985,
        gain: [0.96, 0.98, 1.0],
        offset: [6.0, 0.0, -4.0],
        size: 1.5,
        slant: -10.0,
    },
];

/// Name, and the brush that makes its hole: from, to and width as parts of the shorter side.
const PHOTOGRAPHS: [(&str, [f32; 5]); 7] = [
    ("astronaut", [0.45, 0.3, 0.5, 0.45, 0.3]),
    ("chelsea", [0.5, 0.4, 0.9, 0.6, 0.35]),
    ("coffee", [0.6, 0.5, 0.8, 0.5, 0.4]),
    ("rocket", [0.75, 0.35, 0.75, 0.7, 0.2]),
    ("camera", [0.45, 0.3, 0.55, 0.6, 0.25]),
    ("coins", [0.3, 0.3, 0.8, 0.35, 0.25]),
    ("gravel", [0.5, 0.5, 0.6, 0.6, 0.3]),
];

fn photograph(name: &str) -> Pixels {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("end2end/pictures/{name}.jpg"));
    decode(&fs::read(path).expect("the photographs lie beside the end-to-end tests")).expect("sound")
}

fn hole(size: Size, brush: [f32; 5]) -> Mask {
    #[expect(clippy::cast_precision_loss, reason = "small pictures")]
    let side = size.width.min(size.height) as f32;
    let [x0, y0, x1, y1, width] = brush.map(|part| part * side);
    let points = vec![Point { x: x0, y: y0 }, Point { x: x1, y: y1 }];
    let stroke = Stroke {
        points,
        width,
        mode: StrokeMode::Paint,
    };
    Mask::from_strokes(size.width, size.height, &[stroke])
}

/// The source's colours between pixels, by Catmull and Rom's cubic: written here, so that the resampling that is tried
/// does not try itself.
fn between(source: &Pixels, x: f64, y: f64) -> [f64; 3] {
    let size = source.size();
    let pixels = source.rgba().as_chunks::<4>().0;
    let weights = |t: f64| {
        [
            ((-0.5 * t + 1.0) * t - 0.5) * t,
            (1.5 * t - 2.5) * t * t + 1.0,
            ((-1.5 * t + 2.0) * t + 0.5) * t,
            (0.5 * t - 0.5) * t * t,
        ]
    };
    let (u, v) = (x - 0.5, y - 0.5);
    let (left, top) = (u.floor(), v.floor());
    let (across, down) = (weights(u - left), weights(v - top));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the picture"
    )]
    let place = |value: f64, length: u32| value.clamp(0.0, f64::from(length - 1)) as usize;
    let mut sum = [0.0; 3];
    for (row, down) in (-1..3).zip(down) {
        let y = place(top + f64::from(row), size.height);
        for (column, across) in (-1..3).zip(across) {
            let pixel = pixels[y * size.width as usize + place(left + f64::from(column), size.width)];
            for (sum, value) in sum.iter_mut().zip(pixel) {
                *sum += f64::from(value) * across * down;
            }
        }
    }
    sum
}

impl Habit {
    /// Where a place of the source is found in the answer, in the source's pixels.
    fn place(&self, size: Size, x: f64, y: f64) -> (f64, f64) {
        let (cx, cy) = (f64::from(size.width) / 2.0, f64::from(size.height) / 2.0);
        (
            cx + (x - cx) * self.scale + self.shift.0,
            cy + (y - cy) * self.scale + self.shift.1,
        )
    }

    fn back(&self, size: Size, x: f64, y: f64) -> (f64, f64) {
        let (cx, cy) = (f64::from(size.width) / 2.0, f64::from(size.height) / 2.0);
        (
            cx + (x - cx - self.shift.0) / self.scale,
            cy + (y - cy - self.shift.1) / self.scale,
        )
    }

    fn tint(&self, colour: [f64; 3], along: f64) -> [u8; 4] {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to a byte"
        )]
        let value = |index: usize| {
            (colour[index] * self.gain[index] + self.offset[index] + self.slant * along)
                .round()
                .clamp(0.0, 255.0) as u8
        };
        [value(0), value(1), value(2), 255]
    }

    /// The answer to a source, in which `repaint` says what stands at a place of the source.
    fn answer(&self, source: &Pixels, mask: &Mask, repaint: impl Fn(f64, f64, [f64; 3]) -> [f64; 3]) -> Pixels {
        let size = source.size();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small pictures")]
        let side = |value: u32| (f64::from(value) * self.size).round() as u32;
        let small = Size::new(side(size.width), side(size.height));
        let (across, down) = (
            f64::from(size.width) / f64::from(small.width),
            f64::from(size.height) / f64::from(small.height),
        );
        // Painting takes time, and nothing farther from the hole is looked at.
        let bounds = mask.bounds().expect("a hole");
        let near = |value: f64, start: u32, length: u32| {
            value > f64::from(start) - 60.0 && value < f64::from(start + length) + 60.0
        };
        let answer = painted(small, |x, y| {
            let (u, v) = ((f64::from(x) + 0.5) * across, (f64::from(y) + 0.5) * down);
            let (x, y) = self.back(size, u, v);
            if !near(x, bounds.x, bounds.width) || !near(y, bounds.y, bounds.height) {
                return [0, 0, 0, 255];
            }
            self.tint(repaint(x, y, between(source, x, y)), x / f64::from(size.width) - 0.5)
        });
        decode(&encode(&answer, Format::Jpeg, Quality::Lossy(88)).expect("written")).expect("ours")
    }
}

/// The largest distance, along the hole's edge, between where the answer was put and where it belongs.
fn residual(habit: &Habit, composed: &Composed, mask: &Mask) -> f64 {
    let bounds = mask.bounds().expect("a hole");
    let size = Size::new(mask.width(), mask.height());
    let (x, y) = (f64::from(bounds.x), f64::from(bounds.y));
    let (width, height) = (f64::from(bounds.width), f64::from(bounds.height));
    let placed = |x: f64, y: f64| (composed.placement.x(x), composed.placement.y(y));
    [(x, y), (x + width, y), (x, y + height), (x + width, y + height)]
        .into_iter()
        .map(|(x, y)| {
            let (one, other) = (habit.place(size, x, y), placed(x, y));
            (one.0 - other.0).hypot(one.1 - other.1)
        })
        .fold(0.0, f64::max)
}

/// The mean step between a pixel of the hole and its protected neighbours, over all three channels.
fn step(pixels: &Pixels, mask: &Mask) -> f64 {
    let width = mask.width() as usize;
    let all = pixels.rgba().as_chunks::<4>().0;
    let (mut sum, mut count) = (0_u32, 0_u32);
    for index in 0..all.len() {
        for next in [index + 1, index + width] {
            if next < all.len() && mask.hole()[index] != mask.hole()[next] {
                sum += (0..3)
                    .map(|channel| u32::from(all[index][channel].abs_diff(all[next][channel])))
                    .sum::<u32>();
                count += 1;
            }
        }
    }
    f64::from(sum) / f64::from(count)
}

fn look(name: &str, pixels: &Pixels) {
    if let Ok(folder) = std::env::var("LOOK_AT_COMPOSITES") {
        let file = encode(pixels, Format::Png, Quality::Lossless).expect("written");
        fs::write(Path::new(&folder).join(format!("{name}.png")), file).expect("a folder to write to");
    }
}

#[test]
fn photographs_that_were_moved_scaled_and_tinted_show_no_seam() {
    let mut report = String::new();
    let mut worst: (f64, f64) = (0.0, 0.0);
    for (turn, (name, brush)) in PHOTOGRAPHS.into_iter().enumerate() {
        let source = photograph(name);
        let mask = hole(source.size(), brush);
        // What is painted anew lies well within the hole: around it the model repeats what was there.
        let mut middle = mask.clone();
        middle.shrink(12);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "outside the picture is no hole"
        )]
        let anew = |x: f64, y: f64| x >= 0.0 && y >= 0.0 && middle.is_hole(x as u32, y as u32);
        // Two each, so that every habit meets several photographs.
        for index in [turn, turn + 3].map(|index| index % HABITS.len()) {
            let habit = &HABITS[index];
            let answer = habit.answer(&source, &mask, |x, y, colour| {
                if anew(x, y) {
                    [colour[2] * 0.6 + 80.0, 220.0 - colour[0], colour[1]]
                } else {
                    colour
                }
            });
            let composed = compose(&source, &answer, &mask, &Options { feather_px: 5 }).expect("one size");
            look(&format!("{name}-{index}"), &composed.pixels);
            look(&format!("{name}-{index}-answer"), &answer);
            let figures = (
                residual(habit, &composed, &mask),
                step(&composed.pixels, &mask) / step(&source, &mask),
            );
            let _ = writeln!(report, "{name} {index}: {:.2} px, step {:.2}", figures.0, figures.1);
            worst = (worst.0.max(figures.0), worst.1.max(figures.1));
        }
    }
    assert!(worst.0 <= 1.0 && worst.1 <= 1.5, "{report}");
}
