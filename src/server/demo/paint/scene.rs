//! A painting from words alone: sky, land and water in layers from back to front, things on them, or fields of the named
//! colours when nothing else was named.

mod pen;
mod things;

pub(super) use pen::{Pen, Rgb};
pub(super) use things::draw;

use super::{
    canvas::Canvas,
    light::to_byte,
    noise::{self, Dice},
    plane::{Plane, mix, ramp},
};
use crate::server::demo::plan::{Plan, Subject};
use pen::{blend, rgb};

/// What lies far away takes this colour.
const HAZE: Rgb = [0.80, 0.85, 0.89];

/// Paints what was named.
pub(super) fn paint(plan: &Plan, width: usize, height: usize, seed: u64) -> Canvas {
    let mut dice = Dice::new(seed, 0xa1);
    let colours: Vec<Rgb> = plan.colours.iter().map(|colour| rgb(colour.rgb)).collect();
    if plan.subjects.is_empty() {
        return fields(plan, &colours, width, height, seed, &mut dice);
    }
    let has = |subject: Subject| plan.subjects.contains(&subject);
    let indoors = (has(Subject::Person) || has(Subject::Vase))
        && plan.subjects.iter().all(|subject| {
            matches!(
                subject,
                Subject::Person | Subject::Vase | Subject::Flower | Subject::Heart
            )
        });
    let mut canvas = Canvas::filled(width, height, [0; 3]);
    let horizon = if indoors { 0.72 } else { dice.between(0.46, 0.60) };
    if indoors {
        wall(&mut canvas, horizon, &colours, seed);
    } else {
        sky(
            &mut canvas,
            horizon,
            has(Subject::Cloud) || has(Subject::Sky),
            colours.first().copied(),
            seed,
        );
    }
    let texture = noise::layered(width, height, height as f32 / 9.0, height as f32 / 14.0, 4, seed ^ 0xa2);
    let mut pen = Pen::new(&mut canvas, texture);
    let ratio = pen.ratio;
    let tint = colours.first().copied();
    if !indoors {
        if has(Subject::Star) {
            for _ in 0..14 {
                let place = (dice.unit() * ratio, dice.unit() * horizon * 0.8);
                draw(
                    &mut pen,
                    Subject::Star,
                    place,
                    dice.between(0.015, 0.045),
                    None,
                    &mut dice,
                );
            }
        }
        let side = if dice.unit() < 0.5 {
            dice.between(0.2, 0.36)
        } else {
            dice.between(0.64, 0.8)
        };
        for light in [Subject::Sun, Subject::Moon] {
            if has(light) {
                let place = (ratio * side, horizon * dice.between(0.42, 0.75));
                draw(&mut pen, light, place, 0.20, None, &mut dice);
            }
        }
        land(&mut pen, plan, horizon, &mut dice);
    }
    stand(&mut pen, plan, horizon, tint, indoors, &mut dice);
    canvas
}

fn sky(canvas: &mut Canvas, horizon: f32, cloudy: bool, tint: Option<Rgb>, seed: u64) {
    let (width, height) = (canvas.width(), canvas.height());
    let unit = height as f32;
    let drift = noise::layered(width, height, unit / 1.6, unit / 5.0, 5, seed ^ 0xa3);
    let mut high = rgb([92, 142, 196]);
    if let Some(tint) = tint {
        high = blend(high, tint, 0.45);
    }
    let low = blend(rgb([244, 226, 204]), high, 0.12);
    let (from, to) = if cloudy { (-0.04, 0.40) } else { (0.18, 0.62) };
    let rgb_bytes = canvas.rgb_mut();
    for y in 0..height {
        let down = (y as f32 / unit / horizon).min(1.0);
        let base = blend(high, low, down * down * (1.6 - 0.6 * down));
        for x in 0..width {
            let at = y * width + x;
            let cloud = ramp(from, to, drift.values[at]) * (1.0 - 0.55 * down);
            let shade = [0.99, 0.975, 0.96];
            for channel in 0..3 {
                rgb_bytes[at * 3 + channel] = to_byte(mix(base[channel], shade[channel], cloud * 0.9));
            }
        }
    }
}

