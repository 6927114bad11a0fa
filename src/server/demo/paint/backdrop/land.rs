//! Places with ground under them.

use super::{
    super::{
        canvas::Canvas,
        light::dot,
        noise::{self, Dice},
        plane::{Plane, mix, ramp},
    },
    Rgb, blend, out_of_focus, painted,
};

/// A plain seen along itself: noise read as if it lay on the ground, and how it is lit from the left.
struct Ground {
    bumps: Plane,
    horizon: f32,
}

impl Ground {
    fn new(seed: u64, size: f32, horizon: f32) -> Self {
        Self {
            bumps: noise::layered(512, 512, size, size, 5, seed),
            horizon,
        }
    }

    /// The height at a place of the ground, which repeats after 512.
    fn height(&self, u: f32, v: f32) -> f32 {
        self.bumps.sample(u.rem_euclid(511.0), v.rem_euclid(511.0))
    }

    /// Where a point of the picture lies on the ground, and how near: 0 at the horizon, 1 before our feet.
    fn place(&self, across: f32, down: f32) -> (f32, f32, f32) {
        let below = (down - self.horizon).max(0.0) / (1.0 - self.horizon);
        let far = 1.0 / (below + 0.045);
        ((across - 0.5) * far * 150.0 + 256.0, far * 46.0, below)
    }

    /// How a place is lit: above 0 towards the light.
    fn lit(&self, across: f32, down: f32) -> f32 {
        let (u, v, near) = self.place(across, down);
        let step = 1.2 + 5.0 * (1.0 - near);
        // Far away bumps are smaller than a pixel.
        let seen = ramp(0.0, 0.09, near);
        seen * (self.height(u + step, v) - self.height(u - step, v)
            + 0.6 * (self.height(u, v + step) - self.height(u, v - step)))
            * (1.9 / step.sqrt())
    }
}

/// Grey dust and craters under a black sky, the Earth above.
pub(super) fn moon(width: usize, height: usize, seed: u64) -> Canvas {
    let ground = Ground::new(seed ^ 0x301, 44.0, 0.60);
    let mut dice = Dice::new(seed, 0x302);
    let ratio = width as f32 / height as f32;
    let earth = (
        if dice.unit() < 0.5 {
            dice.between(0.12, 0.2)
        } else {
            dice.between(0.8, 0.88)
        } * ratio,
        0.19,
        0.085,
    );
    let land = noise::layered(256, 256, 70.0, 60.0, 4, seed ^ 0x303);
    let weather = noise::layered(256, 256, 60.0, 16.0, 5, seed ^ 0x304);
    let craters: Vec<(f32, f32, f32)> = (0..46)
        .map(|_| {
            let near = dice.unit() * dice.unit();
            (
                dice.between(-0.1, 1.1) * ratio,
                0.615 + 0.40 * near,
                dice.between(0.5, 1.5) * (0.008 + 0.10 * near),
            )
        })
        .collect();
    let hills = noise::layered(width, 1, width as f32 / 5.0, 1.0, 5, seed ^ 0x305);
    let mut sky = painted(width, height, |at, across, down| {
        let edge = 0.60 - 0.035 * (hills.values[at % width] + 0.4);
        if down < edge {
            let (dx, dy) = (across * ratio - earth.0, down - earth.1);
            let far = (dx * dx + dy * dy).sqrt() / earth.2;
            let air = 0.10 * (1.0 - ramp(1.0, 1.35, far));
            let black = [0.012 + air * 0.4, 0.014 + air * 0.7, 0.022 + air];
            if far > 1.0 {
                return black;
            }
            // A ball: the light comes from the left, clouds bend round it.
            let out = (1.0 - far * far).max(0.0).sqrt();
            let (bx, by) = (dx / earth.2 / (0.55 + 0.45 * out), dy / earth.2 / (0.55 + 0.45 * out));
            let (u, v) = (128.0 + bx * 70.0, 128.0 + by * 70.0);
            let sea = blend([0.03, 0.12, 0.34], [0.10, 0.33, 0.62], out);
            let ashore = blend(sea, [0.30, 0.33, 0.17], ramp(0.06, 0.16, land.sample(u, v)));
            let clouded = blend(
                ashore,
                [0.96, 0.97, 1.0],
                0.92 * ramp(-0.02, 0.34, weather.sample(u, v)),
            );
            let day = ramp(-0.35, 0.75, out * 0.75 - dx / earth.2 * 0.65);
            let soft = 1.0 - ramp(0.94, 1.0, far);
            return blend(black, clouded.map(|value| value * (0.04 + 1.0 * day)), soft);
        }
        let lit = ground.lit(across, down);
        let mut relief = 0.55 + 1.35 * lit;
        for (cx, cy, radius) in &craters {
            let (dx, dy) = ((across * ratio - cx) / radius, (down - cy) / (radius * 0.34));
            let far = (dx * dx + dy * dy).sqrt();
            if far < 1.5 {
                // The wall towards the light is dark, the other one bright; the rim stands up.
                let bowl = (1.0 - ramp(0.55, 1.0, far)) * 0.30
                    + ramp(0.25, 0.9, far) * (1.0 - ramp(0.9, 1.05, far)) * 0.42 * -dx;
                let rim = ramp(0.92, 1.05, far) * (1.0 - ramp(1.05, 1.4, far)) * (0.22 + 0.22 * dx);
                relief += -bowl * 0.8 + rim;
            }
        }
        let haze = 1.0 - 0.15 * (1.0 - ramp(0.6, 0.75, down));
        let grey = (0.17 + 0.36 * relief.clamp(0.0, 1.9)) * haze;
        [grey * 1.02, grey, grey * 0.965]
    });
    for _ in 0..(width * height / 3_000) {
        let (x, y) = (dice.unit() * width as f32, dice.unit() * height as f32 * 0.54);
        let (dx, dy) = (x / height as f32 - earth.0, y / height as f32 - earth.1);
        if (dx * dx + dy * dy).sqrt() > earth.2 * 1.3 {
            let size = dice.between(0.4, 0.9) + 0.8 * dice.unit().powi(8);
            dot(&mut sky, x, y, size, [0.95, 0.96, 1.0], dice.between(0.15, 0.9));
        }
    }
    sky
}

