use super::super::{
    PictureError, decode, normalise, peek,
    samples::{gif, painted},
};
use super::*;
use crate::domain::source::Removed::{Frames, Text, Trailing, Xmp};

const SIZE: Size = Size::new(64, 52);

fn colours(size: Size) -> super::super::Pixels {
    painted(size, |x, y| match (x / 8 + y / 8) % 3 {
        0 => [255, 0, 0, 255],
        1 => [0, 0, 255, 255],
        _ => [0, 0, 0, 0],
    })
}

/// The file with one more block before its first.
fn with_block(file: &[u8], block: &[u8]) -> Vec<u8> {
    let at = SCREEN + table(file[10]);
    [&file[..at], block, &file[at..]].concat()
}

#[test]
fn the_first_frame_is_read_with_its_transparency() {
    let source = colours(SIZE);
    let seen = |pixels: &super::super::Pixels| -> Vec<[u8; 4]> {
        let pixels = pixels.rgba().as_chunks::<4>().0;
        pixels
            .iter()
            .map(|&pixel| if pixel[3] == 0 { [0; 4] } else { pixel })
            .collect()
    };
    for frames in [vec![&source], vec![&source, &source, &source]] {
        let bytes = gif(&frames);
        assert_eq!(seen(&decode(&bytes).expect("sound")), seen(&source));
        let removed = peek(&bytes).expect("sound").removed;
        assert_eq!(removed.contains(&Frames), frames.len() > 1);
    }
}

#[test]
fn comments_and_packets_are_seen_and_dropped() {
    let mut bytes = gif(&[&colours(SIZE)]);
    bytes = with_block(&bytes, b"\x21\xfe\x06SECRET\0");
    bytes = with_block(&bytes, b"\x21\xff\x0bXMP DataXMP\x06SECRET\0");
    bytes.extend_from_slice(b"SECRET");
    let sound = normalise(&bytes).expect("sound");
    assert_eq!(sound.removed, [Xmp, Text, Trailing]);
    assert!(sound.alpha && !sound.master.bytes.windows(6).any(|some| some == b"SECRET"));
}

#[test]
fn a_missing_end_is_shown_and_a_missing_half_refused() {
    let whole = gif(&[&colours(SIZE)]);
    assert_eq!(decode(&whole[..whole.len() - 1]), decode(&whole));
    let start = whole.iter().rposition(|&byte| byte == IMAGE).expect("a frame");
    for part in 0..9 {
        let cut = start + (whole.len() - start) * part / 10;
        assert_eq!(decode(&whole[..cut]), Err(PictureError::Damaged), "{part}");
    }
}

#[test]
fn limits_are_checked_on_the_header() {
    let sized = |width: u16, height: u16| {
        let mut bytes = gif(&[&colours(SIZE)]);
        bytes[6..8].copy_from_slice(&width.to_le_bytes());
        bytes[8..10].copy_from_slice(&height.to_le_bytes());
        decode(&bytes).map(|pixels| pixels.size())
    };
    assert_eq!(sized(50_000, 50_000), Err(PictureError::TooManyPixels));
    assert_eq!(sized(20_000, 100), Err(PictureError::TooLong));
    assert_eq!(sized(49, 52), Err(PictureError::TooSmall));
    assert_eq!(sized(100, 90), Ok(Size::new(100, 90)));
    // The frame is now larger than its screen.
    assert_eq!(sized(60, 52), Err(PictureError::Damaged));
}
