//! Where the picture stands on the surface.

use crate::domain::mask::Point;

/// The picture on a surface: scaled alike in both directions and moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Viewport {
    /// Surface pixels for a pixel of the picture.
    pub scale: f64,
    /// Where the picture's left edge stands.
    pub left: f64,
    /// Where its upper edge stands.
    pub top: f64,
}

impl Viewport {
    /// The whole picture, as large as it goes, in the middle: as `object-fit: contain` lays it out.
    #[must_use]
    pub fn contain(picture: (u32, u32), surface: (f64, f64)) -> Self {
        let (width, height) = (f64::from(picture.0.max(1)), f64::from(picture.1.max(1)));
        let scale = (surface.0 / width).min(surface.1 / height).max(f64::MIN_POSITIVE);
        Self {
            scale,
            left: (surface.0 - width * scale) / 2.0,
            top: (surface.1 - height * scale) / 2.0,
        }
    }

    /// The place in the picture under a place on the surface.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "places need no more than f32 has")]
    pub fn to_picture(&self, x: f64, y: f64) -> Point {
        Point {
            x: ((x - self.left) / self.scale) as f32,
            y: ((y - self.top) / self.scale) as f32,
        }
    }

    /// The place on the surface of a place in the picture.
    #[must_use]
    pub fn to_surface(&self, point: Point) -> (f64, f64) {
        (
            f64::from(point.x) * self.scale + self.left,
            f64::from(point.y) * self.scale + self.top,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_contained_and_centred() {
        let wide = Viewport::contain((2000, 1000), (500.0, 500.0));
        assert_eq!((wide.scale, wide.left, wide.top), (0.25, 0.0, 125.0));
        let tall = Viewport::contain((10, 20), (500.0, 100.0));
        assert_eq!((tall.scale, tall.left, tall.top), (5.0, 225.0, 0.0));
    }

    #[test]
    fn places_go_there_and_back() {
        let viewport = Viewport::contain((1999, 1333), (711.0, 902.0));
        for (x, y) in [(0.0, 0.0), (1999.0, 1333.0), (-40.0, 12.5)] {
            let (across, down) = viewport.to_surface(Point { x, y });
            let back = viewport.to_picture(across, down);
            assert!((back.x - x).abs() < 0.01 && (back.y - y).abs() < 0.01, "{back:?}");
        }
    }
}