/// A wall with light from the left, and a table.
fn wall(canvas: &mut Canvas, edge: f32, colours: &[Rgb], seed: u64) {
    let (width, height) = (canvas.width(), canvas.height());
    let blotches = noise::layered(width, height, height as f32 / 2.0, height as f32 / 2.0, 4, seed ^ 0xa4);
    let paint = colours.first().copied().unwrap_or(rgb([122, 138, 128]));
    let wood = colours.get(1).copied().unwrap_or(rgb([142, 98, 64]));
    let bytes = canvas.rgb_mut();
    for y in 0..height {
        let down = y as f32 / height as f32;
        for x in 0..width {
            let at = y * width + x;
            let across = x as f32 / width as f32;
            let light = 1.12 - 0.55 * across - 0.18 * down + 0.10 * blotches.values[at];
            let colour = if down > edge {
                blend(wood, [0.1, 0.05, 0.03], (down - edge) * 0.9)
            } else {
                paint
            };
            for channel in 0..3 {
                bytes[at * 3 + channel] = to_byte(colour[channel] * light);
            }
        }
    }
}

/// Mountains, hills, woods, towns and water, from far to near.
fn land(pen: &mut Pen<'_>, plan: &Plan, horizon: f32, dice: &mut Dice) {
    let has = |subject: Subject| plan.subjects.contains(&subject);
    if has(Subject::Mountain) {
        for range in 0..3 {
            let near = range as f32 / 2.0;
            let colour = blend(HAZE, rgb([74, 92, 118]), 0.45 + 0.5 * near);
            mountains(
                pen,
                horizon + 0.03 + 0.03 * near,
                0.36 - 0.12 * near,
                colour,
                range < 2,
                dice,
            );
        }
    }
    if has(Subject::City) {
        city(pen, horizon + 0.02, dice);
    }
    let water = has(Subject::Sea) || has(Subject::Lake);
    let ground = if has(Subject::Desert) {
        rgb([222, 178, 116])
    } else if has(Subject::Field) || has(Subject::Flower) {
        rgb([150, 170, 82])
    } else {
        rgb([112, 146, 84])
    };
    if !has(Subject::Sea) {
        for layer in 0..3 {
            let near = layer as f32 / 2.0;
            let colour = blend(
                blend(HAZE, ground, 0.55 + 0.2 * near),
                blend(ground, [0.05, 0.12, 0.1], 0.25),
                near,
            );
            let top = horizon + 0.01 + 0.12 * near * near;
            hills(
                pen,
                top,
                if has(Subject::Desert) { 0.07 } else { 0.045 },
                colour,
                has(Subject::Desert),
                dice,
            );
        }
    }
    if has(Subject::Forest) {
        for row in 0..3 {
            let near = row as f32 / 2.0;
            let colour = blend(blend(HAZE, rgb([52, 92, 70]), 0.6), rgb([30, 66, 50]), near);
            let mut x = -0.05;
            while x < pen.ratio + 0.05 {
                let tall = (0.11 + 0.20 * near) * dice.between(0.75, 1.25);
                things::conifer(pen, (x, horizon + 0.05 + 0.16 * near), tall, colour, dice);
                x += tall * dice.between(0.24, 0.42);
            }
        }
    }
    if water {
        let (top, bottom) = if has(Subject::Sea) {
            (horizon, 1.01)
        } else {
            (horizon + 0.10, horizon + 0.34)
        };
        water_between(pen, top, bottom, has(Subject::Sea), dice);
    }
    if has(Subject::River) || has(Subject::Road) {
        let (far, near) = if has(Subject::River) {
            (rgb([168, 196, 208]), rgb([74, 118, 144]))
        } else {
            (rgb([214, 196, 168]), rgb([176, 148, 112]))
        };
        winding(pen, horizon + 0.05, far, near, dice);
    }
    if has(Subject::Field) || has(Subject::Flower) {
        meadow(pen, horizon + 0.16, dice);
    }
}

