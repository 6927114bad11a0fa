//! Light, weather and season over a finished picture: dusk, night, dawn, sepia, black and white, fog, snow, rain,
//! autumn.

use super::{
    canvas::Canvas,
    noise::{self, Dice},
    plane::{Plane, mix, ramp},
};

/// Colours by tone: one for the darks, one for the middle, one for the lights.
type Tones = [[f32; 3]; 3];

/// How a tone is coloured.
fn toned(tones: &Tones, channel: usize, tone: f32) -> f32 {
    if tone < 0.5 {
        mix(tones[0][channel], tones[1][channel], tone * 2.0)
    } else {
        mix(tones[1][channel], tones[2][channel], tone * 2.0 - 1.0)
    }
}

/// The last light: a glowing horizon low in the picture, indigo above and in the shadows.
pub(super) fn dusk(canvas: &Canvas, seed: u64) -> Canvas {
    const SHADE: Tones = [[0.06, 0.05, 0.17], [0.50, 0.29, 0.40], [1.0, 0.80, 0.56]];
    let (width, height) = (canvas.width(), canvas.height());
    let mut result = canvas.clone();
    let haze = noise::layered(width, height, width as f32 / 2.0, height as f32 / 9.0, 3, seed ^ 0x31);
    let glow = glow(canvas, 0.62);
    // Where the sun went down.
    let mut dice = Dice::new(seed, 0x32);
    let (sun_x, sun_y) = (dice.between(0.3, 0.7), dice.between(0.52, 0.62));
    let (haze, glow): (&[f32], &[f32]) = (&haze.values, &glow.values);
    let rgb = result.rgb_mut();
    for y in 0..height {
        let down = y as f32 / height as f32;
        // Above: the sky's blue comes down; at the horizon: warmth.
        let above = 1.0 - ramp(0.0, 0.55, down);
        let mut x = 0;
        while x < width {
            let at = y * width + x;
            let across = x as f32 / width as f32;
            let (dx, dy) = (across - sun_x, (down - sun_y) * 1.5);
            let near = 1.0 - ramp(0.0, 0.75, (dx * dx + dy * dy).sqrt() + 0.05 * haze[at]);
            let edge = (across - 0.5) * (across - 0.5) + (down - 0.5) * (down - 0.5);
            let vignette = 1.0 - 0.62 * ramp(0.10, 0.52, edge);
            let (r, g, b) = (
                f32::from(rgb[at * 3]) / 255.0,
                f32::from(rgb[at * 3 + 1]) / 255.0,
                f32::from(rgb[at * 3 + 2]) / 255.0,
            );
            let tone = r * 0.299 + g * 0.587 + b * 0.114;
            let exposed = tone * (0.74 + 0.34 * near) + 0.05 * near;
            let exposed = if exposed > 1.0 { 1.0 } else { exposed };
            let shine = glow[at] * (0.25 + 0.5 * near);
            let own = [r, g, b];
            let warm = [1.10, 0.86, 0.66];
            let cool = [0.56, 0.60, 1.02];
            let lit = [0.30, 0.17, 0.06];
            let mut channel = 0;
            while channel < 3 {
                let local = own[channel] * mix(cool[channel], warm[channel], 0.25 + 0.75 * near) * (0.62 + 0.42 * near);
                let graded = toned(&SHADE, channel, exposed);
                let mut value = mix(local, graded, 0.58);
                value = mix(value, value * cool[channel], above * 0.45);
                value = (value + lit[channel] * near * 0.5 + shine * lit[channel] * 1.5) * vignette;
                rgb[at * 3 + channel] = to_byte(value);
                channel += 1;
            }
            x += 1;
        }
    }
    result
}