/// A sky with thin clouds.
fn sky(high: Rgb, low: Rgb, down: f32, horizon: f32, cloud: f32) -> Rgb {
    let t = (down / horizon).min(1.0);
    let clear = blend(high, low, t * (0.35 + 0.65 * t));
    blend(clear, [0.99, 0.985, 0.98], ramp(0.05, 0.55, cloud) * (0.75 - 0.45 * t))
}

/// Sand, a line of foam, the sea.
pub(super) fn beach(width: usize, height: usize, seed: u64) -> Canvas {
    let scale = width.max(height) as f32 / 1024.0;
    let (horizon, shore) = (0.44, 0.66);
    let clouds = noise::layered(width, height, 330.0 * scale, 70.0 * scale, 5, seed ^ 0x311);
    let line = noise::layered(width, 1, width as f32 / 2.5, 1.0, 4, seed ^ 0x312);
    let froth = noise::layered(width, height, 26.0 * scale, 8.0 * scale, 4, seed ^ 0x313);
    let near = noise::layered(width, height, 120.0 * scale, 9.0 * scale, 4, seed ^ 0x314);
    let far = noise::layered(width, height, 60.0 * scale, 2.6 * scale, 3, seed ^ 0x315);
    let grain = noise::smooth(width, height, 1.5, 1.5, seed ^ 0x316);
    let ground = Ground::new(seed ^ 0x317, 30.0, 0.52);
    let canvas = painted(width, height, |at, across, down| {
        if down < horizon {
            return sky([0.26, 0.52, 0.82], [0.80, 0.89, 0.93], down, horizon, clouds.values[at]);
        }
        let edge = shore + 0.025 * line.values[at % width];
        let deep = (down - horizon) / (edge - horizon);
        let wave = mix(far.values[at], near.values[at], ramp(0.05, 0.7, deep));
        let water = blend([0.10, 0.36, 0.56], [0.22, 0.62, 0.66], ramp(0.1, 0.85, deep));
        let water = blend(water, [0.72, 0.86, 0.84], 0.75 * ramp(0.78, 1.0, deep));
        let lively = water.map(|value| value * (1.0 + 0.30 * wave) + 0.10 * ramp(0.30, 0.75, wave));
        let breaker = ramp(0.60, 0.66, deep + 0.05 * wave) * (1.0 - ramp(0.66, 0.80, deep + 0.05 * wave));
        let sea = blend(
            lively,
            [0.97, 0.985, 0.985],
            breaker * ramp(-0.15, 0.3, froth.values[at]) * 0.85,
        );
        let beyond = (down - edge) / (1.0 - edge);
        let lit = ground.lit(across, down);
        let dry = [0.87, 0.765, 0.60].map(|value| value * (0.97 + 0.20 * lit + 0.035 * grain.values[at]));
        let wet = blend([0.62, 0.55, 0.45], [0.75, 0.80, 0.80], 0.35);
        let sand = blend(wet, dry, ramp(0.02, 0.24, beyond + 0.03 * froth.values[at]));
        let foam = (1.0 - ramp(0.0, 0.030, (down - edge).abs() + 0.012 * froth.values[at])) * 0.9;
        let land = blend(sea, sand, ramp(-0.004, 0.006, down - edge));
        blend(land, [0.985, 0.985, 0.97], foam * ramp(-0.6, 0.1, froth.values[at]))
    });
    out_of_focus(&canvas, usize::from(width > 500))
}

