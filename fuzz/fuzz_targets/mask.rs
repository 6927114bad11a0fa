//! A mask from a stranger. What is taken is of the size that was asked for, and survives being written and read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pochoir::{
    domain::spec::Size,
    server::imaging::mask::{read_mask, write_mask},
};

fuzz_target!(|file: &[u8]| {
    // Where a PNG says its size; a mask of another is refused before anything is allocated.
    let side = |at: usize| {
        let bytes = file.get(at..at + 4)?;
        Some(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    };
    let (Some(width), Some(height)) = (side(16), side(20)) else {
        return;
    };
    let size = Size::new(width, height);
    if size.pixels() > 4_000_000 {
        return;
    }
    let Ok(mask) = read_mask(file, size) else {
        return;
    };
    assert_eq!((mask.width(), mask.height()), (width, height));
    assert!(mask.hole().iter().all(|value| matches!(value, 0 | 255)));
    let bounds = mask.bounds().expect("a mask without a hole is refused");
    assert!(mask.hole_pixels() <= bounds.area());
    let written = write_mask(&mask, size).expect("written");
    assert_eq!(read_mask(&written, size).expect("ours is taken"), mask);
});