/// A range: a ridge made of ever smaller zigzags, lit from one side, with snow on top.
fn mountains(pen: &mut Pen<'_>, foot: f32, tall: f32, colour: Rgb, snow: bool, dice: &mut Dice) {
    let ridge = ridge(pen.ratio, foot - tall * 0.55, tall, 0.52, 8, dice);
    fill_below(pen, &ridge, foot + 0.08, colour, blend(colour, HAZE, 0.55), 0.10);
    // Shadowed flanks hang from the falling parts of the ridge.
    let dark = blend(colour, [0.10, 0.13, 0.24], 0.42);
    for pair in ridge.windows(2) {
        if pair[1].1 > pair[0].1 {
            let drop = (foot - pair[0].1) * 0.72;
            let shift = (pair[1].0 - pair[0].0) * 1.4;
            pen.shape(
                &[
                    pair[0],
                    pair[1],
                    (pair[1].0 + shift, pair[1].1 + drop),
                    (pair[0].0 + shift, pair[0].1 + drop * 0.8),
                ],
                blend(dark, colour, 0.2),
                blend(colour, HAZE, 0.35),
                0.10,
            );
        }
    }
    if snow {
        let highest = ridge.iter().map(|point| point.1).fold(f32::MAX, f32::min);
        let line = highest + (foot - highest) * 0.38;
        let mut lower: Vec<(f32, f32)> = ridge
            .iter()
            .rev()
            .map(|(x, y)| (*x, (line + dice.between(-0.05, 0.05) * tall).max(*y)))
            .collect();
        let mut cap = ridge.clone();
        cap.append(&mut lower);
        pen.shape(&cap, [0.97, 0.975, 0.985], [0.88, 0.91, 0.95], 0.05);
    }
}

/// A line across the picture, broken at its middle again and again.
fn ridge(ratio: f32, level: f32, tall: f32, rough: f32, rounds: u32, dice: &mut Dice) -> Vec<(f32, f32)> {
    let mut points = vec![
        (-0.05, level + tall * dice.between(-0.2, 0.4)),
        (ratio * dice.between(0.3, 0.7), level - tall * dice.between(0.35, 0.55)),
        (ratio + 0.05, level + tall * dice.between(-0.2, 0.4)),
    ];
    let mut swing = tall * 0.42;
    for _ in 0..rounds {
        let mut next = Vec::with_capacity(points.len() * 2);
        for pair in points.windows(2) {
            next.push(pair[0]);
            let share = dice.between(0.38, 0.62);
            next.push((
                mix(pair[0].0, pair[1].0, share),
                mix(pair[0].1, pair[1].1, share) + dice.between(-swing, swing),
            ));
        }
        next.extend(points.last().copied());
        points = next;
        swing *= rough;
    }
    points
}

fn fill_below(pen: &mut Pen<'_>, line: &[(f32, f32)], foot: f32, top: Rgb, bottom: Rgb, rough: f32) {
    let mut shape = line.to_vec();
    shape.push((pen.ratio + 0.05, foot));
    shape.push((-0.05, foot));
    pen.shape(&shape, top, bottom, rough);
}

fn hills(pen: &mut Pen<'_>, top: f32, swing: f32, colour: Rgb, dunes: bool, dice: &mut Dice) {
    let (long, phase) = (dice.between(1.4, 2.6), dice.between(0.0, 6.0));
    let line: Vec<(f32, f32)> = (0..=60)
        .map(|step| {
            let x = -0.05 + (pen.ratio + 0.1) * step as f32 / 60.0;
            let wave = (x * long * 2.2 + phase).sin() * 0.6 + (x * long * 5.1 + phase * 2.0).sin() * 0.25;
            let wave = if dunes { wave.abs() * 1.4 - 0.5 } else { wave };
            (x, top - swing * wave)
        })
        .collect();
    fill_below(
        pen,
        &line,
        1.05,
        blend(colour, [1.0, 0.95, 0.8], 0.18),
        blend(colour, [0.0, 0.04, 0.06], 0.3),
        0.14,
    );
}

