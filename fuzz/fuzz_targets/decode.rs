//! A file from a stranger goes the way of an upload. Whatever it is, it ends soon, takes no more memory than is allowed,
//! and what comes out can be read again and has the size it says.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pochoir::{
    domain::limits::{MAX_PIXELS, MAX_SIDE, MIN_SIDE, PREVIEW_SIDE, THUMB_SIDE},
    server::imaging::{self, Encoded},
};
use std::panic;

fuzz_target!(
    init: {
        // Panics inside the decoders of others are caught and mean a damaged file; one that escapes still ends the run.
        panic::set_hook(Box::new(|_| {}));
    },
    |file: &[u8]| {
        let peek = imaging::peek(file);
        let Ok(taken) = imaging::normalise(file) else {
            return;
        };
        let peek = peek.expect("what is taken was looked at first");
        let size = taken.master.size;
        assert_eq!(peek.size, size);
        assert_eq!(peek.removed, taken.removed);
        assert!(size.pixels() <= MAX_PIXELS);
        assert!([size.width, size.height].iter().all(|side| (MIN_SIDE..=MAX_SIDE).contains(side)));
        holds(&taken.master, u32::MAX);
        holds(&taken.preview, PREVIEW_SIDE);
        holds(&taken.thumb, THUMB_SIDE);
    }
);

/// It is a picture of its size.
fn holds(picture: &Encoded, side: u32) {
    assert!(picture.size.width.max(picture.size.height) <= side);
    // A derivative of a very long picture is thinner than what we take from strangers.
    match imaging::decode(&picture.bytes) {
        Ok(pixels) => assert_eq!(pixels.size(), picture.size),
        Err(error) => assert_eq!(error, imaging::PictureError::TooSmall),
    }
}
