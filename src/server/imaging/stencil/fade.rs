//! The feather: how much of the answer each pixel of the hole takes.

use super::Options;
use crate::domain::{mask::Mask, source::Rect};

/// How much of the answer every pixel of the hole takes, from 0 to 256.
pub(super) struct Fade {
    area: Rect,
    distances: Vec<u8>,
    weights: [u32; 256],
}

impl Fade {
    /// For this area of the mask, which holds the hole and, but at the picture's edge, one pixel more on each side.
    pub(super) fn new(mask: &Mask, area: Rect, options: Options) -> Self {
        let feather = u8::try_from(options.feather_px).unwrap_or(u8::MAX).min(253);
        let mut weights = [256; 256];
        weights[0] = 0;
        for (distance, weight) in weights.iter_mut().enumerate().take(usize::from(feather) + 1).skip(1) {
            // 3t² - 2t³ in whole numbers, rounded.
            let (step, steps) = (distance as u64, u64::from(feather) + 1);
            let rise = 256 * step * step * (3 * steps - 2 * step);
            *weight = u32::try_from((rise + steps.pow(3) / 2) / steps.pow(3)).unwrap_or(256);
        }
        Self {
            area,
            distances: mask.crop(area).distance_inside(feather + 1),
            weights,
        }
    }

    pub(super) fn weight(&self, x: u32, y: u32) -> u32 {
        let place = (y - self.area.y) as usize * self.area.width as usize + (x - self.area.x) as usize;
        self.weights[usize::from(self.distances[place])]
    }
}

/// `weight` of 256 parts of the answer over the source, weighed by alpha.
pub(super) fn blend(source: [u8; 4], answer: [u8; 4], weight: u32) -> [u8; 4] {
    if weight >= 256 {
        return answer;
    }
    let (kept, taken) = ((256 - weight) * u32::from(source[3]), weight * u32::from(answer[3]));
    let alpha = kept + taken;
    if alpha == 0 {
        return if weight < 128 { source } else { answer };
    }
    let mix = |index: usize| {
        let sum = u32::from(source[index]) * kept + u32::from(answer[index]) * taken;
        u8::try_from((sum + alpha / 2) / alpha).unwrap_or(u8::MAX)
    };
    [
        mix(0),
        mix(1),
        mix(2),
        u8::try_from((alpha + 128) / 256).unwrap_or(u8::MAX),
    ]
}
