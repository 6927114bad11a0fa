//! Identifiers: opaque, random, 122 bits or more, one type per kind of thing so that they cannot be mixed up.
//!
//! To add one: a line in the `ids!` call at the end.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A text that is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct BadId;

/// Checks the written form: 32 lower-case hexadecimal digits.
fn check(text: &str) -> Result<(), BadId> {
    let fits = text.len() == 32
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if fits { Ok(()) } else { Err(BadId) }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Makes an identifier from 16 random bytes (the caller brings the randomness).
            #[must_use]
            pub fn from_random(bytes: [u8; 16]) -> Self {
                Self(bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
                    text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
                    text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
                    text
                }))
            }

            /// The written form: 32 lower-case hexadecimal digits.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                check(text).map(|()| Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                check(&text).map(|()| Self(text))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

ids! {
    /// A person's cookie session or bearer token, as the store knows it.
    VisitorId,
    /// People who share one cap.
    GroupId,
    /// An uploaded picture after normalisation.
    SourceId,
    /// Which pixels of a source may change.
    MaskId,
    /// One paid request to a provider.
    CallId,
    /// One order from queue to settlement.
    JobId,
    /// A finished result.
    VariationId,
    /// A page for one variation or a set of them.
    ShareId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_form_reads_back() {
        let id = JobId::from_random([0xa5; 16]);
        assert_eq!(id.as_str(), "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5");
        assert_eq!(id.as_str().parse(), Ok(id));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "a5",
            "A5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5",
            "../../../../etc/passwd0000000000",
        ] {
            assert_eq!(text.parse::<JobId>(), Err(BadId), "{text}");
        }
    }
}
