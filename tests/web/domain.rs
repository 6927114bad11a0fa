//! `domain` in 32 bits: what the page shows is what the server counts.

#[path = "../../src/domain/mask/tests/same_everywhere.rs"]
mod same_everywhere;

use pochoir::domain::{
    mask::{Mask, Point, Stroke, StrokeMode},
    money::Micros,
    pricing,
    source::Rect,
    spec::Size,
    text::{Lang, number},
};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn painted_tokens_are_those_of_the_published_tables() {
    let size = |text: &str| text.parse::<Size>().expect("a size");
    assert_eq!(pricing::output_tokens(size("1024x1024"), 24), 439);
    assert_eq!(pricing::output_tokens(size("1536x1024"), 96), 5488);
    assert_eq!(pricing::output_tokens(size("3584x2048"), 96), 12_329);
}

#[wasm_bindgen_test]
fn money_does_not_overflow_where_addresses_have_32_bits() {
    let price = Micros(30_000_000);
    assert_eq!(Micros::for_tokens(12_329, price), Micros(369_870));
    assert_eq!(Micros::for_tokens(u64::MAX, price), Micros(i64::MAX));
}

#[wasm_bindgen_test]
fn a_mask_of_forty_megapixels_is_counted_to_the_pixel() {
    let mut mask = Mask::closed(8000, 5000);
    assert_eq!(mask.protected_pixels(), 40_000_000);
    assert_eq!(mask.bounds(), None);
    mask.invert();
    assert_eq!(mask.hole_pixels(), 40_000_000);
}

#[wasm_bindgen_test]
fn a_stroke_opens_the_same_pixels_as_on_the_server() {
    let mut mask = Mask::closed(64, 48);
    mask.draw(&Stroke {
        points: vec![Point { x: 10.0, y: 10.0 }, Point { x: 40.5, y: 30.25 }],
        width: 9.0,
        mode: StrokeMode::Paint,
    });
    mask.draw(&Stroke {
        points: vec![Point { x: 25.0, y: 20.0 }],
        width: 5.0,
        mode: StrokeMode::Erase,
    });
    assert!(mask.is_hole(10, 10) && mask.is_hole(40, 30));
    assert!(!mask.is_hole(25, 20) && !mask.is_hole(63, 0));
    // Counted by the native build.
    assert_eq!(mask.hole_pixels(), 372);
}

#[wasm_bindgen_test]
fn mask_operations_open_the_same_pixels_as_on_the_server() {
    same_everywhere::check();
}

#[wasm_bindgen_test]
fn numbers_are_written_alike_on_both_sides() {
    assert_eq!(number::integer(Lang::Fr, 1_234_567), "1\u{202f}234\u{202f}567");
    assert_eq!(number::integer(Lang::En, 1_234_567), "1,234,567");
}