/// Morning: rose and gold from one side, mist low down.
pub(super) fn dawn(canvas: &Canvas, seed: u64) -> Canvas {
    const SHADE: Tones = [[0.20, 0.18, 0.30], [0.72, 0.55, 0.56], [1.0, 0.93, 0.82]];
    let (width, height) = (canvas.width(), canvas.height());
    let mut result = canvas.clone();
    let mist = noise::layered(width, height, width as f32 / 2.0, height as f32 / 8.0, 4, seed ^ 0x33);
    let from_left = Dice::new(seed, 0x34).unit() < 0.5;
    let mist: &[f32] = &mist.values;
    let rgb = result.rgb_mut();
    for y in 0..height {
        let down = y as f32 / height as f32;
        let mut x = 0;
        while x < width {
            let at = y * width + x;
            let across = x as f32 / width as f32;
            let side = if from_left { 1.0 - across } else { across };
            let light = ramp(0.0, 1.2, side * 0.8 + (1.0 - down) * 0.4);
            let veil = 0.34 * ramp(0.45, 1.0, down + 0.22 * mist[at]) + 0.12 * light;
            let own = [rgb[at * 3], rgb[at * 3 + 1], rgb[at * 3 + 2]];
            let tone = tone_of(own);
            let warm = [1.10, 0.97, 0.86];
            let milk = [0.98, 0.90, 0.84];
            let mut channel = 0;
            while channel < 3 {
                let local = f32::from(own[channel]) / 255.0 * mix(1.0, warm[channel], light);
                let value = mix(local, toned(&SHADE, channel, tone), 0.42);
                rgb[at * 3 + channel] = to_byte(mix(value, milk[channel], veil));
                channel += 1;
            }
            x += 1;
        }
    }
    result
}

/// Night: little colour left, blue; lights glow; stars where the top is calm.
pub(super) fn night(canvas: &Canvas, seed: u64) -> Canvas {
    const SHADE: Tones = [[0.012, 0.018, 0.055], [0.13, 0.19, 0.36], [0.66, 0.76, 0.93]];
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let luma = canvas.luma();
    let glow = glow(canvas, 0.80);
    let mut result = canvas.clone();
    let mut dice = Dice::new(seed, 0x35);
    let (moon_x, moon_y) = (dice.between(0.2, 0.8), -0.05);
    {
        let (luma, glow): (&[f32], &[f32]) = (&luma.values, &glow.values);
        let rgb = result.rgb_mut();
        for y in 0..height {
            let down = y as f32 / height as f32;
            let mut x = 0;
            while x < width {
                let at = y * width + x;
                let across = x as f32 / width as f32;
                let (dx, dy) = (across - moon_x, down - moon_y);
                let moon = 1.0 - ramp(0.0, 1.15, (dx * dx + dy * dy).sqrt());
                let edge = (across - 0.5) * (across - 0.5) + (down - 0.5) * (down - 0.5);
                let vignette = 1.0 - 0.7 * ramp(0.06, 0.5, edge);
                let tone = luma[at];
                let tone = tone * (0.35 + 0.65 * tone) * (0.62 + 0.42 * moon);
                // Only the brightest things give light of their own.
                let (red, blue_own) = (f32::from(rgb[at * 3]), f32::from(rgb[at * 3 + 2]));
                let lamp = ramp(0.86, 0.99, luma[at]) * 0.35
                    + ramp(0.66, 0.86, luma[at]) * ramp(60.0, 110.0, red - blue_own) * 0.6;
                let shine = glow[at] * 0.55;
                let own = [rgb[at * 3], rgb[at * 3 + 1], rgb[at * 3 + 2]];
                let warm = [0.95, 0.72, 0.42];
                let blue = [0.34, 0.44, 0.78];
                let mut channel = 0;
                while channel < 3 {
                    let local = f32::from(own[channel]) / 255.0 * blue[channel] * (0.30 + 0.35 * moon);
                    let mut value = mix(local, toned(&SHADE, channel, tone), 0.64);
                    value = value * vignette + (lamp + shine) * warm[channel];
                    rgb[at * 3 + channel] = to_byte(value);
                    channel += 1;
                }
                x += 1;
            }
        }
    }
    stars(&mut result, &luma, scale, &mut dice);
    result
}

