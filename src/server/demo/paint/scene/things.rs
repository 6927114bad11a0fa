//! Things that stand in a scene, each drawn around a place in a given size. They also go into holes ("add a boat").

use super::{
    super::noise::Dice,
    pen::{Pen, Rgb, blend, rgb},
};
use crate::server::demo::plan::Subject;

/// Draws a thing of this height, its foot at `foot`. Whether it is a thing at all (a sea is not).
pub(in super::super) fn draw(
    pen: &mut Pen<'_>,
    thing: Subject,
    foot: (f32, f32),
    height: f32,
    tint: Option<Rgb>,
    dice: &mut Dice,
) -> bool {
    let (x, y) = foot;
    let tinted = |colour: [u8; 3]| tint.map_or(rgb(colour), |tint| blend(rgb(colour), tint, 0.75));
    match thing {
        Subject::Sun => {
            let middle = (x, y - height / 2.0);
            pen.glow(middle, height * 1.9, [1.0, 0.93, 0.70], 0.75);
            pen.ellipse(
                middle,
                (height * 0.34, height * 0.34),
                tinted([255, 236, 170]),
                tinted([252, 196, 96]),
                0.02,
            );
        }
        Subject::Moon => {
            let middle = (x, y - height / 2.0);
            pen.glow(middle, height * 1.6, [0.92, 0.95, 1.0], 0.5);
            pen.ellipse(
                middle,
                (height * 0.34, height * 0.34),
                tinted([250, 249, 238]),
                tinted([226, 228, 226]),
                0.05,
            );
            pen.ellipse(
                (x - height * 0.1, y - height * 0.55),
                (height * 0.06, height * 0.05),
                tinted([224, 224, 216]),
                tinted([224, 224, 216]),
                0.0,
            );
            pen.ellipse(
                (x + height * 0.08, y - height * 0.42),
                (height * 0.08, height * 0.06),
                tinted([222, 222, 214]),
                tinted([222, 222, 214]),
                0.0,
            );
        }
        Subject::Star => star(pen, (x, y - height / 2.0), height * 0.48, tinted([252, 240, 190])),
        Subject::Heart => heart(pen, (x, y - height / 2.0), height * 0.5, tinted([208, 44, 48])),
        Subject::Cloud => cloud(pen, (x, y - height / 2.0), height, dice),
        Subject::Tree | Subject::Forest => {
            if dice.unit() < 0.5 {
                conifer(pen, foot, height, tinted([40, 84, 62]), dice);
            } else {
                leafy(pen, foot, height, tinted([74, 118, 56]), dice);
            }
        }
        Subject::House | Subject::City => house(pen, foot, height, tinted([226, 208, 182]), dice),
        Subject::Boat => boat(pen, foot, height, tinted([120, 52, 40])),
        Subject::Bird => {
            for _ in 0..5 {
                let place = (
                    x + dice.between(-0.6, 0.6) * height,
                    y - dice.between(0.2, 0.9) * height,
                );
                bird(pen, place, height * dice.between(0.12, 0.22), tinted([38, 42, 52]));
            }
        }
        Subject::Balloon => balloon(pen, foot, height, tinted([206, 72, 48]), dice),
        Subject::Flower | Subject::Field => flower(pen, foot, height, tint, dice),
        Subject::Person => person(pen, foot, height, tint, dice),
        Subject::Vase => vase(pen, foot, height, tinted([62, 104, 148]), dice),
        Subject::Sea
        | Subject::Lake
        | Subject::River
        | Subject::Mountain
        | Subject::Hill
        | Subject::Desert
        | Subject::Road
        | Subject::Sky => {
            return false;
        }
    }
    true
}

fn star(pen: &mut Pen<'_>, middle: (f32, f32), radius: f32, colour: Rgb) {
    pen.glow(middle, radius * 2.0, colour, 0.35);
    let points: Vec<(f32, f32)> = (0..10)
        .map(|step| {
            let angle = step as f32 / 10.0 * std::f32::consts::TAU - std::f32::consts::FRAC_PI_2;
            let reach = if step % 2 == 0 { radius } else { radius * 0.42 };
            (middle.0 + reach * angle.cos(), middle.1 + reach * angle.sin())
        })
        .collect();
    pen.shape(&points, colour, blend(colour, [0.9, 0.7, 0.3], 0.5), 0.03);
}