fn city(pen: &mut Pen<'_>, foot: f32, dice: &mut Dice) {
    for row in 0..3 {
        let near = row as f32 / 2.0;
        let mut x = -0.03;
        while x < pen.ratio {
            let wide = dice.between(0.035, 0.085) * (0.8 + 0.5 * near);
            let middle = 1.0 - ((x / pen.ratio) - 0.5).abs();
            let tall = dice.between(0.07, 0.30) * middle * (1.15 - 0.35 * near);
            let stone = [[186, 150, 128], [150, 160, 176], [206, 190, 164], [120, 128, 146]][dice.below(4)];
            let wall = blend(HAZE, rgb(stone), 0.35 + 0.55 * near);
            let (top, bottom) = (foot + 0.05 * near - tall, foot + 0.09);
            pen.shape(
                &[(x, top), (x + wide, top), (x + wide, bottom), (x, bottom)],
                wall,
                blend(wall, [0.3, 0.3, 0.35], 0.3),
                0.06,
            );
            pen.shape(
                &[
                    (x + wide * 0.66, top),
                    (x + wide, top),
                    (x + wide, bottom),
                    (x + wide * 0.66, bottom),
                ],
                blend(wall, [0.15, 0.17, 0.25], 0.35),
                blend(wall, [0.15, 0.17, 0.25], 0.5),
                0.06,
            );
            if row > 0 {
                let mut wy = top + 0.012;
                while wy < foot + 0.05 * near {
                    for step in 0..3 {
                        if dice.unit() < 0.6 {
                            let wx = x + wide * (0.10 + 0.19 * step as f32);
                            let lit = if dice.unit() < 0.4 {
                                [1.0, 0.85, 0.45]
                            } else {
                                blend(wall, [0.2, 0.26, 0.34], 0.65)
                            };
                            pen.shape(
                                &[
                                    (wx, wy),
                                    (wx + wide * 0.1, wy),
                                    (wx + wide * 0.1, wy + 0.012),
                                    (wx, wy + 0.012),
                                ],
                                lit,
                                lit,
                                0.0,
                            );
                        }
                    }
                    wy += 0.024;
                }
            }
            x += wide * dice.between(0.9, 1.25);
        }
    }
}

fn water_between(pen: &mut Pen<'_>, top: f32, bottom: f32, open_sea: bool, dice: &mut Dice) {
    let ratio = pen.ratio;
    let (far, near) = (rgb([150, 186, 206]), rgb([34, 84, 122]));
    if open_sea {
        pen.shape(
            &[
                (-0.05, top),
                (ratio + 0.05, top),
                (ratio + 0.05, bottom),
                (-0.05, bottom),
            ],
            far,
            near,
            0.08,
        );
    } else {
        pen.ellipse(
            (ratio * dice.between(0.4, 0.6), f32::midpoint(top, bottom)),
            (ratio * 0.46, (bottom - top) / 2.0),
            far,
            near,
            0.08,
        );
    }
    // Waves lie closer together towards the horizon.
    for _ in 0..420 {
        let depth = dice.unit() * dice.unit();
        let y = top + (bottom - top) * (0.02 + 0.96 * depth);
        let reach = if open_sea { 1.0 } else { 0.62 };
        let x = ratio * (0.5 + dice.between(-0.5, 0.5) * reach);
        let long = (0.02 + 0.16 * depth) * dice.between(0.5, 1.3);
        let light = dice.unit();
        let colour = if light > 0.62 {
            [0.86, 0.91, 0.93]
        } else {
            blend(far, near, 0.45 + 0.55 * depth)
        };
        let thick = 0.0014 + 0.0075 * depth;
        let crest = [
            (x - long, y),
            (x - long * 0.2, y - thick),
            (x + long, y),
            (x + long * 0.2, y + thick * 0.5),
        ];
        pen.shape(&crest, colour, colour, 0.0);
    }
}