/// Stars over the calm, lighter part of the top.
fn stars(canvas: &mut Canvas, luma: &Plane, scale: f32, dice: &mut Dice) {
    let (width, height) = (canvas.width(), canvas.height());
    let radius = (6.0 * scale) as usize + 1;
    let mean = luma.boxed(radius);
    let spread = luma.clone().map(|value| value * value).boxed(radius);
    for _ in 0..(width * height / 2600) {
        let (x, y) = (
            dice.unit() * width as f32,
            dice.unit() * dice.unit() * height as f32 * 0.62,
        );
        let at = (y as usize).min(height - 1) * width + (x as usize).min(width - 1);
        let unrest = (spread.values[at] - mean.values[at] * mean.values[at]).max(0.0).sqrt();
        let size = dice.between(0.5, 1.0) + 0.9 * dice.unit().powi(6);
        let bright = dice.between(0.25, 0.95);
        if unrest < 0.035 && mean.values[at] > 0.16 {
            dot(canvas, x, y, size * scale.max(0.6), [0.92, 0.95, 1.0], bright);
        }
    }
}

/// Brown tones of an old print.
pub(super) fn sepia(canvas: &Canvas) -> Canvas {
    const SHADE: Tones = [[0.13, 0.08, 0.05], [0.56, 0.42, 0.29], [0.97, 0.91, 0.79]];
    recoloured(canvas, &SHADE)
}

/// Black and white, a little harder than the picture.
pub(super) fn monochrome(canvas: &Canvas) -> Canvas {
    const SHADE: Tones = [[0.02, 0.02, 0.02], [0.47, 0.47, 0.47], [0.98, 0.98, 0.98]];
    recoloured(canvas, &SHADE)
}

fn recoloured(canvas: &Canvas, tones: &Tones) -> Canvas {
    let mut result = canvas.clone();
    for pixel in result.rgb_mut().chunks_exact_mut(3) {
        let tone = tone_of([pixel[0], pixel[1], pixel[2]]);
        let tone = mix(tone, ramp(0.0, 1.0, tone), 0.6);
        for (channel, byte) in pixel.iter_mut().enumerate() {
            *byte = to_byte(toned(tones, channel, tone));
        }
    }
    result
}

/// Fog: thicker upwards, in drifts.
pub(super) fn fog(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let drift = noise::layered(width, height, width as f32 / 2.2, height as f32 / 5.0, 4, seed ^ 0x36);
    let soft = canvas.planes().map(|plane| plane.blurred(width.max(height) / 220 + 1));
    let mut result = canvas.clone();
    let drift: &[f32] = &drift.values;
    let rgb = result.rgb_mut();
    for y in 0..height {
        let up = 1.0 - y as f32 / height as f32;
        for x in 0..width {
            let at = y * width + x;
            let veil = (0.30 + 0.42 * up + 0.30 * drift[at]).clamp(0.08, 0.9);
            let milk = [0.86, 0.88, 0.89];
            for (channel, plane) in soft.iter().enumerate() {
                let own = f32::from(rgb[at * 3 + channel]) / 255.0;
                let softened = mix(own, plane.values[at], veil);
                rgb[at * 3 + channel] = to_byte(mix(softened, milk[channel], veil));
            }
        }
    }
    result
}

/// Snow: cold light, snow lying on what faces up, flakes near and far.
pub(super) fn snow(canvas: &Canvas, seed: u64) -> Canvas {
    const SHADE: Tones = [[0.14, 0.18, 0.27], [0.54, 0.60, 0.68], [0.97, 0.98, 1.0]];
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let lying = lying(canvas, scale, seed);
    let mut result = canvas.clone();
    {
        let lying: &[f32] = &lying.values;
        let rgb = result.rgb_mut();
        for y in 0..height {
            let up = 1.0 - y as f32 / height as f32;
            let mut x = 0;
            while x < width {
                let at = y * width + x;
                let own = [rgb[at * 3], rgb[at * 3 + 1], rgb[at * 3 + 2]];
                let tone = tone_of(own);
                let veil = 0.10 + 0.12 * up;
                let white = [0.95, 0.97, 1.0];
                let mut channel = 0;
                while channel < 3 {
                    let local = f32::from(own[channel]) / 255.0;
                    let mut value = mix(local, toned(&SHADE, channel, tone * 0.92 + 0.06), 0.42);
                    value = mix(value, white[channel], veil);
                    value = mix(value, white[channel] * (0.93 + 0.07 * tone), lying[at]);
                    rgb[at * 3 + channel] = to_byte(value);
                    channel += 1;
                }
                x += 1;
            }
        }
    }
    let mut dice = Dice::new(seed, 0x38);
    let area = (width * height) as f32 / (scale * scale);
    // Far flakes are many and small, near ones few, large and soft.
    for (each, from, to, strength) in [
        (650.0, 0.7, 1.3, 0.8),
        (2200.0, 1.4, 2.6, 0.9),
        (11_000.0, 3.0, 5.5, 0.78),
        (60_000.0, 8.0, 16.0, 0.42),
    ] {
        for _ in 0..(area / each) as usize {
            let (x, y) = (dice.unit() * width as f32, dice.unit() * height as f32);
            let size = dice.between(from, to) * scale;
            dot(
                &mut result,
                x,
                y,
                size,
                [1.0, 1.0, 1.0],
                strength * dice.between(0.6, 1.0),
            );
        }
    }
    result
}

