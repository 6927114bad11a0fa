//! Watercolour: washes that run a little over their borders, darker where they dried, grain in the hollows of the
//! paper, and a rim of bare paper around.

use super::{
    canvas::Canvas,
    noise,
    plane::{Plane, mix, ramp},
    smooth,
};

/// The paper.
const PAPER: [f32; 3] = [0.975, 0.962, 0.93];

/// Paints the picture.
pub(super) fn paint(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let small = canvas.resized((width / 2).max(2), (height / 2).max(2));
    let fine = smooth::flatten(small.planes(), ((2.0 * scale) as usize).max(1), 2);
    let broad = smooth::flatten(fine.clone(), ((5.0 * scale) as usize).max(1), 2);
    // Broad washes first, details glazed over them where there are any.
    let detail = {
        let luma = small.luma();
        let (gx, gy) = luma.gradient();
        gx.with(&gy, |a, b| (a * a + b * b).sqrt())
            .blurred((3.0 * scale) as usize + 1)
            .map(|steep| ramp(0.008, 0.04, steep))
    };
    let mut washes: [Plane; 3] = std::array::from_fn(|channel| {
        let mut wash = broad[channel].clone();
        let (out, fine, detail): (&mut [f32], &[f32], &[f32]) =
            (&mut wash.values, &fine[channel].values, &detail.values);
        let mut at = 0;
        while at < out.len() {
            out[at] = mix(out[at], fine[at], 0.25 + 0.75 * detail[at]);
            at += 1;
        }
        wash
    });
    // The water pulls the washes about.
    let pull = 3.2 * scale;
    let (ww, wh) = (washes[0].width, washes[0].height);
    let bend_x = noise::layered(ww, wh, 26.0 * scale, 26.0 * scale, 3, seed ^ 0x41);
    let bend_y = noise::layered(ww, wh, 26.0 * scale, 26.0 * scale, 3, seed ^ 0x42);
    washes = washes.map(|wash| bent(&wash, &bend_x, &bend_y, pull));
    // Pigment gathers where a wash ends.
    let rims = {
        let luma = washes[0]
            .clone()
            .with(&washes[1], |r, g| r * 0.3 + g * 0.59)
            .with(&washes[2], |sum, b| sum + b * 0.11);
        let around = luma.blurred((2.2 * scale) as usize + 1);
        luma.with(&around, |own, around| around - own)
    };
    glaze(washes, &rims, width, height, scale, seed)
}

/// A plane read through a bent glass.
fn bent(plane: &Plane, bend_x: &Plane, bend_y: &Plane, pull: f32) -> Plane {
    let mut result = Plane::new(plane.width, plane.height);
    let (bx, by): (&[f32], &[f32]) = (&bend_x.values, &bend_y.values);
    let out: &mut [f32] = &mut result.values;
    for y in 0..plane.height {
        let mut x = 0;
        while x < plane.width {
            let at = y * plane.width + x;
            out[at] = plane.sample(x as f32 + bx[at] * pull, y as f32 + by[at] * pull);
            x += 1;
        }
    }
    result
}

fn glaze(washes: [Plane; 3], rims: &Plane, width: usize, height: usize, scale: f32, seed: u64) -> Canvas {
    let mut planes = washes.map(|wash| wash.resized(width, height));
    let rims = rims.resized(width, height);
    let tooth = noise::paper(width, height, seed ^ 0x43);
    let blooms = noise::layered(width, height, 170.0 * scale, 150.0 * scale, 4, seed ^ 0x44);
    let torn = noise::layered(width, height, 60.0 * scale, 60.0 * scale, 4, seed ^ 0x45);
    let (rims, tooth): (&[f32], &[f32]) = (&rims.values, &tooth.values);
    let (blooms, torn): (&[f32], &[f32]) = (&blooms.values, &torn.values);
    let [r, g, b] = &mut planes;
    let (red, green, blue): (&mut [f32], &mut [f32], &mut [f32]) = (&mut r.values, &mut g.values, &mut b.values);
    let margin = 0.045 * width.min(height) as f32;
    for y in 0..height {
        let from_side = y.min(height - 1 - y) as f32;
        let mut x = 0;
        while x < width {
            let at = y * width + x;
            let own = [red[at], green[at], blue[at]];
            let tone = own[0] * 0.299 + own[1] * 0.587 + own[2] * 0.114;
            let side = if x < width - 1 - x {
                x as f32
            } else {
                (width - 1 - x) as f32
            };
            let side = if side < from_side { side } else { from_side };
            let reached = ramp(0.12, 0.62, side / margin + 0.75 * torn[at]);
            // Where the last wash stopped, a darker line dried.
            let line = reached * (1.0 - reached) * 1.3;
            let rim = ramp(0.006, 0.05, rims[at]);
            let mut density = 0.88 + 0.24 * blooms[at] + 0.20 * rim + 0.16 * tooth[at] * (1.15 - tone) + line;
            density *= reached;
            let mut channel = 0;
            let mut values = [0.0_f32; 3];
            while channel < 3 {
                // Colours stay clear: lighter and stronger than in the photograph.
                let clear = tone + (own[channel] - tone) * 1.25;
                let clear = 0.16 + 0.84 * if clear > 0.0 { clear } else { 0.0 };
                let clear = if clear > 1.0 { 1.0 } else { clear };
                // Pigment takes light away by its density: Beer's law, one term of it.
                let absorbed = (1.0 - clear) * density;
                let absorbed = absorbed * (1.0 + 0.18 * (density - 1.0));
                values[channel] = PAPER[channel] * (1.0 - absorbed) + 0.012 * tooth[at];
                channel += 1;
            }
            red[at] = values[0];
            green[at] = values[1];
            blue[at] = values[2];
            x += 1;
        }
    }
    Canvas::of_planes(&planes)
}
