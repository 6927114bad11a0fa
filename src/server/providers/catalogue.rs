//! The catalogue as data: compiled in, or the operator's own file (`POCHOIR_CATALOGUE`). Checked before anything is
//! sold by it.

mod endings;
#[cfg(test)]
mod prices;

pub use endings::{Endings, watch};

use crate::domain::catalogue::{Catalogue, Effort, FeaturePrice, Model, OpenaiVision, Preset, TextModel};
use crate::domain::{money::Micros, order::Way, spec::Size};
use figment::{
    Figment,
    providers::{Format as _, Toml},
};
use std::{collections::BTreeSet, fmt, path::Path};

/// The catalogue as compiled in.
const BUILT_IN: &str = include_str!("catalogue.toml");

/// What Azure Image Analysis can be asked for.
const FEATURES: &[&str] = &[
    "caption",
    "denseCaptions",
    "objects",
    "people",
    "read",
    "smartCrops",
    "tags",
];

/// Everything that is wrong with a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct CatalogueProblems(pub Vec<String>);

impl fmt::Display for CatalogueProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the catalogue cannot be used:")?;
        self.0.iter().try_for_each(|words| write!(f, "\n  {words}"))
    }
}

/// The catalogue of this file, or the built-in one. `today` (`YYYY-MM-DD`) decides what can still be ordered.
///
/// # Errors
/// Every problem there is, in words.
pub fn load(file: Option<&Path>, today: &str) -> Result<Catalogue, CatalogueProblems> {
    let text = match file {
        None => BUILT_IN.to_owned(),
        Some(path) => std::fs::read_to_string(path).map_err(|error| {
            CatalogueProblems(vec![format!("{} cannot be read ({})", path.display(), error.kind())])
        })?,
    };
    let catalogue: Catalogue = Figment::from(Toml::string(&text))
        .extract()
        .map_err(|errors| CatalogueProblems(errors.into_iter().map(|error| error.to_string()).collect()))?;
    let problems = check(&catalogue, today);
    if problems.is_empty() {
        Ok(catalogue)
    } else {
        Err(CatalogueProblems(problems))
    }
}

/// What is wrong with a catalogue.
#[must_use]
pub fn check(catalogue: &Catalogue, today: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if !is_day(&catalogue.dated) {
        problems.push("dated: a day was expected, like 2026-11-22".to_owned());
    }
    let mut ids = BTreeSet::new();
    for model in &catalogue.models {
        if !ids.insert(&model.id) {
            problems.push(format!("model {}: stands there twice", model.id));
        }
        check_model(catalogue, model, &mut problems);
    }
    check_vision(&catalogue.vision.azure, &mut problems);
    if let Some(openai) = &catalogue.vision.openai {
        check_openai_vision(openai, &mut problems);
    }
    if let Some(refine) = &catalogue.refine {
        check_text_model(refine, &mut problems);
    }
    for effort in [Effort::Draft, Effort::Standard, Effort::Final] {
        for way in [Way::Reimagine, Way::Restyle, Way::Repaint] {
            let presets = catalogue.defaults.iter();
            let matching: Vec<&Preset> = presets
                .filter(|preset| preset.effort == effort && preset.way == way)
                .collect();
            let name = format!("default {effort:?} {way:?}").to_lowercase();
            match matching.as_slice() {
                [] => problems.push(format!("{name}: is missing")),
                [preset] => check_preset(catalogue, preset, &name, today, &mut problems),
                _ => problems.push(format!("{name}: stands there twice")),
            }
        }
    }
    problems
}

