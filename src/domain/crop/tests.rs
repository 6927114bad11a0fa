use super::*;
// Named, because proptest has a trait of this name.
use crate::domain::order::Strategy;
use proptest::prelude::*;

/// The rule of the models in the catalogue.
const RULE: SizeRule = SizeRule {
    multiple: 16,
    max_ratio: 3,
    max_side: 3840,
    min_pixels: 655_360,
    max_pixels: 8_294_400,
};
/// About a megapixel, as the presets have it.
const PIXELS: u64 = 1_048_576;

const fn rect(x: u32, y: u32, width: u32, height: u32) -> Rect {
    Rect { x, y, width, height }
}

/// Whether the two have the same proportions to the last pixel.
fn same_shape(crop: Rect, sent: Size) -> bool {
    u64::from(crop.width) * u64::from(sent.height) == u64::from(crop.height) * u64::from(sent.width)
}

#[test]
fn a_hole_in_a_photograph_is_sent_at_its_own_resolution() {
    let hole = rect(1700, 1200, 420, 400);
    let sent = decide(Size::new(4000, 3000), hole, Strategy::Auto, &RULE, PIXELS);
    let crop = sent.crop.expect("a crop");
    assert_eq!(sent.strategy, Strategy::Crop);
    assert_eq!(Size::new(crop.width, crop.height), sent.size, "nothing is resampled");
    assert!(crop.contains(with_context(Size::new(4000, 3000), hole)), "{crop:?}");
    assert_eq!(decide(Size::new(4000, 3000), hole, Strategy::Crop, &RULE, PIXELS), sent);
}

#[test]
fn a_large_hole_is_shrunk_to_what_the_order_pays_for() {
    let hole = rect(1000, 600, 1500, 1000);
    let sent = decide(Size::new(6000, 4000), hole, Strategy::Auto, &RULE, PIXELS);
    let crop = sent.crop.expect("a crop");
    assert!(crop.area() > PIXELS && sent.size.pixels() <= PIXELS && sent.size.pixels() > PIXELS * 9 / 10);
    assert!(same_shape(crop, sent.size), "{crop:?} {}", sent.size);
}

#[test]
fn below_the_minimum_it_is_enlarged() {
    let sent = decide(
        Size::new(2000, 1500),
        rect(900, 700, 60, 60),
        Strategy::Auto,
        &RULE,
        PIXELS,
    );
    let crop = sent.crop.expect("a crop");
    assert!(crop.area() < RULE.min_pixels && RULE.check(sent.size) == Ok(()));
    assert!(same_shape(crop, sent.size), "{crop:?} {}", sent.size);
    assert!(sent.size.pixels() < RULE.min_pixels * 11 / 10, "{}", sent.size);
}

#[test]
fn a_hole_at_the_border_keeps_its_context_on_the_other_side() {
    let middle = decide(
        Size::new(4000, 3000),
        rect(1800, 1300, 400, 400),
        Strategy::Auto,
        &RULE,
        PIXELS,
    );
    for (x, y) in [(0, 0), (3600, 0), (0, 2600), (3600, 2600), (1800, 0), (0, 1300)] {
        let sent = decide(
            Size::new(4000, 3000),
            rect(x, y, 400, 400),
            Strategy::Auto,
            &RULE,
            PIXELS,
        );
        let (crop, full) = (sent.crop.expect("a crop"), middle.crop.expect("a crop"));
        assert_eq!((crop.width, crop.height), (full.width, full.height), "not cut short");
        assert!(
            crop.contains(rect(x, y, 400, 400)) && rect(0, 0, 4000, 3000).contains(crop),
            "{crop:?}"
        );
    }
}

#[test]
fn auto_sends_the_whole_where_little_would_be_left_out() {
    let picture = Size::new(1000, 1000);
    // The box with half its side around it is twice as wide: 760 pixels are 57.8 % of the picture, 780 are 60.8 %.
    for (side, strategy) in [
        (500, Strategy::Whole),
        (390, Strategy::Whole),
        (380, Strategy::Crop),
        (300, Strategy::Crop),
    ] {
        let hole = rect(500 - side / 2, 500 - side / 2, side, side);
        assert_eq!(
            decide(picture, hole, Strategy::Auto, &RULE, PIXELS).strategy,
            strategy,
            "{side}"
        );
    }
    // Two holes in opposite corners are one box, and that is everything.
    assert_eq!(
        decide(picture, rect(0, 0, 1000, 1000), Strategy::Auto, &RULE, PIXELS).crop,
        None
    );
}

#[test]
fn a_crop_that_would_be_the_picture_is_called_whole() {
    for (picture, hole) in [
        (Size::new(1000, 1000), rect(100, 100, 800, 800)),
        (Size::new(200, 150), rect(90, 70, 10, 10)),
        (Size::new(1024, 768), rect(0, 0, 1024, 768)),
    ] {
        let sent = decide(picture, hole, Strategy::Crop, &RULE, PIXELS);
        assert_eq!(sent, decide(picture, hole, Strategy::Whole, &RULE, PIXELS));
        assert_eq!((sent.strategy, sent.crop), (Strategy::Whole, None));
    }
    // Between the two there is something to be left out, though `auto` would not.
    let sent = decide(
        Size::new(1000, 1000),
        rect(260, 260, 480, 480),
        Strategy::Crop,
        &RULE,
        PIXELS,
    );
    assert_eq!(sent.strategy, Strategy::Crop, "{sent:?}");
}