/// Where snow lies: on edges whose upper side is free.
fn lying(canvas: &Canvas, scale: f32, seed: u64) -> Plane {
    // Large forms only: an eyelid holds no snow.
    let luma = canvas.luma().blurred((6.0 * scale) as usize + 1);
    let (width, height) = (luma.width, luma.height);
    let reach = (7.0 * scale) as usize + 2;
    let wobble = noise::layered(width, height, 22.0 * scale, 9.0 * scale, 3, seed ^ 0x37);
    let (gx, gy) = luma.gradient();
    let (steep_x, steep_y): (&[f32], &[f32]) = (&gx.values, &gy.values);
    // Lighter above than below: a top edge against the sky. Mostly level ones hold snow.
    let mut edge = Plane::new(width, height);
    {
        let edge: &mut [f32] = &mut edge.values;
        let mut at = 0;
        while at < edge.len() {
            let (across, down) = (steep_x[at].abs(), -steep_y[at]);
            let level = down - across * 0.7;
            edge[at] = if level > 0.0 { ramp(0.010, 0.026, level) } else { 0.0 };
            at += 1;
        }
    }
    // It piles up from the edge downwards.
    let mut lying = Plane::new(width, height);
    {
        let (edge, wobble): (&[f32], &[f32]) = (&edge.values, &wobble.values);
        let lying: &mut [f32] = &mut lying.values;
        for y in 0..height {
            let mut x = 0;
            while x < width {
                let at = y * width + x;
                let above = if y > 0 { lying[at - width] } else { 0.0 };
                let fade = 1.0 / (reach as f32 * (1.0 + 0.8 * wobble[at]).max(0.3));
                let kept = above - fade;
                let fresh = edge[at] * (0.8 + 0.5 * wobble[at]);
                lying[at] = if fresh > kept { fresh } else { kept };
                if lying[at] < 0.0 {
                    lying[at] = 0.0;
                }
                x += 1;
            }
        }
    }
    lying
        .boxed((1.2 * scale) as usize)
        .map(|value| ramp(0.12, 0.62, value) * 0.95)
}

/// Rain: duller light and slanting streaks.
pub(super) fn rain(canvas: &Canvas, seed: u64) -> Canvas {
    const SHADE: Tones = [[0.07, 0.09, 0.12], [0.36, 0.41, 0.46], [0.82, 0.86, 0.89]];
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let mut result = canvas.clone();
    for pixel in result.rgb_mut().chunks_exact_mut(3) {
        let tone = tone_of([pixel[0], pixel[1], pixel[2]]);
        for (channel, byte) in pixel.iter_mut().enumerate() {
            let own = f32::from(*byte) / 255.0;
            *byte = to_byte(mix(own * 0.88, toned(&SHADE, channel, tone), 0.55));
        }
    }
    let mut dice = Dice::new(seed, 0x39);
    let slant = dice.between(0.12, 0.28);
    let area = (width * height) as f32 / (scale * scale);
    for _ in 0..(area / 650.0) as usize {
        let (mut x, mut y) = (dice.unit() * width as f32, dice.unit() * height as f32);
        let length = dice.between(14.0, 46.0) * scale;
        let strength = dice.between(0.08, 0.34);
        let mut walked = 0.0;
        while walked < length {
            dot(&mut result, x, y, 0.55 * scale.max(0.7), [0.86, 0.90, 0.95], strength);
            x -= slant;
            y += 1.0;
            walked += 1.0;
        }
    }
    result
}

