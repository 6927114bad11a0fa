//! What a vision provider is sent, and its boxes brought back to the source.

use crate::{
    domain::{
        description::Description,
        source::{Format, Rect},
        spec::Size,
    },
    server::{
        failure::Outcome,
        imaging::{self, Pixels, Quality},
        providers::{Picture, Takes},
        state::App,
        store::SourceRow,
    },
};

/// How exactly the picture is written: as well as its file may be large.
const QUALITIES: [u8; 3] = [90, 75, 50];

/// A picture this provider takes: JPEG on white, not larger than useful, no side too short.
pub(super) async fn picture(app: &App, source: &SourceRow, takes: Takes) -> Outcome<Picture> {
    let master = app.blobs.get(&source.master.key).await?;
    let full = Size::new(source.width, source.height);
    let (bytes, size) = app
        .pool
        .run(full.pixels() * 4, move || {
            let mut pixels = imaging::decode(&master)?;
            let size = size_to_send(full, takes);
            if size != full {
                pixels = imaging::resize(&pixels, size);
            }
            Outcome::Ok((write(&pixels, takes.max_bytes)?, size))
        })
        .await??;
    Ok(Picture {
        bytes,
        format: Format::Jpeg,
        size,
    })
}

/// The best file of at most this many bytes; the smallest there is when none is.
fn write(pixels: &Pixels, max_bytes: usize) -> Result<bytes::Bytes, imaging::EncodeError> {
    let [best, others @ ..] = QUALITIES;
    let mut file = imaging::encode(pixels, Format::Jpeg, Quality::Lossy(best))?;
    for quality in others {
        if file.len() <= max_bytes {
            break;
        }
        file = imaging::encode(pixels, Format::Jpeg, Quality::Lossy(quality))?;
    }
    Ok(file)
}

fn size_to_send(full: Size, takes: Takes) -> Size {
    let small = full.within(takes.longest_side);
    let short = small.width.min(small.height);
    if short >= takes.shortest_side {
        return small;
    }
    // Long and thin: the short side decides, the long one follows as far as providers go.
    let long = |side: u32| {
        let scaled = u64::from(side) * u64::from(takes.shortest_side) / u64::from(full.width.min(full.height).max(1));
        u32::try_from(scaled)
            .unwrap_or(u32::MAX)
            .clamp(takes.shortest_side, 15_000)
    };
    Size::new(long(full.width), long(full.height))
}

/// Boxes measured on the picture that was sent, in pixels of the source.
pub(super) fn scale_boxes(mut description: Description, sent: Size, full: Size) -> Description {
    let scale = |value: u32, from: u32, to: u32| {
        let scaled = (u64::from(value) * u64::from(to) + u64::from(from) / 2) / u64::from(from.max(1));
        u32::try_from(scaled).unwrap_or(to).min(to)
    };
    for bounds in description.facts.iter_mut().filter_map(|fact| fact.bounds.as_mut()) {
        let (left, top) = (
            scale(bounds.x, sent.width, full.width),
            scale(bounds.y, sent.height, full.height),
        );
        let right = scale(bounds.x.saturating_add(bounds.width), sent.width, full.width);
        let bottom = scale(bounds.y.saturating_add(bounds.height), sent.height, full.height);
        *bounds = Rect {
            x: left,
            y: top,
            width: right.saturating_sub(left),
            height: bottom.saturating_sub(top),
        };
    }
    description
}

#[cfg(test)]
mod tests {
    use super::*;

    const AZURE: Takes = Takes {
        longest_side: 1600,
        shortest_side: 64,
        max_bytes: 4_000_000,
    };

    #[test]
    fn sent_pictures_are_large_enough_on_both_sides() {
        for (width, height) in [(16_000, 50), (50, 16_000), (50, 50), (4000, 3000), (1601, 1600)] {
            let size = size_to_send(Size::new(width, height), AZURE);
            assert!(size.width.min(size.height) >= 51, "{width}x{height} → {size}");
            assert!(size.width.max(size.height) < 16_000, "{width}x{height} → {size}");
        }
        let openai = Takes {
            longest_side: 1024,
            shortest_side: 16,
            ..AZURE
        };
        assert_eq!(size_to_send(Size::new(4096, 2048), openai), Size::new(1024, 512));
    }

    #[test]
    fn a_file_that_is_too_large_is_written_less_exactly() {
        let mut seed = 1_u32;
        let noise = |_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed.to_be_bytes()[0]
        };
        let pixels = Pixels::new(Size::new(256, 256), (0..256 * 256 * 4).map(noise).collect()).expect("pixels");
        let best = write(&pixels, usize::MAX).expect("a file").len();
        let smaller = write(&pixels, best - 1).expect("a file").len();
        assert!(smaller < best, "{smaller} of {best}");
        assert!(write(&pixels, smaller - 1).expect("a file").len() < smaller);
        let least = write(&pixels, 1).expect("a file");
        assert_eq!(&least[..2], [0xff, 0xd8], "still a JPEG");
    }
}