#[test]
fn a_thin_hole_gets_the_ratio_from_the_picture_before_it_is_padded() {
    let wire = decide(
        Size::new(4000, 3000),
        rect(1000, 1000, 2000, 30),
        Strategy::Auto,
        &RULE,
        PIXELS,
    );
    let crop = wire.crop.expect("a crop");
    assert!(crop.width <= crop.height * 3 && same_shape(crop, wire.size), "{crop:?}");
    // A picture that is itself a strip has nothing more to give.
    let strip = decide(
        Size::new(6000, 300),
        rect(1000, 100, 1500, 100),
        Strategy::Auto,
        &RULE,
        PIXELS,
    );
    let crop = strip.crop.expect("a crop");
    assert!(crop.width > crop.height * 3, "{crop:?}");
    let place = placement(Size::new(crop.width, crop.height), strip.size);
    assert!(place.y > 0 && place.height < strip.size.height, "{place:?}");
}

#[test]
fn shapes_within_the_ratio_fill_what_is_sent() {
    let place = placement(Size::new(4000, 3000), Size::new(1168, 880));
    assert_eq!(place, rect(0, 0, 1168, 880));
}

#[test]
fn shapes_beyond_the_ratio_are_centred() {
    let place = placement(Size::new(6000, 1000), Size::new(1536, 512));
    assert_eq!(place, rect(0, 128, 1536, 256));
    let place = placement(Size::new(1000, 6000), Size::new(512, 1536));
    assert_eq!(place, rect(128, 0, 256, 1536));
}

prop_compose! {
    fn pictures()(width in 50..5000_u32, height in 50..5000_u32)(
        width in Just(width),
        height in Just(height),
        x in 0..width,
        y in 0..height,
        across in 1..=width,
        down in 1..=height,
    ) -> (Size, Rect) {
        (Size::new(width, height), rect(x, y, across.min(width - x), down.min(height - y)))
    }
}

fn orders() -> impl proptest::strategy::Strategy<Value = (Strategy, u64)> {
    (
        proptest::sample::select(vec![Strategy::Auto, Strategy::Crop, Strategy::Whole]),
        proptest::sample::select(vec![0, 655_360, 700_000, PIXELS, 1_572_864, 4_194_304, u64::MAX]),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn what_is_sent_holds_the_hole_and_can_be_painted((picture, hole) in pictures(), (asked, pixels) in orders()) {
        let all = rect(0, 0, picture.width, picture.height);
        let sent = decide(picture, hole, asked, &RULE, pixels);
        prop_assert_eq!(RULE.check(sent.size), Ok(()));
        prop_assert!(sent.size.pixels() <= pixels.clamp(RULE.min_pixels, RULE.max_pixels));
        prop_assert_eq!(sent.strategy == Strategy::Crop, sent.crop.is_some());
        prop_assert_ne!(sent.strategy, Strategy::Auto);
        if asked == Strategy::Whole {
            prop_assert_eq!(sent.crop, None);
        }
        if let Some(crop) = sent.crop {
            prop_assert!(all.contains(crop) && crop.contains(hole) && crop != all);
            prop_assert!(crop.area() <= RULE.min_pixels || sent.size.pixels() <= crop.area().max(RULE.min_pixels * 3 / 2));
        }
    }

    #[test]
    fn the_way_back_is_exact_where_the_picture_has_room((picture, hole) in pictures(), (_, pixels) in orders()) {
        let needed = with_context(picture, hole);
        let roomy = needed.width.max(needed.height) * 2 <= picture.width.min(picture.height);
        let sent = decide(picture, hole, Strategy::Auto, &RULE, pixels);
        if roomy && pixels >= 700_000 {
            let crop = sent.crop.expect("a crop: a quarter of the picture at most");
            prop_assert!(same_shape(crop, sent.size), "{:?} {}", crop, sent.size);
            prop_assert!(crop.contains(needed), "{:?} {:?}", crop, needed);
            prop_assert!(crop.area() <= needed.area() * 2 || crop.width <= crop.height * 3 + 3);
            prop_assert_eq!(placement(Size::new(crop.width, crop.height), sent.size), rect(0, 0, sent.size.width, sent.size.height));
        }
    }

    /// Moving the picture's border away from the hole moves the rectangle along and changes nothing else.
    #[test]
    fn the_rectangle_follows_the_hole(x in 1500..2500_u32, y in 1500..2500_u32, side in 1..500_u32) {
        let picture = Size::new(4500, 4500);
        let at = |x, y| decide(picture, rect(x, y, side, side), Strategy::Auto, &RULE, PIXELS).crop.expect("a crop");
        let (here, there) = (at(x, y), at(1500, 1500));
        prop_assert_eq!((here.width, here.height), (there.width, there.height));
        prop_assert_eq!((here.x - there.x, here.y - there.y), (x - 1500, y - 1500));
    }
}