/// Autumn: greens turn to gold and rust, the light is low and warm, leaves fall.
pub(super) fn autumn(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let turned = noise::layered(width, height, 120.0 * scale, 120.0 * scale, 4, seed ^ 0x3a1);
    let mut result = canvas.clone();
    let rgb = result.rgb_mut();
    for (at, pixel) in rgb.chunks_exact_mut(3).enumerate() {
        let own = [pixel[0], pixel[1], pixel[2]].map(|value| f32::from(value) / 255.0);
        let tone = own[0] * 0.299 + own[1] * 0.587 + own[2] * 0.114;
        // Leaves are where green is more than blue and no less than red, or nearly.
        let leaf = ramp(0.02, 0.12, own[1] - own[2]) * ramp(-0.10, 0.02, own[1] - own[0]);
        let gold = 0.5 + 0.5 * turned.values[at];
        let foliage = [1.45, mix(0.62, 1.02, gold), mix(0.22, 0.30, gold)].map(|part| part * tone);
        let warm = [1.07, 0.99, 0.86];
        let across = (at % width) as f32 / width as f32;
        let low = 0.10 * ramp(0.2, 1.0, across) * tone;
        for (channel, byte) in pixel.iter_mut().enumerate() {
            let local = mix(own[channel], foliage[channel], leaf * 0.9) * mix(1.0, warm[channel], 0.85);
            *byte = to_byte(local + low * [0.9, 0.55, 0.15][channel]);
        }
    }
    let mut dice = Dice::new(seed, 0x3a2);
    for _ in 0..46 {
        let near = dice.unit() * dice.unit();
        let (x, y) = (dice.unit() * width as f32, dice.unit() * height as f32);
        let size = (3.0 + 12.0 * near) * scale;
        let rust = [[0.83, 0.42, 0.11], [0.90, 0.64, 0.16], [0.64, 0.22, 0.09]][dice.below(3)];
        let (sin, cos) = dice.between(0.0, 6.3).sin_cos();
        // A leaf is a row of dots, thick in its middle.
        for step in -4..=4 {
            let along = step as f32 / 4.0;
            let wide = size * 0.36 * (1.0 - along * along) + 0.4;
            dot(
                &mut result,
                x + cos * along * size,
                y + sin * along * size,
                wide,
                rust,
                0.75 - 0.25 * near,
            );
        }
    }
    result
}

/// The light that spills from the brightest parts, at the picture's size.
fn glow(canvas: &Canvas, above: f32) -> Plane {
    let small = canvas.within(256);
    let radius = small.width().max(small.height()) / 26;
    let bright = small.luma().map(|tone| ramp(above, 1.0, tone));
    bright.blurred(radius).resized(canvas.width(), canvas.height())
}

/// A soft dot.
pub(super) fn dot(canvas: &mut Canvas, x: f32, y: f32, radius: f32, colour: [f32; 3], strength: f32) {
    let (width, height) = (canvas.width() as isize, canvas.height() as isize);
    let reach = radius * 1.6 + 0.5;
    let (left, right) = ((x - reach).floor() as isize, (x + reach).ceil() as isize);
    let (top, bottom) = ((y - reach).floor() as isize, (y + reach).ceil() as isize);
    let rgb = canvas.rgb_mut();
    for py in top.max(0)..=bottom.min(height - 1) {
        for px in left.max(0)..=right.min(width - 1) {
            let (dx, dy) = (px as f32 - x, py as f32 - y);
            let distance = (dx * dx + dy * dy).sqrt();
            let cover = strength * (1.0 - ramp(radius * 0.4, reach, distance));
            if cover > 0.0 {
                let at = (py * width + px) as usize * 3;
                for (channel, target) in colour.iter().enumerate() {
                    let own = f32::from(rgb[at + channel]) / 255.0;
                    rgb[at + channel] = to_byte(mix(own, *target, cover));
                }
            }
        }
    }
}

fn tone_of(rgb: [u8; 3]) -> f32 {
    (f32::from(rgb[0]) * 0.299 + f32::from(rgb[1]) * 0.587 + f32::from(rgb[2]) * 0.114) / 255.0
}

/// A value from 0 to 1 as a byte; `as` clamps.
pub(super) fn to_byte(value: f32) -> u8 {
    (value * 255.0 + 0.5) as u8
}