fn heart(pen: &mut Pen<'_>, middle: (f32, f32), radius: f32, colour: Rgb) {
    let points: Vec<(f32, f32)> = (0..48)
        .map(|step| {
            let t = step as f32 / 48.0 * std::f32::consts::TAU;
            let x = 16.0 * t.sin().powi(3);
            let y = 13.0 * t.cos() - 5.0 * (2.0 * t).cos() - 2.0 * (3.0 * t).cos() - (4.0 * t).cos();
            (middle.0 + x / 17.0 * radius, middle.1 - y / 17.0 * radius)
        })
        .collect();
    pen.shape(&points, colour, blend(colour, [0.25, 0.0, 0.05], 0.45), 0.05);
}

pub(super) fn cloud(pen: &mut Pen<'_>, middle: (f32, f32), height: f32, dice: &mut Dice) {
    for _ in 0..11 {
        let place = (
            middle.0 + dice.between(-1.0, 1.0) * height,
            middle.1 + dice.between(-0.16, 0.22) * height,
        );
        let size = height * dice.between(0.22, 0.46);
        pen.glow(place, size, [0.99, 0.99, 0.98], 0.8);
    }
}

pub(super) fn conifer(pen: &mut Pen<'_>, foot: (f32, f32), height: f32, colour: Rgb, dice: &mut Dice) {
    let (x, y) = foot;
    pen.line((x, y), (x, y - height * 0.2), height * 0.06, rgb([70, 50, 38]));
    for tier in 0..4 {
        let top = y - height * (1.0 - 0.2 * tier as f32);
        let bottom = y - height * (0.56 - 0.16 * tier as f32);
        let reach = height * (0.13 + 0.05 * tier as f32) * dice.between(0.9, 1.1);
        let light = blend(colour, [0.75, 0.82, 0.62], 0.18);
        pen.shape(
            &[
                (x, top),
                (x + reach, bottom),
                (x, bottom - height * 0.03),
                (x - reach, bottom),
            ],
            light,
            blend(colour, [0.0, 0.0, 0.0], 0.25),
            0.22,
        );
    }
}

pub(super) fn leafy(pen: &mut Pen<'_>, foot: (f32, f32), height: f32, colour: Rgb, dice: &mut Dice) {
    let (x, y) = foot;
    let bark = rgb([84, 60, 44]);
    let trunk = [
        (x - height * 0.035, y),
        (x + height * 0.04, y),
        (x + height * 0.015, y - height * 0.55),
        (x - height * 0.015, y - height * 0.55),
    ];
    pen.shape(&trunk, bark, blend(bark, [0.0; 3], 0.3), 0.2);
    for round in 0..16 {
        let low = 1.0 - round as f32 / 16.0;
        let place = (
            x + dice.between(-0.27, 0.27) * height,
            y - height * (0.62 + dice.between(-0.2, 0.24)),
        );
        let size = height * dice.between(0.10, 0.17);
        let shade = blend(
            blend(colour, [0.02, 0.05, 0.05], 0.55),
            blend(colour, [0.95, 0.95, 0.6], 0.35),
            1.0 - low,
        );
        pen.ellipse(place, (size, size * 0.85), shade, blend(shade, [0.0; 3], 0.22), 0.25);
    }
}