/// Dunes behind dunes.
pub(super) fn desert(width: usize, height: usize, seed: u64) -> Canvas {
    let scale = width.max(height) as f32 / 1024.0;
    let mut dice = Dice::new(seed, 0x321);
    let clouds = noise::layered(width, height, 420.0 * scale, 46.0 * scale, 4, seed ^ 0x322);
    let grain = noise::smooth(width, height, 1.6, 1.6, seed ^ 0x323);
    let drift = noise::layered(width, height, 150.0 * scale, 90.0 * scale, 4, seed ^ 0x324);
    // Crest, swing, length and phase of each, from far to near.
    let dunes: Vec<(f32, f32, f32, f32)> = (0..5)
        .map(|row| {
            let near = row as f32 / 4.0;
            (
                0.47 + 0.40 * near * near,
                0.03 + 0.06 * near,
                dice.between(1.0, 1.8) * (2.3 - 1.3 * near),
                dice.between(0.0, 6.3),
            )
        })
        .collect();
    let canvas = painted(width, height, |at, across, down| {
        let mut colour = sky(
            [0.36, 0.57, 0.80],
            [0.96, 0.87, 0.74],
            down,
            0.5,
            clouds.values[at] - 0.15,
        );
        for (row, (crest, swing, long, phase)) in dunes.iter().enumerate() {
            let wave = (across * long * 3.1 + phase).sin() + 0.45 * (across * long * 7.3 + phase * 2.3).sin();
            let ridge = crest - swing * wave - 0.006 * drift.values[at];
            let below = down - ridge;
            if below <= -0.002 {
                continue;
            }
            let near = row as f32 / 4.0;
            // The side away from the light begins at the ridge and reaches down to the right.
            let slope = (across * long * 3.1 + phase).cos() + 0.45 * (across * long * 7.3 + phase * 2.3).cos();
            let lee = ramp(-0.25, 0.55, slope + 0.25 * drift.values[at]) * (1.0 - ramp(0.0, 0.10 + 0.12 * near, below));
            let lit = blend([0.93, 0.70, 0.45], [0.88, 0.60, 0.34], ramp(0.0, 0.3, below));
            let shade = [0.56, 0.34, 0.22];
            let ripples = (below * 300.0 / (0.25 + near) + 9.0 * drift.values[at] + across * 22.0).sin();
            let sand = blend(lit, shade, lee * 0.85).map(|value| {
                value * (1.0 + 0.035 * ripples * near + 0.030 * grain.values[at] + 0.08 * drift.values[at])
            });
            let hazy = blend(sand, [0.95, 0.84, 0.70], 0.55 * (1.0 - near) * (1.0 - near));
            colour = blend(colour, hazy, ramp(-0.002, 0.002, below));
        }
        colour
    });
    out_of_focus(&canvas, usize::from(width > 500))
}

/// Ranges in the haze, the far ones under snow.
pub(super) fn mountains(width: usize, height: usize, seed: u64) -> Canvas {
    let scale = width.max(height) as f32 / 1024.0;
    let clouds = noise::layered(width, height, 360.0 * scale, 80.0 * scale, 5, seed ^ 0x331);
    let rock = noise::layered(width, height, 90.0 * scale, 120.0 * scale, 6, seed ^ 0x332);
    let (light, _) = rock.gradient();
    let trees = noise::layered(width, height, 9.0 * scale, 14.0 * scale, 3, seed ^ 0x333);
    let ridges: Vec<Plane> = (0..4)
        .map(|row| {
            noise::layered(
                width,
                1,
                width as f32 / (2.2 + row as f32),
                1.0,
                8,
                seed ^ 0x334 ^ (row as u64) << 8,
            )
        })
        .collect();
    let canvas = painted(width, height, |at, _, down| {
        let mut colour = sky([0.30, 0.53, 0.80], [0.86, 0.90, 0.93], down, 0.62, clouds.values[at]);
        for (row, ridge) in ridges.iter().enumerate() {
            let near = row as f32 / 3.0;
            let tall = 0.27 - 0.17 * near;
            let line = 0.40 + 0.36 * near - tall * (ridge.values[at % width] * 1.5 + 0.25);
            let below = down - line;
            if below <= -0.002 {
                continue;
            }
            let relief = light.values[at] * 15.0 * scale.max(0.4);
            let stone = [0.40, 0.42, 0.46].map(|value| value * (1.0 + 1.1 * relief));
            let snow = [0.93, 0.95, 0.99].map(|value| value * (0.90 + 0.75 * relief.clamp(-0.6, 0.25)));
            let cover = (1.0 - near * 1.6).max(0.0) * (1.0 - ramp(0.04, 0.20, below + 0.10 * rock.values[at]));
            let wooded = [0.13, 0.23, 0.17].map(|value| value * (1.0 + 0.55 * trees.values[at] + 0.3 * relief));
            let ground = blend(blend(stone, wooded, ramp(0.35, 0.8, near)), snow, cover);
            let haze = 0.62 * (1.0 - near).powi(2) + 0.20 * ramp(0.0, 0.25, below) * (1.0 - near);
            colour = blend(
                colour,
                blend(ground, [0.74, 0.82, 0.90], haze),
                ramp(-0.002, 0.002, below),
            );
        }
        colour
    });
    out_of_focus(&canvas, usize::from(width > 500))
}

