//! WebP files that lie about themselves.

/// A small lossy one of ours.
pub(super) const PICTURE: &[u8] = include_bytes!("../../../../public/styles/night.webp");

pub(super) fn riff_with(name: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut file = PICTURE.to_vec();
    file.extend(name);
    file.extend(u32::try_from(body.len()).expect("short").to_le_bytes());
    file.extend(body);
    if body.len() % 2 == 1 {
        file.push(0);
    }
    let length = u32::try_from(file.len() - 8).expect("short");
    file[4..8].copy_from_slice(&length.to_le_bytes());
    file
}

pub(super) fn canvas(width: u32, height: u32) -> Vec<u8> {
    let mut extended = vec![0; 4];
    extended.extend(&(width - 1).to_le_bytes()[..3]);
    extended.extend(&(height - 1).to_le_bytes()[..3]);
    let chunk = [b"VP8X", &10_u32.to_le_bytes()[..], &extended].concat();
    let mut file = [&PICTURE[..12], &chunk, &PICTURE[12..]].concat();
    let length = u32::try_from(file.len() - 8).expect("short");
    file[4..8].copy_from_slice(&length.to_le_bytes());
    file
}

pub(super) fn lossless_header() -> Vec<u8> {
    // The signature, then fourteen bits each of width and height less one.
    let body = [0x2f, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0];
    let mut file = b"RIFF\x14\0\0\0WEBPVP8L\x08\0\0\0".to_vec();
    file.extend(body);
    file
}

pub(super) fn lying_riff() -> Vec<u8> {
    let mut file = PICTURE.to_vec();
    file[4..8].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
    file[16..20].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
    file
}
