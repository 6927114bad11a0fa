//! After-care: how a kept answer is set into its picture. Changing it costs nothing, for nothing is painted anew.

use super::{
    id::MaskId,
    limits::{MAX_FEATHER_PX, MAX_GROW_PX},
    spec::Size,
};
use serde::{Deserialize, Serialize};

/// How far inside the hole's edge the old picture fades into the new unless a person says otherwise, in thousandths of
/// the picture's longer side: too narrow to be seen as a soft border, wide enough to hide a step in texture.
const FEATHER_PER_MILLE: u32 = 8;

/// How an answer is set in. All lengths are in pixels of the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AfterCare {
    /// How far inside the hole's edge the old picture fades into the new.
    pub feather: u32,
    /// By how much the hole is wider than its mask; narrower where negative.
    pub grow: i32,
    /// Whether the answer's colours are brought to those of the surroundings.
    pub colour_match: bool,
    /// The answer as it came, laid over the source without a stencil. The rest has no effect then.
    #[serde(default, skip_serializing_if = "is_off")]
    pub whole: bool,
    /// Another hole than was painted through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask_id: Option<MaskId>,
    /// Where this is open, the source shows again: what the history brush painted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history_mask_id: Option<MaskId>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_off(switch: &bool) -> bool {
    !*switch
}

/// What a person asks for. What is left out is as in the first composition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// [`AfterCare::feather`].
    pub feather: Option<i64>,
    /// [`AfterCare::grow`].
    pub grow: Option<i64>,
    /// [`AfterCare::colour_match`].
    pub colour_match: Option<bool>,
    /// [`AfterCare::mask_id`].
    pub mask_id: Option<MaskId>,
    /// [`AfterCare::history_mask_id`].
    pub history_mask_id: Option<MaskId>,
    /// [`AfterCare::whole`].
    pub whole: Option<bool>,
}

/// A wish that cannot be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutOfRange {
    /// The feather is negative, or wider than [`MAX_FEATHER_PX`].
    #[error("the feather is out of range")]
    Feather,
    /// The hole grows or shrinks by more than [`MAX_GROW_PX`].
    #[error("the growth is out of range")]
    Grow,
}

impl AfterCare {
    /// How a picture of this size is composed first.
    #[must_use]
    pub fn first(picture: Size) -> Self {
        let longest = picture.width.max(picture.height);
        Self {
            feather: (longest * FEATHER_PER_MILLE).div_ceil(1000).min(MAX_FEATHER_PX),
            grow: 0,
            colour_match: true,
            whole: false,
            mask_id: None,
            history_mask_id: None,
        }
    }

    /// What is asked for, on a picture of this size.
    ///
    /// # Errors
    /// [`OutOfRange`] names the field, also where `whole` leaves it without effect.
    pub fn of(picture: Size, wanted: Wanted) -> Result<Self, OutOfRange> {
        let first = Self::first(picture);
        let feather = wanted.feather.map_or(Ok(first.feather), |px| {
            let px = u32::try_from(px).ok().filter(|px| *px <= MAX_FEATHER_PX);
            px.ok_or(OutOfRange::Feather)
        })?;
        let grow = wanted.grow.map_or(Ok(first.grow), |px| {
            let px = i32::try_from(px).ok().filter(|px| px.unsigned_abs() <= MAX_GROW_PX);
            px.ok_or(OutOfRange::Grow)
        })?;
        if wanted.whole == Some(true) {
            return Ok(Self { whole: true, ..first });
        }
        Ok(Self {
            feather,
            grow,
            colour_match: wanted.colour_match.unwrap_or(first.colour_match),
            whole: false,
            mask_id: wanted.mask_id,
            history_mask_id: wanted.history_mask_id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICTURE: Size = Size::new(4000, 3000);

    #[test]
    fn what_is_left_out_is_as_in_the_first_composition() {
        let first = AfterCare::first(PICTURE);
        assert_eq!((first.feather, first.grow, first.colour_match), (32, 0, true));
        assert_eq!(AfterCare::of(PICTURE, Wanted::default()), Ok(first.clone()));
        let wanted = Wanted {
            grow: Some(-3),
            ..Wanted::default()
        };
        assert_eq!(AfterCare::of(PICTURE, wanted), Ok(AfterCare { grow: -3, ..first }));
        // The widest picture there is stays within the range.
        assert!(AfterCare::first(Size::new(16_000, 50)).feather <= MAX_FEATHER_PX);
    }

    #[test]
    fn ranges_hold_at_both_ends() {
        let feather = |px| {
            AfterCare::of(
                PICTURE,
                Wanted {
                    feather: Some(px),
                    ..Wanted::default()
                },
            )
        };
        let grow = |px| {
            AfterCare::of(
                PICTURE,
                Wanted {
                    grow: Some(px),
                    ..Wanted::default()
                },
            )
        };
        let (most, far) = (i64::from(MAX_FEATHER_PX), i64::from(MAX_GROW_PX));
        for px in [0, 1, most] {
            assert_eq!(feather(px).map(|care| i64::from(care.feather)), Ok(px));
        }
        for px in [-1, most + 1, i64::MIN, i64::MAX] {
            assert_eq!(feather(px), Err(OutOfRange::Feather));
        }
        for px in [-far, 0, far] {
            assert_eq!(grow(px).map(|care| i64::from(care.grow)), Ok(px));
        }
        for px in [-far - 1, far + 1, i64::MIN, i64::MAX] {
            assert_eq!(grow(px), Err(OutOfRange::Grow));
        }
    }

    #[test]
    fn the_whole_answer_has_no_other_settings() {
        let wanted = Wanted {
            feather: Some(3),
            grow: Some(9),
            colour_match: Some(false),
            whole: Some(true),
            ..Wanted::default()
        };
        let whole = AfterCare::of(PICTURE, wanted).expect("in range");
        assert_eq!(
            whole,
            AfterCare {
                whole: true,
                ..AfterCare::first(PICTURE)
            }
        );
        let json = serde_json::to_value(&whole).expect("JSON");
        assert_eq!(
            json,
            serde_json::json!({ "feather": 32, "grow": 0, "colour_match": true, "whole": true })
        );
        assert_eq!(serde_json::from_value::<AfterCare>(json).expect("read back"), whole);
    }
}
