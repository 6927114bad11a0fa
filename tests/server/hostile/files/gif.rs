//! GIFs, written code by code.

/// A GIF of one colour: the first frame as large as said, all others of one pixel.
pub(super) fn gif(width: u16, height: u16, frame_width: u16, frame_height: u16, frames: usize) -> Vec<u8> {
    let mut file = b"GIF89a".to_vec();
    file.extend(width.to_le_bytes());
    file.extend(height.to_le_bytes());
    file.extend([0x80, 0, 0, 10, 20, 30, 200, 210, 220]);
    let pixels = usize::from(frame_width) * usize::from(frame_height);
    // What cannot be meant is not written out.
    file.extend(gif_frame(frame_width, frame_height, pixels.min(40_000_000)));
    file.extend(gif_frame(1, 1, 1).repeat(frames - 1));
    file.push(0x3b);
    file
}

/// One frame: each pixel is written as it is, and the table of strings is thrown away before it grows.
fn gif_frame(width: u16, height: u16, pixels: usize) -> Vec<u8> {
    let mut frame = vec![0x2c, 0, 0, 0, 0];
    frame.extend(width.to_le_bytes());
    frame.extend(height.to_le_bytes());
    frame.extend([0, 2]);
    // Three bits a code: 4 is to begin anew, 5 is the end, 0 a pixel. Two pixels between beginnings keep it at three.
    let mut codes = Bits::default();
    if pixels > 10_000 {
        // Long runs: strings of the same pixel grow by one with each code, until the table is full.
        run_of_pixels(&mut codes, pixels);
    } else {
        for pixel in 0..pixels {
            if pixel % 2 == 0 {
                codes.push(4, 3);
            }
            codes.push(0, 3);
        }
        codes.push(5, 3);
    }
    for part in codes.finish().chunks(255) {
        frame.push(u8::try_from(part.len()).expect("at most 255"));
        frame.extend(part);
    }
    frame.push(0);
    frame
}

fn run_of_pixels(codes: &mut Bits, pixels: usize) {
    let mut left = pixels;
    while left > 0 {
        codes.push(4, 3);
        codes.push(0, 3);
        left -= 1;
        let (mut next, mut width, mut length) = (6_u32, 3, 2);
        while left > 0 && next < 4096 {
            // The code that is just being made: the last string and its first pixel.
            codes.push(next, width);
            left = left.saturating_sub(length);
            length += 1;
            next += 1;
            if next == 1 << width && width < 12 {
                width += 1;
            }
        }
        if left > 0 {
            codes.push(4, width);
            // The codes after this are of three bits again, and begin with one that changes nothing.
            continue;
        }
        codes.push(5, width);
    }
}

/// Bits, the lowest first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, value: u32, bits: u32) {
        self.held |= value << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.bytes.push(self.held.to_le_bytes()[0]);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.bytes.push(self.held.to_le_bytes()[0]);
        }
        self.bytes
    }
}

/// `GIF89a` read as a name, the size as the beginning of a comment that ends after the pixels.
pub(super) fn script_gif() -> Vec<u8> {
    let width = u16::from_le_bytes(*b"/*");
    let mut file = gif(width, 60, 60, 60, 1);
    file.extend(b"*/=1;alert(document.domain)//<script>");
    file
}
