//! Places without ground to be seen: lights out of focus, sky, water, stars.

use super::{
    super::{
        canvas::Canvas,
        light::dot,
        noise::{self, Dice},
        plane::{mix, ramp},
    },
    Rgb, blend, out_of_focus, painted,
};

/// A disc of light as a lens makes it of a lamp that is out of focus: even, a little brighter at its rim.
fn disc(canvas: &mut Canvas, middle: (f32, f32), radius: f32, colour: Rgb, strength: f32) {
    let (width, height) = (canvas.width() as isize, canvas.height() as isize);
    let (left, right) = ((middle.0 - radius) as isize - 1, (middle.0 + radius) as isize + 1);
    let (top, bottom) = ((middle.1 - radius) as isize - 1, (middle.1 + radius) as isize + 1);
    let rgb = canvas.rgb_mut();
    for y in top.max(0)..=bottom.min(height - 1) {
        for x in left.max(0)..=right.min(width - 1) {
            let (dx, dy) = (x as f32 - middle.0, y as f32 - middle.1);
            let far = (dx * dx + dy * dy).sqrt() / radius;
            let soft = 1.6 / radius;
            let cover = (1.0 - ramp(1.0 - soft, 1.0 + soft, far)) * (0.82 + 0.18 * ramp(0.6, 1.0, far)) * strength;
            if cover > 0.0 {
                let at = (y * width + x) as usize * 3;
                for channel in 0..3 {
                    let own = f32::from(rgb[at + channel]) / 255.0;
                    // Light adds to light.
                    let sum = 1.0 - (1.0 - own) * (1.0 - colour[channel] * cover);
                    rgb[at + channel] = (sum * 255.0 + 0.5) as u8;
                }
            }
        }
    }
}

/// A flowering meadow far behind.
pub(super) fn meadow(width: usize, height: usize, seed: u64) -> Canvas {
    let unit = height as f32;
    let blades = noise::layered(width, height, unit / 16.0, unit / 9.0, 4, seed ^ 0x401);
    let mut canvas = painted(width, height, |at, _, down| {
        let sky = [0.80, 0.90, 0.92];
        let far = [0.56, 0.70, 0.38];
        let near = [0.22, 0.40, 0.13];
        let field = blend(far, near, ramp(0.35, 1.0, down)).map(|value| value * (1.0 + 0.35 * blades.values[at]));
        blend(sky, field, ramp(0.22, 0.42, down + 0.05 * blades.values[at]))
    });
    canvas = out_of_focus(&canvas, (unit / 70.0) as usize);
    let mut dice = Dice::new(seed, 0x402);
    let petals: [Rgb; 5] = [
        [0.92, 0.28, 0.26],
        [0.98, 0.86, 0.34],
        [0.96, 0.94, 0.93],
        [0.66, 0.46, 0.86],
        [0.98, 0.62, 0.72],
    ];
    for _ in 0..150 {
        let near = dice.unit();
        let (x, y) = (dice.unit() * width as f32, (0.40 + 0.60 * near) * unit);
        let colour = petals[dice.below(petals.len())];
        disc(
            &mut canvas,
            (x, y),
            unit * (0.006 + 0.030 * near) * dice.between(0.6, 1.3),
            colour,
            dice.between(0.35, 0.75),
        );
    }
    for _ in 0..26 {
        let (x, y) = (dice.unit() * width as f32, dice.between(0.0, 0.4) * unit);
        disc(
            &mut canvas,
            (x, y),
            unit * dice.between(0.015, 0.05),
            [0.95, 0.98, 0.80],
            dice.between(0.08, 0.25),
        );
    }
    canvas
}

