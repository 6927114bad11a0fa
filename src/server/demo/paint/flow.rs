//! Lines: where a picture's edges run, and ink lines along them.
//!
//! The direction is the structure tensor's, smoothed; the line is a difference of Gaussians taken across the
//! direction and gathered along it (Kang, Lee and Chui, *Coherent Line Drawing*, 2007).

use super::plane::Plane;

/// The direction of edges at each point, as a unit vector along the edge, and how strongly they are directed.
#[derive(Debug, Clone)]
pub(super) struct Flow {
    pub x: Plane,
    pub y: Plane,
    /// 0 where there is no direction, 1 where there is just one.
    pub coherence: Plane,
    /// How steep it is across.
    pub strength: Plane,
}

impl Flow {
    /// The directions of a picture's lightness; `radius` is how far they are smoothed.
    pub(super) fn of(luma: &Plane, radius: usize) -> Self {
        let (gx, gy) = luma.gradient();
        let xx = gx.clone().map(|g| g * g).blurred(radius);
        let yy = gy.clone().map(|g| g * g).blurred(radius);
        let xy = gx.with(&gy, |a, b| a * b).blurred(radius);
        let (width, height) = (luma.width, luma.height);
        let mut flow = Self {
            x: Plane::new(width, height),
            y: Plane::new(width, height),
            coherence: Plane::new(width, height),
            strength: Plane::new(width, height),
        };
        let (xx, yy, xy): (&[f32], &[f32], &[f32]) = (&xx.values, &yy.values, &xy.values);
        let out_x: &mut [f32] = &mut flow.x.values;
        let out_y: &mut [f32] = &mut flow.y.values;
        let coherence: &mut [f32] = &mut flow.coherence.values;
        let strength: &mut [f32] = &mut flow.strength.values;
        let mut at = 0;
        while at < xx.len() {
            let (e, g, f) = (xx[at], yy[at], xy[at]);
            let root = ((e - g) * (e - g) + 4.0 * f * f).sqrt();
            let sum = e + g;
            // The eigenvector of the smaller eigenvalue runs along the edge. Of its two forms the longer is the safe one.
            let (mut x, mut y) = if e > g {
                (-2.0 * f, e - g + root)
            } else {
                (g - e + root, -2.0 * f)
            };
            let length = (x * x + y * y).sqrt();
            if length > 1e-9 {
                x /= length;
                y /= length;
            } else {
                x = 1.0;
                y = 0.0;
            }
            out_x[at] = x;
            out_y[at] = y;
            coherence[at] = if sum > 1e-9 { root / sum } else { 0.0 };
            strength[at] = (0.5 * (sum + root)).sqrt();
            at += 1;
        }
        flow
    }
}

/// Ink lines of a picture's lightness, as a field: above 0 where a line is, the more the surer.
///
/// `width` is about half a line's width in points; `along` how far lines are gathered, in points.
pub(super) fn lines(luma: &Plane, flow: &Flow, width: f32, along: usize) -> Plane {
    let (columns, rows) = (luma.width, luma.height);
    let reach = (width * 3.2).ceil() as usize;
    // A narrow bell less a broad one, slightly biased to the dark side.
    let bell = |distance: f32, sigma: f32| (-(distance * distance) / (2.0 * sigma * sigma)).exp();
    let mut taps: Vec<f32> = Vec::new();
    let (narrow, broad): (f32, f32) = (
        (0..=2 * reach)
            .map(|step| bell(step as f32 - reach as f32, width))
            .sum(),
        (0..=2 * reach)
            .map(|step| bell(step as f32 - reach as f32, width * 1.6))
            .sum(),
    );
    for step in 0..=2 * reach {
        let distance = step as f32 - reach as f32;
        taps.push(0.99 * bell(distance, width * 1.6) / broad - bell(distance, width) / narrow);
    }
    let mut across = Plane::new(columns, rows);
    let taps: &[f32] = &taps;
    let (fx, fy): (&[f32], &[f32]) = (&flow.x.values, &flow.y.values);
    for y in 0..rows {
        let target: &mut [f32] = &mut across.values[y * columns..(y + 1) * columns];
        let mut x = 0;
        while x < columns {
            let at = y * columns + x;
            let (nx, ny) = (-fy[at], fx[at]);
            let mut px = x as f32 - nx * reach as f32;
            let mut py = y as f32 - ny * reach as f32;
            let (mut sum, mut step) = (0.0, 0);
            while step < taps.len() {
                sum += taps[step] * luma.sample(px, py);
                px += nx;
                py += ny;
                step += 1;
            }
            target[x] = sum;
            x += 1;
        }
    }
    follow(&across, flow, along)
}

/// The mean of a field along the directions: hair, grain and lines come out of noise and edges alike.
pub(super) fn follow(field: &Plane, flow: &Flow, along: usize) -> Plane {
    let (columns, rows) = (field.width, field.height);
    let mut result = Plane::new(columns, rows);
    let (fx, fy): (&[f32], &[f32]) = (&flow.x.values, &flow.y.values);
    let values: &[f32] = &field.values;
    let (right, bottom) = (columns as f32 - 0.5, rows as f32 - 0.5);
    for y in 0..rows {
        let target: &mut [f32] = &mut result.values[y * columns..(y + 1) * columns];
        let mut x = 0;
        while x < columns {
            let start = y * columns + x;
            let (mut sum, mut count) = (values[start], 1.0_f32);
            let mut side = 0;
            while side < 2 {
                let (mut px, mut py) = (x as f32, y as f32);
                let (mut dx, mut dy) = (fx[start], fy[start]);
                if side == 1 {
                    dx = -dx;
                    dy = -dy;
                }
                let mut step = 0;
                while step < along {
                    px += dx;
                    py += dy;
                    if px < -0.5 || py < -0.5 || px >= right || py >= bottom {
                        break;
                    }
                    let at = (py + 0.5) as usize * columns + (px + 0.5) as usize;
                    sum += values[at];
                    count += 1.0;
                    // Directions have no head: keep going the way we came.
                    let (nx, ny) = (fx[at], fy[at]);
                    if nx * dx + ny * dy < 0.0 {
                        dx = -nx;
                        dy = -ny;
                    } else {
                        dx = nx;
                        dy = ny;
                    }
                    step += 1;
                }
                side += 1;
            }
            target[x] = sum / count;
            x += 1;
        }
    }
    result
}
