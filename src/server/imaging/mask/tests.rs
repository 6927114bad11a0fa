use super::super::{
    Quality, encode,
    samples::{file, noise, painted, photo},
};
use super::*;
use crate::domain::source::Format;
use proptest::prelude::*;

const SIZE: Size = Size::new(64, 50);

#[test]
fn alpha_below_the_middle_may_change() {
    let picture = painted(SIZE, |x, _| [9, 9, 9, if x < 10 { 127 } else { 128 }]);
    let mask = read_mask(&file(&picture, Format::Png), SIZE).expect("a mask");
    assert_eq!(mask.hole_pixels(), 500);
    assert!(mask.is_hole(9, 49) && !mask.is_hole(10, 0));
}

#[test]
fn what_is_no_mask_is_refused_with_its_reason() {
    let read = |bytes: &[u8]| read_mask(bytes, SIZE).map(|_| ());
    assert_eq!(read(&file(&photo(SIZE), Format::Jpeg)), Err(MaskError::NotPng));
    assert_eq!(read(b""), Err(MaskError::NotPng));
    assert_eq!(read(&file(&photo(SIZE), Format::Png)), Err(MaskError::WithoutAlpha));
    let almost = painted(SIZE, |x, _| [0, 0, 0, if x == 0 { 254 } else { 255 }]);
    assert_eq!(read(&file(&almost, Format::Png)), Err(MaskError::Empty));
    let open = painted(SIZE, |_, _| [0, 0, 0, 0]);
    let whole = file(&open, Format::Png);
    assert_eq!(read(&whole), Ok(()));
    assert_eq!(read(&whole[..whole.len() - 30]), Err(MaskError::Damaged));
    assert_eq!(read(&whole[..20]), Err(MaskError::Damaged));
    let other = file(&painted(Size::new(50, 64), |_, _| [0; 4]), Format::Png);
    assert_eq!(read(&other), Err(MaskError::Size { expected: SIZE }));
    // A size that nobody could hold is refused by comparison alone.
    let mut huge = whole.clone();
    huge[16..24].fill(0x7f);
    assert_eq!(read(&huge), Err(MaskError::Size { expected: SIZE }));
    assert!(encode(&open, Format::Webp, Quality::Lossless).is_ok_and(|bytes| read(&bytes) == Err(MaskError::NotPng)));
}

#[test]
fn written_masks_have_alpha_of_0_or_255_and_are_small() {
    let large = Size::new(1536, 1024);
    let mask = Mask::from_alpha(64, 50, noise(SIZE, 4, false).rgba().iter().step_by(4).copied()).expect("fits");
    let bytes = write_mask(&mask, large).expect("written");
    assert!(bytes.len() < 400_000, "{}", bytes.len());
    let pixels = super::super::decode(&bytes).expect("ours");
    assert_eq!(pixels.size(), large);
    assert!(
        pixels
            .rgba()
            .as_chunks::<4>()
            .0
            .iter()
            .all(|pixel| matches!(pixel, [0, 0, 0, 0 | 255]))
    );
    assert_eq!(read_mask(&bytes, large).expect("ours"), mask.scaled(1536, 1024));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_mask_comes_back_as_it_was_written(width in 50_u32..90, height in 50_u32..90, seed: u64) {
        let size = Size::new(width, height);
        let alpha = noise(size, seed, true);
        let mask = Mask::from_alpha(width, height, alpha.rgba().iter().skip(3).step_by(4).copied()).expect("fits");
        prop_assert_eq!(read_mask(&write_mask(&mask, size).expect("written"), size), Ok(mask));
    }
}
