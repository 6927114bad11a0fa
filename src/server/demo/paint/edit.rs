//! Changes to parts of a picture: recolouring, exchanging one colour for another, blurring what lies behind, drawing a
//! thing into a hole, and joining the hole's new content with the rest.

use super::{
    canvas::Canvas,
    light::to_byte,
    noise::Dice,
    plane::{Plane, mix, ramp},
    scene::{self, Pen},
};
use crate::server::demo::{
    oklab::{Lab, lab},
    plan::Plan,
};

/// The rest with the hole's content in it; the border is soft, as the models leave it.
pub(super) fn composed(outside: &Canvas, inside: &Canvas, open: &Plane) -> Canvas {
    let radius = outside.width().max(outside.height()) / 340 + 1;
    let soft = open.boxed(radius).boxed(radius);
    let mut result = outside.clone();
    let (rgb, other, soft): (&mut [u8], &[u8], &[f32]) = (result.rgb_mut(), inside.rgb(), &soft.values);
    let mut at = 0;
    while at < soft.len() {
        // Reaches a little beyond the hole, so that all of it is new.
        let share = ramp(0.02, 0.55, soft[at]);
        if share > 0.0 {
            let mut channel = at * 3;
            while channel < at * 3 + 3 {
                let (from, to) = (f32::from(rgb[channel]), f32::from(other[channel]));
                rgb[channel] = (mix(from, to, share) + 0.5) as u8;
                channel += 1;
            }
        }
        at += 1;
    }
    result
}

/// What is in the hole in another colour, its light and shade kept.
pub(super) fn recoloured(canvas: &Canvas, open: &Plane, colour: [u8; 3]) -> Canvas {
    let target = lab(colour);
    let mut result = canvas.clone();
    let mean = {
        let (mut sum, mut count) = (0.0_f32, 0.0_f32);
        for (pixel, share) in canvas.rgb().chunks_exact(3).zip(&open.values).step_by(7) {
            if *share > 0.5 {
                sum += lab([pixel[0], pixel[1], pixel[2]]).light;
                count += 1.0;
            }
        }
        sum / count.max(1.0)
    };
    for (pixel, share) in result.rgb_mut().chunks_exact_mut(3).zip(&open.values) {
        if *share > 0.0 {
            let own = lab([pixel[0], pixel[1], pixel[2]]);
            pixel.copy_from_slice(&dyed(own, mean, target).rgb());
        }
    }
    result
}

/// A shade of a colour as light as this one is among its own.
fn dyed(own: Lab, mean: f32, target: Lab) -> Lab {
    let light = (own.light + (target.light - mean) * 0.8).clamp(0.02, 0.99);
    // Lights and darks hold less colour.
    let hold = 1.0 - (2.0 * light - 1.0).abs().powi(3) * 0.6;
    Lab {
        light,
        a: target.a * hold,
        b: target.b * hold,
    }
}

/// One colour of the picture becomes another, as far as a pixel has it.
pub(super) fn exchanged(canvas: &Canvas, from: [u8; 3], to: [u8; 3]) -> Canvas {
    let (from, to) = (lab(from), lab(to));
    let mut result = canvas.clone();
    for pixel in result.rgb_mut().chunks_exact_mut(3) {
        let own = lab([pixel[0], pixel[1], pixel[2]]);
        let share = if from.chroma() > 0.04 {
            // By hue: shadows and lights of the thing belong to it.
            let alike = (own.a * from.a + own.b * from.b) / (own.chroma() * from.chroma()).max(1e-4);
            ramp(0.86, 0.96, alike) * ramp(0.03, 0.07, own.chroma())
        } else {
            1.0 - ramp(0.02, 0.08, own.distance(from, 2.0))
        };
        if share > 0.0 {
            let new = dyed(own, from.light, to).rgb();
            for (byte, new) in pixel.iter_mut().zip(new) {
                *byte = to_byte(mix(f32::from(*byte), f32::from(new), share) / 255.0);
            }
        }
    }
    result
}

