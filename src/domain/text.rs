//! Everything a person reads, in every language, and how numbers are written.
//!
//! Each page or part has its own catalogue: a file below this folder with one `texts!` table. A key without one of the
//! languages does not compile. The language is passed explicitly; there is no global.
//!
//! - To add a text: a line in the table of the part it belongs to.
//! - To add a part: a file here with a `texts!` table.
//! - To add a language: a variant of [`Lang`], a column in `texts!`, and the rules in [`number`].

pub mod common;
pub mod home;
pub mod library;
pub mod number;
pub mod privacy;
pub mod share;
pub mod studio;
#[cfg(test)]
pub(crate) mod typography;
pub mod variation;

use serde::{Deserialize, Serialize};

/// A language of the interface, and of prompts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

impl Lang {
    /// Every language, in the order of the columns of `texts!`.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// Its name in itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Fr => "Français",
        }
    }

    /// Its place in a two-column table.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The language of a tag such as `fr-CA`, if it is one of ours.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|lang| lang.tag() == primary)
    }

    /// The language an `Accept-Language` header prefers among ours.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for item in header.split(',') {
            let (tag, weight) = match item.split_once(';') {
                None => (item, 1.0),
                Some((tag, parameter)) => {
                    let weight = parameter.trim().strip_prefix("q=").and_then(|q| q.trim().parse().ok());
                    (tag, weight.unwrap_or(0.0))
                }
            };
            if let Some(lang) = Self::from_tag(tag)
                && weight > 0.0
                && best.is_none_or(|(_, heaviest)| weight > heaviest)
            {
                best = Some((lang, weight));
            }
        }
        best.map(|(lang, _)| lang)
    }
}

/// Declares a catalogue: one struct, one constant per language, checked at compile time.
///
/// ```text
/// texts! {
///     /// The home page.
///     pub struct Home {
///         title: "One picture, one wish: one variation.", "Une image, une demande : une variante.";
///     }
/// }
/// let t = Home::of(lang); t.title
/// ```
#[macro_export]
macro_rules! texts {
    ($(#[$doc:meta])* pub struct $name:ident { $($key:ident: $en:expr, $fr:expr;)+ }) => {
        $(#[$doc])*
        #[expect(missing_docs, reason = "each field is the text itself")]
        #[derive(Debug)]
        pub struct $name { $(pub $key: &'static str,)+ }

        impl $name {
            const EN: Self = Self { $($key: $en,)+ };
            const FR: Self = Self { $($key: $fr,)+ };

            /// The texts in this language.
            #[must_use]
            pub const fn of(lang: $crate::domain::text::Lang) -> &'static Self {
                match lang {
                    $crate::domain::text::Lang::En => &Self::EN,
                    $crate::domain::text::Lang::Fr => &Self::FR,
                }
            }

            /// Every text with its key, for the checks on typography.
            #[must_use]
            pub fn all(lang: $crate::domain::text::Lang) -> Vec<(&'static str, &'static str)> {
                let texts = Self::of(lang);
                vec![$((stringify!($key), texts.$key),)+]
            }
        }
    };
}

/// Puts values into the `{name}` places of a text. A place without a value stays, so that it is seen.
#[must_use]
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |filled, (name, value)| {
        filled.replace(&format!("{{{name}}}"), value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_of_ours_wins() {
        assert_eq!(Lang::from_accept_language("de, fr;q=0.8, en;q=0.9"), Some(Lang::En));
        assert_eq!(Lang::from_accept_language("fr-CA,en;q=0.5"), Some(Lang::Fr));
        assert_eq!(Lang::from_accept_language("de,es;q=0.5,fr;q=0"), None);
    }

    #[test]
    fn places_are_filled_by_name() {
        assert_eq!(fill("{a} of {b}", &[("a", "1"), ("b", "2")]), "1 of 2");
    }
}
