//! Pencil: outlines gone over twice, hatching that crosses where it is darker, graphite in the tooth of the paper.

use super::{
    canvas::Canvas,
    flow::{self, Flow},
    noise::{self, Dice},
    plane::{Plane, mix, ramp},
};

/// The paper.
const PAPER: [f32; 3] = [0.962, 0.955, 0.935];
/// Graphite.
const GRAPHITE: [f32; 3] = [0.17, 0.17, 0.185];

/// Draws the picture.
pub(super) fn paint(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let small = canvas.resized((width * 2 / 3).max(2), (height * 2 / 3).max(2));
    let luma = small.luma();
    let flow = Flow::of(&luma.boxed(1), ((4.0 * scale) as usize).max(2));
    let outline = flow::lines(&luma, &flow, (0.9 * scale).max(0.65), (8.0 * scale) as usize + 2).resized(width, height);
    let (dark, light) = (luma.quantile(0.02), luma.quantile(0.94).max(luma.quantile(0.02) + 0.1));
    // Tones as the eye weighs them against their surroundings.
    let around = luma.blurred((24.0 * scale) as usize + 2);
    let tone = luma
        .with(&around, |own, around| own + 0.35 * (own - around))
        .map(|value| ((value - dark) / (light - dark)).clamp(0.0, 1.0))
        .resized(width, height);
    shade(&outline, &tone, scale, seed)
}

/// Strokes of a pencil held at this angle: noise drawn out along it, read through a turned sheet.
fn hatching(width: usize, height: usize, degrees: f32, scale: f32, seed: u64) -> Plane {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let side = ((width * width + height * height) as f32).sqrt() as usize + 2;
    // Long along, fine across, at half the points along: nothing is lost there.
    let (long, fine) = (side / 4, side);
    let strokes = noise::smooth(long, fine, 11.0 * scale, (1.9 * scale).max(1.3), seed).with(
        &noise::smooth(long, fine, 23.0 * scale, (3.1 * scale).max(1.6), seed ^ 0x71),
        |a, b| a * 0.7 + b * 0.45,
    );
    let mut result = Plane::new(width, height);
    let (mx, my) = (width as f32 / 2.0, height as f32 / 2.0);
    let middle = side as f32 / 2.0;
    let out: &mut [f32] = &mut result.values;
    let strokes: &[f32] = &strokes.values;
    for y in 0..height {
        let dy = y as f32 - my;
        let mut x = 0;
        while x < width {
            let dx = x as f32 - mx;
            let along = (dx * cos + dy * sin + middle) * 0.25;
            let across = dy * cos - dx * sin + middle;
            let (u, v) = (along as usize, across as usize);
            let u = if u < long { u } else { long - 1 };
            let v = if v + 1 < fine { v } else { fine - 2 };
            let between = across - v as f32;
            let (near, far) = (strokes[v * long + u], strokes[(v + 1) * long + u]);
            out[y * width + x] = near + (far - near) * between;
            x += 1;
        }
    }
    result
}

fn shade(outline: &Plane, tone: &Plane, scale: f32, seed: u64) -> Canvas {
    let (width, height) = (tone.width, tone.height);
    let slant = Dice::new(seed, 0x72).between(-8.0, 8.0);
    let first = hatching(width, height, -52.0 + slant, scale, seed ^ 0x73);
    let second = hatching(width, height, -18.0 + slant, scale, seed ^ 0x74);
    let third = hatching(width, height, 38.0 + slant, scale, seed ^ 0x75);
    let tooth = noise::paper(width, height, seed ^ 0x76);
    let hand = noise::layered(width, height, 60.0 * scale, 60.0 * scale, 3, seed ^ 0x77);
    let mut rgb = vec![0_u8; width * height * 3];
    let (outline, tone): (&[f32], &[f32]) = (&outline.values, &tone.values);
    let (first, second, third): (&[f32], &[f32], &[f32]) = (&first.values, &second.values, &third.values);
    let (tooth, hand): (&[f32], &[f32]) = (&tooth.values, &hand.values);
    let out: &mut [u8] = &mut rgb;
    let mut at = 0;
    while at < tone.len() {
        let dark = 1.0 - tone[at] + 0.05 * hand[at];
        // Each hatching sets in at its own darkness, and its strokes grow broader from there.
        let a = ramp(0.0, 0.5, first[at] + 1.5 * dark - 0.62) * ramp(0.08, 0.45, dark);
        let b = ramp(0.0, 0.5, second[at] + 1.5 * dark - 1.0) * ramp(0.35, 0.7, dark);
        let c = ramp(0.0, 0.5, third[at] + 1.5 * dark - 1.35) * ramp(0.55, 0.9, dark);
        let hatched = 1.0 - (1.0 - 0.42 * a) * (1.0 - 0.44 * b) * (1.0 - 0.5 * c);
        // The side of the lead gives a soft ground.
        let ground = 0.30 * dark * dark;
        let line = ramp(0.004, 0.020, outline[at]) * (0.72 + 0.2 * hand[at]);
        let mut graphite = 1.0 - (1.0 - hatched) * (1.0 - ground) * (1.0 - line * 0.82);
        // It catches on the tooth.
        graphite *= 0.90 + 0.30 * tooth[at];
        let graphite = if graphite > 0.94 {
            0.94
        } else if graphite < 0.0 {
            0.0
        } else {
            graphite
        };
        let sheet = 1.0 + 0.012 * tooth[at];
        let mut channel = 0;
        while channel < 3 {
            let value = mix(PAPER[channel] * sheet, GRAPHITE[channel], graphite);
            out[at * 3 + channel] = (value * 255.0 + 0.5) as u8;
            channel += 1;
        }
        at += 1;
    }
    Canvas::of_rgb(width, height, rgb)
}
