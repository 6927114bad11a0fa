//! Comic: flat strong colours, printed dots in the half-shadows, black shadows and ink outlines.

use super::{
    canvas::Canvas,
    flow::{self, Flow},
    noise,
    plane::{Plane, mix, ramp},
    smooth,
};

/// The paper.
const PAPER: [f32; 3] = [0.985, 0.965, 0.92];
/// The ink.
const INK: [f32; 3] = [0.055, 0.05, 0.075];

/// Draws the picture.
pub(super) fn paint(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let small = canvas.resized((width * 2 / 3).max(2), (height * 2 / 3).max(2));
    let luma = small.luma();
    let flow = Flow::of(&luma.boxed(1), ((4.0 * scale) as usize).max(2));
    let line = flow::lines(
        &luma.boxed(1),
        &flow,
        (1.25 * scale).max(0.8),
        (8.0 * scale) as usize + 2,
    );
    let flat = smooth::flatten(small.planes(), ((4.0 * scale) as usize).max(1), 3);
    let (dark, light) = (luma.quantile(0.02), luma.quantile(0.96).max(luma.quantile(0.02) + 0.1));
    let flat = flat.map(|plane| {
        plane
            .map(|value| ((value - dark) / (light - dark)).clamp(0.0, 1.0))
            .resized(width, height)
    });
    print(flat, &line.resized(width, height), scale, seed)
}

fn print(mut planes: [Plane; 3], line: &Plane, scale: f32, seed: u64) -> Canvas {
    let (width, height) = (line.width, line.height);
    let tooth = noise::paper(width, height, seed ^ 0xf1);
    let (line, tooth): (&[f32], &[f32]) = (&line.values, &tooth.values);
    let [r, g, b] = &mut planes;
    let (red, green, blue): (&mut [f32], &mut [f32], &mut [f32]) = (&mut r.values, &mut g.values, &mut b.values);
    let period = (6.4 * scale).max(4.0);
    for y in 0..height {
        for x in 0..width {
            let at = y * width + x;
            let own = [red[at], green[at], blue[at]];
            let tone = own[0] * 0.299 + own[1] * 0.587 + own[2] * 0.114;
            // Three tones, with borders a pixel or two wide.
            let step = 0.34 + 0.30 * ramp(0.27, 0.31, tone) + 0.32 * ramp(0.58, 0.62, tone);
            // Dots turned by 45 degrees, the larger the darker.
            let (u, v) = ((x + y) as f32 / period, (x as f32 - y as f32) / period);
            let (du, dv) = (u - u.floor() - 0.5, v - v.floor() - 0.5);
            let far = (du * du + dv * dv).sqrt();
            let half = ramp(0.20, 0.30, tone) * (1.0 - ramp(0.48, 0.66, tone));
            let size = 0.20 + 0.36 * (1.0 - ramp(0.22, 0.64, tone));
            let dot = (1.0 - ramp(size - 0.09, size + 0.04, far)) * half;
            let black = 1.0 - ramp(0.10, 0.15, tone);
            let ink = ramp(0.006, 0.016, line[at]);
            let ink = if ink > black { ink } else { black };
            let mut values = [0.0_f32; 3];
            for channel in 0..3 {
                let colour = step + (own[channel] - tone) * 1.75;
                let printed = colour.clamp(0.0, 1.0) * PAPER[channel];
                let dotted = mix(printed, printed * 0.66, dot);
                values[channel] = mix(dotted, INK[channel], ink * 0.97) * (1.0 + 0.012 * tooth[at]);
            }
            [red[at], green[at], blue[at]] = values;
        }
    }
    Canvas::of_planes(&planes)
}
