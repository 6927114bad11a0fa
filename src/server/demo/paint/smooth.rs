//! Smoothing that keeps edges: each point takes the mean of that one of the squares around it which varies least
//! (Kuwahara, 1976), by box means, so that the radius costs nothing.

use super::plane::Plane;

/// Smooths three channels, `times` times over with this radius.
pub(super) fn flatten(planes: [Plane; 3], radius: usize, times: usize) -> [Plane; 3] {
    (0..times).fold(planes, |planes, _| once(planes, radius.max(1)))
}

fn once(planes: [Plane; 3], radius: usize) -> [Plane; 3] {
    let (width, height) = (planes[0].width, planes[0].height);
    let half = radius.div_ceil(2).max(1);
    let means: [Plane; 3] = std::array::from_fn(|channel| planes[channel].boxed(half));
    let squares = {
        let mut sum = Plane::new(width, height);
        for plane in &planes {
            sum = sum.with(plane, |sum, value| sum + value * value);
        }
        sum.boxed(half)
    };
    // The variance of the square whose middle is at a point.
    let mut variance = squares;
    for mean in &means {
        variance = variance.with(mean, |sum, mean| sum - mean * mean);
    }
    let mut result = planes;
    let spread: &[f32] = &variance.values;
    let (r, g, b): (&[f32], &[f32], &[f32]) = (&means[0].values, &means[1].values, &means[2].values);
    for y in 0..height {
        let up = y.saturating_sub(half) * width;
        let down = (y + half).min(height - 1) * width;
        let [to_r, to_g, to_b] = &mut result;
        let to_r: &mut [f32] = &mut to_r.values[y * width..(y + 1) * width];
        let to_g: &mut [f32] = &mut to_g.values[y * width..(y + 1) * width];
        let to_b: &mut [f32] = &mut to_b.values[y * width..(y + 1) * width];
        let mut x = 0;
        while x < width {
            let left = if x > half { x - half } else { 0 };
            let right = if x + half < width { x + half } else { width - 1 };
            let mut best = up + left;
            let mut least = spread[best];
            if spread[up + right] < least {
                best = up + right;
                least = spread[best];
            }
            if spread[down + left] < least {
                best = down + left;
                least = spread[best];
            }
            if spread[down + right] < least {
                best = down + right;
            }
            to_r[x] = r[best];
            to_g[x] = g[best];
            to_b[x] = b[best];
            x += 1;
        }
    }
    result
}