fn house(pen: &mut Pen<'_>, foot: (f32, f32), height: f32, wall: Rgb, dice: &mut Dice) {
    let (x, y) = foot;
    let half = height * dice.between(0.5, 0.62);
    let eaves = y - height * 0.55;
    let shade = blend(wall, [0.25, 0.2, 0.25], 0.35);
    pen.shape(
        &[
            (x - half, eaves),
            (x + half * 0.35, eaves),
            (x + half * 0.35, y),
            (x - half, y),
        ],
        wall,
        blend(wall, [0.4, 0.3, 0.2], 0.2),
        0.06,
    );
    pen.shape(
        &[
            (x + half * 0.35, eaves),
            (x + half, eaves),
            (x + half, y),
            (x + half * 0.35, y),
        ],
        shade,
        blend(shade, [0.0; 3], 0.15),
        0.06,
    );
    let roof = rgb([158, 72, 52]);
    pen.shape(
        &[
            (x - half * 1.12, eaves + height * 0.03),
            (x - half * 0.5, y - height),
            (x + half * 0.65, y - height),
            (x + half * 0.42, eaves + height * 0.03),
        ],
        roof,
        blend(roof, [0.0; 3], 0.25),
        0.16,
    );
    pen.shape(
        &[
            (x + half * 0.65, y - height),
            (x + half * 1.1, eaves + height * 0.03),
            (x + half * 0.38, eaves + height * 0.03),
        ],
        blend(shade, roof, 0.15),
        shade,
        0.08,
    );
    let glass = rgb([70, 88, 108]);
    for step in 0..3 {
        let wx = x - half * (0.82 - 0.4 * step as f32);
        pen.shape(
            &[
                (wx, eaves + height * 0.12),
                (wx + half * 0.2, eaves + height * 0.12),
                (wx + half * 0.2, eaves + height * 0.3),
                (wx, eaves + height * 0.3),
            ],
            glass,
            blend(glass, [1.0, 0.9, 0.7], 0.3),
            0.0,
        );
    }
    pen.shape(
        &[
            (x - half * 0.42, y - height * 0.22),
            (x - half * 0.18, y - height * 0.22),
            (x - half * 0.18, y),
            (x - half * 0.42, y),
        ],
        rgb([92, 58, 40]),
        rgb([70, 44, 32]),
        0.1,
    );
}

pub(super) fn boat(pen: &mut Pen<'_>, foot: (f32, f32), height: f32, hull: Rgb) {
    let (x, y) = foot;
    let deck = y - height * 0.16;
    pen.line((x, deck), (x, y - height), height * 0.018, rgb([80, 62, 48]));
    let sail = rgb([248, 240, 220]);
    pen.shape(
        &[
            (x + height * 0.02, y - height * 0.97),
            (x + height * 0.40, deck - height * 0.05),
            (x + height * 0.02, deck - height * 0.05),
        ],
        sail,
        blend(sail, [0.8, 0.7, 0.6], 0.4),
        0.05,
    );
    pen.shape(
        &[
            (x - height * 0.02, y - height * 0.86),
            (x - height * 0.28, deck - height * 0.05),
            (x - height * 0.02, deck - height * 0.05),
        ],
        blend(sail, [0.75, 0.7, 0.7], 0.3),
        sail,
        0.05,
    );
    pen.shape(
        &[
            (x - height * 0.38, deck),
            (x + height * 0.46, deck - height * 0.02),
            (x + height * 0.3, y),
            (x - height * 0.28, y),
        ],
        hull,
        blend(hull, [0.0; 3], 0.4),
        0.1,
    );
    // Its reflection, broken by the water.
    for step in 0..5 {
        let down = y + height * (0.03 + 0.05 * step as f32);
        let half = height * (0.3 - 0.05 * step as f32);
        pen.line(
            (x - half, down),
            (x + half * 0.9, down),
            height * 0.016,
            blend(hull, [0.4, 0.5, 0.6], 0.45),
        );
    }
}

pub(super) fn bird(pen: &mut Pen<'_>, middle: (f32, f32), span: f32, colour: Rgb) {
    let (x, y) = middle;
    for side in [-1.0, 1.0] {
        pen.shape(
            &[
                (x, y + span * 0.06),
                (x + side * span * 0.28, y - span * 0.2),
                (x + side * span * 0.6, y - span * 0.06),
                (x + side * span * 0.27, y - span * 0.1),
            ],
            colour,
            colour,
            0.0,
        );
    }
}

fn balloon(pen: &mut Pen<'_>, foot: (f32, f32), height: f32, colour: Rgb, dice: &mut Dice) {
    let (x, y) = foot;
    let middle = (x, y - height * 0.64);
    let pale = blend(rgb([248, 232, 200]), colour, 0.15);
    let other = if dice.unit() < 0.5 {
        pale
    } else {
        blend(colour, rgb([238, 186, 72]), 0.75)
    };
    for (place, reach) in [1.0_f32, 0.72, 0.4, 0.12].into_iter().enumerate() {
        let stripe = if place % 2 == 0 { colour } else { other };
        pen.ellipse(
            middle,
            (height * 0.33 * reach, height * 0.36),
            blend(stripe, [1.0; 3], 0.12),
            blend(stripe, [0.0; 3], 0.3),
            0.04,
        );
    }
    pen.line(
        (x - height * 0.09, y - height * 0.30),
        (x - height * 0.045, y - height * 0.10),
        height * 0.008,
        rgb([80, 66, 54]),
    );
    pen.line(
        (x + height * 0.09, y - height * 0.30),
        (x + height * 0.045, y - height * 0.10),
        height * 0.008,
        rgb([80, 66, 54]),
    );
    pen.shape(
        &[
            (x - height * 0.055, y - height * 0.1),
            (x + height * 0.055, y - height * 0.1),
            (x + height * 0.045, y),
            (x - height * 0.045, y),
        ],
        rgb([140, 98, 62]),
        rgb([92, 62, 40]),
        0.12,
    );
}