/// A street in the evening: towers and lamps out of focus.
pub(super) fn city(width: usize, height: usize, seed: u64) -> Canvas {
    let unit = height as f32;
    let mut dice = Dice::new(seed, 0x411);
    let mut canvas = painted(width, height, |_, _, down| {
        let dusk = blend([0.07, 0.09, 0.20], [0.46, 0.30, 0.38], ramp(0.0, 0.62, down));
        blend(dusk, [0.08, 0.07, 0.10], ramp(0.60, 0.80, down))
    });
    // Towers from far to near, with lit windows.
    for row in 0..3 {
        let near = row as f32 / 2.0;
        let mut x = -0.02 * unit;
        while x < width as f32 {
            let wide = unit * dice.between(0.06, 0.13) * (0.8 + 0.5 * near);
            let top = unit * (0.60 - dice.between(0.16, 0.50) * (1.0 - 0.35 * near));
            let wall = blend([0.30, 0.25, 0.36], [0.075, 0.08, 0.13], near);
            fill(&mut canvas, (x, top), (x + wide, unit * 0.74), wall);
            let step = unit * 0.016;
            let mut wy = top + step;
            while wy < unit * 0.70 {
                let mut wx = x + step * 0.7;
                while wx < x + wide - step {
                    if dice.unit() < 0.38 {
                        let warm = blend([1.0, 0.78, 0.42], [0.75, 0.86, 1.0], dice.unit() * dice.unit());
                        fill(
                            &mut canvas,
                            (wx, wy),
                            (wx + step * 0.55, wy + step * 0.6),
                            warm.map(|value| value * dice.between(0.5, 1.0)),
                        );
                    }
                    wx += step;
                }
                wy += step * 1.25;
            }
            x += wide * dice.between(1.0, 1.2);
        }
        canvas = out_of_focus(&canvas, (unit / 420.0 * (3.4 - row as f32)) as usize);
    }
    let lamps: [Rgb; 5] = [
        [1.0, 0.72, 0.34],
        [1.0, 0.86, 0.60],
        [1.0, 0.30, 0.22],
        [0.45, 0.75, 1.0],
        [0.55, 0.95, 0.62],
    ];
    for _ in 0..120 {
        let near = dice.unit();
        let (x, y) = (
            dice.unit() * width as f32,
            (0.56 + 0.34 * near * dice.unit() + 0.05 * dice.between(-1.0, 1.0)) * unit,
        );
        let colour = lamps[dice.below(9).min(lamps.len() - 1) % lamps.len()];
        disc(
            &mut canvas,
            (x, y),
            unit * (0.007 + 0.028 * near),
            colour,
            dice.between(0.18, 0.62),
        );
    }
    canvas
}

/// A rectangle.
fn fill(canvas: &mut Canvas, from: (f32, f32), to: (f32, f32), colour: Rgb) {
    let (width, height) = (canvas.width(), canvas.height());
    let (left, right) = (from.0.max(0.0) as usize, (to.0.max(0.0) as usize).min(width));
    let (top, bottom) = (from.1.max(0.0) as usize, (to.1.max(0.0) as usize).min(height));
    let bytes = colour.map(|value| (value * 255.0 + 0.5) as u8);
    let rgb = canvas.rgb_mut();
    for y in top..bottom {
        for x in left..right {
            rgb[(y * width + x) * 3..(y * width + x) * 3 + 3].copy_from_slice(&bytes);
        }
    }
}

/// Above the clouds.
pub(super) fn clouds(width: usize, height: usize, seed: u64) -> Canvas {
    let scale = width.max(height) as f32 / 1024.0;
    let heap = noise::layered(width, height, 300.0 * scale, 190.0 * scale, 6, seed ^ 0x421);
    let billows = noise::layered(width, height, 90.0 * scale, 64.0 * scale, 5, seed ^ 0x422);
    let high = noise::layered(width, height, 420.0 * scale, 50.0 * scale, 5, seed ^ 0x423);
    let full = heap
        .clone()
        .with(&billows, |heap, billow| heap + 0.30 * (1.0 - 2.0 * billow.abs()));
    let soft = full.boxed((5.0 * scale) as usize + 1);
    let (light_x, light_y) = soft.gradient();
    painted(width, height, |at, _, down| {
        let sky = blend([0.16, 0.40, 0.76], [0.70, 0.85, 0.96], ramp(0.0, 0.85, down));
        let thin = blend(sky, [0.97, 0.98, 1.0], 0.45 * ramp(0.05, 0.6, high.values[at]));
        let cover = ramp(0.02, 0.34, full.values[at] + 1.15 * down - 0.62);
        let lit = (light_x.values[at] * 0.6 + light_y.values[at]) * 8.0 * scale.max(0.4);
        let tone = (0.86 + 0.55 * lit - 0.16 * ramp(0.5, 1.0, down) * (1.0 - full.values[at])).clamp(0.52, 1.0);
        let cloud = blend([0.58, 0.66, 0.80], [1.0, 0.99, 0.97], ramp(0.50, 0.98, tone));
        blend(thin, cloud, cover)
    })
}

