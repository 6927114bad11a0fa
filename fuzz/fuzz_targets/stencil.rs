//! Any answer in any hole, at any place: not one protected byte changes, also after it was written and read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pochoir::{
    domain::{mask::Mask, source::Format, source::Rect, spec::Size},
    server::imaging::{self, Pixels, Quality, stencil},
};

/// Bytes of the input, one after the other, and over again.
struct Bytes<'a> {
    all: &'a [u8],
    at: usize,
}

impl Bytes<'_> {
    fn next(&mut self) -> u8 {
        // Another step at each round, so that rounds differ.
        let (round, place) = (self.at / self.all.len(), self.at % self.all.len());
        self.at += 1;
        self.all[place].wrapping_add(round.to_le_bytes()[0])
    }

    fn side(&mut self) -> u32 {
        u32::from(self.next()) + 50
    }

    fn within(&mut self, bound: u32) -> u32 {
        u32::from(self.next()) * bound / 256
    }

    fn pixels(&mut self, size: Size) -> Pixels {
        let bytes = (0..size.pixels() * 4).map(|_| self.next()).collect();
        Pixels::new(size, bytes).expect("all pixels")
    }
}

fuzz_target!(|input: &[u8]| {
    if input.len() < 16 {
        return;
    }
    let mut bytes = Bytes { all: input, at: 0 };
    let size = Size::new(bytes.side(), bytes.side());
    let answer_size = Size::new(bytes.side(), bytes.side());
    let mut frame = Rect {
        x: bytes.within(size.width),
        y: bytes.within(size.height),
        width: 0,
        height: 0,
    };
    frame.width = 1 + bytes.within(size.width - frame.x);
    frame.height = 1 + bytes.within(size.height - frame.y);
    let options = stencil::Options {
        feather_px: u32::from(bytes.next()),
    };
    let corrections = stencil::Corrections {
        align: bytes.next() % 2 == 0,
        match_colours: bytes.next() % 2 == 0,
    };
    let scattered = bytes.next();
    let mut mask = Mask::closed(size.width, size.height);
    for y in frame.y..frame.y + frame.height {
        for x in frame.x..frame.x + frame.width {
            let open = if scattered < 128 {
                bytes.next() < scattered
            } else {
                (x ^ y) % 32 < 16
            };
            if open {
                mask.hole_mut()[y as usize * size.width as usize + x as usize] = 255;
            }
        }
    }
    let (source, answer) = (bytes.pixels(size), bytes.pixels(answer_size));

    let composed = stencil::compose_in(&source, frame, &answer, &mask, &options, corrections).expect("they fit");
    let file = imaging::encode(&composed.pixels, Format::Png, Quality::Lossless).expect("written");
    let stored = imaging::decode(&file).expect("ours is read");
    let counted = stencil::count_protected(&source, &stored, &mask).expect("one size");
    assert_eq!(counted.changed, 0);
    assert_eq!(counted.pixels + mask.hole_pixels(), size.pixels());
});
