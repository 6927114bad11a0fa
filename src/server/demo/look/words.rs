//! What was measured, in words, English or French. Which language an answer is in is the wire format's matter.

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
    pub(in crate::server::demo) fn caption(&self, lang: Lang) -> Words {
        let colours: Vec<&str> = self
            .palette
            .iter()
            .take(2)
            .map(|(colour, _)| colour.name(lang))
            .collect();
        let shape = self.shape(lang);
        let (mut text, and, with) = match lang {
            Lang::En => (format!("{} picture", with_article(shape)), " and ", "with"),
            Lang::Fr => (format!("une image au format {shape}"), " et ", "avec"),
        };
        if self.is_grey() {
            text.push_str(match lang {
                Lang::En => " in black and white",
                Lang::Fr => " en noir et blanc",
            });
        } else if !colours.is_empty() {
            text.push_str(match lang {
                Lang::En => " in ",
                Lang::Fr => " en ",
            });
            text.push_str(&colours.join(and));
        }
        text.push_str(", ");
        text.push_str(self.light_words(lang));
        if let Some(region) = self.regions.first() {
            let name = called(lang, "", &Self::object(region, lang).text);
            // Writing into a string cannot fail.
            let _ = write!(text, ", {with} {name} {}", self.place(region, lang));
        }
        // How much of the picture the named colours explain, and how clearly the region stands out.
        let explained: f32 = self.palette.iter().take(2).map(|(_, share)| share).sum();
        let clear = self.regions.first().map_or(0.3, |region| region.strength);
        Words::new(text, 0.2 + 0.35 * explained + 0.4 * clear)
    }

    /// A sentence about a region.
    pub(in crate::server::demo) fn detail(&self, region: &Region, lang: Lang) -> Words {
        let name = Self::object(region, lang);
        let extent = match lang {
            _ if (0.03..=0.2).contains(&region.share) => "",
            Lang::En if region.share > 0.2 => "large ",
            Lang::En => "small ",
            Lang::Fr if region.share > 0.2 => "grande ",
            Lang::Fr => "petite ",
        };
        Words {
            text: format!("{} {}", called(lang, extent, &name.text), self.place(region, lang)),
            confidence: name.confidence * 0.95,
        }
    }

    /// The name of a region.
    pub(in crate::server::demo) fn object(region: &Region, lang: Lang) -> Words {
        let text = match lang {
            Lang::En if region.bright => "bright area".to_owned(),
            Lang::Fr if region.bright => "zone claire".to_owned(),
            Lang::En => format!("{} region", region.colour.name(lang)),
            Lang::Fr => format!("zone {}", feminine(region.colour.name(lang))),
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

    /// Whether there is hardly any colour.
    pub(in crate::server::demo) fn is_grey(&self) -> bool {
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

    /// The light, as it is said in a caption.
    pub(in crate::server::demo) fn light_words(&self, lang: Lang) -> &'static str {
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

    /// Where a region lies.
    pub(in crate::server::demo) fn place(&self, region: &Region, lang: Lang) -> &'static str {
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
        let words = match (down, across) {
            (0, 0) => ["in the upper left", "en haut à gauche"],
            (0, 1) => ["at the top", "en haut"],
            (0, _) => ["in the upper right", "en haut à droite"],
            (1, 0) => ["on the left", "à gauche"],
            (1, 1) => ["in the centre", "au centre"],
            (1, _) => ["on the right", "à droite"],
            (_, 0) => ["in the lower left", "en bas à gauche"],
            (_, 1) => ["at the bottom", "en bas"],
            _ => ["in the lower right", "en bas à droite"],
        };
        words[lang.index()]
    }
}

/// A name with its indefinite article, and its extent before it. In French every region is *une zone*.
fn called(lang: Lang, extent: &str, name: &str) -> String {
    let name = format!("{extent}{name}");
    match lang {
        Lang::En => with_article(&name),
        Lang::Fr => format!("une {name}"),
    }
}

fn with_article(name: &str) -> String {
    if name.starts_with(['a', 'e', 'i', 'o', 'u']) {
        format!("an {name}")
    } else {
        format!("a {name}")
    }
}

/// A French colour beside a feminine noun. Colours of two words, and those that are things, do not agree.
fn feminine(colour: &str) -> String {
    match colour {
        "blanc" => "blanche".to_owned(),
        "violet" => "violette".to_owned(),
        "noir" | "gris" | "vert" | "bleu" | "brun" => format!("{colour}e"),
        other => other.to_owned(),
    }
}