/// Stars and glowing gas.
pub(super) fn space(width: usize, height: usize, seed: u64) -> Canvas {
    let scale = width.max(height) as f32 / 1024.0;
    let bend = noise::layered(width, height, 300.0 * scale, 300.0 * scale, 4, seed ^ 0x431);
    let gas = noise::layered(width, height, 260.0 * scale, 220.0 * scale, 6, seed ^ 0x432);
    let dust = noise::layered(width, height, 130.0 * scale, 150.0 * scale, 6, seed ^ 0x433);
    let mut canvas = painted(width, height, |at, across, down| {
        // Along a band from the lower left to the upper right.
        let band = 1.0 - ramp(0.0, 0.62, (across * 0.55 + down - 0.78 + 0.26 * bend.values[at]).abs());
        let rose = ramp(-0.15, 0.75, gas.values[at]) * band;
        let teal = ramp(-0.05, 0.70, -gas.values[at] + 0.4 * bend.values[at]) * band;
        let dark = 1.0 - 0.75 * ramp(0.05, 0.45, dust.values[at]);
        let mut colour = [0.012, 0.014, 0.035];
        for (channel, value) in colour.iter_mut().enumerate() {
            let warm = [0.72, 0.26, 0.50][channel] * rose;
            let cold = [0.10, 0.42, 0.62][channel] * teal;
            let core = [0.95, 0.80, 0.72][channel] * ramp(0.45, 0.95, gas.values[at]) * band * 0.55;
            *value += (warm * 0.85 + cold * 0.8 + core) * dark;
        }
        colour
    });
    let mut dice = Dice::new(seed, 0x434);
    for _ in 0..(width * height / 900) {
        let (x, y) = (dice.unit() * width as f32, dice.unit() * height as f32);
        let size = (dice.between(0.4, 0.8) + 1.4 * dice.unit().powi(14)) * scale.max(0.7);
        let hue = blend([0.72, 0.82, 1.0], [1.0, 0.88, 0.74], dice.unit());
        dot(&mut canvas, x, y, size, hue, dice.between(0.12, 0.95));
    }
    canvas
}

/// Light from above through water.
pub(super) fn underwater(width: usize, height: usize, seed: u64) -> Canvas {
    let scale = width.max(height) as f32 / 1024.0;
    let beams = noise::layered(1024, 1, 60.0, 1.0, 4, seed ^ 0x441);
    let net = noise::layered(width, height, 70.0 * scale, 34.0 * scale, 4, seed ^ 0x442);
    let murk = noise::layered(width, height, 300.0 * scale, 260.0 * scale, 4, seed ^ 0x443);
    let mut canvas = painted(width, height, |at, across, down| {
        let deep = blend(
            [0.30, 0.76, 0.80],
            [0.015, 0.12, 0.25],
            ramp(-0.05, 1.05, down + 0.10 * murk.values[at]),
        );
        // All beams come from one place above.
        let angle = (across - 0.42) / (down + 0.55);
        let place = ((angle * 0.5 + 0.5).clamp(0.0, 1.0) * 1022.0) as usize;
        let beam = mix(beams.values[place], beams.values[place + 1], 0.5);
        let shaft = ramp(0.05, 0.65, beam) * (1.0 - ramp(0.15, 0.95, down)) * 0.42;
        let caustic = (1.0 - ramp(0.0, 0.10, net.values[at].abs())) * (1.0 - ramp(0.0, 0.30, down)) * 0.40;
        let light = [0.62, 0.92, 0.90];
        std::array::from_fn(|channel| deep[channel] + light[channel] * (shaft + caustic) * 0.8)
    });
    let mut dice = Dice::new(seed, 0x444);
    for _ in 0..220 {
        let (x, y) = (dice.unit() * width as f32, dice.unit() * height as f32);
        dot(
            &mut canvas,
            x,
            y,
            dice.between(0.6, 1.8) * scale,
            [0.75, 0.95, 0.95],
            dice.between(0.05, 0.3),
        );
    }
    for _ in 0..9 {
        let (stream, mut y) = (
            dice.between(0.05, 0.95) * width as f32,
            dice.between(0.2, 1.0) * height as f32,
        );
        for _ in 0..7 {
            let radius = dice.between(2.0, 8.0) * scale;
            disc(
                &mut canvas,
                (stream + dice.between(-10.0, 10.0) * scale, y),
                radius,
                [0.55, 0.85, 0.88],
                0.30,
            );
            dot(
                &mut canvas,
                stream - radius * 0.3,
                y - radius * 0.3,
                radius * 0.25,
                [1.0, 1.0, 1.0],
                0.4,
            );
            y -= dice.between(14.0, 40.0) * scale;
        }
    }
    canvas
}