fn check_model(catalogue: &Catalogue, model: &Model, problems: &mut Vec<String>) {
    let mut wrong = |words: &str| problems.push(format!("model {}: {words}", model.id));
    if model.id.is_empty() || model.api_id.is_empty() || model.label.is_empty() {
        wrong("id, api_id and label must not be empty");
    }
    if model.ends.as_deref().is_some_and(|ends| !is_day(ends)) {
        wrong("ends: a day was expected, like 2026-12-01");
    }
    if let Some(successor) = &model.successor
        && !catalogue
            .models
            .iter()
            .any(|other| other.id == *successor && !other.qualities.is_empty())
    {
        wrong("the successor is not a model that can be ordered");
    }
    if !model.raised.is_empty() || model.ends_in_days.is_some() {
        wrong("raised and ends_in_days are what a server says; they do not stand in the file");
    }
    if model.qualities.is_empty() {
        // Listed so that asking for it explains itself.
        if model.ends.is_none() {
            wrong("it has no qualities and no end");
        }
        return;
    }
    let prices = [model.prices.text_in, model.prices.image_in, model.prices.image_out];
    if prices.iter().any(|price| *price <= Micros::ZERO) {
        wrong("prices must be above 0");
    }
    if !(1..=10).contains(&model.max_count) || model.max_references > 16 {
        wrong("max_count goes from 1 to 10, max_references to 16");
    }
    if model.formats.is_empty() {
        wrong("it returns no format");
    }
    if !model.qualities.windows(2).all(|pair| pair[0].quality < pair[1].quality) {
        wrong("qualities must rise, each once");
    }
    for cost in &model.qualities {
        // The studio sends references at this side; the bound of a quote rests on the rest.
        if cost.axis == 0 || cost.expected_percent == 0 || cost.reference_side < 64 {
            wrong("a quality needs an axis, expected_percent above 0 and reference_side from 64");
        }
        if cost.bound_percent < cost.expected_percent {
            wrong("bound_percent must not be below expected_percent");
        }
    }
    let rule = model.sizes;
    if rule.multiple == 0 || rule.max_ratio == 0 || rule.min_pixels == 0 || rule.min_pixels > rule.max_pixels {
        wrong("its sizes contradict themselves");
    } else if rule.check(rule.fit(Size::new(3, 2), rule.min_pixels * 2)).is_err() {
        wrong("no 3:2 picture fits its sizes");
    }
}

fn check_vision(features: &[FeaturePrice], problems: &mut Vec<String>) {
    let mut names = BTreeSet::new();
    for price in features {
        let mut wrong = |words: &str| problems.push(format!("vision feature {}: {words}", price.feature));
        if !FEATURES.contains(&price.feature.as_str()) {
            wrong("there is no such feature");
        }
        if !names.insert(&price.feature) {
            wrong("stands there twice");
        }
        if price.micros <= Micros::ZERO {
            wrong("its price must be above 0");
        }
    }
    if !features.iter().any(|price| price.feature == "caption" && !price.closer) {
        problems.push("vision: caption is always needed".to_owned());
    }
}

fn check_openai_vision(openai: &OpenaiVision, problems: &mut Vec<String>) {
    let mut wrong = |words: &str| problems.push(format!("vision openai: {words}"));
    if openai.model.is_empty() {
        wrong("model must not be empty");
    }
    if openai.text_in <= Micros::ZERO || openai.text_out <= Micros::ZERO {
        wrong("prices must be above 0");
    }
    if openai.max_picture_tokens == 0 || openai.max_output_tokens < 500 {
        wrong("max_picture_tokens goes from 1, max_output_tokens from 500: less cuts descriptions off");
    }
}

fn check_text_model(text: &TextModel, problems: &mut Vec<String>) {
    let mut wrong = |words: &str| problems.push(format!("refine: {words}"));
    if text.model.is_empty() {
        wrong("model must not be empty");
    }
    if text.text_in <= Micros::ZERO || text.text_out <= Micros::ZERO {
        wrong("prices must be above 0");
    }
    if text.max_output_tokens < 300 {
        wrong("max_output_tokens goes from 300: less cuts prompts off");
    }
}

fn check_preset(catalogue: &Catalogue, preset: &Preset, name: &str, today: &str, problems: &mut Vec<String>) {
    let Some(model) = catalogue
        .model(&preset.model)
        .filter(|model| model.can_be_ordered(today))
    else {
        problems.push(format!("{name}: {} cannot be ordered", preset.model));
        return;
    };
    if model.quality(preset.quality).is_none() {
        problems.push(format!("{name}: {} has no such quality", preset.model));
    }
    if !model.formats.contains(&preset.format) {
        problems.push(format!("{name}: {} does not return that format", preset.model));
    }
    if !(model.sizes.min_pixels..=model.sizes.max_pixels).contains(&preset.pixels) {
        problems.push(format!("{name}: {} does not paint so many pixels", preset.model));
    }
}

