//! Engraving: lines that swell with the darkness and bend over the forms, crossed where it is darkest, and outlines, in
//! brown-black ink on laid paper.

use super::{
    canvas::Canvas,
    flow::{self, Flow},
    noise::{self, Dice},
    plane::{Plane, mix, ramp},
};

/// The paper.
const PAPER: [f32; 3] = [0.955, 0.93, 0.875];
/// The ink.
const INK: [f32; 3] = [0.115, 0.095, 0.085];

/// Cuts and prints the plate.
pub(super) fn paint(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let small = canvas.resized((width * 2 / 3).max(2), (height * 2 / 3).max(2));
    let luma = small.luma();
    let flow = Flow::of(&luma.boxed(1), ((4.0 * scale) as usize).max(2));
    let outline =
        flow::lines(&luma, &flow, (0.85 * scale).max(0.65), (7.0 * scale) as usize + 2).resized(width, height);
    let (dark, light) = (luma.quantile(0.02), luma.quantile(0.95).max(luma.quantile(0.02) + 0.1));
    let around = luma.blurred((22.0 * scale) as usize + 2);
    let tone = luma
        .clone()
        .with(&around, |own, around| own + 0.45 * (own - around))
        .map(|value| ((value - dark) / (light - dark)).clamp(0.0, 1.0))
        .resized(width, height);
    let form = luma.blurred((6.0 * scale) as usize + 1).resized(width, height);
    cut(&outline, &tone, &form, scale, seed)
}

fn cut(outline: &Plane, tone: &Plane, form: &Plane, scale: f32, seed: u64) -> Canvas {
    let (width, height) = (tone.width, tone.height);
    let mut dice = Dice::new(seed, 0x1c1);
    let lean = dice.between(0.16, 0.34);
    let tooth = noise::paper(width, height, seed ^ 0x1c2);
    let hand = noise::layered(width, height, 160.0 * scale, 120.0 * scale, 2, seed ^ 0x1c3);
    let period = (4.9 * scale).max(3.4);
    let mut rgb = vec![0_u8; width * height * 3];
    let (outline, tone, form): (&[f32], &[f32], &[f32]) = (&outline.values, &tone.values, &form.values);
    let (tooth, hand): (&[f32], &[f32]) = (&tooth.values, &hand.values);
    let out: &mut [u8] = &mut rgb;
    for y in 0..height {
        for x in 0..width {
            let at = y * width + x;
            let (fx, fy) = (x as f32, y as f32);
            let dark = 1.0 - tone[at];
            // The graver goes over the forms as over hills.
            let bend = 26.0 * scale * form[at] + 5.0 * scale * hand[at];
            let first = line(fy + lean * fx + bend, period, 1.25 * dark - 0.06);
            let second = line(fy * 0.62 - fx * 0.78 + bend * 0.7, period, 1.5 * dark - 0.72);
            let third = line(fy * 0.55 + fx * 0.83 - bend * 0.5, period, 1.7 * dark - 1.15);
            let edge = ramp(0.004, 0.016, outline[at]) * 0.95;
            let ink = 1.0 - (1.0 - first) * (1.0 - second) * (1.0 - third) * (1.0 - edge);
            let ink = ink * (0.95 + 0.08 * tooth[at]);
            let laid = 1.0 + 0.014 * tooth[at] + 0.006 * (fy * 0.9 / scale.max(0.3)).sin();
            for channel in 0..3 {
                let value = mix(PAPER[channel] * laid, INK[channel], ink);
                out[at * 3 + channel] = (value * 255.0 + 0.5) as u8;
            }
        }
    }
    Canvas::of_rgb(width, height, rgb)
}

/// A line of this thickness, in parts of the period, at this place across the lines.
fn line(place: f32, period: f32, thickness: f32) -> f32 {
    if thickness <= 0.03 {
        return 0.0;
    }
    let place = place / period;
    let far = (place - place.floor() - 0.5).abs();
    let half = thickness.min(0.94) / 2.0;
    // One pixel of softness on either side.
    let soft = 0.55 / period;
    1.0 - ramp(half - soft, half + soft, far)
}
