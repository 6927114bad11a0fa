//! Another place behind what stands in front: the moon, a beach, a wood … Each is painted from noise and a few lines,
//! a little out of focus, and lends its light to what stands before it.

mod air;
mod land;

use super::{
    canvas::Canvas,
    light::to_byte,
    matte,
    plane::{Plane, mix, ramp},
};
use crate::server::demo::plan::Backdrop;

/// A colour, 0 to 1.
type Rgb = [f32; 3];

/// How a place lights what stands in it.
struct Light {
    /// What white becomes.
    tint: Rgb,
    /// How much of that, 0 to 1.
    strength: f32,
    /// How bright it is there.
    exposure: f32,
}

/// The picture with another place behind what stands in front; in a hole, the place alone.
pub(super) fn behind(canvas: &Canvas, open: Option<&Plane>, backdrop: Backdrop, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let mut result = place(backdrop, width, height, seed);
    if open.is_some() {
        return result;
    }
    let front = matte::front(canvas);
    let light = light(backdrop);
    // Light from behind spills over the edges.
    let spilt = result
        .within(96)
        .planes()
        .map(|plane| plane.blurred(6).resized(width, height));
    let near_edge = front.boxed(width.max(height) / 170 + 1);
    let own = canvas.rgb();
    let rgb = result.rgb_mut();
    for at in 0..width * height {
        let share = front.values[at];
        if share <= 0.0 {
            continue;
        }
        let rim = (1.0 - ramp(0.62, 1.0, near_edge.values[at])) * 0.30;
        for channel in 0..3 {
            let value = f32::from(own[at * 3 + channel]) / 255.0 * light.exposure;
            let lit = mix(value, value * light.tint[channel], light.strength);
            let lit = mix(lit, spilt[channel].values[at], rim);
            let behind = f32::from(rgb[at * 3 + channel]) / 255.0;
            rgb[at * 3 + channel] = to_byte(mix(behind, lit, share));
        }
    }
    result
}

/// The place alone.
fn place(backdrop: Backdrop, width: usize, height: usize, seed: u64) -> Canvas {
    match backdrop {
        Backdrop::Moon => land::moon(width, height, seed),
        Backdrop::Beach => land::beach(width, height, seed),
        Backdrop::Desert => land::desert(width, height, seed),
        Backdrop::Mountains => land::mountains(width, height, seed),
        Backdrop::Forest => land::forest(width, height, seed),
        Backdrop::Meadow => air::meadow(width, height, seed),
        Backdrop::City => air::city(width, height, seed),
        Backdrop::Clouds => air::clouds(width, height, seed),
        Backdrop::Space => air::space(width, height, seed),
        Backdrop::Underwater => air::underwater(width, height, seed),
    }
}

fn light(backdrop: Backdrop) -> Light {
    let (tint, strength, exposure) = match backdrop {
        Backdrop::Moon => ([0.92, 0.95, 1.0], 0.6, 1.0),
        Backdrop::Beach => ([1.05, 1.0, 0.92], 0.6, 1.05),
        Backdrop::Desert => ([1.08, 0.97, 0.82], 0.7, 1.02),
        Backdrop::Mountains => ([0.95, 1.0, 1.06], 0.5, 1.0),
        Backdrop::Forest => ([0.93, 1.02, 0.86], 0.7, 0.92),
        Backdrop::Meadow => ([1.02, 1.02, 0.90], 0.6, 1.02),
        Backdrop::City => ([0.96, 0.85, 0.90], 0.7, 0.88),
        Backdrop::Clouds => ([0.98, 1.0, 1.06], 0.5, 1.05),
        Backdrop::Space => ([0.82, 0.84, 1.08], 0.7, 0.86),
        Backdrop::Underwater => ([0.55, 0.95, 1.05], 0.62, 1.02),
    };
    Light {
        tint,
        strength,
        exposure,
    }
}

/// Between two colours.
fn blend(from: Rgb, to: Rgb, share: f32) -> Rgb {
    std::array::from_fn(|channel| mix(from[channel], to[channel], share))
}

/// A canvas from a rule for each point; `across` and `down` run from 0 to 1.
fn painted(width: usize, height: usize, rule: impl Fn(usize, f32, f32) -> Rgb) -> Canvas {
    let mut rgb = vec![0_u8; width * height * 3];
    for y in 0..height {
        let down = (y as f32 + 0.5) / height as f32;
        for x in 0..width {
            let at = y * width + x;
            let colour = rule(at, (x as f32 + 0.5) / width as f32, down);
            for channel in 0..3 {
                rgb[at * 3 + channel] = to_byte(colour[channel]);
            }
        }
    }
    Canvas::of_rgb(width, height, rgb)
}

/// As a lens leaves what lies far behind.
fn out_of_focus(canvas: &Canvas, radius: usize) -> Canvas {
    Canvas::of_planes(&canvas.planes().map(|plane| plane.boxed(radius).boxed(radius)))
}