/// A road or a river that comes towards us.
fn winding(pen: &mut Pen<'_>, top: f32, far: Rgb, near: Rgb, dice: &mut Dice) {
    let (start, end) = (pen.ratio * dice.between(0.35, 0.65), pen.ratio * dice.between(0.3, 0.7));
    let swing = pen.ratio * dice.between(0.10, 0.18) * if dice.unit() < 0.5 { -1.0 } else { 1.0 };
    let place = |t: f32, side: f32| {
        let y = top + (1.02 - top) * t * t;
        let x = mix(start, end, t) + swing * (t * 7.0).sin() * (1.0 - t * 0.35) * t.sqrt();
        (x + side * (0.004 + 0.16 * t * t), y)
    };
    let left = (0..=30).map(|step| place(step as f32 / 30.0, -1.0));
    let right = (0..=30).rev().map(|step| place(step as f32 / 30.0, 1.0));
    let shape: Vec<(f32, f32)> = left.chain(right).collect();
    pen.shape(&shape, far, near, 0.10);
}

fn meadow(pen: &mut Pen<'_>, top: f32, dice: &mut Dice) {
    let mut far_first: Vec<f32> = (0..150).map(|_| dice.unit().sqrt()).collect();
    far_first.sort_by(f32::total_cmp);
    for depth in far_first {
        let y = top + (1.05 - top) * depth;
        let x = dice.unit() * pen.ratio;
        things::flower(pen, (x, y), 0.02 + 0.14 * depth * depth, None, dice);
    }
}

/// The things that were named, on what they stand on.
fn stand(pen: &mut Pen<'_>, plan: &Plan, horizon: f32, tint: Option<Rgb>, indoors: bool, dice: &mut Dice) {
    let afloat = plan.subjects.contains(&Subject::Sea) || plan.subjects.contains(&Subject::Lake);
    for subject in &plan.subjects {
        let across = |dice: &mut Dice| pen_across(dice.between(0.25, 0.75));
        match subject {
            Subject::Person => {
                let height = if indoors { 0.88 } else { 0.62 };
                draw(
                    pen,
                    *subject,
                    (pen.ratio * dice.between(0.42, 0.58), 1.01),
                    height,
                    if indoors { None } else { tint },
                    dice,
                );
            }
            Subject::Vase => {
                draw(
                    pen,
                    *subject,
                    (pen.ratio * dice.between(0.42, 0.58), 0.88),
                    0.66,
                    None,
                    dice,
                );
            }
            Subject::Tree => {
                for _ in 0..3 {
                    let depth = dice.unit();
                    let foot = (pen.ratio * across(dice), horizon + 0.10 + 0.30 * depth);
                    draw(pen, *subject, foot, 0.24 + 0.34 * depth, None, dice);
                }
            }
            Subject::House => {
                let foot = (pen.ratio * across(dice), horizon + dice.between(0.14, 0.24));
                draw(pen, *subject, foot, 0.22, None, dice);
            }
            Subject::Boat => {
                let foot = (
                    pen.ratio * across(dice),
                    horizon + dice.between(0.12, 0.24) + if afloat { 0.0 } else { 0.1 },
                );
                draw(pen, *subject, foot, 0.30, None, dice);
            }
            Subject::Balloon => {
                for far in [0.16, 0.30] {
                    let foot = (pen.ratio * across(dice), horizon * dice.between(0.6, 0.95));
                    draw(pen, *subject, foot, far, None, dice);
                }
            }
            Subject::Bird => {
                draw(
                    pen,
                    *subject,
                    (pen.ratio * across(dice), horizon * 0.75),
                    0.30,
                    None,
                    dice,
                );
            }
            Subject::Heart => {
                draw(pen, *subject, (pen.ratio * 0.5, 0.72), 0.42, tint, dice);
            }
            Subject::Flower if indoors => {
                draw(pen, *subject, (pen.ratio * across(dice), 0.92), 0.5, None, dice);
            }
            _ => {}
        }
    }
}

/// Kept out of the very edges.
fn pen_across(share: f32) -> f32 {
    share.clamp(0.08, 0.92)
}

