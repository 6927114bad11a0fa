//! An answer in whatever strict shape is asked for: each property gets what its name asks for, as far as it was measured
//! or composed, and is empty, zero, false or null where there is nothing to say.
//!
//! Names are compared without case and signs (`bounding_box` is `boundingBox`). Known are: caption, description, summary;
//! tags, keywords; objects, regions; details; colours, palette; facts (all of these in one list); people and text, which
//! are never found; prompt; light, place, colour, confidence, language. A box is an object or flat properties of left,
//! top, right, bottom, width, height in their usual spellings, or a list of four numbers (left, top, right, bottom). It
//! is counted by `maximum` (1, 100 or 1000) where there is one, in thousandths where the words of the request speak of
//! 1000 or the box has no width and height, else in pixels.

use super::schema;
use crate::{
    domain::{source::Rect, text::Lang},
    server::demo::look::{Region, Seen},
};
use serde_json::{Map, Value, json};

/// Levels of the answer, at most; only a shape that holds itself comes so far.
const LEVELS: usize = 16;

/// What can be told.
pub(super) struct Knowledge<'a> {
    pub seen: Option<&'a Seen>,
    pub lang: Lang,
    /// The refined prompt, when words were sent and no picture.
    pub prompt: Option<String>,
    /// What is said to the model, folded.
    pub asked: String,
}

/// What one entry of a list is about.
struct Focus<'a> {
    kind: Kind,
    text: String,
    confidence: f64,
    region: Option<&'a Region>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Object,
    Detail,
    Tag,
    Colour,
}

impl Kind {
    /// Its usual spellings, for `kind` properties with a fixed choice.
    const fn spellings(self) -> &'static [&'static str] {
        match self {
            Self::Object => &["object", "thing", "objet"],
            Self::Detail => &["detail", "part", "object"],
            Self::Tag => &["tag", "keyword", "label", "motcle"],
            Self::Colour => &["colour", "color", "couleur"],
        }
    }
}

/// A side of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    Left,
    Top,
    Right,
    Bottom,
    Width,
    Height,
}

/// A property while it is filled.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// Its name, folded.
    name: &'a str,
    /// The names beside it, folded.
    beside: &'a [String],
    focus: Option<&'a Focus<'a>>,
    level: usize,
}