pub(super) fn flower(pen: &mut Pen<'_>, foot: (f32, f32), height: f32, tint: Option<Rgb>, dice: &mut Dice) {
    let (x, y) = foot;
    let colours = [
        [214, 62, 54],
        [236, 186, 62],
        [176, 92, 160],
        [238, 138, 120],
        [246, 240, 226],
    ];
    let petal = tint.unwrap_or_else(|| rgb(colours[dice.below(colours.len())]));
    let head = (x + dice.between(-0.1, 0.1) * height, y - height * 0.82);
    pen.line((x, y), head, height * 0.03, rgb([84, 124, 62]));
    let leaf = rgb([92, 138, 66]);
    pen.shape(
        &[
            (x, y - height * 0.2),
            (x + height * 0.2, y - height * 0.45),
            (x + height * 0.04, y - height * 0.3),
        ],
        leaf,
        blend(leaf, [0.0; 3], 0.25),
        0.1,
    );
    for step in 0..7 {
        let angle = step as f32 / 7.0 * std::f32::consts::TAU;
        let place = (
            head.0 + angle.cos() * height * 0.105,
            head.1 + angle.sin() * height * 0.105,
        );
        pen.ellipse(
            place,
            (height * 0.085, height * 0.085),
            blend(petal, [1.0; 3], 0.15),
            blend(petal, [0.0; 3], 0.2),
            0.08,
        );
    }
    pen.ellipse(
        head,
        (height * 0.062, height * 0.062),
        rgb([236, 190, 70]),
        rgb([182, 122, 38]),
        0.1,
    );
}

