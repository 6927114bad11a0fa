//! What little we want of Exif: which way is up, and whether a position or a thumbnail was there. Anything broken reads
//! as absent: sound pixels are never refused for their metadata.

use super::orient::Orientation;

const ORIENTATION: u16 = 0x0112;
const GPS: u16 = 0x8825;
/// Most entries of a directory that are looked at; cameras write about forty.
const MAX_ENTRIES: usize = 1024;

/// What an Exif block says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Exif {
    /// How to turn the picture upright.
    pub(super) orientation: Orientation,
    /// Whether there is a directory of positions.
    pub(super) gps: bool,
    /// Whether there is a second directory: that of the thumbnail.
    pub(super) thumbnail: bool,
}

impl Exif {
    /// Reads a TIFF block, with or without the `Exif\0\0` before it.
    pub(super) fn read(block: &[u8]) -> Self {
        let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
        Self::directory(tiff).unwrap_or_default()
    }

    fn directory(tiff: &[u8]) -> Option<Self> {
        let big = match tiff.get(..4)? {
            b"II*\0" => false,
            b"MM\0*" => true,
            _ => return None,
        };
        let short = |at: usize| -> Option<u16> {
            let bytes = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
            Some(if big {
                u16::from_be_bytes(bytes)
            } else {
                u16::from_le_bytes(bytes)
            })
        };
        let long = |at: usize| -> Option<u32> {
            let bytes = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
            Some(if big {
                u32::from_be_bytes(bytes)
            } else {
                u32::from_le_bytes(bytes)
            })
        };
        let mut exif = Self::default();
        let start = usize::try_from(long(4)?).ok()?;
        let count = usize::from(short(start)?);
        for index in 0..count.min(MAX_ENTRIES) {
            let entry = start + 2 + index * 12;
            // A directory that is cut off still says what its first entries say.
            let (Some(tag), Some(kind)) = (short(entry), short(entry + 2)) else {
                break;
            };
            match tag {
                ORIENTATION if exif.orientation == Orientation::default() => {
                    let value = match kind {
                        1 => tiff.get(entry + 8).map(|&byte| u32::from(byte)),
                        3 => short(entry + 8).map(u32::from),
                        4 => long(entry + 8),
                        _ => None,
                    };
                    exif.orientation = value.and_then(Orientation::from_exif).unwrap_or_default();
                }
                GPS => exif.gps = true,
                _ => {}
            }
        }
        exif.thumbnail = long(start + 2 + count * 12).is_some_and(|next| next != 0 && (next as usize) < tiff.len());
        Some(exif)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An Exif block of these entries (tag, kind, value), little or big endian.
    pub(in super::super) fn block(big: bool, entries: &[(u16, u16, u32)]) -> Vec<u8> {
        let mut out = if big {
            b"MM\0*\0\0\0\x08".to_vec()
        } else {
            b"II*\0\x08\0\0\0".to_vec()
        };
        let short = |value: u16| if big { value.to_be_bytes() } else { value.to_le_bytes() };
        let long = |value: u32| if big { value.to_be_bytes() } else { value.to_le_bytes() };
        out.extend(short(u16::try_from(entries.len()).expect("few")));
        for &(tag, kind, value) in entries {
            out.extend(short(tag));
            out.extend(short(kind));
            out.extend(long(1));
            if kind == 3 {
                out.extend(short(u16::try_from(value).expect("short")));
                out.extend([0, 0]);
            } else {
                out.extend(long(value));
            }
        }
        out.extend(long(0));
        out
    }

    #[test]
    fn both_byte_orders_are_read() {
        for big in [false, true] {
            let exif = Exif::read(&block(big, &[(0x010f, 2, 0), (ORIENTATION, 3, 6), (GPS, 4, 8)]));
            assert_eq!(exif.orientation, Orientation::from_exif(6).expect("known"));
            assert!(exif.gps && !exif.thumbnail);
            let long = Exif::read(&block(big, &[(ORIENTATION, 4, 8)]));
            assert_eq!(long.orientation, Orientation::from_exif(8).expect("known"));
        }
    }

    #[test]
    fn broken_blocks_read_as_absent() {
        let whole = block(false, &[(ORIENTATION, 3, 6), (GPS, 4, 8)]);
        for length in 0..whole.len() {
            let _ = Exif::read(&whole[..length]);
        }
        assert_eq!(Exif::read(b"Exif\0\0II*\0\xff\xff\xff\xff"), Exif::default());
        assert_eq!(Exif::read(&block(true, &[(ORIENTATION, 3, 9)])), Exif::default());
        assert_eq!(Exif::read(&block(true, &[(ORIENTATION, 3, 0)])), Exif::default());
    }
}
