//! What was measured, in words. Captions are English, as the vendor's are; tags and object names also French.

use super::{Region, Seen};
use crate::domain::text::Lang;
use std::fmt::Write as _;

/// Words with how sure they are.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::server::demo) struct Words {
    /// What is said.
    pub text: String,
    /// From 0 to 1.
    pub confidence: f64,
}

impl Words {
    fn new(text: impl Into<String>, confidence: f32) -> Self {
        Self {
            text: text.into(),
            confidence: f64::from(confidence.clamp(0.05, 0.99)),
        }
    }
}

impl Seen {
    /// One sentence about the whole picture.
    pub(in crate::server::demo) fn caption(&self) -> Words {
        let shape = self.shape(Lang::En);
        let article = if shape.starts_with(['a', 'e', 'i', 'o', 'u']) {
            "an"
        } else {
            "a"
        };
        let colours: Vec<&str> = self
            .palette
            .iter()
            .take(2)
            .map(|(colour, _)| colour.name(Lang::En))
            .collect();
        let mut text = format!("{article} {shape} picture");
        if self.is_grey() {
            text.push_str(" in black and white");
        } else if !colours.is_empty() {
            text.push_str(" in ");
            text.push_str(&colours.join(" and "));
        }
        text.push_str(", ");
        text.push_str(self.light_words(Lang::En));
        if let Some(region) = self.regions.first() {
            let name = Self::object(region).text;
            let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) {
                "an"
            } else {
                "a"
            };
            // Writing into a string cannot fail.
            let _ = write!(text, ", with {article} {name} {}", self.place(region));
        }
        // How much of the picture the named colours explain, and how clearly the region stands out.
        let explained: f32 = self.palette.iter().take(2).map(|(_, share)| share).sum();
        let clear = self.regions.first().map_or(0.3, |region| region.strength);
        Words::new(text, 0.2 + 0.35 * explained + 0.4 * clear)
    }

    /// A sentence about a region.
    pub(in crate::server::demo) fn detail(&self, region: &Region) -> Words {
        let name = Self::object(region);
        let article = if name.text.starts_with(['a', 'e', 'i', 'o', 'u']) {
            "an"
        } else {
            "a"
        };
        let extent = if region.share > 0.2 {
            "large "
        } else if region.share < 0.03 {
            "small "
        } else {
            ""
        };
        let article = if extent.is_empty() { article } else { "a" };
        Words {
            text: format!("{article} {extent}{} {}", name.text, self.place(region)),
            confidence: name.confidence * 0.95,
        }
    }

    /// The name of a region. Azure names objects in English whatever language is asked for, so this does too.
    pub(in crate::server::demo) fn object(region: &Region) -> Words {
        let text = if region.bright {
            "bright area".to_owned()
        } else {
            format!("{} region", region.colour.name(Lang::En))
        };
        Words::new(text, region.strength)
    }

    /// Words for the whole picture, surest first.
    pub(in crate::server::demo) fn tags(&self, lang: Lang) -> Vec<Words> {
        let say = |english: &str, french: &str| match lang {
            Lang::En => english.to_owned(),
            Lang::Fr => french.to_owned(),
        };
        let mut tags = vec![Words::new(
            match lang {
                Lang::En => format!("{} format", self.shape(lang)),
                Lang::Fr => format!("format {}", self.shape(lang)),
            },
            0.99,
        )];
        if self.is_grey() {
            tags.push(Words::new(
                say("black and white", "noir et blanc"),
                1.0 - self.colourfulness * 10.0,
            ));
        } else {
            for (colour, share) in self.palette.iter().take(4) {
                tags.push(Words::new(colour.name(lang), 0.55 + share));
            }
            if self.warmth > 0.02 {
                tags.push(Words::new(
                    say("warm colours", "couleurs chaudes"),
                    0.5 + self.warmth * 5.0,
                ));
            } else if self.warmth < -0.015 {
                tags.push(Words::new(
                    say("cool colours", "couleurs froides"),
                    0.5 - self.warmth * 5.0,
                ));
            }
            if self.colourfulness > 0.12 {
                tags.push(Words::new(
                    say("vivid", "couleurs vives"),
                    0.4 + self.colourfulness * 2.5,
                ));
            }
        }
        if self.light > 0.72 {
            tags.push(Words::new(say("bright", "lumineux"), self.light));
        } else if self.light < 0.42 {
            tags.push(Words::new(say("dark", "sombre"), 1.0 - self.light));
        }
        if self.contrast > 0.22 {
            tags.push(Words::new(say("high contrast", "contraste fort"), 0.45 + self.contrast));
        } else if self.contrast < 0.1 {
            tags.push(Words::new(
                say("low contrast", "contraste doux"),
                0.95 - self.contrast * 3.0,
            ));
        }
        if self.detail > 0.35 {
            tags.push(Words::new(say("fine detail", "détails fins"), 0.4 + self.detail));
        } else if self.detail < 0.12 {
            tags.push(Words::new(say("smooth areas", "surfaces unies"), 0.9 - self.detail));
        }
        tags.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        tags
    }

    fn is_grey(&self) -> bool {
        self.colourfulness < 0.025
    }

    fn shape(&self, lang: Lang) -> &'static str {
        let ratio = f64::from(self.size.width) / f64::from(self.size.height);
        let words = if ratio > 2.0 {
            ["panoramic", "panoramique"]
        } else if ratio > 1.08 {
            ["landscape", "paysage"]
        } else if ratio < 0.5 {
            ["very tall", "très haut"]
        } else if ratio < 0.92 {
            ["portrait", "portrait"]
        } else {
            ["square", "carré"]
        };
        words[lang.index()]
    }

    fn light_words(&self, lang: Lang) -> &'static str {
        let words = if self.light > 0.72 {
            ["bright", "lumineuse"]
        } else if self.light < 0.42 {
            ["dark", "sombre"]
        } else if self.contrast > 0.22 {
            ["with strong contrast", "très contrastée"]
        } else {
            ["in even light", "à la lumière égale"]
        };
        words[lang.index()]
    }

    /// Where a region lies, in English.
    fn place(&self, region: &Region) -> &'static str {
        let third = |start: u32, length: u32, whole: u32| {
            let middle = (f64::from(start) + f64::from(length) / 2.0) / f64::from(whole);
            if middle < 0.36 {
                0
            } else if middle > 0.64 {
                2
            } else {
                1
            }
        };
        let across = third(region.bounds.x, region.bounds.width, self.size.width);
        let down = third(region.bounds.y, region.bounds.height, self.size.height);
        match (down, across) {
            (0, 0) => "in the upper left",
            (0, 1) => "at the top",
            (0, _) => "in the upper right",
            (1, 0) => "on the left",
            (1, 1) => "in the centre",
            (1, _) => "on the right",
            (_, 0) => "in the lower left",
            (_, 1) => "at the bottom",
            _ => "in the lower right",
        }
    }
}