/// Nothing was named but colours, if those: large soft fields, and the patches where the words put them.
fn fields(plan: &Plan, colours: &[Rgb], width: usize, height: usize, seed: u64, dice: &mut Dice) -> Canvas {
    let own = [
        [[34, 58, 94], [214, 124, 62], [238, 220, 186], [122, 60, 52]],
        [[46, 84, 78], [222, 196, 140], [178, 74, 52], [240, 232, 214]],
        [[78, 62, 98], [226, 158, 136], [244, 222, 186], [60, 96, 124]],
    ];
    let mut palette: Vec<Rgb> = colours.to_vec();
    let extra = own[dice.below(own.len())];
    for colour in extra {
        if palette.len() < 4 {
            // What the words name leads; the rest stays near it.
            let base = colours.get(palette.len() % colours.len().max(1)).copied();
            palette.push(base.map_or(rgb(colour), |base| blend(base, rgb(colour), 0.35)));
        }
    }
    let mut canvas = Canvas::filled(width, height, [0; 3]);
    let unit = height as f32;
    let warp = noise::layered(width, height, unit * 0.9, unit * 0.6, 4, seed ^ 0xa5);
    let veil = noise::layered(width, height, unit * 0.5, unit * 0.8, 4, seed ^ 0xa6);
    // The second colour is what lies behind, as captions name the region's colour first.
    let behind = palette[usize::from(palette.len() > 1)];
    {
        let bytes = canvas.rgb_mut();
        let (warp, veil): (&[f32], &[f32]) = (&warp.values, &veil.values);
        for y in 0..height {
            let down = y as f32 / unit;
            for x in 0..width {
                let at = y * width + x;
                let share = ramp(-0.5, 0.6, warp[at] + 0.5 * (down - 0.5));
                let mut colour = blend(behind, palette[2], share * 0.7);
                colour = blend(colour, palette[3], ramp(0.1, 0.6, veil[at]) * 0.5);
                for channel in 0..3 {
                    bytes[at * 3 + channel] = to_byte(colour[channel] * (0.94 + 0.12 * veil[at]));
                }
            }
        }
    }
    let texture = noise::layered(width, height, unit / 7.0, unit / 12.0, 4, seed ^ 0xa7);
    let mut pen = Pen::new(&mut canvas, texture);
    let ratio = pen.ratio;
    let mut blob = |pen: &mut Pen<'_>, place: (f32, f32), size: f32, colour: Rgb| {
        let phase = dice.between(0.0, 6.0);
        let points: Vec<(f32, f32)> = (0..48)
            .map(|step| {
                let angle = step as f32 / 48.0 * std::f32::consts::TAU;
                let reach = size * (1.0 + 0.22 * (angle * 2.0 + phase).sin() + 0.12 * (angle * 5.0 - phase).sin());
                (place.0 + angle.cos() * reach * 1.1, place.1 + angle.sin() * reach)
            })
            .collect();
        pen.shape(
            &points,
            blend(colour, [1.0, 0.96, 0.88], 0.22),
            blend(colour, [0.05, 0.04, 0.1], 0.3),
            0.16,
        );
    };
    if plan.patches.is_empty() {
        let lead = palette[0];
        for (share, size) in [(0.36, 0.26), (0.66, 0.17), (0.54, 0.09)] {
            let place = (ratio * share, 0.34 + 0.3 * (share * 9.0).sin().abs());
            blob(&mut pen, place, size, blend(lead, behind, share * 0.3));
        }
    } else {
        for patch in &plan.patches {
            blob(
                &mut pen,
                (ratio * patch.place.0, patch.place.1),
                0.24,
                rgb(patch.colour.rgb),
            );
        }
    }
    canvas
}

/// The unevenness for drawing things into a picture.
pub(super) fn texture(width: usize, height: usize, seed: u64) -> Plane {
    noise::layered(width, height, height as f32 / 9.0, height as f32 / 14.0, 3, seed ^ 0xa8)
}
