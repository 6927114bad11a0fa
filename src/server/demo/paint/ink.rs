//! Ink: brush lines along the forms and a few grey washes, on rice paper.

use super::{
    canvas::Canvas,
    flow::{self, Flow},
    noise,
    plane::{Plane, mix, ramp},
    smooth,
};

/// The paper.
const PAPER: [f32; 3] = [0.957, 0.938, 0.895];
/// The ink.
const INK: [f32; 3] = [0.075, 0.08, 0.10];

/// Draws the picture.
pub(super) fn paint(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let small = canvas.resized((width * 3 / 5).max(2), (height * 3 / 5).max(2));
    let luma = small.luma();
    let drawn = luma.boxed(1);
    let flow = Flow::of(&drawn, ((4.0 * scale) as usize).max(2));
    let thin = flow::lines(&drawn, &flow, (1.0 * scale).max(0.7), (7.0 * scale) as usize + 2).resized(width, height);
    // The broad brush sees less.
    let broad = {
        let less = canvas.resized((width / 3).max(2), (height / 3).max(2)).luma().boxed(1);
        let flow = Flow::of(&less, ((3.0 * scale) as usize).max(2));
        flow::lines(&less, &flow, (1.4 * scale).max(0.8), (7.0 * scale) as usize + 2).resized(width, height)
    };
    let (dark, light) = (luma.quantile(0.03), luma.quantile(0.85).max(luma.quantile(0.03) + 0.1));
    let flat = smooth::flatten(small.planes(), ((4.0 * scale) as usize).max(1), 2);
    let tone = Canvas::of_planes(&flat)
        .luma()
        .map(|value| ((value - dark) / (light - dark)).clamp(0.0, 1.0));
    let wash = wash(&tone, width, height, scale, seed);
    press(&thin, &broad, &wash, scale, seed)
}

/// Three washes one over the other, each with a darker rim where it dried.
fn wash(tone: &Plane, width: usize, height: usize, scale: f32, seed: u64) -> Plane {
    let uneven = noise::layered(tone.width, tone.height, 40.0 * scale, 40.0 * scale, 4, seed ^ 0x61);
    let tone = tone
        .boxed((1.5 * scale) as usize + 1)
        .with(&uneven, |tone, bend| tone + 0.07 * bend);
    let tone = tone.resized(width, height);
    let pool = noise::layered(width, height, 130.0 * scale, 110.0 * scale, 3, seed ^ 0x62);
    tone.with(&pool, |tone, pool| {
        let mut dark = 0.0;
        for (edge, strength) in [(0.66, 0.13), (0.42, 0.22), (0.20, 0.36)] {
            let inside = 1.0 - ramp(edge - 0.045, edge + 0.03, tone);
            let rim = 1.0 - ramp(0.0, 0.035, (tone - edge + 0.03).abs());
            dark += inside * strength * (1.0 + 0.55 * pool) + rim * 0.05;
        }
        dark
    })
}

fn press(thin: &Plane, broad: &Plane, wash: &Plane, scale: f32, seed: u64) -> Canvas {
    let (width, height) = (wash.width, wash.height);
    let tooth = noise::paper(width, height, seed ^ 0x63);
    let dry = noise::layered(width, height, 9.0 * scale, 3.0 * scale, 2, seed ^ 0x64);
    let fibres = noise::layered(width, height, 70.0 * scale, 6.0 * scale, 2, seed ^ 0x65);
    let mut rgb = vec![0_u8; width * height * 3];
    let (thin, broad, wash): (&[f32], &[f32], &[f32]) = (&thin.values, &broad.values, &wash.values);
    let (tooth, dry, fibres): (&[f32], &[f32], &[f32]) = (&tooth.values, &dry.values, &fibres.values);
    let out: &mut [u8] = &mut rgb;
    let mut at = 0;
    while at < wash.len() {
        // A dry brush skips the hollows of the paper.
        let fine = ramp(0.007, 0.017, thin[at] - 0.002 * dry[at]);
        let bold = ramp(0.010, 0.034, broad[at] - 0.010 * dry[at]) * 0.9;
        let line = if fine > bold { fine } else { bold };
        let grey = wash[at] * (1.0 + 0.10 * tooth[at]);
        let ink = 1.0 - (1.0 - line * 0.95) * (1.0 - if grey > 0.96 { 0.96 } else { grey });
        let sheet = 1.0 + 0.014 * tooth[at] + 0.010 * fibres[at];
        let mut channel = 0;
        while channel < 3 {
            let value = mix(PAPER[channel] * sheet, INK[channel], ink);
            out[at * 3 + channel] = (value * 255.0 + 0.5) as u8;
            channel += 1;
        }
        at += 1;
    }
    Canvas::of_rgb(width, height, rgb)
}