/// `YYYY-MM-DD`.
fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    const TODAY: &str = "2026-11-22";

    fn spoilt(spoil: impl FnOnce(&mut Catalogue)) -> Vec<String> {
        let mut catalogue = load(None, TODAY).expect("the built-in catalogue");
        spoil(&mut catalogue);
        check(&catalogue, TODAY)
    }

    #[test]
    fn the_built_in_catalogue_can_be_used() {
        let catalogue = load(None, TODAY).expect("no problem");
        assert!(
            catalogue
                .model("gpt-image-2.5-flare")
                .is_some_and(|model| model.can_be_ordered(TODAY))
        );
        assert!(
            catalogue
                .model("gpt-image-1.5")
                .is_some_and(|model| !model.can_be_ordered(TODAY))
        );
    }

    #[test]
    fn a_catalogue_that_would_sell_for_nothing_is_refused() {
        assert_eq!(
            spoilt(|catalogue| catalogue.models[0].prices.image_out = Micros::ZERO),
            ["model gpt-image-2.5-flare: prices must be above 0"]
        );
        assert_eq!(
            spoilt(|catalogue| catalogue.models[0].qualities[0].bound_percent = 50),
            ["model gpt-image-2.5-flare: bound_percent must not be below expected_percent"]
        );
        assert_eq!(
            spoilt(|catalogue| catalogue.vision.azure[0].micros = Micros(-1)),
            ["vision feature caption: its price must be above 0"]
        );
        assert_eq!(
            spoilt(|catalogue| {
                if let Some(openai) = &mut catalogue.vision.openai {
                    openai.text_out = Micros::ZERO;
                }
            }),
            ["vision openai: prices must be above 0"]
        );
        assert_eq!(
            spoilt(|catalogue| {
                if let Some(refine) = &mut catalogue.refine {
                    refine.text_in = Micros::ZERO;
                    refine.max_output_tokens = 10;
                }
            }),
            [
                "refine: prices must be above 0",
                "refine: max_output_tokens goes from 300: less cuts prompts off"
            ]
        );
    }

    #[test]
    fn defaults_must_be_orderable() {
        let problems = spoilt(|catalogue| catalogue.models[0].ends = Some(TODAY.to_owned()));
        assert!(problems.contains(&"default draft reimagine: gpt-image-2.5-flare cannot be ordered".to_owned()));
        assert_eq!(
            spoilt(|catalogue| {
                catalogue.defaults.pop();
            }),
            ["default final repaint: is missing"]
        );
        assert_eq!(
            spoilt(|catalogue| catalogue.defaults[0].pixels = 1),
            ["default draft reimagine: gpt-image-2.5-flare does not paint so many pixels"]
        );
    }

    #[test]
    fn contradictions_are_found() {
        assert!(!spoilt(|catalogue| catalogue.models[0].sizes.multiple = 0).is_empty());
        assert!(!spoilt(|catalogue| catalogue.models[0].sizes.max_side = 16).is_empty());
        assert!(!spoilt(|catalogue| catalogue.models[0].qualities.reverse()).is_empty());
        assert!(!spoilt(|catalogue| catalogue.models[1].id = "gpt-image-2.5-flare".to_owned()).is_empty());
        assert!(!spoilt(|catalogue| catalogue.dated = "today".to_owned()).is_empty());
        assert!(!spoilt(|catalogue| catalogue.vision.azure.clear()).is_empty());
    }

    #[test]
    fn an_operators_file_replaces_it() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        let text = BUILT_IN.replace("image_out = 30000000", "image_out = 31000000");
        file.write_all(text.as_bytes()).expect("writing");
        let catalogue = load(Some(file.path()), TODAY).expect("no problem");
        assert_eq!(catalogue.models[0].prices.image_out, Micros(31_000_000));

        assert!(load(Some(Path::new("/nowhere/at/all.toml")), TODAY).is_err());
        let mut broken = tempfile::NamedTempFile::new().expect("a file");
        broken.write_all(b"dated = 5\n").expect("writing");
        assert!(load(Some(broken.path()), TODAY).is_err());
    }
}