/// Blurs what does not stand out, or, with a hole, all of it.
pub(super) fn blurred_background(canvas: &Canvas, open: Option<&Plane>) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let keep = match open {
        Some(_) => Plane::new(width, height),
        None => standing_out(canvas),
    };
    let small = canvas.resized((width / 3).max(2), (height / 3).max(2));
    let radius = width.max(height) / 130 + 1;
    let soft = Canvas::of_planes(&small.planes().map(|plane| plane.blurred(radius))).resized(width, height);
    let mut result = soft;
    let (rgb, own, keep): (&mut [u8], &[u8], &[f32]) = (result.rgb_mut(), canvas.rgb(), &keep.values);
    let mut at = 0;
    while at < keep.len() {
        for channel in at * 3..at * 3 + 3 {
            rgb[channel] = (mix(f32::from(rgb[channel]), f32::from(own[channel]), keep[at]) + 0.5) as u8;
        }
        at += 1;
    }
    result
}

/// How much each pixel belongs to what stands out: unlike the border's colours, sharp, near the middle.
fn standing_out(canvas: &Canvas) -> Plane {
    let small = canvas.within(160);
    let (width, height) = (small.width(), small.height());
    let labs: Vec<Lab> = small
        .rgb()
        .chunks_exact(3)
        .map(|pixel| lab([pixel[0], pixel[1], pixel[2]]))
        .collect();
    let rim = (width.min(height) / 12).max(1);
    let border: Vec<Lab> = (0..labs.len())
        .filter(|at| {
            let (x, y) = (at % width, at / width);
            // The lower border is where things stand in the picture.
            x < rim || y < rim || x >= width - rim
        })
        .step_by(5)
        .map(|at| labs[at])
        .collect();
    let mut plane = Plane::new(width, height);
    for (at, lab) in labs.iter().enumerate() {
        let mut near: Vec<f32> = border.iter().map(|other| lab.distance(*other, 3.0)).collect();
        near.sort_by(f32::total_cmp);
        let unlike = near[near.len() / 8].sqrt();
        let (x, y) = (
            (at % width) as f32 / width as f32 - 0.5,
            (at / width) as f32 / height as f32 - 0.55,
        );
        plane.values[at] = unlike * (1.35 - 1.3 * (x * x + y * y).sqrt());
    }
    let level = plane.quantile(0.62).max(0.05);
    let radius = (width / 50).max(1);
    plane
        .blurred(radius)
        .map(|value| ramp(level * 0.7, level * 1.3, value))
        .blurred(radius)
        .resized(canvas.width(), canvas.height())
}

/// The things named, drawn into the hole as large as it is.
pub(super) fn with_things(mut canvas: Canvas, plan: &Plan, open: &Plane, seed: u64) -> Canvas {
    if plan.subjects.is_empty() {
        return canvas;
    }
    let (mut left, mut top, mut right, mut bottom) = (open.width, open.height, 0, 0);
    for (at, value) in open.values.iter().enumerate() {
        if *value > 0.5 {
            let (x, y) = (at % open.width, at / open.width);
            left = left.min(x);
            right = right.max(x + 1);
            top = top.min(y);
            bottom = bottom.max(y + 1);
        }
    }
    if right <= left || bottom <= top {
        return canvas;
    }
    let unit = canvas.height() as f32;
    let mut dice = Dice::new(seed, 0xb1);
    let texture = scene::texture(canvas.width(), canvas.height(), seed);
    let mut pen = Pen::new(&mut canvas, texture);
    let height = ((bottom - top).min((right - left) * 5 / 4)) as f32 / unit * 0.92;
    let foot = (
        (left + right) as f32 / 2.0 / unit,
        bottom as f32 / unit - ((bottom - top) as f32 / unit - height) * 0.4,
    );
    for subject in &plan.subjects {
        scene::draw(&mut pen, *subject, foot, height, None, &mut dice);
    }
    canvas
}
