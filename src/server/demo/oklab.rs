//! Colours where equal steps look equal: Oklab (<https://bottosson.github.io/posts/oklab/>).

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "values are clamped to bytes"
)]

use std::sync::LazyLock;

/// A colour in Oklab.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Lab {
    /// From black to white, 0 to 1.
    pub light: f32,
    /// From green to red.
    pub a: f32,
    /// From blue to yellow.
    pub b: f32,
}

impl Lab {
    /// Distance from grey.
    pub(super) fn chroma(&self) -> f32 {
        self.a.hypot(self.b)
    }

    /// Squared distance, hue weighing so many times more than lightness.
    pub(super) fn distance(self, other: Self, hue: f32) -> f32 {
        let (light, a, b) = (self.light - other.light, self.a - other.a, self.b - other.b);
        light * light + hue * (a * a + b * b)
    }

    /// The colour in sRGB, as near as it gets.
    pub(super) fn rgb(self) -> [u8; 3] {
        let l = (self.light + 0.396_337_78 * self.a + 0.215_803_76 * self.b).powi(3);
        let m = (self.light - 0.105_561_346 * self.a - 0.063_854_17 * self.b).powi(3);
        let s = (self.light - 0.089_484_18 * self.a - 1.291_485_5 * self.b).powi(3);
        [
            4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
            -1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s,
            -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
        ]
        .map(|value| {
            let value = value.clamp(0.0, 1.0);
            let coded = if value <= 0.003_130_8 {
                value * 12.92
            } else {
                1.055 * value.powf(1.0 / 2.4) - 0.055
            };
            (coded * 255.0 + 0.5) as u8
        })
    }
}

/// A colour's place in Oklab.
pub(super) fn lab(rgb: [u8; 3]) -> Lab {
    static LINEAR: LazyLock<[f32; 256]> = LazyLock::new(|| {
        let mut value = -1.0;
        std::array::from_fn(|_| {
            value += 1.0;
            let value: f32 = value / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        })
    });
    let table = &*LINEAR;
    let [red, green, blue] = rgb.map(|value| table[usize::from(value)]);
    let long = (0.412_221_46 * red + 0.536_332_55 * green + 0.051_445_995 * blue).cbrt();
    let middle = (0.211_903_5 * red + 0.680_699_5 * green + 0.107_396_96 * blue).cbrt();
    let short = (0.088_302_46 * red + 0.281_718_85 * green + 0.629_978_7 * blue).cbrt();
    Lab {
        light: 0.210_454_26 * long + 0.793_617_8 * middle - 0.004_072_047 * short,
        a: 1.977_998_5 * long - 2.428_592_2 * middle + 0.450_593_7 * short,
        b: 0.025_904_037 * long + 0.782_771_77 * middle - 0.808_675_77 * short,
    }
}
