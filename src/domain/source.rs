//! A source: an uploaded picture after normalisation, upright, sRGB, without metadata.

use super::spec::Size;
use serde::{Deserialize, Serialize};

/// A rectangle in whole pixels of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl Rect {
    /// Pixels covered.
    #[must_use]
    pub const fn area(self) -> u64 {
        self.width as u64 * self.height as u64
    }

    /// Whether the other rectangle lies within this one.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        other.x >= self.x
            && other.y >= self.y
            && other.x as u64 + other.width as u64 <= self.x as u64 + self.width as u64
            && other.y as u64 + other.height as u64 <= self.y as u64 + self.height as u64
    }

    /// Its width and height.
    #[must_use]
    pub const fn size(self) -> Size {
        Size::new(self.width, self.height)
    }
}

/// What normalisation took away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removed {
    /// Camera data.
    Exif,
    /// The position where the picture was taken.
    Gps,
    /// Adobe's metadata packet.
    Xmp,
    /// Press metadata.
    Iptc,
    /// A colour profile; the colours were converted to sRGB.
    Icc,
    /// Text chunks and comments.
    Text,
    /// An embedded thumbnail.
    Thumbnail,
    /// Frames after the first.
    Frames,
    /// Bytes after the end of the picture.
    Trailing,
}

/// File formats of pictures that we read or write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
}

impl Format {
    /// The media type.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    /// The usual ending of a file name.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }

    /// The name the providers use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }
}