/// Head and shoulders, turned a little.
fn person(pen: &mut Pen<'_>, foot: (f32, f32), height: f32, tint: Option<Rgb>, dice: &mut Dice) {
    let (x, y) = foot;
    let skins = [[236, 196, 168], [214, 164, 128], [160, 108, 76], [112, 74, 54]];
    let skin = rgb(skins[dice.below(skins.len())]);
    let hairs = [[48, 34, 30], [96, 62, 40], [150, 104, 58], [34, 32, 40]];
    let hair = rgb(hairs[dice.below(hairs.len())]);
    let coats = [[172, 62, 48], [46, 76, 120], [70, 104, 78], [196, 146, 70]];
    let coat = tint.unwrap_or_else(|| rgb(coats[dice.below(coats.len())]));
    let shadow = blend(skin, [0.35, 0.15, 0.12], 0.35);
    let lean = dice.between(-0.02, 0.02) * height;
    let head = (x + lean, y - height * 0.66);
    let long = dice.unit() < 0.6;
    if long {
        pen.ellipse(
            (head.0, head.1 + height * 0.06),
            (height * 0.205, height * 0.30),
            hair,
            blend(hair, [0.0; 3], 0.35),
            0.2,
        );
    }
    pen.shape(
        &[
            (x - height * 0.42, y),
            (x - height * 0.36, y - height * 0.22),
            (x - height * 0.13, y - height * 0.34),
            (x + height * 0.13, y - height * 0.34),
            (x + height * 0.36, y - height * 0.22),
            (x + height * 0.42, y),
        ],
        coat,
        blend(coat, [0.0; 3], 0.4),
        0.1,
    );
    pen.shape(
        &[
            (x - height * 0.075, y - height * 0.50),
            (x + height * 0.075, y - height * 0.50),
            (x + height * 0.10, y - height * 0.33),
            (x, y - height * 0.25),
            (x - height * 0.10, y - height * 0.33),
        ],
        shadow,
        skin,
        0.03,
    );
    pen.ellipse(
        head,
        (height * 0.148, height * 0.205),
        blend(skin, [1.0; 3], 0.08),
        blend(skin, shadow, 0.4),
        0.03,
    );
    // The side away from the light.
    pen.shape(
        &[
            (head.0 + height * 0.05, head.1 - height * 0.16),
            (head.0 + height * 0.148, head.1),
            (head.0 + height * 0.06, head.1 + height * 0.19),
            (head.0 + height * 0.085, head.1),
        ],
        blend(skin, shadow, 0.5),
        shadow,
        0.03,
    );
    let cap: Vec<(f32, f32)> = (0..=20)
        .map(|step| {
            let angle = std::f32::consts::PI * (1.0 + step as f32 / 20.0);
            (
                head.0 + height * 0.17 * angle.cos(),
                head.1 - height * 0.02 + height * 0.215 * angle.sin(),
            )
        })
        .chain([
            (head.0 + height * 0.10, head.1 - height * 0.10),
            (head.0 - height * 0.02, head.1 - height * 0.14),
            (head.0 - height * 0.12, head.1 - height * 0.06),
        ])
        .collect();
    pen.shape(&cap, blend(hair, [1.0, 0.9, 0.7], 0.12), hair, 0.25);
    let line = blend(hair, [0.1; 3], 0.5);
    for side in [-1.0, 1.0] {
        let eye = (head.0 + side * height * 0.06 - height * 0.01, head.1 - height * 0.005);
        pen.ellipse(eye, (height * 0.024, height * 0.013), [0.93; 3], [0.88; 3], 0.0);
        pen.ellipse(eye, (height * 0.0115, height * 0.013), line, line, 0.0);
        pen.line(
            (eye.0 - height * 0.032, eye.1 - height * 0.034),
            (eye.0 + height * 0.03, eye.1 - height * 0.038),
            height * 0.009,
            hair,
        );
    }
    pen.line(
        (head.0 - height * 0.004, head.1 + height * 0.0),
        (head.0 + height * 0.012, head.1 + height * 0.065),
        height * 0.009,
        shadow,
    );
    let lips = blend(skin, rgb([176, 50, 52]), 0.6);
    pen.shape(
        &[
            (head.0 - height * 0.05, head.1 + height * 0.108),
            (head.0 - height * 0.008, head.1 + height * 0.1),
            (head.0 + height * 0.04, head.1 + height * 0.106),
            (head.0 - height * 0.006, head.1 + height * 0.126),
        ],
        lips,
        blend(lips, [0.0; 3], 0.2),
        0.0,
    );
}

fn vase(pen: &mut Pen<'_>, foot: (f32, f32), height: f32, glaze: Rgb, dice: &mut Dice) {
    let (x, y) = foot;
    pen.ellipse(
        (x + height * 0.1, y),
        (height * 0.3, height * 0.04),
        [0.2, 0.14, 0.1],
        [0.2, 0.14, 0.1],
        0.0,
    );
    for _ in 0..7 {
        let place = (x + dice.between(-0.07, 0.07) * height, y - height * 0.45);
        let tall = height * dice.between(0.42, 0.62);
        let lean = dice.between(-0.3, 0.3) * height;
        pen.line(
            place,
            (place.0 + lean * 0.5, place.1 - tall * 0.5),
            height * 0.012,
            rgb([78, 112, 58]),
        );
        flower(
            pen,
            (place.0 + lean * 0.5, place.1 - tall * 0.3),
            tall * 0.7,
            None,
            dice,
        );
    }
    let outline: Vec<(f32, f32)> = [
        (0.07, 0.55),
        (0.06, 0.47),
        (0.17, 0.33),
        (0.19, 0.2),
        (0.12, 0.03),
        (0.11, 0.0),
    ]
    .into_iter()
    .map(|(dx, up): (f32, f32)| (x + dx * height, y - up * height))
    .chain(
        [
            (0.11, 0.0),
            (0.12, 0.03),
            (0.19, 0.2),
            (0.17, 0.33),
            (0.06, 0.47),
            (0.07, 0.55),
        ]
        .into_iter()
        .map(|(dx, up): (f32, f32)| (x - dx * height, y - up * height)),
    )
    .collect();
    pen.shape(&outline, glaze, blend(glaze, [0.0; 3], 0.45), 0.06);
    pen.glow((x - height * 0.08, y - height * 0.27), height * 0.11, [1.0; 3], 0.7);
}