/// Trunks behind trunks, light between them.
pub(super) fn forest(width: usize, height: usize, seed: u64) -> Canvas {
    let scale = width.max(height) as f32 / 1024.0;
    let leaves = noise::layered(width, height, 110.0 * scale, 90.0 * scale, 6, seed ^ 0x341);
    let moss = Ground::new(seed ^ 0x342, 26.0, 0.60);
    let bark = noise::layered(width, height, 7.0 * scale, 60.0 * scale, 4, seed ^ 0x343);
    let rays = noise::layered(width, 1, 70.0 * scale, 1.0, 3, seed ^ 0x344);
    let ratio = width as f32 / height as f32;
    let mut canvas = painted(width, height, |at, across, down| {
        let glow = 1.0
            - ramp(
                0.0,
                0.75,
                ((across - 0.55).powi(2) * 0.9 + (down - 0.30).powi(2)).sqrt(),
            );
        let air = blend([0.20, 0.30, 0.17], [0.88, 0.93, 0.66], glow);
        let green = air.map(|value| value * (1.0 + 0.28 * leaves.values[at]));
        let lit = moss.lit(across, down);
        let floor = [0.23, 0.27, 0.12].map(|value| value * (1.0 + 0.9 * lit) * (0.75 + 0.9 * glow));
        blend(green, floor, ramp(0.58, 0.70, down + 0.03 * leaves.values[at]))
    });
    for row in 0..4 {
        let near = row as f32 / 3.0;
        // A stream for each row, so that rows do not stand in each other's places.
        let mut dice = Dice::new(seed, 0x345 + row as u64);
        let mut trunks = Vec::new();
        let mut x = dice.between(-0.1, 0.1);
        while x < ratio + 0.1 {
            let wide = (0.010 + 0.030 * near) * dice.between(0.7, 1.3);
            trunks.push((x, wide, dice.between(-0.03, 0.03), dice.between(0.0, 6.0)));
            x += wide * dice.between(4.5, 12.0) + 0.03;
        }
        let foot = 0.64 + 0.24 * near;
        let before = canvas.planes();
        canvas = painted(width, height, |at, across, down| {
            let own: Rgb = [0, 1, 2].map(|channel: usize| before[channel].values[at]);
            let place = across * ratio;
            let mut colour = own;
            for (x, wide, lean, phase) in &trunks {
                let middle = x + lean * (foot - down) + 0.004 * (down * 9.0 + phase).sin();
                let spread = wide * (0.8 + 0.25 * down + 0.8 * ramp(foot - 0.06, foot, down));
                let side = (place - middle) / spread;
                if side.abs() < 1.25 && down < foot + 0.02 {
                    let cover = (1.0 - ramp(0.82, 1.08, side.abs() + 0.10 * bark.values[at]))
                        * (1.0 - ramp(foot - 0.01, foot + 0.015, down));
                    let round = 0.55 + 0.35 * -side;
                    let wood = [0.20, 0.16, 0.12].map(|value| value * (round + 0.5 * bark.values[at] + 0.35));
                    let hazy = blend(wood, [0.62, 0.70, 0.46], 0.72 * (1.0 - near));
                    colour = blend(colour, hazy, cover);
                }
            }
            // Leaves hang in from above, the near ones darker.
            let crown = ramp(
                0.10,
                0.36,
                leaves.values[(at + row * 977) % leaves.values.len()] + 0.42 - down * (1.3 + 0.5 * near),
            );
            let leaf = blend([0.50, 0.62, 0.28], [0.11, 0.19, 0.07], near);
            let shafts =
                0.14 * ramp(
                    0.0,
                    0.8,
                    rays.values[((at % width) + (down * 0.35 * height as f32) as usize) % width],
                ) * (1.0 - down);
            let lit = blend(colour, leaf, crown * 0.75);
            lit.map(|value| value + shafts * 0.4)
        });
        if row < 3 {
            canvas = out_of_focus(&canvas, ((3.0 - row as f32) * scale) as usize);
        }
    }
    canvas
}