impl Knowledge<'_> {
    /// The whole answer.
    pub(super) fn fill(&self, root: &Map<String, Value>) -> Value {
        let place = Place {
            name: "",
            beside: &[],
            focus: None,
            level: 0,
        };
        self.node(root, root, place)
    }

    fn node(&self, node: &Map<String, Value>, root: &Map<String, Value>, place: Place<'_>) -> Value {
        if place.level > LEVELS {
            return Value::Null;
        }
        let place = Place {
            level: place.level + 1,
            ..place
        };
        if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
            let referred = schema::referred(root, reference);
            return referred.map_or(Value::Null, |referred| self.node(referred, root, place));
        }
        if let Some(constant) = node.get("const") {
            return constant.clone();
        }
        if let Some(choices) = node.get("anyOf").and_then(Value::as_array) {
            let is_null = |choice: &&Value| choice["type"] == "null";
            let null = choices.iter().any(|choice| is_null(&choice));
            if null && !self.has_something_for(place) {
                return Value::Null;
            }
            let choice = choices
                .iter()
                .find(|choice| !is_null(choice))
                .and_then(Value::as_object);
            return choice.map_or(Value::Null, |choice| self.node(choice, root, place));
        }
        if let Some(choices) = node.get("enum").and_then(Value::as_array) {
            return self.choose(choices, place);
        }
        let types = schema::types(node);
        if types.contains(&"null") && !self.has_something_for(place) {
            return Value::Null;
        }
        match types.into_iter().find(|name| *name != "null") {
            Some("object") => self.object(node, root, place),
            Some("array") => self.list(node, root, place),
            Some("string") => json!(self.text(place)),
            Some("integer") => json!(rounded(self.number(node, place))),
            Some("number") => json!(self.number(node, place)),
            Some("boolean") => json!(self.is_so(place)),
            _ => Value::Null,
        }
    }

    fn object(&self, node: &Map<String, Value>, root: &Map<String, Value>, place: Place<'_>) -> Value {
        let properties: Vec<(&String, &Value)> = node
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .collect();
        let names: Vec<String> = properties.iter().map(|(name, _)| folded(name)).collect();
        let mut filled = Map::new();
        for ((name, property), folded) in properties.iter().zip(&names) {
            let inner = Place {
                name: folded,
                beside: &names,
                ..place
            };
            let value = property.as_object().map(|property| self.node(property, root, inner));
            filled.insert((*name).clone(), value.unwrap_or_default());
        }
        Value::Object(filled)
    }

    fn list(&self, node: &Map<String, Value>, root: &Map<String, Value>, place: Place<'_>) -> Value {
        let Some(items) = node.get("items").and_then(Value::as_object) else {
            return json!([]);
        };
        let of_numbers = schema::types(items)
            .iter()
            .any(|name| ["number", "integer"].contains(name));
        if of_numbers && (is_box_name(place.name) || node.get("minItems").and_then(Value::as_u64) == Some(4)) {
            let whole = schema::types(items).contains(&"integer");
            let edges = [Edge::Left, Edge::Top, Edge::Right, Edge::Bottom];
            return edges
                .into_iter()
                .map(|edge| self.coordinate(edge, items, place))
                .map(|number| if whole { json!(rounded(number)) } else { json!(number) })
                .collect();
        }
        let most = node.get("maxItems").and_then(Value::as_u64).unwrap_or(u64::MAX);
        self.entries(place.name)
            .iter()
            .take(usize::try_from(most).unwrap_or(usize::MAX))
            .map(|focus| {
                let inner = Place {
                    focus: Some(focus),
                    beside: &[],
                    ..place
                };
                self.node(items, root, inner)
            })
            .collect()
    }

    /// What a list of this name holds.
    fn entries(&self, name: &str) -> Vec<Focus<'_>> {
        let Some(seen) = self.seen else {
            return Vec::new();
        };
        if self.is_to_stay_empty(name) {
            return Vec::new();
        }
        let parts = |kind: Kind| {
            seen.regions.iter().map(move |region| {
                let words = if kind == Kind::Detail {
                    seen.detail(region, self.lang)
                } else {
                    Seen::object(region, self.lang)
                };
                Focus {
                    kind,
                    text: words.text,
                    confidence: words.confidence,
                    region: Some(region),
                }
            })
        };
        let tags = seen.tags(self.lang).into_iter().map(|tag| Focus {
            kind: Kind::Tag,
            text: tag.text,
            confidence: tag.confidence,
            region: None,
        });
        let colours = seen.palette.iter().take(5).map(|(colour, share)| Focus {
            kind: Kind::Colour,
            text: colour.name(self.lang).to_owned(),
            confidence: f64::from(*share),
            region: None,
        });
        match name {
            "tags" | "keywords" | "labels" | "motscles" => tags.collect(),
            "objects" | "things" | "regions" | "items" | "objets" => parts(Kind::Object).collect(),
            "details" | "densecaptions" | "parts" => parts(Kind::Detail).collect(),
            "colours" | "colors" | "palette" | "dominantcolours" | "dominantcolors" | "couleurs" => colours.collect(),
            "facts" | "elements" | "faits" => parts(Kind::Object).chain(tags).chain(colours).collect(),
            _ => Vec::new(),
        }
    }

    /// "Leave details and text empty": what is asked not to be filled.
    fn is_to_stay_empty(&self, name: &str) -> bool {
        let between = |from: &str, to: &str| {
            self.asked
                .split(['.', ';', '\n'])
                .filter_map(|sentence| sentence.split_once(from)?.1.split_once(to))
                .any(|(said, _)| said.split(|c: char| !c.is_alphanumeric()).any(|word| word == name))
        };
        between("leave ", " empty") || between("laisse", " vide")
    }

    /// Whether a property that may be null has an answer.
    fn has_something_for(&self, place: Place<'_>) -> bool {
        if edge(place.name, place.beside).is_some() || is_box_name(place.name) {
            return place.focus.is_none_or(|focus| focus.region.is_some());
        }
        !self.text(place).is_empty() || !self.entries(place.name).is_empty()
    }

    fn text(&self, place: Place<'_>) -> String {
        let Place { name, focus, .. } = place;
        if let Some(focus) = focus {
            let region = focus.region.zip(self.seen);
            return match (name, region) {
                ("colour" | "color" | "couleur", Some((region, _))) => region.colour.name(self.lang).to_owned(),
                ("place" | "position" | "where" | "location", Some((region, seen))) => {
                    seen.place(region, self.lang).to_owned()
                }
                ("caption" | "description" | "sentence" | "detail", Some((region, seen))) => {
                    seen.detail(region, self.lang).text
                }
                ("lang" | "language" | "langue", _) => self.lang.tag().to_owned(),
                ("kind" | "type" | "category", _) => focus.kind.spellings()[0].to_owned(),
                ("place" | "position" | "where" | "location", None) => String::new(),
                _ => focus.text.clone(),
            };
        }
        let seen = |say: &dyn Fn(&Seen) -> String| self.seen.map(say).unwrap_or_default();
        match name {
            "caption" | "description" | "summary" | "title" | "alt" | "alttext" | "sentence" | "legende" => {
                seen(&|seen| seen.caption(self.lang).text)
            }
            "prompt" => self.prompt.clone().unwrap_or_default(),
            "lang" | "language" | "langue" => self.lang.tag().to_owned(),
            "light" | "lighting" | "lumiere" => seen(&|seen| seen.light_words(self.lang).to_owned()),
            "colour" | "color" | "couleur" => seen(&|seen| {
                seen.palette
                    .first()
                    .map_or("", |(colour, _)| colour.name(self.lang))
                    .to_owned()
            }),
            _ => {
                let entries: Vec<String> = self.entries(name).into_iter().map(|focus| focus.text).collect();
                entries.join(", ")
            }
        }
    }

    fn choose(&self, choices: &[Value], place: Place<'_>) -> Value {
        let fits = |wanted: &[&str]| {
            let is_wanted = |choice: &&Value| choice.as_str().is_some_and(|text| wanted.contains(&&*folded(text)));
            choices.iter().find(is_wanted).cloned()
        };
        let by_kind = place
            .focus
            .filter(|_| ["kind", "type", "category"].contains(&place.name))
            .and_then(|focus| focus.kind.spellings().iter().find_map(|spelling| fits(&[spelling])));
        by_kind
            .or_else(|| fits(&[&folded(&self.text(place))]))
            .or_else(|| choices.iter().find(|choice| choice.is_null()).cloned())
            .or_else(|| choices.first().cloned())
            .unwrap_or_default()
    }

    fn number(&self, node: &Map<String, Value>, place: Place<'_>) -> f64 {
        let is_box = place
            .beside
            .iter()
            .filter(|name| edge(name, place.beside).is_some())
            .count()
            >= 4;
        let found = match (edge(place.name, place.beside), place.name) {
            (Some(edge), _) if is_box => return self.coordinate(edge, node, place),
            (Some(Edge::Width), _) => self.seen.map_or(0.0, |seen| f64::from(seen.size.width)),
            (Some(Edge::Height), _) => self.seen.map_or(0.0, |seen| f64::from(seen.size.height)),
            (_, "confidence" | "score" | "certainty") => match place.focus {
                Some(focus) => focus.confidence,
                None => self.seen.map_or(0.0, |seen| seen.caption(self.lang).confidence),
            },
            _ => 0.0,
        };
        let bound = |name: &str, unbounded: f64| node.get(name).and_then(Value::as_f64).unwrap_or(unbounded);
        let found = (found * 10_000.0).round() / 10_000.0;
        found.max(bound("minimum", f64::MIN)).min(bound("maximum", f64::MAX))
    }

    /// A side of the box of what is told of; of the whole picture, when that is no part of it.
    fn coordinate(&self, edge: Edge, node: &Map<String, Value>, place: Place<'_>) -> f64 {
        let Some(seen) = self.seen else { return 0.0 };
        let Rect { x, y, width, height } = place
            .focus
            .and_then(|focus| focus.region)
            .map_or(seen.bounds(), |region| region.bounds);
        let (pixels, whole) = match edge {
            Edge::Left => (x, seen.size.width),
            Edge::Right => (x + width, seen.size.width),
            Edge::Width => (width, seen.size.width),
            Edge::Top => (y, seen.size.height),
            Edge::Bottom => (y + height, seen.size.height),
            Edge::Height => (height, seen.size.height),
        };
        let scale = match node.get("maximum").and_then(Value::as_f64) {
            Some(most) if [1.0, 100.0, 1_000.0].contains(&most) => Some(most),
            _ if self.asked.contains("1000") || self.asked.contains("1,000") || self.asked.contains("1 000") => {
                Some(1_000.0)
            }
            _ if place.beside.iter().any(|name| ["w", "width"].contains(&name.as_str())) => None,
            _ => Some(1_000.0),
        };
        match scale {
            None => f64::from(pixels),
            Some(scale) => {
                let share = f64::from(pixels) / f64::from(whole.max(1)) * scale;
                let digits = if scale > 1.0 { 1.0 } else { 10_000.0 };
                (share * digits).round() / digits
            }
        }
    }

    fn is_so(&self, place: Place<'_>) -> bool {
        let grey = ["grey", "gray", "blackandwhite", "monochrome", "noiretblanc"];
        grey.contains(&place.name) && self.seen.is_some_and(Seen::is_grey)
    }
}

/// A name without case and signs.
fn folded(name: &str) -> String {
    let folded = crate::server::demo::lexicon::fold(name);
    folded.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn is_box_name(name: &str) -> bool {
    ["box", "bounds", "boundingbox", "bbox", "rectangle", "rect", "cadre"].contains(&name)
}

/// The side of a box that a name means among its neighbours.
fn edge(name: &str, beside: &[String]) -> Option<Edge> {
    let has = |name: &str| beside.iter().any(|other| other == name);
    Some(match name {
        "x1" if has("x0") => Edge::Right,
        "y1" if has("y0") => Edge::Bottom,
        "x" | "left" | "xmin" | "minx" | "x0" | "x1" => Edge::Left,
        "y" | "top" | "ymin" | "miny" | "y0" | "y1" => Edge::Top,
        "right" | "xmax" | "maxx" | "x2" => Edge::Right,
        "bottom" | "ymax" | "maxy" | "y2" => Edge::Bottom,
        "w" | "width" => Edge::Width,
        "h" | "height" => Edge::Height,
        _ => return None,
    })
}

fn rounded(number: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "sides of pictures, and 0")]
    let whole = number.round() as i64;
    whole
}

#[cfg(test)]
mod tests;
