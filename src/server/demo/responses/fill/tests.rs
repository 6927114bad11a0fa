//! Shapes of several manners, filled from one picture: a blue field with an orange disc on its left.

use super::*;
use crate::server::demo::{look, paint::Canvas};

fn seen() -> Seen {
    let (width, height) = (600_usize, 400_usize);
    let mut canvas = Canvas::filled(width, height, [28, 44, 96]);
    for (at, pixel) in canvas.rgb_mut().chunks_exact_mut(3).enumerate() {
        let (x, y) = ((at % width).cast_signed() - 168, (at / width).cast_signed() - 200);
        if x * x + y * y < 100 * 100 {
            pixel.copy_from_slice(&[236, 120, 32]);
        }
    }
    look::look(&canvas)
}

fn filled(lang: Lang, asked: &str, properties: Value) -> Value {
    let seen = seen();
    let knowledge = Knowledge {
        seen: Some(&seen),
        lang,
        prompt: None,
        asked: asked.to_owned(),
    };
    let root = json!({ "type": "object", "properties": properties });
    knowledge.fill(root.as_object().expect("an object"))
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

#[test]
fn lists_of_words_are_filled_by_their_names_in_the_language_asked_for() {
    let words = list(&json!({ "type": "string" }));
    let shape = json!({
        "caption": { "type": "string" }, "tags": words, "objects": words, "people": words, "colours": words,
        "text": words, "details": words, "something": { "type": "string" },
    });
    let french = filled(Lang::Fr, "", shape.clone());
    let caption = french["caption"].as_str().expect("a caption");
    for part in ["une image au format paysage", "bleu foncé", "zone orange à gauche"] {
        assert!(caption.contains(part), "{caption}");
    }
    assert_eq!(french["objects"], json!(["zone orange"]));
    assert_eq!(french["details"], json!(["une zone orange à gauche"]));
    assert_eq!((&french["people"], &french["text"]), (&json!([]), &json!([])));
    assert_eq!(french["something"], "");
    assert!(
        french["colours"]
            .as_array()
            .expect("a list")
            .contains(&json!("bleu foncé"))
    );

    let english = filled(Lang::En, "leave details and text empty.", shape);
    assert_eq!(english["objects"], json!(["orange region"]));
    assert_eq!(english["details"], json!([]), "what is asked to stay empty stays empty");
}

#[test]
fn boxes_are_counted_as_the_shape_asks() {
    // The disc is 200 wide around (168, 200) of 600×400.
    let number = json!({ "type": "integer" });
    let beside = json!({ "type": "object", "properties": {
        "name": { "type": "string" }, "x": number, "y": number, "width": number, "height": number } });
    let disc = |answer: &Value| answer["objects"][0].clone();
    let near = |value: &Value, expected: f64| {
        let value = value.as_f64().expect("a number");
        assert!(
            (value - expected).abs() <= expected * 0.1 + 0.03,
            "{value} instead of {expected}"
        );
    };
    let pixels = disc(&filled(Lang::En, "", json!({ "objects": list(&beside) })));
    assert_eq!(pixels["name"], "orange region");
    near(&pixels["x"], 68.0);
    near(&pixels["width"], 200.0);
    let thousandths = disc(&filled(Lang::En, "from 0 to 1000", json!({ "objects": list(&beside) })));
    near(&thousandths["x"], 113.0);
    near(&thousandths["height"], 500.0);
    let edges = json!({ "type": "object", "properties": { "label": { "type": "string" }, "bounding_box": {
        "type": "object", "properties": { "left": number, "top": number, "right": number, "bottom": number } } } });
    let edges = disc(&filled(Lang::En, "", json!({ "objects": list(&edges) })));
    near(&edges["bounding_box"]["left"], 113.0);
    near(&edges["bounding_box"]["bottom"], 750.0);
    let fraction = json!({ "type": "number", "minimum": 0, "maximum": 1 });
    let four = json!({ "type": "object", "properties": {
        "box": { "type": "array", "items": fraction, "minItems": 4, "maxItems": 4 } } });
    let four = disc(&filled(Lang::En, "", json!({ "objects": list(&four) })));
    near(&four["box"][0], 0.113);
    near(&four["box"][3], 0.75);
}

#[test]
fn facts_are_of_every_kind_and_only_parts_have_boxes() {
    let corner = json!({ "type": "integer", "minimum": 0, "maximum": 1000 });
    let fact = json!({ "type": "object", "properties": {
        "kind": { "type": "string", "enum": ["detail", "tag", "object", "person", "text", "colour"] },
        "text": { "type": "string" },
        "box": { "anyOf": [{ "$ref": "#/$defs/box" }, { "type": "null" }] } } });
    let seen = seen();
    let knowledge = Knowledge {
        seen: Some(&seen),
        lang: Lang::En,
        prompt: None,
        asked: String::new(),
    };
    let root = json!({ "type": "object", "properties": { "facts": list(&fact) }, "$defs": { "box": {
        "type": "object", "properties": { "x0": corner, "y0": corner, "x1": corner, "y1": corner } } } });
    let facts = knowledge.fill(root.as_object().expect("an object"))["facts"].clone();
    let facts = facts.as_array().expect("a list");
    let kinds: Vec<&str> = facts.iter().filter_map(|fact| fact["kind"].as_str()).collect();
    for kind in ["object", "tag", "colour"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    for fact in facts {
        assert_eq!(fact["box"].is_null(), fact["kind"] != "object", "{fact}");
        assert_ne!(fact["text"], "");
    }
    assert!(facts[0]["box"]["x1"].as_i64() > facts[0]["box"]["x0"].as_i64());
}

#[test]
fn a_shape_that_holds_itself_ends() {
    let node = json!({ "type": "object", "properties": {
        "caption": { "type": "string" }, "next": { "$ref": "#" } } });
    let seen = seen();
    let knowledge = Knowledge {
        seen: Some(&seen),
        lang: Lang::En,
        prompt: None,
        asked: String::new(),
    };
    assert!(knowledge.fill(node.as_object().expect("an object"))["next"]["caption"].is_string());
}
